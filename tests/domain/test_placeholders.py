"""Placeholders: a fixed list, and no gap in anybody's mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.placeholders import MEANINGS, faults, fill, unknown, used

VALUES = {**dict.fromkeys(MEANINGS, "x"), "gemeente": "Katwijk", "thema": ""}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Dag {{ gemeente }}.", "Dag Katwijk."),
        ("{{gemeente}}{{  gemeente  }}", "KatwijkKatwijk"),
        ("Thema: {{ thema }}", "Thema: {{ thema }}"),
        ("{{ verzonnen }} {{ verzonnen }}", "{{ verzonnen }} {{ verzonnen }}"),
        ("{{ gemeente.upper() }}", "{{ gemeente.upper() }}"),
        ("{{ }}", "{{ }}"),
        ("{% for x in y %} { gemeente }", "{% for x in y %} { gemeente }"),
        ("{{{ gemeente }}}", "{Katwijk}"),
        ("niets", "niets"),
    ],
)
def test_filling_in(text: str, filled: str) -> None:
    assert fill(text, VALUES) == filled


def test_a_value_is_text_and_is_not_filled_in_again() -> None:
    values = {**VALUES, "naam": "{{ gemeente }}*"}
    filled = fill("{{ naam }}", values, lambda one: one.replace("*", "\\*"))
    assert filled == "{{ gemeente }}\\*"


def test_the_faults_name_the_gemeenten_and_what_there_is() -> None:
    text = "{{ foo }} {{ lokaal_team }}"
    assert used(text) == ("foo", "lokaal_team")
    assert unknown(text) == ("foo",)
    wrong, empty = faults(text, {"foo": ["Katwijk"], "lokaal_team": ["Katwijk", "Lisse", "Lisse"]})
    assert wrong == f"{{{{ foo }}}} bestaat niet. Kies uit: {', '.join(MEANINGS)}."
    assert empty == (
        "{{ lokaal_team }} is leeg voor Katwijk en Lisse. Vul het daar aan, of haal het uit de"
        " tekst."
    )
    assert faults("{{ gemeente }}", {}) == []


@given(st.text(alphabet="{} agemnt", max_size=40))
def test_any_text_comes_out(text: str) -> None:
    filled = fill(text, VALUES)
    if not used(text):
        assert filled == text
