"""Installations of campagne, and a mail server; each is ended by its own id after the test."""

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, sync_playwright

from campagne import resources
from campagne.clock import Clock
from tests.e2e import browser
from tests.e2e.processes import Campagne, wait_for


class Install(Protocol):
    """Makes an installation in a folder of its own."""

    def __call__(self, **settings: str) -> Campagne: ...


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    """Installations on fresh folders; what still runs after the test is ended."""
    with ExitStack() as stack:
        made: list[Campagne] = []

        def make(**settings: str) -> Campagne:
            folder = tmp_path / f"campagne-{len(made)}"
            folder.mkdir()
            # A mail to everybody in autumn, beside what a test asks for.
            made.append(Campagne(folder, stack, **{"autumn_mail": "nooit", **settings}))
            return made[-1]

        yield make


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all of these tests."""
    with sync_playwright() as playwright:
        started = browser.chromium(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def campagne(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campagne]:
    """One service for all of these tests, after its first mails; it is there for a browser."""
    del chromium
    with ExitStack() as stack:
        made = Campagne(tmp_path_factory.mktemp("campagne"), stack, pretend_today="2026-09-07")
        made.start_pages()
        wait_for("the first mails", lambda: browser.link(made, "stap"))
        yield made


@dataclass(frozen=True)
class MailServer:
    """A mail server that is running, and the folder with what it took."""

    url: str
    folder: Path

    def taken(self, since: int = 0) -> list[tuple[str, bytes]]:
        """Return recipient and bytes of every mail after the first so many, as they came."""
        return [
            (path.stem.partition("_")[2], path.read_bytes())
            for path in sorted(self.folder.glob("*.eml"))[since:]
        ]

    def sender_of(self, recipient: str) -> str:
        """Return the sender of the envelope of a mail to somebody who got one."""
        (path,) = self.folder.glob(f"*_{recipient}.from")
        return path.read_text("ascii")

    def copies(self) -> Counter[str]:
        """Return how many mails each recipient got."""
        return Counter(recipient for recipient, _ in self.taken())

    def fall_silent(self, word: str, after: int) -> None:
        """Answer no more after so many mails; see `mail_server.py`."""
        (self.folder / f"{word}-after-{after}").touch()

    def is_silent(self) -> bool:
        """Say whether somebody waits in vain for an answer."""
        return any(self.folder.glob("*-asked"))

    def recover(self) -> None:
        """Answer again."""
        for path in [*self.folder.glob("*-after-*"), *self.folder.glob("*-asked")]:
            path.unlink()


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    """A mail server on loopback, in a process of its own."""
    folder = tmp_path / "taken"
    folder.mkdir()
    script = Path(__file__).with_name("mail_server.py")
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(script), str(folder)], stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            yield MailServer(f"smtp://127.0.0.1:{port}", folder)
        finally:
            process.kill()


@pytest.fixture
def due_today(tmp_path: Path) -> Path:
    """Calendar files with a campaign in seven weeks, so that today every gemeente gets a mail.

    While mail really goes out no other day can be pretended: the reminders must be due today, and
    no summer holiday may come between.
    """
    folder = tmp_path / "calendars"
    shutil.copytree(resources.folder("calendars"), folder)
    playbook = folder / "draaiboek.toml"
    text = playbook.read_text("utf-8")
    playbook.write_text(text.replace('"ervoor"', '"laten-staan"'), encoding="utf-8")
    places = folder / "gemeenten.toml"
    asked = 'controle_op = ["1 maart", "1 oktober"]\n'
    text = places.read_text("utf-8")
    assert asked in text
    places.write_text(text.replace(asked, ""), encoding="utf-8")  # another mail, on those days
    first = Clock().today() + timedelta(weeks=7)
    with (folder / "campagnes.toml").open("a", encoding="utf-8") as file:
        file.write(_campaign(first))
    return folder


def _campaign(first: date) -> str:
    return f"""
[[campagne]]
sleutel = "over-zeven-weken"
naam = "Over zeven weken"
samenvatting = "Een campagne om mee te proberen."
datumregel = {{ soort = "aangekondigd" }}
regel = "De organisator maakt de dagen bekend."
zekerheid = "hoog"
organisator = "Stichting Voorbeeld"
bron = "voorbeeld"

[[campagne.datum]]
jaar = {first.year}
van = {first}
tot = {first + timedelta(days=6)}
bron = "voorbeeld"
bevestigd = true
"""
