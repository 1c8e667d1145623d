"""One stamp per edition: `stamped_at` always was the same as `modified_at`."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.drop_column("stamped_at")
