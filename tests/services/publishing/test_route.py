"""What the page of the route is told."""

from datetime import date

import pytest

from campagne.domain.rota import Agreement, EditionStatus
from campagne.errors import NotFoundError
from campagne.services.publishing.route import route_view
from campagne.store import tables
from campagne.store.database import Database

TODAY = date(2026, 9, 7)


def test_a_year_of_the_route_shows_the_plan_beside_the_calendar(world: Database) -> None:
    """The period of the plan, the real one, and why they differ."""
    with world.read() as session:
        view = route_view(session, today=TODAY)
    (group,) = view.groups
    assert group.region.name == "Duin- en Bollenstreek"
    assert group.municipalities == ("Hillegom", "Katwijk", "Lisse", "Noordwijk", "Teylingen")
    (year,) = group.years
    assert (year.year, year.campaign) == (2026, "Week tegen Kindermishandeling")
    assert year.plan_period == "18 - 24 november"
    assert [(one.period, one.status) for one in year.editions] == [
        ("16 t/m 22 november 2026", EditionStatus.CONFIRMED)
    ]
    assert year.why_differs == "De week is altijd die met 20 november."
    assert (year.lead, year.budget_eur) == ("Katwijk", 2500)
    assert year.agreements == ((Agreement.AGREED, group.municipalities),)


def test_measures_and_evaluations_make_a_year_heavier(sqlite_world: Database) -> None:
    """One campaign, one measure that runs, one evaluation."""
    with sqlite_world.session() as session:
        session.add(
            tables.RotaEntryRow(
                key="duin-en-bollenstreek-2028",
                region_key="duin-en-bollenstreek",
                year=2028,
                campaign_key="publiekscampagne-huiselijk-geweld",
                source="uitvoeringsplan",
            )
        )
    with sqlite_world.read() as session:
        (group,) = route_view(session, today=TODAY).groups
    heavy, light = group.years
    assert (heavy.weight, heavy.measures, heavy.evaluations) == (
        3,
        ("Training meldcode",),
        ("Training meldcode",),
    )
    assert (light.weight, light.measures, light.evaluations) == (1, (), ())
    assert light.editions == ()
    assert light.undated == "De organisator heeft voor 2028 nog geen datums bekendgemaakt."
    assert light.lead is None
    # Who said nothing yet has it proposed.
    assert light.agreements == ((Agreement.PROPOSED, group.municipalities),)


def test_a_local_window_stands_beside_the_campaign_it_belongs_to(sqlite_world: Database) -> None:
    """The day itself is sure, the week around it is not."""
    with sqlite_world.session() as session:
        session.get_one(
            tables.CampaignRow, "publiekscampagne-huiselijk-geweld"
        ).part_of_key = "week-tegen-kindermishandeling"
    with sqlite_world.read() as session:
        (group,) = route_view(session, today=TODAY).groups
    assert [one.name for one in group.years[0].editions] == [
        "Publiekscampagne huiselijk geweld",
        "Week tegen Kindermishandeling",
    ]


def test_one_region(sqlite_world: Database) -> None:
    """Its own rota, or the reason why there is none."""
    with sqlite_world.read() as session:
        view = route_view(session, today=TODAY, region="duin-en-bollenstreek")
        assert [one.region.key for one in view.groups] == ["duin-en-bollenstreek"]
        with pytest.raises(NotFoundError, match="Voor Midden-Holland is er nog geen rooster"):
            route_view(session, today=TODAY, region="midden-holland")
        with pytest.raises(NotFoundError, match="De regio 'friesland'"):
            route_view(session, today=TODAY, region="friesland")
