"""Mail that came back: which delivery it was, what becomes of it, and which address is paused."""

import hashlib
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import cast

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from campagne.clock import Clock
from campagne.domain import dutch
from campagne.domain.bounces import BounceKind, Outcome, Report, is_return_address, read_report
from campagne.domain.delivery import GIVE_UP_AFTER, DeliveryState, states_before
from campagne.domain.reminders import ReminderState
from campagne.domain.replies import is_gone, status_of
from campagne.errors import CampagneError, NotFoundError
from campagne.inbox import Inbox, Letter
from campagne.services.outbox import delivery
from campagne.services.planning import notices, people_changes, reminders
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import (
    BounceRow,
    ContactRow,
    DeliveryRow,
    NoticeRow,
    PausedAddressRow,
    ReminderRow,
)

log = logging.getLogger("campagne.bounces")

_GONE = "Ingetrokken: dit adres bestaat niet meer."
# A round comes every half minute; after a standstill a refusal can be older.
_LOOKS_BACK = timedelta(days=1)


class Verdict(StrEnum):
    """What a letter was: a bounce of some kind, or one of these.

    FINE: a report that all is well, or one that is known already. FOR_A_PERSON: no report, or not
    about a mail of ours. LATER: its mail is being sent at this moment.
    """

    HARD = "hard"
    SOFT = "soft"
    DELAYED = "delayed"
    FINE = "fine"
    FOR_A_PERSON = "for a person"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class ReadReport:
    """How many letters of each kind one reading of the box found; see `Verdict`."""

    hard: int = 0
    soft: int = 0
    delayed: int = 0
    fine: int = 0
    for_a_person: int = 0
    later: int = 0

    @property
    def came_back(self) -> int:
        """How many mails did not arrive."""
        return self.hard + self.soft

    @property
    def sentence(self) -> str:
        """The report in Dutch."""
        total = self.came_back + self.delayed + self.fine + self.for_a_person + self.later
        if not total:
            return "Er is niets teruggekomen."
        parts = [
            (
                self.hard,
                "mail kwam terug omdat het adres niet bestaat",
                "mails kwamen terug omdat het adres niet bestaat",
            ),
            (
                self.soft,
                "mail kwam om een andere reden terug",
                "mails kwamen om andere redenen terug",
            ),
            (self.delayed, "mail is vertraagd", "mails zijn vertraagd"),
            (self.fine, "melding vraagt niets", "meldingen vragen niets"),
            (self.for_a_person, "bericht is voor een mens", "berichten zijn voor een mens"),
            (self.later, "melding wacht nog even", "meldingen wachten nog even"),
        ]
        told = [dutch.count(number, *words) for number, *words in parts if number]
        return f"{dutch.count(total, 'bericht', 'berichten')} gelezen: {dutch.join(told)}."


@dataclass(frozen=True, slots=True)
class PausedLine:
    """An address that gets no mail.

    Attributes:
        since: aware UTC.
        status / text: why, as the mail server said it.
        people: names of the active contacts who have it.
    """

    address: str
    since: datetime
    status: str
    text: str
    people: tuple[str, ...]


def read(database: Database, box: Inbox, clock: Clock) -> ReadReport:
    """Read what came back and deal with it; each letter in a transaction of its own.

    Any number of machines may do so at once, and it may break off anywhere: what is stored is
    known by its bytes, and marked as read only afterwards.

    Raises:
        InboxError: when the box cannot be read (any more).
        DatabaseUnavailableError: when the database cannot be reached.
    """
    found: Counter[Verdict] = Counter()
    with box.open() as letters:
        for letter in letters:
            found[_deal_with(database, letter, clock)] += 1
    report = ReadReport(
        hard=found[Verdict.HARD],
        soft=found[Verdict.SOFT],
        delayed=found[Verdict.DELAYED],
        fine=found[Verdict.FINE],
        for_a_person=found[Verdict.FOR_A_PERSON],
        later=found[Verdict.LATER],
    )
    if found:
        log.info("read: %s", report)
    return report


