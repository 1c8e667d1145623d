"""The two ways to the database: `session()` writes, `read()` only reads.

There is no third, but for what a sender does with every mail: `direct()`.

SQLite: WAL, foreign keys on, synchronous FULL, and the driver's own transactions off: a write
begins with BEGIN IMMEDIATE, since a read that becomes a write fails or loses updates there. A
reader never waits for a writer. PostgreSQL: READ COMMITTED behind one lock for writing, REPEATABLE
READ and read only for reading. So on both there is one writer at a time, and what it read stays
true until it commits. Senders alone need no such lock, see `session`.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import NullPool
from sqlmodel import Session, create_engine

from campagne.errors import CampagneError, DatabaseVersionError, SettingsError, reason
from campagne.store import schema
from campagne.store.direct import DirectConnection, driver_errors
from campagne.store.kept import Kept
from campagne.store.watch import Watch

# How long a writer waits for another one before it gives up.
_BUSY_MILLISECONDS = 10_000
_CONNECT_SECONDS = 10

# These say that the program is wrong, not the database: they are left as they are.
_DEFECTS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)


class DatabaseUnavailableError(CampagneError):
    """The database cannot be reached, is locked, full or read-only; nothing was stored."""


class Database:
    """A database and its two ways in.

    Args:
        url: SQLAlchemy URL, ``sqlite:///...`` or ``postgresql+psycopg://...``.

    Attributes:
        is_frozen: True for a file in a folder that could not be written when this was made; it can
            be read only.

    Raises:
        SettingsError: when the URL is of another kind, or the folder cannot be made.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError):  # the latter for a port that is no number
            raise SettingsError(
                "CAMPAGNE_DATABASE_URL is geen adres van een database."
                " Voorbeeld: postgresql+psycopg://naam:wachtwoord@server/campagne"
            ) from None
        self.url = url
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._file: Path | None = None
        self.is_frozen = False
        self._one_writer = threading.Lock()
        self._kept = Kept()
        self._watches: list[Watch] = []
        if self.is_sqlite:
            self._file = _sqlite_file(parsed.database)
            self._writing, self._reading = _sqlite_engines(url)
            self.is_frozen = _is_frozen(self._file)
            if self.is_frozen:
                self._reading = _frozen_engine(self._file)
        elif parsed.drivername == "postgresql+psycopg":
            self._writing = create_engine(
                url,
                pool_pre_ping=True,
                hide_parameters=True,  # see `_sqlite_engines`
                connect_args={"connect_timeout": _CONNECT_SECONDS},
            )
            self._reading = self._writing.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        else:
            raise SettingsError(
                f"CAMPAGNE_DATABASE_URL noemt {parsed.drivername};"
                " kies sqlite:///pad of postgresql+psycopg://..."
            )

    @property
    def engine(self) -> Engine:
        """The writing engine; only tests look at the database past the two ways in."""
        return self._writing

    @property
    def engines(self) -> tuple[Engine, Engine]:
        """The writing and the reading engine, for who counts statements."""
        return self._writing, self._reading

    def upgrade(self) -> None:
        """Bring the database to the newest schema; when two do so at once, they take turns.

        A new file of SQLite is for its owner only.

        Raises:
            DatabaseVersionError: when it is newer than this program; nothing was changed.
            DatabaseUnavailableError: when it cannot be reached or written.
        """
        if self._file is not None:
            # It holds addresses and signed links. SQLite gives its other files the same rights.
            # On an error it is there already, or SQLite meets the same fault and says so below.
            with suppress(OSError):
                self._file.touch(mode=0o600, exist_ok=False)
        with _plain_errors():
            # Looking first, so that who only reads does not wait for who writes.
            if not schema.is_newest(self._reading):
                schema.upgrade(self._writing)

    def check_version(self) -> None:
        """Check that the database has exactly the schema of this program; changes nothing.

        Raises:
            DatabaseVersionError: when it is empty, older or newer; the sentence says what to do.
            DatabaseUnavailableError: when it cannot be reached.
        """
        if self._file is not None and not self._file.exists():  # opening would make it
            raise DatabaseVersionError(
                f"Er is nog geen database in {self._file}. Draai eerst: campagne db upgrade"
            )
        with _plain_errors():
            schema.check_version(self._reading)

    @contextmanager
    def session(self, *, alone: bool = True) -> Iterator[Session]:
        """Open a writing transaction; commits on a clean exit, rolls back on any error.

        Args:
            alone: False for who writes by single statements that test in their own condition
                what they rely on, such as a sender: on PostgreSQL it then waits for nobody but
                the holder of the same row. What such a session reads may change before it
                commits. On SQLite there is one writer at a time in any case.

        Raises:
            DatabaseUnavailableError: when the database cannot take the change.
        """
        with self._turn(), Session(self._writing, expire_on_commit=False) as session:
            if alone or self.is_sqlite:
                # Before the first read, not at the first write: what is read must stay true.
                schema.take_write_lock(session.connection())
            yield session
            session.commit()

    @contextmanager
    def direct(self) -> Iterator[DirectConnection]:
        """Hold one connection for the statements of a sender; its transactions are not alone.

        What `session` says of `alone=False` holds for them too.
        """
        connection = DirectConnection(self._writing, self._turn)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the threads of this process write to SQLite one after another.

        SQLite itself has no queue: who finds it busy sleeps, and looks again later and later.

        Raises:
            DatabaseUnavailableError: when the turn does not come.
        """
        if not self.is_sqlite:
            with _plain_errors():
                yield
            return
        if not self._one_writer.acquire(timeout=_BUSY_MILLISECONDS / 1000):
            raise _too_busy()
        try:
            with _plain_errors():
                yield
        finally:
            self._one_writer.release()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that sees one moment and can change nothing.

        What is kept of whole tables (`store.kept`) is therefore what it would read.

        Raises:
            DatabaseUnavailableError: when the database cannot be reached.
        """
        with _plain_errors(), Session(self._reading, expire_on_commit=False) as session:
            self._kept.begin(session)
            yield session

    def watch(self) -> Watch:
        """Return what tells that nothing was changed; it is closed with the database."""
        made = Watch(None if self.is_frozen else self._file)
        self._watches.append(made)
        return made

    def close(self) -> None:
        """Close every connection."""
        for one in self._watches:
            one.close()
        self._writing.dispose()
        if self.is_sqlite:
            self._reading.dispose()


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise _too_busy() from error
    except DBAPIError as error:
        if isinstance(error, _DEFECTS):
            raise
        raise DatabaseUnavailableError(_sentence(str(error.orig))) from error
    except driver_errors("Error") as error:
        if isinstance(error, driver_errors(*(one.__name__ for one in _DEFECTS))):
            raise
        raise DatabaseUnavailableError(_sentence(str(error))) from error


