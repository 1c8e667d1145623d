"""What a gemeente that joins does itself: its actions, whom to ask, what it costs."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    text, instant = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "participation",
        sa.Column("edition_key", text(), nullable=False),
        sa.Column("municipality_key", text(), nullable=False),
        sa.Column("contact_key", text(), nullable=True),
        sa.Column("expected_cents", sa.Integer(), nullable=True),
        sa.Column("real_cents", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("by_key", text(), nullable=True),
        sa.Column("at", instant(), nullable=False),
        *_of_edition_and_place("participation"),
        *(
            sa.ForeignKeyConstraint([one], ["contact.key"], name=op.f(f"fk_participation_{one}"))
            for one in ("contact_key", "by_key")
        ),
        sa.PrimaryKeyConstraint("edition_key", "municipality_key", name=op.f("pk_participation")),
    )
    kinds = (
        *("website", "social", "newspaper", "intranet", "posters", "lighting", "event"),
        *("training", "schools", "partners", "council", "other"),
    )
    op.create_table(
        "local_action",
        sa.Column("edition_key", text(), nullable=False),
        sa.Column("municipality_key", text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*kinds, name="actionkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("text", text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        *_of_edition_and_place("local_action"),
        sa.PrimaryKeyConstraint(
            "edition_key", "municipality_key", "position", name=op.f("pk_local_action")
        ),
    )


def _of_edition_and_place(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([f"{one}_key"], [f"{one}.key"], name=op.f(f"fk_{table}_{one}_key"))
        for one in ("edition", "municipality")
    ]
