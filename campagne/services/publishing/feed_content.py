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
from campagne.domain.edition_days import departs_from_rule, why_these_days
from campagne.domain.playbook import Role
from campagne.domain.regions import Municipality, Region, touches
from campagne.domain.rota import (
    Agreement,
    Campaign,
    Edition,
    EditionStatus,
    RotaEntry,
    concerns,
)
from campagne.services.publishing.feed_options import NO_CHOICE, FeedOptions

# Long enough for everybody's calendar to have seen that it is off, slow ones and holidays included.
_SHOW_CANCELLED = timedelta(weeks=6)
_ONE_DAY = timedelta(days=1)
_A_MONTH = timedelta(days=30)


class FeedKind(StrEnum):
    """The kinds of feed, as they stand in an address."""

    ALL = "alles"
    REGION = "regio"
    MUNICIPALITY = "gemeente"
    CAMPAIGN = "campagne"
    COMMUNICATION = "communicatie"
    POLICY = "beleid"
    CENTRE = "centrum"


# The kind of a feed behind a token, which is in no list.
PERSONAL = "persoonlijk"
# Whose steps a feed shows beside the campaigns of its gemeente.
ROLES = {
    FeedKind.COMMUNICATION: Role.COMMUNICATION,
    FeedKind.POLICY: Role.POLICY,
    FeedKind.CENTRE: Role.CENTRE,
}
_NOT_OF_A_GEMEENTE = {FeedKind.ALL, FeedKind.REGION, FeedKind.CAMPAIGN}
_OF_ROLE = {
    FeedKind.COMMUNICATION: "communicatie",
    FeedKind.POLICY: "beleid",
    FeedKind.CENTRE: "de centrumgemeente",
}


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
class Notice:
    """Something that a feed says of itself, as an event.

    Attributes:
        key: first part of its UID; another text or day has another key, so it never changes.
    """

    key: str
    title: str
    description: str
    span: Span


@dataclass(frozen=True, slots=True)
class Shown:
    """What a calendar shows of an edition or a step, but for the address of its page.

    Attributes:
        settled: True for a step that is done or skipped.
    """

    title: str
    description: str
    span: Span
    status: EditionStatus
    categories: tuple[str, ...]
    settled: bool = False

    @property
    def text(self) -> str:
        """All that a calendar shows, as one text."""
        days = self.span.first.isoformat(), self.span.last.isoformat()
        parts = [self.title, self.description, *days, self.status.value, *self.categories]
        return json.dumps(parts)

    def digest(self) -> str:
        """Return a fingerprint: two that differ look different in a calendar."""
        return fingerprint(self.text)


def fingerprint(text: str) -> str:
    """Return the fingerprint of what a calendar shows (`Shown.text`)."""
    return hashlib.sha256(text.encode()).hexdigest()


