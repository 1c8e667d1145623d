"""What a sender holds: the statements by which mails are claimed, kept, let go and settled.

A claim carries a number, the fence, that rises with every claim. Each later statement tests it
and the state in its own condition, so that a sender that slept through its lease writes nothing
any more, and none of them needs to be the only writer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Integer, bindparam, func, insert, or_, tuple_, update
from sqlalchemy import select as sql_select
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlmodel import Session, SQLModel, col, select

from campagne.domain.delivery import (
    LEASE,
    SENDING_LIMIT,
    DeliveryState,
    Message,
    MessageKind,
    Tail,
    states_before,
)
from campagne.services.outbox.throttle import Throttle, with_room
from campagne.store import blobs
from campagne.store.direct import DirectConnection, Statement
from campagne.store.tables import DeliveryRow, MailBytesRow

_SETTLED = (DeliveryState.ACCEPTED, DeliveryState.FAILED)
_WAITING = (DeliveryState.DUE, DeliveryState.DEFERRED)

_DELIVERY = SQLModel.metadata.tables["delivery"]
_ATTEMPT = SQLModel.metadata.tables["attempt"]
_BYTES_OF_MAIL = SQLModel.metadata.tables["mail_bytes"]
_BLOBS = SQLModel.metadata.tables["blob"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours as long as its fence is."""

    id: int
    fence: int
    attempts: int
    first_tried_at: datetime | None
    message: Message


def take(connection: DirectConnection, now: datetime, *, owner: str, limit: int) -> list[Claim]:
    """Claim mails that are due, broadcasts last; the same statement on both databases.

    Args:
        connection: of the sender, within a transaction.
        now: instant, aware UTC.
        owner: name of the sender, to be seen in the table.
        limit: at most this many.
    """
    taken = connection.rows(_TAKE, now=now, new_owner=owner, until=now + LEASE, limit=limit)
    rows = _in_turn([_Row(*row) for row in taken])
    claims, tails = [], {}
    for row in rows:
        own, digest = connection.rows(_BYTES, its_id=row.id)[0]
        if digest is not None and digest not in tails:
            tails[digest] = Tail(digest, connection.rows(_BLOB, its_digest=digest)[0][0])
        claims.append(_claim_of(row, own, tails.get(digest)))
    return claims


def take_with_room(
    session: Session, now: datetime, *, owner: str, limit: int, throttle: Throttle
) -> list[Claim]:
    """Claim as `take` does, as far as a limit leaves room.

    Args:
        session: a writing session that is alone: two that count at once would both find the same
            room.
        now: instant, aware UTC.
        owner: name of the sender, to be seen in the table.
        limit: at most this many.
        throttle: what all senders together may do.
    """
    is_due = _is_due(now)
    due = select(col(DeliveryRow.id), col(DeliveryRow.recipient)).where(*is_due)
    allowed = with_room(session, due.order_by(*_ORDER), now, limit, throttle)
    its_room = col(DeliveryRow.id).in_(allowed)
    statement = _taking(its_room, *is_due, owner=owner, until=now + LEASE)
    rows = [_Row(*row) for row in session.connection().execute(statement)]
    bodies = select(MailBytesRow.delivery_id, MailBytesRow.raw, MailBytesRow.tail).where(
        col(MailBytesRow.delivery_id).in_(allowed)
    )
    its = {one: (own, digest) for one, own, digest in session.exec(bodies)} if rows else {}
    tails = {
        digest: Tail(digest, blobs.read(session, digest))
        for digest in {one for _, one in its.values() if one}
    }
    return [
        _claim_of(row, its[row.id][0], tails.get(its[row.id][1] or "")) for row in _in_turn(rows)
    ]


def renew(session: Session, claims: Iterable[Claim], now: datetime) -> None:
    """Keep claims for another lease; what is not ours any more stays as it is."""
    _update_claimed(session, claims, lease_until=now + LEASE)


def let_go(session: Session, claims: Iterable[Claim]) -> None:
    """Give claims back at once, so that any sender may take them."""
    _update_claimed(session, claims, state=DeliveryState.DUE, owner="", lease_until=None)


