"""Who may do what: every action, for each of the people there are."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from campagne.domain.contacts import Contact
from campagne.domain.dates import Span
from campagne.domain.playbook import Role
from campagne.domain.preferences import Preferences
from campagne.domain.regions import Municipality, Region
from campagne.domain.rights import RIGHTS, Action, Reach, Visitor, acts_as, may, may_somewhere

REGIONS = {
    "hollands-midden": Region("hollands-midden", "Hollands Midden"),
    "holland-rijnland": Region("holland-rijnland", "Holland Rijnland", "hollands-midden", "leiden"),
    "streek": Region("streek", "Bollenstreek", "holland-rijnland"),
    "midden-holland": Region("midden-holland", "Midden-Holland", "hollands-midden", "gouda"),
}
PLACES = {
    key: Municipality(key, key.title(), f"GM000{number}", region)
    for number, (key, region) in enumerate(
        {
            "leiden": "holland-rijnland",
            "katwijk": "streek",
            "noordwijk": "streek",
            "gouda": "midden-holland",
        }.items()
    )
}


def person(*assignments: tuple[Role, str], strong: bool = True) -> Visitor:
    return Visitor(Contact("iemand", "Iemand", "i@example.nl", "", assignments), strong)


PEOPLE = {
    "communicatie": person((Role.COMMUNICATION, "katwijk")),
    "beleid": person((Role.POLICY, "katwijk")),
    "centrum": person((Role.CENTRE, "leiden")),
    "beheer van Leiden": person((Role.ADMIN, "leiden")),
    "beheer van Katwijk": person((Role.ADMIN, "katwijk")),
    "centrum without a code": person((Role.CENTRE, "leiden"), strong=False),
    "beleid without a code": person((Role.POLICY, "katwijk"), strong=False),
    "stranger": person((Role.POLICY, "gouda"), (Role.CENTRE, "gouda"), (Role.ADMIN, "gouda")),
    "nobody any more": person(),
}
ALL_OF_LEIDEN = {"leiden", "katwijk", "noordwijk"}
NONE: set[str] = set()


@pytest.mark.parametrize(
    ("who", "action", "where"),
    [
        ("communicatie", Action.SEE_STEPS, {"katwijk"}),
        ("communicatie", Action.TICK_STEPS, {"katwijk"}),
        ("communicatie", Action.SET_DATES, NONE),
        ("communicatie", Action.SEE_DELIVERIES, NONE),
        ("communicatie", Action.CHANGE_PLAYBOOK, NONE),
        ("communicatie", Action.PROPOSE_DATES, {"katwijk"}),
        ("beleid without a code", Action.PROPOSE_DATES, {"katwijk"}),
        ("nobody any more", Action.PROPOSE_DATES, NONE),
        ("beleid", Action.CHANGE_PLAYBOOK, NONE),
        ("centrum", Action.CHANGE_PLAYBOOK, ALL_OF_LEIDEN),
        ("beheer van Katwijk", Action.CHANGE_PLAYBOOK, NONE),
        ("centrum without a code", Action.CHANGE_PLAYBOOK, NONE),
        ("beleid", Action.SEE_STEPS, {"katwijk"}),
        ("beleid", Action.TICK_STEPS, {"katwijk"}),
        ("beleid", Action.SET_DATES, NONE),
        ("beleid", Action.SET_OWN_DATES, {"katwijk"}),
        ("beleid", Action.PROPOSE_YEAR, {"katwijk"}),
        ("beleid", Action.ANSWER_YEAR, {"katwijk"}),
        ("communicatie", Action.PROPOSE_YEAR, NONE),
        ("communicatie", Action.ANSWER_YEAR, NONE),
        ("beleid", Action.SEE_DELIVERIES, NONE),
        ("centrum", Action.SEE_STEPS, ALL_OF_LEIDEN),
        ("centrum", Action.TICK_STEPS, {"leiden"}),
        ("centrum", Action.SET_DATES, ALL_OF_LEIDEN),
        ("centrum", Action.PROPOSE_YEAR, ALL_OF_LEIDEN),
        ("centrum", Action.ANSWER_YEAR, {"leiden"}),
        ("centrum without a code", Action.PROPOSE_YEAR, NONE),
        ("beheer van Leiden", Action.ANSWER_YEAR, NONE),
        ("centrum", Action.SEE_DELIVERIES, NONE),
        ("beheer van Leiden", Action.SEE_STEPS, ALL_OF_LEIDEN),
        ("beheer van Leiden", Action.TICK_STEPS, NONE),
        ("beheer van Leiden", Action.SET_DATES, ALL_OF_LEIDEN),
        ("beheer van Leiden", Action.SEE_DELIVERIES, ALL_OF_LEIDEN),
        ("beheer van Katwijk", Action.SEE_STEPS, {"katwijk"}),
        ("beheer van Katwijk", Action.SET_DATES, NONE),
        ("beheer van Katwijk", Action.SEE_DELIVERIES, {"katwijk"}),
        ("centrum without a code", Action.SEE_STEPS, NONE),
        ("centrum without a code", Action.SET_DATES, NONE),
        ("beleid without a code", Action.TICK_STEPS, {"katwijk"}),
        ("centrum", Action.SEE_ANSWERS, ALL_OF_LEIDEN),
        ("centrum without a code", Action.SEE_ANSWERS, NONE),
        ("centrum", Action.NOTE_ANSWERS, ALL_OF_LEIDEN),
        ("centrum without a code", Action.NOTE_ANSWERS, NONE),
        ("beheer van Leiden", Action.NOTE_ANSWERS, NONE),
        ("beleid", Action.NOTE_ANSWERS, NONE),
        ("stranger", Action.NOTE_ANSWERS, {"gouda"}),
        ("beheer van Leiden", Action.SEE_ANSWERS, ALL_OF_LEIDEN),
        ("beheer van Katwijk", Action.SEE_ANSWERS, NONE),
        ("communicatie", Action.RELEASE_TEXTS, {"katwijk"}),
        ("beleid", Action.RELEASE_TEXTS, {"katwijk"}),
        ("centrum", Action.RELEASE_TEXTS, ALL_OF_LEIDEN),
        ("centrum without a code", Action.RELEASE_TEXTS, NONE),
        ("beheer van Katwijk", Action.RELEASE_TEXTS, NONE),
        ("communicatie", Action.CHANGE_TEXTS, {"katwijk"}),
        ("beleid", Action.CHANGE_TEXTS, {"katwijk"}),
        ("centrum", Action.CHANGE_TEXTS, ALL_OF_LEIDEN),
        ("centrum without a code", Action.CHANGE_TEXTS, NONE),
        ("beheer van Katwijk", Action.CHANGE_TEXTS, NONE),
        ("centrum", Action.CHANGE_REGION_TEXTS, {"leiden"}),
        ("centrum without a code", Action.CHANGE_REGION_TEXTS, NONE),
        ("communicatie", Action.CHANGE_REGION_TEXTS, NONE),
        ("beleid", Action.SEE_ANSWERS, NONE),
        ("communicatie", Action.SEE_ANSWERS, NONE),
        ("stranger", Action.SEE_ANSWERS, {"gouda"}),
        ("stranger", Action.SEE_STEPS, {"gouda"}),
        ("stranger", Action.SEE_DELIVERIES, {"gouda"}),
        ("nobody any more", Action.SEE_STEPS, NONE),
    ],
)
def test_who_may_do_what_for_which_gemeente(who: str, action: Action, where: set[str]) -> None:
    found = {key for key, place in PLACES.items() if may(PEOPLE[who], action, place, REGIONS)}
    assert found == where


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("keys", [ALL_OF_LEIDEN, {"katwijk"}, {"noordwijk"}, {"gouda"}, NONE])
def test_somewhere_is_in_one_of_them(who: str, action: Action, keys: set[str]) -> None:
    places = {key: PLACES[key] for key in keys}
    expected = any(may(PEOPLE[who], action, place, REGIONS) for place in places.values())
    assert may_somewhere(PEOPLE[who], action, places, REGIONS) is expected


def test_every_action_has_a_rule_and_the_document_tells_it() -> None:
    assert set(RIGHTS) == set(Action)
    document = Path(__file__).parents[2] / "docs" / "access.md"
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in document.read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    roles = [Role(name) for name in rows[0][1:]]
    told = {
        Action(action.strip("`")): {
            role: Reach(cell) for role, cell in zip(roles, cells, strict=True) if cell
        }
        for action, *cells in rows[2:]
    }
    assert told == RIGHTS


@pytest.mark.parametrize(
    ("who", "asked"),
    [("centrum without a code", True), ("centrum", False), ("beleid without a code", False)],
)
def test_a_code_is_asked_of_who_may_do_more_with_it(who: str, asked: bool) -> None:  # noqa: FBT001 - a case
    assert PEOPLE[who].must_prove is asked


def test_a_deputy_acts_as_who_is_absent_and_for_a_centrumgemeente_with_a_code() -> None:
    """Three people: the deputy, who named them and is away, and who named them and is back."""
    centre = Contact("c", "C", "c@example.nl", assignments=((Role.CENTRE, "leiden"),))
    away = replace(centre, key="away", assignments=((Role.CENTRE, "x"), (Role.POLICY, "x")))
    back = replace(centre, key="back")
    wanted = {
        "away": Preferences(deputy="me", absence=Span(date(2026, 9, 1), date(2026, 9, 7))),
        "back": Preferences(deputy="me", absence=Span(date(2026, 9, 1), date(2026, 9, 6))),
        "left": Preferences(deputy="me", absence=Span(date(2026, 9, 1), date(2026, 9, 30))),
    }
    me = replace(centre, key="me", assignments=((Role.POLICY, "katwijk"),))
    people, today = (me, away, back), date(2026, 9, 7)
    weak = acts_as(Visitor(me, strong=False), people, wanted, today)
    assert [(one.key, one.assignments) for one in weak] == [
        ("me", ((Role.POLICY, "katwijk"),)),
        ("away", ((Role.POLICY, "x"),)),
    ]
    assert acts_as(Visitor(me, strong=True), people, wanted, today) == (me, away)
    assert acts_as(Visitor(back, strong=True), people, wanted, today) == (back,)


@pytest.mark.parametrize(
    ("who", "manages", "adds"),
    [
        ("communicatie", False, False),
        ("beleid", False, True),
        ("centrum", True, True),
        ("centrum without a code", False, False),
        ("nobody any more", False, False),
    ],
)
def test_who_has_campaigns_to_see_to(who: str, manages: bool, adds: bool) -> None:  # noqa: FBT001 - a case
    assert (PEOPLE[who].manages, PEOPLE[who].adds_campaigns) == (manages, adds)
