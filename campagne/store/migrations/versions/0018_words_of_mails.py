"""A text of one's own in the place of a mail template."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "mail_text",
        sa.Column("name", text(), nullable=False),
        sa.Column("source", text(), nullable=False),
        sa.Column("original", text(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mail_text")),
    )
