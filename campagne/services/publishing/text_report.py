"""Every text for every gemeente and edition held against the rules: what a writer must mend."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from http import HTTPStatus
from typing import TypeVar

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.own_texts import of_municipality
from campagne.domain.regions import Municipality, centre_of
from campagne.domain.rota import Campaign, Edition, EditionStatus, concerns
from campagne.domain.text_checks import findings, links
from campagne.domain.text_findings import Finding, Severity, error
from campagne.domain.texts import RenderedText, TextKind, words
from campagne.errors import RemoteError
from campagne.remote import Reply
from campagne.services.publishing.text_sources import Sources
from campagne.services.publishing.texts import fill, setting
from campagne.templating import Templates

_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_Thing = TypeVar("_Thing", Edition, Municipality)


@dataclass(frozen=True, slots=True)
class Line:
    """A finding in the texts of one template.

    Attributes:
        template: the file, ``algemeen/website.md``.
        texts: in how many filled in texts it is found.
        edition / municipality: keys of the first of them.
    """

    template: str
    finding: Finding
    texts: int
    edition: str
    municipality: str


@dataclass(slots=True)
class Report:
    """What was looked at and found, a line per template and finding.

    Attributes:
        texts: how many filled in texts were held against the rules.
        lines: in the order in which they were found.
        links: web addresses in the texts, each with a template that it stands in.
    """

    texts: int = 0
    lines: dict[tuple[str, str, str, str], Line] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """Return how many lines are of a severity."""
        return sum(one.finding.severity is severity for one in self.lines.values())

    def add(self, line: Line) -> None:
        """Count a finding with those that are the same but for the gemeente and the edition."""
        finding = line.finding
        key = (line.template, finding.rule, finding.severity, finding.advice)
        if (known := self.lines.get(key)) is None:
            self.lines[key] = line
        else:
            self.lines[key] = replace(known, texts=known.texts + line.texts)


def check(
    templates: Templates,
    known: Sources,
    editions: Iterable[Edition],
    *,
    municipalities: Collection[Municipality],
    kinds: Collection[TextKind] = tuple(TextKind),
    done: Callable[[], None] = lambda: None,
) -> Report:
    """Fill in and check the texts of editions for gemeenten.

    Of editions or gemeenten between which no rule can tell a difference only the one with the
    longest words is filled in, and counts for all of them.

    Args:
        templates: the folder with a folder of templates per campaign.
        known: what they are filled in from.
        editions: of which the texts are.
        municipalities: for whom; a campaign that does not concern one is left out there.
        kinds: which texts.
        done: called after each edition.

    Raises:
        TemplateError: when a template is missing or broken, or asks for what is not there.
    """
    report = Report()
    places = _standing_for(municipalities, lambda one: _telling_place(one, known))
    with_own = {one.place.edition for one in known.own.values() if one.is_own}
    told = _standing_for(editions, lambda one: _telling_edition(one, with_own))
    for edition, editions_too in told.items():
        campaign = known.campaigns[edition.campaign]
        for place, places_too in places.items():
            if not concerns(campaign, place, known.regions):
                continue
            held = setting(known, edition, place)
            times = editions_too * places_too
            for text in fill(templates, known, edition, place, kinds):
                report.texts += times
                for one in links(text.markdown):
                    report.links.setdefault(one, text.template)
                for finding in (*_own_fault(text), *findings(text, held)):
                    report.add(Line(text.template, finding, times, edition.key, place.key))
        done()
    return report


def _own_fault(text: RenderedText) -> Iterator[Finding]:
    if text.own_fault:
        fault = text.own_fault.removesuffix(".")
        yield error("eigen tekst", "", fault, "tot dan staat de voorbeeldtekst er")


def _telling_place(place: Municipality, known: Sources) -> tuple[object, str]:
    """Return by what the texts for a gemeente differ in what rules see, and its name."""
    is_centre = place.key == centre_of(place.region, known.regions)
    mine = of_municipality(place.key)
    own = place.key if any(one.place.owner == mine for one in known.own.values()) else ""
    return (place.profile, place.region, is_centre, len(words(place.name)), own), place.name


def _telling_edition(edition: Edition, with_own: Collection[str]) -> tuple[object, str]:
    """Return by what the texts of an edition differ in what rules see, and its days."""
    days = dutch.period(edition.span)
    own = edition.key if edition.key in with_own else ""
    return (edition.campaign, edition.status, edition.theme, len(words(days)), own), days


def _standing_for(
    things: Iterable[_Thing], telling: Callable[[_Thing], tuple[object, str]]
) -> dict[_Thing, int]:
    """Return one thing of each sort, the longest, with how many there are of it."""
    sorts: dict[object, list[_Thing]] = {}
    for one in things:
        sorts.setdefault(telling(one)[0], []).append(one)
    return {
        max(alike, key=lambda one: len(telling(one)[1])): len(alike) for alike in sorts.values()
    }


def with_samples(
    campaigns: Iterable[Campaign], editions: Collection[Edition], year: int
) -> Iterator[Edition]:
    """Yield editions, and one made up for each campaign that has none: its texts are read too."""
    yield from editions
    dated = {one.campaign for one in editions}
    for campaign in campaigns:
        if campaign.key not in dated:
            yield Edition(
                key=f"{campaign.key}-{year}-voorbeeld",
                campaign=campaign.key,
                year=year,
                span=Span(date(year, 9, 14), date(year, 9, 27)),
                status=EditionStatus.PROVISIONAL,
                source="een voorbeeld, om de teksten na te kijken",
            )


def dead_links(addresses: Iterable[str], get: Callable[[str], Reply]) -> dict[str, str]:
    """Return the web addresses at which there is no page any more, each with why, in Dutch.

    A server that refuses a program, or is out of order for a while, is not dead.

    Args:
        addresses: to ask for, one by one.
        get: asks for one.
    """
    dead = {}
    for one in addresses:
        try:
            status = get(one).status
        except RemoteError as error:
            dead[one] = str(error)
        else:
            if status in _GONE:
                dead[one] = f"Deze pagina is er niet meer (status {status})."
    return dead
