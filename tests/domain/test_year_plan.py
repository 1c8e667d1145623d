"""For which year the plan goes, on which day, and to whom."""

from datetime import date

import pytest

from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.preferences import EVERYTHING, Preferences
from campagne.domain.year_plan import AutumnDay, gets_plan, places_of


@pytest.mark.parametrize(
    ("text", "today", "year"),
    [
        ("1 oktober", date(2026, 9, 30), None),
        ("1 oktober", date(2026, 10, 1), 2027),
        ("1 oktober", date(2026, 12, 31), 2027),
        ("1 oktober", date(2027, 1, 1), None),
        (" 15 September ", date(2026, 9, 14), None),
        (" 15 September ", date(2026, 9, 15), 2027),
        ("29 februari", date(2026, 2, 28), None),
        ("29 februari", date(2026, 3, 1), 2027),
        ("nooit", date(2026, 12, 1), None),
    ],
)
def test_the_plan_goes_from_a_day_until_the_year_begins(
    text: str, today: date, year: int | None
) -> None:
    assert AutumnDay(text).planned_year(today) == year


@pytest.mark.parametrize(
    "text", ["", "1", "oktober", "32 mei", "30 februari", "0 mei", "1-10", "1 oct"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"zoals 1 oktober"):
        AutumnDay(text)


def contact(*work: tuple[Role, str], paused: bool = False) -> Contact:
    return Contact("anna", "Anna", "anna@example.nl", assignments=work, paused=paused)


def test_who_plans_gets_the_plan() -> None:
    for role in (Role.COMMUNICATION, Role.POLICY, Role.CENTRE):
        assert gets_plan(contact((role, "lisse")), EVERYTHING)
    assert gets_plan(contact((Role.ADMIN, "lisse"), (Role.POLICY, "lisse")), EVERYTHING)
    assert not gets_plan(contact((Role.ADMIN, "lisse")), EVERYTHING)
    assert not gets_plan(contact(), EVERYTHING)
    assert not gets_plan(contact((Role.POLICY, "lisse"), paused=True), EVERYTHING)
    assert not gets_plan(contact((Role.POLICY, "lisse")), Preferences(reminders=False))
    assert gets_plan(contact((Role.POLICY, "lisse")), Preferences(broadcasts=False))


def test_each_gemeente_is_planned_for_once() -> None:
    several = contact(
        (Role.COMMUNICATION, "lisse"),
        (Role.POLICY, "lisse"),
        (Role.POLICY, "hillegom"),
        (Role.ADMIN, "leiden"),
    )
    assert places_of(several) == ("lisse", "hillegom")
