"""Small news for one person, and what it needs: who proposed a year, when dates were confirmed."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    text, instant = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    kinds = (
        *("step_back", "deputy", "deputy_ended", "dates_proposed", "dates_decided"),
        *("rota_agreed", "rota_differs", "switched_off"),
    )
    op.create_table(
        "news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", text(), nullable=False),
        sa.Column("contact_key", text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*kinds, name="newskind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("recalled", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_key"], ["contact.key"], name=op.f("fk_news_contact_key")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_news_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
        sa.UniqueConstraint("key", name=op.f("uq_news_key")),
    )
    with op.batch_alter_table("news", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_news_contact_key"), ["contact_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_news_delivery_id"), ["delivery_id"], unique=False)
    # Without a foreign key: SQLite would make the table anew, and lose its triggers.
    op.add_column("rota_entry", sa.Column("proposer_key", text(), nullable=True))
    op.add_column("edition", sa.Column("confirmed_at", instant(), nullable=True))
