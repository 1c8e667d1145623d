"""The room in front of the web application that answers feeds: HTTP in, kept bytes out.

Calendars ask for the same feed all day. What most of them get, "nothing new" or bytes that are
already there, needs no framework.
"""

import asyncio
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from campagne.errors import InvalidInputError
from campagne.services.publishing.feed_content import PERSONAL, FeedKind
from campagne.services.publishing.feed_options import FeedOptions, read_options
from campagne.services.publishing.feeds import FeedBody, FeedStore, Moment
from campagne.store.database import DatabaseUnavailableError

_KEYED = "|".join(one.value for one in FeedKind if one is not FeedKind.ALL)
_PATH = re.compile(rf"/feeds/(?:({_KEYED}|{PERSONAL})/([^/]+)|({FeedKind.ALL.value}))\.ics")
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')
_ALLOWED = "GET, HEAD"
_EVERY_ANSWER = ((b"x-content-type-options", b"nosniff"), (b"x-robots-tag", b"noindex"))
# Private: a cache of many must not answer for us. Calendars ask every half hour at the most.
_CACHING = (b"cache-control", b"private, max-age=300")
# The address is the secret: no page may name it to another.
_PERSONAL_ANSWER = (*_EVERY_ANSWER, (b"referrer-policy", b"no-referrer"))
_PERSONAL_FILE = "mijn-agenda.ics"
_UNKNOWN = "Deze agenda bestaat niet (meer). Kijk op de pagina Abonneren welke agenda's er zijn."
_ENDED = (
    "Deze agendalink is ingetrokken en werkt niet meer. Haal deze agenda weg. Een nieuwe link maak"
    " je in de Campagnekalender bij 'Mijn agenda'."
)
_UNAVAILABLE = "De agenda is even niet bereikbaar. Probeer het over een minuut opnieuw."
_NOT_ALLOWED = "Een agenda kan alleen worden opgehaald."

Fault = Callable[[Scope, int, str], Response]
_Headers = Iterable[tuple[bytes, bytes]]
_Kept = tuple[tuple[bytes, bytes], ...]


class FeedRoom:
    """Answers feeds itself and hands everything else to the application behind it.

    ``/feeds/{kind}/{key}.ics``, ``/feeds/alles.ics`` and ``/feeds/persoonlijk/{token}.ics``, with
    the options of `feed_options` in the query.

    Args:
        feeds: the feeds.
        inner: the application behind it.
        fault: makes the page that people get, whose browser asks for HTML, in the place of the
            line of text that programs get.
    """

    def __init__(self, feeds: FeedStore, inner: ASGIApp, fault: Fault) -> None:
        self.inner = inner
        self._feeds = feeds
        self._lookout = _Lookout(feeds)
        self._fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        found = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self.inner(scope, receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            allow = [(b"allow", _ALLOWED.encode())]
            await _say(scope, send, HTTPStatus.METHOD_NOT_ALLOWED, _NOT_ALLOWED, allow)
            return
        kind, key = (found[3], found[3]) if found[3] else (found[1], found[2])
        try:
            options = read_options(scope["query_string"].decode("latin-1"))
            body = self._feeds.at_once(kind, key, options)
            body = body or await self._lookout.find(kind, key, options)
        except InvalidInputError as wrong:
            await self._refuse(scope, receive, send, HTTPStatus.BAD_REQUEST, str(wrong))
        except DatabaseUnavailableError:
            later = [(b"retry-after", b"60"), (b"cache-control", b"no-store")]
            await _say(scope, send, HTTPStatus.SERVICE_UNAVAILABLE, _UNAVAILABLE, later)
        else:
            if body is None:
                await self._refuse(scope, receive, send, HTTPStatus.NOT_FOUND, _UNKNOWN)
            elif body.ended:
                await self._refuse(scope, receive, send, HTTPStatus.GONE, _ENDED)
            elif kind == PERSONAL:
                await _answer(scope, send, body, _PERSONAL_FILE, _PERSONAL_ANSWER)
            else:
                await _answer(scope, send, body, f"{key}.ics", _EVERY_ANSWER)

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, status: HTTPStatus, sentence: str
    ) -> None:
        """Answer a page to people and a line of text to programs."""
        if "text/html" not in _header(scope, b"accept"):
            await _say(scope, send, status, sentence)
            return
        page = self._fault(scope, status, sentence)
        # The address may be a secret: no page may name it to another.
        page.headers.update({"x-robots-tag": "noindex", "referrer-policy": "no-referrer"})
        await page(scope, receive, send)


