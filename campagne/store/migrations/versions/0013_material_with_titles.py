"""More than one piece of material of a campaign, each with a title: a field of the files."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("materials", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.alter_column("materials", server_default=None)
    # The files as they were last applied did not say this yet, which means none. Without it the
    # next `rota apply` would take the value of the database for a change by a person.
    applied = sa.table(
        "applied_value",
        sa.column("kind", sa.String),
        sa.column("key", sa.String),
        sa.column("field", sa.String),
        sa.column("value", sa.JSON),
    )
    keys = (
        op.get_bind()
        .scalars(sa.select(applied.c.key).where(applied.c.kind == "campaign").distinct())
        .all()
    )
    if keys:
        op.bulk_insert(
            applied,
            [{"kind": "campaign", "key": key, "field": "materials", "value": []} for key in keys],
        )
