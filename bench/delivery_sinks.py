"""The mail servers of the benchmark `delivery.py`: one that keeps all, and one that is fast."""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_STARTS_WITHIN = 10.0


@dataclass(frozen=True)
class Sink:
    """A mail server that is running.

    Attributes:
        taken: the file it writes what it takes to; None for one that throws all away and refuses
            nobody.
    """

    port: int
    taken: Path | None = None

    @property
    def url(self) -> str:
        """Address for the settings."""
        return f"smtp://127.0.0.1:{self.port}"

    def empty(self) -> list[tuple[str, bytes]]:
        """Return recipient and bytes of what came since the last time."""
        assert self.taken is not None
        lines = [json.loads(line) for line in self.taken.read_text("ascii").splitlines()]
        self.taken.write_text("")
        return [(one["to"], base64.b64decode(one["raw"])) for one in lines]


@contextmanager
def keeping_sink(scratch: Path) -> Iterator[Sink]:
    """Run the mail server that keeps all, in a process of its own."""
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


def fast_sink_program() -> str | None:
    """Return where Postfix has its `smtp-sink`, written in C; None where it is not installed.

    A server in Python takes about as long for a mail as the fastest senders, and shares two cores
    with them: they would seem slower than they are.
    """
    return shutil.which("smtp-sink", path="/usr/sbin:/usr/libexec/postfix:/usr/bin")


@contextmanager
def fast_sink(program: str) -> Iterator[Sink]:
    """Run `smtp-sink` in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(  # noqa: S603 - where the system has it
        # Root must say as whom it runs; without root it may not.
        [program, *_as_nobody(), f"127.0.0.1:{port}", "100"]
    ) as process:
        try:
            _wait_for(port)
            yield Sink(port)
        finally:
            process.kill()


def _as_nobody() -> list[str]:
    return ["-u", "nobody"] if os.geteuid() == 0 else []


def _wait_for(port: int) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
