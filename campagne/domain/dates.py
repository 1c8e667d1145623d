"""Date rules: when a campaign runs in a year, and why.

Four kinds of rule (the plans name dates of all four): fixed, computed, announced, estimated.
The formulas are materialised per year; what cannot be known answers with an `Unknown` that says
why, in Dutch.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from dateutil.easter import easter
from holidays import country_holidays
from holidays.constants import SCHOOL

from campagne.errors import InvalidInputError

WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
SCHOOL_REGIONS = ("Noord", "Midden", "Zuid")
SCHOOL_HOLIDAYS = (
    "Herfstvakantie",
    "Kerstvakantie",
    "Voorjaarsvakantie",
    "Meivakantie",
    "Zomervakantie",
)
FIRST_YEAR, LAST_YEAR = 1990, 2100  # the Dutch public holidays that we use are known until 2100

_ONE_DAY = timedelta(days=1)
_ONE_WEEK = timedelta(weeks=1)
_LONGEST = 366
_LAST = -1
_ORDINALS = {1: "eerste", 2: "tweede", 3: "derde", 4: "vierde", 5: "vijfde"}


class RuleKind(StrEnum):
    """How certain a rule is by its nature."""

    FIXED = "fixed"
    COMPUTED = "computed"
    ANNOUNCED = "announced"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A run of whole days, both ends included.

    Raises:
        InvalidInputError: when `last` is before `first`.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInputError(
                f"De periode eindigt op {written(self.last)}, voordat zij begint op "
                f"{written(self.first)}: kies een einddatum op of na de begindatum."
            )

    @property
    def days(self) -> int:
        """The number of days, 1 or more."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def overlaps(self, other: "Span") -> bool:
        """Say whether the two spans share at least one day."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Unknown:
    """No date can be given; `reason` is a Dutch sentence that says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class FixedDays:
    """The same day or period each year (25 November - 10 December).

    A period whose end lies before its start in the calendar ends in the next year. A rule on
    29 February falls on 28 February in a common year.
    """

    month: int
    day: int
    to_month: int
    to_day: int

    def __post_init__(self) -> None:
        _require_day(self.month, self.day)
        _require_day(self.to_month, self.to_day)

    def in_year(self, year: int) -> Span:
        """Return the days that start in `year`."""
        turns = (self.to_month, self.to_day) < (self.month, self.day)
        return Span(
            _day_of(year, self.month, self.day),
            _day_of(year + turns, self.to_month, self.to_day),
        )


@dataclass(frozen=True, slots=True)
class WeekContaining:
    """Monday to Sunday of the week in which a day falls (the week with 20 November).

    A rule on 29 February takes the week with 28 February in a common year.
    """

    month: int
    day: int

    def __post_init__(self) -> None:
        _require_day(self.month, self.day)

    def in_year(self, year: int) -> Span:
        """Return the week; around New Year it may start or end in a neighbouring year."""
        day = _day_of(year, self.month, self.day)
        return _run(day - day.weekday() * _ONE_DAY, 7)


