"""Who is reminded of what and when.

`agenda` says which steps fall when for which gemeente, `plan` turns that into reminders for
people. What that changes in the stored ones, `campagne.domain.reconciliation` says.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

from campagne.domain import evaluations
from campagne.domain.contacts import Contact
from campagne.domain.doers import COLLEAGUES, Crew, centre_told
from campagne.domain.leadtimes import DueDate, due_date, valid_until
from campagne.domain.playbook import Meeting, Role, Scope, Step
from campagne.domain.preferences import EVERYTHING, Preferences
from campagne.domain.regions import Municipality, Region, ancestry
from campagne.domain.rota import Campaign, Edition, EditionStatus, RotaEntry, concerns
from campagne.domain.workdays import WorkCalendar, calendar_for


class ReminderState(StrEnum):
    """Where a reminder stands; QUEUED ones have a delivery, and stay so once it may have left."""

    PLANNED = "planned"
    QUEUED = "queued"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class StepStatus(StrEnum):
    """What a gemeente did with a step of an edition."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class Lateness(StrEnum):
    """How an open step stands whose day has passed."""

    STILL_USEFUL = "still_useful"
    OVER = "over"
    BEFORE_IT_BEGAN = "before_it_began"


class Answer(StrEnum):
    """What a gemeente answers to a signal."""

    JOIN = "join"
    DECLINE = "decline"
    LATER = "later"


class Level(IntEnum):
    """How urgent: the first reminder, a second one, to the colleagues, to the centrumgemeente."""

    FIRST = 0
    AGAIN = 1
    COLLEAGUE = 2
    CENTRE = 3


class ReminderKey(NamedTuple):
    """The unique key of a reminder; the same key is the same reminder for ever."""

    edition: str
    step: str
    municipality: str
    contact: str
    date_version: int
    level: int = Level.FIRST

    @property
    def any_dates(self) -> tuple[str, str, str, str, int]:
        """The key without the version of the dates."""
        return (self.edition, self.step, self.municipality, self.contact, self.level)


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
class Situation:
    """Everything that planning looks at.

    Attributes:
        answers: latest answer per (edition, gemeente).
        joined: the day on which who joins said so, per (edition, gemeente).
        closed: (edition, step, gemeente) that are done or skipped.
        told: the first day on which a contact was mailed of a step, per (edition, step, gemeente,
            contact), whatever the dates were then.
        preferences: per contact; who is not in it wants everything.
        handed_over: key of the contact who took a step over, per (edition, step, gemeente).
        looked_back: (edition, gemeente) of which the evaluation form was filled in.
    """

    editions: Sequence[Edition]
    campaigns: Mapping[str, Campaign]
    steps: Sequence[Step]
    municipalities: Mapping[str, Municipality]
    regions: Mapping[str, Region]
    rota: Sequence[RotaEntry] = ()
    answers: Mapping[tuple[str, str], Answer] = field(default_factory=dict)
    joined: Mapping[tuple[str, str], date] = field(default_factory=dict)
    closed: AbstractSet[tuple[str, str, str]] = frozenset()
    contacts: Sequence[Contact] = ()
    meetings: Sequence[Meeting] = ()
    told: Mapping[tuple[str, str, str, str], date] = field(default_factory=dict)
    preferences: Mapping[str, Preferences] = field(default_factory=dict)
    handed_over: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    looked_back: AbstractSet[tuple[str, str]] = frozenset()

    def wants(self, contact: str, campaign: str, roles: Collection[Role]) -> bool:
        """Say whether a contact wants reminders of a campaign in any of these roles."""
        return self.preferences.get(contact, EVERYTHING).wants(campaign, roles)


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A step that falls for a gemeente; `due.on` is never None here.

    Attributes:
        missed: its day was over before the playbook began to run for this gemeente: it may still
            be done, but nobody is reminded of it.
    """

    edition: Edition
    step: Step
    municipality: Municipality
    due: DueDate
    due_on: date
    valid_until: date
    missed: bool = False

    @property
    def about(self) -> tuple[str, str, str]:
        """The keys of its edition, step and gemeente."""
        return (self.edition.key, self.step.key, self.municipality.key)


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

    A gemeente that joined, whose own the campaign is, or that has it on its rota of that year and
    does not differ, gets the full playbook; every other one a single signal, so that nobody
    drowns. A local window of another region or gemeente, a cancelled edition and a gemeente that
    declined get nothing.
    """
    if edition.status is EditionStatus.CANCELLED or answer is Answer.DECLINE:
        return Scope.NONE
    if not municipality.exists_on(edition.span.first):
        return Scope.NONE
    if not concerns(campaign, municipality, regions):
        return Scope.NONE
    around = ancestry(municipality.region, regions)
    joins = answer is Answer.JOIN or campaign.municipality == municipality.key
    if joins or is_central(edition, municipality.key, around, rota):
        return Scope.FULL
    return Scope.SIGNAL


