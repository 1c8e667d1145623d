"""A step that nobody ticks off: a second reminder, then the colleagues, each once."""

import re
from datetime import date, timedelta

import pytest

from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState
from campagne.domain.playbook import Role
from campagne.domain.reminders import StepStatus
from campagne.domain.rota import EditionStatus
from campagne.services.access import StepLink
from campagne.services.audit import Author
from campagne.services.planning import steps
from campagne.store.database import Database
from campagne.store.tables import ContactRoleRow, ContactRow, EditionRow, MunicipalityRow, StepRow
from tests.services.changing import LATER, LINKS, WEEK, Office, text_of
from tests.snapshots import Snapshots

KATWIJK = "katwijk-campagnes"
COLLEAGUE = "katwijk-beleid"
CENTRE = "leiden-centrum"
TITLE = "Materiaal bestellen"
MONDAY = date(2026, 9, 21)  # the due date of `materiaal`


@pytest.fixture
def office(world: Database, clock: SetClock, snapshots: Snapshots) -> Office:
    """`materiaal` is chased after three working days, and told to a colleague after five."""

    def prepared() -> None:
        with world.session() as session:
            step = session.get_one(StepRow, "materiaal")
            step.again_days, step.colleague_days = 3, 5
            session.add(ContactRow(key=COLLEAGUE, name="Beleid", email="beleid@example.nl"))
            session.flush()
            session.add(
                ContactRoleRow(contact_key=COLLEAGUE, role=Role.POLICY, municipality_key="katwijk")
            )
        Office(world, clock)

    snapshots.once(world, prepared)
    return Office(world, clock, is_planned=True)


def _told(office: Office, first: date, last: date) -> list[tuple[date, str, str]]:
    """Return day, person and text of each mail about the step, with a round on every day."""
    found: list[tuple[date, str, str]] = []
    for days in range((last - first).days + 1):
        office.clock.move_to(first + timedelta(days=days))
        office.round()
        for person in (KATWIJK, COLLEAGUE, CENTRE):
            found += [
                (office.clock.today(), person, text_of(row))
                for row in office.due(person)
                if TITLE in text_of(row)
            ]
        office.become(DeliveryState.ACCEPTED)
    return found


def test_silence_is_told_twice_and_then_to_a_colleague(office: Office) -> None:
    first, again, colleague = _told(office, MONDAY, date(2026, 11, 15))
    assert first[:2] == (MONDAY, KATWIJK)
    assert "nog niet afgevinkt" not in first[2]
    assert again[:2] == (date(2026, 9, 24), KATWIJK)
    assert "Dit is de tweede herinnering aan deze stap." in again[2]
    assert colleague[:2] == (date(2026, 9, 28), COLLEAGUE)
    assert "nog niet is afgevinkt door Communicatie en beleid Katwijk" in colleague[2]
    assert "omdat je beleidsmedewerker bent voor Katwijk" in colleague[2]


def _tick_off(office: Office) -> None:
    with office.database.session() as session:
        steps.tick_off(
            session,
            edition=WEEK,
            step="materiaal",
            municipality="katwijk",
            by=Author("x"),
            now=office.clock.now(),
            today=office.clock.today(),
        )


def test_the_centrumgemeente_is_told_last_when_the_gemeente_chose_it(office: Office) -> None:
    with office.database.session() as session:
        session.get_one(StepRow, "materiaal").centre_days = 10
        session.get_one(MunicipalityRow, "katwijk").tell_centre = True
        office.replan(session)
    found = _told(office, MONDAY, date(2026, 11, 15))
    assert [(day, who) for day, who, _ in found][2:] == [
        (date(2026, 9, 28), COLLEAGUE),
        (date(2026, 10, 5), CENTRE),
    ]
    text = found[-1][2]
    assert "niet afgevinkt door Communicatie en beleid Katwijk (071 000 00 00)." in text
    assert "Je krijgt deze mail omdat je medewerker van de centrumgemeente bent. Katwijk" in text
    # Who is told may record what the gemeente says on the phone.
    (token,) = re.findall(r"af: https://campagne\.example\.nl/stap/(\S+)", text)
    link = LINKS.read_step(token)
    with office.database.read() as session:
        page = steps.step_page(session, link, office.clock.today())
        assert (page.closed, [one.municipality for one in page.steps]) == (None, ["katwijk"])
    with office.database.session() as session:
        session.get_one(MunicipalityRow, "katwijk").tell_centre = False
        session.flush()
        assert steps.step_page(session, link, office.clock.today()).closed is not None


