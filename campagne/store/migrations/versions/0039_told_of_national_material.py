"""Who was told that there is national material."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    text, table = sqlmodel.sql.sqltypes.AutoString, "material_notice"
    op.create_table(
        table,
        sa.Column("edition_key", text(), nullable=False),
        sa.Column("contact_key", text(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("said", text(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("recalled", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{to}_{key}"], [f"{to}.{key}"], name=op.f(f"fk_{table}_{to}_{key}")
            )
            for to, key in (("edition", "key"), ("contact", "key"), ("delivery", "id"))
        ),
        sa.PrimaryKeyConstraint("edition_key", "contact_key", "issue", name=op.f(f"pk_{table}")),
    )
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{table}_delivery_id"), ["delivery_id"], unique=False)
