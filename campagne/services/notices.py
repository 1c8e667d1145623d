"""Change notices: who had a mail about an edition that moved, or is cancelled, is told so once.

Decided in the transaction of the change, rendered and frozen in the next round; one mail per
person. A notice that still waits when something changes again is taken back.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import exists, insert, or_, select, update
from sqlmodel import Session, col

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState, Message, MessageKind, states_before
from campagne.domain.notices import Notice, NoticeKind, Told, decide
from campagne.domain.preferences import EVERYTHING
from campagne.domain.reminders import ReminderState
from campagne.domain.rota import Edition, EditionStatus
from campagne.messages import ChangeLine, Mails, NoticeContext
from campagne.services import delivery
from campagne.services.access import Links
from campagne.services.personal_mails import QueueReport, first_people, mail_key, queue_each
from campagne.store import queries
from campagne.store.tables import (
    AttemptRow,
    DeliveryRow,
    EditionDatesRow,
    EditionRow,
    NoticeRow,
    ReminderRow,
)

log = logging.getLogger("campagne.notices")

_CHANGED = "Ingetrokken: de campagne of de ontvanger is veranderd."
_MAY_HAVE_ARRIVED = (DeliveryState.SENDING, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)


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
    changed = [
        one
        for one in queries.editions(session, keys=editions)
        if one.date_version > 1 or one.status is EditionStatus.CANCELLED
    ]
    if not changed:
        return
    keys = [one.key for one in changed]
    wants = queries.preferences(session)
    addresses = {
        one.key: one.email
        for one in queries.contacts(session)
        if wants.get(one.key, EVERYTHING).reminders
    }
    stored = _stored(session, keys)
    wanted = _wanted(session, changed, stored, today, addresses)
    wrong = {
        one.delivery_id
        for one in stored
        if one.waits
        and (one.outdated or one.key not in wanted or addresses[one.contact] != one.recipient)
    }
    free = delivery.cancel(
        session, sorted(key for key in wrong if key is not None), now=now, why=_CHANGED
    )
    # The other notices in such a mail are planned again too.
    session.execute(
        update(NoticeRow)
        .where(col(NoticeRow.delivery_id).in_(free))
        .values(state=ReminderState.PLANNED, recalled=col(NoticeRow.recalled) + 1, delivery_id=None)
    )
    for one in stored:
        state = ReminderState.PLANNED if one.key in wanted else ReminderState.WITHDRAWN
        if one.state is not state or one.delivery_id in free:
            session.execute(
                update(NoticeRow)
                .where(col(NoticeRow.id) == one.id, col(NoticeRow.state) != ReminderState.QUEUED)
                .values(state=state)
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
        waits: its mail can still be taken back.
        outdated: that mail says of the edition what is not so now.
    """

    id: int
    key: _Key
    state: ReminderState
    delivery_id: int | None
    recipient: str | None
    waits: bool
    outdated: bool

    @property
    def contact(self) -> str:
        """Who it is for."""
        return self.key.contact


def _wanted(
    session: Session,
    editions: Sequence[Edition],
    stored: Sequence[_Stored],
    today: date,
    people: Collection[str],
) -> dict[_Key, Notice]:
    """Return the notices that must still go out; people are those who get mail at all."""
    told: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in stored:
        if one.state is ReminderState.QUEUED and not one.waits:
            told[one.key.edition, one.contact].append(Told(one.key.kind, one.key.date_version))
    keys = [one.key for one in editions]
    mailed, dates = _mailed(session, keys), _dates(session, keys)
    by_key = {one.key: one for one in editions}
    wanted: dict[_Key, Notice] = {}
    for place in {*mailed, *told}:
        key, person = place
        notice = decide(by_key[key], dates[key], mailed.get(place, ()), told.get(place, ()), today)
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
        )
        .join(EditionRow, col(EditionRow.key) == col(NoticeRow.edition_key))
        .outerjoin(DeliveryRow, col(DeliveryRow.id) == col(NoticeRow.delivery_id))
        .where(col(NoticeRow.edition_key).in_(editions))
    )
    waiting = states_before(DeliveryState.CANCELLED)
    return [
        _Stored(row[0], _Key(*row[1:5]), row[5], row[6], row[7], row[8] in waiting, bool(row[9]))
        for row in rows
    ]


def _mailed(session: Session, editions: Sequence[str]) -> dict[tuple[str, str], set[int]]:
    """Return which versions of the dates stood in a reminder that a person may have."""
    once_unknown = exists().where(
        col(AttemptRow.delivery_id) == col(DeliveryRow.id),
        col(AttemptRow.outcome) == DeliveryState.UNKNOWN,
    )
    rows = session.execute(
        select(
            col(ReminderRow.edition_key),
            col(ReminderRow.contact_key),
            col(ReminderRow.date_version),
        )
        .join(DeliveryRow, col(DeliveryRow.id) == col(ReminderRow.delivery_id))
        .where(
            col(ReminderRow.edition_key).in_(editions),
            or_(col(DeliveryRow.state).in_(_MAY_HAVE_ARRIVED), once_unknown),
        )
        .distinct()
    )
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for edition, contact, version in rows:
        found[edition, contact].add(version)
    return found


