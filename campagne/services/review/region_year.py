"""A year of a region: which gemeente takes part in which edition."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session, col, or_, select

from campagne.domain import dutch
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.budget import YearCosts, maximum, year_costs
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState
from campagne.domain.evaluations import Evaluation
from campagne.domain.involvement import QUIET, Involvement, involvement, takes_part
from campagne.domain.local_plans import LocalPlan
from campagne.domain.regions import Municipality, Region, ancestry, members, touches
from campagne.domain.reminders import Answer, is_central
from campagne.domain.rights import Action, Visitor, places_for
from campagne.domain.rota import Edition, EditionStatus
from campagne.errors import NotFoundError
from campagne.services import lookup
from campagne.services.regional import local_plans
from campagne.services.review import evaluations
from campagne.store import queries
from campagne.store.tables import AnswerRow, BroadcastRow, DeliveryRow

# An address is typed by hand too; no database takes any number for a year.
_YEARS = range(2000, 2200)

_NOTHING, _NOTHING_SAID = LocalPlan(), Evaluation()


class _Said(NamedTuple):
    """An answer: by whom, and the instant, aware UTC."""

    answer: Answer
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """How a gemeente is involved in an edition.

    Attributes:
        takes_part: True when it does something, or is expected to.
        by / at: who gave its answer and the instant, aware UTC; empty where it gave none.
        plan: what it does there; nothing where it wrote nothing.
        contact: whom to ask about that; None where nobody was named, or they left.
        evaluation: what it said of it afterwards; nothing where it said nothing.
    """

    involvement: Involvement
    takes_part: bool = False
    by: str = ""
    at: datetime | None = None
    plan: LocalPlan = _NOTHING
    contact: Contact | None = None
    evaluation: Evaluation = _NOTHING_SAID


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
    shown = of_region(session, found, about.year).narrowed(edition=about.key)
    if not shown.columns:
        raise NotFoundError(f"Deze campagne is er niet voor {found.name}. Kies een andere.")
    return shown


def of_region(session: Session, region: Region, year: int) -> RegionYear:
    """Return a year of a region, whoever asks.

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
    keys = [one.key for one in editions]
    said = _answers(session, keys)
    asked, asks = _asked(session, keys)
    looked_back = evaluations.read(session, keys, [one.key for one in inside])
    plans = local_plans.read(session, keys, [one.key for one in inside])
    people = {one.key: one for one in queries.contacts(session)}
    central = {
        one.key: [entry for entry in rota if (entry.campaign, entry.year) == (one.campaign, year)]
        for one in editions
    }
    alike: dict[tuple[Involvement, bool], Cell] = {}  # most of a country: nobody said anything

    def cell(edition: Edition, place: Municipality, around: Sequence[str]) -> Cell:
        pair = (edition.key, place.key)
        row, plan = said.get(pair), plans.get(pair, _NOTHING)
        on_rota = is_central(edition, place.key, around, central[edition.key])
        found = involvement(
            edition,
            campaigns[edition.campaign],
            place,
            regions=regions,
            on_rota=on_rota,
            answer=row.answer if row else None,
            asked=pair in asked,
            asks=pair in asks,
        )
        # An answer about what is not for this gemeente (any more) says nothing.
        if found is Involvement.ELSEWHERE:
            return Cell(found)
        joins = takes_part(found, on_rota=on_rota)
        if row is None and pair not in plans and pair not in looked_back:
            return alike.setdefault((found, joins), Cell(found, joins))
        whom, seen = people.get(plan.contact or ""), looked_back.get(pair, _NOTHING_SAID)
        by, at = (row.by, row.at) if row else ("", None)
        return Cell(found, joins, by, at, plan, whom, seen)

    def line(place: Municipality) -> Line:
        around = ancestry(place.region, regions)
        cells = tuple(cell(one, place, around) for one in editions)
        spent = [
            _spent(one, cell)
            for one, cell in zip(editions, cells, strict=True)
            if cell.plan is not _NOTHING
        ]
        return Line(place, cells, year_costs(spent, maximum(place, year, rota, regions)))

    lines = [line(place) for place in inside]
    counts = Counter(
        number for row in lines for number, one in enumerate(row.cells) if one.takes_part
    )
    columns = [
        Column(one, campaigns[one.campaign].name, counts[number])
        for number, one in enumerate(editions)
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


def _answers(session: Session, editions: Sequence[str]) -> Mapping[tuple[str, str], _Said]:
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
    return {(edition, place): _Said(*said) for edition, place, *said in given}


def _asked(
    session: Session, editions: Sequence[str]
) -> tuple[Collection[tuple[str, str]], Collection[tuple[str, str]]]:
    """Return which gemeente was asked about which edition, and which asked others."""
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
    asked, asks = set(), set()
    for row in released:
        about = lookup.edition(session, row.edition_key)
        asks.add((row.edition_key, row.centre_key))
        for one in lookup.asked(session, about, row.region_key, row.centre_key, row.places):
            asked.add((row.edition_key, one.key))
    return asked, asks
