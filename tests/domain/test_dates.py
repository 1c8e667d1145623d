"""Date rules: every dated cell of the campaign table, the edges of the calendar, refusals."""

from collections.abc import Callable
from datetime import date

import pytest

from campagne.domain.dates import (
    BeforeSchoolHoliday,
    DateRule,
    FixedDays,
    Formula,
    FromEaster,
    IsoWeek,
    NthWeekday,
    RuleKind,
    Span,
    Unknown,
    WeekContaining,
    WeekdayFrom,
    evaluate,
    school_holiday,
)
from campagne.errors import InvalidInputError


def _span(text: str) -> Span:
    """Read ``2026-11-25/2026-12-10``, or one day."""
    first, _, last = text.partition("/")
    return Span(date.fromisoformat(first), date.fromisoformat(last or first))


def _day(month: int, day: int) -> DateRule:
    return DateRule(RuleKind.FIXED, FixedDays(month, day, month, day))


def _computed(formula: Formula, year: int) -> Span | Unknown:
    return evaluate(DateRule(RuleKind.COMPUTED, formula), year)


def _reason(found: Span | Unknown) -> str:
    assert isinstance(found, Unknown)
    return found.reason


# The dated cells of the campaign table, for 2024-2030.
TABLE = (
    (
        "orange-the-world",
        DateRule(RuleKind.FIXED, FixedDays(11, 25, 12, 10)),
        """
        2024-11-25/2024-12-10 2025-11-25/2025-12-10 2026-11-25/2026-12-10
        2027-11-25/2027-12-10 2028-11-25/2028-12-10 2029-11-25/2029-12-10
        2030-11-25/2030-12-10
        """,
    ),
    (
        "week-tegen-kindermishandeling",
        DateRule(RuleKind.COMPUTED, WeekContaining(11, 20)),
        """
        2024-11-18/2024-11-24 2025-11-17/2025-11-23 2026-11-16/2026-11-22
        2027-11-15/2027-11-21 2028-11-20/2028-11-26 2029-11-19/2029-11-25
        2030-11-18/2030-11-24
        """,
    ),
    (
        "dag-tegen-ouderenmishandeling",
        _day(6, 15),
        "2024-06-15 2025-06-15 2026-06-15 2027-06-15 2028-06-15 2029-06-15 2030-06-15",
    ),
    (
        "lkha-zomercampagne",
        DateRule(RuleKind.ESTIMATED, BeforeSchoolHoliday(weeks=4)),
        """
        2024-06-17/2024-07-12 2025-06-23/2025-07-18 2026-06-22/2026-07-17
        2027-06-21/2027-07-16 2028-06-12/2028-07-07 2029-06-11/2029-07-06
        2030-06-17/2030-07-12
        """,
    ),
    (
        "dag-tegen-vgv",
        _day(2, 6),
        "2024-02-06 2025-02-06 2026-02-06 2027-02-06 2028-02-06 2029-02-06 2030-02-06",
    ),
    (
        "safer-internet-day",
        DateRule(RuleKind.COMPUTED, WeekdayFrom(weekday=1, month=2, day=5)),
        "2024-02-06 2025-02-11 2026-02-10 2027-02-09 2028-02-08 2029-02-06 2030-02-05",
    ),
    (
        "internationale-vrouwendag",
        _day(3, 8),
        "2024-03-08 2025-03-08 2026-03-08 2027-03-08 2028-03-08 2029-03-08 2030-03-08",
    ),
    (
        "werelddag-mensenhandel",
        _day(7, 30),
        "2024-07-30 2025-07-30 2026-07-30 2027-07-30 2028-07-30 2029-07-30 2030-07-30",
    ),
    (
        "eu-dag-mensenhandel",
        _day(10, 18),
        "2024-10-18 2025-10-18 2026-10-18 2027-10-18 2028-10-18 2029-10-18 2030-10-18",
    ),
    (
        "dag-van-de-mantelzorg",
        _day(11, 10),
        "2024-11-10 2025-11-10 2026-11-10 2027-11-10 2028-11-10 2029-11-10 2030-11-10",
    ),
    (
        "kinderrechtendag",
        _day(11, 20),
        "2024-11-20 2025-11-20 2026-11-20 2027-11-20 2028-11-20 2029-11-20 2030-11-20",
    ),
    (
        "mensenrechtendag",
        _day(12, 10),
        "2024-12-10 2025-12-10 2026-12-10 2027-12-10 2028-12-10 2029-12-10 2030-12-10",
    ),
    (
        "paarse-vrijdag",
        DateRule(RuleKind.COMPUTED, NthWeekday(nth=2, weekday=4, month=12)),
        "2024-12-13 2025-12-12 2026-12-11 2027-12-10 2028-12-08 2029-12-14 2030-12-13",
    ),
)


