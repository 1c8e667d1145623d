"""A region is asked, and answers: by its links, later, by phone, and not at all.

The clock is moved by starting the service anew on another day, as after a standstill.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e import browser
from tests.e2e.browser import Visit
from tests.e2e.conftest import Install
from tests.e2e.hands import Hands, Keyboard, Pointer
from tests.e2e.processes import Campagne, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LEIDEN = "centrum.leiden@example.nl"
GETS = 1_000
_STORED = "Je kunt dit tot de start van de campagne nog veranderen."


class _Region:
    """A region that was asked, on the day that it is there."""

    def __init__(self, campagne: Campagne, chromium: Browser, by: str) -> None:
        self.campagne, self._chromium, self._by = campagne, chromium, by
        self._running = campagne.start_pages()

    def on(self, day: date) -> None:
        """Let it be another day; wait until what is due then is mailed."""
        self._running.stop()
        today = day.isoformat()
        self.campagne.settings["pretend_today"] = today
        self.campagne.run("tick")
        self._running = self.campagne.start_pages()

    def asked_again(self) -> Counter[str]:
        """Return how many mails say to whom that there is no answer yet."""
        found = browser.mails(self.campagne).values()
        return Counter(
            re.sub(r".*<(.+)>", r"\1", str(mail["To"]))
            for mail in found
            if "Er is nog geen antwoord" in str(mail["Subject"])
        )

    def link(self, who: str) -> str:
        """Return the newest link to an answer page in the mail of somebody."""
        return wait_for(f"a link for {who}", lambda: browser.link(self.campagne, "antwoord", who))

    @contextmanager
    def page(self, address: str, story: str) -> Iterator[tuple[Visit, Page, Hands]]:
        """Somebody at a page, whose visit is looked at from beginning to end."""
        visit = Visit(self._chromium, self.campagne, story if self._by == "pointer" else "")
        visit.page.goto(address)
        page = visit.page
        yield visit, page, Pointer() if self._by == "pointer" else Keyboard(page)
        visit.faults = [one for one in visit.faults if "Failed to load resource" not in one]
        visit.end()

    def answer(self, who: str, said: dict[str, str], later: date | None = None) -> None:
        """Answer by the link of a mail: per field the words of the choice."""
        with self.page(self.link(who), "") as (_, page, my):
            for field, words in said.items():
                _take(page, my, field, words)
            if later is not None:
                my.set_day(page.get_by_label(re.compile("^Beslist .* later")).first, later)
            my.press(page.get_by_role("button", name=re.compile("^Geef dit antwoord|^Geef deze")))
            expect(page.get_by_text(_STORED).first).to_be_visible()

    def standing(self) -> dict[str, str]:
        """Return what each gemeente answered."""
        rows = self.campagne.rows("broadcast", "status", "1")
        return {one["gemeente"]: one["antwoord"] for one in rows}


def _take(page: Page, my: Hands, field: str, words: str) -> None:
    group = page.locator(f"input[name='{field}']")
    choice: Locator = page.locator(f"#{field}").get_by_role("radio", name=words)
    my.take(group, choice)


@pytest.fixture
def region(request: pytest.FixtureRequest, install: Install, chromium: Browser) -> _Region:
    """Holland Rijnland, which Leiden asked on 7 September to answer by the 28th."""
    campagne = install(pretend_today="2026-09-07", second_factor="false")
    campagne.run("rota", "apply")
    campagne.run(
        *("broadcast", "new", "--edition=orange-the-world-2026", "--region=holland-rijnland"),
        "--answer-by=2026-09-28",
    )
    campagne.run("broadcast", "release", "1")
    return _Region(campagne, chromium, request.getfixturevalue("by"))


def _answer_for_three(region: _Region) -> None:
    """Let the officer of three gemeenten answer for each, and say what the first does."""
    with region.page(region.link("beleid.hlt@example.nl"), "antwoord-1-drie") as (visit, page, my):
        names = [str(one.get_attribute("id")) for one in page.locator("fieldset").all()]
        visit.shoot("1-formulier")
        for field, words in zip(names, ("doet mee", "doet niet mee", "doet mee"), strict=True):
            _take(page, my, field, words)
        my.press(page.get_by_role("button", name="Geef deze antwoorden"))
        expect(page.get_by_text(_STORED)).to_have_count(3)
        visit.shoot("2-gegeven")
        my.press(page.get_by_role("link", name="Schrijf op wat").first)
        my.choose(page.locator("#soort-1"), "Gebouw verlichten of vlag hijsen")
        my.set_day(page.locator("#dag-1"), date(2026, 11, 25))
        my.write(page.get_by_label(re.compile("^Wat verwacht je dat het kost")), "1.250,50")
        my.press(page.get_by_role("button", name="Sla op"))
        expect(page.get_by_role("status").filter(has_text="Opgeslagen")).to_be_visible()
        visit.shoot("3-acties")


def _call_the_first(region: _Region) -> str:
    """Let Leiden call the first of seven, and note what is said; return who that is."""
    with region.page(f"{region.campagne.url}/", "antwoord-2-bellen") as (visit, page, my):
        visit.log_in(LEIDEN)
        visit.open("/beheer/regiobericht/1")
        calls = page.locator("#bellen ~ ul").first.get_by_role("listitem")
        expect(calls).to_have_count(7)
        visit.shoot("1-bellijst")
        place = calls.first.locator("strong").inner_text()
        my.press(page.get_by_role("link", name=f"Leg een antwoord vast van {place}"))
        _take(page, my, "antwoord", "doet mee")
        my.write(page.get_by_label("Wie gaf het antwoord?"), "Het wijkteam")
        my.choose(page.get_by_label("Hoe kwam het antwoord?"), "per telefoon")
        my.press(page.get_by_role("button", name="Leg dit antwoord vast"))
        expect(page.get_by_role("status").filter(has_text="Opgeslagen")).to_be_visible()
        visit.shoot("2-vastgelegd")
        visit.open("/beheer/regiobericht/1")
        expect(calls).to_have_count(6)
    return place


@pytest.mark.parametrize("by", ["pointer", "keyboard"])
def test_a_region_answers_and_silence_is_followed_up(region: _Region, by: str) -> None:
    """Five answer, one of them twice; one waits, and the rest is asked again and called."""
    del by
    _answer_for_three(region)
    region.answer("beleid.katwijk@example.nl", {"antwoord": "doet niet mee"})
    region.answer("beleid.katwijk@example.nl", {"antwoord": "doet mee"})
    region.answer("beleid.noordwijk@example.nl", {"antwoord": "later"}, date(2026, 10, 12))
    assert Counter(region.standing().values()) == {
        "doet mee": 3,
        "doet niet mee": 1,
        "beslist later": 1,
        "nog niets": 7,
    }
    region.on(date(2026, 9, 29))
    wait_for("the mails about no answer", lambda: region.asked_again() or None)
    again = region.asked_again()
    assert set(again.values()) == {1}
    assert not {one for one in again if re.search("hlt|katwijk|noordwijk|leiden@", one)}
    region.on(date(2026, 10, 2))
    assert region.asked_again() == again, "once"
    called = _call_the_first(region)
    assert region.standing()[called] == "doet mee"
    region.on(date(2026, 10, 13))
    wait_for("Noordwijk is asked again", lambda: len(region.asked_again()) > len(again) or None)
    later = set(region.asked_again()) - set(again)
    assert later
    assert all("noordwijk" in one for one in later)


@pytest.mark.parametrize("by", ["pointer"])
def test_a_scanner_answers_nothing(region: _Region, chromium: Browser, by: str) -> None:
    """It opens every link of a mail, runs what stands there, and does so a thousand times."""
    del by
    link = region.link("beleid.katwijk@example.nl")
    mail = next(one for one in browser.mails(region.campagne).values() if link in browser.text(one))
    links = set(re.findall(rf"{re.escape(region.campagne.url)}[^\s)>]*", browser.text(mail)))
    assert len(links) > 2
    visit = Visit(chromium, region.campagne, "")
    for address in sorted(links):
        for _ in range(2):
            visit.page.goto(address)
            visit.page.wait_for_load_state("networkidle")
    visit.end()
    with requests.Session() as session:
        for number in range(GETS):
            address = sorted(links)[number % len(links)]
            assert session.get(address, timeout=60).status_code == 200, address
    assert set(region.standing().values()) == {"nog niets"}
    region.answer("beleid.katwijk@example.nl", {"antwoord": "doet mee"})
    assert region.standing()["Katwijk"] == "doet mee"
