"""What happens to a machine, for real: databases that go away, lock or fill up, and a clean stop.

Workers and pages are processes; the mail server remembers on disk what it took, and the judge of
the kill test holds that against the outbox. The long forms are in `tests/soak/test_faults.py`.
"""

import os
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlmodel import col, func, select

from campagne.clock import Clock
from campagne.services.outbox import delivery
from campagne.store.database import Database, DatabaseUnavailableError
from campagne.store.tables import AttemptRow, DeliveryRow
from tests.e2e.conftest import Install
from tests.e2e.processes import Campagne, Running, wait_for
from tests.soak import harness, verdict
from tests.soak.faults import Cluster, cluster

MAILS = 200


class Region:
    """An installation with mails that wait, and the mail server that they go to."""

    def __init__(self, campagne: Campagne, taken: Path) -> None:
        self.campagne = campagne
        self._taken = taken
        self.filled = 0

    def fill(self, count: int = MAILS) -> None:
        """Put mails in the outbox: reminders and broadcasts, some to who is refused."""
        numbers = [one for one in range(1, count * 2) if one % 11 and one % 97][:count]
        database = Database(self.campagne.database_url)
        with database.session() as session:
            for number in numbers:
                delivery.enqueue(session, harness.message(number), now=Clock().now())
        database.close()
        self.filled += len(numbers)

    def taken(self) -> int:
        """Return how many mails the server took."""
        return len(verdict.copies_in(self._taken)) if self._taken.exists() else 0

    def wait_until_taken(self, count: int) -> None:
        """Wait for the server to have so many."""
        wait_for(f"{count} mails", lambda: self.taken() >= count)

    def is_settled(self) -> bool:
        """Say whether each mail was sent or refused."""
        counts = self._count()
        return counts.get("accepted", 0) + counts.get("failed", 0) == self.filled

    def _count(self) -> dict[str, int]:
        database = Database(self.campagne.database_url)
        with database.read() as session:
            counts = session.exec(
                select(col(DeliveryRow.state), func.count()).group_by(col(DeliveryRow.state))
            ).all()
        database.close()
        return {state.value: count for state, count in counts}

    def check(self) -> None:
        """Fail unless each mail that could go arrived, once, and each was tried once."""
        database = Database(self.campagne.database_url)
        found = verdict.judge(database, verdict.copies_in(self._taken))
        assert found.is_clean, found
        assert (found.resent, found.unknown) == (0, 0), found
        with database.read() as session:
            tries = Counter(session.exec(select(col(AttemptRow.delivery_id))))
            assert set(tries.values()) == {1}
        database.close()


@pytest.fixture
def mail_port(tmp_path: Path) -> Iterator[int]:
    """A mail server that takes a moment for each mail and refuses some for good."""
    with harness.mail_server(tmp_path / "taken.jsonl", 1, 0.05, "calm") as port:
        yield port


@pytest.fixture
def region(install: Install, mail_port: int, tmp_path: Path) -> Region:
    """An installation on SQLite with mails that wait."""
    return _region(install, mail_port, tmp_path)


def _region(install: Install, mail_port: int, tmp_path: Path, **settings: str) -> Region:
    campagne = install(
        smtp_url=f"smtp://127.0.0.1:{mail_port}", smtp_insecure="true", demo="false", **settings
    )
    if "database_url" in settings:
        campagne.run("db", "upgrade")
    campagne.run("rota", "apply")
    made = Region(campagne, tmp_path / "taken.jsonl")
    made.fill()
    return made


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_four_workers_at_once_claim_no_mail_twice(
    install: Install,
    mail_port: int,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    engine: str,
) -> None:
    where = (
        {"database_url": str(request.getfixturevalue("empty_postgres_url"))}
        if engine == "postgres"
        else {}
    )
    region = _region(install, mail_port, tmp_path, **where)

    workers = [region.campagne.start("worker") for _ in range(4)]
    wait_for("all mails", region.is_settled)
    assert [one.stop() for one in workers] == [0] * 4

    region.check()
    assert sum("INFO campagne.delivery sent:" in one.said for one in workers) > 1
    assert not [one.log for one in workers if "Traceback" in one.said]


