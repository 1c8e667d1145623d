"""What came of it all: the outbox beside what the mail server has on disk."""

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import col, select

from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.store.database import Database
from campagne.store.tables import AttemptRow, DeliveryRow


@dataclass(frozen=True)
class Copy:
    """A mail that the server took."""

    to: str
    id: str
    hash: str
    answered: bool


def copies_in(taken: Path) -> list[Copy]:
    """Read what the server took."""
    return [Copy(**json.loads(line)) for line in taken.read_text("ascii").splitlines()]


@dataclass
class Verdict:
    """Counts of mails; each list holds the numbers of deliveries, and is empty when all is well.

    Attributes:
        copies: mails that the server took.
        swallowed: of these, those that it took and of which it never told.
        unknown: mails of which the service says that it does not know.
        unknown_arrived: of these, those that did arrive.
        resent: mails that arrived twice, with the same bytes.
        states: mails by state.
        lost: said to be sent but never taken, or given up without reason, or not settled.
        forbidden: taken though refused or held, with other bytes, or more often than allowed.
        unseen: taken twice while no try of it is on record as unknown.
        doubled_under_hold: broadcasts that were taken twice.
    """

    copies: int = 0
    swallowed: int = 0
    unknown: int = 0
    unknown_arrived: int = 0
    resent: int = 0
    states: Counter[str] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    forbidden: list[int] = field(default_factory=list)
    unseen: list[int] = field(default_factory=list)
    doubled_under_hold: list[int] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """True when the promise was kept."""
        return not (self.lost or self.forbidden or self.unseen or self.doubled_under_hold)


def judge(database: Database, copies: list[Copy]) -> Verdict:
    """Hold the outbox against what was taken."""
    by_id: dict[str, list[Copy]] = defaultdict(list)
    for copy in copies:
        by_id[copy.id].append(copy)
    with database.read() as session:
        rows = session.exec(select(DeliveryRow).order_by(col(DeliveryRow.id))).all()
        unheard = Counter(
            session.exec(
                select(col(AttemptRow.delivery_id)).where(
                    col(AttemptRow.outcome) == DeliveryState.UNKNOWN
                )
            )
        )
    verdict = Verdict(copies=len(copies), swallowed=sum(not copy.answered for copy in copies))
    if not {row.message_id for row in rows} >= by_id.keys():
        verdict.forbidden.append(0)  # a mail that nobody asked for
    for row in rows:
        _judge_one(verdict, row, by_id[row.message_id], unheard[row.id or 0])
    return verdict


def _judge_one(verdict: Verdict, row: DeliveryRow, taken: list[Copy], unheard: int) -> None:
    number = row.id or 0
    verdict.states[row.state] += 1
    may_go = not row.recipient.startswith("weg") and row.state is not DeliveryState.HELD
    if row.state is DeliveryState.UNKNOWN:
        verdict.unknown += 1
        verdict.unknown_arrived += bool(taken)
    told = {
        DeliveryState.ACCEPTED: bool(taken),
        DeliveryState.UNKNOWN: unheard > 0,
        DeliveryState.FAILED: not may_go,
        DeliveryState.HELD: not taken,
    }
    if not told.get(row.state, False):
        verdict.lost.append(number)
    ours = Copy(row.recipient, row.message_id, hashlib.sha256(row.raw).hexdigest(), answered=True)
    same = all((one.to, one.hash) == (ours.to, ours.hash) for one in taken)
    if not same or len(taken) > 2 or (taken and not may_go):
        verdict.forbidden.append(number)
    if len(taken) > 1:
        verdict.resent += 1
        if not unheard:
            verdict.unseen.append(number)
        if row.kind is MessageKind.BROADCAST:
            verdict.doubled_under_hold.append(number)
