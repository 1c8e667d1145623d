"""Sending on both databases: nothing lost, nothing doubled unseen, one fault stops no other."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from campagne.channels.folder import FolderChannel
from campagne.domain.delivery import (
    LEASE,
    SENDING_LIMIT,
    DeliveryState,
    Message,
    MessageKind,
    Tail,
    message_id,
)
from campagne.errors import (
    ChannelDownError,
    ChannelError,
    OutcomeUnknownError,
)
from campagne.services.outbox import delivery, outcomes, sending
from campagne.services.outbox.outcomes import RecoverReport
from campagne.services.outbox.sending import SendReport
from campagne.services.outbox.throttle import Throttle
from campagne.store.database import Database, DatabaseUnavailableError
from campagne.store.direct import DirectConnection
from campagne.store.tables import AttemptRow, BlobRow, DeliveryRow

_START = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)


class Moment:
    """The instant, moved on by hand; called, it tells it."""

    def __init__(self) -> None:
        self._at = _START

    def __call__(self) -> datetime:
        return self._at

    def passes(self, *, minutes: float = 0, seconds: float = 0, hours: float = 0) -> None:
        self._at += timedelta(minutes=minutes, seconds=seconds, hours=hours)


@pytest.fixture
def now() -> Moment:
    """Monday 7 September 2026, 08:00 in Amsterdam."""
    return Moment()


Step = Callable[[Message], None]


def _nothing(_message: Message) -> None:
    pass


class Server:
    """A way out that keeps what it takes.

    `offered` and `delivered` are done at each of those steps and may raise; what `delivered` is
    done for has been taken already, as by a server whose answer gets lost.
    """

    def __init__(self, *, offered: Step = _nothing, delivered: Step = _nothing) -> None:
        self.offered = offered
        self.delivered = delivered
        self.taken: list[Message] = []
        self.connections = 0

    @contextmanager
    def connect(self) -> Iterator["Line"]:
        self.connections += 1
        yield Line(self)

    @property
    def recipients(self) -> list[str]:
        return [message.recipient for message in self.taken]


class Line:
    """A connection to a Server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def offer(self, message: Message) -> None:
        self._server.offered(message)
        self._message = message

    def deliver(self) -> str:
        self._server.taken.append(self._message)
        self._server.delivered(self._message)
        return "250 2.0.0 queued"


class ClosedDoor:
    """A way out that is closed."""

    def connect(self) -> AbstractContextManager[Line]:
        raise ChannelDownError("De mailserver is niet bereikbaar.", wait=timedelta(minutes=5))


def _message(number: int, kind: MessageKind = MessageKind.REMINDER) -> Message:
    key = f"{kind}:{number}"
    identity = message_id(key, "campagne@example.nl")
    raw = (
        "From: Campagnekalender <campagne@example.nl>\r\n"
        f"To: contact{number}@example.nl\r\n"
        f"Subject: Mail {number}\r\n"
        "Date: Mon, 07 Sep 2026 06:00:00 +0000\r\n"
        f"Message-ID: {identity}\r\n"
        "\r\n"
        "Beste collega\r\n"
    )
    return Message(
        key=key,
        kind=kind,
        sender="campagne@example.nl",
        recipient=f"contact{number}@example.nl",
        subject=f"Mail {number}",
        message_id=identity,
        own=raw.encode(),
    )


def _fill(
    database: Database, count: int, kind: MessageKind = MessageKind.REMINDER, first: int = 1
) -> list[int]:
    with database.session() as session:
        ids = [
            delivery.enqueue(session, _message(number, kind), now=_START)
            for number in range(first, first + count)
        ]
    return [one for one in ids if one is not None]


def _send(database: Database, server: Server, now: Moment, owner: str = "a") -> SendReport:
    return sending.send_due(database, server, now, owner=owner)


def _wait_until(come_true: Callable[[], bool]) -> None:
    """Wait for what another thread does; the bound is for a test that fails."""
    patience = threading.Event()
    for _ in range(1500):
        if come_true():
            return
        patience.wait(0.02)
    raise AssertionError("waited in vain")


