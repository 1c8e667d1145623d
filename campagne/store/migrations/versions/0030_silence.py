"""Who was mailed that a gemeente did not answer a broadcast."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    key = ("broadcast_id", "municipality_key", "contact_key", "level", "deadline")
    op.create_table(
        "chase",
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("municipality_key", text(), nullable=False),
        sa.Column("contact_key", text(), nullable=False),
        sa.Column(
            "level",
            sa.Enum("asked", "colleague", name="chaselevel", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("recalled", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_{to}"], [f"{one}.{to}"], name=op.f(f"fk_chase_{one}_{to}")
            )
            for one, to in (
                *(("broadcast", "id"), ("municipality", "key")),
                *(("contact", "key"), ("delivery", "id")),
            )
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_chase")),
    )
    with op.batch_alter_table("chase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chase_delivery_id"), ["delivery_id"], unique=False)
