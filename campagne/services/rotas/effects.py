"""What a change does, in numbers of reminders, people and calendars.

Look before it and after it, in one transaction; what was only to be seen is rolled back.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from campagne.domain.reminders import ReminderState
from campagne.services.publishing import feeds
from campagne.services.rotas import plan_effects
from campagne.services.rotas.plan_effects import PlanEffect, Planned
from campagne.store.tables import EditionRow, NoticeRow


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does, in numbers of reminders, people and calendars.

    Attributes:
        before / after: the fields as people read them.
        plan: what becomes of the reminders.
        told: people who get a mail about the change.
        calendars: feeds in which an event changes.
    """

    before: Mapping[str, str]
    after: Mapping[str, str]
    plan: PlanEffect
    told: int
    calendars: int

    @property
    def is_nothing(self) -> bool:
        """True when all stays as it is."""
        return self.before == self.after

    @property
    def is_quiet(self) -> bool:
        """True when no reminder, calendar or other person notices anything."""
        plan = self.plan
        return not (plan.added or plan.moved or plan.withdrawn or self.told or self.calendars)


@dataclass(frozen=True, slots=True)
class Look:
    """What stands in the database of some editions at one moment.

    Attributes:
        fields: of what is changed, as people read them.
        planned: the reminders that are still to go.
        told: ids of the notices that wait.
        digests: per edition the fingerprint of its calendar event.
    """

    fields: Mapping[str, str]
    planned: Planned
    told: frozenset[int | None]
    digests: Mapping[str, str]


def look(session: Session, editions: Collection[str], fields: Mapping[str, str]) -> Look:
    """Return what stands there now.

    Args:
        session: any session; what the ORM remembers does not count.
        editions: keys of the editions that the change can touch.
        fields: of what is changed, as people read them.
    """
    session.flush()
    session.expire_all()
    digests = session.execute(
        select(col(EditionRow.key), col(EditionRow.digest)).where(col(EditionRow.key).in_(editions))
    )
    return Look(
        fields,
        plan_effects.planned(session, editions),
        _told(session, editions),
        dict(digests.all()),
    )


def compare(session: Session, before: Look, after: Look, *, today: date, mailed: int = 0) -> Effect:
    """Return what happened between two looks.

    Args:
        session: that of the change.
        before: the look before it.
        after: the look after it.
        today: the day.
        mailed: people who get a mail about it beside the notices.
    """
    changed = {key for key, digest in after.digests.items() if before.digests.get(key) != digest}
    return Effect(
        before=before.fields,
        after=after.fields,
        plan=plan_effects.compare(before.planned, after.planned, today),
        told=len(after.told - before.told) + mailed,
        calendars=feeds.showing(session, changed) if changed else 0,
    )


def _told(session: Session, editions: Collection[str]) -> frozenset[int | None]:
    rows = session.scalars(
        select(col(NoticeRow.id)).where(
            col(NoticeRow.edition_key).in_(editions), col(NoticeRow.state) == ReminderState.PLANNED
        )
    )
    return frozenset(rows)
