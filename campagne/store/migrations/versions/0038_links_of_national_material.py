"""Whether the page of the national material of an edition is there."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    text, instant = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    table = "material_link"
    op.create_table(
        table,
        sa.Column("edition_key", text(), nullable=False),
        sa.Column("url", text(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("recorded_at", instant(), nullable=False),
        sa.Column("checked_at", instant(), nullable=True),
        sa.Column("next_at", instant(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fault", text(), nullable=False),
        sa.Column("dead_since", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["edition.key"], name=op.f(f"fk_{table}_edition_key")
        ),
        sa.PrimaryKeyConstraint("edition_key", name=op.f(f"pk_{table}")),
    )
