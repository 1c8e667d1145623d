"""Adding a campaign on a page: a national one, one of a region, or days of a gemeente's own.

What is added here is not in the calendar files, which therefore never take it away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.dates import DateRule, FixedDays, RuleKind, Span
from campagne.domain.regions import Municipality, Region, members
from campagne.domain.rights import Action, Visitor, may, places_for
from campagne.domain.rota import (
    Campaign,
    Certainty,
    Edition,
    EditionStatus,
    KnownDates,
    check_days,
    concerns,
    is_own_affair,
    key_from,
)
from campagne.domain.threeway import Item
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import audit
from campagne.services.audit import Author
from campagne.services.rotas import effects, removal, rota, rota_items
from campagne.services.rotas.effects import Effect
from campagne.store import queries, rows

YEARS_AHEAD = 5
_SHORTEST_NAME = 3
_LONGEST_YEARLY = 365  # days


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a campaign is; neither key for everybody.

    Attributes:
        name: as people read it.
    """

    name: str
    region: str | None = None
    municipality: str | None = None

    @property
    def key(self) -> str:
        """What stands for it in a form."""
        if self.municipality is not None:
            return f"gemeente:{self.municipality}"
        return f"regio:{self.region}" if self.region else "iedereen"


@dataclass(frozen=True, slots=True)
class Missing:
    """A campaign without a date in a year."""

    campaign: str
    name: str
    year: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody can add.

    Attributes:
        audiences: for whom; never empty.
        campaigns: key and name of those of which days of one's own can be a part.
        missing: campaigns without a date in this year or the next ones, which can get one.
    """

    audiences: tuple[Audience, ...]
    campaigns: tuple[tuple[str, str], ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """A campaign that somebody adds.

    Attributes:
        name: empty for days of one's own: then it follows from whose they are.
        audience: as `Audience.key`.
        part_of: key of the campaign that these days are a part of; empty for none.
        yearly: True where it is on the same days each year.
        certain: True where nobody has to confirm the days any more.
        why: for the log; may be empty.
    """

    name: str
    summary: str
    organiser: str
    source: str
    audience: str
    part_of: str
    span: Span
    yearly: bool
    certain: bool
    why: str


@dataclass(frozen=True, slots=True)
class NewEdition:
    """Days in a year for a campaign that has none there; as of a `NewCampaign`."""

    campaign: str
    year: int
    span: Span
    source: str
    theme: str
    certain: bool
    why: str


def choices(session: Session, visitor: Visitor, today: date) -> Choices:
    """Return what somebody can add.

    Raises:
        NotFoundError: when that is nothing.
    """
    audiences = _audiences(session, visitor, today)
    if not audiences:
        raise NotFoundError(
            "Een campagne toevoegen doet een beleidsmedewerker voor de eigen gemeente, of de"
            " centrumgemeente. Vraag het daar."
        )
    campaigns = queries.campaigns(session)
    return Choices(
        audiences=audiences,
        campaigns=tuple((key, one.name) for key, one in campaigns.items() if one.part_of is None),
        missing=_missing(session, visitor, campaigns, today),
    )


def add(
    session: Session, wanted: NewCampaign, *, visitor: Visitor, now: datetime, today: date
) -> tuple[Effect, str]:
    """Add a campaign with its editions; roll back to only see what it does.

    Args:
        session: a writing session.
        wanted: the campaign.
        visitor: who adds it.
        now: instant, aware UTC.
        today: the day.

    Returns:
        What it does, and the key of the edition on the days that were given.

    Raises:
        NotFoundError: when it is not theirs to add.
        InvalidInputError: when it makes no sense, or is there already.
    """
    found = choices(session, visitor, today)
    audience = next((one for one in found.audiences if one.key == wanted.audience), None)
    if audience is None:
        raise InvalidInputError("Kies voor wie de campagne is.", "voor")
    campaign = _campaign(session, wanted, audience, found, today)
    _check(campaign.key, wanted.span.first.year, wanted.span, wanted.source, today)
    before = effects.look(session, [], {})
    values = rows.campaign_values(campaign)
    rota_items.add(session, {Item("campaign", values.pop("key")): values}, now)
    rota.extend(session, today=today, now=now)
    made = [one for one in queries.editions(session) if one.campaign == campaign.key]
    fields = {
        "naam": campaign.name,
        "voor wie": audience.name,
        "wanneer": dutch.period(wanted.span),
        "elk jaar": "ja" if wanted.yearly else "nee",
        "datum": "staat vast" if wanted.certain else "voorlopig",
        "organisator": campaign.organiser,
        "bron": campaign.source,
    }
    effect = effects.compare(
        session, before, effects.look(session, [one.key for one in made], fields), today=today
    )
    first = next(one for one in made if one.span == wanted.span)
    _note(session, removal.ADDED, first, effect, visitor, wanted.why, now)
    return effect, first.key


def add_edition(
    session: Session, wanted: NewEdition, *, visitor: Visitor, now: datetime, today: date
) -> tuple[Effect, str]:
    """Add days in a year for a campaign that has none there.

    Args, return value and errors: as `add`.
    """
    campaigns = queries.campaigns(session)
    allowed = _missing(session, visitor, campaigns, today)
    if (wanted.campaign, wanted.year) not in {(one.campaign, one.year) for one in allowed}:
        raise NotFoundError(
            f"Voor deze campagne kun jij geen datum in {wanted.year} toevoegen: er is er al een, of"
            " dat doet de centrumgemeente."
        )
    edition = Edition(
        key=f"{wanted.campaign}-{wanted.year}",
        campaign=wanted.campaign,
        year=wanted.year,
        span=wanted.span,
        status=EditionStatus.CONFIRMED if wanted.certain else EditionStatus.PROVISIONAL,
        source=wanted.source,
        theme=wanted.theme,
        checked_on=today,
    )
    _check(edition.key, wanted.year, wanted.span, wanted.source, today)
    before = effects.look(session, [], {})
    items = rota_items.from_editions([edition]).items()
    rota_items.add(session, {item: {**one, "added_on": today} for item, one in items}, now)
    rota.follow_up(session, now=now, today=today, editions=[edition.key])
    fields = {
        "campagne": campaigns[wanted.campaign].name,
        "wanneer": dutch.period(wanted.span),
        "datum": "staat vast" if wanted.certain else "voorlopig",
        "thema": wanted.theme,
        "bron": wanted.source,
    }
    effect = effects.compare(
        session, before, effects.look(session, [edition.key], fields), today=today
    )
    _note(session, "datum toegevoegd", edition, effect, visitor, wanted.why, now)
    return effect, edition.key


def _audiences(session: Session, visitor: Visitor, today: date) -> tuple[Audience, ...]:
    regions = queries.regions(session)
    places = queries.municipalities(session).values()
    found = []
    if any(may(visitor, Action.SET_DATES, one, regions) for one in places):
        found.append(Audience("alle gemeenten"))
    for region in regions.values():
        inside = members(region.key, places, regions, today)
        if _decides(visitor, region, inside, regions):
            found.append(Audience(region.name, region=region.key))
    found += [
        Audience(f"alleen de gemeente {one.name}", region=one.region, municipality=one.key)
        for one in places
        if one.exists_on(today)
        and (
            may(visitor, Action.SET_DATES, one, regions)
            or may(visitor, Action.SET_OWN_DATES, one, regions)
        )
    ]
    return tuple(found)


def _decides(
    visitor: Visitor,
    region: Region,
    inside: tuple[Municipality, ...],
    regions: Mapping[str, Region],
) -> bool:
    """Say whether somebody may add a campaign for all of a region."""
    if inside and all(may(visitor, Action.SET_DATES, one, regions) for one in inside):
        return True
    return region.centre is None and any(
        one.region == region.key and may(visitor, Action.SET_OWN_DATES, one, regions)
        for one in inside
    )


def _missing(
    session: Session, visitor: Visitor, campaigns: Mapping[str, Campaign], today: date
) -> tuple[Missing, ...]:
    regions = queries.regions(session)
    places = queries.municipalities(session)
    dated = {(one.campaign, one.year) for one in queries.editions(session)}
    all_of = places_for(visitor, Action.SET_DATES, places, regions).values()
    own_of = places_for(visitor, Action.SET_OWN_DATES, places, regions).values()
    return tuple(
        Missing(key, one.name, year)
        for year in range(today.year, today.year + YEARS_AHEAD + 1)
        for key, one in campaigns.items()
        if (key, year) not in dated
        and one.runs_in(year)
        and (
            any(concerns(one, place, regions) for place in all_of)
            or any(is_own_affair(one, place, regions) for place in own_of)
        )
    )


def _campaign(
    session: Session, wanted: NewCampaign, audience: Audience, found: Choices, today: date
) -> Campaign:
    """Return the campaign as it will be stored.

    Raises:
        InvalidInputError: when its name or something else of it makes no sense.
    """
    parts = dict(found.campaigns)
    if wanted.part_of and wanted.part_of not in parts:
        raise InvalidInputError(
            "Kies een campagne uit de lijst waar deze dagen bij horen.", "hoort_bij"
        )
    if wanted.part_of and audience.region is None:
        raise InvalidInputError(
            "Eigen dagen zijn er voor een gemeente of een regio. Gelden ze voor iedereen? Wijzig"
            " dan de campagne zelf.",
            "hoort_bij",
        )
    name = wanted.name
    if not name and wanted.part_of:
        where = audience.name.removeprefix("alleen de gemeente ")
        name = f"{parts[wanted.part_of]} in {where}"
    if wanted.yearly and wanted.span.days > _LONGEST_YEARLY:
        raise InvalidInputError(
            "Een campagne die er elk jaar is, duurt korter dan een jaar.", "laatste"
        )
    key = key_from(name)
    if len(name) < _SHORTEST_NAME or not key:
        raise InvalidInputError(
            f"Vul een naam in van minstens {_SHORTEST_NAME} tekens, met letters of cijfers.", "naam"
        )
    campaigns = queries.campaigns(session)
    taken = {key_from(one.name) for one in campaigns.values()} | set(campaigns)
    editions = {one.key for one in queries.editions(session)}
    key = key if key in taken else removal.free_key(session, key)
    if key in taken or f"{key}-{wanted.span.first.year}" in editions:
        raise InvalidInputError(
            f"Er is al een campagne die '{name}' heet. Kies een andere naam.", "naam"
        )
    whose = audience.name.removeprefix("alleen de ")
    organiser = wanted.organiser or whose[:1].upper() + whose[1:]
    if not wanted.organiser and audience.region is None:
        raise InvalidInputError("Vul in wie de campagne organiseert.", "organisator")
    year, span = wanted.span.first.year, wanted.span
    known = KnownDates(year, span, wanted.source, confirmed=wanted.certain, checked_on=today)
    return Campaign(
        key=key,
        name=name,
        rule=_rule(wanted),
        rule_text=_rule_text(wanted, organiser),
        certainty=Certainty.HIGH if wanted.certain else Certainty.MEDIUM,
        organiser=organiser,
        source=wanted.source,
        summary=wanted.summary,
        region=audience.region,
        municipality=audience.municipality,
        part_of=wanted.part_of or None,
        checked_on=today,
        known=() if wanted.yearly else (known,),
        first_year=year,
    )


def _rule(wanted: NewCampaign) -> DateRule:
    if not wanted.yearly:
        return DateRule(RuleKind.ANNOUNCED)
    first, last = wanted.span.first, wanted.span.last
    days = FixedDays(first.month, first.day, last.month, last.day)
    # Nobody vouches for the days of a year yet: then somebody confirms them each year.
    return DateRule(RuleKind.FIXED if wanted.certain else RuleKind.ESTIMATED, days)


def _rule_text(wanted: NewCampaign, organiser: str) -> str:
    if not wanted.yearly:
        return f"{organiser} kiest de dagen, per jaar."
    period = dutch.short_period(wanted.span).removesuffix(f" {wanted.span.last.year}")
    return f"Elk jaar op dezelfde dagen: {period}."


def _check(key: str, year: int, span: Span, source: str, today: date) -> None:
    if span.last < today:
        raise InvalidInputError("Deze dagen zijn al voorbij. Kies dagen die nog komen.", "laatste")
    if span.first.year > today.year + YEARS_AHEAD:
        raise InvalidInputError(f"Kies dagen tot en met {today.year + YEARS_AHEAD}.", "eerste")
    check_days(key, year, span)
    if not source:
        raise InvalidInputError(
            "Geef aan waar de datums vandaan komen, bijvoorbeeld een webadres.", "bron"
        )


def _note(  # noqa: PLR0917 - all that the log tells
    session: Session,
    what: str,
    edition: Edition,
    effect: Effect,
    visitor: Visitor,
    why: str,
    now: datetime,
) -> None:
    audit.record(
        session,
        Author(visitor.contact.name, visitor.contact.key),
        what,
        of=("edition", edition.key),
        before=effect.before,
        after=effect.after,
        why=why,
        now=now,
    )