class _Lookout:
    """Finds feeds, always as of now.

    Every request asks the database whether something changed, yet in a crowd few have to: a look
    serves all requests that were waiting when it began.
    """

    def __init__(self, feeds: FeedStore) -> None:
        self._feeds = feeds
        self._one_look = asyncio.Lock()
        self._coming: asyncio.Task[Moment] | None = None

    async def find(self, kind: str, key: str, options: FeedOptions) -> FeedBody | None:
        """Return a feed, None where there is none; what was last built when the database is away.

        Raises:
            DatabaseUnavailableError: when it cannot be reached and nothing was built before.
        """
        try:
            moment = await self._moment()
        except DatabaseUnavailableError:
            kept = self._feeds.kept(kind, key, None, options)
            if kept is None:
                raise
            return kept
        kept = self._feeds.kept(kind, key, moment, options)
        return kept or await asyncio.to_thread(self._feeds.get, kind, key, options)

    async def _moment(self) -> Moment:
        if self._coming is None or self._coming.done():
            self._coming = asyncio.create_task(self._look())
        # One client that goes away must not take the look from the others.
        return await asyncio.shield(self._coming)

    async def _look(self) -> Moment:
        async with self._one_look:
            self._coming = None  # who comes from now on may need to see a newer change
            return await asyncio.to_thread(self._feeds.moment)


async def _answer(scope: Scope, send: Send, feed: FeedBody, filename: str, every: _Kept) -> None:
    short, full = _heads(feed.etag, feed.last_modified, len(feed.body), filename, every)
    if _has_it(scope, feed):
        await _send(scope, send, HTTPStatus.NOT_MODIFIED, short, b"")
    else:
        await _send(scope, send, HTTPStatus.OK, full, feed.body)


@lru_cache(maxsize=4096)
def _heads(
    etag: str, last_modified: datetime | None, length: int, filename: str, every: _Kept
) -> tuple[_Headers, _Headers]:
    """Return the headers of "nothing new" and those of a whole feed."""
    short = [*every, _CACHING, (b"etag", etag.encode())]
    if last_modified is not None:
        stamp = format_datetime(last_modified, usegmt=True)
        short.append((b"last-modified", stamp.encode()))
    # Never compressed: some calendars cannot read it, and another coding needs another ETag.
    full = [
        *short,
        (b"content-type", b"text/calendar; charset=utf-8"),
        (b"content-disposition", f'inline; filename="{filename}"'.encode()),
        (b"content-length", str(length).encode()),
    ]
    return short, full


def is_named(etag: str, tags: str) -> bool:
    """Say whether the tags of an If-None-Match name this one, with its quotes.

    By weak comparison: a proxy that compressed the answer made the tag a weak one.
    """
    return tags.strip() == "*" or etag in _ENTITY_TAG.findall(tags)


def _has_it(scope: Scope, feed: FeedBody) -> bool:
    """Say whether the client has these bytes already (RFC 9110, 13.2.2)."""
    if not any(name.startswith(b"if-") for name, _ in scope["headers"]):
        return False
    if tags := _header(scope, b"if-none-match"):
        return is_named(feed.etag, tags)
    since = _http_date(_header(scope, b"if-modified-since"))
    return since is not None and feed.last_modified is not None and feed.last_modified <= since


def _http_date(text: str) -> datetime | None:
    """Read a date of HTTP; None for anything else, which counts as not given."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _header(scope: Scope, name: bytes) -> str:
    """Return a request header, several of them as one list; empty where there is none."""
    found = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return ", ".join(found)


async def _say(
    scope: Scope, send: Send, status: HTTPStatus, sentence: str, headers: _Headers = ()
) -> None:
    body = f"{sentence}\n".encode()
    plain = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await _send(scope, send, status, [*_EVERY_ANSWER, *headers, *plain], body)


async def _send(
    scope: Scope, send: Send, status: HTTPStatus, headers: _Headers, body: bytes
) -> None:
    start = {"type": "http.response.start", "status": int(status), "headers": list(headers)}
    await send(start)
    content = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": content})
