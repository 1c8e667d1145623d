"""Wiping somebody from the data: asked for by that person, carried out by who manages them.

What others need stays: that a step was done, that a mail went. Who it was does not.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, SQLModel, col

from campagne.domain import dutch
from campagne.domain.delivery import DeliveryState, MessageKind, states_before
from campagne.errors import InvalidInputError
from campagne.messages import Mails
from campagne.people_contexts import ErasureContext
from campagne.services import scope
from campagne.services.access import Links
from campagne.services.entrance import login
from campagne.services.mail_words import mail_templates
from campagne.services.outbox import delivery
from campagne.services.people import mentions, preferences
from campagne.services.planning import people_changes
from campagne.services.publishing import personal_feeds, step_content
from campagne.store import blobs, queries
from campagne.store.tables import (
    AnswerRow,
    AppliedValueRow,
    AttemptRow,
    AuditRow,
    BounceRow,
    CheckRow,
    ContactRow,
    DateProposalRow,
    DeliveryRow,
    ErasureRow,
    EvaluationRow,
    MailBytesRow,
    MailTextRow,
    MutedRow,
    NewsRow,
    OrganisationAccountRow,
    OwnTextRow,
    ParticipationRow,
    PausedAddressRow,
    PreferencesRow,
    RotaStatementRow,
    SecondFactorRow,
    StepEventRow,
    StepStateRow,
)

NAME = "Gewiste contactpersoon"
_NUMBER = "gewist nummer"
_WIPED = b"Subject: gewist\r\n\r\nDeze mail is gewist op verzoek van wie hem kreeg.\r\n"
_STOPPED = "Ingetrokken: de gegevens van deze persoon zijn gewist."
# The name of who said or decided something, and the key beside it.
_NAMES: Sequence[tuple[type[SQLModel], str, str]] = (
    (StepStateRow, "by", "by_key"),
    (AnswerRow, "by", "by_key"),
    (ParticipationRow, "by", "by_key"),
    (EvaluationRow, "by", "by_key"),
    (RotaStatementRow, "by", "by_key"),
    (DateProposalRow, "by", "contact_key"),
    (DateProposalRow, "decided_by", "decided_by_key"),
    (MailTextRow, "by", "by_key"),
    (OwnTextRow, "by", "by_key"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to be wiped that was not carried out yet: of whom, and when (aware UTC)."""

    contact: str
    at: datetime


def waiting(session: Session) -> dict[str, datetime]:
    """Return when each contact asked to be wiped of whom that was not done yet, by key."""
    rows = session.execute(
        select(col(ErasureRow.contact_key), col(ErasureRow.asked_at)).where(
            col(ErasureRow.done_at).is_(None)
        )
    )
    return {row[0]: row[1] for row in rows}


def ask(session: Session, contact: str, *, mails: Mails, links: Links, now: datetime) -> int:
    """Note that somebody asks to be wiped, and mail who can do it.

    Args:
        session: a writing session.
        contact: key of an active contact.
        mails: makes the mails.
        links: makes the addresses in it.
        now: instant, aware UTC.

    Returns:
        How many were told; zero when nobody manages these contacts.

    Raises:
        NotFoundError: when there is no such contact.
        InvalidInputError: when it was asked already.
    """
    me = preferences.find(session, contact)
    row = session.get(ErasureRow, contact)
    if row is not None and row.done_at is None:
        raise InvalidInputError(
            f"Je vroeg dit al op {dutch.day(row.asked_at.date())}. De beheerder weet het."
        )
    session.merge(ErasureRow(contact_key=contact, asked_at=now, done_at=None, done_by_key=None))
    told, mails = scope.managers(session, me), mail_templates.in_use(session, mails)
    places = queries.municipalities(session)
    names = dutch.join(sorted({places[at].name for _, at in me.assignments}))
    for one in told:
        message = mails.compose(
            "verzoek-wissen",
            ErasureContext(
                name=one.name,
                who=me.name,
                email=me.email,
                municipalities=names,
                url=links.managed_contact(me.key),
            ),
            kind=MessageKind.REQUEST,
            key=f"verzoek-wissen:{me.key}:{now.isoformat()}:{one.key}",
            recipient=one.email,
            recipient_name=one.name,
            date=now,
            reply_to=me.email,
        )
        delivery.enqueue(session, message, now=now, contact_key=one.key)
    return len(told)


def withdraw(session: Session, contact: str) -> None:
    """Forget that somebody asked to be wiped; what was done stays done."""
    row = session.get(ErasureRow, contact)
    if row is not None and row.done_at is None:
        session.delete(row)


