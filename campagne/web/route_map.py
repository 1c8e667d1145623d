"""Where everything stands in the picture of a route: a line with a stop for each year.

All measures are in units of the picture, which is `WIDTH` wide and scales as a whole.
"""

from dataclasses import dataclass
from textwrap import wrap

from campagne.domain.rota import EditionStatus, Measure
from campagne.services.publishing.route import RouteGroup, RouteYear

WIDTH = 1000.0

_CHARACTER = 7.4
_NAMES_Y = 92.0
_NAME_LINE = 17.0
_WEIGHT_ROOM = 84.0
_TALLEST = 48.0
_MEASURE_LANE = 42.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `soft` for the period below the name."""

    text: str
    y: float
    soft: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """A year on the line.

    Attributes:
        look: ``confirmed``, ``provisional`` (also where there is no date yet) or ``cancelled``.
        current: True for this year.
        weight_y / weight_height: the column that shows how much runs that year.
    """

    year: RouteYear
    x: float
    look: str
    current: bool
    lines: tuple[Line, ...]
    href: str | None
    weight_y: float
    weight_height: float


@dataclass(frozen=True, slots=True)
class MeasureBar:
    """A measure over the years, with a mark at each year in which it is evaluated."""

    measure: Measure
    x: float
    y: float
    width: float
    label_y: float
    marks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RouteMap:
    """A picture of the route of one group; `*_y` are where its rows begin."""

    height: float
    column: float
    stops: tuple[Stop, ...]
    measures: tuple[MeasureBar, ...]
    weights_y: float
    measures_y: float


def lay_out(group: RouteGroup, this_year: int) -> RouteMap:
    """Return the picture of a route with at least one year."""
    column = WIDTH / len(group.years)
    texts = [_texts(one, column) for one in group.years]
    weights_y = _NAMES_Y + max(len(lines) for lines in texts) * _NAME_LINE + 12
    base = weights_y + _WEIGHT_ROOM
    heaviest = max(one.weight for one in group.years)
    stops = []
    for number, (year, lines) in enumerate(zip(group.years, texts, strict=True)):
        height = _TALLEST * year.weight / heaviest
        stops.append(
            Stop(
                year=year,
                x=round((number + 0.5) * column, 1),
                look=(
                    year.editions[0].status if year.editions else EditionStatus.PROVISIONAL
                ).value,
                current=year.year == this_year,
                lines=lines,
                href=f"/editie/{year.editions[0].key}" if year.editions else None,
                weight_y=round(base - height, 1),
                weight_height=round(height, 1),
            )
        )
    measures_y = base + 34
    bars = _measures(group, column, measures_y + 14)
    height = measures_y + 14 + len(bars) * _MEASURE_LANE if bars else base + 10
    return RouteMap(height, column, tuple(stops), bars, weights_y, measures_y)


def _texts(year: RouteYear, column: float) -> tuple[Line, ...]:
    """Return the name and the period, broken to the width of a column."""
    width = max(int((column - 12) / _CHARACTER), 8)
    period = year.editions[0].period if year.editions else "nog geen datum"
    soft = [False] * len(names := wrap(year.campaign, width))
    periods = wrap(period.removesuffix(f" {year.year}"), width)
    soft += [True] * len(periods)
    return tuple(
        Line(text, _NAMES_Y + number * _NAME_LINE, soft[number])
        for number, text in enumerate([*names, *periods])
    )


def _measures(group: RouteGroup, column: float, top: float) -> tuple[MeasureBar, ...]:
    first, last = group.years[0].year, group.years[-1].year
    places = {one.year: number for number, one in enumerate(group.years)}
    bars: list[MeasureBar] = []
    for measure in group.measures:
        start, end = max(measure.years[0], first), min(measure.years[1], last)
        if end < start:
            continue
        x = (start - first) / (last - first + 1) * WIDTH
        width = (end - start + 1) / (last - first + 1) * WIDTH
        lane = top + len(bars) * _MEASURE_LANE
        bars.append(
            MeasureBar(
                measure=measure,
                x=round(x + 6, 1),
                y=lane + 20,
                width=round(width - 12, 1),
                label_y=lane + 13,
                marks=tuple(
                    round((places[year] + 0.5) * column, 1)
                    for year in measure.evaluations
                    if year in places
                ),
            )
        )
    return tuple(bars)
