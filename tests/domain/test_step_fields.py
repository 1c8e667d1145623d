"""The form of a step: what it shows is read back the same, and what makes no sense is told."""

from dataclasses import replace

import pytest

from campagne.domain.leadtimes import parse_lead, rough_day
from campagne.domain.playbook import Anchor, LeadTime, Role, Scope, Step, Unit
from campagne.domain.step_fields import StepFields, read, told, written

STEP = Step(
    key="website",
    title="Bericht op de website",
    what="Plaats het bericht.",
    role=Role.COMMUNICATION,
    lead=LeadTime(2, Unit.WEEKS, Anchor.BEFORE_START),
    resident_facing=True,
    again_days=3,
    colleague_days=5,
)
NEW = StepFields(
    title="Één  kop\nkoffie",
    what="Drink koffie met de wijkagent.",
    lead="4 weken voor de start",
    role="beleid",
    scope="volledig",
    residents="nee",
)


def test_what_the_form_shows_is_read_back_the_same() -> None:
    assert read(written(STEP), STEP, ["website"]) == (STEP, [])
    off = replace(STEP, in_use=False, again_days=None, colleague_days=None, scope=Scope.SIGNAL)
    assert read(written(off), off, ["website"]) == (off, [])


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ([], "een-kop-koffie"),
        (["een-kop-koffie"], "een-kop-koffie-2"),
        (["een-kop-koffie", "een-kop-koffie-2"], "een-kop-koffie-3"),
    ],
)
def test_a_new_step_gets_a_key_of_its_own(keys: list[str], key: str) -> None:
    step, faults = read(NEW, None, keys)
    assert faults == []
    assert (step.key, step.title) == (key, "Één kop koffie")
    assert (step.role, step.scope, step.resident_facing) == (Role.POLICY, Scope.FULL, False)


def test_a_title_without_letters_gives_a_key_too() -> None:
    assert read(replace(NEW, title="!!"), None, ["stap"])[0].key == "stap-2"
    assert len(read(replace(NEW, title="lang " * 20), None, [])[0].key) <= 60


def test_what_was_ticked_off_keeps_its_role_and_its_kind() -> None:
    typed = replace(written(STEP), role="centrum", scope="signaal", residents="nee")
    assert read(typed, STEP, ["website"]) == (STEP, [])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": " "}, "Vul de titel in."),
        ({"title": "x" * 101}, "hoogstens 100"),
        ({"title": "naam\u202eegnahcs"}, "gewone tekens"),
        ({"what": ""}, "Vul wat je doet in."),
        ({"what": "x" * 1001}, "hoogstens 1000"),
        ({"lead": ""}, "De termijn '' kan niet"),
        ({"lead": "twee weken ervoor"}, "'16 weken voor de start'"),
        ({"lead": "1 weken voor de start"}, "kan niet"),
        ({"lead": "1000 dagen voor de start"}, "1 tot en met 999"),
        ({"again": "0"}, "van 1 tot en met 100"),
        ({"again": "-3"}, "de tweede herinnering een aantal werkdagen"),
        ({"colleague": "9" * 5000}, "de mail aan collega's een aantal werkdagen"),
        ({"centre": "drie"}, "de mail aan de centrumgemeente een aantal werkdagen"),
        ({"centre": "²"}, "de mail aan de centrumgemeente een aantal werkdagen"),
        ({"again": "5", "colleague": "5"}, "mail aan collega's meer dan 5 werkdagen"),
        ({"colleague": "9", "centre": "3"}, "centrumgemeente meer dan 9 werkdagen"),
        ({"role": "beheer"}, "Kies wie de stap doet."),
        ({"scope": ""}, "Kies voor welke campagnes"),
        ({"residents": ""}, "iets naar inwoners"),
    ],
)
def test_a_form_that_makes_no_sense(changed: dict[str, str], sentence: str) -> None:
    _, faults = read(replace(NEW, **changed), None, [])
    assert len(faults) == 1
    assert sentence in faults[0]


def test_every_fault_is_told_at_once() -> None:
    assert len(read(StepFields(), None, [])[1]) == 6


def test_a_step_in_words() -> None:
    said = told(STEP)
    assert said["wanneer"] == "2 weken voor de start"
    assert said["tweede herinnering"] == "na 3 werkdagen"
    assert said["mail aan centrumgemeente"] == ""
    assert told(replace(STEP, again_days=1))["tweede herinnering"] == "na 1 werkdag"


def test_steps_are_sorted_by_the_day_on_which_they_about_fall() -> None:
    phrases = [
        "26 weken voor de start",
        "100 dagen voor de start",
        "10 weken voor de start",
        "15 werkdagen voor de start",
        "2 weken voor de start",
        "op de eerste dag",
        "3 werkdagen na de start",
        "1 week na de start",
        "op de laatste dag",
        "1 dag na het einde",
        "2 werkdagen na het einde",
    ]
    days = [rough_day(parse_lead(one)) for one in phrases]
    assert days == sorted(days)
    assert len(set(days)) == len(days)
