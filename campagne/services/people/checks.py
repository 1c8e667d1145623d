"""Everybody is asked now and then whether what is known of them is still so, and answers."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlmodel import Session, col

from campagne.domain import dutch
from campagne.domain.checks import ANSWER_WITHIN, asked_on
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState, MessageKind, states_before
from campagne.domain.preferences import EVERYTHING, Preferences
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.messages import Mails
from campagne.people_contexts import NotRightContext
from campagne.services import scope
from campagne.services.access import CheckLink, Links
from campagne.services.mail_words import mail_templates
from campagne.services.outbox import delivery
from campagne.store import queries
from campagne.store.tables import CheckRow, ContactRow, DeliveryRow

_CHANGED = "Ingetrokken: deze persoon heeft een ander adres, of is geen contactpersoon meer."


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a contact, as that contact reads it.

    Attributes:
        work: what they do for which gemeenten, one phrase for each role.
        deputy: who stands in and when, in Dutch; empty for nobody.
    """

    name: str
    email: str
    phone: str
    work: tuple[str, ...]
    deputy: str


@dataclass(frozen=True, slots=True)
class Question:
    """The question of one day to one contact; `number` tells a mail that is made anew apart."""

    contact: Contact
    on: date
    number: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What a contact answered last: `remark` says what is not right, empty when all is."""

    at: datetime
    remark: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What the page behind the link shows; `answered` None before an answer."""

    known: Known
    answered: Answered | None

    @property
    def version(self) -> str:
        """Fingerprint of what is known; an answer about something else is no answer."""
        return _version(self.known)


@dataclass(frozen=True, slots=True)
class Book:
    """What it takes to say what is known of somebody, read once for many."""

    places: Mapping[str, str]
    names: Mapping[str, str]
    wanted: Mapping[str, Preferences]

    @classmethod
    def read(cls, session: Session) -> "Book":
        """Return the book as it is now."""
        return cls(
            places={key: one.name for key, one in queries.municipalities(session).items()},
            names={one.key: one.name for one in queries.contacts(session)},
            wanted=queries.preferences(session),
        )

    def known(self, contact: Contact) -> Known:
        """Return what is known of a contact."""
        wanted = self.wanted.get(contact.key, EVERYTHING)
        stands_in = self.names.get(wanted.deputy or "")
        days = dutch.period(wanted.absence) if wanted.absence else ""
        roles = sorted({role for role, _ in contact.assignments})
        return Known(
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            work=tuple(
                f"{word(role)} voor "
                + dutch.join(
                    sorted(self.places[at] for is_, at in contact.assignments if is_ is role)
                )
                for role in roles
            ),
            deputy=f"{stands_in}, {days}" if stands_in and days else "",
        )


def to_ask(session: Session, today: date) -> list[Question]:
    """Return the questions that are to be mailed now, by contact; each of a day goes once."""
    places, regions = queries.municipalities(session), queries.regions(session)
    if not any(one.check_days for one in regions.values()):
        return []
    asked = {
        (row[0], row[1]): (row[2], row[3], row[4])
        for row in session.execute(
            select(
                col(CheckRow.contact_key),
                col(CheckRow.due_on),
                col(CheckRow.recalled),
                col(CheckRow.answered_at),
                col(DeliveryRow.state),
            ).join(DeliveryRow, col(DeliveryRow.id) == col(CheckRow.delivery_id))
        )
    }
    found = []
    for contact in queries.contacts(session):
        day = asked_on(contact, places, regions, today)
        if day is None:
            continue
        recalled, answered_at, state = asked.get((contact.key, day), (-1, None, None))
        # A mail that was taken back since the address changed is made anew, unless answered.
        if state is None or (state is DeliveryState.CANCELLED and answered_at is None):
            found.append(Question(contact, day, recalled + 1))
    return found


def recall(session: Session, *, now: datetime) -> None:
    """Take mails with the question back that go to an address that is not theirs any more."""
    found = session.scalars(
        select(col(DeliveryRow.id))
        .join(CheckRow, col(CheckRow.delivery_id) == col(DeliveryRow.id))
        .join(ContactRow, col(ContactRow.key) == col(CheckRow.contact_key))
        .where(
            col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED)),
            or_(
                col(ContactRow.email) != col(DeliveryRow.recipient),
                col(ContactRow.active).is_(False),
            ),
        )
    ).all()
    delivery.cancel(session, [one for one in found if one is not None], now=now, why=_CHANGED)


def page(session: Session, link: CheckLink) -> CheckPage:
    """Return the page for the link of a mail; changes nothing.

    Raises:
        NotFoundError: when its contact is not there any more, or was not asked.
    """
    row, contact = _asked(session, link)
    return CheckPage(Book.read(session).known(contact), _answered(row))


