"""Reminders: planned anew after every change, put in the outbox when due."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session, col

from campagne.domain.reminders import (
    ReminderKey,
    ReminderState,
    Situation,
    StepStatus,
    StoredReminder,
    plan,
    reconcile,
)
from campagne.store import queries
from campagne.store.tables import ContactRow, ReminderRow

log = logging.getLogger("campagne.reminders")

_CHUNK = 500  # ids in one IN (...); SQLite allows 32,766 parameters


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What a planning changed."""

    added: int = 0
    moved: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A planned reminder as a person reads it in a list."""

    due_on: date
    valid_until: date
    edition: str
    step: str
    municipality: str
    contact: str
    email: str


def situation(session: Session, editions: Collection[str] | None = None) -> Situation:
    """Read everything that planning looks at, for all editions or the named ones."""
    states = queries.step_states(session, editions)
    return Situation(
        editions=queries.editions(session, keys=editions),
        campaigns=queries.campaigns(session),
        steps=queries.steps(session),
        municipalities=queries.municipalities(session),
        regions=queries.regions(session),
        rota=queries.rota_entries(session),
        answers=queries.answers(session, editions),
        closed={key for key, state in states.items() if state.status is not StepStatus.OPEN},
        contacts=queries.contacts(session),
        meetings=[
            meeting for series in queries.meeting_series(session) for meeting in series.meetings
        ],
    )


def replan(session: Session, *, today: date, editions: Collection[str] | None = None) -> PlanReport:
    """Bring the stored reminders in line with the rota, the playbook, the answers and people.

    Call it in the transaction of every change to one of those. Safe to repeat.

    Args:
        session: a writing session.
        today: reminders that make no sense any more on this day are not planned.
        editions: keys of the editions that changed; None for all.
    """
    changes = reconcile(
        plan(situation(session, editions), today), _stored(session, editions), today
    )
    if changes.add:
        session.execute(
            insert(ReminderRow),
            [
                {
                    "edition_key": one.key.edition,
                    "step_key": one.key.step,
                    "municipality_key": one.key.municipality,
                    "contact_key": one.key.contact,
                    "date_version": one.key.date_version,
                    "due_on": one.due_on,
                    "valid_until": one.valid_until,
                    "state": ReminderState.PLANNED,
                }
                for one in changes.add
            ],
        )
    if changes.move:
        session.connection().execute(
            update(ReminderRow)
            .where(col(ReminderRow.id) == bindparam("row"))
            .values(
                due_on=bindparam("due"),
                valid_until=bindparam("until"),
                state=ReminderState.PLANNED,
            ),
            [{"row": row, "due": due, "until": until} for row, due, until in changes.move],
        )
    for chunk in _chunks(changes.withdraw):
        session.execute(
            update(ReminderRow)
            .where(col(ReminderRow.id).in_(chunk))
            .values(state=ReminderState.WITHDRAWN)
        )
    return PlanReport(len(changes.add), len(changes.move), len(changes.withdraw))


def list_planned(session: Session, *, until: date) -> list[DueReminder]:
    """Return the planned reminders that are due on or before a day, by day and person."""
    rows = session.execute(
        select(ReminderRow, ContactRow)
        .join(ContactRow, col(ContactRow.key) == col(ReminderRow.contact_key))
        .where(col(ReminderRow.state) == ReminderState.PLANNED, col(ReminderRow.due_on) <= until)
        .order_by(
            col(ReminderRow.due_on),
            col(ReminderRow.contact_key),
            col(ReminderRow.edition_key),
            col(ReminderRow.step_key),
            col(ReminderRow.municipality_key),
        )
    ).all()
    return [
        DueReminder(
            due_on=reminder.due_on,
            valid_until=reminder.valid_until,
            edition=reminder.edition_key,
            step=reminder.step_key,
            municipality=reminder.municipality_key,
            contact=contact.name,
            email=contact.email,
        )
        for reminder, contact in rows
    ]


def expire(session: Session, *, today: date) -> int:
    """Drop the planned reminders that make no sense any more; return how many."""
    result = session.execute(
        update(ReminderRow)
        .where(
            col(ReminderRow.state) == ReminderState.PLANNED, col(ReminderRow.valid_until) < today
        )
        .values(state=ReminderState.EXPIRED)
    )
    dropped = int(result.rowcount)  # type: ignore[attr-defined]  # UPDATE gives a CursorResult
    if dropped:
        log.warning("%d reminders dropped: their day has passed", dropped)
    return dropped


def take_back(session: Session, *, today: date) -> None:
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
        replan(session, today=today, editions=dropped_early)


def _stored(session: Session, editions: Collection[str] | None) -> list[StoredReminder]:
    query = select(
        col(ReminderRow.id),
        col(ReminderRow.edition_key),
        col(ReminderRow.step_key),
        col(ReminderRow.municipality_key),
        col(ReminderRow.contact_key),
        col(ReminderRow.date_version),
        col(ReminderRow.due_on),
        col(ReminderRow.valid_until),
        col(ReminderRow.state),
    )
    if editions is not None:
        query = query.where(col(ReminderRow.edition_key).in_(editions))
    return [
        StoredReminder(row[0], ReminderKey(*row[1:6]), row[6], row[7], row[8])
        for row in session.execute(query)
    ]


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
