"""Since when a gemeente goes along with a year of the rota after it did something else."""

from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0048"
down_revision = "0047"

_TEXT = sqlmodel.sql.sqltypes.AutoString
_DIFFERS = "differs"
_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_ENTRY = sa.table("rota_entry", sa.column("key", _TEXT()), sa.column("version", sa.Integer()))
_SAID = sa.table(
    "rota_statement",
    sa.column("id", sa.Integer()),
    sa.column("entry_key", _TEXT()),
    sa.column("version", sa.Integer()),
    sa.column("municipality_key", _TEXT()),
    sa.column("agreement", _TEXT()),
    sa.column("at", sqlmodel.sql.sqltypes.UTCDateTime()),
)
_AGREEMENT = sa.table(
    "rota_agreement",
    sa.column("entry_key", _TEXT()),
    sa.column("municipality_key", _TEXT()),
    sa.column("agreement", _TEXT()),
    sa.column("since", sa.Date()),
)


def upgrade() -> None:
    with op.batch_alter_table("rota_agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("left_on", sa.Date(), nullable=True))
    for (entry, place), day in _returned().items():
        op.get_bind().execute(
            sa.update(_AGREEMENT)
            .where(
                _AGREEMENT.c.entry_key == entry,
                _AGREEMENT.c.municipality_key == place,
                _AGREEMENT.c.agreement != _DIFFERS,
            )
            .values(since=day)
        )


def _returned() -> dict[tuple[str, str], date]:
    """Return the day on which who did something else said otherwise, on another day.

    Only of the versions as they stand: what an earlier one was about is not known.
    """
    answers = (
        sa.select(_SAID)
        .join(_ENTRY, _ENTRY.c.key == _SAID.c.entry_key)
        .where(_SAID.c.version == _ENTRY.c.version, _SAID.c.agreement.is_not(None))
        .order_by(_SAID.c.id)
    )
    left: dict[tuple[str, str], date] = {}
    returned: dict[tuple[str, str], date] = {}
    for one in op.get_bind().execute(answers):
        who, day = (one.entry_key, one.municipality_key), one.at.astimezone(_AMSTERDAM).date()
        if one.agreement == _DIFFERS:
            left.setdefault(who, day)
        elif left.pop(who, day) != day:
            returned[who] = day
    return returned
