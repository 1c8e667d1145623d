"""Planning a national year, and a round of the clock with nothing to do.

    make bench            (or: .venv/bin/python -m bench.planning --help)

Plans 342 gemeenten x 20 campaigns x 8 steps x 2 contacts = 109,440 reminders, and stores the same
rows as SQLModel objects with `add_all` in the same run, as the yardstick. Then times an idle
round at 1,000 and at all rows. Only the ratios say something; the seconds are this machine's.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, SQLModel, col, select

from campagne.clock import SetClock
from campagne.domain import codec
from campagne.domain.dates import DateRule, FixedDays, RuleKind
from campagne.domain.playbook import Role, Scope
from campagne.domain.reminders import Answer
from campagne.domain.rota import Certainty, EditionStatus
from campagne.messages import Mails
from campagne.resources import folder
from campagne.services.access import Links
from campagne.services.planning import (
    notice_mails,
    notices,
    people_changes,
    reminder_mails,
    reminder_round,
    reminders,
)
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import (
    AnswerRow,
    CampaignRow,
    ContactRoleRow,
    ContactRow,
    EditionRow,
    MunicipalityRow,
    RegionRow,
    ReminderRow,
    StepRow,
)

TODAY = date(2026, 1, 5)
GEMEENTEN, CAMPAIGNS, STEPS, CONTACTS = 342, 20, 8, 2
CLOCK = SetClock(TODAY)


def fill(session: Session, joined: int = CAMPAIGNS, places: int = 0, runs: int = 0) -> None:
    """Store a national rota, of which every gemeente joins some campaigns; all if not told.

    Args:
        session: a writing session.
        joined: how many campaigns each gemeente joins.
        places: how many gemeenten; 0 for those of the country.
        runs: how many campaigns; 0 for as many as are usual.
    """
    now = CLOCK.now()
    gemeenten = [f"g{number}" for number in range(places or GEMEENTEN)]
    campaigns = [f"c{number}" for number in range(runs or CAMPAIGNS)]
    people = [f"{place}-p{number}" for place in gemeenten for number in range(CONTACTS)]
    rule = codec.rule_to_dict(DateRule(RuleKind.FIXED, FixedDays(11, 25, 12, 10)))

    def put(table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
        # By way of the model, which knows what a new column holds.
        whole = [table(**row).model_dump(exclude_none=True) for row in rows]
        if whole:
            session.execute(insert(table), whole)

    put(RegionRow, [{"key": "nl", "name": "Nederland"}])
    put(
        MunicipalityRow,
        [
            {"key": place, "name": place, "cbs_code": place, "region_key": "nl", "closed_days": []}
            for place in gemeenten
        ],
    )
    put(
        CampaignRow,
        [
            {
                "key": key,
                "name": key,
                "rule": rule,
                "rule_text": "",
                "certainty": Certainty.HIGH,
                "organiser": "",
                "source": "",
                "known": [],
            }
            for key in campaigns
        ],
    )
    put(
        EditionRow,
        [
            {
                "key": f"{key}-2026",
                "campaign_key": key,
                "year": 2026,
                "first": date(2026, 10, 1) + timedelta(days=number),
                "last": date(2026, 10, 8) + timedelta(days=number),
                "status": EditionStatus.CONFIRMED,
                "created_at": now,
                "modified_at": now,
            }
            for number, key in enumerate(campaigns)
        ],
    )
    put(
        StepRow,
        [
            {
                "key": f"s{number}",
                "position": number,
                "title": f"Stap {number}",
                "what": "Doe dit.",
                "role": Role.COMMUNICATION,
                "lead": f"{number + 2} weken voor de start",
                "scope": Scope.FULL.value,
                "summer": "keep",
            }
            for number in range(STEPS)
        ],
    )
    put(
        ContactRow,
        [{"key": key, "name": key, "email": f"{key}@example.nl"} for key in people],
    )
    put(
        ContactRoleRow,
        [
            {
                "contact_key": key,
                "role": Role.COMMUNICATION,
                "municipality_key": key.partition("-")[0],
            }
            for key in people
        ],
    )
    put(
        AnswerRow,
        [
            {
                "edition_key": f"{key}-2026",
                "municipality_key": place,
                "answer": Answer.JOIN,
                "by": "bench",
                "at": now,
            }
            for key in campaigns[:joined]
            for place in gemeenten
        ],
    )


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def replan(database: Database) -> reminders.PlanReport:
    """Plan everything."""
    with database.session() as session:
        return reminders.replan(session, now=CLOCK.now(), today=TODAY)


def replan_one(database: Database) -> None:
    """Plan what follows when something changed about one contact."""
    with database.session() as session:
        people = [one for one in queries.contacts(session) if one.key == "g0-p0"]
        report = people_changes.replan(session, people, now=CLOCK.now(), today=TODAY)
        assert report == reminders.PlanReport()


def as_objects(database: Database) -> float:
    """Store the same reminders anew as objects; return how long the storing alone takes."""
    with database.session() as session:
        rows = [
            ReminderRow(**row.model_dump(exclude={"id"}))
            for row in session.exec(select(ReminderRow))
        ]
        session.execute(delete(ReminderRow))

        def store() -> None:
            session.add_all(rows)
            session.flush()

        return seconds(store)


def idle_round(database: Database, mails: Mails, links: Links) -> float:
    """Return the median time of a round's questions to the database with nothing due."""

    def ask() -> None:
        with database.session() as session:
            reminder_round.take_back(session, now=CLOCK.now(), today=TODAY)
            reminder_round.expire(session, today=TODAY, dropped=[])
            reminder_round.refresh(session, now=CLOCK.now(), today=TODAY)
            notices.refresh(session, now=CLOCK.now(), today=TODAY)
        for queue_due in (notice_mails.queue_due, reminder_mails.queue_due):
            with database.session() as session:
                report = queue_due(session, mails=mails, links=links, now=CLOCK.now(), today=TODAY)
                assert report.mails == 0

    return median(seconds(ask) for _ in range(200))


