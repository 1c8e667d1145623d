"""Reminders: planned anew after every change, put in the outbox when due."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, or_, select, update
from sqlmodel import Session, col

from campagne.clock import local_day
from campagne.domain.delivery import DeliveryState, states_before
from campagne.domain.reconciliation import OutboxMail, StoredReminder, reconcile
from campagne.domain.reminders import (
    Answer,
    Level,
    ReminderKey,
    ReminderState,
    Situation,
    StepStatus,
    is_chased,
    plan,
)
from campagne.services.outbox import delivery
from campagne.services.publishing import feed_stamps
from campagne.store import queries
from campagne.store.tables import (
    ContactRow,
    DeliveryRow,
    EditionRow,
    PreferencesRow,
    ReminderRow,
    StepStateRow,
)

log = logging.getLogger("campagne.reminders")

_CHUNK = 500  # ids in one IN (...); SQLite allows 32,766 parameters
_CHANGED = "Ingetrokken: er is iets veranderd aan wat erin stond of voor wie de mail is."
_REFUSED = (DeliveryState.FAILED, DeliveryState.BOUNCED)


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What a planning changed."""

    added: int = 0
    moved: int = 0
    withdrawn: int = 0


def situation(
    session: Session,
    editions: Collection[str] | None = None,
    municipalities: Collection[str] | None = None,
) -> Situation:
    """Read everything that planning looks at, for all editions or the named ones.

    Args:
        session: any session.
        editions: keys of the only editions; None for all.
        municipalities: keys of the only gemeenten whose answers, ticks and hand-overs are read,
            which for a country are many; None for all.
    """
    states = queries.step_states(session, editions, municipalities)
    said = queries.dated_answers(session, editions, municipalities)
    taken = queries.handovers(session, editions, municipalities)
    return Situation(
        editions=queries.editions(session, keys=editions),
        campaigns=queries.campaigns(session),
        steps=queries.steps(session),
        municipalities=queries.municipalities(session),
        regions=queries.regions(session),
        rota=queries.rota_entries(session),
        answers={key: answer for key, (answer, _) in said.items()},
        joined=joined(said),
        closed={key for key, state in states.items() if state.status is not StepStatus.OPEN},
        contacts=queries.contacts(session),
        meetings=[
            meeting for series in queries.meeting_series(session) for meeting in series.meetings
        ],
        preferences=queries.preferences(session),
        handed_over={key: one.to for key, one in taken.items()},
        looked_back=queries.looked_back(session, editions, municipalities),
    )


def joined(said: Mapping[tuple[str, str], tuple[Answer, datetime]]) -> dict[tuple[str, str], date]:
    """Return the day on which who joins said so, of answers as `queries.dated_answers` has them."""
    return {key: local_day(at) for key, (answer, at) in said.items() if answer is Answer.JOIN}


def replan(
    session: Session,
    *,
    now: datetime,
    today: date,
    editions: Collection[str] | None = None,
    steps: Collection[str] | None = None,
) -> PlanReport:
    """Bring the stored reminders in line with the rota, the playbook, the answers and people.

    The steps in calendars follow too: those of these editions and steps, else what changes with
    people. Call it in the transaction of every change to one of those. Safe to repeat.

    Args:
        session: a writing session.
        now: the instant, aware UTC.
        today: reminders that make no sense any more on this day are not planned.
        editions: keys of the editions that changed; None for all.
        steps: keys of the only steps of the playbook that changed, which in a country saves most of
            the work; None for all. What falls due of another step does not follow from them.
    """
    known = situation(session, editions)
    if steps is not None:
        known = replace(known, steps=[one for one in known.steps if one.key in steps])
    if editions is None and steps is None:
        feed_stamps.restamp_personal(session, known, now)
    else:
        feed_stamps.restamp_steps(session, known, now, editions, steps)
    known = replace(known, told=_told(session, known))
    about = _about(editions, steps)
    changes = reconcile(
        plan(known, today),
        _stored(session, about),
        today,
        {one.key: one.email for one in known.contacts},
    )
    freed = _recall(session, changes.recall, now)
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
                    "level": one.key.level,
                    "due_on": one.due_on,
                    "valid_until": one.valid_until,
                    "state": ReminderState.PLANNED,
                }
                for one in changes.add
            ],
        )
    # Not where a mail could not be taken back any more.
    not_sent = col(ReminderRow.state) != ReminderState.QUEUED
    if changes.move:
        session.connection().execute(
            update(ReminderRow)
            .where(col(ReminderRow.id) == bindparam("row"), not_sent)
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
            .where(col(ReminderRow.id).in_(chunk), not_sent)
            .values(state=ReminderState.WITHDRAWN)
        )
    if steps is not None and freed:
        # Other steps were in these mails too, maybe with what could not be taken back before.
        replan(session, now=now, today=today, editions=freed)
    return PlanReport(len(changes.add), len(changes.move), len(changes.withdraw))


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
    for chunk in _chunks(dropped):
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
    got another address or wants it no more, and that the server then put off, waits again and is
    no longer right.
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
                col(StepStateRow.status).is_not(None),
                queries.may_be_unwanted(col(ReminderRow.contact_key)),
            ),
        )
        .distinct()
    ).all()
    if editions := {*chased, *outdated}:
        replan(session, now=now, today=today, editions=editions)


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
        replan(session, now=now, today=today, editions=dropped_early)


