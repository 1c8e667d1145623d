"""The mails of the gemeenten that somebody manages: what became of each, and what to do about it.

The text of a mail is not shown: it is addressed to another, and its links act in their name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select, union
from sqlmodel import Session, col

from campagne.domain import dutch
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.rights import Action, Visitor
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import audit, scope
from campagne.services.audit import AuditLine, Author
from campagne.services.outbox import outcomes, validity
from campagne.store.tables import (
    AttemptRow,
    BroadcastRow,
    CampaignRow,
    ContactRow,
    DeliveryPlaceRow,
    DeliveryRow,
    EditionRow,
    MunicipalityRow,
    NoticeRow,
    ReminderRow,
    StepRow,
)

_HISTORY = 20


class Settling(StrEnum):
    """What somebody does with a mail."""

    ARRIVED = "arrived"
    LOST = "lost"
    RESEND = "resend"


_DONE = {
    Settling.ARRIVED: "vastgelegd dat de mail aankwam",
    Settling.LOST: "vastgelegd dat de mail niet aankwam",
    Settling.RESEND: "mail opnieuw klaargezet",
}


@dataclass(frozen=True, slots=True)
class ManagedLine:
    """A mail in the list; `at` is when it was settled, or else put in the outbox (UTC)."""

    id: int
    to: str
    name: str
    subject: str
    state: DeliveryState
    at: datetime


@dataclass(frozen=True, slots=True)
class Try:
    """One try to send a mail; `outcome` in Dutch."""

    at: datetime
    outcome: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What a mail is about: an edition with its name, and the step where it is about one."""

    edition: str
    name: str
    step: str


@dataclass(frozen=True, slots=True)
class ManagedMail:
    """A mail with all that is known of it but its text.

    Attributes:
        name / municipality: of whom it is for and what it is about; empty where there is none.
        reply: what the server, or the service, said last.
        settled_at: aware UTC; None while it is under way.
        copy_of: the mail that this is a copy of, for a deputy.
        version: fingerprint of the state; a form that was opened in another one is old.
        may: what can be done with it now.
        objection: why it does not go again, where its state would allow it; empty otherwise.
    """

    id: int
    to: str
    name: str
    municipality: str
    kind: MessageKind
    subject: str
    state: DeliveryState
    reply: str
    created_at: datetime
    settled_at: datetime | None
    valid_until: date | None
    copy_of: int | None
    tries: tuple[Try, ...]
    topics: tuple[Topic, ...]
    version: str
    may: tuple[Settling, ...]
    objection: str
    history: tuple[AuditLine, ...]


def lines(
    session: Session,
    visitor: Visitor,
    *,
    search: str = "",
    states: Iterable[DeliveryState] = (),
    limit: int,
    offset: int = 0,
) -> list[ManagedLine]:
    """Return the mails for the gemeenten that somebody manages, the newest first.

    Args:
        session: any session.
        visitor: who looks.
        search: only those with this in the address or the subject.
        states: only those in one of these states; none for all.
        limit: at most this many.
        offset: how many to leave out at the front.

    Raises:
        NotFoundError: when they manage none.
    """
    of_them = scope.deliveries(scope.places(session, visitor, Action.SEE_DELIVERIES))
    query = (
        select(
            col(DeliveryRow.id),
            col(DeliveryRow.recipient),
            col(ContactRow.name),
            col(DeliveryRow.subject),
            col(DeliveryRow.state),
            col(DeliveryRow.settled_at),
            col(DeliveryRow.created_at),
        )
        .outerjoin(ContactRow, col(ContactRow.key) == col(DeliveryRow.contact_key))
        .where(of_them)
        .order_by(col(DeliveryRow.id).desc())
        .limit(limit)
        .offset(offset)
    )
    if search:
        query = query.where(
            or_(
                col(DeliveryRow.recipient).icontains(search, autoescape=True),
                col(DeliveryRow.subject).icontains(search, autoescape=True),
            )
        )
    if chosen := list(states):
        query = query.where(col(DeliveryRow.state).in_(chosen))
    return [
        ManagedLine(row[0], row[1], row[2] or "", row[3], row[4], row[5] or row[6])
        for row in session.execute(query)
        if row[0] is not None
    ]


def mail(session: Session, visitor: Visitor, number: int, today: date) -> ManagedMail:
    """Return one mail with all that is known of it but its text.

    Args:
        session: any session.
        visitor: who looks.
        number: id of the delivery.
        today: the day, which decides whether it may go again.

    Raises:
        NotFoundError: when there is no such mail, or it is for nobody they manage.
    """
    row = _row(session, visitor, number, Action.SEE_DELIVERIES)
    may, objection = _allowed(session, number, row.state, today)
    tries = session.execute(
        select(
            col(AttemptRow.started_at),
            col(AttemptRow.outcome),
            col(AttemptRow.code),
            col(AttemptRow.text),
        )
        .where(col(AttemptRow.delivery_id) == number)
        .order_by(col(AttemptRow.fence).desc())
    )
    return ManagedMail(
        id=number,
        to=row.recipient,
        name=row.contact or "",
        municipality=dutch.join([row.municipality or "", *_beside(session, number)]),
        kind=row.kind,
        subject=row.subject,
        state=row.state,
        reply=row.reply,
        created_at=row.created_at,
        settled_at=row.settled_at,
        valid_until=row.valid_until,
        copy_of=row.copy_of,
        tries=tuple(
            Try(at, word(DeliveryState(outcome)) if outcome else "bezig", _answer(code, text))
            for at, outcome, code, text in tries
        ),
        topics=_topics(session, row),
        version=_version(row),
        may=may,
        objection=objection,
        history=tuple(audit.entries(session, of=("delivery", str(number)), limit=_HISTORY)),
    )


