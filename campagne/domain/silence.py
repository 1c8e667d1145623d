"""A gemeente that does not answer: reminded once, then a colleague there, then called by phone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campagne.domain.reminders import Answer
from campagne.domain.workdays import WorkCalendar

# In working days of the gemeente. Who is away for a day, or works three days a week, gets a chance.
_REMIND_AFTER = 1
_COLLEAGUE_AFTER = 3
_CALL_AFTER = 3


class ChaseLevel(StrEnum):
    """Who is mailed about the silence: those who were asked, or their colleagues."""

    ASKED = "asked"
    COLLEAGUE = "colleague"


class Stage(StrEnum):
    """What is to be done about a silent gemeente."""

    WAIT = "wait"
    REMIND = "remind"
    COLLEAGUE = "colleague"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom of a silent gemeente a mail can reach, and who had one.

    Attributes:
        can_remind: somebody who was asked gets mail.
        can_tell: somebody else of the gemeente does.
        reminded_on / told_on: the day on which those who were asked, and their colleagues, were
            mailed of the silence; None when they were not.
    """

    can_remind: bool
    can_tell: bool
    reminded_on: date | None = None
    told_on: date | None = None


def silent_from(answer_by: date, answer: Answer | None, until: date | None) -> date | None:
    """Return the last day on which nothing is asked again; None for who said yes or no.

    Args:
        answer_by: the day by which the centrumgemeente asked for an answer.
        answer: the latest one, None while there is none.
        until: of who decides later the day on which it knows.
    """
    if answer in {Answer.JOIN, Answer.DECLINE}:
        return None
    return max(answer_by, until) if until else answer_by


def stage(
    deadline: date, reached: Reached, first: date, calendar: WorkCalendar, today: date
) -> Stage:
    """Return what is to be done about a gemeente that does not answer.

    Each mail is counted from the one before it, so that a service that stood still skips none and
    hurries none. What would come after the start comes too late: then somebody calls.

    Args:
        deadline: as `silent_from` gives it.
        reached: whom a mail can reach, and who had one.
        first: the day on which the edition starts.
        calendar: the working days of the gemeente.
        today: the day.
    """
    begins = calendar.plus(deadline, _REMIND_AFTER)
    if today < begins:
        return Stage.WAIT
    if reached.reminded_on is None and reached.can_remind:
        return Stage.REMIND
    if reached.told_on is None and reached.can_tell:
        tell_on = begins
        if reached.reminded_on is not None:
            tell_on = calendar.plus(reached.reminded_on, _COLLEAGUE_AFTER)
        if today >= tell_on:
            return Stage.COLLEAGUE
        return Stage.CALL if tell_on >= first else Stage.WAIT
    last = max((one for one in (reached.reminded_on, reached.told_on) if one), default=None)
    if last is None:
        return Stage.CALL
    call_on = calendar.plus(last, _CALL_AFTER)
    return Stage.CALL if today >= call_on or call_on >= first else Stage.WAIT
