"""What a contact wants: tables of cases."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.dates import Span
from campagne.domain.playbook import Role
from campagne.domain.preferences import EVERYTHING, MailList, Preferences, Rhythm, monday, window

ORANGE, WEEK = "orange-the-world", "week-tegen-kindermishandeling"
BOTH = [Role.POLICY, Role.COMMUNICATION]
MONDAY = date(2026, 11, 2)
SUNDAY = date(2026, 11, 8)
LONG = date(2027, 6, 30)


def weekly(digest_on: date | None = None) -> Preferences:
    return Preferences(rhythm=Rhythm.WEEKLY, digest_on=digest_on)


@pytest.mark.parametrize(
    ("wanted", "campaign", "roles", "expected"),
    [
        (EVERYTHING, ORANGE, BOTH, True),
        (Preferences(reminders=False), ORANGE, BOTH, False),
        (Preferences(broadcasts=False), ORANGE, BOTH, True),
        (Preferences(muted=frozenset({(ORANGE, Role.POLICY)})), ORANGE, BOTH, True),
        (Preferences(muted=frozenset({(ORANGE, Role.POLICY)})), ORANGE, BOTH[:1], False),
        (Preferences(muted=frozenset({(ORANGE, Role.POLICY)})), WEEK, BOTH[:1], True),
        (Preferences(muted=frozenset((ORANGE, one) for one in Role)), ORANGE, BOTH, False),
    ],
)
def test_wants(wanted: Preferences, campaign: str, roles: list[Role], *, expected: bool) -> None:
    assert wanted.wants(campaign, roles) is expected


def test_a_list_is_switched_off_for_itself() -> None:
    assert not Preferences(reminders=False).gets(MailList.REMINDERS)
    assert Preferences(reminders=False).gets(MailList.BROADCASTS)
    assert not Preferences(broadcasts=False).gets(MailList.BROADCASTS)
    assert EVERYTHING.gets(MailList.REMINDERS)


@pytest.mark.parametrize(
    ("day", "deputy"),
    [
        (date(2026, 12, 20), None),
        (date(2026, 12, 21), "anna"),  # the first day
        (date(2027, 1, 3), "anna"),  # the last day
        (date(2027, 1, 4), None),
    ],
)
def test_a_deputy_stands_in_on_the_days_of_the_absence(day: date, deputy: str | None) -> None:
    away = Preferences(deputy="anna", absence=Span(date(2026, 12, 21), date(2027, 1, 3)))
    assert away.deputy_on(day) == deputy
    assert Preferences(deputy="anna").deputy_on(day) is None


@pytest.mark.parametrize(
    ("sent", "today", "due_on", "valid_until", "first", "goes"),
    [
        # No digest yet this week: all that falls due by Sunday, on any day of the week.
        (None, MONDAY, SUNDAY, LONG, True, True),
        (None, MONDAY, SUNDAY + timedelta(days=1), LONG, True, False),
        (None, date(2026, 11, 4), MONDAY, LONG, True, True),
        (None, SUNDAY, SUNDAY, LONG, True, True),
        (None, MONDAY, date(2026, 9, 1), LONG, True, True),  # after a standstill
        # What chases waits for its day: the step may still be ticked off.
        (None, MONDAY, SUNDAY, LONG, False, False),
        (None, MONDAY, MONDAY, LONG, False, True),
        # Last week's does not count, also across the year; nor one of a clock that ran ahead.
        (date(2026, 11, 1), MONDAY, SUNDAY, LONG, True, True),
        (date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 6), LONG, True, True),
        (date(2036, 1, 1), MONDAY, SUNDAY, LONG, True, True),
        # After this week's: only what could not wait for the next, and on its day.
        (MONDAY, MONDAY, MONDAY, LONG, True, False),
        (MONDAY, MONDAY, MONDAY, SUNDAY, True, True),
        (MONDAY, MONDAY, MONDAY, SUNDAY + timedelta(days=1), True, False),
        (MONDAY, MONDAY, date(2026, 11, 5), SUNDAY, True, False),
        (MONDAY, date(2026, 11, 5), date(2026, 11, 5), SUNDAY, True, True),
        (MONDAY, date(2026, 11, 5), date(2026, 11, 5), SUNDAY, False, True),
        # One week: Monday 28 December 2026 to Sunday 3 January 2027.
        (date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 1), LONG, True, False),
        (date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 1), date(2027, 1, 3), True, True),
        (None, date(2026, 12, 30), date(2027, 1, 3), LONG, True, True),
    ],
)
def test_a_digest(
    sent: date | None, today: date, due_on: date, valid_until: date, *, first: bool, goes: bool
) -> None:
    valid_until = max(valid_until, due_on)
    assert window(weekly(sent), today).takes(due_on, valid_until, first=first) is goes


@pytest.mark.parametrize("due_on", [MONDAY - timedelta(days=1), MONDAY, date(2026, 11, 3)])
def test_at_once_is_on_its_day(due_on: date) -> None:
    today = window(EVERYTHING, MONDAY)
    assert today.takes(due_on, LONG, first=True) is (due_on <= MONDAY)
    assert not today.is_digest


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 40)), min_size=1, max_size=12, unique=True
    ),
    st.sets(st.integers(0, 120)),
)
def test_one_digest_a_week_and_nothing_lapses(
    reminders: list[tuple[int, int]], standstill: set[int]
) -> None:
    """Whatever falls due when, and whichever days the service stood still."""
    left = {(MONDAY + timedelta(a), MONDAY + timedelta(a + b)) for a, b in reminders}
    sent: date | None = None
    digests: list[date] = []
    for number in range(121):
        today = MONDAY + timedelta(number)
        if number in standstill:
            left = {one for one in left if one[1] > today}
            continue
        now = window(weekly(sent), today)
        taken = {one for one in left if now.takes(*one, first=True)}
        left -= taken
        if taken and now.is_digest:
            digests.append(monday(today))
            sent = today
        assert not any(until <= today and due_on <= today for due_on, until in left)
    assert not left
    assert len(digests) == len(set(digests))
