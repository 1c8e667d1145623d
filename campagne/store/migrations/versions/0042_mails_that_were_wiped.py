"""On which day a mail was wiped since it was old, and the fingerprint of what it was."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wiped_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("digest", sa.String(), nullable=True))
        batch_op.create_index(
            "ix_delivery_kept",
            ["settled_at"],
            sqlite_where=sa.text("wiped_on IS NULL"),
            postgresql_where=sa.text("wiped_on IS NULL"),
        )
