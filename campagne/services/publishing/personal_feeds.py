"""The personal feed: behind a token in its address, one for each contact, to be withdrawn.

Only the hash of the token is kept, so the tables open no feed. Of one that was withdrawn only that
hash is left and the instant: nothing tells whose it was.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from campagne.errors import NotFoundError
from campagne.store import queries
from campagne.store.tables import PersonalFeedRow, WithdrawnFeedRow

_TOKEN_BYTES = 32  # 256 bits


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def subscribers(session: Session) -> Mapping[str, str]:
    """Return the hash of the token of each contact who has a feed, by key."""
    rows = session.execute(
        select(col(PersonalFeedRow.contact_key), col(PersonalFeedRow.token_hash))
    )
    return {row[0]: row[1] for row in rows}


def withdrawals(session: Session) -> Mapping[str, datetime]:
    """Return when each feed that is withdrawn was, aware UTC, by the hash of its token."""
    rows = session.execute(
        select(col(WithdrawnFeedRow.token_hash), col(WithdrawnFeedRow.withdrawn_at))
    )
    return {row[0]: row[1] for row in rows}


def made_at(session: Session, contact: str) -> datetime | None:
    """Return when the feed of a contact was made, aware UTC; None when there is none."""
    return session.scalar(
        select(col(PersonalFeedRow.created_at)).where(col(PersonalFeedRow.contact_key) == contact)
    )


def make(session: Session, contact: str, *, now: datetime) -> str:
    """Make the feed of a contact; one that there was is withdrawn.

    The steps in it have no stamps yet: see `my_calendar.make`.

    Args:
        session: a writing session.
        contact: key of an active contact.
        now: instant, aware UTC.

    Returns:
        The token; it stands nowhere else.

    Raises:
        NotFoundError: when there is no such contact.
    """
    if queries.contact(session, contact) is None:
        raise NotFoundError("Deze contactpersoon is er niet (meer). Kies een ander.")
    withdraw(session, contact, now=now)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(PersonalFeedRow(contact_key=contact, token_hash=hashed(token), created_at=now))
    session.flush()
    queries.raise_data_version(session, now)
    return token


def withdraw(session: Session, contact: str, *, now: datetime) -> bool:
    """Withdraw the feed of a contact: its address tells so for a month, and then nothing.

    Returns:
        False when there was none.
    """
    token_hash = subscribers(session).get(contact)
    if token_hash is None:
        return False
    session.execute(delete(PersonalFeedRow).where(col(PersonalFeedRow.contact_key) == contact))
    session.add(WithdrawnFeedRow(token_hash=token_hash, withdrawn_at=now))
    session.flush()
    queries.raise_data_version(session, now)
    return True
