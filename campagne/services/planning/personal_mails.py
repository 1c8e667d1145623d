"""One mail per person: what waits for somebody is rendered together and frozen in the outbox."""

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from campagne.domain.delivery import DeliveryState, Message, states_before
from campagne.domain.rota import Edition
from campagne.errors import TemplateError
from campagne.services.outbox import delivery
from campagne.store.tables import ContactRow, DeliveryRow

T = TypeVar("T")

log = logging.getLogger("campagne.mails")


@dataclass(frozen=True, slots=True)
class QueueReport:
    """What one call put in the outbox.

    Attributes:
        mails: how many.
        reminders: how many reminders are in them.
        left_out: keys of contacts whose mail could not be made; what they should get waits.
    """

    mails: int = 0
    reminders: int = 0
    left_out: tuple[str, ...] = ()


def first_people(
    session: Session, contact: Mapped[str], waits: Collection[Any], people: int
) -> Sequence[str]:
    """Return the keys of the first contacts for whom something waits.

    Args:
        session: any session.
        contact: the column with the contact.
        waits: conditions on the rows that wait.
        people: at most this many, so that no transaction lasts long.
    """
    return session.scalars(select(contact).where(*waits).distinct().limit(people)).all()


def mail_key(template: str, contact: str, parts: Iterable[str]) -> str:
    """Return the key of a mail, from what is in it: the same content has the same key."""
    digest = hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:32]
    return f"{template}:{contact}:{digest}"


def recall(
    session: Session,
    table: type[Any],
    is_right: Callable[[], Callable[[Any], bool]],
    *,
    now: datetime,
    why: str,
) -> None:
    """Take back the mails that wait with what is not so any more, or for another address.

    Args:
        session: a writing session.
        table: of what the mails hold; each row has a `delivery_id` and a `contact_key`.
        is_right: gives what says of a row whether it is still so; asked only when a mail waits.
        now: aware UTC.
        why: for who looks the mail up, in Dutch.
    """
    rows = session.execute(
        select(table, DeliveryRow, ContactRow)
        .join(DeliveryRow, col(DeliveryRow.id) == table.delivery_id)
        .join(ContactRow, col(ContactRow.key) == table.contact_key)
        .where(col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED)))
    ).all()
    if not rows:
        return
    right = is_right()
    wrong = {
        mail.id for row, mail, contact in rows if not right(row) or contact.email != mail.recipient
    }
    delivery.cancel(session, [one for one in wrong if one is not None], now=now, why=why)


def queue_each(
    session: Session,
    waiting: Mapping[str, Sequence[T]],
    *,
    make: Callable[[str, Sequence[T]], Message],
    useful_until: Callable[[Sequence[T]], date],
    settle: Callable[[Sequence[T], int], None],
    now: datetime,
    copy: Callable[[str, Sequence[T]], tuple[str, Message] | None] | None = None,
    edition: Callable[[Sequence[T]], Edition] | None = None,
) -> QueueReport:
    """Make the mail of each person and put it in the outbox, with what it settles.

    One mail that cannot be made holds up nobody else's; it is tried again next round.

    Args:
        session: a writing session; a mail and what it settles are stored together or not.
        waiting: what waits, per key of a contact.
        make: makes the mail of a contact.
        useful_until: the last day on which that mail makes sense.
        settle: stores that these are in the delivery of this id.
        now: instant, aware UTC.
        copy: makes the copy of a mail of a contact, with the key of the deputy who gets it; None
            when nobody does.
        edition: the edition whose dates a mail gives, for one without reminders or notices.
    """
    mails = rows = 0
    left_out: list[str] = []
    for contact, waits in waiting.items():
        try:
            message = make(contact, waits)
            extra = copy(contact, waits) if copy else None
        except (TemplateError, KeyError):
            log.exception("the mail of contact %s cannot be made", contact)
            left_out.append(contact)
            continue
        delivery_id = delivery.enqueue(
            session,
            message,
            now=now,
            contact_key=contact,
            edition=edition(waits) if edition else None,
            valid_until=useful_until(waits),
        )
        if delivery_id is None:
            # To settle it now would lose it: that mail may have been taken back.
            log.error("the mail of contact %s was in the outbox before; nothing is sent", contact)
            left_out.append(contact)
            continue
        settle(waits, delivery_id)
        if extra is not None:
            deputy, its_copy = extra
            delivery.enqueue(
                session,
                its_copy,
                now=now,
                contact_key=deputy,
                edition=edition(waits) if edition else None,
                valid_until=useful_until(waits),
                copy_of=delivery_id,
            )
            mails += 1
        mails += 1
        rows += len(waits)
    return QueueReport(mails, rows, tuple(left_out))
