"""Where an organiser publishes its dates: a field of the files, and what was read there."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0022"
down_revision = "0021"

# What the files gave so far: without it the next `rota apply` would take the value of the database
# for a change by a person.
_NOTHING = {"calendar_url": None, "calendar_title": ""}


def upgrade() -> None:
    text, instant = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar_url", text(), nullable=True))
        batch_op.add_column(sa.Column("calendar_title", text(), nullable=False, server_default=""))
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.alter_column("calendar_title", server_default=None)
    op.create_table(
        "organiser_calendar",
        sa.Column("campaign_key", text(), nullable=False),
        sa.Column("url", text(), nullable=False),
        sa.Column("words", text(), nullable=False),
        sa.Column("etag", text(), nullable=False),
        sa.Column("last_modified", text(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("fault", text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("tried_at", instant(), nullable=True),
        sa.Column("read_at", instant(), nullable=True),
        sa.Column("next_at", instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_key"], ["campaign.key"], name=op.f("fk_organiser_calendar_campaign_key")
        ),
        sa.PrimaryKeyConstraint("campaign_key", name=op.f("pk_organiser_calendar")),
    )
    applied = sa.table(
        "applied_value",
        sa.column("kind", sa.String),
        sa.column("key", sa.String),
        sa.column("field", sa.String),
        sa.column("value", sa.JSON),
    )
    keys = (
        op.get_bind()
        .scalars(sa.select(applied.c.key).where(applied.c.kind == "campaign").distinct())
        .all()
    )
    rows = [
        {"kind": "campaign", "key": key, "field": field, "value": value}
        for key in keys
        for field, value in _NOTHING.items()
    ]
    if rows:
        op.bulk_insert(applied, rows)
