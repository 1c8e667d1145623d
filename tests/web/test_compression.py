"""Pages that anyone may see are compressed; what has something secret in it never is."""

import gzip

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.web.access import ACCESS, Access
from tests.web.conftest import LogIn

EDITION = "week-tegen-kindermishandeling-2026"
PLACES = {
    "{year:int}": "2026",
    "{region}": "duin-en-bollenstreek",
    "/editie/{key}": f"/editie/{EDITION}",
    "/beheer/editie/{key}": f"/beheer/editie/{EDITION}",
    "{name}": "herinnering",
    "{number:int}": "1",
}
PUBLIC = ["/", "/jaar/2026?gemeente=katwijk", "/route", f"/editie/{EDITION}", "/abonneren"]


def coding(client: TestClient, path: str, accepted: str = "gzip, br") -> str | None:
    return client.get(path, headers={"accept-encoding": accepted}).headers.get("content-encoding")


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_comes_smaller(client: TestClient, path: str) -> None:
    """With the same words in it, and a word for caches that it comes in two ways."""
    plain = client.get(path, headers={"accept-encoding": "identity"})
    squeezed = client.get(path, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert squeezed.headers["content-encoding"] == "gzip"
    assert squeezed.text == plain.text
    assert int(squeezed.headers["content-length"]) < len(plain.content) / 2
    assert int(squeezed.headers["content-length"]) == len(gzip.compress(plain.content, 6))
    for answer in (plain, squeezed):
        assert "accept-encoding" in answer.headers["vary"].lower()


def test_what_has_a_token_or_a_person_in_it_goes_as_it_is(
    app: App, client: TestClient, log_in: LogIn
) -> None:
    """Every page behind a log-in, the page to log in, and refusals."""
    log_in(client, app, "katwijk-campagnes@example.nl")
    for route in (path for path, access in ACCESS.items() if access is Access.LOGGED_IN):
        address = route
        for place, value in PLACES.items():
            address = address.replace(place, value)
        assert coding(client, address) is None, route
    assert coding(client, "/inloggen?naar=/mijn") is None
    assert coding(client, "/stap/verzonnen") is None
    assert coding(client, "/rooster/duin-en-bollenstreek/2026") is None, "seen by somebody"


def test_what_is_no_page_is_left_alone(client: TestClient) -> None:
    """Feeds are never compressed, pictures and small answers need not be."""
    for path in ("/feeds/alles.ics", "/jaar/2026/planner.svg", "/livez"):
        assert coding(client, path) is None
    assert coding(client, "/rooster/duin-en-bollenstreek/2026") == "gzip"
