"""The connection of a sender: what it commits, what it undoes, and what it leaves behind."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, text, update
from sqlalchemy import select as sql_select
from sqlmodel import SQLModel, col, select

from campagne.domain.rota import EditionStatus
from campagne.errors import CampagneError
from campagne.store.database import Database, DatabaseUnavailableError
from campagne.store.direct import DirectConnection, Statement
from campagne.store.tables import EditionRow, RegionRow

_REGION = SQLModel.metadata.tables["region"]
_NAME = bindparam("new_name", None, type_=_REGION.c.name.type)
_KEY = bindparam("its_key", None, type_=_REGION.c.key.type)
_OTHERWISE = RegionRow(key="", name="").model_dump(exclude_none=True)
_ADD = Statement(insert(_REGION).values({**_OTHERWISE, "key": _KEY, "name": _NAME}).inline())
_RENAME = Statement(update(_REGION).where(_REGION.c.key == _KEY).values(name=_NAME))


def _names(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(RegionRow.name).order_by(col(RegionRow.key))))


def _add(connection: DirectConnection, key: str, *, synced: bool = True) -> None:
    with connection.transaction(synced=synced):
        assert connection.run(_ADD, its_key=key, new_name=key.title())


def _add_and_fail(connection: DirectConnection, key: str) -> None:
    with connection.transaction():
        assert connection.run(_ADD, its_key=key, new_name=key.title())
        raise ZeroDivisionError


def test_a_clean_exit_commits_and_an_error_does_not(database: Database) -> None:
    with database.direct() as connection:
        _add(connection, "aa")
        with pytest.raises(ZeroDivisionError):
            _add_and_fail(connection, "bb")
        with connection.transaction():
            assert connection.run(_RENAME, its_key="aa", new_name="Anders")
            assert not connection.run(_RENAME, its_key="bb", new_name="Anders")
    assert _names(database) == ["Anders"]


def test_what_need_not_be_on_disk_at_once_is_stored_too(database: Database) -> None:
    with database.direct() as connection:
        _add(connection, "aa", synced=False)
        assert _names(database) == ["Aa"], "others see it at once"
        _add(connection, "bb")
        _add(connection, "cc", synced=False)
    assert _names(database) == ["Aa", "Bb", "Cc"]


@pytest.mark.parametrize("synced", [True, False])
def test_a_connection_is_given_back_as_it_was(sqlite_database: Database, *, synced: bool) -> None:
    with sqlite_database.direct() as connection:
        _add(connection, "aa", synced=synced)
    with sqlite_database.session() as session:
        assert session.connection().execute(text("PRAGMA synchronous")).scalar_one() == 2, "FULL"


def test_each_type_is_stored_and_read_as_the_rest_of_the_program_does(world: Database) -> None:
    """A driver knows no enumeration and no time zone."""
    edition = SQLModel.metadata.tables["edition"]
    when = datetime(2026, 11, 22, 8, 30, 15, 123456, tzinfo=UTC)
    set_it = Statement(
        update(edition)
        .where(edition.c.key == bindparam("its_key", None, type_=edition.c.key.type))
        .values(
            status="cancelled",
            modified_at=bindparam("at", None, type_=edition.c.modified_at.type),
        )
    )
    read_it = Statement(
        sql_select(edition.c.status, edition.c.modified_at, edition.c.confirmed_on).where(
            edition.c.key == bindparam("its_key", None, type_=edition.c.key.type)
        )
    )
    with world.read() as session:
        before = session.exec(select(EditionRow)).first()
    assert before is not None
    with world.direct() as connection, connection.transaction():
        assert connection.run(set_it, its_key=before.key, at=when)
        ((status, modified_at, confirmed_on),) = connection.rows(read_it, its_key=before.key)
        assert connection.rows(read_it, its_key="bestaat-niet") == []
    assert (status, modified_at, confirmed_on) == (EditionStatus.CANCELLED, when, None)
    assert type(status) is EditionStatus
    assert modified_at.tzinfo is not None
    with world.read() as session:
        after = session.get_one(EditionRow, before.key)
    assert (after.status.value, after.modified_at) == ("cancelled", when)


def test_a_defect_stays_a_defect_and_the_next_transaction_works(database: Database) -> None:
    with database.direct() as connection:
        _add(connection, "aa")
        with pytest.raises(Exception, match=r"(?i)unique") as caught:
            _add(connection, "aa")
        assert not isinstance(caught.value, CampagneError)
        _add(connection, "bb")
    assert _names(database) == ["Aa", "Bb"]


def test_a_database_that_is_away_and_comes_back(sqlite_database: Database) -> None:
    with sqlite_database.direct() as connection:
        _add(connection, "aa")
        with sqlite_database.engine.begin() as other:
            other.execute(text("ALTER TABLE region RENAME TO elsewhere"))
        with pytest.raises(DatabaseUnavailableError, match="Er is niets veranderd"):
            _add(connection, "bb")
        with sqlite_database.engine.begin() as other:
            other.execute(text("ALTER TABLE elsewhere RENAME TO region"))
        _add(connection, "bb")
    assert _names(sqlite_database) == ["Aa", "Bb"]


@pytest.mark.postgres
def test_a_server_that_cuts_the_connection_is_found_again(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.direct() as connection:
        _add(connection, "aa")
        with database.engine.begin() as other:
            other.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        with pytest.raises(DatabaseUnavailableError, match="niet bereikbaar"):
            _add(connection, "bb")
        _add(connection, "bb")
    assert _names(database) == ["Aa", "Bb"]
    database.close()


def test_threads_of_one_process_take_turns(database: Database) -> None:
    """Five threads that write in both ways: none is told that the database is locked."""
    faults: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with database.direct() as connection:
                for turn in range(5):
                    _add(connection, f"{number}-{turn}", synced=turn % 2 == 0)
                    with database.session() as session:
                        session.add(RegionRow(key=f"s{number}-{turn}", name="Sessie"))
        except BaseException as fault:  # noqa: BLE001 - to be seen by the test
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(_names(database)) == 50
