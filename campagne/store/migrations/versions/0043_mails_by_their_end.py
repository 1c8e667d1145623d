"""Which mails end in the same bytes is found without reading every mail."""

from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    op.create_index(op.f("ix_mail_bytes_tail"), "mail_bytes", ["tail"], unique=False)
