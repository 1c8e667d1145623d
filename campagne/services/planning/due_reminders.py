"""Which reminders go to whom today: each on its day, or together in the digest of a week."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select, update
from sqlmodel import Session, col

from campagne.domain.preferences import (
    EVERYTHING,
    MailList,
    Rhythm,
    Window,
    end_of_week,
    monday,
    window,
)
from campagne.domain.reminders import Level, ReminderState
from campagne.services.planning.personal_mails import first_people
from campagne.services.readers import deputies
from campagne.store import queries
from campagne.store.tables import ContactRow, PreferencesRow, ReminderRow

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A planned reminder in a list; `copy_of` names who is absent, for the copy to a deputy."""

    due_on: date
    valid_until: date
    edition: str
    step: str
    municipality: str
    contact_key: str
    contact: str
    email: str
    level: Level
    copy_of: str = ""


@dataclass(frozen=True, slots=True)
class DueRow:
    """A due reminder as read for a mail."""

    id: int
    contact_key: str
    edition_key: str
    step_key: str
    municipality_key: str
    date_version: int
    level: int
    recalled: int
    due_on: date
    valid_until: date

    @property
    def same(self) -> tuple[str, str, str, int, int]:
        """What a reminder of another contact has in common with this one when it is the same."""
        return (
            self.edition_key,
            self.step_key,
            self.municipality_key,
            self.date_version,
            self.level,
        )


@dataclass(frozen=True, slots=True)
class Due:
    """What goes today.

    Attributes:
        rows: the reminders per contact.
        next_on: the day of the next mail, for each contact who has one to come.
        digests: contacts of whom this is the digest of the week.
    """

    rows: Mapping[str, Sequence[DueRow]]
    next_on: Mapping[str, date]
    digests: Collection[str]


def select_due(session: Session, today: date, people: int, skip: Collection[str]) -> Due:
    """Return what goes today to some of the people.

    (A second condition on valid_until would let SQLite choose the index of that day, which holds
    every planned reminder.)

    Args:
        session: any session.
        today: the day.
        people: at most this many who get reminders at once, and as many who get a digest.
        skip: contacts who are left out.
    """
    found = _at_once(session, today, people, skip)
    next_on = _next_days(session, tuple(found), today)
    digests: list[str] = []
    windows = _windows(session, today)
    for contact, rows in _weekly(session, today, skip).items():
        now = windows[contact]
        taken = [one for one in rows if _goes(now, one)]
        if not taken or len(digests) == people:
            continue
        found[contact] = taken
        if now.is_digest:
            digests.append(contact)
        waits = any(one.level < Level.COLLEAGUE for one in rows if one not in taken)
        later = [monday(today) + _WEEK] if waits else []
        later += _first_days_after(session, contact, end_of_week(today))
        if later:
            next_on[contact] = min(later)
    return Due(found, next_on, digests)


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
            col(ReminderRow.level),
        )
    ).all()
    return [
        DueReminder(
            due_on=reminder.due_on,
            valid_until=reminder.valid_until,
            edition=reminder.edition_key,
            step=reminder.step_key,
            municipality=reminder.municipality_key,
            contact_key=contact.key,
            contact=contact.name,
            email=contact.email,
            level=Level(reminder.level),
        )
        for reminder, contact in rows
    ]


def foresee(session: Session, today: date) -> list[DueReminder]:
    """Return the planned reminders that go today, by day and person, then the copies of them."""
    windows = _windows(session, today)
    at_once = window(EVERYTHING, today)
    due = [
        one
        for one in list_planned(session, until=end_of_week(today) if windows else today)
        if windows.get(one.contact_key, at_once).takes(
            one.due_on, one.valid_until, first=one.level is Level.FIRST
        )
    ]
    return [*due, *_copies(session, due, today)]


def _copies(session: Session, due: Sequence[DueReminder], today: date) -> Iterator[DueReminder]:
    """Yield the copies for deputies, without what a deputy is told anyway."""
    stand_ins = deputies(session, MailList.REMINDERS, today)
    for one in due:
        reader = stand_ins.get(one.contact_key)
        if reader is None:
            continue
        to = reader.contact
        own = session.scalars(
            select(col(ReminderRow.id)).where(
                col(ReminderRow.contact_key) == to.key,
                col(ReminderRow.edition_key) == one.edition,
                col(ReminderRow.step_key) == one.step,
                col(ReminderRow.municipality_key) == one.municipality,
                col(ReminderRow.level) == one.level,
                col(ReminderRow.state).in_((ReminderState.PLANNED, ReminderState.QUEUED)),
            )
        ).first()
        if own is None:
            yield replace(
                one,
                contact_key=to.key,
                contact=to.name,
                email=to.email,
                copy_of=reader.of.name,
            )


