"""Stopping a broadcast that is being sent, for a while or for good."""

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session, col, select

from campagne.domain.broadcasts import BroadcastState, Move, after
from campagne.errors import InvalidInputError
from campagne.services.audit import Author
from campagne.services.outbox import delivery, holding, validity
from campagne.services.planning import reminders
from campagne.services.regional import broadcast_mails, broadcasts
from campagne.store.tables import BroadcastRow, DeliveryRow

_STOPPED = "Ingetrokken: het regiobericht is gestopt."


def pause(session: Session, broadcast_id: int, *, by: Author, now: datetime) -> int:
    """Let what has not left yet stand still; return how many mails.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when it is not being sent.
    """
    row = broadcasts.find(session, broadcast_id)
    broadcasts.require(row, Move.PAUSE)
    held = holding.hold(session, broadcast_id)
    if not held and not row.to_make:
        raise InvalidInputError("Alle mails van dit regiobericht zijn al weg.")
    row.state = after(Move.PAUSE, approved=True)
    session.flush()
    broadcasts.note(session, row, by, "verzending gepauzeerd", now=now)
    return held


def resume(session: Session, broadcast_id: int, *, by: Author, now: datetime) -> int:
    """Let what stood still go on; return how many mails.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when it does not stand still.
    """
    row = broadcasts.find(session, broadcast_id)
    broadcasts.require(row, Move.RESUME)
    row.state, row.hindrance = after(Move.RESUME, approved=True), ""
    session.flush()
    broadcasts.note(session, row, by, "verzending hervat", now=now)
    return holding.let_go(session, broadcast_id, now)


def cancel(session: Session, broadcast_id: int, *, by: Author, now: datetime, today: date) -> int:
    """Stop a broadcast for good; return how many mails were taken back.

    Where nothing of it had left, the step that it ticked off is open again.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when it was stopped before, or all of it has left.
    """
    row = broadcasts.find(session, broadcast_id)
    broadcasts.require(row, Move.CANCEL)
    taken = _take_back(session, [broadcast_id], now=now, today=today)
    if row.released_at is not None and not taken and not row.to_make:
        raise InvalidInputError("Alle mails van dit regiobericht zijn al weg.")
    row.state, row.release_at = after(Move.CANCEL, approved=True), None
    row.to_make, row.hindrance = False, ""
    session.flush()
    broadcasts.note(session, row, by, "regiobericht gestopt", now=now)
    return len(taken)


def follow_state(session: Session, *, now: datetime, today: date) -> None:
    """Hold or take back what a server put off while its broadcast was paused or stopped."""
    stopped = []
    rows = session.exec(
        select(BroadcastRow).where(
            col(BroadcastRow.state).in_([BroadcastState.PAUSED, BroadcastState.CANCELLED]),
            col(BroadcastRow.id).in_(broadcasts.waiting(session)),
        )
    )
    for row in rows:
        if row.state is BroadcastState.PAUSED:
            holding.hold(session, broadcast_mails.number(row))
        else:
            stopped.append(broadcast_mails.number(row))
    if stopped:
        _take_back(session, stopped, now=now, today=today)


def _take_back(
    session: Session, numbers: Collection[int], *, now: datetime, today: date
) -> list[int]:
    found = session.exec(
        select(col(DeliveryRow.id)).where(col(DeliveryRow.broadcast_id).in_(numbers))
    ).all()
    taken = delivery.cancel(session, [one for one in found if one], now=now, why=_STOPPED)
    if opened := validity.open_again(session, taken, now):
        reminders.replan(session, now=now, today=today, editions=opened)
    return taken
