"""A whole broadcast: from its first word on a page to the report about the campaign.

Pages and a worker are processes of their own, the mails go to a mail server, and everybody acts by
the mail that they got. Screenshots come in `build/screenshots/`, as those of `test_browser`.
"""

import io
import re
import shutil
import subprocess
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from campagne import resources
from tests.e2e import browser
from tests.e2e.browser import Visit
from tests.e2e.conftest import Install, MailServer
from tests.e2e.hands import Hands
from tests.e2e.processes import wait_for
from tests.e2e.region import ANSWER_BY, HLT, LEIDEN, ORANGE, MailedRegion

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KATWIJK = "beleid.katwijk@example.nl"
SUBJECT = "Doen jullie mee met Orange the World?"
PAGE = "/beheer/regiobericht/1"
# Leiden asks twelve gemeenten; what they do is told in `Region.five_answer`.
ANSWERED = {
    "Hillegom": "Doet mee",
    "Lisse": "Doet niet mee",
    "Teylingen": "Doet mee",
    "Katwijk": "Doet mee",
    "Noordwijk": "Beslist later",
}
SILENT = (
    *("Alphen aan den Rijn", "Kaag en Braassem", "Leiderdorp", "Nieuwkoop", "Oegstgeest"),
    *("Voorschoten", "Zoeterwoude"),
)
PHONE = "071 516 00 00"


@pytest.fixture
def region(
    install: Install, chromium: Browser, mail_server: MailServer, tmp_path: Path
) -> MailedRegion:
    """Holland Rijnland, where everyone who does policy can be called."""
    folder = tmp_path / "calendars"
    shutil.copytree(resources.folder("calendars"), folder)
    people = folder / "demo.toml"
    text = re.sub(
        r"(?m)^(beleid_voor = .*)$", rf'telefoon = "{PHONE}"\n\1', people.read_text("utf-8")
    )
    people.write_text(text, encoding="utf-8")
    campagne = install(calendars_dir=str(folder), demo="true", second_factor="false")
    return MailedRegion(campagne, chromium, mail_server)


def test_from_the_first_word_to_the_report(region: MailedRegion) -> None:
    region.begin()
    _write(region)
    _approve(region)
    _release(region)
    region.five_answer()
    _silence_is_followed_up(region)
    called = region.call_the_first()
    assert called == SILENT[0]
    _the_matrix_is_right(region, {**ANSWERED, called: "Doet mee"})
    _gemeenten_look_back(region)
    _the_report_says_what_they_said(region)


def _write(region: MailedRegion) -> None:
    """Write it, with texts for residents; try the mail; ask a colleague; one cannot approve."""
    with region.desk(LEIDEN, "/beheer/regioberichten", "regio-1-schrijven") as (visit, page, my):
        page.locator("#editie").select_option(ORANGE)
        page.locator("#regio").select_option("holland-rijnland")
        my.press(page.get_by_role("button", name="Begin met schrijven"))
        my.write(page.get_by_label("Onderwerp"), SUBJECT)
        my.set_day(page.get_by_label("Antwoord tot en met"), ANSWER_BY)
        my.turn(page.get_by_role("checkbox", name="Communicatiemedewerker"))
        my.turn(page.get_by_role("checkbox", name=re.compile("^Teksten voor inwoners")))
        visit.shoot("1-schrijven")
        my.press(page.get_by_role("button", name="Sla op"))
        _said(page, "Het bericht is opgeslagen")
        my.press(page.get_by_role("button", name="Stuur deze mail als proef aan mij"))
        _said(page, "De proefmail staat klaar")
        (tried,) = wait_for("the mail to try it", lambda: region.to(LEIDEN, SUBJECT))
        assert "/antwoord/" in browser.text(tried)
        my.choose(
            page.get_by_label("Wie krijgt een mail met die vraag?"), "Beleid Katwijk (Katwijk)"
        )
        my.press(page.get_by_role("button", name="Vraag om goedkeuring"))
        _said(page, "Er is om goedkeuring gevraagd")
        expect(page.get_by_role("button", name="Ik keur dit bericht goed")).to_have_count(0)
        # Nor by a form that the page does not have.
        version = page.locator("input[name=versie]").first.get_attribute("value")
        form: dict[str, str | float | bool] = {"wat": "keur", "versie": str(version)}
        refused = page.request.post(
            f"{region.campagne.url}{PAGE}", form=form, headers={"Origin": region.campagne.url}
        )
        assert refused.status in {400, 404}
        expect(page.get_by_text("Wacht op goedkeuring")).to_be_visible()
        visit.shoot("2-gevraagd")


