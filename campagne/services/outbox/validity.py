"""Whether a stored mail still says what is so.

Broadcasts and confirmations that wait are withdrawn here; reminders and notices are taken back by
their own planning. And no mail is sent again that is not right any more.
"""

import logging
from collections.abc import Collection, Iterator
from datetime import date, datetime

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from campagne.domain import dutch
from campagne.domain.delivery import DeliveryState, MessageKind, states_before
from campagne.domain.notices import NoticeKind
from campagne.domain.reminders import Answer, ReminderState, StepStatus
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError
from campagne.services.national import material_mails
from campagne.services.outbox import delivery, outcomes
from campagne.services.planning import plan_mails
from campagne.services.regional import given
from campagne.services.review import evaluation_mails
from campagne.services.rotas import proposal_mails
from campagne.store import queries
from campagne.store.tables import (
    BroadcastRow,
    CampaignRow,
    ChaseRow,
    ContactRow,
    DeliveryRow,
    EditionRow,
    NoticeRow,
    PausedAddressRow,
    PlanMailRow,
    ReminderRow,
    StepRow,
    StepStateRow,
)

log = logging.getLogger("campagne.delivery")

_CANCELLED = "ingetrokken: de campagne gaat niet door"
_MOVED = "ingetrokken: de datum is veranderd"


def note_of(broadcast_id: int) -> str:
    """Return the note of the step that a broadcast ticked off."""
    return f"Regiobericht {broadcast_id} is verstuurd."


def withdraw(session: Session, *, now: datetime) -> set[str]:
    """Take back the mails that wait while their edition moved or is cancelled, or proposal changed.

    Call it in the transaction of the change, and in each round for what a server put off since.
    A step that was done by a broadcast of which nothing leaves any more is open again.

    Args:
        session: a writing session.
        now: the instant, aware UTC.

    Returns:
        The keys of the editions with such a step, whose reminders must be planned anew.
    """
    proposal_mails.take_back_outdated(session, now=now)
    opened: set[str] = set()
    cancelled = col(EditionRow.status) == EditionStatus.CANCELLED
    moved = col(EditionRow.date_version) != col(DeliveryRow.date_version)
    for wrong, why in ((cancelled, _CANCELLED), (moved, _MOVED)):
        found = session.scalars(
            select(col(DeliveryRow.id))
            .join(EditionRow, col(EditionRow.key) == col(DeliveryRow.edition_key))
            .where(col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED)), wrong)
        ).all()
        ids = [one for one in found if one is not None]
        if taken := delivery.cancel(session, ids, now=now, why=why):
            log.warning(
                "%d mails withdrawn, their edition moved or is cancelled: deliveries %s",
                len(taken),
                sorted(taken),
            )
            opened |= open_again(session, taken, now)
    return opened


def open_again(session: Session, taken: Collection[int], now: datetime) -> set[str]:
    """Open the steps that were done by broadcasts of which nothing is left; return the editions."""
    leaves = aliased(DeliveryRow)
    broadcasts = session.scalars(
        select(col(DeliveryRow.broadcast_id))
        .distinct()
        .where(
            col(DeliveryRow.id).in_(taken),
            ~exists().where(
                col(leaves.broadcast_id) == col(DeliveryRow.broadcast_id),
                col(leaves.state) != DeliveryState.CANCELLED,
            ),
        )
    ).all()
    notes = {note_of(one): one for one in broadcasts if one is not None}
    rows = session.scalars(
        select(StepStateRow).where(
            col(StepStateRow.note).in_(notes), col(StepStateRow.status) == StepStatus.DONE
        )
    ).all()
    for row in rows:
        row.status, row.at = StepStatus.OPEN, now
        row.note = f"Regiobericht {notes[row.note]} is ingetrokken."
    session.flush()
    return {row.edition_key for row in rows}


