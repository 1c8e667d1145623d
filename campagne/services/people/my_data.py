"""Everything that is stored about one contact, to be read and taken along (GDPR, 15 and 20)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session

from campagne.clock import AMSTERDAM
from campagne.domain.words import word
from campagne.services.managed_log import KINDS, names_of
from campagne.services.people import my_data_rows, preferences
from campagne.services.people.my_data_rows import Cell, Found
from campagne.store import queries


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of data: a heading in Dutch, and rows whose cells go with the columns.

    A cell is what people read, or a day or an aware instant, which a page writes out.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | date, ...], ...]

    def as_records(self) -> list[dict[str, str]]:
        """Return the rows as a program reads them, days and instants by ISO 8601."""
        return [
            dict(zip(self.columns, (_as_file(cell) for cell in row), strict=True))
            for row in self.rows
        ]


def everything(session: Session, contact: str) -> list[Part]:
    """Return all that is stored about a contact, without the text of mails and without secrets.

    What was said without a key beside the name, by phone or long ago, is nobody's here: two people
    can have one name.

    Args:
        session: any session.
        contact: key of an active contact.

    Raises:
        NotFoundError: when there is no such contact.
    """
    me = preferences.find(session, contact)
    stored: list[Found] = [
        ("Wie je bent", ("naam", "mailadres", "telefoon"), [(me.name, me.email, me.phone)]),
        ("Wat je doet", ("rol", "gemeente"), me.assignments),
        *my_data_rows.stored(session, contact, me.email),
    ]
    names = _names(session, stored)
    return [
        Part(
            title,
            columns,
            tuple(
                tuple(
                    names.get((column, cell), _text(cell))
                    for column, cell in zip(columns, row, strict=True)
                )
                for row in found
            ),
        )
        for title, columns, found in stored
    ]


def as_json(parts: Iterable[Part]) -> Mapping[str, list[dict[str, str]]]:
    """Return it by heading, for one file."""
    return {one.title: one.as_records() for one in parts}


# What a column holds keys of; people read the names.
_KEYS_OF = {
    "editie": "edition",
    "stap": "step",
    "gemeente": "municipality",
    "jaar van het rooster": "rota_entry",
    "door": "contact",
    "aan": "contact",
}


def _names(session: Session, stored: Iterable[Found]) -> dict[tuple[str, Cell], str]:
    """Return the names that stand behind the keys in the rows, by heading of a column and key."""
    keys: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for _, columns, found in stored:
        for row in found:
            for column, cell in zip(columns, row, strict=True):
                if column in _KEYS_OF and isinstance(cell, str):
                    keys[_KEYS_OF[column]].add(cell)
    names = names_of(session, keys)
    campaigns, regions = queries.campaigns(session), queries.regions(session)
    return {
        **{
            (column, key): name
            for column, kind in _KEYS_OF.items()
            for (of, key), name in names.items()
            if of == kind
        },
        **{("campagne", key): one.name for key, one in campaigns.items()},
        **{("regio", key): one.name for key, one in regions.items()},
    }


_RHYTHM = {"at_once": "elke herinnering op de dag zelf", "weekly": "één mail per week"}


def _as_file(cell: str | date) -> str:
    if isinstance(cell, datetime):
        return cell.astimezone(AMSTERDAM).isoformat(sep=" ", timespec="minutes")
    return str(cell)


def _text(cell: Cell) -> str | date:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, date):
        return cell
    if isinstance(cell, StrEnum):
        try:
            return word(cell)
        except KeyError:
            return _RHYTHM.get(cell.value, cell.value)
    return str(cell)
