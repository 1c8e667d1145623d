"""A year of the rota is proposed and answered on a page, and a cancellation can be undone."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007"
down_revision = "0006"

_AGREEMENT = sa.Enum(
    "proposed", "agreed", "differs", name="agreement", native_enum=False, length=20
)
_STATUS = sa.Enum(
    "provisional", "confirmed", "cancelled", name="editionstatus", native_enum=False, length=20
)
_TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    with op.batch_alter_table("rota_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("division", _TEXT(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("proposed_by", _TEXT(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("proposed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
    with op.batch_alter_table("rota_entry", schema=None) as batch_op:
        for name in ("division", "version", "proposed_by"):
            batch_op.alter_column(name, server_default=None)
    # The files as they were last applied did not say who does what, which means nothing.
    _fill_applied_values()
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cancelled_from", _STATUS, nullable=True))
    op.create_table(
        "rota_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_key", _TEXT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("municipality_key", _TEXT(), nullable=False),
        sa.Column("agreement", _AGREEMENT, nullable=True),
        sa.Column("note", _TEXT(), nullable=False),
        sa.Column("by", _TEXT(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_key"], ["rota_entry.key"], name=op.f("fk_rota_statement_entry_key")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_key"],
            ["municipality.key"],
            name=op.f("fk_rota_statement_municipality_key"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_statement")),
    )
    with op.batch_alter_table("rota_statement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rota_statement_entry_key"), ["entry_key"], unique=False
        )


def _fill_applied_values() -> None:
    applied = sa.table(
        "applied_value",
        sa.column("kind", sa.String),
        sa.column("key", sa.String),
        sa.column("field", sa.String),
        sa.column("value", sa.JSON),
    )
    years = sa.select(applied.c.key).where(applied.c.kind == "rota_entry").distinct()
    rows = [
        {"kind": "rota_entry", "key": key, "field": "division", "value": ""}
        for key in op.get_bind().scalars(years)
    ]
    if rows:
        op.bulk_insert(applied, rows)
