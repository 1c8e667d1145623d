"""Expanding campaigns into editions: which dates win, and who must still confirm them."""

from dataclasses import replace
from datetime import date

import pytest

from campagne.domain.dates import (
    BeforeSchoolHoliday,
    DateRule,
    FixedDays,
    IsoWeek,
    NthWeekday,
    RuleKind,
    Span,
)
from campagne.domain.regions import Municipality, Region
from campagne.domain.rota import (
    Campaign,
    Certainty,
    Edition,
    EditionStatus,
    Expansion,
    KnownDates,
    concerns,
    expand,
    is_own_affair,
    key_from,
)

FIXED = DateRule(RuleKind.FIXED, FixedDays(11, 25, 12, 10))
COMPUTED = DateRule(RuleKind.COMPUTED, NthWeekday(2, 4, 12))
ANNOUNCED = DateRule(RuleKind.ANNOUNCED)
ESTIMATED = DateRule(RuleKind.ESTIMATED, BeforeSchoolHoliday(4))


def campaign(
    rule: DateRule,
    *known: KnownDates,
    key: str = "dans",
    certainty: Certainty = Certainty.HIGH,
) -> Campaign:
    return Campaign(
        key=key,
        name="Dans",
        rule=rule,
        rule_text="Een regel.",
        certainty=certainty,
        organiser="De Bond",
        source="plan",
        checked_on=date(2026, 1, 2),
        known=known,
    )


def known(
    first: date, last: date, *, run: int = 1, confirmed: bool = False, theme: str = ""
) -> KnownDates:
    return KnownDates(first.year, Span(first, last), "brief", run, confirmed, None, theme)


@pytest.mark.parametrize(
    ("rule", "certainty", "status"),
    [
        (FIXED, Certainty.HIGH, EditionStatus.CONFIRMED),
        (FIXED, Certainty.LOW, EditionStatus.CONFIRMED),
        (COMPUTED, Certainty.HIGH, EditionStatus.CONFIRMED),
        (COMPUTED, Certainty.MEDIUM, EditionStatus.PROVISIONAL),
        (COMPUTED, Certainty.LOW, EditionStatus.PROVISIONAL),
        (ESTIMATED, Certainty.HIGH, EditionStatus.PROVISIONAL),
        (ESTIMATED, Certainty.LOW, EditionStatus.PROVISIONAL),
    ],
)
def test_only_a_rule_that_can_be_relied_on_starts_confirmed(
    rule: DateRule, certainty: Certainty, status: EditionStatus
) -> None:
    (edition,) = expand([campaign(rule, certainty=certainty)], [2027]).editions
    assert edition.status is status


def test_an_edition_of_a_rule_carries_the_source_of_its_campaign() -> None:
    assert expand([campaign(FIXED)], [2026]) == Expansion(
        editions=(
            Edition(
                key="dans-2026",
                campaign="dans",
                year=2026,
                span=Span(date(2026, 11, 25), date(2026, 12, 10)),
                status=EditionStatus.CONFIRMED,
                source="plan",
                checked_on=date(2026, 1, 2),
            ),
        ),
        undated=(),
    )


def test_known_dates_replace_the_rule_in_their_year_only() -> None:
    moved = known(date(2027, 12, 3), date(2027, 12, 5), theme="Zorg")
    found = expand([campaign(COMPUTED, moved)], [2026, 2027])
    rule, replaced = found.editions
    assert rule.span == Span(date(2026, 12, 11), date(2026, 12, 11))
    assert replaced == Edition(
        key="dans-2027",
        campaign="dans",
        year=2027,
        span=Span(date(2027, 12, 3), date(2027, 12, 5)),
        status=EditionStatus.PROVISIONAL,
        source="brief",
        theme="Zorg",
    )


@pytest.mark.parametrize("rule", [FIXED, COMPUTED, ANNOUNCED, ESTIMATED])
@pytest.mark.parametrize(
    ("confirmed", "status"),
    [(True, EditionStatus.CONFIRMED), (False, EditionStatus.PROVISIONAL)],
)
def test_known_dates_say_themselves_whether_they_are_confirmed(
    rule: DateRule, *, confirmed: bool, status: EditionStatus
) -> None:
    dates = known(date(2027, 5, 1), date(2027, 5, 1), confirmed=confirmed)
    (edition,) = expand([campaign(rule, dates)], [2027]).editions
    assert edition.status is status


