"""Due dates of steps, and the phrases for lead times."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.dates import Span
from campagne.domain.leadtimes import DueDate, describe, due_date, parse_lead
from campagne.domain.playbook import (
    Anchor,
    LeadTime,
    Meeting,
    MeetingLead,
    Role,
    Step,
    SummerRule,
    Unit,
)
from campagne.domain.workdays import WorkCalendar
from campagne.errors import InvalidInputError

USUAL = WorkCalendar()
WEEK_2026 = Span(date(2026, 11, 16), date(2026, 11, 22))
MEETING_IN_FEBRUARY = Meeting("rbo", date(2027, 2, 4), date(2027, 1, 21))
MEETING_IN_DECEMBER = Meeting("rbo", date(2026, 12, 17), date(2026, 12, 10))
MEETING_TOO_SOON = Meeting("rbo", date(2026, 12, 3), date(2026, 12, 5))
NOT_PUBLISHED = (
    "de schoolvakanties van 2031 zijn nog niet bekend: kijk of dit in de zomervakantie valt"
)
OTHER_MEETING = Meeting("bo", date(2026, 12, 10), date(2026, 12, 7))


def _step(
    lead: str,
    summer: SummerRule = SummerRule.BEFORE,
    before_meeting: MeetingLead | None = None,
) -> Step:
    return Step(
        key="stap",
        title="Doe iets",
        what="Doe iets voor de campagne.",
        role=Role.POLICY,
        lead=parse_lead(lead),
        summer=summer,
        before_meeting=before_meeting,
    )


def _span(first: date, days: int = 1) -> Span:
    return Span(first, first + timedelta(days=days - 1))


@pytest.mark.parametrize(
    ("lead", "span", "expected"),
    [
        ("26 weken voor de start", WEEK_2026, date(2026, 5, 18)),
        ("10 weken voor de start", WEEK_2026, date(2026, 9, 7)),
        ("10 dagen voor de start", WEEK_2026, date(2026, 11, 6)),
        ("3 werkdagen voor de start", WEEK_2026, date(2026, 11, 11)),
        ("op de eerste dag", WEEK_2026, date(2026, 11, 16)),
        ("1 dag na de start", WEEK_2026, date(2026, 11, 17)),
        ("2 werkdagen na de start", WEEK_2026, date(2026, 11, 18)),
        ("1 werkdag na het einde", WEEK_2026, date(2026, 11, 23)),
        ("5 dagen na het einde", WEEK_2026, date(2026, 11, 27)),
        # 26 weeks before February is in the year before
        ("26 weken voor de start", _span(date(2027, 3, 8)), date(2026, 9, 7)),
        ("26 weken voor de start", _span(date(2027, 2, 9)), date(2026, 7, 17)),
        # leap years
        ("1 week voor de start", _span(date(2028, 3, 7)), date(2028, 2, 29)),
        ("1 week voor de start", _span(date(2027, 3, 8)), date(2027, 3, 1)),
        ("52 weken voor de start", _span(date(2029, 2, 27)), date(2028, 2, 29)),
        # over both clock changes, and over an ISO week 53
        ("1 week voor de start", _span(date(2026, 4, 1)), date(2026, 3, 25)),
        ("1 week voor de start", _span(date(2026, 10, 28)), date(2026, 10, 21)),
        ("2 weken na de start", _span(date(2026, 12, 22)), date(2027, 1, 5)),
        # a period over New Year counts from its own end
        ("2 weken na het einde", Span(date(2026, 12, 25), date(2027, 1, 5)), date(2027, 1, 19)),
        ("10 werkdagen voor de start", _span(date(2027, 1, 4)), date(2026, 12, 17)),
    ],
)
def test_due_dates(lead: str, span: Span, expected: date) -> None:
    assert due_date(_step(lead), span, USUAL, ()).on == expected


@pytest.mark.parametrize(
    ("lead", "summer", "span", "expected"),
    [
        (
            "16 weken voor de start",  # 27 July 2026
            SummerRule.BEFORE,
            WEEK_2026,
            DueDate(
                date(2026, 7, 17),
                ("valt in de zomervakantie: daarom vervroegd",),
            ),
        ),
        (
            "16 weken voor de start",
            SummerRule.SKIP,
            WEEK_2026,
            DueDate(None, ("valt in de zomervakantie: vervalt",)),
        ),
        ("16 weken voor de start", SummerRule.KEEP, WEEK_2026, DueDate(date(2026, 7, 27))),
        # the last day of the holiday, Sunday 30 August 2026, and the Monday after it
        (
            "1 week voor de start",
            SummerRule.BEFORE,
            _span(date(2026, 9, 6)),
            DueDate(
                date(2026, 7, 17),
                ("valt in de zomervakantie: daarom vervroegd",),
            ),
        ),
        (
            "op de eerste dag",
            SummerRule.KEEP,
            _span(date(2026, 8, 30)),
            DueDate(date(2026, 8, 28), ("valt in het weekend: daarom vervroegd",)),
        ),
        (
            "op de eerste dag",
            SummerRule.BEFORE,
            _span(date(2026, 8, 31)),
            DueDate(date(2026, 8, 31)),
        ),
        # the last day before the holiday, Friday 17 July 2026
        ("op de eerste dag", SummerRule.SKIP, _span(date(2026, 7, 17)), DueDate(date(2026, 7, 17))),
        # 2031 is not published: the weekend moves it, the summer cannot
        (
            "16 weken voor de start",  # Sunday 27 July 2031
            SummerRule.BEFORE,
            _span(date(2031, 11, 16), 7),
            DueDate(
                date(2031, 7, 25),
                ("valt in het weekend: daarom vervroegd", NOT_PUBLISHED),
            ),
        ),
        (
            "16 weken voor de start",
            SummerRule.SKIP,
            _span(date(2031, 11, 17), 7),
            DueDate(date(2031, 7, 28), (NOT_PUBLISHED,)),
        ),
        (
            "16 weken voor de start",
            SummerRule.KEEP,
            _span(date(2031, 11, 17), 7),
            DueDate(date(2031, 7, 28)),
        ),
        (
            "10 weken voor de start",  # in October no summer holiday is near
            SummerRule.BEFORE,
            _span(date(2031, 12, 15)),
            DueDate(date(2031, 10, 6)),
        ),
        # the year that counts is that of the due date
        (
            "26 weken voor de start",
            SummerRule.BEFORE,
            _span(date(2031, 2, 6)),
            DueDate(
                date(2030, 7, 12),
                ("valt in de zomervakantie: daarom vervroegd",),
            ),
        ),
    ],
)
def test_the_summer_rule(lead: str, summer: SummerRule, span: Span, expected: DueDate) -> None:
    assert due_date(_step(lead, summer), span, USUAL, ()) == expected


@pytest.mark.parametrize(
    ("first", "on", "why"),
    [
        (date(2026, 12, 25), date(2026, 12, 24), "op een feestdag (Eerste kerstdag)"),
        (date(2027, 1, 1), date(2026, 12, 31), "op een feestdag (Nieuwjaarsdag)"),
        (date(2030, 4, 22), date(2030, 4, 19), "op een feestdag (Tweede paasdag)"),
        (date(2026, 6, 14), date(2026, 6, 12), "in het weekend"),
    ],
)
def test_a_closed_day_moves_earlier_and_says_why(first: date, on: date, why: str) -> None:
    found = due_date(_step("op de eerste dag"), _span(first), USUAL, ())
    assert found == DueDate(on, (f"valt {why}: daarom vervroegd",))


@pytest.mark.parametrize(
    ("lead", "span", "expected"),
    [
        # ends on Friday 9 July 2026, the summer holiday begins on Saturday 18 July
        ("2 weken na het einde", Span(date(2026, 6, 15), date(2026, 7, 9)), date(2026, 7, 17)),
        # ends the day before the holiday: there is no day left to move to
        ("2 weken na het einde", Span(date(2026, 6, 22), date(2026, 7, 17)), date(2026, 7, 31)),
        ("6 weken na het einde", Span(date(2026, 7, 30), date(2026, 7, 30)), date(2026, 9, 10)),
        ("2 weken na de start", Span(date(2026, 7, 30), date(2026, 8, 20)), date(2026, 8, 13)),
    ],
)
def test_summer_never_moves_a_step_to_before_what_it_follows(
    lead: str, span: Span, expected: date
) -> None:
    assert due_date(_step(lead), span, USUAL, ()).on == expected


def test_a_closed_day_after_the_summer_goes_before_the_summer() -> None:
    closed_monday = WorkCalendar(closed_days=frozenset({date(2026, 8, 31)}))
    found = due_date(_step("1 week voor de start"), _span(date(2026, 9, 7)), closed_monday, ())
    assert found == DueDate(
        date(2026, 7, 17),
        (
            "valt op een dag waarop de gemeente gesloten is: daarom vervroegd",
            "valt in de zomervakantie: daarom vervroegd",
        ),
    )


def test_a_closed_day_after_the_summer_does_not_make_a_step_lapse() -> None:
    closed_monday = WorkCalendar(closed_days=frozenset({date(2026, 8, 31)}))
    step = _step("op de eerste dag", SummerRule.SKIP)
    assert due_date(step, _span(date(2026, 8, 31)), closed_monday, ()).on == date(2026, 8, 28)


def test_a_closed_day_before_the_summer_goes_further_back() -> None:
    closed_friday = WorkCalendar(closed_days=frozenset({date(2026, 7, 17)}))
    assert due_date(_step("16 weken voor de start"), WEEK_2026, closed_friday, ()) == DueDate(
        date(2026, 7, 16), ("valt in de zomervakantie: daarom vervroegd",)
    )


# The evaluation: six weeks after Sunday 22 November 2026 is Sunday 3 January 2027.
NOT_FOR_THE_MEETING = (date(2026, 12, 31), ())
FOR_THE_MEETING_IN_DECEMBER = (
    date(2026, 12, 3),
    (
        (
            "de stukken voor het overleg van donderdag 17 december 2026 sluiten op donderdag "
            "10 december 2026: daarom vervroegd"
        ),
    ),
)


@pytest.mark.parametrize(
    ("meetings", "expected"),
    [
        ((), NOT_FOR_THE_MEETING),
        ((OTHER_MEETING, MEETING_TOO_SOON), NOT_FOR_THE_MEETING),
        ((MEETING_IN_FEBRUARY,), NOT_FOR_THE_MEETING),  # it can only make it earlier
        (
            (MEETING_IN_FEBRUARY, OTHER_MEETING, MEETING_IN_DECEMBER, MEETING_TOO_SOON),
            FOR_THE_MEETING_IN_DECEMBER,
        ),
        # papers that close exactly 14 days after the end are in time
        (
            (Meeting("rbo", date(2026, 12, 10), date(2026, 12, 6)), MEETING_IN_DECEMBER),
            (
                date(2026, 11, 30),
                (
                    (
                        "de stukken voor het overleg van donderdag 10 december 2026 sluiten op "
                        "zondag 6 december 2026: daarom vervroegd"
                    ),
                ),
            ),
        ),
    ],
)
def test_the_papers_of_the_next_meeting_make_it_earlier(
    meetings: tuple[Meeting, ...], expected: tuple[date, tuple[str, ...]]
) -> None:
    step = _step("6 weken na het einde", before_meeting=MeetingLead("rbo", workdays=5))
    found = due_date(step, WEEK_2026, USUAL, meetings)
    on, meeting_moves = expected
    assert found.on == on
    assert tuple(move for move in found.remarks if "overleg" in move) == meeting_moves


def test_papers_that_close_on_a_closed_day_without_working_days_before_them() -> None:
    step = _step("6 weken na het einde", before_meeting=MeetingLead("rbo", workdays=0))
    sunday = Meeting("rbo", date(2026, 12, 17), date(2026, 12, 13))
    found = due_date(step, WEEK_2026, USUAL, (sunday,))
    assert found.on == date(2026, 12, 11)
    assert len(found.remarks) == 2


@pytest.mark.parametrize(
    ("lead", "phrase"),
    [
        (LeadTime(16, Unit.WEEKS, Anchor.BEFORE_START), "16 weken voor de start"),
        (LeadTime(1, Unit.WEEKS, Anchor.BEFORE_START), "1 week voor de start"),
        (LeadTime(1, Unit.DAYS, Anchor.AFTER_START), "1 dag na de start"),
        (LeadTime(10, Unit.DAYS, Anchor.BEFORE_START), "10 dagen voor de start"),
        (LeadTime(6, Unit.WEEKS, Anchor.AFTER_END), "6 weken na het einde"),
        (LeadTime(3, Unit.WORKDAYS, Anchor.BEFORE_START), "3 werkdagen voor de start"),
        (LeadTime(1, Unit.WORKDAYS, Anchor.AFTER_END), "1 werkdag na het einde"),
        (LeadTime(0, Unit.DAYS, Anchor.AFTER_START), "op de eerste dag"),
        (LeadTime(0, Unit.DAYS, Anchor.AFTER_END), "op de laatste dag"),
    ],
)
def test_a_lead_time_reads_as_it_is_written(lead: LeadTime, phrase: str) -> None:
    assert describe(lead) == phrase
    assert parse_lead(phrase) == lead
    assert parse_lead(f"  {phrase.replace(' ', '  ')} ") == lead


def test_no_weeks_before_the_start_is_the_first_day() -> None:
    assert describe(LeadTime(0, Unit.WEEKS, Anchor.BEFORE_START)) == "op de eerste dag"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "16",
        "16 weken",
        "16 weken voor",
        "1 weken voor de start",
        "2 week voor de start",
        "0 weken voor de start",
        "-1 weken voor de start",
        "016 weken voor de start",
        "1000 weken voor de start",
        "1,5 weken voor de start",
        "zes weken na het einde",
        "6 maanden voor de start",
        "6 weken na het eind",
        "6 weken voor het einde",
        "16 weken voor de start!",
        "\u0661 dag na de start",
    ],
)
def test_any_other_phrase_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_lead(text)
    assert repr(text) in str(refused.value)
    assert "'16 weken voor de start'" in str(refused.value)
    assert "'op de eerste dag'" in str(refused.value)


LEADS = st.builds(
    LeadTime, st.integers(1, 999), st.sampled_from(Unit), st.sampled_from(Anchor)
) | st.sampled_from([LeadTime(0, Unit.DAYS, on) for on in (Anchor.AFTER_START, Anchor.AFTER_END)])
SHORT_LEADS = st.builds(
    LeadTime, st.integers(0, 60), st.sampled_from(Unit), st.sampled_from(Anchor)
)
SPANS = st.builds(_span, st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(1, 30))
CALENDARS = st.builds(
    WorkCalendar,
    good_friday_closed=st.booleans(),
    liberation_day_closed=st.booleans(),
    school_region=st.sampled_from(("Noord", "Midden", "Zuid")),
    closed_days=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20),
)


@given(LEADS)
def test_every_lead_time_reads_back(lead: LeadTime) -> None:
    assert parse_lead(describe(lead)) == lead


@given(SHORT_LEADS, SPANS, CALENDARS, st.sampled_from(SummerRule), st.integers(0, 90))
def test_a_due_date_is_a_working_day_and_never_later_than_its_lead_time(
    lead: LeadTime, span: Span, calendar: WorkCalendar, summer: SummerRule, papers_after: int
) -> None:
    papers_close = span.last + timedelta(days=papers_after)
    step = replace(_step("op de eerste dag", summer, MeetingLead("rbo", workdays=5)), lead=lead)
    found = due_date(step, span, calendar, (Meeting("rbo", papers_close, papers_close),))
    if found.on is None:
        assert summer is SummerRule.SKIP
        assert found.remarks[-1] == "valt in de zomervakantie: vervalt"
        return
    assert calendar.is_working_day(found.on)
    anchor = span.last if lead.anchor is Anchor.AFTER_END else span.first
    sign = -1 if lead.anchor is Anchor.BEFORE_START else 1
    if lead.unit is Unit.WORKDAYS:
        nominal = (calendar.minus if sign < 0 else calendar.plus)(anchor, lead.amount)
    else:
        nominal = anchor + sign * lead.amount * timedelta(days=1 if lead.unit is Unit.DAYS else 7)
    assert found.on <= nominal
    moves = [one for one in found.remarks if "nog niet bekend" not in one]
    assert (found.on == nominal) is (moves == [])
    holiday = calendar.summer_holiday(found.on.year)
    avoids_summer = summer is SummerRule.BEFORE and lead.anchor is Anchor.BEFORE_START
    if avoids_summer and isinstance(holiday, Span):
        assert found.on not in holiday


@given(SHORT_LEADS, SPANS, CALENDARS, st.integers(0, 90))
def test_a_meeting_never_makes_it_later(
    lead: LeadTime, span: Span, calendar: WorkCalendar, papers_after: int
) -> None:
    papers_close = span.last + timedelta(days=papers_after)
    step = replace(_step("op de eerste dag"), lead=lead)
    for_meeting = replace(step, before_meeting=MeetingLead("rbo", workdays=5))
    without = due_date(step, span, calendar, ()).on
    meeting = due_date(for_meeting, span, calendar, (Meeting("rbo", papers_close, papers_close),))
    assert meeting.on is not None
    assert without is not None
    assert meeting.on <= without
