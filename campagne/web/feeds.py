"""The room in front of the web application that answers feeds: HTTP in, kept bytes out.

Calendars ask for the same feed all day. What most of them get, "nothing new" or bytes that are
already there, needs no framework.
"""

import asyncio
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from campagne.services.publishing.feeds import FeedBody, FeedStore, Moment
from campagne.store.database import DatabaseUnavailableError

_PATH = re.compile(r"/feeds/(?:(regio|gemeente|campagne)/([^/]+)|(alles))\.ics")
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')
_ALLOWED = "GET, HEAD"
_EVERY_ANSWER = ((b"x-content-type-options", b"nosniff"), (b"x-robots-tag", b"noindex"))
# Private: a cache of many must not answer for us. Calendars ask every half hour at the most.
_CACHING = (b"cache-control", b"private, max-age=300")
_UNKNOWN = "Deze agenda bestaat niet (meer). Kijk op de pagina Abonneren welke agenda's er zijn.\n"
_UNAVAILABLE = "De agenda is even niet bereikbaar. Probeer het over een minuut opnieuw.\n"
_NOT_ALLOWED = "Een agenda kan alleen worden opgehaald.\n"

_Headers = Iterable[tuple[bytes, bytes]]


def feed_room(feeds: FeedStore, inner: ASGIApp) -> ASGIApp:
    """Return an application that answers feeds itself and hands everything else to `inner`.

    ``/feeds/{regio,gemeente,campagne}/{key}.ics`` and ``/feeds/alles.ics``. A feed that does not
    exist goes to `inner` for people, whose browser asks for HTML, so that they get its page.
    """
    lookout = _Lookout(feeds)

    async def room(scope: Scope, receive: Receive, send: Send) -> None:
        found = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await inner(scope, receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            allow = [(b"allow", _ALLOWED.encode())]
            await _say(scope, send, HTTPStatus.METHOD_NOT_ALLOWED, _NOT_ALLOWED, allow)
            return
        kind, key = (found[3], found[3]) if found[3] else (found[1], found[2])
        try:
            body = await lookout.find(kind, key)
        except DatabaseUnavailableError:
            later = [(b"retry-after", b"60"), (b"cache-control", b"no-store")]
            await _say(scope, send, HTTPStatus.SERVICE_UNAVAILABLE, _UNAVAILABLE, later)
            return
        if body is not None:
            await _answer(scope, send, body, f"{key}.ics")
        elif "text/html" in _header(scope, b"accept"):
            await inner(scope, receive, send)
        else:
            await _say(scope, send, HTTPStatus.NOT_FOUND, _UNKNOWN)

    return room


class _Lookout:
    """Finds feeds, always as of now.

    Every request asks the database whether something changed, yet in a crowd few have to: a look
    serves all requests that were waiting when it began.
    """

    def __init__(self, feeds: FeedStore) -> None:
        self._feeds = feeds
        self._one_look = asyncio.Lock()
        self._coming: asyncio.Task[Moment] | None = None

    async def find(self, kind: str, key: str) -> FeedBody | None:
        """Return a feed, None where there is none; what was last built when the database is away.

        Raises:
            DatabaseUnavailableError: when it cannot be reached and nothing was built before.
        """
        try:
            moment = await self._moment()
        except DatabaseUnavailableError:
            kept = self._feeds.kept(kind, key, None)
            if kept is None:
                raise
            return kept
        kept = self._feeds.kept(kind, key, moment)
        return kept or await asyncio.to_thread(self._feeds.get, kind, key)

    async def _moment(self) -> Moment:
        if self._coming is None or self._coming.done():
            self._coming = asyncio.create_task(self._look())
        # One client that goes away must not take the look from the others.
        return await asyncio.shield(self._coming)

    async def _look(self) -> Moment:
        async with self._one_look:
            self._coming = None  # who comes from now on may need to see a newer change
            return await asyncio.to_thread(self._feeds.moment)


async def _answer(scope: Scope, send: Send, feed: FeedBody, filename: str) -> None:
    headers = [*_EVERY_ANSWER, _CACHING, (b"etag", feed.etag.encode())]
    if feed.last_modified is not None:
        stamp = format_datetime(feed.last_modified, usegmt=True)
        headers.append((b"last-modified", stamp.encode()))
    if _has_it(scope, feed):
        await _send(scope, send, HTTPStatus.NOT_MODIFIED, headers, b"")
        return
    # Never compressed: some calendars cannot read it, and another coding needs another ETag.
    headers += [
        (b"content-type", b"text/calendar; charset=utf-8"),
        (b"content-disposition", f'inline; filename="{filename}"'.encode()),
        (b"content-length", str(len(feed.body)).encode()),
    ]
    await _send(scope, send, HTTPStatus.OK, headers, feed.body)


def is_named(etag: str, tags: str) -> bool:
    """Say whether the tags of an If-None-Match name this one, with its quotes.

    By weak comparison: a proxy that compressed the answer made the tag a weak one.
    """
    return tags.strip() == "*" or etag in _ENTITY_TAG.findall(tags)


def _has_it(scope: Scope, feed: FeedBody) -> bool:
    """Say whether the client has these bytes already (RFC 9110, 13.2.2)."""
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
    body = sentence.encode()
    plain = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await _send(scope, send, status, [*_EVERY_ANSWER, *headers, *plain], body)


async def _send(
    scope: Scope, send: Send, status: HTTPStatus, headers: _Headers, body: bytes
) -> None:
    start = {"type": "http.response.start", "status": status.value, "headers": list(headers)}
    await send(start)
    content = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": content})
