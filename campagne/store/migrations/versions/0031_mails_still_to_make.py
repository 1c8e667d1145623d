"""Of a broadcast: whether mails of it are still to be made."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("to_make", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index(batch_op.f("ix_broadcast_to_make"), ["to_make"], unique=False)
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.alter_column("to_make", server_default=None)
