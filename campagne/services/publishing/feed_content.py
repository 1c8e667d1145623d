"""What a feed shows: which editions, for how long, and in which words.

Pure: everything is an argument. An edition reads the same in every feed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.regions import Municipality, Region, touches
from campagne.domain.rota import (
    Agreement,
    Campaign,
    Edition,
    EditionStatus,
    RotaEntry,
    concerns,
    departs_from_rule,
    why_these_days,
)

# Long enough for everybody's calendar to have seen that it is off, slow ones and holidays included.
_SHOW_CANCELLED = timedelta(weeks=6)
_ONE_DAY = timedelta(days=1)


class FeedKind(StrEnum):
    """The kinds of feed, as they stand in an address."""

    ALL = "alles"
    REGION = "regio"
    MUNICIPALITY = "gemeente"
    CAMPAIGN = "campagne"


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """A feed that people can subscribe to.

    Attributes:
        key: of the region, gemeente or campaign; ``alles`` for the feed of everything.
        title / description: what a calendar shows of the feed itself, in Dutch.
    """

    kind: FeedKind
    key: str
    title: str
    description: str

    @property
    def file(self) -> str:
        """The file below the folder of feeds: ``gemeente/katwijk.ics``, ``alles.ics``."""
        return f"{self.key}.ics" if self.kind is FeedKind.ALL else f"{self.kind}/{self.key}.ics"

    @property
    def path(self) -> str:
        """Where the service answers it: ``/feeds/gemeente/katwijk.ics``."""
        return f"/feeds/{self.file}"


@dataclass(frozen=True, slots=True)
class Known:
    """All that a feed can show, as read in one transaction; everything by its key."""

    regions: Mapping[str, Region]
    municipalities: Mapping[str, Municipality]
    campaigns: Mapping[str, Campaign]
    editions: Mapping[str, Edition]
    entries: tuple[RotaEntry, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a calendar shows of an edition, but for the address of its page."""

    title: str
    description: str
    span: Span
    status: EditionStatus
    categories: tuple[str, ...]

    def digest(self) -> str:
        """Return a fingerprint: two that differ look different in a calendar."""
        days = self.span.first.isoformat(), self.span.last.isoformat()
        parts = [self.title, self.description, *days, self.status.value, *self.categories]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def feeds(known: Known) -> list[FeedInfo]:
    """Return every feed there is: everything, regions, gemeenten, campaigns; each kind by name.

    A gemeente that exists no more, or does not exist yet, has a feed too: who subscribed to it
    keeps what is there.
    """
    about = "Campagnes tegen geweld in huis, met hun datums,"
    regions = (
        FeedInfo(FeedKind.REGION, one.key, f"Campagnes {one.name}", f"{about} in {one.name}.")
        for one in known.regions.values()
    )
    municipalities = (
        FeedInfo(
            FeedKind.MUNICIPALITY,
            one.key,
            f"Campagnes gemeente {one.name}",
            f"{about} in de gemeente {one.name}.",
        )
        for one in known.municipalities.values()
    )
    campaigns = (
        FeedInfo(
            FeedKind.CAMPAIGN, one.key, one.name, f"De datums van de campagne {one.name}, per jaar."
        )
        for one in known.campaigns.values()
    )
    return [
        FeedInfo(FeedKind.ALL, "alles", "Alle campagnes", f"{about} in alle gemeenten."),
        *_by_title(regions),
        *_by_title(municipalities),
        *_by_title(campaigns),
    ]


def chosen(feed: FeedInfo, known: Known) -> list[Edition]:
    """Return the editions that a feed is about, of any year and status."""
    return [
        edition
        for edition in known.editions.values()
        if _is_about(feed, known.campaigns[edition.campaign], known.regions, known.municipalities)
    ]


def gone_on(edition: Edition) -> date:
    """Return the first day on which no feed shows an edition any more.

    A feed goes one calendar year back; a cancelled edition stays six weeks after its end, marked
    as cancelled, since an event that just disappears stays in some calendars for ever.
    """
    out_of_date = date(edition.span.last.year + 2, 1, 1)
    if edition.status is not EditionStatus.CANCELLED:
        return out_of_date
    return min(out_of_date, edition.span.last + _SHOW_CANCELLED + _ONE_DAY)


