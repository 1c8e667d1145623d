"""The outbox: put frozen mails in, take back what must not leave, see what waits.

The sending itself is in `campagne.services.outbox.sending`.
"""

import logging
from collections.abc import Collection
from datetime import date, datetime
from typing import cast

from sqlalchemy import ColumnElement, and_, func, insert, not_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from campagne.domain.delivery import (
    DeliveryState,
    Message,
    MessageKind,
    states_before,
)
from campagne.domain.rota import Edition
from campagne.errors import NotFoundError
from campagne.store import blobs
from campagne.store.tables import DeliveryRow, MailBytesRow

log = logging.getLogger("campagne.delivery")

_TOO_LATE = "De laatste dag waarop deze mail zin had, is voorbij."


def enqueue(
    session: Session,
    message: Message,
    *,
    now: datetime,
    contact_key: str | None = None,
    municipality_key: str | None = None,
    broadcast_id: int | None = None,
    edition: Edition | None = None,
    state: DeliveryState = DeliveryState.DUE,
    valid_until: date | None = None,
    not_before: datetime | None = None,
    copy_of: int | None = None,
) -> int | None:
    """Put a mail in the outbox, in the transaction of what caused it.

    Args:
        session: a writing session.
        message: the frozen mail.
        now: instant, aware UTC.
        contact_key: who it goes to, if a contact.
        municipality_key: the gemeente it is about, if one.
        broadcast_id: the broadcast it belongs to, if one.
        edition: the edition whose dates it gives, for a mail without reminders or notices.
        state: HELD for a mail that a person has to release.
        valid_until: the last day on which it makes sense to send it; None: always.
        not_before: the instant from which it is due, aware UTC; None: now.
        copy_of: the id of the mail that this is a copy of, which is taken back with it.

    Returns:
        The id of the delivery; None when a mail with this key was there already.
    """
    dialect = session.get_bind().dialect.name
    into = sqlite.insert(DeliveryRow) if dialect == "sqlite" else postgresql.insert(DeliveryRow)
    statement = (
        into.on_conflict_do_nothing()
        .returning(col(DeliveryRow.id))
        .values(
            key=message.key,
            message_id=message.message_id,
            kind=message.kind,
            contact_key=contact_key,
            municipality_key=municipality_key,
            broadcast_id=broadcast_id,
            edition_key=edition.key if edition else None,
            date_version=edition.date_version if edition else None,
            copy_of=copy_of,
            sender=message.sender,
            recipient=message.recipient,
            subject=message.subject,
            state=state,
            next_at=not_before or now,
            owner="",
            fence=0,
            attempts=0,
            created_at=now,
            reply="",
            valid_until=valid_until,
        )
    )
    number = session.exec(statement).scalar_one_or_none()
    if number is not None:
        tail = message.tail
        if tail is not None:
            blobs.keep(session, tail.digest, tail.content)
        its = {"raw": message.own, "tail": tail.digest if tail else None}
        session.exec(insert(MailBytesRow).values(delivery_id=number, **its))
    return number


def cancel(
    session: Session, deliveries: Collection[int], *, now: datetime, why: str = ""
) -> list[int]:
    """Take mails back of which nothing has left; return the ids of those where that worked.

    One that a sender has claimed is taken back too: it asks again just before the body goes out.

    Args:
        session: a writing session.
        deliveries: ids.
        now: the instant, aware UTC.
        why: a Dutch sentence for who looks at the mail later.
    """
    return _cancel(session, col(DeliveryRow.id).in_(deliveries), now, why)


def expire(session: Session, *, now: datetime, today: date) -> list[int]:
    """Cancel the unsent mails that make no sense any more on this day; return their ids."""
    dropped = _cancel(session, col(DeliveryRow.valid_until) < today, now, _TOO_LATE)
    if dropped:
        log.warning(
            "%d mails dropped unsent, their last useful day has passed: deliveries %s",
            len(dropped),
            sorted(dropped),
        )
    return dropped


def find(session: Session, delivery_id: int) -> DeliveryRow:
    """Return a mail of the outbox.

    Raises:
        NotFoundError: when there is no such mail.
    """
    row = session.get(DeliveryRow, delivery_id)
    if row is None:
        raise NotFoundError("Deze mail bestaat niet of is opgeruimd.")
    return row


def waiting(session: Session) -> tuple[int, datetime | None]:
    """Return how many mails wait to be sent, and the first instant (aware UTC) that one may go.

    They wait for a server that could not be reached or put them off. A confirmation that was not
    tried yet is left out: it waits two minutes of itself, for an answer that may still change.
    """
    fresh = and_(
        col(DeliveryRow.kind) == MessageKind.CONFIRMATION,
        col(DeliveryRow.state) == DeliveryState.DUE,
        col(DeliveryRow.attempts) == 0,
    )
    number, first = session.exec(
        select(func.count(), func.min(col(DeliveryRow.next_at))).where(
            col(DeliveryRow.state).in_([DeliveryState.DUE, DeliveryState.DEFERRED]), not_(fresh)
        )
    ).one()
    return number, first


def _cancel(session: Session, which: ColumnElement[bool], now: datetime, why: str) -> list[int]:
    """Take mails back, and the copies of them for a deputy; return the ids without the copies."""
    gone = {"state": DeliveryState.CANCELLED, "owner": "", "lease_until": None, "settled_at": now}

    def cancelled(some: ColumnElement[bool]) -> list[int]:
        rows = session.exec(
            update(DeliveryRow)
            .where(some, col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED)))
            .values(**gone, reply=why)
            .returning(col(DeliveryRow.id))
        )
        return [cast("int", one) for one in rows.scalars()]

    found = cancelled(which)
    if found:
        cancelled(col(DeliveryRow.copy_of).in_(found))
    return found
