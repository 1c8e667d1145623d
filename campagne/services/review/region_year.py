"""A year of a region: which gemeente takes part in which edition."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, or_, select

from campagne.domain import dutch
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.budget import YearCosts, maximum, year_costs
from campagne.domain.delivery import DeliveryState
from campagne.domain.involvement import QUIET, Involvement
from campagne.domain.local_plans import LocalPlan
from campagne.domain.regions import Municipality, Region, ancestry, members, touches
from campagne.domain.rights import Action, Visitor, places_for
from campagne.domain.rota import Edition, EditionStatus
from campagne.errors import NotFoundError
from campagne.services import lookup
from campagne.services.regional import local_plans
from campagne.services.review import evaluations
from campagne.services.review.involved import About, Cell, Known, Said
from campagne.store import queries
from campagne.store.tables import AnswerRow, BroadcastRow, DeliveryRow

# An address is typed by hand too; no database takes any number for a year.
_YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class Column:
    """An edition, with the name of its campaign and how many gemeenten take part."""

    edition: Edition
    name: str
    taking_part: int = 0

    @property
    def period(self) -> str:
        """The days in short, in Dutch."""
        return dutch.short_period(self.edition.span)


@dataclass(frozen=True, slots=True)
class Line:
    """A gemeente with a cell for each edition, in the order of the columns.

    Attributes:
        costs: of the whole year, whatever columns are shown.
    """

    municipality: Municipality
    cells: tuple[Cell, ...]
    costs: YearCosts


@dataclass(frozen=True, slots=True)
class RegionYear:
    """A year of a region.

    Attributes:
        columns: the editions that concern somebody in it, by first day; cancelled ones too.
        lines: its gemeenten, by name.
        years: the year before and after, where the calendar has them.
        regions: all regions that the reader may look at, by name.
    """

    region: Region
    year: int
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    years: tuple[int, ...] = ()
    regions: tuple[Region, ...] = ()

    def narrowed(
        self,
        *,
        edition: str = "",
        only: Involvement | None = None,
        all_editions: bool = False,
    ) -> "RegionYear":
        """Return it with less in it.

        Args:
            edition: key of the only edition; empty for more.
            only: the gemeenten and editions with this involvement, and no others.
            all_editions: also those that nobody was asked for, and that stand on no rota; one that
                is named always shows.
        """
        kept = []
        for number, column in enumerate(self.columns):
            found = {line.cells[number].involvement for line in self.lines}
            is_meant = column.edition.key == edition if edition else True
            shows = all_editions or edition or not found <= QUIET
            if is_meant and shows and (only is None or only in found):
                kept.append(number)
        lines = [
            replace(line, cells=tuple(line.cells[number] for number in kept)) for line in self.lines
        ]
        return replace(
            self,
            columns=tuple(self.columns[number] for number in kept),
            lines=tuple(
                line
                for line in lines
                if only is None or only in {cell.involvement for cell in line.cells}
            ),
        )


def view(session: Session, region: str, year: int, visitor: Visitor) -> RegionYear:
    """Return a year of a region as a colleague in that region sees it.

    Raises:
        NotFoundError: for who works for none of its gemeenten, an unknown region, or a year of
            which the calendar knows nothing.
    """
    found = require_reader(session, region, visitor)
    return replace(of_region(session, found, year), regions=tuple(readable(session, visitor)))


def edition_view(session: Session, region: str, edition: str, visitor: Visitor) -> RegionYear:
    """Return one edition in a region, as a colleague in that region sees it.

    Raises:
        NotFoundError: for who works for none of its gemeenten, an unknown region or edition, or one
            that concerns nobody there.
    """
    found = require_reader(session, region, visitor)
    about = lookup.edition(session, edition)
    shown = of_region(session, found, about.year, only=about.key)
    if not shown.columns:
        raise NotFoundError(f"Deze campagne is er niet voor {found.name}. Kies een andere.")
    return shown


def of_region(
    session: Session, region: Region, year: int, *, only: str | None = None
) -> RegionYear:
    """Return a year of a region, whoever asks.

    Args:
        session: any session.
        region: which.
        year: which.
        only: key of the only edition to show; None for all.

    Raises:
        NotFoundError: for a year of which the calendar knows nothing.
    """
    regions, campaigns = queries.regions(session), queries.campaigns(session)
    rota = queries.rota_entries(session)
    known = {one.year for one in queries.editions(session)}
    if year not in _YEARS or year not in known:
        raise NotFoundError(
            f"Van {year} staat er niets in de campagnekalender. Kies een jaar van {min(known)} tot"
            f" en met {max(known)}."
            if known
            else "Er staat nog niets in de campagnekalender."
        )
    editions = [
        one
        for one in queries.editions(session, years=[year])
        if touches(campaigns[one.campaign].region, region.key, regions)
    ]
    inside = members(
        region.key, queries.municipalities(session).values(), regions, date(year, 1, 1)
    )
    plans = local_plans.read(session, [one.key for one in editions], [one.key for one in inside])
    # What costs something counts in the year of a gemeente, whatever is shown.
    wanted = {one.key for one in editions} if only is None else {only, *(key for key, _ in plans)}
    asked, asks = _asked(session, wanted)
    known_of = Known(
        regions=regions,
        said=_answers(session, wanted),
        plans=plans,
        looked_back=evaluations.read(session, wanted, [one.key for one in inside]),
        people={one.key: one for one in queries.contacts(session)},
    )
    every = [
        About(
            one,
            campaigns[one.campaign],
            [entry for entry in rota if (entry.campaign, entry.year) == (one.campaign, year)],
            asked.get(one.key, ()),
            asks.get(one.key, ()),
        )
        for one in editions
        if one.key in wanted
    ]
    shown = every if only is None else [one for one in every if one.edition.key == only]

    def line(place: Municipality) -> Line:
        around = ancestry(place.region, regions)
        spent = [
            _spent(one.edition, known_of.cell(one, place, around))
            for one in every
            if (one.edition.key, place.key) in plans
        ]
        return Line(
            place,
            tuple(known_of.cell(one, place, around) for one in shown),
            year_costs(spent, maximum(place, year, rota, regions)),
        )

    lines = [line(place) for place in inside]
    columns = [
        Column(one.edition, one.campaign.name, sum(line.cells[number].takes_part for line in lines))
        for number, one in enumerate(shown)
    ]
    return RegionYear(
        region,
        year,
        tuple(columns),
        tuple(lines),
        years=tuple(one for one in (year - 1, year + 1) if one in known),
    )


def _spent(edition: Edition, cell: Cell) -> LocalPlan:
    """Return what a gemeente does, without the costs that it will not have after all."""
    is_off = edition.status is EditionStatus.CANCELLED
    if is_off or cell.involvement is Involvement.DECLINES:
        return replace(cell.plan, expected_cents=None)
    return cell.plan


def readable(session: Session, visitor: Visitor) -> list[Region]:
    """Return the regions of which somebody may read what the gemeenten do, by name."""
    regions = queries.regions(session)
    places = places_for(
        visitor, Action.SEE_REGION, queries.municipalities(session), regions
    ).values()
    around = {key for place in places for key in ancestry(place.region, regions)}
    return [one for key, one in regions.items() if key in around]


def require_reader(session: Session, region: str, visitor: Visitor) -> Region:
    """Return a region to somebody who may read what its gemeenten do.

    Raises:
        NotFoundError: for an unknown region, and for anybody else.
    """
    found = lookup.region(session, region)
    if found not in readable(session, visitor):
        advice = (
            "Vul eerst op 'Mijn stappen' de code uit je app in."
            if visitor.must_prove
            else "Kies op 'Mijn stappen' een regio waar je wel voor werkt."
        )
        raise NotFoundError(
            f"Dit overzicht is voor wie werkt voor een gemeente in {found.name}. {advice}"
        )
    return found


def _answers(session: Session, editions: Collection[str]) -> Mapping[tuple[str, str], Said]:
    """Return the latest answer by edition and gemeente."""
    columns = (
        AnswerRow.edition_key,
        AnswerRow.municipality_key,
        AnswerRow.answer,
        AnswerRow.by,
        AnswerRow.at,
    )
    given = session.execute(
        select(*map(col, columns))
        .where(col(AnswerRow.edition_key).in_(editions))
        .order_by(col(AnswerRow.id))
    )
    return {(edition, place): Said(*said) for edition, place, *said in given}


def _asked(
    session: Session, editions: Collection[str]
) -> tuple[Mapping[str, Collection[str]], Mapping[str, Collection[str]]]:
    """Return per edition the gemeenten that were asked about it, and those that asked others."""
    left = select(col(DeliveryRow.broadcast_id)).where(
        col(DeliveryRow.broadcast_id).is_not(None),
        col(DeliveryRow.state) != DeliveryState.CANCELLED,
    )
    released = session.exec(
        select(BroadcastRow).where(
            col(BroadcastRow.edition_key).in_(editions),
            col(BroadcastRow.released_at).is_not(None),
            # Stopped before anything of it left, it asked nobody.
            or_(
                col(BroadcastRow.state) != BroadcastState.CANCELLED,
                col(BroadcastRow.id).in_(left),
            ),
        )
    )
    asked: dict[str, set[str]] = defaultdict(set)
    asks: dict[str, set[str]] = defaultdict(set)
    for row in released:
        about = lookup.edition(session, row.edition_key)
        asks[row.edition_key].add(row.centre_key)
        places = lookup.asked(session, about, row.region_key, row.centre_key, row.places)
        asked[row.edition_key].update(one.key for one in places)
    return asked, asks
