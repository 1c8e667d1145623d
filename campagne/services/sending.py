"""Sends what is due: any number of senders, on any number of machines, from one outbox.

Three short transactions per mail and none open while the network is: claim, mark `sending`,
record. A claim carries a number, the fence, that rises with every claim; each later write tests
it, so a sender that slept through its lease can write nothing any more.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import func, tuple_, update
from sqlmodel import Session, col, select

from campagne.channels import Channel, Connection
from campagne.domain.delivery import (
    LEASE,
    SENDING_LIMIT,
    DeliveryState,
    Message,
    MessageKind,
    next_attempt,
    states_before,
)
from campagne.errors import ChannelDownError, ChannelError, OutcomeUnknownError
from campagne.store.database import Database
from campagne.store.tables import AttemptRow, DeliveryRow

log = logging.getLogger("campagne.delivery")

_BATCH = 10
_RENEW_AFTER = timedelta(seconds=20)
_SETTLED = (DeliveryState.ACCEPTED, DeliveryState.FAILED)
_WAITING = (DeliveryState.DUE, DeliveryState.DEFERRED)


@dataclass(frozen=True, slots=True)
class SendReport:
    """What one call of `send_due` did, in mails.

    Attributes:
        closed: a Dutch sentence that says why the way out is closed, empty where it is not.
    """

    accepted: int = 0
    deferred: int = 0
    failed: int = 0
    unknown: int = 0
    closed: str = field(default="", compare=False, repr=False)


def send_due(
    database: Database,
    channel: Channel,
    now: Callable[[], datetime],
    *,
    owner: str,
    stop: Callable[[], bool] = lambda: False,
) -> SendReport:
    """Send every mail that is due; any number of senders may do so at once.

    Broadcasts go last, so that a reminder never waits behind a whole region. A fault of one mail
    stops no other. When the server is gone after it took some mails, a new connection is made;
    when it took none, all mail is left alone for as long as the fault says.

    Args:
        database: where the outbox is.
        channel: the way out.
        now: tells the instant, aware UTC.
        owner: name of this sender, to be seen in the table.
        stop: asked before each mail; when true, what is claimed goes back.

    Raises:
        DatabaseUnavailableError: when an outcome cannot be stored. Nothing more is sent then; the
            mail in hand becomes unknown after its time limit.
    """
    return _Sender(database, channel, now, owner, stop).run()


@dataclass(frozen=True, slots=True)
class _Claim:
    """A delivery that is ours as long as its fence is."""

    id: int
    fence: int
    attempts: int
    first_tried_at: datetime | None
    message: Message


class _Sender:
    def __init__(
        self,
        database: Database,
        channel: Channel,
        now: Callable[[], datetime],
        owner: str,
        stop: Callable[[], bool],
    ) -> None:
        self._database = database
        self._channel = channel
        self._now = now
        self._owner = owner
        self._stop = stop
        self._batch: deque[_Claim] = deque()
        self._renewed_at = now()
        self._done: Counter[DeliveryState] = Counter()
        self._closed = ""

    def run(self) -> SendReport:
        self._claim()
        while self._batch:
            accepted_before = self._done[DeliveryState.ACCEPTED]
            try:
                with self._channel.connect() as connection:
                    self._send_by(connection)
            except ChannelDownError as error:
                self._release()
                if self._done[DeliveryState.ACCEPTED] == accepted_before:
                    log.warning("the way out is closed (%s); waiting %s", error.code, error.wait)
                    self._leave_alone(error.wait)
                    self._closed = str(error)
                    break
                self._claim()
        done = self._done
        report = SendReport(
            accepted=done[DeliveryState.ACCEPTED],
            deferred=done[DeliveryState.DEFERRED],
            failed=done[DeliveryState.FAILED],
            unknown=done[DeliveryState.UNKNOWN],
            closed=self._closed,
        )
        if done:
            log.info("sent: %s", report)
        return report

    def _send_by(self, connection: Connection) -> None:
        while self._batch:
            if self._stop():
                self._release()
                return
            self._renew()
            self._send(connection, self._batch.popleft())
            if not self._batch:
                self._claim()

    def _send(self, connection: Connection, claim: _Claim) -> None:
        try:
            with _defects_as(
                ChannelError("Dit bericht kan niet worden verstuurd.", permanent=False)
            ):
                connection.offer(claim.message)
            if not self._mark_sending(claim):
                return  # withdrawn, or taken over by another sender
            with _defects_as(OutcomeUnknownError("Het versturen brak af.")):
                reply = connection.deliver()
        except ChannelError as error:
            self._record_fault(claim, error)
            if isinstance(error, ChannelDownError):
                raise
        else:
            self._record(claim, DeliveryState.ACCEPTED, reply)

    def _claim(self) -> None:
        """Claim up to ten mails that are due; the same statement on both databases."""
        if self._stop():
            return
        now = self._now()
        is_due = (col(DeliveryRow.state).in_(_WAITING), col(DeliveryRow.next_at) <= now)
        last = col(DeliveryRow.kind) == MessageKind.BROADCAST
        # A CTE, because PostgreSQL may run a plain subquery again for every row, and then its LIMIT
        # holds for each run and not for the batch.
        chosen = (
            select(col(DeliveryRow.id))
            .where(*is_due)
            .order_by(last, col(DeliveryRow.next_at), col(DeliveryRow.id))
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
            .cte("chosen")
        )
        statement = (
            update(DeliveryRow)
            .where(col(DeliveryRow.id).in_(select(chosen.c.id)), *is_due)
            .values(
                state=DeliveryState.CLAIMED,
                owner=self._owner,
                fence=col(DeliveryRow.fence) + 1,
                lease_until=now + LEASE,
            )
            .returning(DeliveryRow)
            .execution_options(synchronize_session=False)
        )
        with self._database.session() as session:
            rows = list(session.exec(statement).scalars())
        rows.sort(key=lambda row: (row.kind is MessageKind.BROADCAST, row.next_at, row.id or 0))
        self._batch = deque(_claim_of(row) for row in rows)
        self._renewed_at = now

    def _renew(self) -> None:
        """Keep the claims of a batch that takes long."""
        now = self._now()
        if now - self._renewed_at >= _RENEW_AFTER:
            self._update_batch(lease_until=now + LEASE)
            self._renewed_at = now

    def _release(self) -> None:
        if self._batch:
            self._update_batch(state=DeliveryState.DUE, owner="", lease_until=None)
            self._batch.clear()

    def _update_batch(self, **values: Any) -> None:
        ours = [(claim.id, claim.fence) for claim in self._batch]
        with self._database.session() as session:
            session.exec(
                update(DeliveryRow)
                .where(
                    tuple_(col(DeliveryRow.id), col(DeliveryRow.fence)).in_(ours),
                    col(DeliveryRow.state) == DeliveryState.CLAIMED,
                )
                .values(**values)
            )

    def _leave_alone(self, wait: timedelta) -> None:
        """Let the whole outbox wait for the server; no mail is blamed for it.

        Stored with the mails, so that all senders leave the server alone.
        """
        until = self._now() + wait
        with self._database.session() as session:
            session.exec(
                update(DeliveryRow)
                .where(col(DeliveryRow.state).in_(_WAITING), col(DeliveryRow.next_at) < until)
                .values(next_at=until)
            )

    def _mark_sending(self, claim: _Claim) -> bool:
        """Store that the body goes out now, if the delivery is still ours."""
        now = self._now()
        with self._database.session() as session:
            ours = _move(
                session,
                claim,
                DeliveryState.SENDING,
                attempts=claim.attempts + 1,
                first_tried_at=func.coalesce(col(DeliveryRow.first_tried_at), now),
                lease_until=now + SENDING_LIMIT,
            )
            if ours:
                session.add(AttemptRow(delivery_id=claim.id, fence=claim.fence, started_at=now))
        return ours

    def _record_fault(self, claim: _Claim, error: ChannelError) -> None:
        now = self._now()
        attempts, first = claim.attempts + 1, claim.first_tried_at or now
        # Spread over the wait by the golden ratio: even, and the same when it is done again.
        again_at = next_attempt(attempts, first, now, jitter=claim.id * 0.618 % 1)
        if isinstance(error, OutcomeUnknownError):
            self._record(claim, DeliveryState.UNKNOWN, str(error), error.code)
            log.error("delivery %d: no answer, outcome unknown", claim.id)
        elif error.permanent or again_at is None:
            self._record(claim, DeliveryState.FAILED, str(error), error.code)
            log.warning("delivery %d: failed (%s)", claim.id, error.code)
        else:
            self._record(claim, DeliveryState.DEFERRED, str(error), error.code, next_at=again_at)

    def _record(
        self,
        claim: _Claim,
        state: DeliveryState,
        text: str,
        code: int | None = None,
        **values: Any,
    ) -> None:
        """Store the outcome. A late answer still counts, unless the mail was claimed anew."""
        now = self._now()
        with self._database.session() as session:
            ours = _move(
                session,
                claim,
                state,
                reply=text,
                owner="",
                lease_until=None,
                attempts=claim.attempts + 1,
                first_tried_at=func.coalesce(col(DeliveryRow.first_tried_at), now),
                settled_at=now if state in _SETTLED else None,
                **values,
            )
            if ours:
                _end_attempt(session, claim, now, outcome=state, code=code, text=text)
                self._done[state] += 1


def _claim_of(row: DeliveryRow) -> _Claim:
    message = Message(
        key=row.key,
        kind=row.kind,
        sender=row.sender,
        recipient=row.recipient,
        subject=row.subject,
        message_id=row.message_id,
        raw=row.raw,
    )
    return _Claim(cast("int", row.id), row.fence, row.attempts, row.first_tried_at, message)


@contextmanager
def _defects_as(fault: ChannelError) -> Iterator[None]:
    """Turn a defect that one mail brings to light into a fault of that mail: others go on."""
    try:
        yield
    except ChannelError:
        raise
    except Exception as error:
        # Its name only: the text of a defect may hold an address or a body.
        log.error("a mail cannot be handed over: %s", type(error).__name__)  # noqa: TRY400
        raise fault from error


def _move(session: Session, claim: _Claim, to: DeliveryState, **values: Any) -> bool:
    """Change the state of a claimed delivery; False, and nothing written, if it is not ours."""
    moved = session.exec(
        update(DeliveryRow)
        .where(
            col(DeliveryRow.id) == claim.id,
            col(DeliveryRow.fence) == claim.fence,
            col(DeliveryRow.state).in_(states_before(to)),
        )
        .values(state=to, **values)
    )
    return moved.rowcount == 1


def _end_attempt(session: Session, claim: _Claim, now: datetime, **values: Any) -> None:
    ended = session.exec(
        update(AttemptRow)
        .where(col(AttemptRow.delivery_id) == claim.id, col(AttemptRow.fence) == claim.fence)
        .values(ended_at=now, **values)
    )
    if not ended.rowcount:  # refused before its body went out
        session.add(
            AttemptRow(
                delivery_id=claim.id, fence=claim.fence, started_at=now, ended_at=now, **values
            )
        )