def resend(session: Session, delivery_id: int, *, now: datetime, today: date) -> None:
    """Send a mail again whose outcome is unknown or that failed: the same bytes, if still right.

    There is no way around it: the next round would take a mail back that is not right.

    Args:
        session: a writing session.
        delivery_id: id of the delivery.
        now: instant, aware UTC.
        today: the day.

    Raises:
        NotFoundError: when there is no such delivery.
        InvalidInputError: when it is in a state in which a double could come of it, or what it says
            is not so any more.
    """
    outcomes.resend(session, delivery_id, now=now)
    if reason := objection(session, delivery_id, today):
        raise InvalidInputError(
            f"Deze mail gaat niet nog een keer weg. {reason} Moet iemand nog iets weten? Bel of"
            " mail dan zelf."
        )


def objection(session: Session, delivery_id: int, today: date) -> str:
    """Return in Dutch why a mail is not right any more and does not go again; empty when it is."""
    return next(_objections(session, session.get_one(DeliveryRow, delivery_id), today), "")


def _objections(session: Session, row: DeliveryRow, today: date) -> Iterator[str]:
    """Yield in Dutch why a mail is not right any more."""
    if row.wiped_on is not None:
        yield "Adres en tekst van deze mail zijn gewist."
    if row.valid_until is not None and row.valid_until < today:
        yield f"De laatste dag waarop de mail zin had, was {dutch.day(row.valid_until)}."
    contact = session.get(ContactRow, row.contact_key) if row.contact_key else None
    if contact is not None and not contact.active:
        yield f"{contact.name} is geen contactpersoon meer."
    if contact is not None and contact.email != row.recipient:
        yield f"{contact.name} heeft nu een ander adres: {contact.email}."
    if session.get(PausedAddressRow, row.recipient.lower()) is not None:
        yield "Aan dit adres gaat geen mail meer: het bestaat niet."
    # The copy for a deputy says what the mail says.
    original = row.copy_of or row.id
    reminders = _reminders_changed(session, original)
    notices = _notices_changed(session, original)
    yield from (one for one in (*reminders, *notices) if one)
    if row.kind in {MessageKind.REMINDER, MessageKind.NOTICE} and not (reminders or notices):
        yield "Wat erin stond, hoeft niet meer of staat al in een andere mail."
    if row.kind is MessageKind.PROPOSAL and not proposal_mails.is_current(session, row.key):
        yield "Het voorstel waar de mail over gaat, is veranderd of ingetrokken."
    yield from _answered(session, row.kind, original)
    yield from _plan_changed(session, row.kind, original)
    yield from _asks_no_more(session, row.kind, original, today)
    edition = session.get(EditionRow, row.edition_key) if row.edition_key else None
    if edition is not None:
        same = edition.date_version == row.date_version
        if reason := _edition_changed(session, edition, same=same, runs=True):
            yield reason


def _reminders_changed(session: Session, delivery_id: int | None) -> list[str]:
    """Return for each reminder in a mail why it is not right any more; empty where it is."""
    done = and_(
        col(StepStateRow.edition_key) == col(ReminderRow.edition_key),
        col(StepStateRow.step_key) == col(ReminderRow.step_key),
        col(StepStateRow.municipality_key) == col(ReminderRow.municipality_key),
        col(StepStateRow.status) != StepStatus.OPEN,
    )
    rows = session.execute(
        select(ReminderRow, EditionRow, col(StepRow.title), col(StepStateRow.status))
        .join(EditionRow, col(EditionRow.key) == col(ReminderRow.edition_key))
        .join(StepRow, col(StepRow.key) == col(ReminderRow.step_key))
        .outerjoin(StepStateRow, done)
        .where(
            col(ReminderRow.delivery_id) == delivery_id,
            col(ReminderRow.state) == ReminderState.QUEUED,
        )
    )
    return [
        _edition_changed(
            session, edition, same=reminder.sequence in {None, edition.sequence}, runs=True
        )
        or (f"De stap '{title}' is al afgevinkt of overgeslagen." if closed else "")
        for reminder, edition, title, closed in rows
    ]


