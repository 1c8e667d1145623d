"""Every page, for everyone who may see it: WCAG 2.2 AA, clean HTML, narrow screens, little weight.

Which pages there are says the table of `campagne.web.access`: a new one must be visited here. A
page that is made of the same elements for two people is looked at once.
"""

import gzip
import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from playwright.sync_api import Browser, Response

from campagne.bootstrap import build
from campagne.domain.national import NationalMaterial
from campagne.domain.reminders import Answer
from campagne.domain.texts import TextKind
from campagne.services.national import recording
from campagne.settings import Settings
from campagne.store.tables import AnswerRow, CheckRow, MaterialLinkRow
from campagne.web.access import ACCESS, Access
from tests.e2e import browser
from tests.e2e.browser import DESK, PHONE, Visit
from tests.e2e.processes import Campagne, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WEEK = "week-tegen-kindermishandeling-2026"
ROTA = "/rooster/duin-en-bollenstreek/2027"
OVERVIEW = "/regio/hollands-midden/2026"
ROLES = {
    "niemand": "",
    "communicatie": "communicatie.katwijk@example.nl",
    "beleid": "beleid.hlt@example.nl",
    "centrum": "centrum.leiden@example.nl",
    "beheer": "beheer@example.nl",
}
# What is no page: answers for machines, things to save, forms that lead to a page, and what leads
# away to the log-in of an organisation.
NO_PAGES = {
    "/metrics",
    "/livez",
    "/readyz",
    "/.well-known/security.txt",
    "/jaar/{year:int}/planner.pdf",
    "/jaar/{year:int}/planner.png",
    "/jaar/{year:int}/planner.svg",
    "/feeds/alles.atom",
    "/feeds/{kind}/{key}.atom",
    "/mijn/gemeente/communicatieplan-{year:int}.xlsx",
    "/mijn/gegevens.json",
    "/mijn/code.svg",
    "/beheer/contacten.csv",
    "/beheer/logboek.csv",
    "/regio/{region}/{year:int}/overzicht.csv",
    "/regio/{region}/{year:int}/overzicht.xlsx",
    "/regio/{region}/{year:int}/jaarverslag.{form}",
    "/regio/{region}/{year:int}/archief.zip",
    "/rooster/{region}/{year:int}/antwoord",
    "/editie/{key}/materiaal",
    "/teksten/{edition}/{municipality}/vrijgave",
    "/teksten/{edition}/{municipality}/beeld/{name}",
    "/teksten/{edition}/{municipality}/toolkit.zip",
    "/beheer/regiobericht/{number:int}/bijlage/{place:int}",
    "/beheer/regiobericht/{number:int}/bijlagen",
    "/antwoord/{token}/bijlage/{place:int}",
    "/mijn/stap",
    "/uitloggen",
    "/organisatie/inloggen",
    "/organisatie/terug",
    # A piece of a page.
    "/beheer/regiobericht/{number:int}/voortgang",
}
# Shown in a frame where nothing may run, so that axe may not either.
MAILS = {
    "/postvak/{number:int}/html",
    "/beheer/mailtekst/{name}/voorbeeld",
    "/beheer/regiobericht/{number:int}/mail/{place:int}",
}
# The same mail, or the same choices, as on a page that is visited too.
OTHER_WAYS = {*MAILS, "/postvak/{number:int}", "/afmelden/{token}"}
# Who may see each page; for another the table of access has the door closed, or it is empty.
SEEN_BY = defaultdict(
    lambda: "beheer",
    {
        "/mijn/overdracht": "beleid",
        "/rooster/{region}/{year:int}/voorstel": "beleid",
        "/editie/{key}/datum": "communicatie",
        "/teksten/{edition}/{municipality}/{kind}/wijzig": "communicatie",
        "/beheer/regiobericht/{number:int}": "centrum",
        "/beheer/antwoord/{edition}/{municipality}": "centrum",
        "/beheer/regiobericht/{number:int}/mail/{place:int}": "centrum",
    },
)
LIMIT = 150_000
# Of each start of an element: its name, its looks and what it means, without whose page it is.
_START = re.compile(rb"<[a-z][^>]*>")
_VALUE = re.compile(rb'''(?<! class)(?<! role)(?<! type)="[^"]*"''')


