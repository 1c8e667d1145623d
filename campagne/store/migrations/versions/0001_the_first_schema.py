"""The first schema."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "applied_value",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("field", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "key", "field", name=op.f("pk_applied_value")),
    )
    op.create_table(
        "contact",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_contact")),
    )
    op.create_table(
        "data_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_version")),
    )
    op.create_table(
        "help_line",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("for_whom", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hours", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("cost", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("always_shown", sa.Boolean(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_help_line")),
    )
    op.create_table(
        "meeting_series",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("frequency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("meetings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meeting_series")),
    )
    op.create_table(
        "region",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("parent_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("centre_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["parent_key"], ["region.key"], name=op.f("fk_region_parent_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_region")),
    )
    op.create_table(
        "step",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("what", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
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
        sa.Column("lead", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("summer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("before_meeting", sa.JSON(), nullable=True),
        sa.Column("useful_days", sa.Integer(), nullable=True),
        sa.Column("resident_facing", sa.Boolean(), nullable=False),
        sa.Column("again_days", sa.Integer(), nullable=True),
        sa.Column("colleague_days", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_step")),
    )
    op.create_table(
        "campaign",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("rule_text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "certainty",
            sa.Enum("high", "medium", "low", name="certainty", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("organiser", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("summary", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("material_url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("region_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("part_of_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("broadcast", sa.Boolean(), nullable=False),
        sa.Column("remark", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_key"], ["region.key"], name=op.f("fk_campaign_region_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_campaign")),
    )
    op.create_table(
        "measure",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("region_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("budget", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("evaluations", sa.JSON(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["region_key"], ["region.key"], name=op.f("fk_measure_region_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_measure")),
    )
    op.create_table(
        "municipality",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("cbs_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("region_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("work_organisation", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("school_region", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("local_team", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("website", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("good_friday_closed", sa.Boolean(), nullable=False),
        sa.Column("liberation_day_closed", sa.Boolean(), nullable=False),
        sa.Column("closed_days", sa.JSON(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_key"], ["region.key"], name=op.f("fk_municipality_region_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_municipality")),
        sa.UniqueConstraint("cbs_code", name=op.f("uq_municipality_cbs_code")),
    )
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_municipality_region_key"), ["region_key"], unique=False
        )

    op.create_table(
        "contact_role",
        sa.Column("contact_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
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
        sa.Column("municipality_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_contact_role_contact_key")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_key"],
            ["municipality.key"],
            name=op.f("fk_contact_role_municipality_key"),
        ),
        sa.PrimaryKeyConstraint(
            "contact_key", "role", "municipality_key", name=op.f("pk_contact_role")
        ),
    )
    with op.batch_alter_table("contact_role", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_role_municipality_key"), ["municipality_key"], unique=False
        )

    op.create_table(
        "edition",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("campaign_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "provisional",
                "confirmed",
                "cancelled",
                name="editionstatus",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("theme", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("date_version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("stamped_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("modified_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_key"], ["campaign.key"], name=op.f("fk_edition_campaign_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_edition")),
    )
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_campaign_key"), ["campaign_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_edition_year"), ["year"], unique=False)

    op.create_table(
        "edition_dates",
        sa.Column("edition_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("date_version", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["edition.key"], name=op.f("fk_edition_dates_edition_key")
        ),
        sa.PrimaryKeyConstraint("edition_key", "date_version", name=op.f("pk_edition_dates")),
    )
    op.create_table(
        "rota_entry",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("region_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("campaign_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("theme", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("plan_period", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("why_differs", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lead_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("budget_eur", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_key"], ["campaign.key"], name=op.f("fk_rota_entry_campaign_key")
        ),
        sa.ForeignKeyConstraint(
            ["lead_key"], ["municipality.key"], name=op.f("fk_rota_entry_lead_key")
        ),
        sa.ForeignKeyConstraint(
            ["region_key"], ["region.key"], name=op.f("fk_rota_entry_region_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rota_entry")),
    )
    with op.batch_alter_table("rota_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_entry_year"), ["year"], unique=False)

    op.create_table(
        "broadcast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("region_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("released_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_key"], ["contact.key"], name=op.f("fk_broadcast_author_key")
        ),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["edition.key"], name=op.f("fk_broadcast_edition_key")
        ),
        sa.ForeignKeyConstraint(
            ["region_key"], ["region.key"], name=op.f("fk_broadcast_region_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
    )
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_broadcast_edition_key"), ["edition_key"], unique=False)

    op.create_table(
        "rota_agreement",
        sa.Column("entry_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("municipality_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "agreement",
            sa.Enum(
                "proposed", "agreed", "differs", name="agreement", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["entry_key"], ["rota_entry.key"], name=op.f("fk_rota_agreement_entry_key")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_key"],
            ["municipality.key"],
            name=op.f("fk_rota_agreement_municipality_key"),
        ),
        sa.PrimaryKeyConstraint("entry_key", "municipality_key", name=op.f("pk_rota_agreement")),
    )
    op.create_table(
        "step_state",
        sa.Column("edition_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("step_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("municipality_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "done", "skipped", name="stepstatus", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["edition.key"], name=op.f("fk_step_state_edition_key")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_key"], ["municipality.key"], name=op.f("fk_step_state_municipality_key")
        ),
        sa.ForeignKeyConstraint(["step_key"], ["step.key"], name=op.f("fk_step_state_step_key")),
        sa.PrimaryKeyConstraint(
            "edition_key", "step_key", "municipality_key", name=op.f("pk_step_state")
        ),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("municipality_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum("join", "decline", "later", name="answer", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_answer_broadcast_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["edition.key"], name=op.f("fk_answer_edition_key")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_key"], ["municipality.key"], name=op.f("fk_answer_municipality_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_answer_edition_municipality", ["edition_key", "municipality_key"], unique=False
        )

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("message_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reminder",
                "broadcast",
                "confirmation",
                "notice",
                name="messagekind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("contact_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("municipality_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("broadcast_id", sa.Integer(), nullable=True),
        sa.Column("sender", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recipient", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "due",
                "claimed",
                "sending",
                "accepted",
                "deferred",
                "bounced",
                "failed",
                "unknown",
                "cancelled",
                name="deliverystate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("next_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("settled_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("reply", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_delivery_broadcast_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_delivery_contact_key")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_key"], ["municipality.key"], name=op.f("fk_delivery_municipality_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_delivery_message_id")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delivery_broadcast_id"), ["broadcast_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_delivery_contact_key"), ["contact_key"], unique=False)
        batch_op.create_index("ix_delivery_state_next_at", ["state", "next_at"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_attempt_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("delivery_id", "fence", name=op.f("uq_attempt_delivery_id_fence")),
    )
    op.create_index(op.f("ix_attempt_started_at"), "attempt", ["started_at"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("step_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("municipality_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contact_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("date_version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "queued",
                "withdrawn",
                "expired",
                name="reminderstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("recalled", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_reminder_contact_key")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_reminder_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["edition.key"], name=op.f("fk_reminder_edition_key")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_key"], ["municipality.key"], name=op.f("fk_reminder_municipality_key")
        ),
        sa.ForeignKeyConstraint(["step_key"], ["step.key"], name=op.f("fk_reminder_step_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "edition_key",
            "step_key",
            "municipality_key",
            "contact_key",
            "date_version",
            "level",
            name=op.f(
                "uq_reminder_edition_key_step_key_municipality_key_contact_key_date_version_level"
            ),
        ),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_delivery_id"), ["delivery_id"], unique=False)
        batch_op.create_index("ix_reminder_state_due_on", ["state", "due_on"], unique=False)
        batch_op.create_index(
            "ix_reminder_state_valid_until", ["state", "valid_until"], unique=False
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contact_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "moved", "cancelled", "resumed", name="noticekind", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("date_version", sa.Integer(), nullable=False),
        sa.Column("known_version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "queued",
                "withdrawn",
                "expired",
                name="reminderstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("recalled", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_notice_contact_key")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_notice_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["edition.key"], name=op.f("fk_notice_edition_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "edition_key",
            "contact_key",
            "kind",
            "date_version",
            name=op.f("uq_notice_edition_key_contact_key_kind_date_version"),
        ),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_delivery_id"), ["delivery_id"], unique=False)
        batch_op.create_index("ix_notice_state_contact_key", ["state", "contact_key"], unique=False)
