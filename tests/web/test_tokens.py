"""Reading style sheets of design tokens, and cutting them down to what is used."""

import re

import pytest

from campagne.web.tokens import Tokens, TokensError, read, used, write

SHEET = """
/* Of a gemeente; a { is no brace here */
.katwijk-theme, :root {
  --merk: #0a4; --letter: "Een { twee; drie", serif;
  --beeld: url("data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>");
  --hoog: calc(2 *
    var(--maat))
}
@media (prefers-color-scheme: dark) {
  .katwijk-theme { --merk: #9fb; }
}
"""


def test_tokens_are_read_for_light_and_for_dark() -> None:
    found = read(SHEET)
    assert found.light == {
        "--merk": "#0a4",
        "--letter": '"Een { twee; drie", serif',
        "--beeld": "url(\"data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>\")",
        "--hoog": "calc(2 * var(--maat))",
    }
    assert found.dark == {"--merk": "#9fb"}


@pytest.mark.parametrize(
    "sheet",
    ["", "/* niets */", ":root{}", "@media screen and (prefers-color-scheme:dark){:root{}}"],
)
def test_a_sheet_may_be_empty(sheet: str) -> None:
    assert read(sheet) == Tokens()


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (":root { color: red }", "'color: red' is geen regel als --naam: waarde"),
        ("body { --a: 1 } h1 { --a: 2 }", "'h1' hoort er niet in"),
        ("* { --a: 1 }", "'*' hoort er niet in"),
        ("@import 'elders.css';", "hoort er niet in"),
        ("@font-face { --a: 1 }", "'@font-face' hoort er niet in"),
        ("@media print { :root { --a: 1 } }", "'@media print' hoort er niet in"),
        (":root { --a: url(https://elders.example.nl/a.png) }", "--a haalt een ander bestand op"),
        (':root { --a: URL( "//elders.example.nl" ) }', "--a haalt een ander bestand op"),
        (r":root { --a: u\72l(//elders.example.nl) }", "--a haalt een ander bestand op"),
        (":root { --a: image-set('a.png' 1x) }", "--a haalt een ander bestand op"),
        (":root { --a: </style> }", "--a haalt een ander bestand op"),
        (":root { --a: 1", "hoort er niet in"),
        (":root { --a: 1;", "een accolade aan het eind ontbreekt"),
        (":root { --a: 1 } }", "'}' hoort er niet in"),
        (":root { :root { --a: 1 } }", "hoort er niet in"),
        ("tekst", "'tekst' hoort er niet in"),
        ("<!DOCTYPE html>", "hoort er niet in"),
        (f"{'x' * 90} {{}}", f"'{'x' * 40}…' hoort er niet in"),
    ],
)
def test_anything_else_is_refused(sheet: str, said: str) -> None:
    with pytest.raises(TokensError, match=re.escape(said)):
        read(sheet)


def test_only_what_is_used_is_kept_with_what_that_names() -> None:
    tokens = Tokens(
        {"--a": "var(--b)", "--b": "1", "--c": "var(--a)", "--d": "4"},
        {"--b": "var( --d , 2)", "--c": "3"},
    )
    assert used(tokens, "p { color: var(--a, red) }") == Tokens(
        {"--a": "var(--b)", "--b": "1", "--d": "4"}, {"--b": "var( --d , 2)"}
    )


def test_tokens_that_name_each_other_do_not_go_round() -> None:
    tokens = Tokens({"--a": "var(--b)", "--b": "var(--a)"})
    assert used(tokens, "var(--a)") == tokens


def test_what_is_written_reads_back() -> None:
    tokens = read(SHEET)
    assert read(write(tokens, ".katwijk-theme")) == tokens
    assert "@media screen and" in write(tokens, ":root")
    assert "@media" not in write(Tokens({"--a": "1"}), ":root")


def test_one_theme_goes_over_another() -> None:
    below, above = (
        Tokens({"--a": "1", "--b": "2"}, {"--a": "3"}),
        Tokens({"--b": "4"}, {"--c": "5"}),
    )
    assert below.under(above) == Tokens({"--a": "1", "--b": "4"}, {"--a": "3", "--c": "5"})
