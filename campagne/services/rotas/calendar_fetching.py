"""Fetches the calendar of an organiser; what is not wholly in order is refused with a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from campagne.domain.organisers import RemoteEvent, is_about
from campagne.errors import RemoteError, UnreadableCalendarError
from campagne.ical_reading import MAX_BYTES, read_calendar
from campagne.remote import Reply

_MOST_EVENTS = 50
_LONGEST_HEADER = 200  # characters; a tag has 40, a date 29
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})

Fetch = Callable[[str, Mapping[str, str]], Reply]


@dataclass(frozen=True, slots=True)
class Wish:
    """One calendar to fetch, with what the server gave the last time.

    Attributes:
        campaign: its key.
        words: what stands in the titles of its events.
    """

    campaign: str
    url: str
    words: str
    etag: str
    last_modified: str

    @property
    def headers(self) -> dict[str, str]:
        """What to ask with: only for what changed (RFC 9110, 13.1)."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {"Accept": "text/calendar"} | {name: one for name, one in asked.items() if one}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came; `events` is None when nothing changed since the last time."""

    events: tuple[RemoteEvent, ...] | None
    etag: str
    last_modified: str


class RefusedError(Exception):
    """The calendar could not be read; `wait` is how long the server asks to be left alone."""

    def __init__(self, text: str, wait: timedelta | None = None) -> None:
        self.wait = wait
        super().__init__(text)


def fetch_calendar(fetch: Fetch, wish: Wish) -> Fetched:
    """Fetch a calendar and read it.

    Args:
        fetch: fetches an address with some headers, at most `MAX_BYTES` and one byte.
        wish: which calendar.

    Raises:
        RefusedError: when it does not come, or is none that is taken in.
    """
    try:
        reply = fetch(wish.url, wish.headers)
    except RemoteError as error:
        raise RefusedError(str(error)) from None
    if reply.status == HTTPStatus.NOT_MODIFIED and (wish.etag or wish.last_modified):
        return Fetched(None, wish.etag, wish.last_modified)
    if reply.status in _GONE:
        raise RefusedError(
            f"Op dit adres staat geen agenda meer ({reply.status}). Zoek bij de organisator het"
            " nieuwe adres."
        )
    if reply.status != HTTPStatus.OK:
        raise RefusedError(f"De server geeft de agenda nu niet ({reply.status}).", reply.wait)
    if reply.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        # Asked for without: whoever sends it all the same may send anything.
        raise RefusedError("De server stuurt de agenda ingepakt; die wordt niet uitgepakt.")
    if not reply.is_whole:
        too_long = len(reply.body) > MAX_BYTES
        why = f"is groter dan {MAX_BYTES // 1024**2} MB" if too_long else "kwam niet heel binnen"
        raise RefusedError(f"De agenda {why}.")
    try:
        events = read_calendar(reply.body)
    except UnreadableCalendarError as error:
        raise RefusedError(str(error)) from None
    about = tuple(one for one in events if is_about(one, wish.words))[:_MOST_EVENTS]
    return Fetched(about, _header(reply, "ETag"), _header(reply, "Last-Modified"))


def _header(reply: Reply, name: str) -> str:
    """Return what is sent back the next time; nothing that does not fit in a header as it is."""
    text = reply.headers.get(name, "").strip()
    is_plain = text.isascii() and text.isprintable() and len(text) <= _LONGEST_HEADER
    return text if is_plain else ""
