"""Since when the campaigns stood on a year of the rota that stood there before."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    with op.batch_alter_table("rota_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stood", sa.JSON(), nullable=True))
