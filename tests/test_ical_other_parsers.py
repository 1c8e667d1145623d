"""That calendars read from our feeds what we wrote: four parsers that know nothing of each other.

icalendar and vobject are written in Python; ical.js is the parser of Thunderbird, libical that of
Evolution and KOrganizer. Where one of the last two is not installed its tests are skipped.
"""

import ctypes
import ctypes.util
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import icalendar
import pytest
import vobject

from campagne import ical
from campagne.bootstrap import App, opened
from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.rota import EditionStatus
from campagne.services.publishing import my_calendar, personal_feeds
from campagne.services.publishing.feed_content import PERSONAL, ROLES
from campagne.services.publishing.feed_options import NO_CHOICE, FeedOptions, Show
from campagne.services.publishing.feeds import feed_list
from campagne.services.rotas import rota
from campagne.settings import Settings
from campagne.store import queries
from tests import node

GOLDEN = Path(__file__).parent / "golden"
TODAY = date(2026, 9, 7)
CANCELLED = "orange-the-world-2026"
# Each must come out as it went in.
HARD = (
    'komma, puntkomma; dubbele punt: "aanhaling"',
    r"een \ en \\ en \n en \, en \; en \t",
    "é, €, 漢 en 🧡: " + "🧡" * 60,
    "e\u0301 los, \u200bonzichtbaar",
    "a" * 74 + "é" + "b" * 74 + "🧡",
    "BEGIN:VEVENT",
    "end:vcalendar",
    "=?utf-8?q?geen_mail?= %C3%A9 &eacute; <b>vet</b>",
    "^n en ^' zoals in een parameter",
)


class Event(NamedTuple):
    """An event as a parser reads it; `gone` is the first day on which it is no more."""

    uid: str
    title: str
    first: str
    gone: str
    status: str
    description: str
    sequence: int
    url: str


class Read(NamedTuple):
    """A calendar as a parser reads it."""

    name: str
    refresh: str
    events: list[Event]