class Site(NamedTuple):
    """The addresses of each page of the table, and what was looked at: kind of page and width."""

    pages: Mapping[str, Sequence[str]]
    cookies: Mapping[str, Sequence[Any]]
    looked_at: set[tuple[str, int]]


@pytest.fixture(scope="session")
def site(chromium: Browser, campagne: Campagne) -> Site:
    """Where everything is, and who is logged in; `404` is a page that is not there."""
    campagne.run("broadcast", "new", "--edition=orange-the-world-2026", "--region=midden-holland")
    campagne.run("broadcast", "release", "1")
    campagne.run("broadcast", "new", f"--edition={WEEK}", "--region=holland-rijnland")
    cookies: dict[str, Sequence[Any]] = {"niemand": ()}
    hand_over = ""
    for role, address in ROLES.items():
        if not address:
            continue
        visit = Visit(chromium, campagne, "")
        visit.log_in(address)
        if role in {"centrum", "beheer"}:
            visit.give_code(address)
        if role == "communicatie":
            _propose(visit)
            _write(visit)
        if role == "beleid":
            link = visit.page.locator("a[href^='/mijn/overdracht']").first
            hand_over = str(link.get_attribute("href"))
        cookies[role] = visit.context.cookies()
        visit.end()
    asked = "communicatie.gouda@example.nl"
    answer = requests.post(f"{campagne.url}/inloggen", data={"adres": asked}, timeout=60)
    answer.raise_for_status()
    signed = {
        kind: wait_for(f"a mail with /{kind}/", partial(browser.link, campagne, kind, recipient))
        for kind, recipient in {
            "inloggen": asked,
            "antwoord": "",
            "stap": "",
            "afmelden": "",
        }.items()
    }
    _have_material(campagne)
    signed["klopt-dit"] = _ask_whether_right(campagne)
    signed["evaluatie"] = _look_back(campagne)
    pages = {
        "/": ["/"],
        "/jaar/{year:int}": ["/jaar/2027", "/jaar/2026?gemeente=katwijk"],
        "/route": ["/route"],
        "/editie/{key}": [f"/editie/{WEEK}", f"/editie/{WEEK}?gemeente=katwijk"],
        "/teksten/{edition}/{municipality}": [f"/teksten/{WEEK}/katwijk"],
        "/teksten/{edition}/{municipality}/{name}": [f"/teksten/{WEEK}/katwijk/website"],
        "/teksten/{edition}/{municipality}/{kind}/wijzig": [
            f"/teksten/{WEEK}/katwijk/nieuwsbrief/wijzig",
            f"/teksten/{WEEK}/katwijk/website/wijzig?alinea=2",
        ],
        "/rooster/{region}/{year:int}": [ROTA],
        "/rooster/{region}/{year:int}/voorstel": [f"{ROTA}/voorstel"],
        "/abonneren": ["/abonneren", "/abonneren?agenda=gemeente/katwijk"],
        "/help": ["/help"],
        "/toegankelijkheid": ["/toegankelijkheid"],
        "/privacy": ["/privacy"],
        "/status": ["/status"],
        "/postvak": ["/postvak", "/postvak?aan=niemand"],
        "/postvak/{number:int}": ["/postvak/1"],
        "/postvak/{number:int}/html": ["/postvak/1/html"],
        "/inloggen": ["/inloggen", "/inloggen?naar=/mijn"],
        **{f"/{kind}/{{token}}": [one.removeprefix(campagne.url)] for kind, one in signed.items()},
        "/mijn": ["/mijn"],
        "/mijn/overdracht": [hand_over],
        "/mijn/gemeente": ["/mijn/gemeente"],
        "/mijn/voorkeuren": ["/mijn/voorkeuren"],
        "/mijn/afwezig": ["/mijn/afwezig"],
        "/mijn/agenda": ["/mijn/agenda"],
        "/mijn/gegevens": ["/mijn/gegevens"],
        "/mijn/apparaten": ["/mijn/apparaten"],
        "/mijn/code": ["/mijn/code"],
        "/beheer/edities": ["/beheer/edities"],
        "/beheer/editie/{key}": [f"/beheer/editie/{WEEK}"],
        "/beheer/campagne": ["/beheer/campagne"],
        "/editie/{key}/datum": [f"/editie/{WEEK}/datum"],
        "/beheer/datumvoorstellen": ["/beheer/datumvoorstellen"],
        "/beheer/datumvoorstel/{number:int}": ["/beheer/datumvoorstel/1"],
        "/beheer/mailteksten": ["/beheer/mailteksten"],
        "/beheer/mailtekst/{name}": ["/beheer/mailtekst/herinnering"],
        "/beheer/mailtekst/{name}/voorbeeld": ["/beheer/mailtekst/herinnering/voorbeeld"],
        "/antwoord/{token}/acties/{municipality}": [
            f"{signed['antwoord'].removeprefix(campagne.url)}/acties/{_asked(signed['antwoord'])}"
        ],
        "/beheer/antwoord/{edition}/{municipality}": [f"/beheer/antwoord/{WEEK}/lisse"],
        "/beheer/regioberichten": ["/beheer/regioberichten"],
        "/beheer/regiobericht/{number:int}": [
            "/beheer/regiobericht/2?schrijf=ja",
            "/beheer/regiobericht/2?mail=1",
            "/beheer/regiobericht/2",
        ],
        "/beheer/regiobericht/{number:int}/mail/{place:int}": ["/beheer/regiobericht/2/mail/0"],
        "/regio/{region}/{year:int}": [OVERVIEW, f"{OVERVIEW}?deelname=later"],
        "/regio/{region}/editie/{edition}": ["/regio/hollands-midden/editie/orange-the-world-2026"],
        "/beheer/draaiboek": ["/beheer/draaiboek"],
        "/beheer/draaiboek/{key}": ["/beheer/draaiboek/kanalen-plannen"],
        "/beheer/nieuwe-stap": ["/beheer/nieuwe-stap"],
        "/beheer/verzendingen": ["/beheer/verzendingen"],
        "/beheer/verzending/{number:int}": ["/beheer/verzending/1"],
        "/beheer/contacten": ["/beheer/contacten"],
        "/beheer/contact/nieuw": ["/beheer/contact/nieuw"],
        "/beheer/contact/{key}": ["/beheer/contact/beleid-katwijk"],
        "/beheer/logboek": ["/beheer/logboek"],
        "404": ["/editie/bestaat-niet"],
    }
    return Site(pages, cookies, set())


