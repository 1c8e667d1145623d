"""Log-in by the account of an organisation."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "organisation_account",
        sa.Column("issuer", text(), nullable=False),
        sa.Column("contact_key", text(), nullable=False),
        sa.Column("subject", text(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_key"], ["contact.key"], name=op.f("fk_organisation_account_contact_key")
        ),
        sa.PrimaryKeyConstraint("issuer", "contact_key", name=op.f("pk_organisation_account")),
    )
