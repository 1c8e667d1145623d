"""What is said of the days of an edition: the rule explains only those that it gives."""

from datetime import date

import pytest

from campagne.domain.dates import DateRule, FixedDays, RuleKind, Span
from campagne.domain.edition_days import departs_from_rule, stands_by_rule, why_these_days
from campagne.domain.rota import Campaign, Certainty, Edition, EditionStatus, KnownDates

RULE = Span(date(2026, 11, 25), date(2026, 12, 10))
OTHER = Span(date(2026, 11, 26), date(2026, 12, 10))
GIVEN = KnownDates(2026, Span(date(2026, 12, 1), date(2026, 12, 5)), "brief", confirmed=True)
FIXED = DateRule(RuleKind.FIXED, FixedDays(11, 25, 12, 10))
ANNOUNCED = DateRule(RuleKind.ANNOUNCED)
CHECKED = date(2026, 1, 2)


def campaign(rule: DateRule, *known: KnownDates) -> Campaign:
    return Campaign(
        key="dans",
        name="Dans",
        rule=rule,
        rule_text="Een regel.",
        certainty=Certainty.HIGH,
        organiser="De Bond",
        source="plan",
        checked_on=CHECKED,
        known=known,
    )


def edition(
    span: Span = RULE,
    status: EditionStatus = EditionStatus.CONFIRMED,
    checked_on: date | None = CHECKED,
) -> Edition:
    return Edition("dans-2026", "dans", 2026, span, status, "plan", checked_on=checked_on)


@pytest.mark.parametrize(
    ("of", "days", "other"),
    [
        (campaign(FIXED), RULE, False),
        (campaign(FIXED), OTHER, True),
        (campaign(FIXED, GIVEN), RULE, True),
        (campaign(FIXED, GIVEN), GIVEN.span, False),
        (campaign(ANNOUNCED), OTHER, False),
    ],
)
def test_a_rule_explains_only_its_own_days(of: Campaign, days: Span, *, other: bool) -> None:
    why = why_these_days(edition(days), of)
    assert of.rule_text in why
    assert ("anders dan de regel" in why) is other is departs_from_rule(edition(days), of)


def test_days_that_were_announced_anew_do_not_differ_from_a_rule() -> None:
    of = campaign(ANNOUNCED, GIVEN)
    assert why_these_days(edition(GIVEN.span), of) == "Een regel."
    why = "Deze dagen zijn anders dan eerst bekend was. Een regel."
    assert why_these_days(edition(OTHER), of) == why


@pytest.mark.parametrize(
    ("of", "one", "rests"),
    [
        (campaign(FIXED), edition(), True),
        (campaign(FIXED), edition(checked_on=None), True),
        (campaign(FIXED), edition(checked_on=date(2026, 5, 4)), False),
        (campaign(FIXED), edition(status=EditionStatus.PROVISIONAL), False),
        (campaign(FIXED, GIVEN), edition(), False),
        (campaign(ANNOUNCED), edition(), False),
    ],
)
def test_a_person_or_a_source_counts_before_the_rule(
    of: Campaign, one: Edition, *, rests: bool
) -> None:
    assert stands_by_rule(one, of) is rests
