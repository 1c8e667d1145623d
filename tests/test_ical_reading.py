"""Calendars of others: what people write, what programs make of it, and what is meant to hurt."""

from datetime import date
from pathlib import Path

import pytest

from campagne.domain.dates import Span
from campagne.domain.organisers import RemoteEvent
from campagne.errors import UnreadableCalendarError
from campagne.ical_reading import MAX_BYTES, MAX_EVENTS, read_calendar

WEEK = Span(date(2026, 11, 16), date(2026, 11, 22))


def calendar(*lines: str, end: str = "\r\n") -> bytes:
    text = end.join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""])
    return text.encode("utf-8", "surrogatepass")


def event(*lines: str, title: str = "SUMMARY:Week") -> list[str]:
    return ["BEGIN:VEVENT", title, *lines, "END:VEVENT"]


DAYS = ["DTSTART;VALUE=DATE:20261116", "DTEND;VALUE=DATE:20261123"]


@pytest.mark.parametrize(
    ("lines", "span"),
    [
        (DAYS, WEEK),
        (["DTSTART;VALUE=DATE:20261116", "DURATION:P1W"], WEEK),
        (["DTSTART;VALUE=DATE:20261116"], Span(date(2026, 11, 16), date(2026, 11, 16))),
        (
            ["DTSTART;VALUE=DATE:20261116", "DTEND;VALUE=DATE:20261116"],
            Span(date(2026, 11, 16), date(2026, 11, 16)),
        ),
        # Midnight here is eleven in the evening in London.
        (["DTSTART:20261115T230000Z", "DTEND:20261122T230000Z"], WEEK),
        (["DTSTART;TZID=Europe/Amsterdam:20261116T000000", "DTEND:20261122T160000Z"], WEEK),
        # Outlook names its zones otherwise.
        (["DTSTART;TZID=W. Europe Standard Time:20261116T090000", "DURATION:P6DT8H"], WEEK),
        # Without a zone, or with one that nobody knows, it is meant as the clocks show it.
        (["DTSTART:20261116T000000", "DTEND:20261123T000000"], WEEK),
        (["DTSTART;TZID=Mijn/Zone:20261116T000000", "DTEND;TZID=Mijn/Zone:20261123T000000"], WEEK),
        (["dtstart;value=date:20261116", "dtend;value=date:20261123"], WEEK),
        (['DTSTART;X-A="a:b;c";VALUE=DATE:20261116', "DTEND;VALUE=DATE:20261123"], WEEK),
    ],
)
def test_the_days_of_an_event(lines: list[str], span: Span) -> None:
    assert read_calendar(calendar(*event(*lines))) == [RemoteEvent("Week", span)]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_what_programs_make_of_it(end: str) -> None:
    """Folded within a letter, escaped, marked with a BOM, with things inside things."""
    folded = "SUMMARY;LANGUAGE=nl:Caf\xc3" + end + " \xa9\\, deel\\n2"
    alarm = ["BEGIN:VALARM", "SUMMARY:Wekker", "DTSTART:20200101", "END:VALARM"]
    lines = ["BEGIN:VEVENT", folded, *DAYS, *alarm, "STATUS:cancelled ", "END:VEVENT"]
    body = b"\xef\xbb\xbf\r\n" + end.join(
        ["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", "", ""]
    ).encode("latin-1")
    assert read_calendar(body) == [RemoteEvent("Café, deel 2", WEEK, cancelled=True)]


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=YEARLY;COUNT=999999999;BYSECOND=" + ",".join(map(str, range(60))),
        "RDATE;VALUE=DATE:20270101,20280101",
        "rrule:onzin",
    ],
)
def test_what_comes_back_is_never_worked_out(rule: str) -> None:
    assert read_calendar(calendar(*event(*DAYS, rule))) == [RemoteEvent("Week", WEEK, repeats=True)]


def test_a_time_zone_of_the_file_is_never_worked_out() -> None:
    """With a rule that goes on for ever, the library would too."""
    zone = ["BEGIN:VTIMEZONE", "TZID:Europe/Amsterdam", "BEGIN:STANDARD", "DTSTART:00010101T000000"]
    zone += ["RRULE:FREQ=SECONDLY", "TZOFFSETFROM:+0000", "TZOFFSETTO:+1200"]
    zone += ["END:STANDARD", "END:VTIMEZONE"]
    lines = ["DTSTART;TZID=Europe/Amsterdam:20261116T010000", "DURATION:P6D"]
    assert read_calendar(calendar(*zone, *event(*lines))) == [RemoteEvent("Week", WEEK)]