class FaultyDatabase(Database):
    """A database of which the next writes of a sender fail; what they would store is not stored."""

    def __init__(self, url: str, fault: str) -> None:
        super().__init__(url)
        self._fault = fault
        self.fails = 0

    @contextmanager
    def session(self, *, alone: bool = True) -> Iterator[Session]:
        with super().session(alone=alone) as session:
            yield session
            self._fail()

    @contextmanager
    def direct(self) -> Iterator[DirectConnection]:
        with super().direct() as connection:
            transaction = connection.transaction

            @contextmanager
            def faulty(*, synced: bool = True) -> Iterator[None]:
                with transaction(synced=synced):
                    yield
                    self._fail()

            connection.transaction = faulty  # type: ignore[method-assign]
            yield connection

    def _fail(self) -> None:
        if self.fails:
            self.fails -= 1
            raise DatabaseUnavailableError(self._fault)


def _recover(database: Database, now: Moment) -> RecoverReport:
    with database.session() as session:
        return outcomes.recover(session, now())


def _rows(database: Database) -> list[DeliveryRow]:
    with database.read() as session:
        return list(session.exec(select(DeliveryRow).order_by(col(DeliveryRow.id))))


def _states(database: Database) -> list[str]:
    return [row.state.value for row in _rows(database)]


def _attempts(database: Database) -> list[AttemptRow]:
    with database.read() as session:
        return list(session.exec(select(AttemptRow).order_by(col(AttemptRow.id))))


def _for(recipient: str, fault: BaseException) -> Step:
    def step(message: Message) -> None:
        if message.recipient == recipient:
            raise fault

    return step


def _first_time(do: Callable[[], None]) -> Step:
    todo = [do]

    def step(_message: Message) -> None:
        if todo:
            todo.pop()()

    return step


def test_each_mail_is_sent_once(database: Database, now: Moment) -> None:
    _fill(database, 25)
    server = Server()

    first, second = _send(database, server, now), _send(database, server, now)

    assert first == SendReport(accepted=25)
    assert second == SendReport()
    assert server.taken == [_message(number) for number in range(1, 26)]
    assert server.connections == 1
    row = _rows(database)[0]
    assert (row.state, row.settled_at, row.attempts) == (DeliveryState.ACCEPTED, _START, 1)
    assert (row.reply, row.owner, row.lease_until) == ("250 2.0.0 queued", "", None)
    assert [one.outcome for one in _attempts(database)] == ["accepted"] * 25


@pytest.mark.parametrize("throttle", [Throttle(), Throttle(per_minute=100)])
def test_what_mails_end_in_is_stored_once_and_sent_with_each(
    database: Database, now: Moment, throttle: Throttle
) -> None:
    """And again with a mail that goes again, the same to the last byte."""
    tail = Tail("a" * 64, b"--einde\r\n")
    wanted = [replace(_message(number), tail=tail) for number in (1, 2)] + [_message(3)]
    with database.session() as session:
        for one in wanted:
            delivery.enqueue(session, one, now=_START)

    def lost() -> None:
        raise OutcomeUnknownError("Geen antwoord.")

    server = Server(delivered=_first_time(lost))
    sending.send_due(database, server, now, owner="a", throttle=throttle)
    now.passes(minutes=20)
    _recover(database, now)
    sending.send_due(database, server, now, owner="a", throttle=throttle)
    assert [one.raw for one in server.taken] == [one.raw for one in (*wanted, wanted[0])]
    assert server.taken[-1].raw.endswith(b"Beste collega\r\n--einde\r\n")
    with database.read() as session:
        assert [one.content for one in session.exec(select(BlobRow))] == [tail.content]
        rows = session.exec(select(DeliveryRow).order_by(col(DeliveryRow.id))).all()
        assert [one.raw for one in rows] == [one.raw for one in wanted]


