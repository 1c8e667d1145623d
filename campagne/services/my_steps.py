"""What one person has to do now, this month and later, over all their gemeenten at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.reminders import AgendaItem, Lateness, StepStatus
from campagne.domain.rota import EditionStatus
from campagne.services import reminders, steps
from campagne.services.steps import StepView

_NOW = timedelta(days=7)
_THIS_MONTH = timedelta(days=31)
# What was ticked off stays in sight for so long, to be undone.
_JUST_DONE = timedelta(days=14)


class When(StrEnum):
    """Under which heading a step stands."""

    NOW = "now"
    THIS_MONTH = "this_month"
    LATER = "later"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class MyStep:
    """One step of an edition on one day, for one or more gemeenten of a person.

    Attributes:
        edition / step: keys.
        what: the step in full.
        in_time: how far off its day is, in Dutch.
        views: the step for each gemeente, by name.
        waits_for_date: it reaches residents and the date is not confirmed.
        of_colleague: who does it, where that is somebody else: they are told when it stays open.
    """

    edition: str
    step: str
    title: str
    what: str
    campaign: str
    period: str
    due_on: date
    in_time: str
    waits_for_date: bool
    late: Lateness | None
    of_colleague: Role | None
    views: tuple[StepView, ...]

    @property
    def municipalities(self) -> str:
        """The gemeenten as one phrase."""
        return dutch.join([one.municipality_name for one in self.views])


@dataclass(frozen=True, slots=True)
class MySteps:
    """All steps of a person, by when they must be done; what was just done is apart."""

    now: tuple[MyStep, ...]
    this_month: tuple[MyStep, ...]
    later: tuple[MyStep, ...]
    done: tuple[MyStep, ...]


def when(
    status: StepStatus, due_on: date, at: datetime | None, today: date, now: datetime
) -> When | None:
    """Say under which heading a step stands; None for one that was done long ago.

    Args:
        status: what the gemeente did with it.
        due_on: its day.
        at: when it was ticked off, aware UTC; None for an open one.
        today: the day to look from.
        now: the instant.
    """
    if status is not StepStatus.OPEN:
        return When.DONE if at is not None and now - at <= _JUST_DONE else None
    if due_on - today <= _NOW:
        return When.NOW
    return When.THIS_MONTH if due_on - today <= _THIS_MONTH else When.LATER


def my_steps(session: Session, contact: Contact, *, today: date, now: datetime) -> MySteps:
    """Return what a contact can tick off, in the order of the days.

    Args:
        session: any session.
        contact: who looks.
        today: steps that make no sense any more on this day are left out.
        now: instant, aware UTC.
    """
    known = reminders.situation(session)
    found: dict[tuple[When, date, str, str], list[tuple[AgendaItem, StepView]]] = {}
    for item, view in steps.views(session, known, today):
        if item.valid_until < today or not steps.may_tick_off(contact, item, known):
            continue
        heading = when(view.status, view.due_on, view.at, today, now)
        if heading is not None:
            place = (heading, view.due_on, view.edition, view.step)
            found.setdefault(place, []).append((item, view))
    names = {key: one.name for key, one in known.campaigns.items()}
    grouped: dict[When, list[MyStep]] = {heading: [] for heading in When}
    for (heading, *_), pairs in sorted(found.items(), key=lambda one: one[0][1:]):
        grouped[heading].append(_step(contact, pairs, names[pairs[0][0].edition.campaign], today))
    return MySteps(
        now=tuple(grouped[When.NOW]),
        this_month=tuple(grouped[When.THIS_MONTH]),
        later=tuple(grouped[When.LATER]),
        done=tuple(reversed(_latest_last(grouped[When.DONE]))),
    )


def _step(
    contact: Contact, pairs: Sequence[tuple[AgendaItem, StepView]], campaign: str, today: date
) -> MyStep:
    item, view = pairs[0]
    mine = any((one.step.role, one.municipality.key) in contact.assignments for one, _ in pairs)
    provisional = item.edition.status is EditionStatus.PROVISIONAL
    return MyStep(
        edition=view.edition,
        step=view.step,
        title=view.title,
        what=item.step.what,
        campaign=campaign,
        period=dutch.period(item.edition.span),
        due_on=view.due_on,
        in_time=dutch.in_time(today, view.due_on),
        waits_for_date=provisional and item.step.resident_facing,
        late=view.late,
        of_colleague=None if mine else item.step.role,
        views=tuple(sorted((one for _, one in pairs), key=lambda one: one.municipality_name)),
    )


def _latest_last(done: Iterable[MyStep]) -> list[MyStep]:
    return sorted(done, key=lambda one: max(view.at for view in one.views if view.at is not None))