@dataclass(frozen=True, slots=True)
class IsoWeek:
    """Monday to Sunday of an ISO week; week 53 is unknown in a year that has none."""

    week: int

    def __post_init__(self) -> None:
        _require(
            1 <= self.week <= 53,  # noqa: PLR2004 - ISO 8601 has no other week numbers
            f"Week {self.week} bestaat niet: kies een week van 1 tot en met 53.",
        )

    def in_year(self, year: int) -> Span | Unknown:
        """Return the week of the ISO year; week 1 may start in the year before."""
        try:
            monday = date.fromisocalendar(year, self.week, 1)
        except ValueError:
            return Unknown(f"Het jaar {year} heeft geen week {self.week}.")
        return _run(monday, 7)


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The n-th (1-5) or last (-1) weekday (0 = Monday) of a month, `days` long."""

    nth: int
    weekday: int
    month: int
    days: int = 1

    def __post_init__(self) -> None:
        _require(
            self.nth == _LAST or self.nth in _ORDINALS,
            f"Volgnummer {self.nth} kan niet: kies 1 tot en met 5, of -1 voor de laatste.",
        )
        _require_weekday(self.weekday)
        _require_day(self.month, 1)
        _require_length(self.days)

    def in_year(self, year: int) -> Span | Unknown:
        """Return the days; a fifth weekday is unknown where the month has only four."""
        if self.nth == _LAST:
            end = date(year, self.month, monthrange(year, self.month)[1])
            return _run(end - (end.weekday() - self.weekday) % 7 * _ONE_DAY, self.days)
        start = _next_weekday(date(year, self.month, 1), self.weekday)
        first = start + (self.nth - 1) * _ONE_WEEK
        if first.month != self.month:
            return Unknown(
                f"De maand {MONTHS[self.month - 1]} {year} heeft geen "
                f"{_ORDINALS[self.nth]} {WEEKDAYS[self.weekday]}."
            )
        return _run(first, self.days)


@dataclass(frozen=True, slots=True)
class WeekdayFrom:
    """The first weekday (0 = Monday) on or after a day of the year, `days` long."""

    weekday: int
    month: int
    day: int
    days: int = 1

    def __post_init__(self) -> None:
        _require_weekday(self.weekday)
        _require_day(self.month, self.day, every_year=True)
        _require_length(self.days)

    def in_year(self, year: int) -> Span:
        """Return the days; counted from late December they may start in the next year."""
        return _run(_next_weekday(date(year, self.month, self.day), self.weekday), self.days)


@dataclass(frozen=True, slots=True)
class FromEaster:
    """`offset` days after (negative: before) Easter Sunday, `days` long."""

    offset: int
    days: int = 1

    def __post_init__(self) -> None:
        _require(
            abs(self.offset) <= _LONGEST,
            f"{self.offset} dagen vanaf Pasen kan niet: kies -{_LONGEST} tot en met {_LONGEST}.",
        )
        _require_length(self.days)

    def in_year(self, year: int) -> Span:
        """Return the days around Easter of `year`."""
        return _run(easter(year) + self.offset * _ONE_DAY, self.days)


@dataclass(frozen=True, slots=True)
class BeforeSchoolHoliday:
    """The weeks before a school holiday (LKHA: four, before the summer holiday of Midden).

    From the first Monday on or after `weeks` weeks before the holiday until the day before it.

    Attributes:
        holiday: Dutch name as the `holidays` library gives it, e.g. ``Zomervakantie``.
        region: school holiday region, ``Noord``, ``Midden`` or ``Zuid``.
    """

    weeks: int
    holiday: str = "Zomervakantie"
    region: str = "Midden"

    def __post_init__(self) -> None:
        # No weeks would be an empty period: the Monday would lie in the holiday itself.
        _require(
            1 <= self.weeks <= 52,  # noqa: PLR2004 - at most a year before
            f"{self.weeks} weken voor een schoolvakantie kan niet: kies 1 tot en met 52.",
        )
        _require_school_holiday(self.holiday, self.region)

    def in_year(self, year: int) -> Span | Unknown:
        """Return the days before the holiday that starts in `year`."""
        holiday = school_holiday(self.holiday, year, self.region)
        if isinstance(holiday, Unknown):
            return holiday
        monday = _next_weekday(holiday.first - self.weeks * _ONE_WEEK, 0)
        return Span(monday, holiday.first - _ONE_DAY)


Formula = (
    FixedDays
    | WeekContaining
    | IsoWeek
    | NthWeekday
    | WeekdayFrom
    | FromEaster
    | BeforeSchoolHoliday
)


@dataclass(frozen=True, slots=True)
class DateRule:
    """A kind and, unless the dates are announced, the formula that gives them.

    Raises:
        InvalidInputError: when an announced rule has a formula, or another rule has none.
    """

    kind: RuleKind
    formula: Formula | None = None

    def __post_init__(self) -> None:
        announced = self.kind is RuleKind.ANNOUNCED
        _require(
            announced == (self.formula is None),
            "Een aangekondigde campagne heeft geen datumformule: haal de formule weg of kies een "
            "andere soort regel."
            if announced
            else "Deze datumregel mist een formule: vul die in, of kies de soort aangekondigd.",
        )


def written(day: date) -> str:
    """Return a day without its weekday: ``16 november 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def evaluate(rule: DateRule, year: int) -> Span | Unknown:
    """Return when a campaign runs in a year by its rule, or why that cannot be said."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Unknown(f"Het jaar {year} ligt buiten {FIRST_YEAR} tot en met {LAST_YEAR}.")
    if rule.formula is None:
        return Unknown(f"De organisator heeft voor {year} nog geen datums bekendgemaakt.")
    return rule.formula.in_year(year)


@lru_cache(maxsize=1024)
def school_holiday(name: str, year: int, region: str = "Midden") -> Span | Unknown:
    """Return the school holiday that starts in a year, its first Saturday to its last Sunday.

    Source: the regulations of the ministry of education, as PyPI `holidays` gives them; the autumn
    and spring holidays are advice.

    Args:
        name: one of `SCHOOL_HOLIDAYS`.
        year: calendar year of the first day.
        region: one of `SCHOOL_REGIONS`.

    Raises:
        InvalidInputError: for a name or region that does not exist.
    """
    _require_school_holiday(name, region)
    # Two years, because the Christmas holiday runs on into January.
    published = country_holidays(
        "NL", subdiv=region, years=(year, year + 1), categories=SCHOOL, language="nl", expand=False
    )
    days = {day for day, found in published.items() if found == name}
    new_year = date(year, 1, 1)  # a run from this day is the end of the holiday before
    firsts = [day for day in days if day.year == year and day - _ONE_DAY not in days]
    first = next((day for day in firsts if day != new_year), None)
    last = first
    while last is not None and last + _ONE_DAY in days:
        last += _ONE_DAY
    if first is None or last is None or last == date(year, 12, 31):  # its January is not published
        return Unknown(
            f"De {name.lower()} van {year} in regio {region} is niet bekend: de schoolvakanties "
            "van dat jaar zijn (nog) niet gepubliceerd."
        )
    return Span(first, last)


def _day_of(year: int, month: int, day: int) -> date:
    """Return the day, 28 February for 29 February in a common year."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def _next_weekday(day: date, weekday: int) -> date:
    """Return the first such weekday on or after a day."""
    return day + (weekday - day.weekday()) % 7 * _ONE_DAY


