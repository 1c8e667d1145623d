"""The mails that ask everybody whether what is known of them is still so."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.checks import ASKED_FOR
from campagne.domain.delivery import Message, MessageKind
from campagne.messages import Mails
from campagne.people_contexts import CheckContext
from campagne.services.access import Links
from campagne.services.people import checks
from campagne.services.people.checks import Book, Question
from campagne.services.planning.personal_mails import QueueReport, mail_key, queue_each
from campagne.store.tables import CheckRow

_PEOPLE = 25  # in one call, so that no transaction lasts long


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    skip: Collection[str] = (),
) -> QueueReport:
    """Render and freeze the questions that are to be asked, one mail per person.

    Call `checks.recall` first. Args and return value: as `reminder_mails.queue_due`.
    """
    waiting = [one for one in checks.to_ask(session, today) if one.contact.key not in skip]
    if not waiting:
        return QueueReport()
    book = Book.read(session)

    def make(key: str, questions: Sequence[Question]) -> Message:
        question = questions[0]
        known = book.known(question.contact)
        return mails.compose(
            "klopt-dit-nog",
            CheckContext(
                name=known.name,
                email=known.email,
                phone=known.phone,
                work=known.work,
                deputy=known.deputy,
                url=links.check(key, question.on),
                until=dutch.day(question.on + ASKED_FOR),
            ),
            kind=MessageKind.CHECK,
            key=mail_key("klopt-dit-nog", key, [question.on.isoformat(), str(question.number)]),
            recipient=known.email,
            recipient_name=known.name,
            date=now,
        )

    def settle(questions: Sequence[Question], delivery_id: int) -> None:
        question = questions[0]
        row = session.get(CheckRow, (question.contact.key, question.on))
        if row is None:
            row = CheckRow(contact_key=question.contact.key, due_on=question.on, asked_on=today)
            session.add(row)
        row.delivery_id, row.recalled, row.asked_on = delivery_id, question.number, today
        session.flush()

    report = queue_each(
        session,
        {one.contact.key: [one] for one in waiting[:_PEOPLE]},
        make=make,
        useful_until=lambda questions: questions[0].on + ASKED_FOR,
        settle=settle,
        now=now,
    )
    return replace(report, reminders=0)
