"""The campaign calendar as a page looks at it: narrowed to a region or a gemeente.

Everything is read once, in a handful of queries; what is asked of it after that costs none. What
gemeenten answered and ticked off is read of those alone that it is narrowed to.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.dates import Span, Unknown, evaluate
from campagne.domain.edition_days import departs_from_rule, stands_by_rule, why_these_days
from campagne.domain.leadtimes import due_date
from campagne.domain.playbook import Role, Scope, Step
from campagne.domain.regions import Municipality, Region, ancestry, reaches, touches
from campagne.domain.reminders import (
    AgendaItem,
    Lateness,
    Situation,
    StepState,
    StepStatus,
    agenda,
    lateness,
    scope,
)
from campagne.domain.rota import (
    Campaign,
    Edition,
    EditionStatus,
    concerns,
)
from campagne.domain.workdays import WorkCalendar
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import lookup
from campagne.services.planning.reminders import joined, situation
from campagne.store import said_and_done


@dataclass(frozen=True, slots=True)
class Central:
    """A group of gemeenten that puts an edition central.

    Attributes:
        region / lead: names; `lead` is None where no gemeente leads.
        plan_period / why_differs: what the plan says of the period, and why it is another one.
    """

    region: str
    lead: str | None
    theme: str
    plan_period: str
    why_differs: str


@dataclass(frozen=True, slots=True)
class DatedStep:
    """A step of an edition with its day.

    Attributes:
        due_on: None when the step lapses; `remarks` say why, or why the day moved.
        status: of the chosen gemeente; None where no gemeente is chosen.
        late: how it stands when its day has passed; None when that is not so, or no gemeente is
            chosen.
    """

    step: Step
    due_on: date | None
    remarks: tuple[str, ...]
    status: StepStatus | None = None
    late: Lateness | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """The first step of the playbook that is due today or later, and is not ticked off."""

    title: str
    role: Role
    due_on: date


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition in a list.

    Attributes:
        period: the days in Dutch.
        why: the rule in plain Dutch; `remark` adds to it.
        region: name of the only region or gemeente it concerns, None for everyone.
        by_rule: the date stands by its rule alone: nobody confirmed that of this year.
        checked_on: when the date was confirmed, or the rule that it rests on was looked up.
        overlaps: names of the other campaigns of more than a day that it overlaps.
        late_steps: how many steps of the chosen gemeente are late and can still be done.
    """

    key: str
    name: str
    theme: str
    span: Span
    period: str
    status: EditionStatus
    by_rule: bool
    why: str
    remark: str
    central: tuple[Central, ...]
    region: str | None
    source: str
    checked_on: date | None
    overlaps: tuple[str, ...]
    next_step: NextStep | None
    late_steps: int


