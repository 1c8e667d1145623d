"""Making, making anew and withdrawing the address of my own calendar feed."""

import logging
import re
from collections.abc import Callable
from datetime import time

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock

HLT = "hltsamen-communicatie"
PAGE = "/mijn/agenda"
ADDRESS = re.compile(r'value="http://127\.0\.0\.1:8000(/feeds/persoonlijk/([\w-]{43})\.ics[^"]*)"')

LogIn = Callable[[TestClient, App, str], None]


@pytest.fixture
def hlt(app: App, client: TestClient, log_in: LogIn) -> TestClient:
    """A browser in which HLTsamen is logged in."""
    log_in(client, app, f"{HLT}@example.nl")
    return client


def make(client: TestClient, **chosen: str) -> tuple[str, str]:
    """Make the feed; return its path and its token."""
    answer = client.post(PAGE, data={"wat": "maak", **chosen})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = ADDRESS.search(answer.text)
    assert found is not None
    return found[1].replace("&amp;", "&"), found[2]


def test_the_address_is_shown_once_and_works_without_a_log_in(
    hlt: TestClient, clock: SetClock
) -> None:
    page = hlt.get(PAGE).text
    assert "Maak mijn agendalink" in page
    assert "Je hebt een agendalink" not in page
    path, token = make(hlt, toon="stappen", melding="ja", terug="0")
    assert path.endswith("?toon=stappen&melding=ja&terug=0")
    clock.move_to(clock.today(), time(9, 0))
    page = hlt.get(PAGE).text
    assert token not in page
    assert "Gemaakt op" in page
    hlt.cookies.clear()
    feed = hlt.get(path, headers={"accept": "text/calendar"})
    assert feed.status_code == 200
    assert feed.text.count("BEGIN:VALARM") == feed.text.count("BEGIN:VEVENT") == 4
    assert "set-cookie" not in feed.headers


def test_a_new_one_ends_the_old_one_at_once(hlt: TestClient) -> None:
    old, _ = make(hlt)
    new, _ = make(hlt)
    assert "SUMMARY:Agendalink ingetrokken" in hlt.get(old).text
    assert "Agendalink ingetrokken" not in hlt.get(new).text
    answer = hlt.post(PAGE, data={"wat": "trek-in"})
    assert answer.status_code == 303
    assert "Je agendalink is ingetrokken" in hlt.get(answer.headers["location"]).text
    assert "SUMMARY:Agendalink ingetrokken" in hlt.get(new).text
    assert hlt.post(PAGE, data={"wat": "trek-in"}).status_code == 303


@pytest.mark.parametrize(
    "sent", [{}, {"wat": "anders"}, {"wat": "maak", "toon": "veel"}, {"wat": "maak", "terug": "9"}]
)
def test_what_no_button_sends_changes_nothing(hlt: TestClient, sent: dict[str, str]) -> None:
    answer = hlt.post(PAGE, data=sent)
    assert answer.status_code == 400
    assert "Kies een van de" in answer.text
    assert "Je hebt een agendalink" not in hlt.get(PAGE).text


def test_it_is_among_what_is_stored_about_me(hlt: TestClient) -> None:
    _, token = make(hlt)
    stored = hlt.get("/mijn/gegevens.json")
    (row,) = stored.json()["Je agendalink, waarvan we het adres niet bewaren"]
    assert row["gemaakt op"].startswith("2026-09-07")
    assert token not in stored.text


def test_the_token_stands_in_no_log(hlt: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    path, token = make(hlt)
    for method, address in (
        ("GET", path),
        ("GET", path.replace(".ics", "")),
        ("GET", f"{path}/"),
        ("POST", path),
        ("GET", f"/feeds/persoonlijk/{token}x.ics"),
        ("GET", f"{path}?toon=veel"),
    ):
        hlt.request(method, address)
    hlt.get(path, headers={"host": "evil.example.org"})
    assert "/feeds/persoonlijk/..." in caplog.text
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("campagne")]
    assert ours
    assert not any(token in one for one in ours)


def test_a_feed_that_is_not_there_leads_people_on(hlt: TestClient) -> None:
    answer = hlt.get("/feeds/gemeente/atlantis.ics", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert 'href="/abonneren">Kies een agenda</a>' in answer.text