def carry_out(session: Session, key: str, *, by: str, now: datetime, today: date) -> None:
    """Wipe a contact: name, address, number, mails, sessions, choices; the roles stay.

    Who asked it stands in the log by key alone from then on, and the calendar files do not bring
    anything back: a field that they give too is told as a conflict by `rota apply`.

    Args:
        session: a writing session.
        key: of a contact, active or not.
        by: key of who does it.
        now: instant, aware UTC.
        today: the day.
    """
    row = session.get_one(ContactRow, key)
    name, address, phone = row.name, row.email, row.phone
    # Who has the same address gets mail again, if that was paused.
    were = [
        one
        for one in queries.contacts(session)
        if one.key == key or one.email.lower() == address.lower()
    ]
    nobody = f"gewist-{hashlib.sha256(key.encode()).hexdigest()[:12]}@gewist.invalid"
    login.end_all(session, key)
    for table in (
        *(PreferencesRow, MutedRow, SecondFactorRow, OrganisationAccountRow),
        *(CheckRow, NewsRow),
    ):
        session.execute(delete(table).where(col(table.contact_key) == key))
    session.execute(
        delete(AppliedValueRow).where(
            col(AppliedValueRow.kind) == "contact", col(AppliedValueRow.key) == key
        )
    )
    personal_feeds.withdraw(session, key, now=now)
    holder = step_content.of_contact(key)
    session.execute(delete(StepEventRow).where(col(StepEventRow.holder) == holder))
    _wipe_mails(session, key, address, nobody, now)
    row.name, row.email, row.phone, row.active = NAME, nobody, "", False
    same_name = select(func.count()).where(col(ContactRow.name) == name, col(ContactRow.key) != key)
    alone = session.scalar(same_name) == 0
    for spoken, column, key_of in _NAMES:
        whose = col(getattr(spoken, key_of))
        theirs = whose == key
        if alone:
            # Typed by hand, in an answer by mail or by phone: it can be of nobody else.
            theirs |= whose.is_(None) & (col(getattr(spoken, column)) == name)
        session.execute(update(spoken).where(theirs).values({column: NAME}))
    mentions.replace(session, (name, address, phone), by=(NAME, nobody, _NUMBER), now=now)
    if alone:
        # In the subject of a mail to somebody else, such as that theirs did not arrive.
        subject = col(DeliveryRow.subject)
        session.execute(
            update(DeliveryRow)
            .where(subject.contains(name, autoescape=True))
            .values(subject=func.replace(subject, name, NAME))
        )
    # The only change of a row of the log that the database allows.
    session.execute(
        update(AuditRow)
        .where(col(AuditRow.contact_key) == key, col(AuditRow.by) != key)
        .values(by=key)
    )
    asked = session.get(ErasureRow, key)
    if asked is None:
        asked = ErasureRow(contact_key=key, asked_at=now)
        session.add(asked)
    asked.done_at, asked.done_by_key = now, by
    session.flush()
    session.expire_all()
    queries.raise_data_version(session, now)
    people_changes.replan(session, were, now=now, today=today)


def _wipe_mails(session: Session, key: str, address: str, nobody: str, now: datetime) -> None:
    ids = session.scalars(
        select(col(DeliveryRow.id)).where(
            or_(
                col(DeliveryRow.contact_key) == key,
                func.lower(col(DeliveryRow.recipient)) == address.lower(),
            )
        )
    ).all()
    known = [one for one in ids if one is not None]
    on_their_way = session.scalars(
        select(col(DeliveryRow.id)).where(
            col(DeliveryRow.id).in_(known),
            col(DeliveryRow.state).in_(
                (*states_before(DeliveryState.CANCELLED), DeliveryState.SENDING)
            ),
        )
    ).all()
    taken = delivery.cancel(session, [one for one in on_their_way if one], now=now, why=_STOPPED)
    if set(on_their_way) - set(taken):
        raise InvalidInputError(
            "Er gaat nu net een mail naar deze persoon weg. Probeer het over een kwartier opnieuw."
        )
    ends = session.scalars(
        select(col(MailBytesRow.tail)).where(
            col(MailBytesRow.delivery_id).in_(known), col(MailBytesRow.tail).is_not(None)
        )
    ).all()
    for values, table, column in (
        ({"recipient": nobody, "reply": ""}, DeliveryRow, col(DeliveryRow.id)),
        ({"raw": _WIPED, "tail": None}, MailBytesRow, col(MailBytesRow.delivery_id)),
        ({"text": ""}, AttemptRow, col(AttemptRow.delivery_id)),
        ({"recipient": nobody, "text": ""}, BounceRow, col(BounceRow.delivery_id)),
    ):
        session.execute(update(table).where(column.in_(known)).values(**values))
    blobs.forget(session, {one for one in ends if one})
    session.execute(
        delete(PausedAddressRow).where(col(PausedAddressRow.address) == address.lower())
    )
