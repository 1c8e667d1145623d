"""Date rules: what holds for every rule and every year from 1990 to 2100."""

from calendar import monthrange
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.dates import (
    SCHOOL_HOLIDAYS,
    SCHOOL_REGIONS,
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

YEARS = st.integers(1990, 2100)
MONTHS = st.integers(1, 12)
WEEKDAYS = st.integers(0, 6)
DAYS_OF_YEAR = st.dates(date(2024, 1, 1), date(2024, 12, 31))  # a leap year: with 29 February


def _computed(formula: Formula, year: int) -> Span | Unknown:
    return evaluate(DateRule(RuleKind.COMPUTED, formula), year)


@given(YEARS, DAYS_OF_YEAR)
def test_the_week_containing_a_day_is_a_whole_week_with_it(year: int, anchor: date) -> None:
    found = _computed(WeekContaining(anchor.month, anchor.day), year)
    assert isinstance(found, Span)
    assert (found.first.weekday(), found.last.weekday(), found.days) == (0, 6, 7)
    leap_day = anchor == date(2024, 2, 29) and monthrange(year, 2)[1] == 28
    assert anchor.replace(year=year, day=28 if leap_day else anchor.day) in found


@given(YEARS, MONTHS, WEEKDAYS, st.sampled_from((1, 2, 3, 4, 5, -1)))
def test_the_nth_weekday_is_that_weekday_of_that_month(
    year: int, month: int, weekday: int, nth: int
) -> None:
    found = _computed(NthWeekday(nth, weekday, month), year)
    if isinstance(found, Unknown):
        assert nth == 5
        return
    assert (found.first.year, found.first.month) == (year, month)
    assert found.first.weekday() == weekday
    if nth == -1:
        assert (found.first + timedelta(weeks=1)).month != month
    else:
        assert (found.first.day - 1) // 7 + 1 == nth


@given(YEARS, st.dates(date(2023, 1, 1), date(2023, 12, 31)), WEEKDAYS, st.integers(1, 366))
def test_the_weekday_from_a_day_comes_within_a_week(
    year: int, anchor: date, weekday: int, days: int
) -> None:
    found = _computed(WeekdayFrom(weekday, anchor.month, anchor.day, days), year)
    assert isinstance(found, Span)
    assert found.first.weekday() == weekday
    assert 0 <= (found.first - anchor.replace(year=year)).days <= 6
    assert found.days == days


@given(YEARS, st.integers(1, 53))
def test_an_iso_week_has_its_number(year: int, week: int) -> None:
    found = _computed(IsoWeek(week), year)
    if isinstance(found, Unknown):
        assert week == 53
        return
    assert found.first.isocalendar() == (year, week, 1)
    assert found.last.isocalendar() == (year, week, 7)


@given(
    st.integers(2014, 2029),
    st.integers(1, 52),
    st.sampled_from(SCHOOL_HOLIDAYS),
    st.sampled_from(SCHOOL_REGIONS),
)
def test_before_a_school_holiday_runs_from_a_monday_up_to_it(
    year: int, weeks: int, holiday: str, region: str
) -> None:
    found = _computed(BeforeSchoolHoliday(weeks, holiday, region), year)
    around = school_holiday(holiday, year, region)
    assert isinstance(found, Span)
    assert isinstance(around, Span)
    assert found.first.weekday() == 0
    assert found.last == around.first - timedelta(days=1)
    assert (weeks - 1) * 7 < found.days <= weeks * 7


FORMULAS = st.one_of(
    st.builds(
        lambda one, two: FixedDays(one.month, one.day, two.month, two.day),
        DAYS_OF_YEAR,
        DAYS_OF_YEAR,
    ),
    st.builds(lambda on: WeekContaining(on.month, on.day), DAYS_OF_YEAR),
    st.builds(IsoWeek, st.integers(1, 53)),
    st.builds(NthWeekday, st.integers(1, 5), WEEKDAYS, MONTHS, st.integers(1, 366)),
    st.builds(FromEaster, st.integers(-366, 366), st.integers(1, 366)),
    st.builds(BeforeSchoolHoliday, st.integers(1, 52), st.sampled_from(SCHOOL_HOLIDAYS)),
)


@given(FORMULAS, YEARS)
def test_every_rule_answers_for_every_year_and_the_same_each_time(
    formula: Formula, year: int
) -> None:
    first = _computed(formula, year)
    school_holiday.cache_clear()
    assert _computed(formula, year) == first
