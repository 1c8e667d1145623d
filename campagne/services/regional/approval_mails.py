"""The mails between the author of a broadcast and who reads it first."""

from datetime import datetime

from sqlmodel import Session

from campagne.domain.contacts import Contact
from campagne.domain.delivery import MessageKind
from campagne.messages import Mails
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.mail_words import mail_templates
from campagne.services.outbox import delivery
from campagne.store import queries
from campagne.store.tables import BroadcastRow

ASKED, APPROVED, RETURNED, HINDERED = "asked", "approved", "returned", "hindered"


def tell(
    session: Session,
    row: BroadcastRow,
    event: str,
    to: str,
    *,
    by: str,
    note: str = "",
    links: Links,
    mails: Mails,
    now: datetime,
) -> bool:
    """Put a mail in the outbox about what was done with a broadcast.

    Args:
        session: a writing session.
        row: the broadcast.
        event: one of the four above.
        to: key of who is told.
        by: name of who did it.
        note: what they wrote with it, or what went wrong; may be empty.
        links: makes the address in it.
        mails: makes the mail.
        now: instant, aware UTC; the same thing done at another instant is told again.

    Returns:
        False when nobody of this key can be mailed any more.
    """
    reader = _reader(session, to)
    if reader is None:
        return False
    edition = lookup.edition(session, row.edition_key)
    campaign = queries.campaigns(session)[edition.campaign].name
    message = mail_templates.in_use(session, mails).compose(
        "regiobericht-nieuws",
        {
            "name": reader.name,
            "event": event,
            "by": by,
            "note": note,
            "campaign": f"{campaign} {edition.year}",
            "region": lookup.region(session, row.region_key).name,
            "subject": row.subject,
            "url": links.broadcast(row.id or 0),
        },
        kind=MessageKind.APPROVAL,
        key=f"regiobericht-nieuws:{row.id}:{event}:{now.isoformat()}:{reader.key}",
        recipient=reader.email,
        recipient_name=reader.name,
        date=now,
    )
    delivery.enqueue(session, message, now=now, contact_key=reader.key)
    return True


def _reader(session: Session, key: str) -> Contact | None:
    found = (one for one in queries.contacts(session) if one.key == key and not one.paused)
    return next(found, None)
