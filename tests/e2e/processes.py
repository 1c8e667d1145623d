"""campagne as other programs meet it: processes, started and stopped by their own id."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import requests

from campagne.clock import Clock

_T = TypeVar("_T")
# Bounds, not goals: a machine that is busy with something else may take long.
_SECONDS = 120
_PAUSE = 0.1


def wait_for(what: str, look: Callable[[], _T | None]) -> _T:
    """Look again and again until there is something that is true, and return it."""
    for _ in range(int(_SECONDS / _PAUSE)):
        if found := look():
            return found
        time.sleep(_PAUSE)
    raise AssertionError(f"waited {_SECONDS} seconds in vain for {what}")


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Running:
    """A process that goes on until it is stopped; `log` holds what it said."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    def stop(self) -> int:
        """Ask it to stop (SIGTERM) and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(_SECONDS)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(_SECONDS)

    def look_alive(self) -> None:
        """Fail with what it said when it ended by itself."""
        assert self.process.poll() is None, self.said


class Campagne:
    """An installation: a folder of its own, a port of its own and some settings.

    Args:
        folder: where its data and logs go.
        stack: ends what is still running afterwards.
        settings: names of settings without CAMPAGNE_, in small letters.
    """

    def __init__(self, folder: Path, stack: ExitStack, **settings: str) -> None:
        self._stack = stack
        self._started = 0
        self.folder = folder
        self.data = Path(settings.get("data_dir", folder / "var"))
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.settings = {
            "data_dir": str(self.data),
            "port": str(port),
            "base_url": self.url,
            "tick_seconds": "1",
            **settings,
        }
        self._made = Clock().today()

    @property
    def database_url(self) -> str:
        return self.settings.get("database_url") or f"sqlite:///{self.data / 'campagne.db'}"

    def start(self, command: str, **changed: str) -> Running:
        """Start `serve`, `web` or `worker`."""
        return self._start(command, ["-m", "campagne", command], changed)

    def start_script(self, script: Path, *arguments: str, **changed: str) -> Running:
        """Start a program of the tests that works with this installation."""
        return self._start(script.stem, [str(script), *arguments], changed)

    def _start(self, name: str, arguments: list[str], changed: Mapping[str, str]) -> Running:
        self._started += 1
        log = self.folder / f"{self._started}-{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, *arguments],
                env=self._environment(changed),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        running = Running(process, log)
        self._stack.callback(running.kill)
        return running

    def start_pages(self, command: str = "serve", **changed: str) -> Running:
        """Start `serve` or `web` and wait until it answers."""
        running = self.start(command, **changed)
        self.wait_for_pages(running)
        return running

    def wait_for_pages(self, running: Running) -> None:
        """Wait until a process that was started answers."""

        def answers() -> bool:
            running.look_alive()
            try:
                return self.get("/readyz").ok
            except requests.ConnectionError:
                return False

        wait_for("pages that answer", answers)

    def get(self, path: str, **headers: str) -> requests.Response:
        """Ask the running service for a path."""
        return requests.get(f"{self.url}{path}", headers=headers, timeout=_SECONDS)

    def try_to(self, *arguments: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "campagne", *arguments],
            env=self._environment(changed),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=_SECONDS,
        )

    def run(self, *arguments: str, **changed: str) -> str:
        """Run a command that must succeed; return what it printed."""
        done = self.try_to(*arguments, **changed)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rows(self, *arguments: str, **changed: str) -> list[dict[str, Any]]:
        """Run a command that must succeed and lists something; return its rows."""
        rows: list[dict[str, Any]] = json.loads(self.run(*arguments, "--format=json", **changed))
        return rows

    def _environment(self, changed: Mapping[str, str]) -> dict[str, str]:
        given = {**self.settings, **changed}
        if day := given.get("pretend_today"):
            # A process that is started after midnight goes on at the day the others are at by then.
            past_midnight = Clock().today() - self._made
            given["pretend_today"] = (date.fromisoformat(day) + past_midnight).isoformat()
        ours = {f"CAMPAGNE_{key.upper()}": one for key, one in given.items()}
        others = os.environ.items()  # noqa: TID251 - what a program started by hand inherits
        return {**{key: one for key, one in others if not key.startswith("CAMPAGNE_")}, **ours}