def _run(first: date, days: int) -> Span:
    return Span(first, first + (days - 1) * _ONE_DAY)


def _require(holds: bool, sentence: str) -> None:  # noqa: FBT001 - reads as one statement
    if not holds:
        raise InvalidInputError(sentence)


def _require_day(month: int, day: int, *, every_year: bool = False) -> None:
    year = 2023 if every_year else 2024  # a common year or a leap year
    _require(
        1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1],  # noqa: PLR2004 - months
        f"Dag {day} in maand {month} bestaat niet{' in elk jaar' if every_year else ''}: kies een "
        "maand van 1 tot en met 12 en een dag die in die maand voorkomt.",
    )


def _require_weekday(weekday: int) -> None:
    _require(
        0 <= weekday < len(WEEKDAYS),
        f"Weekdag {weekday} bestaat niet: kies 0 (maandag) tot en met 6 (zondag).",
    )


def _require_length(days: int) -> None:
    _require(
        1 <= days <= _LONGEST, f"Een duur van {days} dagen kan niet: kies 1 tot en met {_LONGEST}."
    )


def _require_school_holiday(name: str, region: str) -> None:
    _require(
        name in SCHOOL_HOLIDAYS,
        f"De schoolvakantie {name!r} bestaat niet: kies {', '.join(SCHOOL_HOLIDAYS)}.",
    )
    _require(
        region in SCHOOL_REGIONS,
        f"De schoolregio {region!r} bestaat niet: kies {', '.join(SCHOOL_REGIONS)}.",
    )
