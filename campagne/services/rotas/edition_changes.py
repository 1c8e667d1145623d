"""Changing an edition on a page: what it will do is shown first, then it is done.

Both run the same code; what is only to be seen is rolled back.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.national import NationalMaterial
from campagne.domain.rights import Action, Visitor, places_for
from campagne.domain.rota import Campaign, Edition, concerns, is_own_affair
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import audit, lookup
from campagne.services.audit import AuditLine, Author
from campagne.services.national import material_mails, recording
from campagne.services.rotas import effects, removal, rota
from campagne.services.rotas.effects import Effect
from campagne.store import queries

_HISTORY = 20


class ChangeKind(StrEnum):
    """What somebody does with an edition."""

    CONFIRM = "confirm"
    MOVE = "move"
    THEME = "theme"
    MATERIAL = "material"
    NO_MATERIAL = "no_material"
    CANCEL = "cancel"
    RESUME = "resume"
    REMOVE = "remove"


_DONE = {
    ChangeKind.MOVE: "datum veranderd",
    ChangeKind.CONFIRM: "datum bevestigd",
    ChangeKind.THEME: "thema veranderd",
    ChangeKind.MATERIAL: "landelijk materiaal vastgelegd",
    ChangeKind.NO_MATERIAL: "landelijk materiaal weggehaald",
    ChangeKind.CANCEL: "afgelast",
    ChangeKind.RESUME: "gaat toch door",
    ChangeKind.REMOVE: "campagne weggehaald",
}
_NEEDS_REASON = {
    ChangeKind.MOVE: "Schrijf op waarom de datum verandert.",
    ChangeKind.CANCEL: "Schrijf op waarom de campagne niet doorgaat.",
    ChangeKind.RESUME: "Schrijf op waarom de campagne toch doorgaat.",
    ChangeKind.REMOVE: "Schrijf op waarom je de campagne weghaalt.",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an edition.

    Attributes:
        span: the new days; only for a move.
        source: where the days come from; a move needs one.
        why: for the log of changes; needed but for a confirmation, a theme or material.
        theme: the new theme; only for that.
        material: the national material; only for that.
    """

    kind: ChangeKind
    span: Span | None
    source: str
    why: str
    theme: str = ""
    material: NationalMaterial | None = None


@dataclass(frozen=True, slots=True)
class EditionForm:
    """An edition to change.

    Attributes:
        version: fingerprint of what is shown; a form that was filled in for another one is old.
        central: key and name of the regions that put it central: their rota says who leads.
        stays: why who looks cannot take its campaign away, which somebody added, in Dutch; empty
            where they can, None where nobody added it.
        history: the changes so far, the newest first.
    """

    edition: Edition
    campaign: str
    version: str
    central: tuple[tuple[str, str], ...]
    stays: str | None
    history: tuple[AuditLine, ...]


def editions_of(session: Session, visitor: Visitor, today: date) -> list[tuple[Edition, str]]:
    """Return the editions that have not ended whose dates somebody may set, with their names."""
    campaigns = queries.campaigns(session)
    allowed = may_set(session, visitor, campaigns)
    return [
        (one, campaigns[one.campaign].name)
        for one in sorted(queries.editions(session), key=lambda one: (one.span.first, one.key))
        if one.campaign in allowed and one.span.last >= today
    ]


def form(session: Session, key: str, visitor: Visitor) -> EditionForm:
    """Return an edition for who may change it.

    Raises:
        NotFoundError: when there is no such edition, or it is not theirs to change.
    """
    edition = lookup.edition(session, key)
    campaign = queries.campaigns(session)[edition.campaign]
    if not may_change(session, key, visitor):
        raise NotFoundError(
            "De datums van deze campagne kun jij niet wijzigen. Dat doet de centrumgemeente;"
            " vraag het daar."
        )
    history = audit.entries(session, of=("edition", key), limit=_HISTORY)
    regions = queries.regions(session)
    central = tuple(
        (one.region, regions[one.region].name)
        for one in queries.rota_entries(session)
        if (one.campaign, one.year) == (edition.campaign, edition.year)
    )
    stays = removal.hindrance(session, campaign.key, visitor)
    version = _version(edition)
    return EditionForm(edition, campaign.name, version, central, stays, tuple(history))


def change(
    session: Session,
    key: str,
    wanted: Change,
    *,
    visitor: Visitor,
    version: str,
    now: datetime,
    today: date,
) -> Effect:
    """Change an edition and note it in the log of changes; roll back to only see the effect.

    Args:
        session: a writing session.
        key: of the edition.
        wanted: the change.
        visitor: who asks for it.
        version: of the form that was filled in.
        now: instant, aware UTC.
        today: the day.

    Raises:
        NotFoundError: as `form`.
        InvalidInputError: when the change makes no sense, or somebody else was first.
    """
    shown = form(session, key, visitor)
    if version != shown.version:
        raise InvalidInputError(_somebody_was_first(shown))
    keys = [key]
    if wanted.kind is ChangeKind.REMOVE:
        keys = removal.editions_of(session, shown.edition.campaign)
    before = effects.look(session, keys, _face(shown.edition))
    readers = material_mails.expected(session, key, today)
    _carry_out(session, shown.edition, wanted, visitor=visitor, now=now, today=today)
    face = _face(queries.editions_ever(session)[key])
    if wanted.kind is ChangeKind.REMOVE:
        face["status"] = "weggehaald"
    after = effects.look(session, keys, face)
    mailed = max(material_mails.expected(session, key, today) - readers, 0)
    effect = effects.compare(session, before, after, today=today, mailed=mailed)
    if not effect.is_nothing:
        author = Author(visitor.contact.name, visitor.contact.key)
        audit.record(
            session,
            author,
            _DONE[wanted.kind],
            of=("edition", key),
            before=effect.before,
            after=effect.after,
            why=wanted.why,
            now=now,
        )
    return effect


