"""What a change does to the plan: two plans compared."""

from datetime import date

import pytest

from campagne.services.rotas.plan_effects import PlanEffect, Planned, compare

TODAY = date(2026, 9, 7)
SOON, LATER = date(2026, 9, 8), date(2026, 10, 1)


def plan(**days: date) -> Planned:
    return {("week-2026", step, "katwijk", "iemand", 0): day for step, day in days.items()}


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (plan(), plan(), PlanEffect(0, 0, 0, 0)),
        (plan(website=SOON), plan(website=SOON), PlanEffect(0, 0, 0, 0)),
        (plan(), plan(website=LATER), PlanEffect(1, 0, 0, 0)),
        (plan(), plan(website=TODAY), PlanEffect(1, 0, 0, 1)),
        (plan(website=LATER), plan(website=SOON), PlanEffect(0, 1, 0, 0)),
        (plan(website=LATER), plan(website=date(2026, 9, 1)), PlanEffect(0, 1, 0, 1)),
        (plan(website=SOON, affiches=SOON), plan(affiches=LATER), PlanEffect(0, 1, 1, 0)),
        # What was due already and stays so is no effect.
        (plan(website=TODAY), plan(website=TODAY), PlanEffect(0, 0, 0, 0)),
    ],
)
def test_what_differs_is_counted(before: Planned, after: Planned, effect: PlanEffect) -> None:
    assert compare(before, after, TODAY) == effect
