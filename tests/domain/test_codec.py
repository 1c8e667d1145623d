"""Every kind of rule survives being stored as JSON."""

import json
from typing import get_args

import pytest

from campagne.domain import codec
from campagne.domain.dates import (
    BeforeSchoolHoliday,
    DateRule,
    FixedDays,
    Formula,
    FromEaster,
    IsoWeek,
    NthWeekday,
    RuleKind,
    WeekContaining,
    WeekdayFrom,
)

_FORMULAS: list[Formula] = [
    FixedDays(11, 25, 12, 10),
    WeekContaining(11, 20),
    IsoWeek(40),
    NthWeekday(-1, 4, 9, days=3),
    WeekdayFrom(2, 10, 10),
    FromEaster(-7, 5),
    BeforeSchoolHoliday(4, region="Zuid"),
]


@pytest.mark.parametrize("formula", _FORMULAS)
def test_a_formula_comes_back(formula: Formula) -> None:
    rule = DateRule(RuleKind.ESTIMATED, formula)
    stored = json.loads(json.dumps(codec.rule_to_dict(rule)))
    assert codec.rule_from_dict(stored) == rule


def test_no_formula_is_forgotten_above() -> None:
    assert {type(one) for one in _FORMULAS} == set(get_args(Formula))


def test_an_announced_rule_comes_back() -> None:
    rule = DateRule(RuleKind.ANNOUNCED)
    assert codec.rule_to_dict(rule) == {"kind": "announced"}
    assert codec.rule_from_dict({"kind": "announced"}) == rule
