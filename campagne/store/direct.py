"""Statements that run for every mail: compiled once, then handed to the driver as they are.

SQLAlchemy needs several times as long to prepare a statement and a session as SQLite to run them,
and a mail has five statements in two transactions. For senders alone; all else has `session()`.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from sqlalchemy import Engine, Insert, Select, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import PoolProxiedConnection


def driver_errors(*names: str) -> tuple[type[Exception], ...]:
    """Return what the drivers in use raise where no SQLAlchemy is in between.

    That of PostgreSQL takes 9 MB, and is in use once an engine for it was made.

    Args:
        names: of errors, as PEP 249 calls them.
    """
    drivers = [sqlite3, *(sys.modules[one] for one in ("psycopg",) if one in sys.modules)]
    return tuple(getattr(driver, name) for driver in drivers for name in names)


class Statement:
    """A statement of which each value that differs from run to run is a named `bindparam`.

    A `bindparam` needs a type and a default. Lists (`in_`) are not for here.
    """

    def __init__(self, statement: Insert | Update | Select[Any]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def on(self, dialect: Dialect) -> "_Compiled":
        """Return it in the words of an engine."""
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _Compiled(self._statement, dialect)
        return compiled


class _Compiled:
    """The text of a statement, and how its values become those of the driver, and back."""

    def __init__(self, statement: Insert | Update | Select[Any], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        names = compiled.positiontup or list(compiled.params)
        self._is_positional = compiled.positiontup is not None
        self._values: list[tuple[str, Any, Callable[[Any], Any] | None]] = []
        for name in names:
            kind = compiled.binds[name].type.dialect_impl(dialect)
            self._values.append((name, compiled.params[name], kind.bind_processor(dialect)))
        self._columns: list[Callable[[Any], Any] | None] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in statement.exported_columns
        ]

    def parameters(self, given: dict[str, Any]) -> Any:
        """Return the values in the order, or by the names, that the text has."""
        stored = [
            (name, value if made is None else made(value))
            for name, default, made in self._values
            for value in (given.get(name, default),)
        ]
        return [value for _, value in stored] if self._is_positional else dict(stored)

    def row(self, found: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return what the driver found as the columns of the statement say."""
        return tuple(
            value if made is None else made(value)
            for value, made in zip(found, self._columns, strict=True)
        )


class DirectConnection:
    """One connection of a sender, kept between its transactions; for one thread.

    Args:
        engine: the writing engine.
        turn: waits until this process may write, and turns faults into those of `Database`.
    """

    def __init__(self, engine: Engine, turn: Callable[[], AbstractContextManager[object]]) -> None:
        self._engine = engine
        self._turn = turn
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._held: PoolProxiedConnection | None = None
        self._cursor: Any = None
        self._syncs = True

    @contextmanager
    def transaction(self, *, synced: bool = True) -> Iterator[None]:
        """Commit on a clean exit; roll back on any error, after which a new connection is taken.

        Args:
            synced: False to leave it to the next commit that is synced to get this one on disk. A
                process that dies loses nothing of it; a machine that loses its power may.

        Raises:
            DatabaseUnavailableError: when the database cannot take the change.
        """
        with self._turn():
            try:
                if self._held is None:
                    self._held = self._engine.raw_connection()
                    self._cursor = self._held.cursor()
                    self._syncs = True
                self._begin(synced=synced)
                yield
                self._held.commit()
            except BaseException:
                self._drop()
                raise

    def _begin(self, *, synced: bool) -> None:
        if self._is_sqlite:
            if synced is not self._syncs:
                self._cursor.execute(f"PRAGMA synchronous = {'FULL' if synced else 'NORMAL'}")
                self._syncs = synced
            self._cursor.execute("BEGIN IMMEDIATE")
        elif not synced:  # psycopg begins by itself
            self._cursor.execute("SET LOCAL synchronous_commit TO off")

    def run(self, statement: Statement, **values: Any) -> bool:
        """Run a statement that concerns one row, within a transaction; False if there was none."""
        compiled = statement.on(self._engine.dialect)
        self._cursor.execute(compiled.text, compiled.parameters(values))
        return bool(self._cursor.rowcount == 1)

    def rows(self, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
        """Run a statement that returns rows, within a transaction."""
        compiled = statement.on(self._engine.dialect)
        self._cursor.execute(compiled.text, compiled.parameters(values))
        return [compiled.row(found) for found in self._cursor.fetchall()]

    def close(self) -> None:
        """Give the connection back, as it was."""
        if self._held is not None:
            if not self._syncs:
                self._cursor.execute("PRAGMA synchronous = FULL")
            self._held.close()
        self._held = self._cursor = None

    def _drop(self) -> None:
        held, self._held, self._cursor = self._held, None, None
        if held is not None:
            # Also where the driver did not get round to a rollback: closing is one.
            with suppress(*driver_errors("Error")):
                held.invalidate()
