"""What of the evaluation form a step of the playbook asks for: a field of the files."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("evaluation", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
    # The files as they were last applied said nothing of it. Without this the next `rota apply`
    # would take what is stored for a change by a person.
    applied = sa.table(
        "applied_value",
        sa.column("kind", sa.String),
        sa.column("key", sa.String),
        sa.column("field", sa.String),
        sa.column("value", sa.JSON),
    )
    keys = op.get_bind().scalars(
        sa.select(applied.c.key).where(applied.c.kind == "step").distinct()
    )
    rows = [{"kind": "step", "key": key, "field": "evaluation", "value": None} for key in [*keys]]
    if rows:
        op.bulk_insert(applied, rows)
