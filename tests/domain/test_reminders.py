"""Who is reminded of what, and when."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from campagne.domain.contacts import Contact
from campagne.domain.dates import DateRule, FixedDays, RuleKind, Span
from campagne.domain.leadtimes import parse_lead, valid_until
from campagne.domain.playbook import EvaluationPart, Role, Scope, Step
from campagne.domain.preferences import Preferences
from campagne.domain.regions import Municipality, Region
from campagne.domain.reminders import (
    Answer,
    Lateness,
    Level,
    Situation,
    StepStatus,
    agenda,
    lateness,
    plan,
    scope,
)
from campagne.domain.rota import (
    Agreement,
    Campaign,
    Certainty,
    Edition,
    EditionStatus,
    RotaEntry,
)

TODAY = date(2026, 9, 7)

REGIONS = {
    "holland-rijnland": Region("holland-rijnland", "Holland Rijnland", centre="leiden"),
    "duin-en-bollenstreek": Region(
        "duin-en-bollenstreek", "Duin- en Bollenstreek", parent="holland-rijnland"
    ),
    "midden-holland": Region("midden-holland", "Midden-Holland", centre="gouda"),
}
KATWIJK = Municipality("katwijk", "Katwijk", "GM0537", "duin-en-bollenstreek")
LISSE = Municipality("lisse", "Lisse", "GM0553", "duin-en-bollenstreek")
LEIDEN = Municipality("leiden", "Leiden", "GM0546", "holland-rijnland")
GOUDA = Municipality("gouda", "Gouda", "GM0513", "midden-holland")
ORANGE = Campaign(
    key="orange-the-world",
    name="Orange the World",
    rule=DateRule(RuleKind.FIXED, FixedDays(11, 25, 12, 10)),
    rule_text="25 november tot en met 10 december",
    certainty=Certainty.HIGH,
    organiser="UN Women Nederland",
    source="test",
    broadcast=True,
)
LOCAL = replace(ORANGE, key="lokaal-venster", region="duin-en-bollenstreek", broadcast=False)
EDITION = Edition(
    key="orange-the-world-2026",
    campaign="orange-the-world",
    year=2026,
    span=Span(date(2026, 11, 25), date(2026, 12, 10)),
    status=EditionStatus.CONFIRMED,
    source="test",
)
ROTA = (
    RotaEntry(
        key="duin-en-bollenstreek-2026",
        region="duin-en-bollenstreek",
        year=2026,
        campaign="orange-the-world",
        theme="",
        plan_period="25 nov - 10 dec",
        source="test",
        agreements=(("katwijk", Agreement.PROPOSED), ("lisse", Agreement.DIFFERS)),
    ),
)


def _step(key: str, role: Role, lead: str, scope: Scope = Scope.FULL) -> Step:
    return Step(key, key.capitalize(), f"Doe {key}.", role, parse_lead(lead), scope)


STEPS = (
    _step("kanalenplan", Role.COMMUNICATION, "10 weken voor de start"),
    _step("acties", Role.POLICY, "10 weken voor de start"),
    _step("regio", Role.CENTRE, "16 weken voor de start"),
    _step("signaal", Role.COMMUNICATION, "10 weken voor de start", Scope.SIGNAL),
)
PEOPLE = (
    Contact("comm-katwijk", "C", "c@example.nl", "", ((Role.COMMUNICATION, "katwijk"),)),
    Contact("beleid-katwijk", "B", "b@example.nl", "", ((Role.POLICY, "katwijk"),)),
    Contact("centrum-leiden", "L", "l@example.nl", "", ((Role.CENTRE, "leiden"),)),
    Contact("comm-gouda", "G", "g@example.nl", "", ((Role.COMMUNICATION, "gouda"),)),
)
SITUATION = Situation(
    editions=(EDITION,),
    campaigns={ORANGE.key: ORANGE, LOCAL.key: LOCAL},
    steps=STEPS,
    municipalities={one.key: one for one in (KATWIJK, LISSE, LEIDEN, GOUDA)},
    regions=REGIONS,
    rota=ROTA,
    contacts=PEOPLE,
)


@pytest.mark.parametrize(
    ("municipality", "answer", "change", "campaign", "expected"),
    [
        (KATWIJK, None, {}, ORANGE, Scope.FULL),  # on its rota, proposed
        (LISSE, None, {}, ORANGE, Scope.SIGNAL),  # it differs
        (GOUDA, None, {}, ORANGE, Scope.SIGNAL),  # another region
        (GOUDA, Answer.JOIN, {}, ORANGE, Scope.FULL),
        (GOUDA, Answer.LATER, {}, ORANGE, Scope.SIGNAL),
        (KATWIJK, Answer.LATER, {}, ORANGE, Scope.FULL),
        (KATWIJK, Answer.DECLINE, {}, ORANGE, Scope.NONE),
        (KATWIJK, None, {"status": EditionStatus.CANCELLED}, ORANGE, Scope.NONE),
        (GOUDA, Answer.JOIN, {"status": EditionStatus.CANCELLED}, ORANGE, Scope.NONE),
        (KATWIJK, None, {"status": EditionStatus.PROVISIONAL}, ORANGE, Scope.FULL),
        (KATWIJK, None, {"year": 2027}, ORANGE, Scope.SIGNAL),  # another year of the rota
        (KATWIJK, None, {"campaign": "lokaal-venster"}, LOCAL, Scope.SIGNAL),
        (LEIDEN, None, {"campaign": "lokaal-venster"}, LOCAL, Scope.NONE),
        (KATWIJK, None, {"campaign": "eigen"}, replace(LOCAL, municipality="katwijk"), Scope.FULL),
        (KATWIJK, None, {"campaign": "eigen"}, replace(LOCAL, municipality="lisse"), Scope.NONE),
        (replace(GOUDA, valid_to=date(2026, 11, 24)), None, {}, ORANGE, Scope.NONE),
        (replace(GOUDA, valid_from=date(2026, 11, 25)), None, {}, ORANGE, Scope.SIGNAL),
    ],
)
def test_scope(
    municipality: Municipality,
    answer: Answer | None,
    change: dict[str, object],
    campaign: Campaign,
    expected: Scope,
) -> None:
    edition = replace(EDITION, **change)  # type: ignore[arg-type]  # a table of changes
    found = scope(edition, campaign, municipality, regions=REGIONS, rota=ROTA, answer=answer)
    assert found is expected


@pytest.mark.parametrize(
    ("lead", "useful_days", "due_on", "expected"),
    [
        ("10 weken voor de start", None, date(2026, 9, 16), date(2026, 11, 24)),
        ("10 weken voor de start", 14, date(2026, 9, 16), date(2026, 9, 30)),
        ("1 week voor de start", 14, date(2026, 11, 18), date(2026, 11, 24)),
        ("op de eerste dag", None, date(2026, 11, 25), date(2026, 12, 10)),
        ("op de eerste dag", 3, date(2026, 11, 25), date(2026, 11, 28)),
        ("2 weken na het einde", None, date(2026, 12, 24), date(2027, 2, 18)),
        ("2 weken na het einde", 7, date(2026, 12, 24), date(2026, 12, 31)),
    ],
)
def test_valid_until(lead: str, useful_days: int | None, due_on: date, expected: date) -> None:
    assert valid_until(parse_lead(lead), useful_days, EDITION.span, due_on) == expected


def _told(situation: Situation, today: date = TODAY) -> set[tuple[str, str, str]]:
    return {(key.contact, key.step, key.municipality) for key in plan(situation, today)}


def test_each_role_gets_its_own_steps_and_strangers_one_signal() -> None:
    assert _told(SITUATION) == {
        ("comm-katwijk", "kanalenplan", "katwijk"),
        ("beleid-katwijk", "acties", "katwijk"),
        ("centrum-leiden", "regio", "leiden"),
        ("comm-gouda", "signaal", "gouda"),
    }


def test_the_region_is_told_only_of_campaigns_that_ask_it() -> None:
    quiet = replace(SITUATION, campaigns={ORANGE.key: replace(ORANGE, broadcast=False)})
    assert _told(SITUATION) - _told(quiet) == {("centrum-leiden", "regio", "leiden")}


def test_a_regional_signal_is_not_asked_for_a_local_window() -> None:
    local = replace(EDITION, key="lokaal-venster-2026", campaign="lokaal-venster")
    assert _told(replace(SITUATION, editions=(local,))) == {("comm-katwijk", "signaal", "katwijk")}


def test_one_officer_of_three_gemeenten_has_a_reminder_for_each() -> None:
    both = Contact(
        "hlt", "H", "h@example.nl", "", ((Role.POLICY, "katwijk"), (Role.POLICY, "lisse"))
    )
    joined = replace(SITUATION, contacts=(both,), answers={(EDITION.key, "lisse"): Answer.JOIN})
    assert _told(joined) == {("hlt", "acties", "katwijk"), ("hlt", "acties", "lisse")}


def test_what_is_ticked_off_is_not_planned() -> None:
    closed = {(EDITION.key, "acties", "katwijk")}
    assert ("beleid-katwijk", "acties", "katwijk") not in _told(replace(SITUATION, closed=closed))


def test_what_makes_no_sense_any_more_is_not_planned() -> None:
    assert _told(SITUATION, date(2026, 11, 24)) == _told(SITUATION)
    assert _told(SITUATION, date(2026, 11, 25)) == set()


def test_the_agenda_has_a_due_date_for_each_step() -> None:
    found = {item.step.key: item.due_on for item in agenda(SITUATION)}
    # 16 weeks before 25 November is 5 August, in the summer holiday: before it.
    assert found == {
        "kanalenplan": date(2026, 9, 16),
        "acties": date(2026, 9, 16),
        "regio": date(2026, 7, 17),
        "signaal": date(2026, 9, 16),
    }


# The day on which "kanalenplan", "acties" and "signaal" are due.
_DUE = date(2026, 9, 16)


@pytest.mark.parametrize(
    ("place", "joined", "added", "missed"),
    [
        ("gouda", _DUE, None, False),  # on the day itself
        ("gouda", date(2026, 9, 17), None, True),
        ("katwijk", date(2026, 9, 17), None, False),  # on its rota: it knew all along
        ("lisse", date(2026, 9, 17), None, True),  # does not follow that rota
        ("katwijk", None, _DUE, False),
        ("katwijk", None, date(2026, 9, 17), True),
        ("gouda", _DUE, date(2026, 9, 17), True),
    ],
)
def test_nobody_is_reminded_of_what_was_over_before_it_began(
    *, place: str, joined: date | None, added: date | None, missed: bool
) -> None:
    """Whether a gemeente joined late, or somebody added the campaign late."""
    today = date(2026, 9, 20)
    known = replace(
        SITUATION,
        editions=(replace(EDITION, added_on=added),),
        answers={(EDITION.key, place): Answer.JOIN} if joined else {},
        joined={(EDITION.key, place): joined} if joined else {},
        contacts=(Contact("k", "K", "k@example.nl", "", ((Role.COMMUNICATION, place),)),),
    )
    (item,) = [one for one in agenda(known, {place}) if one.step.key == "kanalenplan"]
    assert item.missed is missed
    expected = Lateness.BEFORE_IT_BEGAN if missed else Lateness.STILL_USEFUL
    assert lateness(StepStatus.OPEN, item, today) is expected
    assert lateness(StepStatus.DONE, item, today) is None
    assert lateness(StepStatus.OPEN, item, date(2026, 12, 1)) is Lateness.OVER
    assert bool(plan(known, today)) is not missed


@pytest.mark.parametrize(
    ("since", "joined", "missed"),
    [
        ((_DUE,), None, False),
        ((date(2026, 9, 17),), None, True),
        ((date(2026, 9, 17),), _DUE, False),  # it did so before others put it on the rota
        ((date(2026, 9, 18),), date(2026, 9, 17), True),
        ((date(2026, 9, 17), _DUE), None, False),
        ((date(2026, 9, 17), None), None, False),
        ((None,), date(2026, 9, 17), False),
    ],
)
def test_nobody_is_reminded_of_what_was_over_before_it_was_proposed(
    since: tuple[date | None, ...], joined: date | None, *, missed: bool
) -> None:
    known = replace(
        SITUATION,
        rota=tuple(replace(ROTA[0], key=f"jaar-{at}", since=day) for at, day in enumerate(since)),
        answers={(EDITION.key, "katwijk"): Answer.JOIN} if joined else {},
        joined={(EDITION.key, "katwijk"): joined} if joined else {},
    )
    (item,) = [one for one in agenda(known, {"katwijk"}) if one.step.key == "kanalenplan"]
    assert item.missed is missed


@pytest.mark.parametrize(
    ("since", "returned", "joined", "missed"),
    [
        (None, _DUE, None, False),
        (None, date(2026, 9, 17), None, True),
        (None, date(2026, 9, 17), _DUE, False),  # it joined before it agreed
        (date(2026, 9, 17), _DUE, None, True),
    ],
)
def test_nobody_is_reminded_of_what_was_over_before_it_went_along(
    since: date | None, returned: date, joined: date | None, *, missed: bool
) -> None:
    """Of Katwijk, that did something else first; Lisse went along all the time."""
    known = replace(
        SITUATION,
        rota=(replace(ROTA[0], since=since, returned=(("katwijk", returned),), agreements=()),),
        answers={(EDITION.key, "katwijk"): Answer.JOIN} if joined else {},
        joined={(EDITION.key, "katwijk"): joined} if joined else {},
    )
    found = {
        one.municipality.key: one.missed for one in agenda(known) if one.step.key == "kanalenplan"
    }
    assert found["katwijk"] is missed
    assert found["lisse"] is (since is not None)


def test_a_signal_and_the_promise_of_the_centre_are_told_however_late() -> None:
    known = replace(
        SITUATION,
        editions=(replace(EDITION, added_on=date(2026, 10, 1)),),
        answers={(EDITION.key, "leiden"): Answer.JOIN},
        joined={(EDITION.key, "leiden"): date(2026, 10, 1)},
    )
    found = {(one.municipality, one.step) for one in plan(known, date(2026, 10, 1))}
    assert found == {("gouda", "signaal"), ("leiden", "regio")}


CHASED = replace(STEPS[1], again_days=3, colleague_days=5)
DUE = date(2026, 9, 16)  # a Wednesday
UNTIL = date(2026, 11, 24)


def _levels(situation: Situation, today: date) -> set[tuple[str, Level, date]]:
    found = plan(situation, today).values()
    return {(one.key.contact, Level(one.key.level), one.due_on) for one in found}


def _chased(**change: object) -> Situation:
    return replace(SITUATION, **{"steps": (CHASED,), **change})  # type: ignore[arg-type]  # a table


FIRST = ("beleid-katwijk", Level.FIRST, DUE)
CHASES = {
    ("beleid-katwijk", Level.AGAIN, date(2026, 9, 21)),
    ("comm-katwijk", Level.COLLEAGUE, date(2026, 9, 23)),
}


def muting(role: Role) -> Preferences:
    return Preferences(muted=frozenset({(ORANGE.key, role)}))


@pytest.mark.parametrize(
    ("change", "today", "expected"),
    [
        pytest.param(
            {},
            TODAY,
            {
                FIRST,
                ("beleid-katwijk", Level.AGAIN, date(2026, 9, 21)),  # over a weekend
                ("comm-katwijk", Level.COLLEAGUE, date(2026, 9, 23)),
            },
            id="counted in working days from the due date",
        ),
        pytest.param(
            {"steps": (replace(CHASED, again_days=None),)},
            TODAY,
            {FIRST, ("comm-katwijk", Level.COLLEAGUE, date(2026, 9, 23))},
            id="colleagues only",
        ),
        pytest.param(
            {"steps": (replace(CHASED, again_days=None, colleague_days=None),)},
            TODAY,
            {FIRST},
            id="off",
        ),
        pytest.param(
            {"closed": {(EDITION.key, "acties", "katwijk")}}, TODAY, set(), id="ticked off"
        ),
        pytest.param(
            {
                "steps": (replace(CHASED, resident_facing=True),),
                "editions": (replace(EDITION, status=EditionStatus.PROVISIONAL),),
            },
            TODAY,
            {FIRST},
            id="nobody is chased for what waits for the date",
        ),
        pytest.param({"contacts": PEOPLE[:1]}, TODAY, set(), id="nobody to do it: nobody to chase"),
        pytest.param(
            {"contacts": (PEOPLE[0], replace(PEOPLE[1], paused=True), *PEOPLE[2:])},
            date(2026, 10, 1),
            {("comm-katwijk", Level.COLLEAGUE, date(2026, 9, 23))},
            id="an address that is gone: the colleagues, counted from the due date",
        ),
        pytest.param(
            {"contacts": (replace(PEOPLE[0], paused=True), *PEOPLE[1:])},
            TODAY,
            {FIRST, ("beleid-katwijk", Level.AGAIN, date(2026, 9, 21))},
            id="the address of the colleague is gone",
        ),
        pytest.param(
            {"contacts": PEOPLE[1:]},
            TODAY,
            {FIRST, ("beleid-katwijk", Level.AGAIN, date(2026, 9, 21))},
            id="no colleague in this gemeente",
        ),
        pytest.param(
            {"steps": (replace(CHASED, again_days=3, colleague_days=60),)},
            TODAY,
            {FIRST, ("beleid-katwijk", Level.AGAIN, date(2026, 9, 21))},
            id="never after its last useful day",
        ),
        pytest.param(
            {},
            date(2026, 10, 1),
            {
                FIRST,
                ("beleid-katwijk", Level.AGAIN, date(2026, 10, 6)),
                ("comm-katwijk", Level.COLLEAGUE, date(2026, 10, 8)),
            },
            id="after a standstill nobody is chased for what was never told",
        ),
        pytest.param(
            {"told": {(EDITION.key, "acties", "katwijk", "beleid-katwijk"): date(2026, 9, 28)}},
            date(2026, 10, 12),
            {
                FIRST,
                ("beleid-katwijk", Level.AGAIN, date(2026, 10, 1)),
                ("comm-katwijk", Level.COLLEAGUE, date(2026, 10, 5)),
            },
            id="told late: counted from then",
        ),
        pytest.param(
            {"preferences": {"beleid-katwijk": Preferences(reminders=False)}},
            date(2026, 10, 1),
            {("comm-katwijk", Level.COLLEAGUE, date(2026, 9, 23))},
            id="who wants none is not chased, the colleagues hear of it from its day on",
        ),
        pytest.param(
            {"preferences": {"beleid-katwijk": muting(Role.POLICY)}},
            TODAY,
            {("comm-katwijk", Level.COLLEAGUE, date(2026, 9, 23))},
            id="muted in this role",
        ),
        pytest.param(
            {"preferences": {"beleid-katwijk": muting(Role.COMMUNICATION)}},
            TODAY,
            {FIRST, *CHASES},
            id="muted in another role",
        ),
        pytest.param(
            {"preferences": {"comm-katwijk": muting(Role.COMMUNICATION)}},
            TODAY,
            {FIRST, ("beleid-katwijk", Level.AGAIN, date(2026, 9, 21))},
            id="a colleague who muted it is not told",
        ),
        pytest.param(
            {"preferences": {"comm-katwijk": Preferences(broadcasts=False)}},
            TODAY,
            {FIRST, *CHASES},
            id="broadcasts are another list",
        ),
    ],
)
def test_a_step_that_is_not_ticked_off_is_chased(
    change: dict[str, object], today: date, expected: set[tuple[str, Level, date]]
) -> None:
    assert _levels(_chased(**change), today) == expected


CENTRE_TOLD = replace(CHASED, colleague_days=None, centre_days=10)
CHOSE = replace(KATWIJK, tell_centre=True)
AT_LEIDEN = ((Role.CENTRE, "leiden"),)
AGAIN = ("beleid-katwijk", Level.AGAIN, date(2026, 9, 21))
AT_CENTRE = ("centrum-leiden", Level.CENTRE, date(2026, 9, 30))


@pytest.mark.parametrize(
    ("step", "katwijk", "work", "expected"),
    [
        pytest.param(CENTRE_TOLD, CHOSE, AT_LEIDEN, {FIRST, AGAIN, AT_CENTRE}, id="both chose it"),
        pytest.param(CENTRE_TOLD, KATWIJK, AT_LEIDEN, {FIRST, AGAIN}, id="the gemeente did not"),
        pytest.param(
            replace(CENTRE_TOLD, centre_days=None),
            CHOSE,
            AT_LEIDEN,
            {FIRST, AGAIN},
            id="nor the step",
        ),
        pytest.param(
            replace(CHASED, centre_days=10),
            CHOSE,
            (*AT_LEIDEN, (Role.COMMUNICATION, "katwijk")),
            {
                FIRST,
                AGAIN,
                ("comm-katwijk", Level.COLLEAGUE, date(2026, 9, 23)),
                ("centrum-leiden", Level.COLLEAGUE, date(2026, 9, 23)),
            },
            id="not a second time to who was told as a colleague",
        ),
        pytest.param(
            CENTRE_TOLD,
            CHOSE,
            ((Role.CENTRE, "gouda"),),
            {FIRST, AGAIN},
            id="not to another centrumgemeente",
        ),
    ],
)
def test_the_centrumgemeente_is_told_where_both_chose_it(
    step: Step,
    katwijk: Municipality,
    work: tuple[tuple[Role, str], ...],
    expected: set[tuple[str, Level, date]],
) -> None:
    situation = replace(
        SITUATION,
        steps=(step,),
        municipalities={one.key: one for one in (katwijk, LISSE, LEIDEN, GOUDA)},
        contacts=[
            replace(one, assignments=work) if one.key == "centrum-leiden" else one for one in PEOPLE
        ],
    )
    assert _levels(situation, TODAY) == expected


def test_every_level_lapses_on_the_same_day() -> None:
    assert {one.valid_until for one in plan(_chased(), TODAY).values()} == {UNTIL}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({}, set(), id="the mail about the form says it"),
        pytest.param(
            {"looked_back": {(EDITION.key, "katwijk")}},
            {("beleid-katwijk", Level.FIRST), ("beleid-katwijk", Level.AGAIN)},
            id="the form was filled in without it",
        ),
        pytest.param({"looked_back": {(EDITION.key, "gouda")}}, set(), id="elsewhere"),
        pytest.param(
            {"handed_over": {(EDITION.key, "cijfers", "katwijk"): "balie-katwijk"}},
            {("balie-katwijk", Level.FIRST)},
            id="who took it over is not asked to look back",
        ),
    ],
)
def test_the_form_and_its_step_do_not_both_ask(
    change: dict[str, Any], told: set[tuple[str, Level]]
) -> None:
    step = replace(
        _step("cijfers", Role.POLICY, "2 weken na het einde"),
        evaluation=EvaluationPart.FIGURES,
        again_days=3,
    )
    desk = Contact("balie-katwijk", "D", "d@example.nl", "", ((Role.CENTRE, "katwijk"),))
    situation = replace(SITUATION, steps=(step,), contacts=(*PEOPLE, desk), **change)
    found = plan(situation, date(2026, 12, 10))
    assert {(key.contact, key.level) for key in found} == told
