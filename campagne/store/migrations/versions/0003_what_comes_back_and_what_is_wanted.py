"""What comes back of the mail, what a contact wants to get, and two fields of the files."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0003"
down_revision = "0002"

# The files as they were last applied did not say these yet, which means this. Without it the next
# `rota apply` would take the value of the database for a change by a person.
_NEW_FIELDS = {"municipality": ("tell_centre", False), "step": ("centre_days", None)}


def upgrade() -> None:
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("tell_centre", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.alter_column("tell_centre", server_default=None)
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("centre_days", sa.Integer(), nullable=True))
    _fill_applied_values()

    op.create_table(
        "preferences",
        sa.Column("contact_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum("at_once", "weekly", name="rhythm", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("reminders", sa.Boolean(), nullable=False),
        sa.Column("broadcasts", sa.Boolean(), nullable=False),
        sa.Column("digest_on", sa.Date(), nullable=True),
        sa.Column("deputy_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("absent_from", sa.Date(), nullable=True),
        sa.Column("absent_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_preferences_contact_key")
        ),
        sa.ForeignKeyConstraint(
            ["deputy_key"], ["contact.key"], name=op.f("fk_preferences_deputy_key")
        ),
        sa.PrimaryKeyConstraint("contact_key", name=op.f("pk_preferences")),
    )
    op.create_table(
        "muted",
        sa.Column("contact_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("campaign_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "communicatie",
                "beleid",
                "centrum",
                "beheer",
                name="role",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["campaign_key"], ["campaign.key"], name=op.f("fk_muted_campaign_key")
        ),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_muted_contact_key")
        ),
        sa.PrimaryKeyConstraint("contact_key", "campaign_key", "role", name=op.f("pk_muted")),
    )

    _what_a_mail_says()
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("copy_of", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("reported_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_delivery_copy_of"), ["copy_of"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_sender"), ["sender"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_copy_of"), "delivery", ["copy_of"], ["id"]
        )
    op.create_table(
        "bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("hard", "soft", "delayed", name="bouncekind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("recipient", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_bounce_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.UniqueConstraint("source", name=op.f("uq_bounce_source")),
    )
    with op.batch_alter_table("bounce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bounce_delivery_id"), ["delivery_id"], unique=False)

    op.create_table(
        "paused_address",
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("bounce_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bounce_id"], ["bounce.id"], name=op.f("fk_paused_address_bounce_id")
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_paused_address")),
    )


def _what_a_mail_says() -> None:
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_on", sa.Date(), nullable=True))
    for table in ("reminder", "notice"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("sequence", sa.Integer(), nullable=True))
        # What waits was taken back when it was wrong, so it shows what is there now.
        op.execute(
            f"UPDATE {table} SET sequence = "  # noqa: S608 - two names of tables
            f"(SELECT sequence FROM edition WHERE edition.key = {table}.edition_key) "
            "WHERE delivery_id IS NOT NULL"
        )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("edition_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(sa.Column("date_version", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_delivery_edition_key"), ["edition_key"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_edition_key"), "edition", ["edition_key"], ["key"]
        )
    op.execute(
        "UPDATE delivery SET (edition_key, date_version) = "
        "(SELECT edition.key, edition.date_version FROM broadcast "
        "JOIN edition ON edition.key = broadcast.edition_key "
        "WHERE broadcast.id = delivery.broadcast_id) WHERE broadcast_id IS NOT NULL"
    )


def _fill_applied_values() -> None:
    applied = sa.table(
        "applied_value",
        sa.column("kind", sa.String),
        sa.column("key", sa.String),
        sa.column("field", sa.String),
        sa.column("value", sa.JSON),
    )
    connection = op.get_bind()
    for kind, (field, value) in _NEW_FIELDS.items():
        keys = connection.scalars(
            sa.select(applied.c.key).where(applied.c.kind == kind).distinct()
        ).all()
        if keys:
            op.bulk_insert(
                applied,
                [{"kind": kind, "key": key, "field": field, "value": value} for key in keys],
            )
