"""Since when a campaign stands on a year of the rota, where somebody put it there on a page."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    with op.batch_alter_table("rota_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", sa.Date(), nullable=True))
