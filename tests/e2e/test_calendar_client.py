"""A subscriber with programs of others: vdirsyncer fetches the feed, khal shows the calendar."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from campagne import resources
from tests.e2e.browser import log_in_link
from tests.e2e.conftest import Install
from tests.e2e.processes import Campagne

_SYNC = """
[general]
status_path = "{folder}/status"

[pair campagnes]
a = "feed"
b = "agenda"
collections = null
conflict_resolution = "a wins"

[storage feed]
type = "http"
url = "{url}"

[storage agenda]
type = "filesystem"
path = "{folder}/agenda"
fileext = ".ics"
"""
_SHOW = """
[calendars]
[[katwijk]]
path = {folder}/agenda

[locale]
local_timezone = Europe/Amsterdam
default_timezone = Europe/Amsterdam
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M

[sqlite]
path = {folder}/khal.db
"""
_UID = re.compile(rb"^UID:(\S+)\r$", re.MULTILINE)
STEP_EDITION, STEP = "week-tegen-kindermishandeling-2026", "kanalen-plannen"
ADDED = "2026-10-05|2026-10-11|Nieuwe actie|CONFIRMED"
OFF = "2026-10-05|2026-10-11|GEANNULEERD: Nieuwe actie|CANCELLED"
_ADDED = """
[[campagne]]
sleutel = "nieuwe-actie"
naam = "Nieuwe actie"
samenvatting = "Een campagne die erbij komt."
datumregel = { soort = "aangekondigd" }
regel = "De organisator maakt de dagen bekend."
zekerheid = "hoog"
organisator = "Stichting Voorbeeld"
bron = "voorbeeld"

