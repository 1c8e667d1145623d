"""Campaigns, editions and the rota: what runs when, and who puts it central."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from campagne.domain.dates import DateRule, RuleKind, Span, Unknown, evaluate
from campagne.domain.national import NationalMaterial, YearMaterial
from campagne.domain.regions import Municipality, Region, reaches
from campagne.errors import InvalidInputError

_LONGEST_KEY = 60  # characters
LONGEST_DAYS = 366  # as long as a date rule can make it


class Certainty(StrEnum):
    """How well the source supports a rule or date."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class EditionStatus(StrEnum):
    """Whether an edition's dates can be relied on."""

    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Agreement(StrEnum):
    """What one gemeente says of a year of the rota."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class KnownDates:
    """The dates of one run of a campaign in one year, with their source.

    Attributes:
        run: 1 for the first (mostly the only) run in the year, 2 for a second one.
        confirmed: True when a person or a well-sourced announcement confirmed the dates.
    """

    year: int
    span: Span
    source: str
    run: int = 1
    confirmed: bool = False
    checked_on: date | None = None
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """A piece of national material: a toolkit, posters, a film; `url` is a web address."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """The recurring thing: Orange the World.

    Attributes:
        key: permanent slug.
        rule_text: the rule in plain Dutch, shown to people as the reason of a date.
        region: key of the only region it concerns (a local window), None for everyone.
        municipality: key of the only gemeente that it concerns, which lies in that region.
        first_year: the first year in which it runs; None where that does not matter.
        part_of: key of the campaign that a local window belongs to, or None.
        broadcast: True when the centrumgemeenten tell their region about every edition, as the
            regional plan promises for the national campaigns about domestic violence.
        material_url: the page that all its material is on.
        materials: pieces of it with an address of their own.
        year_materials: what the organiser has for the editions of some years.
        known: dates that replace what the rule gives, per year and run.
        calendar_url: where the organiser publishes its dates (iCal); None where it does not.
        calendar_title: what stands in the title of its events; empty for the name.
    """

    key: str
    name: str
    rule: DateRule
    rule_text: str
    certainty: Certainty
    organiser: str
    source: str
    summary: str = ""
    material_url: str | None = None
    materials: tuple[Material, ...] = ()
    year_materials: tuple[YearMaterial, ...] = ()
    region: str | None = None
    part_of: str | None = None
    broadcast: bool = False
    remark: str = ""
    checked_on: date | None = None
    known: tuple[KnownDates, ...] = ()
    municipality: str | None = None
    first_year: int | None = None
    calendar_url: str | None = None
    calendar_title: str = ""

    def runs_in(self, year: int) -> bool:
        """Say whether there is such a campaign in a year."""
        return self.first_year is None or year >= self.first_year

    @property
    def is_decided_per_year(self) -> bool:
        """True where a region or gemeente decides each year anew whether there is one.

        Nobody waits for its dates: where they are not there, it may well not be held.
        """
        local = self.region is not None or self.municipality is not None
        return self.part_of is not None or (local and self.rule.kind is RuleKind.ANNOUNCED)


@dataclass(frozen=True, slots=True)
class Edition:
    """One run of a campaign.

    Attributes:
        key: permanent, ``orange-the-world-2026``; a second run in a year ends in ``-2``.
        span: first and last day, both included.
        date_version: 1, and one higher after each change of the dates.
        confirmed_on: the day on which provisional dates were confirmed; None where they always
            were, or are not.
        added_on: the day on which somebody added it; None where the calendar files gave it.
        material: what the organiser has for it; None where nothing is known.
    """

    key: str
    campaign: str
    year: int
    span: Span
    status: EditionStatus
    source: str
    theme: str = ""
    checked_on: date | None = None
    date_version: int = 1
    confirmed_on: date | None = None
    added_on: date | None = None
    material: NationalMaterial | None = None


@dataclass(frozen=True, slots=True)
class RotaEntry:
    """The campaign that a group of gemeenten puts central in a year.

    Attributes:
        key: permanent, ``duin-en-bollenstreek-2026``.
        plan_period: the period as the plan writes it, right or wrong.
        why_differs: why the real dates differ from the plan, empty when they do not.
        lead: key of the gemeente that leads, None where none does.
        budget_eur: maximum per gemeente, whole euros.
        division: who does what, in the words of the gemeenten; may have several lines.
        agreements: per gemeente key what it says of this year.
        version: 1, and one higher after each change of what is agreed on.
        proposed_by / proposed_at: who proposed this version on a page, in Dutch, and the instant,
            aware UTC; empty and None for what the files give.
        since: the day on which somebody put this campaign there on a page; None for the files.
        stood: keys of the campaigns that stood there before, each with its `since`.
        returned: per gemeente key the day since which it goes along, where it did something else
            before (`domain.agreement.Following`).
    """

    key: str
    region: str
    year: int
    campaign: str
    theme: str
    plan_period: str
    source: str
    why_differs: str = ""
    lead: str | None = None
    budget_eur: int = 0
    division: str = ""
    agreements: tuple[tuple[str, Agreement], ...] = ()
    version: int = 1
    proposed_by: str = ""
    proposed_at: datetime | None = None
    since: date | None = None
    stood: tuple[tuple[str, date | None], ...] = ()
    returned: tuple[tuple[str, date], ...] = ()

    def since_with(self, campaign: str, today: date) -> date | None:
        """Return the `since` of the year when somebody puts a campaign there today.

        One that stood there before is there as if it never left: mostly a mistake is put right,
        and what is still to be done may not be lost by that.
        """
        known = {**dict(self.stood), self.campaign: self.since}
        return known.get(campaign, today)

    def is_followed_by(self, municipality: str) -> bool:
        """Say whether a gemeente goes along with this year; only who differs does not."""
        return (municipality, Agreement.DIFFERS) not in self.agreements

    def since_for(self, municipality: str) -> date | None:
        """Return the day since which a gemeente has this campaign; None: from the beginning."""
        came_back = [day for key, day in self.returned if key == municipality]
        return max((*came_back, *filter(None, [self.since])), default=None)


@dataclass(frozen=True, slots=True)
class Measure:
    """Another measure of the plan, with its years and its evaluation moments.

    Attributes:
        years: first and last year.
        evaluations: years in which it is evaluated.
    """

    key: str
    name: str
    region: str
    years: tuple[int, int]
    text: str
    source: str
    budget: str = ""
    evaluations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A help line, as data with a check date, never literal text in a template.

    Attributes:
        number: as it is dialled and written: ``112``, ``0800-2000``.
        hours: when it can be reached, in Dutch.
        always_shown: True where every text for residents carries it (112 and Veilig Thuis).
    """

    key: str
    name: str
    number: str
    for_whom: str
    hours: str
    cost: str
    source: str
    checked_on: date
    url: str | None = None
    always_shown: bool = False