def test_ticking_off_ends_it(office: Office) -> None:
    assert len(_told(office, MONDAY, date(2026, 9, 23))) == 1
    _tick_off(office)
    assert _told(office, date(2026, 9, 24), date(2026, 10, 9)) == []


def test_ticking_off_takes_the_second_reminder_back(office: Office) -> None:
    _told(office, MONDAY, date(2026, 9, 23))
    office.clock.move_to(date(2026, 9, 24))
    office.round()
    assert len(office.due(KATWIJK)) == 1
    _tick_off(office)
    assert office.due(KATWIJK) == []


def test_after_a_standstill_nobody_is_chased_for_what_was_never_told(office: Office) -> None:
    found = _told(office, date(2026, 10, 7), date(2026, 11, 1))  # a Wednesday, much too late
    assert [(day, who) for day, who, _ in found] == [
        (date(2026, 10, 7), KATWIJK),
        (date(2026, 10, 12), KATWIJK),
        (date(2026, 10, 14), COLLEAGUE),
    ]


def test_a_standstill_between_the_first_and_the_second(office: Office) -> None:
    _told(office, MONDAY, MONDAY)
    found = _told(office, date(2026, 10, 5), date(2026, 10, 9))
    assert [(day, who) for day, who, _ in found] == [
        (date(2026, 10, 5), KATWIJK),
        (date(2026, 10, 5), COLLEAGUE),
    ]


def test_a_move_begins_anew(office: Office) -> None:
    assert len(_told(office, MONDAY, date(2026, 9, 23))) == 1
    office.move(WEEK, LATER)  # eight weeks before: 5 October
    found = _told(office, date(2026, 9, 24), date(2026, 10, 16))
    assert [(day, who) for day, who, _ in found] == [
        (date(2026, 10, 5), KATWIJK),
        (date(2026, 10, 8), KATWIJK),
        (date(2026, 10, 12), COLLEAGUE),
    ]


def test_nothing_after_the_last_useful_day(office: Office) -> None:
    with office.database.session() as session:
        session.get_one(StepRow, "materiaal").useful_days = 4
        office.replan(session)
    found = _told(office, MONDAY, date(2026, 10, 9))
    assert [who for _, who, _ in found] == [KATWIJK, KATWIJK]


def test_a_colleague_can_tick_it_off_by_the_link(office: Office) -> None:
    text = _told(office, MONDAY, date(2026, 9, 28))[-1][2]
    (token,) = re.findall(r"af: https://campagne\.example\.nl/stap/(\S+)", text)
    link = LINKS.read_step(token)
    assert link == StepLink(WEEK, "materiaal", ("katwijk",), COLLEAGUE)
    with office.database.session() as session:
        assert steps.tick_off_by_link(
            session,
            link,
            municipalities=["katwijk"],
            status=StepStatus.DONE,
            note="",
            now=office.clock.now(),
            today=office.clock.today(),
        )
        page = steps.step_page(session, link, office.clock.today())
        assert [one.by for one in page.steps] == ["Beleid"]
        # A step that is never told to colleagues stays with who it is for.
        other = StepLink(WEEK, "website", ("katwijk",), COLLEAGUE)
        assert "geen contactpersoon meer" in str(
            steps.step_page(session, other, office.clock.today()).closed
        )


def test_a_late_confirmation_chases_nobody_at_once(office: Office) -> None:
    with office.database.session() as session:
        session.get_one(StepRow, "materiaal").resident_facing = True
        session.get_one(EditionRow, WEEK).status = EditionStatus.PROVISIONAL
        office.replan(session)
    assert [day for day, *_ in _told(office, MONDAY, date(2026, 10, 6))] == [MONDAY]
    office.confirm(WEEK)  # on a Tuesday, two weeks after the day of the step
    found = _told(office, date(2026, 10, 6), date(2026, 11, 15))
    assert [(day, who) for day, who, _ in found] == [
        (date(2026, 10, 9), KATWIJK),
        (date(2026, 10, 13), COLLEAGUE),
    ]
    office.confirm(WEEK)  # again, which is no news
    assert _told(office, date(2026, 11, 15), date(2026, 11, 15)) == []
