"""Who got the plan for a year by mail, and which dates stood in it."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "plan_mail",
        sa.Column("contact_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("recalled", sa.Integer(), nullable=False),
        sa.Column("editions", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_plan_mail_contact_key")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_plan_mail_delivery_id")
        ),
        sa.PrimaryKeyConstraint("contact_key", "year", name=op.f("pk_plan_mail")),
    )
    with op.batch_alter_table("plan_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_mail_delivery_id"), ["delivery_id"], unique=False)