def _recall(session: Session, mails: Sequence[int], now: datetime) -> set[str]:
    """Take mails back from the outbox, as far as that is possible; their reminders are open again.

    A mail that was refused or came back stays what it is: only its reminders go another way.

    Returns:
        The keys of the editions that those mails are about.
    """
    editions: set[str] = set()
    for chunk in _chunks(mails):
        refused = session.scalars(
            select(col(DeliveryRow.id)).where(
                col(DeliveryRow.id).in_(chunk), col(DeliveryRow.state).in_(_REFUSED)
            )
        )
        free = [*delivery.cancel(session, chunk, now=now, why=_CHANGED), *refused]
        _digest_again(session, free)
        of_them = and_(
            col(ReminderRow.delivery_id).in_(free), col(ReminderRow.state) == ReminderState.QUEUED
        )
        editions.update(session.scalars(select(col(ReminderRow.edition_key)).where(of_them)))
        session.execute(
            update(ReminderRow)
            .where(of_them)
            .values(state=ReminderState.PLANNED, recalled=col(ReminderRow.recalled) + 1)
        )
        if free:
            log.info("taken back, their reminders are planned again: deliveries %s", sorted(free))
    return editions


def _digest_again(session: Session, mails: Sequence[int]) -> None:
    """Let what was in a digest that was taken back go in another one of this week."""
    for contact, made_at in session.execute(
        select(col(DeliveryRow.contact_key), col(DeliveryRow.created_at)).where(
            col(DeliveryRow.id).in_(mails)
        )
    ):
        session.execute(
            update(PreferencesRow)
            .where(
                col(PreferencesRow.contact_key) == contact,
                col(PreferencesRow.digest_on) == local_day(made_at),
            )
            .values(digest_on=None)
        )


def _about(
    editions: Collection[str] | None, steps: Collection[str] | None
) -> list[ColumnElement[bool]]:
    """Return the conditions on a reminder of these editions and steps; None is all."""
    narrowed = ((ReminderRow.edition_key, editions), (ReminderRow.step_key, steps))
    return [col(column).in_(keys) for column, keys in narrowed if keys is not None]


def _stored(session: Session, about: Sequence[ColumnElement[bool]]) -> list[StoredReminder]:
    query = select(
        col(ReminderRow.id),
        col(ReminderRow.edition_key),
        col(ReminderRow.step_key),
        col(ReminderRow.municipality_key),
        col(ReminderRow.contact_key),
        col(ReminderRow.date_version),
        col(ReminderRow.level),
        col(ReminderRow.due_on),
        col(ReminderRow.valid_until),
        col(ReminderRow.state),
    ).where(*about)
    mails = _mails(session, about)
    return [
        StoredReminder(row[0], ReminderKey(*row[1:7]), row[7], row[8], row[9], mails.get(row[0]))
        for row in session.execute(query)
    ]


def _mails(session: Session, about: Sequence[ColumnElement[bool]]) -> dict[int, OutboxMail]:
    """Return the mail of each reminder that has one that has not arrived."""
    waiting = states_before(DeliveryState.CANCELLED)
    query = (
        select(
            col(ReminderRow.id),
            col(DeliveryRow.id),
            col(DeliveryRow.recipient),
            col(DeliveryRow.state),
            col(EditionRow.sequence) != col(ReminderRow.sequence),
        )
        .join(DeliveryRow, col(DeliveryRow.id) == col(ReminderRow.delivery_id))
        .join(EditionRow, col(EditionRow.key) == col(ReminderRow.edition_key))
        .where(
            col(DeliveryRow.state).in_([*waiting, *_REFUSED]),
            col(ReminderRow.state) == ReminderState.QUEUED,
            *about,
        )
    )
    return {
        reminder: OutboxMail(mail, recipient, waits=state in waiting, outdated=bool(outdated))
        for reminder, mail, recipient, state, outdated in session.execute(query)
    }


def _told(session: Session, known: Situation) -> dict[tuple[str, str, str, str], date]:
    """Return since when each contact knows of a step that is chased; see `Situation.told`."""
    steps = [one.key for one in known.steps if is_chased(one)]
    if not steps:
        return {}
    rows = session.execute(
        select(
            col(ReminderRow.edition_key),
            col(ReminderRow.step_key),
            col(ReminderRow.municipality_key),
            col(ReminderRow.contact_key),
            func.min(col(DeliveryRow.created_at)),
        )
        .join(DeliveryRow, col(DeliveryRow.id) == col(ReminderRow.delivery_id))
        .where(
            col(ReminderRow.step_key).in_(steps),
            col(ReminderRow.edition_key).in_([one.key for one in known.editions]),
            col(ReminderRow.state) == ReminderState.QUEUED,
            col(ReminderRow.level) == Level.FIRST,
        )
        .group_by(
            col(ReminderRow.edition_key),
            col(ReminderRow.step_key),
            col(ReminderRow.municipality_key),
            col(ReminderRow.contact_key),
        )
    )
    return {tuple(row[:4]): local_day(row[4]) for row in rows}


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
