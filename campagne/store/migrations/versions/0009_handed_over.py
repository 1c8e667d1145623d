"""Steps that a colleague took over."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "handover",
        sa.Column("edition_key", text(), nullable=False),
        sa.Column("step_key", text(), nullable=False),
        sa.Column("municipality_key", text(), nullable=False),
        sa.Column("contact_key", text(), nullable=True),
        sa.Column("by_key", text(), nullable=False),
        sa.Column("note", text(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("recalled", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["edition.key"], name=op.f("fk_handover_edition_key")
        ),
        sa.ForeignKeyConstraint(["step_key"], ["step.key"], name=op.f("fk_handover_step_key")),
        sa.ForeignKeyConstraint(
            ["municipality_key"], ["municipality.key"], name=op.f("fk_handover_municipality_key")
        ),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_handover_contact_key")
        ),
        sa.ForeignKeyConstraint(["by_key"], ["contact.key"], name=op.f("fk_handover_by_key")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_handover_delivery_id")
        ),
        sa.PrimaryKeyConstraint(
            "edition_key", "step_key", "municipality_key", name=op.f("pk_handover")
        ),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_delivery_id"), ["delivery_id"], unique=False)
