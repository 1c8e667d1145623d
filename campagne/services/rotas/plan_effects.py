"""What a change does to the reminders that are still to go: counted before and after it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from campagne.domain.reminders import ReminderState
from campagne.store.tables import ReminderRow

# Edition, step, gemeente, contact and level: whatever the version of the dates.
Planned = Mapping[tuple[str, str, str, str, int], date]


@dataclass(frozen=True, slots=True)
class PlanEffect:
    """What a change does to the reminders that are still to go.

    Attributes:
        added / moved / withdrawn: reminders that are planned anew, on another day, or no more.
        at_once: how many of the added and moved are due already, so that they leave right away.
    """

    added: int
    moved: int
    withdrawn: int
    at_once: int


def planned(
    session: Session, editions: Collection[str] | None = None, step: str | None = None
) -> Planned:
    """Return the day of each reminder that is still to go.

    Args:
        session: any session.
        editions: keys of the only editions to look at; None for all.
        step: key of the only step to look at, with what is in a mail together with it: that goes
            in another one when the mail is taken back. None for all.
    """
    query = select(
        col(ReminderRow.edition_key),
        col(ReminderRow.step_key),
        col(ReminderRow.municipality_key),
        col(ReminderRow.contact_key),
        col(ReminderRow.level),
        col(ReminderRow.due_on),
    ).where(col(ReminderRow.state) == ReminderState.PLANNED)
    if editions is not None:
        query = query.where(col(ReminderRow.edition_key).in_(editions))
    if step is not None:
        mails = select(col(ReminderRow.delivery_id)).where(
            col(ReminderRow.step_key) == step, col(ReminderRow.delivery_id).is_not(None)
        )
        query = query.where(
            or_(col(ReminderRow.step_key) == step, col(ReminderRow.delivery_id).in_(mails))
        )
    return {(row[0], row[1], row[2], row[3], row[4]): row[5] for row in session.execute(query)}


def compare(before: Planned, after: Planned, today: date) -> PlanEffect:
    """Return what changed between two plans; a reminder is `at_once` when due by `today`."""
    added = after.keys() - before.keys()
    moved = {one for one in before.keys() & after.keys() if before[one] != after[one]}
    return PlanEffect(
        added=len(added),
        moved=len(moved),
        withdrawn=len(before.keys() - after.keys()),
        at_once=sum(after[one] <= today for one in added | moved),
    )