def _asked(link: str) -> str:
    """Return the key of the gemeente that an answer page asks."""
    answer = requests.get(link, timeout=60)
    answer.raise_for_status()
    found = re.search(r"gemeente=([a-z-]+)", answer.text)
    assert found is not None
    return found[1]


def _propose(visit: Visit) -> None:
    """Say that a date is wrong, so that there is a proposal to decide on."""
    visit.open(f"/editie/{WEEK}/datum")
    visit.page.get_by_label("Eerste dag").fill("2026-11-09")
    visit.page.get_by_label("Laatste dag").fill("2026-11-15")
    visit.page.get_by_label(re.compile("^Waar staat dat")).fill("https://example.org/week")
    visit.page.get_by_role("button", name="Verstuur het voorstel").click()
    visit.page.get_by_role("status").wait_for()


def _write(visit: Visit) -> None:
    """Write over a paragraph of a text, and see it while it is written: it has a version then."""
    visit.open(f"/teksten/{WEEK}/katwijk/nieuwsbrief/wijzig?alinea=2")
    field = visit.page.get_by_label("Alinea 2")
    field.fill(f"{field.input_value()} Dat weten we nu ook in {{{{ gemeente }}}}.")
    visit.page.locator("#voorproef").get_by_text("Dat weten we nu ook in Katwijk.").wait_for()
    # Who was logged out meanwhile stays here with the words.
    cookies = visit.page.context.cookies()
    visit.page.context.clear_cookies()
    visit.page.get_by_role("button", name="Sla de tekst op").click()
    visit.page.get_by_text("Je bent niet meer ingelogd.").wait_for()
    assert "Dat weten we nu ook" in field.input_value()
    assert [one for one in visit.faults if "403" not in one] == []
    visit.faults = []
    visit.page.context.add_cookies(cookies)  # type: ignore[arg-type]  # it takes what it gave
    visit.page.get_by_role("button", name="Sla de tekst op").click()
    visit.page.get_by_text("De tekst is opgeslagen.").wait_for()