@pytest.mark.parametrize(
    ("rule", "year", "expected"),
    [
        pytest.param(rule, year, expected, id=f"{key}-{year}")
        for key, rule, cells in TABLE
        for year, expected in zip(range(2024, 2031), cells.split(), strict=True)
    ],
)
def test_every_dated_cell_of_the_campaign_table(rule: DateRule, year: int, expected: str) -> None:
    assert evaluate(rule, year) == _span(expected)


@pytest.mark.parametrize(
    ("formula", "year", "expected"),
    [
        # a period over New Year, and one of exactly one day
        (FixedDays(12, 25, 1, 5), 2026, "2026-12-25/2027-01-05"),
        (FixedDays(12, 31, 12, 31), 2026, "2026-12-31"),
        # 29 February, in leap years and common years; 2100 is a common year, 2000 was not
        (FixedDays(2, 29, 2, 29), 2028, "2028-02-29"),
        (FixedDays(2, 29, 2, 29), 2027, "2027-02-28"),
        (FixedDays(2, 29, 3, 2), 2100, "2100-02-28/2100-03-02"),
        (FixedDays(2, 28, 2, 29), 2000, "2000-02-28/2000-02-29"),
        (FixedDays(2, 28, 2, 29), 2027, "2027-02-28"),
        (FixedDays(12, 1, 2, 29), 2027, "2027-12-01/2028-02-29"),
        (FixedDays(12, 1, 2, 29), 2028, "2028-12-01/2029-02-28"),
        (WeekContaining(2, 29), 2028, "2028-02-28/2028-03-05"),
        (WeekContaining(2, 29), 2027, "2027-02-22/2027-02-28"),
        # the week with 1 January starts in the year before, unless that day is a Monday
        (WeekContaining(1, 1), 2026, "2025-12-29/2026-01-04"),
        (WeekContaining(1, 1), 2027, "2026-12-28/2027-01-03"),
        (WeekContaining(1, 1), 2029, "2029-01-01/2029-01-07"),
        (WeekContaining(12, 31), 2026, "2026-12-28/2027-01-03"),
        # the anchor is the Sunday, and the Monday, of its week
        (WeekContaining(11, 22), 2026, "2026-11-16/2026-11-22"),
        (WeekContaining(11, 23), 2026, "2026-11-23/2026-11-29"),
        # the weeks of both clock changes of 2026 have seven days like any other
        (WeekContaining(3, 29), 2026, "2026-03-23/2026-03-29"),
        (WeekContaining(10, 25), 2026, "2026-10-19/2026-10-25"),
        # ISO weeks: week 1 may start in December, week 53 end in January
        (IsoWeek(1), 2026, "2025-12-29/2026-01-04"),
        (IsoWeek(1), 2027, "2027-01-04/2027-01-10"),
        (IsoWeek(53), 2020, "2020-12-28/2021-01-03"),
        (IsoWeek(53), 2026, "2026-12-28/2027-01-03"),
        (IsoWeek(47), 2026, "2026-11-16/2026-11-22"),
        (NthWeekday(1, 0, 6), 2026, "2026-06-01"),
        (NthWeekday(5, 6, 11), 2026, "2026-11-29"),
        (NthWeekday(-1, 6, 11), 2026, "2026-11-29"),
        (NthWeekday(-1, 4, 2), 2028, "2028-02-25"),
        (NthWeekday(-1, 1, 2), 2028, "2028-02-29"),
        (NthWeekday(-1, 0, 12, days=7), 2026, "2026-12-28/2027-01-03"),
        (WeekdayFrom(0, 12, 31), 2026, "2027-01-04"),
        (WeekdayFrom(3, 12, 31), 2026, "2026-12-31"),
        (WeekdayFrom(0, 10, 1, days=14), 2026, "2026-10-05/2026-10-18"),
        # the earliest and latest Easter of 1990-2100 are 23 March and 25 April
        (FromEaster(0), 2008, "2008-03-23"),
        (FromEaster(0), 2038, "2038-04-25"),
        (FromEaster(-2), 2008, "2008-03-21"),
        (FromEaster(49, days=2), 2038, "2038-06-13/2038-06-14"),
        (FromEaster(39), 2008, "2008-05-01"),
        (FromEaster(1), 2026, "2026-04-06"),
        (BeforeSchoolHoliday(1), 2026, "2026-07-13/2026-07-17"),
        (BeforeSchoolHoliday(4, region="Noord"), 2026, "2026-06-08/2026-07-03"),
        (BeforeSchoolHoliday(2, "Kerstvakantie"), 2026, "2026-12-07/2026-12-18"),
        (BeforeSchoolHoliday(10, "Voorjaarsvakantie"), 2026, "2025-12-08/2026-02-13"),
    ],
)
def test_edges_of_the_calendar(formula: Formula, year: int, expected: str) -> None:
    assert _computed(formula, year) == _span(expected)


