"""The mails of a broadcast one by one, before they go; and one of them to oneself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from campagne.clock import local_day
from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.delivery import Message
from campagne.domain.regions import Municipality
from campagne.errors import InvalidInputError
from campagne.messages import Mails
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.outbox import delivery
from campagne.services.readers import Reader
from campagne.services.regional import broadcast_mails, broadcasts, mailed, mailing
from campagne.services.regional.broadcast_mails import Addressed, Writer
from campagne.store.tables import BroadcastRow, DeliveryRow

_NOBODY = (
    "Er is niemand om dit bericht aan te sturen: kies andere gemeenten of rollen, of voeg"
    " contactpersonen toe."
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a mail of a broadcast, or as a deputy a copy of it, and for which gemeenten.

    Attributes:
        made: the id of the mail once it is in the outbox; None before that.
        sent_to: the address on that mail; empty before that, and once the mail was wiped.
    """

    places: tuple[Municipality, ...]
    reader: Reader
    made: int | None = None
    sent_to: str = ""

    @property
    def for_whom(self) -> str:
        """The names of the gemeenten, as one phrase."""
        return dutch.join([one.name for one in self.places])

    @property
    def contact(self) -> Contact:
        """Who gets it."""
        return self.reader.contact

    @property
    def address(self) -> str:
        """Where it goes, or went: who has another address since then had it at the old one."""
        return self.sent_to or self.contact.email


@dataclass(frozen=True, slots=True)
class Preview:
    """What is sent to who works for the same gemeenten.

    Attributes:
        for_whom: names of the gemeenten, as one phrase.
        recipients: each as ``name <address>``; empty for a gemeente where nobody can be mailed.
        messages: one mail per recipient, in the same order.
        copies: the copies for deputies, each with ``name <address>``.
    """

    for_whom: str
    recipients: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    copies: tuple[tuple[str, Message], ...] = ()

    @property
    def message(self) -> Message | None:
        """The mail to the first recipient; the others are like it, but for their names."""
        return self.messages[0] if self.messages else None


@dataclass(frozen=True, slots=True)
class Reach:
    """What leaves when a broadcast is sent.

    Attributes:
        mails: how many, with the copies for deputies.
        people: how many get one or more of them.
        places: names of the gemeenten that they are for.
    """

    mails: int
    people: int
    places: tuple[str, ...]


def reach(session: Session, broadcast_id: int, day: date) -> Reach:
    """Return what leaves when a broadcast is sent on a day.

    Raises:
        NotFoundError: for an unknown broadcast.
    """
    row = broadcasts.find(session, broadcast_id)
    read = broadcast_mails.readers_on(session, row, day)
    readers = [
        key
        for one in read
        for key in ([one.contact.key] + ([one.deputy.contact.key] if one.deputy else []))
    ]
    places = {place.name for one in read for place in one.places}
    return Reach(len(readers), len(set(readers)), tuple(sorted(places)))


def recipients(session: Session, row: BroadcastRow, today: date) -> list[Recipient]:
    """Return who gets a mail of a broadcast, by gemeente, each followed by the deputy's copy.

    Of one that was sent: the mails that are there, then those that are still to be made.

    Args:
        session: any session.
        row: the broadcast.
        today: who is absent on the day that it goes, gets a deputy; this day where it has none.
    """
    if row.released_at is not None:
        made = [*_made(session, row, local_day(row.released_at))]
        left = [Recipient(*one) for one in _read(mailing.left(session, row, today))]
        return made + left
    # A moment that is past was missed: it goes in the next round.
    day = max(local_day(row.release_at), today) if row.release_at else today
    return [Recipient(*one) for one in _read(broadcast_mails.readers_on(session, row, day))]


def _read(addressed: Iterable[Addressed]) -> Iterator[tuple[tuple[Municipality, ...], Reader]]:
    """Yield for which gemeenten somebody reads, each followed by who reads a copy."""
    for one in addressed:
        yield one.places, Reader(one.contact, one.contact)
        if one.deputy is not None:
            yield one.places, one.deputy


def _made(session: Session, row: BroadcastRow, day: date) -> Iterator[Recipient]:
    """Yield who has a mail; whoever got work in a gemeente since then, has none about that one."""
    number = broadcast_mails.number(row)
    mails = mailed.numbers(session, number)
    copies = mailed.copies(session, number)
    sent_to = _addresses(session, number)
    for one in broadcast_mails.readers_on(session, row, day):
        about: dict[int, list[Municipality]] = {}
        for place in one.places:
            if (mail := mails.get((one.contact.key, place.key))) is not None:
                about.setdefault(mail, []).append(place)
        deputy = one.deputy
        for mail, places in about.items():
            yield Recipient(
                tuple(places), Reader(one.contact, one.contact), mail, sent_to.get(mail, "")
            )
            if deputy is not None and (copy := copies.get((mail, deputy.contact.key))) is not None:
                yield Recipient(tuple(places), deputy, copy, sent_to.get(copy, ""))


