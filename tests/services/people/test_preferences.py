"""What a contact wants, and what that does to reminders and waiting mails."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.playbook import Role
from campagne.domain.preferences import EVERYTHING, MailList, Preferences, Rhythm
from campagne.domain.reminders import ReminderState
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.access import PreferencesLink
from campagne.services.people import my_preferences, preferences
from campagne.services.planning import steps
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import ContactRoleRow, ContactRow, DeliveryRow, MutedRow, NoticeRow
from tests.services.changing import HLT, LATER, ORANGE, WEEK, Office, text_of
from tests.snapshots import Snapshots

MUTED = frozenset(("week-tegen-kindermishandeling", role) for role in Role)


@pytest.fixture
def office(world: Database, clock: SetClock, snapshots: Snapshots) -> Office:
    def planned() -> None:
        Office(world, clock)

    snapshots.once(world, planned)
    return Office(world, clock, is_planned=True)


def choose(office: Office, contact: str, wanted: Preferences) -> bool:
    with office.database.session() as session:
        return preferences.store(
            session, contact, wanted, today=office.clock.today(), now=office.clock.now()
        )


def stored(office: Office, contact: str) -> Preferences:
    with office.database.read() as session:
        return preferences.of(session, contact)


def test_what_is_chosen_is_kept(office: Office) -> None:
    wanted = Preferences(
        rhythm=Rhythm.WEEKLY,
        broadcasts=False,
        digest_on=date(2026, 9, 7),
        muted=frozenset({("orange-the-world", Role.COMMUNICATION)}),
        deputy="gouda-communicatie",
        absence=Span(date(2026, 9, 8), date(2026, 9, 20)),
    )
    assert stored(office, HLT) == EVERYTHING
    assert choose(office, HLT, wanted)
    assert stored(office, HLT) == wanted
    assert not choose(office, HLT, wanted)
    assert stored(office, "gouda-communicatie") == EVERYTHING
    assert choose(office, HLT, EVERYTHING)
    assert stored(office, HLT) == EVERYTHING
    with office.database.read() as session:
        assert session.exec(select(MutedRow)).all() == []


def test_a_muted_campaign_is_not_planned_and_comes_back(office: Office) -> None:
    planned = office.reminders(HLT, WEEK)
    assert {state for *_, state in planned} == {ReminderState.PLANNED}
    choose(office, HLT, Preferences(muted=MUTED))
    assert {state for *_, state in office.reminders(HLT, WEEK)} == {ReminderState.WITHDRAWN}
    assert {state for *_, state in office.reminders(HLT, ORANGE)} == {ReminderState.PLANNED}
    choose(office, HLT, EVERYTHING)
    assert office.reminders(HLT, WEEK) == planned


def test_a_mail_that_waits_is_taken_back(office: Office, clock: SetClock) -> None:
    """And the rest of it goes in another one."""
    clock.move_to(date(2026, 10, 1))
    office.round()
    (before,) = office.due(HLT)
    assert "Week tegen Kindermishandeling" in text_of(before)
    choose(office, HLT, Preferences(muted=MUTED))
    assert office.due(HLT) == []
    office.round()
    (after,) = office.due(HLT)
    assert "Orange the World" in text_of(after)
    assert "Week tegen Kindermishandeling" not in text_of(after)


@pytest.mark.parametrize("wanted", [Preferences(reminders=False), Preferences(muted=MUTED)])
def test_a_mail_that_was_on_its_way_and_is_put_off_is_taken_back(
    office: Office, clock: SetClock, wanted: Preferences
) -> None:
    clock.move_to(date(2026, 10, 1))
    office.round()
    office.become(DeliveryState.SENDING, HLT)
    choose(office, HLT, wanted)
    (mail,) = office.outbox(HLT, DeliveryState.SENDING)
    with office.database.session() as session:
        session.get_one(DeliveryRow, mail.id).state = DeliveryState.DEFERRED
    office.round()
    assert [one.id for one in office.outbox(HLT, DeliveryState.CANCELLED)] == [mail.id]
    told = [one for one in office.due(HLT) if one.kind is not MessageKind.NEWS]
    assert len(told) == (1 if wanted.reminders else 0)


def test_without_reminders_there_are_no_notices_either(office: Office, clock: SetClock) -> None:
    """They are one list; who wants it again still hears that the days are others."""
    clock.move_to(date(2026, 10, 1))
    office.round()
    office.become(DeliveryState.ACCEPTED)
    office.move(WEEK, LATER)
    choose(office, HLT, Preferences(reminders=False))
    office.round()
    assert {one.kind for one in office.due(HLT)} == {MessageKind.NEWS}, "that it is off"
    with office.database.read() as session:
        notices = session.exec(select(NoticeRow).where(NoticeRow.contact_key == HLT)).all()
    assert [one.state for one in notices] == [ReminderState.WITHDRAWN]
    choose(office, HLT, EVERYTHING)
    office.round()
    assert any("heeft een andere datum" in text_of(one) for one in office.due(HLT))


def test_a_muted_campaign_that_one_was_mailed_of_still_tells_that_it_moved(
    office: Office, clock: SetClock
) -> None:
    clock.move_to(date(2026, 10, 1))
    office.round()
    office.become(DeliveryState.ACCEPTED)
    choose(office, HLT, Preferences(muted=MUTED))
    office.move(WEEK, LATER)
    office.round()
    (notice,) = office.due(HLT)
    assert "heeft een andere datum" in text_of(notice)


def test_leaving_a_list_is_safe_to_repeat(office: Office) -> None:
    for mail_list in MailList:
        for _ in range(2):
            with office.database.session() as session:
                link = PreferencesLink(HLT, mail_list)
                preferences.leave(session, link, today=office.clock.today(), now=office.clock.now())
        assert not stored(office, HLT).gets(mail_list)
    assert stored(office, HLT) == Preferences(reminders=False, broadcasts=False)


def test_who_gets_reminders_is_shown_with_the_steps(office: Office) -> None:
    def told(edition: str) -> set[tuple[str, ...]]:
        with office.database.read() as session:
            found = steps.list_steps(
                session, today=office.clock.today(), edition=edition, municipality="lisse"
            )
        return {one.people for one in found if one.role is Role.COMMUNICATION}

    assert told(WEEK) == {("Communicatie HLTsamen",)}
    choose(office, HLT, Preferences(muted=MUTED))
    assert told(WEEK) == {()}
    assert told(ORANGE) == {("Communicatie HLTsamen",)}


def test_work_that_nobody_is_reminded_of_is_named(office: Office) -> None:
    def unattended(gemeente: str | None = None) -> list[str]:
        with office.database.read() as session:
            return preferences.unattended(session, gemeente)

    assert unattended() == []
    choose(office, HLT, Preferences(muted=MUTED))
    choose(office, "gouda-communicatie", Preferences(reminders=False))
    about = "Niemand krijgt nog herinneringen over Week tegen Kindermishandeling voor communicatie"
    assert unattended("lisse") == [f"{about} in Lisse."]
    assert unattended() == [
        "Niemand krijgt nog herinneringen voor communicatie in Gouda.",
        f"{about} in Hillegom.",
        f"{about} in Lisse.",
        f"{about} in Teylingen.",
    ]
    # A colleague who does the same work is enough.
    with office.database.session() as session:
        session.add(ContactRow(key="lisse", name="Lisse", email="lisse@example.nl"))
        session.flush()
        session.add(
            ContactRoleRow(contact_key="lisse", role=Role.COMMUNICATION, municipality_key="lisse")
        )
    assert unattended("lisse") == []


def test_an_absence_needs_somebody_else_and_days_to_come(office: Office, clock: SetClock) -> None:
    away = Span(date(2026, 9, 7), date(2026, 9, 11))

    def leave(deputy: str, absence: Span = away) -> None:
        with office.database.session() as session:
            preferences.set_absence(
                session, HLT, absence, deputy, today=clock.today(), now=clock.now()
            )

    with pytest.raises(InvalidInputError, match="niet de eigen vervanger"):
        leave(HLT)
    with pytest.raises(InvalidInputError, match="al voorbij"):
        leave("katwijk-campagnes", Span(date(2026, 9, 1), date(2026, 9, 6)))
    with pytest.raises(NotFoundError, match="Bedoel je katwijk-campagnes"):
        leave("katwijk-campagne")
    with office.database.session() as session:
        session.get_one(ContactRow, "gouda-communicatie").active = False
    with pytest.raises(NotFoundError, match="bestaat niet"):
        leave("gouda-communicatie")
    assert stored(office, HLT) == EVERYTHING
    leave("katwijk-campagnes")
    assert stored(office, HLT) == Preferences(deputy="katwijk-campagnes", absence=away)
    with office.database.session() as session:
        assert preferences.end_absence(session, HLT, today=clock.today(), now=clock.now())
        assert not preferences.end_absence(session, HLT, today=clock.today(), now=clock.now())
    assert stored(office, HLT) == EVERYTHING


def test_a_list_of_contacts_says_what_differs(office: Office) -> None:
    one_role = frozenset({("orange-the-world", Role.POLICY)})
    choose(office, "katwijk-campagnes", Preferences(broadcasts=False, muted=one_role | MUTED))
    with office.database.read() as session:
        (line,) = preferences.list_contacts(session, "katwijk")
        everybody = preferences.list_contacts(session)
        with pytest.raises(NotFoundError):
            preferences.list_contacts(session, "katwyk")
    assert line.work == ("beleid Katwijk", "communicatie Katwijk")
    assert line.off == (
        "regioberichten",
        "Orange the World als beleidsmedewerker",
        "Week tegen Kindermishandeling",
    )
    assert [one.key for one in everybody] == sorted(one.key for one in everybody)
    assert [one.off for one in everybody if one.key != "katwijk-campagnes"] == [()] * 3


def test_the_page_offers_what_is_to_come_and_what_is_off(office: Office, world: Database) -> None:
    def offered() -> dict[str, bool]:
        with world.read() as session:
            found = my_preferences.page(session, PreferencesLink(HLT, MailList.REMINDERS))
        return {one.key: one.on for one in found.campaigns}

    before = offered()
    assert before["week-tegen-kindermishandeling"] is True
    choose(office, HLT, replace(EVERYTHING, muted=MUTED))
    assert offered() == before | {"week-tegen-kindermishandeling": False}
    with world.session() as session:
        session.get_one(ContactRow, HLT).active = False
    with world.read() as session, pytest.raises(NotFoundError, match="geen contactpersoon meer"):
        my_preferences.page(session, PreferencesLink(HLT, MailList.REMINDERS))
    with world.read() as session:
        assert HLT in queries.preferences(session)