def _have_material(campagne: Campagne) -> None:
    """Record national material, whose address nobody asks for: it leads nowhere."""
    app = build(Settings(data_dir=campagne.data, base_url=campagne.url))
    material = NationalMaterial(
        "https://toolkit.example.org/week",
        date(2026, 1, 1),
        "vrij te gebruiken",
        kinds=(TextKind.WEBSITE, TextKind.PRESS),
        pictures=True,
    )
    now, today = app.clock.now(), app.clock.today()
    with app.database.session() as session:
        recording.record(session, WEEK, material, by="x", now=now, today=today)
        session.get_one(MaterialLinkRow, WEEK).next_at = now + timedelta(days=1000)
    app.database.close()


def _ask_whether_right(campagne: Campagne) -> str:
    """Ask somebody on another day than those of the calendar files; return the link of that."""
    app = build(Settings(data_dir=campagne.data, base_url=campagne.url))
    day = date(2026, 9, 7)
    with app.database.session() as session:
        session.add(CheckRow(contact_key="beleid-katwijk", due_on=day, asked_on=day))
    app.database.close()
    return app.links.check("beleid-katwijk", day)


def _look_back(campagne: Campagne) -> str:
    """Return the link to look back on an edition that is over, of which one gemeente joined."""
    app = build(Settings(data_dir=campagne.data, base_url=campagne.url))
    edition = "orange-the-world-2025"
    joined = AnswerRow(
        edition_key=edition,
        municipality_key="katwijk",
        answer=Answer.JOIN,
        by="Beleid Katwijk",
        at=app.clock.now(),
    )
    with app.database.session() as session:
        session.add(joined)
    app.database.close()
    return app.links.evaluation(edition, "katwijk", "beleid-katwijk")


def test_every_page_of_the_table_is_visited(site: Site) -> None:
    assert set(site.pages) == {*ACCESS, "404"} - NO_PAGES


@pytest.mark.parametrize("role", ROLES)
def test_everyone_can_use_every_page(
    chromium: Browser,
    campagne: Campagne,
    site: Site,
    tmp_path: Path,
    role: str,
) -> None:
    """On a desk in light and on a phone in dark: axe-core, one heading, no scrolling aside."""
    desk = Visit(chromium, campagne, "", width=DESK, cookies=site.cookies[role])
    phone = Visit(chromium, campagne, "", width=PHONE, scheme="dark", cookies=site.cookies[role])
    wrong: list[str] = []
    for route, paths in site.pages.items():
        for path in paths:
            raw = desk.context.request.get(f"{campagne.url}{path}").body()
            for visit in (desk, phone):
                seen = (_kind(raw), visit.width)
                if seen in site.looked_at:
                    continue
                site.looked_at.add(seen)
                visit.open(path)
                if not ROLES[role] and ACCESS.get(route) is Access.LOGGED_IN:
                    assert "/inloggen?naar=" in visit.page.url
                wrong += [f"{path} {visit.width}: {one}" for one in _faults(visit, route, raw)]
                name = re.sub(r"\W+", "_", path)[:60]
                (tmp_path / f"{name}.html").write_bytes(raw)
    # A browser complains of the page that is not there, and of what is not for this person.
    for visit in (desk, phone):
        visit.faults = [one for one in visit.faults if "Failed to load resource" not in one]
        visit.end()
    assert wrong == []
    assert browser.html_faults(tmp_path) == []


def _kind(raw: bytes) -> str:
    """Return what is the same for two pages that are made of the same elements."""
    elements = {_VALUE.sub(b"", start) for start in _START.findall(raw)}
    return hashlib.sha256(b"".join(sorted(elements))).hexdigest()


class Refusal(NamedTuple):
    """What somebody fills in wrongly on a page, or a route of one page.

    Attributes:
        typed: by the name of a field; None takes a tick away.
        button: value of the one that is pressed; empty for the first.
        field: which must say itself that it is wrong.
    """

    role: str
    path: str
    typed: Mapping[str, str | None]
    button: str = ""
    field: str = ""


