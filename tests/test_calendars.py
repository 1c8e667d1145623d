"""The shipped `calendars/`: the facts of the field stand in them, with every source."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from campagne.domain import codec
from campagne.domain.contacts import is_address
from campagne.domain.dates import RuleKind, Span
from campagne.domain.leadtimes import describe
from campagne.domain.playbook import Anchor, MeetingLead, Role, Scope, SummerRule
from campagne.domain.regions import ancestry, members
from campagne.domain.rota import Agreement, Certainty, EditionStatus, expand
from campagne.rota_files import RotaFiles, load

CALENDARS = Path(__file__).parent.parent / "calendars"
TODAY = date(2026, 11, 22)
YEARS = range(2024, 2031)

# Month and day of each edition 2024-2030, as the sources and rules give them; - is unknown.
DATES = """
orange-the-world 1125/1210 1125/1210 1125/1210 1125/1210 1125/1210 1125/1210 1125/1210
week-tegen-kindermishandeling 1118/1124 1117/1123 1116/1122 1115/1121 1120/1126 1119/1125 1118/1124
dag-tegen-ouderenmishandeling 0615 0615 0615 0615 0615 0615 0615
dag-tegen-ouderenmishandeling-lokaal - - - 0615/0622 - - -
ik-vermoed-huiselijk-geweld - - - - - - -
waar-ben-je - - - - - - -
lkha-zomercampagne 0617/0712 0623/0718 0622/0717 0621/0716 0612/0707 0611/0706 0617/0712
dag-tegen-vgv 0206 0206 0206 0206 0206 0206 0206
safer-internet-day 0206 0211 0210 0209 0208 0206 0205
internationale-vrouwendag 0308 0308 0308 0308 0308 0308 0308
werelddag-mensenhandel 0730 0730 0730 0730 0730 0730 0730
eu-dag-mensenhandel 1018 1018 1018 1018 1018 1018 1018
week-tegen-eenzaamheid 0926/1002 - - - - - -
week-van-de-opvoeding - 1013/1019 1026/1101 - - - -
dag-van-de-mantelzorg 1110 1110 1110 1110 1110 1110 1110
kinderrechtendag 1120 1120 1120 1120 1120 1120 1120
mensenrechtendag 1210 1210 1210 1210 1210 1210 1210
paarse-vrijdag 1213 1212 1211 1210 1208 1214 1213
"""
ROWS = [line.split() for line in DATES.strip().splitlines()]


@pytest.fixture(scope="module")
def files() -> RotaFiles:
    return load(CALENDARS, contacts="demo.toml")


def spans(row: list[str]) -> dict[int, Span]:
    found = {}
    for year, cell in zip(YEARS, row[1:], strict=True):
        if cell != "-":
            first, _, last = cell.partition("/")
            found[year] = Span(on(year, first), on(year, last or first))
    return found


def on(year: int, month_and_day: str) -> date:
    return date(year, int(month_and_day[:2]), int(month_and_day[2:]))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_campaign_runs_on_the_dates_of_the_sources(files: RotaFiles, row: list[str]) -> None:
    (campaign,) = [one for one in files.campaigns if one.key == row[0]]
    expansion = expand([campaign], YEARS)
    assert {one.year: one.span for one in expansion.editions} == spans(row)
    assert {one.year for one in expansion.undated} == set(YEARS) - set(spans(row))
    assert all(one.reason for one in expansion.undated)


def test_all_campaigns_are_in_the_table(files: RotaFiles) -> None:
    assert [one.key for one in files.campaigns] == [row[0] for row in ROWS]
    assert len(ROWS) == 18


def test_announced_estimated_and_weakly_sourced_editions_wait_for_a_person(
    files: RotaFiles,
) -> None:
    editions = expand(files.campaigns, YEARS).editions
    provisional = {one.campaign for one in editions if one.status is EditionStatus.PROVISIONAL}
    assert provisional == {
        "dag-tegen-ouderenmishandeling-lokaal",
        "lkha-zomercampagne",
        "safer-internet-day",
        "week-tegen-eenzaamheid",
    }


def test_every_campaign_names_its_source_rule_and_organiser(files: RotaFiles) -> None:
    for one in files.campaigns:
        assert one.source
        assert one.rule_text.endswith(".")
        assert one.organiser
        assert one.summary.endswith(".")
        assert all(known.source for known in one.known)


def test_kinds_and_certainties_are_those_of_the_sources(files: RotaFiles) -> None:
    kinds = Counter(one.rule.kind for one in files.campaigns)
    assert kinds == {
        RuleKind.FIXED: 9,
        RuleKind.COMPUTED: 3,
        RuleKind.ANNOUNCED: 5,
        RuleKind.ESTIMATED: 1,
    }
    unsure = {one.key: one.certainty for one in files.campaigns}
    assert {key: one for key, one in unsure.items() if one is not Certainty.HIGH} == {
        "dag-tegen-ouderenmishandeling-lokaal": Certainty.MEDIUM,
        "ik-vermoed-huiselijk-geweld": Certainty.LOW,
        "waar-ben-je": Certainty.LOW,
        "lkha-zomercampagne": Certainty.LOW,
        "safer-internet-day": Certainty.MEDIUM,
        "week-tegen-eenzaamheid": Certainty.MEDIUM,
    }


@pytest.mark.parametrize(
    ("key", "wrong", "right"),
    [
        ("orange-the-world", "11 december; dat is een fout", "tot en met 10 december en dat klopt"),
        (
            "week-tegen-kindermishandeling",
            "18 tot en met 24 november. Dat klopt niet",
            "de week verschuift",
        ),
        ("dag-tegen-ouderenmishandeling", "15 tot en met 22 juni", "lokale actieperiode"),
    ],
)
def test_a_contradiction_of_the_plans_is_kept_with_what_is_right(
    files: RotaFiles, key: str, wrong: str, right: str
) -> None:
    (remark,) = [one.remark for one in files.campaigns if one.key == key]
    assert wrong in remark
    assert right in remark


@pytest.mark.parametrize("jargon", ["(hoog)", "(middel)", "(laag)", "HLT-rooster", "formule"])
def test_a_remark_is_written_for_who_reads_the_page(files: RotaFiles, jargon: str) -> None:
    assert not [one.key for one in files.campaigns if jargon in one.remark]
    assert not [one.key for one in files.rota if jargon in one.why_differs]


def test_18_to_24_november_fits_only_in_the_years_the_remark_names(files: RotaFiles) -> None:
    week = [one for one in files.campaigns if one.key == "week-tegen-kindermishandeling"]
    editions = expand(week, range(2017, 2031)).editions
    fits = [one.year for one in editions if (one.span.first.day, one.span.last.day) == (18, 24)]
    assert fits == [2019, 2024, 2030]


def test_the_week_overlaps_orange_the_world_in_2028_and_2029(files: RotaFiles) -> None:
    by_key = {one.key: one.span for one in expand(files.campaigns, YEARS).editions}
    overlapping = [
        year
        for year in YEARS
        if by_key[f"week-tegen-kindermishandeling-{year}"].overlaps(
            by_key[f"orange-the-world-{year}"]
        )
    ]
    assert overlapping == [2028, 2029]


def test_every_shipped_rule_can_be_stored(files: RotaFiles) -> None:
    for one in files.campaigns:
        assert codec.rule_from_dict(codec.rule_to_dict(one.rule)) == one.rule


def test_18_gemeenten_lie_in_their_regions(files: RotaFiles) -> None:
    by_key = {one.key: one for one in files.regions}

    def inside(region: str) -> list[str]:
        return [one.name for one in members(region, files.municipalities, by_key, TODAY)]

    assert len(inside("hollands-midden")) == 18
    assert len(inside("holland-rijnland")) == 13
    assert inside("midden-holland") == [
        "Bodegraven-Reeuwijk",
        "Gouda",
        "Krimpenerwaard",
        "Waddinxveen",
        "Zuidplas",
    ]
    assert inside("duin-en-bollenstreek") == [
        "Hillegom",
        "Katwijk",
        "Lisse",
        "Noordwijk",
        "Teylingen",
    ]
    assert ancestry("duin-en-bollenstreek", by_key) == (
        "duin-en-bollenstreek",
        "holland-rijnland",
        "hollands-midden",
    )
    assert {one.key: one.centre for one in files.regions} == {
        "hollands-midden": None,
        "holland-rijnland": "leiden",
        "duin-en-bollenstreek": None,
        "midden-holland": "gouda",
    }


def test_codes_and_shared_organisation_are_those_of_the_source(files: RotaFiles) -> None:
    assert {one.key: int(one.cbs_code[2:]) for one in files.municipalities} == {
        "alphen-aan-den-rijn": 484,
        "bodegraven-reeuwijk": 1901,
        "gouda": 513,
        "hillegom": 534,
        "kaag-en-braassem": 1884,
        "katwijk": 537,
        "krimpenerwaard": 1931,
        "leiden": 546,
        "leiderdorp": 547,
        "lisse": 553,
        "nieuwkoop": 569,
        "noordwijk": 575,
        "oegstgeest": 579,
        "teylingen": 1525,
        "voorschoten": 626,
        "waddinxveen": 627,
        "zoeterwoude": 638,
        "zuidplas": 1892,
    }
    shared = {
        one.key: (one.work_organisation, one.profile.local_team)
        for one in files.municipalities
        if one.work_organisation or one.profile.local_team
    }
    assert shared == dict.fromkeys(["hillegom", "lisse", "teylingen"], ("HLTsamen", "Voor ieder 1"))
    assert {one.school_region for one in files.municipalities} == {"Midden"}
    assert all(one.source for one in files.municipalities)


def test_the_rota_is_the_table_of_the_plan(files: RotaFiles) -> None:
    assert [(one.year, one.campaign, one.plan_period) for one in files.rota] == [
        (2024, "orange-the-world", "25 nov - 10 dec"),
        (2025, "ik-vermoed-huiselijk-geweld", "NTB"),
        (2026, "week-tegen-kindermishandeling", "18 nov - 24 nov"),
        (2027, "dag-tegen-ouderenmishandeling", "15 juni - 22 juni"),
        (2028, "lkha-zomercampagne", "NTB"),
        (2029, "orange-the-world", "25 nov - 10 dec"),
    ]
    five = {"hillegom", "lisse", "teylingen", "katwijk", "noordwijk"}
    for one in files.rota:
        assert one.key == f"duin-en-bollenstreek-{one.year}"
        assert (one.lead, one.budget_eur) == (None, 1000)
        assert dict(one.agreements) == dict.fromkeys(five, Agreement.PROPOSED)
    explained = {one.year for one in files.rota if one.why_differs}
    assert explained == {2025, 2026, 2027, 2028}


def test_the_playbook_has_each_cell_of_the_lead_time_table(files: RotaFiles) -> None:
    cells = Counter((describe(one.lead), one.role.value) for one in files.steps)
    both = {
        (f"{weeks} voor de start", role): 1
        for weeks in ("26 weken", "6 weken", "4 weken", "3 weken", "2 weken", "1 week")
        for role in ("beleid", "communicatie")
    }
    assert cells == both | {
        ("16 weken voor de start", "beleid"): 1,
        ("16 weken voor de start", "centrum"): 1,
        ("16 weken voor de start", "communicatie"): 1,
        ("10 weken voor de start", "beleid"): 2,  # with the signal
        ("10 weken voor de start", "communicatie"): 2,
        ("op de eerste dag", "beleid"): 1,
        ("op de eerste dag", "communicatie"): 1,
        ("2 weken na het einde", "beleid"): 1,
        ("2 weken na het einde", "communicatie"): 1,
        ("6 weken na het einde", "beleid"): 1,
    }


def test_one_signal_for_each_role_and_the_rest_is_the_full_playbook(files: RotaFiles) -> None:
    signals = [one for one in files.steps if one.scope is Scope.SIGNAL]
    assert [one.role for one in signals] == [Role.POLICY, Role.COMMUNICATION]
    assert {describe(one.lead) for one in signals} == {"10 weken voor de start"}
    assert [one.scope for one in files.steps if one.role is Role.CENTRE] == [Scope.FULL]


def test_steps_that_reach_residents_wait_for_a_confirmed_date(files: RotaFiles) -> None:
    assert {one.key for one in files.steps if one.resident_facing} == {
        "drukwerk-bestellen",
        "huis-aan-huisblad-en-pers",
        "berichten-inplannen",
        "publiceren",
    }


def test_the_evaluation_is_due_before_the_papers_of_the_rbo_close(files: RotaFiles) -> None:
    (step,) = [one for one in files.steps if one.before_meeting]
    assert step.before_meeting == MeetingLead("rbo", 5, 14)
    assert (step.key, step.lead.anchor) == ("evaluatie-naar-rbo", Anchor.AFTER_END)


def test_no_step_after_the_start_moves_before_the_summer(files: RotaFiles) -> None:
    after = [one for one in files.steps if one.lead.anchor is not Anchor.BEFORE_START]
    assert after
    assert {one.summer for one in after} == {SummerRule.KEEP}


def test_every_step_says_in_a_few_sentences_what_to_do(files: RotaFiles) -> None:
    for one in files.steps:
        assert len(one.title) <= 70, one.key
        assert 2 <= one.what.count(". ") + one.what.count("? ") + 1 <= 4, one.key


def test_meetings_have_a_frequency_and_no_invented_dates(files: RotaFiles) -> None:
    assert [(one.key, one.frequency) for one in files.meetings] == [
        ("rbo", "4 tot 6 keer per jaar"),
        ("bestuurlijk-overleg", "3 keer per jaar"),
        ("ketenpartneroverleg", "4 keer per jaar"),
    ]
    assert all(one.meetings == () for one in files.meetings)


def test_measures_have_their_years_and_evaluations(files: RotaFiles) -> None:
    assert {one.key: (one.years, one.evaluations) for one in files.measures} == {
        "meldcode-subsidiepartners": ((2024, 2025), ()),
        "training-ambtenaren": ((2024, 2028), (2028,)),
        "congres-voorveld": ((2025, 2025), ()),
        "lokale-communicatie": ((2024, 2029), ()),
        "evaluatie-regiovisie": ((2024, 2028), (2028,)),
    }


def test_every_text_carries_112_and_veilig_thuis(files: RotaFiles) -> None:
    assert {one.number for one in files.help_lines if one.always_shown} == {"112", "0800-2000"}
    assert {one.number for one in files.help_lines} == {
        *("112", "0800-2000", "chat", "0800-0432", "0800-0188", "0900-0101"),
    }
    (chat,) = [one for one in files.help_lines if one.number == "chat"]
    assert "kantooruren" in chat.hours


def test_demo_contacts_serve_every_gemeente_at_example_addresses(files: RotaFiles) -> None:
    served = Counter(pair for one in files.contacts for pair in one.assignments)
    keys = [one.key for one in files.municipalities]
    assert all(served[role, key] == 1 for role in (Role.POLICY, Role.COMMUNICATION) for key in keys)
    assert {key for role, key in served if role is Role.CENTRE} == {"leiden", "gouda"}
    assert sum(role is Role.ADMIN for role, _ in served) == 1
    assert all(one.email.endswith("@example.nl") for one in files.contacts)
    assert all(is_address(one.email) for one in files.contacts)
    shared = [one.key for one in files.contacts if len(one.assignments) > 1]
    assert shared == ["beleid-hlt", "communicatie-hlt"]


@pytest.mark.parametrize("path", sorted(CALENDARS.glob("*.toml")), ids=lambda path: path.name)
def test_each_file_says_on_top_what_may_be_written(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = lines[: next(at for at, line in enumerate(lines) if not line.startswith("#"))]
    assert len(comment) >= 6, path.name
