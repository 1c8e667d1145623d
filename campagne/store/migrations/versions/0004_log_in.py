"""Log-in by a mailed link, sessions that can be ended, and a second factor."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "login_link",
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contact_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_login_link_contact_key")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_link")),
    )
    with op.batch_alter_table("login_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_login_link_contact_key"), ["contact_key"], unique=False
        )

    op.create_table(
        "login_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_try")),
    )
    with op.batch_alter_table("login_try", schema=None) as batch_op:
        batch_op.create_index("ix_login_try_who_at", ["who", "at"], unique=False)

    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contact_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("device", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("strong", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_web_session_contact_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_web_session_key_hash")),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_web_session_contact_key"), ["contact_key"], unique=False
        )

    op.create_table(
        "second_factor",
        sa.Column("contact_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_second_factor_contact_key")
        ),
        sa.PrimaryKeyConstraint("contact_key", name=op.f("pk_second_factor")),
    )
