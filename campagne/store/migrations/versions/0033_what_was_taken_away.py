"""On which day a campaign was taken away that somebody had added by mistake."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removed_on", sa.Date(), nullable=True))