def let_go_of_owners(session: Session, owners: Iterable[str]) -> int:
    """Give back all that these senders hold and have not begun to send; returns how many."""
    return session.exec(
        update(DeliveryRow)
        .where(
            col(DeliveryRow.state) == DeliveryState.CLAIMED, col(DeliveryRow.owner).in_([*owners])
        )
        .values(state=DeliveryState.DUE, owner="", lease_until=None)
    ).rowcount


def leave_alone(session: Session, until: datetime) -> None:
    """Let the whole outbox wait for the server; no mail is blamed for it.

    Stored with the mails, so that all senders leave the server alone.
    """
    session.exec(
        update(DeliveryRow)
        .where(col(DeliveryRow.state).in_(_WAITING), col(DeliveryRow.next_at) < until)
        .values(next_at=until)
    )


def begin(connection: DirectConnection, claim: Claim, now: datetime) -> bool:
    """Store that the body goes out now; False when the delivery is not ours any more.

    Args:
        connection: of the sender, within a transaction.
        claim: the mail.
        now: instant, aware UTC.
    """
    ours = connection.run(
        _BEGIN,
        its_id=claim.id,
        its_fence=claim.fence,
        new_attempts=claim.attempts + 1,
        tried_at=now,
        new_lease=now + SENDING_LIMIT,
    )
    if ours:
        connection.run(_TRY, delivery_id=claim.id, fence=claim.fence, started_at=now)
    return ours


def settle(
    connection: DirectConnection,
    claim: Claim,
    state: DeliveryState,
    now: datetime,
    *,
    text: str,
    code: int | None = None,
    again_at: datetime | None = None,
) -> bool:
    """Store what became of a try. A late answer still counts, unless the mail was claimed anew.

    Args:
        connection: of the sender, within a transaction.
        claim: the mail.
        state: what it is from now on.
        now: instant, aware UTC.
        text: what the server said.
        code: its reply code, if it gave one.
        again_at: when to try again, for a deferred mail.

    Returns:
        False when the delivery is not ours any more; then nothing is written.
    """
    ours = connection.run(
        _SETTLE[state],
        its_id=claim.id,
        its_fence=claim.fence,
        new_attempts=claim.attempts + 1,
        tried_at=now,
        new_reply=text,
        new_settled_at=now if state in _SETTLED else None,
        new_next_at=again_at,
    )
    if ours:
        outcome = {"outcome": state.value, "code": code, "text": text, "ended_at": now}
        if not connection.run(_END_TRY, its_id=claim.id, its_fence=claim.fence, **outcome):
            # Refused before its body went out.
            its = {"delivery_id": claim.id, "fence": claim.fence, "started_at": now}
            connection.run(_TRY, **its, **outcome)
    return ours


class _Row(NamedTuple):
    """What a sender must know of a mail, beside its bytes."""

    id: int
    fence: int
    attempts: int
    first_tried_at: datetime | None
    next_at: datetime
    key: str
    kind: MessageKind
    sender: str
    recipient: str
    subject: str
    message_id: str


def _in_turn(rows: list[_Row]) -> list[_Row]:
    return sorted(rows, key=lambda row: (row.kind is MessageKind.BROADCAST, row.next_at, row.id))


def _claim_of(row: _Row, own: bytes, tail: Tail | None) -> Claim:
    message = Message(
        key=row.key,
        kind=row.kind,
        sender=row.sender,
        recipient=row.recipient,
        subject=row.subject,
        message_id=row.message_id,
        own=own,
        tail=tail,
    )
    return Claim(row.id, row.fence, row.attempts, row.first_tried_at, message)


def _update_claimed(session: Session, claims: Iterable[Claim], **values: Any) -> None:
    ours = [(claim.id, claim.fence) for claim in claims]
    session.exec(
        update(DeliveryRow)
        .where(
            tuple_(col(DeliveryRow.id), col(DeliveryRow.fence)).in_(ours),
            col(DeliveryRow.state) == DeliveryState.CLAIMED,
        )
        .values(**values)
    )


def _value(name: str, column: Column[Any], default: object = None) -> BindParameter[Any]:
    return bindparam(name, default, type_=column.type)


