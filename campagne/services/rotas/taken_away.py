"""Campaigns that were taken away lately, and putting one back as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from campagne.domain.rights import Visitor
from campagne.domain.rota import Campaign, key_from
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import audit
from campagne.services.audit import Author
from campagne.services.rotas import edition_changes, removal, rota
from campagne.store import queries
from campagne.store.tables import CampaignRow, EditionRow

DAYS = 30


@dataclass(frozen=True, slots=True)
class TakenAway:
    """A campaign that was taken away.

    Attributes:
        on: the day of that.
        until: the last day on which it can be put back.
    """

    key: str
    name: str
    on: date
    until: date


def listed(session: Session, visitor: Visitor, today: date) -> list[TakenAway]:
    """Return what somebody can put back, the newest first: who may take it away again may."""
    rows = session.execute(
        select(col(CampaignRow.key), col(CampaignRow.removed_on))
        .where(col(CampaignRow.removed_on) >= today - timedelta(days=DAYS))
        .order_by(col(CampaignRow.removed_on).desc(), col(CampaignRow.key))
    ).all()
    known = queries.campaigns_ever(session)
    return [
        TakenAway(key, known[key].name, on, on + timedelta(days=DAYS))
        for key, on in rows
        if _is_theirs(session, visitor, known[key])
    ]


def put_back(session: Session, key: str, *, visitor: Visitor, now: datetime, today: date) -> str:
    """Put a campaign back with its editions, as sure of their dates as they were; note it.

    Args:
        session: a writing session.
        key: of the campaign.
        visitor: who asks for it.
        now: instant, aware UTC.
        today: the day.

    Returns:
        The key of its first edition that has not ended, else of its last.

    Raises:
        NotFoundError: when it is not there to be put back, or not by them.
        InvalidInputError: when another campaign is in the way or lacking.
    """
    if key not in {one.key for one in listed(session, visitor, today)}:
        raise NotFoundError(
            f"Deze campagne kun je niet terugzetten. Dat kan tot {DAYS} dagen nadat hij is"
            " weggehaald, door wie hem ook mag weghalen."
        )
    _check(queries.campaigns_ever(session)[key], queries.campaigns(session))
    session.get_one(CampaignRow, key).removed_on = None
    session.flush()
    session.expire_all()
    rows = session.exec(
        select(EditionRow).where(EditionRow.campaign_key == key).order_by(col(EditionRow.first))
    ).all()
    for row in rows:
        if row.taken_away:  # any other was off before
            row.taken_away = False
            rota.resume(session, row.key, by=visitor.contact.name, now=now, today=today)
    shown = next((row for row in rows if row.last >= today), rows[-1])
    audit.record(
        session,
        Author(visitor.contact.name, visitor.contact.key),
        "campagne teruggezet",
        of=("edition", shown.key),
        before={"status": "weggehaald"},
        after={"status": word(shown.status)},
        why="",
        now=now,
    )
    return shown.key


def _is_theirs(session: Session, visitor: Visitor, campaign: Campaign) -> bool:
    sets_dates = edition_changes.may_set(session, visitor, {campaign.key: campaign})
    return bool(sets_dates) and removal.may_remove(session, visitor, campaign)


def _check(campaign: Campaign, present: Mapping[str, Campaign]) -> None:
    same = key_from(campaign.name)
    if any(key_from(one.name) == same for one in present.values()):
        raise InvalidInputError(
            f"Er is intussen een andere campagne die '{campaign.name}' heet. Haal die eerst weg."
        )
    if campaign.part_of is not None and campaign.part_of not in present:
        raise InvalidInputError(
            "De campagne waar deze bij hoort, is ook weggehaald. Zet die eerst terug."
        )
