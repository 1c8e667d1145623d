"""Which editions are off only since their campaign was taken away."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("taken_away", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.alter_column("taken_away", server_default=None)
    # Which of them were off before is not on record: what comes back can be called off again.
    op.execute(
        "UPDATE edition SET taken_away = true WHERE status = 'cancelled' AND campaign_key IN"
        " (SELECT key FROM campaign WHERE removed_on IS NOT NULL)"
    )
