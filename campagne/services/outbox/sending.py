"""Sends what is due: any number of senders, on any number of machines, from one outbox.

Three short transactions per mail and none open while the network is: claim, mark `sending`,
record. Their statements are in `campagne.services.outbox.claims`. A heartbeat of its own keeps the
claims while a mail takes long, and lets others have the rest when it takes very long.
"""

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campagne.channels import Channel, Connection
from campagne.domain.delivery import DeliveryState, next_attempt
from campagne.errors import ChannelDownError, ChannelError, OutcomeUnknownError
from campagne.services.outbox import claims
from campagne.services.outbox.claims import Claim
from campagne.services.outbox.throttle import Throttle
from campagne.store.database import Database, DatabaseUnavailableError
from campagne.store.direct import DirectConnection

log = logging.getLogger("campagne.delivery")

# Real seconds between two looks of a heartbeat: a few times in each lease.
BEAT_SECONDS = 5.0

NO_LIMIT = Throttle()

_BATCH = 10
_RENEW_AFTER = timedelta(seconds=20)
# A mail that is in hand for so long may be so for ten minutes: the rest of the batch is let go.
_HANGS_AFTER = timedelta(seconds=40)
# Seconds between the tries to store an outcome, five minutes in all. It must be over before the
# limit on `sending` is, after which the outcome is unknown to everyone else.
_PATIENCE = (1, 2, 4, 8, 15, *[30] * 9)


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
    closed: str = field(default="", compare=False, repr=False)  # may name a person: not for logs


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def send_due(
    database: Database,
    channel: Channel,
    now: Callable[[], datetime],
    *,
    owner: str,
    stop: Callable[[], bool] = lambda: False,
    throttle: Throttle = NO_LIMIT,
    beat: float = BEAT_SECONDS,
    pause: Callable[[float], None] = _pause,
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
        throttle: what all senders together may do in a minute; when there is no room, what is
            left waits for a later call.
        beat: real seconds between two looks of the heartbeat at what is claimed.
        pause: waits so many seconds, between two tries to store what became of a mail.

    Raises:
        DatabaseUnavailableError: when an outcome cannot be stored, not even after five minutes of
            trying. Nothing more is sent then; the mail in hand becomes unknown after its time
            limit.
    """
    with database.direct() as outbox:
        return _Sender(database, outbox, channel, now, owner, stop, throttle, pause).run(beat)


def let_go(database: Database, owners: Iterable[str]) -> int:
    """Give back at once what these senders hold and have not begun to send.

    For who stops: a sender that hangs cannot do it itself, and its mails need not wait for the
    end of its lease.

    Returns:
        How many mails.

    Raises:
        DatabaseUnavailableError: when that cannot be stored; the lease ends by itself.
    """
    with database.session() as session:
        return claims.let_go_of_owners(session, owners)


class _Sender:
    def __init__(  # noqa: PLR0917 - what `send_due` was given
        self,
        database: Database,
        outbox: DirectConnection,
        channel: Channel,
        now: Callable[[], datetime],
        owner: str,
        stop: Callable[[], bool],
        throttle: Throttle,
        pause: Callable[[float], None],
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._channel = channel
        self._now = now
        self._owner = owner
        self._stop = stop
        self._throttle = throttle
        self._pause = pause
        # The heartbeat looks at these from its own thread.
        self._lock = threading.Lock()
        self._batch: deque[Claim] = deque()
        self._in_hand: Claim | None = None
        self._in_hand_since = self._renewed_at = now()
        self._done: Counter[DeliveryState] = Counter()
        self._closed = ""

    def run(self, beat: float) -> SendReport:
        self._claim()
        if self._batch:
            with self._heartbeat(beat):
                self._send_all()
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

    def _send_all(self) -> None:
        while self._batch:
            accepted_before = self._done[DeliveryState.ACCEPTED]
            try:
                with self._channel.connect() as connection:
                    self._send_by(connection)
            except ChannelDownError as error:
                self._let_go()
                if self._done[DeliveryState.ACCEPTED] == accepted_before:
                    log.warning(
                        "no mail can leave now (%s); nothing is tried for %d s",
                        _why(error),
                        error.wait.total_seconds(),
                    )
                    with self._database.session() as session:
                        claims.leave_alone(session, self._now() + error.wait)
                    self._closed = str(error)
                    break
                self._claim()

    def _send_by(self, connection: Connection) -> None:
        while claim := self._next():
            self._renew()
            try:
                self._send(connection, claim)
            finally:
                with self._lock:
                    self._in_hand = None
            if not self._batch:
                self._claim()

    def _next(self) -> Claim | None:
        """Take the next mail in hand; None when there is none, or when it is time to stop."""
        if self._batch and self._stop():
            self._let_go()
        with self._lock:
            if not self._batch:  # the heartbeat may have let go of it in the meantime
                return None
            self._in_hand, self._in_hand_since = self._batch.popleft(), self._now()
            return self._in_hand

    def _send(self, connection: Connection, claim: Claim) -> None:
        try:
            with _defects_as(
                ChannelError("Dit bericht kan niet worden verstuurd.", permanent=False)
            ):
                connection.offer(claim.message)
            with self._outbox.transaction():
                ours = claims.begin(self._outbox, claim, self._now())
            if not ours:
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
        """Claim up to ten mails that are due."""
        if self._stop():
            return
        now = self._now()
        if self._throttle.is_set:
            with self._database.session() as session:
                taken = claims.take_with_room(
                    session, now, owner=self._owner, limit=_BATCH, throttle=self._throttle
                )
        else:
            # A claim that is lost with the power of the machine is nobody's any more anyway.
            with self._outbox.transaction(synced=False):
                taken = claims.take(self._outbox, now, owner=self._owner, limit=_BATCH)
        with self._lock:
            self._batch = deque(taken)
            self._renewed_at = now

    @contextmanager
    def _heartbeat(self, seconds: float) -> Iterator[None]:
        """Look after the claims every so many real seconds, whatever a mail is waiting for."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(seconds):
                try:
                    self._let_others_have_the_rest()
                    self._renew()
                except DatabaseUnavailableError as error:
                    log.warning("claims cannot be renewed now: %s", error)

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _renew(self) -> None:
        """Keep the claims of a batch that takes long, also when the clock was put back."""
        now = self._now()
        with self._lock:
            if timedelta() <= now - self._renewed_at < _RENEW_AFTER:
                return
            held = [*self._batch] if self._in_hand is None else [self._in_hand, *self._batch]
            self._renewed_at = now
        if held:
            with self._database.session() as session:
                claims.renew(session, held, now)

    def _let_others_have_the_rest(self) -> None:
        with self._lock:
            slow = self._in_hand if self._now() - self._in_hand_since >= _HANGS_AFTER else None
        if slow is not None and self._batch:
            log.warning("delivery %d takes long; the rest goes to other senders", slow.id)
            self._let_go()

    def _let_go(self) -> None:
        with self._lock:
            held = [*self._batch]
            self._batch.clear()
        if held:
            with self._database.session() as session:
                claims.let_go(session, held)

    def _record_fault(self, claim: Claim, error: ChannelError) -> None:
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
            self._record(claim, DeliveryState.DEFERRED, str(error), error.code, again_at)

    def _record(
        self,
        claim: Claim,
        state: DeliveryState,
        text: str,
        code: int | None = None,
        again_at: datetime | None = None,
    ) -> None:
        """Store the outcome. It cannot be had again, so this waits for a database that is away.

        While more mails follow, `sending` of the next one brings it to the disk too: half the
        waiting for a disk. Only a machine that loses its power in between makes it unknown.
        """
        for seconds in (*_PATIENCE, None):
            try:
                with self._outbox.transaction(synced=not self._batch):
                    ours = claims.settle(
                        self._outbox,
                        claim,
                        state,
                        self._now(),
                        text=text,
                        code=code,
                        again_at=again_at,
                    )
            except DatabaseUnavailableError as error:
                if seconds is None:
                    log.error(  # noqa: TRY400 - the sentence tells all
                        "delivery %d: given up storing that it is %s", claim.id, state.value
                    )
                    raise
                log.error(  # noqa: TRY400 - idem
                    "delivery %d is %s, which cannot be stored yet; again in %d s: %s",
                    claim.id,
                    state.value,
                    seconds,
                    error,
                )
                self._pause(seconds)
            else:
                self._done[state] += ours
                return


def _why(error: ChannelDownError) -> str:
    """Say in English why the way out is closed; names no address, user or password."""
    if error.code is not None:
        return f"the server answered {error.code}"
    match error.__cause__:
        case OSError(errno=int(), strerror=str(said)):
            return said
        case None:
            return "the connection was lost"
        case cause:
            return type(cause).__name__


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
