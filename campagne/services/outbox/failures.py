"""Mails that did not arrive and that nobody was told of: what was in them, who must hear of it."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, literal, or_, select
from sqlmodel import Session, col

from campagne.domain import replies
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.regions import Municipality, Region
from campagne.domain.reminders import ReminderState
from campagne.domain.responsibility import administrators, centre_contacts, tell_of_mail
from campagne.domain.rota import Edition, RotaEntry
from campagne.store import queries
from campagne.store.tables import (
    AttemptRow,
    BounceRow,
    BroadcastRow,
    ContactRow,
    DeliveryPlaceRow,
    DeliveryRow,
    NoticeRow,
    PausedAddressRow,
    ReminderRow,
)

log = logging.getLogger("campagne.reports")

# What is older is no news: after an upgrade nobody gets a mail about last year.
_NEWS = timedelta(days=30)
_MOST = 500  # mails in one look; the rest follows


class Failure(NamedTuple):
    """A mail that did not arrive, as it is stored; `attempts` counts the tries."""

    id: int
    kind: MessageKind
    state: DeliveryState
    recipient: str
    subject: str
    contact_key: str | None
    municipality_key: str | None
    broadcast_id: int | None
    copy_of: int | None
    attempts: int
    reply: str
    created_at: datetime
    settled_at: datetime | None


class About(NamedTuple):
    """What a mail was about: keys of an edition and a gemeente, None where it names none."""

    edition: str
    municipality: str | None


@dataclass(frozen=True, slots=True)
class Failures:
    """What was found at one moment.

    Attributes:
        told: the mails that somebody must hear of, per key of that contact.
        settled: ids of mails that nobody needs to hear of, or that nobody is left to hear of.
        about: what was in a mail, per id.
        answers: what the mail server said, per id.
        people: the contacts by key, also who is none any more where a mail was for them.
        paused: addresses in lower case that get no mail.
    """

    told: Mapping[str, Sequence[Failure]]
    settled: Sequence[int]
    about: Mapping[int, Sequence[About]]
    answers: Mapping[int, str]
    people: Mapping[str, Contact]
    paused: frozenset[str]
    editions: Mapping[str, Edition]
    municipalities: Mapping[str, Municipality]


_NOTHING = Failures({}, (), {}, {}, {}, frozenset(), {}, {})


def find(session: Session, now: datetime) -> Failures:
    """Look for mails that failed, came back or wait for a person, and that nobody was told of.

    Left out is what goes again: a reminder that is planned anew, for a corrected address.

    Args:
        session: any session.
        now: instant, aware UTC.
    """
    rows = _unreported(session, now)
    if not rows:
        return _NOTHING
    broadcasts = _broadcasts(session, rows)
    about, goes_again = _contents(session, rows, broadcasts)
    keys = {one.edition for many in about.values() for one in many}
    known = _Known(
        contacts=queries.contacts(session),
        municipalities=queries.municipalities(session),
        regions=queries.regions(session),
        rota=queries.rota_entries(session),
        paused=frozenset(session.scalars(select(col(PausedAddressRow.address)))),
        editions={one.key: one for one in queries.editions(session, keys=keys)},
        broadcasts=broadcasts,
    )
    answers = _answers(session, rows)
    people = _former(session, rows) | {one.key: one for one in known.contacts}
    told: dict[str, list[Failure]] = defaultdict(list)
    settled = []
    for row in rows:
        if row.id in goes_again:
            continue
        if known.went_elsewhere(row, about[row.id]):
            settled.append(row.id)
            continue
        hear = known.who_hears(row, people.get(row.contact_key or ""), about[row.id], answers)
        if not hear:
            log.error("delivery %d did not arrive, and there is nobody to tell", row.id)
            settled.append(row.id)
        for one in hear:
            told[one.key].append(row)
    return Failures(
        told, settled, about, answers, people, known.paused, known.editions, known.municipalities
    )


class _Broadcast(NamedTuple):
    """What a broadcast says of who must hear of its mails."""

    edition_key: str
    region_key: str
    author_key: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What says who must hear of a mail."""

    contacts: Sequence[Contact]
    municipalities: Mapping[str, Municipality]
    regions: Mapping[str, Region]
    rota: Sequence[RotaEntry]
    paused: frozenset[str]
    editions: Mapping[str, Edition]
    broadcasts: Mapping[int, _Broadcast]

    def went_elsewhere(self, row: Failure, about: Sequence[About]) -> bool:
        """Say whether all that was in a mail went in another one."""
        personal = row.kind in (MessageKind.REMINDER, MessageKind.NOTICE)
        # Of a paused address all is withdrawn, and nothing goes anywhere.
        return personal and not about and row.recipient.lower() not in self.paused

    def who_hears(
        self, row: Failure, to: Contact | None, about: Iterable[About], answers: Mapping[int, str]
    ) -> Sequence[Contact]:
        """Return who is told of a mail, in the order of the contacts."""
        if row.broadcast_id is not None:
            return self._of_broadcast(row, self.broadcasts[row.broadcast_id])
        to = to or Contact(row.contact_key or "", row.recipient, row.recipient)
        if row.municipality_key is not None:  # the colleagues there, not of other gemeenten
            mine = [one for one in to.assignments if one[1] == row.municipality_key]
            to = replace(to, assignments=tuple(mine))
        own = sorted({place for _, place in to.assignments})
        gone = row.recipient.lower() in self.paused or replies.is_gone(answers[row.id])
        return tell_of_mail(
            replace(to, email=row.recipient),
            [
                (self.editions[one.edition], place)
                for one in about
                for place in (own if one.municipality is None else [one.municipality])
            ],
            gone=gone,
            paused=self.paused,
            contacts=self.contacts,
            municipalities=self.municipalities,
            regions=self.regions,
            rota=self.rota,
        )

    def _of_broadcast(self, row: Failure, broadcast: _Broadcast) -> Sequence[Contact]:
        unreachable = {*self.paused, row.recipient.lower()}
        reachable = [one for one in self.contacts if one.email.lower() not in unreachable]
        return (
            [one for one in reachable if one.key == broadcast.author_key]
            or centre_contacts(broadcast.region_key, contacts=reachable, regions=self.regions)
            or administrators(reachable)
        )