BACKWARDS = {"eerste": "2026-11-29", "laatste": "2026-11-23"}
REFUSALS = [
    Refusal("niemand", "/inloggen", {"adres": "geen adres"}, field="adres"),
    Refusal("niemand", "/klopt-dit/{token}", {"opmerking": ""}, button="nee", field="opmerking"),
    Refusal("niemand", "/evaluatie/{token}", {"echte-kosten": "veel"}, field="echte-kosten"),
    Refusal("centrum", "/mijn/code", {"cijfers": "nee"}, field="cijfers"),
    Refusal("beleid", "/mijn", {"gemeente": None}),
    Refusal("beleid", "/mijn/overdracht", {"aan": ""}, field="aan"),
    Refusal("beleid", "/mijn/afwezig", BACKWARDS, field="laatste"),
    Refusal("beleid", ROTA, {"antwoord": "differs", "tekst": ""}),
    Refusal("beleid", f"{ROTA}/voorstel", {"campagne": "", "budget": "veel"}, field="budget"),
    Refusal("communicatie", "/mijn/voorkeuren", {"herinneringen": "soms"}),
    Refusal("communicatie", "/mijn/gemeente", {"website": "geen adres"}, field="website"),
    Refusal("communicatie", f"/editie/{WEEK}/datum", BACKWARDS, field="laatste"),
    Refusal(
        "communicatie",
        f"/teksten/{WEEK}/katwijk/nieuwsbrief/wijzig",
        {"tekst": "{{ geen }}"},
        button="opslaan",
        field="tekst",
    ),
    Refusal(
        "centrum",
        "/beheer/regiobericht/{number:int}",
        {"onderwerp": ""},
        button="bewaar",
        field="onderwerp",
    ),
    Refusal("beheer", f"/beheer/editie/{WEEK}", {**BACKWARDS, "wat": "move"}, field="laatste"),
    Refusal("beheer", "/beheer/campagne", BACKWARDS, field="laatste"),
    Refusal("beheer", "/beheer/datumvoorstel/1", {"waarom": ""}, button="refuse", field="waarom"),
    Refusal(
        "beheer",
        "/beheer/mailtekst/herinnering",
        {"tekst": "{{ geen }}", "waarom": "Proef"},
        button="wijzig",
        field="tekst",
    ),
    Refusal(
        "beheer",
        "/beheer/draaiboek/kanalen-plannen",
        {"wanneer": "ooit", "waarom": "Proef"},
        field="wanneer",
    ),
    Refusal("beheer", "/beheer/nieuwe-stap", {"titel": "", "wanneer": "ooit"}, field="titel"),
    Refusal("beheer", "/beheer/contacten", {"bestand": "", "waarom": ""}),
    Refusal(
        "beheer",
        "/beheer/contact/nieuw",
        {"naam": "Proef", "email": "geen adres", "waarom": "Proef"},
        field="email",
    ),
    Refusal(
        "beheer",
        "/beheer/contact/beleid-katwijk",
        {"email": "geen adres", "waarom": "Proef"},
        field="email",
    ),
]
# Fill in the first form that has these fields and send it, past what the browser itself checks.
_SEND = """([typed, button]) => {
  const names = Object.keys(typed);
  const form = [...document.forms].find((one) => one.method === "post"
    && names.every((name) => one.elements[name] && one.elements[name].type !== "hidden"));
  for (const [name, value] of Object.entries(typed)) {
    const found = form.elements[name];
    // A group of boxes has their name as its id, and is found by it too.
    const all = (found instanceof RadioNodeList ? [...found] : [found])
      .filter((one) => one.type !== "fieldset");
    if (value === null) all.forEach((one) => { one.checked = false; });
    else if (all[0].type !== "radio") all[0].value = value;
    else {
      const one = all.find((radio) => radio.value === value) ?? all[0];
      one.value = value;
      one.checked = true;
    }
  }
  form.noValidate = true;
  const wanted = button ? `[type=submit][value="${button}"]` : "[type=submit]";
  form.requestSubmit(form.querySelector(wanted));
}"""
_HAS_FOCUS = "(one) => one === document.activeElement"
# Of what the message is about: is the message part of what is read out with that field?
_TOLD = """(one) => (one.getAttribute("aria-describedby") ?? "").split(" ").some(
  (id) => id.includes("fout") && document.getElementById(id))"""
