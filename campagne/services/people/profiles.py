"""The page of one gemeente: what its texts are filled in with, and the people who work for it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from campagne.domain import profile
from campagne.domain.contacts import Contact
from campagne.domain.profile import LABELS, Profile
from campagne.domain.regions import Municipality
from campagne.domain.rights import Action, Visitor, may, places_for
from campagne.domain.rota import HelpLine
from campagne.domain.threeway import Item
from campagne.domain.words import word
from campagne.errors import NotFoundError
from campagne.services import audit
from campagne.services.audit import AuditLine, Author
from campagne.services.publishing.calendar_book import Choice
from campagne.services.rotas import rota_items
from campagne.store import queries, rows

_HISTORY = 20


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who does something for a gemeente; `roles` in Dutch, the phone may be empty."""

    name: str
    roles: tuple[str, ...]
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class MyMunicipality:
    """A gemeente as who works for it sees it.

    Attributes:
        choices: the gemeenten that can be looked at instead, the own ones first.
        cells: what its texts are filled in with, as `profile.cells` gives it.
        version: fingerprint of that; a form that was filled in for another one is old.
        may_edit: True for who may change it.
        missing: what a text misses, each a Dutch phrase.
        help_lines: those that can be chosen beside `always`, which all texts show.
        history: the changes so far, the newest first.
    """

    key: str
    name: str
    choices: tuple[Choice, ...]
    cells: Mapping[str, str]
    version: str
    may_edit: bool
    missing: tuple[str, ...]
    help_lines: tuple[HelpLine, ...]
    always: tuple[HelpLine, ...]
    colleagues: tuple[Colleague, ...]
    history: tuple[AuditLine, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form.

    Attributes:
        faults: per field a Dutch sentence; where there is one, nothing was stored.
        stale: what somebody else stored meanwhile: a label, what stands there now, and what the
            form says; then nothing was stored either.
        changes: the names of the fields that are stored anew.
    """

    faults: Mapping[str, str] = field(default_factory=dict)
    stale: tuple[tuple[str, str, str], ...] = ()
    changes: tuple[str, ...] = ()


def places(session: Session, visitor: Visitor) -> dict[str, Municipality]:
    """Return the gemeenten whose page somebody may see by key, the own ones first.

    Raises:
        NotFoundError: when there is none.
    """
    regions = queries.regions(session)
    own = {at for _, at in visitor.acting.assignments}
    seen = places_for(visitor, Action.SEE_MUNICIPALITY, queries.municipalities(session), regions)
    found = sorted(
        seen.values(),
        key=lambda one: (one.key not in own, one.name),
    )
    if not found:
        advice = (
            "Vul eerst op 'Mijn stappen' de code uit je app in."
            if visitor.must_prove
            else "Vraag de beheerder van je regio om je toe te voegen."
        )
        raise NotFoundError(f"Je bent nu van geen gemeente contactpersoon. {advice}")
    return {one.key: one for one in found}


def page(session: Session, visitor: Visitor, key: str = "") -> MyMunicipality:
    """Return the page of a gemeente.

    Args:
        session: any session.
        visitor: who looks.
        key: of the gemeente; empty for the first of one's own.

    Raises:
        NotFoundError: when it is not theirs to see, or there is none.
    """
    mine = places(session, visitor)
    place = _one(mine, key)
    lines = queries.help_lines(session)
    return MyMunicipality(
        key=place.key,
        name=place.name,
        choices=tuple(Choice(one.key, one.name) for one in mine.values()),
        cells=profile.cells(place.profile),
        version=_version(place.profile),
        may_edit=_may_edit(session, visitor, place),
        missing=place.profile.missing,
        help_lines=tuple(one for one in lines if not one.always_shown),
        always=tuple(one for one in lines if one.always_shown),
        colleagues=tuple(_colleagues(queries.contacts(session), place.key)),
        history=tuple(audit.entries(session, of=("municipality", place.key), limit=_HISTORY)),
    )


def plan_places(session: Session, visitor: Visitor, key: str = "") -> tuple[str, ...]:
    """Return the keys of the gemeenten that a plan is asked for.

    Args:
        session: any session.
        visitor: who asks.
        key: of one gemeente; empty for all that they work for.

    Raises:
        NotFoundError: when it is not theirs to see, or they work for none.
    """
    mine = places(session, visitor)
    if key:
        return (_one(mine, key).key,)
    own = {at for _, at in visitor.acting.assignments}
    return tuple(one for one in mine if one in own)


def change(
    session: Session,
    visitor: Visitor,
    key: str,
    typed: Mapping[str, str],
    *,
    version: str,
    now: datetime,
) -> Outcome:
    """Store what the texts of a gemeente are filled in with, and note it in the log of changes.

    Args:
        session: a writing session.
        visitor: who does it.
        key: of the gemeente.
        typed: the form, as `profile.read` takes it.
        version: of the form that was filled in.
        now: instant, aware UTC.

    Raises:
        NotFoundError: when it is not theirs to change.
    """
    place = _one(places(session, visitor), key)
    if not _may_edit(session, visitor, place):
        raise NotFoundError(
            f"Wat er in de teksten van {place.name} staat, wijzigen de collega's daar."
        )
    found, faults = profile.read(typed, [one.key for one in queries.help_lines(session)])
    if faults:
        return Outcome(faults=faults)
    before, after = profile.cells(place.profile), profile.cells(found)
    changes = tuple(name for name in LABELS if before[name] != after[name])
    if version != _version(place.profile) and changes:
        return Outcome(stale=tuple((LABELS[one], before[one], after[one]) for one in changes))
    if not changes:
        return Outcome()
    was, becomes = rows.profile_values(place.profile), rows.profile_values(found)
    rota_items.change(
        session,
        Item("municipality", key),
        {name: value for name, value in becomes.items() if value != was[name]},
        now,
    )
    audit.record(
        session,
        Author(visitor.contact.name, visitor.contact.key),
        "gegevens voor teksten gewijzigd",
        of=("municipality", key),
        before={LABELS[one]: before[one] for one in changes},
        after={LABELS[one]: after[one] for one in changes},
        why="",
        now=now,
    )
    session.expire_all()  # the row was changed behind the back of the session
    queries.raise_data_version(session, now)
    return Outcome(changes=changes)


def _one(mine: Mapping[str, Municipality], key: str) -> Municipality:
    if not key:
        return next(iter(mine.values()))
    if key not in mine:
        raise NotFoundError(
            "Deze gemeente bestaat niet, of je bent er geen contactpersoon van. Kies een van je"
            " eigen gemeenten."
        )
    return mine[key]


def _may_edit(session: Session, visitor: Visitor, place: Municipality) -> bool:
    return may(visitor, Action.EDIT_PROFILE, place, queries.regions(session))


def _colleagues(contacts: Iterable[Contact], place: str) -> Iterable[Colleague]:
    for one in sorted(contacts, key=lambda one: one.name):
        roles = tuple(word(role) for role, at in one.assignments if at == place)
        if roles:
            yield Colleague(one.name, roles, one.email, one.phone)


def _version(of: Profile) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()[:16]
