"""For whom a text is there."""

from dataclasses import replace

import pytest

from campagne.domain.text_release import Opening, fingerprint, opening, unfinished
from campagne.domain.texts import PROVISIONAL, RenderedText, TextKind

PRESS = RenderedText(TextKind.PRESS, "Titel", "Tekst", "", "orange-2026", "katwijk")
SEEN = fingerprint(PRESS)


@pytest.mark.parametrize(
    ("text", "released", "expected"),
    [
        (replace(PRESS, kind=TextKind.WEBSITE), None, Opening.RESIDENTS),
        (replace(PRESS, kind=TextKind.WEBSITE, notice=PROVISIONAL), None, Opening.RESIDENTS),
        (PRESS, None, Opening.CLOSED),
        (PRESS, SEEN, Opening.RELEASED),
        (replace(PRESS, template="algemeen/persbericht.md"), SEEN, Opening.RELEASED),
        (replace(PRESS, markdown="Andere tekst"), SEEN, Opening.CHANGED),
        (replace(PRESS, title="Andere titel"), SEEN, Opening.CHANGED),
        (replace(PRESS, alt="Een beeld"), SEEN, Opening.CHANGED),
        (replace(PRESS, notice=PROVISIONAL), SEEN, Opening.CLOSED),
    ],
)
def test_a_text_is_open_as_long_as_it_says_what_was_released(
    text: RenderedText, released: str | None, expected: Opening
) -> None:
    assert opening(text, released) is expected


@pytest.mark.parametrize(
    ("kind", "title", "markdown", "expected"),
    [
        (TextKind.PRESS, "Titel", "Kom. [Vul aan: wat?] Bel [naam].", ("Vul aan: wat?", "naam")),
        (TextKind.QUOTE, "Titel", "zegt wethouder [naam].", ("naam",)),
        (TextKind.COUNCIL, "Over [jaar]", "Tekst", ("jaar",)),
        (TextKind.PRESS, "Titel", "Zie [de site](https://x.nl) en ![a](b.png).", ()),
        (TextKind.SCHOOLS, "Titel", "Beste [naam],", ()),
        (TextKind.CALL_CENTRE, "Titel", "Bel [naam en telefoon].", ()),
        (TextKind.EVALUATION, "Titel", "Door [naam].", ()),
    ],
)
def test_what_the_press_and_the_council_read_is_finished(
    kind: TextKind, title: str, markdown: str, expected: tuple[str, ...]
) -> None:
    text = RenderedText(kind, title, markdown, "", "orange-2026", "katwijk")
    assert unfinished(text) == expected
    open_to = Opening.CLOSED if expected else Opening.RELEASED
    assert opening(text, fingerprint(text)) is open_to


def test_only_those_two_need_no_log_in() -> None:
    assert {one for one in Opening if one.is_open} == {Opening.RESIDENTS, Opening.RELEASED}


def test_words_do_not_slip_from_one_part_to_the_next() -> None:
    assert fingerprint(replace(PRESS, title="Titel T", markdown="ekst")) != fingerprint(PRESS)
    assert fingerprint(replace(PRESS, title="", markdown="TitelTekst")) != fingerprint(PRESS)
