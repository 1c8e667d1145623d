"""Working days: holidays of the law, settings of a gemeente, and counting."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.dates import Span, Unknown
from campagne.domain.regions import Municipality
from campagne.domain.workdays import WorkCalendar, calendar_for
from campagne.errors import InvalidInputError

USUAL = WorkCalendar()
STRICT = WorkCalendar(good_friday_closed=True, liberation_day_closed=True)
BRIDGE_DAY = date(2026, 5, 15)  # the Friday after Hemelvaartsdag
CALENDARS = st.sampled_from((USUAL, STRICT, WorkCalendar(closed_days=frozenset({BRIDGE_DAY}))))
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
COUNTS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 16), None),
        (date(2026, 11, 21), "valt in het weekend"),
        (date(2026, 11, 22), "valt in het weekend"),
        (date(2026, 1, 1), "valt op een feestdag (Nieuwjaarsdag)"),
        (date(2027, 1, 1), "valt op een feestdag (Nieuwjaarsdag)"),
        (date(2026, 12, 31), None),
        (date(2026, 4, 3), None),  # Goede Vrijdag
        (date(2026, 4, 6), "valt op een feestdag (Tweede paasdag)"),
        (date(2008, 3, 24), "valt op een feestdag (Tweede paasdag)"),  # the earliest
        (date(2038, 4, 26), "valt op een feestdag (Tweede paasdag)"),  # the latest
        (date(2026, 4, 27), "valt op een feestdag (Koningsdag)"),
        (date(2025, 4, 26), "valt in het weekend"),  # Koningsdag, moved from Sunday
        (date(2025, 4, 28), None),
        (date(2013, 4, 30), "valt op een feestdag (Koninginnedag)"),
        (date(2025, 5, 5), "valt op een feestdag (Bevrijdingsdag)"),  # lustrum
        (date(2026, 5, 5), None),
        (date(2026, 5, 14), "valt op een feestdag (Hemelvaartsdag)"),
        (date(2016, 5, 5), "valt op een feestdag (Hemelvaartsdag)"),  # also 5 mei
        (date(2026, 5, 15), None),
        (date(2026, 5, 25), "valt op een feestdag (Tweede pinksterdag)"),
        (date(2026, 12, 25), "valt op een feestdag (Eerste kerstdag)"),
        (date(2099, 12, 25), "valt op een feestdag (Eerste kerstdag)"),
        (date(2100, 12, 27), None),  # both days of Christmas are a weekend, neither moves
        (date(2028, 2, 29), None),
    ],
)
def test_the_usual_gemeente(day: date, expected: str | None) -> None:
    assert USUAL.why_closed(day) == expected
    assert USUAL.is_working_day(day) is (expected is None)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 4, 3), "valt op een feestdag (Goede vrijdag)"),
        (date(2026, 5, 5), "valt op een feestdag (Bevrijdingsdag)"),
        (date(2025, 5, 5), "valt op een feestdag (Bevrijdingsdag)"),
        (date(2016, 5, 5), "valt op een feestdag (Hemelvaartsdag)"),
        (BRIDGE_DAY, "valt op een dag waarop de gemeente gesloten is"),
        (date(2027, 5, 7), None),  # a bridge day of another year
    ],
)
def test_settings_of_a_gemeente_close_more_days(day: date, expected: str | None) -> None:
    calendar = calendar_for(
        Municipality(
            key="voorbeeld",
            name="Voorbeeld",
            cbs_code="GM9999",
            region="voorbeeldstreek",
            good_friday_closed=True,
            liberation_day_closed=True,
            closed_days=(BRIDGE_DAY,),
        )
    )
    assert calendar.why_closed(day) == expected
    assert calendar.is_working_day(day) is (expected is None)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 22), date(2026, 11, 20)),
        (date(2026, 4, 6), date(2026, 4, 3)),  # Easter Monday, Goede Vrijdag is open
        (date(2027, 1, 1), date(2026, 12, 31)),
        (date(2026, 12, 27), date(2026, 12, 24)),
        (date(2022, 1, 1), date(2021, 12, 31)),
    ],
)
def test_on_or_before(day: date, expected: date) -> None:
    assert USUAL.on_or_before(day) == expected


def test_on_or_before_passes_a_closed_good_friday() -> None:
    assert STRICT.on_or_before(date(2026, 4, 6)) == date(2026, 4, 2)


@pytest.mark.parametrize(
    ("day", "count", "before", "after"),
    [
        (date(2026, 11, 18), 0, date(2026, 11, 18), date(2026, 11, 18)),
        (date(2026, 11, 22), 0, date(2026, 11, 22), date(2026, 11, 22)),
        (date(2026, 11, 18), 3, date(2026, 11, 13), date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 20), date(2026, 11, 23)),
        (date(2026, 12, 28), 2, date(2026, 12, 23), date(2026, 12, 30)),
        (date(2027, 1, 4), 2, date(2026, 12, 30), date(2027, 1, 6)),
        (date(2028, 2, 29), 1, date(2028, 2, 28), date(2028, 3, 1)),
    ],
)
def test_counting_working_days(day: date, count: int, before: date, after: date) -> None:
    assert USUAL.minus(day, count) == before
    assert USUAL.plus(day, count) == after


def test_a_negative_count_is_a_defect() -> None:
    with pytest.raises(ValueError, match="negative"):
        USUAL.minus(date(2026, 1, 1), -1)


def test_school_holidays_follow_the_region_of_the_gemeente() -> None:
    assert USUAL.summer_holiday(2026) == Span(date(2026, 7, 18), date(2026, 8, 30))
    north = WorkCalendar(school_region="Noord")
    assert north.summer_holiday(2026) == Span(date(2026, 7, 4), date(2026, 8, 16))
    assert isinstance(USUAL.summer_holiday(2031), Unknown)
    with pytest.raises(InvalidInputError, match="'Oost' bestaat niet"):
        WorkCalendar(school_region="Oost").summer_holiday(2026)


@given(CALENDARS, DAYS)
def test_on_or_before_is_the_nearest_working_day_and_stays_there(
    calendar: WorkCalendar, day: date
) -> None:
    found = calendar.on_or_before(day)
    assert found <= day
    assert calendar.is_working_day(found)
    assert calendar.on_or_before(found) == found
    assert not any(
        calendar.is_working_day(found + timedelta(days=ahead))
        for ahead in range(1, (day - found).days + 1)
    )


@given(CALENDARS, DAYS, COUNTS)
def test_plus_undoes_minus_between_working_days(
    calendar: WorkCalendar, day: date, count: int
) -> None:
    start = calendar.on_or_before(day)
    assert calendar.plus(calendar.minus(start, count), count) == start
    assert calendar.minus(calendar.plus(start, count), count) == start


@given(CALENDARS, DAYS, COUNTS, st.integers(0, 30))
def test_counting_is_monotone(calendar: WorkCalendar, day: date, count: int, later_by: int) -> None:
    later = day + timedelta(days=later_by)
    assert calendar.minus(day, count + 1) < calendar.minus(day, count) <= day
    assert day <= calendar.plus(day, count) < calendar.plus(day, count + 1)
    assert calendar.minus(day, count) <= calendar.minus(later, count)
    assert calendar.plus(day, count) <= calendar.plus(later, count)


@given(DAYS)
def test_a_working_day_says_no_reason_and_a_closed_day_does(day: date) -> None:
    for calendar in (USUAL, STRICT):
        assert (calendar.why_closed(day) is None) is calendar.is_working_day(day)