def _addresses(session: Session, broadcast_id: int) -> Mapping[int, str]:
    """Return where each mail of a broadcast goes, by its id; not of those that were wiped."""
    rows = session.execute(
        select(col(DeliveryRow.id), col(DeliveryRow.recipient)).where(
            col(DeliveryRow.broadcast_id) == broadcast_id, col(DeliveryRow.wiped_on).is_(None)
        )
    )
    return {number: address for number, address in rows if number is not None}


def preview(
    session: Session,
    broadcast_id: int,
    *,
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
) -> list[Preview]:
    """Return all mails of a broadcast by the gemeenten that they are for, and where none goes.

    Args:
        session: any session.
        broadcast_id: the broadcast.
        links: makes the addresses in them.
        mails: makes the mails.
        now: their Date while they are not sent, aware UTC.
        today: as `recipients`.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when its author is no centrum contact any more.
    """
    row = broadcasts.find(session, broadcast_id)
    writer = Writer(session, row, links, mails, row.released_at or now)
    found: dict[tuple[str, ...], list[Recipient]] = {}
    for one in recipients(session, row, today):
        found.setdefault(tuple(place.name for place in one.places), []).append(one)
    reached = {name for names in found for name in names}
    for asked in broadcast_mails.audience(session, row):
        if asked.municipality.name not in reached:
            found[asked.municipality.name,] = []
    return [_shown(session, writer, names, whose) for names, whose in sorted(found.items())]


def _shown(
    session: Session, writer: Writer, names: Sequence[str], whose: Iterable[Recipient]
) -> Preview:
    own: list[tuple[str, Message]] = []
    copies: list[tuple[str, Message]] = []
    for one in whose:
        message = _stored(session, one) or writer.mail(one.reader, one.places)
        shown = (f"{one.contact.name} <{one.address}>", message)
        (own if one.reader.away_until is None else copies).append(shown)
    return Preview(
        for_whom=dutch.join(names),
        recipients=tuple(to for to, _ in own),
        messages=tuple(message for _, message in own),
        copies=tuple(copies),
    )


def mail(
    session: Session,
    row: BroadcastRow,
    recipient: Recipient,
    *,
    links: Links,
    mails: Mails,
    now: datetime,
    as_stored: bool = False,
) -> Message:
    """Return the mail that somebody gets, as it is sent but for the Date.

    Args:
        session: any session.
        row: the broadcast.
        recipient: one of `recipients`.
        links: makes the addresses in it; with another key than that of the service they lead
            nowhere, for who may look and not answer for a gemeente.
        mails: makes the mail.
        now: its Date while it is not sent, aware UTC.
        as_stored: True for the mail itself once it was made, whatever changed since; its links
            work, so it is for who may answer for a gemeente.

    Raises:
        InvalidInputError: when its author is no centrum contact any more.
    """
    if as_stored and (made := _stored(session, recipient)) is not None:
        return made
    writer = Writer(session, row, links, mails, row.released_at or now)
    return writer.mail(recipient.reader, recipient.places)


def _stored(session: Session, recipient: Recipient) -> Message | None:
    """Return a mail as it is in the outbox; None when it is not there, or was wiped."""
    made = session.get(DeliveryRow, recipient.made) if recipient.sent_to else None
    if made is None:
        return None
    return Message(
        key=made.key,
        kind=made.kind,
        sender=made.sender,
        recipient=made.recipient,
        subject=made.subject,
        message_id=made.message_id,
        own=made.raw,
    )


def send_test(
    session: Session,
    broadcast_id: int,
    to: str,
    *,
    municipality: str = "",
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
) -> Recipient:
    """Send somebody the mail of the first recipient, to try it.

    It is the mail itself, but for whom it is addressed to, its Date, and what tells mails apart:
    a mail program that has seen one Message-ID does not show another of it.

    Args:
        session: a writing session.
        broadcast_id: the broadcast.
        to: key of the contact who gets it.
        municipality: key of the gemeente whose mail it is; empty for the first.
        links: makes the addresses in it.
        mails: makes the mail.
        now: instant, aware UTC.
        today: the day.

    Returns:
        Whose mail it is.

    Raises:
        NotFoundError: for an unknown broadcast or contact.
        InvalidInputError: when nobody gets this broadcast, or its author is gone.
    """
    row = broadcasts.find(session, broadcast_id)
    person = lookup.contact(session, to)
    of = next(
        (
            one
            for one in recipients(session, row, today)
            if not municipality or municipality in {place.key for place in one.places}
        ),
        None,
    )
    if of is None:
        raise InvalidInputError(_NOBODY)
    writer = Writer(session, row, links, mails, now)
    message = writer.mail(of.reader, of.places, person)
    delivery.enqueue(
        session,
        message,
        now=now,
        contact_key=person.key,
        valid_until=today + timedelta(days=1),
    )
    return of
