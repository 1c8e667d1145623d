"""The picture of a route."""

from dataclasses import replace
from datetime import date

import pytest

from campagne.domain.dates import Span
from campagne.domain.rota import EditionStatus, Measure
from campagne.services.publishing.calendar_book import Choice
from campagne.services.publishing.route import RouteEdition, RouteGroup, RouteYear
from campagne.web.route_map import WIDTH, lay_out

YEAR = RouteYear(
    year=2026,
    campaign="Week tegen Kindermishandeling",
    theme="",
    plan_period="",
    why_differs="",
    editions=(
        RouteEdition(
            "week-2026",
            "Week tegen Kindermishandeling",
            Span(date(2026, 11, 16), date(2026, 11, 22)),
            "16 t/m 22 november 2026",
            EditionStatus.CONFIRMED,
            by_rule=True,
        ),
    ),
    undated="",
    lead=None,
    budget_eur=0,
    agreements=(),
    measures=(),
    evaluations=(),
    weight=4,
    source="",
)
LATER = replace(YEAR, year=2027, editions=(), weight=2)


def group(*years: RouteYear, measures: tuple[Measure, ...] = ()) -> RouteGroup:
    return RouteGroup(Choice("streek", "Streek"), (), years, measures)


def measure(first: int, last: int, *evaluations: int) -> Measure:
    return Measure("training", "Training", "streek", (first, last), "", "", "", evaluations)


def test_each_year_has_a_stop_at_the_middle_of_its_column() -> None:
    """With its name and its period broken to that width; no period says so."""
    picture = lay_out(group(YEAR, LATER), 2026)
    assert [one.x for one in picture.stops] == [WIDTH / 4, WIDTH * 3 / 4]
    assert [one.current for one in picture.stops] == [True, False]
    first, second = picture.stops
    assert [(one.text, one.soft) for one in first.lines] == [
        ("Week tegen Kindermishandeling", False),
        ("16 t/m 22 november", True),
    ]
    assert second.lines[-1].text == "nog geen datum"
    assert (first.href, second.href) == ("/editie/week-2026", None)
    assert (first.look, second.look) == ("confirmed", "provisional")


def test_a_long_name_takes_more_lines() -> None:
    """No line is wider than its column."""
    picture = lay_out(group(*(replace(YEAR, year=2024 + n) for n in range(6))), 2026)
    lines = picture.stops[0].lines
    assert [one.text for one in lines if not one.soft] == ["Week tegen", "Kindermishandeling"]
    assert [one.y for one in lines] == sorted({one.y for one in lines})
    assert picture.weights_y > lines[-1].y


def test_the_heaviest_year_has_the_tallest_column() -> None:
    """All columns stand on the same line."""
    heavy, light = lay_out(group(YEAR, LATER), 2026).stops
    assert heavy.weight_height == pytest.approx(2 * light.weight_height)
    assert heavy.weight_y + heavy.weight_height == light.weight_y + light.weight_height


def test_a_measure_covers_its_years_and_marks_its_evaluations() -> None:
    """What lies outside the route is left out."""
    measures = (measure(2020, 2026, 2026, 2031), measure(2027, 2030), measure(2030, 2031))
    picture = lay_out(group(YEAR, LATER, measures=measures), 2026)
    first, second = picture.measures
    assert (first.x, first.width) == (6, WIDTH / 2 - 12)
    assert first.marks == (WIDTH / 4,)
    assert (second.x, second.marks) == (WIDTH / 2 + 6, ())
    assert second.y > first.y
    assert picture.height > second.y
