"""The only reader of the time.

Instants are aware UTC datetimes, days are dates in Europe/Amsterdam. Everything else gets `now`
or `today` as an argument, or a `Clock`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def _real() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the one place that reads it


class Clock:
    """Tells the instant (UTC) and the day (Amsterdam).

    Args:
        pretend_today: a day to pretend it is, for trying the service out; the time of day stays
            the real one, and at midnight the next day begins. None for the real time.
        read: tells the real instant, aware UTC.
    """

    def __init__(
        self, pretend_today: date | None = None, *, read: Callable[[], datetime] = _real
    ) -> None:
        self._read = read
        self._ahead = pretend_today - local_day(read()) if pretend_today else timedelta(0)

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        real = self._read()
        if not self._ahead:
            return real
        # By the clock on the wall: so many days further it is the same time of day.
        return (real.astimezone(AMSTERDAM) + self._ahead).astimezone(UTC)

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
