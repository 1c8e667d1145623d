"""The mails of a broadcast one by one, before they go; and one of them to oneself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

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
from campagne.services.regional.broadcast_mails import Addressed
from campagne.store.tables import BroadcastRow

_NOBODY = (
    "Er is niemand om dit bericht aan te sturen: kies andere gemeenten of rollen, of voeg"
    " contactpersonen toe."
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a mail of a broadcast, or as a deputy a copy of it, and for which gemeenten."""

    places: tuple[Municipality, ...]
    reader: Reader

    @property
    def for_whom(self) -> str:
        """The names of the gemeenten, as one phrase."""
        return dutch.join([one.name for one in self.places])

    @property
    def contact(self) -> Contact:
        """Who gets it."""
        return self.reader.contact


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
    places = tuple(dict.fromkeys(place.name for one in read for place in one.places))
    return Reach(len(readers), len(set(readers)), places)


def recipients(session: Session, row: BroadcastRow, today: date) -> list[Recipient]:
    """Return who gets a mail of a broadcast, by gemeente, each followed by the deputy's copy.

    Of one that was sent: the mails that are there, then those that are still to be made.

    Args:
        session: any session.
        row: the broadcast.
        today: who is absent on the day that it goes, gets a deputy; this day where it has none.
    """
    if row.released_at is not None:
        read = [
            *_made(session, row, local_day(row.released_at)),
            *mailing.left(session, row, today),
        ]
    else:  # a moment that is past was missed: it goes in the next round
        day = max(local_day(row.release_at), today) if row.release_at else today
        read = broadcast_mails.readers_on(session, row, day)
    return [
        Recipient(one.places, reader)
        for one in read
        for reader in (Reader(one.contact, one.contact), one.deputy)
        if reader is not None
    ]


def _made(session: Session, row: BroadcastRow, day: date) -> Iterator[Addressed]:
    """Yield who has a mail; whoever got work in a gemeente since then, has none about that one."""
    mails = mailed.numbers(session, broadcast_mails.number(row))
    for one in broadcast_mails.readers_on(session, row, day):
        about: dict[int, list[Municipality]] = {}
        for place in one.places:
            if (mail := mails.get((one.contact.key, place.key))) is not None:
                about.setdefault(mail, []).append(place)
        yield from (replace(one, places=tuple(places)) for places in about.values())


def mail(
    session: Session,
    row: BroadcastRow,
    recipient: Recipient,
    *,
    links: Links,
    mails: Mails,
    now: datetime,
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

    Raises:
        InvalidInputError: when its author is no centrum contact any more.
    """
    writer = broadcast_mails.Writer(session, row, links, mails, row.released_at or now)
    return writer.mail(recipient.reader, recipient.places)


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
    writer = broadcast_mails.Writer(session, row, links, mails, now)
    message = writer.mail(of.reader, of.places, person)
    delivery.enqueue(
        session,
        message,
        now=now,
        contact_key=person.key,
        valid_until=today + timedelta(days=1),
    )
    return of
