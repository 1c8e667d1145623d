"""What is wrong with a filled in text, and why: each finding names its rule and what to do.

The rules: `domain.md` of the field notes (lengths, help lines, language level B1) and WCAG 2.2,
1.1.1, for pictures. An error keeps a text from being published, an advice does not.
"""

import re
from collections.abc import Callable, Iterator

from campagne.domain import dutch, text_language
from campagne.domain.text_findings import Finding, Setting, Severity, advice, error, short
from campagne.domain.texts import (
    LINK,
    RULES,
    SAFE_BROWSING,
    Audience,
    RenderedText,
    TextKind,
    length,
    open_places,
)

_HASHTAG = re.compile(r"(?<!\w)#(\w+)")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*"
)
_MOST_EMOJI = 2
_WITH_EMOJI = frozenset({TextKind.X, TextKind.FACEBOOK, TextKind.LINKEDIN})
_LONGEST_ALT = 250  # characters; a screen reader reads it in one breath, without a pause
_WIPES = re.compile(r"\bwis\b[^.!?]{0,200}geschiedenis", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<![\d-])(?:0\d{3}-\d{4}|112)(?![\d-])")
_PLAIN_LINK = re.compile(r"http://[^\s)>]+|(?<![/\w.@-])www\.[^\s)>]+", re.IGNORECASE)
_LONGEST_WORD = 15  # characters with the space after it, on average; shipped texts have 7
_FAR_TOO_LONG = 10_000  # characters, three times the longest kind: the rules would take seconds


def findings(text: RenderedText, setting: Setting) -> tuple[Finding, ...]:
    """Return what is wrong with a text or could be better, errors first; nothing when it is good.

    Args:
        text: filled in for a gemeente.
        setting: what holds for that gemeente and edition.
    """
    rules = _RULES if len(text.markdown) <= _FAR_TOO_LONG else (_notice, _size)
    found = [one for rule in rules for one in rule(text, setting)]
    return tuple(sorted(found, key=lambda one: one.severity is not Severity.ERROR))


def links(text: str) -> tuple[str, ...]:
    """Return the web addresses in a text, once each, in their order."""
    found = re.findall(r"https?://[^\s)>\]]+", text)
    return tuple(dict.fromkeys(one.rstrip(".,;:!?") for one in found))


def _notice(text: RenderedText, setting: Setting) -> Iterator[Finding]:
    if setting.notice and text.notice != setting.notice:
        yield error(
            "voorlopig",
            "",
            "boven de tekst ontbreekt dat hij niet gepubliceerd mag worden",
            f"zet erboven: {setting.notice}",
        )


def _length(text: RenderedText, setting: Setting) -> Iterator[Finding]:  # noqa: ARG001 - as all rules
    limit = RULES[text.kind].limit
    found = length(text.markdown, text.kind)
    if not limit.least <= found <= limit.most:
        yield error(
            "lengte",
            "",
            f"de tekst heeft {found} {limit.unit}, en {limit.least} tot en met {limit.most} mag",
            "maak hem langer" if found < limit.least else "maak hem korter",
        )


def _size(text: RenderedText, setting: Setting) -> Iterator[Finding]:  # noqa: ARG001 - as all rules
    """Tell of a text that no other rule looks at, whatever it consists of."""
    yield error(
        "te lang",
        "",
        f"de tekst heeft {dutch.number(len(text.markdown))} tekens, en hoogstens"
        f" {dutch.number(_FAR_TOO_LONG)} mag",
        "maak hem korter",
    )


def _letters(text: RenderedText, setting: Setting) -> Iterator[Finding]:  # noqa: ARG001 - as all rules
    """Tell of a text that has few words and is long all the same: a poster must be drawn."""
    most = RULES[text.kind].limit.most * _LONGEST_WORD
    if len(text.markdown) > most:
        yield error(
            "lengte",
            "",
            f"de tekst heeft {dutch.number(len(text.markdown))} tekens, en hoogstens"
            f" {dutch.number(most)} mag",
            "maak hem korter",
        )


