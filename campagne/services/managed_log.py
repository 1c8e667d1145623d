"""The log of changes for who manages gemeenten: what was done with campaigns, people and mails."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, or_, select
from sqlmodel import Session, col

from campagne.clock import AMSTERDAM
from campagne.domain.regions import Region, ancestry
from campagne.domain.rights import Action, Visitor
from campagne.domain.rota import concerns
from campagne.services import audit, scope
from campagne.services.audit import AuditLine
from campagne.services.mail_words.mail_templates import TEMPLATES
from campagne.store import queries
from campagne.store.tables import (
    AuditRow,
    BroadcastRow,
    ContactRow,
    DeliveryRow,
    EditionRow,
    MunicipalityRow,
    StepRow,
)

# What can be chosen, with the word for many of them.
KINDS = {
    "edition": "campagnes",
    "rota_entry": "roosters",
    "contact": "contactpersonen",
    "delivery": "verzonden mails",
    "step": "stappen van het draaiboek",
    "mail_text": "teksten van mails",
    "municipality": "gemeenten",
    "region": "regio's",
    "broadcast": "regioberichten",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which changes somebody looks for; empty or None for all.

    Attributes:
        who: part of the name of who did it.
        kind: one of `KINDS`.
        first / last: days in Amsterdam, both included.
    """

    who: str = ""
    kind: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A change with the name of what was changed, as people know it."""

    change: AuditLine
    of: str


def lines(
    session: Session, visitor: Visitor, wanted: Filter, *, limit: int | None, offset: int = 0
) -> list[LogLine]:
    """Return the changes in the gemeenten that somebody manages, the newest first.

    Args:
        session: any session.
        visitor: who looks.
        wanted: which changes.
        limit: at most this many; None for all.
        offset: how many to leave out at the front.

    Raises:
        NotFoundError: when they manage none.
    """
    conditions = [_in_scope(session, visitor), *_conditions(wanted)]
    found = audit.entries(session, where=conditions, limit=limit, offset=offset)
    keys: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for one in found:
        keys[one.kind].add(one.key)
    names = names_of(session, keys)
    return [LogLine(one, names.get((one.kind, one.key), one.key)) for one in found]


def _in_scope(session: Session, visitor: Visitor) -> ColumnElement[bool]:
    """Return the condition that a change is of something that somebody manages.

    A campaign of several gemeenten is of each of them; a national one, and the playbook, of all.
    """
    mine = scope.places(session, visitor, Action.SEE_AUDIT)
    regions = queries.regions(session)
    around = {at for one in mine.values() for at in ancestry(one.region, regions)}
    campaigns = [
        key
        for key, one in queries.campaigns_ever(session).items()
        if any(concerns(one, place, regions) for place in mine.values())
    ]
    keys: Mapping[str, Any] = {
        "edition": select(col(EditionRow.key)).where(col(EditionRow.campaign_key).in_(campaigns)),
        "contact": scope.contacts(mine),
        "municipality": select(col(MunicipalityRow.key)).where(col(MunicipalityRow.key).in_(mine)),
        "delivery": select(cast(col(DeliveryRow.id), String)).where(scope.deliveries(mine)),
        "step": select(col(StepRow.key)),
        "mail_text": list(TEMPLATES),
        "broadcast": select(cast(col(BroadcastRow.id), String)).where(
            col(BroadcastRow.region_key).in_(around)
        ),
        "rota_entry": _years_of(around),
        "region": list(around),
    }
    return or_(
        *(
            and_(col(AuditRow.kind) == kind, col(AuditRow.key).in_(some))
            for kind, some in keys.items()
        )
    )


def _years_of(regions: Iterable[str]) -> Select[str]:
    """Select the keys of years of the rotas of regions, also of those that were withdrawn."""
    begins = [col(AuditRow.key).startswith(f"{key}-2", autoescape=True) for key in regions]
    return select(col(AuditRow.key)).where(col(AuditRow.kind) == "rota_entry", or_(*begins))


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.who:
        yield col(AuditRow.by).icontains(wanted.who, autoescape=True)
    if wanted.kind:
        yield col(AuditRow.kind) == wanted.kind
    if wanted.first is not None:
        yield col(AuditRow.at) >= _midnight(wanted.first)
    if wanted.last is not None:
        yield col(AuditRow.at) < _midnight(wanted.last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    """Return the instant at which a day begins in Amsterdam."""
    return datetime.combine(day, time.min, tzinfo=AMSTERDAM).astimezone(UTC)


def names_of(session: Session, keys: Mapping[str, Collection[str]]) -> dict[tuple[str, str], str]:
    """Return what people call things; a statement for each kind of them.

    Args:
        session: any session.
        keys: for each of `KINDS` the keys; what is not there any more gets no name.

    Returns:
        The names by kind and key.
    """
    names: dict[tuple[str, str], str] = {}
    places = queries.municipalities(session) if keys["municipality"] else {}
    if keys["edition"]:
        campaigns = queries.campaigns(session)
        for edition in queries.editions(session, keys=keys["edition"]):
            name = f"{campaigns[edition.campaign].name} {edition.year}"
            names["edition", edition.key] = name
    names |= {("municipality", key): places[key].name for key in keys["municipality"]}
    regions = queries.regions(session) if keys["rota_entry"] or keys["region"] else {}
    names |= dict(_names_of_years(keys["rota_entry"], regions))
    names |= {("region", key): f"De regio {regions[key].name}" for key in keys["region"]}
    people = select(col(ContactRow.key), col(ContactRow.name))
    mails = select(col(DeliveryRow.id), col(DeliveryRow.subject), col(DeliveryRow.recipient))
    for key, name in session.execute(people.where(col(ContactRow.key).in_(keys["contact"]))):
        names["contact", key] = name
    names |= {("mail_text", key): TEMPLATES[key].title for key in keys["mail_text"]}
    titles = select(col(StepRow.key), col(StepRow.title)).where(col(StepRow.key).in_(keys["step"]))
    names |= {("step", key): title for key, title in session.execute(titles)}
    subjects = select(col(BroadcastRow.id), col(BroadcastRow.subject))
    written = map(int, keys["broadcast"])
    for number, subject in session.execute(subjects.where(col(BroadcastRow.id).in_(written))):
        names["broadcast", str(number)] = f"Regiobericht {number}: {subject}"
    numbers = map(int, keys["delivery"])
    for number, subject, to in session.execute(mails.where(col(DeliveryRow.id).in_(numbers))):
        names["delivery", str(number)] = f"{subject} ({to})"
    return names


def _names_of_years(
    keys: Iterable[str], regions: Mapping[str, Region]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the names of years of rotas by their keys, ``duin-en-bollenstreek-2027-2``."""
    for key in keys:
        for one in regions.values():
            year = key.removeprefix(f"{one.key}-").partition("-")[0]
            if year.isdecimal():
                yield ("rota_entry", key), f"Rooster {year} van {one.name}"
