"""What each mail template is filled in with: one dataclass for each, made by the services."""

from dataclasses import dataclass

from campagne.domain import dutch
from campagne.people_contexts import (
    CheckContext,
    ErasureContext,
    EvaluationContext,
    LoginContext,
    MaterialContext,
    NewsContext,
    NotRightContext,
)
from campagne.regional_contexts import BroadcastContext, ConfirmationContext, SilenceContext


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step in a reminder mail.

    Attributes:
        due: the day written out.
        municipalities: the gemeenten it is for, as one phrase.
        late: True when its day has passed.
        waits_for_date: True when it must not be done before the edition's date is confirmed.
        done_url: where this person ticks it off.
        again: True when this person was told of it before.
        colleagues: who should have ticked it off, as one phrase; empty when that is the reader.
        elsewhere: True when those work for another gemeente than the reader, who is told of it as
            the centrumgemeente.
    """

    title: str
    what: str
    due: str
    municipalities: str
    late: bool
    waits_for_date: bool
    done_url: str
    again: bool = False
    colleagues: str = ""
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class EditionBlock:
    """One campaign in a reminder mail.

    Attributes:
        period: the days written out, as `dutch.period` gives them.
        in_time: how far off the start is, as `dutch.in_time` gives it.
        why: the rule behind the dates, a whole Dutch sentence; may be empty.
        signal: True when the campaign is not on the rota of these gemeenten and not joined.
    """

    name: str
    theme: str
    period: str
    in_time: str
    provisional: bool
    url: str
    why: str
    steps: tuple[StepLine, ...]
    signal: bool

    @property
    def begins(self) -> str:
        """How far off the start is, with its verb: ``begint over 3 weken``, ``begon gisteren``."""
        past = self.in_time == "gisteren" or self.in_time.endswith("geleden")
        return f"{'begon' if past else 'begint'} {self.in_time}"


@dataclass(frozen=True, slots=True)
class ReminderContext:
    """What the template `herinnering` is filled in with.

    Attributes:
        next_on: the day of the next reminder written out, None when none is planned.
        reason: a whole Dutch sentence that says why this person gets this mail.
        weekly: True for the digest of a week.
        questions_to: who reads the answers to this mail; empty when nobody does.
        copy_note: a whole Dutch sentence that says whose mail this is a copy of; empty when it is
            nobody else's.
        preferences_url: where the reader chooses what to get.
        more: steps that are not in `blocks`, since there are too many; `mine_url` has them all.
    """

    name: str
    blocks: tuple[EditionBlock, ...]
    next_on: str | None
    reason: str
    subscribe_url: str
    year_url: str
    weekly: bool = False
    questions_to: str = ""
    copy_note: str = ""
    preferences_url: str = ""
    more: int = 0
    mine_url: str = ""

    @property
    def step_count(self) -> int:
        """The number of steps, those that are not told in full too."""
        return self.more + sum(len(block.steps) for block in self.blocks)

    @property
    def chases(self) -> bool:
        """True when every step in the mail was told of before, to the reader or a colleague."""
        return all(step.again or step.colleagues for block in self.blocks for step in block.steps)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One changed edition in a notice.

    Attributes:
        kind: ``moved``, ``cancelled``, ``resumed`` or ``confirmed``.
        old / new: the days that the reader knew and those that it has now, as `dutch.period`
            gives them.
    """

    kind: str
    name: str
    old: str
    new: str
    provisional: bool
    url: str

    @property
    def planned(self) -> str:
        """The days that the reader knew, as they follow a verb."""
        return dutch.on_or_from(self.old)

    @property
    def planned_now(self) -> str:
        """The days that it has now, as they follow a verb."""
        return dutch.on_or_from(self.new)


