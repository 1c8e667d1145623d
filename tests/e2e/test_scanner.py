"""A mail scanner opens every link of every mail, and runs what stands there: nothing happens.

What a link is for then still works, once for each kind.
"""

import re
import sqlite3
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e import browser
from tests.e2e.browser import Visit
from tests.e2e.conftest import Install
from tests.e2e.processes import wait_for
from tests.e2e.region import ANSWER_BY, ORANGE, Region

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KATWIJK = "beleid.katwijk@example.nl"
# Of which some by a browser.
GETS, GETS_OF_ONE_MAIL = 900, 100
# On this day contacts are asked whether their data are right, and steps fall due.
ASKED_ON, LOOKED_BACK_ON = date(2026, 10, 1), date(2026, 12, 24)
# Of each kind of link the button that does what it is for, and what the page says then.
_DOES = {
    "antwoord": ("Geef dit antwoord", "Katwijk doet mee."),
    "stap": ("Klaar", "Doorgegeven"),
    "afmelden": ("Opslaan", "Je keuze is opgeslagen."),
    "klopt-dit": ("Ja, dit klopt", "zei je dat alles klopt"),
    "inloggen": ("Log in", "Ingelogd als Beleid Katwijk"),
    "evaluatie": ("Opslaan", "Het is opgeslagen."),
}


@pytest.fixture
def region(install: Install, chromium: Browser) -> Region:
    """Somebody in Katwijk has every kind of mail: also to approve a broadcast, and to log in."""
    region = Region(install(second_factor="false"), chromium)
    broadcast = ("broadcast", "new", "--region=holland-rijnland")
    region.run(*broadcast, f"--edition={ORANGE}", f"--answer-by={ANSWER_BY}")
    region.run("broadcast", "release", "1")
    region.run(*broadcast, "--edition=week-tegen-kindermishandeling-2026", "--texts")
    region.run("broadcast", "submit", "2", "--to=beleid-katwijk")
    region.on(ASKED_ON)
    asked = {"adres": KATWIJK}
    requests.post(f"{region.campagne.url}/inloggen", data=asked, timeout=60).raise_for_status()
    wait_for("a link to log in", lambda: browser.link(region.campagne, "inloggen", KATWIJK))
    return region


def test_a_scanner_does_nothing(region: Region, chromium: Browser) -> None:
    links = _links(region, region.to(KATWIJK))
    assert {_kind(region, one) for one in links} >= {*_DOES, "beheer", "editie"} - {"evaluatie"}
    _scan(region, chromium, links, GETS)
    for kind in ("antwoord", "stap", "afmelden", "klopt-dit", "inloggen"):
        _use(region, chromium, next(one for one in links if _kind(region, one) == kind))
    assert region.standing()["Katwijk"] == "doet mee"
    region.on(LOOKED_BACK_ON)
    asks = wait_for("the question to look back", lambda: region.to(KATWIJK, "Terugkijken"))
    links = _links(region, asks)
    _scan(region, chromium, links, GETS_OF_ONE_MAIL)
    _use(region, chromium, next(one for one in links if _kind(region, one) == "evaluatie"))


def _links(region: Region, mails: list[EmailMessage]) -> list[str]:
    """Return every address in these mails, of a link or of the header to leave the list."""
    pattern = re.compile(rf"{re.escape(region.campagne.url)}[^\s)>\"]*")
    words = [f"{browser.text(one)} {one['List-Unsubscribe']}" for one in mails]
    return sorted({link for one in words for link in pattern.findall(one)})


def _kind(region: Region, link: str) -> str:
    return link.removeprefix(f"{region.campagne.url}/").partition("/")[0].partition("?")[0]


def _scan(region: Region, chromium: Browser, links: list[str], gets: int) -> None:
    """Open the links so many times, each in a browser too; nothing at all is stored."""
    with region.without_clock():
        before = list(_stored(region))
        visit = Visit(chromium, region.campagne, "")
        for link in links * 2:
            visit.page.goto(link)
            visit.page.wait_for_load_state("networkidle")
        visit.end()
        with requests.Session() as session:
            for number in range(gets - 2 * len(links)):
                link = links[number % len(links)]
                assert session.get(link, timeout=60).status_code == 200, link
        assert list(_stored(region)) == before


def _stored(region: Region) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Yield all rows of each table."""
    with sqlite3.connect(region.campagne.data / "campagne.db") as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in sorted(tables):
            yield name, sorted(database.execute(f"SELECT * FROM {name}"), key=repr)  # noqa: S608 - a table
    database.close()


def _use(region: Region, chromium: Browser, link: str) -> None:
    """Do what a link is for."""
    kind = _kind(region, link)
    button, said = _DOES[kind]
    visit = Visit(chromium, region.campagne, "")
    page: Page = visit.page
    page.goto(link)
    if kind == "antwoord":
        page.get_by_role("radio", name="doet mee").first.check()
    if kind == "evaluatie":
        page.get_by_label("Wat zou je houden?").fill("De lezing")
    page.get_by_role("button", name=button).first.click()
    expect(page.get_by_text(said).first).to_be_visible()
    visit.end()
