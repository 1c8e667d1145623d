"""Workers that are killed again and again while they send; then everything is counted."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from sqlmodel import col, func, select

from campagne.clock import Clock
from campagne.domain.delivery import DeliveryState, Message, MessageKind, message_id
from campagne.services.outbox import delivery
from campagne.store.database import Database, DatabaseUnavailableError
from campagne.store.tables import AttemptRow, DeliveryRow
from tests.soak import verdict
from tests.soak.working import FastClock, Job, work

_SENDER = "campagne@example.nl"
_OPEN = (
    DeliveryState.DUE,
    DeliveryState.CLAIMED,
    DeliveryState.SENDING,
    DeliveryState.DEFERRED,
)
# A bound, not a goal: the machine may be busy with something else.
_SECONDS = 600
# Each waits ten seconds for its turn.
_TRIES = 10


@dataclass(frozen=True)
class Plan:
    """How much is to be done.

    Attributes:
        kills: times that a worker is killed with SIGKILL.
        mails: mails in the outbox; more are put in when they are through before the kills are.
        workers: processes that send at once.
        senders: connections of each.
        seed: of the moods of the server and of what is done to whom and when.
        slowness: seconds that the server takes for a mail at most.
        put_clock_back: put the clock of all workers back an hour when half of the mails are out.
        pause: seconds between two of those that are done to a worker, at least and at most.
    """

    kills: int
    mails: int
    workers: int
    senders: int = 2
    seed: int = 1
    slowness: float = 0.12
    put_clock_back: bool = False
    pause: tuple[float, float] = (0.05, 0.55)


@dataclass(frozen=True)
class Report:
    """What was done, and what came of it."""

    done: Counter[str]
    verdict: verdict.Verdict

    def __str__(self) -> str:
        found = self.verdict
        done = ", ".join(f"{what} {count}" for what, count in sorted(self.done.items()))
        states = ", ".join(f"{state} {count}" for state, count in sorted(found.states.items()))
        return (
            f"{done}; {states}; copies {found.copies}, answers swallowed {found.swallowed}\n"
            f"lost {found.lost}, forbidden {found.forbidden}, doubled unseen {found.unseen},"
            f" broadcasts doubled {found.doubled_under_hold};"
            f" reminders resent with the same bytes {found.resent},"
            f" unknown that arrived {found.unknown_arrived}"
        )


def run(database: Database, folder: Path, plan: Plan, kind: "type[Outbox] | None" = None) -> Report:
    """Send all mails while workers are killed, ended and frozen, and count.

    Args:
        database: an empty one.
        folder: for what the workers and the mail server write.
        plan: how much.
        kind: what fills the outbox; None for mails of both kinds that are there already.
    """
    since = Clock().now()
    taken = folder / "taken.jsonl"
    with ExitStack() as stack:
        port = stack.enter_context(mail_server(taken, plan.seed, plan.slowness))
        job = Job(folder, database.url, port, plan.senders, since)
        crew = stack.enter_context(_crew(job, plan))
        outbox = (kind or Outbox)(database, FastClock(since, folder), plan)
        outbox.fill(plan.mails)
        crew.start()
        if plan.put_clock_back:
            outbox.wait_until_left(plan.mails // 2)
            (folder / "clock-put-back").touch()
        while crew.done["killed"] < plan.kills:
            crew.harm_one()
            outbox.keep_full()
        crew.leave_in_peace()
        outbox.wait_until_settled()
        crew.end()
    outbox.check()
    crew.done["mails"] = outbox.filled
    return Report(crew.done, verdict.judge(database, verdict.copies_in(taken)))


@contextmanager
def mail_server(taken: Path, seed: int, slowness: float, moods: str = "moods") -> Iterator[int]:
    """Run the mail server in a process of its own; gives its port."""
    script = Path(__file__).with_name("mail_server.py")
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(script), str(taken), str(seed), str(slowness), moods],
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


class _Crew:
    """The workers, and what is done to them."""

    def __init__(self, job: Job, plan: Plan) -> None:
        # A server that forks has everything imported: a worker that was killed is soon replaced.
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([work.__module__])
        self._job = job
        self._plan = plan
        self._random = random.Random(plan.seed)  # noqa: S311 - fates, no secrets
        self._workers: list[ForkServerProcess] = []
        self._frozen: dict[int, int] = {}
        self.done: Counter[str] = Counter()

    def start(self) -> None:
        self._workers = [self._new() for _ in range(self._plan.workers)]

    def _new(self) -> ForkServerProcess:
        process = self._context.Process(target=work, args=(self._job,))
        process.start()
        return process

    def harm_one(self) -> None:
        """Wait a moment, then kill, end or freeze one of them; a frozen one wakes up later."""
        time.sleep(self._random.uniform(*self._plan.pause))
        place = self._random.randrange(len(self._workers))
        process, fate = self._workers[place], self._random.random()
        for frozen, turns in [*self._frozen.items()]:
            self._frozen[frozen] = turns - 1
            if turns <= 0:
                self._thaw(frozen)
        pid = process.pid
        assert pid is not None
        assert process.is_alive(), "a worker ended by itself; see workers.log"
        if fate < 0.8:
            self._frozen.pop(pid, None)
            process.kill()
            process.join()
            self.done["killed"] += 1
            self._workers[place] = self._new()
        elif fate < 0.9 and pid not in self._frozen:
            self._stop(process)
            self._workers[place] = self._new()
        elif pid not in self._frozen and len(self._frozen) < len(self._workers) - 1:
            os.kill(pid, signal.SIGSTOP)
            self._frozen[pid] = self._random.choice([1, 4, 16, 64])
            self.done["frozen"] += 1

    def _thaw(self, pid: int) -> None:
        os.kill(pid, signal.SIGCONT)
        del self._frozen[pid]

    def _stop(self, process: ForkServerProcess) -> None:
        process.terminate()
        process.join(_SECONDS)
        # One that was ended before it was ready to be told so ends by the signal itself.
        assert process.exitcode in {0, -signal.SIGTERM}, "see workers.log"
        self.done["ended"] += 1

    def leave_in_peace(self) -> None:
        """Wake up everyone."""
        for pid in [*self._frozen]:
            self._thaw(pid)

    def end(self) -> None:
        """End all in the ordinary way."""
        for process in self._workers:
            self._stop(process)

    def kill(self) -> None:
        """End what still runs."""
        for process in self._workers:
            process.kill()
            process.join()


@contextmanager
def _crew(job: Job, plan: Plan) -> Iterator[_Crew]:
    crew = _Crew(job, plan)
    try:
        yield crew
    finally:
        crew.kill()


class Outbox:
    """The outbox, filled with rows of both kinds."""

    def __init__(self, database: Database, clock: FastClock, plan: Plan) -> None:
        self._database = database
        self._clock = clock
        self._enough = plan.workers * plan.senders * 15
        self.filled = 0

    def fill(self, count: int) -> None:
        """Put in so many mails more: reminders, broadcasts, and some that must not go."""
        with self._database.session() as session:
            for number in range(self.filled + 1, self.filled + count + 1):
                held = number % 97 == 0
                state = DeliveryState.HELD if held else DeliveryState.DUE
                delivery.enqueue(session, message(number), now=self._clock.now(), state=state)
        self.filled += count

    def keep_full(self) -> None:
        """See to it that there is work whenever somebody is killed.

        A worker that was frozen while it wrote holds up all who write until the database ends its
        transaction, a minute later: they are told to try again, and so do we.
        """
        for _ in range(_TRIES):
            try:
                if self._count(_OPEN) < self._enough:
                    self.fill(self._enough)
            except DatabaseUnavailableError:
                time.sleep(1)
            else:
                return
        raise AssertionError("the database takes nothing any more")

    def wait_until_left(self, count: int) -> None:
        """Wait until at most so many are still to be sent."""
        for _ in range(_SECONDS * 10):
            if self._count(_OPEN) <= count:
                return
            time.sleep(0.1)
        raise AssertionError("the workers do not get on")

    def wait_until_settled(self) -> None:
        """Wait until nothing will change any more by itself."""
        for _ in range(_SECONDS * 2):
            if self.is_settled():
                return
            time.sleep(0.5)
        raise AssertionError("the outbox does not come to rest")

    def is_settled(self) -> bool:
        """Say whether nothing will change any more by itself."""
        return not self._count(_OPEN) and not self._goes_again()

    def check(self) -> None:
        """Fail unless what was put in is there as it should be."""

    def _count(self, states: tuple[DeliveryState, ...]) -> int:
        with self._database.read() as session:
            statement = select(func.count()).where(col(DeliveryRow.state).in_(states))
            return session.exec(statement.select_from(DeliveryRow)).one()

    def _goes_again(self) -> bool:
        """Say whether a mail with an unknown outcome will be sent once more by itself."""
        unheard = (
            select(func.count())
            .where(
                col(AttemptRow.delivery_id) == col(DeliveryRow.id),
                col(AttemptRow.outcome) == DeliveryState.UNKNOWN,
            )
            .scalar_subquery()
        )
        with self._database.read() as session:
            return (
                session.exec(
                    select(col(DeliveryRow.id))
                    .where(
                        col(DeliveryRow.state) == DeliveryState.UNKNOWN,
                        col(DeliveryRow.kind) != MessageKind.BROADCAST,
                        unheard < 2,
                    )
                    .limit(1)
                ).first()
                is not None
            )


def recipient(number: int) -> str:
    """Return an address: some are refused, or come later."""
    # Odd divisors, so that both kinds of mails have such addresses.
    who = "weg" if number % 31 == 0 else "later" if number % 11 == 0 else "contact"
    return f"{who}{number}@example.nl"


def message(number: int) -> Message:
    """Make a mail: reminders and broadcasts in turns."""
    kind = MessageKind.BROADCAST if number % 2 else MessageKind.REMINDER
    key = f"soak:{number}"
    identity = message_id(key, _SENDER)
    to = recipient(number)
    raw = (
        f"From: Campagnekalender <{_SENDER}>\r\nTo: {to}\r\nSubject: Mail {number}\r\n"
        f"Date: Mon, 07 Sep 2026 06:00:00 +0000\r\nMessage-ID: {identity}\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
        "Beste collega\r\n.\r\n..een punt vooraan\r\nÉén regel met letters als é en ü.\r\n"
        + "Deze regel maakt de mail zo lang als een echte. \r\n"
        * (number % 40)
    )
    return Message(key, kind, _SENDER, to, f"Mail {number}", identity, raw.encode())


def check(report: Report, plan: Plan) -> None:
    """Fail unless the promise was kept, and was put to the test.

    A second copy is allowed only where a sender could not know of the first: one per connection
    of a worker that was killed or frozen, and one per answer that the server swallowed.
    """
    found = report.verdict
    assert found.is_clean, report
    hurt = (report.done["killed"] + report.done["frozen"]) * plan.senders
    assert found.resent <= hurt + found.swallowed, report
    assert report.done["killed"] >= plan.kills, report
    assert report.done["mails"] >= plan.mails, report
    if plan.kills:
        assert found.unknown + found.resent > 0, f"no kill met a mail on its way: {report}"
