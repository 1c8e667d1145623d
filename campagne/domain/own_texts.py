"""Texts of one's own in the place of a shipped one: whose, since when, and which one counts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from campagne.domain import paragraphs
from campagne.domain.own_language import Vocabulary
from campagne.domain.paragraphs import Change
from campagne.domain.regions import Municipality, Region, ancestry
from campagne.domain.rota import HelpLine
from campagne.domain.texts import TextKind

MUNICIPALITY = "gemeente:"
REGION = "regio:"
LONGEST_LINE = 500  # characters of a title
_RUN = re.compile(r"(?<=\S)[^\S\n]{2,}")
BLOCKS: Mapping[str, str] = {
    "hulpblok": "hulpblok.md",
    "hulpzin": "hulpzin.md",
    "hulpkort": "hulpkort.md",
    "kcc_gevaar": "kcc-gevaar.md",
}
_MEANINGS: Mapping[str, str] = {
    "gemeente": "de naam van de gemeente",
    "centrumgemeente": "de centrumgemeente van de regio",
    "campagne": "de naam van de campagne",
    "samenvatting": "waar de campagne over gaat, in één of twee zinnen",
    "thema": "het thema van dit jaar; vaak leeg",
    "jaar": "het jaar",
    "wanneer": "wanneer de campagne is, met “op” of “van” ervoor",
    "begin": "de eerste dag",
    "einde": "de laatste dag",
    "lokaal_team": "het lokale team van de gemeente",
    "lokaal_team_contact": "waar inwoners het lokale team bereiken",
    "website": "het webadres van de gemeente",
    "u": "u of je, zoals de gemeente inwoners aanspreekt",
    "uw": "uw of je",
    "uzelf": "uzelf of jezelf",
    "veilig_lezen": "de zin over veilig lezen",
    "hulpblok": "het hele hulpblok, met alle nummers",
    "hulpzin": "één regel over hulp, met de nummers en het lokale team",
    "hulpkort": "één korte regel over hulp, met de nummers",
    "kcc_gevaar": "wat het KCC doet bij gevaar",
}
CONDITIONS: Mapping[str, str] = {
    "je": "de gemeente zegt je tegen inwoners",
    "eendaags": "de campagne duurt één dag",
    "is_centrum": "de gemeente is de centrumgemeente",
}
_OF_LINE = {
    "": "de naam van {}",
    "_nummer": "het nummer van {}",
    "_bereikbaar": "wanneer {} er is en wat het kost",
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text as they are written: names in them are not filled in yet."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Place:
    """Of what and for whom a text is.

    Attributes:
        campaign: key of the campaign.
        owner: ``gemeente:katwijk`` or ``regio:holland-rijnland``.
        edition: key of the only edition that it is for; empty for each year.
    """

    campaign: str
    kind: TextKind
    owner: str
    edition: str = ""

    @property
    def key(self) -> str:
        """All of it in one."""
        return f"{self.campaign}/{self.kind}/{self.owner}/{self.edition}"


@dataclass(frozen=True, slots=True)
class OwnText:
    """A version of a text of one's own.

    Attributes:
        number: of the version, from 1.
        words: as somebody wrote them.
        base: what they were made from, the shipped words of that moment.
        whole: True when it is a text in itself; False when paragraphs that are as in `base` go
            along with the shipped text.
        is_own: False for a version that says: the shipped text again.
        by / at / why: who wrote it, when (aware UTC) and why, which may be empty.
    """

    place: Place
    number: int
    words: Words
    base: Words
    whole: bool
    is_own: bool
    by: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Renewed:
    """An own text brought together with the shipped text as it is now; `base` as in `OwnText`."""

    words: Words
    base: Words
    both: tuple[Change, ...]


def of_municipality(key: str) -> str:
    """Return a gemeente as an owner."""
    return f"{MUNICIPALITY}{key}"


def of_region(key: str) -> str:
    """Return a region as an owner."""
    return f"{REGION}{key}"


def owner_key(owner: str) -> str:
    """Return the key of the gemeente or region that an owner is."""
    return owner.partition(":")[2]


def regions_of(place: Municipality, regions: Mapping[str, Region]) -> tuple[str, ...]:
    """Return the regions of a gemeente as owners, the innermost first."""
    return tuple(of_region(one) for one in ancestry(place.region, regions))


def in_force(
    newest: Mapping[str, OwnText],
    campaign: str,
    kind: TextKind,
    *,
    owners: Iterable[str],
    edition: str,
) -> OwnText | None:
    """Return the own text that counts; None where the shipped one does.

    Args:
        newest: the newest version of each by the key of its place.
        campaign: key of the campaign.
        kind: of the text.
        owners: whose texts may count, the nearest first.
        edition: key of the edition: a text for it alone goes before one for each year.
    """
    for owner in owners:
        for year in (edition, ""):
            found = newest.get(Place(campaign, kind, owner, year).key)
            if found is not None and found.is_own:
                return found
    return None


def renewed(own: OwnText, shipped: Words) -> Renewed:
    """Return an own text with what changed in the shipped text since, where it is not its own."""
    base, words = own.base, own.words
    body = paragraphs.merged(base.body, words.body, shipped.body)
    title = paragraphs.merged(base.title, words.title, shipped.title)
    return Renewed(
        Words(title.text, body.text),
        Words(title.base, body.base),
        (*title.both, *body.both),
    )


def differences(was: Words, now: Words) -> tuple[Change, ...]:
    """Return in what words differ, in their order on a page."""
    return (
        *paragraphs.changes(was.title, now.title),
        *paragraphs.changes(was.body, now.body),
    )


def said(own: OwnText, shipped: Words | None) -> Words:
    """Return the words that an own text has now.

    Args:
        own: the text.
        shipped: the shipped words as they are now; None where they cannot be read.
    """
    return own.words if own.whole or shipped is None else renewed(own, shipped).words


@lru_cache(maxsize=8)
def vocabulary(help_lines: tuple[HelpLine, ...]) -> Vocabulary:
    """Return what an own text can name."""
    return Vocabulary(frozenset(meanings(help_lines)), frozenset(CONDITIONS))


def meanings(help_lines: Sequence[HelpLine]) -> dict[str, str]:
    """Return what can be filled in, each with what it is in Dutch."""
    lines = {
        f"{slug(one.key)}{suffix}": meaning.format(one.name)
        for one in help_lines
        for suffix, meaning in _OF_LINE.items()
    }
    return {**_MEANINGS, **lines}


def of_help_lines(help_lines: Iterable[HelpLine]) -> Iterator[tuple[str, str]]:
    """Yield what stands for each name of a help line, its number, and when it is there."""
    for one in help_lines:
        name = slug(one.key)
        yield name, one.name
        yield f"{name}_nummer", one.number
        yield f"{name}_bereikbaar", ", ".join(filter(None, (one.hours, one.cost)))


def slug(help_line: str) -> str:
    """Return how a help line is called in a text: ``veilig_thuis``."""
    return help_line.replace("-", "_")


def tidied(text: str) -> str:
    """Return a typed text without white space that nobody sees: more than one within a line, too.

    What a line begins with stays: it makes an item of a list belong to another.
    """
    return "\n".join(_RUN.sub(" ", line.rstrip()) for line in text.splitlines()).strip("\n")
