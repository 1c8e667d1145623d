"""Hundreds of kills over thousands of mails, on both databases; prints its counts."""

from pathlib import Path

import pytest

from campagne.store.database import Database
from tests.soak import harness
from tests.soak.harness import Plan
from tests.soak.releasing import Broadcasts


def test_hundreds_of_kills_lose_nothing_and_double_nothing_unseen(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    given = request.config.getoption
    plan = Plan(given("--kills"), given("--mails"), workers=3, seed=given("--seed"))

    report = harness.run(database, tmp_path, plan)

    print(f"\n{database.engine.dialect.name}, seed {plan.seed}: {report}")  # noqa: T201 - its purpose
    harness.check(report, plan)


def test_hundreds_of_kills_while_broadcasts_to_thousands_are_made(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    given = request.config.getoption
    kills, people = given("--kills") // 2, given("--mails") // 2
    plan = Plan(kills, people, workers=3, seed=given("--seed"), pause=(0.2, 2.5))

    report = harness.run(database, tmp_path, plan, Broadcasts)

    print(f"\n{database.engine.dialect.name}, seed {plan.seed}: {report}")  # noqa: T201 - its purpose
    harness.check(report, plan)