def _answered(session: Session, kind: MessageKind, delivery_id: int | None) -> Iterator[str]:
    """Yield in Dutch why a mail that asks for an answer is not right any more, and of whom it is.

    It asks several gemeenten at once, so that one answer makes it another mail.
    """
    if kind is not MessageKind.SILENCE:
        return
    rows = session.execute(
        select(ChaseRow, col(BroadcastRow.edition_key))
        .join(BroadcastRow, col(BroadcastRow.id) == col(ChaseRow.broadcast_id))
        .where(col(ChaseRow.delivery_id) == delivery_id)
    ).all()
    names = queries.municipalities(session)
    said, later, silent = [], [], []
    for chase, edition in rows:
        name = names[chase.municipality_key].name
        answer = given.latest(session, edition).get(chase.municipality_key)
        if answer is not None and answer.answer is not Answer.LATER:
            said.append(name)
        elif answer is not None and answer.until is not None and answer.until > chase.deadline:
            later.append(f"{name} weet het uiterlijk op {dutch.day(answer.until)}.")
        else:
            silent.append(name)
    if not said and not later:
        return
    sentences = sorted(later)
    if said:
        has = "heeft" if len(said) == 1 else "hebben"
        sentences.insert(0, f"{dutch.join(sorted(said))} {has} al geantwoord.")
    if silent:
        sentences.append(
            f"Van {dutch.join(sorted(silent))} is er nog geen antwoord: bel of mail daar zelf."
        )
    yield " ".join(sentences)


def _asks_no_more(
    session: Session, kind: MessageKind, delivery_id: int | None, today: date
) -> Iterator[str]:
    """Yield in Dutch why a mail about the work around a campaign is not right any more."""
    if kind is MessageKind.EVALUATION and evaluation_mails.changed(session, delivery_id, today):
        yield "Er is al teruggekeken, of wat de mail vraagt hoeft niet meer."
    if kind is MessageKind.MATERIAL and material_mails.changed(session, delivery_id, today):
        yield "Wat de mail zegt over het landelijke materiaal, klopt niet meer."


def _plan_changed(session: Session, kind: MessageKind, delivery_id: int | None) -> Iterator[str]:
    """Yield in Dutch why the plan for a year in a mail is not right any more."""
    if kind is not MessageKind.PLAN:
        return
    plan = session.scalars(
        select(PlanMailRow).where(col(PlanMailRow.delivery_id) == delivery_id)
    ).one_or_none()
    if plan is None:
        yield "Wat erin stond, staat al in een andere mail."
    elif plan_mails.changed(session, plan):
        yield "De datum van een campagne in deze mail is veranderd."


def _notices_changed(session: Session, delivery_id: int | None) -> list[str]:
    """Return for each notice in a mail why it is not right any more; empty where it is."""
    rows = session.execute(
        select(NoticeRow, EditionRow)
        .join(EditionRow, col(EditionRow.key) == col(NoticeRow.edition_key))
        .where(
            col(NoticeRow.delivery_id) == delivery_id,
            col(NoticeRow.state) == ReminderState.QUEUED,
        )
    )
    return [
        _edition_changed(
            session,
            edition,
            same=notice.sequence in {None, edition.sequence},
            runs=notice.kind is not NoticeKind.CANCELLED,
        )
        for notice, edition in rows
    ]


def _edition_changed(session: Session, edition: EditionRow, *, same: bool, runs: bool) -> str:
    """Say what became of an edition since a mail gave its dates, or said that it does not run."""
    name = session.get_one(CampaignRow, edition.campaign_key).name
    if runs and edition.status is EditionStatus.CANCELLED:
        return f"{name} gaat niet door."
    return "" if same else f"Wat de mail zegt over {name}, is veranderd."
