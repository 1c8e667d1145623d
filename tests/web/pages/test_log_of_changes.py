"""The log of changes: who may read it, and that it can be searched and taken along."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.services import audit, managed_log
from campagne.services.audit import Author
from campagne.store.database import Database
from campagne.store.tables import CampaignRow, DeliveryRow
from campagne.web.access import ACCESS
from campagne.web.pages.log_of_changes import address_of

LOG, EXPORT = "/beheer/logboek", "/beheer/logboek.csv"
BEHEER = "beheer@example.nl"
BEHEER_GOUDA = "beheer-gouda@example.nl"
KATWIJK = "katwijk-campagnes@example.nl"
WEEK = ("edition", "week-tegen-kindermishandeling-2026")
NOW = datetime(2026, 9, 7, 6, tzinfo=UTC)

LogIn = Callable[[TestClient, App, str], None]
MakeApp = Callable[..., App]
Visit = Callable[[App], TestClient]
Statements = Callable[[Database], AbstractContextManager[list[str]]]


@pytest.fixture
def app(make_app: MakeApp, administrators: None) -> App:
    """The service with the people who manage; nobody needs a code."""
    assert administrators is None
    return make_app(second_factor=False)


def note(
    database: Database,
    of: tuple[str, str] = WEEK,
    *,
    by: str = "Centrum Leiden",
    why: str = "zomaar",
    at: datetime = NOW,
) -> None:
    with database.session() as session:
        audit.record(
            session,
            Author(by),
            "data bevestigd",
            of=of,
            before={"status": "voorlopig"},
            after={"status": "bevestigd"},
            why=why,
            now=at,
        )


def whys(client: TestClient, **chosen: str) -> list[str]:
    page = client.get(LOG, params=chosen)
    assert page.status_code == 200
    return re.findall(r'data-label="Waarom">([^<]*)<', page.text)


def a_mail(database: Database, contact: str) -> int:
    with database.session() as session:
        row = DeliveryRow(
            key=contact,
            message_id=f"<{contact}@example.nl>",
            kind=MessageKind.CONFIRMATION,
            contact_key=contact,
            sender="campagne@example.nl",
            recipient=f"{contact}@example.nl",
            subject=f"Voor {contact}",
            state=DeliveryState.ACCEPTED,
            next_at=NOW,
            created_at=NOW,
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def test_only_what_is_of_the_own_gemeenten_is_there(
    app: App, beheer: TestClient, sqlite_world: Database, visit: Visit, log_in: LogIn
) -> None:
    with sqlite_world.session() as session:
        session.get_one(CampaignRow, "week-tegen-kindermishandeling").region_key = "midden-holland"
    note(sqlite_world, why="van Gouda")
    note(sqlite_world, ("edition", "orange-the-world-2026"), why="van iedereen")
    for contact in ("katwijk-campagnes", "gouda-communicatie"):
        note(sqlite_world, ("contact", contact), why=f"persoon {contact}")
        note(sqlite_world, ("delivery", str(a_mail(sqlite_world, contact))), why=f"mail {contact}")
    for region in ("holland-rijnland", "midden-holland"):
        note(sqlite_world, ("region", region), why=f"tekst van {region}")
    note(sqlite_world, ("verzonnen", "iets"), why="van niemand")
    assert whys(beheer) == [
        "tekst van holland-rijnland",
        "mail katwijk-campagnes",
        "persoon katwijk-campagnes",
        "van iedereen",
    ]
    page = beheer.get(LOG).text
    assert "Orange the World 2026</a>" in page
    assert "De regio Holland Rijnland</a>" in page
    assert "Voor katwijk-campagnes (katwijk-campagnes@example.nl)</a>" in page
    assert "Communicatie en beleid Katwijk" in page
    assert "Gouda" not in beheer.get(EXPORT).text
    gouda = visit(app)
    log_in(gouda, app, BEHEER_GOUDA)
    assert whys(gouda) == [
        "tekst van midden-holland",
        "mail gouda-communicatie",
        "persoon gouda-communicatie",
        "van iedereen",
        "van Gouda",
    ]


def test_each_line_leads_to_what_was_changed(beheer: TestClient, sqlite_world: Database) -> None:
    note(sqlite_world, ("rota_entry", "duin-en-bollenstreek-2027"))
    note(sqlite_world, ("edition", "orange-the-world-2026"))
    note(sqlite_world, ("contact", "katwijk-campagnes"))
    note(sqlite_world, ("region", "holland-rijnland"))
    links = re.findall(r'class="table__step"><a href="([^"]+)">', beheer.get(LOG).text)
    assert len(links) == 4
    assert [beheer.get(link).status_code for link in links] == [200] * 4, links


def test_a_long_text_is_folded(beheer: TestClient, sqlite_world: Database) -> None:
    with sqlite_world.session() as session:
        audit.record(
            session,
            Author("Centrum Leiden"),
            "tekst gewijzigd",
            of=WEEK,
            before={"tekst": "oud " * 100, "thema": ""},
            after={"tekst": "nieuw " * 100, "thema": "Samen"},
            why="",
            now=NOW,
        )
    page = beheer.get(LOG).text
    assert "<summary>Tekst: een lange tekst</summary>" in page
    assert "<p>Thema: leeg → Samen</p>" in page


@pytest.mark.parametrize("kind", managed_log.KINDS)
def test_there_is_a_page_of_each_kind(kind: str) -> None:
    path = address_of(kind, "duin-en-bollenstreek-2027-2", 2026).partition("?")[0]
    patterns = (re.sub(r"\{[^}]+\}", "[^/]+", route) for route in ACCESS)
    assert any(re.fullmatch(pattern, path) for pattern in patterns), path


def test_who_does_not_manage_finds_nothing(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database
) -> None:
    note(sqlite_world)
    log_in(client, app, KATWIJK)
    assert LOG not in client.get("/mijn").text
    assert client.get(LOG).status_code == 404
    assert client.get(EXPORT).status_code == 404


def test_without_a_code_there_is_nothing(
    make_app: MakeApp, administrators: None, visit: Visit, log_in: LogIn, sqlite_world: Database
) -> None:
    assert administrators is None
    note(sqlite_world)
    app = make_app()
    client = visit(app)
    log_in(client, app, BEHEER)
    for path in (LOG, EXPORT):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "de code uit je app" in answer.text


def test_it_is_searched_by_who_what_and_when(beheer: TestClient, sqlite_world: Database) -> None:
    assert LOG in beheer.get("/mijn").text
    assert "Er is nog niets veranderd." in beheer.get(LOG).text
    note(sqlite_world, by="<b>Anna</b>", why="een")
    note(sqlite_world, ("contact", "katwijk-campagnes"), by="Bert", why="twee")
    # A quarter past midnight on 9 September in Amsterdam.
    note(sqlite_world, why="drie", at=datetime(2026, 9, 8, 22, 15, tzinfo=UTC))
    assert whys(beheer) == ["drie", "twee", "een"]
    assert whys(beheer, wie="anna") == ["een"]
    assert whys(beheer, wie="%") == []
    assert whys(beheer, wat="contact") == ["twee"]
    assert whys(beheer, wat="verzonnen") == ["drie", "twee", "een"]
    assert whys(beheer, van="2026-09-09") == ["drie"]
    assert whys(beheer, tot="2026-09-08") == ["twee", "een"]
    assert whys(beheer, van="2026-09-07", tot="2026-09-07") == ["twee", "een"]
    assert whys(beheer, van="2027-01-01") == []
    page = beheer.get(LOG).text
    assert "&lt;b&gt;Anna&lt;/b&gt;" in page
    assert "Status: voorlopig → bevestigd" in page


@pytest.mark.parametrize(
    "chosen",
    [
        {"van": "gisteren"},
        {"tot": "9999-12-31"},
        {"van": "0001-01-01"},
        {"van": "2026-09-08", "tot": "2026-09-07"},
        {"wie": "x" * 201},
        {"wie": "a\0"},
    ],
)
def test_what_makes_no_sense_is_told(beheer: TestClient, chosen: dict[str, str]) -> None:
    for path, told in ((LOG, 'role="alert"'), (EXPORT, "Dit klopt niet")):
        answer = beheer.get(path, params=chosen)
        assert answer.status_code == 400
        assert told in answer.text


def test_a_long_log_is_paged_and_needs_no_more_statements(
    app: App, beheer: TestClient, sqlite_world: Database, statements: Statements
) -> None:
    mail = str(a_mail(sqlite_world, "katwijk-campagnes"))
    for of in (WEEK, ("contact", "katwijk-campagnes"), ("delivery", mail)):
        note(sqlite_world, of, by="Anna")
    with statements(app.database) as few:
        assert len(whys(beheer)) == 3
    for number in range(60):
        note(sqlite_world, by="Anna", why=str(number), at=NOW + timedelta(minutes=number))
    with statements(app.database) as many:
        newest = beheer.get(LOG, params={"wie": "Anna"}).text
    assert len(many) == len(few)
    assert newest.count("<tr>") == 51
    link = re.findall(r'href="([^"]+)">Oudere', newest)[0].replace("&amp;", "&")
    older = beheer.get(link).text
    assert older.count("<tr>") == 14
    assert "Nieuwere wijzigingen" in older
    assert "Oudere wijzigingen" not in older
    for page in ("0", "-1", "99999999999999999999"):
        assert beheer.get(LOG, params={"pagina": page}).status_code == 404


def test_it_is_taken_along_whole_and_nothing_in_it_is_run(
    beheer: TestClient, sqlite_world: Database
) -> None:
    for number in range(60):
        note(sqlite_world, by="Anna", why=f"=reden; {number}")
    note(sqlite_world, by="Bert")
    link = re.findall(r'href="([^"]+)">Download', beheer.get(LOG, params={"wie": "Anna"}).text)[0]
    answer = beheer.get(link)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="logboek.csv"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 61
    assert rows[1] == [
        "2026-09-07 08:00",
        "Anna",
        "data bevestigd",
        "campagnes",
        "Week tegen Kindermishandeling 2026",
        WEEK[1],
        "status: voorlopig → bevestigd",
        "'=reden; 59",
    ]
