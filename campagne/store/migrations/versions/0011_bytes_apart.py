"""The bytes of a mail in a table of their own.

A state that changes rewrites its row, in SQLite with all that is in it: three times a mail, twenty
pages each time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "mail_bytes",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_mail_bytes_delivery_id")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_mail_bytes")),
    )
    op.execute("INSERT INTO mail_bytes (delivery_id, raw) SELECT id, raw FROM delivery")
    op.drop_column("delivery", "raw")