def digest_sent(session: Session, contact: str, today: date) -> None:
    """Store that the digest of this week was put in the outbox."""
    session.execute(
        update(PreferencesRow)
        .where(col(PreferencesRow.contact_key) == contact)
        .values(digest_on=today)
    )


def also_for(
    session: Session, contact: str, rows: Sequence[DueRow]
) -> set[tuple[str, str, str, int, int]]:
    """Return which of these reminders a contact has too, or gets in a mail of its own."""
    found = session.execute(
        select(
            col(ReminderRow.edition_key),
            col(ReminderRow.step_key),
            col(ReminderRow.municipality_key),
            col(ReminderRow.date_version),
            col(ReminderRow.level),
        ).where(
            col(ReminderRow.contact_key) == contact,
            col(ReminderRow.edition_key).in_({one.edition_key for one in rows}),
            col(ReminderRow.state).in_((ReminderState.PLANNED, ReminderState.QUEUED)),
        )
    )
    return {(row[0], row[1], row[2], row[3], row[4]) for row in found}


def _goes(now: Window, one: DueRow) -> bool:
    return now.takes(one.due_on, one.valid_until, first=one.level == Level.FIRST)


def _windows(session: Session, today: date) -> dict[str, Window]:
    """Return what goes to each contact who wants a digest."""
    wanted = queries.preferences(session).items()
    return {key: window(one, today) for key, one in wanted if one.rhythm is Rhythm.WEEKLY}


def _who_want_digests() -> ScalarSelect[Any]:
    return (
        select(col(PreferencesRow.contact_key))
        .where(col(PreferencesRow.rhythm) == Rhythm.WEEKLY)
        .scalar_subquery()
    )


def _at_once(
    session: Session, today: date, people: int, skip: Collection[str]
) -> dict[str, Sequence[DueRow]]:
    is_due = (
        col(ReminderRow.state) == ReminderState.PLANNED,
        col(ReminderRow.due_on) <= today,
        col(ReminderRow.contact_key).not_in(skip),
        col(ReminderRow.contact_key).not_in(_who_want_digests()),
    )
    first = first_people(session, col(ReminderRow.contact_key), is_due, people)
    if not first:
        return {}
    return _read(session, _rows().where(*is_due, col(ReminderRow.contact_key).in_(first)))


def _weekly(session: Session, today: date, skip: Collection[str]) -> dict[str, Sequence[DueRow]]:
    return _read(
        session,
        _rows().where(
            col(ReminderRow.state) == ReminderState.PLANNED,
            col(ReminderRow.due_on) <= end_of_week(today),
            col(ReminderRow.contact_key).in_(_who_want_digests()),
            col(ReminderRow.contact_key).not_in(skip),
        ),
    )


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        col(ReminderRow.id),
        col(ReminderRow.contact_key),
        col(ReminderRow.edition_key),
        col(ReminderRow.step_key),
        col(ReminderRow.municipality_key),
        col(ReminderRow.date_version),
        col(ReminderRow.level),
        col(ReminderRow.recalled),
        col(ReminderRow.due_on),
        col(ReminderRow.valid_until),
    ).order_by(col(ReminderRow.contact_key), col(ReminderRow.id))


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> dict[str, Sequence[DueRow]]:
    found = [DueRow(*row) for row in session.execute(query)]
    return {key: list(group) for key, group in groupby(found, lambda row: row.contact_key)}


def _next_days(session: Session, contacts: Sequence[str], today: date) -> dict[str, date]:
    rows = session.execute(
        select(col(ReminderRow.contact_key), func.min(col(ReminderRow.due_on)))
        .where(
            col(ReminderRow.contact_key).in_(contacts),
            col(ReminderRow.state) == ReminderState.PLANNED,
            col(ReminderRow.due_on) > today,
            # Nobody is told beforehand that somebody else will be late.
            col(ReminderRow.level) < Level.COLLEAGUE,
        )
        .group_by(col(ReminderRow.contact_key))
    )
    return {contact: day for contact, day in rows}  # noqa: C416 - dict() loses the row's types


def _first_days_after(session: Session, contact: str, sunday: date) -> list[date]:
    """Return the Monday of the next week in which something falls due, if there is one."""
    day = _next_days(session, [contact], sunday).get(contact)
    return [] if day is None else [monday(day)]
