"""Of an answer: until when who decides later may wait, and how, when and to whom it was told."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    sources = sa.Enum(
        "link", "phone", "mail", "meeting", name="source", native_enum=False, length=20
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("source", sources, nullable=True))
        batch_op.add_column(sa.Column("said_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("noted_by_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_answer_noted_by_key"), "contact", ["noted_by_key"], ["key"]
        )
    answer = sa.table("answer", sa.column("broadcast_id", sa.Integer), sa.column("source", sources))
    op.execute(answer.update().where(answer.c.broadcast_id.is_not(None)).values(source="link"))
