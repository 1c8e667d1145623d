"""An answer that came by phone, by mail or in a meeting: a centrumgemeente notes it for another."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from campagne.domain import answers, dutch
from campagne.domain.answers import Told
from campagne.domain.reminders import Answer
from campagne.domain.rights import Action, Visitor, may
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.messages import Mails
from campagne.services import audit, lookup
from campagne.services.access import Links
from campagne.services.audit import Author
from campagne.services.regional import broadcast_mails, given, participation
from campagne.store import queries
from campagne.store.tables import BroadcastRow


@dataclass(frozen=True, slots=True)
class NotedPage:
    """What is known before somebody notes an answer down.

    Attributes:
        edition_key / municipality_key: what it is about.
        period: the days in Dutch.
        current: the answer now, None while there is none; `by` who gave it, in Dutch.
        closed: a Dutch sentence that says why no answer is taken, None when it is.
    """

    edition_key: str
    municipality_key: str
    municipality: str
    campaign: str
    period: str
    current: Answer | None
    by: str
    until: date | None
    closed: str | None

    @property
    def mark(self) -> str:
        """What tells this answer from another, for the form that is made from it."""
        return answers.mark(self.current, self.until)


def page(
    session: Session, edition_key: str, municipality_key: str, visitor: Visitor, today: date
) -> NotedPage:
    """Return what is known of the answer of a gemeente.

    Raises:
        NotFoundError: for an unknown edition or gemeente, or somebody who may not note for it.
    """
    edition = lookup.edition(session, edition_key)
    place = lookup.municipality(session, municipality_key)
    if not may(visitor, Action.NOTE_ANSWERS, place, queries.regions(session)):
        raise NotFoundError(
            f"Alleen de centrumgemeente van {place.name} legt hier een antwoord vast. Werk je daar?"
            " Vul dan eerst op 'Mijn stappen' de code uit je app in."
        )
    campaign = queries.campaigns(session)[edition.campaign]
    said = given.latest(session, edition.key).get(place.key)
    return NotedPage(
        edition_key=edition.key,
        municipality_key=place.key,
        municipality=place.name,
        campaign=campaign.name,
        period=dutch.period(edition.span),
        current=said.answer if said else None,
        by=given.said_by(said) if said else "",
        until=said.until if said else None,
        closed=participation.closed(edition, campaign, today),
    )


def note(
    session: Session,
    edition_key: str,
    municipality_key: str,
    *,
    answer: Answer,
    until: date | None,
    who: str,
    told: Told,
    instead_of: str | None,
    visitor: Visitor,
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
) -> bool:
    """Store the answer of a gemeente in the name of who gave it, and note in the log who did so.

    Args:
        session: a writing session.
        edition_key: the edition.
        municipality_key: the gemeente.
        answer: what it answers; with `until` as of `participation.record`.
        until: idem.
        who: who of the gemeente said so, as people will read it.
        told: how and when.
        instead_of: as of `participation.record`.
        visitor: who notes it down.
        links: for the addresses in the confirmation.
        mails: for the confirmation.
        now: the instant, aware UTC.
        today: the day.

    Returns:
        True when stored; False when this already was the answer.

    Raises:
        NotFoundError: as `page`.
        InvalidInputError: as `participation.record`, or when nobody is named.
    """
    before = page(session, edition_key, municipality_key, visitor, today)
    if not who:
        raise InvalidInputError(
            f"Schrijf op wie het antwoord gaf: een naam of een functie bij {before.municipality}.",
            "wie",
        )
    stored = participation.record(
        session,
        edition_key=edition_key,
        municipality_key=municipality_key,
        answer=answer,
        by=Author(who),
        now=now,
        today=today,
        links=links,
        mails=mails,
        broadcast_id=_broadcast(session, edition_key, municipality_key),
        instead_of=instead_of,
        until=until,
        told=Told(told.source, told.on, visitor.contact.key),
    )
    if stored:
        after = page(session, edition_key, municipality_key, visitor, today)
        audit.record(
            session,
            Author(visitor.contact.name, visitor.contact.key),
            "antwoord vastgelegd",
            of=("edition", edition_key),
            before=_fields(before),
            after=_fields(after),
            why=f"Namens {before.municipality}.",
            now=now,
        )
    return stored


def _broadcast(session: Session, edition_key: str, municipality_key: str) -> int | None:
    """Return the newest broadcast that asked this, for the link in the confirmation."""
    rows = session.exec(
        select(BroadcastRow)
        .where(
            col(BroadcastRow.edition_key) == edition_key,
            col(BroadcastRow.released_at).is_not(None),
        )
        .order_by(col(BroadcastRow.id).desc())
    )
    for row in rows:
        if municipality_key in {one.key for one in broadcast_mails.places(session, row)}:
            return row.id
    return None


def _fields(found: NotedPage) -> dict[str, str]:
    said = word(found.current) if found.current else "nog geen antwoord"
    # Who said it stands with the answer, where it can be erased.
    return {f"antwoord van {found.municipality}": said}