@dataclass(frozen=True, slots=True)
class NoticeContext:
    """What the template `wijziging` is filled in with: every change, for one person.

    Attributes:
        questions_to / copy_note / preferences_url: as of a reminder.
    """

    name: str
    changes: tuple[ChangeLine, ...]
    subscribe_url: str
    questions_to: str = ""
    copy_note: str = ""
    preferences_url: str = ""


@dataclass(frozen=True, slots=True)
class HandoverContext:
    """What the template `overdracht` is filled in with: a step that a colleague hands over.

    Attributes:
        by: who hands it over, with a `note` that may be empty.
        late / waits_for_date / done_url: as of a step in a reminder.
        missed: its day was over before it began for the gemeente: nobody is reminded of it.
        copy_note: as of a reminder.
    """

    name: str
    by: str
    note: str
    title: str
    what: str
    campaign: str
    period: str
    provisional: bool
    waits_for_date: bool
    due: str
    late: bool
    missed: bool
    municipalities: str
    edition_url: str
    done_url: str
    mine_url: str
    copy_note: str = ""


@dataclass(frozen=True, slots=True)
class ProposalContext:
    """What the template `roostervoorstel` is filled in with: one mail to who answers for gemeenten.

    Attributes:
        municipalities: the gemeenten of the reader that are asked, as one phrase; `several` when
            there is more than one.
        by: who proposes, as one phrase.
        why: the reason that was given; may be empty.
        lines: the fields of the proposal with what they are.
        changes: the same with what they were, where an earlier proposal changed; empty for a new
            one.
        voided: those of the gemeenten that had agreed to the earlier proposal, as one phrase; may
            be empty; `several_voided` when there is more than one.
        url: where they answer.
        copy_note: as of a reminder.
    """

    name: str
    municipalities: str
    several: bool
    region: str
    year: int
    campaign: str
    by: str
    why: str
    lines: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str, str], ...]
    voided: str
    several_voided: bool
    url: str
    copy_note: str = ""


@dataclass(frozen=True, slots=True)
class PlanStepLine:
    """One step in the plan for a year; `due` is the day written out."""

    title: str
    role: str
    due: str


@dataclass(frozen=True, slots=True)
class PlanBlock:
    """One campaign in the plan for a year.

    Attributes:
        period: as `dutch.period` gives it.
        place: the gemeenten it is for, as one phrase; empty where that are all of the reader.
        lead: who leads; empty where nobody does.
        central: True when the gemeenten have it on their rota.
    """

    name: str
    theme: str
    period: str
    provisional: bool
    place: str
    lead: str
    central: bool
    url: str
    steps: tuple[PlanStepLine, ...]

    @property
    def runs(self) -> str:
        """The period as it follows a verb."""
        return dutch.on_or_from(self.period)


@dataclass(frozen=True, slots=True)
class PlanContext:
    """What the template `najaar` is filled in with: a year, for one contact.

    Attributes:
        municipalities: the gemeenten of the reader, as one phrase.
        central / others: the campaigns that they have on their rota, and the rest.
        undated: names of the campaigns without a date.
        sheet_url: where the spreadsheet is, for who got no attachment.
        municipality_url: where the reader fills in what the texts need.
        questions_to / preferences_url: as of a reminder.
    """

    name: str
    year: int
    municipalities: str
    central: tuple[PlanBlock, ...]
    others: tuple[PlanBlock, ...]
    undated: tuple[str, ...]
    sheet_url: str
    municipality_url: str
    subscribe_url: str
    year_url: str
    questions_to: str = ""
    preferences_url: str = ""

    @property
    def provisional(self) -> bool:
        """True when a date in it is not confirmed."""
        return any(one.provisional for one in (*self.central, *self.others))


Context = (
    LoginContext
    | NoticeContext
    | ReminderContext
    | HandoverContext
    | ErasureContext
    | CheckContext
    | EvaluationContext
    | MaterialContext
    | NotRightContext
    | BroadcastContext
    | ConfirmationContext
    | SilenceContext
    | PlanContext
    | ProposalContext
    | NewsContext
)
