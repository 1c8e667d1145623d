"""A mail that does not arrive: who hears of it, when, and what they read."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.bounces import BounceKind
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.playbook import Role
from campagne.services.outbox import bounces, failure_reports, outcomes
from campagne.services.outbox.bounces import Verdict
from campagne.services.planning import rounds
from campagne.services.regional import releases, writing
from campagne.store.database import Database
from campagne.store.tables import (
    AttemptRow,
    BounceRow,
    ContactRoleRow,
    ContactRow,
    DeliveryRow,
    PausedAddressRow,
)
from tests.services.changing import HLT, LINKS, ORANGE, Office, text_of
from tests.services.outbox.test_bounces import report as come_back_report
from tests.snapshots import Snapshots

MONDAY = date(2026, 9, 21)  # the HLT gemeenten are reminded of `materiaal`
OWNER = "katwijk-campagnes"  # beleid of Katwijk, which leads
CENTRE = "leiden-centrum"
COLLEAGUE = "lisse-beheer"
UNKNOWN_USER = "De mailserver weigert dit bericht (550 5.1.1 User unknown)."
FULL = "De mailserver weigert dit bericht (452 4.2.2 Mailbox full)."
ADDRESS = f"{HLT}@example.nl"


@pytest.fixture
def office(world: Database, clock: SetClock, snapshots: Snapshots) -> Office:
    """Everybody was reminded; in Lisse there is a colleague without steps."""

    def after_a_round() -> None:
        with world.session() as session:
            session.add(ContactRow(key=COLLEAGUE, name="Beheer Lisse", email="beheer@example.nl"))
            session.flush()
            session.add(
                ContactRoleRow(contact_key=COLLEAGUE, role=Role.ADMIN, municipality_key="lisse")
            )
        office = Office(world, clock)
        clock.move_to(MONDAY)
        office.round()

    snapshots.once(world, after_a_round)
    clock.move_to(MONDAY)
    return Office(world, clock, is_planned=True)


def _fail(office: Office, contact: str = HLT, reply: str = UNKNOWN_USER) -> int:
    """Let the waiting mail to a contact be refused, and all others arrive; return its number."""
    (row,) = office.due(contact)
    office.become(DeliveryState.FAILED, contact)
    office.become(DeliveryState.ACCEPTED)
    _store(office, row.id, reply=reply, attempts=1, settled_at=office.clock.now())
    assert row.id is not None
    return row.id


def _store(office: Office, number: int | None, **values: object) -> None:
    with office.database.session() as session:
        session.execute(update(DeliveryRow).where(col(DeliveryRow.id) == number).values(**values))


def _reports(office: Office, contact: str = OWNER) -> list[str]:
    return [
        text_of(row)
        for row in office.outbox(contact)
        if row.kind is MessageKind.REPORT and row.state is DeliveryState.DUE
    ]


def _later(office: Office, hours: int = 1, days: int = 0) -> None:
    local = office.clock.today() + timedelta(days=days)
    office.clock.move_to(local, time(8 + hours))
    office.round()


def test_the_owner_reads_what_happened_and_what_to_do(office: Office) -> None:
    number = _fail(office, reply=FULL)
    office.round()
    assert _reports(office) == []  # within a quarter of an hour more may fail
    _later(office)
    (text,) = _reports(office)
    assert text.startswith("De mail aan Communicatie HLTsamen is niet aangekomen Hallo")
    for part in (
        f"Adres: {ADDRESS}",
        "Telefoon: 071 000 00 00",
        "Klaargezet op: maandag 21 september 2026",
        "Over: Week tegen Kindermishandeling voor Hillegom, Lisse en Teylingen",
        "De mailbox is vol. (452 4.2.2)",
        "Bel Communicatie HLTsamen",
        f"/beheer/verzending/{number}",
    ):
        assert part in text
    assert _reports(office, COLLEAGUE) == []  # the address is not gone
    _later(office, 2)
    assert len(_reports(office)) == 1


def test_what_fails_later_that_day_waits_for_tomorrow(office: Office) -> None:
    first = _fail(office, reply=FULL)
    _later(office)
    office.become(DeliveryState.ACCEPTED)
    with office.database.session() as session:
        outcomes.resend(session, first, now=office.clock.now())
    office.become(DeliveryState.FAILED, HLT)
    _later(office, 2)
    _store(office, first, settled_at=office.clock.now())
    _later(office, 3)
    assert _reports(office) == []
    _later(office, days=1)
    assert len(_reports(office)) == 1


def test_colleagues_hear_of_an_address_that_is_gone(office: Office) -> None:
    _fail(office)
    _later(office)
    for person in (OWNER, COLLEAGUE):
        (text,) = _reports(office, person)
        assert "Dit mailadres bestaat niet of niet meer. (550 5.1.1)" in text
    with office.database.read() as session:
        assert (
            len(
                session.exec(
                    select(DeliveryRow).where(col(DeliveryRow.reported_at).is_not(None))
                ).all()
            )
            == 1
        )


def test_a_paused_address_that_bounced(office: Office) -> None:
    (row,) = office.due(HLT)
    assert row.id is not None
    office.become(DeliveryState.ACCEPTED)
    with office.database.session() as session:
        bounce = BounceRow(
            source="x",
            delivery_id=row.id,
            kind=BounceKind.HARD,
            recipient=ADDRESS,
            status="5.1.1",
            text="550 5.1.1 no such user",
            at=office.clock.now(),
        )
        session.add(bounce)
        session.flush()
        assert bounce.id is not None
        session.add(
            PausedAddressRow(address=ADDRESS, since=office.clock.now(), bounce_id=bounce.id)
        )
    _store(office, row.id, state=DeliveryState.BOUNCED, settled_at=office.clock.now())
    _later(office)
    (text,) = _reports(office, COLLEAGUE)
    assert "Naar dit adres gaat geen mail meer, tot het is verbeterd." in text
    assert "Dit mailadres bestaat niet of niet meer. (5.1.1)" in text
    assert "nog een keer" not in text


def test_a_report_of_a_mail_server_leads_to_one_of_ours(office: Office) -> None:
    (row,) = office.due(HLT)
    office.become(DeliveryState.ACCEPTED)
    with office.database.session() as session:
        raw = come_back_report(row, message_id=row.message_id)
        verdict = bounces.record(session, raw, now=office.clock.now(), today=office.clock.today())
    assert verdict is Verdict.HARD
    _later(office)
    for person in (OWNER, COLLEAGUE):
        (text,) = _reports(office, person)
        assert "Naar dit adres gaat geen mail meer, tot het is verbeterd." in text
        assert "Over: Week tegen Kindermishandeling voor Hillegom, Lisse en Teylingen" in text
        assert f"/beheer/contact/{HLT}" in text


def test_a_corrected_address_needs_no_report(office: Office) -> None:
    _fail(office)
    office.readdress(HLT, "nieuw@example.nl")
    _later(office)
    _later(office, 2)
    assert [row.recipient for row in office.due(HLT)] == ["nieuw@example.nl"]
    assert _reports(office) == []


def test_the_owner_is_not_told_of_its_own_mail(office: Office) -> None:
    office.become(DeliveryState.ACCEPTED)
    office.clock.move_to(date(2026, 11, 2))
    office.round()
    _fail(office, OWNER)
    _later(office)
    assert _reports(office, OWNER) == []
    (text,) = _reports(office, CENTRE)
    assert "Communicatie en beleid Katwijk" in text


def test_with_nobody_left_the_log_says_so_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    number = _fail(office)
    with office.database.session() as session:
        for key in (OWNER, COLLEAGUE, CENTRE):
            session.get_one(ContactRow, key).active = False
    _later(office)
    _later(office, 2)
    told = [one.message for one in caplog.records if "nobody to tell" in one.message]
    assert told == [f"delivery {number} did not arrive, and there is nobody to tell"]


def test_a_report_that_fails_is_not_reported(office: Office) -> None:
    _fail(office, reply=FULL)
    _later(office)
    office.become(DeliveryState.FAILED, OWNER)
    _later(office, days=1)
    with office.database.read() as session:
        kinds = [row.kind for row in session.exec(select(DeliveryRow)).all()]
    assert kinds.count(MessageKind.REPORT) == 1


def test_what_failed_long_ago_is_no_news(office: Office) -> None:
    number = _fail(office)
    _store(office, number, next_at=office.clock.now() - timedelta(days=31))
    _later(office)
    assert _reports(office) == []


@pytest.fixture
def broadcast(office: Office) -> int:
    """A broadcast of Leiden to its region about Orange the World, released."""
    office.become(DeliveryState.ACCEPTED)
    with office.database.session() as session:
        number = writing.new(
            session,
            edition_key=ORANGE,
            region_key="holland-rijnland",
            author_key=None,
            answer_by=None,
            now=office.clock.now(),
            today=office.clock.today(),
            links=LINKS,
            mails=office.mails,
        )
        releases.release(
            session,
            number,
            links=LINKS,
            mails=office.mails,
            now=office.clock.now(),
            today=office.clock.today(),
        )
    return number


def test_the_author_hears_of_all_mails_of_a_broadcast_in_one(
    office: Office, broadcast: int
) -> None:
    office.become(DeliveryState.FAILED, HLT)  # one mail for three gemeenten
    office.become(DeliveryState.UNKNOWN, OWNER)
    for state in (DeliveryState.FAILED, DeliveryState.UNKNOWN):
        with office.database.session() as session:
            session.execute(
                update(DeliveryRow)
                .where(col(DeliveryRow.broadcast_id) == broadcast, col(DeliveryRow.state) == state)
                .values(reply=UNKNOWN_USER if state is DeliveryState.FAILED else "Geen antwoord.")
            )
    _later(office)
    (text,) = _reports(office, CENTRE)
    mails = len([row for row in office.outbox(HLT) if row.broadcast_id]) + 1
    assert text.startswith(f"{mails} mails zijn misschien niet aangekomen")
    assert "Orange the World voor Hillegom, Lisse en Teylingen" in text
    assert "een regiobericht gaat niet vanzelf nog een keer" in text
    assert "Misschien is de mail wel aangekomen." in text
    assert "/beheer/verzending/" in text
    office.become(DeliveryState.ACCEPTED, CENTRE)
    _later(office, days=1)
    assert _reports(office, CENTRE) == []


@pytest.mark.parametrize(("times", "told"), [(1, 0), (2, 1)])
def test_a_reminder_is_told_of_when_it_waits_for_a_person(
    office: Office, times: int, told: int
) -> None:
    number = _fail(office)
    now = office.clock.now()
    with office.database.session() as session:
        for fence in range(times):
            session.add(
                AttemptRow(
                    delivery_id=number,
                    fence=fence,
                    started_at=now,
                    ended_at=now + timedelta(hours=1),
                    outcome=DeliveryState.UNKNOWN,
                )
            )
    _store(office, number, state=DeliveryState.UNKNOWN, settled_at=None, reply="Geen antwoord.")
    _later(office)
    assert len(_reports(office)) == told


def test_a_dry_run_names_the_reports_that_the_round_makes(office: Office) -> None:
    _fail(office)

    def foreseen() -> list[failure_reports.DueReport]:
        return rounds.foresee_reports(office.database, clock=office.clock)

    assert foreseen() == []
    office.clock.move_to(MONDAY, time(9))
    expected = [
        failure_reports.DueReport("beheer@example.nl", 1),
        failure_reports.DueReport(f"{OWNER}@example.nl", 1),
    ]
    assert foreseen() == expected
    assert foreseen() == expected
    office.round()
    assert [len(_reports(office, one)) for one in (OWNER, COLLEAGUE)] == [1, 1]
    assert foreseen() == []
