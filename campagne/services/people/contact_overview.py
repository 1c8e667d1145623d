"""The people of the gemeenten that somebody manages: found, listed, seen one by one."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from campagne.domain import contact_list
from campagne.domain.contact_list import Entry, Scope
from campagne.domain.playbook import Role
from campagne.domain.rights import Action, Visitor
from campagne.errors import NotFoundError
from campagne.services import audit, scope
from campagne.services.audit import AuditLine
from campagne.services.outbox import bounces
from campagne.services.outbox.bounces import PausedLine
from campagne.services.people import checks, erasure, preferences
from campagne.services.people.checks import Answered
from campagne.services.people.preferences import ContactLine
from campagne.store import queries
from campagne.store.kept import kept
from campagne.store.tables import ContactRoleRow, ContactRow, SecondFactorRow

_HISTORY = 20


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does something for a gemeente that one manages.

    Attributes:
        cells: what can be changed, by column of the table.
        line: what they want and who stands in; None for who is switched off.
        paused: why the address gets no mail; None while it does.
        has_app: True when a second factor is set up.
        others: names of further gemeenten they work for; then they are not one's own to change.
        wipe_asked_at: when they asked to be wiped, aware UTC; None when they did not.
        checked: what they answered last when asked whether all this is right; None for nothing.
    """

    key: str
    cells: Mapping[str, str]
    line: ContactLine | None
    paused: PausedLine | None
    has_app: bool
    others: tuple[str, ...]
    wipe_asked_at: datetime | None = None
    checked: Answered | None = None

    @property
    def version(self) -> str:
        """Fingerprint of the cells; a form that was filled in for others is old."""
        return hashlib.sha256(repr(sorted(self.cells.items())).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Overview:
    """A part of these people.

    Attributes:
        people: by name.
        total: how many were found.
        waiting: how many of all of them wait for who manages them: they ask to be wiped, say that
            something is not right, or their address gets no mail.
    """

    people: tuple[Person, ...]
    total: int
    waiting: int


def overview(
    session: Session,
    visitor: Visitor,
    *,
    search: str = "",
    only_waiting: bool = False,
    limit: int,
    offset: int = 0,
) -> Overview:
    """Return who does something for a gemeente that somebody manages.

    Args:
        session: any session.
        visitor: who looks.
        search: words that are all in the name, the address or the names of the gemeenten; empty
            for everybody.
        only_waiting: only who waits for who manages them, see `Overview`.
        limit: at most so many people.
        offset: after so many.

    Raises:
        NotFoundError: when they manage none.
    """
    seen = managed(session, visitor)
    mine = _mine(session, seen)
    told = _Told.read(session)
    waiting = {one.key for one in mine if told.waits(one)}
    words = search.casefold().split()
    found = sorted(
        (
            one
            for one in mine
            if (not only_waiting or one.key in waiting)
            and (not words or all(word in _text(one, seen) for word in words))
        ),
        key=lambda one: (one.name.casefold(), one.key),
    )
    shown = found[offset : offset + limit]
    return Overview(tuple(_people(session, shown, seen, told)), len(found), len(waiting))


def person(session: Session, visitor: Visitor, key: str) -> tuple[Person, tuple[AuditLine, ...]]:
    """Return one of these people, and what was changed about them.

    Raises:
        NotFoundError: when there is no such person there.
    """
    seen = managed(session, visitor)
    entry = entries(session).get(key)
    if entry is None or not _is_of(entry, seen):
        raise NotFoundError(
            "Deze contactpersoon bestaat niet, of werkt niet voor een gemeente die jij beheert."
        )
    (found,) = _people(session, [entry], seen, _Told.read(session))
    return found, tuple(audit.entries(session, of=("contact", key), limit=_HISTORY))


def table(session: Session, visitor: Visitor) -> list[Mapping[str, str]]:
    """Return all of these people by key, as the cells of the table that changes them.

    Raises:
        NotFoundError: when they manage no gemeente.
    """
    seen = managed(session, visitor)
    found = sorted(_mine(session, seen), key=lambda one: one.key)
    return [contact_list.cells(one, seen.names) for one in found]


def managed(session: Session, visitor: Visitor) -> Scope:
    """Return which gemeenten somebody manages.

    Raises:
        NotFoundError: when there is none.
    """
    mine = scope.places(session, visitor, Action.MANAGE_CONTACTS)
    names = {key: one.name for key, one in queries.municipalities(session).items()}
    return Scope(visitor.contact.key, frozenset(mine), names)


@kept(ContactRow, ContactRoleRow)
def entries(session: Session) -> Mapping[str, Entry]:
    """Return all contacts by key, those that are switched off too."""
    work: dict[str, set[tuple[Role, str]]] = defaultdict(set)
    row = ContactRoleRow
    for key, role, at in session.execute(
        select(col(row.contact_key), col(row.role), col(row.municipality_key))
    ):
        work[key].add((role, at))
    people = select(
        col(ContactRow.key),
        col(ContactRow.name),
        col(ContactRow.email),
        col(ContactRow.phone),
        col(ContactRow.active),
    )
    return {
        key: Entry(key, name, email, phone, frozenset(work[key]), active)
        for key, name, email, phone, active in session.execute(people)
    }


@dataclass(frozen=True, slots=True)
class _Told:
    """What waits for who manages people: per address, and per contact."""

    paused: Mapping[str, PausedLine]
    asked: Mapping[str, datetime]
    remarks: Mapping[str, Answered]

    @classmethod
    def read(cls, session: Session) -> "_Told":
        return cls(
            {one.address: one for one in bounces.list_paused(session)},
            erasure.waiting(session),
            checks.open_remarks(session),
        )

    def waits(self, one: Entry) -> bool:
        is_paused = one.active and one.email.lower() in self.paused
        return one.key in self.asked or one.key in self.remarks or is_paused


def _mine(session: Session, seen: Scope) -> list[Entry]:
    return [one for one in entries(session).values() if _is_of(one, seen)]


def _is_of(entry: Entry, seen: Scope) -> bool:
    return any(at in seen.mine for _, at in entry.assignments)


def _text(entry: Entry, seen: Scope) -> str:
    """Return what a search looks in."""
    places = (seen.names[at] for _, at in entry.assignments)
    return " ".join((entry.name, entry.email, *places)).casefold()


def _people(
    session: Session, some: Collection[Entry], seen: Scope, told: _Told
) -> Iterator[Person]:
    keys = {one.key for one in some}
    lines = {one.key: one for one in preferences.list_contacts(session, keys=keys)}
    checked = checks.last_answers(session, keys)
    apps = set(
        session.scalars(
            select(col(SecondFactorRow.contact_key)).where(
                col(SecondFactorRow.confirmed_at).is_not(None),
                col(SecondFactorRow.contact_key).in_(keys),
            )
        )
    )
    for one in some:
        yield Person(
            key=one.key,
            cells=contact_list.cells(one, seen.names),
            line=lines.get(one.key),
            paused=told.paused.get(one.email.lower()),
            has_app=one.key in apps,
            others=tuple(
                sorted({seen.names[at] for _, at in one.assignments if at not in seen.mine})
            ),
            wipe_asked_at=told.asked.get(one.key),
            checked=checked.get(one.key),
        )
