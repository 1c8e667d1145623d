"""Workers killed at random moments: nothing lost, nothing doubled unseen. Long form: make soak."""

from pathlib import Path

import pytest

from campagne.store.database import Database
from tests.soak import harness
from tests.soak.harness import Plan
from tests.soak.releasing import Broadcasts


def test_kills_lose_nothing_and_double_nothing_unseen(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = Plan(kills=25, mails=300, workers=2)

    report = harness.run(database, tmp_path, plan)

    with capsys.disabled():
        print(f"\n{database.engine.dialect.name}: {report}")  # noqa: T201 - the counts are the point
    harness.check(report, plan)


def test_kills_while_a_broadcast_to_many_is_made(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = Plan(kills=12, mails=200, workers=3, pause=(0.1, 1.2))

    report = harness.run(database, tmp_path, plan, Broadcasts)

    with capsys.disabled():
        print(f"\n{database.engine.dialect.name}: {report}")  # noqa: T201 - the counts are the point
    harness.check(report, plan)


def test_a_clock_that_is_put_back_an_hour_loses_and_doubles_nothing(
    sqlite_database: Database, tmp_path: Path
) -> None:
    # That hour takes a minute: what waits is due when the clock is where it was.
    plan = Plan(kills=0, mails=200, workers=2, put_clock_back=True)

    report = harness.run(sqlite_database, tmp_path, plan)

    harness.check(report, plan)
    assert "the clock went back by 0:5" in (tmp_path / "workers.log").read_text("utf-8")
