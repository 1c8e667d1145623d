"""Dates, lists and counts in plain Dutch, as they stand in mails, pages and calendars."""

import re
from collections.abc import Sequence
from datetime import date

from campagne.domain.dates import MONTHS, WEEKDAYS, Span, written

_KILO, _MEGA = 1_000, 1_000_000
_DAYS_IN_WEEK = 7
_COUNT_IN_WEEKS_FROM = 2 * _DAYS_IN_WEEK
_MONTHS_BY_SHORT = {"mrt": "maart"} | {one[:3]: one for one in MONTHS if one != "maart"}
_SHORT_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS_BY_SHORT)})\b")
_TYPED_DAY = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})")


def day(on: date) -> str:
    """Return a day written out: ``maandag 16 november 2026``."""
    return f"{WEEKDAYS[on.weekday()]} {written(on)}"


def read_day(text: str) -> date:
    """Return the day that somebody typed, as "16-11-2026", or as a browser sends it, "2026-11-16".

    Raises:
        ValueError: when it is neither, or no day of the calendar.
    """
    found = _TYPED_DAY.fullmatch(text.strip())
    if found is None:
        return date.fromisoformat(text.strip())
    return date(*(int(part) for part in reversed(found.groups())))


def period(span: Span) -> str:
    """Return a span written out; one day is just that day.

    ``van maandag 16 tot en met zondag 22 november 2026``; month and year of the first day are
    left out where the last day has the same.
    """
    if span.first == span.last:
        return day(span.first)
    first = f"{WEEKDAYS[span.first.weekday()]} {_first_of(span)}"
    return f"van {first} tot en met {day(span.last)}"


def short_period(span: Span) -> str:
    """Return a span in short, for tables and subjects: ``16 t/m 22 november 2026``."""
    if span.first == span.last:
        return written(span.first)
    return f"{_first_of(span)} t/m {written(span.last)}"


def in_plan(period: str) -> str:
    """Return a period as a plan writes it, with its abbreviations written out."""
    if period == "NTB":
        return "nader te bepalen (NTB)"
    return _SHORT_MONTH.sub(lambda found: _MONTHS_BY_SHORT[found[0]], period)


def join(words: Sequence[str], link: str = "en") -> str:
    """Return a list as one phrase: ``Hillegom, Lisse en Teylingen``; empty for no words.

    Args:
        words: in their order.
        link: the word before the last one, ``en`` or ``of``.
    """
    return f" {link} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def count(number: int, singular: str, plural: str) -> str:
    """Return a number with its noun: ``1 week``, ``6 weken``."""
    return f"{number} {singular if number == 1 else plural}"


def number(count: int) -> str:
    """Return a whole number as people write it: ``2.500``."""
    return f"{count:,}".replace(",", ".")


def euro(amount: int) -> str:
    """Return whole euros: ``€ 2.500``."""
    return f"€ {number(amount)}"


def amount(cents: int) -> str:
    """Return an amount of euro cents: ``€ 2.500``, ``€ 12,50``."""
    whole, rest = divmod(cents, 100)
    return euro(whole) + (f",{rest:02}" if rest else "")


def size(octets: int) -> str:
    """Return how large a file is: ``800 bytes``, ``12 kB``, ``1,2 MB``; never too little."""
    if octets < _KILO:
        return f"{octets} bytes"
    if octets <= _MEGA - _KILO:
        return f"{-(-octets // _KILO)} kB"
    whole, tenth = divmod(-(-octets * 10 // _MEGA), 10)
    return f"{whole},{tenth} MB" if tenth else f"{whole} MB"


def in_time(today: date, first: date) -> str:
    """Return how far off a day is: ``vandaag``, ``morgen``, ``over 2 dagen``, ``over 3 weken``.

    From two weeks on it counts in weeks, with ``ruim`` for weeks and some days. A day that is past
    gives ``gisteren``, ``2 dagen geleden``.
    """
    away = (first - today).days
    near = {0: "vandaag", 1: "morgen", -1: "gisteren"}
    if away in near:
        return near[away]
    weeks, rest = divmod(abs(away), _DAYS_IN_WEEK)
    if rest and abs(away) < _COUNT_IN_WEEKS_FROM:
        far = count(abs(away), "dag", "dagen")
    else:
        far = ("ruim " if rest else "") + count(weeks, "week", "weken")
    return f"over {far}" if away > 0 else f"{far} geleden"


def _first_of(span: Span) -> str:
    """Return the first day with only what the last day does not say already."""
    if span.first.year != span.last.year:
        return written(span.first)
    if span.first.month != span.last.month:
        return f"{span.first.day} {MONTHS[span.first.month - 1]}"
    return str(span.first.day)


def on_or_from(period: str) -> str:
    """Return a written-out period as it follows a verb: one day gets ``op`` before it."""
    return period if period.startswith("van ") else f"op {period}"
