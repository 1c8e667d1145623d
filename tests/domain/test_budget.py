"""What a year costs, and what of it is more than the rota allows."""

import pytest

from campagne.domain.budget import YearCosts, maximum, year_costs
from campagne.domain.local_plans import LocalPlan
from campagne.domain.regions import Municipality, Region
from campagne.domain.rota import Agreement, RotaEntry

REGIONS = {"rijnland": Region("rijnland", "Rijnland"), "streek": Region("streek", "S", "rijnland")}
KATWIJK = Municipality("katwijk", "Katwijk", "GM1", "streek")
LEIDEN = Municipality("leiden", "Leiden", "GM2", "rijnland")


def plan(expected: int | None, real: int | None = None) -> LocalPlan:
    return LocalPlan(expected_cents=expected, real_cents=real)


@pytest.mark.parametrize(
    ("plans", "most", "found", "over"),
    [
        ([], 100_000, YearCosts(None, None, None, 100_000), 0),
        ([], None, YearCosts(None, None, None, None), 0),
        ([plan(None)], 100_000, YearCosts(None, None, None, 100_000), 0),
        ([plan(0)], 0, YearCosts(0, None, 0, 0), 0),
        ([plan(60_000), plan(40_000)], 100_000, YearCosts(100_000, None, 100_000, 100_000), 0),
        # What it really cost takes the place of what was expected of that edition alone.
        (
            [plan(60_000, 70_001), plan(30_000)],
            100_000,
            YearCosts(90_000, 70_001, 100_001, 100_000),
            1,
        ),
        ([plan(None, 120_000)], 100_000, YearCosts(None, 120_000, 120_000, 100_000), 20_000),
        ([plan(120_000, 0)], 100_000, YearCosts(120_000, 0, 0, 100_000), 0),
        ([plan(120_000)], None, YearCosts(120_000, None, 120_000, None), 0),
    ],
)
def test_the_costs_of_a_year(
    plans: list[LocalPlan], most: int | None, found: YearCosts, over: int
) -> None:
    assert year_costs(plans, most) == found
    assert found.over == over


def entry(region: str, budget: int, year: int = 2026, *differs: str) -> RotaEntry:
    said = tuple((key, Agreement.DIFFERS) for key in differs)
    return RotaEntry(
        f"{region}-{year}-{budget}",
        region,
        year,
        "week",
        "",
        "",
        "plan",
        budget_eur=budget,
        agreements=said,
    )


@pytest.mark.parametrize(
    ("place", "rota", "found"),
    [
        (KATWIJK, [], None),
        (KATWIJK, [entry("streek", 1000)], 100_000),
        (KATWIJK, [entry("streek", 1000, 2027)], None),
        (KATWIJK, [entry("streek", 1000, 2026, "katwijk")], None),
        (KATWIJK, [entry("streek", 1000), entry("rijnland", 1500)], 150_000),
        (KATWIJK, [entry("streek", 0)], 0),
        (LEIDEN, [entry("streek", 1000)], None),
    ],
)
def test_the_most_that_a_rota_allows(
    place: Municipality, rota: list[RotaEntry], found: int | None
) -> None:
    assert maximum(place, 2026, rota, REGIONS) == found
