"""The Atom feeds, and how a feed reader finds them."""

import json
import re
from datetime import date, time
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.services.publishing import feed_stamps
from campagne.services.publishing.news import NewsStore
from campagne.services.rotas import rota
from campagne.store.database import Database
from campagne.store.tables import CampaignRow

NS = "{http://www.w3.org/2005/Atom}"
PUBLIC = "publiekscampagne-huiselijk-geweld-2026"
ORANGE = "orange-the-world-2026"


@pytest.fixture
def stamped(sqlite_world: Database, clock: SetClock) -> Database:
    """The world an hour after its first stamping."""
    with sqlite_world.session() as session:
        feed_stamps.restamp(session, clock.now())
    clock.move_to(clock.today(), time(9, 0))
    return sqlite_world


def entries(client: TestClient, path: str) -> list[tuple[str, str, str]]:
    """Return title, id and stamp of each entry, in the order of the feed."""
    root = ET.fromstring(client.get(path).content)  # noqa: S314 - our own
    return [
        tuple(one.findtext(NS + name) or "" for name in ("title", "id", "updated"))  # type: ignore[misc]
        for one in root.findall(NS + "entry")
    ]


def test_what_changes_comes_first_and_keeps_its_id(
    client: TestClient, stamped: Database, clock: SetClock
) -> None:
    before = entries(client, "/feeds/alles.atom")
    assert [title for title, _, _ in before] == [
        "Publiekscampagne huiselijk geweld (voorlopig)",
        "Week tegen Kindermishandeling",
        "Orange the World",
    ]
    answer = client.get("/feeds/alles.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    tag = answer.headers["etag"]
    for asked in ([("if-none-match", tag)], [("if-none-match", '"x"'), ("if-none-match", tag)]):
        assert client.get("/feeds/alles.atom", headers=asked).status_code == 304
    assert client.head("/feeds/alles.atom").content == b""

    with stamped.session() as session:
        rota.cancel(session, ORANGE, by="test", now=clock.now(), today=clock.today())
    after = entries(client, "/feeds/alles.atom")
    assert after[0] == ("GEANNULEERD: Orange the World", before[2][1], "2026-09-07T07:00:00Z")
    assert after[1:] == before[:2]
    assert client.get("/feeds/alles.atom", headers={"if-none-match": tag}).status_code == 200
    # Six weeks after its end it goes from every feed, without a change of the data.
    clock.move_to(date(2027, 3, 1))
    assert entries(client, "/feeds/alles.atom") == before[:2]
    # Of those with one stamp, what is over comes last.
    clock.move_to(date(2026, 10, 19))
    assert entries(client, "/feeds/alles.atom")[1:] == [before[1], before[0]]


def test_what_shows_in_no_feed_updates_nothing(
    client: TestClient, stamped: Database, clock: SetClock
) -> None:
    before = client.get("/feeds/alles.atom")
    with stamped.session() as session:
        session.get_one(CampaignRow, "orange-the-world").checked_on = date(2026, 9, 1)
        rota.follow_up(session, now=clock.now(), today=clock.today())
    assert client.get("/feeds/alles.atom").content == before.content


@pytest.mark.usefixtures("stamped")
@pytest.mark.parametrize(
    ("page", "feed", "titles"),
    [
        ("/jaar/2026", "/feeds/alles.atom", 3),
        ("/jaar/2026?gemeente=katwijk", "/feeds/gemeente/katwijk.atom", 3),
        ("/jaar/2026?regio=midden-holland", "/feeds/regio/midden-holland.atom", 3),
        (f"/editie/{ORANGE}?gemeente=katwijk", "/feeds/gemeente/katwijk.atom", 3),
        ("/help", "/feeds/alles.atom", 3),
    ],
)
def test_a_page_tells_where_its_news_is(
    client: TestClient, page: str, feed: str, titles: int
) -> None:
    link = f'type="application/atom+xml" title="Nieuwe en gewijzigde campagnes" href="{feed}"'
    assert link in client.get(page).text
    assert len(entries(client, feed)) == titles


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/gemeente/assen.atom",
        "/feeds/beleid/katwijk.atom",
        "/feeds/x/y.atom",
        "/feeds/x.atom",
    ],
)
def test_news_that_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


class Data(HTMLParser):
    """The JSON-LD of a page, as a browser finds it: what a text closes early is cut off."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and ("type", "application/ld+json") in attrs
        self.blocks += [""] if self._inside else []

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.blocks[-1] += data


def test_the_page_of_an_edition_tells_search_engines(
    client: TestClient, stamped: Database, clock: SetClock
) -> None:
    """Whatever stands in a text; and nothing of dates that nobody confirmed."""
    hard = "</script><script>alert(1)</script><!-- \u2028 ' \" &amp;"
    with stamped.session() as session:
        session.get_one(CampaignRow, "orange-the-world").summary = hard
    (block,) = Data(client.get(f"/editie/{ORANGE}").text).blocks
    assert not re.search("[<>&]", block)
    told = json.loads(block)
    assert told["description"] == " ".join(hard.split())
    assert told["url"].endswith(f"/editie/{ORANGE}")
    assert told["eventStatus"] == "https://schema.org/EventScheduled"
    with stamped.session() as session:
        rota.cancel(session, ORANGE, by="test", now=clock.now(), today=clock.today())
    (block,) = Data(client.get(f"/editie/{ORANGE}").text).blocks
    assert json.loads(block)["eventStatus"] == "https://schema.org/EventCancelled"
    assert Data(client.get(f"/editie/{PUBLIC}").text).blocks == []


def test_no_more_is_kept_than_agreed(app: App, stamped: Database) -> None:
    """What was asked for longest ago makes room, and is made anew when it is asked for."""
    news = NewsStore(stamped, app.links, app.clock, most=2)
    first = news.get("gemeente", "katwijk")
    news.get("gemeente", "lisse")
    assert news.get("gemeente", "katwijk") is first
    news.get("gemeente", "gouda")
    assert set(news._kept) == {("gemeente", "katwijk"), ("gemeente", "gouda")}
    assert news.get("gemeente", "assen") is None
    assert len(news._kept) == 2
