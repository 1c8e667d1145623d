"""Making the mails of a broadcast that was released: at once, or a batch at a time.

A mail takes nearly ten milliseconds to make. What a region gets is made in the transaction that
releases it; what a country gets would keep all others from writing for minutes. That is made in
batches, outside of any writing transaction, and goes on where it stopped, whoever stopped it.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from campagne.clock import Clock, local_day
from campagne.domain.broadcasts import BroadcastState, Move, after
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.audit import Author
from campagne.services.mail_words import mail_templates
from campagne.services.regional import approval, approval_mails, broadcast_mails, broadcasts, mailed
from campagne.services.regional.broadcast_mails import Addressed, Mailed, Writer
from campagne.store.database import Database
from campagne.store.tables import BroadcastRow

log = logging.getLogger("campagne.regional")

CLOCK = Author("de klok")
AT_ONCE = 100
_BATCH = 50


@dataclass(frozen=True, slots=True)
class _Batch:
    """The next mails of a broadcast, or why they cannot be made."""

    broadcast: int
    mails: tuple[Mailed, ...] = ()
    is_last: bool = False
    fault: str = ""


def start(session: Session, row: BroadcastRow, *, links: Links, mails: Mails, now: datetime) -> int:
    """Give a broadcast to all who are to get it and have no mail of it yet.

    More than a hundred mails are left to `make`.

    Returns:
        How many mails, with the copies for deputies.
    """
    readers = left(session, row, local_day(now))
    if len(readers) > AT_ONCE:
        row.to_make = True
        session.flush()
        return sum(1 if one.deputy is None else 2 for one in readers)
    writer = Writer(session, row, links, mails, now)
    return broadcast_mails.enqueue(session, row, broadcast_mails.compose(writer, readers), now=now)


def left(session: Session, row: BroadcastRow, day: date) -> list[Addressed]:
    """Return who is to get a broadcast and has no mail of it yet."""
    had = mailed.who(session, broadcast_mails.number(row))
    return broadcast_mails.readers_on(session, row, day, had)


def make(
    database: Database,
    *,
    links: Links,
    mails: Mails,
    clock: Clock,
    stop: Callable[[], bool] = lambda: False,
    each: Callable[[], None] = lambda: None,
) -> int:
    """Make the mails of broadcasts that `start` left, until there are none.

    A broadcast that cannot go on, such as when its campaign was moved meanwhile, stands still, and
    its author hears why. Two who do this at once do some of it in vain, and nothing twice.

    Args:
        database: the database.
        links: for the addresses in the mails.
        mails: makes them.
        clock: tells the time.
        stop: asked before each batch.
        each: called after each batch, when there is something to send.

    Returns:
        How many mails were put in the outbox.

    Raises:
        DatabaseUnavailableError: when the database cannot be reached; nothing is half done.
    """
    made = 0
    while not stop():
        now, today = clock.now(), clock.today()
        with database.read() as session:
            batch = _next(session, links=links, mails=mails, now=now, today=today)
        if batch is None:
            break
        with database.session() as session:
            row = broadcasts.find(session, batch.broadcast)
            if not row.to_make or row.state is not BroadcastState.RELEASED:
                continue  # paused or stopped while these were made
            if batch.fault:
                row.state = after(Move.PAUSE, approved=True)
                row.hindrance = f"De verzending staat stil. {batch.fault}"
                hinder(session, row, batch.fault, links=links, mails=mails, now=now)
                continue
            halved = _is_halved(session, row, batch.mails)
            made += broadcast_mails.enqueue(session, row, batch.mails, now=now)
            row.to_make = halved or not batch.is_last
        each()
    return made


def _is_halved(session: Session, row: BroadcastRow, mails: Iterable[Mailed]) -> bool:
    """Say whether another made one of these mails meanwhile, about some of its gemeenten only.

    Such a mail is not made twice, and who waits for the rest of it gets that in the next batch.
    """
    had = mailed.who(session, broadcast_mails.number(row))
    return any(
        0 < sum((one.contact.key, place.key) in had for place in one.places) < len(one.places)
        for one in mails
    )


def hinder(
    session: Session, row: BroadcastRow, fault: str, *, links: Links, mails: Mails, now: datetime
) -> None:
    """Note why a broadcast does not go by itself, and tell its author."""
    session.flush()
    broadcasts.note(session, row, CLOCK, "verzending ging niet", now=now, why=fault)
    approval_mails.tell(
        session,
        row,
        approval_mails.HINDERED,
        row.author_key,
        by=CLOCK.name,
        note=fault,
        links=links,
        mails=mails,
        now=now,
    )
    log.error("broadcast %d cannot go by itself", broadcast_mails.number(row))


def _next(
    session: Session, *, links: Links, mails: Mails, now: datetime, today: date
) -> _Batch | None:
    row = session.exec(
        select(BroadcastRow)
        .where(col(BroadcastRow.to_make), col(BroadcastRow.state) == BroadcastState.RELEASED)
        .order_by(col(BroadcastRow.id))
        .limit(1)
    ).first()
    if row is None:
        return None
    number, mails = broadcast_mails.number(row), mail_templates.in_use(session, mails)
    for fault in approval.hindrances(session, row, links=links, mails=mails, today=today):
        return _Batch(number, fault=fault)
    readers = left(session, row, today)
    batch, writer = readers[:_BATCH], Writer(session, row, links, mails, now)
    for fault in broadcast_mails.text_faults(writer, row, batch):
        return _Batch(number, fault=fault)
    made = tuple(broadcast_mails.compose(writer, batch))
    return _Batch(number, made, is_last=len(readers) <= _BATCH)