[[campagne.datum]]
jaar = 2026
van = 2026-10-05
tot = 2026-10-11
bron = "voorbeeld"
bevestigd = true
"""
FEED = "/feeds/gemeente/katwijk.ics"
WEEK = "2026-11-16|2026-11-22|Week tegen Kindermishandeling|CONFIRMED"
ORANGE = "2026-11-25|2026-12-10|Orange the World|CONFIRMED"
MOVED = "2026-11-26|2026-12-11|Orange the World (voorlopig)|TENTATIVE"
GONE = "2026-11-26|2026-12-11|GEANNULEERD: Orange the World|CANCELLED"


@dataclass(frozen=True)
class Subscriber:
    """Somebody with a calendar on their own machine."""

    folder: Path

    def subscribe(self, url: str) -> None:
        (self.folder / "agenda").mkdir(parents=True)
        for name, text in (("sync", _SYNC), ("show", _SHOW)):
            (self.folder / name).write_text(text.format(folder=self.folder, url=url))
        self._run("vdirsyncer", "-c", "sync", "discover")

    def sync(self) -> tuple[set[str], set[str]]:
        """Fetch; return the files that came and those that went."""
        before = self._files()
        self._run("vdirsyncer", "-c", "sync", "sync")
        after = self._files()
        # The client names a file by a hash of the event: what it changes, it writes anew.
        assert all(after[name] == before[name] for name in after.keys() & before.keys())
        return set(after) - set(before), set(before) - set(after)

    def shows(self, first: str, last: str) -> set[str]:
        """Return what the calendar shows from one day to another."""
        line = "{start-date}|{end-date}|{title}|{status}"
        shown = self._run(
            "khal", "-c", "show", "list", "--day-format", "", "--format", line, first, last
        )
        return {one.strip() for one in shown.splitlines()} - {""}

    def _files(self) -> dict[str, tuple[bytes, int]]:
        return {
            path.name: (path.read_bytes(), path.stat().st_mtime_ns)
            for path in (self.folder / "agenda").glob("*.ics")
        }

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - a program that we looked up ourselves
            [_found(program), *arguments],
            cwd=self.folder,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _found(program: str) -> str:
    """Return where a program is: in the venv that `make clients` fills, or anywhere on the path."""
    own = Path(sys.prefix) / "clients" / "bin" / program
    return str(own) if own.exists() else shutil.which(program) or ""


def _missing(programs: Sequence[str]) -> list[str]:
    return [one for one in programs if not _found(one)]


@pytest.mark.skipif(
    bool(_missing(["vdirsyncer", "khal"])),
    reason="vdirsyncer and khal are not installed: make clients",
)
def test_a_subscriber_sees_what_changes_and_nothing_else(install: Install, tmp_path: Path) -> None:
    campagne = install(pretend_today="2026-09-07")
    campagne.start_pages()
    subscriber = Subscriber(tmp_path / "subscriber")
    subscriber.subscribe(f"{campagne.url}{FEED}")
    first = _events(campagne)

    came, went = subscriber.sync()
    assert len(came) > 50
    assert went == set()
    assert {WEEK, ORANGE} <= subscriber.shows("2026-11-01", "2026-12-31")
    assert WEEK not in subscriber.shows("2026-11-23", "2026-11-24")
    assert subscriber.sync() == (set(), set())

    campagne.run(
        *("rota", "move", "orange-the-world-2026"),
        *("--first", "2026-11-26", "--last", "2026-12-11", "--source", "een brief"),
        *("--by", "Beleid Leiden"),
    )
    came, went = subscriber.sync()
    assert (len(came), len(went)) == (1, 1)
    second = _events(campagne)
    # The client overlooks stamps; others do not.
    assert _different(first, second) == {"orange-the-world-2026@campagne.internal"}
    shown = subscriber.shows("2026-11-01", "2026-12-31")
    assert {WEEK, MOVED} <= shown
    assert ORANGE not in shown
    assert subscriber.sync() == (set(), set())

    campagne.run("rota", "cancel", "orange-the-world-2026", "--by", "Beleid Leiden")
    came, went = subscriber.sync()
    assert (len(came), len(went)) == (1, 1)
    assert _different(second, _events(campagne)) == {"orange-the-world-2026@campagne.internal"}
    shown = subscriber.shows("2026-11-01", "2026-12-31")
    assert {WEEK, GONE} <= shown
    assert MOVED not in shown
    assert subscriber.sync() == (set(), set())


@pytest.mark.skipif(
    bool(_missing(["vdirsyncer", "khal"])),
    reason="vdirsyncer and khal are not installed: make clients",
)
def test_an_own_calendar_follows_what_is_done_and_empties_itself(
    install: Install, tmp_path: Path
) -> None:
    """One contact, three gemeenten: made on the page, ticked off, made anew, withdrawn."""
    campagne = install(pretend_today="2026-09-07", second_factor="false")
    running = campagne.start_pages()
    visit = _logged_in(campagne, "communicatie.hlt@example.nl")
    subscriber = Subscriber(tmp_path / "subscriber")
    subscriber.subscribe(_own_feed(campagne, visit))
    came, _ = subscriber.sync()
    assert len(came) > 50
    assert {WEEK, ORANGE} <= subscriber.shows("2026-11-01", "2026-12-31")
    shown = subscriber.shows("2026-09-07", "2026-09-07")
    (step,) = (one for one in shown if "(Week tegen Kindermishandeling)" in one)
    assert subscriber.sync() == (set(), set())

    for place in ("hillegom", "lisse"):
        campagne.run(*("steps", "done", STEP_EDITION, STEP, place), "--by", "Communicatie HLT")
        came, went = subscriber.sync()
        assert (len(came), len(went)) == (1, 1)
        assert step in subscriber.shows("2026-09-07", "2026-09-07")
    campagne.run(*("steps", "done", STEP_EDITION, STEP, "teylingen"), "--by", "Communicatie HLT")
    campagne.run(*("steps", "done", STEP_EDITION, STEP, "katwijk"), "--by", "Communicatie Katwijk")
    came, went = subscriber.sync()
    assert (len(came), len(went)) == (1, 1)
    shown = subscriber.shows("2026-09-07", "2026-09-07")
    assert step not in shown
    assert any("GEDAAN: " in one for one in shown)
    assert subscriber.sync() == (set(), set())

    anew = Subscriber(tmp_path / "anew")
    anew.subscribe(_own_feed(campagne, visit))
    anew.sync()
    assert anew.shows("2026-09-01", "2026-12-31") == subscriber.shows("2026-09-01", "2026-12-31")
    came, went = subscriber.sync()
    assert len(came) == 1
    assert len(went) > 50
    gone = "2026-09-07|2026-10-06|Agendalink ingetrokken|CONFIRMED"
    assert subscriber.shows("2026-09-01", "2026-12-31") == {gone}
    assert subscriber.sync() == (set(), set())
    visit.post(f"{campagne.url}/mijn/agenda", data={"wat": "trek-in"}, timeout=60)
    anew.sync()
    assert anew.shows("2026-09-01", "2026-12-31") == {gone}

    running.stop()
    campagne.start_pages(pretend_today="2026-10-07")
    with pytest.raises(AssertionError, match="Gone"):  # so that whoever still asks finds out
        anew.sync()
    assert anew.shows("2026-09-01", "2026-12-31") == {gone}


@pytest.mark.skipif(
    bool(_missing(["vdirsyncer", "khal"])),
    reason="vdirsyncer and khal are not installed: make clients",
)
def test_a_campaign_comes_once_and_goes_only_after_it_was_called_off(
    install: Install, tmp_path: Path
) -> None:
    """In the calendar files, out of them, called off, over: each time that event and no other."""
    calendars = tmp_path / "calendars"
    shutil.copytree(resources.folder("calendars"), calendars)
    file = calendars / "campagnes.toml"
    without = file.read_text("utf-8")
    campagne = install(pretend_today="2026-09-07", calendars_dir=str(calendars))
    running = campagne.start_pages()
    subscriber = Subscriber(tmp_path / "subscriber")
    subscriber.subscribe(f"{campagne.url}{FEED}")
    subscriber.sync()
    first, before = _events(campagne), subscriber.shows("2026-09-01", "2027-12-31")

    file.write_text(without + _ADDED, "utf-8")
    campagne.run("rota", "apply")
    came, went = subscriber.sync()
    assert (len(came), len(went)) == (1, 0)
    second = _events(campagne)
    assert _different(first, second) == {"nieuwe-actie-2026@campagne.internal"}
    assert subscriber.shows("2026-09-01", "2027-12-31") == before | {ADDED}
    assert subscriber.sync() == (set(), set())

    # The files take nothing away: it may be in somebody's plans.
    file.write_text(without, "utf-8")
    campagne.run("rota", "apply")
    assert _events(campagne) == second
    assert subscriber.sync() == (set(), set())

    campagne.run("rota", "cancel", "nieuwe-actie-2026", "--by", "Beleid Leiden")
    came, went = subscriber.sync()
    assert (len(came), len(went)) == (1, 1)
    assert _different(second, _events(campagne)) == {"nieuwe-actie-2026@campagne.internal"}
    assert subscriber.shows("2026-09-01", "2027-12-31") == before | {OFF}

    running.stop()
    campagne.start_pages(pretend_today="2026-11-23")  # six weeks after its last day
    assert subscriber.sync() == (set(), came)
    assert _events(campagne) == first
    assert subscriber.shows("2026-09-01", "2027-12-31") == before
    assert subscriber.sync() == (set(), set())


def _logged_in(campagne: Campagne, address: str) -> requests.Session:
    visit = requests.Session()
    visit.post(f"{campagne.url}/inloggen", data={"adres": address}, timeout=60).raise_for_status()
    visit.post(log_in_link(campagne, address), timeout=60).raise_for_status()
    return visit


def _own_feed(campagne: Campagne, visit: requests.Session) -> str:
    page = visit.post(f"{campagne.url}/mijn/agenda", data={"wat": "maak"}, timeout=60)
    (address,) = re.findall(r'value="(http://[^"]+/feeds/persoonlijk/[^"]+)"', page.text)
    return str(address)


def _events(campagne: Campagne) -> dict[str, bytes]:
    """Return the bytes of each event in the feed by its UID."""
    _, *events = campagne.get(FEED).content.split(b"BEGIN:VEVENT\r\n")
    return {_UID.findall(one)[0].decode(): one for one in events}


def _different(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {uid for uid, _ in before.items() ^ after.items()}
