"""Setting the dates of an edition: the centrumgemeente may, who works for one gemeente may not."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.playbook import Role
from campagne.domain.rota import EditionStatus
from campagne.services import audit
from campagne.services.outbox import sending
from campagne.services.planning import rounds
from campagne.store.database import Database
from campagne.store.tables import CampaignRow, ContactRoleRow, EditionRow

WEEK = "week-tegen-kindermishandeling-2026"
PAGE = f"/beheer/editie/{WEEK}"
LEIDEN = "leiden-centrum@example.nl"
KATWIJK = "katwijk-campagnes@example.nl"
GOUDA = "gouda-communicatie@example.nl"

LogIn = Callable[[TestClient, App, str], None]
MakeApp = Callable[..., App]
Visit = Callable[[App], TestClient]


@pytest.fixture
def app(make_app: MakeApp, planned: None) -> App:
    """The service with its reminders planned; nobody needs a code."""
    assert planned is None
    return make_app(second_factor=False)


def version(client: TestClient, page: str = PAGE) -> str:
    found: list[str] = re.findall(r'name="versie" value="(\w+)"', client.get(page).text)
    return found[0]


def send(client: TestClient, **changed: str) -> tuple[int, str]:
    data = {
        "wat": "move",
        "eerste": "2026-11-23",
        "laatste": "2026-11-29",
        "bron": "brief van de organisatie",
        "waarom": "de organisatie koos andere dagen",
        "versie": changed.pop("versie", "") or version(client),
        **changed,
    }
    answer = client.post(PAGE, data=data)
    return answer.status_code, answer.text


def stored(database: Database) -> tuple[date, date, EditionStatus]:
    with database.read() as session:
        row = session.get_one(EditionRow, WEEK)
        return row.first, row.last, row.status


BEFORE = (date(2026, 11, 16), date(2026, 11, 22), EditionStatus.CONFIRMED)


def test_what_a_move_does_is_shown_first_and_then_done(
    leiden: TestClient, sqlite_world: Database
) -> None:
    status, page = send(leiden)
    assert status == 200
    assert "van maandag 23 tot en met zondag 29 november 2026" in page
    moved = re.findall(r"(\d+) herinneringen komen op een andere dag", page)
    assert int(moved[0]) > 5
    assert "Verder krijgt niemand hier nu een mail over" in page
    # Everything, the campaign, four regions, seven gemeenten, and of those the steps of two roles,
    # and of two centrumgemeenten.
    assert "29 agenda" in page
    assert stored(sqlite_world) == BEFORE, "only shown"
    with sqlite_world.read() as session:
        assert audit.entries(session, limit=5) == []
    status, _ = send(leiden, opslaan="ja")
    assert status == 303
    assert stored(sqlite_world) == (
        date(2026, 11, 23),
        date(2026, 11, 29),
        EditionStatus.PROVISIONAL,
    )
    page = leiden.get(PAGE, params={"opgeslagen": "true"}).text
    assert "De wijziging is opgeslagen" in page
    assert "Datum veranderd</strong> door Team Zorg en Veiligheid" in page
    assert "“de organisatie koos andere dagen”" in page


def test_who_had_a_mail_is_counted(
    app: App, leiden: TestClient, sqlite_world: Database, clock: SetClock
) -> None:
    rounds.prepare(sqlite_world, mails=app.mails, links=app.links, clock=clock)
    sending.send_due(sqlite_world, app.channel, clock.now, owner="test")
    _, page = send(leiden)
    assert re.search(r"[1-9]\d* person\w+ krijg\w+ een mail over de wijziging", page)


def test_confirming_and_calling_off(leiden: TestClient, sqlite_world: Database) -> None:
    assert send(leiden, wat="cancel", opslaan="ja")[0] == 303
    assert stored(sqlite_world)[2] is EditionStatus.CANCELLED
    assert send(leiden, wat="confirm", opslaan="ja")[0] == 303
    assert stored(sqlite_world) == BEFORE


@pytest.mark.parametrize("before", [EditionStatus.CONFIRMED, EditionStatus.PROVISIONAL])
def test_a_cancellation_is_undone_to_what_it_was(
    leiden: TestClient, sqlite_world: Database, before: EditionStatus
) -> None:
    with sqlite_world.session() as session:
        session.get_one(EditionRow, WEEK).status = before
    assert send(leiden, wat="cancel", opslaan="ja")[0] == 303
    page = leiden.get(PAGE).text
    assert 'value="resume"' in page
    assert 'value="cancel"' not in page
    status, page = send(leiden, wat="resume")
    assert status == 200
    assert re.search(r"[1-9]\d* herinneringen komen erbij", page)
    assert send(leiden, wat="resume", opslaan="ja")[0] == 303
    assert stored(sqlite_world) == (*BEFORE[:2], before)
    assert "Gaat toch door</strong> door Team Zorg en Veiligheid" in leiden.get(PAGE).text


def test_another_theme_stands_in_the_calendars(leiden: TestClient, sqlite_world: Database) -> None:
    status, page = send(leiden, wat="theme", thema=" <i>Samen</i>  sterk ", waarom="")
    assert status == 200
    assert "&lt;i&gt;Samen&lt;/i&gt; sterk" in page
    assert "29 agenda" in page
    assert send(leiden, wat="theme", thema="Samen sterk", waarom="", opslaan="ja")[0] == 303
    assert stored(sqlite_world) == BEFORE
    assert "Samen sterk" in leiden.get("/feeds/gemeente/katwijk.ics").text


def test_what_is_so_already_is_said_and_not_noted(
    leiden: TestClient, sqlite_world: Database
) -> None:
    _, page = send(leiden, wat="confirm", bron="")
    assert "Er verandert niets" in page
    send(leiden, wat="confirm", bron="", opslaan="ja")
    with sqlite_world.read() as session:
        assert audit.entries(session, limit=5) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"wat": ""}, "Kies wat je wilt doen."),
        ({"wat": "verzonnen"}, "Kies wat je wilt doen."),
        ({"eerste": ""}, "Vul bij de eerste dag een datum in"),
        ({"laatste": "11-29-2026"}, "Vul bij de laatste dag een datum in"),
        ({"eerste": "2026-11-30"}, "Draai ze om"),
        ({"eerste": "2026-08-01", "laatste": "2026-08-02"}, "al voorbij"),
        ({"eerste": "2028-11-01", "laatste": "2028-11-02"}, "kies dagen in 2026"),
        ({"eerste": "2026-10-01", "laatste": "2029-01-01"}, "kies hoogstens"),
        ({"bron": ""}, "waar de datums vandaan komen"),
        ({"bron": "x" * 301}, "hoogstens 300"),
        ({"wat": "cancel", "waarom": ""}, "waarom de campagne niet doorgaat"),
        ({"waarom": ""}, "waarom de datum verandert"),
        ({"wat": "resume"}, "is niet afgelast"),
        ({"wat": "resume", "waarom": ""}, "waarom de campagne toch doorgaat"),
        ({"wat": "theme", "thema": "x" * 201}, "hoogstens 200"),
        ({"versie": "oud"}, "Er is niets opgeslagen"),
    ],
)
def test_a_form_that_makes_no_sense_keeps_what_was_typed(
    leiden: TestClient, sqlite_world: Database, changed: dict[str, str], sentence: str
) -> None:
    status, page = send(leiden, opslaan="ja", **{"waarom": "<b>omdat</b>", **changed})
    assert status == 400
    assert sentence in page
    assert stored(sqlite_world) == BEFORE
    if changed.get("waarom") != "":
        assert "&lt;b&gt;omdat&lt;/b&gt;" in page


def test_other_days_need_a_source_of_their_own(leiden: TestClient, sqlite_world: Database) -> None:
    assert 'name="bron" value=""' in leiden.get(PAGE).text
    status, _ = send(leiden, bron="", opslaan="ja")
    assert status == 400
    assert stored(sqlite_world) == BEFORE


def test_who_was_second_is_told_who_was_first(leiden: TestClient, sqlite_world: Database) -> None:
    old = version(leiden)
    send(leiden, opslaan="ja")
    status, page = send(leiden, wat="confirm", opslaan="ja", versie=old)
    assert status == 400
    assert "intussen door Team Zorg en Veiligheid veranderd" in page
    assert "van maandag 23 tot en met zondag 29 november 2026 (voorlopig)" in page
    assert stored(sqlite_world)[2] is EditionStatus.PROVISIONAL


@pytest.mark.parametrize("who", [KATWIJK, GOUDA])
def test_others_can_neither_see_nor_send_the_form(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database, who: str
) -> None:
    log_in(client, app, who)
    # Who does the policy of a gemeente has campaigns of its own to see to, and not this one.
    assert ("Campagnes beheren" in client.get("/mijn").text) is (who == KATWIJK)
    assert "Er zijn geen campagnes" in client.get("/beheer/edities").text
    assert client.get(PAGE).status_code == 404
    assert send(client, versie="x", opslaan="ja")[0] == 404
    assert stored(sqlite_world) == BEFORE


@pytest.mark.parametrize("role", [Role.CENTRE, Role.ADMIN])
def test_one_gemeente_sets_no_dates_for_all(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database, role: Role
) -> None:
    """Whatever it calls its own people: Katwijk is no centrumgemeente."""
    with sqlite_world.session() as session:
        session.add(
            ContactRoleRow(contact_key="katwijk-campagnes", role=role, municipality_key="katwijk")
        )
    log_in(client, app, KATWIJK)
    assert "Er zijn geen campagnes" in client.get("/beheer/edities").text
    assert client.get(PAGE).status_code == 404
    assert send(client, versie="x", opslaan="ja")[0] == 404
    assert stored(sqlite_world) == BEFORE


def test_the_centrumgemeente_needs_its_code(
    make_app: MakeApp, visit: Visit, log_in: LogIn, sqlite_world: Database
) -> None:
    app = make_app()
    client = visit(app)
    log_in(client, app, LEIDEN)
    assert client.get(PAGE).status_code == 404
    assert send(client, versie="x", opslaan="ja")[0] == 404
    assert "Vul de code in" in client.get("/beheer/edities").text
    assert stored(sqlite_world) == BEFORE


def test_a_local_campaign_is_that_of_its_own_centrumgemeente(
    app: App, log_in: LogIn, leiden: TestClient, sqlite_world: Database, visit: Visit
) -> None:
    with sqlite_world.session() as session:
        campaign = session.get_one(CampaignRow, "week-tegen-kindermishandeling")
        campaign.region_key = "midden-holland"
        session.add(
            ContactRoleRow(
                contact_key="gouda-communicatie", role=Role.CENTRE, municipality_key="gouda"
            )
        )
    assert leiden.get(PAGE).status_code == 404
    gouda = visit(app)
    log_in(gouda, app, GOUDA)
    assert gouda.get(PAGE).status_code == 200


def test_who_leads_stands_in_the_rota_of_the_year(leiden: TestClient) -> None:
    link = 'href="/rooster/duin-en-bollenstreek/2026"'
    assert link in leiden.get(PAGE).text
    assert link not in leiden.get("/beheer/editie/orange-the-world-2026").text


def test_all_editions_to_come_are_listed(leiden: TestClient) -> None:
    page = leiden.get("/beheer/edities").text
    assert "Orange the World 2026" in page
    assert "Campagnes beheren" in leiden.get("/mijn").text
    assert leiden.get("/beheer/editie/verzonnen").status_code == 404
