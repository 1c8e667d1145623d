"""Mails of which nobody knows what became of them: after a crash, and when a person decides."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func, tuple_, update
from sqlmodel import Session, col, select

from campagne.domain.delivery import DeliveryState, MessageKind, after_unknown
from campagne.errors import InvalidInputError
from campagne.services.outbox import delivery
from campagne.store.tables import AttemptRow, DeliveryRow

log = logging.getLogger("campagne.delivery")

_NOT_HEARD = "De verzender hield op voor er antwoord was. Misschien is de mail wel aangekomen."


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
            col(DeliveryRow.wiped_on).is_(None),
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
    delivery.find(session, delivery_id)
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
    delivery.find(session, delivery_id)
    settled = session.exec(
        update(DeliveryRow)
        .where(col(DeliveryRow.id) == delivery_id, col(DeliveryRow.state) == DeliveryState.UNKNOWN)
        .values(state=DeliveryState.ACCEPTED if arrived else DeliveryState.FAILED, settled_at=now)
    )
    if not settled.rowcount:
        raise InvalidInputError("Van deze mail is al bekend wat ermee is gebeurd.")
