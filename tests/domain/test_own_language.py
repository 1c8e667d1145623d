"""The language of own texts: what it says, what it refuses, and that nothing in it grows."""

import string
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain import own_language
from campagne.domain.own_language import (
    LONGEST,
    MOST_DEEP,
    MOST_MARKS,
    Choice,
    Node,
    Value,
    Vocabulary,
    chosen,
    fill,
    joined,
    names,
    read,
    written,
)
from campagne.errors import InvalidInputError

KNOWN = Vocabulary(
    frozenset({"gemeente", "website", "u", "veilig_thuis", "112", "112_nummer", "hulpblok"}),
    frozenset({"je", "eendaags"}),
)
VALUES = {
    "gemeente": "Katwijk",
    "website": "",
    "u": "u",
    "veilig_thuis": "Veilig Thuis",
    "112": "112",
    "112_nummer": "112",
    "hulpblok": "**Hulp?**",
}


def filled(source: str, *, je: bool = False) -> str:
    found = read(source, KNOWN)
    assert found.faults == ()
    return fill(found.nodes, VALUES, {"je": je, "eendaags": True})


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Gewone woorden", "Gewone woorden"),
        ("In {{ gemeente }} en {{gemeente}}.", "In Katwijk en Katwijk."),
        ("{{ U }} bent welkom, {{ u }} ook.", "U bent welkom, u ook."),
        ("Bel {{ 112 }}", "Bel 112"),
        ("{% if je %}Kom{% else %}Komt u{% endif %}!", "Komt u!"),
        ("{% if not je %}u{% endif %}{% if je %}je{% endif %}", "u"),
        ("{% if website %}Kijk op {{ website }}.{% endif %}", ""),
        ("{% if not website %}Bel ons.{% else %}Kijk.{% endif %}", "Bel ons."),
        ("A\n\n{% if eendaags %}\nB\n\n{% endif %}\nC", "A\n\nB\n\nC"),
        ("A\n\n{% if website %}\nB\n{% endif %}\n\nC", "A\n\nC"),
        ("{% if je %}\nje\n{% else %}\nu\n{% endif %}\n", "u"),
        ("{% if je %}a{% else %}{% if eendaags %}b{% else %}c{% endif %}{% endif %}", "b"),
        ("een { losse } accolade, 50% en a}b", "een { losse } accolade, 50% en a}b"),
        ("  {% if eendaags %}  \n- punt\n  {% endif %}\nrest", "- punt\nrest"),
    ],
)
def test_a_text_is_filled_in(source: str, text: str) -> None:
    assert filled(source) == text


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("a\nb {{ gemente }}", "Regel 2: de naam gemente bestaat niet. Bedoel je gemeente?"),
        ("{{ zxqv }}", "Regel 1: de naam zxqv bestaat niet. Kies een naam uit de lijst."),
        ("{{ je }}", "Regel 1: je kan alleen in een voorwaarde, zoals {% if je %}."),
        ("{{ gemeente | upper }}", "Regel 1: tussen {{ en }} kan alleen een naam"),
        ("{{ gemeente.__class__ }}", "Regel 1: tussen {{ en }} kan alleen een naam"),
        ("{{ 'x' * 10**9 }}", "Regel 1: tussen {{ en }} kan alleen een naam"),
        ("{{ gemeente", "Regel 1: {{ staat hier los."),
        ("gemeente }}", "Regel 1: }} staat hier los."),
        ("{{ gemeente\n}}", "Regel 1: {{ staat hier los."),
        ("{# stil #}", "Regel 1: {# staat hier los."),
        ("\n{% for i in range(10**9) %}", "Regel 2: {% for i in range(10**9) %} kan hier niet."),
        ("{% if je and eendaags %}x{% endif %}", "Regel 1: {% if je and eendaags %} kan hier"),
        ("{% if %}x{% endif %}", "Regel 1: {% if %} kan hier niet."),
        ("{% if not %}x{% endif %}", "Regel 1: {% if not %} kan hier niet."),
        ("{% if weg %}x{% endif %}", "Regel 1: de naam weg bestaat niet."),
        ("{% elif je %}", "Regel 1: {% elif je %} kan hier niet."),
        ("{% set a = 1 %}", "Regel 1: {% set a = 1 %} kan hier niet."),
        ("{% include 'x' %}", "Regel 1: {% include 'x' %} kan hier niet."),
        ("a\n\n{% if je %}x", "Regel 3: bij {% if %} ontbreekt {% endif %}."),
        ("{% endif %}", "Regel 1: {% endif %} staat hier zonder {% if %} ervoor."),
        ("{% else %}", "Regel 1: {% else %} staat hier zonder {% if %} ervoor."),
        (
            "{% if je %}{% else %}{% else %}{% endif %}",
            "Regel 1: bij één {% if %} kan maar één {% else %}.",
        ),
        (
            "{% if je %}\n" * (MOST_DEEP + 1) + "{% endif %}" * (MOST_DEEP + 1),
            "Regel 5: meer dan 4 voorwaarden in elkaar kan niet.",
        ),
        ("{{ u }}" * (MOST_MARKS + 1), "Regel 1: meer dan 300 namen en voorwaarden kan niet."),
        ("x" * (LONGEST + 1), "De tekst is te lang: hoogstens 10.000 tekens mag."),
    ],
)
def test_anything_else_is_refused_with_its_line(source: str, fault: str) -> None:
    found = read(source, KNOWN)
    assert found.faults[0].startswith(fault)
    assert found.nodes == ()


