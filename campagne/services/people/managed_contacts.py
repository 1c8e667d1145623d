"""The people of the gemeenten that somebody manages: changed by a table, helped to go on."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from campagne.domain import contact_list
from campagne.domain.contact_list import ADDED, Change, Entry
from campagne.domain.rights import Visitor
from campagne.domain.threeway import Item
from campagne.errors import Fault, InvalidInputError
from campagne.services import audit
from campagne.services.audit import Author
from campagne.services.entrance import second_factor
from campagne.services.outbox import bounces
from campagne.services.people import contact_overview, erasure
from campagne.services.people.contact_overview import Person
from campagne.services.planning import people_changes
from campagne.services.rotas import rota_items
from campagne.services.rotas.rota_items import Values
from campagne.store import queries
from campagne.store.tables import ContactRow

# The log is kept for good: that these changed is in it, what they were is not.
_UNTOLD = {
    "naam": ("vorige naam", "nieuwe naam"),
    "email": ("vorig adres", "nieuw adres"),
    "telefoon": ("vorig nummer", "nieuw nummer"),
}


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a table changes.

    Attributes:
        changes: the name, what happens, and per column, as pages call it, what it was and becomes.
        faults: what is wrong, with its line; where there is one, nothing was changed.
        left: how many rows say what is there already.
        refused: how many rows have a fault.
        version: fingerprint of the changes; empty where there are none.
    """

    changes: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...]
    faults: tuple[Fault, ...]
    version: str
    left: int = 0
    refused: int = 0

    @property
    def added(self) -> int:
        """How many people are new."""
        return sum(what == ADDED for _, what, _ in self.changes)


def take_in(
    session: Session,
    rows: Sequence[tuple[int, Sequence[str]]],
    *,
    visitor: Visitor,
    why: str,
    version: str | None,
    now: datetime,
    today: date,
) -> TakenIn:
    """Change people by a table and note it in the log; roll back to only see what it does.

    Args:
        session: a writing session.
        rows: as `contact_list.read` takes them.
        visitor: who does it.
        why: the reason, for the log.
        version: of the changes as they were shown; None to only look.
        now: instant, aware UTC.
        today: the day.

    Raises:
        NotFoundError: when they manage no gemeente.
        InvalidInputError: when no reason is given, or what is stored changed since it was shown.
    """
    seen = contact_overview.managed(session, visitor)
    changes, faults = contact_list.read(rows, contact_overview.entries(session), seen)
    refused = {one.partition(":")[0] for one in faults}
    good = [one for one in changes if f"Regel {one.line}" not in refused]
    exact = [(one.after.name, one.what, _differences(one, seen.names)) for one in good]
    shown = tuple((name, what, tuple(_labelled(cells))) for name, what, cells in exact)
    found = TakenIn(
        shown,
        tuple(faults),
        _version(exact) if shown and not faults else "",
        left=max(0, len(rows) - 1 - len(good) - len(refused)),
        refused=len(refused),
    )
    if faults or not changes:
        return found
    if not why:
        raise InvalidInputError("Schrijf op waarom je dit wijzigt.", "waarom")
    if version is not None and version != found.version:
        raise InvalidInputError(
            "Er is intussen iets veranderd aan deze mensen. Er is niets opgeslagen. Kijk hieronder"
            " wat er nu verandert."
        )
    author = Author(visitor.contact.name, visitor.contact.key)
    changed = {one.after.key for one in changes}
    were = [one for one in queries.contacts(session) if one.key in changed]
    for one in changes:
        _store(session, one, now)
        before, after = _told(one, seen.names)
        of = ("contact", one.after.key)
        audit.record(session, author, one.what, of=of, before=before, after=after, why=why, now=now)
    session.expire_all()  # the rows were changed behind the back of the session
    queries.raise_data_version(session, now)
    are = [one for one in queries.contacts(session) if one.key in changed]
    people_changes.replan(session, [*were, *are], now=now, today=today)
    return found


