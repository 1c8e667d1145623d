"""Editions as an iCalendar file (RFC 5545, RFC 7986) that every calendar shows alike.

The bytes depend on the arguments alone: the same events give the same bytes in any process, in
any order, at any time. All days are whole days, so there is no VTIMEZONE.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import icalendar

from campagne.domain.dates import Span
from campagne.domain.rota import EditionStatus

_PRODUCT = "-//campagne//Campagnekalender//NL"
_END = b"END:VCALENDAR\r\n"
_ONE_DAY = timedelta(days=1)
# Orange, the colour of the campaigns, as a CSS name (RFC 7986) and for Apple and ICSx5.
_COLOUR, _COLOUR_HEX = "darkorange", "#FF8C00"
_STATUS = {
    EditionStatus.PROVISIONAL: "TENTATIVE",
    EditionStatus.CONFIRMED: "CONFIRMED",
    EditionStatus.CANCELLED: "CANCELLED",
}
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
# What RFC 5545 forbids in a text, and halves of a character that UTF-8 cannot hold. One such
# character makes strict clients (Nextcloud, Home Assistant) refuse the whole feed.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Event:
    """One all-day event; the stamps are aware UTC and come from stored rows, never from now.

    Attributes:
        uid: permanent and unique in the world; the same edition has it in every feed.
        stamp: DTSTAMP.
        sequence: 0, and one higher after each visible change.
        span: first and last day, both included.
        title: one line.
        description: plain text of any number of lines.
        url: page with more about it; empty for none.
        alarm: when a calendar speaks up, from the midnight that the first day begins with; None
            for never.
    """

    uid: str
    stamp: datetime
    created: datetime
    modified: datetime
    sequence: int
    span: Span
    title: str
    description: str
    url: str
    status: EditionStatus
    categories: tuple[str, ...] = ()
    alarm: timedelta | None = None


def calendar(
    name: str,
    description: str,
    events: Sequence[Event],
    *,
    source_url: str | None,
    refresh: timedelta = timedelta(hours=12),
) -> bytes:
    """Return a calendar file, its events by first day.

    There is no METHOD: one would ask for an ORGANIZER in every event (RFC 5546, libical), which
    Outlook shows as a meeting that someone called, and an address that people would answer.

    Args:
        name: what a client calls the calendar.
        description: one sentence about it.
        events: in any order; no two with the same uid.
        source_url: where the newest version is found; None where it must not stand in the file.
        refresh: how often a client should look for changes; some do as they please.
    """
    head = icalendar.Calendar()  # not .new(): that draws a random UID
    head.add("prodid", _PRODUCT)
    head.add("version", "2.0")
    head.add("calscale", "GREGORIAN")
    # As vText, since icalendar escapes no text in properties that it does not know.
    head.add("name", icalendar.vText(_line(name)))
    head.add("x-wr-calname", icalendar.vText(_line(name)))
    head.add("x-wr-caldesc", icalendar.vText(_line(description)))
    if source_url is not None:
        head.add("source", _line(source_url), parameters={"VALUE": "URI"})
    head.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    head.add("x-published-ttl", icalendar.vDuration(refresh))
    head.add("color", _COLOUR)
    head.add("x-apple-calendar-color", _COLOUR_HEX)
    ordered = sorted(events, key=lambda one: (one.span, one.uid))
    return b"".join((head.to_ical().removesuffix(_END), *map(_event, ordered), _END))


def invitation(event: Event, *, organizer: str, organizer_name: str) -> bytes:
    """Return one event to go along with a mail, for who wants to keep it: METHOD:PUBLISH.

    It asks nobody to answer. RFC 5546, 3.2.1 wants an ORGANIZER in such a file: who sent the mail.

    Args:
        event: with the uid that it has in the feeds, so that a calendar knows the two for one.
        organizer: bare mail address.
        organizer_name: of whom that is.
    """
    head = icalendar.Calendar()
    head.add("prodid", _PRODUCT)
    head.add("version", "2.0")
    head.add("calscale", "GREGORIAN")
    head.add("method", "PUBLISH")
    sender = icalendar.vCalAddress(f"mailto:{organizer}")
    sender.params["CN"] = icalendar.vText(_line(organizer_name).replace('"', "'"))
    made = icalendar.Event.from_ical(_event(event))
    made.add("organizer", sender)
    return b"".join((head.to_ical().removesuffix(_END), made.to_ical(), _END))


# icalendar writes 2,000 events a second. An event is the same in each feed that it is in, so most
# of what a change makes us write anew was written before.
@lru_cache(maxsize=4096)
def _event(event: Event) -> bytes:
    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("dtstamp", event.stamp)
    made.add("created", event.created)
    made.add("last-modified", event.modified)
    made.add("sequence", event.sequence)
    made.add("dtstart", event.span.first)
    made.add("dtend", event.span.last + _ONE_DAY)
    made.add("summary", _line(event.title))
    made.add("description", _text(event.description))
    if event.url:
        made.add("url", _line(event.url))
    made.add("status", _STATUS[event.status])
    made.add("class", "PUBLIC")
    if event.categories:
        made.add("categories", [_line(one) for one in event.categories])
    # A campaign of two weeks must not make anybody look busy for two weeks.
    made.add("transp", "TRANSPARENT")
    made.add("x-microsoft-cdo-busystatus", "FREE")
    made.add("x-microsoft-cdo-alldayevent", "TRUE")
    if event.alarm is not None:
        made.add_component(_alarm(event.alarm, event.title))
    written: bytes = made.to_ical()
    return written


def _alarm(trigger: timedelta, title: str) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    # Without it there are programs that refuse the whole feed (Home Assistant).
    alarm.add("description", _line(title))
    alarm.add("trigger", trigger)
    return alarm


def _text(text: str) -> str:
    """Return text that every parser reads back as it is."""
    clean = _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))
    # icalendar would write a backslash with an N as a line end; a joiner that nobody sees stops it.
    return clean.replace("\\N", "\\\u2060N")


def _line(text: str) -> str:
    return _text(text).replace("\n", " ")
