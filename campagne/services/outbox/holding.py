"""Mails of a broadcast that stand still while somebody thinks again."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from campagne.domain.delivery import DeliveryState, states_before
from campagne.store.tables import DeliveryRow


def hold(session: Session, broadcast_id: int) -> int:
    """Let the mails of a broadcast of which nothing has left stand still; return how many.

    One that a sender has claimed stands still too: it asks again just before the body goes out.
    """
    return session.exec(
        update(DeliveryRow)
        .where(
            col(DeliveryRow.broadcast_id) == broadcast_id,
            col(DeliveryRow.state).in_(states_before(DeliveryState.HELD)),
        )
        .values(state=DeliveryState.HELD, owner="", lease_until=None)
    ).rowcount


def let_go(session: Session, broadcast_id: int, now: datetime) -> int:
    """Let the mails of a broadcast that stood still go on at once; return how many."""
    return session.exec(
        update(DeliveryRow)
        .where(
            col(DeliveryRow.broadcast_id) == broadcast_id,
            col(DeliveryRow.state) == DeliveryState.HELD,
        )
        .values(state=DeliveryState.DUE, next_at=now)
    ).rowcount