def test_every_fault_is_told_up_to_a_bound() -> None:
    assert len(read("{{ a }} {{ b }}\n{% for %}", KNOWN).faults) == 3
    assert len(read("{{ a b }}\n" * 200, KNOWN).faults) == 20


def test_what_is_filled_in_is_not_read_again() -> None:
    nodes = read("{{ gemeente }}", KNOWN).nodes
    assert fill(nodes, {"gemeente": "{{ website }}{% if je %}"}, {}) == "{{ website }}{% if je %}"


def test_a_text_that_grows_too_long_is_refused() -> None:
    nodes = read("{{ hulpblok }}" * MOST_MARKS, KNOWN).nodes
    with pytest.raises(InvalidInputError, match=r"langer dan 30\.000 tekens"):
        fill(nodes, {"hulpblok": "x" * 1000}, {})


HOSTILE = [
    "{{" * 9_999,
    "{%" * 9_999,
    "}}" * 9_999,
    "{{ " + "a" * 19_000,
    "{{ u }}" * 2_800,
    "{% if je %}" * 1_800,
    "{% if je %}" * 4 + "x" * 19_000,
    "{% endif %}" * 1_800,
    "{{ " + "(" * 76 + " }}",
    "{% if je %}\n" * 1_600,
    " " * 19_000 + "{% if je %}" * 50,
    "\n" * 19_000 + "{% if je %}x{% endif %}",
    "x" * 5_000_000,
    "{{ u }}" * 700_000,
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% for a in range(10**9) %}{{ a }}{% endfor %}",
    "{{ 'x' * 10**9 }}{{ 'x'.ljust(10**9) }}",
    "{% include 'zelf.md' %}{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
]


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_takes_little_memory(source: str) -> None:
    tracemalloc.start()
    try:
        found = read.__wrapped__(source, KNOWN)
        if not found.faults:
            fill(found.nodes, VALUES, {"je": True, "eendaags": True})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20_000_000
    assert all(len(one) < 300 for one in found.faults)


def test_a_choice_is_settled_and_its_words_stand_there() -> None:
    nodes = read("{{ U }}: {% if je %}je{% else %}u{% endif %} {% if not je %}x{% endif %}", KNOWN)
    for je, text in ((True, "Je: je "), (False, "U: u x")):
        words = {"u": "je" if je else "u"}
        assert chosen(nodes.nodes, "je", is_so=je, words=words) == (text,)


def test_a_choice_within_another_is_settled_too() -> None:
    nodes = read("{% if website %}{% if je %}a{% else %}b{% endif %}{% endif %}", KNOWN).nodes
    assert chosen(nodes, "je", is_so=True, words={}) == (Choice("website", ("a",)),)
    assert names(nodes) == {"website", "je"}


_WORDS = st.text(string.ascii_letters + " .\n", min_size=1, max_size=8)
_VALUES = st.builds(Value, st.sampled_from(["gemeente", "u"]), st.booleans())


def _choices(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    nodes = st.lists(inner, max_size=3).map(joined)
    return st.builds(Choice, st.sampled_from(["je", "website"]), nodes, nodes, st.booleans())


_NODES = st.lists(st.recursive(_WORDS | _VALUES, _choices, max_leaves=6), max_size=5).map(joined)


def _deepest(nodes: own_language.Nodes) -> int:
    return max(
        (1 + _deepest(one.then + one.other) for one in nodes if isinstance(one, Choice)), default=0
    )


@given(_NODES)
def test_what_is_written_reads_the_same(nodes: own_language.Nodes) -> None:
    if _deepest(nodes) > MOST_DEEP or _has_space_at_line_start(nodes):
        return
    assert read(written(nodes), KNOWN).nodes == nodes


def _has_space_at_line_start(nodes: own_language.Nodes) -> bool:
    """White space alone before a mark on a line goes with the line: no text can mean it."""
    return any(" \n" in one or "\n " in one or one[:1] == " " for one in _texts(nodes))


def _texts(nodes: own_language.Nodes) -> list[str]:
    found = []
    for one in nodes:
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, Choice):
            found += _texts(one.then) + _texts(one.other)
    return found


@given(st.text("{}% ifendelsu\nje", max_size=60))
def test_any_text_is_read_without_a_crash(source: str) -> None:
    found = read(source, KNOWN)
    if not found.faults:
        fill(found.nodes, VALUES, {"je": True, "eendaags": False})
