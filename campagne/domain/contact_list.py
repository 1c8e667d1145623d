"""The contacts as a table: written, and read back into what changes.

Keyed by the key of the contact. A contact that is not in the table stays as it is, and so does a
field whose column is not there; who is to get no mail any more has `actief` on nee.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from campagne.domain.contacts import address_fault
from campagne.domain.playbook import Role
from campagne.errors import Fault

_ROLES = {f"{role.value}_voor": role for role in Role}
COLUMNS = ("sleutel", "naam", "email", "telefoon", *_ROLES, "actief")

# What a page calls them.
LABELS: Mapping[str, str] = {
    "sleutel": "Sleutel",
    "naam": "Naam",
    "email": "Mailadres",
    "telefoon": "Telefoon op het werk",
    "communicatie_voor": "Doet de communicatie voor",
    "beleid_voor": "Doet het beleid voor",
    "centrum_voor": "Werkt als centrumgemeente voor",
    "beheer_voor": "Beheert voor",
    "actief": "Krijgt mail en kan inloggen",
}

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LIMITS = {"sleutel": 60, "naam": 100, "telefoon": 40}
ADDED = "toegevoegd"
_YES, _NO = "ja", "nee"


@dataclass(frozen=True, slots=True)
class Entry:
    """A contact as the table has it; `assignments` as of a `Contact`."""

    key: str
    name: str = ""
    email: str = ""
    phone: str = ""
    assignments: frozenset[tuple[Role, str]] = frozenset()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """What a row changes.

    Attributes:
        before: None for a contact that is added.
        line: the number of the row.
    """

    before: Entry | None
    after: Entry
    line: int = field(default=0, compare=False)

    @property
    def what(self) -> str:
        """What happens with the contact, in Dutch."""
        if self.before is None:
            return ADDED
        if self.before.active != self.after.active:
            return "aangezet" if self.after.active else "uitgezet"
        return "gewijzigd"


@dataclass(frozen=True, slots=True)
class Scope:
    """Who reads a table in.

    Attributes:
        me: key of that contact.
        mine: keys of the gemeenten that this contact manages.
        names: the name of every gemeente by key.
    """

    me: str
    mine: Collection[str]
    names: Mapping[str, str]


def key_for(name: str, known: Collection[str]) -> str:
    """Return a key that is not known yet for a contact, made from the name; empty for no letters.

    Args:
        name: as it was typed; ``Beleid Kaag & Braassem`` gives ``beleid-kaag-braassem``.
        known: the keys that there are.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    # Room for a number.
    key = "-".join(re.findall(r"[a-z0-9]+", plain))[: _LIMITS["sleutel"] - 5].strip("-")
    if not key:
        return ""
    numbered = (f"{key}-{number}" for number in count(2))
    return key if key not in known else next(one for one in numbered if one not in known)


def _taken(after: Entry, owners: Mapping[str, str]) -> list[Fault]:
    """Say so when an address is that of another contact: who logs in by it must be one person."""
    if owners.get(after.email.lower(), after.key) == after.key:
        return []
    return [Fault(f"het adres '{after.email}' is al van een andere contactpersoon", "email")]


