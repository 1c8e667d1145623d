"""The processes that stay: they start, say where they are, and stop when asked, whatever hangs."""

import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.cli.conftest import Run

# A bound, not a goal: a machine can be busy.
_SECONDS = 60


class Process:
    """A `serve`, `web` or `worker` that runs."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said: list[str] = []

    def wait_for(self, text: str) -> None:
        """Read what it says until a line holds a text."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if text in line:
                return
        raise AssertionError("".join(self.said))

    def stop(self, number: signal.Signals, seconds: float) -> int:
        """Send a signal; return its exit code."""
        self.process.send_signal(number)
        return self.end(seconds)

    def end(self, seconds: float) -> int:
        """Wait until it is over; return its exit code."""
        _, rest = self.process.communicate(timeout=seconds)
        self.said.append(rest)
        return self.process.returncode


Start = Callable[..., Process]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        found: int = probe.getsockname()[1]
        return found


@pytest.fixture
def port() -> int:
    """A port that is free."""
    return free_port()


@pytest.fixture
def start(settings: pytest.MonkeyPatch, port: int) -> Iterator[Start]:
    """Start a process; it is ended by its own id after the test."""
    with ExitStack() as stack:

        def begin(command: str, **changed: object) -> Process:
            for name, value in {"port": port, **changed}.items():
                settings.setenv(f"CAMPAGNE_{name.upper()}", str(value))
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "campagne", command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return Process(process)

        yield begin


@pytest.mark.parametrize(
    ("command", "number"),
    [
        ("serve", signal.SIGTERM),
        ("serve", signal.SIGINT),
        ("web", signal.SIGTERM),
        ("worker", signal.SIGINT),
    ],
)
def test_it_stops_when_asked(start: Start, port: int, command: str, number: signal.Signals) -> None:
    running = start(command)
    running.wait_for("stop met Ctrl+C")
    if command != "worker":
        assert f"http://127.0.0.1:{port}/" in running.said[-1]
        with urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.read() == b"ok\n"
    assert running.stop(number, 10) == 0
    said = "".join(running.said)
    assert "Traceback" not in said
    assert "alembic" not in said
    assert "Alles is al" not in said


class SilentServer:
    """A mail server that takes a mail until a word, and then says nothing more."""

    def __init__(self, word: bytes) -> None:
        self.asked = threading.Event()
        self._word = word
        self._over = threading.Event()

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Answer one caller; gives the address."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=self._answer, args=[listener])
            thread.start()
            try:
                yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                self._over.set()
                thread.join()

    def _answer(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb", buffering=0) as line:
            self._talk(line)
            self.asked.set()
            self._over.wait()

    def _talk(self, line: socket.SocketIO) -> None:
        if self._word == b"220":
            return
        line.write(b"220 mail.example.nl\r\n")
        in_body = False
        for said in line:
            word = (said.split() or [b""])[0].upper()
            if word == self._word:
                return
            if not in_body:
                in_body = word == b"DATA"
                line.write(b"354 toe maar\r\n" if in_body else b"250 goed\r\n")


@pytest.mark.usefixtures("outbox")
def test_a_mail_server_that_hangs_does_not_hold_it(start: Start, data: Path) -> None:
    """All at once, as each waits some seconds for its hanging sender before it ends."""
    cases = [("serve", b"220"), ("serve", b"RCPT"), ("serve", b"."), ("worker", b".")]
    servers = [SilentServer(word) for _, word in cases]
    folders = [data.with_name(f"var{number}") for number in range(len(cases))]
    with ExitStack() as stack:
        running = []
        for (command, _), server, folder in zip(cases, servers, folders, strict=True):
            shutil.copytree(data, folder)
            url = stack.enter_context(server.listening())
            given = {"smtp_url": url, "smtp_insecure": "true", "pretend_today": ""}
            running.append(start(command, data_dir=folder, port=free_port(), **given))
        assert [server.asked.wait(_SECONDS) for server in servers] == [True] * len(cases)
        for one in running:
            one.process.terminate()
        # Well before the thirty seconds that an answer to MAIL and RCPT may take.
        assert [one.end(25) for one in running] == [0] * len(cases)
    for (_, word), one, folder in zip(cases, running, folders, strict=True):
        assert "Traceback" not in "".join(one.said)
        with closing(sqlite3.connect(folder / "campagne.db")) as connection:
            query = (
                "SELECT state, count(*) FROM delivery WHERE kind = 'confirmation' GROUP BY state"
            )
            states = dict(connection.execute(query))
        # At the dot the server may have taken it: that mail stays `sending`, and will be unknown.
        assert states.pop("sending", 0) == (word == b"."), word
        # What another sender was just claiming is free within a minute.
        assert set(states) <= {"due", "claimed"}, word


def test_wrong_calendar_files_do_not_stop_a_filled_service(
    start: Start, port: int, calendars: Path
) -> None:
    with (calendars / "campagnes.toml").open("a", encoding="utf-8") as file:
        file.write("\n[[campagne\n")
    running = start("serve", calendars_dir=calendars)
    running.wait_for("stop met Ctrl+C")
    said = "".join(running.said)
    assert "1 fout in de kalenderbestanden:" in said
    assert "De kalender blijft zoals hij was." in said
    with urlopen(f"http://127.0.0.1:{port}/jaar/2026") as answer:
        assert "Orange the World" in answer.read().decode()
    assert running.stop(signal.SIGTERM, 10) == 0


@pytest.mark.parametrize("command", ["serve", "web"])
def test_a_port_that_is_taken_is_told_before_a_mail_leaves(
    run: Run, data: Path, command: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        answer = run(command, port=other.getsockname()[1])
    assert (answer.code, answer.out) == (1, "")
    assert "kan geen webserver luisteren (de poort is al in gebruik)" in answer.sentence
    assert "CAMPAGNE_PORT" in answer.sentence
    assert not (data / "postvak").exists()


def test_a_host_that_is_not_ours_is_told(run: Run) -> None:
    answer = run("serve", host="192.0.2.1")
    assert answer.code == 1
    assert "dit adres hoort niet bij deze machine" in answer.sentence


_HANDED_TO_ANOTHER_THREAD = """
import signal, threading, time
from campagne.cli.serve import stop_by_signal, wait_until_stopped

def signal_myself():
    time.sleep(0.3)  # the main thread waits by then
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    time.sleep(3600)

stopped = stop_by_signal()
threading.Thread(target=signal_myself, daemon=True).start()
wait_until_stopped(stopped)
"""


def test_a_signal_that_the_system_hands_to_another_thread_stops_it_too() -> None:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", _HANDED_TO_ANOTHER_THREAD], check=False, timeout=60
    )
    assert done.returncode == 0
