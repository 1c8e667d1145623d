"""On which day who is asked whether what is known of them is still so."""

from dataclasses import replace
from datetime import date

import pytest

from campagne.domain.checks import asked_on, parse_month_day
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.regions import Municipality, Region

REGIONS = {
    "buiten": Region("buiten", "Buiten", check_days=((3, 1), (10, 1))),
    "binnen": Region("binnen", "Binnen", "buiten"),
    "anders": Region("anders", "Anders", "buiten", check_days=((12, 31),)),
    "los": Region("los", "Los"),
}
PLACES = {
    key: Municipality(key, key.title(), f"GM000{number}", region)
    for number, (key, region) in enumerate(
        {"dal": "binnen", "berg": "anders", "eiland": "los"}.items()
    )
}
ANNA = Contact("anna", "Anna", "anna@example.nl", assignments=((Role.POLICY, "dal"),))


def at(*places: str) -> Contact:
    return replace(ANNA, assignments=tuple((Role.POLICY, place) for place in places))


@pytest.mark.parametrize(
    ("contact", "today", "on"),
    [
        (at("dal"), date(2026, 9, 30), None),
        (at("dal"), date(2026, 10, 1), date(2026, 10, 1)),
        # After a standstill of four weeks it still goes, and no later.
        (at("dal"), date(2026, 10, 29), date(2026, 10, 1)),
        (at("dal"), date(2026, 10, 30), None),
        (at("dal"), date(2027, 3, 1), date(2027, 3, 1)),
        # A region with days of its own; over the turn of the year.
        (at("berg"), date(2026, 10, 1), None),
        (at("berg"), date(2027, 1, 10), date(2026, 12, 31)),
        (at("dal", "berg"), date(2027, 1, 10), date(2026, 12, 31)),
        (at("eiland"), date(2026, 10, 1), None),
        (at("bestaat-niet"), date(2026, 10, 1), None),
        (at(), date(2026, 10, 1), None),
        (replace(ANNA, paused=True), date(2026, 10, 1), None),
    ],
)
def test_asked_on(contact: Contact, today: date, on: date | None) -> None:
    assert asked_on(contact, PLACES, REGIONS, today) == on


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 maart", (3, 1)),
        (" 31 december ", (12, 31)),
        ("29 februari", None),
        ("31 april", None),
        ("maart", None),
        ("1 Maart", None),
        ("1-3", None),
        ("", None),
        ("²  maart", None),
        ("0 mei", None),
    ],
)
def test_a_day_of_every_year(text: str, found: tuple[int, int] | None) -> None:
    assert parse_month_day(text) == found
