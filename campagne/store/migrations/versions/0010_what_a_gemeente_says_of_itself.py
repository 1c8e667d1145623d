"""What the texts for residents are filled in with: more of it, in fields of the calendar files."""

from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0010"
down_revision = "0009"

_TEXT = sqlmodel.sql.sqltypes.AutoString()
_FORM = sa.Enum("u", "je", name="addressform", native_enum=False, length=20)
# The files as they were last applied did not say these yet, which means this. Without it the next
# `rota apply` would take the value of the database for a change by a person.
_NEW_FIELDS: dict[str, tuple[sa.types.TypeEngine[Any], str, object]] = {
    "team_phone": (_TEXT, "", ""),
    "team_url": (_TEXT, "", ""),
    "handles": (sa.JSON(), "{}", {}),
    "newspaper": (_TEXT, "", ""),
    "copy_deadline": (_TEXT, "", ""),
    "address_form": (_FORM, "u", "u"),
    "house_style": (_TEXT, "", ""),
    "help_lines": (sa.JSON(), "[]", []),
}


def upgrade() -> None:
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        for name, (kind, default, _) in _NEW_FIELDS.items():
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        for name in _NEW_FIELDS:
            batch_op.alter_column(name, server_default=None)
    applied = sa.table(
        "applied_value",
        sa.column("kind", sa.String),
        sa.column("key", sa.String),
        sa.column("field", sa.String),
        sa.column("value", sa.JSON),
    )
    keys = (
        op.get_bind()
        .scalars(sa.select(applied.c.key).where(applied.c.kind == "municipality").distinct())
        .all()
    )
    if keys:
        op.bulk_insert(
            applied,
            [
                {"kind": "municipality", "key": key, "field": name, "value": value}
                for key in keys
                for name, (_, _, value) in _NEW_FIELDS.items()
            ],
        )
