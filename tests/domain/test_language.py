"""Dutch as it is read: sentences, syllables, ease, and what makes a text hard."""

import pytest

from campagne.domain import language
from campagne.domain.plain_words import SIMPLER


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Een zin. Nog een? Ja!", ["Een zin.", "Nog een?", "Ja!"]),
        ("## Kop\n\nTekst", ["Kop", "Tekst"]),
        ("Dit helpt:\n\n- **een**\n- twee", ["Dit helpt:", "een", "twee"]),
        (
            "“Bel nu.” Daarna [hier](https://example.nl) kijken.",
            ["“Bel nu.", "Daarna hier kijken."],
        ),
        ("op 12.30 uur in Alphen a/d Rijn", ["op 12.30 uur in Alphen a/d Rijn"]),
    ],
)
def test_sentences_are_what_is_read_in_one_go(text: str, found: list[str]) -> None:
    assert language.sentences(text) == found


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("u", 1),
        ("bel", 1),
        ("avond", 2),
        ("idee", 2),
        ("mooie", 2),
        ("schreeuw", 1),
        ("iemand", 2),
        ("huiselijk", 3),
        ("reünie", 3),
        ("zeeën", 2),
        ("financiële", 5),
        ("familie", 3),
        ("organisaties", 5),
        ("kindermishandeling", 6),
        ("ouderenmishandeling", 7),
        ("0800-2000", 1),
        ("tv", 1),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert language.syllables(word) == count


def test_flesch_douma_by_hand() -> None:
    """Two sentences, six words, seven syllables."""
    found = language.readability("De hond loopt. De avond valt.")
    assert found.mean == 3
    assert found.flesch == pytest.approx(206.84 - 0.93 * 3 - 77 * 7 / 6)
    assert found.longest == "De hond loopt."


def test_long_words_and_sentences_read_harder() -> None:
    easy = language.readability("Bel ons. Wij helpen u.")
    words = language.readability(
        "Telefoneer organisaties. Medewerkers ondersteunen belanghebbenden."
    )
    sentence = language.readability(
        "Bel ons want wij helpen u graag en dat doen wij elke dag weer."
    )
    assert easy.flesch > sentence.flesch > words.flesch
    assert language.readability("\n\n# \n") == language.Readability()


def test_a_written_out_day_does_not_make_a_sentence_long() -> None:
    days = "Het is van maandag 16 tot en met zondag 22 november 2026."
    assert language.readability(days).mean == len(
        ["Het", "is", "van", "datum", "tot", "en", "met", "datum"]
    )


@pytest.mark.parametrize(
    ("sentence", "passive"),
    [
        ("De brief wordt morgen verstuurd.", True),
        ("Er werden vragen gesteld door ouders.", True),
        ("Ouders worden door ons uitgenodigd.", True),
        ("Wij sturen de brief.", False),
        ("Wordt het u te veel?", False),
        ("Het geweld wordt erger.", False),
        ("De brief is verstuurd.", False),
    ],
)
def test_passive(sentence: str, passive: bool) -> None:  # noqa: FBT001 - a column
    assert language.is_passive(sentence) is passive


def test_hard_words_come_with_a_simpler_one() -> None:
    found = language.hard_words("Indien u vragen heeft met betrekking tot dit, bel dan.")
    assert found == (("Indien", "als"), ("met betrekking tot", "over"))
    assert language.hard_words("Als u vragen hebt, bel dan.") == ()
    assert language.hard_words("conformeren") == ()  # only whole words


def test_the_simpler_word_is_not_hard_itself() -> None:
    assert {hard: easy for hard, easy in SIMPLER.items() if language.hard_words(easy)} == {}
    assert [hard for hard in SIMPLER if hard != hard.lower()] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bel bijv. 's avonds t/m 22.00 uur, o.a. hier.", ["bijv.", "t/m", "o.a."]),
        ("Neem de etc. en enz. mee", ["etc.", "enz."]),
        ("Bel ons in het voorjaar. Dat helpt. Tel. Nee.", ["Tel."]),
        ("https://www.example.nl/t/marathon", []),
    ],
)
def test_abbreviations(text: str, found: list[str]) -> None:
    assert language.abbreviations(text) == found


def test_initials() -> None:
    assert language.initials("Het LKHA en de GGD, #VT, X en https://example.nl/ABC") == [
        "LKHA",
        "GGD",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("op 16-11-2026 of 16/11", ["16-11-2026", "16/11"]),
        ("volgende week, vandaag of aanstaande maandag", ["volgende week", "vandaag"]),
        ("op maandag 16 november 2026", []),
        ("Bel 0800-2000 of 071-123 45 67", []),
        ("ik was het afgelopen jaar slachtoffer", []),
        ("in 2024-2028, van 8 tot 18 jaar", []),
    ],
)
def test_loose_dates(text: str, found: list[str]) -> None:
    assert language.loose_dates(text)[: len(found) or None] == found


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("maandag 16 november 2026", []),
        ("dinsdag 16 november 2026", [("dinsdag 16 november 2026", "maandag")]),
        ("maandag 31 november 2026", [("maandag 31 november 2026", "")]),
    ],
)
def test_a_weekday_must_fit_its_date(text: str, wrong: list[tuple[str, str]]) -> None:
    assert language.wrong_weekdays(text) == wrong
