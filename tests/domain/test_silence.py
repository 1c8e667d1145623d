"""What is done about a gemeente that does not answer, and when."""

from datetime import date

import pytest

from campagne.domain.reminders import Answer
from campagne.domain.silence import Reached, Stage, silent_from, stage
from campagne.domain.workdays import WorkCalendar

# A Monday; the campaign starts on Wednesday 25 November.
ASKED_BY = date(2026, 9, 28)
FIRST = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("answer", "until", "found"),
    [
        (None, None, ASKED_BY),
        (Answer.JOIN, None, None),
        (Answer.DECLINE, None, None),
        (Answer.LATER, None, ASKED_BY),
        (Answer.LATER, date(2026, 9, 14), ASKED_BY),
        (Answer.LATER, date(2026, 10, 12), date(2026, 10, 12)),
    ],
)
def test_until_when_nothing_is_asked_again(
    answer: Answer | None, until: date | None, found: date | None
) -> None:
    assert silent_from(ASKED_BY, answer, until) == found


BOTH = Reached(can_remind=True, can_tell=True)
ASKED = Reached(can_remind=True, can_tell=False)
NOBODY = Reached(can_remind=False, can_tell=False)
OTHERS = Reached(can_remind=False, can_tell=True)


def reached(of: Reached, reminded: date | None = None, told: date | None = None) -> Reached:
    return Reached(of.can_remind, of.can_tell, reminded, told)


SEP, OCT = (date(2026, 9, 29), date(2026, 10, 2)), (date(2026, 10, 5), date(2026, 10, 7))


@pytest.mark.parametrize(
    ("who", "today", "found"),
    [
        (BOTH, ASKED_BY, Stage.WAIT),
        (BOTH, SEP[0], Stage.REMIND),
        (BOTH, date(2026, 10, 20), Stage.REMIND),
        (reached(BOTH, SEP[0]), date(2026, 10, 1), Stage.WAIT),
        (reached(BOTH, SEP[0]), SEP[1], Stage.COLLEAGUE),
        (reached(BOTH, date(2026, 10, 20)), date(2026, 10, 22), Stage.WAIT),
        (reached(BOTH, SEP[0], SEP[1]), date(2026, 10, 6), Stage.WAIT),
        (reached(BOTH, SEP[0], SEP[1]), OCT[1], Stage.CALL),
        (reached(ASKED, SEP[0]), date(2026, 10, 1), Stage.WAIT),
        (reached(ASKED, SEP[0]), SEP[1], Stage.CALL),
        (NOBODY, ASKED_BY, Stage.WAIT),
        (NOBODY, SEP[0], Stage.CALL),
        (OTHERS, SEP[0], Stage.COLLEAGUE),
        (reached(OTHERS, told=SEP[0]), date(2026, 10, 1), Stage.WAIT),
        (reached(OTHERS, told=SEP[0]), SEP[1], Stage.CALL),
        (reached(NOBODY, SEP[0], SEP[1]), OCT[1], Stage.CALL),
    ],
)
def test_the_ladder(who: Reached, today: date, found: Stage) -> None:
    assert stage(ASKED_BY, who, FIRST, WorkCalendar(), today) is found


@pytest.mark.parametrize(
    ("who", "today"),
    [
        (reached(BOTH, date(2026, 11, 23)), date(2026, 11, 23)),
        (reached(BOTH, date(2026, 11, 13), date(2026, 11, 20)), date(2026, 11, 20)),
        (reached(ASKED, date(2026, 11, 23)), date(2026, 11, 24)),
    ],
)
def test_what_would_come_after_the_start_is_a_call(who: Reached, today: date) -> None:
    assert stage(ASKED_BY, who, FIRST, WorkCalendar(), today) is Stage.CALL


def test_the_weekend_and_a_closed_day_do_not_count() -> None:
    """Friday 2 October is the day asked; Monday it is closed."""
    calendar = WorkCalendar(closed_days=frozenset({date(2026, 10, 5)}))
    friday = date(2026, 10, 2)
    assert stage(friday, BOTH, FIRST, calendar, date(2026, 10, 5)) is Stage.WAIT
    assert stage(friday, BOTH, FIRST, calendar, date(2026, 10, 6)) is Stage.REMIND
