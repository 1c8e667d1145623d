"""What is stored about me: seen by me alone; asked to be wiped, and wiped by who manages me."""

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import Clock
from campagne.services import audit
from campagne.services.audit import Author
from campagne.store.database import Database
from campagne.store.tables import ContactRow
from tests.web.conftest import BEHEER, BEHEER_GOUDA

# A day or an instant by ISO 8601, as it stands in the file and not on the page.
ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}[+]\d{2}:\d{2})?(?![-\d\w])")

HLT = "hltsamen-communicatie"
PAGE = "/mijn/gegevens"
CONTACT = f"/beheer/contact/{HLT}"

LogIn = Callable[[TestClient, App, str], None]
Visit = Callable[[App], TestClient]


@pytest.fixture
def hlt(app: App, client: TestClient, log_in: LogIn, sqlite_world: Database) -> TestClient:
    """A browser in which HLTsamen, with a name like a script, is logged in."""
    with sqlite_world.session() as session:
        session.get_one(ContactRow, HLT).name = "Hanna <script>"
    log_in(client, app, f"{HLT}@example.nl")
    return client


def test_the_page_and_the_file_hold_the_same(hlt: TestClient) -> None:
    page = hlt.get(PAGE).text
    assert "Hanna &lt;script&gt;" in page
    assert "<script>" not in page.replace("<script src=", "")
    file = hlt.get(f"{PAGE}.json")
    assert file.headers["content-type"] == "application/json"
    assert file.headers["cache-control"] == "no-store"
    assert "attachment" in file.headers["content-disposition"]
    for title, rows in file.json().items():
        assert (f">{html.escape(title)}</h2>" in page) is bool(rows)
        assert all(
            html.escape(cell) in page
            for row in rows
            for cell in row.values()
            if cell and not ISO.match(cell)
        )


def test_the_page_writes_out_when_and_what(hlt: TestClient, sqlite_world: Database) -> None:
    with sqlite_world.session() as session:
        of = ("contact", HLT)
        who = Author("Beheer", None)
        audit.record(
            session, who, "gewijzigd", of=of, before={}, after={}, why="x", now=Clock().now()
        )
    page, file = hlt.get(PAGE).text, hlt.get(f"{PAGE}.json").json()
    assert not ISO.search(page.split("<main")[1])
    assert " 2026, " in page
    assert " uur</td>" in page
    assert ISO.match(file["Waar je bent ingelogd"][0]["sinds"])
    kinds = [row["soort"] for row in file[next(one for one in file if one.startswith("Logboek"))]]
    assert kinds == ["contactpersonen"]


@pytest.mark.usefixtures("administrators")
def test_asked_shown_and_carried_out(
    make_app: Callable[..., App], hlt: TestClient, visit: Visit, log_in: LogIn
) -> None:
    answer = hlt.post(PAGE, data={"wat": "wissen"})
    assert answer.headers["location"] == f"{PAGE}?gevraagd=ja"
    assert "Toch niet: trek het verzoek in" in hlt.get(answer.headers["location"]).text
    again = hlt.post(PAGE, data={"wat": "wissen"})
    assert (again.status_code, "Je vroeg dit al" in again.text) == (400, True)
    weak = make_app(second_factor=False)
    chief, other = visit(weak), visit(weak)
    log_in(chief, weak, BEHEER)
    log_in(other, weak, BEHEER_GOUDA)
    assert "Vraagt om te wissen" in chief.get("/beheer/contacten").text
    assert "Vraagt om te wissen" not in other.get("/beheer/contacten").text
    assert "Deze persoon vroeg hierom op" in chief.get(CONTACT).text
    assert other.post(CONTACT, data={"wat": "wis", "waarom": "x"}).status_code == 404
    unsure = chief.post(CONTACT, data={"wat": "wis", "waarom": "gevraagd"})
    assert unsure.status_code == 400
    assert "Vink aan dat je het zeker weet" in unsure.text
    empty = chief.post(CONTACT, data={"wat": "wis", "waarom": " ", "zeker": "ja"})
    assert (empty.status_code, "Schrijf op waarom" in empty.text) == (400, True)
    assert hlt.get(PAGE).status_code == 200
    done = chief.post(CONTACT, data={"wat": "wis", "waarom": "gevraagd", "zeker": "ja"})
    assert done.headers["location"] == f"{CONTACT}?gedaan=wis"
    page = chief.get(done.headers["location"]).text
    assert "De gegevens zijn gewist." in page
    assert "Hanna" not in page
    assert hlt.get(PAGE).status_code == 303, "logged out"


def test_it_can_be_withdrawn_and_other_buttons_do_nothing(hlt: TestClient) -> None:
    assert hlt.post(PAGE, data={"wat": "wissen"}).headers["location"].endswith("=ja")
    assert hlt.post(PAGE, data={"wat": "intrekken"}).headers["location"].endswith("=nee")
    assert "Vraag om mijn gegevens te wissen" in hlt.get(PAGE).text
    assert hlt.post(PAGE, data={"wat": "alles"}).status_code == 400
    assert hlt.post(PAGE).status_code == 400
