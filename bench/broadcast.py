"""A broadcast to ten thousand: made and handed to a mail server by a running worker.

    make bench            (or: .venv/bin/python -m bench.broadcast --help)

The limits are three minutes, and memory that does not grow with the number of mails, also with
files of 5 MB (`--megabytes 5`), which takes as long as the server needs for the bytes. Printed are
how far it was every few seconds, as its page shows it, and both as parts of their limit.
"""

import argparse
import logging
import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from pydantic import SecretStr
from sqlmodel import update

from bench import planning
from bench.delivery_sinks import fast_sink, fast_sink_program, keeping_sink
from campagne.bootstrap import App, build
from campagne.domain.broadcasts import FourEyes
from campagne.domain.enclosures import MB
from campagne.domain.playbook import Role
from campagne.services import lookup
from campagne.services.audit import COMMAND_LINE
from campagne.services.regional import broadcasts, enclosing, progress, releases, writing
from campagne.services.regional.progress import Progress
from campagne.settings import Settings
from campagne.store.tables import ContactRoleRow, RegionRow
from campagne.worker import Worker

LIMIT = 180.0
_AUTHOR = "g0-p0"


def memory() -> float:
    """Return what this process has in memory, in MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def released(app: App, megabytes: int) -> int:
    """Release a broadcast to the whole country, with files of so many MB; return its number."""
    now, today = app.clock.now(), app.clock.today()
    with app.database.session() as session:
        planning.fill(session, joined=0, runs=1)
        session.execute(update(RegionRow).values(centre_key="g0"))
        session.add(ContactRoleRow(contact_key=_AUTHOR, role=Role.CENTRE, municipality_key="g0"))
        session.flush()
        number = writing.new(
            session,
            edition_key="c0-2026",
            region_key="nl",
            author_key=_AUTHOR,
            answer_by=None,
            links=app.links,
            mails=app.mails,
            now=now,
            today=today,
        )
        files = [(f"{one}.pdf", b"%PDF-" + os.urandom(MB - 5)) for one in range(megabytes)]
        if files:
            author = lookup.contact(session, _AUTHOR)
            enclosing.add(session, number, files, author=author, by=COMMAND_LINE, now=now)
    with app.database.session() as session:
        releases.release(
            session,
            number,
            links=app.links,
            mails=app.mails,
            now=now,
            today=today,
            four_eyes=FourEyes.NEVER,
        )
    return number


def far(app: App, number: int) -> Progress:
    """Return how far a broadcast is, as its page tells it."""
    with app.database.read() as session:
        return progress.progress(session, broadcasts.find(session, number))


def follow(app: App, number: int) -> tuple[float, float]:
    """Let a worker send it, and tell how far it is; return its seconds, and how memory grew.

    Growth is counted from when the first hundred mails had left, when all is loaded.
    """
    running, start, first = Worker(app), time.perf_counter(), 0.0
    running.start()
    while (now := far(app, number)).goes_on:
        took = time.perf_counter() - start
        print(f"{took:6.0f} s  {now.left:6,} of {now.total:,} left  {memory():5.0f} MB", flush=True)
        first = first or (memory() if now.left > 100 else 0.0)
        time.sleep(5)
    took = time.perf_counter() - start
    grew = memory() / first if first else 1.0
    running.stop()
    return took, grew


def main() -> None:
    """Run the benchmark and print its figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--contacts", type=int, default=30, help="of each of 342 gemeenten")
    arguments.add_argument("--megabytes", type=int, default=0, help="of files with each mail")
    given = arguments.parse_args()
    planning.CONTACTS = given.contacts
    logging.getLogger("campagne").setLevel(logging.ERROR)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campagne-bench-")))
        program = fast_sink_program()
        server = stack.enter_context(fast_sink(program) if program else keeping_sink(scratch))
        settings = Settings(
            data_dir=scratch,
            secret_key=SecretStr("k" * 32),
            demo=False,
            smtp_url=SecretStr(server.url),
            smtp_insecure=True,
        )
        app = build(settings, planning.CLOCK)
        app.database.upgrade()
        number = released(app, given.megabytes)
        took, grew = follow(app, number)
        done = far(app, number)
        stored = sum(one.stat().st_size for one in scratch.glob("campagne.db*")) / 1e6
        app.database.close()
    assert done.counts == {"verzonden": done.total}, done.counts
    each = took / done.total * 1000
    print(f"{done.total:,} mails: {took / LIMIT:.2f} of three minutes ({each:.1f} ms a mail)")
    print(f"stored: {stored:.0f} MB")
    print(f"memory: {grew:.2f} of what it was after the first hundred")


if __name__ == "__main__":
    main()
