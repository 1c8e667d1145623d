"""A digest a week instead of single mails."""

import re
from datetime import date, timedelta

import pytest
from sqlmodel import select

from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState
from campagne.domain.preferences import EVERYTHING, Preferences, Rhythm
from campagne.domain.reminders import ReminderState, StepStatus
from campagne.services.audit import Author
from campagne.services.people import preferences
from campagne.services.planning import rounds, steps
from campagne.store.database import Database
from campagne.store.tables import ReminderRow
from tests.services.changing import HLT, ORANGE, WEEK, Office, text_of

MONDAY = date(2026, 9, 14)  # Orange the World asks an answer on Wednesday 16 September
WEEKLY = Preferences(rhythm=Rhythm.WEEKLY)


@pytest.fixture
def office(world: Database, clock: SetClock) -> Office:
    made = Office(world, clock)
    with world.session() as session:
        preferences.store(session, HLT, WEEKLY, today=clock.today(), now=clock.now())
    return made


def days_of_mail(office: Office, first: date, last: date) -> list[tuple[date, str]]:
    """Return on which days HLTsamen got which mails, all taken by the server at once."""
    found = []
    while first <= last:
        office.clock.move_to(first)
        office.round()
        found += [(first, row.subject) for row in office.due(HLT)]
        office.become(DeliveryState.ACCEPTED)
        first += timedelta(days=1)
    return found


def test_a_week_comes_on_the_first_day_with_all_that_falls_in_it(office: Office) -> None:
    assert days_of_mail(office, date(2026, 9, 8), date(2026, 9, 23)) == [
        (date(2026, 9, 8), "Je campagnes deze week: 1 stap"),
        (MONDAY, "Je campagnes deze week: 1 stap"),
        (date(2026, 9, 21), "Je campagnes deze week: 1 stap"),
    ]
    (_, first, second) = office.outbox(HLT)
    assert "Dit is de stap die deze week voor je klaarstaat." in text_of(first)
    assert "woensdag 16 september 2026" in text_of(first)
    assert re.search(r"en wanneer\. \w[^.]* - Wanneer: ", text_of(first)), "of which campaign"
    assert "Je volgende weekoverzicht komt op maandag 21 september 2026" in text_of(first)
    assert "Je volgende weekoverzicht komt op maandag 2 november 2026" in text_of(second)


def test_who_gets_them_at_once_gets_them_on_their_days(office: Office) -> None:
    with office.database.session() as session:
        now, today = office.clock.now(), office.clock.today()
        preferences.store(session, HLT, EVERYTHING, today=today, now=now)
    days = [day for day, _ in days_of_mail(office, date(2026, 9, 8), date(2026, 9, 23))]
    assert days == [date(2026, 9, 8), date(2026, 9, 16), date(2026, 9, 21)]


@pytest.mark.parametrize("day", [MONDAY, date(2026, 9, 16), date(2026, 9, 27), date(2026, 10, 1)])
def test_what_is_foreseen_is_what_goes(office: Office, day: date) -> None:
    office.clock.move_to(day)
    foreseen = rounds.foresee(office.database, clock=office.clock)
    assert any(one.contact_key == HLT for one in foreseen)
    assert office.round().reminders == len(foreseen)
    assert rounds.foresee(office.database, clock=office.clock) == []


def test_after_a_standstill_the_week_comes_whole_and_once(office: Office) -> None:
    assert days_of_mail(office, date(2026, 10, 1), date(2026, 10, 4)) == [
        (date(2026, 10, 1), "Je campagnes deze week: 3 stappen")
    ]


def test_a_digest_that_is_taken_back_goes_again_in_the_same_week(office: Office) -> None:
    office.clock.move_to(date(2026, 10, 1))
    office.round()
    (before,) = office.due(HLT)
    with office.database.session() as session:
        for place in ("hillegom", "lisse", "teylingen"):
            steps.tick_off(
                session,
                edition=WEEK,
                step="materiaal",
                municipality=place,
                by=Author("Lisse"),
                note="",
                status=StepStatus.DONE,
                now=office.clock.now(),
                today=office.clock.today(),
            )
    assert office.due(HLT) == []
    office.round()
    (after,) = office.due(HLT)
    assert before.subject == "Je campagnes deze week: 3 stappen"
    assert after.subject == "Je campagnes deze week: 2 stappen"


@pytest.mark.parametrize(
    ("until", "goes_on"),
    [(date(2026, 9, 20), date(2026, 9, 16)), (date(2026, 9, 21), date(2026, 9, 21))],
)
def test_after_the_digest_only_what_cannot_wait_goes(
    office: Office, until: date, goes_on: date
) -> None:
    """New work comes up on Tuesday, due on Wednesday."""
    office.clock.move_to(MONDAY)
    office.round()
    office.become(DeliveryState.ACCEPTED)
    office.clock.move_to(date(2026, 9, 15))
    with office.database.session() as session:
        row = session.exec(
            select(ReminderRow).where(
                ReminderRow.contact_key == HLT,
                ReminderRow.edition_key == ORANGE,
                ReminderRow.municipality_key == "lisse",
            )
        ).first()
        assert row is not None
        row.state, row.due_on, row.valid_until = ReminderState.PLANNED, date(2026, 9, 16), until
        row.recalled += 1
    days = [day for day, _ in days_of_mail(office, date(2026, 9, 15), date(2026, 9, 21))]
    assert days == sorted({goes_on, date(2026, 9, 21)})
    (mail, *_) = [one for one in office.outbox(HLT) if "Orange" in text_of(one)][1:]
    assert "Voor: Lisse" in text_of(mail)


def test_a_notice_does_not_wait(office: Office) -> None:
    office.clock.move_to(date(2026, 9, 21))
    office.round()
    office.become(DeliveryState.ACCEPTED)
    office.clock.move_to(date(2026, 9, 23))
    office.cancel(WEEK)
    office.round()
    assert ["gaat niet door" in row.subject for row in office.due(HLT)] == [True]
