"""What the calendar files give, as items with fields, and where each is stored.

Every field is a column, but for three: `span` of an edition (both days change together),
`agreement:GEMEENTE` of a year of the rota (each gemeente decides for itself), and `assignments` of
a contact.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, SQLModel, col

from campagne.clock import local_day
from campagne.domain.agreement import Following
from campagne.domain.contacts import Contact
from campagne.domain.dates import Span
from campagne.domain.regions import Region, ancestry
from campagne.domain.rota import Agreement, Edition, RotaEntry
from campagne.domain.threeway import Fields, Item
from campagne.rota_files import RotaFiles
from campagne.services.entrance import login
from campagne.services.publishing import personal_feeds
from campagne.store import people_rows, rows, tables

Values = dict[str, Any]

AGREEMENT = "agreement:"
SPAN = "span"
ASSIGNMENTS = "assignments"
# What the gemeenten agree on in a year of the rota.
CONTENT = frozenset({"campaign_key", "theme", "plan_period", "lead_key", "budget_eur", "division"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of item: its table, and what people call one and many of them."""

    table: type[SQLModel]
    one: str
    many: str


# In the order of writing: what is pointed at comes first.
KINDS: Mapping[str, Kind] = {
    "region": Kind(tables.RegionRow, "regio", "regio's"),
    "municipality": Kind(tables.MunicipalityRow, "gemeente", "gemeenten"),
    "campaign": Kind(tables.CampaignRow, "campagne", "campagnes"),
    "edition": Kind(tables.EditionRow, "editie", "edities"),
    "rota_entry": Kind(tables.RotaEntryRow, "roosterjaar", "roosterjaren"),
    "step": Kind(tables.StepRow, "stap", "stappen"),
    "meeting_series": Kind(tables.MeetingSeriesRow, "overleg", "overleggen"),
    "measure": Kind(tables.MeasureRow, "maatregel", "maatregelen"),
    "help_line": Kind(tables.HelpLineRow, "hulplijn", "hulplijnen"),
    "contact": Kind(tables.ContactRow, "contact", "contacten"),
}

# What the store keeps for itself; the files say nothing of it.
_OWN = {
    *("key", "date_version", "sequence", "created_at", "modified_at", "digest"),
    *("confirmed_on", "confirmed_at", "cancelled_from", "taken_away", "added_on", "removed_on"),
    *("version", "proposed_by", "proposed_at", "proposer_key", "since", "stood"),
}


def from_files(files: RotaFiles) -> dict[Item, Values]:
    """Return what the files give, without the editions; parents before the regions in them."""
    by_key = {one.key: one for one in files.regions}

    def depth(region: Region) -> int:
        return len(ancestry(region.key, by_key))

    found: dict[str, Iterable[rows.Values]] = {
        "region": map(rows.region_values, sorted(files.regions, key=depth)),
        "municipality": map(rows.municipality_values, files.municipalities),
        "campaign": map(rows.campaign_values, files.campaigns),
        "rota_entry": map(_rota_entry, files.rota),
        "step": (rows.step_values(one, at) for at, one in enumerate(files.steps)),
        "meeting_series": map(rows.meeting_series_values, files.meetings),
        "measure": map(rows.measure_values, files.measures),
        "help_line": (rows.help_line_values(one, at) for at, one in enumerate(files.help_lines)),
        "contact": map(_contact, files.contacts),
    }
    return {
        Item(kind, values.pop("key")): values for kind, many in found.items() for values in many
    }


def departed(given: Mapping[Item, Values], applied: Mapping[Item, Fields]) -> dict[Item, Values]:
    """Return the contacts that the files gave before and give no longer, switched off.

    Other items stay when they leave the files; a person who left must get no more mail.
    """
    return {
        item: {**fields, "active": False}
        for item, fields in applied.items()
        if item.kind == "contact" and item not in given
    }


def from_editions(editions: Iterable[Edition]) -> dict[Item, Values]:
    """Return editions as items."""
    found = [rows.edition_values(one) for one in editions]
    return {Item("edition", values.pop("key")): _spanned(values) for values in found}


def from_store(session: Session) -> dict[Item, Values]:
    """Return everything that is stored, of every kind, switched-off contacts too."""
    found: dict[Item, Values] = {}
    for kind, one in KINDS.items():
        columns = [name for name in one.table.model_fields if name == "key" or name not in _OWN]
        for row in session.execute(select(*(getattr(one.table, name) for name in columns))):
            values = dict(zip(columns, row, strict=True))
            item = Item(kind, values.pop("key"))
            found[item] = _spanned(values) if kind == "edition" else values
    for row in session.execute(
        select(
            col(tables.RotaAgreementRow.entry_key),
            col(tables.RotaAgreementRow.municipality_key),
            col(tables.RotaAgreementRow.agreement),
        )
    ):
        found[Item("rota_entry", row[0])][AGREEMENT + row[1]] = row[2]
    roles: dict[str, list[list[str]]] = defaultdict(list)
    for row in session.execute(
        select(
            col(tables.ContactRoleRow.contact_key),
            col(tables.ContactRoleRow.role),
            col(tables.ContactRoleRow.municipality_key),
        )
    ):
        roles[row[0]].append([row[1].value, row[2]])
    for item, values in found.items():
        if item.kind == "contact":
            values[ASSIGNMENTS] = sorted(roles[item.key])
    return found


def last_applied(session: Session) -> dict[Item, Values]:
    """Return what the files gave when each field was last applied, as plain values."""
    found: dict[Item, Values] = defaultdict(dict)
    row = tables.AppliedValueRow
    for kind, key, field, value in session.execute(
        select(col(row.kind), col(row.key), col(row.field), col(row.value))
    ):
        found[Item(kind, key)][field] = value
    return dict(found)


