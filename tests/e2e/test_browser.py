"""The stories of three people in a real Chromium, with a pointer and with the keyboard alone.

Screenshots at the width of a phone and of a desk come in `build/screenshots/`.
"""

import re
from datetime import date
from pathlib import Path
from typing import Any

import icalendar
import pytest
import requests
from playwright.sync_api import Browser, Locator

from tests.e2e import browser
from tests.e2e.browser import DESK, PHONE, Visit
from tests.e2e.hands import Hands, Keyboard, Pointer
from tests.e2e.processes import Campagne, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FEED = "/feeds/gemeente/katwijk.ics"
# Each hand moves another edition, by another centrumgemeente.
MOVES = {
    "pointer": (
        "centrum.leiden@example.nl",
        "week-tegen-kindermishandeling-2026",
        date(2026, 11, 23),
        date(2026, 11, 29),
    ),
    "keyboard": (
        "centrum.gouda@example.nl",
        "orange-the-world-2026",
        date(2026, 11, 26),
        date(2026, 12, 11),
    ),
}


def hands(visit: Visit, by: str) -> Hands:
    return Keyboard(visit.page) if by == "keyboard" else Pointer()


@pytest.mark.parametrize(
    ("by", "width", "scripts"),
    [("pointer", DESK, True), ("keyboard", DESK, True), ("finger", PHONE, False)],
)
def test_a_communicatiemedewerker_subscribes(
    chromium: Browser,
    campagne: Campagne,
    by: str,
    width: int,
    scripts: bool,  # noqa: FBT001 - whether the browser runs them
) -> None:
    visit = Visit(chromium, campagne, _story("abonneren", by), width=width, scripts=scripts)
    page, my = visit.page, hands(visit, by)

    visit.open("/")
    my.arrive()
    my.choose(page.get_by_label("Gemeente", exact=True), "Katwijk")
    my.press(page.get_by_role("button", name="Toon"))
    page.wait_for_url("**gemeente=katwijk")
    visit.shoot("1-jaar")

    my.arrive()
    my.press(page.get_by_role("link", name="Zet de campagnes in je eigen agenda"))
    page.wait_for_url("**/abonneren?agenda=gemeente/katwijk")
    visit.shoot("2-agenda")

    address = page.get_by_label("Adres om te kopiëren").input_value()
    opens = page.get_by_role("link", name="Open in de agenda van dit apparaat")
    assert address == f"{campagne.url}{FEED}"
    assert opens.get_attribute("href") == address.replace("http:", "webcal:")
    copy = page.get_by_role("button", name="Kopieer")
    if scripts:
        visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
        my.press(copy)
        page.get_by_role("button", name="Gekopieerd").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == address
    else:
        assert not copy.is_visible(), "a button that does nothing without a script"
    answer = requests.get(address, timeout=60)
    assert len(icalendar.Calendar.from_ical(answer.content).walk("VEVENT")) > 50
    visit.end()


@pytest.mark.parametrize("by", ["pointer", "keyboard"])
def test_a_beleidsmedewerker_logs_in_by_mail_and_ticks_off(
    chromium: Browser, campagne: Campagne, by: str
) -> None:
    """For one gemeente and for all of them; the other hand ticks off another step."""
    visit = Visit(chromium, campagne, _story("afvinken", by))
    page, my = visit.page, hands(visit, by)
    _log_in(visit, my, "beleid.hlt@example.nl")
    assert "Ingelogd als Beleid Hillegom, Lisse en Teylingen" in page.content()
    visit.shoot("3-mijn-stappen")

    title, edition = _first_step(visit)
    card = _card(page.locator("#nu").locator(".."), title, edition)
    for name in ("Lisse", "Teylingen"):
        my.turn(card.get_by_role("checkbox", name=name))
    my.press(card.get_by_role("button", name="Klaar"))
    page.wait_for_url("**gedaan=done")
    assert "De stap is afgevinkt" in page.get_by_role("status").inner_text()
    done = page.locator("#gedaan").locator("..")
    assert _for(_card(done, title, edition)) == "Voor Hillegom"
    open_now = page.locator("#nu").locator("..")
    assert _for(_card(open_now, title, edition)) == "Voor Lisse en Teylingen"
    visit.shoot("4-voor-een-gemeente")

    my.press(_card(open_now, title, edition).get_by_role("button", name="Klaar"))
    # Not by a function, which the policy of the page lets ask once and not again.
    page.locator("#gedaan ~ * .note").filter(has_text=" en ").first.wait_for()
    assert _card(open_now, title, edition).count() == 0
    assert _for(_card(done, title, edition)) == "Voor Hillegom, Lisse en Teylingen"
    visit.shoot("5-voor-alle-gemeenten")

    my.press(_card(done, title, edition).get_by_role("button", name="Zet weer open"))
    page.wait_for_url("**gedaan=open")
    assert _for(_card(open_now, title, edition)) == "Voor Hillegom, Lisse en Teylingen"
    assert _card(done, title, edition).count() == 0
    visit.shoot("6-weer-open")
    visit.end()