@pytest.mark.parametrize(
    ("formula", "year", "reason"),
    [
        (IsoWeek(53), 2027, "Het jaar 2027 heeft geen week 53."),
        (
            NthWeekday(5, 0, 2),
            2028,
            "De maand februari 2028 heeft geen vijfde maandag.",
        ),
        (
            BeforeSchoolHoliday(4),
            2031,
            (
                "De zomervakantie van 2031 in regio Midden is niet bekend: de schoolvakanties "
                "van dat jaar zijn (nog) niet gepubliceerd."
            ),
        ),
        (IsoWeek(1), 1989, "Het jaar 1989 ligt buiten 1990 tot en met 2100."),
        (IsoWeek(1), 2101, "Het jaar 2101 ligt buiten 1990 tot en met 2100."),
    ],
)
def test_what_cannot_be_known_says_why(formula: Formula, year: int, reason: str) -> None:
    assert _reason(_computed(formula, year)) == reason


def test_announced_dates_are_unknown_until_the_organiser_gives_them() -> None:
    found = evaluate(DateRule(RuleKind.ANNOUNCED), 2027)
    assert _reason(found) == "De organisator heeft voor 2027 nog geen datums bekendgemaakt."


@pytest.mark.parametrize(
    ("name", "year", "region", "expected"),
    [
        ("Zomervakantie", 2026, "Midden", "2026-07-18/2026-08-30"),
        ("Zomervakantie", 2026, "Noord", "2026-07-04/2026-08-16"),
        ("Zomervakantie", 2026, "Zuid", "2026-07-11/2026-08-23"),
        ("Zomervakantie", 2014, "Midden", "2014-07-19/2014-08-31"),
        ("Zomervakantie", 2030, "Midden", "2030-07-13/2030-08-25"),
        ("Kerstvakantie", 2014, "Midden", "2014-12-20/2015-01-04"),
        ("Kerstvakantie", 2026, "Midden", "2026-12-19/2027-01-03"),
        ("Meivakantie", 2014, "Midden", "2014-04-26/2014-05-05"),
        ("Herfstvakantie", 2026, "Midden", "2026-10-17/2026-10-25"),
        ("Voorjaarsvakantie", 2030, "Midden", "2030-02-23/2030-03-03"),
    ],
)
def test_school_holidays(name: str, year: int, region: str, expected: str) -> None:
    assert school_holiday(name, year, region) == _span(expected)


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("Zomervakantie", 2013),
        ("Zomervakantie", 2031),
        ("Herfstvakantie", 2030),
        ("Kerstvakantie", 2013),  # only its January days are published
        ("Kerstvakantie", 2030),  # its January days are not
    ],
)
def test_a_school_holiday_that_is_not_wholly_published_is_unknown(name: str, year: int) -> None:
    assert f"De {name.lower()} van {year}" in _reason(school_holiday(name, year))


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda: FixedDays(4, 31, 5, 1), "Dag 31 in maand 4 bestaat niet: kies"),
        (lambda: FixedDays(4, 1, 2, 30), "Dag 30 in maand 2 bestaat niet: kies"),
        (lambda: FixedDays(13, 1, 1, 1), "Dag 1 in maand 13"),
        (lambda: WeekContaining(0, 20), "Dag 20 in maand 0"),
        (lambda: WeekContaining(11, 0), "Dag 0 in maand 11"),
        (lambda: WeekdayFrom(1, 2, 29), "bestaat niet in elk jaar"),
        (lambda: WeekdayFrom(7, 2, 5), "Weekdag 7"),
        (lambda: WeekdayFrom(1, 2, 5, days=0), "duur van 0 dagen"),
        (lambda: IsoWeek(0), "Week 0"),
        (lambda: IsoWeek(54), "Week 54"),
        (lambda: NthWeekday(0, 1, 1), "Volgnummer 0"),
        (lambda: NthWeekday(6, 1, 1), "Volgnummer 6"),
        (lambda: NthWeekday(-2, 1, 1), "Volgnummer -2"),
        (lambda: NthWeekday(1, -1, 1), "Weekdag -1"),
        (lambda: NthWeekday(1, 1, 13), "maand 13"),
        (lambda: NthWeekday(1, 1, 1, days=367), "duur van 367 dagen"),
        (lambda: FromEaster(0, days=-1), "duur van -1 dagen"),
        (lambda: FromEaster(1000), "1000 dagen vanaf Pasen"),
        (lambda: BeforeSchoolHoliday(-1), "-1 weken voor een schoolvakantie"),
        (lambda: BeforeSchoolHoliday(0), "0 weken voor een schoolvakantie"),
        (lambda: BeforeSchoolHoliday(53), "53 weken voor een schoolvakantie"),
        (lambda: BeforeSchoolHoliday(4, "Krokusvakantie"), "'Krokusvakantie' bestaat niet"),
        (lambda: BeforeSchoolHoliday(4, region="West"), "'West' bestaat niet"),
        (lambda: school_holiday("Zomervakantie", 2026, "West"), "'West' bestaat niet"),
        (lambda: DateRule(RuleKind.FIXED), "mist een formule"),
        (lambda: DateRule(RuleKind.ANNOUNCED, IsoWeek(1)), "geen datumformule"),
        (
            lambda: Span(date(2026, 11, 25), date(2026, 11, 24)),
            "De periode eindigt op 24 november 2026, voordat zij begint op 25 november 2026",
        ),
    ],
)
def test_what_does_not_exist_is_refused_in_dutch(make: Callable[[], object], part: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        make()
    assert part in str(refused.value)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("2026-11-16/2026-11-22", "2026-11-25/2026-12-10", False),
        ("2028-11-20/2028-11-26", "2028-11-25/2028-12-10", True),
        ("2026-11-01/2026-11-10", "2026-11-10", True),
        ("2026-11-01/2026-11-09", "2026-11-10", False),
        ("2026-01-01/2026-12-31", "2026-06-15", True),
    ],
)
def test_overlap_counts_both_ends(one: str, other: str, *, shared: bool) -> None:
    assert _span(one).overlaps(_span(other)) is shared
    assert _span(other).overlaps(_span(one)) is shared


def test_a_span_counts_and_holds_both_ends() -> None:
    orange_the_world = _span("2026-11-25/2026-12-10")
    assert orange_the_world.days == 16
    assert orange_the_world.first in orange_the_world
    assert orange_the_world.last in orange_the_world
    assert date(2026, 11, 24) not in orange_the_world
    assert date(2026, 12, 11) not in orange_the_world
