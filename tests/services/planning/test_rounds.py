"""A round of the clock, with mail in a real folder."""

from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlmodel import select

from campagne import resources
from campagne.channels.folder import FolderChannel
from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.outbox import sending
from campagne.services.outbox.sending import SendReport
from campagne.services.people import preferences
from campagne.services.planning import due_reminders, reminders, rounds
from campagne.services.planning.rounds import PreparedRound
from campagne.store.database import Database
from campagne.store.tables import DeliveryRow

HLT, GOUDA = "hltsamen-communicatie", "gouda-communicatie"
LINKS = Links("https://campagne.example.nl", "s" * 32)


class Service:
    """The parts of a round on the small region, with a folder as mailbox."""

    def __init__(self, database: Database, clock: SetClock, folder: Path) -> None:
        self.database = database
        self.clock = clock
        self.folder = folder
        self.mails = Mails(resources.folder("templates") / "mail", sender="c@example.nl")

    def round(self) -> tuple[PreparedRound, SendReport]:
        prepared = rounds.prepare(self.database, mails=self.mails, links=LINKS, clock=self.clock)
        sent = sending.send_due(
            self.database, FolderChannel(self.folder), self.clock.now, owner="test"
        )
        return prepared, sent

    def recipients(self) -> list[str]:
        mails = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in self.folder.glob("*.eml")
        ]
        return sorted(str(mail["To"].addresses[0].addr_spec) for mail in mails)


@pytest.fixture
def service(world: Database, clock: SetClock, tmp_path: Path) -> Service:
    with world.session() as session:
        reminders.replan(session, now=clock.now(), today=clock.today())
    return Service(world, clock, tmp_path / "postvak")


def test_what_is_due_lies_in_the_mailbox_once(service: Service) -> None:
    service.clock.move_to(date(2026, 9, 21))
    prepared, sent = service.round()
    assert sent == SendReport(accepted=prepared.mails)
    assert prepared.mails > 0
    first = service.recipients()
    assert len(set(first)) == len(first) == prepared.mails
    prepared, sent = service.round()
    assert (prepared.mails, sent) == (0, SendReport())
    assert service.recipients() == first


def test_a_year_of_days_sends_each_reminder_once(service: Service) -> None:
    with service.database.read() as session:
        planned = len(due_reminders.list_planned(session, until=date(2027, 3, 31)))
    reminded = 0
    for days in range(0, 200, 3):
        service.clock.move_to(date(2026, 9, 7) + timedelta(days=days))
        prepared, _ = service.round()
        reminded += prepared.reminders
        assert prepared.expired == 0
    assert reminded == planned > 0


def test_after_a_standstill_what_has_passed_is_dropped(service: Service) -> None:
    service.clock.move_to(date(2026, 12, 1))
    prepared, _ = service.round()
    assert prepared.expired > 0
    with service.database.read() as session:
        assert due_reminders.list_planned(session, until=service.clock.today()) == []


def test_a_clock_that_ran_ahead_costs_no_reminder(service: Service) -> None:
    def planned() -> list[due_reminders.DueReminder]:
        with service.database.read() as session:
            return due_reminders.list_planned(session, until=date(2027, 12, 31))

    right = service.clock.today()
    service.round()
    before = planned()
    service.clock.move_to(date(2036, 9, 7))
    prepared, _ = service.round()
    assert prepared.expired >= len(before) > 0
    service.clock.move_to(right)
    prepared, _ = service.round()
    assert (prepared.expired, prepared.mails) == (0, 0)
    assert planned() == before


def test_a_stop_leaves_the_rest_in_the_outbox(service: Service) -> None:
    service.clock.move_to(date(2026, 9, 21))
    prepared = rounds.prepare(
        service.database, mails=service.mails, links=LINKS, clock=service.clock
    )
    stopped = sending.send_due(
        service.database,
        FolderChannel(service.folder),
        service.clock.now,
        owner="test",
        stop=lambda: True,
    )
    assert stopped == SendReport()
    _, sent = service.round()
    assert sent.accepted == prepared.mails


def test_a_round_wipes_only_where_mails_are_not_kept_for_ever(service: Service) -> None:
    def wiped(*, days: int | None) -> bool:
        rounds.prepare(
            service.database,
            mails=service.mails,
            links=LINKS,
            clock=service.clock,
            keep_days=days,
        )
        with service.database.read() as session:
            return any(one.wiped_on for one in session.exec(select(DeliveryRow)))

    service.clock.move_to(date(2026, 9, 21))
    service.round()
    service.clock.move_to(date(2030, 1, 7))
    assert not wiped(days=None)
    assert wiped(days=400)


def test_what_is_foreseen_is_what_the_round_does(service: Service) -> None:
    service.clock.move_to(date(2026, 9, 21))
    foreseen = rounds.foresee(service.database, clock=service.clock)
    assert foreseen == rounds.foresee(service.database, clock=service.clock)
    prepared, _ = service.round()
    assert prepared.reminders == len(foreseen) > 0
    assert rounds.foresee(service.database, clock=service.clock) == []


def test_what_has_passed_is_not_foreseen_and_not_dropped_by_looking(service: Service) -> None:
    service.clock.move_to(date(2026, 12, 1))
    today = service.clock.today()
    foreseen = rounds.foresee(service.database, clock=service.clock)
    assert all(one.valid_until >= today for one in foreseen)
    with service.database.read() as session:
        kept = due_reminders.list_planned(session, until=today)
    assert len(kept) > len(foreseen)
    prepared, _ = service.round()
    assert prepared.reminders == len(foreseen)


def test_a_clock_that_ran_ahead_over_a_waiting_mail_loses_none_of_it(service: Service) -> None:
    """The waiting mails are dropped as out of date; back on time they are made once more."""
    service.clock.move_to(date(2026, 9, 21))
    before = rounds.prepare(service.database, mails=service.mails, links=LINKS, clock=service.clock)
    service.clock.move_to(date(2036, 9, 21))
    rounds.prepare(service.database, mails=service.mails, links=LINKS, clock=service.clock)

    service.clock.move_to(date(2026, 9, 21))
    prepared, sent = service.round()

    assert prepared.reminders == before.reminders > 0
    assert sent.accepted == prepared.mails
    assert len(service.recipients()) == before.mails


def test_the_copies_for_a_deputy_are_foreseen_too(service: Service) -> None:
    away = Span(date(2026, 9, 14), date(2026, 10, 4))
    with service.database.session() as session:
        now, today = service.clock.now(), service.clock.today()
        preferences.set_absence(session, HLT, away, GOUDA, today=today, now=now)
    service.round()
    service.clock.move_to(date(2026, 9, 21))
    foreseen = rounds.foresee(service.database, clock=service.clock)
    copies = {one.email for one in foreseen if one.copy_of == "Communicatie HLTsamen"}
    assert copies == {"gouda-communicatie@example.nl"}
    own = [one for one in foreseen if one.contact_key == HLT]
    assert len([one for one in foreseen if one.copy_of]) == len(own) > 0
    prepared, _ = service.round()
    assert prepared.mails == len({(one.contact_key, one.copy_of) for one in foreseen})