def cells(entry: Entry, names: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of a contact by column; `names` has the name of every gemeente by key."""
    work = {
        column: ", ".join(sorted(names[at] for one, at in entry.assignments if one is role))
        for column, role in _ROLES.items()
    }
    return {
        "sleutel": entry.key,
        "naam": entry.name,
        "email": entry.email,
        "telefoon": entry.phone,
        **work,
        "actief": _YES if entry.active else _NO,
    }


def read(
    rows: Sequence[tuple[int, Sequence[str]]], known: Mapping[str, Entry], scope: Scope
) -> tuple[list[Change], list[Fault]]:
    """Compare a table with what is stored.

    Args:
        rows: the number of the line and the cells; the first has the names of the columns.
        known: all contacts by key, those that are switched off too.
        scope: who reads it in, and for which gemeenten.

    Returns:
        What changes, and every fault as a Dutch sentence with its line; where there is one, nothing
        may be changed.
    """
    header = [one.lower() for one in rows[0][1]] if rows else []
    faults = list(_faults_of(header))
    if faults:
        return [], faults
    changes = []
    lines: dict[str, int] = {}
    owners = {one.email.lower(): one.key for one in known.values() if one.active}
    for line, row in rows[1:]:
        found = _Row(dict(zip(header, [*row, *[""] * len(header)], strict=False)), scope)
        key = found.cells["sleutel"]
        wrong = list(found.key_faults(key))
        if key in lines:
            wrong.append(Fault(f"de sleutel '{key}' staat ook op regel {lines[key]}"))
        lines.setdefault(key, line)
        if any(row[len(header) :]):
            wrong.append(Fault("er staan meer vakken dan kolommen"))
        before = known.get(key)
        after = found.entry(before)
        if after != before:
            wrong += [*found.faults, *found.not_allowed(before, after)]
            if after.email.lower() != (before.email.lower() if before else ""):
                wrong += _taken(after, owners)
            changes.append(Change(before, after, line))
        owners.setdefault(after.email.lower(), key)
        faults += [Fault(f"Regel {line}: {one}.", one.field) for one in dict.fromkeys(wrong)]
    return changes, faults


def _faults_of(header: Sequence[str]) -> Iterator[Fault]:
    if "sleutel" not in header:
        yield Fault(
            "Regel 1: hier horen de namen van de kolommen, met in elk geval 'sleutel'. Download de"
            " contactpersonen om te zien hoe het moet."
        )
        return
    for one in dict.fromkeys(header):
        if one not in COLUMNS:
            yield Fault(f"Regel 1: de kolom '{one}' bestaat niet. Kies uit: {', '.join(COLUMNS)}.")
        elif header.count(one) > 1:
            yield Fault(f"Regel 1: de kolom '{one}' staat er {header.count(one)} keer.")


class _Row:
    """The cells of one contact, and what is wrong with them."""

    def __init__(self, cells: Mapping[str, str], scope: Scope) -> None:
        self.cells = cells
        self.faults: list[Fault] = []
        self._scope = scope

    def key_faults(self, key: str) -> Iterator[Fault]:
        if not _SLUG.fullmatch(key) or len(key) > _LIMITS["sleutel"]:
            yield Fault(
                "de sleutel bestaat uit kleine letters, cijfers en streepjes, hoogstens"
                f" {_LIMITS['sleutel']} tekens"
            )

    def entry(self, before: Entry | None) -> Entry:
        """Return the contact as it will be; faults are noted."""
        entry = before or Entry(self.cells["sleutel"])
        work = {pair for pair in entry.assignments if f"{pair[0].value}_voor" not in self.cells}
        for column, role in _ROLES.items():
            work |= {(role, at) for at in self._places(column)}
        does_nothing = not work and not self.faults
        entry = replace(
            entry,
            name=self._text("naam", entry.name),
            email=self.cells.get("email", entry.email),
            phone=self._text("telefoon", entry.phone),
            assignments=frozenset(work),
            active=self._active(now=entry.active),
        )
        if not entry.name:
            self.faults.append(Fault("vul een naam in", "naam"))
        if (fault := address_fault(entry.email)) is not None:
            self.faults.append(Fault(f"het adres klopt niet: {fault}", "email"))
        if does_nothing:
            self.faults.append(
                Fault(
                    "noem een gemeente waarvoor deze persoon iets doet (niets meer? Laat het werk"
                    " staan en zet 'actief' op nee)",
                    next(iter(_ROLES)),
                )
            )
        return entry

    def not_allowed(self, before: Entry | None, after: Entry) -> Iterator[Fault]:
        """Say what in a change is not for who reads the table in to decide."""
        was = before.assignments if before else frozenset()
        pairs = was | after.assignments
        others = {at for _, at in pairs} - set(self._scope.mine)
        if before is None and not after.active:
            yield Fault("deze persoon is er nog niet, dus 'actief' kan niet nee zijn", "actief")
        if others:
            names = ", ".join(sorted(self._scope.names.get(one, one) for one in others))
            column = next(
                (name for name, role in _ROLES.items() if {(role, at) for at in others} & pairs), ""
            )
            yield Fault(
                f"deze persoon werkt voor een gemeente die jij niet beheert ({names})", column
            )
        mine = {at for role, at in was if role is Role.ADMIN}
        kept = {at for role, at in after.assignments if role is Role.ADMIN and after.active}
        if before is not None and before.key == self._scope.me and not mine <= kept:
            yield Fault("je kunt je eigen werk als beheerder niet weghalen; vraag een collega")

    def _text(self, column: str, now: str) -> str:
        text = self.cells.get(column)
        if text is None:
            return now
        line = " ".join(text.split())
        if len(line) > _LIMITS[column] or not line.isprintable():
            self.faults.append(
                Fault(f"schrijf bij '{column}' hoogstens {_LIMITS[column]} gewone tekens", column)
            )
        return line

    def _places(self, column: str) -> Iterator[str]:
        """Yield the gemeenten of a column, which are written as their names or their keys."""
        by_name = {name.casefold(): key for key, name in self._scope.names.items()}
        for one in filter(None, map(str.strip, self.cells.get(column, "").split(","))):
            key = by_name.get(one.casefold(), one)
            if key in self._scope.names:
                yield key
            else:
                self.faults.append(
                    Fault(f"de gemeente '{one}' bij '{column}' bestaat niet", column)
                )

    def _active(self, *, now: bool) -> bool:
        text = self.cells.get("actief", "").lower()
        if text not in {_YES, _NO, ""}:
            self.faults.append(Fault("bij 'actief' hoort ja of nee", "actief"))
        return text == _YES if text else now
