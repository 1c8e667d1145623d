"""Dates for an edition that somebody, or a program, found somewhere."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    text, instant = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "date_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_key", text(), nullable=False),
        sa.Column("date_version", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("source", text(), nullable=False),
        sa.Column("note", text(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("contact_key", text(), nullable=True),
        sa.Column("found_at", instant(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "refused",
                name="proposalstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", text(), nullable=False),
        sa.Column("decided_at", instant(), nullable=True),
        sa.Column("reason", text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["edition.key"], name=op.f("fk_date_proposal_edition_key")
        ),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_date_proposal_contact_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_proposal")),
        sa.UniqueConstraint(
            "edition_key",
            "date_version",
            "first",
            "last",
            "source",
            name=op.f("uq_date_proposal_edition_key_date_version_first_last_source"),
        ),
    )
