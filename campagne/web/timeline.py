"""Where everything stands in the picture of a year; the template only writes it down.

All measures are in units of the picture, which is `WIDTH` wide and scales as a whole.
"""

from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from campagne.domain.dates import MONTHS, Span

WIDTH = 1000.0
HEADER = 58.0  # room above the lanes: today's text, then the months
LANE = 32.0
BAR_HEIGHT = 16.0

_MARGIN = 10.0
_GAP = 7.0  # between a bar and its text, and between two neighbours in a lane
_SHORTEST_BAR = 9.0  # a single day must still be seen and hit
_FOOT = 10.0
# Average width of a character at the 13 units that the style sheet sets, in the widest of the
# fonts there: a text that turns out narrower leaves air, a wider one would run into its neighbour.
_CHARACTER = 7.6
_BOLD_CHARACTER = 8.4
_SHORT_MONTH = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to draw.

    Attributes:
        label: text beside the bar, shortened where there is no room.
        suffix: the end of that text, always whole; says what the shape of the bar says.
        description: what a screen reader and a pointer get after the text.
        href: where the bar leads to.
        strong: True to draw it first and bold.
        look: name of the style, ``confirmed``, ``provisional`` or ``cancelled``.
    """

    label: str
    suffix: str
    description: str
    span: Span
    href: str
    strong: bool
    look: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar and its text; `text_end` is True where the text ends at `text_x`."""

    entry: Entry
    text: str
    lane: int
    x: float
    y: float
    width: float
    text_x: float
    text_y: float
    text_end: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month in the grid; `shaded` alternates."""

    name: str
    x: float
    width: float
    shaded: bool


@dataclass(frozen=True, slots=True)
class Today:
    """The line of today; `text_end` is True where its text ends at the line."""

    x: float
    text_end: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """A picture of one year."""

    year: int
    height: float
    months: tuple[Month, ...]
    bars: tuple[Bar, ...]
    today: Today | None


def lay_out(entries: Sequence[Entry], year: int, today: date) -> Timeline:
    """Return the picture of a year, in which no bar or text touches another one.

    Args:
        entries: what to draw; what lies outside the year is cut off at its edge.
        year: calendar year.
        today: day to draw the line at, when it falls in the year.
    """
    lanes: list[list[tuple[float, float]]] = []
    bars = []
    for entry in sorted(entries, key=lambda one: (not one.strong, one.span, one.label)):
        bar, extent = _place(entry, year)
        lane = next((at for at, taken in enumerate(lanes) if _is_free(taken, extent)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(extent)
        bars.append(_on_lane(bar, lane))
    line = None
    if today.year == year:
        x = _position(today, year) + _day_width(year) / 2
        line = Today(round(x, 1), text_end=x > WIDTH / 2)
    height = HEADER + max(len(lanes), 1) * LANE + _FOOT
    # In the order of time, which is the order in which a keyboard goes through them.
    ordered = sorted(bars, key=lambda one: (one.entry.span, one.entry.label))
    return Timeline(year, height, _months(year), tuple(ordered), line)


def _place(entry: Entry, year: int) -> tuple[Bar, tuple[float, float]]:
    """Return a bar on the first lane, and from where to where it takes room."""
    start = _position(max(entry.span.first, date(year, 1, 1)), year)
    end = _position(min(entry.span.last, date(year, 12, 31)), year) + _day_width(year)
    width = max(end - start, _SHORTEST_BAR)
    start = min(start, WIDTH - _MARGIN - width)
    left, right = start - _GAP - _MARGIN, WIDTH - _MARGIN - start - width - _GAP
    character = _BOLD_CHARACTER if entry.strong else _CHARACTER
    text = _shortened(entry, int(max(left, right) / character))
    length = len(text) * character
    text_end = length > right
    text_x = start - _GAP if text_end else start + width + _GAP
    bar = Bar(entry, text, 0, round(start, 1), 0, round(width, 1), round(text_x, 1), 0, text_end)
    extent = (text_x - length, start + width) if text_end else (start, text_x + length)
    return bar, extent


def _shortened(entry: Entry, most: int) -> str:
    """Return the text beside a bar, of at most so many characters where that is possible."""
    if len(entry.label) + len(entry.suffix) <= most:
        return entry.label + entry.suffix
    return entry.label[: max(most - len(entry.suffix) - 1, 1)].rstrip() + "…" + entry.suffix


def _on_lane(bar: Bar, lane: int) -> Bar:
    y = HEADER + lane * LANE + (LANE - BAR_HEIGHT) / 2
    baseline = y + BAR_HEIGHT - 3.5
    return replace(bar, lane=lane, y=y, text_y=baseline)


def _is_free(taken: Sequence[tuple[float, float]], extent: tuple[float, float]) -> bool:
    first, last = extent
    return all(last + 2 * _GAP <= start or end + 2 * _GAP <= first for start, end in taken)


def _months(year: int) -> tuple[Month, ...]:
    starts = [_position(date(year, month, 1), year) for month in range(1, 13)]
    ends = [*starts[1:], WIDTH - _MARGIN]
    names = ["mrt" if name == "maart" else name[:_SHORT_MONTH] for name in MONTHS]
    return tuple(
        Month(name, round(start, 1), round(end - start, 1), shaded=number % 2 == 0)
        for number, (name, start, end) in enumerate(zip(names, starts, ends, strict=True))
    )


def _day_width(year: int) -> float:
    return (WIDTH - 2 * _MARGIN) / (366 if isleap(year) else 365)


def _position(day: date, year: int) -> float:
    """Return where a day begins."""
    return _MARGIN + (day - date(year, 1, 1)).days * _day_width(year)
