"""What a calendar of an organiser means for the editions of a campaign: decided by tables."""

from dataclasses import replace
from datetime import date

import pytest

from campagne.domain.dates import Span
from campagne.domain.organisers import RemoteEvent, find, is_about
from campagne.domain.rota import Edition, EditionStatus

TODAY = date(2026, 9, 7)
KEY = "week-2026"


def days(first: int, last: int, *, month: int = 11, year: int = 2026) -> Span:
    return Span(date(year, month, first), date(year, month, last))


OURS, THEIRS = days(16, 22), days(23, 29)
EDITION = Edition(KEY, "week", 2026, OURS, EditionStatus.CONFIRMED, "bron")


def event(span: Span, title: str = "De Week", **other: bool) -> RemoteEvent:
    return RemoteEvent(title, span, **other)


@pytest.mark.parametrize(
    ("title", "is_ours"),
    [
        ("Week tegen Kindermishandeling", True),
        ("Start WEEK  tegen\tkindermishandeling 2026!", True),
        ("Week van het geld", False),
        ("", False),
    ],
)
def test_which_events_count(title: str, is_ours: bool) -> None:  # noqa: FBT001 - a table
    assert is_about(event(OURS, title), "week tegen kindermishandeling") is is_ours


@pytest.mark.parametrize(
    ("events", "dates"),
    [
        ([event(OURS)], []),
        ([event(THEIRS)], [THEIRS]),
        ([event(THEIRS), event(THEIRS, "De week, nog eens")], [THEIRS]),
        ([event(THEIRS, "Iets anders")], []),
        # Ours stands there, so the rest is something about it, such as a kick-off.
        ([event(OURS), event(days(10, 10))], []),
        # Nobody can know which it is.
        ([event(THEIRS), event(days(10, 10))], []),
        ([event(THEIRS, cancelled=True)], []),
        ([event(THEIRS, repeats=True)], []),
        ([event(days(1, 5, month=3))], []),
        ([event(Span(date(2026, 11, 1), date(2028, 11, 1)))], []),
        ([event(days(15, 21, year=2027))], []),
    ],
)
def test_which_days_become_a_proposal(events: list[RemoteEvent], dates: list[Span]) -> None:
    found = find([EDITION], events, "week", TODAY)
    assert [(key, one.span) for key, one in found.dates] == [(KEY, one) for one in dates]


@pytest.mark.parametrize(
    ("status", "span", "dates"),
    [
        (EditionStatus.PROVISIONAL, OURS, [OURS]),
        (EditionStatus.CONFIRMED, OURS, []),
        (EditionStatus.CANCELLED, OURS, []),
        (EditionStatus.CANCELLED, THEIRS, []),
        (EditionStatus.PROVISIONAL, THEIRS, [THEIRS]),
    ],
)
def test_what_is_not_sure_can_be_confirmed(
    status: EditionStatus, span: Span, dates: list[Span]
) -> None:
    found = find([replace(EDITION, status=status)], [event(span)], "week", TODAY)
    assert [one.span for _, one in found.dates] == dates


def test_an_edition_that_is_over_is_left_alone() -> None:
    over = replace(EDITION, span=days(1, 5, month=2))
    assert find([over], [event(THEIRS)], "week", TODAY).dates == ()


def test_of_two_runs_in_a_year_the_one_that_differs_is_meant() -> None:
    spring = replace(EDITION, key="week-2026-2", span=days(1, 7, month=12))
    found = find([EDITION, spring], [event(OURS), event(days(8, 14, month=12))], "week", TODAY)
    assert [(key, one.span) for key, one in found.dates] == [("week-2026-2", days(8, 14, month=12))]
    assert found.agrees == {KEY}
    assert find([EDITION, spring], [event(THEIRS)], "week", TODAY).dates == ()


@pytest.mark.parametrize(
    ("events", "remark"),
    [
        ([], 'Geen enkele afspraak in de agenda heeft "week" in de titel.'),
        ([event(THEIRS), event(days(10, 10))], "meer dan een afspraak"),
        ([event(OURS, cancelled=True)], "gaat 2026 niet door"),
        ([event(THEIRS, repeats=True)], "die zich herhaalt"),
        ([event(Span(date(2026, 11, 1), date(2028, 11, 1)))], "langer dan een jaar"),
    ],
)
def test_what_a_person_must_look_at(events: list[RemoteEvent], remark: str) -> None:
    (found,) = find([EDITION], events, "week", TODAY).remarks
    assert remark in found


def test_a_year_that_is_not_in_the_calendar_yet_is_told() -> None:
    next_year = days(15, 21, year=2027)
    found = find([EDITION], [event(OURS), event(next_year)], "week", TODAY)
    assert found.new == ((2027, next_year),)
    assert found.remarks == ()
