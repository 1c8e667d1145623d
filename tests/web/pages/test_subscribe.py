"""The page that explains how to subscribe."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App


def test_every_feed_can_be_chosen(client: TestClient) -> None:
    """And the steps stand there before one is."""
    html = client.get("/abonneren").text
    for value in ("gemeente/katwijk", "regio/holland-rijnland", "campagne/orange-the-world"):
        assert f'<option value="{value}">' in html
    assert "Google Agenda" in html
    assert "8 tot 24 uur" in html
    assert 'id="adres"' not in html


def test_a_chosen_feed_has_links_that_work(
    make_app: Callable[..., App], visit: Callable[[App], TestClient]
) -> None:
    """To copy, for the calendar of the machine, and for Outlook of an organisation."""
    client = visit(make_app(base_url="https://campagne.example.nl"))
    html = client.get("/abonneren?agenda=gemeente/katwijk").text
    address = "https://campagne.example.nl/feeds/gemeente/katwijk.ics"
    assert f'value="{address}"' in html
    assert 'href="webcal://campagne.example.nl/feeds/gemeente/katwijk.ics"' in html
    assert "addfromweb?url=https%3A%2F%2Fcampagne.example.nl%2Ffeeds%2Fgemeente%2Fkatwijk" in html
    assert '<option value="gemeente/katwijk" selected>' in html
    assert "alleen op deze computer" not in html
    assert client.get(address).headers["content-type"] == "text/calendar; charset=utf-8"


def test_on_a_machine_of_your_own_the_page_says_who_cannot_reach_it(client: TestClient) -> None:
    """Google and Outlook on the web fetch a feed from elsewhere."""
    html = client.get("/abonneren?agenda=gemeente/katwijk").text
    assert "draait nu alleen op deze computer" in html
    assert "Open in de agenda van dit apparaat" in html
    assert "addfromweb" not in html


@pytest.mark.parametrize("page", ["/jaar/2026", "/editie/orange-the-world-2026"])
def test_from_a_page_of_a_gemeente_its_calendar_is_chosen(client: TestClient, page: str) -> None:
    """In the menu and at the foot; from other pages people choose one."""
    link = 'href="/abonneren?agenda=gemeente/katwijk"'
    assert client.get(f"{page}?gemeente=katwijk").text.count(link) == 2
    assert client.get(page).text.count('href="/abonneren"') == 2