def _approve(region: MailedRegion) -> None:
    """The colleague comes by the mail that asks it, and reads each mail."""
    link = region.links(KATWIJK, "beheer/regiobericht")[-1]
    with region.page(link, "regio-2-goedkeuren") as (visit, page, my):
        visit.log_in(KATWIJK, PAGE)
        visit.shoot("1-lezen")
        my.press(page.get_by_role("button", name="Ik keur dit bericht goed"))
        expect(page.get_by_text("Goedgekeurd door Beleid Katwijk").first).to_be_visible()
        visit.shoot("2-goedgekeurd")


def _release(region: MailedRegion) -> None:
    """Release it while no worker runs: what leaves then, the page tells by itself."""
    with region.desk(LEIDEN, PAGE, "regio-3-versturen") as (visit, page, my):
        region.rest_worker()
        my.press(page.get_by_role("button", name="Verstuur nu"))
        effect = page.locator("#gevolg").locator("..")
        expect(effect).to_contain_text("10 mails aan 10 personen")
        visit.shoot("1-gevolg")
        my.press(page.get_by_role("button", name="Ja, verstuur nu"))
        expect(page.locator("#voortgang")).to_contain_text("0 van 10 mails zijn weg")
        visit.shoot("2-begonnen")
        region.wake_worker()
        done = page.locator("#voortgang").get_by_text("Alle mails zijn weg (10)")
        expect(done).to_be_visible()
        expect(page.locator("#voortgang details")).to_have_attribute("open", "")
        expect(page.locator("[data-refresh]")).to_have_count(0)
        expect(page.locator("#voortgang details")).to_have_attribute("open", "")
        visit.shoot("3-weg")
    mails = [one for one in region.to("", SUBJECT) if LEIDEN not in str(one["To"])]
    assert len(mails) == 10, "one to who works for three gemeenten"
    assert not [one for one in mails if "communicatie" in str(one["To"])]
    words = [" ".join(browser.text(one).split()) for one in mails]
    for place in (*ANSWERED, *SILENT):
        assert [one for one in words if f"gemeente {place}" in one or place in one], place


def _silence_is_followed_up(region: MailedRegion) -> None:
    """Who was asked, then a colleague of theirs, then somebody is called."""
    silent = {f"beleid.{_key(one)}@example.nl" for one in SILENT}
    region.on(date(2026, 9, 29))
    wait_for("the mails about no answer", lambda: len(region.asked_again()) >= len(silent))
    assert region.asked_again() == dict.fromkeys(silent, 1)
    region.on(date(2026, 10, 2))
    told = {*silent, *(one.replace("beleid.", "communicatie.") for one in silent)}
    wait_for("the mails to colleagues", lambda: len(region.asked_again()) >= len(told))
    assert region.asked_again() == dict.fromkeys(told, 1)
    region.on(date(2026, 10, 7))
    with region.desk(LEIDEN, PAGE) as (_, page, _):
        calls = page.locator("#bellen ~ ul").first.get_by_role("listitem")
        expect(calls).to_have_count(len(SILENT))
        for place, line in zip(SILENT, calls.all_inner_texts(), strict=True):
            assert line.startswith(f"{place}: Beleid {place}, {PHONE}")


def _the_matrix_is_right(region: MailedRegion, answered: dict[str, str]) -> None:
    address = f"/regio/holland-rijnland/2026?campagne={ORANGE}"
    with region.desk(LEIDEN, address, "regio-4-matrix") as (visit, page, _):
        rows = page.locator(".matrix tbody tr")
        found = {
            row.get_by_role("rowheader").inner_text(): row.get_by_role("cell").inner_text()
            for row in rows.all()
        }
        visit.shoot("1-matrix")
    wanted = dict.fromkeys(SILENT, "Nog geen antwoord") | answered
    assert found == {**wanted, "Leiden": "Vraagt de anderen"}