def confirm(session: Session, link: CheckLink, *, now: datetime, version: str = "") -> None:
    """Note that all that is known of a contact is right. Args and errors: as `object_to`."""
    row, contact = _asked(session, link)
    _require_newest(session, contact, version)
    row.answered_at, row.remark = now, ""


def object_to(
    session: Session,
    link: CheckLink,
    remark: str,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    version: str = "",
) -> None:
    """Note what is not right, and mail it to who manages the contact; the same once only.

    Args:
        session: a writing session.
        link: as read from its token.
        remark: what is not right, in the words of the contact.
        mails: makes the mails.
        links: makes the addresses in it.
        now: instant, aware UTC.
        version: of what was read; empty for who read it elsewhere.

    Raises:
        NotFoundError: as `page`.
        InvalidInputError: when nothing was typed, or what is known changed since it was read.
    """
    row, contact = _asked(session, link)
    _require_newest(session, contact, version)
    if not remark:
        raise InvalidInputError(
            "Schrijf op wat er niet klopt. Er is nog niets doorgegeven.", "opmerking"
        )
    if row.remark == remark:
        return
    row.answered_at, row.remark = now, remark
    known, mails = Book.read(session).known(contact), mail_templates.in_use(session, mails)
    for one in scope.managers(session, contact):
        message = mails.compose(
            "klopt-niet",
            NotRightContext(
                name=one.name,
                who=known.name,
                email=known.email,
                phone=known.phone,
                work=known.work,
                remark=remark,
                url=links.managed_contact(contact.key),
            ),
            kind=MessageKind.REQUEST,
            key=f"klopt-niet:{contact.key}:{link.on}:{now.isoformat()}:{one.key}",
            recipient=one.email,
            recipient_name=one.name,
            date=now,
            reply_to=contact.email,
        )
        delivery.enqueue(session, message, now=now, contact_key=one.key)


def last_answers(session: Session, keys: Collection[str]) -> Mapping[str, Answered]:
    """Return what these contacts answered last, by key; who never did is not in it."""
    return _last_answers(session, col(CheckRow.contact_key).in_(keys))


def open_remarks(session: Session) -> Mapping[str, Answered]:
    """Return what is not right, by the key of each contact who said so when last asked."""
    return _last_answers(session, col(CheckRow.remark) != "")


def _last_answers(session: Session, which: ColumnElement[bool]) -> Mapping[str, Answered]:
    last = (
        select(col(CheckRow.contact_key), func.max(col(CheckRow.due_on)))
        .where(col(CheckRow.answered_at).is_not(None))
        .group_by(col(CheckRow.contact_key))
    )
    columns = (col(CheckRow.contact_key), col(CheckRow.answered_at), col(CheckRow.remark))
    of_last = tuple_(col(CheckRow.contact_key), col(CheckRow.due_on)).in_(last)
    found = session.execute(select(*columns).where(of_last, which))
    return {key: Answered(at, remark) for key, at, remark in found}


def silent(session: Session, today: date) -> dict[str, list[tuple[CheckRow, Contact]]]:
    """Return who did not answer in time and whom nobody was told of, per key of who is told."""
    people = {one.key: one for one in queries.contacts(session)}
    rows = session.scalars(
        select(CheckRow)
        .where(
            col(CheckRow.answered_at).is_(None),
            col(CheckRow.reported_at).is_(None),
            col(CheckRow.asked_on) <= today - ANSWER_WITHIN,
            col(CheckRow.asked_on) >= today - 2 * ANSWER_WITHIN,
        )
        .order_by(col(CheckRow.contact_key))
    ).all()
    told: dict[str, list[tuple[CheckRow, Contact]]] = {}
    for row in rows:
        contact = people.get(row.contact_key)
        if contact is None:
            continue
        for one in scope.managers(session, contact):
            told.setdefault(one.key, []).append((row, contact))
    return told


def _asked(session: Session, link: CheckLink) -> tuple[CheckRow, Contact]:
    contact = next((one for one in queries.contacts(session) if one.key == link.contact), None)
    row = session.get(CheckRow, (link.contact, link.on))
    if contact is None or row is None:
        raise NotFoundError("Deze vraag is voor iemand die geen contactpersoon meer is.")
    return row, contact


def _require_newest(session: Session, contact: Contact, version: str) -> None:
    if version and version != _version(Book.read(session).known(contact)):
        raise InvalidInputError(
            "Je gegevens zijn intussen gewijzigd. Er is nog niets doorgegeven. Kijk of ze nu"
            " kloppen en geef dan opnieuw antwoord."
        )


def _version(known: Known) -> str:
    return hashlib.sha256(repr(known).encode()).hexdigest()[:16]


def _answered(row: CheckRow) -> Answered | None:
    return None if row.answered_at is None else Answered(row.answered_at, row.remark)
