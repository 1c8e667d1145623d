"""The whole application: its health, its faults, and what holds for every page."""

import logging
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from campagne.store import tables
from campagne.store.database import Database
from campagne.web.security import BODY_LIMIT

WEEK = "/editie/week-tegen-kindermishandeling-2026"
PAGES = [
    "/",
    "/jaar/2026",
    "/jaar/2026?gemeente=katwijk",
    "/route",
    WEEK,
    f"{WEEK}?gemeente=katwijk",
    "/abonneren",
    "/help",
    "/toegankelijkheid",
    "/privacy",
    "/status",
    "/abonneren?agenda=gemeente/katwijk",
    "/postvak",
    "/niet-hier",
]


class Outline(HTMLParser):
    """What of a page matters here: its headings, its attributes, its ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.landmarks: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        given = {name: value or "" for name, value in attrs}
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in given:
            self.ids.append(given["id"])
        if tag in ("header", "nav", "main", "footer"):
            self.landmarks.append(tag)
        if "src" in given:
            self.loaded.append(given["src"])
        if tag == "link" and given["rel"] != "alternate":
            self.loaded.append(given["href"])
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        is_data = given.get("type") == "application/ld+json"  # which no browser runs
        if tag == "style" or (tag == "script" and "src" not in given and not is_data):
            self.inline.append(tag)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole(client: TestClient, path: str) -> None:
    """Dutch, one main heading, headings in order, nothing inline, nothing from elsewhere."""
    answer = client.get(path)
    assert answer.status_code == (404 if path == "/niet-hier" else 200)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="nl" ' in answer.text
    page = Outline(answer.text)
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)
    assert len(page.ids) == len(set(page.ids))
    assert page.inline == []
    assert page.loaded
    assert all(one.startswith("/static/") for one in page.loaded)
    assert {"header", "nav", "main", "footer"} <= set(page.landmarks)
    assert 'href="#inhoud"' in answer.text


@pytest.mark.parametrize("path", [*PAGES, "/static/campagne.css", "/feeds/alles.ics", "/livez"])
def test_every_answer_has_the_headers(client: TestClient, path: str) -> None:
    """Files, feeds and faults too."""
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_the_style_sheet_and_the_script_are_there(client: TestClient) -> None:
    """Under the addresses that the pages name, without anything from elsewhere in them."""
    page = Outline(client.get("/").text)
    for address in page.loaded:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "@import" not in answer.text
        assert "url(http" not in answer.text


@pytest.mark.parametrize("part", ["bytes=5-1", "bytes=0-9", "bytes=99999999-", "lines=1", "x"])
def test_a_file_is_given_whole(client: TestClient, part: str) -> None:
    """Also to who asks for a part that does not exist."""
    whole = client.get("/static/campagne.css")
    answer = client.get("/static/campagne.css", headers={"range": part})
    assert (answer.status_code, answer.content) == (200, whole.content)


def test_health(client: TestClient) -> None:
    """Alive and ready are different things, but here both hold."""
    assert client.get("/livez").text == "ok\n"
    assert client.get("/readyz").text == "ok\n"


def test_not_ready_without_a_database(client: TestClient, sqlite_world: Database) -> None:
    """A load balancer then sends nobody here; a page says so in Dutch."""
    _break(sqlite_world)
    assert client.get("/livez").status_code == 200
    for path in ("/readyz", "/"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "30"
        assert "De gegevens zijn even niet bereikbaar" in answer.text
        assert re.search(r"[Nn]ummer(: | door: )[0-9a-f]{8}", answer.text)
        assert "no such table" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/niet-hier", 404, "Deze pagina bestaat niet"),
        ("GET", "/jaar/1999", 404, "Het jaar 1999 staat niet in de campagnekalender"),
        ("GET", "/jaar/99999999999999999999999", 404, "staat niet in de campagnekalender"),
        ("GET", "/jaar/morgen", 404, "Deze pagina bestaat niet"),
        ("GET", "/jaar/2026?gemeente=assen", 404, "De gemeente 'assen' bestaat niet."),
        ("GET", "/jaar/2026?gemeente=%00", 404, "Kijk de schrijfwijze na."),
        ("GET", "/jaar/2026?gemeente=kattwijk", 404, "Bedoel je katwijk?"),
        ("GET", "/?regio=friesland", 404, "De regio 'friesland' bestaat niet."),
        ("GET", "/?regio=midden-holland&gemeente=katwijk", 400, "ligt niet in Midden-Holland"),
        ("GET", "/editie/nacht-2026", 404, "De editie 'nacht-2026' bestaat niet."),
        ("GET", f"{WEEK}?gemeente=assen", 404, "De gemeente 'assen' bestaat niet."),
        ("GET", "/route?regio=friesland", 404, "De regio 'friesland' bestaat niet."),
        ("GET", "/abonneren?agenda=gemeente/assen", 404, "Deze agenda bestaat niet"),
        ("GET", "/postvak?pagina=twee", 400, "Ga terug en kies opnieuw"),
        ("GET", "/feeds/gemeente/assen.ics", 404, "Deze agenda bestaat niet (meer)"),
        ("GET", "/static/niets.css", 404, "Deze pagina bestaat niet"),
        ("GET", "/static/../app.py", 404, "Deze pagina bestaat niet"),
        ("GET", "/route/", 404, "Deze pagina bestaat niet"),
        ("GET", "/static", 404, "Deze pagina bestaat niet"),
        ("GET", "/docs", 404, "Deze pagina bestaat niet"),
        ("GET", "/openapi.json", 404, "Deze pagina bestaat niet"),
        ("POST", "/", 405, "alleen bekijken"),
        ("DELETE", "/route", 405, "alleen bekijken"),
    ],
)
def test_a_fault_is_a_dutch_page_or_a_line_of_text(
    client: TestClient, method: str, path: str, status: int, sentence: str
) -> None:
    """A page for a browser, a line for a program."""
    page = client.request(method, path)
    assert page.status_code == status
    assert sentence in unescape(page.text)
    assert '<html lang="nl" ' in page.text
    assert page.headers["cache-control"] == "no-store"
    if path.startswith("/feeds/"):
        return  # a calendar program gets the answer of the feeds
    line = client.request(method, path, headers={"accept": "application/json"})
    assert line.status_code == status
    assert line.headers["content-type"] == "text/plain; charset=utf-8"
    assert sentence in line.text
    assert line.text.count("\n") == 1


@pytest.mark.parametrize(
    "path",
    ["/feeds/gemeente/katwijk", "/feeds/gemeente/katwijk.ics/", "/feeds/gemeente/assen.atom"],
)
def test_a_calendar_program_gets_a_line_for_any_address_of_feeds(
    client: TestClient, path: str
) -> None:
    """It reads anything, or so it says: only a browser asks for HTML by name."""
    line = client.get(path, headers={"accept": "*/*"})
    assert line.status_code == 404
    assert line.headers["content-type"] == "text/plain; charset=utf-8"
    assert client.get(path).text.startswith("<!DOCTYPE html>")


def test_a_defect_gets_a_number_that_is_in_the_log(
    client: TestClient, sqlite_world: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody sees the defect itself; who keeps the service finds it by its number."""
    with sqlite_world.session() as session:
        session.get_one(tables.CampaignRow, "orange-the-world").rule = {"kind": "zelfbedacht"}
    with caplog.at_level(logging.ERROR, "campagne.web"):
        answer = client.get("/")
    assert answer.status_code == 500
    found = re.search(r"nummer door aan de beheerder: ([0-9a-f]{8})\.", answer.text)
    assert found is not None
    (record,) = [one for one in caplog.records if one.name == "campagne.web"]
    assert found[1] in record.getMessage()
    assert record.exc_info is not None
    assert "Traceback" not in answer.text
    assert "zelfbedacht" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/niet-hier", 404),
        ("GET", "/jaar/99999", 404),
        ("GET", "/postvak?pagina=twee", 400),
        ("POST", "/", 405),
    ],
)
def test_a_refusal_has_a_number_that_is_in_the_log(
    client: TestClient, caplog: pytest.LogCaptureFixture, method: str, path: str, status: int
) -> None:
    """Of the address only the path: a token or a choice stays out."""
    with caplog.at_level(logging.INFO, "campagne.web.refusals"):
        answer = client.request(method, path)
    found = re.search(r"Geef dan dit nummer door: ([0-9a-f]{8})\.", answer.text)
    assert found is not None
    told = [one.getMessage() for one in caplog.records if one.name == "campagne.web.refusals"]
    assert told == [f"refused {found[1]}: {status} {method} {path.partition('?')[0]}"]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/inloggen/geheim", "/inloggen/..."),
        ("/evaluatie/geheim", "/evaluatie/..."),
        ("/antwoord/geheim/acties/katwijk", "/antwoord/..."),
        ("/feeds/persoonlijk/geheim.ics/", "/feeds/persoonlijk/..."),
        ("/feeds//Persoonlijk//geheim.ics", "/feeds//Persoonlijk//..."),
        ("/kalender%5Cfeeds/persoonlijk/geheim%0A.ics", "/kalender\\feeds/persoonlijk/..."),
        # Encoded again by a gateway; this client decodes once more than a server does.
        ("/antwoord%25252Fgeheim", "/antwoord%2F..."),
        ("/proxy%25252Fantwoord%2525252fgeheim", "/proxy%2Fantwoord%252f..."),
        ("/feeds%25255CPersoonlijk%25252F%25252Fgeheim.ics", "/feeds%5CPersoonlijk%2F%2F..."),
        ("/a%0Arefused 00000000: 404 GET /b", "'/a\\nrefused 00000000: 404 GET /b'"),
        ("/" + "x" * 4000, "/" + "x" * 199),
    ],
)
def test_what_a_stranger_asks_for_is_one_short_line_of_the_log(
    client: TestClient, caplog: pytest.LogCaptureFixture, path: str, shown: str
) -> None:
    with caplog.at_level(logging.INFO, "campagne.web.refusals"):
        assert client.get(path).status_code in {404, 405}
    (record,) = [one for one in caplog.records if one.name == "campagne.web.refusals"]
    assert record.getMessage().endswith(f" GET {shown}")


def test_too_large_a_form_is_refused_in_dutch(client: TestClient) -> None:
    """Also when its length is not declared."""

    def chunks() -> list[bytes]:
        return [b"naam=" + b"x" * BODY_LIMIT, b"y" * 10]

    for answer in (
        client.post("/antwoord/iets", data={"naam": "x" * BODY_LIMIT}),
        client.post(
            "/antwoord/iets",
            content=iter(chunks()),
            headers={"content-type": "application/x-www-form-urlencoded"},
        ),
    ):
        assert answer.status_code == 413
        assert "Maak de tekst of het bestand kleiner" in answer.text
        assert '<html lang="nl" ' in answer.text


def test_looking_by_head_is_answered(client: TestClient) -> None:
    """Programs that check links ask that way."""
    for path in ("/", "/route", WEEK, "/abonneren", "/postvak", "/livez"):
        assert client.head(path).status_code == 200


def _break(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("ALTER TABLE region RENAME TO weg")
        connection.exec_driver_sql("ALTER TABLE data_version RENAME TO ook_weg")
        # Else what was kept of the tables before can still be told.
        connection.exec_driver_sql("ALTER TABLE table_stamp RENAME TO nog_weg")