def is_central(
    edition: Edition, municipality: str, around: Sequence[str], rota: Sequence[RotaEntry]
) -> bool:
    """Say whether a gemeente, in the regions `around` it, has this edition on its rota.

    A year on which the gemeente differs does not count.
    """
    return any(True for _ in _central(edition, municipality, around, rota))


def _central(
    edition: Edition, municipality: str, around: Sequence[str], rota: Sequence[RotaEntry]
) -> Iterator[RotaEntry]:
    return (
        entry
        for entry in rota
        if entry.year == edition.year
        and entry.campaign == edition.campaign
        and entry.region in around
        and entry.is_followed_by(municipality)
    )


def lateness(status: StepStatus, item: AgendaItem, today: date) -> Lateness | None:
    """Say how a step stands whose day has passed; None when it is in time, done or skipped.

    Args:
        status: what the gemeente did with it.
        item: the step.
        today: the day to look from.
    """
    if status is not StepStatus.OPEN or item.due_on >= today:
        return None
    if item.valid_until < today:
        return Lateness.OVER
    return Lateness.BEFORE_IT_BEGAN if item.missed else Lateness.STILL_USEFUL


def began_on(edition: Edition, municipality: Municipality, situation: Situation) -> date | None:
    """Return the day from which the full playbook runs for a gemeente; None: from its beginning.

    That is the first day on which the gemeente joined or had the edition on its rota: somebody put
    it there, or the gemeente went along after it did something else. Or the day on which somebody
    added the edition, whichever is later. What was to be done before, nobody could do in time.
    """
    around = ancestry(municipality.region, situation.regions)
    since: list[date | None] = [
        entry.since_for(municipality.key)
        for entry in _central(edition, municipality.key, around, situation.rota)
    ]
    if (edition.key, municipality.key) in situation.joined:
        since.append(situation.joined[edition.key, municipality.key])
    days = [one for one in since if one is not None]
    # On its rota from the beginning: that is older than any day.
    began = [min(days)] if days and len(days) == len(since) else []
    return max((*began, *filter(None, [edition.added_on])), default=None)


def agenda(situation: Situation, places: AbstractSet[str] | None = None) -> Iterator[AgendaItem]:
    """Yield every step that falls for a gemeente, ticked off or not, by edition and gemeente.

    The promise of the centrumgemeente (tell its region about the national campaigns) does not
    depend on its own rota: its steps run in every scope but NONE, for the campaigns that ask it.

    Args:
        situation: what there is.
        places: keys of the only gemeenten to look at; None for all.
    """
    centres = {region.centre for region in situation.regions.values()}
    looked_at = [
        one for key, one in situation.municipalities.items() if places is None or key in places
    ]
    calendars = {one.key: calendar_for(one) for one in looked_at}
    due_dates: dict[tuple[str, str, WorkCalendar], DueDate] = {}
    for edition in situation.editions:
        campaign = situation.campaigns[edition.campaign]
        for municipality in looked_at:
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
            began = began_on(edition, municipality, situation) if runs is Scope.FULL else None
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
                missed = began is not None and due.on < began and step.role is not Role.CENTRE
                yield AgendaItem(edition, step, municipality, due, due.on, until, missed)


