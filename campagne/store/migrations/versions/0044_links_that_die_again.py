"""How often a link to national material died; and who was called dead though people can open it."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"

# These are of our own look alone, and were counted as if nobody got the page.
_OF_US = ("Het certificaat %", "Er komt geen %", "Het adres %", "De server is in de war %")


def upgrade() -> None:
    with op.batch_alter_table("material_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("alarm", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("material_link", schema=None) as batch_op:
        batch_op.alter_column("alarm", server_default=None)
    link = sa.table(
        "material_link",
        *(sa.column(one) for one in ("issue", "alarm", "failures", "fault", "dead_since")),
    )
    # What was told so far has the number of the address.
    op.execute(sa.update(link).values(alarm=link.c.issue))
    op.execute(
        sa.update(link)
        .where(sa.or_(*(link.c.fault.like(one) for one in _OF_US)))
        .values(failures=0, dead_since=None)
    )
