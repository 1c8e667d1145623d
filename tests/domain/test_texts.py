"""How long a text is, for whom each kind is, and which of them anyone may see."""

import pytest

from campagne.domain.texts import PUBLIC, RULES, Audience, TextKind, length, open_places


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Een twee drie.", 3),
        ("## Kop\n\n- **een** 0800-2000 \u2013 ja", 4),
        ("[Lees meer](https://example.nl/een/twee) of bel", 4),
        ("foto's van zo'n Bodegraven-Reeuwijk op 25 november", 7),
    ],
)
def test_words_are_counted_as_a_reader_sees_them(text: str, words: int) -> None:
    assert length(text, TextKind.WEBSITE) == words
    assert length(text, TextKind.MUNICIPAL_PAGE) == words


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Vul [naam] in, en [dag].", ["naam", "dag"]),
        ("Kijk [hier](https://example.nl/a_(b)) of ![zo](b.png).", []),
        ("Dit [is niet [naam] gesloten [", ["naam"]),
        ("[" * 20_000, []),
        ("[a](" * 5_000, ["a"] * 5_000),
        (f"[hier](https://example.nl/{'a' * 1_000})", ["hier"]),
    ],
)
def test_what_somebody_must_fill_in_is_found(text: str, places: list[str]) -> None:
    """Brackets that nobody closes cost no search of the whole text for each."""
    assert open_places(text) == places


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("abc", 3),
        (" abc\n", 3),
        ("é \u2013 “ja”", 8),
        ("🧡", 2),
        ("€", 2),
        ("Kijk op https://www.example.nl/een/heel/lang/adres/dat/niet/telt nu", 8 + 23 + 3),
    ],
)
def test_x_weighs_addresses_and_emoji(text: str, characters: int) -> None:
    assert length(text, TextKind.X) == characters


def test_every_kind_has_its_rules() -> None:
    assert set(RULES) == set(TextKind)
    for kind, one in RULES.items():
        assert one.limit.least < one.limit.most, kind
        if one.audience is Audience.RESIDENTS:
            assert "0800-2000" in one.numbers, kind


def test_only_what_is_for_residents_is_public() -> None:
    """Press texts, quotes, answers for the KCC and council letters wait for their release."""
    assert {TextKind.WEBSITE, TextKind.X, TextKind.POSTER, TextKind.NEWSLETTER} <= PUBLIC
    hidden = {TextKind.PRESS, TextKind.QUOTE, TextKind.CALL_CENTRE, TextKind.COUNCIL}
    assert not hidden & PUBLIC
