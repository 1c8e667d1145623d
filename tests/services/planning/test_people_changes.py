"""A change of people plans what it is about, and comes to what planning everything comes to."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete
from sqlmodel import Session, col, select

from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState
from campagne.domain.playbook import Role
from campagne.domain.reminders import ReminderState
from campagne.services.audit import Author
from campagne.services.planning import people_changes, reminders, steps
from campagne.services.planning.reminders import PlanReport
from campagne.services.publishing import my_calendar
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import (
    ContactRoleRow,
    ContactRow,
    DeliveryRow,
    HandoverRow,
    MunicipalityRow,
    MutedRow,
    ReminderRow,
    StepEventRow,
    StepRow,
)
from tests.services.changing import HLT, ORANGE, WEEK, Office, text_of

KATWIJK, LEIDEN = "katwijk-campagnes", "leiden-centrum"
NOW = datetime(2026, 9, 7, tzinfo=UTC)
Change = Callable[[Session], None]


def _comes(key: str, role: Role, place: str) -> Change:
    def change(session: Session) -> None:
        if session.get(ContactRow, key) is None:
            session.add(ContactRow(key=key, name=key.title(), email=f"{key}@example.nl"))
            session.flush()
        session.add(ContactRoleRow(contact_key=key, role=role, municipality_key=place))

    return change


def _leaves(key: str, place: str) -> Change:
    def change(session: Session) -> None:
        row = ContactRoleRow
        session.execute(
            delete(row).where(col(row.contact_key) == key, col(row.municipality_key) == place)
        )

    return change


def _gets_mail_at(key: str, address: str) -> Change:
    def change(session: Session) -> None:
        session.get_one(ContactRow, key).email = address

    return change


def _goes(key: str) -> Change:
    def change(session: Session) -> None:
        session.get_one(ContactRow, key).active = False

    return change


def _is_back(key: str) -> Change:
    def change(session: Session) -> None:
        session.get_one(ContactRow, key).active = True

    return change


def _without_the_week(session: Session) -> None:
    campaign = WEEK.removesuffix("-2026")
    session.add(MutedRow(contact_key=HLT, campaign_key=campaign, role=Role.COMMUNICATION))


def _prepare(session: Session) -> None:
    """Let every level be planned: Leiden is told of Katwijk; `buur` has a step of Hillegom."""
    for key in ("materiaal", "website", "partners"):
        step = session.get_one(StepRow, key)
        step.again_days, step.colleague_days, step.centre_days = 3, 5, 8
    session.get_one(MunicipalityRow, "katwijk").tell_centre = True
    session.add(ContactRow(key="buur", name="Buur", email="buur@example.nl"))
    session.flush()
    session.add(
        HandoverRow(
            edition_key=ORANGE,
            step_key="website",
            municipality_key="hillegom",
            contact_key="buur",
            by_key=HLT,
            at=NOW,
        )
    )
    session.flush()
    for key in (HLT, KATWIJK, LEIDEN, "buur"):
        my_calendar.make(session, key, now=NOW)


def _change(session: Session, key: str, change: Change, clock: SetClock) -> PlanReport:
    people = [one for one in queries.contacts(session) if one.key == key]
    change(session)
    session.flush()
    people += [one for one in queries.contacts(session) if one.key == key]
    return people_changes.replan(session, people, now=clock.now(), today=clock.today())


def _planned(session: Session) -> tuple[object, object]:
    """Return the reminders, and how the calendars look."""
    session.expire_all()
    rows = session.exec(select(ReminderRow).order_by(col(ReminderRow.id))).all()
    stamps = session.exec(select(StepEventRow)).all()
    looks = {(one.holder, one.edition_key, one.step_key): one.digest for one in stamps}
    return [one.model_dump() for one in rows], looks


def test_it_comes_to_what_planning_everything_comes_to(world: Database, clock: SetClock) -> None:
    """Each of these after the other; True where it changes what somebody is reminded of."""
    changes: list[tuple[str, Change, bool]] = [
        ("nieuw", _comes("nieuw", Role.POLICY, "gouda"), False),
        ("nieuw", _comes("nieuw", Role.POLICY, "lisse"), True),
        ("nieuw", _leaves("nieuw", "gouda"), False),
        # Hillegom gave them a step before they worked there.
        ("buur", _comes("buur", Role.POLICY, "hillegom"), True),
        ("buur", _goes("buur"), True),
        ("buur", _is_back("buur"), True),
        (HLT, _leaves(HLT, "lisse"), True),
        (HLT, _gets_mail_at(HLT, "ander@example.nl"), False),
        (HLT, _without_the_week, True),
        ("tweede", _comes("tweede", Role.CENTRE, "leiden"), True),
        (LEIDEN, _leaves(LEIDEN, "leiden"), True),
        (KATWIJK, _goes(KATWIJK), True),
    ]
    office = Office(world, clock)
    with world.session() as session:
        _prepare(session)
        office.replan(session)
        for key, change, is_planned in changes:
            before = _planned(session)
            report = _change(session, key, change, clock)
            after = _planned(session)
            assert (report != PlanReport()) is is_planned, (key, report)
            assert (before[0] != after[0]) is is_planned
            whole = reminders.replan(session, now=clock.now(), today=clock.today())
            assert whole == PlanReport(), key
            assert _planned(session) == after, key


def test_what_else_was_in_a_mail_that_is_taken_back_is_planned_too(
    world: Database, clock: SetClock
) -> None:
    """Ticked off while its mail was on its way; then a colleague takes over another gemeente."""
    office = Office(world, clock)
    clock.move_to(date(2026, 10, 1))
    with world.session() as session:
        _comes("buur", Role.POLICY, "teylingen")(session)
        _goes("buur")(session)
        session.add(
            HandoverRow(
                edition_key=WEEK,
                step_key="materiaal",
                municipality_key="teylingen",
                contact_key="buur",
                by_key=HLT,
                at=NOW,
            )
        )
        office.replan(session)
    office.round()
    office.become(DeliveryState.SENDING, HLT)
    with world.session() as session:
        steps.tick_off(
            session,
            edition=WEEK,
            step="materiaal",
            municipality="lisse",
            by=Author("x"),
            now=clock.now(),
            today=clock.today(),
        )
        (row,) = office.outbox(HLT)
        session.get_one(DeliveryRow, row.id).state = DeliveryState.DEFERRED
        _change(session, "buur", _is_back("buur"), clock)
    found = office.reminders(HLT, WEEK)
    assert ("materiaal", "teylingen", 1, ReminderState.WITHDRAWN) in found
    assert ("materiaal", "lisse", 1, ReminderState.WITHDRAWN) in found
    office.round()
    assert "Voor: Hillegom" in text_of(office.due(HLT)[0])


@pytest.mark.parametrize("change", [_goes(HLT), _leaves(HLT, "lisse")])
def test_who_left_while_their_mail_was_on_its_way_gets_it_no_more(
    world: Database, clock: SetClock, change: Change
) -> None:
    """The server put it off: it waits again, and the next round takes it back."""
    office = Office(world, clock)
    clock.move_to(date(2026, 10, 1))
    office.round()
    office.become(DeliveryState.SENDING, HLT)
    with world.session() as session:
        assert _change(session, HLT, change, clock) != PlanReport()
        (row,) = office.outbox(HLT)
        session.get_one(DeliveryRow, row.id).state = DeliveryState.DEFERRED
    office.round()
    assert office.outbox(HLT)[0].state is DeliveryState.CANCELLED
    assert not any("Lisse" in text_of(one) for one in office.due(HLT))
