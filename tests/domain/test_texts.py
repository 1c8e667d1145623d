"""What a text for residents must contain, and how long it may be."""

import pytest

from campagne.domain.texts import LIMITS, SAFE_BROWSING, TextKind, length, problems

NUMBERS = "Bel 112 of 0800-2000."  # four words
WEB = f"{NUMBERS} {SAFE_BROWSING}"  # and thirteen


def padded(text: str, words: int) -> str:
    return text + " woord" * (words - length(text, TextKind.WEBSITE))


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
    assert length(text, TextKind.SOCIAL) == characters


@pytest.mark.parametrize("kind", [TextKind.WEBSITE, TextKind.MUNICIPAL_PAGE])
def test_the_limits_in_words(kind: TextKind) -> None:
    limit = LIMITS[kind]
    for words in (limit.least, limit.most):
        assert problems(padded(WEB, words), kind) == ()
    for words, advice in ((limit.least - 1, "langer"), (limit.most + 1, "korter")):
        (problem,) = problems(padded(WEB, words), kind)
        assert problem.startswith(f"De tekst heeft {words} woorden")
        assert advice in problem


def test_the_limit_of_x() -> None:
    post = NUMBERS.ljust(280, "x")
    assert problems(post, TextKind.SOCIAL) == ()
    (problem,) = problems(post + "x", TextKind.SOCIAL)
    assert "281 tekens" in problem


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Bel 112.", "0800-2000"),
        ("Bel 0800-2000.", "112"),
        ("Bel 112 of 0800-20001.", "0800-2000"),
        ("Bel 1123 of 0800-2000.", "112"),
        ("Bel 112-3 of 0800-2000.", "112"),
    ],
)
def test_both_numbers_stand_in_every_text(text: str, missing: str) -> None:
    assert problems(text, TextKind.SOCIAL) == (
        f"Het nummer {missing} ontbreekt: zet het in de tekst.",
    )


def test_other_numbers_can_be_asked_for() -> None:
    assert problems(NUMBERS, TextKind.SOCIAL, ["0800-0432"])
    assert problems("Bel 0800-0432", TextKind.SOCIAL, ["0800-0432"]) == ()


def test_only_a_web_text_needs_the_line_about_safe_browsing() -> None:
    assert any("veilig lezen" in one for one in problems(padded(NUMBERS, 200), TextKind.WEBSITE))
    assert problems(padded(NUMBERS, 100), TextKind.MUNICIPAL_PAGE) == ()
    own = padded(f"{NUMBERS} Wis daarna de geschiedenis van uw browser.", 200)
    assert problems(own, TextKind.WEBSITE) == ()


@pytest.mark.parametrize(
    ("tag", "good"),
    [("#OrangeTheWorld", True), ("#orangetheworld", False), ("#2026", True), ("a#b", True)],
)
def test_a_hashtag_has_capitals(tag: str, good: bool) -> None:  # noqa: FBT001 - a column
    assert (problems(f"{NUMBERS} {tag}", TextKind.SOCIAL) == ()) is good


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{NUMBERS} 🧡", []),
        (f"{NUMBERS} 🧡👍🏽\n", []),
        (f"{NUMBERS} ❤️ 🧡", []),
        (f"{NUMBERS} 🧡🧡🧡", ["3 emoji"]),
        (f"🧡 {NUMBERS}", ["aan het einde"]),
        (f"🧡 {NUMBERS} 🧡🧡", ["3 emoji", "aan het einde"]),
    ],
)
def test_at_most_two_emoji_at_the_end(text: str, found: list[str]) -> None:
    wrong = problems(text, TextKind.SOCIAL)
    assert len(wrong) == len(found)
    for sentence, part in zip(wrong, found, strict=True):
        assert part in sentence
