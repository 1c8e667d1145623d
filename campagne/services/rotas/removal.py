"""Taking a campaign away that somebody added by mistake, as long as nobody did anything with it.

It stays stored, and calendars show its editions as cancelled for as long as any other: an event
that just disappears stays in some calendars for ever.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, SQLModel, col

from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError
from campagne.services.rotas import rota
from campagne.store import queries
from campagne.store.tables import (
    AppliedValueRow,
    CampaignRow,
    EditionRow,
    MutedRow,
    NoticeRow,
    PlanMailRow,
    ReminderRow,
)

# What the service makes by itself of an edition says nothing of people.
_BY_ITSELF = frozenset({"edition", "edition_dates", "step_event", "reminder", "notice", "muted"})
_STAYS = (
    "Deze campagne is toegevoegd op een pagina, maar kan niet meer worden weggehaald: er ging al"
    " mail over weg, of iemand deed er al iets mee. Gaat hij niet door? Zeg dat dan hierboven, voor"
    " elk jaar apart."
)


def hindrance(session: Session, campaign: str) -> str | None:
    """Say in Dutch why a campaign cannot be taken away; empty where it can.

    Args:
        session: any session.
        campaign: its key.

    Returns:
        None for a campaign of the calendar files: that is taken out of those.
    """
    row = AppliedValueRow
    of_files = select(col(row.key)).where(col(row.kind) == "campaign", col(row.key) == campaign)
    if session.scalars(of_files.limit(1)).first() is not None:
        return None
    return _STAYS if _is_used(session, campaign) else ""


def free_key(session: Session, key: str) -> str:
    """Return a key for a new campaign; a number is added where one of this key was taken away.

    Calendars know that key for something that is off.
    """
    ever = queries.campaigns_ever(session)
    numbered = (f"{key}-{number}" for number in count(2))
    return key if key not in ever else next(one for one in numbered if one not in ever)


def editions_of(session: Session, campaign: str) -> list[str]:
    """Return the keys of the editions of a campaign."""
    return [one.key for one in queries.editions(session) if one.campaign == campaign]


def remove(session: Session, campaign: str, *, by: str, now: datetime, today: date) -> None:
    """Take a campaign away: its editions are cancelled, and no page shows it any more.

    Args:
        session: a writing session.
        campaign: its key.
        by: who does this, for the log.
        now: aware UTC.
        today: the day of the change.

    Raises:
        InvalidInputError: when it cannot be taken away.
    """
    if (why := hindrance(session, campaign)) != "":
        raise InvalidInputError(
            why or "Deze campagne staat in de kalenderbestanden. Haal hem daar weg.", "wat"
        )
    for edition in queries.editions(session):
        if edition.campaign == campaign and edition.status is not EditionStatus.CANCELLED:
            rota.cancel(session, edition.key, by=by, now=now, today=today)
    session.execute(delete(MutedRow).where(col(MutedRow.campaign_key) == campaign))
    session.execute(
        update(CampaignRow).where(col(CampaignRow.key) == campaign).values(removed_on=today)
    )
    session.expire_all()
    queries.raise_data_version(session, now)


def _is_used(session: Session, campaign: str) -> bool:
    """Say whether a mail of it went, or anything points at it that a person did."""
    keys = set(session.scalars(_editions(campaign)))
    for row in (ReminderRow, NoticeRow):
        mailed = select(col(row.id)).where(
            col(row.edition_key).in_(keys), col(row.delivery_id).is_not(None)
        )
        if session.scalars(mailed.limit(1)).first() is not None:
            return True
    part = select(col(CampaignRow.key)).where(
        col(CampaignRow.part_of_key) == campaign, col(CampaignRow.removed_on).is_(None)
    )
    if session.scalars(part.limit(1)).first() is not None:
        return True
    if any(keys & set(planned) for planned in session.scalars(select(col(PlanMailRow.editions)))):
        return True
    return any(
        session.execute(select(column).where(column.in_(wanted)).limit(1)).first() is not None
        for column, wanted in _pointing(campaign, keys)
    )


def _pointing(campaign: str, editions: set[str]) -> Sequence[tuple[Any, set[str]]]:
    """Return each column that points at campaigns or editions, with the keys to look for."""
    wanted = {"campaign": {campaign}, "edition": editions}
    return [
        (link.parent, wanted[link.column.table.name])
        for table in SQLModel.metadata.tables.values()
        if table.name not in _BY_ITSELF
        for link in table.foreign_keys
        if link.column.table.name in wanted
    ]


def _editions(campaign: str) -> Any:
    return select(col(EditionRow.key)).where(col(EditionRow.campaign_key) == campaign)
