"""The mails of the outbox to look at: a list of them, and one as it was frozen."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from sqlalchemy.orm import QueryableAttribute, lazyload
from sqlmodel import Session, col, select

from campagne.domain.delivery import DeliveryState
from campagne.services.outbox import delivery
from campagne.store.tables import DeliveryRow, MailBytesRow


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail in a list; `at` is when it was settled, or else put in the outbox (UTC)."""

    id: int
    to: str
    subject: str
    at: datetime
    state: DeliveryState


def lines(
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
    row = delivery.find(session, delivery_id)
    parsed = message_from_bytes(row.raw, _class=EmailMessage, policy=default)
    return MailView(
        id=delivery_id,
        subject=str(parsed["Subject"] or row.subject),
        sender=str(parsed["From"] or row.sender),
        to=row.recipient,
        at=parsed["Date"].datetime if parsed["Date"] else row.created_at,
        state=row.state,
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        attachments=tuple(part.get_filename() or "" for part in parsed.iter_attachments()),
    )


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return "" if part is None else str(part.get_content())
