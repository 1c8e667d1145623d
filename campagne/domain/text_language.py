"""The rules on language: how long and hard sentences are, which words, u or je, and dates.

Their source: `domain.md` of the field notes, which asks B1 and 15 words in a sentence on average.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from campagne.domain import language
from campagne.domain.profile import AddressForm
from campagne.domain.text_findings import Finding, Setting, advice, error, short, without
from campagne.domain.texts import RULES, Audience, RenderedText, words

_HASHTAG = re.compile(r"(?<!\w)#\w+")
_FLESCH_FROM = 50  # words; of less text one long word decides
_VERY_EASY = 100
# As far as here and no further: of marks that nobody closes each would be sought to the end.
_SPOKEN = re.compile(r"\u201c[^\u201d]{0,1000}\u201d")
_EXAMPLE = re.compile(r"\u2018[^\u2019]{0,1000}\u2019(?!\w)")
# Who is young is never "u", whatever a gemeente chose.
_TO_THE_YOUNG = re.compile(
    r"^#+ [^\n]{0,100}\bben je\b[^\n]{0,100}\b(?:kind|jongere|jong)\b.*?(?=^#|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_ADDRESS = {
    AddressForm.FORMAL: re.compile(r"\b(?:u|uw|uzelf)\b", re.IGNORECASE),
    AddressForm.INFORMAL: re.compile(r"\b(?:je|jij|jou|jouw|jezelf|jullie)\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Level:
    """How hard a text may be; beyond the first of two numbers it is advice, beyond the other wrong.

    Attributes:
        mean: most words in a sentence on average.
        longest: most words in one sentence.
        flesch: least Flesch-Douma.
    """

    mean: tuple[int, int]
    longest: tuple[int, int]
    flesch: tuple[int, int]


# B1 for who must be helped by it; officials read plain work language. The average of 15 words is of
# the field notes, the rest is ours: compounds such as "kindermishandeling" cost much in Flesch.
_B1 = Level(mean=(12, 15), longest=(20, 25), flesch=(55, 45))
_WORK = Level(mean=(15, 18), longest=(25, 32), flesch=(35, 20))
_LEVELS = {
    Audience.RESIDENTS: _B1,
    Audience.PRESS: Level(mean=(13, 16), longest=(22, 30), flesch=(45, 35)),
    Audience.PARTNERS: Level(mean=(13, 16), longest=(22, 30), flesch=(45, 35)),
    Audience.COLLEAGUES: Level(mean=(13, 16), longest=(22, 30), flesch=(45, 35)),
    Audience.COUNCIL: _WORK,
    Audience.REGION: _WORK,
}
_PUBLISHED = frozenset({Audience.RESIDENTS, Audience.PRESS})


def reading(text: RenderedText, setting: Setting) -> Iterator[Finding]:  # noqa: ARG001 - as all rules
    """Tell of long sentences, and of a text that reads hard."""
    level = _LEVELS[RULES[text.kind].audience]
    source = _HASHTAG.sub("", text.markdown)
    found = language.readability(source)
    if not found.longest:
        return
    is_short = len(words(source)) < _FLESCH_FROM
    longest = len(words(found.longest))
    for rule, value, (soft, hard), where, why, cure in (
        (
            "zinnen",
            found.mean,
            level.mean,
            "",
            f"een zin heeft gemiddeld {_number(found.mean)} woorden, {level.mean[1]} is het meeste",
            "maak van lange zinnen er twee",
        ),
        (
            "lange zin",
            longest,
            level.longest,
            short(found.longest),
            f"deze zin heeft {longest} woorden, {level.longest[0]} is genoeg",
            "maak er twee zinnen van",
        ),
        (
            "leesbaarheid",
            -_VERY_EASY if is_short else -found.flesch,
            (-level.flesch[0], -level.flesch[1]),
            "",
            f"de tekst leest moeilijk (Flesch-Douma {found.flesch:.0f}, liever {level.flesch[0]})",
            "kies kortere woorden en zinnen",
        ),
    ):
        if value > hard:
            yield error(rule, where, why, cure)
        elif value > soft:
            yield advice(rule, where, why, cure)


def wording(text: RenderedText, setting: Setting) -> Iterator[Finding]:
    """Tell of words above B1 and of sentences that do not say who does it."""
    for sentence in language.sentences(without(text.markdown, setting)):
        for hard, simpler in language.hard_words(sentence):
            yield advice("moeilijk woord", hard, "dit woord is moeilijk", f"schrijf: {simpler}")
        if language.is_passive(sentence):
            yield advice(
                "lijdend",
                short(sentence),
                "er staat niet wie het doet",
                "noem eerst wie iets doet",
            )


def abbreviations(text: RenderedText, setting: Setting) -> Iterator[Finding]:
    """Tell of abbreviations, and to residents also of names of letters."""
    told = error if RULES[text.kind].audience in _PUBLISHED else advice
    bare = without(f"{text.title}\n{text.markdown}", setting)
    for one in language.abbreviations(bare):
        yield told("afkorting", one, "niet iedereen leest een afkorting goed", "schrijf hem voluit")
    if RULES[text.kind].audience is Audience.RESIDENTS:
        for one in dict.fromkeys(language.initials(bare)):
            yield advice("afkorting", one, "niet iedereen kent deze letters", "schrijf de naam uit")


def dates(text: RenderedText, setting: Setting) -> Iterator[Finding]:
    """Tell of days that are not written out, or have a wrong weekday."""
    bare = without(f"{text.title}\n{text.markdown}", setting)
    told = error if RULES[text.kind].audience in _PUBLISHED else advice
    for one in language.loose_dates(bare):
        yield told(
            "datum",
            one,
            "wie dit later leest, weet niet welke dag het is",
            "schrijf de dag uit, zoals maandag 16 november 2026",
        )
    for one, right in language.wrong_weekdays(bare):
        why = f"die dag is een {right}" if right else "die dag bestaat niet"
        yield error("datum", one, why, "kijk de datum na")


def address(text: RenderedText, setting: Setting) -> Iterator[Finding]:
    """Hold a text against u or je, but for what people say to each other in it.

    A colleague is "je"; what stands in double quotes there is what they say to a resident.
    """
    audience = RULES[text.kind].audience
    whole = _TO_THE_YOUNG.sub(
        "", without(f"{text.title}\n\n{text.markdown}\n\n# Beeld\n{text.alt}", setting)
    )
    source = _SPOKEN.sub("", _EXAMPLE.sub("", whole))
    if audience in (Audience.COLLEAGUES, Audience.REGION):
        yield from _other_form(source, AddressForm.INFORMAL, "een collega")
        yield from _other_form(" ".join(_SPOKEN.findall(whole)), setting.form, "een inwoner")
    elif audience is Audience.COUNCIL:
        yield from _other_form(source, AddressForm.FORMAL, "de raad")
    else:
        yield from _other_form(source, setting.form, "de lezer")


def _other_form(text: str, form: AddressForm, who: str) -> Iterator[Finding]:
    other = next(one for one in AddressForm if one is not form)
    wrong = dict.fromkeys(one[0] for one in _ADDRESS[other].finditer(text))
    for word in wrong:
        yield error(
            "aanspreekvorm",
            word,
            f"{who} is hier “{form}” en niet “{other}”",
            f"spreek {who} overal aan met {form}",
        )


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
