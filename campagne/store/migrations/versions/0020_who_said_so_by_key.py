"""What people said is theirs by their key; a name can be that of two people.

What is there already gets the key of the contact with that name, where exactly one has it. The
rest stays without: it is shown as anybody's to nobody.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0020"
down_revision = "0019"

_COLUMNS = (
    ("step_state", "by", "by_key"),
    ("answer", "by", "by_key"),
    ("rota_statement", "by", "by_key"),
    ("mail_text", "by", "by_key"),
    ("date_proposal", "decided_by", "decided_by_key"),
)


def upgrade() -> None:
    for table, name, key in _COLUMNS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(key, sqlmodel.sql.sqltypes.AutoString(), nullable=True))
            batch_op.create_foreign_key(batch_op.f(f"fk_{table}_{key}"), "contact", [key], ["key"])
        _fill(table, name, key)


def _fill(table: str, name: str, key: str) -> None:
    contact = sa.table("contact", sa.column("key", sa.String), sa.column("name", sa.String))
    spoken = sa.table(table, sa.column(name, sa.String), sa.column(key, sa.String))
    same = contact.c.name == spoken.c[name]
    one = sa.select(sa.func.count()).select_from(contact).where(same).scalar_subquery() == 1
    whose = sa.select(contact.c.key).where(same).scalar_subquery()
    op.execute(spoken.update().where(one).values({key: whose}))
