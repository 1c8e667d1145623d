"""What one person has to do now, this month and later, over all their gemeenten at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.doers import Crew, places_of
from campagne.domain.playbook import Role
from campagne.domain.reminders import AgendaItem, Lateness, Situation, StepStatus
from campagne.domain.rights import Visitor, acts_as
from campagne.domain.rota import EditionStatus
from campagne.services.access import StepLink
from campagne.services.planning import reminders, steps
from campagne.services.planning.steps import StepView
from campagne.store import queries

_NOW = timedelta(days=7)
_THIS_MONTH = timedelta(days=31)
# What was ticked off stays in sight for so long, to be undone.
_JUST_DONE = timedelta(days=14)


class When(StrEnum):
    """Under which heading a step stands."""

    MISSED = "missed"
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
        for_absent: name of who is absent and whose step this is; empty where it is one's own.
        handed_over: name of the colleague who does it; empty where it was not handed over.
        taken: True when this person took it over from a colleague.
        may_hand_over: True when this person decides who does it.
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
    for_absent: str
    handed_over: str
    taken: bool
    may_hand_over: bool
    views: tuple[StepView, ...]

    @property
    def municipalities(self) -> str:
        """The gemeenten as one phrase."""
        return dutch.join([one.municipality_name for one in self.views])


@dataclass(frozen=True, slots=True)
class MySteps:
    """All steps of a person, by when they must be done; what was just done is apart.

    Attributes:
        missed: those of which the day was over before the gemeente began.
    """

    missed: tuple[MyStep, ...]
    now: tuple[MyStep, ...]
    this_month: tuple[MyStep, ...]
    later: tuple[MyStep, ...]
    done: tuple[MyStep, ...]


def when(view: StepView, today: date, now: datetime) -> When | None:
    """Say under which heading a step stands; None for one that was done long ago.

    Args:
        view: the step.
        today: the day to look from.
        now: the instant, aware UTC.
    """
    if view.status is not StepStatus.OPEN:
        return When.DONE if view.at is not None and now - view.at <= _JUST_DONE else None
    if view.late is Lateness.BEFORE_IT_BEGAN:
        return When.MISSED
    if view.due_on - today <= _NOW:
        return When.NOW
    return When.THIS_MONTH if view.due_on - today <= _THIS_MONTH else When.LATER


def my_steps(
    session: Session, visitor: Visitor, *, today: date, now: datetime
) -> tuple[MySteps, tuple[Contact, ...]]:
    """Return what a person can tick off, in the order of the days, and as whom.

    Args:
        session: any session.
        visitor: who looks.
        today: steps that make no sense any more on this day are left out.
        now: instant, aware UTC.

    Returns:
        The steps, and those who are absent and for whom this person stands in.
    """
    acting = acts_as(visitor, queries.contacts(session), queries.preferences(session), today)
    places = places_of(acting, queries.municipalities(session), queries.regions(session))
    known = reminders.situation(session, municipalities=places)
    crew = queries.crew(session)
    found: dict[_Place, list[tuple[AgendaItem, StepView]]] = {}
    for item, view in steps.views(session, known, today, places):
        if item.valid_until < today:
            continue
        heading = when(view, today, now)
        whose = _whose(item, acting, crew, known) if heading is not None else None
        if heading is not None and whose is not None:
            place = _Place(view.due_on, view.edition, view.step, heading, whose, view.taken_by)
            found.setdefault(place, []).append((item, view))
    names = {key: one.name for key, one in known.campaigns.items()}
    grouped: dict[When, list[MyStep]] = {heading: [] for heading in When}
    for place, pairs in sorted(found.items(), key=lambda one: one[0][:4]):
        campaign = names[pairs[0][0].edition.campaign]
        grouped[place.heading].append(_step(place, acting, pairs, campaign, known, today))
    return MySteps(
        missed=tuple(grouped[When.MISSED]),
        now=tuple(grouped[When.NOW]),
        this_month=tuple(grouped[When.THIS_MONTH]),
        later=tuple(grouped[When.LATER]),
        done=tuple(reversed(_latest_last(grouped[When.DONE]))),
    ), acting[1:]


def tick_off(
    session: Session,
    visitor: Visitor,
    *,
    edition: str,
    step: str,
    municipalities: Sequence[str],
    status: StepStatus,
    note: str,
    now: datetime,
    today: date,
    seen: datetime | None = None,
) -> bool:
    """Tick a step off, skip it or open it again, as oneself or for who is absent.

    Args, return value and errors: as `steps.tick_off_by_link`.
    """
    acting = acts_as(visitor, queries.contacts(session), queries.preferences(session), today)
    return steps.tick_off_by_link(
        session,
        StepLink(edition, step, tuple(municipalities), visitor.contact.key),
        municipalities=municipalities,
        status=status,
        note=note,
        now=now,
        today=today,
        acting=acting,
        seen=seen,
    )


class _Place(NamedTuple):
    """What stands together in one line; `whose` counts in those as whom a person acts."""

    due_on: date
    edition: str
    step: str
    heading: When
    whose: int
    taken_by: str


def _whose(item: AgendaItem, acting: Sequence[Contact], crew: Crew, known: Situation) -> int | None:
    """Return the number of the first as whom the step can be ticked off, None for nobody.

    Of who is absent only what is theirs to do: of the rest others of the gemeente are told too.
    """
    me, *absent = acting
    if steps.may_tick_off(me, item, known):
        return 0
    taker = known.handed_over.get(item.about)
    mine = crew.doers(item.step.role, item.municipality.key, taker)
    return next(
        (
            number
            for number, one in enumerate(absent, start=1)
            if one.key in mine and steps.may_tick_off(one, item, known)
        ),
        None,
    )


def _step(  # noqa: PLR0917 - all that a line tells
    place: _Place,
    acting: Sequence[Contact],
    pairs: Sequence[tuple[AgendaItem, StepView]],
    campaign: str,
    known: Situation,
    today: date,
) -> MyStep:
    item, view = pairs[0]
    whose = acting[place.whose]
    takers = [known.handed_over.get(one.about) for one, _ in pairs]
    taken = bool(place.taken_by) and whose.key in takers
    mine = taken or any(
        (one.step.role, one.municipality.key) in whose.assignments for one, _ in pairs
    )
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
        for_absent="" if place.whose == 0 else whose.name,
        handed_over="" if taken else place.taken_by,
        taken=taken,
        may_hand_over=mine and view.status is StepStatus.OPEN,
        views=tuple(sorted((one for _, one in pairs), key=lambda one: one.municipality_name)),
    )


def _latest_last(done: Iterable[MyStep]) -> list[MyStep]:
    return sorted(done, key=lambda one: max(view.at for view in one.views if view.at is not None))
