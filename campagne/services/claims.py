"""What a sender holds: the statements by which mails are claimed, kept, let go and settled.

A claim carries a number, the fence, that rises with every claim. Each later statement tests it
and the state in its own condition, so that a sender that slept through its lease writes nothing
any more, and none of them needs to be the only writer.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Insert, Update, bindparam, func, insert, tuple_, union_all, update
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import Select

from campagne.domain.delivery import (
    LEASE,
    SENDING_LIMIT,
    DeliveryState,
    Message,
    MessageKind,
    states_before,
)
from campagne.store.tables import AttemptRow, DeliveryRow

# Mails that are looked at for one batch while there is a limit per domain.
_LOOK = 200
_SETTLED = (DeliveryState.ACCEPTED, DeliveryState.FAILED)
_WAITING = (DeliveryState.DUE, DeliveryState.DEFERRED)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours as long as its fence is."""

    id: int
    fence: int
    attempts: int
    first_tried_at: datetime | None
    message: Message


@dataclass(frozen=True, slots=True)
class Throttle:
    """How many mails may be tried in a minute by all senders together; 0 is no limit.

    Attributes:
        per_minute: in total.
        per_domain: to one domain of recipients.
    """

    per_minute: int = 0
    per_domain: int = 0

    @property
    def is_set(self) -> bool:
        """True when there is a limit."""
        return bool(self.per_minute or self.per_domain)


