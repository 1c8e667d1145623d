"""The playbook: which step falls when, for which role."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations


class Role(StrEnum):
    """What a contact does for a gemeente."""

    COMMUNICATION = "communicatie"
    POLICY = "beleid"
    CENTRE = "centrum"
    ADMIN = "beheer"


class Scope(StrEnum):
    """How much of the playbook runs for a gemeente and an edition."""

    FULL = "full"
    SIGNAL = "signal"
    NONE = "none"


class Unit(StrEnum):
    """The unit of a lead time."""

    DAYS = "days"
    WEEKS = "weeks"
    WORKDAYS = "workdays"


class Anchor(StrEnum):
    """What a lead time is counted from."""

    BEFORE_START = "before_start"
    AFTER_START = "after_start"
    AFTER_END = "after_end"


class SummerRule(StrEnum):
    """What happens to a step that falls in the summer holiday of region Midden."""

    BEFORE = "before"
    SKIP = "skip"
    KEEP = "keep"


class EvaluationPart(StrEnum):
    """What of the evaluation form a step asks for: it is done when that is filled in."""

    EXPERIENCES = "experiences"
    FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class LeadTime:
    """A lead time, e.g. 16 weeks before the start; amount 0 is the day itself."""

    amount: int
    unit: Unit
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class MeetingLead:
    """Due some working days before the papers of the next meeting of a kind close.

    That is the first meeting whose papers close at least `after_end_days` days after the end of
    the edition.
    """

    kind: str
    workdays: int
    after_end_days: int = 14


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting (overleg) with the day on which its papers close.

    Attributes:
        kind: key of the series, ``rbo``.
    """

    kind: str
    on: date
    papers_close: date


@dataclass(frozen=True, slots=True)
class MeetingSeries:
    """A recurring meeting: its name, how often it meets, and the dates announced so far."""

    key: str
    name: str
    frequency: str
    source: str
    meetings: tuple[Meeting, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the playbook.

    Attributes:
        key: permanent slug, unique in the playbook.
        title: what to do in a few Dutch words; `what` says it in full.
        scope: FULL steps run for editions on the rota or joined, the SIGNAL step for all others.
        lead: when it is due; `before_meeting` can only make that earlier.
        useful_days: how many days after its due date a reminder still makes sense; None: as
            `reminders.valid_until` says.
        resident_facing: True when a text reaches residents with this step; on a provisional
            edition such a step waits for the date to be confirmed.
        again_days: working days after its due date on which who has not ticked it off is reminded
            once more; None: never.
        colleague_days: the same for telling the colleagues of the gemeente, once.
        centre_days: the same for telling the centrumgemeente, once, of the gemeenten that chose
            that (`Municipality.tell_centre`).
        in_use: False for a step that people switched off: it falls for nobody.
        evaluation: what of the evaluation form it asks for; None when it has nothing to do with it.
    """

    key: str
    title: str
    what: str
    role: Role
    lead: LeadTime
    scope: Scope = Scope.FULL
    summer: SummerRule = SummerRule.BEFORE
    before_meeting: MeetingLead | None = None
    useful_days: int | None = None
    resident_facing: bool = False
    again_days: int | None = None
    colleague_days: int | None = None
    centre_days: int | None = None
    in_use: bool = True
    evaluation: EvaluationPart | None = None

    @property
    def can_be_evaluated(self) -> bool:
        """True where the evaluation form is there: after the end, for who takes part."""
        return self.scope is Scope.FULL and self.lead.anchor is Anchor.AFTER_END

    def out_of_order(self) -> Iterator[tuple[str, str]]:
        """Yield the pairs of fields of which the second should be later than the first, and is not.

        Who should do it is told again first, then the colleagues, then the centrumgemeente.
        """
        for before, after in combinations(("again_days", "colleague_days", "centre_days"), 2):
            earlier, later = getattr(self, before), getattr(self, after)
            if earlier is not None and later is not None and later <= earlier:
                yield before, after
