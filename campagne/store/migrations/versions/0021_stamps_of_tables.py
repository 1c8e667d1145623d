"""A stamp per table, so that what was read of it can be kept until it changes."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "table_stamp",
        sa.Column("table_name", text(), nullable=False),
        sa.Column("stamp", text(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_table_stamp")),
    )
