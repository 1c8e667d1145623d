"""The outbox: put frozen mails in, take over what was left behind, see what became of each.

The sending itself is in `campagne.services.outbox.sending`.
"""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from sqlalchemy import ColumnElement, and_, func, insert, not_, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import QueryableAttribute, lazyload
from sqlmodel import Session, col, select

from campagne.domain.delivery import (
    DeliveryState,
    Message,
    MessageKind,
    after_unknown,
    states_before,
)
from campagne.domain.rota import Edition
from campagne.errors import InvalidInputError, NotFoundError
from campagne.store.tables import AttemptRow, DeliveryRow, MailBytesRow

log = logging.getLogger("campagne.delivery")

_TOO_LATE = "De laatste dag waarop deze mail zin had, is voorbij."
_NOT_HEARD = "De verzender hield op voor er antwoord was. Misschien is de mail wel aangekomen."


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
        session.exec(insert(MailBytesRow).values(delivery_id=number, raw=message.raw))
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


@dataclass(frozen=True, slots=True)
class RecoverReport:
    """What was found left behind.

    Attributes:
        released: claims of a sender that died, due again.
        unknown: mails of which nobody will hear any more whether they were taken.
        resent: mails with an unknown outcome that go once more.
    """

    released: int = 0
    unknown: int = 0
    resent: int = 0


def recover(session: Session, now: datetime) -> RecoverReport:
    """Take over what dead senders left, and send again what may be sent again.

    Args:
        session: a writing session.
        now: instant, aware UTC.
    """
    again = [
        delivery_id
        for delivery_id, kind, times, since in _unknown_outcomes(session)
        if after_unknown(kind, times - 1, since, now) is DeliveryState.DUE
    ]
    resent = session.exec(
        update(DeliveryRow)
        .where(col(DeliveryRow.id).in_(again), col(DeliveryRow.state) == DeliveryState.UNKNOWN)
        .values(state=DeliveryState.DUE, next_at=now)
    ).rowcount
    expired = col(DeliveryRow.lease_until) <= now
    released = session.exec(
        update(DeliveryRow)
        .where(col(DeliveryRow.state) == DeliveryState.CLAIMED, expired)
        .values(state=DeliveryState.DUE, owner="", lease_until=None)
    ).rowcount
    silent = session.exec(
        update(DeliveryRow)
        .where(col(DeliveryRow.state) == DeliveryState.SENDING, expired)
        .values(state=DeliveryState.UNKNOWN, owner="", lease_until=None, reply=_NOT_HEARD)
        .returning(col(DeliveryRow.id), col(DeliveryRow.fence))
    ).all()
    if silent:
        session.exec(
            update(AttemptRow)
            .where(tuple_(col(AttemptRow.delivery_id), col(AttemptRow.fence)).in_(silent))
            .values(ended_at=now, outcome=DeliveryState.UNKNOWN, text=_NOT_HEARD)
        )
        log.error("outcome unknown of deliveries %s", sorted(row[0] for row in silent))
    return RecoverReport(released, len(silent), resent)


def _unknown_outcomes(session: Session) -> Iterable[tuple[int, MessageKind, int, datetime]]:
    """Return id, kind, times that the outcome was unknown, and the last instant it became so."""
    statement = (
        select(
            col(DeliveryRow.id),
            col(DeliveryRow.kind),
            func.count(),
            func.max(col(AttemptRow.ended_at)),
        )
        .join(AttemptRow, col(AttemptRow.delivery_id) == col(DeliveryRow.id))
        .where(
            col(DeliveryRow.state) == DeliveryState.UNKNOWN,
            col(AttemptRow.outcome) == DeliveryState.UNKNOWN,
        )
        .group_by(col(DeliveryRow.id), col(DeliveryRow.kind))
    )
    # No column of these is ever NULL: the attempt has ended, the delivery is stored.
    return cast("Iterable[tuple[int, MessageKind, int, datetime]]", session.exec(statement).all())


