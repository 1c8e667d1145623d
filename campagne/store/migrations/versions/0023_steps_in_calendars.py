"""Steps stand in calendars too, and everybody can have a feed of their own."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    instant = sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "step_event",
        sa.Column("holder", text(), nullable=False),
        sa.Column("edition_key", text(), nullable=False),
        sa.Column("step_key", text(), nullable=False),
        sa.Column("digest", text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("modified_at", instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["edition.key"], name=op.f("fk_step_event_edition_key")
        ),
        sa.ForeignKeyConstraint(["step_key"], ["step.key"], name=op.f("fk_step_event_step_key")),
        sa.PrimaryKeyConstraint("holder", "edition_key", "step_key", name=op.f("pk_step_event")),
    )
    with op.batch_alter_table("step_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_step_event_edition_key"), ["edition_key"], unique=False
        )
    op.create_table(
        "personal_feed",
        sa.Column("contact_key", text(), nullable=False),
        sa.Column("token_hash", text(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_personal_feed_contact_key")
        ),
        sa.PrimaryKeyConstraint("contact_key", name=op.f("pk_personal_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_personal_feed_token_hash")),
    )
    op.create_table(
        "withdrawn_feed",
        sa.Column("token_hash", text(), nullable=False),
        sa.Column("withdrawn_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_withdrawn_feed")),
    )
