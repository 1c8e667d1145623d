"""How many mails may be tried in a minute, and for which of those that are due there is room."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import func, union_all
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from campagne.domain.delivery import DeliveryState
from campagne.store.tables import AttemptRow, DeliveryRow

# Mails that are looked at for one batch while there is a limit per domain.
_LOOK = 200


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


def with_room(
    session: Session,
    due: Select[int | None, str],
    now: datetime,
    limit: int,
    throttle: Throttle,
) -> list[int]:
    """Return the ids of mails for which there is room in this minute.

    Args:
        session: a writing session that is alone.
        due: id and recipient of what is due, first comes first.
        now: instant, aware UTC.
        limit: at most this many.
        throttle: what all senders together may do.
    """
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