def resend(session: Session, delivery_id: int, *, now: datetime) -> None:
    """Send a mail again whose outcome is unknown or that failed: the same bytes.

    Args:
        session: a writing session.
        delivery_id: id of the delivery.
        now: instant, aware UTC; the tries are counted anew from here.

    Raises:
        NotFoundError: when there is no such delivery.
        InvalidInputError: when it is in another state, in which a double could come of it.
    """
    _row(session, delivery_id)
    # In one statement: a late answer of the server may be stored at this very moment.
    again = session.exec(
        update(DeliveryRow)
        .where(
            col(DeliveryRow.id) == delivery_id,
            col(DeliveryRow.state).in_((DeliveryState.UNKNOWN, DeliveryState.FAILED)),
        )
        .values(
            state=DeliveryState.DUE, next_at=now, settled_at=None, attempts=0, first_tried_at=None
        )
    )
    if not again.rowcount:
        raise InvalidInputError(
            "Deze mail kan niet opnieuw worden verstuurd. Dat kan alleen als versturen is mislukt"
            " of als niet bekend is of de mail is aangekomen."
        )


def resolve(session: Session, delivery_id: int, *, arrived: bool, now: datetime) -> None:
    """Store what a person found out of a mail whose outcome is unknown.

    Args:
        session: a writing session.
        delivery_id: id of the delivery.
        arrived: True when it arrived; False to leave it at that, it counts as failed.
        now: instant, aware UTC.

    Raises:
        NotFoundError: when there is no such delivery.
        InvalidInputError: when its outcome is known.
    """
    _row(session, delivery_id)
    settled = session.exec(
        update(DeliveryRow)
        .where(col(DeliveryRow.id) == delivery_id, col(DeliveryRow.state) == DeliveryState.UNKNOWN)
        .values(state=DeliveryState.ACCEPTED if arrived else DeliveryState.FAILED, settled_at=now)
    )
    if not settled.rowcount:
        raise InvalidInputError("Van deze mail is al bekend wat ermee is gebeurd.")


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail in a list; `at` is when it was settled, or else put in the outbox (UTC)."""

    id: int
    to: str
    subject: str
    at: datetime
    state: DeliveryState


def mailbox(
    session: Session,
    *,
    limit: int,
    offset: int = 0,
    state: DeliveryState | None = None,
    recipient: str = "",
) -> list[MailLine]:
    """Return the mails of the outbox, the newest first, sent or not.

    Args:
        session: a session, reading is enough.
        limit: at most this many.
        offset: how many to leave out at the front.
        state: only those in this state; None for all.
        recipient: only those to an address with this in it.
    """
    statement = (
        select(DeliveryRow)
        .options(lazyload(cast("QueryableAttribute[MailBytesRow]", DeliveryRow.mail)))
        .order_by(col(DeliveryRow.id).desc())
        .limit(limit)
        .offset(offset)
    )
    if state is not None:
        statement = statement.where(col(DeliveryRow.state) == state)
    if recipient:
        statement = statement.where(
            col(DeliveryRow.recipient).icontains(recipient, autoescape=True)
        )
    return [
        MailLine(
            id=cast("int", row.id),
            to=row.recipient,
            subject=row.subject,
            at=row.settled_at or row.created_at,
            state=row.state,
        )
        for row in session.exec(statement)
    ]


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail to look at.

    Attributes:
        sender: as in its From, with the name.
        at: instant in its Date, aware.
        text / html: its bodies; empty when it has no such one.
        attachments: their file names.
    """

    id: int
    subject: str
    sender: str
    to: str
    at: datetime
    state: DeliveryState
    text: str
    html: str
    attachments: tuple[str, ...]


def mail(session: Session, delivery_id: int) -> MailView:
    """Return one mail of the outbox, read from the bytes that are sent.

    Raises:
        NotFoundError: when there is no such mail.
    """
    row = _row(session, delivery_id)
    parsed = message_from_bytes(row.raw, _class=EmailMessage, policy=default)
    return MailView(
        id=delivery_id,
        subject=str(parsed["Subject"]),
        sender=str(parsed["From"]),
        to=row.recipient,
        at=parsed["Date"].datetime,
        state=row.state,
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        attachments=tuple(part.get_filename() or "" for part in parsed.iter_attachments()),
    )


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return "" if part is None else str(part.get_content())


def _row(session: Session, delivery_id: int) -> DeliveryRow:
    row = session.get(DeliveryRow, delivery_id)
    if row is None:
        raise NotFoundError("Deze mail bestaat niet of is opgeruimd.")
    return row