def resume(
    session: Session, key: str, *, visitor: Visitor, why: str, now: datetime, today: date
) -> None:
    """Send mail again to the address of a person, and note that in the log.

    Raises:
        NotFoundError: when they are not there.
        InvalidInputError: when they are not one's own to change, get mail, or no reason is given.
    """
    found = _own(session, visitor, key, why)
    if found.paused is None:
        raise InvalidInputError("Dit adres krijgt al mail.")
    bounces.resume(session, found.cells["email"], now=now, today=today)
    _note(session, visitor, key, "adres krijgt weer mail", why=why, now=now)


def reset_code(session: Session, key: str, *, visitor: Visitor, why: str, now: datetime) -> None:
    """Let a person begin anew with logging in, and note that in the log; see `second_factor.reset`.

    Raises:
        NotFoundError: when they are not there.
        InvalidInputError: when they are not one's own to change, or no reason is given.
    """
    _own(session, visitor, key, why)
    second_factor.reset(session, key)
    _note(session, visitor, key, second_factor.RESET, why=why, now=now)


def wipe(
    session: Session, key: str, *, visitor: Visitor, why: str, now: datetime, today: date
) -> None:
    """Wipe a person, and note that in the log; see `erasure.carry_out`.

    Raises:
        NotFoundError: when they are not there.
        InvalidInputError: when they are not one's own to change or oneself, no reason is given, or
            a mail to them is just going out.
    """
    _own(session, visitor, key, why)
    if key == visitor.contact.key:
        raise InvalidInputError("Jezelf kun je niet wissen. Vraag het een andere beheerder.")
    erasure.carry_out(session, key, by=visitor.contact.key, now=now, today=today)
    _note(session, visitor, key, "gegevens gewist", why=why, now=now)


def places(session: Session, visitor: Visitor) -> dict[str, str]:
    """Return the names of the gemeenten that somebody manages, by key.

    Raises:
        NotFoundError: when they manage none.
    """
    seen = contact_overview.managed(session, visitor)
    return {key: name for key, name in seen.names.items() if key in seen.mine}


def keys(session: Session) -> set[str]:
    """Return the keys of all contacts, those that are switched off too."""
    return set(session.scalars(select(col(ContactRow.key))))


def _own(session: Session, visitor: Visitor, key: str, why: str) -> Person:
    found, _ = contact_overview.person(session, visitor, key)
    if found.others:
        raise InvalidInputError(
            "Deze persoon werkt ook voor een gemeente die jij niet beheert"
            f" ({', '.join(found.others)}). Vraag het de beheerder daar."
        )
    if not why:
        raise InvalidInputError("Schrijf op waarom je dit doet.", "waarom")
    return found


def _note(
    session: Session, visitor: Visitor, key: str, what: str, *, why: str, now: datetime
) -> None:
    author = Author(visitor.contact.name, visitor.contact.key)
    audit.record(session, author, what, of=("contact", key), before={}, after={}, why=why, now=now)


def _store(session: Session, one: Change, now: datetime) -> None:
    item, values = Item("contact", one.after.key), _values(one.after)
    if one.before is None:
        rota_items.add(session, {item: values}, now)
        return
    was = _values(one.before)
    rota_items.change(
        session, item, {name: new for name, new in values.items() if new != was[name]}, now
    )


def _values(entry: Entry) -> Values:
    """Return the fields as the three-way with the calendar files knows them."""
    return {
        "name": entry.name,
        "email": entry.email,
        "phone": entry.phone,
        "active": entry.active,
        rota_items.ASSIGNMENTS: sorted([role.value, at] for role, at in entry.assignments),
    }


def _differences(one: Change, names: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    was = contact_list.cells(one.before, names) if one.before else {}
    return tuple(
        (column, was.get(column, ""), new)
        for column, new in contact_list.cells(one.after, names).items()
        if was.get(column, "") != new
    )


def _labelled(differences: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield differences as pages tell them; the key says nothing to people."""
    for column, was, new in differences:
        if column != "sleutel":
            yield contact_list.LABELS[column], was, new


def _told(one: Change, names: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the fields for the log: of names, addresses and numbers only that they changed."""
    before, after = {}, {}
    for column, was, new in _differences(one, names):
        field = column.replace("_", " ")
        if column in _UNTOLD:
            before[field], after[field] = (
                text if value else ""
                for text, value in zip(_UNTOLD[column], (was, new), strict=True)
            )
        else:
            before[field], after[field] = was, new
    return before, after


def _version(shown: object) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
