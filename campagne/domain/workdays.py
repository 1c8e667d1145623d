"""Working days of a gemeente: not the weekend, not a public holiday, not a day it is closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

from campagne.domain.dates import Span, Unknown, school_holiday
from campagne.domain.regions import Municipality

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Answers which days a gemeente works; cheap to make, the holidays are kept per year.

    Public holidays: the Algemene termijnenwet as PyPI `holidays` gives it, for 1966-2100; outside
    those years only weekends and closed days count.

    Attributes:
        good_friday_closed: False makes Goede Vrijdag a working day.
        liberation_day_closed: True closes on 5 mei in every year; it always is a holiday in a
            lustrum year (2025, 2030).
        school_region: ``Noord``, ``Midden`` or ``Zuid``.
        closed_days: further closed days.
    """

    good_friday_closed: bool = False
    liberation_day_closed: bool = False
    school_region: str = "Midden"
    closed_days: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Say whether the gemeente works on this day."""
        return (
            day.weekday() < _SATURDAY
            and day not in self._public_holidays(day.year)
            and day not in self.closed_days
        )

    def why_closed(self, day: date) -> str | None:
        """Return in Dutch on what kind of closed day a day falls, None on a working day.

        ``valt in het weekend``, ``valt op een feestdag (Hemelvaartsdag)`` or ``valt op een dag
        waarop de gemeente gesloten is``.
        """
        if day.weekday() >= _SATURDAY:
            return "valt in het weekend"
        holiday = self._public_holidays(day.year).get(day)
        if holiday is not None:
            return f"valt op een feestdag ({holiday})"
        if day in self.closed_days:
            return "valt op een dag waarop de gemeente gesloten is"
        return None

    def on_or_before(self, day: date) -> date:
        """Return the day itself, or the last working day before it where it is closed."""
        while not self.is_working_day(day):
            day -= _ONE_DAY
        return day

    def minus(self, day: date, count: int) -> date:
        """Return the `count`-th working day before a day; for 0 the day itself, open or not.

        Raises:
            ValueError: when `count` is negative.
        """
        return self._walk(day, count, -_ONE_DAY)

    def plus(self, day: date, count: int) -> date:
        """Return the `count`-th working day after a day; for 0 the day itself, open or not.

        Raises:
            ValueError: when `count` is negative.
        """
        return self._walk(day, count, _ONE_DAY)

    def summer_holiday(self, year: int) -> Span | Unknown:
        """Return the summer holiday of the schools in this gemeente, or why it is not known."""
        return school_holiday("Zomervakantie", year, self.school_region)

    def _public_holidays(self, year: int) -> Mapping[date, str]:
        return _public_holidays(year, self.good_friday_closed, self.liberation_day_closed)

    def _walk(self, day: date, count: int, step: timedelta) -> date:
        if count < 0:
            message = f"a number of working days cannot be negative: {count}"
            raise ValueError(message)
        while count:
            day += step
            count -= self.is_working_day(day)
        return day


def calendar_for(municipality: Municipality) -> WorkCalendar:
    """Return the working days of a gemeente."""
    return WorkCalendar(
        good_friday_closed=municipality.good_friday_closed,
        liberation_day_closed=municipality.liberation_day_closed,
        school_region=municipality.school_region,
        closed_days=frozenset(municipality.closed_days),
    )


@lru_cache(maxsize=1024)
def _public_holidays(
    year: int,
    good_friday_closed: bool,  # noqa: FBT001 - lru_cache is quickest with positional arguments
    liberation_day_closed: bool,  # noqa: FBT001 - idem
) -> Mapping[date, str]:
    """Return the public holidays of a year with their Dutch names."""
    found = {
        day: name.replace("; ", " en ")
        for day, name in country_holidays("NL", years=year, language="nl", expand=False).items()
        if good_friday_closed or name != "Goede vrijdag"
    }
    if liberation_day_closed:
        found.setdefault(date(year, 5, 5), "Bevrijdingsdag")
    return found