def _deal_with(database: Database, letter: Letter, clock: Clock) -> Verdict:
    try:
        with database.session() as session:
            verdict = record(session, letter.raw, now=clock.now(), today=clock.today())
    except CampagneError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever one letter brings to light
        # Its name only: the text of a defect may hold an address. The other letters go on.
        log.error("a letter cannot be dealt with: %s", type(error).__name__)  # noqa: TRY400
        verdict = Verdict.FOR_A_PERSON
    match verdict:
        case Verdict.LATER:
            pass
        case Verdict.FOR_A_PERSON:
            letter.leave()
        case _:
            letter.settle()
    return verdict


def record(session: Session, raw: bytes, *, now: datetime, today: date) -> Verdict:
    """Store what a letter means for one of our mails; safe to repeat.

    Args:
        session: a writing session.
        raw: the letter as it came.
        now: the instant, aware UTC.
        today: the day, for planning.
    """
    report = read_report(raw)
    mail = None if report is None else _mail(session, report)
    if report is None or mail is None:
        return Verdict.FOR_A_PERSON
    outcome = report.about(mail.recipient)
    if outcome is None:
        return Verdict.FINE
    if mail.state is DeliveryState.SENDING:
        return Verdict.LATER  # quicker than our own record of it
    source = hashlib.sha256(raw).hexdigest()
    if _is_known(session, source):
        return Verdict.FINE
    bounce = BounceRow(
        source=source,
        delivery_id=mail.id,
        kind=outcome.kind,
        recipient=outcome.recipient,
        status=outcome.status,
        text=outcome.text,
        at=now,
    )
    session.add(bounce)
    session.flush()
    log.info("delivery %d: %s (%s)", mail.id, outcome.kind.value, outcome.status)
    if outcome.kind is not BounceKind.DELAYED:
        session.execute(
            update(DeliveryRow)
            .where(
                col(DeliveryRow.id) == mail.id,
                col(DeliveryRow.state).in_(states_before(DeliveryState.BOUNCED)),
            )
            .values(state=DeliveryState.BOUNCED, settled_at=now, reply=_reason(outcome))
        )
    if outcome.kind is BounceKind.HARD and bounce.id is not None:
        _pause(session, mail.recipient.lower(), bounce.id, now=now, today=today)
    return Verdict(outcome.kind.value)


def pause_refused(session: Session, *, now: datetime, today: date) -> None:
    """Pause the addresses that a mail server refused outright: it knows them as little.

    Args:
        session: a writing session.
        now: the instant, aware UTC; only refusals since a day before it are looked at.
        today: the day, for planning.
    """
    refused = session.execute(
        select(
            col(DeliveryRow.id),
            col(DeliveryRow.recipient),
            col(DeliveryRow.reply),
            col(DeliveryRow.fence),
        ).where(
            col(DeliveryRow.state) == DeliveryState.FAILED,
            # By the index on state and next_at: that is never later than the refusal.
            col(DeliveryRow.next_at) > now - GIVE_UP_AFTER - _LOOKS_BACK,
            col(DeliveryRow.settled_at) > now - _LOOKS_BACK,
        )
    ).all()
    for number, recipient, reply, fence in refused:
        source = f"refused {number} {fence}"
        if not is_gone(reply) or _is_known(session, source):
            continue
        bounce = BounceRow(
            source=source,
            delivery_id=number,
            kind=BounceKind.HARD,
            recipient=recipient.lower(),
            status=status_of(reply),
            text=reply,
            at=now,
        )
        session.add(bounce)
        session.flush()
        log.info("delivery %d: its address was refused (%s)", number, bounce.status)
        _pause(session, recipient.lower(), cast("int", bounce.id), now=now, today=today)


def list_paused(session: Session) -> list[PausedLine]:
    """Return the addresses that get no mail, the latest first."""
    names: dict[str, list[str]] = {}
    address = func.lower(col(ContactRow.email))
    active = select(address, col(ContactRow.name)).where(
        col(ContactRow.active), address.in_(select(col(PausedAddressRow.address)))
    )
    for known_as, name in session.execute(active):
        names.setdefault(known_as, []).append(name)
    rows = session.execute(
        select(
            col(PausedAddressRow.address),
            col(PausedAddressRow.since),
            col(BounceRow.status),
            col(BounceRow.text),
        )
        .join(BounceRow, col(BounceRow.id) == col(PausedAddressRow.bounce_id))
        .order_by(col(PausedAddressRow.since).desc(), col(PausedAddressRow.address))
    )
    return [
        PausedLine(address, since, status, text, tuple(sorted(names.get(address, ()))))
        for address, since, status, text in rows
    ]


