"""Who is told that an edition moved, is cancelled, goes on after all, or is sure of its dates.

Only people who had a mail about it: who had none reads the right dates in the first one. What was
told last counts, not how often something changed: two moves before anybody was told are one, and
a move there and back is none.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campagne.domain.dates import Span
from campagne.domain.rota import Edition, EditionStatus


class NoticeKind(StrEnum):
    """What a notice says: other dates, it does not go on, it goes on after all, the dates hold."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    RESUMED = "resumed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that one person was sent; `date_version` is that of the dates in it."""

    kind: NoticeKind
    date_version: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person must be told; `known_version` is that of the dates they know."""

    kind: NoticeKind
    date_version: int
    known_version: int


def decide(
    edition: Edition,
    dates: Mapping[int, Span],
    mailed: Collection[int],
    told: Collection[Told],
    today: date,
    *,
    unsure: bool = False,
) -> Notice | None:
    """Return what one person must be told of an edition, None for nothing.

    Args:
        edition: as it is now.
        dates: its dates in each version.
        mailed: versions of the dates that stood in reminders of this person; the first counts,
            since a reminder gives the dates without saying that they are others.
        told: the notices that this person was sent.
        today: nothing is told of an edition that has ended.
        unsure: the last that this person read called the present dates provisional. What they
            wait with until the dates hold is told to them once.
    """
    if edition.span.last < today or not (mailed or told):
        return None
    if told:
        last = max(told, key=lambda one: (one.date_version, one.kind is NoticeKind.CANCELLED))
        known, knew_it_runs = last.date_version, last.kind is not NoticeKind.CANCELLED
    else:
        known, knew_it_runs = min(mailed), True
    runs = edition.status is not EditionStatus.CANCELLED
    if knew_it_runs and not runs:
        kind = NoticeKind.CANCELLED
    elif runs and not knew_it_runs:
        kind = NoticeKind.RESUMED
    elif runs and dates[known] != edition.span:
        kind = NoticeKind.MOVED
    elif (
        edition.status is EditionStatus.CONFIRMED
        and unsure
        and not any(one.kind is NoticeKind.CONFIRMED for one in told)
    ):
        kind = NoticeKind.CONFIRMED
    else:
        return None
    return Notice(kind, edition.date_version, known)
