"""Wiping what old mails say, and to whom: that they went, when and with what outcome stays.

The GDPR asks to keep personal data no longer than they are needed (article 5, 1e). A mail is
needed until its campaign has been looked back on, and to tell what a server says of it. What a year
came to stands in tables of its own, of which the archive of that year is made.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, not_, or_, select, update
from sqlmodel import Session, col

from campagne.domain.delivery import DeliveryState
from campagne.domain.words import word
from campagne.store import blobs
from campagne.store.database import Database
from campagne.store.tables import (
    AttemptRow,
    BounceRow,
    BroadcastRow,
    DeliveryRow,
    EditionRow,
    EvaluationQuestionRow,
    HandoverRow,
    MaterialNoticeRow,
    NoticeRow,
    PausedAddressRow,
    PlanMailRow,
    ReminderRow,
)

log = logging.getLogger("campagne.retention")

DAYS = 400
ADDRESS = "gewist@gewist.invalid"
_WHY = "Adres, onderwerp en tekst zijn gewist: de mail is oud."
_AT_ONCE = 50  # mails in one transaction, so that others need not wait
# Nothing becomes of these any more, unless a person wants it so.
OVER = frozenset(
    {
        DeliveryState.ACCEPTED,
        DeliveryState.BOUNCED,
        DeliveryState.FAILED,
        DeliveryState.CANCELLED,
    }
)
# What says of which edition a mail is, where the mail itself does not.
_OF_AN_EDITION = (
    ReminderRow,
    NoticeRow,
    HandoverRow,
    MaterialNoticeRow,
    EvaluationQuestionRow,
)
_NOT_OVER = tuple(one for one in DeliveryState if one not in OVER)


def wipe_old(database: Database, *, days: int, now: datetime, today: date) -> int:
    """Wipe the mails whose time is over, in short transactions; safe to repeat.

    Args:
        database: where they are.
        days: how long a mail is kept after it was settled, or was to go where nobody knows what
            became of it, and after the last day of each edition that it is about.
        now: instant, aware UTC.
        today: the day.

    Returns:
        How many were wiped.
    """
    total = 0
    while True:
        with database.session() as session:
            wiped = _wipe(session, now - timedelta(days=days), today - timedelta(days=days), today)
        total += wiped
        if wiped < _AT_ONCE:
            break
    if total:
        log.info("%d mails wiped: they are older than %d days", total, days)
    return total


def _wipe(session: Session, before: datetime, ended_by: date, today: date) -> int:
    """Wipe some mails that were settled before an instant, and are about nothing after a day.

    Also those of which nobody found out in all that time what became of them.
    """
    its = DeliveryRow
    total = 0
    for since, state in (
        # Said the other way round SQLite would begin with every mail that ever arrived.
        (col(its.settled_at), col(its.state).not_in(_NOT_OVER)),
        (col(its.next_at), col(its.state) == DeliveryState.UNKNOWN),
    ):
        rows = session.scalars(
            select(its)
            .where(
                col(its.wiped_on).is_(None), since < before, state, not_(_is_about_later(ended_by))
            )
            .order_by(since)
            .limit(_AT_ONCE)
        ).all()
        wipe(session, rows, today=today)
        total += len(rows)
    return total


def wipe(session: Session, rows: Sequence[DeliveryRow], *, today: date, why: str = _WHY) -> None:
    """Wipe mails, with their files where no other one has them.

    Args:
        session: a writing session.
        rows: mails of which nothing becomes any more: in a state of `OVER`, or long unknown.
        today: the day.
        why: a Dutch sentence for who looks at the mail later.
    """
    tails = {row.mail.tail for row in rows if row.mail.tail}
    for row in rows:
        row.digest = _digest(row)
        row.recipient, row.reply, row.wiped_on = ADDRESS, why, today
        row.subject = word(row.kind).capitalize()
        row.mail.raw, row.mail.tail, row.mail.blob = b"", None, None
    session.flush()
    blobs.forget(session, tails)
    ids = [row.id for row in rows]
    session.execute(update(AttemptRow).where(col(AttemptRow.delivery_id).in_(ids)).values(text=""))
    # Why an address gets no mail is told as long as it gets none.
    session.execute(
        update(BounceRow)
        .where(
            col(BounceRow.delivery_id).in_(ids),
            col(BounceRow.id).not_in(select(col(PausedAddressRow.bounce_id))),
        )
        .values(recipient=ADDRESS, text="")
    )


def _digest(row: DeliveryRow) -> str:
    """Return the SHA-256 of the bytes of a mail; of files that come behind it in pieces."""
    found = hashlib.sha256(row.mail.raw)
    if row.mail.blob is not None:
        found.update(row.mail.blob.content)
    return found.hexdigest()


def _is_about_later(day: date) -> ColumnElement[bool]:
    """Return the condition that a mail, or that of which it is the copy, is about a later day."""
    row = DeliveryRow
    original = func.coalesce(col(row.copy_of), col(row.id))
    later = select(col(EditionRow.key)).where(col(EditionRow.last) > day)
    return or_(
        exists().where(col(EditionRow.key) == col(row.edition_key), col(EditionRow.last) > day),
        *(
            exists().where(col(about.delivery_id) == original, col(about.edition_key).in_(later))
            for about in _OF_AN_EDITION
        ),
        exists().where(col(PlanMailRow.delivery_id) == original, col(PlanMailRow.year) >= day.year),
        exists().where(
            col(BroadcastRow.id) == col(row.broadcast_id), col(BroadcastRow.edition_key).in_(later)
        ),
    )