def _dates(session: Session, editions: Sequence[str]) -> dict[str, dict[int, Span]]:
    rows = session.execute(
        select(
            col(EditionDatesRow.edition_key),
            col(EditionDatesRow.date_version),
            col(EditionDatesRow.first),
            col(EditionDatesRow.last),
        ).where(col(EditionDatesRow.edition_key).in_(editions))
    )
    found: dict[str, dict[int, Span]] = defaultdict(dict)
    for edition, version, first, last in rows:
        found[edition][version] = Span(first, last)
    return found


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    people: int = 25,
    skip: Collection[str] = (),
) -> QueueReport:
    """Render and freeze the notices that wait, one mail per person, in the outbox.

    Args and return value: as `reminder_mails.queue_due`; a notice counts as no reminder.
    """
    _expire(session, today)
    waiting = _waiting(session, people, skip)
    if not waiting:
        return QueueReport()
    keys = {row.edition_key for rows in waiting.values() for row in rows}
    editions = {one.key: one for one in queries.editions(session, keys=keys)}
    dates = _dates(session, sorted(keys))
    campaigns = queries.campaigns(session)
    contacts = {one.key: one for one in queries.contacts(session)}

    def make(contact_key: str, rows: Sequence[NoticeRow]) -> Message:
        contact = contacts[contact_key]
        ordered = sorted(
            rows, key=lambda row: (editions[row.edition_key].span.first, row.edition_key)
        )
        changes = tuple(
            _change(
                row,
                editions[row.edition_key],
                campaigns[editions[row.edition_key].campaign].name,
                dates[row.edition_key][row.known_version],
                links,
            )
            for row in ordered
        )
        return mails.compose(
            "wijziging",
            NoticeContext(name=contact.name, changes=changes, subscribe_url=links.subscribe()),
            kind=MessageKind.NOTICE,
            key=mail_key("wijziging", contact_key, map(_content, rows)),
            recipient=contact.email,
            recipient_name=contact.name,
            date=now,
        )

    def settle(rows: Sequence[NoticeRow], delivery_id: int) -> None:
        session.execute(
            update(NoticeRow)
            .where(col(NoticeRow.id).in_([row.id for row in rows]))
            .values(
                state=ReminderState.QUEUED,
                delivery_id=delivery_id,
                sequence=queries.sequence_of(col(NoticeRow.edition_key)),
            )
        )

    report = queue_each(
        session,
        waiting,
        make=make,
        useful_until=lambda rows: max(editions[row.edition_key].span.last for row in rows),
        settle=settle,
        now=now,
    )
    return replace(report, reminders=0)


def _expire(session: Session, today: date) -> None:
    """Drop the notices that waited until their edition was over."""
    over = select(col(EditionRow.key)).where(col(EditionRow.last) < today)
    dropped = session.scalars(
        update(NoticeRow)
        .where(col(NoticeRow.state) == ReminderState.PLANNED, col(NoticeRow.edition_key).in_(over))
        .values(state=ReminderState.EXPIRED)
        .returning(col(NoticeRow.id))
    ).all()
    if dropped:
        log.warning("notices dropped, their edition is over: %s", sorted(map(str, dropped)))


def _waiting(session: Session, people: int, skip: Collection[str]) -> dict[str, list[NoticeRow]]:
    is_waiting = (
        col(NoticeRow.state) == ReminderState.PLANNED,
        col(NoticeRow.contact_key).not_in(skip),
    )
    first = first_people(session, col(NoticeRow.contact_key), is_waiting, people)
    if not first:
        return {}
    rows = session.scalars(
        select(NoticeRow)
        .where(*is_waiting, col(NoticeRow.contact_key).in_(first))
        .order_by(col(NoticeRow.contact_key), col(NoticeRow.id))
    )
    return {key: list(group) for key, group in groupby(rows, lambda row: row.contact_key)}


def _change(row: NoticeRow, edition: Edition, name: str, known: Span, links: Links) -> ChangeLine:
    return ChangeLine(
        kind=row.kind.value,
        name=name,
        old=dutch.period(known),
        new=dutch.period(edition.span),
        provisional=edition.status is EditionStatus.PROVISIONAL,
        url=links.edition(edition.key),
    )


def _content(row: NoticeRow) -> str:
    return f"{row.edition_key}/{row.kind.value}/{row.date_version}/{row.recalled}"