def feeds(known: Known) -> list[FeedInfo]:
    """Return every feed there is: everything, regions, gemeenten, campaigns, roles; each by name.

    That of a role is there for each gemeente; that of the centrum only for a centrumgemeente. A
    gemeente that exists no more, or does not exist yet, has a feed too: who subscribed to it
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
    centres = {one.centre for one in known.regions.values()}
    roles = [
        one
        for kind, name in _OF_ROLE.items()
        for one in _by_title(
            FeedInfo(
                kind,
                place.key,
                f"Stappen van {name} in {place.name}",
                f"De stappen van {name} uit het draaiboek, met de campagnes, in {place.name}.",
            )
            for place in known.municipalities.values()
            if kind is not FeedKind.CENTRE or place.key in centres
        )
    ]
    return [
        FeedInfo(FeedKind.ALL, "alles", "Alle campagnes", f"{about} in alle gemeenten."),
        *_by_title(regions),
        *_by_title(municipalities),
        *_by_title(campaigns),
        *roles,
    ]


def chosen(feed: FeedInfo, known: Known) -> list[Edition]:
    """Return the editions that a feed is about, of any year and status."""
    return [edition for edition in known.editions.values() if _is_about(feed, edition, known)]


def farewell(feed: FeedInfo, known: Known) -> Notice | None:
    """Return what the feed of a gemeente that ends, merges or is split says in its first month."""
    place = known.municipalities.get(feed.key)
    if feed.kind in _NOT_OF_A_GEMEENTE or place is None or place.valid_to is None:
        return None
    first = place.valid_to + _ONE_DAY
    return Notice(
        f"opgeheven-{place.key}-{first.isoformat()}",
        f"Deze agenda stopt: de gemeente {place.name} bestaat niet meer",
        f"De gemeente {place.name} bestaat niet meer vanaf {dutch.day(first)}. Wat er daarna is,"
        " staat niet meer in deze agenda. Abonneer je op de agenda van je nieuwe gemeente.",
        Span(first, first + _A_MONTH - _ONE_DAY),
    )


def nothing_yet(today: date) -> Notice:
    """Return what a feed says that has nothing to show.

    A calendar without any event is against RFC 5545 (3.6): there are programs that refuse it, and
    then keep showing what was in it before.
    """
    first = date(today.year, 1, 1)
    return Notice(
        f"leeg-{first.year}",
        "Deze agenda is nog leeg",
        "Er staat nu niets in deze agenda. Zodra er iets bekend is, komt het er vanzelf in.",
        Span(first, first),
    )


def withdrawn(key: str, on: date) -> Notice:
    """Return the one thing that a personal feed says once it is withdrawn.

    Args:
        key: of the feed; no secret.
        on: the day on which it was withdrawn.
    """
    return Notice(
        f"ingetrokken-{key}",
        "Agendalink ingetrokken",
        f"Deze agendalink is op {dutch.day(on)} ingetrokken. Je stappen staan hier niet meer. Haal"
        " deze agenda weg. Een nieuwe link maak je in de Campagnekalender bij 'Mijn agenda'.",
        Span(on, ended_on(on) - _ONE_DAY),
    )


def ended_on(withdrawn_on: date) -> date:
    """Return the first day on which a personal feed that was withdrawn says nothing any more.

    A month, so that every calendar has emptied itself: some keep what they had when a feed is
    gone at once.
    """
    return withdrawn_on + _A_MONTH


def gone_on(edition: Edition, options: FeedOptions = NO_CHOICE) -> date:
    """Return the first day on which a feed does not show an edition any more.

    A feed goes so many calendar years back, one without a choice; a cancelled edition stays six
    weeks after its end, marked as cancelled, since an event that just disappears stays in some
    calendars for ever.
    """
    out_of_date = options.goes_on(edition.span.last)
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
        title=title_of(campaign.name, edition.status),
        description="\n".join(_lines(edition, campaign, entries, known)),
        span=edition.span,
        status=edition.status,
        categories=("Campagne", "In het rooster") if entries else ("Campagne",),
    )


def _by_title(feeds: Iterable[FeedInfo]) -> list[FeedInfo]:
    return sorted(feeds, key=lambda one: (one.title.casefold(), one.key))


def _is_about(feed: FeedInfo, edition: Edition, known: Known) -> bool:
    campaign = known.campaigns[edition.campaign]
    if feed.kind is FeedKind.CAMPAIGN:
        return campaign.key == feed.key
    if feed.kind is FeedKind.ALL:
        return True
    if feed.kind is FeedKind.REGION:
        return touches(campaign.region, feed.key, known.regions)
    place = known.municipalities[feed.key]
    return place.exists_on(edition.span.first) and concerns(campaign, place, known.regions)


def title_of(name: str, status: EditionStatus) -> str:
    """Return a title that says what is the matter with the dates."""
    if status is EditionStatus.CANCELLED:
        return f"GEANNULEERD: {name}"
    return f"{name} (voorlopig)" if status is EditionStatus.PROVISIONAL else name


def _lines(
    edition: Edition, campaign: Campaign, entries: list[RotaEntry], known: Known
) -> Iterable[str]:
    yield f"{_what_now(edition.status, central=bool(entries))}\n"
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


def _what_now(status: EditionStatus, *, central: bool) -> str:
    """Say what somebody does with an edition as it stands now."""
    if status is EditionStatus.CANCELLED:
        return (
            "Deze campagne gaat in deze periode niet door. Wat je doet: haal weg wat er voor"
            " klaarstaat."
        )
    if status is EditionStatus.PROVISIONAL:
        return (
            "De datums zijn voorlopig. Maak ze nog niet bekend. Wat je doet: houd de periode vrij"
            " in je planning."
        )
    if central:
        return (
            "Wat je doet: staat deze campagne in het rooster van jouw gemeente, plan dan je"
            " berichten. De teksten staan klaar."
        )
    return "Wat je doet: kijk of je aandacht geeft aan deze campagne. De teksten staan klaar."


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
    if edition.material:
        yield f"Landelijk materiaal: {edition.material.url} ({edition.material.may_be_used})"
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
