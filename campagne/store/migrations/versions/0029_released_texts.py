"""Texts that a gemeente released, so that everyone may read them."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    text, instant = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "text_release",
        sa.Column("edition_key", text(), nullable=False),
        sa.Column("municipality_key", text(), nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("fingerprint", text(), nullable=False),
        sa.Column("at", instant(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_key"], [f"{one}.key"], name=op.f(f"fk_text_release_{one}_key")
            )
            for one in ("edition", "municipality")
        ),
        sa.PrimaryKeyConstraint(
            "edition_key", "municipality_key", "kind", name=op.f("pk_text_release")
        ),
    )
