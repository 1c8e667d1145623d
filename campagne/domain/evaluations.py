"""What a gemeente looks back on after an edition: how many it reached, what it did and learnt.

Asked two and six weeks after the end: the lead times of the playbook for figures and the report to
the Regionaal Beleidsoverleg.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from campagne.domain.dates import Span
from campagne.domain.playbook import EvaluationPart, Step
from campagne.errors import InvalidInputError

# Weeks after the end; each question may still be asked until the next one, the last for as long.
MOMENTS = (2, 6)
_ASKED_FOR = timedelta(weeks=4)
# A step may fall on a Friday where its question falls on the Sunday after it.
_JUST_BEFORE = timedelta(days=7)
_OPEN_FOR = timedelta(days=366)

TEXT_LIMIT = 1000
MOST_DONE = 20
DONE_LIMIT = 300
_MOST_REACHED = 10_000_000
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,9}")


class Channel(StrEnum):
    """Through what people were reached."""

    WEBSITE = "website"
    SOCIAL = "social"
    NEWSPAPER = "newspaper"
    NEWSLETTER = "newsletter"
    INTRANET = "intranet"
    SCREENS = "screens"
    MEETINGS = "meetings"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a gemeente says of an edition.

    Attributes:
        reach: how many per channel; a channel that is not in it is not known.
        done: what was really done, each in one phrase.
        keep / change: what to do again, and what to do otherwise; may have several lines.
        version: 0 for what was never stored, then one higher with each change.
        by / at: who stored it last and the instant, aware UTC.
    """

    reach: Mapping[Channel, int] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    keep: str = ""
    change: str = ""
    version: int = 0
    by: str = ""
    at: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """True when it says nothing."""
        return not (self.reach or self.done or self.keep or self.change)


def moment(span: Span, today: date) -> int | None:
    """Return which question is to be asked about an edition: weeks after its end, None for none.

    After a standstill only the last one that is due.
    """
    passed = today - span.last
    found = [weeks for weeks in MOMENTS if timedelta(weeks=weeks) <= passed]
    if not found or passed >= timedelta(weeks=found[-1]) + _ASKED_FOR:
        return None
    return found[-1]


def answers(step: Step, said: Evaluation) -> bool:
    """Say whether what was filled in is what a step of the playbook asks for."""
    if step.evaluation is None or not step.can_be_evaluated:
        return False
    if step.evaluation is EvaluationPart.FIGURES:
        return bool(said.reach)
    return bool(said.done or said.keep or said.change)


def reminds_of(step: Step, span: Span, due_on: date) -> bool:
    """Say whether the question about the form says what a reminder of a step would say.

    That is so for a step that is done with the form, unless it falls long before the first
    question.

    Args:
        step: of the playbook.
        span: the days of the edition.
        due_on: when the step is due.
    """
    asks = step.evaluation is not None and step.can_be_evaluated
    return asks and due_on >= span.last + timedelta(weeks=MOMENTS[0]) - _JUST_BEFORE


def asked_until(span: Span, weeks: int) -> date:
    """Return the last day on which the mail with a question makes sense."""
    return span.last + timedelta(weeks=weeks) + _ASKED_FOR - timedelta(days=1)


def is_open(span: Span, today: date) -> bool:
    """Say whether an edition can be evaluated: from its last day, for a year."""
    return span.last <= today <= span.last + _OPEN_FOR


def number(text: str, field: str) -> int | None:
    """Return how many people a field says; None for an empty one.

    Raises:
        InvalidInputError: when it is no such number.
    """
    typed = text.strip()
    if not typed:
        return None
    found = int(typed.replace(".", "")) if _NUMBER.fullmatch(typed) else _MOST_REACHED + 1
    if found > _MOST_REACHED:
        raise InvalidInputError(
            "Vul een heel getal in van 0 tot en met 10.000.000, of laat het vak leeg.", field
        )
    return found


def done(ticked: Sequence[str], planned: Collection[str], more: str) -> tuple[str, ...]:
    """Return what was really done: the planned actions that were ticked, and a line for each other.

    Args:
        ticked: as the form says; what is not among the planned ones is left out.
        planned: what the form offered.
        more: other actions, one on each line.

    Raises:
        InvalidInputError: when it is too much, with the field `ook`.
    """
    found = [one for one in planned if one in ticked]
    found += [line.strip() for line in more.splitlines() if line.strip()]
    found = list(dict.fromkeys(found))
    if len(found) > MOST_DONE or any(len(one) > DONE_LIMIT for one in found):
        raise InvalidInputError(
            f"Schrijf hoogstens {MOST_DONE} acties op, elk van hoogstens {DONE_LIMIT} tekens.",
            "ook",
        )
    return tuple(found)
