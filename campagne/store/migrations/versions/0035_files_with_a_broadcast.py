"""Files go with a broadcast: their bytes are stored once, and so is what its mails end in."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_table(
        "blob",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_blob")),
    )
    # Not as a batch: that would copy every mail there is.
    op.execute(
        "ALTER TABLE mail_bytes ADD COLUMN tail VARCHAR"
        " CONSTRAINT fk_mail_bytes_tail REFERENCES blob (digest)"
    )
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.add_column(sa.Column("files", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.alter_column("files", server_default=None)