def shown(edition: Edition, known: Known) -> Shown:
    """Return what a calendar shows of an edition, in Dutch."""
    campaign = known.campaigns[edition.campaign]
    entries = sorted(
        (
            one
            for one in known.entries
            if (one.campaign, one.year) == (edition.campaign, edition.year)
        ),
        key=lambda one: known.regions[one.region].name,
    )
    return Shown(
        title=_title(campaign.name, edition.status),
        description="\n".join(_lines(edition, campaign, entries, known)),
        span=edition.span,
        status=edition.status,
        categories=("Campagne", "In het rooster") if entries else ("Campagne",),
    )


def _by_title(feeds: Iterable[FeedInfo]) -> list[FeedInfo]:
    return sorted(feeds, key=lambda one: (one.title.casefold(), one.key))


def _is_about(
    feed: FeedInfo,
    campaign: Campaign,
    regions: Mapping[str, Region],
    municipalities: Mapping[str, Municipality],
) -> bool:
    if feed.kind is FeedKind.CAMPAIGN:
        return campaign.key == feed.key
    if feed.kind is FeedKind.ALL:
        return True
    if feed.kind is FeedKind.MUNICIPALITY:
        return concerns(campaign, municipalities[feed.key], regions)
    return touches(campaign.region, feed.key, regions)


def _title(name: str, status: EditionStatus) -> str:
    if status is EditionStatus.CANCELLED:
        return f"GEANNULEERD: {name}"
    return f"{name} (voorlopig)" if status is EditionStatus.PROVISIONAL else name


def _lines(
    edition: Edition, campaign: Campaign, entries: list[RotaEntry], known: Known
) -> Iterable[str]:
    if edition.status is EditionStatus.CANCELLED:
        yield "Deze campagne gaat in deze periode niet door.\n"
    elif edition.status is EditionStatus.PROVISIONAL:
        yield "De datums zijn voorlopig. Maak ze nog niet bekend.\n"
    if campaign.summary:
        yield f"{campaign.summary}\n"
    themes = [edition.theme] if edition.theme else sorted({one.theme for one in entries} - {""})
    if themes:
        yield f"Thema: {dutch.join(themes)}"
    yield f"Periode: {dutch.period(edition.span)}"
    if campaign.rule_text:
        yield f"Waarom deze datums: {why_these_days(edition, campaign)}"
    yield from _rota_lines(entries, known, by_rule=not departs_from_rule(edition, campaign))
    yield from _source_lines(edition, campaign)


def _rota_lines(entries: list[RotaEntry], known: Known, *, by_rule: bool) -> Iterable[str]:
    if entries:
        regions = [_region(one, known) for one in entries]
        yield f"Centraal in het rooster van: {dutch.join(regions)}"
    for entry in entries:
        where = f" in {known.regions[entry.region].name}" if len(entries) > 1 else ""
        if entry.lead:
            yield f"{known.municipalities[entry.lead].name} leidt de campagne{where}."
        # It explains the days of the rule, not those that somebody chose.
        if entry.why_differs and by_rule:
            yield f"Het plan{where} noemt {dutch.in_plan(entry.plan_period)}. {entry.why_differs}"


def _source_lines(edition: Edition, campaign: Campaign) -> Iterable[str]:
    if campaign.organiser:
        yield f"Organisator: {campaign.organiser}"
    if campaign.material_url:
        yield f"Materiaal: {campaign.material_url}"
    source = edition.source or campaign.source
    if source:
        yield f"Bron van de datums: {source}"
    if edition.checked_on:
        yield f"Datums gecontroleerd op {dutch.day(edition.checked_on)}"


def _region(entry: RotaEntry, known: Known) -> str:
    differing = sorted(
        known.municipalities[key].name
        for key, agreement in entry.agreements
        if agreement is Agreement.DIFFERS
    )
    without = f" (niet in {dutch.join(differing)})" if differing else ""
    return known.regions[entry.region].name + without
