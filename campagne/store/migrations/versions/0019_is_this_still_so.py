"""Everybody is asked whether what is known of them is still so, on days of their region."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    instant = sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "contact_check",
        sa.Column("contact_key", text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("recalled", sa.Integer(), nullable=False),
        sa.Column("answered_at", instant(), nullable=True),
        sa.Column("remark", text(), nullable=False),
        sa.Column("reported_at", instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_contact_check_contact_key")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_contact_check_delivery_id")
        ),
        sa.PrimaryKeyConstraint("contact_key", "due_on", name=op.f("pk_contact_check")),
    )
    with op.batch_alter_table("contact_check", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_check_delivery_id"), ["delivery_id"], unique=False
        )
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.add_column(sa.Column("check_days", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.alter_column("check_days", server_default=None)
    _fill_applied_values()


def _fill_applied_values() -> None:
    """Say that the files gave no days so far, so that those they give now are taken over."""
    applied = sa.table(
        "applied_value",
        sa.column("kind", sa.String),
        sa.column("key", sa.String),
        sa.column("field", sa.String),
        sa.column("value", sa.JSON),
    )
    keys = (
        op.get_bind()
        .scalars(sa.select(applied.c.key).where(applied.c.kind == "region").distinct())
        .all()
    )
    if keys:
        op.bulk_insert(
            applied,
            [{"kind": "region", "key": key, "field": "check_days", "value": []} for key in keys],
        )
