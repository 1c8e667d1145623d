"""Whose a step is, and who may tick it off or hand it over: three people, and a stranger."""

from dataclasses import replace

import pytest

from campagne.domain.contacts import Contact
from campagne.domain.doers import Crew, may_hand_over, may_tick_off, places_of
from campagne.domain.leadtimes import parse_lead
from campagne.domain.playbook import Role, Step
from campagne.domain.regions import Municipality, Region

REGIONS = {"streek": Region("streek", "Streek", centre="stad")}
DAL = Municipality("dal", "Dal", "GM0001", "streek")
STEP = Step(
    "materiaal", "Materiaal", "Bestel.", Role.COMMUNICATION, parse_lead("1 week voor de start")
)
ANNA = Contact("anna", "Anna", "anna@example.nl", assignments=((Role.COMMUNICATION, "dal"),))
BEA = Contact("bea", "Bea", "bea@example.nl", assignments=((Role.POLICY, "dal"),))
CEES = Contact("cees", "Cees", "cees@example.nl", assignments=((Role.ADMIN, "dal"),))
DIRK = Contact("dirk", "Dirk", "dirk@example.nl", assignments=((Role.COMMUNICATION, "berg"),))
ALL = (ANNA, BEA, CEES, DIRK)


@pytest.mark.parametrize(
    ("contacts", "taker", "doers", "told"),
    [
        (ALL, None, ["anna"], ["bea"]),
        (ALL, "bea", ["bea"], ["anna"]),
        (ALL, "cees", ["cees"], ["anna", "bea"]),
        # Who works elsewhere, left, or gets no mail does not keep it.
        (ALL, "dirk", ["anna"], ["bea"]),
        (ALL, "weg", ["anna"], ["bea"]),
        ((ANNA, replace(BEA, paused=True)), "bea", ["anna"], ["bea"]),
        ((ANNA, replace(BEA, assignments=())), "bea", ["anna"], []),
        ((BEA, CEES), None, [], ["bea"]),
    ],
)
def test_whose_a_step_is(
    contacts: tuple[Contact, ...], taker: str | None, doers: list[str], told: list[str]
) -> None:
    crew = Crew.of(contacts)
    assert list(crew.doers(Role.COMMUNICATION, "dal", taker)) == doers
    assert crew.colleagues(Role.COMMUNICATION, "dal", taker) == told


@pytest.mark.parametrize(
    ("contact", "taker", "ticks", "hands_over"),
    [
        (ANNA, None, True, True),
        (ANNA, "bea", True, True),
        (BEA, None, False, False),
        (BEA, "bea", True, True),
        (CEES, "bea", False, False),
        (DIRK, None, False, False),
        (DIRK, "dirk", False, False),
        (replace(BEA, assignments=()), "bea", False, False),
    ],
)
def test_who_may_tick_off_and_hand_over(
    contact: Contact, taker: str | None, *, ticks: bool, hands_over: bool
) -> None:
    assert may_tick_off(contact, STEP, DAL, REGIONS, taker) is ticks
    assert may_hand_over(contact, STEP, DAL, taker) is hands_over


def test_who_is_told_of_it_may_tick_off_and_not_hand_over() -> None:
    chased = replace(STEP, colleague_days=3)
    assert may_tick_off(BEA, chased, DAL, REGIONS, None)
    assert not may_hand_over(BEA, chased, DAL, None)
    assert not may_tick_off(CEES, chased, DAL, REGIONS, None)


@pytest.mark.parametrize(
    ("assignments", "found"),
    [
        ((), set()),
        (((Role.POLICY, "dal"),), {"dal"}),
        (((Role.POLICY, "dal"), (Role.COMMUNICATION, "berg")), {"dal", "berg"}),
        (((Role.CENTRE, "stad"),), {"stad", "berg"}),
        (((Role.POLICY, "stad"),), {"stad"}),
        (((Role.CENTRE, "dal"),), {"dal"}),
    ],
)
def test_where_somebody_may_have_a_step_to_do(
    assignments: tuple[tuple[Role, str], ...], found: set[str]
) -> None:
    """A centrumgemeente in those that chose that it is told, and nowhere else."""
    berg = Municipality("berg", "Berg", "GM0002", "streek", tell_centre=True)
    places = {"dal": DAL, "berg": berg, "stad": Municipality("stad", "Stad", "GM0003", "streek")}
    person = replace(ANNA, assignments=assignments)
    assert places_of([person], places, REGIONS) == found
