"""The page that explains how to subscribe."""

import re
from collections.abc import Callable
from html import unescape

import pytest
import segno
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.web.calendar_guides import GUIDES

HOST = "https://campagne.example.nl"


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


@pytest.fixture
def public(make_app: Callable[..., App], visit: Callable[[App], TestClient]) -> TestClient:
    """A browser at a service that others can reach."""
    return visit(make_app(base_url=HOST))


@pytest.mark.parametrize(
    ("query", "feed"),
    [
        ("agenda=alles/alles", "alles.ics"),
        ("agenda=regio/holland-rijnland", "regio/holland-rijnland.ics"),
        ("agenda=gemeente/katwijk&stappen=", "gemeente/katwijk.ics"),
        ("agenda=gemeente/katwijk&stappen=communicatie", "communicatie/katwijk.ics"),
        ("agenda=gemeente/leiden&stappen=centrum", "centrum/leiden.ics"),
        ("agenda=beleid/katwijk", "beleid/katwijk.ics"),
        (
            "agenda=gemeente/katwijk&stappen=beleid&toon=stappen&melding=ja&terug=0&vooruit=2",
            "beleid/katwijk.ics?toon=stappen&amp;melding=ja&amp;terug=0&amp;vooruit=2",
        ),
        (
            "agenda=gemeente/katwijk&toon=alles&melding=nee&terug=1&vooruit=alles",
            "gemeente/katwijk.ics",
        ),
        # Without steps there would be nothing in it.
        ("agenda=gemeente/katwijk&toon=stappen", "gemeente/katwijk.ics"),
    ],
)
def test_what_is_chosen_stands_in_the_address(public: TestClient, query: str, feed: str) -> None:
    """And the feed is there; every choice is kept in the form."""
    html = public.get(f"/abonneren?{query}").text
    assert f'value="{HOST}/feeds/{feed}"' in html
    assert public.get(unescape(f"/feeds/{feed}")).status_code == 200
    assert "Die stappen zijn er niet" not in html
    (atom,) = re.findall(r'<a href="(/feeds/[^"]+\.atom)">', html)
    assert public.get(atom).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "agenda=regio/holland-rijnland&stappen=beleid",
        "agenda=gemeente/katwijk&stappen=centrum",
        "agenda=gemeente/katwijk&stappen=gemeente",
        "agenda=alles/alles&stappen=alles",
        f"agenda=gemeente/katwijk&stappen={'x' * 4000}",  # more than a QR code can hold
    ],
)
def test_steps_that_are_not_there_are_told(public: TestClient, query: str) -> None:
    html = public.get(f"/abonneren?{query}").text
    assert "Die stappen zijn er niet voor deze keuze" in html
    chosen = query.removeprefix("agenda=").partition("&")[0].removeprefix("alles/")
    assert f'value="{HOST}/feeds/{chosen}.ics"' in html


@pytest.mark.parametrize("query", ["agenda=x", "agenda=gemeente/assen", "stappen=%00", "toon=veel"])
def test_what_nobody_can_choose_is_no_defect(public: TestClient, query: str) -> None:
    assert public.get(f"/abonneren?{query}").status_code in {200, 400, 404}


def test_a_phone_opens_the_same_page_by_its_camera(public: TestClient) -> None:
    """Not the calendar itself: what a phone does with that address differs."""
    query = "agenda=gemeente%2Fkatwijk&stappen=beleid&melding=ja"
    html = public.get(f"/abonneren?{query}").text
    (picture,) = re.findall(r'<img class="scan__code" src="([^"]+)"', html)
    page = f"{HOST}/abonneren?{query}"
    assert unescape(picture) == segno.make_qr(page).svg_data_uri(
        scale=4, border=4, dark="#000", light="#fff", svgns=True
    )
    assert "img-src 'self' data:" in public.get("/abonneren").headers["content-security-policy"]


def test_the_other_calendars_have_their_links(public: TestClient) -> None:
    html = public.get("/abonneren?agenda=gemeente/katwijk").text
    assert 'href="https://outlook.live.com/calendar/0/addfromweb?url=https%3A%2F%2F' in html
    assert 'href="https://calendar.google.com/calendar/r/settings/addbyurl"' in html


def test_each_guide_tells_where_its_words_come_from(public: TestClient) -> None:
    """Words in bold are those of a menu, and a day says when they were looked up."""
    html = unescape(public.get("/abonneren").text)
    for guide in GUIDES:
        assert guide.words_from
        assert guide.refresh in html
        assert f"Bron: {guide.refresh_from}." in html
        assert all(step.count("*") % 2 == 0 for step in guide.steps)
    assert "*" not in re.sub(r"<[^>]+>", "", html.partition("<main")[2])
    assert "<b>Nieuw abonnement via link (alleen lezen)</b>" in html
    assert len({guide.key for guide in GUIDES}) == len(GUIDES)


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
