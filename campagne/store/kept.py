"""What is read of whole tables, kept for as long as nobody changes them.

Gemeenten, contacts and the rota change a few times a day, and every page asks for them. Each of
these tables has a stamp, drawn anew by a trigger of the database itself: whoever writes, by
whatever statement, in whatever process, draws it in the same transaction. A session that only
reads sees the stamp and the rows of one moment, so what was read at the same stamps is what it
would read. Stamps are random, not counted: a change that was rolled back, or a database put back
from a copy, can never give a number a second meaning.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from secrets import token_hex
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, insert, select, text
from sqlmodel import Session, SQLModel, col

from campagne.store import tables

_TABLES: tuple[type[SQLModel], ...] = (
    tables.CampaignRow,
    tables.ContactRoleRow,
    tables.ContactRow,
    tables.EditionRow,
    tables.HelpLineRow,
    tables.MeasureRow,
    tables.MeetingSeriesRow,
    tables.MunicipalityRow,
    tables.MutedRow,
    tables.OwnTextRow,
    tables.PausedAddressRow,
    tables.PreferencesRow,
    tables.RegionRow,
    tables.RotaAgreementRow,
    tables.RotaEntryRow,
    tables.StepRow,
)
_NAMES = tuple(str(table.__tablename__) for table in _TABLES)

_READING = "reading"
_READ = TypeVar("_READ")


class Kept:
    """What one process keeps of one database; any thread may ask."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[tuple[str, ...], Any]] = {}

    def begin(self, session: Session) -> None:
        """Let a session that sees one moment, and changes nothing, use what is kept."""
        session.info[_READING] = _Reading(session, self._found)


class _Reading:
    """What one session knows; asked twice, it gives the very same."""

    def __init__(self, session: Session, found: dict[str, tuple[tuple[str, ...], Any]]) -> None:
        self._session = session
        self._found = found
        self._given: dict[str, Any] = {}
        self._stamps: dict[str, str] | None = None

    def get(self, name: str, names: tuple[str, ...], read: Callable[[], _READ]) -> _READ:
        if name not in self._given:
            self._given[name] = self._current(name, names, read)
        given: _READ = self._given[name]
        return given

    def _current(self, name: str, names: tuple[str, ...], read: Callable[[], _READ]) -> _READ:
        if self._stamps is None:
            rows = self._session.execute(
                select(col(tables.TableStampRow.table_name), col(tables.TableStampRow.stamp))
            )
            self._stamps = {row.table_name: row.stamp for row in rows}
        stamps = tuple(self._stamps.get(table, "") for table in names)
        kept = self._found.get(name)
        if kept is not None and kept[0] == stamps:
            same: _READ = kept[1]
            return same
        new = read()
        if all(stamps):  # a table without a stamp is read every time
            self._found[name] = (stamps, new)
        return new


def kept(
    *of: type[SQLModel],
) -> Callable[[Callable[[Session], _READ]], Callable[[Session], _READ]]:
    """Keep what a function reads of these tables; it must give what nobody changes.

    In a session that writes nothing is kept: that sees what it changed itself.
    """
    names = tuple(str(table.__tablename__) for table in of)

    def keeping(read: Callable[[Session], _READ]) -> Callable[[Session], _READ]:
        @wraps(read)
        def ask(session: Session) -> _READ:
            reading: _Reading | None = session.info.get(_READING)
            if reading is None:
                return read(session)
            return reading.get(read.__qualname__, names, lambda: read(session))

        return ask

    return keeping


def stamp(connection: Connection) -> None:
    """Give each of these tables a new stamp, and the triggers that draw the next; safe to repeat.

    After every migration: that may change rows, and on SQLite rebuilds tables without triggers.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text(_FUNCTION))
    connection.execute(delete(tables.TableStampRow))
    for table in _NAMES:
        for statement in _sqlite(table) if is_sqlite else _postgres(table):
            connection.execute(text(statement))
        connection.execute(
            insert(tables.TableStampRow).values(table_name=table, stamp=token_hex(8))
        )


# PostgreSQL calls this once for a statement, SQLite its own once for a row.
_FUNCTION = """
CREATE OR REPLACE FUNCTION stamp_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE table_stamp SET stamp = gen_random_uuid()::text WHERE table_name = TG_TABLE_NAME;
    RETURN NULL;
END $$
"""


def _postgres(table: str) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS stamp_table ON {table}"
    yield (
        "CREATE TRIGGER stamp_table AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
        f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION stamp_table()"
    )


def _sqlite(table: str) -> Iterator[str]:
    row = f"WHERE table_name = '{table}'"
    draw = f"UPDATE table_stamp SET stamp = lower(hex(randomblob(8))) {row}"  # noqa: S608 - own name
    for change in ("insert", "update", "delete"):
        yield (
            f"CREATE TRIGGER IF NOT EXISTS stamp_{table}_{change}"
            f" AFTER {change.upper()} ON {table} BEGIN {draw}; END"
        )
