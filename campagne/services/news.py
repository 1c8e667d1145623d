"""Telling one person something small by mail: what is told is noted here, `news_mails` mails it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from campagne.domain.news import NewsKind
from campagne.store.tables import NewsRow


def tell(
    session: Session,
    kind: NewsKind,
    to: str,
    *,
    key: str,
    facts: Mapping[str, str | int | list[str]],
    now: datetime,
) -> None:
    """Note what somebody is to be told; the same news is told once.

    Args:
        session: a writing session.
        kind: what it says.
        to: key of the contact who is told.
        key: what tells this piece of news from every other of its kind to this person.
        facts: what it is about: keys and numbers, never names, so that the mail is made of what is
            so when it goes, and somebody who is wiped is not in it.
        now: instant, aware UTC.
    """
    whole = f"{kind.value}:{to}:{key}"
    if session.scalars(select(col(NewsRow.id)).where(col(NewsRow.key) == whole)).first() is None:
        session.add(
            NewsRow(key=whole, contact_key=to, kind=kind, facts=dict(facts), created_at=now)
        )
        session.flush()
