"""National material: what can be filled in, and where it stands on a day."""

from dataclasses import replace
from datetime import date

import pytest

from campagne.domain import codec, national
from campagne.domain.national import KINDS, MaterialState, NationalMaterial
from campagne.domain.texts import TextKind
from campagne.errors import InvalidInputError

SEPTEMBER, DECEMBER = date(2026, 9, 1), date(2026, 12, 31)
TOOLKIT = NationalMaterial(
    url="https://toolkit.example.org/2026",
    since=SEPTEMBER,
    licence="vrij te gebruiken met bronvermelding",
    until=DECEMBER,
    kinds=(TextKind.WEBSITE, TextKind.PRESS),
    pictures=True,
)
ENDLESS = replace(TOOLKIT, until=None, kinds=(), pictures=False)


@pytest.mark.parametrize(
    ("material", "today", "state"),
    [
        (TOOLKIT, date(2026, 8, 31), MaterialState.COMING),
        (TOOLKIT, SEPTEMBER, MaterialState.THERE),
        (TOOLKIT, DECEMBER, MaterialState.THERE),
        (TOOLKIT, date(2027, 1, 1), MaterialState.EXPIRED),
        (ENDLESS, date(2030, 1, 1), MaterialState.THERE),
    ],
)
def test_it_comes_is_there_and_expires(
    material: NationalMaterial, today: date, state: MaterialState
) -> None:
    assert material.state(today) is state


def test_it_is_told_as_one_phrase() -> None:
    assert str(TOOLKIT) == (
        "https://toolkit.example.org/2026 (vanaf dinsdag 1 september 2026 tot en met donderdag 31"
        " december 2026; vrij te gebruiken met bronvermelding), met website, persbericht en beelden"
    )
    assert str(ENDLESS).endswith(
        "(vanaf dinsdag 1 september 2026; vrij te gebruiken met bronvermelding)"
    )


@pytest.mark.parametrize(
    ("changed", "last", "field"),
    [
        ({"url": ""}, None, "adres"),
        ({"url": "http://example.org"}, None, "adres"),
        ({"url": "javascript:alert(1)"}, None, "adres"),
        ({"url": "https://naam@example.org"}, None, "adres"),
        ({"url": "https://example.org/" + "x" * 500}, None, "adres"),
        ({"licence": ""}, None, "licentie"),
        ({"licence": "x" * 201}, None, "licentie"),
        ({"until": date(2026, 8, 31)}, None, "gebruiken_tot"),
        ({}, date(2026, 8, 31), "sinds"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    changed: dict[str, object], last: date | None, field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        national.check(replace(TOOLKIT, **changed), last)  # type: ignore[arg-type]  # by field
    assert refused.value.fault.field == field


def test_it_may_be_there_on_the_last_day_and_used_on_one_day() -> None:
    national.check(TOOLKIT, SEPTEMBER)
    national.check(replace(TOOLKIT, until=SEPTEMBER))


def test_texts_are_named_in_any_order_and_once() -> None:
    assert national.kinds(["persbericht", "website", "website"]) == TOOLKIT.kinds
    for name in ("regiosignaal", "poëzie", ""):
        with pytest.raises(InvalidInputError, match=f"De soort tekst '{name}' bestaat niet"):
            national.kinds([name])
    assert TextKind.EVALUATION not in KINDS


@pytest.mark.parametrize("material", [TOOLKIT, ENDLESS])
def test_what_is_stored_is_read_back(material: NationalMaterial) -> None:
    assert codec.material_from_dict(codec.material_to_dict(material)) == material
