"""Words that changed within a paragraph: marked where that helps, and never for long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.alignment import Run, aligned, effort
from campagne.domain.paragraphs import Change, changes, merged
from campagne.domain.word_changes import MOST_STEPS, Mark, marked

_SIGNS = {Mark.SAME: "{}", Mark.GONE: "-{}-", Mark.NEW: "+{}+"}


def said(was: str, now: str) -> str:
    found = marked(Change(was, now)).pieces
    return "".join(_SIGNS[one.mark].format(one.text) + one.space for one in found).strip()


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        (
            "Iets kleins kan al helpen.",
            "Iets kleins helpt al.",
            "Iets kleins -kan al helpen.- +helpt al.+",
        ),
        ("Bel ons op maandag.", "Bel ons gerust op maandag.", "Bel ons +gerust+ op maandag."),
        ("Kom naar het grote plein.", "Kom naar het plein.", "Kom naar het -grote- plein."),
        ("een twee drie", "een twee drie vier", "een twee drie +vier+"),
        ("nul een twee drie", "een twee drie", "-nul- een twee drie"),
        (
            "In {{ gemeente }} is hulp.",
            "In {{ website }} is hulp.",
            "In -{{ gemeente }}- +{{ website }}+ is hulp.",
        ),
        ("- een\n- twee\n- drie", "- een\n- twee\n- vier", "- een\n- twee\n- -drie- +vier+"),
        ("Alles is anders hier.", "Niets bleef staan vandaag.", ""),
        ("een  twee", "een twee", ""),
        ("", "een", ""),
        ("een", "", ""),
    ],
)
def test_words_that_went_and_came(was: str, now: str, found: str) -> None:
    assert said(was, now) == found


_TEXTS = st.lists(st.sampled_from(["de", "een", "hulp.", "{{ u }}", "\n"]), max_size=30).map(
    " ".join
)


@given(_TEXTS, _TEXTS)
def test_no_word_is_lost_or_made_up(was: str, now: str) -> None:
    pieces = marked(Change(was, now)).pieces
    for text, left_out in ((was, Mark.NEW), (now, Mark.GONE)):
        words = " ".join(one.text for one in pieces if one.mark is not left_out)
        assert not pieces or words.split() == text.split()


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")), st.integers(0, 300))
def test_runs_go_from_the_one_to_the_other(before: list[str], after: list[str], most: int) -> None:
    made, at = [], (0, 0)
    for one in aligned(before, after, most):
        assert (one.first, one.start) == at
        assert not one.same or before[one.first : one.last] == after[one.start : one.end]
        made += after[one.start : one.end]
        at = one.last, one.end
    assert (made, at) == (after, (len(before), len(after)))


def test_what_takes_too_long_is_one_change() -> None:
    before, after = ["x", *"ab" * 5, "y"], ["x", *"ba" * 4, "y"]
    assert effort(before, after) > 100
    assert aligned(before, after, 100) == (
        Run(same=True, first=0, last=1, start=0, end=1),
        Run(same=False, first=1, last=11, start=1, end=9),
        Run(same=True, first=11, last=12, start=9, end=10),
    )


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("a " * 2_500_000, "b " * 2_500_000),
        ("a b " * 2_500, "b a a " * 1_600),
        ("{{" * 5_000, "{% " * 3_300),
        ("a b\n\n" * 199, "b a\n\nb\n\n" * 99),
        ("ab" * 5_000, "ba" * 5_000),
    ],
)
def test_no_text_keeps_anybody_waiting(was: str, now: str) -> None:
    """Each takes a moment; without a bound some take hours."""
    change = Change(was, now)
    assert marked(change).steps <= MOST_STEPS
    assert changes(was[:10_000], now[:10_000])
    assert merged(was[:10_000], was[:10_000], now[:10_000]).text
