"""Texts that a gemeente or region writes itself, in versions."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    text, instant = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    written = ("title", "body", "base_title", "base_body")
    op.create_table(
        "own_text",
        sa.Column("key", text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign_key", text(), nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("municipality_key", text(), nullable=True),
        sa.Column("region_key", text(), nullable=True),
        sa.Column("edition_key", text(), nullable=True),
        *(sa.Column(name, text(), nullable=False) for name in written),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("by_key", text(), nullable=True),
        sa.Column("at", instant(), nullable=False),
        sa.Column("why", text(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_key"], [f"{one}.key"], name=op.f(f"fk_own_text_{one}_key")
            )
            for one in ("campaign", "municipality", "region", "edition")
        ),
        sa.ForeignKeyConstraint(["by_key"], ["contact.key"], name=op.f("fk_own_text_by_key")),
        sa.PrimaryKeyConstraint("key", "number", name=op.f("pk_own_text")),
    )
