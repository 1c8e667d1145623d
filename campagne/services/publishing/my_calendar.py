"""My own calendar feed: made, made anew or withdrawn by the contact that it is of."""

from datetime import datetime

from sqlmodel import Session

from campagne.services.planning import reminders
from campagne.services.publishing import feed_stamps, personal_feeds


def make(session: Session, contact: str, *, now: datetime) -> str:
    """Make the feed of a contact, with everything in it; one that there was is withdrawn.

    Args:
        session: a writing session.
        contact: key of an active contact.
        now: instant, aware UTC.

    Returns:
        The token; it stands nowhere else.

    Raises:
        NotFoundError: when there is no such contact.
    """
    token = personal_feeds.make(session, contact, now=now)
    feed_stamps.restamp_personal(session, reminders.situation(session), now, {contact})
    return token
