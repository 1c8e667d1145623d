"""What gemeenten look back on, and whom they asked that."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    text, instant = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "evaluation",
        sa.Column("edition_key", text(), nullable=False),
        sa.Column("municipality_key", text(), nullable=False),
        sa.Column("reach", sa.JSON(), nullable=False),
        sa.Column("done", text(), nullable=False),
        sa.Column("keep", text(), nullable=False),
        sa.Column("change", text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("by_key", text(), nullable=True),
        sa.Column("at", instant(), nullable=False),
        *(_pointing("evaluation", one) for one in ("edition", "municipality")),
        sa.ForeignKeyConstraint(["by_key"], ["contact.key"], name=op.f("fk_evaluation_by_key")),
        sa.PrimaryKeyConstraint("edition_key", "municipality_key", name=op.f("pk_evaluation")),
    )
    table = "evaluation_question"
    op.create_table(
        table,
        sa.Column("edition_key", text(), nullable=False),
        sa.Column("municipality_key", text(), nullable=False),
        sa.Column("contact_key", text(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("date_version", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("recalled", sa.Integer(), nullable=False),
        *(_pointing(table, one) for one in ("edition", "municipality", "contact")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f(f"fk_{table}_delivery_id")
        ),
        sa.PrimaryKeyConstraint(
            *("edition_key", "municipality_key", "contact_key", "weeks", "date_version"),
            name=op.f(f"pk_{table}"),
        ),
    )
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{table}_delivery_id"), ["delivery_id"], unique=False)


def _pointing(table: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([f"{to}_key"], [f"{to}.key"], name=op.f(f"fk_{table}_{to}_key"))
