"""A feed from memory, beside the least that the same server can do and beside Radicale.

    make bench            (or: .venv/bin/python -m bench.feeds --help)

`campagne web` as it runs, a bare ASGI application with the same bytes under the same server, and
Radicale with the same events (in `.venv/bench`) answer in turns; every answer is checked. What
counts is the time on the processor of the server per answer: a busy machine changes that least,
and the load generator cannot. Then what one edit costs with 5,000 feeds, and what these take in
memory. Linux only: the time of a process comes from /proc.
"""

import argparse
import base64
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session

from bench import load, planning
from bench.load import Load
from campagne.bootstrap import App, build
from campagne.services.publishing import feed_stamps, feeds
from campagne.services.publishing.feed_options import NO_CHOICE, FeedOptions
from campagne.settings import Settings
from campagne.store.tables import EditionRow

PEER = Path(sys.prefix) / "bench" / "bin" / "python"
EVENTS, FEEDS = 60, 5000
FEED = "/feeds/gemeente/g0.ics"
KEY = "k" * 32
# Radicale is at its best with two; the others get more to do at once.
CONNECTIONS = {"bare": 16, "radicale": 2}


def made(folder: Path, places: int) -> App:
    """Return a service with so many gemeenten and `EVENTS` editions."""
    settings = Settings(data_dir=folder, secret_key=SecretStr(KEY), demo=False)
    app = build(settings, planning.CLOCK)
    app.database.upgrade()
    with app.database.session() as session:
        planning.fill(session, joined=1, places=places, runs=EVENTS)
        feed_stamps.restamp(session, app.clock.now())
    return app


# --- the servers ------------------------------------------------------------------------------


