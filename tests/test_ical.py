"""What stands in a calendar file, read back by parsers that know nothing of how it was written."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from campagne import ical
from campagne.domain.dates import Span
from campagne.domain.rota import EditionStatus

GOLDEN = Path(__file__).parent / "golden" / "voorbeeld.ics"
CREATED = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
CHANGED = datetime(2026, 9, 7, 6, 0, 12, tzinfo=UTC)

WEEK = ical.Event(
    uid="week-tegen-kindermishandeling-2026@campagne.internal",
    stamp=CREATED,
    created=CREATED,
    modified=CREATED,
    sequence=0,
    span=Span(date(2026, 11, 16), date(2026, 11, 22)),
    title="Week tegen Kindermishandeling",
    description="Thema: kijken, luisteren; en doen\nPeriode: een week\n\nMeer informatie: ja",
    url="https://campagne.example.nl/editie/week-tegen-kindermishandeling-2026",
    status=EditionStatus.CONFIRMED,
    categories=("Campagne", "In het rooster"),
)
DAY = replace(
    WEEK,
    uid="dag-tegen-ouderenmishandeling-2027@campagne.internal",
    stamp=CHANGED,
    modified=CHANGED,
    sequence=3,
    span=Span(date(2027, 6, 15), date(2027, 6, 15)),
    title="GEANNULEERD: Dag tegen Ouderenmishandeling 🧡 voor wie zich zorgen maakt om een oudere",
    status=EditionStatus.CANCELLED,
    categories=(),
)
URL = "https://campagne.example.nl/feeds/regio/duin-en-bollenstreek.ics"


def build(*events: ical.Event, name: str = "Campagnes Duin- en Bollenstreek") -> bytes:
    return ical.calendar(name, "Campagnes; met hun data, per jaar.", events, source_url=URL)


def read_one(event: ical.Event) -> icalendar.Component:
    (found,) = icalendar.Calendar.from_ical(build(event)).walk("VEVENT")
    return found


def unfolded(body: bytes) -> list[str]:
    return body.decode().replace("\r\n ", "").split("\r\n")


def test_the_bytes_are_those_of_the_golden_file() -> None:
    """A change of these bytes makes every calendar fetch everything: it has to be meant."""
    assert build(DAY, WEEK) == GOLDEN.read_bytes()


def test_the_order_of_the_events_does_not_matter() -> None:
    assert build(DAY, WEEK) == build(WEEK, DAY)


def test_lines_end_in_crlf_and_have_at_most_75_octets() -> None:
    body = build(DAY, replace(WEEK, title="🧡é" * 60, description="ë🧡 " * 200))
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert re.search(rb"[^\r]\n|\r[^\n]", body) is None
    lines = body.removesuffix(b"\r\n").split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no character is cut in two


@pytest.mark.parametrize(
    "line",
    [
        r"NAME:Campagnes\, alle\; en \\ meer",
        r"X-WR-CALNAME:Campagnes\, alle\; en \\ meer",
        r"X-WR-CALDESC:Campagnes\; met hun data\, per jaar.",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        f"SOURCE;VALUE=URI:{URL}",
        "COLOR:darkorange",
        "X-APPLE-CALENDAR-COLOR:#FF8C00",
        "VERSION:2.0",
    ],
)
def test_the_calendar_says_what_it_is(line: str) -> None:
    assert line in unfolded(build(WEEK, name="Campagnes, alle; en \\ meer"))


@pytest.mark.parametrize(
    "absent", ["METHOD", "ORGANIZER", "BEGIN:VTIMEZONE", "BEGIN:VALARM", "TZID", "UID:None"]
)
def test_what_makes_clients_stumble_is_left_out(absent: str) -> None:
    assert not [line for line in unfolded(build(WEEK, DAY)) if line.startswith(absent)]


@pytest.mark.parametrize(
    "line",
    [
        "DTSTART;VALUE=DATE:20261116",
        "DTEND;VALUE=DATE:20261123",
        "DTSTAMP:20260105T093000Z",
        "CREATED:20260105T093000Z",
        "LAST-MODIFIED:20260105T093000Z",
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        "CLASS:PUBLIC",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        "CATEGORIES:Campagne,In het rooster",
        f"URL:{WEEK.url}",
        f"UID:{WEEK.uid}",
    ],
)
def test_an_event_is_a_free_run_of_whole_days(line: str) -> None:
    assert line in unfolded(build(WEEK))


@pytest.mark.parametrize(
    ("status", "written"),
    [
        (EditionStatus.PROVISIONAL, "TENTATIVE"),
        (EditionStatus.CONFIRMED, "CONFIRMED"),
        (EditionStatus.CANCELLED, "CANCELLED"),
    ],
)
def test_each_status_has_its_word(status: EditionStatus, written: str) -> None:
    assert str(read_one(replace(WEEK, status=status))["status"]) == written


@pytest.mark.parametrize(
    ("text", "read_back"),
    [
        ("komma, puntkomma; dubbele punt: en \\ schuin", None),
        ("een regel\ntwee regels\n\nvier", None),
        ("een\r\ntwee\rdrie\u2028vier\u0085vijf", "een\ntwee\ndrie\nvier\nvijf"),
        ("bel\x07 en \x00 nul \x0b\x1b\x7f weg", "bel en  nul  weg"),
        ("een halve \ud83e emoji", "een halve  emoji"),
        ("een hele 🧡 emoji", None),
        ("C:\\Nieuw\\nog eens", "C:\\\u2060Nieuw\\nog eens"),
        ("BEGIN:VEVENT\r\nUID:ander", "BEGIN:VEVENT\nUID:ander"),
    ],
)
def test_text_comes_back_as_it_was(text: str, read_back: str | None) -> None:
    assert str(read_one(replace(WEEK, description=text))["description"]) == (read_back or text)


def test_a_title_and_a_name_are_one_line() -> None:
    assert str(read_one(replace(WEEK, title="een\r\ntwee\nUID:x"))["summary"]) == "een twee UID:x"
    assert "NAME:een twee" in unfolded(build(name="een\ntwee"))


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_text_breaks_the_file(text: str, title: str) -> None:
    event = replace(WEEK, description=text, title=title, categories=(title,))
    body = build(event, name=title)
    assert re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", body) is None
    (found,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert found["uid"] == WEEK.uid
    assert found.decoded("dtend") == date(2026, 11, 23)
    assert body == build(event, name=title)


def test_vobject_reads_the_same_events() -> None:
    read = vobject.readOne(build(DAY, WEEK).decode())
    for found, event in zip(read.vevent_list, (WEEK, DAY), strict=True):
        assert found.uid.value == event.uid
        assert found.summary.value == event.title
        assert found.description.value == event.description
        assert found.dtstart.value == event.span.first
        assert found.dtend.value == event.span.last + timedelta(days=1)