def plain(items: Mapping[Item, Values]) -> dict[Item, Fields]:
    """Return items with JSON values, in which they are compared and kept."""
    return {
        item: {name: _plain(value) for name, value in values.items()}
        for item, values in items.items()
    }


def add(session: Session, items: Mapping[Item, Values], now: datetime) -> None:
    """Store new items; kind by kind, so that nothing points at what is not there yet."""
    for kind, one in KINDS.items():
        for item, values in items.items():
            if item.kind != kind:
                continue
            session.add(one.table(key=item.key, **_columns(values), **_stamps(kind, now)))
            if kind == "region":  # regions point at regions: one by one
                session.flush()
        session.flush()
        for item, values in items.items():
            if item.kind == kind:
                _beside(session, item, values, now)
    session.flush()


def change(session: Session, item: Item, values: Values, now: datetime) -> None:
    """Store other values in some fields of an item; other dates raise its date version.

    Other content of a year of the rota raises its version in the same way.

    A contact with another address can be another person, so whoever is logged in is no more, and
    the personal feed is withdrawn.
    """
    table: Any = KINDS[item.kind].table
    columns: Values = _columns(values)
    if SPAN in values:
        columns["date_version"] = table.date_version + 1
    if item.kind == "rota_entry" and values.keys() & CONTENT:
        columns |= {"version": table.version + 1, "proposed_by": "", "proposed_at": None}
        columns["proposer_key"] = None
    if columns:
        session.connection().execute(update(table).where(table.key == item.key).values(columns))
    if item.kind == "contact" and columns.keys() & {"email", "active"}:
        login.end_all(session, item.key)
        personal_feeds.withdraw(session, item.key, now=now)
    _beside(session, item, values, now)
    session.flush()


def remember(session: Session, before: Mapping[Item, Fields], after: Mapping[Item, Fields]) -> None:
    """Keep what the files gave: `after` in the place of `before`, for the items in `after`."""
    new: list[Values] = []
    row = tables.AppliedValueRow
    for item, fields in after.items():
        old = before.get(item, {})
        changed = [name for name, value in fields.items() if name in old and old[name] != value]
        outdated = [*changed, *(name for name in old if name not in fields)]
        if outdated:
            session.connection().execute(
                delete(row).where(
                    col(row.kind) == item.kind,
                    col(row.key) == item.key,
                    col(row.field).in_(outdated),
                )
            )
        new += [
            {"kind": item.kind, "key": item.key, "field": name, "value": fields[name]}
            for name in fields
            if name not in old or name in changed
        ]
    if new:
        session.connection().execute(insert(row), new)


def _rota_entry(one: RotaEntry) -> Values:
    agreements = {AGREEMENT + key: agreement for key, agreement in one.agreements}
    return {**rows.rota_entry_values(one), **agreements}


def _contact(one: Contact) -> Values:
    pairs = sorted([role.value, municipality] for role, municipality in one.assignments)
    return {**people_rows.contact_values(one), ASSIGNMENTS: pairs, "active": True}


def _spanned(values: Values) -> Values:
    """Return the fields of an edition with its dates as one, which a report tells first."""
    return {SPAN: Span(values.pop("first"), values.pop("last")), **values}


def _plain(value: Any) -> Any:
    if isinstance(value, Span):
        return [value.first.isoformat(), value.last.isoformat()]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _columns(values: Mapping[str, Any]) -> Values:
    """Return the fields that are columns of the item's own table."""
    columns = {
        name: value
        for name, value in values.items()
        if name not in {SPAN, ASSIGNMENTS} and not name.startswith(AGREEMENT)
    }
    if SPAN in values:
        columns |= {"first": values[SPAN].first, "last": values[SPAN].last}
    return columns


def _stamps(kind: str, now: datetime) -> Values:
    if kind != "edition":
        return {}
    return {"created_at": now, "modified_at": now}


def _beside(session: Session, item: Item, values: Mapping[str, Any], now: datetime) -> None:
    """Store the fields that have a table of their own."""
    for name, value in values.items():
        if name.startswith(AGREEMENT):
            place = name.removeprefix(AGREEMENT)
            _agreement(session, item.key, place, value, local_day(now))
        elif name == ASSIGNMENTS:
            role = tables.ContactRoleRow
            session.connection().execute(delete(role).where(col(role.contact_key) == item.key))
            if value:
                session.connection().execute(
                    insert(role),
                    [
                        {"contact_key": item.key, "role": one, "municipality_key": municipality}
                        for one, municipality in value
                    ],
                )


def _agreement(
    session: Session, entry: str, municipality: str, says: Agreement | None, today: date
) -> None:
    row, connection = tables.RotaAgreementRow, session.connection()
    this = (col(row.entry_key) == entry, col(row.municipality_key) == municipality)
    stored = connection.execute(
        select(col(row.agreement), col(row.since), col(row.left_on)).where(*this)
    ).first()
    following = Following(stored.since, stored.left_on) if stored else Following()
    following = following.then(stored.agreement if stored else None, says, today)
    connection.execute(delete(row).where(*this))
    if says is None and following.since is not None:
        # The files speak of it no more, but what came before that day is still not its work.
        says = Agreement.PROPOSED
    if says is not None:
        connection.execute(
            insert(row).values(
                entry_key=entry,
                municipality_key=municipality,
                agreement=says,
                since=following.since,
                left_on=following.left_on,
            )
        )
