"""Broadcasts as somebody sees them who may write or approve them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from campagne.clock import AMSTERDAM
from campagne.domain import dutch
from campagne.domain.broadcasts import (
    BroadcastState,
    Content,
    FourEyes,
    Move,
    may_move,
    next_office_moment,
    now_is,
)
from campagne.domain.regions import Region
from campagne.domain.rights import Visitor
from campagne.domain.rota import Edition
from campagne.domain.workdays import calendar_for
from campagne.messages import Mails
from campagne.services import audit, lookup
from campagne.services.access import Links
from campagne.services.audit import AuditLine
from campagne.services.publishing.calendar_book import Choice
from campagne.services.regional import (
    approval,
    broadcast_mails,
    broadcasts,
    previews,
    senders,
    turnout,
)
from campagne.services.regional.previews import Recipient
from campagne.services.regional.progress import Progress, progress
from campagne.services.regional.turnout import Turnout
from campagne.store import queries
from campagne.store.tables import BroadcastRow

_HISTORY = 50
_MOVES_OF_APPROVERS = frozenset({Move.APPROVE, Move.RETURN})


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """A broadcast in the list of somebody.

    Attributes:
        mine: True when it waits for the approval of who looks.
        answers: how many answered what, in Dutch, as far as who looks may know; empty before it
            was sent.
    """

    number: int
    subject: str
    campaign: str
    region: str
    author: str
    state: BroadcastState
    at: datetime
    mine: bool
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """The broadcasts that somebody may see, and of what they may make a new one."""

    lines: tuple[OverviewLine, ...]
    editions: tuple[Choice, ...]
    regions: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class BroadcastView:
    """One broadcast, as somebody sees it.

    Attributes:
        state: as people see it: `done` when nothing waits any more.
        content: what it says, and to whom.
        version: its fingerprint, to tell whether it changed meanwhile.
        moves: what this person can do with it now.
        sends: True for who may write it; others see no addresses.
        obstacles: why it cannot go as it stands, each a Dutch sentence.
        missing: which approval it lacks, in Dutch; empty for none.
        earlier: that the region was mailed about this before, in Dutch; None when not so.
        colleagues: who may be asked to approve it, while it is written.
        places: the gemeenten that can be asked.
        recipients: who gets a mail, one by one.
        without_contact: names of gemeenten where nobody can be mailed.
        moment: a good moment to send it, in Amsterdam.
        changed: True when the campaign changed since it was sent.
        progress: what became of its mails; None before it was sent.
        turnout: who takes part, as far as this person may know; None before it was sent.
    """

    number: int
    state: BroadcastState
    content: Content
    version: str
    edition: Edition
    campaign: str
    region: str
    centre: str
    author: str
    approver: str
    approved_at: datetime | None
    release_at: datetime | None
    released_at: datetime | None
    hindrance: str
    moves: frozenset[Move]
    sends: bool
    obstacles: tuple[str, ...]
    missing: str
    earlier: str | None
    colleagues: tuple[Choice, ...]
    places: tuple[Choice, ...]
    recipients: tuple[Recipient, ...]
    without_contact: tuple[str, ...]
    moment: datetime
    changed: bool
    progress: Progress | None
    turnout: Turnout | None
    history: tuple[AuditLine, ...]


@dataclass(frozen=True, slots=True)
class HowFar:
    """The part of a `BroadcastView` that is asked for again and again while mails leave."""

    number: int
    sends: bool
    progress: Progress | None


def overview(session: Session, visitor: Visitor, today: date) -> Overview:
    """Return the broadcasts that somebody may see, the newest first; a draft to who may write."""
    campaigns, people = queries.campaigns(session), queries.contacts(session)
    names = {one.key: one.name for one in people}
    regions = queries.regions(session)
    editions = {one.key: one for one in queries.editions(session)}
    waits = broadcasts.waiting(session)
    lines = []
    for row in session.exec(select(BroadcastRow).order_by(col(BroadcastRow.id).desc())):
        sends = senders.may_send(session, visitor, row)
        if not sends and not _shown_to_others(session, visitor, row):
            continue
        edition = editions[row.edition_key]
        lines.append(
            OverviewLine(
                number=broadcast_mails.number(row),
                subject=row.subject,
                campaign=f"{campaigns[edition.campaign].name} {edition.year}",
                region=regions[row.region_key].name,
                author=names.get(row.author_key, "iemand die weg is"),
                state=now_is(row.state, waits=row.id in waits),
                at=row.released_at or row.created_at,
                mine=_waits_for(visitor, row),
                answers=turnout.numbers(session, row, visitor) if row.released_at else "",
            )
        )
    possible = [
        Choice(key, f"{campaigns[one.campaign].name} {one.year}")
        for key, one in editions.items()
        if not broadcasts.not_open(session, one, today)
    ]
    mine = senders.regions_of(session, visitor)
    return Overview(tuple(lines), tuple(possible) if mine else (), tuple(mine))


def count_waiting(session: Session, visitor: Visitor) -> int:
    """Return how many broadcasts wait for the approval of somebody."""
    rows = session.exec(
        select(BroadcastRow).where(col(BroadcastRow.state) == BroadcastState.SUBMITTED)
    )
    return sum(
        _waits_for(visitor, row) and senders.may_approve(session, visitor, row) for row in rows
    )


def view(
    session: Session,
    number: int,
    visitor: Visitor,
    *,
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
    four_eyes: FourEyes,
) -> BroadcastView:
    """Return one broadcast as somebody sees it.

    Args:
        session: any session.
        number: of the broadcast.
        visitor: who looks.
        links: for its mails.
        mails: idem.
        now: the instant, aware UTC.
        today: the day.
        four_eyes: which broadcasts need an approval.

    Raises:
        NotFoundError: when there is none of this number for them.
    """
    row = find(session, number, visitor)
    sends = senders.may_send(session, visitor, row)
    edition = lookup.edition(session, row.edition_key)
    places = queries.municipalities(session)
    names = {one.key: one.name for one in queries.contacts(session)}
    state = now_is(row.state, waits=row.id in broadcasts.waiting(session))
    released = row.released_at is not None
    done = progress(session, row) if released else None
    obstacles: tuple[str, ...] = ()
    if not released and row.state is not BroadcastState.CANCELLED:
        found = approval.obstacles(session, row, links=links, mails=mails, now=now, today=today)
        obstacles = tuple(found)
    audience = broadcast_mails.audience(session, row)
    local = now.astimezone(AMSTERDAM)
    return BroadcastView(
        number=number,
        state=state,
        content=broadcasts.content(row),
        version=broadcasts.content(row).digest(),
        edition=edition,
        campaign=queries.campaigns(session)[edition.campaign].name,
        region=lookup.region(session, row.region_key).name,
        centre=places[row.centre_key].name,
        author=names.get(row.author_key, "iemand die weg is"),
        approver=names.get(row.approver_key or "", "iemand die weg is") if row.approver_key else "",
        approved_at=row.approved_at,
        release_at=row.release_at,
        released_at=row.released_at,
        hindrance=row.hindrance,
        moves=_moves(visitor, row, state, sends=sends),
        sends=sends,
        obstacles=obstacles,
        missing="" if released else approval.missing_approval(session, row, four_eyes),
        earlier=None if released else broadcasts.sent_before(session, number),
        colleagues=_colleagues(session, row) if sends and not released else (),
        places=tuple(
            Choice(one.key, one.name)
            for one in lookup.asked(session, edition, row.region_key, row.centre_key)
        ),
        recipients=tuple(previews.recipients(session, row, today)),
        without_contact=tuple(one.municipality.name for one in audience if not one.willing),
        moment=next_office_moment(local, calendar_for(places[row.centre_key])),
        changed=released and broadcast_mails.is_outdated(session, row, edition, links, mails),
        progress=done,
        turnout=turnout.of_broadcast(session, row, visitor, today) if released else None,
        history=tuple(audit.entries(session, of=("broadcast", str(number)), limit=_HISTORY)),
    )


def how_far(session: Session, number: int, visitor: Visitor) -> HowFar:
    """Return what became of the mails of a broadcast, for somebody who watches them leave.

    Raises:
        NotFoundError: when there is none of this number for them.
    """
    row = find(session, number, visitor)
    done = progress(session, row) if row.released_at is not None else None
    return HowFar(number, senders.may_send(session, visitor, row), done)


def find(session: Session, number: int, visitor: Visitor) -> BroadcastRow:
    """Return a broadcast that somebody may see.

    Raises:
        NotFoundError: when there is none of this number for them.
    """
    row = broadcasts.find(session, number)
    senders.require_reader(session, visitor, row)
    if not senders.may_send(session, visitor, row) and row.state is BroadcastState.DRAFT:
        raise broadcasts.unknown(number)
    return row


def require_may(session: Session, number: int, visitor: Visitor, move: Move) -> BroadcastRow:
    """Return a broadcast with which somebody may do something; when, says its state.

    Raises:
        NotFoundError: when there is none of this number for them.
        InvalidInputError: when they may only look, or wrote what they would approve.
    """
    row = find(session, number, visitor)
    if move not in _MOVES_OF_APPROVERS:
        senders.require_sender(session, visitor, row)
    else:
        approval.require_other(row, visitor.contact)
    return row


def _colleagues(session: Session, row: BroadcastRow) -> tuple[Choice, ...]:
    names = queries.municipalities(session)
    return tuple(
        Choice(
            one.key,
            f"{one.name} ({dutch.join(sorted({names[at].name for _, at in one.assignments}))})",
        )
        for one in senders.approvers(session, row)
    )


def _shown_to_others(session: Session, visitor: Visitor, row: BroadcastRow) -> bool:
    is_draft = row.state is BroadcastState.DRAFT
    return not is_draft and senders.may_approve(session, visitor, row)


def _waits_for(visitor: Visitor, row: BroadcastRow) -> bool:
    return row.state is BroadcastState.SUBMITTED and row.author_key != visitor.contact.key


def _moves(
    visitor: Visitor, row: BroadcastRow, state: BroadcastState, *, sends: bool
) -> frozenset[Move]:
    possible = {one for one in Move if may_move(state, one)}
    if visitor.contact.key == row.author_key:
        possible -= _MOVES_OF_APPROVERS
    return frozenset(possible if sends else possible & _MOVES_OF_APPROVERS)
