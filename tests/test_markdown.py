"""One source, two parts: what the HTML and the plain text of a Markdown text look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.markdown import UNBROKEN, Markdown


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Een *klein* **woord**.", "Een klein woord.\n"),
        ("## Kop\nTekst", "Kop\n\nTekst\n"),
        ("- een\n- twee", "- een\n- twee\n"),
        ("- een\n\n- twee", "- een\n\n- twee\n"),
        ("1. een\n2. twee", "1. een\n2. twee\n"),
        ("- een\n  - binnen\n- twee", "- een\n  - binnen\n- twee\n"),
        ("> let op", "  let op\n"),
        ("een\n\n---\n\ntwee", "een\n\n--\n\ntwee\n"),
        ("een  \ntwee", "een\ntwee\n"),
        ("een\ntwee", "een twee\n"),
        ("`code` en\n\n    blok", "code en\n\n  blok\n"),
        ("[Open de pagina](https://example.nl/a)", "Open de pagina: https://example.nl/a\n"),
        ("**[Open](https://example.nl/a)**", "Open: https://example.nl/a\n"),
        (
            "Kijk op [de pagina](https://example.nl/a).",
            "Kijk op de pagina <https://example.nl/a>.\n",
        ),
        ("<https://example.nl/a>", "https://example.nl/a\n"),
        ("<b>dik</b>", "<b>dik</b>\n"),
        ("", "\n"),
    ],
)
def test_the_plain_text_has_no_marks_and_shows_every_address(source: str, text: str) -> None:
    assert Markdown(source).text() == text


def test_lines_are_wrapped_but_an_address_is_not_broken() -> None:
    address = "https://campagne.example.nl/antwoord/" + "a-b" * 40
    text = Markdown("woord " * 40 + f"\n\n- {'lang ' * 30}\n\n[Antwoord]({address})").text()

    assert address in text
    assert all(len(line) <= 78 or address in line for line in text.splitlines())
    assert "\n  lang" in text, "the second line of an item hangs under the first"


def test_only_a_bold_link_on_its_own_becomes_a_button() -> None:
    assert (
        '<a href="https://example.nl" class="button">'
        in Markdown("**[A](https://example.nl)**").html
    )
    assert "class" not in Markdown("Klik **[A](https://example.nl)**").html


@pytest.mark.parametrize(
    "source",
    ["<script>x</script>", "![](https://example.nl/pixel.png)", "[x](javascript:alert(1))"],
)
def test_html_images_and_scripts_do_not_come_through(source: str) -> None:
    html = Markdown(source).html

    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


@given(st.text())
def test_any_text_gives_both_parts(source: str) -> None:
    assert "<script" not in Markdown(source).html
    assert Markdown(source).text().endswith("\n")


def test_text_to_paste_keeps_each_paragraph_on_one_line() -> None:
    """Where it is pasted, lines break by themselves."""
    paragraph = "woord " * 40 + "eind"
    text = Markdown(f"{paragraph}\n\n- {paragraph}\n- kort").text(UNBROKEN)
    assert text == f"{paragraph}\n\n- {paragraph}\n- kort\n"
