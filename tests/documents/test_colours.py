"""Colours: the contrast of WCAG, and what can be read on what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.documents import colours
from campagne.documents.colours import READABLE

COLOURS = st.integers(0, 0xFFFFFF).map(lambda one: f"#{one:06x}")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#777777", "#ffffff", 4.48),  # the grey just too light that WCAG is explained with
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    assert colours.contrast(one, other) == pytest.approx(expected, abs=0.005)
    assert colours.contrast(other, one) == colours.contrast(one, other)


@given(COLOURS, st.lists(COLOURS, max_size=3))
def test_there_is_always_something_to_read_with(ground: str, wished: list[str]) -> None:
    chosen = colours.on(ground, wished)
    assert colours.contrast(chosen, ground) >= READABLE
    assert chosen in {*wished, "#000000", "#ffffff"}


def test_what_is_wished_goes_first_where_it_can_be_read() -> None:
    assert colours.on("#ffffff", ["#ffff00", "#0e4a57", "#000000"]) == "#0e4a57"
    assert colours.on("#f26a1b") == "#000000"
    assert colours.on("#6b2c91", ["#333333"]) == "#ffffff"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#F26A1B", "#f26a1b"),
        ("#f60", "#ff6600"),
        ("", None),
        ("oranje", None),
        ("#f26a1", None),
        ("#f26a1b;", None),
        ("var(--x)", None),
        ("rgb(1, 2, 3)", None),
    ],
)
def test_only_digits_are_a_colour(text: str, expected: str | None) -> None:
    assert colours.colour(text) == expected
