"""The room in front of the web application that answers feeds: HTTP in, kept bytes out.

Calendars ask for the same feed all day. What most of them get, "nothing new" or bytes that are
already there, needs no framework.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from types import MappingProxyType
from typing import NamedTuple

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from campagne.errors import InvalidInputError
from campagne.services.publishing.feed_content import PERSONAL, FeedKind
from campagne.services.publishing.feed_events import Asked
from campagne.services.publishing.feed_options import read_options
from campagne.services.publishing.feeds import FeedBody, FeedStore, Moment, asked
from campagne.store.database import DatabaseUnavailableError
from campagne.web.security import Header, Security

_ROOM = "/feeds/"
_KEYED = "|".join(one.value for one in FeedKind if one is not FeedKind.ALL)
_PATH = re.compile(rf"{_ROOM}(?:({_KEYED}|{PERSONAL})/([^/]+)|({FeedKind.ALL.value}))\.ics")
_OF_SOMEBODY = f"{_ROOM}{PERSONAL}/"
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')
_COLONS_OF_A_DATE = 2  # in each of the three forms (RFC 9110, 5.6.7)
_LONGEST_KEPT = 500  # of an address, with its query; ours are half of that
_MINE = "mijn-agenda"  # how the file of a personal one is called
_ALLOWED = {"allow": "GET, HEAD"}
_LATER = {"retry-after": "60"}
_NO_INDEX = {"x-robots-tag": "noindex"}
# A refusal without it may be kept by a cache (RFC 9110, 15.1), when the feed is there by now.
_NOT_KEPT = {"cache-control": "no-store"}
# The address can be the secret: no page may name it to another.
_UNNAMED = {"referrer-policy": "no-referrer"}
# Private: a cache of many must not answer for us. Calendars ask every half hour at the most.
_CACHING = {"cache-control": "private, max-age=300"}
_UNKNOWN = "Deze agenda bestaat niet (meer). Kijk op de pagina Abonneren welke agenda's er zijn."
_ENDED = (
    "Deze agendalink is ingetrokken en werkt niet meer. Haal deze agenda weg. Een nieuwe link maak"
    " je in de Campagnekalender bij 'Mijn agenda'."
)
_UNAVAILABLE = "De agenda is even niet bereikbaar. Probeer het over een minuut opnieuw."
_NOT_ALLOWED = "Een agenda kan alleen worden opgehaald."

Fault = Callable[[Scope, int, str], Response]


class _Address(NamedTuple):
    """What an address asks for; `name` is that of the file."""

    asked: Asked
    name: str


class FeedRoom:
    """Answers feeds itself and hands everything else to the application behind it.

    ``/feeds/{kind}/{key}.ics``, ``/feeds/alles.ics`` and ``/feeds/persoonlijk/{token}.ics``, with
    the options of `feed_options` in the query.

    Args:
        feeds: the feeds.
        inner: the application behind it. What that refuses is refused here too, and its headers
            stand on every answer.
        fault: makes the page that people get, whose browser asks for HTML, in the place of the
            line of text that programs get.
    """

    def __init__(self, feeds: FeedStore, inner: Security, fault: Fault) -> None:
        self.inner = inner
        self._lookout = _Lookout(feeds)
        self._fault = fault
        self._heads = lru_cache(maxsize=4096)(self._made_heads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not scope["path"].startswith(_ROOM):
            await self.inner(scope, receive, send)
            return
        answer = self.inner.refusal(scope) or await self._answer(scope)
        if answer is None:
            await self.inner(scope, receive, send)
        elif isinstance(answer, Response):
            await answer(scope, receive, self.inner.with_headers(send))
        else:
            feed, name = answer
            short, full = self._heads(feed.etag, feed.last_modified, len(feed.body), name)
            status, headers, body = 200, full, feed.body
            if _has_it(scope, feed):
                status, headers, body = 304, short, b""
            elif scope["method"] == "HEAD":
                body = b""
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope) -> tuple[FeedBody, str] | Response | None:
        """Return a feed and the name of its file, or a refusal; None for no address of a feed."""
        try:
            address = _address(scope["path"], scope["query_string"])
            if address is None:
                return None
            if scope["method"] not in {"GET", "HEAD"}:
                return _line(HTTPStatus.METHOD_NOT_ALLOWED, _NOT_ALLOWED, _ALLOWED)
            wanted = address.asked
            feed = self._lookout.at_once(wanted) or await self._lookout.find(wanted)
        except InvalidInputError as wrong:
            return self._told(scope, HTTPStatus.BAD_REQUEST, str(wrong))
        except DatabaseUnavailableError:
            return _line(HTTPStatus.SERVICE_UNAVAILABLE, _UNAVAILABLE, _LATER)
        if feed is not None and not feed.ended:
            return feed, address.name
        missing = (HTTPStatus.NOT_FOUND, _UNKNOWN) if feed is None else (HTTPStatus.GONE, _ENDED)
        return self._told(scope, *missing)

    def _told(self, scope: Scope, status: HTTPStatus, sentence: str) -> Response:
        """Return a page for people and a line of text for programs."""
        if "text/html" not in _header(scope, b"accept"):
            return _line(status, sentence)
        page = self._fault(scope, status, sentence)
        page.headers.update({**_NO_INDEX, **_UNNAMED})
        return page

    def _made_heads(
        self, etag: str, last_modified: datetime | None, length: int, name: str
    ) -> tuple[list[Header], list[Header]]:
        """Return the headers of "nothing new" and those of a whole feed."""
        short = {**_NO_INDEX, **_CACHING, "etag": etag}
        if name == _MINE:
            short |= _UNNAMED
        if last_modified is not None:
            short["last-modified"] = format_datetime(last_modified, usegmt=True)
        # Never compressed: some calendars cannot read it, and another coding needs another ETag.
        full = {
            **short,
            "content-type": "text/calendar; charset=utf-8",
            "content-disposition": f'inline; filename="{name}.ics"',
            "content-length": str(length),
        }
        return self.inner.completed(_encoded(short)), self.inner.completed(_encoded(full))


class _Lookout:
    """Finds feeds, always as of now.

    Every request asks the database whether something changed, yet in a crowd few have to: a look
    serves all requests that were waiting when it began. That holds for the quick look too: what
    this turn of the loop answers came in before the turn began.
    """

    def __init__(self, feeds: FeedStore) -> None:
        self._feeds = feeds
        self._certain: Moment | None = None  # for the rest of this turn of the loop
        self._one_look = asyncio.Lock()
        self._coming: asyncio.Task[Moment] | None = None

    def at_once(self, asked: Asked) -> FeedBody | None:
        """Return a feed from memory, where it is certain that nothing changed since it was made."""
        if self._certain is None:
            self._certain = self._feeds.certain()
            if self._certain is None:
                return None
            asyncio.get_running_loop().call_soon(self._look_again)
        return self._feeds.kept(asked, self._certain)

    def _look_again(self) -> None:
        self._certain = None

    async def find(self, asked: Asked) -> FeedBody | None:
        """Return a feed, None where there is none; what was last built when the database is away.

        Raises:
            DatabaseUnavailableError: when it cannot be reached and nothing was built before.
        """
        try:
            moment = await self._moment()
        except DatabaseUnavailableError:
            kept = self._feeds.kept(asked, None)
            if kept is None:
                raise
            return kept
        kept = self._feeds.kept(asked, moment)
        return kept or await asyncio.to_thread(self._feeds.current, asked)

    async def _moment(self) -> Moment:
        if self._coming is None or self._coming.done():
            self._coming = asyncio.create_task(self._look())
        # One client that goes away must not take the look from the others.
        return await asyncio.shield(self._coming)

    async def _look(self) -> Moment:
        async with self._one_look:
            self._coming = None  # who comes from now on may need to see a newer change
            return await asyncio.to_thread(self._feeds.moment)


def _address(path: str, query: bytes) -> _Address | None:
    """Read an address.

    Raises:
        InvalidInputError: when its query asks for what cannot be.
    """
    # What opens the calendar of a person is kept nowhere, not in memory either; nor is what no page
    # of ours gives: thousands of addresses of 64 kB would fill the machine.
    is_kept = len(path) + len(query) <= _LONGEST_KEPT and not path.startswith(_OF_SOMEBODY)
    return (_known_address if is_kept else _read_address)(path, query)


def _read_address(path: str, query: bytes) -> _Address | None:
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    kind, key = (found[3], found[3]) if found[3] else (found[1], found[2])
    options = read_options(query.decode("latin-1"))
    return _Address(asked(kind, key, options), _MINE if kind == PERSONAL else key)


_known_address = lru_cache(maxsize=4096)(_read_address)


def is_named(etag: str, tags: str) -> bool:
    """Say whether the tags of an If-None-Match name this one, with its quotes.

    By weak comparison: a proxy that compressed the answer made the tag a weak one.
    """
    return tags.strip() == "*" or etag in _ENTITY_TAG.findall(tags)


def _has_it(scope: Scope, feed: FeedBody) -> bool:
    """Say whether the client has these bytes already (RFC 9110, 13.2.2)."""
    tags = [value for name, value in scope["headers"] if name == b"if-none-match"]
    if any(tags):
        # Mostly it is that one and nothing else.
        return tags[0] == feed.etag.encode() or is_named(feed.etag, _joined(tags))
    since = _http_date(_header(scope, b"if-modified-since"))
    return since is not None and feed.last_modified is not None and feed.last_modified <= since


def _http_date(text: str) -> datetime | None:
    """Read a date of HTTP; None for anything else, and for more than one: as if not given."""
    if text.count(":") != _COLONS_OF_A_DATE:
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _header(scope: Scope, name: bytes) -> str:
    """Return a request header, several of them as one list; empty where there is none."""
    return _joined([value for key, value in scope["headers"] if key == name])


def _joined(values: list[bytes]) -> str:
    return b", ".join(values).decode("latin-1")


def _encoded(headers: Mapping[str, str]) -> list[Header]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _line(
    status: HTTPStatus, sentence: str, headers: Mapping[str, str] = MappingProxyType({})
) -> Response:
    return PlainTextResponse(f"{sentence}\n", status, {**_NO_INDEX, **_NOT_KEPT, **headers})
