"""Reads the calendar of somebody else (RFC 5545), of which anything can be wrong on purpose.

Only what says what an event is called and when it is reaches the library: a rule that gives a
billion dates, or a time zone made of such rules, is never worked out. Everything else is skipped
line by line, in one pass.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import icalendar

from campagne.clock import AMSTERDAM
from campagne.domain.dates import Span
from campagne.domain.organisers import RemoteEvent
from campagne.errors import UnreadableCalendarError

MAX_BYTES = 2 * 1024 * 1024
MAX_EVENTS = 2000

_LONGEST_LINE = 2000  # characters, of a line that counts
_LONGEST_TITLE = 200
_MOST_LINES = 50  # that count, in one event; the first of each kind is read
_DEEPEST = 10
_LINE = re.compile(r"\r\n|[\r\n]")
_FOLD = re.compile(rb"(?:\r\n|[\r\n])[ \t]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_COUNTS = re.compile(
    r"(SUMMARY|DTSTART|DTEND|DURATION|STATUS|RRULE|RDATE)(?=[;:])", re.ASCII | re.IGNORECASE
)
_REPEATS = frozenset({"RRULE", "RDATE"})
_ONE_DAY = timedelta(days=1)


def read_calendar(body: bytes) -> list[RemoteEvent]:
    """Return the events of a calendar, in the order of the file.

    An event without a title or a first day that can be read is left out, as calendars do.

    Args:
        body: the file, whole.

    Raises:
        UnreadableCalendarError: when it is no calendar, or one that nobody makes for people.
    """
    if len(body) > MAX_BYTES:
        raise UnreadableCalendarError(f"De agenda is groter dan {MAX_BYTES // 1024**2} MB.")
    try:
        # Lines are folded by bytes, so a letter may lie on both sides of a fold.
        text = _FOLD.sub(b"", body).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableCalendarError("De agenda is niet in UTF-8 geschreven.") from None
    lines = _LINE.split(_CONTROL.sub("", text).strip())
    if lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise UnreadableCalendarError("Dit is geen agenda: op dit adres staat iets anders.")
    if lines[-1].strip().upper() != "END:VCALENDAR":
        raise UnreadableCalendarError("De agenda is niet heel: het einde ontbreekt.")
    found = []
    for number, counting in enumerate(_events(lines), start=1):
        if number > MAX_EVENTS:
            raise UnreadableCalendarError(f"Er staan meer dan {MAX_EVENTS} afspraken in de agenda.")
        if (event := _event(counting)) is not None:
            found.append(event)
    return found


def _events(lines: list[str]) -> Iterator[list[str]]:
    """Yield of each event the lines that count; not those of what is inside it, such as alarms."""
    inside: list[str] = []
    counting: list[str] = []
    for line in lines:
        name, _, rest = line.partition(":")
        name, kind = name.upper(), rest.strip().upper()
        if name == "BEGIN":
            inside.append(kind)
            if len(inside) > _DEEPEST:
                raise UnreadableCalendarError("De agenda klopt niet: er zit te veel in elkaar.")
            if kind == "VEVENT":
                counting = []
        elif name == "END":
            if not inside or inside.pop() != kind:
                raise UnreadableCalendarError(f"De agenda klopt niet: bij een END:{kind[:20]}.")
            if kind == "VEVENT":
                yield counting
        elif inside == ["VCALENDAR", "VEVENT"] and _COUNTS.match(line):
            if len(line) > _LONGEST_LINE or len(counting) >= _MOST_LINES:
                raise UnreadableCalendarError("Er staat een veel te lange afspraak in de agenda.")
            counting.append(line)


def _event(lines: list[str]) -> RemoteEvent | None:
    given: dict[str, str] = {}
    for line in lines:
        if match := _COUNTS.match(line):
            given.setdefault(match[1].upper(), line)
    repeats = not _REPEATS.isdisjoint(given)
    kept = (line for name, line in given.items() if name not in _REPEATS)
    text = "\r\n".join(["BEGIN:VEVENT", *kept, "END:VEVENT", ""])
    try:
        event = icalendar.Event.from_ical(text)
        span = _span(event)
        title = " ".join(str(event.get("summary") or "").split())[:_LONGEST_TITLE]
        status = str(event.get("status") or "").strip().upper()
    except (ValueError, OverflowError, TypeError, AttributeError, LookupError, OSError):
        # The library does not say which it raises for what; a zone is looked for as a file.
        return None
    if span is None or not title:
        return None
    return RemoteEvent(title, span, cancelled=status == "CANCELLED", repeats=repeats)


def _span(event: icalendar.Component) -> Span | None:
    """Return the days of an event; its end is the first moment that is not in it any more."""
    start = _value(event, "dtstart")
    if not isinstance(start, date):
        return None
    end = _value(event, "dtend")
    length = _value(event, "duration")
    if not isinstance(end, date) and isinstance(length, timedelta):
        end = start + length
    first = _day(start)
    if not isinstance(end, date):
        return Span(first, first)
    last = _day(end)
    if not isinstance(end, datetime) or _here(end).time() == time():
        last -= _ONE_DAY
    return Span(first, max(first, last))


def _value(event: icalendar.Component, name: str) -> object:
    return getattr(event.get(name), "dt", None)


def _day(moment: date) -> date:
    return _here(moment).date() if isinstance(moment, datetime) else moment


def _here(moment: datetime) -> datetime:
    """Return a moment as the clocks show it here; without a zone it is meant so already."""
    return moment if moment.tzinfo is None else moment.astimezone(AMSTERDAM)
