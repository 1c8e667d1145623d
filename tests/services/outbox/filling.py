"""Mails in an outbox, for the tests of what is done with them there."""

from datetime import UTC, datetime

from sqlalchemy import update
from sqlmodel import select

from campagne.domain.delivery import Message, MessageKind, message_id
from campagne.services.outbox import delivery
from campagne.store.database import Database
from campagne.store.tables import DeliveryRow

START = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)


def message(number: int) -> Message:
    """A reminder to the contact of this number."""
    key = f"reminder:{number}"
    return Message(
        key=key,
        kind=MessageKind.REMINDER,
        sender="campagne@example.nl",
        recipient=f"contact{number}@example.nl",
        subject=f"Mail {number}",
        message_id=message_id(key, "campagne@example.nl"),
        own=f"Subject: Mail {number}\r\n\r\nBeste collega\r\n".encode(),
    )


def fill(database: Database, count: int) -> list[int]:
    """Put mails in the outbox; return their ids."""
    with database.session() as session:
        ids = [delivery.enqueue(session, message(number + 1), now=START) for number in range(count)]
    return [one for one in ids if one is not None]


def set_all(database: Database, **values: object) -> None:
    """Change columns of every mail."""
    with database.session() as session:
        session.exec(update(DeliveryRow).values(**values))


def only_row(database: Database) -> DeliveryRow:
    """Return the one mail that there is."""
    with database.read() as session:
        return session.exec(select(DeliveryRow)).one()