@pytest.mark.parametrize("by", ["pointer", "keyboard"])
def test_a_centrumgemeente_moves_a_date_and_mails_and_feeds_follow(
    chromium: Browser, campagne: Campagne, by: str
) -> None:
    address, edition, first, last = MOVES[by]
    visit = Visit(chromium, campagne, _story("datum", by))
    page, my = visit.page, hands(visit, by)
    before, had = _event(campagne, edition), set(browser.mails(campagne))
    _log_in(visit, my, address)

    my.press(page.get_by_role("link", name="Vul de code in"))
    page.wait_for_url("**/mijn/code")
    visit.shoot("3-code")
    my.write(page.get_by_label("Zes cijfers"), browser.code(visit, address))
    my.press(page.get_by_role("button", name="Controleer"))
    page.wait_for_url("**/mijn?gedaan=proved")
    my.press(page.get_by_role("link", name="Campagnes beheren"))
    page.wait_for_url("**/beheer/edities")
    visit.shoot("4-edities")
    my.press(page.locator(f"a[href='/beheer/editie/{edition}']"))
    page.wait_for_url(f"**/beheer/editie/{edition}")

    my.take(page.get_by_role("radio"), page.get_by_role("radio", name="Kies andere dagen"))
    my.set_day(page.get_by_label("Eerste dag"), first)
    my.set_day(page.get_by_label("Laatste dag"), last)
    my.write(page.get_by_label(re.compile("^Waar staat dat")), "Brief van de organisatie")
    my.write(page.get_by_label(re.compile("^Waarom")), "De organisatie koos andere dagen.")
    my.press(page.get_by_role("button", name="Laat zien wat er verandert"))
    effect = page.locator("#gevolg").locator("..")
    effect.wait_for()
    told = re.search(r"(\d+) pers\w+ krijg", effect.inner_text())
    assert told is not None
    assert int(told[1]) > 0
    assert _event(campagne, edition) == before, "only shown"
    visit.shoot("5-gevolg")

    my.press(page.get_by_role("button", name="Ja, voer dit door"))
    page.wait_for_url("**opgeslagen=true")
    visit.shoot("6-opgeslagen")
    visit.end()

    after = _event(campagne, edition)
    assert after["DTSTART"].dt == first
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["UID"] == before["UID"]

    def notices() -> list[str]:
        fresh = [mail for name, mail in browser.mails(campagne).items() if name not in had]
        # A step that falls on that day by now is told too, in a reminder.
        told_so = [mail for mail in fresh if mail["Subject"].endswith("heeft een andere datum")]
        words = [browser.text(mail) for mail in told_so]
        return [one for one in words if f"/editie/{edition}" in one and f"{first.day}" in one]

    wait_for("all notices of the change", lambda: len(notices()) >= int(told[1]))
    assert len(notices()) == int(told[1])


def _story(name: str, by: str) -> str:
    return {"pointer": name, "finger": f"{name}-zonder-script", "keyboard": ""}[by]


def _log_in(visit: Visit, my: Hands, address: str) -> None:
    page = visit.page
    visit.open("/mijn")
    my.arrive()
    visit.shoot("1-inloggen")
    my.write(page.get_by_label("Mailadres van je werk"), address)
    my.press(page.get_by_role("button", name="Stuur mij een link"))
    page.get_by_role("status").wait_for()
    page.goto(browser.log_in_link(visit.campagne, address))
    my.arrive()
    visit.shoot("2-link")
    my.press(page.get_by_role("button", name="Log in"))
    page.wait_for_url("**/mijn")
    my.arrive()


def _first_step(visit: Visit) -> tuple[str, str]:
    """Return title and edition of the first step of now that is for all three gemeenten."""
    cards = visit.page.locator("section:has(> #nu) .my-step")
    card = cards.filter(has_text="Voor Hillegom, Lisse en Teylingen").first
    edition = card.locator("input[name=editie]").get_attribute("value")
    return card.get_by_role("heading").inner_text(), str(edition)


def _card(section: Locator, title: str, edition: str) -> Locator:
    ours = section.page.locator(f"input[name=editie][value='{edition}']")
    return section.locator(".my-step").filter(has_text=title).filter(has=ours)


def _for(card: Locator) -> str:
    return card.locator("> .note").first.inner_text()


def _event(campagne: Campagne, edition: str) -> dict[str, Any]:
    """Return what the feed of everything says of an edition."""
    answer = requests.get(f"{campagne.url}/feeds/alles.ics", timeout=60)
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    (found,) = [one for one in events if str(one.get("UID", "")).startswith(f"{edition}@")]
    return dict(found)


def test_screenshots_are_kept_outside_the_repository() -> None:
    ignored = (browser.CHECKOUT / ".gitignore").read_text("utf-8").split()
    assert f"{Path(browser.SHOTS).relative_to(browser.CHECKOUT).parts[0]}/" in ignored
