"""The two ways to the database, on both engines: nothing lost, nothing half, plain words."""

import os
import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from traceback import format_exception
from typing import NoReturn

import psycopg
import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError, InterfaceError, InternalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import select

from campagne.errors import SettingsError
from campagne.store.database import Database, DatabaseUnavailableError, _plain_errors
from campagne.store.tables import DataVersionRow, MunicipalityRow, RegionRow
from tests.rights import without_rights

_NOW = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)


def _number(database: Database) -> int:
    with database.read() as session:
        return session.get_one(DataVersionRow, 1).version


def test_four_threads_lose_no_update(world: Database) -> None:
    def increment(_: int) -> None:
        for _ in range(50):
            with world.session() as session:
                row = session.get_one(DataVersionRow, 1)
                row.version = row.version + 1

    before = _number(world)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(increment, range(4)))
    assert _number(world) == before + 200


def test_a_clean_exit_commits_and_an_error_does_not(database: Database) -> None:
    with database.session() as session:
        session.add(RegionRow(key="noord", name="Noord"))
    try:
        with database.session() as session:
            session.add(RegionRow(key="zuid", name="Zuid"))
            session.flush()
            _raise(ZeroDivisionError())
    except ZeroDivisionError:
        pass
    with database.read() as session:
        assert [one.key for one in session.exec(select(RegionRow))] == ["noord"]


def test_reading_changes_nothing(database: Database) -> None:
    with (
        pytest.raises(DatabaseUnavailableError, match=r"alleen worden gelezen"),
        database.read() as session,
    ):
        session.connection().execute(insert(RegionRow).values(key="noord", name="Noord"))
    with database.read() as session:
        session.add(RegionRow(key="zuid", name="Zuid"))
    with database.read() as session:
        assert session.exec(select(RegionRow)).all() == []
    with database.session() as session:  # nor does a reader leave its connection read-only
        session.add(RegionRow(key="oost", name="Oost"))


def test_a_reader_does_not_wait_for_a_writer_and_sees_one_moment(world: Database) -> None:
    with world.read() as reading:
        before = reading.get_one(DataVersionRow, 1).version
        with world.session() as writing:
            writing.get_one(DataVersionRow, 1).version = 99
            writing.flush()
            with world.read() as other:
                assert other.get_one(DataVersionRow, 1).version == before
        reading.expire_all()
        assert reading.get_one(DataVersionRow, 1).version == before
    assert _number(world) == 99


def test_a_second_writer_waits_for_the_first_to_end(world: Database) -> None:
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait()
        with world.session():
            order.append("second")

    with ThreadPoolExecutor(1) as pool:
        with world.session():
            waiting = pool.submit(second)
            inside.set()
            with pytest.raises(FutureTimeoutError):
                waiting.result(timeout=0.3)
            order.append("first")
        waiting.result()
    assert order == ["first", "second"]


def test_foreign_keys_are_enforced(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(MunicipalityRow(key="x", name="X", cbs_code="GM0001", region_key="nergens"))


def test_a_defect_tells_nothing_of_what_is_stored(database: Database) -> None:
    """It goes to the log, with its causes: a mail with its signed links must not."""
    town = MunicipalityRow(key="katwijk", name="geheim", cbs_code="GM0537", region_key="nergens")
    with pytest.raises(IntegrityError) as caught, database.session() as session:
        session.add(town)
    assert "geheim" not in "".join(format_exception(caught.value))


def test_an_instant_comes_back_aware_in_utc(database: Database) -> None:
    amsterdam = _NOW.astimezone(timezone(timedelta(hours=2)))
    with database.session() as session:
        session.add(DataVersionRow(version=1, changed_at=amsterdam))
    with database.read() as session:
        found = session.get_one(DataVersionRow, 1).changed_at
    assert found == _NOW
    assert found.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(StatementError), database.session() as session:
        session.add(DataVersionRow(version=1, changed_at=_NOW.replace(tzinfo=None)))


def test_a_campaign_day_stays_a_day(database: Database) -> None:
    with database.session() as session:
        session.add(RegionRow(key="noord", name="Noord"))
        session.flush()
        session.add(
            MunicipalityRow(
                key="x", name="X", cbs_code="GM1", region_key="noord", valid_to=date(2026, 12, 31)
            )
        )
    with database.read() as session:
        assert session.get_one(MunicipalityRow, "x").valid_to == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InterfaceError("", {}, psycopg.InterfaceError("closed")), r"niet bereikbaar"),
        (InternalError("", {}, psycopg.InternalError("read-only transaction")), r"alleen worden"),
        (InternalError("", {}, psycopg.errors.DiskFull("No space left")), r"schijf .* is vol"),
        (InternalError("", {}, Exception("database or disk is full")), r"schijf .* is vol"),
        (InternalError("", {}, Exception("one\ntwo")), r"meldt: one\)$"),
        (InternalError("", {}, Exception("")), r"meldt: niets\)$"),
        (PoolTimeoutError("QueuePool limit"), r"te druk"),
    ],
)
def test_what_a_database_reports_becomes_a_dutch_sentence(error: Exception, sentence: str) -> None:
    with pytest.raises(DatabaseUnavailableError, match=sentence) as caught, _plain_errors():
        _raise(error)
    assert "Er is niets veranderd" in str(caught.value)


