"""Who can do something about it is told of each mail that did not arrive: one report a day.

Looked for in each round. A report that does not arrive itself is told in the log alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from campagne.clock import local_day
from campagne.domain import dutch, replies
from campagne.domain.delivery import DeliveryState, Message, MessageKind
from campagne.messages import Mails
from campagne.services import failures
from campagne.services.access import Links
from campagne.services.failures import Failure, Failures
from campagne.services.personal_mails import QueueReport, queue_each
from campagne.store import queries
from campagne.store.tables import DeliveryRow

# After the first failure, so that those of one broadcast stand in one report.
_QUIET = timedelta(minutes=15)
_USEFUL = timedelta(days=14)
_SHOWN = 50  # mails in one report; the rest is counted


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign that a mail was about; `places` is one phrase, empty for none in particular."""

    name: str
    places: str
    url: str


@dataclass(frozen=True, slots=True)
class FailedMail:
    """A mail that did not arrive, as it stands in a report.

    Attributes:
        number: its number in `campagne deliveries`.
        to / address / phone: who it was for; the phone may be empty.
        on: the day it was put in the outbox, written out.
        meaning: what went wrong, in whole Dutch sentences.
        code: the codes of the mail server, may be empty.
        tries: how often it was tried.
        unknown: True when it may have arrived.
        paused: True when the address gets no mail until it is corrected.
        corrected: True when the contact has another address by now.
        can_resend: True when the same mail can be sent again.
        broadcast: True for a mail of a broadcast, which is never made anew.
    """

    number: int
    to: str
    address: str
    phone: str
    subject: str
    on: str
    campaigns: tuple[CampaignLine, ...]
    meaning: str
    code: str
    tries: int
    unknown: bool
    paused: bool
    corrected: bool
    can_resend: bool
    broadcast: bool


@dataclass(frozen=True, slots=True)
class DueReport:
    """A report that a round would put in the outbox: to which address, about how many mails."""

    email: str
    mails: int


def list_due(session: Session, *, now: datetime, today: date) -> list[DueReport]:
    """Return the reports that a round would put in the outbox now, by address.

    Args:
        session: any session.
        now: instant, aware UTC.
        today: day of that instant in Amsterdam.
    """
    found = failures.find(session, now)
    due = _due(session, found, now, today)
    return sorted(
        (DueReport(found.people[key].email, len(rows)) for key, rows in due.items()),
        key=lambda one: one.email,
    )


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    skip: Collection[str] = (),
) -> QueueReport:
    """Put the reports that are due in the outbox, one mail per person.

    Args and return value: as `reminder_mails.queue_due`, for all people at once; a mail that did
    not arrive counts as no reminder.
    """
    found = failures.find(session, now)
    _mark(session, found.settled, now)
    due = _due(session, found, now, today)
    if not due:
        return QueueReport()
    names = {key: campaign.name for key, campaign in queries.campaigns(session).items()}

    def make(contact_key: str, rows: Sequence[Failure]) -> Message:
        contact = found.people[contact_key]
        shown = [_shown(row, found, names, links) for row in rows[:_SHOWN]]
        context = {
            "name": contact.name,
            "mails": shown,
            "total": len(rows),
            "unknown": sum(row.state is DeliveryState.UNKNOWN for row in rows),
        }
        return mails.compose(
            "mislukt",
            context,
            kind=MessageKind.REPORT,
            key=_key(contact_key, today),
            recipient=contact.email,
            recipient_name=contact.name,
            date=now,
        )

    report = queue_each(
        session,
        {key: rows for key, rows in due.items() if key not in skip},
        make=make,
        useful_until=lambda _: today + _USEFUL,
        settle=lambda rows, _: _mark(session, [row.id for row in rows], now),
        now=now,
    )
    return replace(report, reminders=0)


def _due(
    session: Session, found: Failures, now: datetime, today: date
) -> dict[str, Sequence[Failure]]:
    """Return what is told today, per person: nothing to who had today's report.

    Nor what such a person must hear of as well: a mail is told of to all at once.
    """
    keys = {_key(one, today): one for one in found.told}
    had = session.scalars(select(col(DeliveryRow.key)).where(col(DeliveryRow.key).in_(keys)))
    tomorrow = {row.id for key in had for row in found.told[keys[key]]}
    ripe = {
        row.id
        for rows in found.told.values()
        for row in rows
        if row.settled_at is None or row.settled_at <= now - _QUIET
    }
    due: dict[str, Sequence[Failure]] = {}
    for person, rows in sorted(found.told.items()):
        left = [row for row in rows if row.id not in tomorrow]
        if any(row.id in ripe for row in left):
            due[person] = left
    return due


def _key(contact: str, today: date) -> str:
    return f"mislukt:{contact}:{today.isoformat()}"


def _mark(session: Session, deliveries: Collection[int], now: datetime) -> None:
    if deliveries:
        session.execute(
            update(DeliveryRow).where(col(DeliveryRow.id).in_(deliveries)).values(reported_at=now)
        )


def _shown(row: Failure, found: Failures, names: dict[str, str], links: Links) -> FailedMail:
    to = found.people.get(row.contact_key or "")
    paused = row.recipient.lower() in found.paused
    corrected = to is not None and to.email.lower() != row.recipient.lower()
    unknown = row.state is DeliveryState.UNKNOWN
    answer = found.answers[row.id]
    places: dict[str, set[str]] = {}
    for one in found.about[row.id]:
        there = places.setdefault(one.edition, set())
        if one.municipality is not None:
            there.add(found.municipalities[one.municipality].name)
    return FailedMail(
        number=row.id,
        to=row.recipient if to is None else to.name,
        address=row.recipient,
        phone="" if to is None else to.phone,
        subject=row.subject,
        on=dutch.day(local_day(row.created_at)),
        campaigns=tuple(
            CampaignLine(
                names[found.editions[key].campaign], dutch.join(sorted(there)), links.edition(key)
            )
            for key, there in sorted(places.items())
        ),
        meaning=answer if unknown else replies.in_dutch(answer),
        code=replies.code_of(answer),
        tries=row.attempts,
        unknown=unknown,
        paused=paused,
        corrected=corrected,
        can_resend=row.state is not DeliveryState.BOUNCED and not (paused or corrected),
        broadcast=row.kind is MessageKind.BROADCAST,
    )