_COMES_AFTER = """(one) => Boolean(
  one.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)"""


@pytest.mark.parametrize("role", ROLES)
def test_who_is_refused_is_told_so_first(
    chromium: Browser, campagne: Campagne, site: Site, tmp_path: Path, role: str
) -> None:
    """The message has the focus, what comes next lies behind it, and its field names it."""
    visit = Visit(chromium, campagne, "", cookies=site.cookies[role])
    page, wrong = visit.page, []
    for case in REFUSALS:
        if case.role != role:
            continue
        visit.open(site.pages.get(case.path, [case.path])[0])
        with page.expect_navigation() as answer:
            page.evaluate(_SEND, [case.typed, case.button])
        message = page.locator("#fout[role=alert]")
        assert message.count() == 1, case.path
        found = [] if message.evaluate(_HAS_FOCUS) else ["the message has no focus"]
        marked = page.locator("[aria-invalid=true]").all()
        found += ["a field does not say what is wrong" for one in marked if not one.evaluate(_TOLD)]
        if case.field and not page.locator(f"#{case.field}[aria-invalid=true]").count():
            found.append(f"{case.field} is not marked as wrong")
        found += _faults(visit, case.path, b"")
        page.keyboard.press("Tab")
        if not message.evaluate(_COMES_AFTER):
            found.append("what has the focus next stands before the message")
        wrong += [f"{case.path}: {one}" for one in found]
        name = re.sub(r"\W+", "_", case.path)[:60]
        (tmp_path / f"{name}.html").write_bytes(answer.value.body())
    visit.faults = [one for one in visit.faults if "Failed to load resource" not in one]
    visit.end()
    assert wrong == []
    assert browser.html_faults(tmp_path) == []


def _faults(visit: Visit, route: str, raw: bytes) -> list[str]:
    page = visit.page
    if route in MAILS:
        page.goto("about:blank")
        page.set_content(raw.decode())
        return browser.violations(page)
    found = browser.violations(page)
    if page.locator("h1").count() != 1:
        found.append("not one h1")
    if page.locator("html").get_attribute("lang") != "nl":
        found.append("not in Dutch")
    if visit.width == PHONE:
        return found
    # The smallest that WCAG names, a desk at twice the size, the narrowest with whole tables.
    for width in (320, 640, 834):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{wide} pixels wide on a screen of {width}")
    page.set_viewport_size({"width": visit.width, "height": 900})
    return found


def test_each_page_has_a_title_of_its_own(
    chromium: Browser, campagne: Campagne, site: Site
) -> None:
    """And weighs little; style, script, font and pictures with it, each as gzip."""
    visits = {
        role: Visit(chromium, campagne, "", cookies=site.cookies[role])
        for role in {SEEN_BY[route] for route in site.pages}
    }
    answers: list[Response] = []
    for visit in visits.values():
        visit.page.on("response", lambda one: answers.append(one))  # noqa: PLW0108 - a method of C takes no marks of playwright
    routes, heavy, unseen = defaultdict(set), {}, {}
    weights: dict[str, int] = {}
    for route, paths in site.pages.items():
        visit = visits[SEEN_BY[route]]
        answers.clear()
        answer = visit.open(paths[0])
        if (answer.status == 200) == (route == "404") or not answer.url.endswith(paths[0]):
            unseen[route] = answer.url
        routes[visit.page.title()].add(route)
        got = {one.url for one in answers if one.status == 200}
        for url in got - weights.keys():  # asked anew: a browser forgets what it left behind
            weights[url] = len(gzip.compress(visit.context.request.get(url).body()))
        weight = sum(weights[url] for url in got)
        assert len(answers) > 3 or route in MAILS, "no style, script and picture were counted"
        if weight > LIMIT:
            heavy[route] = weight
    for visit in visits.values():
        visit.context.close()
    assert unseen == {}, "who is sent away sees no page"
    assert heavy == {}
    same = {title: sorted(found - OTHER_WAYS) for title, found in routes.items()}
    assert {title: found for title, found in same.items() if len(found) > 1} == {}