@pytest.mark.parametrize(
    "lines",
    [
        event(*DAYS, title="SUMMARY:"),
        event(*DAYS, title="X:y"),
        event("DTEND;VALUE=DATE:20261123"),
        event("DTSTART:morgen"),
        event("DTSTART;VALUE=DATE:20261345"),
        event("DTSTART;VALUE=DATE:00010101", "DTEND;VALUE=DATE:00010101"),
        event("DTSTART:99991231T230000Z"),
        event("DTSTART;VALUE=DATE:20261116", "DURATION:P999999D"),
        event("DTSTART;TZID=" + "A" * 900 + ":20261116T000000"),
        event("DTSTART;TZID=../../../etc/passwd:20261116T000000", "DTEND:20261116T010000Z"),
        ["BEGIN:VTODO", "SUMMARY:Week", *DAYS, "END:VTODO"],
        ["BEGIN:VTODO", *event(*DAYS), "END:VTODO"],
    ],
)
def test_what_cannot_be_read_is_left_out(lines: list[str]) -> None:
    good = event(*DAYS, title="SUMMARY:Goed")
    assert read_calendar(calendar(*lines, *good))[-1] == RemoteEvent("Goed", WEEK)
    assert len(read_calendar(calendar(*lines, *good))) <= 2


def test_of_two_the_first_counts() -> None:
    lines = [*DAYS, "DTSTART;VALUE=DATE:20270101", "SUMMARY:Anders", "STATUS:CONFIRMED"]
    assert read_calendar(calendar(*event(*lines))) == [RemoteEvent("Week", WEEK)]


def test_a_title_is_one_line_and_no_book() -> None:
    (found,) = read_calendar(calendar(*event(*DAYS, title="SUMMARY:a\x00\x1b[31m\\n" + "b" * 1900)))
    assert found.title == "a[31m " + "b" * 194


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "geen agenda"),
        (b"<!doctype html><title>Inloggen</title>", "geen agenda"),
        (b"PK\x03\x04\x00\x00", "geen agenda"),
        (b"\x1f\x8b\x08\x00", "UTF-8"),
        (calendar(*event(*DAYS, title="SUMMARY:Caf\udce9")), "UTF-8"),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR".encode("utf-16"), "UTF-8"),
        (b"BEGIN:VCALENDAR\r\n" + "\r\n".join(event(*DAYS)).encode(), "niet heel"),
        (calendar("BEGIN:VEVENT", "SUMMARY:Week"), "klopt niet"),
        (calendar("END:VEVENT"), "klopt niet"),
        (calendar(*["BEGIN:VEVENT"] * 100_000), "te veel in elkaar"),
        (calendar(*event(*DAYS, title="SUMMARY:" + "x" * 20_000)), "te lange afspraak"),
        (calendar(*event(*["RDATE:20270101"] * 1000)), "te lange afspraak"),
        (calendar(*["BEGIN:VEVENT", "END:VEVENT"] * (MAX_EVENTS + 1)), "afspraken"),
        (calendar("X:" + "y" * MAX_BYTES), "groter"),
    ],
    ids=range(14),
)
def test_what_is_no_calendar_is_refused_with_a_reason(body: bytes, why: str) -> None:
    with pytest.raises(UnreadableCalendarError, match=why):
        read_calendar(body)


def test_what_does_not_count_may_be_long() -> None:
    """Pictures inside a file, for one."""
    lines = ["ATTACH;ENCODING=BASE64:" + "A" * 1_000_000, *[f"X-{n}:1" for n in range(1000)]]
    assert read_calendar(calendar(*lines, *event(*DAYS, *lines))) == [RemoteEvent("Week", WEEK)]


def test_our_own_calendars_are_read() -> None:
    golden = Path(__file__).parent / "golden" / "katwijk.ics"
    found = read_calendar(golden.read_bytes())
    assert len(found) == golden.read_bytes().count(b"BEGIN:VEVENT")
    orange = {one.span for one in found if "Orange the World" in one.title}
    assert Span(date(2026, 11, 25), date(2026, 12, 10)) in orange
