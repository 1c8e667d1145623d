"""What a gemeente does itself: what can be meant, and amounts as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain import dutch, local_plans
from campagne.domain.dates import Span
from campagne.domain.local_plans import ActionKind, LocalAction, LocalPlan
from campagne.errors import InvalidInputError

SPAN = Span(date(2026, 11, 25), date(2026, 12, 10))
KIND = ActionKind


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", None),
        ("  ", None),
        ("0", 0),
        ("250", 250_00),
        ("€ 35", 35_00),
        ("1250", 1_250_00),
        ("1.250", 1_250_00),
        ("1.250,50", 1_250_50),
        ("12,5", 12_50),
        ("12,-", 12_00),
        (" 99999,99 ", 99_999_99),
    ],
)
def test_an_amount_as_people_write_it(typed: str, found: int | None) -> None:
    assert local_plans.cents(typed, "kosten") == found


@pytest.mark.parametrize(
    "typed", ["duizend", "-5", "12.5", "1,250.00", "1e3", "12,345", "1 250", "9" * 40, "٣", "="]
)
def test_what_is_no_amount(typed: str) -> None:
    with pytest.raises(InvalidInputError, match="Vul een bedrag in euro's in") as caught:
        local_plans.cents(typed, "kosten")
    assert caught.value.fault.field == "kosten"


@given(st.integers(min_value=0, max_value=local_plans.MOST_CENTS))
def test_an_amount_is_read_as_it_is_written(cents: int) -> None:
    assert local_plans.cents(dutch.amount(cents), "kosten") == cents


@pytest.mark.parametrize(
    ("amounts", "found"),
    [([], None), ([None, None], None), ([None, 0], 0), ([100, None, 250], 350)],
)
def test_what_is_known_is_added_up(amounts: list[int | None], found: int | None) -> None:
    assert local_plans.total(amounts) == found


def acts(*actions: LocalAction) -> LocalPlan:
    return LocalPlan(actions)


@pytest.mark.parametrize(
    "plan",
    [
        LocalPlan(),
        acts(LocalAction(KIND.LIGHTING)),
        acts(LocalAction(KIND.OTHER, "Een vlag"), LocalAction(KIND.EVENT, "", date(2026, 5, 27))),
        acts(LocalAction(KIND.COUNCIL, "x" * 200, date(2027, 2, 4))),
        acts(*[LocalAction(KIND.WEBSITE)] * 12),
        LocalPlan(contact="bea", expected_cents=0, real_cents=local_plans.MOST_CENTS),
    ],
)
def test_what_can_be_meant(plan: LocalPlan) -> None:
    local_plans.check(plan, SPAN, ["bea"])


@pytest.mark.parametrize(
    ("plan", "field", "says"),
    [
        (acts(*[LocalAction(KIND.WEBSITE)] * 13), "actie-12", "hoogstens 12"),
        (acts(LocalAction(KIND.OTHER, "  ")), "tekst-1", "iets anders"),
        (acts(LocalAction(KIND.EVENT), LocalAction(KIND.EVENT, "x" * 201)), "tekst-2", "200"),
        (acts(LocalAction(KIND.EVENT, "", date(2026, 5, 26))), "dag-1", "rond de campagne"),
        (acts(LocalAction(KIND.EVENT, "", date(2027, 2, 5))), "dag-1", "rond de campagne"),
        (LocalPlan(contact="jan"), "contact", "voor deze gemeente werkt"),
        (LocalPlan(expected_cents=-1), "kosten", "€ 100.000"),
        (LocalPlan(real_cents=local_plans.MOST_CENTS + 1), "echte-kosten", "€ 100.000"),
    ],
)
def test_what_cannot_be_meant(plan: LocalPlan, field: str, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says) as caught:
        local_plans.check(plan, SPAN, ["bea"])
    assert caught.value.fault.field == field