def resume(session: Session, address: str, *, now: datetime, today: date) -> None:
    """Let an address get mail again; its reminders are planned anew.

    What stood in the mails that came back or were refused, since a day before the pause, goes
    again too, as far as it is still of use. A broadcast or a confirmation does not: it was about
    a moment.

    Args:
        session: a writing session.
        address: in any case.
        now: the instant, aware UTC.
        today: the day, for planning.

    Raises:
        NotFoundError: when it is not paused.
    """
    row = session.get(PausedAddressRow, address.lower())
    if row is None:
        raise NotFoundError(
            f"Het adres {address} is niet gepauzeerd. Met 'campagne bounces list' zie je welke"
            " adressen geen mail krijgen."
        )
    came_back = session.scalars(
        select(col(DeliveryRow.id)).where(
            func.lower(col(DeliveryRow.recipient)) == row.address,
            col(DeliveryRow.state).in_((DeliveryState.BOUNCED, DeliveryState.FAILED)),
            col(DeliveryRow.settled_at) >= row.since - _LOOKS_BACK,
        )
    ).all()
    session.delete(row)
    session.flush()
    for table in (ReminderRow, NoticeRow):
        session.execute(
            update(table)
            .where(col(table.delivery_id).in_(came_back), col(table.state) == ReminderState.QUEUED)
            .values(state=ReminderState.PLANNED, recalled=col(table.recalled) + 1, delivery_id=None)
        )
    # All of it: what came back may be of who works elsewhere by now, or has another address.
    reminders.replan(session, now=now, today=today)
    notices.replan(session, now=now, today=today)
    log.info("an address gets mail again")


def _is_known(session: Session, source: str) -> bool:
    return (
        session.scalar(select(col(BounceRow.id)).where(col(BounceRow.source) == source)) is not None
    )


@dataclass(frozen=True, slots=True)
class _Mail:
    """What is needed of a delivery; its bytes stay where they are."""

    id: int
    recipient: str
    sender: str
    state: DeliveryState


def _mail(session: Session, report: Report) -> _Mail | None:
    """Return the delivery that a report is about; None when it is none of ours.

    A Message-ID can be guessed, since it follows from what a mail is about; so it counts only for
    mails that have no return address of their own.
    """
    query = select(
        col(DeliveryRow.id),
        col(DeliveryRow.recipient),
        col(DeliveryRow.sender),
        col(DeliveryRow.state),
    )
    for address in report.addresses:
        found = session.execute(query.where(col(DeliveryRow.sender) == address)).first()
        if found is not None:
            return _Mail(*found)
    found = session.execute(query.where(col(DeliveryRow.message_id) == report.message_id)).first()
    if found is None or is_return_address(found.sender):
        return None
    return _Mail(*found)


def _reason(outcome: Outcome) -> str:
    status = f" ({outcome.status})" if outcome.status else ""
    return f"Teruggekomen{status}: {outcome.text or 'de mailserver zei niet waarom'}"


def _pause(session: Session, address: str, bounce_id: int, *, now: datetime, today: date) -> None:
    """Send nothing more to an address: what waits is withdrawn, what was planned is not."""
    if session.get(PausedAddressRow, address) is None:
        session.add(PausedAddressRow(address=address, since=now, bounce_id=bounce_id))
        session.flush()
    people = [one for one in queries.contacts(session) if one.email.lower() == address]
    people_changes.replan(session, people, now=now, today=today)
    waits = session.scalars(
        select(col(DeliveryRow.id)).where(
            func.lower(col(DeliveryRow.recipient)) == address,
            col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED)),
        )
    ).all()
    delivery.cancel(session, [one for one in waits if one is not None], now=now, why=_GONE)