@contextmanager
def running(command: list[str], port: int, **environment: str) -> Iterator[int]:
    """Run a server until it listens; give the number of its process."""
    own = {**os.environ, **environment}  # noqa: TID251 - for a child
    with subprocess.Popen(command, env=own, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - ours
        try:
            for _ in range(600):
                assert process.poll() is None, f"{command} stopped"
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield process.pid
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


@contextmanager
def campagne(folder: Path) -> Iterator[tuple[int, int]]:
    """Run `campagne web` on a filled folder; give its port and process."""
    made(folder, places=18).database.close()
    port = free_port()
    given = {
        "CAMPAGNE_DATA_DIR": str(folder),
        "CAMPAGNE_PORT": str(port),
        "CAMPAGNE_SECRET_KEY": KEY,
        "CAMPAGNE_DEMO": "false",
        "CAMPAGNE_PRETEND_TODAY": planning.TODAY.isoformat(),
    }
    with running([sys.executable, "-m", "campagne", "web"], port, **given) as process:
        yield port, process


def get(port: int, path: str, **headers: str) -> tuple[list[tuple[str, str]], bytes]:
    """Return the headers and the body of an answer."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - this machine
        return answer.getheaders(), answer.read()


@contextmanager
def bare(folder: Path, headers: list[tuple[str, str]], body: bytes) -> Iterator[tuple[int, int]]:
    """Run the bare application with these bytes; give its port and process."""
    # uvicorn adds the date itself; and `Connection: close` answered us, who asked for one page.
    own = [one for one in headers if one[0].lower() not in {"date", "connection"}]
    sized = {"content-length", "content-type", "content-disposition"}
    given = {
        "full": own,
        "short": [one for one in own if one[0].lower() not in sized],
        "body": base64.b64encode(body).decode(),
    }
    file, port = folder / "bare.json", free_port()
    file.write_text(json.dumps(given), "utf-8")
    command = [sys.executable, "-m", "bench.bare_server", str(port), str(file)]
    with running(command, port) as process:
        yield port, process


@contextmanager
def radicale(folder: Path, body: bytes) -> Iterator[tuple[int, int]]:
    """Run Radicale with the events of a feed in one calendar; give its port and process."""
    calendar = folder / "collection-root" / "bench" / "feed"
    calendar.mkdir(parents=True)
    (calendar / ".Radicale.props").write_text('{"tag": "VCALENDAR"}', "utf-8")
    events = re.findall(rb"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", body, re.DOTALL)
    assert len(events) == EVENTS, len(events)
    head = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//bench//NL\r\n"
    for number, event in enumerate(events):
        (calendar / f"{number}.ics").write_bytes(head + event + b"END:VCALENDAR\r\n")
    port = free_port()
    command = [str(PEER), "-m", "radicale", "--config", "", "--auth-type", "none"]
    command += ["--server-hosts", f"127.0.0.1:{port}", "--storage-filesystem-folder", str(folder)]
    command += ["--logging-level", "error"]
    with running(command, port) as process:
        yield port, process


# --- the measurements -------------------------------------------------------------------------


def request(path: str, **headers: str) -> bytes:
    """Return a request as a calendar program sends it."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: bench", "Accept: */*"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def served(seconds: float, rounds: int) -> Mapping[str, list[Load]]:
    """Let all of them answer in turns."""
    found: dict[str, list[Load]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port, process = stack.enter_context(campagne(folder / "campagne"))
        headers, body = get(port, FEED)
        tag = dict(headers)["etag"]
        assert body.count(b"BEGIN:VEVENT") == EVENTS
        bare_port, bare_process = stack.enter_context(bare(folder, headers, body))
        assert get(bare_port, FEED)[1] == body
        full, short = request(FEED), request(FEED, If_None_Match=tag)
        whole = partial(load.run, seconds=seconds, connections=CONNECTIONS["bare"])
        candidates: dict[str, Callable[[], Load]] = {
            "campagne 200": partial(whole, port, process, full, b"200"),
            "bare 200": partial(whole, bare_port, bare_process, full, b"200"),
            "campagne 304": partial(whole, port, process, short, b"304"),
            "bare 304": partial(whole, bare_port, bare_process, short, b"304"),
        }
        if PEER.exists():
            who = base64.b64encode(b"bench:").decode()
            peer = stack.enter_context(radicale(folder / "radicale", body))
            theirs = request("/bench/feed/", Authorization=f"Basic {who}")
            few = partial(load.run, seconds=seconds, connections=CONNECTIONS["radicale"])
            candidates["Radicale 200"] = partial(few, *peer, theirs, b"200")
        for _ in range(rounds):
            for name, ask in candidates.items():
                found.setdefault(name, []).append(ask())
    return found


def edited() -> tuple[int, float, float, float]:
    """Return how many feeds there are, and what they take after one edit.

    Returns:
        How many; and in seconds the first that is asked for, each of the others, and one feed
        whose events are all written anew.
    """
    with tempfile.TemporaryDirectory() as scratch:
        app = made(Path(scratch), places=FEEDS - EVENTS)
        with app.database.read() as session:
            every = [(one.kind, one.key) for one in feeds.feed_list(session)]

        def build() -> None:
            for kind, key in every[1:]:
                assert app.feeds.get(kind, key) is not None

        anew = planning.seconds(lambda: app.feeds.get(*every[0]))
        build()
        with app.database.session() as session:
            edit(session, app)
        first = planning.seconds(lambda: app.feeds.get(*every[0]))
        others = planning.seconds(build) / (len(every) - 1)
        app.database.close()
        return len(every), first, others, anew


def edit(session: Session, app: App) -> None:
    """Change what one edition is called."""
    session.get_one(EditionRow, "c0-2026").theme = "Anders"
    session.flush()
    assert feed_stamps.restamp(session, app.clock.now()) == 1


def remembered() -> None:
    """Print, in a process of its own, what so many feeds in two forms take in memory."""
    with tempfile.TemporaryDirectory() as scratch:
        app = made(Path(scratch), places=FEEDS - EVENTS)
        with app.database.read() as session:
            every = [(one.kind, one.key) for one in feeds.feed_list(session)]
        app.feeds.get(*every[0])
        before, total = load.resident_megabytes(os.getpid()), 0
        for options in (NO_CHOICE, FeedOptions(alarms=True)):
            for kind, key in every:
                found = app.feeds.get(kind, key, options)
                total += len(found.body) if found else 0
        after = load.resident_megabytes(os.getpid())
        app.database.close()
    print(json.dumps({"feeds": 2 * len(every), "megabytes": total / 1e6, "grew": after - before}))


def main() -> None:
    """Run the benchmark and print its figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=2, help="each candidate, each round")
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--memory", action="store_true", help="only what feeds take in memory")
    given = arguments.parse_args()
    if given.memory:
        remembered()
        return
    found = served(given.seconds, given.rounds)
    # The least: what else runs here can only add to it.
    each = {name: min(one.each for one in loads) for name, loads in found.items()}
    speed = {
        name: median(one.answers / one.seconds for one in loads) for name, loads in found.items()
    }
    print(f"a feed of {EVENTS} events, {given.rounds} rounds in turns: median speed, least cost")
    for name, cost in each.items():
        print(f"{name:14} {speed[name]:9,.0f} a second  {cost * 1e6:9,.0f} us of processor")
    for kind in ("200", "304"):
        ratio = each[f"bare {kind}"] / each[f"campagne {kind}"]
        times = speed[f"campagne {kind}"] / speed[f"bare {kind}"]
        print(
            f"{kind}: {ratio:.2f} of the bare application by processor,"
            f" {times:.2f} by answers a second"
        )
    if "Radicale 200" in each:
        for name in ("campagne 200", "bare 200"):
            ratio = each["Radicale 200"] / each[name]
            times = speed[name] / speed["Radicale 200"]
            print(f"{name}: {ratio:,.0f} x Radicale by processor, {times:,.0f} x by answers")
    count, first, others, anew = edited()
    print(
        f"{count:,} feeds, one edit: the first feed takes {first / anew:.2f} of one whose events"
        f" are all written, each of the others {others / anew:.3f}; all of them"
        f" {first + others * (count - 1):.1f} s here"
    )
    told: dict[str, Any] = json.loads(
        subprocess.check_output([sys.executable, "-m", "bench.feeds", "--memory"])
    )
    print(
        f"memory: {told['feeds']:,} feeds of {told['megabytes']:,.0f} MB in all were built; the"
        f" process grew by {told['grew']:,.0f} MB, and may keep {feeds.MOST_BYTES / 1e6:,.0f} MB"
    )


if __name__ == "__main__":
    main()