def _too_busy() -> DatabaseUnavailableError:
    return DatabaseUnavailableError(
        "De database is te druk. Er is niets veranderd. Probeer het straks opnieuw."
    )


def _sentence(reported: str) -> str:
    """Say in Dutch what the database reports; its own words follow for who knows them."""
    words = reported.casefold()
    if "not a database" in words or "malformed" in words:
        what = "Het databasebestand is beschadigd. Zet een reservekopie terug."
    elif "readonly" in words or "read-only" in words:
        what = "De database kan alleen worden gelezen. Maak het bestand en de map beschrijfbaar."
    elif "unable to open" in words:
        what = "Het databasebestand kan niet worden geopend. Kijk naar de map en de rechten."
    elif "full" in words or "no space" in words:
        what = "De schijf van de database is vol. Maak ruimte vrij."
    elif "disk i/o" in words:  # what SQLite says when a full disk has no room for its index
        what = "De schijf van de database is vol of hapert. Maak ruimte vrij, of kijk de schijf na."
    else:
        what = "De database is niet bereikbaar of kan niets opslaan. Probeer het straks opnieuw."
    first_line = (reported.strip() or "niets").splitlines()[0]
    return f"{what} Er is niets veranderd. (De database meldt: {first_line})"


def _sqlite_file(path: str | None) -> Path:
    """Return the file of the database; makes its folder."""
    if path is None or path in {"", ":memory:"} or path.startswith("file:"):
        raise SettingsError("CAMPAGNE_DATABASE_URL moet een bestand noemen: sqlite:///pad")
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"De map {Path(path).parent} kan niet worden gemaakt ({reason(error)})."
            " Kies met CAMPAGNE_DATA_DIR een map waarin je mag schrijven."
        ) from error
    return Path(path)


def _sqlite_engines(url: str) -> tuple[Engine, Engine]:
    # In a log nobody needs the addresses and links that a statement stores.
    own = {"hide_parameters": True, "connect_args": {"check_same_thread": False}}
    writing, reading = create_engine(url, **own), create_engine(url, **own)

    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        # SQLAlchemy would otherwise let the driver decide when a transaction begins.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA journal_mode = WAL")

    def read_only(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(writing, "connect", configure)
    event.listen(reading, "connect", configure)
    event.listen(reading, "connect", read_only)
    event.listen(writing, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    event.listen(reading, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return writing, reading


def _is_frozen(file: Path) -> bool:
    """Say whether a file is there in a folder in which nothing can be made.

    There SQLite cannot keep the files that belong to WAL: even a reader must be told.
    """
    return file.is_file() and not os.access(
        file.parent, os.W_OK, effective_ids=os.access in os.supports_effective_ids
    )


def _frozen_engine(file: Path) -> Engine:
    """Return an engine for reading only, for a file in a folder that cannot be written."""

    def connect() -> sqlite3.Connection:
        # Looked at for each connection: where there is a -wal, someone else is writing, or was
        # stopped while writing, and what is in it counts too.
        written = file.with_name(f"{file.name}-wal").exists()
        way = "mode=ro" if written else "mode=ro&immutable=1"
        return sqlite3.connect(
            f"file:{quote(str(file.absolute()))}?{way}", uri=True, check_same_thread=False
        )

    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")

    reading = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    event.listen(reading, "connect", configure)
    event.listen(reading, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return reading