@pytest.mark.parametrize(
    ("rule", "local", "per_year"),
    [
        (ANNOUNCED, {}, False),
        (ANNOUNCED, {"region": "hollands-midden"}, True),
        (ANNOUNCED, {"region": "hollands-midden", "municipality": "leiden"}, True),
        (FIXED, {"region": "hollands-midden"}, False),
        (FIXED, {"region": "hollands-midden", "part_of": "dans"}, True),
    ],
)
def test_what_is_decided_per_year_is_not_waited_for(
    rule: DateRule, local: dict[str, str], *, per_year: bool
) -> None:
    assert replace(campaign(rule), **local).is_decided_per_year is per_year  # type: ignore[arg-type] # names of fields


def test_two_runs_in_a_year_have_their_own_keys_by_first_day() -> None:
    later = known(date(2027, 12, 30), date(2028, 1, 2), run=2)
    first = known(date(2027, 5, 1), date(2027, 5, 3))
    editions = expand([campaign(ANNOUNCED, later, first)], [2027]).editions
    assert [one.key for one in editions] == ["dans-2027", "dans-2027-2"]
    assert [one.year for one in editions] == [2027, 2027]


@pytest.mark.parametrize(
    ("rule", "year"),
    [
        (ANNOUNCED, 2027),
        (DateRule(RuleKind.COMPUTED, IsoWeek(53)), 2027),  # 2027 has 52 weeks
        (ESTIMATED, 2060),  # school holidays not published
        (FIXED, 1800),
    ],
)
def test_what_cannot_be_dated_is_told_with_its_reason(rule: DateRule, year: int) -> None:
    found = expand([campaign(rule)], [year])
    assert found.editions == ()
    (undated,) = found.undated
    assert (undated.campaign, undated.year) == ("dans", year)
    assert str(year) in undated.reason
    assert undated.reason.endswith(".")


def test_editions_come_by_first_day_and_a_year_counts_once() -> None:
    autumn, day = campaign(FIXED, key="herfst"), campaign(COMPUTED, key="dag")
    found = expand([autumn, day], [2027, 2026, 2027])
    assert [one.key for one in found.editions] == [
        "herfst-2026",
        "dag-2026",
        "herfst-2027",
        "dag-2027",
    ]


def test_no_years_or_no_campaigns_give_nothing() -> None:
    assert expand([campaign(FIXED)], []) == Expansion((), ())
    assert expand([], [2026]) == Expansion((), ())


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Orange the World", "orange-the-world"),
        ("  Één dág -- geen geweld!  ", "een-dag-geen-geweld"),
        ("<script>", "script"),
        ("日本", ""),
        ("x" * 59 + " y", "x" * 59),
    ],
)
def test_a_key_is_made_from_a_name(name: str, key: str) -> None:
    assert key_from(name) == key


REGIONS = {
    "around": Region("around", "Around", centre="leiden"),
    "streek": Region("streek", "Streek", parent="around"),
}
KATWIJK = Municipality("katwijk", "Katwijk", "GM0537", "streek")
LEIDEN = Municipality("leiden", "Leiden", "GM0546", "around")


@pytest.mark.parametrize(
    ("region", "municipality", "place", "concerned", "own"),
    [
        (None, None, KATWIJK, True, False),
        ("streek", None, KATWIJK, True, True),
        ("streek", None, LEIDEN, False, False),
        ("around", None, KATWIJK, True, False),
        ("around", None, LEIDEN, True, False),  # it has a centrumgemeente, which decides
        ("streek", "katwijk", KATWIJK, True, True),
        ("streek", "lisse", KATWIJK, False, False),
        ("around", "leiden", LEIDEN, True, True),
    ],
)
def test_whom_a_campaign_concerns_and_who_decides_on_it(
    region: str | None,
    municipality: str | None,
    place: Municipality,
    concerned: bool,  # noqa: FBT001 - a case
    own: bool,  # noqa: FBT001 - a case
) -> None:
    one = replace(campaign(FIXED), region=region, municipality=municipality)
    assert concerns(one, place, REGIONS) is concerned
    assert is_own_affair(one, place, REGIONS) is own


def test_a_campaign_has_no_editions_before_its_first_year() -> None:
    found = expand([replace(campaign(FIXED), first_year=2027)], [2026, 2027])
    assert [one.year for one in found.editions] == [2027]
    assert found.undated == ()
