"""What else people do on the pages, from beginning to end.

Each hand that is added to `BY` works with other people, campaigns and years, so that none walks in
the way of another. Screenshots come in `build/screenshots/`, as those of `test_browser`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import icalendar
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import Visit
from tests.e2e.hands import Hands, Keyboard, Pointer
from tests.e2e.processes import Campagne

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BY = pytest.mark.parametrize("by", ["pointer", "keyboard"])
SHOW = "Laat zien wat er verandert"
BEHEER = "beheer@example.nl"


class Desk(NamedTuple):
    """Somebody at a browser."""

    visit: Visit
    page: Page
    my: Hands

    def press(self, name: str, role: str = "button") -> None:
        """Press a button, or follow a link."""
        self.my.press(self.page.get_by_role(role, name=name).first)  # type: ignore[arg-type]

    def write(self, label: str, words: str) -> None:
        """Write something in the field whose label begins so."""
        self.my.write(self.page.get_by_label(re.compile(f"^{re.escape(label)}")), words)

    def choose(self, label: str, option: str) -> None:
        """Take an option of the list whose label begins so."""
        self.my.choose(self.page.get_by_label(re.compile(f"^{re.escape(label)}")), option)

    def days(self, first: date, last: date) -> None:
        """Fill in a first and a last day."""
        self.my.set_day(self.page.get_by_label("Eerste dag"), first)
        self.my.set_day(self.page.get_by_label("Laatste dag"), last)

    def said(self, words: str) -> None:
        """Wait for the message that something was done."""
        expect(self.page.get_by_role("status").filter(has_text=words)).to_be_visible()


@contextmanager
def at_desk(
    chromium: Browser, campagne: Campagne, story: str, by: str, address: str
) -> Iterator[Desk]:
    """Somebody logged in, whose visit is looked at from beginning to end."""
    visit = Visit(chromium, campagne, story if by == "pointer" else "")
    visit.log_in(address)
    if address.startswith(("centrum.", "beheer")):
        visit.give_code(address)
    yield Desk(visit, visit.page, Pointer() if by == "pointer" else Keyboard(visit.page))
    # A browser complains of the form that was refused, which is part of the story.
    visit.faults = [one for one in visit.faults if "Failed to load resource" not in one]
    visit.end()


@BY
def test_three_gemeenten_agree_on_a_year(chromium: Browser, campagne: Campagne, by: str) -> None:
    """One proposes, one agrees, and the officer of three does something else in one of them."""
    year = f"/rooster/duin-en-bollenstreek/{2030 if by == 'pointer' else 2031}"
    with at_desk(chromium, campagne, "rooster-1-voorstel", by, "beleid.katwijk@example.nl") as desk:
        desk.visit.open(year)
        desk.press("Doe een voorstel voor", "link")
        name = desk.page.locator("#campagne option").filter(has_text="Orange the World").first
        desk.choose("Campagne", name.inner_text())
        desk.write("Thema", "Sterk in de wijk")
        desk.write("Hoogste bedrag", "1000")
        desk.visit.shoot("1-formulier")
        desk.press(SHOW)
        desk.page.locator("#gevolg").wait_for()
        desk.visit.shoot("2-gevolg")
        desk.press("Ja, voer dit door")
        desk.said("Het voorstel is opgeslagen")
        desk.visit.shoot("3-opgeslagen")
    with at_desk(
        chromium, campagne, "rooster-2-akkoord", by, "beleid.noordwijk@example.nl"
    ) as desk:
        desk.visit.open(year)
        answers = desk.page.locator("input[name=antwoord]")
        desk.my.take(answers, desk.page.get_by_role("radio", name="Akkoord:"))
        desk.press("Geef antwoord")
        desk.said("Het antwoord is opgeslagen")
        assert _row(desk.page, "Noordwijk").startswith("Akkoord")
    with at_desk(chromium, campagne, "rooster-3-anders", by, "beleid.hlt@example.nl") as desk:
        desk.visit.open(year)
        for place in ("Hillegom", "Teylingen"):
            desk.my.turn(desk.page.get_by_role("checkbox", name=place))
        answers = desk.page.locator("input[name=antwoord]")
        desk.my.take(answers, desk.page.get_by_role("radio", name="We doen iets anders"))
        desk.press("Geef antwoord")
        # What is missing is asked for at its field, and nothing else has to be done again.
        alert = desk.page.get_by_role("alert")
        expect(alert).to_be_focused()
        desk.visit.shoot("1-toelichting-nodig")
        desk.press("Schrijf op wat je gemeente anders doet.", "link")
        desk.write("Toelichting", "Lisse doet de week van de opvoeding")
        desk.press("Geef antwoord")
        desk.page.get_by_role("heading", name="Dit gaat er gebeuren").wait_for()
        desk.visit.shoot("2-gevolg")
        desk.press("Ja, geef dit antwoord")
        desk.said("Het antwoord is opgeslagen")
        assert _row(desk.page, "Lisse").startswith("Kiest iets anders")
        assert _row(desk.page, "Hillegom").startswith("Nog geen antwoord")
        desk.visit.shoot("3-stand")


def _row(page: Page, place: str) -> str:
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=place, exact=True))
    return row.locator("[data-label=Antwoord]").inner_text()


@BY
def test_a_proposed_date_is_taken_over(chromium: Browser, campagne: Campagne, by: str) -> None:
    name, first, last = {
        "pointer": ("Week van de Opvoeding 2026", date(2026, 11, 2), date(2026, 11, 8)),
        "keyboard": ("Dag van de Mantelzorg 2026", date(2026, 11, 11), date(2026, 11, 11)),
    }[by]
    edition = name.lower().replace(" ", "-")
    who = "communicatie.noordwijk@example.nl"
    with at_desk(chromium, campagne, "datumvoorstel-1", by, who) as desk:
        desk.visit.open(f"/editie/{edition}/datum")
        desk.days(last, first if first < last else date(2026, 11, 9))
        desk.write("Waar staat dat", "https://example.org/agenda")
        desk.press("Verstuur het voorstel")
        expect(desk.page.get_by_role("alert")).to_be_focused()
        desk.visit.shoot("1-dagen-omgedraaid")
        desk.days(first, last)
        desk.press("Verstuur het voorstel")
        desk.said("De centrumgemeente kijkt ernaar")
        desk.visit.shoot("2-verstuurd")
    assert _starts(campagne, edition) != first, "nobody decided yet"
    with at_desk(chromium, campagne, "datumvoorstel-2", by, "centrum.leiden@example.nl") as desk:
        desk.press("Datumvoorstellen", "link")
        proposals = desk.page.locator("main a[href^='/beheer/datumvoorstel/']")
        desk.my.press(proposals.filter(has_text=name))
        desk.visit.shoot("1-voorstel")
        desk.press(SHOW)
        desk.page.locator("#gevolg").wait_for()
        desk.visit.shoot("2-gevolg")
        desk.press("Ja, neem het voorstel over")
        desk.said("Het voorstel is overgenomen")
        desk.visit.shoot("3-overgenomen")
    assert _starts(campagne, edition) == first


def _starts(campagne: Campagne, edition: str) -> date:
    answer = requests.get(f"{campagne.url}/feeds/alles.ics", timeout=60)
    events = icalendar.Calendar.from_ical(answer.content).events
    (found,) = [one for one in events if str(one.get("UID", "")).startswith(f"{edition}@")]
    return found.start


@BY
def test_who_is_absent_has_a_deputy(chromium: Browser, campagne: Campagne, by: str) -> None:
    place = "gouda" if by == "pointer" else "leiden"
    absent, deputy = f"communicatie.{place}@example.nl", f"beleid.{place}@example.nl"
    with at_desk(chromium, campagne, "afwezig-1", by, absent) as desk:
        desk.press("Afwezig? Kies wie je vervangt", "link")
        desk.days(date(2026, 9, 7), date(2026, 9, 18))
        option = desk.page.locator("#vervanger option").filter(has_text="Beleid").inner_text()
        desk.choose("Wie vervangt je", option)
        desk.visit.shoot("1-formulier")
        desk.press("Opslaan")
        desk.said("gaat een kopie van je mails naar je vervanger")
        desk.visit.shoot("2-opgeslagen")
    with at_desk(chromium, campagne, "afwezig-2-vervanger", by, deputy) as desk:
        assert "Je vervangt " in desk.page.locator("main").inner_text()
        desk.visit.shoot("1-mijn-stappen")
    with at_desk(chromium, campagne, "afwezig-3-terug", by, absent) as desk:
        desk.visit.open("/mijn/afwezig")
        desk.press("Ik ben er toch, of ben terug")
        desk.said("Je afwezigheid is gewist")


@BY
def test_a_step_is_handed_over_and_taken_back(
    chromium: Browser, campagne: Campagne, by: str
) -> None:
    place = "zuidplas" if by == "pointer" else "waddinxveen"
    mine, theirs = f"beleid.{place}@example.nl", f"communicatie.{place}@example.nl"
    with at_desk(chromium, campagne, "overdracht-1", by, mine) as desk:
        link = desk.page.locator("#nu ~ .my-steps a[href^='/mijn/overdracht']").first
        address = str(link.get_attribute("href"))
        desk.my.press(link)
        desk.page.wait_for_url("**/mijn/overdracht?*")
        option = desk.page.locator("#aan option").nth(1).inner_text()
        desk.choose("Welke collega", option)
        desk.write("Wat moet je collega weten", "De folders liggen bij de balie.")
        desk.visit.shoot("1-formulier")
        desk.press("Draag de stap over")
        desk.said("De stap is overgedragen")
        desk.visit.shoot("2-overgedragen")
    with at_desk(chromium, campagne, "overdracht-2-collega", by, theirs) as desk:
        assert "Jij hebt deze stap overgenomen van een collega." in desk.page.content()
        desk.visit.shoot("1-mijn-stappen")
    with at_desk(chromium, campagne, "overdracht-3-terug", by, mine) as desk:
        desk.visit.open(address)
        desk.press("Overdracht ongedaan maken")
        desk.said("De stap is niet meer overgedragen")


@BY
def test_a_gemeente_adds_days_of_its_own(chromium: Browser, campagne: Campagne, by: str) -> None:
    place = "Katwijk" if by == "pointer" else "Noordwijk"
    first, last = date(2026, 10, 12), date(2026, 10, 16)
    who = f"beleid.{place.lower()}@example.nl"
    with at_desk(chromium, campagne, "campagne", by, who) as desk:
        desk.visit.open("/beheer/campagne")
        desk.choose("Voor wie is de campagne", f"alleen de gemeente {place}")
        desk.write("Naam", "Week van de goede buren")
        desk.days(first, last)
        desk.write("Waar staat dat", "Besluit van het college")
        desk.visit.shoot("1-formulier")
        desk.press(SHOW)
        desk.page.locator("#gevolg").wait_for()
        desk.visit.shoot("2-gevolg")
        desk.press("Ja, voeg dit toe")
        desk.said("De wijziging is opgeslagen")
        desk.visit.shoot("3-opgeslagen")
        desk.visit.open(f"/?gemeente={place.lower()}")
        assert "Week van de goede buren" in desk.page.content()
        desk.visit.shoot("4-kalender")
    feed = requests.get(f"{campagne.url}/feeds/gemeente/{place.lower()}.ics", timeout=60)
    assert "Week van de goede buren" in feed.text


@BY
def test_my_gemeente_is_seen_in_a_text(chromium: Browser, campagne: Campagne, by: str) -> None:
    place = "krimpenerwaard" if by == "pointer" else "nieuwkoop"
    with at_desk(chromium, campagne, "gemeente", by, f"communicatie.{place}@example.nl") as desk:
        desk.visit.open("/mijn/gemeente")
        desk.write("Naam van het lokale team", "Team <Thuis>")
        desk.write("Telefoon van het lokale team", "0182 00 00 00")
        desk.press("Opslaan")
        expect(desk.page.get_by_role("alert")).to_be_focused()
        desk.visit.shoot("1-geweigerd")
        desk.my.press(desk.page.get_by_role("alert").get_by_role("link"))
        expect(desk.page.get_by_label("Naam van het lokale team")).to_be_focused()
        desk.write("Naam van het lokale team", "Team Thuis")
        desk.press("Opslaan")
        desk.said("Opgeslagen")
        desk.visit.shoot("2-opgeslagen")
        desk.visit.open(f"/editie/week-tegen-kindermishandeling-2026?gemeente={place}")
        text = desk.page.locator("details.text").first
        desk.my.press(text.locator("summary"))
        assert "Team Thuis" in desk.page.locator("main").inner_text()
        desk.visit.shoot("3-tekst")


@BY
def test_the_words_of_a_mail_are_changed(chromium: Browser, campagne: Campagne, by: str) -> None:
    """Seen in an example before they are stored; then the words of the file come back."""
    name = "overdracht" if by == "pointer" else "wijziging"
    with at_desk(chromium, campagne, "mailtekst", by, BEHEER) as desk:
        desk.visit.open(f"/beheer/mailtekst/{name}")
        subject = desk.page.get_by_label("Onderwerp")
        words = f"Let op: {subject.input_value()}"
        desk.my.write(subject, words)
        desk.press("Toon het voorbeeld met deze tekst")
        seen = desk.page.frame_locator("iframe")
        expect(seen.get_by_text("Let op: ").first).to_be_visible()
        desk.visit.shoot("1-voorbeeld")
        desk.write("Waarom", "Het moet opvallen.")
        desk.press("Sla de tekst op")
        desk.said("De tekst is opgeslagen")
        desk.visit.shoot("2-opgeslagen")
        desk.write("Waarom", "Het was een proef.")
        desk.press("Zet de oorspronkelijke tekst terug")
        desk.said("De oorspronkelijke tekst is terug")
        assert desk.page.get_by_label("Onderwerp").input_value() != words


@BY
def test_a_beheerder_keeps_the_contacts(
    chromium: Browser, campagne: Campagne, tmp_path: Path, by: str
) -> None:
    """Somebody new by the form; a table changes a telephone number."""
    key = "communicatie-oegstgeest" if by == "pointer" else "communicatie-leiderdorp"
    table = tmp_path / "contacten.csv"
    with at_desk(chromium, campagne, "contacten", by, BEHEER) as desk:
        desk.visit.open("/beheer/contacten")
        desk.press("Contactpersoon toevoegen", "link")
        desk.write("Naam", f"Nieuw bij {key}")
        desk.write("Mailadres op het werk", f"nieuw.{key}@example.nl")
        desk.my.press(desk.page.locator("summary").filter(has_text="Beleid: geen gemeente"))
        box = desk.page.get_by_role("group", name="Doet het beleid voor")
        desk.my.turn(box.get_by_role("checkbox", name="Oegstgeest"))
        desk.write("Waarom", "Nieuwe collega.")
        desk.visit.shoot("1-nieuw")
        desk.press("Laat zien wat er gebeurt")
        desk.page.locator("#gevolg").wait_for()
        desk.visit.shoot("2-gevolg")
        desk.press("Ja, voeg toe")
        desk.said("Toegevoegd")
        for phone, then in (("071\x07", "Regel 2:"), ("071 511 11 11", "Dit gaat er")):
            desk.visit.open("/beheer/contacten")
            table.write_text(f"sleutel;telefoon\n{key};{phone}\n", encoding="utf-8")
            # The dialog to choose a file is of the browser itself.
            desk.page.get_by_label("Het bestand").set_input_files(table)
            desk.write("Waarom", "Nieuw nummer.")
            desk.press(SHOW)
            desk.page.get_by_text(then).first.wait_for()
            desk.visit.shoot("3-geweigerd" if "\x07" in phone else "4-gevolg")
        desk.press("Ja, voer dit door")
        desk.said("Opgeslagen: 1 contactpersoon")
        desk.visit.shoot("5-opgeslagen")
