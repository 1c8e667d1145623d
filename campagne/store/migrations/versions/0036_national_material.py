"""What an organiser has for one edition: fields of the files, which people change too."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

# What the files gave so far: without it the next `rota apply` would take the value of the database
# for a change by a person.
_NOTHING: dict[str, tuple[str, object]] = {
    "campaign": ("year_materials", []),
    "edition": ("material", None),
}


def upgrade() -> None:
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("year_materials", sa.JSON(), nullable=False, server_default="[]")
        )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.alter_column("year_materials", server_default=None)
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("material", sa.JSON(), nullable=True))
    applied = sa.table(
        "applied_value",
        sa.column("kind", sa.String),
        sa.column("key", sa.String),
        sa.column("field", sa.String),
        sa.column("value", sa.JSON),
    )
    for kind, (field, value) in _NOTHING.items():
        keys = (
            op.get_bind()
            .scalars(sa.select(applied.c.key).where(applied.c.kind == kind).distinct())
            .all()
        )
        if keys:
            op.bulk_insert(
                applied,
                [{"kind": kind, "key": key, "field": field, "value": value} for key in keys],
            )