def thin_out(database: Database, keep: int) -> None:
    """Leave only `keep` reminders."""
    with database.session() as session:
        ids = session.exec(select(ReminderRow.id).order_by(col(ReminderRow.id)).offset(keep))
        session.execute(delete(ReminderRow).where(col(ReminderRow.id) >= ids.first()))


def main() -> None:
    """Run the benchmark and print its figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--database-url", help="default: a SQLite file in a temporary folder")
    given = arguments.parse_args().database_url
    with tempfile.TemporaryDirectory() as scratch:
        database = Database(given or f"sqlite:///{Path(scratch) / 'bench.db'}")
        database.upgrade()
        with database.session() as session:
            fill(session)
        reports: list[reminders.PlanReport] = []
        planned = seconds(lambda: reports.append(replan(database)))
        expected = GEMEENTEN * CAMPAIGNS * STEPS * CONTACTS
        assert reports[0].added == expected, reports
        again = seconds(lambda: reports.append(replan(database)))
        assert reports[1] == reminders.PlanReport(), reports
        one = median(seconds(lambda: replan_one(database)) for _ in range(5))
        objects = as_objects(database)
        mails = Mails(folder("templates") / "mail", sender="Campagne <campagne@example.nl>")
        links = Links("http://127.0.0.1:8000", "k" * 32)
        full = idle_round(database, mails, links)
        thin_out(database, 1000)
        small = idle_round(database, mails, links)
        database.close()
    print(f"plan and store {expected:,} reminders      {planned:8.2f} s")
    print(f"plan again, nothing to change        {again:8.2f} s")
    print(f"the same after a change of one person {one:7.2f} s")
    print(f"storing alone as objects (add_all)   {objects:8.2f} s")
    print(f"whole planning / add_all alone       {planned / objects:8.2f} x")
    print(f"idle round, {expected:,} rows           {full * 1e6:8.0f} us")
    print(f"idle round, 1,000 rows               {small * 1e6:8.0f} us")
    print(f"idle round, all rows / 1,000 rows    {full / small:8.2f} x")


if __name__ == "__main__":
    main()
