"""Change notices that wait become mails: one per person, rendered and frozen in the outbox."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select, update
from sqlmodel import Session, col

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.delivery import Message, MessageKind
from campagne.domain.preferences import MailList
from campagne.domain.reminders import ReminderState
from campagne.domain.responsibility import answering
from campagne.domain.rota import Edition, EditionStatus
from campagne.mail_contexts import ChangeLine, NoticeContext
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.planning import notice_facts, notices
from campagne.services.planning.personal_mails import (
    QueueReport,
    first_people,
    mail_key,
    queue_each,
)
from campagne.services.readers import Reader, deputies
from campagne.store import queries
from campagne.store.tables import NoticeRow


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    people: int = 25,
    skip: Collection[str] = (),
) -> QueueReport:
    """Render and freeze the notices that wait, one mail per person, in the outbox.

    Call `notices.expire` and `notices.refresh` first. Args and return value: as
    `reminder_mails.queue_due`; a notice counts as no reminder.
    """
    waiting = _waiting(session, people, skip)
    if not waiting:
        return QueueReport()
    keys = {row.edition_key for rows in waiting.values() for row in rows}
    editions = {one.key: one for one in queries.editions(session, keys=keys)}
    dates = notice_facts.dates(session, sorted(keys))
    campaigns = queries.campaigns(session)
    contacts = {one.key: one for one in queries.contacts(session)}
    municipalities, regions = queries.municipalities(session), queries.regions(session)
    stand_ins = deputies(session, MailList.REMINDERS, today)

    def compose(reader: Reader, rows: Sequence[NoticeRow]) -> Message:
        places = {place for _, place in reader.of.assignments}
        answers = answering(
            reader.contact,
            places,
            contacts=contacts.values(),
            municipalities=municipalities,
            regions=regions,
        )
        ordered = sorted(
            rows, key=lambda row: (editions[row.edition_key].span.first, row.edition_key)
        )
        changes = tuple(
            _change(
                row,
                editions[row.edition_key],
                campaigns[editions[row.edition_key].campaign].name,
                dates[row.edition_key][row.known_version],
                links,
            )
            for row in ordered
        )
        context = NoticeContext(
            name=reader.contact.name,
            changes=changes,
            subscribe_url=links.subscribe(),
            questions_to=answers.name if answers else "",
            copy_note=reader.copy_note,
            preferences_url=links.preferences(reader.contact.key, MailList.REMINDERS, today),
        )
        return mails.compose(
            "wijziging",
            context,
            kind=MessageKind.NOTICE,
            key=reader.key(mail_key("wijziging", reader.of.key, map(_content, rows))),
            recipient=reader.contact.email,
            recipient_name=reader.contact.name,
            date=now,
            reply_to=answers.email if answers else None,
            unsubscribe_url=context.preferences_url,
        )

    def make(contact_key: str, rows: Sequence[NoticeRow]) -> Message:
        return compose(Reader(contacts[contact_key], contacts[contact_key]), rows)

    def copy(contact_key: str, rows: Sequence[NoticeRow]) -> tuple[str, Message] | None:
        reader = stand_ins.get(contact_key)
        if reader is None:
            return None
        own = notices.also_for(session, reader.contact.key, sorted(keys))
        missing = [one for one in rows if (one.edition_key, one.kind, one.date_version) not in own]
        return (reader.contact.key, compose(reader, missing)) if missing else None

    def settle(rows: Sequence[NoticeRow], delivery_id: int) -> None:
        session.execute(
            update(NoticeRow)
            .where(col(NoticeRow.id).in_([row.id for row in rows]))
            .values(
                state=ReminderState.QUEUED,
                delivery_id=delivery_id,
                sequence=queries.sequence_of(col(NoticeRow.edition_key)),
            )
        )

    report = queue_each(
        session,
        waiting,
        make=make,
        useful_until=lambda rows: max(editions[row.edition_key].span.last for row in rows),
        settle=settle,
        now=now,
        copy=copy,
    )
    return replace(report, reminders=0)


def waiting(session: Session) -> Sequence[str]:
    """Return the keys of who is to be told of a change now."""
    planned = col(NoticeRow.state) == ReminderState.PLANNED
    return session.scalars(
        select(col(NoticeRow.contact_key)).where(planned).distinct().order_by(NoticeRow.contact_key)
    ).all()


def _waiting(session: Session, people: int, skip: Collection[str]) -> dict[str, list[NoticeRow]]:
    is_waiting = (
        col(NoticeRow.state) == ReminderState.PLANNED,
        col(NoticeRow.contact_key).not_in(skip),
    )
    first = first_people(session, col(NoticeRow.contact_key), is_waiting, people)
    if not first:
        return {}
    rows = session.scalars(
        select(NoticeRow)
        .where(*is_waiting, col(NoticeRow.contact_key).in_(first))
        .order_by(col(NoticeRow.contact_key), col(NoticeRow.id))
    )
    return {key: list(group) for key, group in groupby(rows, lambda row: row.contact_key)}


def _change(row: NoticeRow, edition: Edition, name: str, known: Span, links: Links) -> ChangeLine:
    return ChangeLine(
        kind=row.kind.value,
        name=name,
        old=dutch.period(known),
        new=dutch.period(edition.span),
        provisional=edition.status is EditionStatus.PROVISIONAL,
        url=links.edition(edition.key),
    )


def _content(row: NoticeRow) -> str:
    return f"{row.edition_key}/{row.kind.value}/{row.date_version}/{row.recalled}"