def _moving(
    to: DeliveryState, **values: BindParameter[Any] | ColumnElement[Any] | str
) -> Statement:
    """Return the change of a claimed delivery to a state, if it is still ours."""
    is_ours = (
        _DELIVERY.c.id == _value("its_id", _DELIVERY.c.id),
        _DELIVERY.c.fence == _value("its_fence", _DELIVERY.c.fence),
        or_(*(_DELIVERY.c.state == before for before in states_before(to))),
    )
    tried_at = _value("tried_at", _DELIVERY.c.first_tried_at)
    return Statement(
        update(_DELIVERY)
        .where(*is_ours)
        .values(
            state=to,
            attempts=_value("new_attempts", _DELIVERY.c.attempts),
            first_tried_at=func.coalesce(_DELIVERY.c.first_tried_at, tried_at),
            lease_until=_value("new_lease", _DELIVERY.c.lease_until),
            **values,
        )
    )


def _is_due(now: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    # Each a value of its own: what goes straight to the driver can have no list.
    waiting = [_value(f"waits_{one}", _DELIVERY.c.state, one) for one in _WAITING]
    return _DELIVERY.c.state.in_(waiting), _DELIVERY.c.next_at <= now


# Broadcasts last, so that a reminder never waits behind a whole region.
_ORDER = (_DELIVERY.c.kind == MessageKind.BROADCAST, _DELIVERY.c.next_at, _DELIVERY.c.id)


def _taking(*which: ColumnElement[bool], owner: Any, until: Any) -> ReturningUpdate[Any]:
    """Return the change of deliveries to ours."""
    return (
        update(_DELIVERY)
        .where(*which)
        .values(
            state=DeliveryState.CLAIMED,
            owner=owner,
            fence=_DELIVERY.c.fence + 1,
            lease_until=until,
        )
        .returning(*(_DELIVERY.c[name] for name in _Row._fields))
    )


def _taking_first() -> ReturningUpdate[Any]:
    """Return the change to ours of the first that are due.

    The choice is a CTE, because PostgreSQL may run a plain subquery again for every row, and then
    its LIMIT holds for each run and not for the batch.
    """
    is_due = _is_due(_value("now", _DELIVERY.c.next_at))
    chosen = (
        sql_select(_DELIVERY.c.id)
        .where(*is_due)
        .order_by(*_ORDER)
        .limit(bindparam("limit", 0, type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return _taking(
        _DELIVERY.c.id.in_(sql_select(chosen.c.id)),
        *is_due,
        owner=_value("new_owner", _DELIVERY.c.owner),
        until=_value("until", _DELIVERY.c.lease_until),
    )


_TAKE = Statement(_taking_first())
_BYTES = Statement(
    sql_select(_BYTES_OF_MAIL.c.raw, _BYTES_OF_MAIL.c.tail).where(
        _BYTES_OF_MAIL.c.delivery_id == _value("its_id", _BYTES_OF_MAIL.c.delivery_id)
    )
)
_BLOB = Statement(
    sql_select(_BLOBS.c.content).where(_BLOBS.c.digest == _value("its_digest", _BLOBS.c.digest, ""))
)
_BEGIN = _moving(DeliveryState.SENDING)
_SETTLE = {
    state: _moving(
        state,
        owner="",
        next_at=func.coalesce(_value("new_next_at", _DELIVERY.c.next_at), _DELIVERY.c.next_at),
        reply=_value("new_reply", _DELIVERY.c.reply),
        settled_at=_value("new_settled_at", _DELIVERY.c.settled_at),
    )
    for state in (*_SETTLED, DeliveryState.DEFERRED, DeliveryState.UNKNOWN)
}
_OUTCOME = {
    "outcome": _value("outcome", _ATTEMPT.c.outcome, ""),
    "code": _value("code", _ATTEMPT.c.code),
    "text": _value("text", _ATTEMPT.c.text, ""),
    "ended_at": _value("ended_at", _ATTEMPT.c.ended_at),
}
_ITS = {name: _value(name, _ATTEMPT.c[name]) for name in ("delivery_id", "fence", "started_at")}
_TRY = Statement(insert(_ATTEMPT).values(**_ITS, **_OUTCOME).inline())
_END_TRY = Statement(
    update(_ATTEMPT)
    .where(
        _ATTEMPT.c.delivery_id == _value("its_id", _ATTEMPT.c.delivery_id),
        _ATTEMPT.c.fence == _value("its_fence", _ATTEMPT.c.fence),
    )
    .values(**_OUTCOME)
)
