"""Who is reminded of what and when, and what a change adds, moves or withdraws.

`agenda` says which steps fall when for which gemeente, `plan` turns that into reminders for
people, `reconcile` compares what should be with what is stored. None of them touches what was
sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from campagne.domain.contacts import Contact
from campagne.domain.dates import Span
from campagne.domain.leadtimes import DueDate, due_date
from campagne.domain.playbook import Anchor, LeadTime, Meeting, Role, Scope, Step
from campagne.domain.regions import Municipality, Region, ancestry, reaches
from campagne.domain.rota import Agreement, Campaign, Edition, EditionStatus, RotaEntry
from campagne.domain.workdays import WorkCalendar, calendar_for


class ReminderState(StrEnum):
    """Where a reminder stands; QUEUED ones have a delivery and are never touched again."""

    PLANNED = "planned"
    QUEUED = "queued"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class StepStatus(StrEnum):
    """What a gemeente did with a step of an edition."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class Answer(StrEnum):
    """What a gemeente answers to a signal."""

    JOIN = "join"
    DECLINE = "decline"
    LATER = "later"


class ReminderKey(NamedTuple):
    """The unique key of a reminder; the same key is the same reminder for ever."""

    edition: str
    step: str
    municipality: str
    contact: str
    date_version: int


@dataclass(frozen=True, slots=True)
class StepState:
    """What a gemeente did with a step of an edition; `at` is aware UTC."""

    edition: str
    step: str
    municipality: str
    status: StepStatus
    by: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """A reminder as it should be; `valid_until` is the last day on which it makes sense."""

    key: ReminderKey
    due_on: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class StoredReminder:
    """A reminder as it is stored."""

    id: int
    key: ReminderKey
    due_on: date
    valid_until: date
    state: ReminderState


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that planning looks at.

    Attributes:
        answers: latest answer per (edition, gemeente).
        closed: (edition, step, gemeente) that are done or skipped.
    """

    editions: Sequence[Edition]
    campaigns: Mapping[str, Campaign]
    steps: Sequence[Step]
    municipalities: Mapping[str, Municipality]
    regions: Mapping[str, Region]
    rota: Sequence[RotaEntry] = ()
    answers: Mapping[tuple[str, str], Answer] = field(default_factory=dict)
    closed: AbstractSet[tuple[str, str, str]] = frozenset()
    contacts: Sequence[Contact] = ()
    meetings: Sequence[Meeting] = ()


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A step that falls for a gemeente; `due.on` is never None here."""

    edition: Edition
    step: Step
    municipality: Municipality
    due: DueDate
    due_on: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What must change in the stored reminders.

    Attributes:
        add: new ones.
        move: stored id with its new due date and valid-until; a withdrawn or expired one that is
            wanted again comes back this way.
        withdraw: ids of those that are no longer wanted.
    """

    add: tuple[PlannedReminder, ...]
    move: tuple[tuple[int, date, date], ...]
    withdraw: tuple[int, ...]


def scope(
    edition: Edition,
    campaign: Campaign,
    municipality: Municipality,
    *,
    regions: Mapping[str, Region],
    rota: Sequence[RotaEntry],
    answer: Answer | None,
) -> Scope:
    """Say how much of the playbook runs for a gemeente and an edition.

    A gemeente that joined, or that has the campaign on its rota of that year and does not
    differ, gets the full playbook; every other one a single signal, so that nobody drowns. A
    local window of another region, a cancelled edition and a gemeente that declined get nothing.
    """
    if edition.status is EditionStatus.CANCELLED or answer is Answer.DECLINE:
        return Scope.NONE
    if not municipality.exists_on(edition.span.first):
        return Scope.NONE
    if not reaches(campaign.region, municipality.region, regions):
        return Scope.NONE
    around = ancestry(municipality.region, regions)
    if answer is Answer.JOIN or is_central(edition, municipality.key, around, rota):
        return Scope.FULL
    return Scope.SIGNAL


def is_central(
    edition: Edition, municipality: str, around: Sequence[str], rota: Sequence[RotaEntry]
) -> bool:
    """Say whether a gemeente, in the regions `around` it, has this edition on its rota.

    A year on which the gemeente differs does not count.
    """
    return any(
        entry.year == edition.year
        and entry.campaign == edition.campaign
        and entry.region in around
        and dict(entry.agreements).get(municipality) is not Agreement.DIFFERS
        for entry in rota
    )


def valid_until(lead: LeadTime, useful_days: int | None, span: Span, due_on: date) -> date:
    """Return the last day on which a reminder of a step still makes sense.

    A step before the start: the day before it starts, or `useful_days` after its due date if
    that is earlier. One at or after the start: the last day of the edition; one after the end:
    eight weeks after its due date.
    """
    before_start = lead.anchor is Anchor.BEFORE_START and lead.amount > 0
    if before_start:
        latest = max(span.first - timedelta(days=1), due_on)
    elif lead.anchor is Anchor.AFTER_END:
        latest = due_on + timedelta(days=56)
    else:
        latest = max(span.last, due_on)
    if useful_days is None:
        return latest
    useful = due_on + timedelta(days=useful_days)
    return min(latest, useful) if before_start else useful


def agenda(situation: Situation) -> Iterator[AgendaItem]:
    """Yield every step that falls for a gemeente, ticked off or not, by edition and gemeente.

    The promise of the centrumgemeente (tell its region about the national campaigns) does not
    depend on its own rota: its steps run in every scope but NONE, for the campaigns that ask it.
    """
    centres = {region.centre for region in situation.regions.values()}
    calendars = {key: calendar_for(one) for key, one in situation.municipalities.items()}
    due_dates: dict[tuple[str, str, WorkCalendar], DueDate] = {}
    for edition in situation.editions:
        campaign = situation.campaigns[edition.campaign]
        for municipality in situation.municipalities.values():
            runs = scope(
                edition,
                campaign,
                municipality,
                regions=situation.regions,
                rota=situation.rota,
                answer=situation.answers.get((edition.key, municipality.key)),
            )
            if runs is Scope.NONE:
                continue
            calendar = calendars[municipality.key]
            for step in situation.steps:
                if step.role is Role.CENTRE:
                    if municipality.key not in centres or not campaign.broadcast:
                        continue
                elif step.scope is not runs:
                    continue
                memo = (edition.key, step.key, calendar)
                due = due_dates.get(memo)
                if due is None:
                    due = due_date(step, edition.span, calendar, situation.meetings)
                    due_dates[memo] = due
                if due.on is None:
                    continue
                until = valid_until(step.lead, step.useful_days, edition.span, due.on)
                yield AgendaItem(edition, step, municipality, due, due.on, until)


def plan(situation: Situation, today: date) -> dict[ReminderKey, PlannedReminder]:
    """Return every reminder that should exist: open steps that still make sense, per contact."""
    people: dict[tuple[Role, str], list[str]] = {}
    for contact in situation.contacts:
        for assignment in contact.assignments:
            people.setdefault(assignment, []).append(contact.key)
    wanted: dict[ReminderKey, PlannedReminder] = {}
    for item in agenda(situation):
        if item.valid_until < today:
            continue
        if (item.edition.key, item.step.key, item.municipality.key) in situation.closed:
            continue
        for contact_key in people.get((item.step.role, item.municipality.key), ()):
            key = ReminderKey(
                item.edition.key,
                item.step.key,
                item.municipality.key,
                contact_key,
                item.edition.date_version,
            )
            wanted[key] = PlannedReminder(key, item.due_on, item.valid_until)
    return wanted


def reconcile(
    wanted: Mapping[ReminderKey, PlannedReminder],
    stored: Sequence[StoredReminder],
    today: date,
) -> Reconciliation:
    """Compare what should be with what is stored; what was queued is never touched.

    After a change of dates the reminders of the new version are added, but not one that this
    person already had for the older dates and that would be due at once again.
    """
    had = {one.key[:4] for one in stored if one.state is ReminderState.QUEUED}
    known = {one.key for one in stored}
    add = tuple(
        one
        for key, one in wanted.items()
        if key not in known and not (key[:4] in had and one.due_on <= today)
    )
    move: list[tuple[int, date, date]] = []
    withdraw: list[int] = []
    for old in stored:
        new = wanted.get(old.key)
        if old.state is ReminderState.QUEUED:
            continue
        if new is None:
            # Expired before its day: dropped by a clock that ran ahead.
            is_open = old.state in (ReminderState.PLANNED, ReminderState.EXPIRED)
            if is_open and old.valid_until >= today:
                withdraw.append(old.id)
        elif old.state is not ReminderState.PLANNED or (old.due_on, old.valid_until) != (
            new.due_on,
            new.valid_until,
        ):
            move.append((old.id, new.due_on, new.valid_until))
    return Reconciliation(add, tuple(move), tuple(withdraw))