def test_four_senders_double_nothing(database: Database, now: Moment) -> None:
    _fill(database, 300)
    server = Server()
    reports: list[SendReport] = []

    def work(owner: str) -> None:
        reports.append(_send(database, server, now, owner))

    threads = [threading.Thread(target=work, args=(owner,)) for owner in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(server.taken) == 300
    assert len(set(server.recipients)) == 300
    assert sum(report.accepted for report in reports) == 300
    assert set(_states(database)) == {"accepted"}


def test_a_passing_fault_is_tried_again_later(database: Database, now: Moment) -> None:
    _fill(database, 3)
    fault = ChannelError("451 later", permanent=False, code=451)

    report = _send(database, Server(offered=_for("contact2@example.nl", fault)), now)

    assert report == SendReport(accepted=2, deferred=1)
    row = _rows(database)[1]
    wait = row.next_at - _START
    assert row.state is DeliveryState.DEFERRED
    assert timedelta(minutes=1) <= wait <= timedelta(minutes=1.2)
    server = Server()
    assert _send(database, server, now) == SendReport()
    now.passes(minutes=1.2)
    assert _send(database, server, now) == SendReport(accepted=1)
    assert server.recipients == ["contact2@example.nl"]
    tries = [one for one in _attempts(database) if one.delivery_id == row.id]
    assert [(one.outcome, one.code, one.text) for one in tries] == [
        ("deferred", 451, "451 later"),
        ("accepted", None, "250 2.0.0 queued"),
    ]


def test_after_three_days_a_mail_fails(database: Database, now: Moment) -> None:
    _fill(database, 1)
    server = Server(
        delivered=_for("contact1@example.nl", ChannelError("451", permanent=False, code=451))
    )
    tries = 0

    while _states(database) != ["failed"]:
        _send(database, server, now)
        now.passes(hours=1.2)
        tries += 1
        assert tries < 100

    (row,) = _rows(database)
    assert row.settled_at is not None
    assert timedelta(hours=72) <= row.settled_at - _START < timedelta(hours=74)
    assert row.attempts == tries == 61


def test_a_final_refusal_fails_with_its_code_and_text(database: Database, now: Moment) -> None:
    _fill(database, 3)
    fault = ChannelError("550 5.1.1 bestaat niet", permanent=True, code=550)
    server = Server(offered=_for("contact1@example.nl", fault))

    assert _send(database, server, now) == SendReport(accepted=2, failed=1)

    row, attempt = _rows(database)[0], _attempts(database)[0]
    assert (row.state, row.reply, row.attempts) == ("failed", "550 5.1.1 bestaat niet", 1)
    assert (attempt.outcome, attempt.code, attempt.text) == ("failed", 550, row.reply)
    now.passes(hours=100)
    assert _send(database, server, now) == SendReport()


def test_the_claim_of_a_dead_sender_is_taken_over_after_a_minute(
    database: Database, now: Moment
) -> None:
    _fill(database, 12)
    with pytest.raises(KeyboardInterrupt):
        _send(database, Server(offered=_for("contact3@example.nl", KeyboardInterrupt())), now)

    now.passes(seconds=59)
    assert _recover(database, now) == RecoverReport()
    now.passes(seconds=1)
    assert _recover(database, now) == RecoverReport(released=8)
    assert _send(database, Server(), now, "b") == SendReport(accepted=10)


def test_a_sender_that_slept_through_its_claim_sends_nothing(
    database: Database, now: Moment
) -> None:
    _fill(database, 1)
    other = Server()

    def sleep() -> None:
        now.passes(minutes=2)
        _recover(database, now)
        _send(database, other, now, "b")

    sleeper = Server(offered=_first_time(sleep))

    assert _send(database, sleeper, now) == SendReport()
    assert (len(other.taken), len(sleeper.taken)) == (1, 0)
    assert [(one.fence, one.outcome) for one in _attempts(database)] == [(2, "accepted")]


def test_a_sender_that_slept_while_another_sent_again_writes_nothing(
    database: Database, now: Moment
) -> None:
    _fill(database, 1)
    other = Server()

    def sleep() -> None:
        now.passes(minutes=11)
        assert _recover(database, now) == RecoverReport(unknown=1)
        now.passes(minutes=15)
        assert _recover(database, now) == RecoverReport(resent=1)
        _send(database, other, now, "b")

    sleeper = Server(delivered=_first_time(sleep))

    assert _send(database, sleeper, now) == SendReport()
    assert sleeper.taken == other.taken  # the same bytes and Message-ID
    assert [(one.fence, one.outcome) for one in _attempts(database)] == [
        (1, "unknown"),
        (2, "accepted"),
    ]
    assert _rows(database)[0].fence == 2


@pytest.mark.parametrize("step", ["offered", "delivered"])
def test_a_sender_that_slept_touches_nothing_that_another_holds(
    database: Database, now: Moment, step: str
) -> None:
    _fill(database, 3)
    held: list[tuple[object, ...]] = []

    def sleep() -> None:
        now.passes(minutes=11)
        _recover(database, now)
        now.passes(minutes=15)
        _recover(database, now)
        # The other one is busy with the first of them when this one wakes up.
        busy = Server(**{step: _for("contact1@example.nl", KeyboardInterrupt())})
        with pytest.raises(KeyboardInterrupt):
            _send(database, busy, now, "b")
        held.extend(_hold(row) for row in _rows(database))

    sleeper = Server(**{step: _first_time(sleep)})

    # Asked before each mail: the sleeper may go on with the second, and lets go of the third.
    asked = iter([False, False, False, True])
    report = sending.send_due(database, sleeper, now, owner="a", stop=lambda: next(asked))

    assert report == SendReport()
    assert [_hold(row) for row in _rows(database)] == held
    assert held[0][:3] == ("claimed" if step == "offered" else "sending", "b", 2)


def _hold(row: DeliveryRow) -> tuple[object, ...]:
    return row.state, row.owner, row.fence, row.lease_until, row.attempts, row.reply


def test_a_late_answer_still_counts(database: Database, now: Moment) -> None:
    _fill(database, 1)

    def sleep() -> None:
        now.passes(minutes=12)
        _recover(database, now)

    assert _send(database, Server(delivered=_first_time(sleep)), now) == SendReport(accepted=1)
    assert _states(database) == ["accepted"]
    assert [one.outcome for one in _attempts(database)] == ["accepted"]


@pytest.mark.parametrize("kind", list(MessageKind))
def test_a_crash_before_the_answer_is_stored_leaves_an_unknown_outcome(
    database: Database, now: Moment, kind: MessageKind
) -> None:
    _fill(database, 1, kind)
    with pytest.raises(KeyboardInterrupt):
        _send(database, Server(delivered=_for("contact1@example.nl", KeyboardInterrupt())), now)

    now.passes(minutes=10)
    assert _recover(database, now) == RecoverReport()
    assert _states(database) == ["sending"]
    now.passes(minutes=1)
    assert _recover(database, now) == RecoverReport(unknown=1)
    assert _states(database) == ["unknown"]
    assert _send(database, Server(), now) == SendReport()
    now.passes(minutes=15)
    resent = 0 if kind is MessageKind.BROADCAST else 1
    assert _recover(database, now) == RecoverReport(resent=resent)


def test_a_mail_is_sent_again_by_itself_only_once(database: Database, now: Moment) -> None:
    _fill(database, 1)
    server = Server(delivered=_for("contact1@example.nl", OutcomeUnknownError("geen antwoord")))

    assert _send(database, server, now) == SendReport(unknown=1)
    for _ in range(3):
        now.passes(minutes=20)
        _recover(database, now)
        _send(database, server, now)

    assert len(server.taken) == 2
    assert server.taken[0].raw == server.taken[1].raw
    assert _states(database) == ["unknown"]


def test_a_server_that_is_away_costs_no_mail_a_try(database: Database, now: Moment) -> None:
    _fill(database, 15)

    for _ in range(40):
        assert sending.send_due(database, ClosedDoor(), now, owner="a") == SendReport()
        now.passes(minutes=5)

    assert set(_states(database)) == {"due"}
    assert {row.attempts for row in _rows(database)} == {0}
    assert _attempts(database) == []
    assert _send(database, Server(), now) == SendReport(accepted=15)


def test_a_server_that_is_away_is_left_alone_by_all_senders(
    database: Database, now: Moment
) -> None:
    _fill(database, 15)
    sending.send_due(database, ClosedDoor(), now, owner="a")
    server = Server()

    now.passes(minutes=4.9)
    assert _send(database, server, now, "b") == SendReport()
    assert server.connections == 0
    now.passes(minutes=0.1)
    assert _send(database, server, now, "b") == SendReport(accepted=15)


def test_a_server_that_hangs_up_now_and_then_is_called_again(
    database: Database, now: Moment
) -> None:
    _fill(database, 25)
    fault = ChannelDownError("421 genoeg voor nu", code=421)
    server = Server(offered=_for("contact7@example.nl", fault))

    assert _send(database, server, now) == SendReport(accepted=24, deferred=1)
    assert server.connections == 2


def test_a_mail_that_brings_the_server_down_does_not_block_the_others(
    database: Database, now: Moment
) -> None:
    _fill(database, 5)
    fault = ChannelDownError("de verbinding brak af")
    server = Server(offered=_for("contact1@example.nl", fault))

    assert _send(database, server, now) == SendReport(deferred=1)
    assert _states(database) == ["deferred", *["due"] * 4]
    now.passes(minutes=1)
    assert _send(database, server, now) == SendReport(accepted=4)


def test_no_answer_to_one_mail_keeps_the_others_safe(database: Database, now: Moment) -> None:
    _fill(database, 3)
    server = Server(delivered=_for("contact2@example.nl", OutcomeUnknownError("geen antwoord")))

    assert _send(database, server, now) == SendReport(accepted=2, unknown=1)
    assert server.recipients == [f"contact{number}@example.nl" for number in (1, 2, 3)]
    assert _states(database) == ["accepted", "unknown", "accepted"]


def test_a_mail_withdrawn_at_the_last_moment_does_not_go(database: Database, now: Moment) -> None:
    _fill(database, 2)

    def withdraw() -> None:
        with database.session() as session:
            session.exec(update(DeliveryRow).values(state=DeliveryState.CANCELLED))

    server = Server(offered=_first_time(withdraw))

    assert _send(database, server, now) == SendReport()
    assert server.taken == []
    assert _states(database) == ["cancelled"] * 2


def test_a_mail_withdrawn_while_claimed_stays_withdrawn_when_let_go(
    database: Database, now: Moment
) -> None:
    _fill(database, 3)

    def withdraw() -> None:
        with database.session() as session:
            session.exec(update(DeliveryRow).values(state=DeliveryState.CANCELLED))

    fault = ChannelDownError("de verbinding brak af")
    withdrawing = _first_time(withdraw)

    def offered(message: Message) -> None:
        withdrawing(message)
        raise fault

    assert _send(database, Server(offered=offered), now) == SendReport()
    assert _states(database) == ["cancelled"] * 3


def test_held_and_later_mails_wait(database: Database, now: Moment) -> None:
    with database.session() as session:
        delivery.enqueue(session, _message(1), now=_START, state=DeliveryState.HELD)
        delivery.enqueue(session, _message(2), now=_START + timedelta(seconds=1))

    assert _send(database, Server(), now) == SendReport()
    now.passes(seconds=1)
    assert _send(database, Server(), now) == SendReport(accepted=1)
    assert _states(database) == ["held", "accepted"]


def test_reminders_overtake_a_broadcast(database: Database, now: Moment) -> None:
    _fill(database, 30, MessageKind.BROADCAST)
    server = Server()
    arrived: list[int] = []

    def later(_message: Message) -> None:
        if len(server.taken) == 5:
            arrived.extend(_fill(database, 1, first=99))

    server.delivered = later
    _send(database, server, now)

    assert len(arrived) == 1
    assert server.recipients.index("contact99@example.nl") == 10  # after the batch in hand


def test_a_stop_lets_go_of_what_is_claimed(database: Database, now: Moment) -> None:
    _fill(database, 15)
    server = Server()

    report = sending.send_due(database, server, now, owner="a", stop=lambda: len(server.taken) == 3)

    assert report == SendReport(accepted=3)
    assert _states(database) == ["accepted"] * 3 + ["due"] * 12
    assert sending.send_due(database, server, now, owner="a", stop=lambda: True) == SendReport()


def test_a_slow_sender_keeps_its_claims(database: Database, now: Moment) -> None:
    _fill(database, 10)
    released = []

    def slowly(_message: Message) -> None:
        now.passes(seconds=25)
        released.append(_recover(database, now).released)

    assert _send(database, Server(offered=slowly), now) == SendReport(accepted=10)
    assert released == [0] * 10


def test_a_heartbeat_keeps_the_claims_while_one_mail_hangs(database: Database, now: Moment) -> None:
    _fill(database, 10)
    later = _START + timedelta(seconds=61)

    def hang() -> None:
        now.passes(seconds=25)
        kept = _START + timedelta(seconds=25) + LEASE
        _wait_until(lambda: {row.lease_until for row in _rows(database)} == {kept})
        with database.session() as session:
            assert outcomes.recover(session, later) == RecoverReport()

    server = Server(offered=_first_time(hang))
    report = sending.send_due(database, server, now, owner="a", beat=0.01)

    assert report == SendReport(accepted=10)
    assert {row.fence for row in _rows(database)} == {1}
    assert len(set(server.recipients)) == 10


def test_behind_a_mail_that_hangs_the_others_go_by_another_sender(
    database: Database, now: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    ids = _fill(database, 10)
    other = Server()

    def hang() -> None:
        now.passes(seconds=45)
        _wait_until(lambda: _states(database) == ["sending", *["due"] * 9])
        assert _send(database, other, now, "b") == SendReport(accepted=9)

    server = Server(delivered=_first_time(hang))
    report = sending.send_due(database, server, now, owner="a", beat=0.01)

    assert report == SendReport(accepted=1)
    assert server.recipients == ["contact1@example.nl"]
    assert f"delivery {ids[0]} takes long" in caplog.text


def test_a_heartbeat_outlives_a_database_that_is_away(
    sqlite_url: str, now: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    database = FaultyDatabase(sqlite_url, "De schijf is vol.")
    _fill(database, 3)

    def hang() -> None:
        database.fails = 1
        now.passes(seconds=25)
        _wait_until(lambda: database.fails == 0)

    report = sending.send_due(
        database, Server(offered=_first_time(hang)), now, owner="a", beat=0.01
    )
    database.close()

    assert report.accepted == 3
    assert "claims cannot be renewed now: De schijf is vol." in caplog.text


def test_what_a_stopped_sender_holds_is_given_back_and_not_sent(
    database: Database, now: Moment
) -> None:
    _fill(database, 5)
    given_back = []

    def stopped() -> None:
        given_back.append(sending.let_go(database, ["a", "b"]))

    server = Server(offered=_first_time(stopped))
    report = sending.send_due(database, server, now, owner="a", stop=lambda: bool(given_back))

    assert given_back == [5]
    assert (report, server.taken) == (SendReport(), [])
    assert _states(database) == ["due"] * 5
    assert sending.let_go(database, ["a"]) == 0
    assert _send(database, server, now, "b") == SendReport(accepted=5)


def test_only_what_is_not_begun_is_given_back(database: Database, now: Moment) -> None:
    _fill(database, 3)
    given_back = []

    def stopped() -> None:
        given_back.append(sending.let_go(database, ["a"]))

    server = Server(delivered=_first_time(stopped))

    assert _send(database, server, now) == SendReport(accepted=3)
    assert given_back == [2]
    assert [row.fence for row in _rows(database)] == [1, 2, 2]
    assert len(server.taken) == 3


@pytest.mark.parametrize("fault", ["De schijf van de database is vol.", "De database is op slot."])
def test_an_outcome_waits_for_a_database_that_is_away(
    sqlite_url: str, now: Moment, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = FaultyDatabase(sqlite_url, fault)
    _fill(database, 3)
    server = Server()
    waited: list[float] = []

    def away() -> None:
        database.fails = 6

    server.delivered = _first_time(away)
    report = sending.send_due(database, server, now, owner="a", pause=waited.append)
    states = _states(database)
    database.close()

    assert report == SendReport(accepted=3)
    assert states == ["accepted"] * 3
    assert len(server.taken) == 3
    assert sum(waited) >= 60
    assert fault in caplog.text
    assert "cannot be stored yet" in caplog.text


def test_an_outcome_that_can_never_be_stored_stops_the_sending_and_is_unknown(
    sqlite_url: str, now: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    database = FaultyDatabase(sqlite_url, "De schijf van de database is vol.")
    _fill(database, 3)
    waited: list[float] = []

    def full() -> None:
        database.fails = 1000

    server = Server(delivered=_first_time(full))
    with pytest.raises(DatabaseUnavailableError, match="vol"):
        sending.send_due(database, server, now, owner="a", pause=waited.append)

    assert len(server.taken) == 1
    assert timedelta(minutes=4) < timedelta(seconds=sum(waited)) < SENDING_LIMIT / 2
    assert "given up storing" in caplog.text
    database.fails = 0
    now.passes(minutes=11)
    assert _recover(database, now) == RecoverReport(released=2, unknown=1)
    assert _states(database) == ["unknown", "due", "due"]
    database.close()


def test_nothing_is_sent_when_that_it_goes_out_cannot_be_stored(
    sqlite_url: str, now: Moment
) -> None:
    database = FaultyDatabase(sqlite_url, "De schijf van de database is vol.")
    _fill(database, 3)

    def full() -> None:
        database.fails = 1000

    server = Server(offered=_first_time(full))
    with pytest.raises(DatabaseUnavailableError):
        _send(database, server, now)

    assert server.taken == []
    database.fails = 0
    now.passes(minutes=1)
    assert _recover(database, now) == RecoverReport(released=3)
    assert _send(database, server, now) == SendReport(accepted=3)
    database.close()


def test_a_clock_that_is_put_back_an_hour_loses_nothing(database: Database, now: Moment) -> None:
    _fill(database, 12)
    refused = ChannelError("451 later", permanent=False, code=451)
    with pytest.raises(KeyboardInterrupt):
        _send(
            database,
            Server(
                offered=_for("contact2@example.nl", refused),
                delivered=_for("contact4@example.nl", KeyboardInterrupt()),
            ),
            now,
        )
    assert sorted(set(_states(database))) == ["accepted", "claimed", "deferred", "due", "sending"]

    now.passes(hours=-1)
    _recover(database, now)
    server = Server()
    _send(database, server, now, "b")
    now.passes(hours=1, minutes=11)
    assert _recover(database, now).unknown == 1
    _send(database, server, now, "b")

    assert len(server.taken) == len(set(server.recipients)) == 9
    states = _states(database)
    assert states.count("accepted") == 11
    assert states[3] == "unknown"


def test_a_clock_that_is_put_back_while_sending_keeps_the_claims(
    database: Database, now: Moment
) -> None:
    _fill(database, 10)

    def back() -> None:
        now.passes(hours=-1)

    server = Server(offered=_first_time(back))
    assert _send(database, server, now) == SendReport(accepted=10)
    assert len(server.taken) == 10


def test_a_limit_per_minute_holds_for_all_senders_together(database: Database, now: Moment) -> None:
    _fill(database, 40)
    server = Server()
    throttle = Throttle(per_minute=12)

    def work(owner: str) -> None:
        sending.send_due(database, server, now, owner=owner, throttle=throttle)

    taken = []
    for _ in range(4):
        threads = [threading.Thread(target=work, args=(owner,)) for owner in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken.append(len(server.taken))
        now.passes(minutes=1)

    assert taken == [12, 24, 36, 40]
    assert len(set(server.recipients)) == 40


def test_a_limit_per_domain_lets_the_others_pass(database: Database, now: Moment) -> None:
    with database.session() as session:
        for number in range(1, 41):
            domain = "Katwijk.example.nl" if number <= 30 else f"d{number}.example.nl"
            message = replace(_message(number), recipient=f"iemand@{domain}")
            delivery.enqueue(session, message, now=_START)
    server = Server()
    throttle = Throttle(per_domain=7)

    taken = []
    for _ in range(3):
        sending.send_due(database, server, now, owner="a", throttle=throttle)
        taken.append(len(server.taken))
        now.passes(minutes=1)

    assert taken == [17, 24, 31]


def test_a_defect_in_one_mail_stops_no_other(
    database: Database, now: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    _fill(database, 4)
    before = _for("contact1@example.nl", ValueError("contact1@example.nl"))
    after = _for("contact3@example.nl", ValueError("contact3@example.nl"))

    report = _send(database, Server(offered=before, delivered=after), now)

    assert report == SendReport(accepted=2, deferred=1, unknown=1)
    assert _states(database) == ["deferred", "accepted", "unknown", "accepted"]
    assert "ValueError" in caplog.text


def test_the_log_holds_no_address_and_no_text(
    database: Database, now: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="campagne.delivery")
    ids = _fill(database, 4)
    refused = ChannelError("550 contact1@example.nl onbekend", permanent=True, code=550)
    lost = OutcomeUnknownError("contact2@example.nl")
    server = Server(
        offered=_for("contact1@example.nl", refused), delivered=_for("contact2@example.nl", lost)
    )

    _send(database, server, now)

    assert f"delivery {ids[0]}: failed (550)" in caplog.text
    assert "example.nl" not in caplog.text
    assert "collega" not in caplog.text


def test_mail_goes_to_the_folder(sqlite_database: Database, now: Moment, tmp_path: Path) -> None:
    _fill(sqlite_database, 3)
    folder = tmp_path / "postvak"

    report = sending.send_due(sqlite_database, FolderChannel(folder), now, owner="a")

    assert report == SendReport(accepted=3)
    written = {path.read_bytes() for path in folder.iterdir()}
    assert written == {_message(number).raw for number in (1, 2, 3)}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ((421, None), "the server answered 421"),
        ((None, None), "the connection was lost"),
        ((None, ConnectionRefusedError(111, "Connection refused")), "Connection refused"),
        ((None, TimeoutError("geheim@example.nl")), "TimeoutError"),
    ],
)
def test_the_log_says_in_english_why_nothing_leaves(
    sqlite_database: Database,
    now: Moment,
    caplog: pytest.LogCaptureFixture,
    fault: tuple[int | None, Exception | None],
    said: str,
) -> None:
    code, cause = fault

    class Door:
        def connect(self) -> AbstractContextManager[Line]:
            raise ChannelDownError("De server van geheim@example.nl is weg.", code=code) from cause

    with sqlite_database.session() as session:
        delivery.enqueue(session, _message(1), now=now())
    sending.send_due(sqlite_database, Door(), now, owner="test")

    assert f"no mail can leave now ({said}); nothing is tried for 60 s" in caplog.text
    assert "geheim" not in caplog.text


def test_what_waits_is_counted_with_its_first_moment(database: Database, now: Moment) -> None:
    with database.session() as session:
        assert delivery.waiting(session) == (0, None)
        for number in range(3):
            delivery.enqueue(session, _message(number), now=now())
        delivery.enqueue(session, _message(3), now=now(), state=DeliveryState.HELD)
    sending.send_due(database, ClosedDoor(), now, owner="test")

    with database.read() as session:
        assert delivery.waiting(session) == (3, now() + timedelta(minutes=5))


def test_a_confirmation_that_waits_its_two_minutes_is_no_alarm(
    sqlite_database: Database, now: Moment
) -> None:
    message = _message(0, MessageKind.CONFIRMATION)
    with sqlite_database.session() as session:
        delivery.enqueue(session, message, now=now(), not_before=now() + timedelta(minutes=2))
        assert delivery.waiting(session) == (0, None)
