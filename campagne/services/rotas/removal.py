"""Taking a campaign away that somebody added by mistake, as long as nobody did anything with it.

Who added it does so, or who may set the dates of all gemeenten that it concerns: one gemeente takes
nothing away from the others. It stays stored, and calendars show its editions as cancelled for as
long as any other: an event that just disappears stays in some calendars for ever.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, SQLModel, col

from campagne.domain.rights import Action, Visitor, places_for
from campagne.domain.rota import Campaign, EditionStatus, concerns, is_own_affair
from campagne.errors import InvalidInputError
from campagne.services.rotas import rota
from campagne.store import queries
from campagne.store.tables import (
    AppliedValueRow,
    AuditRow,
    CampaignRow,
    EditionRow,
    NoticeRow,
    PlanMailRow,
    ReminderRow,
)

ADDED = "campagne toegevoegd"  # in the log of changes
# What the service makes by itself of an edition says nothing of people.
_BY_ITSELF = frozenset(
    {"edition", "edition_dates", "step_event", "reminder", "notice", "muted", "material_link"}
)
_STAYS = (
    "Deze campagne is toegevoegd op een pagina, maar kan niet meer worden weggehaald: er ging al"
    " mail over weg, of iemand deed er al iets mee. Gaat hij niet door? Zeg dat dan hierboven, voor"
    " elk jaar apart."
)
_OF_OTHERS = (
    "Deze campagne is door een ander toegevoegd, en is er ook voor andere gemeenten. Weghalen doet"
    " wie hem toevoegde, of de centrumgemeente van al die gemeenten. Gaat hij niet door? Zeg dat"
    " dan hierboven, voor elk jaar apart."
)


def may_remove(session: Session, visitor: Visitor, campaign: Campaign) -> bool:
    """Say whether it is theirs to take away, of who may set its dates.

    Args:
        session: any session.
        visitor: who.
        campaign: which; it may be taken away already.
    """
    regions, places = queries.regions(session), queries.municipalities(session)
    all_of = places_for(visitor, Action.SET_DATES, places, regions)
    own_of = places_for(visitor, Action.SET_OWN_DATES, places, regions)
    if all(
        key in all_of or (key in own_of and is_own_affair(campaign, place, regions))
        for key, place in places.items()
        if concerns(campaign, place, regions)
    ):
        return True
    row = AuditRow
    by_them = select(col(row.id)).where(
        col(row.kind) == "edition",
        col(row.key).in_(_editions(campaign.key)),
        col(row.what) == ADDED,
        col(row.contact_key) == visitor.contact.key,
    )
    return session.scalars(by_them.limit(1)).first() is not None


def hindrance(session: Session, campaign: str, visitor: Visitor) -> str | None:
    """Say in Dutch why somebody cannot take a campaign away; empty where they can.

    Args:
        session: any session.
        campaign: its key.
        visitor: who, of those who may set its dates.

    Returns:
        None for a campaign of the calendar files: that is taken out of those.
    """
    row = AppliedValueRow
    of_files = select(col(row.key)).where(col(row.kind) == "campaign", col(row.key) == campaign)
    if session.scalars(of_files.limit(1)).first() is not None:
        return None
    if _is_used(session, campaign):
        return _STAYS
    mine = may_remove(session, visitor, queries.campaigns_ever(session)[campaign])
    return "" if mine else _OF_OTHERS


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


def remove(
    session: Session, campaign: str, *, visitor: Visitor, now: datetime, today: date
) -> None:
    """Take a campaign away: its editions are cancelled, and no page shows it any more.

    `taken_away.put_back` undoes it.

    Args:
        session: a writing session.
        campaign: its key.
        visitor: who does this, of those who may set its dates.
        now: aware UTC.
        today: the day of the change.

    Raises:
        InvalidInputError: when it cannot be taken away.
    """
    if (why := hindrance(session, campaign, visitor)) != "":
        raise InvalidInputError(
            why or "Deze campagne staat in de kalenderbestanden. Haal hem daar weg.", "wat"
        )
    for edition in queries.editions(session):
        if edition.campaign == campaign and edition.status is not EditionStatus.CANCELLED:
            session.get_one(EditionRow, edition.key).taken_away = True
            rota.cancel(session, edition.key, by=visitor.contact.name, now=now, today=today)
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
