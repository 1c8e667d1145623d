"""A step of the playbook can be switched off."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("in_use", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.alter_column("in_use", server_default=None)
    # The files as they were last applied meant this, without saying so; see 0003.
    applied = sa.table(
        "applied_value",
        sa.column("kind", sa.String),
        sa.column("key", sa.String),
        sa.column("field", sa.String),
        sa.column("value", sa.JSON),
    )
    keys = (
        op.get_bind()
        .scalars(sa.select(applied.c.key).where(applied.c.kind == "step").distinct())
        .all()
    )
    if keys:
        op.bulk_insert(
            applied,
            [{"kind": "step", "key": key, "field": "in_use", "value": True} for key in keys],
        )
