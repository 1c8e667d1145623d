"""Reading: a session in, domain objects out. One or two selects each, whatever the numbers.

What changes a few times a day is kept (`store.kept`): it is read again when it did.

What gemeenten said and did stands in `store.said_and_done`. Also the data version, which tells
every process when to build anew.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select, update
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from campagne.domain.contacts import Contact
from campagne.domain.doers import Crew
from campagne.domain.playbook import MeetingSeries, Role, Step
from campagne.domain.preferences import Preferences
from campagne.domain.regions import Municipality, Region
from campagne.domain.rota import Campaign, Edition, HelpLine, Measure, RotaEntry
from campagne.store import people_rows, rows
from campagne.store.kept import kept
from campagne.store.selecting import columns_of, narrowed, ordered
from campagne.store.tables import (
    CampaignRow,
    ContactRoleRow,
    ContactRow,
    DataVersionRow,
    EditionRow,
    HelpLineRow,
    MeasureRow,
    MeetingSeriesRow,
    MunicipalityRow,
    MutedRow,
    PausedAddressRow,
    PreferencesRow,
    RegionRow,
    RotaAgreementRow,
    RotaEntryRow,
    StepRow,
)

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_RAISED_IN = "data version raised in"
_ONE_SECOND = timedelta(seconds=1)  # HTTP dates are whole seconds


@kept(RegionRow)
def regions(session: Session) -> Mapping[str, Region]:
    """Return all regions by key, in the order of their names."""
    return {
        row.key: rows.region_from(row) for row in ordered(session, columns_of(RegionRow), "name")
    }


@kept(MunicipalityRow)
def municipalities(session: Session) -> Mapping[str, Municipality]:
    """Return all gemeenten by key, in the order of their names, those that ended too."""
    found = ordered(session, columns_of(MunicipalityRow), "name")
    return {row.key: rows.municipality_from(row) for row in found}


def municipality(session: Session, key: str) -> Municipality | None:
    """Return a gemeente, None where there is none of this key."""
    row = session.execute(
        columns_of(MunicipalityRow).where(col(MunicipalityRow.key) == key)
    ).first()
    return None if row is None else rows.municipality_from(row)


@kept(CampaignRow)
def campaigns(session: Session) -> Mapping[str, Campaign]:
    """Return all campaigns by key, in the order of their names, without those that were removed."""
    present = columns_of(CampaignRow).where(col(CampaignRow.removed_on).is_(None))
    return {row.key: rows.campaign_from(row) for row in ordered(session, present, "name")}


@kept(CampaignRow)
def campaigns_ever(session: Session) -> Mapping[str, Campaign]:
    """Return all campaigns by key, those that were removed too."""
    return {
        row.key: rows.campaign_from(row)
        for row in ordered(session, columns_of(CampaignRow), "name")
    }


def editions(
    session: Session,
    *,
    years: Collection[int] | None = None,
    keys: Collection[str] | None = None,
) -> list[Edition]:
    """Return editions by first day, those of one day by key; cancelled ones too.

    Without those of campaigns that were removed.

    Args:
        session: any session.
        years: only editions of these years; None for all.
        keys: only these editions; keys that do not exist are left out. None for all.
    """
    wanted = None if keys is None else set(keys)
    return [
        one
        for one in _editions(session)
        if (years is None or one.year in years) and (wanted is None or one.key in wanted)
    ]


@kept(EditionRow)
def editions_ever(session: Session) -> Mapping[str, Edition]:
    """Return all editions by key, also those of campaigns that were removed."""
    return {row.key: rows.edition_from(row) for row in session.execute(columns_of(EditionRow))}


@kept(EditionRow, CampaignRow)
def _editions(session: Session) -> Sequence[Edition]:
    removed = select(col(CampaignRow.key)).where(col(CampaignRow.removed_on).is_not(None))
    present = columns_of(EditionRow).where(col(EditionRow.campaign_key).not_in(removed))
    found = [rows.edition_from(row) for row in session.execute(present)]
    return tuple(sorted(found, key=lambda one: (one.span.first, one.key)))


def sequence_of(edition: Mapped[str]) -> ScalarSelect[int]:
    """Return the present `sequence` of the edition in a column, for a statement."""
    return select(col(EditionRow.sequence)).where(col(EditionRow.key) == edition).scalar_subquery()


@kept(RotaEntryRow, RotaAgreementRow)
def rota_entries(session: Session) -> Sequence[RotaEntry]:
    """Return the whole rota by year and key, each with what its gemeenten say of it."""
    said: dict[str, list[Any]] = defaultdict(list)
    for row in ordered(session, columns_of(RotaAgreementRow), "municipality_key"):
        said[row.entry_key].append(row)
    found = ordered(session, columns_of(RotaEntryRow), "year", "key")
    return tuple(rows.rota_entry_from(row, said[row.key]) for row in found)


def steps(session: Session, *, switched_off_too: bool = False) -> list[Step]:
    """Return the playbook in its order, with or without the steps that are not in use."""
    return [one for one in _steps(session) if one.in_use or switched_off_too]


@kept(StepRow)
def _steps(session: Session) -> Sequence[Step]:
    return tuple(
        rows.step_from(row) for row in ordered(session, columns_of(StepRow), "position", "key")
    )


@kept(MeetingSeriesRow)
def meeting_series(session: Session) -> Sequence[MeetingSeries]:
    """Return the recurring meetings with their dates, by name."""
    found = ordered(session, columns_of(MeetingSeriesRow), "name")
    return tuple(rows.meeting_series_from(row) for row in found)


@kept(MeasureRow)
def measures(session: Session) -> Sequence[Measure]:
    """Return the other measures of the plan, by first year and name."""
    found = ordered(session, columns_of(MeasureRow), "first_year", "name")
    return tuple(rows.measure_from(row) for row in found)


@kept(HelpLineRow)
def help_lines(session: Session) -> Sequence[HelpLine]:
    """Return the help lines in their order."""
    found = ordered(session, columns_of(HelpLineRow), "position", "key")
    return tuple(rows.help_line_from(row) for row in found)


@kept(ContactRow, ContactRoleRow, PausedAddressRow)
def contacts(session: Session) -> Sequence[Contact]:
    """Return the active contacts by key, each with its roles and gemeenten; paused ones too."""
    return _contacts(session, None)


@kept(ContactRow, ContactRoleRow, PausedAddressRow)
def crew(session: Session) -> Crew:
    """Return who of the active contacts works where."""
    return Crew.of(contacts(session))


def contact(session: Session, key: str) -> Contact | None:
    """Return an active contact, None where there is none of this key."""
    return next(iter(_contacts(session, [key])), None)


def _contacts(session: Session, keys: Collection[str] | None) -> Sequence[Contact]:
    assignments: dict[str, list[tuple[Role, str]]] = defaultdict(list)
    roles = narrowed(session, columns_of(ContactRoleRow), ContactRoleRow.contact_key, keys)
    for row in sorted(roles, key=lambda row: (row.role, row.municipality_key)):
        assignments[row.contact_key].append((row.role, row.municipality_key))
    same = col(PausedAddressRow.address) == func.lower(col(ContactRow.email))
    query = (
        columns_of(ContactRow)
        .add_columns(col(PausedAddressRow.address).is_not(None).label("paused"))
        .outerjoin(PausedAddressRow, same)
        .where(col(ContactRow.active))
    )
    found = sorted(narrowed(session, query, ContactRow.key, keys), key=lambda row: str(row.key))
    return tuple(people_rows.contact_from(row, assignments[row.key]) for row in found)


@kept(PreferencesRow, MutedRow)
def preferences(session: Session) -> Mapping[str, Preferences]:
    """Return what each contact wants who made a choice; who is not in it wants everything."""
    muted: dict[str, set[tuple[str, Role]]] = defaultdict(set)
    for row in session.execute(columns_of(MutedRow)):
        muted[row.contact_key].add((row.campaign_key, row.role))
    found = {
        row.contact_key: people_rows.preferences_from(row, muted.pop(row.contact_key, ()))
        for row in session.execute(columns_of(PreferencesRow))
    }
    return found | {key: Preferences(muted=frozenset(some)) for key, some in muted.items()}


def may_be_unwanted(contact: Mapped[str]) -> ColumnElement[bool]:
    """Return the condition that the contact of a column does without some reminders, or all."""
    off = exists().where(
        col(PreferencesRow.contact_key) == contact, col(PreferencesRow.reminders).is_(False)
    )
    return or_(off, exists().where(col(MutedRow.contact_key) == contact))


def is_filled(session: Session) -> bool:
    """Say whether the calendar files were ever applied to this database."""
    return session.execute(select(col(CampaignRow.key)).limit(1)).first() is not None


def data_version(session: Session) -> tuple[int, datetime]:
    """Return the data version and when it was raised (UTC); 0 where nothing was stored yet."""
    found = session.execute(columns_of(DataVersionRow)).one_or_none()
    return (0, _NEVER) if found is None else (found.version, found.changed_at)


def raise_data_version(session: Session, now: datetime) -> None:
    """Raise the data version; call it in the transaction of what a feed or page can show.

    Once in a transaction is enough: nobody sees it before the commit.

    Args:
        session: a writing session.
        now: aware UTC; where it lies before the last change (the clock was set back, or a slow
            change is stored after a later one) the last change counts, a second later: a calendar
            that asks by date must see each change.
    """
    transaction = session.get_transaction()
    if transaction is not None and session.info.get(_RAISED_IN) is transaction:
        return
    _, changed_at = data_version(session)
    raised = session.connection().execute(
        update(DataVersionRow).values(
            version=col(DataVersionRow.version) + 1,
            changed_at=now if now >= changed_at else changed_at + _ONE_SECOND,
        )
    )
    if raised.rowcount == 0:
        session.add(DataVersionRow(version=1, changed_at=now))
        session.flush()
    session.info[_RAISED_IN] = session.get_transaction()