def take(
    session: Session, now: datetime, *, owner: str, limit: int, throttle: Throttle
) -> list[Claim]:
    """Claim mails that are due, broadcasts last; the same statement on both databases.

    Args:
        session: a writing session; it must be alone when there is a throttle, since two that
            count at once would both find the same room.
        now: instant, aware UTC.
        owner: name of the sender, to be seen in the table.
        limit: at most this many.
        throttle: what all senders together may do.
    """
    is_due = (col(DeliveryRow.state).in_(_WAITING), col(DeliveryRow.next_at) <= now)
    last = col(DeliveryRow.kind) == MessageKind.BROADCAST
    # A CTE, because PostgreSQL may run a plain subquery again for every row, and then its LIMIT
    # holds for each run and not for the batch.
    order = (last, col(DeliveryRow.next_at), col(DeliveryRow.id))
    chosen = (
        select(col(DeliveryRow.id))
        .where(*is_due)
        .order_by(*order)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    which = col(DeliveryRow.id).in_(select(chosen.c.id))
    if throttle.is_set:
        due = select(col(DeliveryRow.id), col(DeliveryRow.recipient)).where(*is_due)
        allowed = _with_room(session, due.order_by(*order), now, limit, throttle)
        which = col(DeliveryRow.id).in_(allowed)
    statement = (
        update(DeliveryRow)
        .where(which, *is_due)
        .values(
            state=DeliveryState.CLAIMED,
            owner=owner,
            fence=col(DeliveryRow.fence) + 1,
            lease_until=now + LEASE,
        )
        .returning(DeliveryRow)
        .execution_options(synchronize_session=False)
    )
    rows = list(session.exec(statement).scalars())
    rows.sort(key=lambda row: (row.kind is MessageKind.BROADCAST, row.next_at, row.id or 0))
    return [_claim_of(row) for row in rows]


def _with_room(
    session: Session,
    due: Select[int | None, str],
    now: datetime,
    limit: int,
    throttle: Throttle,
) -> list[int]:
    """Return the ids of mails that are due for which there is room in this minute."""
    tried = (
        select(col(DeliveryRow.recipient))
        .join(AttemptRow, col(AttemptRow.delivery_id) == col(DeliveryRow.id))
        .where(col(AttemptRow.started_at) > now - timedelta(minutes=1))
    )
    claimed = select(col(DeliveryRow.recipient)).where(
        col(DeliveryRow.state) == DeliveryState.CLAIMED
    )
    # One statement: between two of them a claimed mail could become a try, and count in neither.
    recent = Counter(map(_domain, session.scalars(union_all(tried, claimed))))
    if throttle.per_minute:
        limit = min(limit, throttle.per_minute - recent.total())
    if throttle.per_domain:
        for domain, times in recent.items():
            if times >= throttle.per_domain:
                due = due.where(
                    ~func.lower(DeliveryRow.recipient).endswith(f"@{domain}", autoescape=True)
                )
    allowed: list[int] = []
    for number, recipient in session.exec(due.limit(_LOOK)).all():
        if len(allowed) >= limit:
            break
        domain = _domain(recipient)
        if not throttle.per_domain or recent[domain] < throttle.per_domain:
            recent[domain] += 1
            allowed.append(cast("int", number))
    return allowed


def _domain(recipient: str) -> str:
    return recipient.rpartition("@")[2].lower()


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


def begin(session: Session, claim: Claim, now: datetime) -> bool:
    """Store that the body goes out now; False when the delivery is not ours any more."""
    ours = _run(
        session,
        _BEGIN,
        its_id=claim.id,
        its_fence=claim.fence,
        attempts=claim.attempts + 1,
        tried_at=now,
        lease_until=now + SENDING_LIMIT,
    )
    if ours:
        _run(
            session,
            _TRY,
            delivery_id=claim.id,
            fence=claim.fence,
            started_at=now,
            outcome="",
            text="",
        )
    return ours


def settle(
    session: Session,
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
        session: a writing session; it need not be alone.
        claim: the mail.
        state: what it is from now on.
        now: instant, aware UTC.
        text: what the server said.
        code: its reply code, if it gave one.
        again_at: when to try again, for a deferred mail.

    Returns:
        False when the delivery is not ours any more; then nothing is written.
    """
    ours = _run(
        session,
        _settling(state),
        its_id=claim.id,
        its_fence=claim.fence,
        attempts=claim.attempts + 1,
        tried_at=now,
        reply=text,
        settled_at=now if state in _SETTLED else None,
        next_try_at=again_at,
    )
    if ours:
        outcome = {"outcome": state, "code": code, "text": text, "ended_at": now}
        if not _run(session, _END_TRY, its_id=claim.id, its_fence=claim.fence, **outcome):
            # Refused before its body went out.
            its = {"delivery_id": claim.id, "fence": claim.fence, "started_at": now}
            _run(session, _TRY, **its, **outcome)
    return ours


def _claim_of(row: DeliveryRow) -> Claim:
    message = Message(
        key=row.key,
        kind=row.kind,
        sender=row.sender,
        recipient=row.recipient,
        subject=row.subject,
        message_id=row.message_id,
        raw=row.raw,
    )
    return Claim(cast("int", row.id), row.fence, row.attempts, row.first_tried_at, message)


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


# What is done for every mail: made once, since making a statement takes longer than running it.
_DELIVERY = SQLModel.metadata.tables["delivery"]
_ATTEMPT = SQLModel.metadata.tables["attempt"]


def _moving(to: DeliveryState, **values: Any) -> Update:
    """Return the change of a claimed delivery to a state, if it is still ours."""
    columns = _DELIVERY.c
    first_tried_at = func.coalesce(
        columns.first_tried_at, bindparam("tried_at", type_=columns.first_tried_at.type)
    )
    return (
        update(_DELIVERY)
        .where(
            columns.id == bindparam("its_id"),
            columns.fence == bindparam("its_fence"),
            columns.state.in_(states_before(to)),
        )
        .values(
            state=to,
            attempts=bindparam("attempts"),
            first_tried_at=first_tried_at,
            lease_until=bindparam("lease_until", None),
            **values,
        )
    )


@cache
def _settling(state: DeliveryState) -> Update:
    next_at = func.coalesce(
        bindparam("next_try_at", type_=_DELIVERY.c.next_at.type), _DELIVERY.c.next_at
    )
    values: dict[str, Any] = {name: bindparam(name) for name in ("reply", "settled_at")}
    return _moving(state, owner="", next_at=next_at, **values)


_BEGIN = _moving(DeliveryState.SENDING)
_TRY = insert(_ATTEMPT)
_END_TRY = (
    update(_ATTEMPT)
    .where(
        _ATTEMPT.c.delivery_id == bindparam("its_id"), _ATTEMPT.c.fence == bindparam("its_fence")
    )
    .values({name: bindparam(name) for name in ("outcome", "code", "text", "ended_at")})
)


def _run(session: Session, statement: Update | Insert, **values: Any) -> bool:
    """Run a statement that concerns one row; False if there was none."""
    return session.connection().execute(statement, values).rowcount == 1
