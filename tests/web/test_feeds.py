"""Feeds over HTTP: what a calendar that asks again and again is answered."""

import asyncio
import threading
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from campagne.clock import Clock, SetClock
from campagne.services.access import Links
from campagne.services.publishing import my_calendar, personal_feeds
from campagne.services.publishing.feed_content import PERSONAL, FeedKind
from campagne.services.publishing.feed_stamps import restamp
from campagne.services.publishing.feeds import FeedStore, Moment
from campagne.store.database import Database
from campagne.store.tables import EditionRow
from campagne.web.feeds import FeedRoom, _known_address
from campagne.web.security import Security

LINKS = Links("https://campagne.example.nl", "geheim-geheim-geheim-geheim-geheim")
KATWIJK = "/feeds/gemeente/katwijk.ics"
CHANGED = "Mon, 07 Sep 2026 06:00:00 GMT"  # the clock stands at 08:00 in Amsterdam


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """The web application behind the room: says that it was asked."""
    response = PlainTextResponse("binnen", status_code=404, headers={"set-cookie": "a=b"})
    await response(scope, receive, send)


def page(_scope: Scope, status: int, sentence: str) -> Response:
    """What people get who may not have what they ask for."""
    return HTMLResponse(f"<p>{sentence}", status)


def room(feeds: FeedStore, application: ASGIApp = inner) -> FeedRoom:
    """The room, before an application with security around it."""
    guarded = Security(application, base_url="https://campagne.example.nl", fault=page)
    return FeedRoom(feeds, guarded, page)


@pytest.fixture
def feeds(sqlite_world: Database, clock: SetClock) -> FeedStore:
    """The feeds of the world, a day after it was stamped."""
    with sqlite_world.session() as session:
        restamp(session, clock.now())
    clock.move_to(date(2026, 9, 8))
    return FeedStore(sqlite_world, LINKS, clock)


@pytest.fixture
def client(feeds: FeedStore) -> TestClient:
    """A calendar program."""
    return TestClient(room(feeds), base_url="https://campagne.example.nl")


def of_every_answer(client: TestClient) -> dict[str, str]:
    """Return the headers that the application behind the room answers with, but its own."""
    found = dict(client.get("/").headers)
    assert {"content-security-policy", "x-content-type-options"} <= found.keys()
    return {
        name: value
        for name, value in found.items()
        if name not in {"content-type", "content-length", "set-cookie"}
    }


def asked_for(path: str, *headers: tuple[str, str], method: str = "GET", query: str = "") -> Scope:
    """Return a request as a server hands it over."""
    given = [("host", "localhost"), *headers]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(errors="replace"),
        "query_string": query.encode(errors="replace"),
        "headers": [(name.encode(), value.encode(errors="replace")) for name, value in given],
    }