def _help(text: RenderedText, setting: Setting) -> Iterator[Finding]:  # noqa: ARG001 - as all rules
    numbers = RULES[text.kind].numbers
    found = _TELEPHONE.findall(text.markdown)
    for number in numbers:
        if number not in found:
            yield error(
                "hulplijn",
                "",
                f"het nummer {number} ontbreekt",
                "zet het met de hulplijn in de tekst",
            )
    if text.kind is TextKind.POSTER and len(found) > 1:
        yield error(
            "hulplijn",
            ", ".join(found),
            "op een poster onthoudt een voorbijganger één nummer",
            f"laat alleen {numbers[0]} staan",
        )
    if text.kind is TextKind.WEBSITE:
        yield from _web_help(text.markdown, numbers)


def _web_help(text: str, numbers: tuple[str, ...]) -> Iterator[Finding]:
    top = re.split(r"^#", text, maxsplit=1, flags=re.MULTILINE)[0]
    if any(number in text and number not in top for number in numbers):
        yield error(
            "hulplijn", "", "wie hulp zoekt, moet ver lezen", "zet het hulpblok boven de eerste kop"
        )
    if not _WIPES.search(text):
        yield error(
            "veilig lezen",
            "",
            "de regel over veilig lezen ontbreekt",
            f"zet erbij: “{SAFE_BROWSING}”",
        )


def _pictures(text: RenderedText, setting: Setting) -> Iterator[Finding]:  # noqa: ARG001 - as all rules
    in_text = [one[1] for one in LINK.finditer(text.markdown) if one[0].startswith("!")]
    for alt in [*([text.alt] if RULES[text.kind].picture else []), *in_text]:
        if not alt.strip():
            yield error(
                "alt-tekst",
                "",
                "wie het beeld niet ziet, weet niet wat erop staat",
                "beschrijf het beeld in een alt-tekst",
            )
    for alt in in_text:
        # That of our own picture says all its words, however many: it is short where they are.
        if len(alt) > _LONGEST_ALT:
            yield advice(
                "alt-tekst",
                short(alt),
                f"een schermlezer leest {len(alt)} tekens zonder pauze voor",
                f"houd het op {_LONGEST_ALT}",
            )


def _hashtags(text: RenderedText, setting: Setting) -> Iterator[Finding]:
    name = re.sub(r"\W", "", setting.campaign.title())
    for tag in _HASHTAG.findall(text.markdown):
        same = tag.lower() == name.lower()
        if tag[0].islower() or (same and sum(map(str.isupper, tag)) < sum(map(str.isupper, name))):
            yield error(
                "hashtag",
                f"#{tag}",
                "een schermlezer leest dit als één woord",
                "begin elk woord met een hoofdletter",
            )


def _emoji(text: RenderedText, setting: Setting) -> Iterator[Finding]:  # noqa: ARG001 - as all rules
    found = list(_EMOJI.finditer(text.markdown))
    if found and text.kind not in _WITH_EMOJI:
        yield error("emoji", found[0][0], "in deze tekst past geen emoji", "haal hem weg")
        return
    if len(found) > _MOST_EMOJI:
        yield error(
            "emoji",
            "",
            f"de tekst heeft {len(found)} emoji, {_MOST_EMOJI} is genoeg",
            "haal er een paar weg",
        )
    if found and _EMOJI.sub("", text.markdown[found[0].start() :]).strip():
        yield error(
            "emoji",
            found[0][0],
            "een schermlezer leest emoji voor",
            "zet ze aan het einde van de tekst",
        )


def _links(text: RenderedText, setting: Setting) -> Iterator[Finding]:  # noqa: ARG001 - as all rules
    for one in _PLAIN_LINK.findall(text.markdown):
        yield error(
            "link",
            one,
            "dit adres is niet beveiligd",
            "schrijf het hele adres, met https:// ervoor",
        )


def _slots(text: RenderedText, setting: Setting) -> Iterator[Finding]:  # noqa: ARG001 - as all rules
    """Tell of an open place: in a text that goes out unchanged there can be none."""
    told = error if RULES[text.kind].audience is Audience.RESIDENTS else advice
    for one in open_places(text.markdown):
        yield told("open plek", short(one), "dit is nog niet ingevuld", "vul het zelf in")


_RULES: tuple[Callable[[RenderedText, Setting], Iterator[Finding]], ...] = (
    _notice,
    _length,
    _letters,
    _help,
    text_language.address,
    text_language.dates,
    text_language.abbreviations,
    _pictures,
    _hashtags,
    _emoji,
    _links,
    _slots,
    text_language.reading,
    text_language.wording,
)
