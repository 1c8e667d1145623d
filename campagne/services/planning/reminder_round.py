"""What time itself does to reminders: a round of the clock asks this before it makes mails."""

import logging
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, exists, or_, select, update
from sqlmodel import Session, col

from campagne.domain.delivery import DeliveryState
from campagne.domain.playbook import Role
from campagne.domain.reminders import Level, ReminderState, StepStatus
from campagne.services.planning import reminders
from campagne.services.planning.reminder_rows import chunks
from campagne.store import queries
from campagne.store.tables import (
    ContactRoleRow,
    ContactRow,
    DeliveryRow,
    EditionRow,
    ReminderRow,
    StepStateRow,
)

log = logging.getLogger("campagne.reminders")


def expire(session: Session, *, today: date, dropped: Sequence[int]) -> int:
    """Drop the reminders that make no sense any more; return how many.

    Args:
        session: a writing session.
        today: what is valid until today still goes.
        dropped: deliveries that were taken out of the outbox since their last useful day passed.
            The reminders in them are not counted: the log tells of the mail.
    """
    result = session.execute(
        update(ReminderRow)
        .where(
            col(ReminderRow.state) == ReminderState.PLANNED, col(ReminderRow.valid_until) < today
        )
        .values(state=ReminderState.EXPIRED)
    )
    late = int(result.rowcount)  # type: ignore[attr-defined]  # UPDATE gives a CursorResult
    if late:
        log.warning("%d reminders dropped: their day has passed", late)
    for chunk in chunks(dropped):
        session.execute(
            update(ReminderRow)
            .where(
                col(ReminderRow.delivery_id).in_(chunk),
                col(ReminderRow.state) == ReminderState.QUEUED,
            )
            # Wanted again after all, they go in another mail: this one was taken out for good.
            .values(state=ReminderState.EXPIRED, recalled=col(ReminderRow.recalled) + 1)
        )
    return late


def refresh(session: Session, *, now: datetime, today: date) -> None:
    """Plan anew what time itself changed: call it before `reminder_mails.queue_due`.

    A second reminder that has come due is counted anew, since the first one may have gone out late.
    And a mail that was on its way when its edition changed, its step was ticked off or its contact
    left, got another address or wants it no more, and that the server then put off, waits again and
    is no longer right.
    """
    chased = session.scalars(
        select(col(ReminderRow.edition_key))
        .where(
            col(ReminderRow.state) == ReminderState.PLANNED,
            col(ReminderRow.due_on) <= today,
            col(ReminderRow.level) != Level.FIRST,
        )
        .distinct()
    ).all()
    done = and_(
        col(StepStateRow.edition_key) == col(ReminderRow.edition_key),
        col(StepStateRow.step_key) == col(ReminderRow.step_key),
        col(StepStateRow.municipality_key) == col(ReminderRow.municipality_key),
        col(StepStateRow.status) != StepStatus.OPEN,
    )
    works_there = exists().where(
        col(ContactRoleRow.contact_key) == col(ReminderRow.contact_key),
        or_(
            col(ContactRoleRow.municipality_key) == col(ReminderRow.municipality_key),
            col(ContactRoleRow.role) == Role.CENTRE,
        ),
    )
    outdated = session.scalars(
        select(col(ReminderRow.edition_key))
        .join(DeliveryRow, col(DeliveryRow.id) == col(ReminderRow.delivery_id))
        .join(EditionRow, col(EditionRow.key) == col(ReminderRow.edition_key))
        .join(ContactRow, col(ContactRow.key) == col(ReminderRow.contact_key))
        .outerjoin(StepStateRow, done)
        .where(
            # Not the state of the reminder too: SQLite would begin with every one that was sent.
            col(DeliveryRow.state).in_((DeliveryState.DUE, DeliveryState.DEFERRED)),
            or_(
                col(EditionRow.sequence) != col(ReminderRow.sequence),
                col(ContactRow.email) != col(DeliveryRow.recipient),
                col(ContactRow.active).is_(False),
                ~works_there,
                col(StepStateRow.status).is_not(None),
                queries.may_be_unwanted(col(ReminderRow.contact_key)),
            ),
        )
        .distinct()
    ).all()
    if editions := {*chased, *outdated}:
        reminders.replan(session, now=now, today=today, editions=editions)


def take_back(session: Session, *, now: datetime, today: date) -> None:
    """Plan again what a clock that ran ahead dropped before its day, if it is still wanted."""
    dropped_early = session.scalars(
        select(col(ReminderRow.edition_key))
        .where(
            col(ReminderRow.state) == ReminderState.EXPIRED, col(ReminderRow.valid_until) >= today
        )
        .distinct()
    ).all()
    if dropped_early:
        log.warning("the clock ran ahead: planning %s again", ", ".join(dropped_early))
        reminders.replan(session, now=now, today=today, editions=dropped_early)
