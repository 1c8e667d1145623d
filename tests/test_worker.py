"""The alarm clock: a sender that hangs stops nothing, a round that fails is done again."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from campagne import worker
from campagne.bootstrap import App, build
from campagne.channels import Connection
from campagne.channels.webhook import Webhook, WebhookKind
from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState, Message, MessageKind, message_id
from campagne.errors import InboxError
from campagne.inbox import Letter
from campagne.remote import Reply
from campagne.services.outbox import delivery
from campagne.services.planning import reminders, rounds
from campagne.services.planning.signals import Signals
from campagne.settings import Settings
from campagne.store.database import Database, DatabaseUnavailableError
from campagne.store.tables import CampaignRow, DeliveryRow, OrganiserCalendarRow
from campagne.worker import Worker, clock_jump
from tests.http_server import serving

# A bound, not a goal: a machine can be busy.
_SECONDS = 60
_DUE = date(2026, 9, 21)


class CountingClock(SetClock):
    """Stands still, and counts how often each thread looks at it."""

    def __init__(self) -> None:
        super().__init__(_DUE)
        self._looked = threading.Condition()
        self._times = 0

    def now(self) -> datetime:
        with self._looked:
            if threading.current_thread().name != "sender":
                self._times += 1
            self._looked.notify_all()
        return super().now()

    def wait_for_looks(self, more: int) -> bool:
        """Wait until others than the sender looked so many times more."""
        with self._looked:
            wanted = self._times + more
            return self._looked.wait_for(lambda: self._times >= wanted, _SECONDS)


class Channel:
    """A way out that keeps what it takes; its first connection hangs in a step when asked to."""

    def __init__(self, hangs_in: str = "") -> None:
        self.hangs_in = hangs_in
        self.hanging = threading.Event()
        self.let_go = threading.Event()
        self.taken: list[Message] = []

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        self.step("connect")
        yield Line(self)

    def step(self, name: str) -> None:
        if name == self.hangs_in and not self.hanging.is_set():
            self.hanging.set()
            self.let_go.wait(_SECONDS)


class Line:
    """A connection of a Channel."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def offer(self, message: Message) -> None:
        self._channel.step("offer")
        self._offered = message

    def deliver(self) -> str:
        self._channel.step("deliver")
        self._channel.taken.append(self._offered)
        return "goed"


class Unsteady(Database):
    """A database that cannot be reached the first times that something is written."""

    failures = 0

    @contextmanager
    def session(self, *, alone: bool = True) -> Iterator[Session]:
        if self.failures:
            self.failures -= 1
            raise DatabaseUnavailableError("De database is even weg.")
        with super().session(alone=alone) as session:
            yield session


Make = Callable[..., App]


@pytest.fixture
def make(sqlite_world: Database, tmp_path: Path) -> Iterator[Make]:
    """Make the service on the small region, with reminders that are due."""
    made: list[App] = []

    def app(channel: Channel, failures: int = 0, senders: int = 1) -> App:
        settings = Settings(
            data_dir=tmp_path, database_url=sqlite_world.url, tick_seconds=1, senders=senders
        )
        found = build(settings, CountingClock())
        found.channel = channel
        found.database = Unsteady(sqlite_world.url)
        with found.database.session() as session:
            reminders.replan(session, now=found.clock.now(), today=date(2026, 9, 7))
        found.database.failures = failures
        made.append(found)
        return found

    yield app
    for one in made:
        one.database.close()


def _states(app: App) -> list[DeliveryState]:
    with app.database.read() as session:
        return [row.state for row in session.exec(select(DeliveryRow))]


def _senders() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "sender"]


def _wait_until(clock: CountingClock, holds: Callable[[], bool]) -> None:
    for _ in range(_SECONDS):
        if holds():
            return
        assert clock.wait_for_looks(1)
    raise AssertionError("waited in vain")


def _clock(app: App) -> CountingClock:
    assert isinstance(app.clock, CountingClock)
    return app.clock


def test_what_is_due_is_planned_and_sent(make: Make) -> None:
    channel = Channel()
    app = make(channel)
    running = Worker(app)
    running.start()
    # Whoever is told to stop sends no next mail, so this waits for the last one.
    _soon(lambda: set(_states(app)) == {DeliveryState.ACCEPTED})
    running.stop()
    assert set(_states(app)) == {DeliveryState.ACCEPTED}
    assert len({message.key for message in channel.taken}) == len(channel.taken)
    assert not _senders()