async def answered(app: ASGIApp, scope: Scope) -> list[Message]:
    """Return what an application sends."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


async def get(app: ASGIApp, path: str) -> bytes:
    sent = await answered(app, asked_for(path))
    return b"".join(one.get("body", b"") for one in sent)


def change(database: Database, clock: SetClock) -> None:
    with database.session() as session:
        found = session.get(EditionRow, "orange-the-world-2026")
        assert found is not None
        found.theme = "Anders"
        restamp(session, clock.now())


@pytest.mark.parametrize(
    ("path", "filename"),
    [
        (KATWIJK, "katwijk.ics"),
        ("/feeds/beleid/katwijk.ics", "katwijk.ics"),
        ("/feeds/regio/duin-en-bollenstreek.ics", "duin-en-bollenstreek.ics"),
        ("/feeds/campagne/orange-the-world.ics", "orange-the-world.ics"),
        ("/feeds/alles.ics", "alles.ics"),
    ],
)
def test_a_feed_is_answered_with_its_bytes(
    client: TestClient, feeds: FeedStore, path: str, filename: str
) -> None:
    kind = path.split("/")[2].removesuffix(".ics")
    kept = feeds.get(kind, filename.removesuffix(".ics"))
    answer = client.get(path, headers={"accept-encoding": "gzip, br"})
    assert kept is not None
    assert answer.status_code == 200
    assert answer.content == kept.body
    assert dict(answer.headers) == {
        "content-type": "text/calendar; charset=utf-8",
        "content-length": str(len(kept.body)),
        "content-disposition": f'inline; filename="{filename}"',
        "cache-control": "private, max-age=300",
        "etag": kept.etag,
        "last-modified": CHANGED,
        "x-robots-tag": "noindex",
        **of_every_answer(client),
    }


def test_head_says_the_same_without_the_bytes(client: TestClient) -> None:
    got, head = client.get(KATWIJK), client.head(KATWIJK)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == got.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-none-match": "ETAG"}, 304),
        ({"if-none-match": "W/ETAG"}, 304),
        ({"if-none-match": '"anders", W/"nog, anders", ETAG'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"anders"'}, 200),
        ({"if-none-match": "zonder aanhalingstekens"}, 200),
        ({"if-none-match": '"anders'}, 200),
        # A date counts only where there is no tag.
        ({"if-none-match": '"anders"', "if-modified-since": CHANGED}, 200),
        ({"if-none-match": "ETAG", "if-modified-since": "Sun, 06 Sep 2026 00:00:00 GMT"}, 304),
        ({"if-modified-since": CHANGED}, 304),
        ({"if-modified-since": "Mon, 07 Sep 2026 06:00:01 GMT"}, 304),
        ({"if-modified-since": "Mon, 07 Sep 2026 05:59:59 GMT"}, 200),
        ({"if-modified-since": "Monday, 07-Sep-26 06:00:00 GMT"}, 304),
        ({"if-modified-since": "Mon Sep  7 06:00:00 2026"}, 304),
        ({"if-modified-since": "Mon Sep  7 05:00:00 2026"}, 200),
        ({"if-modified-since": "gisteren"}, 200),
        ({"if-modified-since": "Mon, 99 Sep 2026 06:00:00 GMT"}, 200),
        ({"if-modified-since": "Mon, 07 Sep 2026 06:00:00 +999999999999"}, 200),
        ({"if-modified-since": ""}, 200),
        ({"if-modified-since": f"{CHANGED}, {CHANGED}"}, 200),
    ],
)
def test_who_has_the_newest_is_told_so(
    client: TestClient, method: str, headers: dict[str, str], status: int
) -> None:
    tag = client.get(KATWIJK).headers["etag"]
    asked = {name: value.replace("ETAG", tag) for name, value in headers.items()}
    answer = client.request(method, KATWIJK, headers=asked)
    assert answer.status_code == status
    assert answer.headers["etag"] == tag
    assert answer.headers["last-modified"] == CHANGED
    if status == 304:
        assert answer.content == b""
        assert "content-type" not in answer.headers
        assert "content-length" not in answer.headers


def test_several_tag_headers_are_one_list(client: TestClient) -> None:
    tag = client.get(KATWIJK).headers["etag"]
    asked = [("if-none-match", '"een"'), ("if-none-match", tag)]
    assert client.get(KATWIJK, headers=asked).status_code == 304


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"host": "evil.example.org"}, 400),
        ("GET", {"x-forwarded-proto": "http"}, 301),
        ("GET", {"content-length": "99999999"}, 413),
        ("POST", {"origin": "https://evil.example.org"}, 403),
    ],
)
def test_what_is_refused_elsewhere_is_refused_here(
    client: TestClient, method: str, headers: dict[str, str], status: int
) -> None:
    answer = client.request(method, KATWIJK, headers=headers, follow_redirects=False)
    assert answer.status_code == status
    assert b"BEGIN:VCALENDAR" not in answer.content
    assert of_every_answer(client).items() <= dict(answer.headers).items()


@pytest.mark.parametrize("header", ["if-none-match", "if-modified-since"])
def test_after_a_change_the_old_validators_do_not_match(
    client: TestClient, sqlite_world: Database, clock: SetClock, header: str
) -> None:
    before = client.get(KATWIJK).headers
    old = before["etag"] if header == "if-none-match" else before["last-modified"]
    change(sqlite_world, clock)
    answer = client.get(KATWIJK, headers={header: old})
    assert answer.status_code == 200
    assert b"Anders" in answer.content
    # In the second of the change there may come another: no date is given, none is matched.
    assert "last-modified" not in answer.headers
    clock.move_to(clock.today() + timedelta(days=1))
    assert client.get(KATWIJK, headers={header: old}).status_code == 200
    assert client.get(KATWIJK).headers["last-modified"] == "Tue, 08 Sep 2026 06:00:00 GMT"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
def test_a_feed_is_only_read(client: TestClient, method: str) -> None:
    answer = client.request(method, KATWIJK)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.text == "Een agenda kan alleen worden opgehaald.\n"


def test_a_program_gets_a_plain_404(client: TestClient) -> None:
    answer = client.get("/feeds/gemeente/atlantis.ics", headers={"accept": "*/*"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == (
        "Deze agenda bestaat niet (meer). Kijk op de pagina Abonneren welke agenda's er zijn.\n"
    )
    assert answer.headers["cache-control"] == "no-store"
    assert client.head("/feeds/gemeente/atlantis.ics").status_code == 404


def test_a_person_gets_a_page(client: TestClient) -> None:
    asked = {"accept": "text/html,application/xhtml+xml"}
    answer = client.get("/feeds/gemeente/atlantis.ics", headers=asked)
    assert answer.status_code == 404
    assert answer.text.startswith("<p>Deze agenda bestaat niet (meer).")
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_choice_that_cannot_be_is_one_sentence(client: TestClient) -> None:
    answer = client.get(f"{KATWIJK}?toon=veel", headers={"accept": "text/calendar"})
    assert answer.status_code == 400
    assert answer.text.startswith("Het adres van deze agenda klopt niet: bij 'toon' kan alleen")
    asked = {"accept": "text/html"}
    assert client.get(f"{KATWIJK}?toon=veel", headers=asked).text.startswith("<p>Het adres")


def test_ten_thousand_queries_are_kept_as_one_feed(client: TestClient, feeds: FeedStore) -> None:
    first = client.get("/feeds/communicatie/katwijk.ics?toon=stappen")
    assert first.headers["content-disposition"] == 'inline; filename="katwijk.ics"'
    for number in range(200):
        answer = client.get(f"/feeds/communicatie/katwijk.ics?toon=stappen&x={number}&y")
        assert answer.headers["etag"] == first.headers["etag"]
    assert len(feeds._kept) == 1


def test_an_address_that_no_page_gives_is_not_kept_in_memory(client: TestClient) -> None:
    kept = _known_address.cache_info().currsize
    for number in range(3):
        assert client.get(f"{KATWIJK}?x={number}{'a' * 60_000}").status_code == 200
    assert _known_address.cache_info().currsize == kept


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/gemeente/%2e%2e%2f%2e%2e%2fetc%2fpasswd.ics",
        "/feeds/gemeente/..%5c..%5ckatwijk.ics",
        "/feeds/gemeente/katwijk%00.ics",
        "/feeds/gemeente/katwijk%0d%0aset-cookie:%20a=b.ics",
        "/feeds/persoonlijk/..%2f..%2falles.ics",
        "/feeds/persoonlijk/%ff%fe.ics",
        "/feeds/persoonlijk/hltsamen-communicatie.ics",
    ],
)
def test_a_path_leads_nowhere_else(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"accept": "*/*"})
    assert answer.status_code == 404
    assert "content-disposition" not in answer.headers


# --- behind a token ---------------------------------------------------------------------------


@pytest.fixture
def token(feeds: FeedStore, sqlite_world: Database, clock: SetClock) -> str:
    """The token of HLTsamen, an hour before."""
    assert feeds is not None
    with sqlite_world.session() as session:
        made = my_calendar.make(session, "hltsamen-communicatie", now=clock.now())
    clock.move_to(clock.today(), time(9, 0))
    return made


def test_a_personal_feed_is_told_to_nobody_else(client: TestClient, token: str) -> None:
    answer = client.get(f"/feeds/persoonlijk/{token}.ics?toon=stappen")
    assert answer.status_code == 200
    assert answer.text.count("BEGIN:VEVENT") == 4
    assert dict(answer.headers) == {
        **of_every_answer(client),
        "content-type": "text/calendar; charset=utf-8",
        "content-length": str(len(answer.content)),
        "content-disposition": 'inline; filename="mijn-agenda.ics"',
        "cache-control": "private, max-age=300",
        "etag": answer.headers["etag"],
        "last-modified": "Tue, 08 Sep 2026 06:00:00 GMT",
        "x-robots-tag": "noindex",
        "referrer-policy": "no-referrer",
    }
    assert token not in str(answer.headers)
    again = {"if-none-match": answer.headers["etag"]}
    assert (
        client.get(f"/feeds/persoonlijk/{token}.ics?toon=stappen", headers=again).status_code == 304
    )
    assert client.get(f"/feeds/persoonlijk/{token[:-1]}.ics").status_code == 404


def test_one_that_was_withdrawn_says_so_at_once_and_is_gone_after_thirty_days(
    client: TestClient, sqlite_world: Database, clock: SetClock, token: str
) -> None:
    path = f"/feeds/persoonlijk/{token}.ics"
    before = client.get(path).headers
    with sqlite_world.session() as session:
        personal_feeds.withdraw(session, "hltsamen-communicatie", now=clock.now())
    for name, header in (("etag", "if-none-match"), ("last-modified", "if-modified-since")):
        answer = client.get(path, headers={header: before[name]})
        assert answer.status_code == 200
        assert answer.text.count("BEGIN:VEVENT") == 1
        assert "SUMMARY:Agendalink ingetrokken\r\n" in answer.text
    clock.move_to(date(2026, 10, 8), time(0, 0))
    answer = client.get(path, headers={"accept": "*/*", "if-none-match": "*"})
    assert answer.status_code == 410
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("Deze agendalink is ingetrokken en werkt niet meer.")
    page = client.get(path, headers={"accept": "text/html"})
    assert (page.status_code, page.headers["referrer-policy"]) == (410, "no-referrer")
    assert client.head(path).status_code == 410


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/feeds/",
        "/feeds/gemeente/",
        "/feeds/gemeente/.ics",
        "/feeds/gemeente/katwijk",
        "/feeds/gemeente/katwijk.ics/meer",
        "/feeds/gemeente/a/b.ics",
        "/feeds/wijk/katwijk.ics",
        "/feeds/alles/alles.ics",
        "/feeds/alles.ics\n",
        "/x/feeds/alles.ics",
    ],
)
def test_everything_else_goes_through(client: TestClient, path: str) -> None:
    assert client.get(path.replace("\n", "%0A")).text == "binnen"


def test_a_lifespan_goes_through(feeds: FeedStore) -> None:
    seen: list[str] = []

    async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(_message: Message) -> None: ...

    asyncio.run(room(feeds, application)({"type": "lifespan"}, receive, send))
    assert seen == ["lifespan"]


def test_without_its_database_a_known_feed_is_answered_and_others_later(
    client: TestClient, sqlite_world: Database, sqlite_url: str
) -> None:
    before = client.get(KATWIJK)
    sqlite_world.close()
    for path in Path(sqlite_url.removeprefix("sqlite:///")).parent.glob("campagne.db*"):
        path.unlink()
    after = client.get(KATWIJK)
    assert (after.status_code, after.content) == (200, before.content)
    other = client.get("/feeds/gemeente/lisse.ics")
    assert other.status_code == 503
    assert other.headers["retry-after"] == "60"
    assert other.text.startswith("De agenda is even niet bereikbaar.")


_KINDS = st.sampled_from([*FeedKind, PERSONAL, "Gemeente", "", "..", "%67emeente"])
_KEYS = st.sampled_from(["katwijk", "alles", "orange-the-world", "../katwijk"]) | st.text(
    max_size=40
)
_PATHS = st.builds("/feeds/{}/{}{}".format, _KINDS, _KEYS, st.sampled_from([".ics", "", "\n.ics"]))
_FIELDS = st.sampled_from(["toon", "melding", "terug", "vooruit", "iets", ""])
_VALUES = st.sampled_from(["alles", "stappen", "ja", "1", "99999", "-1", "%00"]) | st.text(
    max_size=8
)
_QUERIES = st.lists(st.builds("{}={}".format, _FIELDS, _VALUES), max_size=4).map("&".join)
_TAGS = st.sampled_from(["ETAG", "W/ETAG", "*", '"', "W/", ", ", '"x"', "\\", " "])
_DATES = st.sampled_from([CHANGED, "Mon, 99 Sep 2026", "0", "-1", "+9999999999"]) | st.text(
    max_size=40
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=_PATHS,
    query=_QUERIES,
    method=st.sampled_from(["GET", "HEAD", "POST", "TRACE", ""]),
    tags=st.lists(st.lists(_TAGS, max_size=6).map("".join), max_size=3),
    since=st.none() | _DATES,
)
def test_nobody_can_ask_for_a_fault(
    feeds: FeedStore, *, path: str, query: str, method: str, tags: list[str], since: str | None
) -> None:
    """Whatever is asked for: a feed, "nothing new" or a refusal, and never more than that."""
    known = feeds.get("gemeente", "katwijk")
    assert known is not None
    headers = [("if-none-match", one.replace("ETAG", known.etag)) for one in tags]
    headers += [] if since is None else [("if-modified-since", since)]
    scope = asked_for(path, *headers, method=method, query=query)
    start, *bodies = asyncio.run(answered(room(feeds), scope))
    status, whole = start["status"], b"".join(one["body"] for one in bodies)
    assert status in {200, 304, 400, 403, 404, 405}
    assert (status == 200 and method == "GET") == whole.startswith(b"BEGIN:VCALENDAR")
    assert status != 304 or whole == b""


class CountedFeeds(FeedStore):
    """Counts how often it was asked whether anything changed."""

    asked = 0

    def certain(self) -> Moment | None:
        """Count, then say."""
        self.asked += 1
        return super().certain()


def test_what_comes_in_together_shares_a_quick_look_and_nothing_later(
    sqlite_world: Database, sqlite_url: str, clock: SetClock
) -> None:
    """The loop reads requests and answers them by turns: a look is good for the turn it is in."""
    counted = CountedFeeds(sqlite_world, LINKS, clock)
    app, elsewhere = room(counted), Database(sqlite_url)

    async def turns() -> list[list[bytes]]:
        await get(app, KATWIJK)
        counted.asked = 0
        found = [await asyncio.gather(*(get(app, KATWIJK) for _ in range(20)))]
        assert counted.asked == 1
        change(elsewhere, clock)  # as another process does
        found.append(await asyncio.gather(*(get(app, KATWIJK) for _ in range(20))))
        return found

    before, after = asyncio.run(turns())
    elsewhere.close()
    assert {b"Anders" in answer for answer in before} == {False}
    assert {b"Anders" in answer for answer in after} == {True}


class SlowFeeds(FeedStore):
    """Feeds whose database is slow: a look waits until it is let go; counts the looks."""

    looks = 0

    def __init__(self, database: Database, links: Links, clock: Clock) -> None:
        super().__init__(database, links, clock)
        self.begun, self.gate = threading.Event(), threading.Event()

    def moment(self) -> Moment:
        """Wait, then look."""
        self.looks += 1
        self.begun.set()
        self.gate.wait(10)
        return super().moment()


def test_a_crowd_shares_a_look_and_nobody_gets_an_older_answer(
    sqlite_world: Database, clock: SetClock
) -> None:
    """Fifty that wait need two looks; who comes after a change sees it, whatever went before."""
    slow = SlowFeeds(sqlite_world, LINKS, clock)
    app = room(slow)

    async def crowd() -> list[bytes]:
        early = [asyncio.create_task(get(app, KATWIJK)) for _ in range(25)]
        await asyncio.to_thread(slow.begun.wait, 10)
        late = [asyncio.create_task(get(app, KATWIJK)) for _ in range(25)]
        await asyncio.sleep(0)
        early[3].cancel()  # one calendar hangs up
        change(sqlite_world, clock)
        slow.gate.set()
        await asyncio.gather(*early, return_exceptions=True)
        return await asyncio.gather(*late)

    answers = asyncio.run(crowd())
    assert slow.looks == 2
    assert {b"Anders" in answer for answer in answers} == {True}