@dataclass(frozen=True, slots=True)
class UndatedLine:
    """A campaign without a date in a year, and why."""

    name: str
    reason: str
    central: tuple[Central, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A region or gemeente that a page can be narrowed to."""

    key: str
    name: str


class CalendarBook:
    """Everything that a view looks at, read once, and what the view is narrowed to."""

    def __init__(self, session: Session, today: date) -> None:
        self._session = session
        self.all: Situation = situation(session, municipalities=())
        self.states: dict[tuple[str, str, str], StepState] = {}
        self._looked_at: set[str] = set()
        self.today = today
        self.region: Region | None = None
        self.municipality: Municipality | None = None
        self._shown: list[Edition] | None = None

    def look_at(self, municipalities: Collection[str]) -> None:
        """Read what these gemeenten answered and ticked off, for all of them at once."""
        new = set(municipalities) - self._looked_at
        if not new:
            return
        self._looked_at |= new
        said = said_and_done.dated_answers(self._session, municipalities=new)
        answers = {**self.all.answers, **{key: answer for key, (answer, _) in said.items()}}
        self.all = replace(self.all, answers=answers, joined={**self.all.joined, **joined(said)})
        self.states |= said_and_done.step_states(self._session, municipalities=new)

    def narrow(self, region: str | None, municipality: str | None) -> None:
        """Narrow to a region, a gemeente, or a gemeente in a region.

        Raises:
            NotFoundError: for an unknown region or gemeente.
            InvalidInputError: when the gemeente does not lie in the region.
        """
        self._shown = None
        if municipality is not None:
            self.municipality = lookup.one("gemeente", municipality, self.all.municipalities)
            self.look_at([municipality])
        if region is not None:
            self.region = lookup.one("regio", region, self.all.regions)
        if self.region is None or self.municipality is None:
            return
        if self.region.key not in ancestry(self.municipality.region, self.all.regions):
            raise InvalidInputError(
                f"{self.municipality.name} ligt niet in {self.region.name}. "
                "Kies alleen een gemeente, of alleen een regio."
            )

    def years(self, chosen: int) -> tuple[int, ...]:
        """Return every year that the calendar knows.

        Raises:
            NotFoundError: when the chosen one is not among them.
        """
        known = sorted(
            {one.year for one in self.all.editions} | {one.year for one in self.all.rota}
        )
        if chosen not in known:
            some = f" Kies een jaar van {known[0]} tot en met {known[-1]}." if known else ""
            raise NotFoundError(f"Het jaar {chosen} staat niet in de campagnekalender.{some}")
        return tuple(known)

    def concerns(self, region: str | None) -> bool:
        """Say whether what concerns a region (None: everyone) concerns whom we look for."""
        if self.municipality is not None:
            return reaches(region, self.municipality.region, self.all.regions)
        return self.region is None or touches(region, self.region.key, self.all.regions)

    def shows(self, campaign: Campaign) -> bool:
        """Say whether a campaign concerns whom we look for."""
        if self.municipality is not None:
            return concerns(campaign, self.municipality, self.all.regions)
        return self.concerns(campaign.region)

    def editions(self) -> Sequence[Edition]:
        """Return the editions that concern whom we look for, in the order of time."""
        if self._shown is None:
            shows = {key: self.shows(one) for key, one in self.all.campaigns.items()}
            found = [one for one in self.all.editions if shows[one.campaign]]
            self._shown = sorted(found, key=lambda one: (one.span, one.key))
        return self._shown

    def choices(self, on: date) -> tuple[Choice, ...]:
        """Return the gemeenten that exist on a day, by name."""
        found = [one for one in self.all.municipalities.values() if one.exists_on(on)]
        return tuple(Choice(one.key, one.name) for one in sorted(found, key=lambda one: one.name))

    def lines(self, editions: Iterable[Edition]) -> tuple[EditionLine, ...]:
        """Return each edition as a line."""
        return tuple(self.line(one) for one in editions)

    def line(self, edition: Edition) -> EditionLine:
        """Return an edition as a line."""
        campaign = self.all.campaigns[edition.campaign]
        central = self.central(campaign.key, edition.year)
        by_rule = stands_by_rule(edition, campaign)
        by_files = not departs_from_rule(edition, campaign)
        runs = central or campaign.municipality is not None
        steps = self.steps(edition, Scope.FULL if runs else Scope.SIGNAL)
        return EditionLine(
            key=edition.key,
            name=campaign.name,
            theme=edition.theme or next((one.theme for one in central if one.theme), ""),
            span=edition.span,
            period=dutch.period(edition.span),
            status=edition.status,
            by_rule=by_rule,
            why=why_these_days(edition, campaign),
            remark=campaign.remark,
            central=central if by_files else _unexplained(central),
            region=self._only_in(campaign),
            source=edition.source or campaign.source,
            checked_on=edition.checked_on or (campaign.checked_on if by_rule else None),
            overlaps=self._overlaps(edition),
            next_step=self._next_step(steps),
            late_steps=sum(one.late is Lateness.STILL_USEFUL for one in steps),
        )

    def central(self, campaign: str, year: int) -> tuple[Central, ...]:
        """Return the groups that put a campaign central in a year."""
        return tuple(
            Central(
                region=self.all.regions[entry.region].name,
                lead=self._name(entry.lead),
                theme=entry.theme,
                plan_period=entry.plan_period,
                why_differs=entry.why_differs,
            )
            for entry in self.all.rota
            if entry.campaign == campaign
            and entry.year == year
            and self.concerns(entry.region)
            and (self.municipality is None or entry.is_followed_by(self.municipality.key))
        )

    def undated(self, year: int) -> tuple[UndatedLine, ...]:
        """Return the campaigns without an edition in a year, those on the rota first."""
        dated = {one.campaign for one in self.all.editions if one.year == year}
        found = []
        for campaign in self.all.campaigns.values():
            central = self.central(campaign.key, year)
            if campaign.key in dated or (campaign.is_decided_per_year and not central):
                continue
            if campaign.runs_in(year) and self.shows(campaign):
                reason = undated_reason(campaign, year)
                found.append(UndatedLine(campaign.name, reason, central))
        return tuple(sorted(found, key=lambda one: (not one.central, one.name)))

    def centre(self) -> Municipality | None:
        """Return the nearest centrumgemeente of the chosen gemeente."""
        if self.municipality is None:
            return None
        around = ancestry(self.municipality.region, self.all.regions)
        keys = [centre for key in around if (centre := self.all.regions[key].centre)]
        return self.all.municipalities[keys[0]] if keys else None

    def scope(self, edition: Edition) -> Scope | None:
        """Return how much of the playbook runs for the chosen gemeente."""
        if self.municipality is None:
            return None
        return scope(
            edition,
            self.all.campaigns[edition.campaign],
            self.municipality,
            regions=self.all.regions,
            rota=self.all.rota,
            answer=self.all.answers.get((edition.key, self.municipality.key)),
        )

    def steps(self, edition: Edition, runs: Scope) -> list[DatedStep]:
        """Return the steps of an edition: those of the chosen gemeente, else of a scope."""
        if self.municipality is not None:
            mine = self.municipality.key
            seen = replace(self.all, editions=[edition], municipalities={mine: self.municipality})
            return [self._dated(one) for one in agenda(seen)]
        if edition.status is EditionStatus.CANCELLED:
            return []
        found = []
        for step in self.all.steps:
            if step.scope is runs and step.role is not Role.CENTRE:
                due = due_date(step, edition.span, WorkCalendar(), self.all.meetings)
                found.append(DatedStep(step, due.on, due.remarks))
        return found

    def _dated(self, one: AgendaItem) -> DatedStep:
        state = self.states.get((one.edition.key, one.step.key, one.municipality.key))
        status = state.status if state else StepStatus.OPEN
        return DatedStep(
            one.step,
            one.due_on,
            one.due.remarks,
            status,
            lateness(status, one, self.today),
        )

    def _next_step(self, steps: Iterable[DatedStep]) -> NextStep | None:
        ahead = [
            NextStep(one.step.title, one.step.role, one.due_on)
            for one in steps
            if one.due_on is not None
            and one.due_on >= self.today
            and one.status in (None, StepStatus.OPEN)
        ]
        return min(ahead, key=lambda one: one.due_on, default=None)

    def _overlaps(self, edition: Edition) -> tuple[str, ...]:
        """Return which campaigns run at the same time; a single day within a week says little."""
        if edition.span.days == 1 or edition.status is EditionStatus.CANCELLED:
            return ()
        campaigns = self.all.campaigns
        own = {edition.campaign, campaigns[edition.campaign].part_of}
        return tuple(
            campaigns[other.campaign].name
            for other in self.editions()
            if other.span.days > 1
            and other.span.overlaps(edition.span)
            and other.status is not EditionStatus.CANCELLED
            and own.isdisjoint({other.campaign, campaigns[other.campaign].part_of} - {None})
        )

    def _only_in(self, campaign: Campaign) -> str | None:
        if campaign.region is None:
            return None
        return self._name(campaign.municipality) or self.all.regions[campaign.region].name

    def _name(self, municipality: str | None) -> str | None:
        return None if municipality is None else self.all.municipalities[municipality].name


def _unexplained(central: tuple[Central, ...]) -> tuple[Central, ...]:
    """Leave out why the days differ from a plan: that explains those of the rule, not others."""
    return tuple(replace(one, why_differs="") for one in central)


def undated_reason(campaign: Campaign, year: int) -> str:
    """Return in Dutch why a campaign has no edition in a year."""
    found = evaluate(campaign.rule, year)
    if isinstance(found, Unknown):
        return found.reason
    return f"De datum voor {year} is nog niet in de kalender gezet."
