"""The route over all years of a rota: what is central when, agreed by whom, beside what else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.edition_days import stands_by_rule
from campagne.domain.regions import members, reaches
from campagne.domain.reminders import Situation
from campagne.domain.rota import Agreement, EditionStatus, Measure, RotaEntry
from campagne.errors import NotFoundError
from campagne.services import lookup
from campagne.services.planning.reminders import situation
from campagne.services.publishing.calendar_book import Choice, undated_reason
from campagne.store import queries


@dataclass(frozen=True, slots=True)
class RouteEdition:
    """A run of the campaign of a year, with its real dates."""

    key: str
    name: str
    span: Span
    period: str
    status: EditionStatus
    by_rule: bool


@dataclass(frozen=True, slots=True)
class RouteYear:
    """A year of a rota.

    Attributes:
        campaign: name.
        plan_period: the period as the plan writes it; `why_differs` says why it is another one.
        editions: the real dates, also of a local window; empty while there are none, and then
            `undated` says why.
        lead: name of the gemeente that leads, None where none does.
        budget_eur: maximum per gemeente, whole euros.
        agreements: what is said of this year, by the names of which gemeenten.
        measures / evaluations: names of the other measures that run, and that are evaluated.
        weight: campaign, running measures and evaluations counted together.
    """

    year: int
    campaign: str
    theme: str
    plan_period: str
    why_differs: str
    editions: tuple[RouteEdition, ...]
    undated: str
    lead: str | None
    budget_eur: int
    agreements: tuple[tuple[Agreement, tuple[str, ...]], ...]
    measures: tuple[str, ...]
    evaluations: tuple[str, ...]
    weight: int
    source: str


@dataclass(frozen=True, slots=True)
class RouteGroup:
    """A group of gemeenten with a rota, its years in order and its other measures."""

    region: Choice
    municipalities: tuple[str, ...]
    years: tuple[RouteYear, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class RouteView:
    """The route of each group that has a rota."""

    today: date
    groups: tuple[RouteGroup, ...]


def route_view(session: Session, *, today: date, region: str | None = None) -> RouteView:
    """Return the route of one group of gemeenten, or of every group that has a rota.

    Args:
        session: a reading session.
        today: day in Amsterdam; decides which gemeenten exist.
        region: key of the group.

    Raises:
        NotFoundError: for an unknown region, or one without a rota.
    """
    everything = situation(session, municipalities=())
    keys = list(dict.fromkeys(entry.region for entry in everything.rota))
    if region is not None:
        name = lookup.one("regio", region, everything.regions).name
        if region not in keys:
            raise NotFoundError(f"Voor {name} is er nog geen rooster.")
        keys = [region]
    measures = queries.measures(session)
    return RouteView(today, tuple(_group(key, everything, measures, today) for key in keys))


def _group(
    region: str, everything: Situation, measures: Sequence[Measure], today: date
) -> RouteGroup:
    inside = members(region, everything.municipalities.values(), everything.regions, today)
    # What the whole of a region around it does counts too: the evaluation of the regiovisie.
    own = tuple(one for one in measures if reaches(one.region, region, everything.regions))
    entries = sorted(
        (one for one in everything.rota if one.region == region), key=lambda one: one.year
    )
    return RouteGroup(
        region=Choice(region, everything.regions[region].name),
        municipalities=tuple(one.name for one in inside),
        years=tuple(_year(entry, everything, own, today) for entry in entries),
        measures=own,
    )


def _year(
    entry: RotaEntry, everything: Situation, measures: Sequence[Measure], today: date
) -> RouteYear:
    campaign = everything.campaigns[entry.campaign]
    editions = [
        one
        for one in everything.editions
        if one.year == entry.year
        and entry.campaign in (one.campaign, everything.campaigns[one.campaign].part_of)
    ]
    inside = members(entry.region, everything.municipalities.values(), everything.regions, today)
    unsaid = {one.key: Agreement.PROPOSED for one in inside}
    said = {**unsaid, **dict(entry.agreements)}
    running = [one for one in measures if one.years[0] <= entry.year <= one.years[1]]
    evaluated = [one for one in measures if entry.year in one.evaluations]
    return RouteYear(
        year=entry.year,
        campaign=campaign.name,
        theme=entry.theme,
        plan_period=entry.plan_period,
        why_differs=entry.why_differs,
        editions=tuple(
            RouteEdition(
                one.key,
                everything.campaigns[one.campaign].name,
                one.span,
                dutch.short_period(one.span),
                one.status,
                stands_by_rule(one, everything.campaigns[one.campaign]),
            )
            for one in sorted(editions, key=lambda one: one.span)
        ),
        undated="" if editions else undated_reason(campaign, entry.year),
        lead=everything.municipalities[entry.lead].name if entry.lead else None,
        budget_eur=entry.budget_eur,
        agreements=tuple(
            (agreement, names)
            for agreement in (Agreement.AGREED, Agreement.PROPOSED, Agreement.DIFFERS)
            if (names := tuple(one.name for one in inside if said[one.key] is agreement))
        ),
        measures=tuple(one.name for one in running),
        evaluations=tuple(one.name for one in evaluated),
        weight=1 + len(running) + len(evaluated),
        source=entry.source,
    )