@pytest.mark.parametrize("step", ["connect", "offer", "deliver"])
def test_a_sender_that_hangs_stops_neither_the_clock_nor_the_end(
    make: Make, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_STOP_SECONDS", 0.1)
    channel = Channel(step)
    app = make(channel)
    running = Worker(app)
    running.start()
    assert channel.hanging.wait(_SECONDS)
    assert _clock(app).wait_for_looks(4), "the clock stood still"
    running.stop()
    assert channel.taken == []
    waiting = {DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.SENDING}
    assert set(_states(app)) <= waiting
    channel.let_go.set()
    for sender in _senders():
        sender.join(_SECONDS)
    assert not _senders()


def test_one_that_hangs_does_not_hold_up_another(make: Make) -> None:
    channel = Channel("deliver")
    app = make(channel, senders=2)
    count = _fill(app, 25)
    running = Worker(app, beat=0.01)
    running.start()
    assert channel.hanging.wait(_SECONDS)
    clock = _clock(app)
    # Forty seconds on the rest of the batch of the one that hangs goes to the other.
    clock.move_to(_DUE, time(8, 0, 45))
    _soon(lambda: len(channel.taken) == count - 1)
    assert sorted(set(_states(app))) == ["accepted", "sending"]
    channel.let_go.set()
    _soon(lambda: len(channel.taken) == count)
    running.stop()
    assert set(_states(app)) == {DeliveryState.ACCEPTED}
    assert len({message.key for message in channel.taken}) == count


def test_what_a_hanging_sender_holds_is_free_as_soon_as_the_worker_stops(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_STOP_SECONDS", 10.0)
    channel = Channel("deliver")
    app = make(channel)
    count = _fill(app, 15)
    running = Worker(app, beat=0.01)
    running.start()
    assert channel.hanging.wait(_SECONDS)
    stopping = threading.Thread(target=running.stop)
    stopping.start()
    _soon(lambda: _states(app).count(DeliveryState.DUE) == count - 1)
    channel.let_go.set()
    stopping.join(_SECONDS)
    assert len(channel.taken) == 1
    assert sorted(set(_states(app))) == ["accepted", "due"]


def _soon(holds: Callable[[], bool]) -> None:
    """Wait in real time, for what happens while the clock stands still."""
    patience = threading.Event()
    for _ in range(_SECONDS * 20):
        if holds():
            return
        patience.wait(0.05)
    raise AssertionError("waited in vain")


def _fill(app: App, more: int) -> int:
    """Put mails in the outbox beside those of the reminders; return how many there are then."""
    with app.database.session() as session:
        for number in range(more):
            key = f"proef:{number}"
            message = Message(
                key=key,
                kind=MessageKind.REMINDER,
                sender="campagne@example.nl",
                recipient=f"contact{number}@example.nl",
                subject="Proef",
                message_id=message_id(key, "campagne@example.nl"),
                own=b"Subject: Proef\r\n\r\n",
            )
            delivery.enqueue(session, message, now=app.clock.now())
    rounds.prepare(app.database, mails=app.mails, links=app.links, clock=app.clock)
    return len(_states(app))


def test_a_round_without_a_database_is_done_again(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    channel = Channel()
    app = make(channel, failures=3)
    running = Worker(app)
    with caplog.at_level(logging.WARNING, "campagne.worker"):
        running.start()
        _wait_until(_clock(app), lambda: bool(channel.taken))
        running.stop()
    assert "De database is even weg." in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("went", "told"),
    [
        (timedelta(seconds=30), False),
        (timedelta(seconds=-59), False),
        (timedelta(hours=23), False),
        (timedelta(hours=-1), True),
        (timedelta(days=3), True),
    ],
)
def test_a_clock_that_jumps_is_told_of(went: timedelta, *, told: bool) -> None:
    clock = SetClock(date(2026, 9, 7))
    assert (clock_jump(clock.now(), clock.now() + went) is not None) is told


def test_the_log_says_by_how_much_the_clock_went_back(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    app = make(Channel())
    running = Worker(app)
    running._round()
    assert app.last_round is not None
    app.clock = SetClock(date(2026, 9, 7), time(7, 30))
    before = app.last_round - app.clock.now()
    running._round()
    running._round()
    told = [one.message for one in caplog.records if "the clock" in one.message]
    assert told == [f"the clock went back by {before} since the last round"]
    assert app.last_round == app.clock.now()


def test_a_defect_in_sending_does_not_end_the_sender(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Channel):
        times = 1

        @contextmanager
        def connect(self) -> Iterator[Connection]:
            if self.times:
                self.times -= 1
                raise ZeroDivisionError
            yield Line(self)

    channel = Broken()
    app = make(channel)
    running = Worker(app)
    running.start()
    # Its claims were not given back: they run out, which the next round sees.
    _wait_until(_clock(app), lambda: "sending broke off" in caplog.text)
    _clock(app).move_to(date(2026, 9, 22))
    _wait_until(_clock(app), lambda: bool(channel.taken))
    running.stop()


def test_stopping_before_anything_is_due_is_clean(make: Make) -> None:
    app = make(Channel())
    _clock(app).move_to(date(2026, 9, 7))
    running = Worker(app)
    running.start()
    running.stop()
    assert not _senders()


class SlowClock(SetClock):
    """Lets who asks it wait until it is let go."""

    def __init__(self) -> None:
        super().__init__(_DUE)
        self.asked, self.let_go = threading.Event(), threading.Event()

    def now(self) -> datetime:
        self.asked.set()
        self.let_go.wait(_SECONDS)
        return super().now()


def test_the_end_waits_for_a_round_that_is_under_way(make: Make) -> None:
    app = make(Channel())
    app.clock = clock = SlowClock()
    running = Worker(app)
    running.start()
    assert clock.asked.wait(_SECONDS)
    assert app.last_round is None
    threading.Timer(0.2, clock.let_go.set).start()
    running.stop()
    assert app.last_round is not None


class Box:
    """A mailbox that counts its readings; does in the first what it is told to."""

    def __init__(self, first: Callable[[], None] = lambda: None) -> None:
        self.first = first
        self.opened = threading.Event()

    @contextmanager
    def open(self) -> Iterator[Iterator[Letter]]:
        self.opened.set()
        self.first()
        yield iter(())


def test_a_box_that_hangs_holds_up_nothing(make: Make) -> None:
    channel = Channel()
    app = make(channel)
    let_go = threading.Event()

    def hang() -> None:
        let_go.wait(_SECONDS)

    box = Box(hang)
    app.bounce_box = box
    running = Worker(app)
    running.start()
    assert box.opened.wait(_SECONDS)
    _wait_until(_clock(app), lambda: bool(channel.taken))
    assert _clock(app).wait_for_looks(4), "the clock stood still"
    # A second reading waits for the first.
    box.opened.clear()
    running._box.begin()
    assert not box.opened.is_set()
    running.stop()
    assert set(_states(app)) == {DeliveryState.ACCEPTED}
    let_go.set()
    running._box._thread.join(_SECONDS)


def test_a_fault_of_the_box_is_told_once_until_it_is_another(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    def raise_it() -> None:
        raise next(faults)

    away, gone = InboxError("De mailserver is even weg."), InboxError("Het postvak is weg.")
    faults = iter([away, away, gone, ZeroDivisionError(), ZeroDivisionError(), away])
    app = make(Channel())
    app.bounce_box = Box(raise_it)
    running = Worker(app)
    with caplog.at_level(logging.ERROR, "campagne.worker"):
        for _ in range(6):
            running._box._run()
    told = [one.getMessage() for one in caplog.records if one.thread == threading.get_ident()]
    assert told == [
        "reading what came back cannot be done: De mailserver is even weg.",
        "reading what came back cannot be done: Het postvak is weg.",
        "reading what came back broke off",
        "reading what came back cannot be done: De mailserver is even weg.",
    ]


def test_the_calendars_of_organisers_are_read_beside_the_rounds(make: Make) -> None:
    channel = Channel()
    app = make(channel)
    asked, let_go = threading.Event(), threading.Event()

    def hang(_url: str, _headers: Mapping[str, str]) -> Reply:
        asked.set()
        let_go.wait(_SECONDS)
        return Reply(404, {}, b"")

    app.fetch_calendar = hang
    with app.database.session() as session:
        campaign = session.get_one(CampaignRow, "orange-the-world")
        campaign.calendar_url = "https://example.org/agenda.ics"
    running = Worker(app)
    running.start()
    assert asked.wait(_SECONDS)
    _wait_until(_clock(app), lambda: bool(channel.taken))
    assert _clock(app).wait_for_looks(4), "the clock stood still"
    running.stop()
    let_go.set()
    running._calendars._thread.join(_SECONDS)
    with app.database.read() as session:
        (row,) = session.exec(select(OrganiserCalendarRow)).all()
    assert "404" in row.fault


def test_a_team_that_is_told_and_hangs_holds_up_nothing(make: Make) -> None:
    channel = Channel()
    app = make(channel)
    with serving(lambda _: server.hang()) as server:
        hook = Webhook(server.url, WebhookKind.TEAMS, seconds=_SECONDS, allow_loopback=True)
        app.signals = Signals(app.database, hook, app.links)
        running = Worker(app)
        running.start()
        _wait_until(_clock(app), lambda: bool(channel.taken) and bool(server.requests))
        assert _clock(app).wait_for_looks(4), "the clock stood still"
        running.stop()
        assert set(_states(app)) == {DeliveryState.ACCEPTED}
    for thread in threading.enumerate():
        if thread.name == "signals":
            thread.join(_SECONDS)
    assert len(server.requests) == 1