def test_a_stop_in_mid_broadcast_takes_ten_seconds_at_most(region: Region) -> None:
    worker = region.campagne.start("worker")
    region.wait_until_taken(MAILS // 4)
    worker.process.terminate()
    assert worker.process.wait(10) == 0  # a promise of ours, no measure of speed
    assert not region.is_settled()

    again = region.campagne.start("worker")
    wait_for("the rest", region.is_settled)
    assert again.stop() == 0
    region.check()


@pytest.mark.postgres
def test_workers_and_pages_outlive_a_crash_of_postgresql(
    install: Install, mail_port: int, tmp_path: Path
) -> None:
    with cluster() as server:
        region = _region(install, mail_port, tmp_path, database_url=server.url)
        workers = [region.campagne.start("worker") for _ in range(2)]
        pages = region.campagne.start_pages("web")
        region.wait_until_taken(MAILS // 4)

        away = _answer_while_away(server, region.campagne)

        wait_for("all mails", region.is_settled)
        wait_for("the pages", lambda: region.campagne.get("/").ok)
        assert [one.stop() for one in (*workers, pages)] == [0, 0, 0]
        region.check()
    assert away.status_code == 503
    assert int(away.headers["retry-after"]) > 0
    assert any("niet bereikbaar" in one.said for one in workers)
    assert not [one.log for one in (*workers, pages) if "Traceback" in one.said]


def _answer_while_away(server: Cluster, campagne: Campagne) -> requests.Response:
    """Crash the server, and start it again after five seconds; return what a page said."""
    server.crash()
    answer = campagne.get("/")
    time.sleep(5)
    server.start()
    return answer


def test_a_lock_on_sqlite_by_another_program_stops_no_reader_and_loses_nothing(
    region: Region,
) -> None:
    # Longer than a writer waits before it gives up.
    hold_sqlite(region, seconds=15)


def hold_sqlite(region: Region, seconds: int) -> None:
    """Lock the database for so long in mid-run, and see what becomes of it."""
    worker = region.campagne.start("worker")
    pages = region.campagne.start_pages("web")
    region.wait_until_taken(MAILS // 4)
    other = sqlite3.connect(region.campagne.data / "campagne.db", isolation_level=None, timeout=60)
    other.execute("BEGIN IMMEDIATE")

    time.sleep(1)  # for what was on its way
    before = region.taken()
    for _ in range(seconds):
        assert region.campagne.get("/").ok
        time.sleep(1)
    during = region.taken()
    other.execute("ROLLBACK")
    other.close()

    wait_for("all mails", region.is_settled)
    assert [worker.stop(), pages.stop()] == [0, 0]
    region.check()
    # Nothing is sent of which nobody could store that it was.
    assert during == before
    assert "database is locked" in worker.said
    assert "Traceback" not in worker.said + pages.said


def test_a_full_disk_stops_sending_and_queueing_until_there_is_room(
    install: Install, mail_port: int, tmp_path: Path
) -> None:
    with _small_disk(tmp_path / "disk") as disk:
        region = _region(install, mail_port, tmp_path, data_dir=str(disk))
        worker = region.campagne.start("worker")
        region.wait_until_taken(MAILS // 4)
        _fill_up(disk / "filler")

        wait_for("the log to tell", lambda: _tells_of_full_disk(worker))
        time.sleep(1)  # for what was on its way
        before = region.taken()
        with pytest.raises(DatabaseUnavailableError, match="vol"):
            _queue_much(region)
        time.sleep(5)
        # One mail per sender is out while its answer cannot be stored; no other leaves.
        assert region.taken() == before
        (disk / "filler").unlink()

        wait_for("all mails", region.is_settled)
        assert worker.stop() == 0
        region.check()
        assert "Traceback" not in worker.said


def _tells_of_full_disk(worker: Running) -> bool:
    return "De schijf van de database is vol" in worker.said


def _queue_much(region: Region) -> None:
    database = Database(region.campagne.database_url)
    try:
        with database.session() as session:
            for number in range(10_000, 10_200):
                delivery.enqueue(session, harness.message(number), now=Clock().now())
    finally:
        database.close()


def _fill_up(file: Path) -> None:
    """Write until there is no room left, to the last byte."""
    with file.open("wb", buffering=0) as filler:
        for size in (65536, 512, 1):
            try:
                while True:
                    filler.write(b"x" * size)
            except OSError:
                continue


class _small_disk:  # noqa: N801 - reads as what it gives
    """A disk of some megabytes: a tmpfs, which root can mount. The year fits, with its log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Path:
        self._folder.mkdir()
        if os.geteuid() != 0:
            pytest.skip("only root can mount a small disk to fill up")
        done = self._run("mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs")
        if done.returncode:
            pytest.skip(f"no small disk can be mounted: {done.stderr.strip()}")
        return self._folder

    def __exit__(self, *_error: object) -> None:
        self._run("umount", "--lazy")

    def _run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603 - programs of the system
            [*command, str(self._folder)],
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=60,
        )
