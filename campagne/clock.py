"""The only reader of the time.

Instants are aware UTC datetimes, days are dates in Europe/Amsterdam. Everything else gets `now`
or `today` as an argument, or a `Clock`.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Clock:
    """Tells the instant (UTC) and the day (Amsterdam).

    Args:
        pretend_today: a day to pretend it is, for trying the service out; the time of day stays
            the real one. None for the real time.
    """

    def __init__(self, pretend_today: date | None = None) -> None:
        self._pretend_today = pretend_today

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        real = datetime.now(UTC)  # noqa: TID251 - this is the one place that reads it
        if self._pretend_today is None:
            return real
        local = real.astimezone(AMSTERDAM).timetz()
        return datetime.combine(self._pretend_today, local).astimezone(UTC)

    def today(self) -> date:
        """Return the day in Europe/Amsterdam."""
        return local_day(self.now())


class SetClock(Clock):
    """A clock that stands where it is put; for tests and previews."""

    def __init__(self, day: date, at: time = time(8, 0)) -> None:
        super().__init__()
        self._instant = datetime.combine(day, at, tzinfo=AMSTERDAM).astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant the clock was put at, aware, in UTC."""
        return self._instant

    def move_to(self, day: date, at: time = time(8, 0)) -> None:
        """Put the clock at another day and Amsterdam time of day."""
        self._instant = datetime.combine(day, at, tzinfo=AMSTERDAM).astimezone(UTC)


def local_day(instant: datetime) -> date:
    """Return the day in Europe/Amsterdam of an aware instant."""
    return instant.astimezone(AMSTERDAM).date()


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return the instants (UTC) at which a day begins, and the next, in Europe/Amsterdam."""
    begin, end = (
        datetime.combine(one, time(), tzinfo=AMSTERDAM).astimezone(UTC)
        for one in (day, day + timedelta(days=1))
    )
    return begin, end
