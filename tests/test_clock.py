"""The clock: the day is that of Amsterdam, the instant is UTC."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from campagne.clock import AMSTERDAM, Clock, SetClock, local_day


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_begins_at_midnight_in_amsterdam(instant: datetime, day: date) -> None:
    assert local_day(instant) == day


def test_the_real_clock_tells_utc_and_never_runs_back() -> None:
    first, second = Clock().now(), Clock().now()
    assert first.utcoffset() == timedelta(0)
    assert first <= second


def test_who_pretends_a_day_keeps_the_time_of_day() -> None:
    clock = Clock(date(2026, 9, 7))
    before = Clock().now().astimezone(AMSTERDAM)
    found = clock.now().astimezone(AMSTERDAM)
    after = Clock().now().astimezone(AMSTERDAM)
    assert clock.now().utcoffset() == timedelta(0)
    assert found.date() == clock.today() == date(2026, 9, 7)
    assert before.time() <= found.time() <= after.time() or after.date() > before.date()


def test_who_pretends_a_day_has_the_next_one_after_midnight() -> None:
    """A clock that stayed on its day would run back 24 hours: nobody logged in, no mail due."""
    real = datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)
    clock = Clock(date(2026, 9, 7), read=lambda: real)
    before = clock.now()
    assert before == datetime(2026, 9, 7, 21, 59, 59, tzinfo=UTC)
    real += timedelta(seconds=2)
    assert clock.now() == before + timedelta(seconds=2)
    assert clock.today() == date(2026, 9, 8)


@pytest.mark.parametrize(
    ("real", "found"),
    [
        # 2:30 is not there on the last Sunday of March, and there twice on that of October.
        (datetime(2026, 11, 22, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (datetime(2026, 11, 22, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        (datetime(2026, 7, 5, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_pretended_day_may_be_one_on_which_the_clock_is_changed(
    real: datetime, found: datetime
) -> None:
    assert Clock(found.date(), read=lambda: real).now() == found


def test_a_set_clock_stands_where_it_is_put() -> None:
    clock = SetClock(date(2026, 1, 5), time(8, 30))
    assert clock.now() == datetime(2026, 1, 5, 7, 30, tzinfo=UTC)
    clock.move_to(date(2026, 7, 6))
    assert clock.now() == datetime(2026, 7, 6, 6, 0, tzinfo=UTC)
    assert clock.today() == date(2026, 7, 6)
