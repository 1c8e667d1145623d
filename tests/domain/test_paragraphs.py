"""Texts by paragraph: nothing that anybody changed is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.paragraphs import Change, changes, merged, split, together


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("a", ("a",)),
        ("\n\na\nb\n\n\n\nc\n", ("a\nb", "c")),
        ("a\n \t\nb", ("a", "b")),
        ("{% if x %}\na\n\nb\n{% endif %}\n\nc", ("{% if x %}\na\n\nb\n{% endif %}", "c")),
        ("{% if x %}a{% endif %}\n\nb", ("{% if x %}a{% endif %}", "b")),
        *(
            (one, (one,))
            for space in ("", "\t", "\u00a0", " \t ")
            for one in [f"{{%{space}if x %}}a\n\nb{{%{space}endif %}}"]
        ),
    ],
)
def test_a_text_is_split_where_no_condition_reaches_over(text: str, found: tuple[str]) -> None:
    assert split(text) == found


@pytest.mark.parametrize(
    ("base", "own", "other", "text", "both"),
    [
        ("a\n\nb", "a\n\nb", "a\n\nb", "a\n\nb", ()),
        ("a\n\nb", "a!\n\nb", "a\n\nb?", "a!\n\nb?", ()),
        ("a\n\nb\n\nc", "a\n\nc", "a\n\nb\n\nc\n\nd", "a\n\nc\n\nd", ()),
        ("a\n\nb\n\nc", "a\n\nx\n\nb\n\nc", "a\n\nb", "a\n\nx\n\nb", ()),
        ("a\n\nb", "a\n\nmijn", "a\n\nnieuw", "a\n\nmijn", (Change("mijn", "nieuw"),)),
        ("a\n\nb", "a\n\nzelfde", "a\n\nzelfde", "a\n\nzelfde", ()),
        ("a\n\nb", "a", "a\n\nnieuw", "a", (Change("", "nieuw"),)),
        ("", "mijn", "nieuw", "mijn", (Change("mijn", "nieuw"),)),
    ],
)
def test_two_changes_are_brought_together(
    base: str, own: str, other: str, text: str, both: tuple[Change, ...]
) -> None:
    found = merged(base, own, other)
    assert (found.text, found.both) == (text, both)


@pytest.mark.parametrize(
    ("base", "own", "other", "from_now"),
    [
        ("a\n\nb", "a!\n\nb", "a\n\nb?", "a\n\nb?"),
        ("a\n\nb", "a\n\nmijn", "a?\n\nnieuw", "a?\n\nb"),
        ("a\n\nb\n\nc", "a\n\nc", "a\n\nb\n\nc\n\nd", "a\n\nb\n\nc\n\nd"),
        ("a\n\nb", "a\n\nzelfde", "a\n\nzelfde", "a\n\nzelfde"),
        ("a", "a", "b", "b"),
    ],
)
def test_a_text_stands_on_the_newest_but_where_both_changed(
    base: str, own: str, other: str, from_now: str
) -> None:
    assert merged(base, own, other).base == from_now


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ("a\n\nb", "a\n\nb", ()),
        ("a\n\nb", "a\n\nc", (Change("b", "c"),)),
        ("a", "a\n\nb", (Change("", "b"),)),
        ("a\n\nb\n\nc", "c", (Change("a\n\nb", ""),)),
        ("a\n\nb\n\nc", "x\n\ny\n\nc", (Change("a", "x"), Change("b", "y"))),
        ("a\n\nb\n\nc", "x\n\nc", (Change("a\n\nb", "x"),)),
    ],
)
def test_what_changed_is_told(was: str, now: str, found: tuple[Change, ...]) -> None:
    assert changes(was, now) == found


_TEXTS = st.lists(st.sampled_from("abcd"), max_size=6).map(together)


@given(_TEXTS, _TEXTS)
def test_who_changed_nothing_gets_the_other_text(base: str, other: str) -> None:
    assert merged(base, base, other).text == other
    assert merged(base, other, base).text == other
    assert merged(base, other, other).text == other


@given(_TEXTS, _TEXTS)
def test_what_follows_the_other_text_goes_on_doing_so(base: str, other: str) -> None:
    found = merged(base, base, other)
    assert merged(found.base, found.text, "later").text == "later"


@given(_TEXTS, _TEXTS, _TEXTS)
def test_bringing_together_twice_is_as_once(base: str, own: str, other: str) -> None:
    found = merged(base, own, other)
    assert found.both or merged(found.base, found.text, other).text == found.text


@given(_TEXTS, _TEXTS, _TEXTS)
def test_no_paragraph_comes_from_nowhere(base: str, own: str, other: str) -> None:
    found = merged(base, own, other)
    assert set(split(found.text)) <= {*split(base), *split(own), *split(other)}
