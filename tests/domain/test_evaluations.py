"""When a gemeente is asked to look back, and what it may fill in."""

from datetime import date

import pytest

from campagne.domain import evaluations
from campagne.domain.dates import Span
from campagne.domain.evaluations import Channel, Evaluation
from campagne.domain.leadtimes import parse_lead
from campagne.domain.playbook import EvaluationPart, Role, Scope, Step
from campagne.errors import InvalidInputError

SPAN = Span(date(2026, 11, 25), date(2026, 12, 10))
EXPERIENCES, FIGURES = EvaluationPart.EXPERIENCES, EvaluationPart.FIGURES


def step(
    part: EvaluationPart | None, lead: str = "2 weken na het einde", scope: Scope = Scope.FULL
) -> Step:
    return Step("terug", "Terug", "Kijk.", Role.POLICY, parse_lead(lead), scope, evaluation=part)


@pytest.mark.parametrize(
    ("today", "weeks"),
    [
        (date(2026, 12, 10), None),
        (date(2026, 12, 23), None),
        (date(2026, 12, 24), 2),
        (date(2027, 1, 20), 2),
        (date(2027, 1, 21), 6),
        (date(2027, 2, 17), 6),
        (date(2027, 2, 18), None),
        (date(2026, 1, 1), None),
    ],
)
def test_two_and_six_weeks_after_the_end(today: date, weeks: int | None) -> None:
    assert evaluations.moment(SPAN, today) == weeks
    if weeks:
        assert today <= evaluations.asked_until(SPAN, weeks)


@pytest.mark.parametrize(
    ("today", "is_open"),
    [
        (date(2026, 12, 9), False),
        (date(2026, 12, 10), True),
        (date(2027, 12, 11), True),
        (date(2027, 12, 12), False),
    ],
)
def test_it_is_open_for_a_year(today: date, *, is_open: bool) -> None:
    assert evaluations.is_open(SPAN, today) is is_open


@pytest.mark.parametrize(
    ("typed", "found"),
    [("", None), ("  ", None), ("0", 0), ("1250", 1250), (" 1.250 ", 1250), ("10.000.000", 10**7)],
)
def test_how_many(typed: str, found: int | None) -> None:
    assert evaluations.number(typed, "bereik-website") == found


@pytest.mark.parametrize("typed", ["-1", "1,5", "veel", "10.000.001", "1.25", "9" * 30, "٣"])
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(InvalidInputError, match="Vul een heel getal in") as told:
        evaluations.number(typed, "bereik-website")
    assert told.value.fault.field == "bereik-website"


def test_what_was_done() -> None:
    planned = ("Vlag", "Lezing")
    assert evaluations.done(["Lezing", "Bedacht"], planned, " Taart \n\nVlag\nTaart") == (
        *("Lezing", "Taart", "Vlag"),
    )
    assert evaluations.done([], planned, "") == ()
    for more in ("x" * 301, "\n".join(map(str, range(21)))):
        with pytest.raises(InvalidInputError, match="hoogstens 20 acties") as told:
            evaluations.done([], planned, more)
        assert told.value.fault.field == "ook"


def test_nothing_said() -> None:
    assert Evaluation().is_empty
    assert not Evaluation(reach={Channel.WEBSITE: 0}).is_empty
    assert not Evaluation(change="Eerder beginnen").is_empty


@pytest.mark.parametrize(
    ("said", "experiences", "figures"),
    [
        (Evaluation(), False, False),
        (Evaluation(reach={Channel.WEBSITE: 0}), False, True),
        (Evaluation(done=("Vlag",)), True, False),
        (Evaluation(keep="Vlag"), True, False),
        (Evaluation(change="Eerder", reach={Channel.SOCIAL: 3}), True, True),
    ],
)
def test_what_of_the_form_a_step_asks_for(
    said: Evaluation, *, experiences: bool, figures: bool
) -> None:
    assert evaluations.answers(step(EXPERIENCES), said) is experiences
    assert evaluations.answers(step(FIGURES), said) is figures
    assert not evaluations.answers(step(None), said)
    # On the page a step can be moved to before the start; it then is another step.
    assert not evaluations.answers(step(EXPERIENCES, "1 week voor de start"), said)


@pytest.mark.parametrize(
    ("asks", "due_on", "reminds"),
    [
        (step(FIGURES), date(2026, 12, 24), True),
        (step(FIGURES), date(2026, 12, 17), True),  # closed over Christmas
        (step(FIGURES), date(2026, 12, 16), False),
        (step(FIGURES), date(2027, 1, 21), True),
        (step(None), date(2026, 12, 24), False),
        (step(FIGURES, "1 week voor de start"), date(2026, 12, 24), False),
        (step(FIGURES, scope=Scope.SIGNAL), date(2026, 12, 24), False),
    ],
)
def test_the_question_reminds_of_a_step_too(asks: Step, due_on: date, *, reminds: bool) -> None:
    assert evaluations.reminds_of(asks, SPAN, due_on) is reminds
