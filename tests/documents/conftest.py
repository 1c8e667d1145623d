"""A full year to draw: more campaigns than there are, with long names, and many steps."""

from datetime import date, timedelta

import pytest

from campagne.documents.planner import PlannedCampaign, PlannedStep, Planner
from campagne.domain.dates import Span
from campagne.domain.playbook import Role
from campagne.domain.rota import EditionStatus

LONG = "Zomercampagne tegen huwelijksdwang en achterlating in het buitenland"
STATES = list(EditionStatus)


def planner(campaigns: int = 20, steps: int = 60) -> Planner:
    """Return a year with so many campaigns and steps, of each state and length."""
    return Planner(
        year=2026,
        for_whom="Kaag en Braassem",
        campaigns=tuple(
            PlannedCampaign(
                name=LONG if at % 3 == 0 else f"Dag {at} tegen geweld",
                span=Span(first, first + timedelta(days=(0, 6, 20)[at % 3])),
                status=STATES[at % 3],
                central=at % 5 == 0,
                note="Kaag en Braassem leidt" if at % 5 == 0 else "",
            )
            for at in range(campaigns)
            for first in [date(2026, 1, 2) + timedelta(days=at * 340 // max(campaigns, 1))]
        ),
        steps=tuple(
            PlannedStep(
                on=date(2026, 1, 5) + timedelta(days=at * 350 // max(steps, 1)),
                role=list(Role)[at % 4],
                title="Citaat laten goedkeuren door de portefeuillehouder",
                campaign=LONG if at % 4 == 0 else f"Dag {at % 7} tegen geweld",
            )
            for at in range(steps)
        ),
        undated=("Waar ben je?", LONG),
        data_of=date(2026, 9, 7),
        address="https://campagne.example.nl/jaar/2026?gemeente=kaag-en-braassem",
    )


@pytest.fixture
def full_year() -> Planner:
    """A year that is as full as it may get."""
    return planner()
