"""Change notices: who had a mail about an edition that moved, or is cancelled, is told so once.

Who read that its dates were provisional is told once that they hold.

Decided in the transaction of the change; `notice_mails` makes the mails in the next round. A notice
that still waits when something changes again is taken back.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, insert, or_, select, union, update
from sqlmodel import Session, col

from campagne.domain.delivery import DeliveryState, states_before
from campagne.domain.notices import Notice, NoticeKind, Told, decide
from campagne.domain.preferences import EVERYTHING
from campagne.domain.reminders import ReminderState
from campagne.domain.rota import Edition, EditionStatus
from campagne.services.outbox import delivery
from campagne.services.planning import notice_facts
from campagne.store import queries
from campagne.store.tables import (
    ContactRow,
    DeliveryRow,
    EditionDatesRow,
    EditionRow,
    NoticeRow,
)

log = logging.getLogger("campagne.notices")

_CHANGED = "Ingetrokken: de campagne of de ontvanger is veranderd."
_REFUSED = (DeliveryState.FAILED, DeliveryState.BOUNCED)


def keep_dates(session: Session) -> None:
    """Keep the dates of every edition whose present version of them is not kept yet."""
    kept = exists().where(
        col(EditionDatesRow.edition_key) == col(EditionRow.key),
        col(EditionDatesRow.date_version) == col(EditionRow.date_version),
    )
    present = select(
        col(EditionRow.key),
        col(EditionRow.date_version),
        col(EditionRow.first),
        col(EditionRow.last),
    ).where(~kept)
    session.execute(
        insert(EditionDatesRow).from_select(
            ["edition_key", "date_version", "first", "last"], present
        )
    )


def replan(
    session: Session, *, now: datetime, today: date, editions: Collection[str] | None = None
) -> None:
    """Decide who must be told what; call it after `reminders.replan`, which takes mails back.

    Args:
        session: a writing session.
        now: the instant, aware UTC.
        today: nothing is told of editions that have ended.
        editions: keys of the editions that changed; None for all.
    """
    sure = notice_facts.confirmed(session, today)
    changed = [
        one
        for one in queries.editions(session, keys=editions)
        if one.date_version > 1 or one.status is EditionStatus.CANCELLED or one.key in sure
    ]
    if not changed:
        return
    keys = [one.key for one in changed]
    wants = queries.preferences(session)
    addresses = {
        one.key: one.email
        for one in queries.contacts(session)
        if not one.paused and wants.get(one.key, EVERYTHING).reminders
    }
    stored = _stored(session, keys)
    wanted = _wanted(session, changed, stored, today, addresses, sure)
    wrong = {
        one.delivery_id
        for one in stored
        if one.waits
        and (one.outdated or one.key not in wanted or addresses[one.contact] != one.recipient)
    }
    free = delivery.cancel(
        session, sorted(key for key in wrong if key is not None), now=now, why=_CHANGED
    )
    # Another address to try. Where it was refused and nothing changed, it is not tried again.
    other_way = [
        one.id
        for one in stored
        if one.refused and one.key in wanted and addresses[one.contact] != one.recipient
    ]
    # What was heard perhaps and is not so any more counts as told.
    heard = [one.id for one in stored if one.perhaps and one.key not in wanted]
    # The other notices in a mail that was taken back are planned again too.
    session.execute(
        update(NoticeRow)
        .where(
            col(NoticeRow.state) == ReminderState.QUEUED,
            or_(col(NoticeRow.delivery_id).in_(free), col(NoticeRow.id).in_(other_way)),
            col(NoticeRow.id).not_in(heard),
        )
        .values(state=ReminderState.PLANNED, recalled=col(NoticeRow.recalled) + 1, delivery_id=None)
    )
    for one in stored:
        notice = wanted.get(one.key)
        values: dict[str, object] = {"state": ReminderState.WITHDRAWN}
        if notice is not None:
            values = {"state": ReminderState.PLANNED, "known_version": notice.known_version}
        # One that is over stays so: a clock that ran ahead may come back.
        if notice is not None or one.state is not ReminderState.EXPIRED:
            session.execute(
                update(NoticeRow)
                .where(col(NoticeRow.id) == one.id, col(NoticeRow.state) != ReminderState.QUEUED)
                .values(values)
            )
    known = {one.key for one in stored}
    for key, notice in wanted.items():
        if key not in known:
            session.add(
                NoticeRow(
                    edition_key=key.edition,
                    contact_key=key.contact,
                    kind=notice.kind,
                    date_version=notice.date_version,
                    known_version=notice.known_version,
                    state=ReminderState.PLANNED,
                )
            )
    session.flush()


def expire(session: Session, *, today: date, dropped: Sequence[int]) -> None:
    """Drop the notices that waited until their edition was over.

    Args:
        session: a writing session.
        today: the day.
        dropped: deliveries that were taken out of the outbox since their last useful day passed.
    """
    over = select(col(EditionRow.key)).where(col(EditionRow.last) < today)
    late = session.scalars(
        update(NoticeRow)
        .where(col(NoticeRow.state) == ReminderState.PLANNED, col(NoticeRow.edition_key).in_(over))
        .values(state=ReminderState.EXPIRED)
        .returning(col(NoticeRow.id))
    ).all()
    if late:
        log.warning("notices dropped, their edition is over: %s", sorted(map(str, late)))
    session.execute(
        update(NoticeRow)
        .where(
            col(NoticeRow.delivery_id).in_(dropped), col(NoticeRow.state) == ReminderState.QUEUED
        )
        .values(state=ReminderState.EXPIRED, recalled=col(NoticeRow.recalled) + 1)
    )


def refresh(session: Session, *, now: datetime, today: date) -> None:
    """Decide anew what may have become otherwise: call it before `notice_mails.queue_due`.

    What still waits to be put in the outbox; what a clock that ran ahead dropped; and a mail that
    was on its way when something changed, and that the server then put off.
    """
    open_ones = (
        select(col(NoticeRow.edition_key))
        .join(EditionRow, col(EditionRow.key) == col(NoticeRow.edition_key))
        .where(
            col(NoticeRow.state).in_((ReminderState.PLANNED, ReminderState.EXPIRED)),
            col(EditionRow.last) >= today,
        )
    )
    outdated = (
        select(col(NoticeRow.edition_key))
        .join(DeliveryRow, col(DeliveryRow.id) == col(NoticeRow.delivery_id))
        .join(EditionRow, col(EditionRow.key) == col(NoticeRow.edition_key))
        .join(ContactRow, col(ContactRow.key) == col(NoticeRow.contact_key))
        .where(
            col(DeliveryRow.state).in_((DeliveryState.DUE, DeliveryState.DEFERRED)),
            or_(
                col(EditionRow.sequence) != col(NoticeRow.sequence),
                col(ContactRow.email) != col(DeliveryRow.recipient),
                queries.may_be_unwanted(col(NoticeRow.contact_key)),
            ),
        )
    )
    if editions := session.scalars(union(open_ones, outdated)).all():
        replan(session, now=now, today=today, editions=editions)


class _Key(NamedTuple):
    """The unique key of a notice."""

    edition: str
    contact: str
    kind: NoticeKind
    date_version: int


@dataclass(frozen=True, slots=True)
class _Stored:
    """A notice as it is stored.

    Attributes:
        mail: where its mail stands; None while it has none.
        outdated: that mail says of the edition what is not so now.
        perhaps: nobody heard once whether it was taken.
        made_at: instant at which that mail was made, aware UTC.
    """

    id: int
    key: _Key
    state: ReminderState
    delivery_id: int | None
    recipient: str | None
    mail: DeliveryState | None
    outdated: bool
    perhaps: bool
    made_at: datetime | None

    @property
    def waits(self) -> bool:
        """True when its mail can still be taken back."""
        return self.mail in states_before(DeliveryState.CANCELLED)

    @property
    def refused(self) -> bool:
        """True when its mail did not arrive and waits no more."""
        return self.mail in _REFUSED

    @property
    def contact(self) -> str:
        """Who it is for."""
        return self.key.contact


def _wanted(  # noqa: PLR0917 - all that it is decided from
    session: Session,
    editions: Sequence[Edition],
    stored: Sequence[_Stored],
    today: date,
    people: Collection[str],
    sure: Mapping[str, datetime],
) -> dict[_Key, Notice]:
    """Return the notices that must still go out.

    `people` are those who get mail at all, `sure` says when the dates of editions were confirmed.
    """
    keys = [one.key for one in editions]
    mailed, spans = notice_facts.mailed(session, keys), notice_facts.dates(session, keys)
    last_read = {place: max(versions.values()) for place, versions in mailed.items()}
    told: dict[tuple[str, str], list[Told]] = defaultdict(list)
    perhaps: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in stored:
        if one.state is ReminderState.QUEUED and not one.refused and (one.perhaps or not one.waits):
            heard, place = perhaps if one.waits else told, (one.key.edition, one.contact)
            heard[place].append(Told(one.key.kind, one.key.date_version))
            if one.made_at is not None:
                last_read[place] = max(one.made_at, last_read.get(place, one.made_at))
    by_key = {one.key: one for one in editions}
    wanted: dict[_Key, Notice] = {}
    for place in {*mailed, *told, *perhaps}:
        key, person = place
        versions, heard_of = mailed.get(place, ()), told.get(place, [])
        unsure = key in sure and place in last_read and last_read[place] < sure[key]
        notice = decide(by_key[key], spans[key], versions, heard_of, today, unsure=unsure)
        maybe = perhaps.get(place, [])
        # One that may have arrived and is still right goes once more; one that is not was heard.
        if maybe and (notice is None or Told(notice.kind, notice.date_version) not in maybe):
            heard_of = [*heard_of, *maybe]
            notice = decide(by_key[key], spans[key], versions, heard_of, today, unsure=unsure)
        if notice is not None and person in people:
            wanted[_Key(key, person, notice.kind, notice.date_version)] = notice
    return wanted


def _stored(session: Session, editions: Sequence[str]) -> list[_Stored]:
    rows = session.execute(
        select(
            col(NoticeRow.id),
            col(NoticeRow.edition_key),
            col(NoticeRow.contact_key),
            col(NoticeRow.kind),
            col(NoticeRow.date_version),
            col(NoticeRow.state),
            col(NoticeRow.delivery_id),
            col(DeliveryRow.recipient),
            col(DeliveryRow.state),
            col(EditionRow.sequence) != col(NoticeRow.sequence),
            notice_facts.once_unknown(),
            col(DeliveryRow.created_at),
        )
        .join(EditionRow, col(EditionRow.key) == col(NoticeRow.edition_key))
        .outerjoin(DeliveryRow, col(DeliveryRow.id) == col(NoticeRow.delivery_id))
        .where(col(NoticeRow.edition_key).in_(editions))
    )
    return [
        _Stored(
            id=row[0],
            key=_Key(*row[1:5]),
            state=row[5],
            delivery_id=row[6],
            recipient=row[7],
            mail=row[8],
            outdated=bool(row[9]),
            perhaps=row[10],
            made_at=row[11],
        )
        for row in rows
    ]


def also_for(session: Session, contact: str, editions: Sequence[str]) -> set[tuple[str, str, int]]:
    """Return (edition, kind, date version) of what a contact was told, or is about to be."""
    has = (ReminderState.PLANNED, ReminderState.QUEUED)
    return {
        (one.key.edition, one.key.kind, one.key.date_version)
        for one in _stored(session, editions)
        if one.contact == contact and one.state in has
    }
