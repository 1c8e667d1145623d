"""How long a session lasts."""

from datetime import UTC, datetime, timedelta

import pytest

from campagne.domain.login import IDLE, NOTED_EVERY, SESSION_LASTS, is_alive

NOW = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("age", "idle", "alive"),
    [
        (timedelta(), timedelta(), True),
        (timedelta(days=6), IDLE, True),
        (timedelta(days=6), IDLE + SECOND, False),
        (SESSION_LASTS, timedelta(), True),
        (SESSION_LASTS + SECOND, timedelta(), False),
        # The clock went back a little, as clocks do, and a lot.
        (timedelta(), -NOTED_EVERY, True),
        (timedelta(), -NOTED_EVERY - SECOND, False),
    ],
)
def test_a_session_lasts_a_day_without_a_visit_and_a_week_in_all(
    age: timedelta,
    idle: timedelta,
    alive: bool,  # noqa: FBT001 - a case
) -> None:
    assert is_alive(NOW - age, NOW - idle, NOW) is alive
