"""The playbook on a page: who may change it, what that does, and that files do not undo it."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.playbook import Role, Step
from campagne.domain.reminders import ReminderState, StepStatus
from campagne.services import audit
from campagne.services.audit import Author
from campagne.services.planning import rounds, steps
from campagne.store import queries, said_and_done
from campagne.store.database import Database
from campagne.store.tables import ContactRoleRow, ReminderRow, StepRow

BOOK, PAGE, NEW = "/beheer/draaiboek", "/beheer/draaiboek/website", "/beheer/nieuwe-stap"
WEEK = "week-tegen-kindermishandeling-2026"
LEIDEN = "leiden-centrum@example.nl"
KATWIJK = "katwijk-campagnes@example.nl"
GOUDA = "gouda-communicatie@example.nl"
HLT = "hltsamen-communicatie@example.nl"

LogIn = Callable[[TestClient, App, str], None]
MakeApp = Callable[..., App]
Visit = Callable[[App], TestClient]

WEBSITE = {
    "titel": "Bericht op de website",
    "uitleg": "Bericht op de website.",
    "wanneer": "2 weken voor de start",
    "nogmaals": "",
    "collega": "",
    "centrum": "",
    "in_gebruik": "ja",
    "waarom": "de redactie heeft meer tijd nodig",
}
ADDED = {
    "titel": "Koffie met de wijkagent",
    "uitleg": "Maak een afspraak.",
    "wanneer": "5 weken voor de start",
    "rol": "communicatie",
    "bereik": "volledig",
    "inwoners": "nee",
    "waarom": "dat werkte vorig jaar goed",
}


@pytest.fixture
def app(make_app: MakeApp, planned: None) -> App:
    """The service with its reminders planned; nobody needs a code."""
    assert planned is None
    return make_app(second_factor=False)


def version(client: TestClient, page: str = PAGE) -> str:
    found: list[str] = re.findall(r'name="versie" value="(\w+)"', client.get(page).text)
    return found[0]


def send(client: TestClient, page: str = PAGE, **changed: str) -> tuple[int, str]:
    data = {
        **(ADDED if page == NEW else WEBSITE),
        "versie": changed.pop("versie", "") or version(client, page),
        **changed,
    }
    answer = client.post(page, data=data)
    return answer.status_code, unescape(answer.text)


def stored(database: Database, key: str = "website") -> Step:
    with database.read() as session:
        found = queries.steps(session, switched_off_too=True)
    return next(one for one in found if one.key == key)


def planned(database: Database, step: str = "website") -> set[date]:
    with database.read() as session:
        return set(
            session.exec(
                select(col(ReminderRow.due_on)).where(
                    col(ReminderRow.step_key) == step,
                    col(ReminderRow.state) == ReminderState.PLANNED,
                )
            )
        )


def test_what_another_lead_time_does_is_shown_first_and_then_done(
    leiden: TestClient, sqlite_world: Database
) -> None:
    before = stored(sqlite_world)
    assert planned(sqlite_world) == {date(2026, 11, 2)}
    status, page = send(leiden, wanneer="3 weken voor de start")
    assert status == 200
    # Katwijk, and the officer of Hillegom, Lisse and Teylingen.
    assert "4 herinneringen komen op een andere dag" in page
    assert (
        "Week tegen Kindermishandeling 2026 (4 gemeenten): eerst maandag 2 november 2026,"
        " straks maandag 26 oktober 2026" in page
    )
    assert "Nu: 2 weken voor de start" in page
    assert stored(sqlite_world) == before, "only shown"
    with sqlite_world.read() as session:
        assert audit.entries(session, limit=5) == []
    status, _ = send(leiden, wanneer="3 weken voor de start", opslaan="ja")
    assert status == 303
    assert planned(sqlite_world) == {date(2026, 10, 26)}
    page = leiden.get(PAGE).text
    assert "Stap gewijzigd</strong> door Team Zorg en Veiligheid" in page
    assert "Wanneer: 2 weken voor de start → 3 weken voor de start" in page
    assert "Bericht op de website” is opgeslagen" in leiden.get(f"{BOOK}?opgeslagen=website").text


def test_what_leaves_at_once_is_told(leiden: TestClient) -> None:
    _, page = send(leiden, wanneer="12 weken voor de start")
    assert "4 herinneringen gaan mee met de eerstvolgende mail" in page


def test_words_alone_move_nothing(leiden: TestClient, sqlite_world: Database) -> None:
    _, page = send(leiden, titel="Nieuws op de website")
    assert "Alle herinneringen houden hun dag" in page
    send(leiden, titel="Nieuws op de website", opslaan="ja")
    assert stored(sqlite_world).title == "Nieuws op de website"
    assert planned(sqlite_world) == {date(2026, 11, 2)}


def test_a_step_that_is_switched_off_falls_for_nobody_and_can_come_back(
    app: App, leiden: TestClient, sqlite_world: Database, clock: SetClock
) -> None:
    with sqlite_world.session() as session:
        steps.tick_off(
            session,
            edition=WEEK,
            step="website",
            municipality="lisse",
            by=Author("Lisse"),
            now=clock.now(),
            today=clock.today(),
        )
    _, page = send(leiden, in_gebruik="nee")
    assert "3 herinneringen vervallen" in page
    assert "geen herinnering meer op maandag 2 november 2026" in page
    assert send(leiden, in_gebruik="nee", opslaan="ja")[0] == 303
    assert planned(sqlite_world) == set()
    assert "Uitgezet" in leiden.get(BOOK).text
    assert "Bericht op de website" not in leiden.get(f"/editie/{WEEK}?gemeente=katwijk").text
    # Mails are made all the same, and the log names the step.
    rounds.prepare(sqlite_world, mails=app.mails, links=app.links, clock=clock)
    _, page = send(leiden, in_gebruik="ja")
    assert "3 herinneringen komen erbij" in page
    assert send(leiden, in_gebruik="ja", opslaan="ja")[0] == 303
    assert planned(sqlite_world) == {date(2026, 11, 2)}
    with sqlite_world.read() as session:
        done = said_and_done.step_states(session)[WEEK, "website", "lisse"]
    assert done.status is StepStatus.DONE, "what was ticked off stays so"


def test_a_new_step_is_shown_first_and_then_added(
    leiden: TestClient, sqlite_world: Database
) -> None:
    status, page = send(leiden, NEW)
    assert status == 200
    assert "4 herinneringen komen erbij" in page
    assert send(leiden, NEW, opslaan="ja")[0] == 303
    step = stored(sqlite_world, "koffie-met-de-wijkagent")
    assert (step.role, step.resident_facing, step.title) == (
        Role.COMMUNICATION,
        False,
        "Koffie met de wijkagent",
    )
    assert planned(sqlite_world, step.key) == {date(2026, 10, 12)}
    assert "Koffie met de wijkagent" in leiden.get(f"/editie/{WEEK}?gemeente=katwijk").text


def test_a_button_that_is_pressed_twice_adds_one_step(
    leiden: TestClient, sqlite_world: Database
) -> None:
    old = version(leiden, NEW)
    assert send(leiden, NEW, opslaan="ja", versie=old)[0] == 303
    status, page = send(leiden, NEW, opslaan="ja", versie=old)
    assert status == 400
    assert "intussen een stap toegevoegd" in page
    with sqlite_world.read() as session:
        assert len(queries.steps(session)) == 6


def test_what_is_so_already_is_said_and_not_noted(
    leiden: TestClient, sqlite_world: Database
) -> None:
    for save in ("", "ja"):
        status, page = send(leiden, opslaan=save)
        assert status == 200
        assert "Er verandert niets" in page
    with sqlite_world.read() as session:
        assert audit.entries(session, limit=5) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"titel": ""}, "Vul de titel in."),
        ({"wanneer": "3 weken"}, "De termijn '3 weken' kan niet"),
        ({"collega": "morgen"}, "een aantal werkdagen"),
        ({"waarom": ""}, "Schrijf op waarom je dit wijzigt."),
        ({"waarom": "x" * 501}, "hoogstens 500"),
        ({"versie": "oud"}, "Er is niets opgeslagen"),
    ],
)
def test_a_form_that_makes_no_sense_keeps_what_was_typed(
    leiden: TestClient, sqlite_world: Database, changed: dict[str, str], sentence: str
) -> None:
    before = stored(sqlite_world)
    status, page = send(leiden, opslaan="ja", **{"uitleg": "<b>nieuw</b>", **changed})
    assert status == 400
    assert sentence in page
    assert "<b>nieuw</b></textarea>" in page, "unescaped by `send`"
    assert stored(sqlite_world) == before
    assert "<b>nieuw" not in leiden.post(PAGE, data={"uitleg": "<b>nieuw</b>"}).text


def test_who_was_second_is_told_who_was_first(leiden: TestClient, sqlite_world: Database) -> None:
    old = version(leiden)
    send(leiden, wanneer="3 weken voor de start", opslaan="ja")
    status, page = send(leiden, titel="Iets anders", opslaan="ja", versie=old)
    assert status == 400
    assert "intussen door Team Zorg en Veiligheid veranderd" in page
    assert "3 weken voor de start" in page
    assert 'value="Iets anders"' in page
    assert stored(sqlite_world).title == "Bericht op de website"


@pytest.mark.parametrize("who", [KATWIJK, GOUDA, HLT])
def test_others_can_neither_see_nor_send_the_form(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database, who: str
) -> None:
    before = stored(sqlite_world)
    log_in(client, app, who)
    assert BOOK not in client.get("/mijn").text
    for page in (BOOK, PAGE, NEW):
        answer = client.get(page)
        assert answer.status_code == 404
        assert "Het draaiboek wijzigt de centrumgemeente" in answer.text
    for page in (PAGE, NEW):
        assert send(client, page, versie="x", opslaan="ja")[0] == 404
    assert stored(sqlite_world) == before


@pytest.mark.parametrize("role", [Role.CENTRE, Role.ADMIN])
def test_one_gemeente_changes_no_playbook_of_all(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database, role: Role
) -> None:
    """Whatever it calls its own people: Katwijk is no centrumgemeente."""
    with sqlite_world.session() as session:
        session.add(
            ContactRoleRow(contact_key="katwijk-campagnes", role=role, municipality_key="katwijk")
        )
    log_in(client, app, KATWIJK)
    assert client.get(BOOK).status_code == 404
    assert send(client, versie="x", opslaan="ja")[0] == 404


def test_the_centrumgemeente_needs_its_code(
    make_app: MakeApp, visit: Visit, log_in: LogIn, sqlite_world: Database
) -> None:
    assert sqlite_world is not None
    app = make_app()
    client = visit(app)
    log_in(client, app, LEIDEN)
    assert "Vul eerst op &#39;Mijn stappen&#39; de code" in client.get(BOOK).text
    assert send(client, versie="x", opslaan="ja")[0] == 404


def test_the_list_tells_all_of_a_step(leiden: TestClient, sqlite_world: Database) -> None:
    with sqlite_world.session() as session:
        row = session.get_one(StepRow, "website")
        row.again_days, row.colleague_days, row.centre_days = 1, 5, 9
    page = leiden.get(BOOK).text
    for said in ("na 1 werkdag: tweede", "na 5 werkdagen: collega", "na 9 werkdagen: centrum"):
        assert said in page
    assert "Er gaat iets naar inwoners" in page
    assert page.index("26 weken voor") < page.index("2 weken voor") < page.index("na het einde")
    assert leiden.get(f"{BOOK}/verzonnen").status_code == 404


def test_the_log_names_the_step(
    app: App, log_in: LogIn, leiden: TestClient, visit: Visit, administrators: None
) -> None:
    assert administrators is None
    send(leiden, wanneer="3 weken voor de start", opslaan="ja")
    beheer = visit(app)
    log_in(beheer, app, "beheer@example.nl")
    page = beheer.get("/beheer/logboek?wat=step").text
    assert "Bericht op de website" in page
    assert "de redactie heeft meer tijd nodig" in page