Feeds = Mapping[str, bytes]
Reader = Callable[[Feeds], dict[str, Read]]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every feed of the calendars that are shipped, with one edition cancelled, by file name.

    With the steps of all years for one gemeente, of this year for the others; and a personal feed
    with alarms, one that is withdrawn and one that is empty.
    """
    clock = SetClock(TODAY)
    settings = Settings(data_dir=tmp_path_factory.mktemp("var"))
    this_year = FeedOptions(Show.STEPS, back=0, ahead=0)
    with opened(settings, clock) as app:
        with app.database.session() as session:
            rota.cancel(session, CANCELLED, by="de test", now=clock.now(), today=TODAY)
            mine = my_calendar.make(session, "communicatie-hlt", now=clock.now())
            old = my_calendar.make(session, "beleid-leiden", now=clock.now())
            personal_feeds.withdraw(session, "beleid-leiden", now=clock.now())
        with app.database.read() as session:
            listed = feed_list(session)
            days = {one.key: one.span for one in queries.editions(session)}
        assert len(listed) == 1 + 4 + 18 + 18 + 2 * 18 + 2
        asked: dict[str, tuple[str, str, FeedOptions]] = {
            one.file: (
                one.kind,
                one.key,
                this_year if one.kind in ROLES and one.key != "katwijk" else NO_CHOICE,
            )
            for one in listed
        }
        asked["mijn.ics"] = PERSONAL, mine, FeedOptions(alarms=True)
        asked["mijn-stappen.ics"] = PERSONAL, mine, this_year
        asked["oud.ics"] = PERSONAL, old, NO_CHOICE
        clock.move_to(date(2020, 9, 7))
        nothing = FeedOptions(ahead=0)
        feeds = {"leeg.ics": body_of(app, "campagne", "orange-the-world", nothing)}
        clock.move_to(TODAY)
        feeds |= {name: body_of(app, *one) for name, one in asked.items()}
    # What the parsers are held against: the dates as they are stored.
    for feed in read_by_icalendar(feeds).values():
        for one in feed.events:
            span = days.get(one.uid.partition("@")[0])
            assert span is None or (one.first, one.gone) == (
                span.first.isoformat(),
                (span.last + timedelta(days=1)).isoformat(),
            )
    return feeds


def body_of(app: App, kind: str, key: str, options: FeedOptions) -> bytes:
    found = app.feeds.get(kind, key, options)
    assert found is not None
    return found.body


def read_by_icalendar(feeds: Feeds) -> dict[str, Read]:
    return {
        name: Read(
            str(calendar["name"]),
            calendar["refresh-interval"].to_ical().decode(),
            [
                Event(
                    str(one["uid"]),
                    str(one["summary"]),
                    iso(one.decoded("dtstart")),
                    iso(one.decoded("dtend")),
                    str(one["status"]),
                    str(one["description"]),
                    int(one["sequence"]),
                    str(one.get("url", "")),
                )
                for one in calendar.walk("VEVENT")
            ],
        )
        for name, body in feeds.items()
        for calendar in parsed(body)
    }


def parsed(body: bytes) -> list[Any]:
    """Return the one calendar of a file, untyped: a property may be of any of thirty types."""
    return [icalendar.Calendar.from_ical(body)]


def read_by_vobject(feeds: Feeds) -> dict[str, Read]:
    return {
        name: Read(
            calendar.name_list[0].value,
            calendar.refresh_interval.value,
            [
                Event(
                    one.uid.value,
                    one.summary.value,
                    iso(one.dtstart.value),
                    iso(one.dtend.value),
                    one.status.value,
                    one.description.value,
                    int(one.sequence.value),
                    one.contents["url"][0].value if "url" in one.contents else "",
                )
                for one in calendar.contents.get("vevent", ())
            ],
        )
        for name, body in feeds.items()
        for calendar in [vobject.readOne(body.decode())]
    }


READ = """
const parsed = require("ical.js");
const ICAL = parsed.default || parsed;
const day = (time) => {
  if (!time.isDate) throw new Error("no whole day");
  return time.toString();
};
const read = (text) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const one = (name) => calendar.getFirstPropertyValue(name).toString();
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    const value = (name) => component.getFirstPropertyValue(name);
    return [event.uid, event.summary, day(event.startDate), day(event.endDate), value("status"),
            event.description, event.sequence, value("url") || ""];
  });
  return [one("name"), one("refresh-interval"), events];
};
"""


def read_by_ical_js(feeds: Feeds) -> dict[str, Read]:
    return {
        name: Read(title, refresh, [Event(*one) for one in events])
        for name, (title, refresh, events) in node.read("ical.js", READ, feeds).items()
    }


def read_by_libical(feeds: Feeds) -> dict[str, Read]:
    found = ctypes.util.find_library("ical")
    if found is None:
        pytest.skip("libical is not installed; on Debian and Ubuntu: apt install libical3")
    return {name: LibIcal(found).read(body) for name, body in feeds.items()}


class Kind(int):
    """A number of an enumeration of libical: an int, where other numbers are pointers."""


class LibIcal:
    """The few functions of libical that a calendar needs."""

    def __init__(self, library: str) -> None:
        self._library = ctypes.CDLL(library)

    def read(self, body: bytes) -> Read:
        calendar = self._pointer("icalparser_parse_string", body)
        try:
            # A line that it cannot read libical answers with an X-LIC-ERROR, and goes on.
            assert self._call("icalcomponent_count_errors", ctypes.c_int, calendar) == 0
            assert self._call("icalrestriction_check", ctypes.c_int, calendar) == 1
            kind = Kind(self._call("icalcomponent_string_to_kind", ctypes.c_int, b"VEVENT"))
            events = []
            event = self._pointer("icalcomponent_get_first_component", calendar, kind)
            while event:
                events.append(self._event(event))
                event = self._pointer("icalcomponent_get_next_component", calendar, kind)
            return Read(
                self._value(calendar, b"NAME"), self._value(calendar, b"REFRESH-INTERVAL"), events
            )
        finally:
            self._call("icalcomponent_free", None, calendar)

    def _event(self, event: int) -> Event:
        return Event(
            self._text("icalcomponent_get_uid", event),
            self._text("icalcomponent_get_summary", event),
            self._day(event, b"DTSTART"),
            self._day(event, b"DTEND"),
            self._value(event, b"STATUS"),
            self._text("icalcomponent_get_description", event),
            self._call("icalcomponent_get_sequence", ctypes.c_int, event),
            self._value(event, b"URL"),
        )

    def _day(self, event: int, name: bytes) -> str:
        found = self._property(event, name)
        assert self._text("icalproperty_get_parameter_as_string", found, b"VALUE") == "DATE"
        return date.fromisoformat(self._value(event, name)).isoformat()

    def _value(self, component: int, name: bytes) -> str:
        found = self._property(component, name)
        return self._text("icalproperty_get_value_as_string", found) if found else ""

    def _property(self, component: int, name: bytes) -> int:
        kind = Kind(self._call("icalproperty_string_to_kind", ctypes.c_int, name))
        return self._pointer("icalcomponent_get_first_property", component, kind)

    def _pointer(self, name: str, *arguments: bytes | int) -> int:
        return self._call(name, ctypes.c_void_p, *arguments) or 0

    def _text(self, name: str, *arguments: bytes | int) -> str:
        text: bytes = self._call(name, ctypes.c_char_p, *arguments)
        return text.decode()

    def _call(self, name: str, result: Any, *arguments: bytes | int) -> Any:
        function = getattr(self._library, name)
        function.restype = result
        function.argtypes = [
            ctypes.c_char_p
            if isinstance(one, bytes)
            else ctypes.c_int
            if isinstance(one, Kind)
            else ctypes.c_void_p
            for one in arguments
        ]
        return function(*arguments)


READERS: list[Reader] = [read_by_vobject, read_by_ical_js, read_by_libical]


@pytest.mark.parametrize("read", READERS)
def test_every_feed_is_read_alike(shipped: dict[str, bytes], read: Reader) -> None:
    found, ours = read(shipped), read_by_icalendar(shipped)

    assert found.keys() == ours.keys()
    for name, feed in ours.items():
        assert found[name] == feed, name
    # That it was worth reading: many events, and every status.
    everything = found["alles.ics"].events
    assert len({one.uid for one in everything}) == len(everything) > 50
    assert {one.status for one in everything} == {"CONFIRMED", "TENTATIVE", "CANCELLED"}
    cancelled = [one.title for one in everything if one.uid.startswith(CANCELLED)]
    assert cancelled == ["GEANNULEERD: Orange the World"]
    assert len(found["mijn.ics"].events) > 100
    titles = [one.title for one in found["oud.ics"].events + found["leeg.ics"].events]
    assert titles == ["Agendalink ingetrokken", "Deze agenda is nog leeg"]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.ics")), ids=lambda path: path.name)
def test_the_golden_files_are_read_alike(path: Path, read: Reader) -> None:
    feeds = {path.name: path.read_bytes()}

    assert read(feeds) == read_by_icalendar(feeds)


@pytest.mark.parametrize("read", [read_by_icalendar, *READERS])
def test_text_that_is_hard_to_write_comes_out_as_it_went_in(read: Reader) -> None:
    now = SetClock(TODAY).now()
    events = [
        ical.Event(
            uid=f"{number}@campagne.internal",
            stamp=now,
            created=now,
            modified=now,
            sequence=number,
            span=Span(TODAY + timedelta(days=number), TODAY + timedelta(days=number)),
            title=text,
            description=f"{text}\n\n{text}\n",
            url="https://campagne.example.nl/?a=1,2;b=3",
            status=EditionStatus.CONFIRMED,
        )
        for number, text in enumerate(HARD)
    ]
    body = ical.calendar("Naam", "Uitleg", events, source_url="https://campagne.example.nl/")

    found = read({"hard.ics": body})["hard.ics"].events

    assert [one.title for one in found] == list(HARD)
    assert [one.description for one in found] == [f"{text}\n\n{text}\n" for text in HARD]
    assert {one.url for one in found} == {"https://campagne.example.nl/?a=1,2;b=3"}


def iso(day: date) -> str:
    assert type(day) is date
    return day.isoformat()
