"""What waits in the outbox is taken back when it is no longer right, and nothing is lost by it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlmodel import Session, col

from campagne.channels import Connection
from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState, Message
from campagne.domain.playbook import Role
from campagne.domain.reminders import ReminderState
from campagne.messages import Mails
from campagne.services.audit import Author
from campagne.services.outbox import sending
from campagne.services.planning import steps
from campagne.services.publishing import feed_stamps
from campagne.services.rotas import rota
from campagne.store.database import Database
from campagne.store.tables import ContactRoleRow, ContactRow, DeliveryRow, EditionRow, StepRow
from tests.services.changing import HLT, LATER, ORANGE, PUBLIC, WEEK, Office, text_of
from tests.snapshots import Snapshots

DUE, CANCELLED = DeliveryState.DUE, DeliveryState.CANCELLED
PLANNED, QUEUED, WITHDRAWN = (
    ReminderState.PLANNED,
    ReminderState.QUEUED,
    ReminderState.WITHDRAWN,
)


@pytest.fixture
def office(world: Database, clock: SetClock, snapshots: Snapshots) -> Office:
    """On 1 October, with the first mails in the outbox and none sent.

    The one to HLTsamen is about three campaigns: `materiaal` of the week and two signals.
    """

    def after_the_first_round() -> None:
        made = Office(world, clock)
        clock.move_to(date(2026, 10, 1))
        made.round()

    snapshots.once(world, after_the_first_round)
    clock.move_to(date(2026, 10, 1))
    made = Office(world, clock, is_planned=True)
    assert len(made.due(HLT)) == 1
    return made


def _again(office: Office) -> tuple[DeliveryRow, DeliveryRow]:
    """Return the mail that was taken back and the only one that came for it after a round."""
    office.round()
    office.round()
    (old,) = office.outbox(HLT, CANCELLED)
    (new,) = office.due(HLT)
    assert (old.settled_at, new.settled_at) == (office.clock.now(), None)
    assert "Ingetrokken" in old.reply
    assert new.key != old.key
    assert new.message_id != old.message_id
    return old, new


def test_an_edition_that_moved(office: Office) -> None:
    office.move(WEEK, LATER)
    assert office.due(HLT) == []
    states = {row[2:] for row in office.reminders(HLT, WEEK)}
    assert states == {(1, WITHDRAWN), (2, PLANNED)}
    old, new = _again(office)
    assert "Materiaal bestellen" in text_of(old)
    # Due on 5 October for the new dates; the signals in the same mail go on.
    assert "Materiaal bestellen" not in text_of(new)
    assert "Orange" in text_of(new)


def test_an_edition_that_is_cancelled(office: Office) -> None:
    office.cancel(WEEK)
    assert {row[3] for row in office.reminders(HLT, WEEK)} == {WITHDRAWN}
    _, new = _again(office)
    assert "Week tegen" not in text_of(new)
    assert "Orange" in text_of(new)


def test_a_date_that_is_confirmed(office: Office) -> None:
    office.confirm(PUBLIC)
    old, new = _again(office)
    assert "nog voorlopig" in text_of(old)
    assert "nog voorlopig" not in text_of(new)
    office.confirm(PUBLIC)  # a second time is no news
    office.round()
    assert [row.id for row in office.due(HLT)] == [new.id]


def test_a_name_or_theme_that_changes(office: Office) -> None:
    with office.database.session() as session:
        session.get_one(EditionRow, WEEK).theme = "Samen sterk"
        session.flush()
        feed_stamps.restamp(session, office.clock.now())
        office.replan(session)
    _, new = _again(office)
    assert "Samen sterk" in text_of(new)


def test_another_wording_of_a_step_takes_nothing_back(office: Office) -> None:
    with office.database.session() as session:
        session.get_one(StepRow, "materiaal").what = "Bestel op tijd."
        session.get_one(ContactRow, HLT).name = "Redactie"
        office.replan(session)
    office.round()
    assert len(office.outbox(HLT)) == 1


def test_a_step_that_is_ticked_off(office: Office) -> None:
    with office.database.session() as session:
        steps.tick_off(
            session,
            edition=WEEK,
            step="materiaal",
            municipality="lisse",
            by=Author("x"),
            now=office.clock.now(),
            today=office.clock.today(),
        )
    _, new = _again(office)
    assert "Voor: Hillegom en Teylingen" in text_of(new)
    assert ("materiaal", "lisse", 1, WITHDRAWN) in office.reminders(HLT, WEEK)
    assert ("materiaal", "teylingen", 1, QUEUED) in office.reminders(HLT, WEEK)


def _without_signals(office: Office, session: Session) -> None:
    session.get_one(StepRow, "signaal").in_use = False
    session.flush()
    rota.follow_up(session, now=office.clock.now(), today=office.clock.today(), steps=["signaal"])


def _without_orange(office: Office, session: Session) -> None:
    rota.cancel(session, ORANGE, by="x", now=office.clock.now(), today=office.clock.today())


@pytest.mark.parametrize("change", [_without_signals, _without_orange])
def test_a_step_that_was_ticked_off_is_not_freed_by_what_else_was_in_its_mail(
    office: Office, change: Callable[[Office, Session], None]
) -> None:
    """Done while its mail was on its way; the server put that off, then something else changes."""
    office.become(DeliveryState.SENDING, HLT)
    with office.database.session() as session:
        steps.tick_off(
            session,
            edition=WEEK,
            step="materiaal",
            municipality="lisse",
            by=Author("x"),
            now=office.clock.now(),
            today=office.clock.today(),
        )
    with office.database.session() as session:
        (row,) = office.outbox(HLT)
        session.get_one(DeliveryRow, row.id).state = DeliveryState.DEFERRED
        change(office, session)
    assert [one.state for one in office.outbox(HLT)] == [CANCELLED]
    assert ("materiaal", "lisse", 1, WITHDRAWN) in office.reminders(HLT, WEEK)
    office.round()
    assert "Voor: Hillegom en Teylingen" in text_of(office.due(HLT)[0])


def test_a_contact_who_left(office: Office) -> None:
    others = len(office.due("gouda-communicatie"))
    with office.database.session() as session:
        session.get_one(ContactRow, HLT).active = False
        office.replan(session)
    office.round()
    assert [row.state for row in office.outbox(HLT)] == [CANCELLED]
    assert {row[3] for row in office.reminders(HLT, WEEK)} == {WITHDRAWN}
    assert len(office.due("gouda-communicatie")) == others == 1


def test_an_address_that_was_corrected(office: Office) -> None:
    office.readdress(HLT, "goed@example.nl")
    old, new = _again(office)
    assert (old.recipient, new.recipient) == (f"{HLT}@example.nl", "goed@example.nl")
    assert text_of(old).split("Klaar?")[0] == text_of(new).split("Klaar?")[0]
    # And back again: a third mail, with a key of its own.
    office.readdress(HLT, f"{HLT}@example.nl")
    office.round()
    (last,) = office.due(HLT)
    assert last.recipient == f"{HLT}@example.nl"
    assert len({row.key for row in office.outbox(HLT)}) == 3


def test_a_role_that_was_lost(office: Office) -> None:
    with office.database.session() as session:
        session.execute(
            delete(ContactRoleRow).where(
                col(ContactRoleRow.contact_key) == HLT,
                col(ContactRoleRow.role) == Role.COMMUNICATION,
                col(ContactRoleRow.municipality_key) == "lisse",
            )
        )
        office.replan(session)
    _, new = _again(office)
    assert "Lisse" not in text_of(new)
    assert "Hillegom en Teylingen" in text_of(new)


def test_a_template_that_fails_and_is_mended(office: Office, tmp_path: Path) -> None:
    office.readdress(HLT, "goed@example.nl")
    good = office.mails
    (tmp_path / "herinnering.md").write_text("+++\nonderwerp = '{{ weg }}'\n+++\nHallo", "utf-8")
    office.mails = Mails(tmp_path, sender="c@example.nl")
    assert office.round().left_out == (HLT,)
    assert office.due(HLT) == []
    assert len(office.due("gouda-communicatie")) == 1
    office.mails = good
    assert office.round().left_out == ()
    assert len(office.due(HLT)) == 1


@pytest.mark.parametrize(
    ("state", "taken_back"),
    [
        (DeliveryState.DUE, True),
        (DeliveryState.DEFERRED, True),
        (DeliveryState.CLAIMED, True),
        (DeliveryState.SENDING, False),
        (DeliveryState.UNKNOWN, False),
        (DeliveryState.ACCEPTED, False),
        (DeliveryState.FAILED, False),
    ],
)
def test_only_what_has_not_left_is_taken_back(
    office: Office,
    state: DeliveryState,
    taken_back: bool,  # noqa: FBT001 - a table
) -> None:
    office.become(state, HLT)
    office.cancel(WEEK)
    (row,) = office.outbox(HLT)
    assert row.state is (CANCELLED if taken_back else state)
    expected = WITHDRAWN if taken_back else QUEUED
    assert ("materiaal", "lisse", 1, expected) in office.reminders(HLT, WEEK)


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.BOUNCED])
def test_what_was_refused_goes_to_the_corrected_address(
    office: Office, state: DeliveryState
) -> None:
    office.become(state, HLT)
    with office.database.session() as session:
        office.replan(session)
    office.round()
    assert office.due(HLT) == []
    office.readdress(HLT, "goed@example.nl")
    office.round()
    assert [row.state for row in office.outbox(HLT)] == [state, DUE]
    assert office.due(HLT)[0].recipient == "goed@example.nl"


class _Interrupted:
    """A way out on which something happens when a mail has just been claimed and offered."""

    def __init__(self, happens: Callable[[], None]) -> None:
        self.happens = happens
        self.delivered: list[str] = []
        self._offered = ""

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        yield self

    def offer(self, message: Message) -> None:
        self._offered = message.recipient
        if message.recipient.startswith(HLT):
            self.happens()

    def deliver(self) -> str:
        self.delivered.append(self._offered)
        return "250 ok"


def test_a_mail_in_the_hands_of_a_sender_is_taken_back_too(office: Office) -> None:
    channel = _Interrupted(lambda: office.cancel(WEEK))
    sending.send_due(office.database, channel, office.clock.now, owner="test")
    assert f"{HLT}@example.nl" not in channel.delivered
    assert channel.delivered
    assert [row.state for row in office.outbox(HLT)] == [CANCELLED]
    office.round()
    assert "Week tegen" not in text_of(office.due(HLT)[0])


def test_what_a_server_put_off_while_it_changed_is_taken_back_later(office: Office) -> None:
    office.become(DeliveryState.SENDING, HLT)
    office.move(WEEK, LATER)
    with office.database.session() as session:
        (row,) = office.outbox(HLT)
        session.get_one(DeliveryRow, row.id).state = DeliveryState.DEFERRED
    office.round()
    assert office.outbox(HLT)[0].state is CANCELLED
    assert "Materiaal bestellen" not in "".join(map(text_of, office.due(HLT)))


def test_what_a_server_put_off_while_its_address_changed_goes_to_the_right_one(
    office: Office,
) -> None:
    office.become(DeliveryState.SENDING, HLT)
    office.readdress(HLT, "goed@example.nl")
    with office.database.session() as session:
        (row,) = office.outbox(HLT)
        session.get_one(DeliveryRow, row.id).state = DeliveryState.DEFERRED
    office.round()
    assert [(row.state, row.recipient) for row in office.outbox(HLT)] == [
        (CANCELLED, f"{HLT}@example.nl"),
        (DUE, "goed@example.nl"),
    ]


def test_what_is_past_its_day_is_dropped_unsent(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    (mail,) = office.due(HLT)
    # The last useful day of the last of the three campaigns.
    assert mail.valid_until == date(2026, 11, 24)
    office.clock.move_to(date(2026, 11, 24))
    office.round()
    assert mail.id in {row.id for row in office.due(HLT)}
    office.clock.move_to(date(2026, 11, 25))
    with caplog.at_level(logging.WARNING, "campagne"):
        office.round()
    assert office.outbox(HLT)[0].state is CANCELLED
    assert office.outbox(HLT)[0].settled_at == office.clock.now()
    assert ("signaal", "lisse", 1, ReminderState.EXPIRED) in office.reminders(HLT, ORANGE)
    told = [one for one in caplog.messages if "last useful day has passed" in one]
    assert told
    assert str(mail.id) in told[0]
    assert "@" not in "".join(caplog.messages)


def test_planning_again_leaves_a_right_mail_alone(office: Office) -> None:
    with office.database.session() as session:
        office.replan(session)
    office.round()
    assert [row.state for row in office.outbox(HLT)] == [DUE]