def _gemeenten_look_back(region: MailedRegion) -> None:
    """Two weeks after the end two look back, which ticks off; after six the others are asked."""
    region.on(date(2026, 12, 24))
    links = _asked_to_look_back(region, HLT)
    assert set(links) == {"Hillegom", "Teylingen"}, "Lisse took no part"
    said = {
        "Bezoekers van de webpagina": "750",
        "Keer gezien op sociale media": "4000",
        "Wat kostte het": "1.100,25",
        "Wat zou je anders doen?": "Eerder beginnen",
    }
    with region.page(links["Hillegom"], "regio-5-terugkijken") as (visit, page, my):
        _look_back(visit, page, my, said)
    said = {
        "Bezoekers van de webpagina": "1250",
        "Wat kostte het": "300",
        "Wat zou je houden?": "De lezing",
    }
    with region.page(_asked_to_look_back(region, KATWIJK)["Katwijk"], "") as (visit, page, my):
        _look_back(visit, page, my, said)
    assert region.done("katwijk") >= {"terugblik-ophalen", "cijfers-per-kanaal"}
    region.on(date(2027, 1, 21))
    # The other campaign of the year is asked about too, of which nobody told anything.
    for who, still in ((HLT, {"Teylingen"}), (KATWIJK, set())):
        second = _second_question(region, who)
        assert "Er is nog niets ingevuld" in " ".join(browser.text(second).split())
        assert set(_asked_to_look_back(region, who)) == still


def _second_question(region: MailedRegion, who: str) -> EmailMessage:
    return wait_for("the second question", lambda: region.to(who, "Terugkijken")[1:])[0]


def _asked_to_look_back(region: MailedRegion, who: str) -> dict[str, str]:
    """Return the links of the newest mail to look back on Orange the World, by gemeente."""
    found = {}
    for link in region.links(who, "evaluatie"):
        answer = requests.get(link, timeout=60)
        if title := re.search(r"<h1>Hoe ging Orange the World in (.+)\?</h1>", answer.text):
            found[title[1]] = link
    return found


def _look_back(visit: Visit, page: Page, my: Hands, said: dict[str, str]) -> None:
    for label, words in said.items():
        my.write(page.get_by_label(re.compile(f"^{re.escape(label)}")), words)
    visit.shoot("1-formulier")
    my.press(page.get_by_role("button", name="Opslaan"))
    _said(page, "Dank je wel")
    ticked = "Afgevinkt in het draaiboek: Ervaringen ophalen en Cijfers per kanaal verzamelen"
    expect(page.get_by_text(ticked)).to_be_visible()
    visit.shoot("2-opgeslagen")


def _the_report_says_what_they_said(region: MailedRegion) -> None:
    address = "/regio/holland-rijnland/2026"
    with region.desk(LEIDEN, address, "regio-6-verslag") as (visit, page, my):
        visit.shoot("1-jaar")
        files = {}
        for link in ("Holland Rijnland, voor Word", "Holland Rijnland, als PDF"):
            with page.expect_download() as download:
                my.press(page.get_by_role("link", name=link))
            files[link] = Path(download.value.path()).read_bytes()
    word, pdf = files.values()
    tables = docx.Document(io.BytesIO(word)).tables
    rows = [
        [" ".join(cell.text.split()) for cell in row.cells] for one in tables for row in one.rows
    ]
    told = [row[1:] for row in rows if row[0].startswith("Orange the World")]
    assert ["2.000 bezoekers van de webpagina", "Hillegom en Katwijk"] in told
    assert ["4.000 keer gezien op sociale media", "Hillegom"] in told
    (turnout,) = [row for row in told if "Lisse" in row]
    assert turnout[0] == "Alphen aan den Rijn, Hillegom, Katwijk en Teylingen"
    assert turnout[1] == "Lisse"
    costs = {row[0]: row[1:3] for row in rows if "€" in row[2]}
    assert costs == {"Hillegom": ["€ 1.250,50", "€ 1.100,25"], "Katwijk": ["-", "€ 300"]}
    assert ["Hillegom", "-", "Eerder beginnen"] in rows
    assert ["Katwijk", "De lezing", "-"] in rows
    assert pdf.startswith(b"%PDF")
    if reader := shutil.which("pdftotext"):
        read = subprocess.run(  # noqa: S603 - a program of the machine
            [reader, "-", "-"], input=pdf, capture_output=True, check=True, timeout=60
        )
        words = " ".join(read.stdout.decode().split())
        for one in ("2.000 bezoekers", "4.000 keer gezien", "1.100,25", "Eerder beginnen"):
            assert one in words


def _said(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def _key(place: str) -> str:
    return place.lower().replace(" ", "-")
