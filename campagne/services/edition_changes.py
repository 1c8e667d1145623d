"""Changing the dates of an edition on a page: what it will do is shown first, then it is done.

Both run the same code; what is only to be seen is rolled back.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlmodel import Session, col

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.regions import ancestry
from campagne.domain.reminders import ReminderState
from campagne.domain.rights import Action, Visitor, may
from campagne.domain.rota import Campaign, Edition
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import audit, lookup, plan_effects, rota
from campagne.services.audit import AuditLine, Author
from campagne.services.plan_effects import PlanEffect
from campagne.store import queries
from campagne.store.tables import NoticeRow

_HISTORY = 20


class ChangeKind(StrEnum):
    """What somebody does with an edition."""

    MOVE = "move"
    CONFIRM = "confirm"
    CANCEL = "cancel"


_DONE = {
    ChangeKind.MOVE: "data veranderd",
    ChangeKind.CONFIRM: "data bevestigd",
    ChangeKind.CANCEL: "afgelast",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an edition.

    Attributes:
        span: the new days; only for a move.
        source: where the days come from; a move needs one.
        why: for the log of changes.
    """

    kind: ChangeKind
    span: Span | None
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does, in numbers of reminders, people and calendars.

    Attributes:
        before / after: the fields as people read them.
        plan: what becomes of the reminders.
        told: people who get a notice that something changed.
        calendars: feeds in which the event changes.
    """

    before: dict[str, str]
    after: dict[str, str]
    plan: PlanEffect
    told: int
    calendars: int

    @property
    def is_nothing(self) -> bool:
        """True when all stays as it is."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class EditionForm:
    """An edition to change.

    Attributes:
        version: fingerprint of what is shown; a form that was filled in for another one is old.
        history: the changes so far, the newest first.
    """

    edition: Edition
    campaign: str
    version: str
    history: tuple[AuditLine, ...]


def editions_of(session: Session, visitor: Visitor, today: date) -> list[tuple[Edition, str]]:
    """Return the editions that have not ended whose dates somebody may set, with their names."""
    campaigns = queries.campaigns(session)
    allowed = {key for key, one in campaigns.items() if _may_set(session, visitor, one)}
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
    if not _may_set(session, visitor, campaign):
        raise NotFoundError(
            "De datums van deze campagne kun jij niet wijzigen. Dat doet de centrumgemeente;"
            " vraag het daar."
        )
    history = audit.entries(session, of=("edition", key), limit=_HISTORY)
    return EditionForm(edition, campaign.name, _version(edition), tuple(history))


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
    before, told = _face(shown.edition), _told(session, key)
    plan = plan_effects.planned(session, [key])
    _carry_out(session, shown.edition, wanted, by=visitor.contact.name, now=now, today=today)
    session.expire_all()
    after = _face(lookup.edition(session, key))
    effect = Effect(
        before=before,
        after=after,
        plan=plan_effects.compare(plan, plan_effects.planned(session, [key]), today),
        told=len(_told(session, key) - told),
        calendars=_calendars(session, shown.edition) if before != after else 0,
    )
    if not effect.is_nothing:
        author = Author(visitor.contact.name, visitor.contact.key)
        audit.record(
            session,
            author,
            _DONE[wanted.kind],
            of=("edition", key),
            before=before,
            after=after,
            why=wanted.why,
            now=now,
        )
    return effect


def _carry_out(
    session: Session, edition: Edition, wanted: Change, *, by: str, now: datetime, today: date
) -> None:
    if edition.span.last < today:
        raise InvalidInputError("Deze campagne is voorbij. Er is niets meer te veranderen.")
    match wanted.kind:
        case ChangeKind.MOVE:
            if wanted.span is None:
                raise InvalidInputError("Vul de eerste en de laatste dag in.")
            if wanted.span.last < today:
                raise InvalidInputError("Deze dagen zijn al voorbij. Kies dagen die nog komen.")
            rota.set_dates(
                session,
                edition.key,
                wanted.span,
                by=by,
                source=wanted.source,
                now=now,
                today=today,
            )
        case ChangeKind.CONFIRM:
            rota.confirm(session, edition.key, by=by, source=wanted.source, now=now, today=today)
        case ChangeKind.CANCEL:
            if not wanted.why:
                raise InvalidInputError("Schrijf op waarom de campagne niet doorgaat.")
            rota.cancel(session, edition.key, by=by, now=now, today=today)


def _may_set(session: Session, visitor: Visitor, campaign: Campaign) -> bool:
    """Say whether somebody may set the dates of a campaign, for any gemeente that it concerns."""
    regions = queries.regions(session)
    return any(
        lookup.concerns(campaign, place, regions) and may(visitor, Action.SET_DATES, place, regions)
        for place in queries.municipalities(session).values()
    )


def _face(edition: Edition) -> dict[str, str]:
    return {
        "wanneer": dutch.period(edition.span),
        "status": word(edition.status),
        "bron": edition.source,
    }


def _version(edition: Edition) -> str:
    said = [edition.span.first, edition.span.last, edition.status, edition.source]
    return hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()[:16]


def _somebody_was_first(shown: EditionForm) -> str:
    by = f" door {shown.history[0].by}" if shown.history else ""
    return (
        f"Deze campagne is intussen{by} veranderd: het is nu {dutch.period(shown.edition.span)}"
        f" ({word(shown.edition.status)}). Er is niets opgeslagen. Kijk of jouw wijziging nog nodig"
        " is en verstuur het formulier dan opnieuw."
    )


def _told(session: Session, key: str) -> set[int | None]:
    rows = session.scalars(
        select(col(NoticeRow.id)).where(
            col(NoticeRow.edition_key) == key, col(NoticeRow.state) == ReminderState.PLANNED
        )
    )
    return set(rows)


def _calendars(session: Session, edition: Edition) -> int:
    """Count the feeds that show an edition: of everything, its campaign, regions and gemeenten."""
    regions = queries.regions(session)
    campaign = queries.campaigns(session)[edition.campaign]
    places = [
        one
        for one in queries.municipalities(session).values()
        if one.exists_on(edition.span.first) and lookup.concerns(campaign, one, regions)
    ]
    around = {name for one in places for name in ancestry(one.region, regions)}
    return 2 + len(around) + len(places)
