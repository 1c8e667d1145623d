"""Small news becomes mails: one per person with all there is, made of what is so when it goes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import or_, select
from sqlmodel import Session, col

from campagne.clock import local_day
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState, Message, MessageKind, states_before
from campagne.domain.news import NewsKind
from campagne.messages import Mails
from campagne.people_contexts import NewsContext, NewsLine
from campagne.services.access import Links
from campagne.services.outbox import delivery
from campagne.services.planning import news_lines
from campagne.services.planning.personal_mails import QueueReport, mail_key, queue_each
from campagne.store import queries
from campagne.store.tables import ContactRow, DeliveryRow, NewsRow

_PEOPLE = 25  # in one call, so that no transaction lasts long
# After that it is no news any more.
_LASTS = timedelta(days=14)
_MOVED = "Ingetrokken: de ontvanger heeft een ander adres, of is geen contactpersoon meer."


@dataclass(frozen=True, slots=True)
class Told:
    """A piece of news with the words for it."""

    row: NewsRow
    line: NewsLine

    @property
    def content(self) -> str:
        """What tells the mail with it from every other one."""
        return f"{self.row.key}/{self.row.recalled + (self.row.delivery_id is not None)}"


def recall(session: Session, *, now: datetime) -> None:
    """Take mails with news back that go to an address that is not theirs any more."""
    found = session.scalars(
        select(col(DeliveryRow.id))
        .join(NewsRow, col(NewsRow.delivery_id) == col(DeliveryRow.id))
        .join(ContactRow, col(ContactRow.key) == col(NewsRow.contact_key))
        .where(
            col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED)),
            or_(
                col(ContactRow.email) != col(DeliveryRow.recipient),
                col(ContactRow.active).is_(False),
            ),
        )
        .distinct()
    ).all()
    delivery.cancel(session, [one for one in found if one is not None], now=now, why=_MOVED)


def waiting(session: Session, *, now: datetime, today: date) -> Mapping[str, Sequence[NewsRow]]:
    """Return the news that is to be told now, per contact, the oldest first.

    Dates that are proposed are told at most once a day: who decides on them gets one mail about
    ten of them. Answers are told the next morning, all of a day together.

    Args:
        session: any session.
        now: instant, aware UTC.
        today: the day of it in Amsterdam.
    """
    people = {one.key for one in queries.contacts(session) if not one.paused}
    rows = session.scalars(
        select(NewsRow)
        .outerjoin(DeliveryRow, col(DeliveryRow.id) == col(NewsRow.delivery_id))
        .where(
            col(NewsRow.created_at) > now - _LASTS,
            or_(
                col(NewsRow.delivery_id).is_(None),
                col(DeliveryRow.state) == DeliveryState.CANCELLED,
            ),
        )
        .order_by(col(NewsRow.contact_key), col(NewsRow.id))
    ).all()
    had_today = _had_proposals(session, now, today) if rows else set()
    due = [
        row
        for row in rows
        if row.contact_key in people
        and not (row.kind is NewsKind.DATES_PROPOSED and row.contact_key in had_today)
        and not (row.kind is NewsKind.ANSWERED and local_day(row.created_at) == today)
    ]
    return {key: list(some) for key, some in groupby(due, lambda row: row.contact_key)}


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    skip: Collection[str] = (),
) -> QueueReport:
    """Render and freeze the mails with small news, one to each person.

    What is not so any more is forgotten. Call `recall` first. Args and return value: as
    `reminder_mails.queue_due`.
    """
    found = waiting(session, now=now, today=today)
    first = [key for key in found if key not in skip][:_PEOPLE]
    if not first:
        return QueueReport()
    contacts = {one.key: one for one in queries.contacts(session)}
    book = news_lines.Book.read(session, links, today)
    told: dict[str, Sequence[Told]] = {}
    for key in first:
        lines = [(row, book.line(row)) for row in found[key]]
        for row, line in lines:
            if line is None:
                session.delete(row)
        if still := [Told(row, line) for row, line in lines if line is not None]:
            told[key] = still
    session.flush()

    def make(key: str, some: Sequence[Told]) -> Message:
        return _mail(contacts[key], some, mails=mails, links=links, now=now)

    def settle(some: Sequence[Told], delivery_id: int) -> None:
        for one in some:
            one.row.recalled += one.row.delivery_id is not None
            one.row.delivery_id = delivery_id
        session.flush()

    report = queue_each(
        session,
        told,
        make=make,
        useful_until=lambda _: today + _LASTS,
        settle=settle,
        now=now,
    )
    return replace(report, reminders=0)


def _mail(
    to: Contact, some: Sequence[Told], *, mails: Mails, links: Links, now: datetime
) -> Message:
    return mails.compose(
        "bericht",
        NewsContext(to.name, news_lines.together(one.line for one in some), links.mine()),
        kind=MessageKind.NEWS,
        key=mail_key("bericht", to.key, [one.content for one in some]),
        recipient=to.email,
        recipient_name=to.name,
        date=now,
    )


def _had_proposals(session: Session, now: datetime, today: date) -> set[str]:
    """Return who had a mail about dates that are proposed today."""
    rows = session.execute(
        select(col(NewsRow.contact_key), col(DeliveryRow.created_at))
        .join(DeliveryRow, col(DeliveryRow.id) == col(NewsRow.delivery_id))
        .where(
            col(NewsRow.kind) == NewsKind.DATES_PROPOSED,
            col(DeliveryRow.state) != DeliveryState.CANCELLED,
            col(DeliveryRow.created_at) > now - timedelta(days=2),
        )
    )
    return {contact for contact, at in rows if local_day(at) == today}