def settle(
    session: Session,
    number: int,
    what: Settling,
    *,
    visitor: Visitor,
    why: str,
    version: str,
    now: datetime,
    today: date,
) -> None:
    """Record what became of a mail, or send it again, and note that in the log of changes.

    Args:
        session: a writing session.
        number: id of the delivery.
        what: what is done.
        visitor: who does it.
        why: the reason, for the log.
        version: of the page on which it was chosen.
        now: instant, aware UTC.
        today: the day.

    Raises:
        NotFoundError: when there is no such mail, or it is not theirs to settle.
        InvalidInputError: when no reason is given, somebody else was first, the state does not
            allow it, or the mail is not right any more.
    """
    row = _row(session, visitor, number, Action.SETTLE_DELIVERIES)
    if not why:
        raise InvalidInputError("Schrijf op waarom je dit doet, of hoe je het weet.", "waarom")
    if version != _version(row):
        raise InvalidInputError(
            f"Er is intussen iets veranderd: de stand van deze mail is nu '{word(row.state)}'."
            " Er is niets opgeslagen. Kijk of het nog nodig is en kies dan opnieuw."
        )
    if what is Settling.RESEND:
        validity.resend(session, number, now=now, today=today)
    else:
        outcomes.resolve(session, number, arrived=what is Settling.ARRIVED, now=now)
    state = session.scalars(select(col(DeliveryRow.state)).where(col(DeliveryRow.id) == number))
    audit.record(
        session,
        Author(visitor.contact.name, visitor.contact.key),
        _DONE[what],
        of=("delivery", str(number)),
        before={"stand": word(row.state)},
        after={"stand": word(state.one())},
        why=why,
        now=now,
    )


def _row(session: Session, visitor: Visitor, number: int, action: Action) -> Any:
    """Return what is stored of a mail, without its bytes, for who may do this with it."""
    mine = scope.places(session, visitor, action)
    columns = [getattr(DeliveryRow, name) for name in DeliveryRow.model_fields if name != "key"]
    found = session.execute(
        select(
            *columns,
            col(ContactRow.name).label("contact"),
            col(MunicipalityRow.name).label("municipality"),
        )
        .outerjoin(ContactRow, col(ContactRow.key) == col(DeliveryRow.contact_key))
        .outerjoin(MunicipalityRow, col(MunicipalityRow.key) == col(DeliveryRow.municipality_key))
        .where(col(DeliveryRow.id) == number, scope.deliveries(mine))
    ).one_or_none()
    if found is None:
        raise NotFoundError(
            "Deze mail bestaat niet, is opgeruimd, of is niet voor een gemeente die jij beheert."
        )
    return found


def _beside(session: Session, number: int) -> list[str]:
    """Return the names of the gemeenten that a mail is about beside the one in its row."""
    return list(
        session.scalars(
            select(col(MunicipalityRow.name))
            .join(
                DeliveryPlaceRow,
                col(DeliveryPlaceRow.municipality_key) == col(MunicipalityRow.key),
            )
            .where(col(DeliveryPlaceRow.delivery_id) == number)
            .order_by(col(MunicipalityRow.key))
        )
    )


def _allowed(
    session: Session, number: int, state: DeliveryState, today: date
) -> tuple[tuple[Settling, ...], str]:
    if state not in {DeliveryState.UNKNOWN, DeliveryState.FAILED}:
        return (), ""
    known = (Settling.ARRIVED, Settling.LOST) if state is DeliveryState.UNKNOWN else ()
    objection = validity.objection(session, number, today)
    return (known, objection) if objection else ((*known, Settling.RESEND), "")


def _topics(session: Session, row: Any) -> tuple[Topic, ...]:
    """Return what a mail is about; the copy for a deputy says what the mail says."""
    original = row.copy_of or row.id
    steps = session.execute(
        select(col(ReminderRow.edition_key), col(StepRow.title))
        .join(StepRow, col(StepRow.key) == col(ReminderRow.step_key))
        .where(col(ReminderRow.delivery_id) == original)
        .distinct()
    )
    pairs = {(row[0], row[1]) for row in steps}
    whole = session.scalars(
        union(
            select(col(NoticeRow.edition_key)).where(col(NoticeRow.delivery_id) == original),
            select(col(BroadcastRow.edition_key)).where(col(BroadcastRow.id) == row.broadcast_id),
            select(col(EditionRow.key)).where(col(EditionRow.key) == row.edition_key),
        )
    )
    pairs |= {(key, "") for key in whole}
    names = {
        key: f"{name} {year}"
        for key, name, year in session.execute(
            select(col(EditionRow.key), col(CampaignRow.name), col(EditionRow.year))
            .join(CampaignRow, col(CampaignRow.key) == col(EditionRow.campaign_key))
            .where(col(EditionRow.key).in_({key for key, _ in pairs}))
        )
    }
    return tuple(Topic(key, names[key], step) for key, step in sorted(pairs))


def _version(row: Any) -> str:
    return f"{row.state.value}-{row.fence}-{row.attempts}"


def _answer(code: int | None, text: str) -> str:
    return text if code is None or text.startswith(str(code)) else f"{code} {text}"