def _unreported(session: Session, now: datetime) -> list[Failure]:
    """Return the mails that nobody was told of; after a person sent one again, also once more."""
    columns = (getattr(DeliveryRow, name) for name in Failure._fields)
    rows = session.execute(
        select(*columns)
        .where(
            # With next_at an index is used that leaves out all of the years before.
            col(DeliveryRow.state).in_(
                (DeliveryState.FAILED, DeliveryState.BOUNCED, DeliveryState.UNKNOWN)
            ),
            col(DeliveryRow.next_at) >= now - _NEWS,
            col(DeliveryRow.kind) != MessageKind.REPORT,
            or_(
                col(DeliveryRow.reported_at).is_(None),
                col(DeliveryRow.settled_at) > col(DeliveryRow.reported_at),
            ),
        )
        .order_by(col(DeliveryRow.id))
        .limit(_MOST)
    )
    found = [Failure(*row) for row in rows]
    unknown = [
        row.id
        for row in found
        if row.state is DeliveryState.UNKNOWN and row.kind is not MessageKind.BROADCAST
    ]
    again = _sent_once_more(session, unknown) if unknown else set()
    return [row for row in found if row.id not in again]


def _sent_once_more(session: Session, unknown: Sequence[int]) -> set[int]:
    """Return which of these mails the service sends again by itself; see `after_unknown`."""
    times = session.execute(
        select(col(AttemptRow.delivery_id), func.count())
        .where(
            col(AttemptRow.delivery_id).in_(unknown),
            col(AttemptRow.outcome) == DeliveryState.UNKNOWN,
        )
        .group_by(col(AttemptRow.delivery_id))
    )
    return {delivery_id for delivery_id, number in times if number == 1}


def _contents(
    session: Session, rows: Sequence[Failure], broadcasts: Mapping[int, _Broadcast]
) -> tuple[dict[int, list[About]], set[int]]:
    """Return what was in each mail, and the ids of those of which something is planned anew."""
    mails: dict[int, list[int]] = defaultdict(list)
    about: dict[int, list[About]] = {row.id: [] for row in rows}
    for row in rows:
        mails[row.copy_of or row.id].append(row.id)
        if row.broadcast_id is not None:
            edition = broadcasts[row.broadcast_id].edition_key
            about[row.id].append(About(edition, row.municipality_key))
    several = select(DeliveryPlaceRow).where(col(DeliveryPlaceRow.delivery_id).in_(about))
    for place in session.scalars(several):
        of_first = about[place.delivery_id][0]
        about[place.delivery_id].append(of_first._replace(municipality=place.municipality_key))
    planned: set[int] = set()
    tables: Sequence[tuple[Any, Any]] = (
        (ReminderRow, col(ReminderRow.municipality_key)),
        (NoticeRow, literal(None)),
    )
    for table, place in tables:
        found = session.execute(
            select(col(table.delivery_id), col(table.state), col(table.edition_key), place).where(
                col(table.delivery_id).in_(mails)
            )
        )
        for original, state, edition, municipality in found:
            for one in mails[original]:
                about[one].append(About(edition, municipality))
                if state is ReminderState.PLANNED:
                    planned.add(one)
    return about, planned


def _broadcasts(session: Session, rows: Sequence[Failure]) -> dict[int, _Broadcast]:
    columns = (getattr(BroadcastRow, name) for name in _Broadcast._fields)
    wanted = {row.broadcast_id for row in rows if row.broadcast_id is not None}
    found = session.execute(
        select(col(BroadcastRow.id), *columns).where(col(BroadcastRow.id).in_(wanted))
    )
    return {key: _Broadcast(*values) for key, *values in found}


def _answers(session: Session, rows: Sequence[Failure]) -> dict[int, str]:
    """Return what the mail server said last: in what came back, or else when it was tried."""
    came_back = session.execute(
        select(col(BounceRow.delivery_id), col(BounceRow.status), col(BounceRow.text))
        .where(col(BounceRow.delivery_id).in_([row.id for row in rows]))
        .order_by(col(BounceRow.id))
    )
    answers = {row.id: row.reply for row in rows}
    bounced = {row.id for row in rows if row.state is DeliveryState.BOUNCED}
    for delivery_id, status, text in came_back:
        if delivery_id in bounced:
            answers[delivery_id] = f"{status} {text}"
    return answers


def _former(session: Session, rows: Collection[Failure]) -> dict[str, Contact]:
    """Return who these mails were for, contact still or not."""
    found = session.execute(
        select(
            col(ContactRow.key), col(ContactRow.name), col(ContactRow.email), col(ContactRow.phone)
        ).where(col(ContactRow.key).in_({row.contact_key for row in rows if row.contact_key}))
    )
    return {row[0]: Contact(*row) for row in found}