@dataclass(frozen=True, slots=True)
class Undated:
    """A campaign that has no dates in a year, with a Dutch sentence that says why."""

    campaign: str
    year: int
    reason: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a set of campaigns gives for some years.

    Attributes:
        editions: by first day, then by key.
        undated: by year, then in the order of the campaigns.
    """

    editions: tuple[Edition, ...]
    undated: tuple[Undated, ...]


def expand(campaigns: Sequence[Campaign], years: Iterable[int]) -> Expansion:
    """Return the editions of campaigns in some years, and what has no dates there.

    Known dates replace what the rule gives for that year. An edition starts confirmed when its
    dates are fixed, or computed by a well-sourced rule, or known and confirmed; else provisional,
    for a person to confirm.
    """
    editions: list[Edition] = []
    undated: list[Undated] = []
    for year in sorted(set(years)):
        for campaign in campaigns:
            if not campaign.runs_in(year):
                continue
            runs = [known for known in campaign.known if known.year == year]
            if runs:
                editions.extend(_from_known(campaign, known) for known in runs)
                continue
            span = evaluate(campaign.rule, year)
            if isinstance(span, Unknown):
                undated.append(Undated(campaign.key, year, span.reason))
            else:
                editions.append(_from_rule(campaign, year, span))
    editions.sort(key=lambda one: (one.span.first, one.key))
    return Expansion(tuple(editions), tuple(undated))


def concerns(campaign: Campaign, place: Municipality, regions: Mapping[str, Region]) -> bool:
    """Say whether a campaign concerns a gemeente: a local one only its own gemeenten."""
    own = campaign.municipality in (None, place.key)
    return own and reaches(campaign.region, place.region, regions)


def is_own_affair(campaign: Campaign, place: Municipality, regions: Mapping[str, Region]) -> bool:
    """Say whether a gemeente decides on a campaign itself.

    That is one of its own, or of the region that it lies in where that has no centrumgemeente: in
    the Duin- en Bollenstreek the gemeenten decide together.
    """
    if campaign.municipality is not None:
        return campaign.municipality == place.key
    region = campaign.region
    return region is not None and region == place.region and regions[region].centre is None


def key_from(name: str) -> str:
    """Return the key of a campaign from its name: ``Orange the World`` is ``orange-the-world``.

    Empty for a name without a letter or digit.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "-", plain.lower())[:_LONGEST_KEY]
    return key.strip("-")


def check_days(edition: str, year: int, span: Span) -> None:
    """Check that an edition can have these days.

    Args:
        edition: its key, for the sentence.
        year: that it belongs to.
        span: the days.

    Raises:
        InvalidInputError: when they lie outside the year or run for more than a year.
    """
    if year not in {span.first.year, span.last.year}:
        raise InvalidInputError(
            f"De editie '{edition}' hoort bij {year}: kies dagen in {year}.", "eerste"
        )
    if span.days > LONGEST_DAYS:
        raise InvalidInputError(
            f"Een editie van {span.days} dagen kan niet: kies hoogstens {LONGEST_DAYS} dagen.",
            "laatste",
        )


def _from_known(campaign: Campaign, known: KnownDates) -> Edition:
    key = f"{campaign.key}-{known.year}"
    return Edition(
        key=key if known.run == 1 else f"{key}-{known.run}",
        campaign=campaign.key,
        year=known.year,
        span=known.span,
        status=EditionStatus.CONFIRMED if known.confirmed else EditionStatus.PROVISIONAL,
        source=known.source,
        theme=known.theme,
        checked_on=known.checked_on,
        material=_material(campaign, known.year, known.run),
    )


def _from_rule(campaign: Campaign, year: int, span: Span) -> Edition:
    kind = campaign.rule.kind
    sure = kind is RuleKind.FIXED or (
        kind is RuleKind.COMPUTED and campaign.certainty is Certainty.HIGH
    )
    return Edition(
        key=f"{campaign.key}-{year}",
        campaign=campaign.key,
        year=year,
        span=span,
        status=EditionStatus.CONFIRMED if sure else EditionStatus.PROVISIONAL,
        source=campaign.source,
        checked_on=campaign.checked_on,
        material=_material(campaign, year, 1),
    )


def _material(campaign: Campaign, year: int, run: int) -> NationalMaterial | None:
    found = (one.material for one in campaign.year_materials if (one.year, one.run) == (year, run))
    return next(found, None)
