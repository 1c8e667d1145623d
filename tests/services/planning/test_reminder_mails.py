"""Due reminders become one mail per person, each once."""

import re
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlmodel import select

from campagne import resources
from campagne.clock import SetClock
from campagne.domain.playbook import Role
from campagne.domain.rota import EditionStatus
from campagne.messages import Mails
from campagne.services.access import Links, StepLink
from campagne.services.planning import due_reminders, reminder_mails, reminder_round, reminders
from campagne.services.planning.personal_mails import QueueReport
from campagne.store.database import Database
from campagne.store.tables import DeliveryRow, EditionRow, ReminderRow, StepRow

WEEK = "week-tegen-kindermishandeling-2026"
HLT = "hltsamen-communicatie"
LINKS = Links("https://campagne.example.nl", "s" * 32)


@pytest.fixture
def mails() -> Mails:
    return Mails(
        resources.folder("templates") / "mail", sender="Campagnekalender <campagne@example.nl>"
    )


@pytest.fixture
def planned(world: Database, clock: SetClock) -> Database:
    with world.session() as session:
        reminders.replan(session, now=clock.now(), today=clock.today())
    return world


def _queue(database: Database, clock: SetClock, mails: Mails, people: int = 25) -> QueueReport:
    with database.session() as session:
        reminder_round.expire(session, today=clock.today(), dropped=[])
        return reminder_mails.queue_due(
            session, mails=mails, links=LINKS, now=clock.now(), today=clock.today(), people=people
        )


def _mail_to(database: Database, contact: str) -> str:
    with database.read() as session:
        row = session.exec(select(DeliveryRow).where(DeliveryRow.contact_key == contact)).one()
    part = message_from_bytes(row.raw, policy=policy.default).get_body(("plain",))
    assert part is not None
    # Lines are wrapped; what they say is not.
    return " ".join(f"{row.subject} {part.get_content()}".split())


def test_each_due_reminder_is_in_one_mail_and_a_second_round_sends_none(
    planned: Database, clock: SetClock, mails: Mails
) -> None:
    clock.move_to(date(2026, 10, 1))
    with planned.read() as session:
        due = due_reminders.list_planned(session, until=clock.today())
    report = _queue(planned, clock, mails)
    assert report.mails == len({one.contact for one in due})
    assert report.reminders == len(due) > report.mails
    assert _queue(planned, clock, mails) == QueueReport()
    with planned.read() as session:
        assert due_reminders.list_planned(session, until=clock.today()) == []
        rows = session.exec(select(ReminderRow).where(ReminderRow.state == "queued")).all()
        assert all(row.delivery_id is not None for row in rows)


def test_three_gemeenten_of_one_officer_share_a_mail(
    planned: Database, clock: SetClock, mails: Mails
) -> None:
    clock.move_to(date(2026, 9, 21))
    _queue(planned, clock, mails)
    text = _mail_to(planned, HLT)
    assert "Hillegom, Lisse en Teylingen" in text
    # Once, with its title and its text, for the three gemeenten together.
    assert text.count("Materiaal bestellen") == 2
    assert "communicatiemedewerker bent voor Hillegom, Lisse en Teylingen" in text
    assert f"https://campagne.example.nl/editie/{WEEK}" in text


def test_each_step_has_a_link_that_ticks_it_off_for_its_gemeenten(
    planned: Database, clock: SetClock, mails: Mails
) -> None:
    clock.move_to(date(2026, 10, 1))
    _queue(planned, clock, mails)
    found = re.findall(r"af: https://campagne\.example\.nl/stap/(\S+)", _mail_to(planned, HLT))
    three = ("hillegom", "lisse", "teylingen")
    assert [LINKS.read_step(token) for token in found] == [
        StepLink("publiekscampagne-huiselijk-geweld-2026", "signaal", three, HLT),
        StepLink(WEEK, "materiaal", three, HLT),
        StepLink("orange-the-world-2026", "signaal", three, HLT),
    ]


def test_the_mail_says_when_the_next_one_comes(
    planned: Database, clock: SetClock, mails: Mails
) -> None:
    clock.move_to(date(2026, 9, 21))
    _queue(planned, clock, mails)
    with planned.read() as session:
        upcoming = due_reminders.list_planned(session, until=date(2027, 12, 31))
    following = min(one.due_on for one in upcoming if one.contact == "Communicatie HLTsamen")
    assert following == date(2026, 11, 2)
    assert "maandag 2 november 2026" in _mail_to(planned, HLT)


def test_a_provisional_edition_asks_to_confirm_the_date(
    world: Database, clock: SetClock, mails: Mails
) -> None:
    with world.session() as session:
        session.get_one(EditionRow, WEEK).status = EditionStatus.PROVISIONAL
        session.flush()
        reminders.replan(session, now=clock.now(), today=clock.today())
    clock.move_to(date(2026, 11, 2))
    _queue(world, clock, mails)
    text = _mail_to(world, HLT)
    assert "voorlopig" in text
    assert "Wacht hiermee tot de datum vaststaat" in text


def test_a_few_people_at_a_time_reach_everybody(
    planned: Database, clock: SetClock, mails: Mails
) -> None:
    clock.move_to(date(2026, 10, 1))
    together = 0
    while (report := _queue(planned, clock, mails, people=1)).mails:
        assert report.mails == 1
        together += 1
    with planned.read() as session:
        assert len(session.exec(select(DeliveryRow)).all()) == together > 1


def test_a_broken_template_holds_up_that_mail_only(
    planned: Database, clock: SetClock, mails: Mails, tmp_path: Path
) -> None:
    clock.move_to(date(2026, 10, 1))
    broken = tmp_path / "herinnering.md"
    broken.write_text("+++\nonderwerp = '{{ bestaat_niet }}'\n+++\nHallo", encoding="utf-8")
    report = _queue(planned, clock, Mails(tmp_path, sender="c@example.nl"))
    assert report.mails == 0
    assert report.left_out
    # Nothing is lost: with the template mended the next round sends them all.
    repaired = _queue(planned, clock, mails)
    assert repaired.mails == len(report.left_out)


def test_of_many_steps_those_that_still_matter_stand_there_and_the_rest_is_counted(
    world: Database, clock: SetClock, mails: Mails
) -> None:
    """As after a first start in the season; the link leads to all of them."""
    weeks = (7, 8, 9, 10, 7)
    with world.session() as session:
        for number, before in enumerate(weeks):
            session.add(
                StepRow(
                    key=f"extra-{number}",
                    position=20 + number,
                    title=f"Stap {number}",
                    what="Doe het.",
                    role=Role.COMMUNICATION,
                    lead=f"{before} weken voor de start",
                    scope="full",
                    summer="keep",
                )
            )
        session.flush()
        reminders.replan(session, now=clock.now(), today=clock.today())
    clock.move_to(date(2026, 9, 28))
    _queue(world, clock, mails)
    text = _mail_to(world, HLT)
    shown = {number for number in range(len(weeks)) if f"Stap {number}" in text}
    counted = re.search(r"En nog (\d) stappen", text)
    assert counted is not None
    total = text.count("Vink deze stap af") + int(counted[1])
    assert (text.count("Vink deze stap af"), total) == (5, total)
    assert f"{total} stappen voor jou" in text
    assert {0, 4} <= shown, "due today"
    assert 3 not in shown, "the latest"
    assert "https://campagne.example.nl/mijn" in text
    with world.read() as session:
        planned = due_reminders.list_planned(session, until=clock.today())
    assert planned == [], "what is counted was told"
