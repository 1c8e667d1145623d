"""Log-in: a link in a mail, once, then a session on a device that can be ended.

Only hashes of tokens and keys are stored, so the tables open no door. Who asks for a link for an
unknown address gets the same answer as everybody else.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from campagne.domain.contacts import Contact
from campagne.domain.login import (
    ASKS_PER_ADDRESS,
    ASKS_PER_CLIENT,
    LINK_LASTS,
    NOTED_EVERY,
    Limit,
    is_alive,
)
from campagne.domain.rights import Visitor
from campagne.errors import NotFoundError
from campagne.store import queries
from campagne.store.tables import LoginLinkRow, LoginTryRow, OrganisationAccountRow, WebSessionRow

_STALE = (
    "Deze inloglink werkt niet meer. Een link werkt een kwartier, en één keer."
    " Vraag een nieuwe link aan."
)


@dataclass(frozen=True, slots=True)
class MailedLink:
    """A log-in link to mail; the token stands nowhere else."""

    contact: Contact
    token: str


@dataclass(frozen=True, slots=True)
class Device:
    """A place where somebody is logged in; instants are aware UTC."""

    id: int
    name: str
    since: datetime
    seen_at: datetime
    this_one: bool


def ask(
    session: Session, address: str, *, client: str, secret: str, now: datetime
) -> list[MailedLink]:
    """Make the links for who asks to log in.

    Args:
        session: a writing session.
        address: as it was typed.
        client: network address of who asks.
        secret: key that hides both in the table of tries.
        now: instant, aware UTC.

    Returns:
        A link for each contact with this address; none when there is no such contact, when a
        link that was mailed before still works, or when was asked too often. Who asked is not
        told which.
    """
    address = address.strip().lower()
    allowed = may_try(session, f"client {client}", ASKS_PER_CLIENT, secret=secret, now=now)
    found = [one for one in queries.contacts(session) if one.email.lower() == address]
    without = [one for one in found if not _has_link(session, one.key, now)]
    if without or not found:
        who = f"address {address}"
        allowed &= may_try(session, who, ASKS_PER_ADDRESS, secret=secret, now=now)
    made: list[MailedLink] = []
    for contact in without if allowed else ():
        token = secrets.token_urlsafe(32)
        session.exec(delete(LoginLinkRow).where(col(LoginLinkRow.contact_key) == contact.key))
        session.add(LoginLinkRow(token_hash=_hash(token), contact_key=contact.key, created_at=now))
        made.append(MailedLink(contact, token))
    return made


def withdraw(session: Session, link: MailedLink) -> None:
    """Forget a link whose mail could not leave, so that its owner can ask for another at once."""
    session.exec(delete(LoginLinkRow).where(col(LoginLinkRow.token_hash) == _hash(link.token)))


def may_try(session: Session, who: str, limit: Limit, *, secret: str, now: datetime) -> bool:
    """Note a try, and say whether it is within the limit; a refused try is not counted.

    Args:
        session: a writing session.
        who: what the limit is for.
        limit: how often.
        secret: key that hides `who` in the table.
        now: instant, aware UTC.
    """
    session.exec(delete(LoginTryRow).where(col(LoginTryRow.at) < now - ASKS_PER_CLIENT.within))
    hidden = _hidden(who, secret)
    if _is_reached(session, hidden, limit, now):
        return False
    session.add(LoginTryRow(who=hidden, at=now))
    session.flush()
    return True


def asked_too_often(session: Session, client: str, *, secret: str, now: datetime) -> bool:
    """Say whether a client may ask for no more links now; notes nothing.

    Args:
        session: any session.
        client: network address of who asks.
        secret: key that hides it in the table of tries.
        now: instant, aware UTC.
    """
    return _is_reached(session, _hidden(f"client {client}", secret), ASKS_PER_CLIENT, now)


def peek(session: Session, token: str, now: datetime) -> Contact:
    """Return whose link this is; it can still be used afterwards.

    Raises:
        NotFoundError: when it was used, is too old, or was never made.
    """
    row = session.get(LoginLinkRow, _hash(token))
    contact = _contact(session, row.contact_key) if row is not None else None
    if row is None or contact is None or not _works(row, now):
        raise NotFoundError(_STALE)
    return contact


def _has_link(session: Session, contact_key: str, now: datetime) -> bool:
    rows = select(LoginLinkRow).where(col(LoginLinkRow.contact_key) == contact_key)
    return any(_works(row, now) for row in session.exec(rows))


def _works(row: LoginLinkRow, now: datetime) -> bool:
    # Not before it was made either: a clock that was ahead makes no link that lasts longer.
    return abs(now - row.created_at) <= LINK_LASTS


def enter(session: Session, token: str, *, device: str, strong: bool, now: datetime) -> str:
    """Use a link up and log in on a device; return the key for its cookie.

    Args:
        session: a writing session.
        token: of the link.
        device: what the device calls itself, to recognise it by.
        strong: True where no second factor is asked.
        now: instant, aware UTC.

    Raises:
        NotFoundError: as `peek`.
    """
    contact = peek(session, token, now)
    session.exec(delete(LoginLinkRow).where(col(LoginLinkRow.contact_key) == contact.key))
    return open_session(session, contact.key, device=device, strong=strong, now=now)


def open_session(
    session: Session, contact_key: str, *, device: str, strong: bool, now: datetime
) -> str:
    """Log a contact in on a device; return the key for its cookie. Who it is, was looked at."""
    key = secrets.token_urlsafe(32)
    session.add(
        WebSessionRow(
            key_hash=_hash(key),
            contact_key=contact_key,
            device=device,
            created_at=now,
            seen_at=now,
            strong=strong,
        )
    )
    return key


def visitor(session: Session, key: str, now: datetime) -> Visitor | None:
    """Return who is logged in with the key of a cookie; None for nobody, or no more.

    Args:
        session: any session.
        key: as the cookie has it.
        now: instant, aware UTC.
    """
    row = _alive(session, key, now)
    contact = _contact(session, row.contact_key) if row is not None else None
    return Visitor(contact, row.strong) if row is not None and contact is not None else None


def is_to_be_noted(session: Session, key: str, now: datetime) -> bool:
    """Say whether this visit is worth a write."""
    row = _alive(session, key, now)
    return row is not None and abs(now - row.seen_at) >= NOTED_EVERY


def note_visit(session: Session, key: str, now: datetime) -> None:
    """Store that somebody was here, so that the session goes on."""
    row = _alive(session, key, now)
    if row is not None:
        row.seen_at = now


def leave(session: Session, key: str) -> None:
    """Log out on the device of this key; a second time does nothing."""
    session.exec(delete(WebSessionRow).where(col(WebSessionRow.key_hash) == _hash(key)))


def devices(session: Session, contact_key: str, key: str, now: datetime) -> list[Device]:
    """Return where a contact is logged in, the last visit first.

    Args:
        session: any session.
        contact_key: the contact.
        key: that of the cookie of who asks.
        now: instant, aware UTC; what has run out is left out.
    """
    rows = session.exec(
        select(WebSessionRow)
        .where(col(WebSessionRow.contact_key) == contact_key)
        .order_by(col(WebSessionRow.seen_at).desc(), col(WebSessionRow.id))
    )
    return [
        Device(
            id=cast("int", row.id),
            name=row.device,
            since=row.created_at,
            seen_at=row.seen_at,
            this_one=row.key_hash == _hash(key),
        )
        for row in rows
        if is_alive(row.created_at, row.seen_at, now)
    ]


def end(session: Session, contact_key: str, session_ids: list[int]) -> int:
    """Log a contact out on these devices; return on how many. Those of others stay."""
    mine = session.exec(select(WebSessionRow).where(col(WebSessionRow.contact_key) == contact_key))
    # Compared here: no database takes every number that somebody can type.
    ended = [row for row in mine if row.id in session_ids]
    for row in ended:
        session.delete(row)
    return len(ended)


def end_all(session: Session, contact_key: str) -> None:
    """Log a contact out everywhere; a link that is on its way does not work any more either.

    The account of their organisation is let go of: the next one with the right address is theirs.
    """
    session.exec(
        delete(OrganisationAccountRow).where(col(OrganisationAccountRow.contact_key) == contact_key)
    )
    session.exec(delete(LoginLinkRow).where(col(LoginLinkRow.contact_key) == contact_key))
    session.exec(delete(WebSessionRow).where(col(WebSessionRow.contact_key) == contact_key))


def make_strong(session: Session, contact_key: str, key: str) -> None:
    """Note that a contact gave a second factor in the session of this key."""
    session.exec(
        update(WebSessionRow)
        .where(
            col(WebSessionRow.contact_key) == contact_key,
            col(WebSessionRow.key_hash) == _hash(key),
        )
        .values(strong=True)
    )


def forget_the_old(session: Session, now: datetime) -> None:
    """Remove what nobody can use any more: links, and sessions that have run out."""
    session.exec(delete(LoginLinkRow).where(col(LoginLinkRow.created_at) < now - LINK_LASTS))
    gone = [
        row.id
        for row in session.exec(select(WebSessionRow))
        if not is_alive(row.created_at, row.seen_at, now)
    ]
    session.exec(delete(WebSessionRow).where(col(WebSessionRow.id).in_(gone)))


def _alive(session: Session, key: str, now: datetime) -> WebSessionRow | None:
    row = session.exec(
        select(WebSessionRow).where(col(WebSessionRow.key_hash) == _hash(key))
    ).first()
    return row if row is not None and is_alive(row.created_at, row.seen_at, now) else None


def _contact(session: Session, key: str) -> Contact | None:
    return queries.contact(session, key)


def _hidden(who: str, secret: str) -> str:
    return hmac.new(secret.encode(), who.encode(), hashlib.sha256).hexdigest()


def _is_reached(session: Session, hidden: str, limit: Limit, now: datetime) -> bool:
    recent = session.exec(
        select(func.count())
        .select_from(LoginTryRow)
        .where(col(LoginTryRow.who) == hidden, col(LoginTryRow.at) > now - limit.within)
    ).one()
    return recent >= limit.times


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