def plan(
    situation: Situation, today: date, places: AbstractSet[str] | None = None
) -> dict[ReminderKey, PlannedReminder]:
    """Return every reminder that should exist: open steps that still make sense, per contact.

    Of what was over before the playbook began to run for a gemeente nobody is reminded.

    A step that says so has three more levels: who was told of it is reminded once more, then the
    colleagues of the same gemeente are told, then the centrumgemeente if the gemeente chose that.
    Who does not want the reminders of a campaign gets none of them, and is not chased, nor is who
    has a paused address; the others are told all the same. A step that was handed over is that of
    the colleague who took it, and of nobody else, for as long as they work there and get mail.

    What the question about the evaluation form says already is not said twice: until the form was
    filled in, who gets that question is not reminded of the steps that are done with it.

    Args:
        situation: what there is.
        today: what makes no sense any more on this day is left out.
        places: keys of the only gemeenten to plan the steps of; None for all.
    """
    crew = Crew.of(situation.contacts)
    wanted: dict[ReminderKey, PlannedReminder] = {}
    for item in agenda(situation, places):
        if item.missed or item.valid_until < today or item.about in situation.closed:
            continue
        edition, step, place = item.edition, item.step.key, item.municipality.key
        role, campaign = item.step.role, edition.campaign
        all_doers = crew.doers(role, place, situation.handed_over.get(item.about))
        doers = [
            one
            for one in all_doers
            if one not in crew.paused and situation.wants(one, campaign, [role])
        ]
        by_form = (edition.key, place) not in situation.looked_back and evaluations.reminds_of(
            item.step, edition.span, item.due_on
        )
        if by_form:
            doers = [one for one in doers if not crew.is_officer(one, place)]
        due = [(one, Level.FIRST, item.due_on) for one in doers]
        # Nobody is chased for what must wait until the date is confirmed.
        waits = item.step.resident_facing and edition.status is EditionStatus.PROVISIONAL
        if all_doers and not waits and not by_form and is_chased(item.step):
            due += _escalation(item, doers, crew, situation, today)
        for contact_key, level, due_on in due:
            if due_on <= item.valid_until and contact_key not in crew.paused:
                key = ReminderKey(
                    edition.key, step, place, contact_key, edition.date_version, level
                )
                wanted[key] = PlannedReminder(key, due_on, item.valid_until)
    return wanted


def is_chased(step: Step) -> bool:
    """Say whether anybody is told again when a step is not ticked off."""
    return bool(step.again_days or step.colleague_days or step.centre_days)


def _escalation(
    item: AgendaItem,
    doers: Sequence[str],
    crew: Crew,
    situation: Situation,
    today: date,
) -> Iterator[tuple[str, Level, date]]:
    """Yield who hears again of an open step, at which level and on which day.

    Counted from the due date, or from the day of the first mail where that is later: after a
    standstill nobody is chased for what was never told. What may reach residents only on a sure
    date counts from the day on which the date was confirmed, if that is later still. Where no
    doer wants to be told, the others hear of it counted from the day it could be done.
    """
    calendar = calendar_for(item.municipality)
    edition, place, role = item.edition, item.municipality.key, item.step.role
    taker = situation.handed_over.get(item.about)
    could_be = item.due_on
    if item.step.resident_facing and edition.confirmed_on is not None:
        could_be = max(could_be, edition.confirmed_on)
    since = {one: max(could_be, situation.told.get((*item.about, one), today)) for one in doers}
    first = min(since.values(), default=could_be)
    if item.step.again_days:
        for one in doers:
            yield one, Level.AGAIN, calendar.plus(since[one], item.step.again_days)
    informed = set(crew.doers(role, place, taker))
    if item.step.colleague_days:
        due_on = calendar.plus(first, item.step.colleague_days)
        for one in crew.colleagues(role, place, taker):
            own = [any_ for any_ in {*COLLEAGUES, role} if one in crew.work.get((any_, place), ())]
            informed.add(one)
            if situation.wants(one, edition.campaign, own):
                yield one, Level.COLLEAGUE, due_on
    centre = centre_told(item.step, item.municipality, situation.regions)
    if centre is not None and item.step.centre_days:
        due_on = calendar.plus(first, item.step.centre_days)
        for one in crew.work.get((Role.CENTRE, centre), ()):
            if one not in informed and situation.wants(one, edition.campaign, [Role.CENTRE]):
                yield one, Level.CENTRE, due_on
