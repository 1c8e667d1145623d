"""A year of a rota as its gemeenten look at it: what is proposed, and who agrees."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from sqlmodel import Session, col, select

from campagne.domain import agreement as agreements
from campagne.domain import dutch
from campagne.domain.agreement import Standing, Statement
from campagne.domain.regions import Municipality, Region, members
from campagne.domain.rights import Action, Visitor, may
from campagne.domain.rota import Agreement, Campaign, Edition, RotaEntry
from campagne.errors import NotFoundError
from campagne.services import audit, lookup
from campagne.services.audit import AuditLine
from campagne.store import queries
from campagne.store.tables import RotaStatementRow

YEARS_AHEAD = 5
_HISTORY = 20


@dataclass(frozen=True, slots=True)
class Place:
    """What a gemeente says of a year.

    Attributes:
        said: its answer to the year as it is now; None where it gave none on a page.
        earlier: its last answer to an earlier version, where it gave none to this one.
    """

    key: str
    name: str
    agreement: Agreement
    said: Statement | None
    earlier: Statement | None


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody remarked, for one gemeente or for several at once.

    Attributes:
        places: names of the gemeenten.
        earlier: True where it was about an earlier version.
        mine: True for who wrote it: they can take it away.
    """

    places: tuple[str, ...]
    note: str
    by: str
    at: datetime
    earlier: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A campaign that is proposed for a year.

    Attributes:
        campaign / lead: names; `lead` is None where no gemeente leads.
        editions: the real dates, also those of local windows.
        fields: what the gemeenten agree on, as people read it.
        remarks: what gemeenten remarked, the newest last.
        history: the changes so far, the newest first.
    """

    entry: RotaEntry
    campaign: str
    editions: tuple[tuple[Edition, str], ...]
    fields: Mapping[str, str]
    standing: Standing
    places: tuple[Place, ...]
    remarks: tuple[Remark, ...]
    history: tuple[AuditLine, ...]

    @property
    def answered_at(self) -> datetime:
        """The instant of the last answer that is shown, aware UTC; long ago where there is none."""
        given = [one.said.at for one in self.places if one.said is not None]
        return max(given, default=datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class YearView:
    """A year of the rota of a region.

    Attributes:
        closed: in Dutch why nothing can be changed any more; empty when it can.
        may_propose: True for who may make or change a proposal.
        mine: the gemeenten that the visitor answers for.
        inside: True for who works for one of the gemeenten: they also see who said what.
    """

    region: Region
    year: int
    entries: tuple[Entry, ...]
    members: tuple[Municipality, ...]
    closed: str
    may_propose: bool
    mine: tuple[Municipality, ...]
    inside: bool


@dataclass(frozen=True, slots=True)
class Room:
    """Everything around a year of a rota, read once.

    Attributes:
        members: the gemeenten whose year it is, by name.
        mine: those that the visitor answers for.
        entries: what is proposed for the year, the first proposal first.
    """

    region: Region
    year: int
    members: tuple[Municipality, ...]
    mine: tuple[Municipality, ...]
    may_propose: bool
    campaigns: Mapping[str, Campaign]
    municipalities: Mapping[str, Municipality]
    regions: Mapping[str, Region]
    entries: tuple[RotaEntry, ...]
    closed: str

    def fields(self, entry: RotaEntry | None) -> dict[str, str]:
        """Return what the gemeenten agree on, as people read it; empty for no entry."""
        if entry is None:
            return {}
        return {
            "campagne": self.campaigns[entry.campaign].name,
            "thema": entry.theme,
            "periode": dutch.in_plan(entry.plan_period),
            "wie leidt": self.municipalities[entry.lead].name if entry.lead else "",
            "budget per gemeente": f"hoogstens {dutch.euro(entry.budget_eur)}",
            "verdeling": entry.division,
        }


def room(session: Session, region: str, year: int, visitor: Visitor | None, today: date) -> Room:
    """Return what is around a year of the rota of a region.

    Args:
        session: any session.
        region: its key.
        year: the year.
        visitor: who looks; None for everybody.
        today: the day.

    Raises:
        NotFoundError: for an unknown region, or a year without a rota that is past or far off.
    """
    regions = queries.regions(session)
    found = lookup.one("regio", region, regions)
    entries = tuple(
        one for one in queries.rota_entries(session) if (one.region, one.year) == (region, year)
    )
    if not entries and not today.year <= year <= today.year + YEARS_AHEAD:
        raise NotFoundError(
            f"Voor {year} is er geen rooster in {found.name}. Een voorstel kan voor"
            f" {today.year} tot en met {today.year + YEARS_AHEAD}."
        )
    municipalities = queries.municipalities(session)
    inside = members(region, municipalities.values(), regions, date(year, 1, 1))
    mine = tuple(
        one for one in inside if visitor and may(visitor, Action.ANSWER_YEAR, one, regions)
    )
    return Room(
        region=found,
        year=year,
        members=inside,
        mine=mine,
        may_propose=any(
            visitor is not None and may(visitor, Action.PROPOSE_YEAR, one, regions)
            for one in inside
        ),
        campaigns=queries.campaigns(session),
        municipalities=municipalities,
        regions=regions,
        entries=entries,
        closed="" if year >= today.year else f"{year} is voorbij. Er is niets meer te veranderen.",
    )


def view(
    session: Session, region: str, year: int, *, visitor: Visitor | None, today: date
) -> YearView:
    """Return a year of the rota of a region, for whoever looks.

    Raises:
        NotFoundError: as `room`.
    """
    around = room(session, region, year, visitor, today)
    statements = said_of(session, [one.key for one in around.entries])
    editions = queries.editions(session, years=[year])
    inside = around.may_propose or bool(around.mine)
    return YearView(
        region=around.region,
        year=year,
        entries=tuple(
            _entry(session, one, around, statements[one.key], editions, visitor)
            for one in around.entries
        ),
        members=around.members,
        closed=around.closed,
        may_propose=around.may_propose and not around.closed,
        mine=() if around.closed else around.mine,
        inside=inside,
    )


def said_of(session: Session, entries: Sequence[str]) -> dict[str, list[Statement]]:
    """Return what gemeenten said of years, per key of the year, in the order of time."""
    rows = session.exec(
        select(RotaStatementRow)
        .where(col(RotaStatementRow.entry_key).in_(entries))
        .order_by(col(RotaStatementRow.id))
    )
    found: dict[str, list[Statement]] = {key: [] for key in entries}
    for row in rows:
        found[row.entry_key].append(
            Statement(
                row.version,
                row.municipality_key,
                row.agreement,
                row.note,
                row.by,
                row.at,
                row.by_key,
            )
        )
    return found


def _remarks(
    entry: RotaEntry, statements: Sequence[Statement], names: Mapping[str, str], me: str | None
) -> Iterator[Remark]:
    """Yield the remarks; one that was made for several gemeenten at once is one."""
    said = [one for one in statements if one.agreement is None]
    together = groupby(said, key=lambda one: (one.at, one.by, one.by_key, one.note, one.version))
    for (at, by, by_key, note, version), some in together:
        yield Remark(
            places=tuple(sorted(names[one.municipality] for one in some)),
            note=note,
            by=by,
            at=at,
            earlier=version != entry.version,
            mine=by_key is not None and by_key == me,
        )


def _entry(  # noqa: PLR0917 - all that it is made from
    session: Session,
    entry: RotaEntry,
    around: Room,
    statements: Sequence[Statement],
    editions: Sequence[Edition],
    visitor: Visitor | None,
) -> Entry:
    keys = [one.key for one in around.members]
    said = agreements.latest(entry, statements)
    earlier = {one.municipality: one for one in statements if one.agreement is not None}
    answers = dict(entry.agreements)
    names = {key: one.name for key, one in around.municipalities.items()}
    return Entry(
        entry=entry,
        campaign=around.campaigns[entry.campaign].name,
        editions=tuple(
            (one, around.campaigns[one.campaign].name)
            for one in editions
            if entry.campaign in (one.campaign, around.campaigns[one.campaign].part_of)
        ),
        fields=around.fields(entry),
        standing=agreements.standing(entry, keys, statements),
        places=tuple(
            Place(
                key=one.key,
                name=one.name,
                agreement=answers.get(one.key, Agreement.PROPOSED),
                said=said.get(one.key),
                earlier=None if one.key in said else earlier.get(one.key),
            )
            for one in around.members
        ),
        remarks=tuple(_remarks(entry, statements, names, visitor.contact.key if visitor else None)),
        history=tuple(audit.entries(session, of=("rota_entry", entry.key), limit=_HISTORY)),
    )
