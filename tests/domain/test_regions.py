"""Regions that nest, and what is meant for whom."""

from datetime import date

import pytest

from campagne.domain.regions import Municipality, Region, ancestry, members, reaches, touches

REGIONS = {
    one.key: one
    for one in (
        Region("hollands-midden", "Hollands Midden"),
        Region("holland-rijnland", "Holland Rijnland", "hollands-midden", "leiden"),
        Region("duin-en-bollenstreek", "Duin- en Bollenstreek", "holland-rijnland"),
        Region("midden-holland", "Midden-Holland", "hollands-midden", "gouda"),
    )
}
BOLLENSTREEK = ("duin-en-bollenstreek", "holland-rijnland", "hollands-midden")
KATWIJK = Municipality("katwijk", "Katwijk", "GM0537", "duin-en-bollenstreek")
LEIDEN = Municipality("leiden", "Leiden", "GM0546", "holland-rijnland")
MERGED = Municipality(
    "noordwijkerhout",
    "Noordwijkerhout",
    "GM0576",
    "duin-en-bollenstreek",
    valid_to=date(2018, 12, 31),
)


@pytest.mark.parametrize(
    ("region", "expected"),
    [("duin-en-bollenstreek", BOLLENSTREEK), ("hollands-midden", ("hollands-midden",))],
)
def test_ancestry(region: str, expected: tuple[str, ...]) -> None:
    assert ancestry(region, REGIONS) == expected


@pytest.mark.parametrize(
    ("region", "on", "expected"),
    [
        ("duin-en-bollenstreek", date(2026, 1, 1), ["katwijk"]),
        ("duin-en-bollenstreek", date(2018, 12, 31), ["katwijk", "noordwijkerhout"]),
        ("holland-rijnland", date(2026, 1, 1), ["katwijk", "leiden"]),
        ("hollands-midden", date(2026, 1, 1), ["katwijk", "leiden"]),
        ("midden-holland", date(2026, 1, 1), []),
    ],
)
def test_members_at_any_depth_that_exist_that_day(
    region: str, on: date, expected: list[str]
) -> None:
    found = members(region, (LEIDEN, MERGED, KATWIJK), REGIONS, on)
    assert [one.key for one in found] == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2018, 12, 31), True), (date(2019, 1, 1), False)],
)
def test_a_gemeente_exists_until_its_last_day(day: date, expected: bool) -> None:  # noqa: FBT001 - a table
    assert MERGED.exists_on(day) is expected


@pytest.mark.parametrize(
    ("region", "place", "whole", "part"),
    [
        (None, "midden-holland", True, True),
        ("hollands-midden", "duin-en-bollenstreek", True, True),
        ("duin-en-bollenstreek", "duin-en-bollenstreek", True, True),
        ("duin-en-bollenstreek", "holland-rijnland", False, True),
        ("duin-en-bollenstreek", "midden-holland", False, False),
        ("midden-holland", "holland-rijnland", False, False),
    ],
)
def test_what_is_meant_for_a_region(
    region: str | None,
    place: str,
    whole: bool,  # noqa: FBT001 - a table
    part: bool,  # noqa: FBT001 - a table
) -> None:
    assert reaches(region, place, REGIONS) is whole
    assert touches(region, place, REGIONS) is part
