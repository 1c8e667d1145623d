"""Texts for residents: the kinds, their limits, and what each text must contain.

Limits and rules: `domain.md` of the field notes gives them as what gemeenten really use; X counts
280 characters, of which some weigh two.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

SAFE_BROWSING = (
    "Kijkt iemand mee op uw telefoon of computer? Wis na het lezen uw browsergeschiedenis."
)
SAFE_BROWSING_INFORMAL = (
    "Kijkt iemand mee op je telefoon of computer? Wis na het lezen je browsergeschiedenis."
)
PROVISIONAL = "Voorlopig: nog niet publiceren"
CANCELLED = "Gaat niet door: niet publiceren"
ALWAYS = ("112", "0800-2000")

_WORDS = re.compile(r"[^\W_]+(?:[-'\u2019.:/@][^\W_]+)*")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_WEB_ADDRESS = re.compile(r"https?://\S+")
_HASHTAG = re.compile(r"(?<!\w)#(\w+)")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*"
)
_WIPES = re.compile(r"\bwis\b[^.!?]*geschiedenis", re.IGNORECASE)
_MOST_EMOJI = 2
# As X counts (configuration 3 of its twitter-text): an address always weighs 23, letters of
# Western scripts and common punctuation 1, all else 2.
_ADDRESS_WEIGHT = 23
_LIGHT = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))


class TextKind(StrEnum):
    """What a text is made for; the value is its name in files."""

    WEBSITE = "website"
    MUNICIPAL_PAGE = "gemeentepagina"
    SOCIAL = "social"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a text may be, in words or (for X) in weighed characters; both ends included."""

    least: int
    most: int
    unit: str


LIMITS = {
    TextKind.WEBSITE: Limit(150, 300, "woorden"),
    TextKind.MUNICIPAL_PAGE: Limit(60, 120, "woorden"),
    TextKind.SOCIAL: Limit(1, 280, "tekens"),
}


@dataclass(frozen=True, slots=True)
class RenderedText:
    """A text filled in for a gemeente.

    Attributes:
        markdown: the text without its title; a social post has no marks.
        notice: what must be known before it is published, empty when it may go out.
        edition / municipality: keys of what it was filled in for.
    """

    kind: TextKind
    title: str
    markdown: str
    notice: str
    edition: str
    municipality: str


def length(text: str, kind: TextKind) -> int:
    """Return the length of a text in the unit of its kind: shown words, or weighed characters."""
    if LIMITS[kind].unit == "tekens":
        bare = _WEB_ADDRESS.sub("", text.strip())
        addresses = len(_WEB_ADDRESS.findall(text))
        return addresses * _ADDRESS_WEIGHT + sum(_weight(letter) for letter in bare)
    return len(_WORDS.findall(_LINK.sub(r"\1", text)))


def problems(text: str, kind: TextKind, numbers: Collection[str] = ALWAYS) -> tuple[str, ...]:
    """Return what is wrong with a filled in text, each a Dutch sentence; none when it is good.

    Args:
        text: the text, in Markdown.
        kind: what it is made for.
        numbers: help lines that every text for residents must carry.
    """
    return (
        *_length_problems(text, kind),
        *(
            f"Het nummer {number} ontbreekt: zet het in de tekst."
            for number in numbers
            if not re.search(rf"(?<![\d-]){re.escape(number)}(?![\d-])", text)
        ),
        *_browsing_problems(text, kind),
        *(
            f"Schrijf #{tag} met een hoofdletter aan het begin van elk woord: dat leest een"
            " schermlezer goed voor."
            for tag in _HASHTAG.findall(text)
            if tag[0].islower()
        ),
        *_emoji_problems(text),
    )


def _length_problems(text: str, kind: TextKind) -> list[str]:
    limit = LIMITS[kind]
    found = length(text, kind)
    if limit.least <= found <= limit.most:
        return []
    allowed = f"{limit.least} tot en met {limit.most}"
    advice = "langer" if found < limit.least else "korter"
    return [f"De tekst heeft {found} {limit.unit}, en {allowed} mag: maak hem {advice}."]


def _browsing_problems(text: str, kind: TextKind) -> list[str]:
    if kind is not TextKind.WEBSITE or _WIPES.search(text):
        return []
    return [f"De regel over veilig lezen ontbreekt. Zet in de tekst: “{SAFE_BROWSING}”"]


def _emoji_problems(text: str) -> list[str]:
    found = list(_EMOJI.finditer(text))
    wrong = []
    if len(found) > _MOST_EMOJI:
        wrong.append(
            f"De tekst heeft {len(found)} emoji, {_MOST_EMOJI} is genoeg: haal er een paar weg."
        )
    if found and _EMOJI.sub("", text[found[0].start() :]).strip():
        wrong.append("Zet emoji aan het einde van de tekst: een schermlezer leest ze voor.")
    return wrong


def _weight(letter: str) -> int:
    return 1 if any(first <= ord(letter) <= last for first, last in _LIGHT) else 2
