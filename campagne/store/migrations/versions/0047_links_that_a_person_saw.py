"""How long we cannot tell whether a link to national material works, and that a person saw it."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    with op.batch_alter_table("material_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unsure", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("seen_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("seen_fault", text(), nullable=False, server_default=""))
    with op.batch_alter_table("material_link", schema=None) as batch_op:
        batch_op.alter_column("unsure", server_default=None)
        batch_op.alter_column("seen_fault", server_default=None)
