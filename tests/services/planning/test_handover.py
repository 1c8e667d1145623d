"""A step goes to a colleague, with its reminders and one mail; and comes back."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.playbook import Role
from campagne.domain.preferences import Preferences
from campagne.domain.reminders import Level, ReminderState, StepStatus
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.audit import Author
from campagne.services.people import preferences
from campagne.services.planning import handover, my_steps, steps
from campagne.store.database import Database
from campagne.store.tables import (
    ContactRoleRow,
    ContactRow,
    DeliveryRow,
    HandoverRow,
    ReminderRow,
    RotaAgreementRow,
    StepRow,
)
from tests.services.changing import HLT, WEEK, Office, text_of
from tests.snapshots import Snapshots

BEA = "bea"
STEP = "materiaal"
THREE = ("hillegom", "lisse", "teylingen")
# Eight weeks before Monday 16 November; the step is not due on 7 September.
DUE = date(2026, 9, 21)


@pytest.fixture
def office(world: Database, clock: SetClock, snapshots: Snapshots) -> Office:
    """The small region, with Bea who does the policy of Lisse and Teylingen."""

    def prepared() -> None:
        with world.session() as session:
            session.add(ContactRow(key=BEA, name="Bea Beleid", email="bea@example.nl"))
            session.flush()
            for place in ("lisse", "teylingen"):
                session.add(
                    ContactRoleRow(contact_key=BEA, role=Role.POLICY, municipality_key=place)
                )
        Office(world, clock)

    snapshots.once(world, prepared)
    return Office(world, clock, is_planned=True)


def visitor(office: Office, key: str) -> Visitor:
    with office.database.read() as session:
        return Visitor(preferences.find(session, key), strong=True)


def page(office: Office, who: str, step: str = STEP) -> handover.HandoverPage:
    me = visitor(office, who)
    with office.database.read() as session:
        return handover.page(session, me, edition=WEEK, step=step, today=office.clock.today())


def give(
    office: Office,
    *places: str,
    by: str = HLT,
    to: str = BEA,
    note: str = "",
    version: str | None = None,
) -> str:
    me, version = visitor(office, by), version or page(office, by).version
    with office.database.session() as session:
        return handover.hand_over(
            session,
            me,
            edition=WEEK,
            step=STEP,
            municipalities=places,
            to=to,
            note=note,
            version=version,
            now=office.clock.now(),
            today=office.clock.today(),
        )


def undo(office: Office, *places: str, by: str = HLT) -> None:
    me, version = visitor(office, by), page(office, by).version
    with office.database.session() as session:
        handover.take_back(
            session,
            me,
            edition=WEEK,
            step=STEP,
            municipalities=places,
            version=version,
            now=office.clock.now(),
            today=office.clock.today(),
        )


def reminded(office: Office, contact: str) -> set[str]:
    """Return the gemeenten for which a contact is reminded of the step, or was."""
    rows = office.reminders(contact, WEEK)
    is_on = {ReminderState.PLANNED, ReminderState.QUEUED}
    return {place for step, place, _, state in rows if step == STEP and state in is_on}


def told(office: Office, contact: str = BEA) -> list[DeliveryRow]:
    return [one for one in office.outbox(contact) if one.kind is MessageKind.HANDOVER]


def test_the_reminders_go_to_the_colleague(office: Office) -> None:
    assert reminded(office, HLT) == set(THREE)
    assert give(office, "lisse", "teylingen") == "Bea Beleid"
    assert reminded(office, HLT) == {"hillegom"}
    assert reminded(office, BEA) == {"lisse", "teylingen"}
    undo(office, "lisse")
    assert reminded(office, HLT) == {"hillegom", "lisse"}
    assert reminded(office, BEA) == {"teylingen"}


def test_the_colleague_is_told_once(office: Office) -> None:
    give(office, "lisse", "teylingen", note="De folders liggen klaar.")
    office.round()
    office.round()
    (mail,) = told(office)
    assert mail.subject == "Communicatie HLTsamen geeft je een stap: Materiaal bestellen"
    text = text_of(mail)
    assert "Communicatie HLTsamen schrijft: De folders liggen klaar." in text
    assert "Klaar op: maandag 21 september 2026" in text
    assert "Voor: Lisse en Teylingen" in text
    assert (mail.edition_key, mail.date_version) == (WEEK, 1)


def test_of_what_was_over_before_it_began_no_reminders_are_promised(
    office: Office, clock: SetClock
) -> None:
    """Lisse and Teylingen did something else until October; it was due in September."""
    with office.database.session() as session:
        for place in ("lisse", "teylingen"):
            row = session.get_one(RotaAgreementRow, ("duin-en-bollenstreek-2026", place))
            row.since = date(2026, 10, 1)
    clock.move_to(date(2026, 10, 5))
    give(office, "lisse", "teylingen")
    assert reminded(office, BEA) == set()
    office.round()
    (mail,) = told(office)
    text = text_of(mail)
    assert "De dag was: maandag 21 september 2026" in text
    assert "Die dag was al voorbij toen jullie begonnen." in text
    assert "gaan de herinneringen" not in text


def test_when_it_is_due_that_mail_is_the_reminder(office: Office) -> None:
    office.round()
    office.become(DeliveryState.ACCEPTED)
    office.clock.move_to(DUE)
    office.round()
    (waits,) = office.due(HLT)
    give(office, "lisse")
    office.round()
    assert [one.id for one in office.outbox(HLT, DeliveryState.CANCELLED)] == [waits.id]
    assert "Voor: Hillegom en Teylingen" in text_of(office.due(HLT)[0])
    assert [one.kind for one in office.due(BEA)] == [MessageKind.HANDOVER]
    with office.database.read() as session:
        row = session.exec(
            select(ReminderRow).where(
                ReminderRow.contact_key == BEA,
                ReminderRow.step_key == STEP,
                ReminderRow.level == Level.FIRST,
            )
        ).one()
    assert (row.state, row.delivery_id) == (ReminderState.QUEUED, told(office)[0].id)


def test_undone_before_it_left_nothing_is_told(office: Office) -> None:
    office.clock.move_to(DUE)
    give(office, "lisse", "teylingen")
    office.round()
    undo(office, "lisse")
    office.round()
    taken, anew = told(office)
    assert (taken.state, anew.state) == (DeliveryState.CANCELLED, DeliveryState.DUE)
    assert "Voor: Teylingen " in text_of(anew)
    undo(office, "teylingen", by=BEA)
    office.round()
    assert {one.state for one in told(office)} == {DeliveryState.CANCELLED}
    assert reminded(office, HLT) == set(THREE)
    assert "Voor: Teylingen" in text_of(office.due(HLT)[-1])


def test_a_mail_that_still_waits_follows_what_changes(office: Office) -> None:
    give(office, "lisse")
    office.round()
    office.move(WEEK, Span(date(2026, 11, 23), date(2026, 11, 29)))
    office.round()
    first, second = told(office)
    assert first.state is DeliveryState.CANCELLED
    assert "maandag 28 september 2026" in text_of(second)
    office.readdress(BEA, "bea.beleid@example.nl")
    office.round()
    third = told(office)[-1]
    assert (third.recipient, third.state) == ("bea.beleid@example.nl", DeliveryState.DUE)
    with office.database.session() as session:
        steps.tick_off(
            session,
            edition=WEEK,
            step=STEP,
            municipality="lisse",
            by=Author("x"),
            now=office.clock.now(),
            today=office.clock.today(),
        )
    office.round()
    assert {one.state for one in told(office)} == {DeliveryState.CANCELLED}


@pytest.mark.parametrize("what", ["left", "no role"])
def test_who_left_or_lost_the_role_does_not_keep_it(office: Office, what: str) -> None:
    give(office, "lisse")
    with office.database.session() as session:
        if what == "left":
            session.get_one(ContactRow, BEA).active = False
        else:
            session.delete(session.get_one(ContactRoleRow, (BEA, Role.POLICY, "lisse")))
        office.replan(session)
    assert reminded(office, HLT) == set(THREE)
    office.round()
    assert told(office) == []


def test_it_goes_on_to_a_third_and_the_first_hears_when_it_stays_open(office: Office) -> None:
    with office.database.session() as session:
        session.execute(update(StepRow).where(col(StepRow.key) == STEP).values(colleague_days=2))
        session.add(ContactRow(key="cees", name="Cees", email="cees@example.nl"))
        session.flush()
        session.add(ContactRoleRow(contact_key="cees", role=Role.ADMIN, municipality_key="lisse"))
        session.flush()
        office.replan(session)
    give(office, "lisse")
    give(office, "lisse", by=BEA, to="cees")
    assert "lisse" in reminded(office, BEA), "told as a colleague"
    office.clock.move_to(DUE)
    office.round()
    assert told(office) == []
    assert "Bea Beleid geeft je een stap" in told(office, "cees")[0].subject
    office.clock.move_to(date(2026, 9, 23))
    office.round()
    mail = next(one for one in office.due(HLT) if "afgevinkt door Cees" in text_of(one))
    assert "Lisse" in text_of(mail)


def test_both_see_it_and_both_tick_it_off(office: Office) -> None:
    give(office, "lisse")
    seen = {}
    for who in (HLT, BEA):
        me = visitor(office, who)
        with office.database.read() as session:
            found, _ = my_steps.my_steps(
                session, me, today=office.clock.today(), now=office.clock.now()
            )
        lines = [*found.now, *found.this_month, *found.later]
        seen[who] = {
            (one.municipalities, one.handed_over, one.taken) for one in lines if one.step == STEP
        }
    assert seen[HLT] == {("Hillegom en Teylingen", "", False), ("Lisse", "Bea Beleid", False)}
    assert seen[BEA] == {("Lisse", "", True)}
    with office.database.session() as session:
        assert my_steps.tick_off(
            session,
            visitor(office, BEA),
            edition=WEEK,
            step=STEP,
            municipalities=["lisse"],
            status=StepStatus.DONE,
            note="",
            now=office.clock.now(),
            today=office.clock.today(),
        )
    with (
        pytest.raises(InvalidInputError, match=r"niet \(meer\) jouw stap"),
        office.database.session() as session,
    ):
        my_steps.tick_off(
            session,
            visitor(office, BEA),
            edition=WEEK,
            step=STEP,
            municipalities=["hillegom"],
            status=StepStatus.DONE,
            note="",
            now=office.clock.now(),
            today=office.clock.today(),
        )


@pytest.mark.parametrize("to", ["", "bestaat-niet", HLT, "katwijk-campagnes", "leiden-centrum"])
def test_only_to_a_colleague_of_the_gemeente(office: Office, to: str) -> None:
    with pytest.raises(InvalidInputError, match=r"Kies een collega uit de lijst"):
        give(office, "lisse", to=to)
    assert reminded(office, HLT) == set(THREE)


def test_not_for_a_gemeente_where_the_colleague_does_not_work(office: Office) -> None:
    with pytest.raises(
        InvalidInputError, match=r"Bea Beleid kan deze stap niet doen voor Hillegom"
    ):
        give(office, *THREE)


@pytest.mark.parametrize("places", [(), ("katwijk",), ("lisse", "bestaat-niet")])
def test_only_for_gemeenten_of_the_page(office: Office, places: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInputError, match=r"minstens één gemeente"):
        give(office, *places)


def test_an_old_form_changes_nothing(office: Office) -> None:
    version = page(office, HLT).version
    give(office, "lisse")
    with pytest.raises(InvalidInputError, match=r"intussen iets veranderd"):
        give(office, "lisse", "teylingen", version=version)


@pytest.mark.parametrize("who", ["gouda-communicatie", "leiden-centrum", "katwijk-campagnes", BEA])
def test_nobody_else_hands_it_over(office: Office, who: str) -> None:
    if who == "katwijk-campagnes":
        assert {one.municipality for one in page(office, who).steps} == {"katwijk"}
        return
    with pytest.raises(NotFoundError, match=r"niet jouw stap"):
        page(office, who)


def test_who_wants_no_reminders_is_not_in_the_list(office: Office) -> None:
    assert [one.key for one in page(office, HLT).candidates] == [BEA]
    with office.database.session() as session:
        now, today = office.clock.now(), office.clock.today()
        off = replace(Preferences(), reminders=False)
        preferences.store(session, BEA, off, today=today, now=now)
    assert page(office, HLT).candidates == ()


def test_the_row_keeps_who_decided(office: Office) -> None:
    give(office, "lisse")
    undo(office, "lisse", by=BEA)
    with office.database.read() as session:
        row = session.exec(select(HandoverRow)).one()
    assert (row.contact_key, row.by_key) == (None, BEA)
