"""Who can do something about it is told of each mail that did not arrive: one report a day.

It also names, once, who did not answer whether their data are right. Looked for in each round. A
report that does not arrive itself is told in the log alone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from campagne.clock import local_day
from campagne.domain import dutch, replies
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState, Message, MessageKind
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.outbox import failures
from campagne.services.outbox.failures import Failure, Failures
from campagne.services.people import checks
from campagne.services.planning.personal_mails import QueueReport, queue_each
from campagne.store import queries
from campagne.store.tables import CheckRow, DeliveryRow

# After the first failure, so that those of one broadcast stand in one report.
_QUIET = timedelta(minutes=15)
_USEFUL = timedelta(days=14)
_SHOWN = 50  # mails in one report; the rest is counted

_Report = Sequence[Failure | tuple[CheckRow, Contact]]


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
        url / contact_url: the page of this mail, and of who it was for, where a beheerder puts it
            right; `contact_url` is empty where nobody of ours has that address.
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
    url: str
    contact_url: str
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
    """A report that a round would put in the outbox: to which address, about how many mails.

    And about how many people who did not answer.
    """

    email: str
    mails: int
    silent: int = 0


def list_due(session: Session, *, now: datetime, today: date) -> list[DueReport]:
    """Return the reports that a round would put in the outbox now, by address.

    Args:
        session: any session.
        now: instant, aware UTC.
        today: day of that instant in Amsterdam.
    """
    due = _due(session, failures.find(session, now), now, today)
    silent = _silent(session, due, today)
    addresses = {one.key: one.email for one in queries.contacts(session)}
    return sorted(
        (
            DueReport(addresses[key], len(due.get(key, ())), len(silent.get(key, ())))
            for key in {*due, *silent}
        ),
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
    silent = _silent(session, due, today)
    if not due and not silent:
        return QueueReport()
    contacts = {one.key: one for one in queries.contacts(session)}
    places = {key: one.name for key, one in queries.municipalities(session).items()}
    names = {key: campaign.name for key, campaign in queries.campaigns(session).items()}

    def make(contact_key: str, report: _Report) -> Message:
        contact, rows = contacts[contact_key], [one for one in report if isinstance(one, Failure)]
        shown = [_shown(row, found, names, links) for row in rows[:_SHOWN]]
        context = {
            "name": contact.name,
            "mails": shown,
            "total": len(rows),
            "deliveries_url": links.deliveries(),
            "unknown": sum(row.state is DeliveryState.UNKNOWN for row in rows),
            "silent": [
                _unanswered(one[1], places) for one in report if not isinstance(one, Failure)
            ],
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

    def settle(report: _Report, _: int) -> None:
        _mark(session, [one.id for one in report if isinstance(one, Failure)], now)
        for one in report:
            if not isinstance(one, Failure):
                one[0].reported_at = now

    report = queue_each(
        session,
        {
            key: [*due.get(key, ()), *silent.get(key, ())]
            for key in sorted({*due, *silent})
            if key not in skip
        },
        make=make,
        useful_until=lambda _: today + _USEFUL,
        settle=settle,
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


def _silent(
    session: Session, due: Collection[str], today: date
) -> dict[str, list[tuple[CheckRow, Contact]]]:
    """Return who did not answer, per person who is told; tomorrow where one of them had a report.

    Args:
        session: any session.
        due: who gets a report now.
        today: the day.
    """
    found = checks.silent(session, today)
    keys = [_key(one, today) for one in found if one not in due]
    had = session.scalars(select(col(DeliveryRow.key)).where(col(DeliveryRow.key).in_(keys)))
    return {} if had.first() is not None else found


def _unanswered(contact: Contact, places: Mapping[str, str]) -> str:
    """Return how a report names who did not answer."""
    names = dutch.join(sorted({places[at] for _, at in contact.assignments}))
    phone = f", {contact.phone}" if contact.phone else ""
    return f"{contact.name} ({names}{phone})"


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
        url=links.delivery(row.id),
        contact_url="" if to is None else links.managed_contact(to.key),
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
