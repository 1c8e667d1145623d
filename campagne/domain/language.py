"""Dutch as it is read: sentences, syllables, how easy a text is, and what makes it hard.

Everything is an estimate by the letters alone; it is there to advise a writer, not to judge one.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from campagne.domain.dates import MONTHS, WEEKDAYS
from campagne.domain.plain_words import SIMPLER
from campagne.domain.texts import LINK, words

_MARKS = re.compile(r"[*_`]|^\s*(?:#+|[-+]|\d+\.|>)\s+", re.MULTILINE)
_ENDS = re.compile(r"(?<=[.!?:])[\u2019\u201d\"')]*\s+")
_BLOCKS = re.compile(r"\n\s*\n|\n(?=\s*(?:[-+*#>]|\d+\.)\s)")
# A run of vowels that is one sound; a letter with dots begins a new one.
_SYLLABLE = re.compile(
    r"aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ei|ij|au|ou|ai|oi"
    r"|[aeiouy\u00e0-\u00e6\u00e8-\u00ef\u00f2-\u00f6\u00f9-\u00fc]"
)
_CACHED = 20_000

_BECOMES = re.compile(r"\b(?:word|wordt|worden|werd|werden)\b", re.IGNORECASE)
_PARTICIPLE = re.compile(
    r"\b(?:(?:aan|af|bij|door|in|mee|na|om|op|over|toe|uit|vast|voor|weg)?ge\w{2,}|"
    r"(?:be|ver|ont|her|mis)\w{2,})(?:d|t|en)\b",
    re.IGNORECASE,
)
# Look like one, and are none.
_NO_PARTICIPLE = re.compile(
    r"geweld|geduld|gezond|gebied|gemeenten|geen|geven|gesprekken|gezinnen|genoeg|gerust"
    r"|berichte?n?|bekend|best|beeld|bedrijven|verband|verhalen|verdriet|verschillend|vertrouwd"
    r"|herinneringen|verenigingen|mishandelen|gegevens|geheugen|gevoelens|geldt|beleid|verkeerd"
    r"|bestaa[nt]|beter|gebeuren|gebeurt|begint|beginnen|beteken(?:t|en)|verdwijnt|vertelt|verandert",
    re.IGNORECASE,
)
_ABBREVIATIONS = re.compile(
    r"(?<![\w.])(?:a\.s\.|a\.u\.b\.|bijv\.|blz\.|bv\.|ca\.|d\.d\.|d\.w\.z\.|dhr\.|dwz|e\.d\.|e\.e\.a\.|"
    r"enz\.|etc\.?|evt\.?|excl\.?|i\.c\.m\.|i\.o\.|i\.p\.v\.|i\.v\.m\.|incl\.?|jl\.|m\.b\.t\.|m\.i\.v\.|"
    r"m\.n\.|max\.|mevr\.|mw\.|n\.a\.v\.|n\.v\.t\.|nl\.|nr\.|nvt|o\.a\.|o\.i\.d\.|o\.l\.v\.|oa|p\.p\.|"
    r"pag\.|resp\.|t/m|t\.a\.v\.|t\.b\.v\.|t\.o\.v\.|tel\.|tm|z\.o\.z\.|z\.s\.m\.)(?!\w)",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"(?<![\w#@/.-])[A-Z]{2,}(?![\w@])")
_DIGIT_DATE = re.compile(r"(?<![\w/.-])\d{1,2}[-/]\d{1,2}(?:[-/](?:\d{4}|\d{2}))?(?![\w/-])")
_LOOSE_TIME = re.compile(
    r"\b(?:vandaag|morgen|overmorgen|gisteren|binnenkort|onlangs|aanstaande\s+\w+|eerstvolgende\s+\w+"
    r"|(?:deze|volgende|komende|afgelopen|vorige)\s+(?:week|weken|maand|maanden|\w+dag)"
    r"|(?:volgend|komend|vorig|dit)\s+jaar)\b",
    re.IGNORECASE,
)
_FULL_DATE = re.compile(
    rf"\b({'|'.join(WEEKDAYS)})\s+(\d{{1,2}})\s+({'|'.join(MONTHS)})\s+(\d{{4}})\b", re.IGNORECASE
)
# Written out as it must be, and yet read in one: it does not make a sentence long.
_DATE = re.compile(
    rf"(?:\b(?:{'|'.join(WEEKDAYS)})\s+)?\b\d{{1,2}}(?:\s+(?:{'|'.join(MONTHS)})(?:\s+\d{{4}})?)?\b"
    rf"(?=\s+tot en met|\W|$)",
    re.IGNORECASE,
)
_HARD = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, SIMPLER), key=len, reverse=True)) + r")\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Readability:
    """How a text reads; all zero for a text without words.

    Attributes:
        mean: words in a sentence, on average.
        longest: the sentence with the most words.
        flesch: Flesch-Douma, where 100 is very easy and 0 very hard.
    """

    mean: float = 0.0
    longest: str = ""
    flesch: float = 0.0


def sentences(text: str) -> list[str]:
    """Return the sentences of a Markdown text without its marks.

    A heading, an item of a list and what stands before a colon is one too: that is how it is read.
    """
    bare = LINK.sub(r"\1", text)
    blocks = (_MARKS.sub("", block) for block in _BLOCKS.split(bare))
    found = (" ".join(one.split()) for block in blocks for one in _ENDS.split(block))
    return [one for one in found if words(one)]


def readability(text: str) -> Readability:
    """Measure a Markdown text.

    Flesch-Douma is the formula of Flesch with the constants that W.H. Douma found for Dutch (De
    leesbaarheid van landbouwbladen, 1960): 206,84 - 0,93 x words per sentence - 77 x syllables
    per word.
    """
    found = sentences(text)
    if not found:
        return Readability()
    counted = [_counted(one) for one in found]
    total = sum(count for count, _ in counted)
    mean = total / len(found)
    flesch = 206.84 - 0.93 * mean - 77 * sum(sounds for _, sounds in counted) / total
    longest = max(zip(counted, found, strict=True), key=lambda pair: pair[0][0])[1]
    return Readability(mean, longest, flesch)


def syllables(word: str) -> int:
    """Return how many syllables a Dutch word has, by its vowels; 1 at least, digits count as 1."""
    return max(1, len(_SYLLABLE.findall(word.lower())))


@lru_cache(maxsize=_CACHED)
def _counted(sentence: str) -> tuple[int, int]:
    found = words(_DATE.sub("datum", sentence))
    return len(found), sum(map(syllables, found))


@lru_cache(maxsize=_CACHED)
def is_passive(sentence: str) -> bool:
    """Say whether a sentence tells what is done and not who does it: ``wordt ... gedaan``."""
    if not _BECOMES.search(sentence):
        return False
    return any(
        not _NO_PARTICIPLE.fullmatch(one[0]) and not one[0][0].isupper()
        for one in _PARTICIPLE.finditer(sentence)
    )


@lru_cache(maxsize=_CACHED)
def hard_words(sentence: str) -> tuple[tuple[str, str], ...]:
    """Return the words above B1 as they stand there, each with a simpler one."""
    return tuple((one[0], SIMPLER[one[0].lower()]) for one in _HARD.finditer(sentence))


def abbreviations(text: str) -> list[str]:
    """Return abbreviations that are read with their points: ``o.a.``, ``t/m``."""
    return [one[0] for one in _ABBREVIATIONS.finditer(text)]


def initials(text: str) -> list[str]:
    """Return names of capitals only: ``LKHA``; a hashtag or an address is none."""
    return [one[0] for one in _INITIALS.finditer(text)]


def loose_dates(text: str) -> list[str]:
    """Return days that are not written out, or depend on the day of reading: ``volgende week``."""
    return [one[0] for part in (_DIGIT_DATE, _LOOSE_TIME) for one in part.finditer(text)]


def wrong_weekdays(text: str) -> list[tuple[str, str]]:
    """Return written out days with a wrong weekday, each with the right one.

    A day that does not exist has an empty one.
    """
    wrong = []
    for one in _FULL_DATE.finditer(text):
        month = MONTHS.index(one[3].lower()) + 1
        try:
            right = WEEKDAYS[date(int(one[4]), month, int(one[2])).weekday()]
        except ValueError:
            right = ""
        if right != one[1].lower():
            wrong.append((one[0], right))
    return wrong
