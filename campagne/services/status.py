"""How the service is doing, in counts alone: nothing of a person, so anybody may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from campagne.domain.delivery import DeliveryState
from campagne.domain.reminders import ReminderState
from campagne.services.national import links
from campagne.services.rotas import organiser_calendars
from campagne.store import queries
from campagne.store.tables import DeliveryRow, PausedAddressRow, ReminderRow

_STUCK_AFTER = timedelta(hours=1)
_RECENTLY = timedelta(days=7)
_TRIED_SINCE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Status:
    """The service at one moment.

    Attributes:
        at: that moment, aware UTC.
        deliveries: how many mails per state; a state without any is left out.
        waiting: mails that could go now, or that the server put off.
        waiting_since: when the oldest of these was put in the outbox (UTC); None without any.
        due_since: the first instant at which one of them could have gone and did not.
        failed_recently: mails that failed or came back in the last seven days.
        paused: addresses that get no mail.
        planned / overdue: reminders to come, and those among them whose day has passed.
        calendars / calendars_failing: calendars of organisers that are read, and those of them that
            could not be the last time.
        links / links_dead: addresses of national material that are asked for each night, and those
            of them where there is no page any more.
        data_version: as in `queries.data_version`.
    """

    at: datetime
    deliveries: Mapping[DeliveryState, int]
    waiting: int
    waiting_since: datetime | None
    due_since: datetime | None
    failed_recently: int
    paused: int
    planned: int
    overdue: int
    calendars: int
    calendars_failing: int
    links: int
    links_dead: int
    data_version: int

    @property
    def unknown(self) -> int:
        """Mails of which nobody knows whether they arrived."""
        return self.deliveries.get(DeliveryState.UNKNOWN, 0)

    @property
    def is_stuck(self) -> bool:
        """True when mail has been waiting for longer than is ordinary."""
        since = self.waiting_since
        return since is not None and self.at - since > _STUCK_AFTER


def look(session: Session, *, now: datetime, today: date) -> Status:
    """Count what there is; each count reads one index, or the few rows that it counts.

    Args:
        session: any session.
        now: instant, aware UTC.
        today: day of that instant in Amsterdam.
    """
    states = session.execute(
        select(col(DeliveryRow.state), func.count()).group_by(col(DeliveryRow.state))
    )
    # A confirmation that waits its own two minutes can not go now, so it is not counted.
    could_go = or_(
        col(DeliveryRow.state) == DeliveryState.DEFERRED,
        and_(col(DeliveryRow.state) == DeliveryState.DUE, col(DeliveryRow.next_at) <= now),
    )
    waiting, since, due = session.execute(
        select(
            func.count(),
            func.min(col(DeliveryRow.created_at)),
            func.min(col(DeliveryRow.next_at)),
        ).where(could_go)
    ).one()
    failed = session.scalar(
        select(func.count()).where(
            col(DeliveryRow.state).in_((DeliveryState.FAILED, DeliveryState.BOUNCED)),
            # With this an index is used that leaves out the years before.
            col(DeliveryRow.next_at) >= now - _TRIED_SINCE,
            col(DeliveryRow.settled_at) >= now - _RECENTLY,
        )
    )
    calendars, failing = organiser_calendars.counts(session)
    watched, dead = links.counts(session, today)
    planned = select(func.count()).where(col(ReminderRow.state) == ReminderState.PLANNED)
    return Status(
        at=now,
        deliveries={row[0]: row[1] for row in states},
        waiting=waiting,
        waiting_since=since,
        due_since=due if due is not None and due <= now else None,
        failed_recently=failed or 0,
        paused=session.scalar(select(func.count()).select_from(PausedAddressRow)) or 0,
        planned=session.scalar(planned) or 0,
        overdue=session.scalar(planned.where(col(ReminderRow.due_on) < today)) or 0,
        calendars=calendars,
        calendars_failing=failing,
        links=watched,
        links_dead=dead,
        data_version=queries.data_version(session)[0],
    )