@contextmanager
def noted(session: Session, key: str, kind: ChangeKind, *, now: datetime) -> Iterator[None]:
    """Note in the log of changes what a command does with an edition within the block.

    Args:
        session: a writing session.
        key: of the edition.
        kind: what is done.
        now: instant, aware UTC.

    Raises:
        NotFoundError: when there is no such edition.
    """
    before = _face(lookup.edition(session, key))
    yield
    session.expire_all()
    after = _face(lookup.edition(session, key))
    if before != after:
        of = ("edition", key)
        audit.by_command(session, _DONE[kind], of=of, before=before, after=after, now=now)


def _carry_out(
    session: Session,
    edition: Edition,
    wanted: Change,
    *,
    visitor: Visitor,
    now: datetime,
    today: date,
) -> None:
    by = visitor.contact.name
    if edition.span.last < today:
        raise InvalidInputError("Deze campagne is voorbij. Er is niets meer te veranderen.")
    if wanted.kind in _NEEDS_REASON and not wanted.why:
        raise InvalidInputError(_NEEDS_REASON[wanted.kind], "waarom")
    match wanted.kind:
        case ChangeKind.MOVE:
            _move(session, edition, wanted, by=by, now=now, today=today)
        case ChangeKind.CONFIRM:
            rota.confirm(session, edition.key, by=by, source=wanted.source, now=now, today=today)
        case ChangeKind.THEME:
            rota.set_theme(session, edition.key, wanted.theme, by=by, now=now, today=today)
        case ChangeKind.MATERIAL | ChangeKind.NO_MATERIAL:
            material = wanted.material
            recording.record(session, edition.key, material, by=by, now=now, today=today)
        case ChangeKind.CANCEL:
            rota.cancel(session, edition.key, by=by, now=now, today=today)
        case ChangeKind.RESUME:
            rota.resume(session, edition.key, by=by, now=now, today=today)
        case ChangeKind.REMOVE:
            removal.remove(session, edition.campaign, visitor=visitor, now=now, today=today)


def _move(
    session: Session, edition: Edition, wanted: Change, *, by: str, now: datetime, today: date
) -> None:
    if wanted.span is None:
        raise InvalidInputError("Vul de eerste en de laatste dag in.", "eerste")
    if wanted.span.last < today:
        raise InvalidInputError("Deze dagen zijn al voorbij. Kies dagen die nog komen.", "laatste")
    rota.set_dates(
        session,
        edition.key,
        wanted.span,
        by=by,
        source=wanted.source,
        now=now,
        today=today,
    )


def may_change(session: Session, key: str, visitor: Visitor) -> bool:
    """Say whether an edition is theirs to change.

    Raises:
        NotFoundError: when there is no such edition.
    """
    campaign = queries.campaigns(session)[lookup.edition(session, key).campaign]
    return bool(may_set(session, visitor, {campaign.key: campaign}))


def is_concerned(session: Session, key: str, visitor: Visitor) -> bool:
    """Say whether an edition is there for a gemeente that somebody works for.

    Raises:
        NotFoundError: when there is no such edition.
    """
    campaign = queries.campaigns(session)[lookup.edition(session, key).campaign]
    regions = queries.regions(session)
    mine = places_for(visitor, Action.PROPOSE_DATES, queries.municipalities(session), regions)
    return any(concerns(campaign, place, regions) for place in mine.values())


def may_set(
    session: Session, visitor: Visitor, campaigns: Mapping[str, Campaign]
) -> frozenset[str]:
    """Return the campaigns whose dates somebody may set.

    Those that concern a gemeente of which they may set all dates, and those that a gemeente of
    theirs decides on itself.
    """
    regions = queries.regions(session)
    places = queries.municipalities(session)
    all_of = places_for(visitor, Action.SET_DATES, places, regions).values()
    own_of = places_for(visitor, Action.SET_OWN_DATES, places, regions).values()
    return frozenset(
        key
        for key, campaign in campaigns.items()
        if any(concerns(campaign, place, regions) for place in all_of)
        or any(is_own_affair(campaign, place, regions) for place in own_of)
    )


def _face(edition: Edition) -> dict[str, str]:
    return {
        "wanneer": dutch.period(edition.span),
        "status": word(edition.status),
        "bron": edition.source,
        "thema": edition.theme,
        "landelijk materiaal": str(edition.material or ""),
    }


def _version(edition: Edition) -> str:
    said = [
        edition.span.first,
        edition.span.last,
        edition.status,
        edition.source,
        edition.theme,
        edition.material,
    ]
    return hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()[:16]


def _somebody_was_first(shown: EditionForm) -> str:
    by = f" door {shown.history[0].by}" if shown.history else ""
    return (
        f"Deze campagne is intussen{by} veranderd: het is nu {dutch.period(shown.edition.span)}"
        f" ({word(shown.edition.status)}). Er is niets opgeslagen. Kijk of jouw wijziging nog nodig"
        " is en verstuur het formulier dan opnieuw."
    )
