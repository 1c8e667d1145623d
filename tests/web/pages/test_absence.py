"""Saying when I am absent; the deputy sees and does what is mine. Three people and a stranger."""

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.playbook import Role
from campagne.domain.preferences import Preferences
from campagne.domain.reminders import StepStatus
from campagne.services.people import preferences
from campagne.store import queries, said_and_done
from campagne.store.database import Database
from campagne.store.tables import ContactRoleRow, ContactRow

WEEK = "week-tegen-kindermishandeling-2026"
HLT = "hltsamen-communicatie"
PAGE = "/mijn/afwezig"

LogIn = Callable[[TestClient, App, str], None]
Visit = Callable[[App], TestClient]


@pytest.fixture
def office(sqlite_world: Database) -> Database:
    """The small region with Bea, who does the policy of Lisse."""
    with sqlite_world.session() as session:
        session.add(ContactRow(key="bea", name="Bea", email="bea@example.nl"))
        session.flush()
        session.add(ContactRoleRow(contact_key="bea", role=Role.POLICY, municipality_key="lisse"))
    return sqlite_world


@pytest.fixture
def hlt(app: App, client: TestClient, log_in: LogIn, office: Database) -> TestClient:
    """A browser in which HLTsamen is logged in."""
    assert office is not None
    log_in(client, app, f"{HLT}@example.nl")
    return client


def form(client: TestClient, **changed: str) -> dict[str, str]:
    found = re.search(r'name="versie" value="(\w+)"', client.get(PAGE).text)
    assert found is not None
    return {
        "eerste": "2026-09-07",
        "laatste": "2026-09-20",
        "vervanger": "bea",
        "versie": found[1],
        **changed,
    }


def stored(database: Database, key: str = HLT) -> Preferences:
    with database.read() as session:
        return queries.preferences(session).get(key, Preferences())


def test_away_and_back(hlt: TestClient, office: Database) -> None:
    assert "Bea (beleidsmedewerker voor Lisse)" in hlt.get(PAGE).text
    answer = hlt.post(PAGE, data=form(hlt))
    assert answer.headers["location"] == f"{PAGE}?opgeslagen=ja"
    span = Span(date(2026, 9, 7), date(2026, 9, 20))
    assert stored(office) == Preferences(deputy="bea", absence=span)
    page = hlt.get(answer.headers["location"]).text
    assert "Afwezig: van maandag 7 tot en met zondag 20 september 2026." in page
    assert "Bea vervangt je." in page
    assert "Die krijgt er ook een mail over." in page
    answer = hlt.post(PAGE, data=form(hlt, wis="ja"))
    assert answer.headers["location"] == f"{PAGE}?opgeslagen=nee"
    assert stored(office) == Preferences()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"eerste": ""}, "Vul bij de eerste dag een datum in"),
        ({"laatste": "morgen"}, "Vul bij de laatste dag een datum in"),
        ({"eerste": "2026-02-30"}, "Vul bij de eerste dag een datum in"),
        ({"eerste": "2026-09-21"}, "De laatste dag ligt voor de eerste dag"),
        ({"eerste": "2026-08-01", "laatste": "2026-08-30"}, "al voorbij"),
        ({"laatste": "2027-12-31"}, "hoogstens een jaar"),
        ({"eerste": "9990-01-01", "laatste": "9990-01-02"}, "hoogstens een jaar"),
        ({"vervanger": ""}, "Kies een collega uit de lijst"),
        ({"vervanger": HLT}, "Kies een collega uit de lijst"),
        ({"vervanger": "gouda-communicatie"}, "Kies een collega uit de lijst"),
        ({"vervanger": "<script>"}, "Kies een collega uit de lijst"),
        ({"versie": ""}, "intussen ergens anders gewijzigd"),
        ({"versie": "", "wis": "ja"}, "intussen ergens anders gewijzigd"),
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing_and_keeps_what_was_typed(
    hlt: TestClient, office: Database, changed: dict[str, str], said: str
) -> None:
    data = form(hlt, **changed)
    answer = hlt.post(PAGE, data=data)
    assert answer.status_code == 400
    assert said in answer.text
    assert f'value="{html.escape(data["eerste"])}"' in answer.text
    assert "<script>" not in answer.text
    assert stored(office) == Preferences()


def test_who_is_absent_too_does_not_stand_in(
    hlt: TestClient, office: Database, clock: SetClock
) -> None:
    away = Preferences(deputy=HLT, absence=Span(date(2026, 9, 14), date(2026, 9, 30)))
    with office.session() as session:
        preferences.store(session, "bea", away, today=clock.today(), now=clock.now())
    assert "Jij vervangt Bea" in hlt.get(PAGE).text
    assert "Bea is dan zelf afwezig" in hlt.post(PAGE, data=form(hlt)).text


def test_the_deputy_sees_and_ticks_off_what_is_of_the_absent_one(  # noqa: PLR0917 - fixtures
    app: App, hlt: TestClient, office: Database, clock: SetClock, visit: Visit, log_in: LogIn
) -> None:
    hlt.post(PAGE, data=form(hlt))
    bea, gouda = visit(app), visit(app)
    log_in(bea, app, "bea@example.nl")
    log_in(gouda, app, "gouda-communicatie@example.nl")
    page = bea.get("/mijn").text
    assert "Je vervangt Communicatie HLTsamen." in page
    assert "Dit is werk van Communicatie HLTsamen. Jij vervangt die collega." in page
    assert "Materiaal bestellen</h3>" in page
    assert "Materiaal bestellen</h3>" not in gouda.get("/mijn").text
    tick = {"editie": WEEK, "stap": "materiaal", "staat": "done", "gemeente": ["hillegom"]}
    assert gouda.post("/mijn/stap", data=tick).status_code == 400
    assert bea.post("/mijn/stap", data=tick).status_code == 303
    with office.read() as session:
        (done,) = said_and_done.step_states(session).values()
    assert (done.status, done.by) == (StepStatus.DONE, "Bea")
    clock.move_to(date(2026, 9, 21))
    log_in(bea, app, "bea@example.nl")
    assert "Materiaal bestellen</h3>" not in bea.get("/mijn").text
    assert bea.post("/mijn/stap", data={**tick, "gemeente": ["lisse"]}).status_code == 400


@pytest.mark.usefixtures("administrators")
def test_who_stands_in_for_a_beheerder_manages_nothing(
    make_app: Callable[..., App],
    visit: Visit,
    log_in: LogIn,
    office: Database,
    clock: SetClock,
) -> None:
    """A deputy does the steps of who is absent; whom they may manage stays their own."""
    app = make_app(second_factor=False)
    away = Preferences(deputy="bea", absence=Span(date(2026, 9, 1), date(2026, 9, 30)))
    with office.session() as session:
        session.add(ContactRoleRow(contact_key="bea", role=Role.POLICY, municipality_key="leiden"))
        session.flush()
        preferences.store(session, "beheer", away, today=clock.today(), now=clock.now())
    bea = visit(app)
    log_in(bea, app, "bea@example.nl")
    assert "Je vervangt Beheer Leiden." in bea.get("/mijn").text
    for path in (
        "contacten",
        "contact/katwijk-campagnes",
        "verzendingen",
        "mailteksten",
        "logboek",
    ):
        assert bea.get(f"/beheer/{path}").status_code == 404
    wipe = {"wat": "wis", "waarom": "omdat het kan", "zeker": "ja"}
    assert bea.post("/beheer/contact/katwijk-campagnes", data=wipe).status_code == 404
