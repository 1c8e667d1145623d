"""Ready-made texts: the kinds, for whom each is, how long it may be, and what may be public.

Lengths and audiences: `domain.md` of the field notes gives them as what gemeenten really use; that
of a newsletter item and the least of the short official texts are ours. X counts 280 characters,
of which some weigh two.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SAFE_BROWSING = (
    "Kijkt iemand mee op uw telefoon of computer? Wis na het lezen uw browsergeschiedenis."
)
SAFE_BROWSING_INFORMAL = (
    "Kijkt iemand mee op je telefoon of computer? Wis na het lezen je browsergeschiedenis."
)
PROVISIONAL = "Voorlopig: nog niet publiceren"
CANCELLED = "Gaat niet door: niet publiceren"

_DANGER = "112"
_ADVICE = "0800-2000"  # Veilig Thuis
_WORDS = re.compile(r"[^\W_]+(?:[-'\u2019.:/@][^\W_]+)*")
# A link or a picture, with its words. No bracket within it and an address of this length at most:
# marks that nobody closes cost no search of the whole text for each.
LINK = re.compile(r"!?\[([^\[\]]*)\]\([^)]{0,1000}\)")
_WEB_ADDRESS = re.compile(r"https?://\S+")
_OPEN_PLACE = re.compile(r"\[([^\[\]]+)\]")
# As X counts (configuration 3 of its twitter-text): an address always weighs 23, letters of
# Western scripts and common punctuation 1, all else 2.
_ADDRESS_WEIGHT = 23
_LIGHT = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))


class TextKind(StrEnum):
    """What a text is made for; the value is its name in files."""

    WEBSITE = "website"
    MUNICIPAL_PAGE = "gemeentepagina"
    X = "x"
    FACEBOOK = "facebook-instagram"
    LINKEDIN = "linkedin"
    NEWSLETTER = "nieuwsbrief"
    POSTER = "poster"
    PRESS = "persbericht"
    QUOTE = "citaat"
    INTRANET = "intranet"
    CALL_CENTRE = "kcc"
    SCHOOLS = "partners-scholen"
    SPORT = "partners-sport"
    WELFARE = "partners-welzijn"
    COUNCIL = "raadsinformatie"
    SIGNAL = "regiosignaal"
    EVALUATION = "evaluatie"


class Audience(StrEnum):
    """For whom a text is; the value stands in the head of a template."""

    RESIDENTS = "inwoners"
    PRESS = "pers"
    PARTNERS = "partners"
    COLLEAGUES = "collega's"
    COUNCIL = "gemeenteraad"
    REGION = "regio"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a text may be, in words or (for X) in weighed characters; both ends included."""

    least: int
    most: int
    unit: str = "woorden"


@dataclass(frozen=True, slots=True)
class KindRules:
    """What holds for a kind of text.

    Attributes:
        numbers: help lines that it must carry.
        picture: True when it goes out with a picture, or is one: that needs an alt text.
    """

    audience: Audience
    limit: Limit
    numbers: tuple[str, ...] = (_DANGER, _ADVICE)
    picture: bool = False


RULES = {
    TextKind.WEBSITE: KindRules(Audience.RESIDENTS, Limit(150, 300)),
    TextKind.MUNICIPAL_PAGE: KindRules(Audience.RESIDENTS, Limit(60, 120)),
    TextKind.X: KindRules(Audience.RESIDENTS, Limit(1, 280, "tekens"), picture=True),
    TextKind.FACEBOOK: KindRules(Audience.RESIDENTS, Limit(40, 80), picture=True),
    TextKind.LINKEDIN: KindRules(Audience.RESIDENTS, Limit(60, 100), picture=True),
    TextKind.NEWSLETTER: KindRules(Audience.RESIDENTS, Limit(60, 120)),
    # One number only: who passes by remembers no second one.
    TextKind.POSTER: KindRules(Audience.RESIDENTS, Limit(5, 25), (_ADVICE,), picture=True),
    TextKind.PRESS: KindRules(Audience.PRESS, Limit(250, 350)),
    TextKind.QUOTE: KindRules(Audience.PRESS, Limit(20, 40), ()),
    TextKind.INTRANET: KindRules(Audience.COLLEAGUES, Limit(100, 200)),
    TextKind.CALL_CENTRE: KindRules(Audience.COLLEAGUES, Limit(100, 200)),
    TextKind.SCHOOLS: KindRules(Audience.PARTNERS, Limit(120, 200)),
    TextKind.SPORT: KindRules(Audience.PARTNERS, Limit(120, 200)),
    TextKind.WELFARE: KindRules(Audience.PARTNERS, Limit(120, 200)),
    TextKind.COUNCIL: KindRules(Audience.COUNCIL, Limit(100, 150), ()),
    TextKind.SIGNAL: KindRules(Audience.REGION, Limit(90, 150), ()),
    TextKind.EVALUATION: KindRules(Audience.REGION, Limit(80, 150), ()),
}

# Without marks: a post and a poster are all that is seen of them, so they have no title either.
BARE = frozenset({TextKind.X, TextKind.FACEBOOK, TextKind.LINKEDIN, TextKind.POSTER})
# All others are of the gemeente itself until it releases them, and are shown after log-in only.
PUBLIC = frozenset(kind for kind, one in RULES.items() if one.audience is Audience.RESIDENTS)


@dataclass(frozen=True, slots=True)
class RenderedText:
    """A text filled in for a gemeente.

    Attributes:
        markdown: the text without its title; a post and a poster have no marks.
        notice: what must be known before it is published, empty when it may go out.
        edition / municipality: keys of what it was filled in for.
        template: the file that it was made of, ``algemeen/website.md``.
        alt: what the picture with it shows, as the picture says it; empty for a kind without one.
        colour: of the campaign, as its template gives it, ``#f26a1b``; empty where it gives none.
        missing: what the gemeente has not filled in and this text could use, each a Dutch phrase.
        own_of / own_since: whose own text it is, and since when (aware UTC); empty and None for a
            shipped one.
        own_fault: why the own text that counts cannot be filled in, a Dutch sentence: then this is
            the shipped one; empty where there is nothing wrong.
    """

    kind: TextKind
    title: str
    markdown: str
    notice: str
    edition: str
    municipality: str
    template: str = ""
    alt: str = ""
    missing: tuple[str, ...] = ()
    colour: str = ""
    own_of: str = ""
    own_since: datetime | None = None
    own_fault: str = ""


def length(text: str, kind: TextKind) -> int:
    """Return the length of a text in the unit of its kind: shown words, or weighed characters."""
    if RULES[kind].limit.unit == "tekens":
        bare = _WEB_ADDRESS.sub("", text.strip())
        addresses = len(_WEB_ADDRESS.findall(text))
        return addresses * _ADDRESS_WEIGHT + sum(_weight(letter) for letter in bare)
    return len(words(text))


def open_places(text: str) -> list[str]:
    """Return what stands between square brackets in a text, for somebody to fill in.

    The words of a link or a picture are none.
    """
    return _OPEN_PLACE.findall(LINK.sub("", text))


def words(text: str) -> list[str]:
    """Return the words that a reader sees; an address behind a link is none."""
    return _WORDS.findall(LINK.sub(r"\1", text))


def _weight(letter: str) -> int:
    return 1 if any(first <= ord(letter) <= last for first, last in _LIGHT) else 2
