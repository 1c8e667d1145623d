"""Lead times: when a step of the playbook is due, and the phrases people write them in."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.playbook import (
    Anchor,
    LeadTime,
    Meeting,
    MeetingLead,
    Step,
    SummerRule,
    Unit,
)
from campagne.domain.workdays import WorkCalendar
from campagne.errors import InvalidInputError

_NOUNS = {
    Unit.DAYS: ("dag", "dagen"),
    Unit.WEEKS: ("week", "weken"),
    Unit.WORKDAYS: ("werkdag", "werkdagen"),
}
_FROM = {
    Anchor.BEFORE_START: "voor de start",
    Anchor.AFTER_START: "na de start",
    Anchor.AFTER_END: "na het einde",
}
_ON_THE_DAY = {Anchor.AFTER_START: "op de eerste dag", Anchor.AFTER_END: "op de laatste dag"}
# Every summer holiday of region Midden lies within these (July and August, into September).
_SUMMER_MONTHS = frozenset({7, 8, 9})
_EARLIER = "daarom vervroegd"  # the day itself always stands beside it
# The day that a step must not move before, by what its lead time is counted from.
_FOLLOWS: dict[Anchor, Callable[[Span], date | None]] = {
    Anchor.BEFORE_START: lambda _span: None,
    Anchor.AFTER_START: lambda span: span.first,
    Anchor.AFTER_END: lambda span: span.last,
}
_DAYS = {Unit.DAYS: 1.0, Unit.WEEKS: 7.0, Unit.WORKDAYS: 7 / 5}
_LONGEST_EDITION = 10_000.0  # longer than the longest lead time too
_AMOUNT = re.compile(r"[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class DueDate:
    """When a step is due for a gemeente, and what there is to say about that day.

    Attributes:
        on: a working day of the gemeente; None when the step lapses by its summer rule.
        remarks: in Dutch: why it is not the plain lead time, in the order of the moves; and that
            the summer rule could not be applied, where the holidays are not published yet.
    """

    on: date | None
    remarks: tuple[str, ...] = ()


def due_date(
    step: Step, span: Span, calendar: WorkCalendar, meetings: Sequence[Meeting]
) -> DueDate:
    """Return when a step is due; a move is always earlier, never later.

    First the lead time, then the papers of the meeting, then the summer rule, then closed days.
    The summer rule never moves a step after the end to that end or before it (an evaluation of
    what still runs), and likewise for the start: such a step stays where it is.
    The summer rule to skip looks at the day before it moves for a closed day, so that a closed
    day alone never makes a step lapse.

    Args:
        step: the step with its lead time, summer rule and meeting.
        span: first and last day of the edition.
        calendar: the working days of the gemeente.
        meetings: the known meetings of every kind, in any order.
    """
    remarks: list[str] = []
    day = _from_lead(step.lead, span, calendar)
    meeting = _first_meeting(step.before_meeting, span, meetings)
    if meeting is not None and step.before_meeting is not None:
        before_papers = calendar.minus(meeting.papers_close, step.before_meeting.workdays)
        if before_papers < day:
            day = before_papers
            remarks.append(
                f"de stukken voor het overleg van {dutch.day(meeting.on)} sluiten op "
                f"{dutch.day(meeting.papers_close)}: {_EARLIER}"
            )
    holiday = calendar.summer_holiday(day.year)
    summer = holiday if isinstance(holiday, Span) else None
    if summer is not None and day in summer and step.summer is SummerRule.SKIP:
        return DueDate(None, (*remarks, "valt in de zomervakantie: vervalt"))
    before_summer = summer if step.summer is SummerRule.BEFORE else None
    anchor = _FOLLOWS[step.lead.anchor](span)
    if before_summer is not None and anchor is not None:
        last_before = calendar.on_or_before(before_summer.first - timedelta(days=1))
        before_summer = before_summer if last_before > anchor else None
    day = _out_of_summer(day, before_summer, calendar, remarks)
    closed = calendar.why_closed(day)
    if closed is not None:
        day = calendar.on_or_before(day)
        remarks.append(f"{closed}: {_EARLIER}")
        # A closed day just after the summer holiday moves into it.
        day = _out_of_summer(day, before_summer, calendar, remarks)
    if summer is None and step.summer is not SummerRule.KEEP and day.month in _SUMMER_MONTHS:
        remarks.append(
            f"de schoolvakanties van {day.year} zijn nog niet bekend: kijk of dit in de"
            " zomervakantie valt"
        )
    return DueDate(day, tuple(remarks))


def describe(lead: LeadTime) -> str:
    """Return a lead time in Dutch: ``16 weken voor de start``, ``op de eerste dag``."""
    if lead.amount == 0:
        return _ON_THE_DAY.get(lead.anchor, _ON_THE_DAY[Anchor.AFTER_START])
    return f"{dutch.count(lead.amount, *_NOUNS[lead.unit])} {_FROM[lead.anchor]}"


def parse_lead(text: str) -> LeadTime:
    """Read a lead time from the phrase that `describe` writes.

    The day itself reads as 0 days after the start or the end.

    Raises:
        InvalidInputError: for any other text; the sentence lists what is allowed.
    """
    phrase = " ".join(text.split())
    for anchor, on_the_day in _ON_THE_DAY.items():
        if phrase == on_the_day:
            return LeadTime(0, Unit.DAYS, anchor)
    amount = _AMOUNT.match(phrase)
    if amount is not None:
        for unit, anchor in product(Unit, Anchor):
            lead = LeadTime(int(amount[0]), unit, anchor)
            if describe(lead) == phrase:
                return lead
    raise InvalidInputError(
        f"De termijn {text!r} kan niet: schrijf bijvoorbeeld '16 weken voor de start', '1 week "
        "voor de start', '10 dagen na de start', '3 werkdagen na het einde' (1 tot en met 999 "
        "dagen, weken of werkdagen), 'op de eerste dag' of 'op de laatste dag'.",
        "wanneer",
    )


def rough_day(lead: LeadTime) -> float:
    """Return about how many days after the start a step falls, to sort steps by.

    What is counted from the end comes after all the rest: an edition can be of any length.
    """
    days = lead.amount * _DAYS[lead.unit]
    if lead.anchor is Anchor.AFTER_END:
        return _LONGEST_EDITION + days
    return -days if lead.anchor is Anchor.BEFORE_START else days


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


def _from_lead(lead: LeadTime, span: Span, calendar: WorkCalendar) -> date:
    """Return the day of a lead time before any move."""
    anchor = span.last if lead.anchor is Anchor.AFTER_END else span.first
    before = lead.anchor is Anchor.BEFORE_START
    if lead.unit is Unit.WORKDAYS:
        count = calendar.minus if before else calendar.plus
        return count(anchor, lead.amount)
    away = timedelta(days=lead.amount * (7 if lead.unit is Unit.WEEKS else 1))
    return anchor - away if before else anchor + away


def _first_meeting(
    wanted: MeetingLead | None, span: Span, meetings: Sequence[Meeting]
) -> Meeting | None:
    """Return the first meeting whose papers close late enough after the end, if one is known."""
    if wanted is None:
        return None
    from_day = span.last + timedelta(days=wanted.after_end_days)
    fitting = [one for one in meetings if one.kind == wanted.kind and one.papers_close >= from_day]
    return min(fitting, key=lambda one: (one.papers_close, one.on), default=None)


def _out_of_summer(
    day: date, summer: Span | None, calendar: WorkCalendar, remarks: list[str]
) -> date:
    """Return the last working day before the summer for a day in it; note the move."""
    if summer is None or day not in summer:
        return day
    day = calendar.on_or_before(summer.first - timedelta(days=1))
    remarks.append(f"valt in de zomervakantie: {_EARLIER}")
    return day