def test_a_defect_stays_a_defect() -> None:
    with pytest.raises(IntegrityError), _plain_errors():
        _raise(IntegrityError("", {}, Exception("unique")))


def _raise(error: Exception) -> NoReturn:
    raise error


def test_a_server_that_is_not_there() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/campagne")
    with pytest.raises(DatabaseUnavailableError, match=r"niet bereikbaar"), database.session():
        pass
    with pytest.raises(DatabaseUnavailableError, match=r"niet bereikbaar"):
        database.check_version()
    database.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite://", r"moet een bestand noemen"),
        ("sqlite:///:memory:", r"moet een bestand noemen"),
        ("sqlite:///file:x?mode=memory&uri=true", r"moet een bestand noemen"),
        ("geen adres", r"geen adres van een database"),
        ("mysql://server/campagne", r"kies sqlite"),
        ("postgresql://server/campagne", r"kies sqlite"),
    ],
)
def test_a_wrong_address(url: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        Database(url)


def test_a_corrupt_file_is_named_so_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "campagne.db"
    path.write_bytes(b"this is a letter, not a database. " * 200)
    before = path.read_bytes()
    database = Database(f"sqlite:///{path}")
    for attempt in (database.upgrade, database.check_version, lambda: _number(database)):
        with pytest.raises(DatabaseUnavailableError, match=r"beschadigd"):
            attempt()
    database.close()
    assert path.read_bytes() == before


def test_a_damaged_page_is_named_so(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    database = Database(sqlite_url)
    with pytest.raises(DatabaseUnavailableError, match=r"beschadigd"):
        _number(database)
    database.close()


def test_a_folder_where_nothing_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("")
    with pytest.raises(SettingsError, match=r"kan niet worden gemaakt"):
        Database(f"sqlite:///{tmp_path / 'bestand' / 'var' / 'campagne.db'}")


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}")
    with pytest.raises(DatabaseUnavailableError, match=r"niet worden geopend"):
        database.upgrade()
    database.close()


def test_other_people_on_the_machine_cannot_read_a_new_file(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        database = Database(f"sqlite:///{tmp_path / 'campagne.db'}")
        database.upgrade()
        files = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        database.close()
    finally:
        os.umask(before)
    assert files == dict.fromkeys(["campagne.db", "campagne.db-shm", "campagne.db-wal"], 0o600)


def test_a_folder_and_file_that_can_only_be_read(sqlite_template: Path) -> None:
    # Not under the folder of pytest, where nobody else may look.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copyfile(sqlite_template, folder / "campagne.db")
        database = Database(f"sqlite:///{folder / 'campagne.db'}")
        other = Database(f"sqlite:///{folder / 'nieuw.db'}")
        with without_rights(folder):
            with (
                pytest.raises(DatabaseUnavailableError, match=r"alleen worden gelezen|niet worden"),
                database.session() as session,
            ):
                session.add(RegionRow(key="noord", name="Noord"))
            with pytest.raises(DatabaseUnavailableError, match=r"niet worden geopend"):
                other.upgrade()
        database.close()
        other.close()


@pytest.mark.parametrize("stopped_while_writing", [False, True])
def test_what_can_only_be_read_is_read(
    sqlite_template: Path, *, stopped_while_writing: bool
) -> None:
    """Also what a writer that was killed left beside the file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "map #1"
        folder.mkdir()
        Path(name).chmod(0o755)
        source = Path(name) / "bron"
        source.mkdir()
        shutil.copyfile(sqlite_template, source / "campagne.db")
        writing = Database(f"sqlite:///{source / 'campagne.db'}")
        with writing.session() as session:
            session.add(RegionRow(key="noord", name="Noord"))
        if not stopped_while_writing:
            writing.close()
        for path in source.iterdir():
            shutil.copyfile(path, folder / path.name)
        writing.close()
        with without_rights(folder):
            database = Database(f"sqlite:///{folder / 'campagne.db'}")
            database.check_version()
            with database.read() as session:
                assert [one.key for one in session.exec(select(RegionRow))] == ["noord"]
            with (
                pytest.raises(DatabaseUnavailableError, match=r"alleen worden gelezen|niet worden"),
                database.session() as session,
            ):
                session.add(RegionRow(key="zuid", name="Zuid"))
            database.close()
        assert database.is_frozen
