"""The stored reminders: read to be compared with the plan, and changed by what that says."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, select, update
from sqlmodel import Session, col

from campagne.clock import local_day
from campagne.domain.delivery import DeliveryState, states_before
from campagne.domain.reconciliation import OutboxMail, Reconciliation, StoredReminder
from campagne.domain.reminders import Level, ReminderKey, ReminderState, Situation, is_chased
from campagne.services.outbox import delivery
from campagne.store.tables import DeliveryRow, EditionRow, PreferencesRow, ReminderRow, StepRow

log = logging.getLogger("campagne.reminders")

_CHUNK = 500  # ids in one IN (...); SQLite allows 32,766 parameters
_CHANGED = "Ingetrokken: er is iets veranderd aan wat erin stond of voor wie de mail is."
_REFUSED = (DeliveryState.FAILED, DeliveryState.BOUNCED)


@dataclass(frozen=True, slots=True)
class Part:
    """Which reminders are planned anew.

    Attributes:
        editions / steps / places: keys of the only editions, steps of the playbook and gemeenten;
            None for all.
    """

    editions: Collection[str] | None = None
    steps: Collection[str] | None = None
    places: Collection[str] | None = None

    def has_all_of(self, edition: str, place: str) -> bool:
        """Say whether every reminder of an edition and a gemeente is one of these."""
        return (
            self.steps is None
            and (self.editions is None or edition in self.editions)
            and (self.places is None or place in self.places)
        )

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what holds for these reminders."""
        row = ReminderRow
        columns = ((row.edition_key, self.editions), (row.step_key, self.steps))
        found: list[ColumnElement[bool]] = [
            col(column).in_(keys) for column, keys in columns if keys is not None
        ]
        if self.places is not None:
            found.append(col(row.municipality_key).in_(self.places))
            # The index begins with these two: without them every reminder there is would be read.
            if self.editions is None:
                found.append(col(row.edition_key).in_(select(col(EditionRow.key))))
            if self.steps is None:
                found.append(col(row.step_key).in_(select(col(StepRow.key))))
        return found


def store(session: Session, changes: Reconciliation) -> None:
    """Add, move and withdraw reminders; call it after `recall`, which opens those of its mails."""
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
    for chunk in chunks(changes.withdraw):
        session.execute(
            update(ReminderRow)
            .where(col(ReminderRow.id).in_(chunk), not_sent)
            .values(state=ReminderState.WITHDRAWN)
        )


def recall(session: Session, mails: Sequence[int], now: datetime) -> set[tuple[str, str]]:
    """Take mails back from the outbox, as far as that is possible; their reminders are open again.

    A mail that was refused or came back stays what it is: only its reminders go another way.

    Returns:
        The keys of the editions and gemeenten that those mails are about.
    """
    about: set[tuple[str, str]] = set()
    for chunk in chunks(mails):
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
        keys = select(col(ReminderRow.edition_key), col(ReminderRow.municipality_key))
        about.update((row[0], row[1]) for row in session.execute(keys.where(of_them)))
        session.execute(
            update(ReminderRow)
            .where(of_them)
            .values(state=ReminderState.PLANNED, recalled=col(ReminderRow.recalled) + 1)
        )
        if free:
            log.info("taken back, their reminders are planned again: deliveries %s", sorted(free))
    return about


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


def stored(session: Session, part: Part) -> list[StoredReminder]:
    """Return the reminders of a part, each with its mail where that has not arrived."""
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
    ).where(*part.conditions())
    mails = _mails(session, part)
    return [
        StoredReminder(row[0], ReminderKey(*row[1:7]), row[7], row[8], row[9], mails.get(row[0]))
        for row in session.execute(query)
    ]


def _mails(session: Session, part: Part) -> dict[int, OutboxMail]:
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
            *part.conditions(),
        )
    )
    return {
        reminder: OutboxMail(mail, recipient, waits=state in waiting, outdated=bool(outdated))
        for reminder, mail, recipient, state, outdated in session.execute(query)
    }


def told(session: Session, known: Situation, part: Part) -> dict[tuple[str, str, str, str], date]:
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
            *part.conditions(),
        )
        .group_by(
            col(ReminderRow.edition_key),
            col(ReminderRow.step_key),
            col(ReminderRow.municipality_key),
            col(ReminderRow.contact_key),
        )
    )
    return {tuple(row[:4]): local_day(row[4]) for row in rows}


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids in parts that fit into one statement."""
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
