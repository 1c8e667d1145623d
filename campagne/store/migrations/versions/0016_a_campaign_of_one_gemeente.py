"""A campaign can be of one gemeente only, and begin in some year."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("municipality_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(sa.Column("first_year", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_campaign_municipality_key"),
            "municipality",
            ["municipality_key"],
            ["key"],
        )
    _fill_applied_values()


def _fill_applied_values() -> None:
    """Say that the files, as they were last applied, gave neither."""
    applied = sa.table(
        "applied_value",
        sa.column("kind", sa.String),
        sa.column("key", sa.String),
        sa.column("field", sa.String),
        sa.column("value", sa.JSON),
    )
    campaigns = sa.select(applied.c.key).where(applied.c.kind == "campaign").distinct()
    rows = [
        {"kind": "campaign", "key": key, "field": field, "value": None}
        for key in op.get_bind().scalars(campaigns)
        for field in ("municipality_key", "first_year")
    ]
    if rows:
        op.bulk_insert(applied, rows)
