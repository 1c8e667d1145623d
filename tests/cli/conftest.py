"""The command line on a filled data folder, in this process and as a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from campagne import cli, resources
from campagne.bootstrap import opened
from campagne.clock import SetClock
from campagne.domain.delivery import Message, MessageKind
from campagne.services.outbox import delivery
from campagne.settings import Settings
from campagne.store.database import Database

TODAY = "2026-09-07"


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What was said on standard error, which is no traceback."""
        assert "Traceback" not in self.err
        return self.err.strip()


Run = Callable[..., Answer]


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder filled from the shipped calendar files, to copy."""
    folder = tmp_path_factory.mktemp("filled")
    with opened(Settings(data_dir=folder), SetClock(date.fromisoformat(TODAY))):
        pass
    return folder


@pytest.fixture
def data(tmp_path: Path, filled_folder: Path) -> Path:
    """A filled data folder of its own."""
    return shutil.copytree(filled_folder, tmp_path / "var")


@pytest.fixture
def outbox(data: Path) -> None:
    """Fifteen mails in the outbox of the filled folder, due on any day."""
    database = Database(f"sqlite:///{data / 'campagne.db'}")
    with database.session() as session:
        for number in range(15):
            delivery.enqueue(session, _mail(number), now=datetime(2026, 1, 1, tzinfo=UTC))
    database.close()


def _mail(number: int) -> Message:
    to = f"contact{number}@example.nl"
    raw = f"From: c@example.nl\r\nTo: {to}\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\n\r\nDag\r\n"
    return Message(
        key=f"confirmation:{number}",
        kind=MessageKind.CONFIRMATION,
        sender="c@example.nl",
        recipient=to,
        subject="Dag",
        message_id=f"<{number}@example.nl>",
        own=raw.encode(),
    )


@pytest.fixture
def calendars(tmp_path: Path) -> Path:
    """A copy of the shipped calendar files, to spoil."""
    return shutil.copytree(resources.folder("calendars"), tmp_path / "calendars")


@pytest.fixture
def settings(data: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The settings of the filled folder in the environment, and nothing else of campagne."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CAMPAGNE_{name.upper()}", raising=False)
    monkeypatch.setenv("CAMPAGNE_DATA_DIR", str(data))
    monkeypatch.setenv("CAMPAGNE_PRETEND_TODAY", TODAY)
    return monkeypatch


@pytest.fixture
def run(settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, with settings by the name that follows CAMPAGNE_."""

    def call(*words: str, **changed: object) -> Answer:
        for name, value in changed.items():
            settings.setenv(f"CAMPAGNE_{name.upper()}", str(value))
        settings.setattr(sys, "argv", ["campagne", *words])
        capsys.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call


@pytest.fixture
def plain_user(settings: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - for the environment it sets
    """As `run`, in a process of its own to which the rights of files apply, also under root."""
    prefix: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("without setpriv, root may write everywhere")
        prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]

    def call(*words: str) -> Answer:
        done = subprocess.run(  # noqa: S603 - our own program
            [*prefix, sys.executable, "-m", "campagne", *words],
            capture_output=True,
            text=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return call
