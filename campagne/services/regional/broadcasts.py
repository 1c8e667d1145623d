"""Broadcasts: a centrumgemeente tells the gemeenten of its region about an edition, in one action.

Here they are listed and looked at. `writing` makes one, `approval` asks a colleague, `releases`
sends it and `halts` stops it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists
from sqlmodel import Session, col, select

from campagne.clock import local_day
from campagne.domain import dutch
from campagne.domain.broadcasts import (
    BroadcastState,
    Content,
    Move,
    may_move,
    now_is,
)
from campagne.domain.delivery import DeliveryState
from campagne.domain.playbook import Role
from campagne.domain.rota import Edition, EditionStatus
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import audit, lookup
from campagne.services.audit import Author
from campagne.services.regional import broadcast_mails, enclosed
from campagne.store import queries
from campagne.store.tables import BroadcastRow, DeliveryRow

_HIGHEST_NUMBER = 2**31 - 1  # that a column of PostgreSQL takes


@dataclass(frozen=True, slots=True)
class BroadcastLine:
    """A broadcast in a list; `released_at` is None while it is not sent."""

    id: int
    edition: str
    region: str
    author: str
    subject: str
    answer_by: date
    released_at: datetime | None
    state: BroadcastState


def void(row: BroadcastRow) -> None:
    """Forget that somebody approved a broadcast, and when it was to go."""
    row.approver_key, row.approved_at, row.approved = None, None, ""
    row.submitted_at, row.release_at, row.hindrance = None, None, ""


def content(row: BroadcastRow) -> Content:
    """Return what a broadcast says, and to whom."""
    return Content(
        edition=row.edition_key,
        region=row.region_key,
        centre=row.centre_key,
        author=row.author_key,
        subject=row.subject,
        body=row.body,
        answer_by=row.answer_by,
        places=tuple(row.places),
        roles=tuple(Role(one) for one in row.roles),
        with_texts=row.with_texts,
        with_calendar=row.with_calendar,
        follows=row.follows_id,
        facts=row.facts,
        files=enclosed.of(row),
    )


def find(session: Session, broadcast_id: int) -> BroadcastRow:
    """Return a broadcast.

    Raises:
        NotFoundError: when there is none of this number.
    """
    known = 0 < broadcast_id <= _HIGHEST_NUMBER
    row = session.get(BroadcastRow, broadcast_id, populate_existing=True) if known else None
    if row is None:
        raise unknown(broadcast_id)
    return row


def unknown(broadcast_id: int) -> NotFoundError:
    """Return what to raise for a broadcast that is not there, for who asks."""
    return NotFoundError(
        f"Regiobericht {broadcast_id} bestaat niet."
        " Kijk in de lijst van regioberichten welke er zijn."
    )


def require(row: BroadcastRow, move: Move) -> None:
    """Let only that be done with a broadcast which its state allows.

    Raises:
        InvalidInputError: when it cannot be done now.
    """
    if not may_move(row.state, move):
        raise InvalidInputError(
            f"Dat kan nu niet: dit regiobericht {_STANDS.get(row.state, f'is {word(row.state)}')}."
        )


def sent_before(session: Session, broadcast_id: int) -> str | None:
    """Say in Dutch that gemeenten have another broadcast about this edition; None when not so.

    It may have gone to another region, in which some of the same gemeenten lie. One that is
    scheduled counts too; a follow-up is meant to be another one.

    Raises:
        NotFoundError: for an unknown broadcast.
    """
    row = find(session, broadcast_id)
    if row.follows_id is not None:
        return None
    others = session.exec(
        select(BroadcastRow)
        .where(
            col(BroadcastRow.edition_key) == row.edition_key,
            col(BroadcastRow.id) != broadcast_id,
            (col(BroadcastRow.state) == BroadcastState.SCHEDULED)
            # One that was withdrawn before anything left was not sent.
            | exists().where(
                col(DeliveryRow.broadcast_id) == col(BroadcastRow.id),
                col(DeliveryRow.state) != DeliveryState.CANCELLED,
            ),
        )
        .order_by(col(BroadcastRow.released_at).desc())
    )
    # Another region may have the same gemeenten: Holland Rijnland lies in Hollands Midden.
    mine = _asked(session, row)
    found = ((one, mine & _asked(session, one)) for one in others)
    earlier, twice = next(((one, both) for one, both in found if both), (None, mine))
    if earlier is None:
        return None
    some = "alle gemeenten van dit bericht" if twice == mine else dutch.join(sorted(twice))
    edition = lookup.edition(session, row.edition_key)
    campaign = f"{queries.campaigns(session)[edition.campaign].name} {edition.year}"
    region = lookup.region(session, earlier.region_key).name
    if earlier.released_at is None:
        said = f"Over {campaign} is al een ander regiobericht aan {region} ingepland"
    else:
        on = dutch.day(local_day(earlier.released_at))
        said = f"Over {campaign} is op {on} al een regiobericht aan {region} verstuurd"
    return (
        f"{said} (nummer {earlier.id}). Dat is ook voor {some}. Wil je daar toch nog een keer"
        " over mailen? Kies dan 'toch nog een keer' (in de opdracht: --again)."
    )


def _asked(session: Session, row: BroadcastRow) -> set[str]:
    """Return the names of the gemeenten that a broadcast asks."""
    return {one.name for one in broadcast_mails.places(session, row)}


def list_all(session: Session) -> list[BroadcastLine]:
    """Return all broadcasts, the newest first."""
    names = {one.key: one.name for one in queries.contacts(session)}
    waits = waiting(session)
    rows = session.exec(select(BroadcastRow).order_by(col(BroadcastRow.id).desc()))
    return [
        BroadcastLine(
            id=broadcast_mails.number(row),
            edition=row.edition_key,
            region=row.region_key,
            author=names.get(row.author_key, row.author_key),
            subject=row.subject,
            answer_by=row.answer_by,
            released_at=row.released_at,
            state=now_is(row.state, waits=row.id in waits),
        )
        for row in rows
    ]


def waiting(session: Session) -> set[int | None]:
    """Return the ids of the broadcasts with mails that are still to leave, or to be made."""
    made = select(col(DeliveryRow.broadcast_id)).where(
        col(DeliveryRow.broadcast_id).is_not(None), col(DeliveryRow.state).in_(_TO_LEAVE)
    )
    to_make = select(col(BroadcastRow.id)).where(col(BroadcastRow.to_make))
    return {*session.exec(made.distinct()), *session.exec(to_make)}


def not_open(session: Session, edition: Edition, today: date) -> str:
    """Say in Dutch why no broadcast about an edition can go any more; empty when it can."""
    name = queries.campaigns(session)[edition.campaign].name
    if edition.status is EditionStatus.CANCELLED:
        return f"{name} gaat niet door. Kies een andere editie."
    if edition.span.first <= today:
        return (
            f"{name} is al begonnen, op {dutch.day(edition.span.first)}. Antwoorden kan dan niet"
            " meer. Kies een editie die nog komt."
        )
    return ""


def note(
    session: Session,
    row: BroadcastRow,
    by: Author,
    what: str,
    *,
    now: datetime,
    before: dict[str, str] | None = None,
    why: str = "",
) -> None:
    """Note in the log what was done with a broadcast."""
    audit.record(
        session,
        by,
        what,
        of=("broadcast", str(row.id)),
        before=before or {},
        after=fields(session, row) if before is not None else {},
        why=why,
        now=now,
    )


_TO_LEAVE = (
    DeliveryState.HELD,
    DeliveryState.DUE,
    DeliveryState.CLAIMED,
    DeliveryState.SENDING,
    DeliveryState.DEFERRED,
)
_STANDS = {
    BroadcastState.DRAFT: "is nog een concept",
    BroadcastState.SUBMITTED: "wacht op goedkeuring",
    BroadcastState.RELEASED: "is al verstuurd",
    BroadcastState.PAUSED: "is gepauzeerd",
    BroadcastState.CANCELLED: "is gestopt",
}


def fields(session: Session, row: BroadcastRow) -> dict[str, str]:
    """Return what a broadcast says, by the Dutch names of the fields, for the log."""
    people = {one.key: one.name for one in queries.contacts(session)}
    names = queries.municipalities(session)
    return {
        "afzender": people.get(row.author_key, row.author_key),
        "onderwerp": row.subject,
        "tekst": row.body,
        "antwoord tot en met": dutch.day(row.answer_by),
        "gemeenten": dutch.join([names[one].name for one in row.places if one in names]) or "alle",
        "rollen": dutch.join([word(Role(one)) for one in row.roles]),
        "teksten voor inwoners": "ja" if row.with_texts else "nee",
        "agendabestand": "ja" if row.with_calendar else "nee",
        "bijlagen": dutch.join([one.said for one in enclosed.of(row)]) or "geen",
    }
