"""The planner of a year, as a browser asks for it."""

from html import unescape
from importlib import util

import pytest
from starlette.testclient import TestClient

from campagne.documents import pressing


@pytest.mark.parametrize(
    ("form", "media", "start"),
    [
        ("pdf", "application/pdf", b"%PDF"),
        ("png", "image/png", b"\x89PNG"),
        ("svg", "image/svg+xml", b"<svg"),
    ],
)
def test_each_form(client: TestClient, form: str, media: str, start: bytes) -> None:
    answer = client.get(f"/jaar/2026/planner.{form}?gemeente=katwijk")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media
    assert answer.content.startswith(start)
    assert answer.headers["cache-control"] == "private, no-cache"
    name = f"campagnes-2026-katwijk-{'a4' if form == 'pdf' else 'a3'}.{form}"
    place = "attachment" if form == "pdf" else "inline"
    assert answer.headers["content-disposition"] == f'{place}; filename="{name}"'
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_who_has_it_gets_nothing(client: TestClient) -> None:
    first = client.get("/jaar/2026/planner.svg")
    tag = first.headers["etag"]
    again = client.get("/jaar/2026/planner.svg", headers={"if-none-match": f'"x", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    other = client.get("/jaar/2026/planner.svg?formaat=a4", headers={"if-none-match": tag})
    assert other.status_code == 200
    assert client.head("/jaar/2026/planner.svg").headers["etag"] == tag


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/jaar/99999/planner.pdf", 404, "Het jaar 99999 staat niet in de campagnekalender"),
        ("/jaar/2026/planner.pdf?formaat=a0", 400, "Het formaat 'a0' bestaat niet."),
        ("/jaar/2026/planner.pdf?gemeente=assen", 404, "De gemeente 'assen' bestaat niet."),
        ("/jaar/2026/planner.svg?regio=%00", 404, "Kijk de schrijfwijze na."),
        ("/jaar/2026/planner.doc", 404, "Deze pagina bestaat niet"),
    ],
)
def test_a_fault_is_a_dutch_page(client: TestClient, path: str, status: int, sentence: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert sentence in unescape(answer.text)


def test_the_page_of_the_year_leads_to_it(client: TestClient) -> None:
    """For the gemeente that is chosen there."""
    html = client.get("/jaar/2026?gemeente=katwijk").text
    for address in (
        "planner.pdf?formaat=a4&amp;gemeente=katwijk",
        "planner.pdf?formaat=a3&amp;gemeente=katwijk",
        "planner.png?gemeente=katwijk",
        "planner.svg?gemeente=katwijk",
    ):
        assert f'href="/jaar/2026/{address}"' in html
        assert client.head(f"/jaar/2026/{unescape(address)}").status_code == 200


def test_where_the_packages_are_missing_the_svg_still_works(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = util.find_spec
    gone = {"typst", "resvg_py"}
    monkeypatch.setattr(pressing, "find_spec", lambda name: None if name in gone else find(name))
    html = unescape(client.get("/jaar/2026").text)
    assert "planner.pdf" not in html
    assert "planner.png" not in html
    assert "pip install 'campagne[documenten]'" in html
    answer = client.get("/jaar/2026/planner.pdf")
    assert answer.status_code == 501
    assert "pip install 'campagne[documenten]'" in unescape(answer.text)
    assert client.get("/jaar/2026/planner.svg").status_code == 200
