"""Handing a step over on the page: the form, and every way to fill it in wrong."""

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.domain.playbook import Role
from campagne.store import said_and_done
from campagne.store.database import Database
from campagne.store.tables import ContactRoleRow, ContactRow

WEEK = "week-tegen-kindermishandeling-2026"
HLT = "hltsamen-communicatie@example.nl"
BEA = "bea@example.nl"
GOUDA = "gouda-communicatie@example.nl"
PAGE = f"/mijn/overdracht?editie={WEEK}&stap=materiaal"

LogIn = Callable[[TestClient, App, str], None]


@pytest.fixture
def hlt(app: App, client: TestClient, log_in: LogIn, sqlite_world: Database) -> TestClient:
    """A browser in which HLTsamen is logged in; Bea, with a name like a script, is a colleague."""
    with sqlite_world.session() as session:
        session.add(ContactRow(key="bea", name="Bea <script>", email=BEA))
        session.flush()
        for place in ("lisse", "teylingen"):
            session.add(ContactRoleRow(contact_key="bea", role=Role.POLICY, municipality_key=place))
    log_in(client, app, HLT)
    return client


def version(client: TestClient) -> str:
    found = re.search(r'name="versie" value="(\w+)"', client.get(PAGE).text)
    assert found is not None
    return found[1]


def form(client: TestClient, **changed: object) -> dict[str, object]:
    return {
        "editie": WEEK,
        "stap": "materiaal",
        "gemeente": ["lisse"],
        "aan": "bea",
        "opmerking": "Let op de folders",
        "versie": version(client),
        **changed,
    }


def taken(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {place: one.to for (*_, place), one in said_and_done.handovers(session).items()}


def test_over_and_back(hlt: TestClient, sqlite_world: Database) -> None:
    shown = hlt.get("/mijn").text
    assert html.escape(PAGE) in shown
    page = hlt.get(PAGE).text
    assert "Bea &lt;script&gt; (beleidsmedewerker voor Lisse en Teylingen)" in page
    assert "Nu voor Communicatie HLTsamen." in page
    answer = hlt.post("/mijn/overdracht", data=form(hlt))
    assert (answer.status_code, answer.headers["location"]) == (303, "/mijn?gedaan=handed")
    assert taken(sqlite_world) == {"lisse": "bea"}
    shown = hlt.get("/mijn?gedaan=handed").text
    assert "De stap is overgedragen." in shown
    assert "Overgedragen aan Bea &lt;script&gt;." in shown
    answer = hlt.post("/mijn/overdracht", data=form(hlt, terug="ja", aan=""))
    assert answer.headers["location"] == "/mijn?gedaan=back"
    assert taken(sqlite_world) == {}


def test_all_of_it_is_taken_back_at_once(hlt: TestClient, sqlite_world: Database) -> None:
    both = ["lisse", "teylingen"]
    hlt.post("/mijn/overdracht", data=form(hlt, gemeente=["lisse"]))
    assert "Alles ongedaan maken" not in hlt.get(PAGE).text
    hlt.post("/mijn/overdracht", data=form(hlt, gemeente=["teylingen"]))
    assert taken(sqlite_world) == dict.fromkeys(both, "bea")
    shown = hlt.get(PAGE).text.partition("Alles ongedaan maken")[0]
    last = shown.rpartition("<form")[2]
    assert re.findall(r'name="gemeente" value="(\w+)"', last) == both
    hlt.post("/mijn/overdracht", data=form(hlt, gemeente=both, terug="ja", aan=""))
    assert taken(sqlite_world) == {}


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"aan": ""}, 400, "Kies een collega uit de lijst"),
        ({"aan": "katwijk-campagnes"}, 400, "Kies een collega uit de lijst"),
        ({"gemeente": []}, 400, "minstens één gemeente"),
        ({"gemeente": ["katwijk"]}, 400, "minstens één gemeente"),
        ({"gemeente": ["hillegom", "lisse"]}, 400, "niet doen voor Hillegom"),
        ({"opmerking": "x" * 501}, 400, "hoogstens 500 gewone tekens"),
        ({"opmerking": "a\0b"}, 400, "hoogstens 500 gewone tekens"),
        ({"versie": ""}, 400, "intussen iets veranderd"),
        ({"terug": "ja"}, 400, "niet overgedragen"),
        ({"editie": "verzonnen-2026"}, 404, "bestaat niet"),
        ({"stap": "verzonnen"}, 404, "niet jouw stap"),
        # What is to be done for the policy is not theirs.
        ({"stap": "evaluatie"}, 404, "niet jouw stap"),
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing_and_keeps_what_was_typed(
    hlt: TestClient, sqlite_world: Database, changed: dict[str, object], status: int, said: str
) -> None:
    data = form(hlt, **changed)
    answer = hlt.post("/mijn/overdracht", data=data)
    assert answer.status_code == status
    assert said in html.unescape(answer.text)
    assert taken(sqlite_world) == {}
    if status == 400:
        assert f"\n{data['opmerking']}</textarea>" in answer.text


def test_a_stranger_sees_no_step_of_another_gemeente(
    app: App, client: TestClient, log_in: LogIn
) -> None:
    log_in(client, app, GOUDA)
    assert client.get(PAGE).status_code == 404


def test_a_note_for_what_a_colleague_ticked_off_is_not_lost(hlt: TestClient) -> None:
    data = {"editie": WEEK, "stap": "materiaal", "staat": "done", "gemeente": ["lisse"]}
    assert hlt.post("/mijn/stap", data=data).status_code == 303
    again = hlt.post("/mijn/stap", data={**data, "opmerking": "<b>besteld</b>"})
    assert again.status_code == 400
    assert "Je gaf dit al door." in again.text
    assert "&lt;b&gt;besteld&lt;/b&gt;</textarea>" in again.text
