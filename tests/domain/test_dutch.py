"""Dutch phrases for days, periods, lists and counts."""

from datetime import date

import pytest

from campagne.domain import dutch
from campagne.domain.dates import Span


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 16), "maandag 16 november 2026"),
        (date(2027, 6, 15), "dinsdag 15 juni 2027"),
        (date(2028, 2, 29), "dinsdag 29 februari 2028"),
        (date(2026, 3, 1), "zondag 1 maart 2026"),
        (date(2026, 8, 8), "zaterdag 8 augustus 2026"),
    ],
)
def test_day(on: date, expected: str) -> None:
    assert dutch.day(on) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-11-16", date(2026, 11, 16)),
        ("16-11-2026", date(2026, 11, 16)),
        (" 7-9-2026\n", date(2026, 9, 7)),
        ("29-02-2028", date(2028, 2, 29)),
        ("29-02-2026", None),
        ("11-16-2026", None),  # the month first, as nobody writes it here
        ("16-11-26", None),
        ("0-0-0000", None),
        ("16 november", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_and_browsers_write_it(typed: str, expected: date | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match=r"."):
            dutch.read_day(typed)
    else:
        assert dutch.read_day(typed) == expected


@pytest.mark.parametrize(
    ("first", "last", "in_full", "in_short"),
    [
        (
            date(2026, 11, 16),
            date(2026, 11, 22),
            "van maandag 16 tot en met zondag 22 november 2026",
            "16 t/m 22 november 2026",
        ),
        (
            date(2026, 11, 25),
            date(2026, 12, 10),
            "van woensdag 25 november tot en met donderdag 10 december 2026",
            "25 november t/m 10 december 2026",
        ),
        (
            date(2026, 12, 28),
            date(2027, 1, 3),
            "van maandag 28 december 2026 tot en met zondag 3 januari 2027",
            "28 december 2026 t/m 3 januari 2027",
        ),
        (
            date(2026, 11, 16),  # the same month of another year
            date(2027, 11, 16),
            "van maandag 16 november 2026 tot en met dinsdag 16 november 2027",
            "16 november 2026 t/m 16 november 2027",
        ),
        (date(2027, 6, 15), date(2027, 6, 15), "dinsdag 15 juni 2027", "15 juni 2027"),
    ],
)
def test_period(first: date, last: date, in_full: str, in_short: str) -> None:
    assert dutch.period(Span(first, last)) == in_full
    assert dutch.short_period(Span(first, last)) == in_short


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), ""),
        (("Leiden",), "Leiden"),
        (("Katwijk", "Noordwijk"), "Katwijk en Noordwijk"),
        (("Hillegom", "Lisse", "Teylingen"), "Hillegom, Lisse en Teylingen"),
    ],
)
def test_join(words: tuple[str, ...], expected: str) -> None:
    assert dutch.join(words) == expected


def test_join_by_another_word() -> None:
    assert dutch.join(("hoog", "middel", "laag"), "of") == "hoog, middel of laag"


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 weken"), (1, "1 week"), (2, "2 weken"), (21, "21 weken")]
)
def test_count(number: int, expected: str) -> None:
    assert dutch.count(number, "week", "weken") == expected


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (date(2026, 10, 5), "4 weken geleden"),
        (date(2026, 10, 31), "2 dagen geleden"),
        (date(2026, 11, 1), "gisteren"),
        (date(2026, 11, 2), "vandaag"),
        (date(2026, 11, 3), "morgen"),
        (date(2026, 11, 4), "over 2 dagen"),
        (date(2026, 11, 8), "over 6 dagen"),
        (date(2026, 11, 9), "over 1 week"),
        (date(2026, 11, 10), "over 8 dagen"),
        (date(2026, 11, 15), "over 13 dagen"),
        (date(2026, 11, 16), "over 2 weken"),
        (date(2026, 11, 17), "over ruim 2 weken"),
        (date(2026, 11, 23), "over 3 weken"),
        (date(2027, 11, 1), "over 52 weken"),
    ],
)
def test_in_time(first: date, expected: str) -> None:
    assert dutch.in_time(date(2026, 11, 2), first) == expected


def test_one_day_gets_op() -> None:
    assert dutch.on_or_from("dinsdag 15 juni 2027") == "op dinsdag 15 juni 2027"
    whole = "van maandag 16 tot en met zondag 22 november 2026"
    assert dutch.on_or_from(whole) == whole


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("NTB", "nader te bepalen (NTB)"),
        ("18 nov - 24 nov", "18 november - 24 november"),
        ("1 mrt - 3 mei", "1 maart - 3 mei"),
        ("heel november", "heel november"),
        ("de maand mei", "de maand mei"),
    ],
)
def test_a_period_as_a_plan_writes_it(period: str, expected: str) -> None:
    assert dutch.in_plan(period) == expected
