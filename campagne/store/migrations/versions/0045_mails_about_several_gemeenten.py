"""Which gemeenten a mail is about beside the one in its own row."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "delivery_place",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("municipality_key", text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_place_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_key"],
            ["municipality.key"],
            name=op.f("fk_delivery_place_municipality_key"),
        ),
        sa.PrimaryKeyConstraint("delivery_id", "municipality_key", name=op.f("pk_delivery_place")),
    )
