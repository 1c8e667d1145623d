"""Four eyes: what stands in the way of a broadcast, and who said that it may go."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.broadcasts import FourEyes, Move, after, needs_approval
from campagne.domain.contacts import Contact
from campagne.domain.rights import Visitor
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError
from campagne.messages import Mails
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.audit import Author
from campagne.services.national import materials
from campagne.services.regional import approval_mails, broadcast_mails, broadcasts, senders
from campagne.store import queries
from campagne.store.tables import BroadcastRow


def obstacles(
    session: Session, row: BroadcastRow, *, links: Links, mails: Mails, now: datetime, today: date
) -> Iterator[str]:
    """Yield why a broadcast cannot go as it stands, each a Dutch sentence that says what to do.

    That nobody approved it yet is another matter: see `missing_approval`.

    Args:
        session: any session.
        row: the broadcast.
        links: for its mails.
        mails: idem.
        now: the instant, aware UTC.
        today: the day.
    """
    yield from hindrances(session, row, links=links, mails=mails, today=today)
    if broadcasts.not_open(session, lookup.edition(session, row.edition_key), today):
        return
    try:
        writer = broadcast_mails.Writer(session, row, links, mails, now)
    except InvalidInputError:
        return  # its author is gone, which was said
    readers = broadcast_mails.readers_on(session, row, today)
    yield from broadcast_mails.text_faults(writer, row, readers)
    if not readers:
        yield (
            "Geen van de gemeenten heeft een contactpersoon voor beleid of communicatie die"
            " regioberichten wil. Voeg eerst contactpersonen toe."
        )


def hindrances(
    session: Session, row: BroadcastRow, *, links: Links, mails: Mails, today: date
) -> Iterator[str]:
    """Yield those of the `obstacles` that have nothing to do with who gets it."""
    edition = lookup.edition(session, row.edition_key)
    if closed := broadcasts.not_open(session, edition, today):
        yield closed
        return
    try:
        senders.author_of(session, row)
    except InvalidInputError as fault:
        yield str(fault)
        return
    if row.answer_by < today:
        yield (
            f"Antwoorden kon tot en met {dutch.day(row.answer_by)}. Kies een latere dag, of maak"
            " een nieuw regiobericht."
        )
    if broadcast_mails.is_outdated(session, row, edition, links, mails):
        yield (
            "De gegevens van de campagne zijn veranderd nadat dit regiobericht is gemaakt. Kijk de"
            " tekst na en sla die opnieuw op, of maak een nieuw regiobericht."
        )
    material = materials.look(session, edition, today)
    if material and material.is_gone and materials.stands_in(edition, row.body):
        yield (
            "In de tekst staat een link naar landelijk materiaal dat er niet meer is, of niet meer"
            " gebruikt mag worden. Haal de link uit de tekst en sla die opnieuw op."
        )
    if row.with_texts and edition.status is EditionStatus.PROVISIONAL:
        yield (
            "De datum is nog voorlopig: dan gaan er geen teksten voor inwoners mee. Wacht tot de"
            " datum vaststaat, of stuur het bericht zonder die teksten."
        )


def missing_approval(session: Session, row: BroadcastRow, four_eyes: FourEyes) -> str:
    """Say in Dutch which approval is missing; empty when none is needed, or it was given.

    It was given to what stands there now, by somebody who still works in the region.
    """
    if not needs_approval(four_eyes, with_texts=row.with_texts, with_files=bool(row.files)):
        return ""
    if row.approver_key is None or row.approved != broadcasts.content(row).digest():
        return "Een collega in de regio moet dit regiobericht nog goedkeuren. Vraag daar eerst om."
    approver = next((one for one in queries.contacts(session) if one.key == row.approver_key), None)
    if approver and senders.may_approve(session, Visitor(approver, strong=True), row):
        return ""
    return (
        "Wie dit regiobericht goedkeurde, werkt niet meer in deze regio. Vraag een andere collega"
        " om het goed te keuren."
    )


def submit(
    session: Session,
    broadcast_id: int,
    *,
    by: Author,
    ask: str = "",
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
) -> None:
    """Ask that a broadcast is approved; it must be fit to go.

    Args:
        session: a writing session.
        broadcast_id: the broadcast.
        by: who asks.
        ask: key of the colleague who gets a mail about it; empty for nobody. Others in the region
            may approve it just as well.
        links: for its mails.
        mails: idem.
        now: the instant, aware UTC.
        today: the day.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when it is no draft, something stands in the way, or this colleague may
            not approve it.
    """
    row = broadcasts.find(session, broadcast_id)
    broadcasts.require(row, Move.SUBMIT)
    require_fit(session, row, links=links, mails=mails, now=now, today=today)
    row.state, row.submitted_at, row.hindrance = after(Move.SUBMIT, approved=False), now, ""
    session.flush()
    broadcasts.note(session, row, by, "om goedkeuring gevraagd", now=now)
    if not ask:
        return
    if ask not in {one.key for one in senders.approvers(session, row)}:
        raise InvalidInputError(
            "Deze collega kan dit bericht niet goedkeuren. Kies een ander.", "aan"
        )
    approval_mails.tell(
        session, row, approval_mails.ASKED, ask, by=by.name, links=links, mails=mails, now=now
    )


def approve(
    session: Session,
    broadcast_id: int,
    *,
    by: Contact,
    version: str | None = None,
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
) -> None:
    """Approve a broadcast that somebody else wrote, as it stands.

    Args:
        session: a writing session.
        broadcast_id: the broadcast.
        by: who approves.
        version: the fingerprint of what they looked at; None for who looked just now.
        links: for its mails.
        mails: idem.
        now: the instant, aware UTC.
        today: the day.

    Raises:
        NotFoundError: for an unknown broadcast, or one of a region where they do not work.
        InvalidInputError: when they wrote it themselves, it changed since they looked, it waits
            for no approval, or something stands in the way.
    """
    row = broadcasts.find(session, broadcast_id)
    senders.require_reader(session, Visitor(by, strong=True), row)
    broadcasts.require(row, Move.APPROVE)
    digest = broadcasts.content(row).digest()
    if version is not None and version != digest:
        raise InvalidInputError(
            "Dit regiobericht is net veranderd. Kijk het opnieuw na voor je het goedkeurt."
        )
    require_other(row, by)
    require_fit(session, row, links=links, mails=mails, now=now, today=today)
    row.state = after(Move.APPROVE, approved=True)
    row.approver_key, row.approved_at, row.approved = by.key, now, digest
    session.flush()
    broadcasts.note(session, row, Author(by.name, by.key), "regiobericht goedgekeurd", now=now)
    approval_mails.tell(
        session,
        row,
        approval_mails.APPROVED,
        row.author_key,
        by=by.name,
        links=links,
        mails=mails,
        now=now,
    )


def give_back(
    session: Session,
    broadcast_id: int,
    *,
    by: Author,
    why: str,
    links: Links,
    mails: Mails,
    now: datetime,
) -> None:
    """Give a broadcast back to its author, with what must be otherwise.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when it waits for nobody, or nothing is said of why.
    """
    row = broadcasts.find(session, broadcast_id)
    broadcasts.require(row, Move.RETURN)
    if not why:
        raise InvalidInputError(
            "Schrijf erbij wat er anders moet. De schrijver leest dat.", "waarom"
        )
    row.state = after(Move.RETURN, approved=False)
    broadcasts.void(row)
    row.hindrance = f"{by.name} geeft dit regiobericht terug: {why}"
    session.flush()
    broadcasts.note(session, row, by, "regiobericht teruggegeven", now=now, why=why)
    approval_mails.tell(
        session,
        row,
        approval_mails.RETURNED,
        row.author_key,
        by=by.name,
        note=why,
        links=links,
        mails=mails,
        now=now,
    )


def require_other(row: BroadcastRow, by: Contact) -> None:
    """Let only somebody else than its author say whether a broadcast may go.

    Raises:
        InvalidInputError: for its author.
    """
    if by.key == row.author_key:
        raise InvalidInputError(
            "Je schreef dit regiobericht zelf. Laat een collega in de regio het goedkeuren."
        )


def require_fit(
    session: Session, row: BroadcastRow, *, links: Links, mails: Mails, now: datetime, today: date
) -> None:
    """Let a broadcast on only when nothing stands in the way.

    Raises:
        InvalidInputError: with the first thing that does.
    """
    for one in obstacles(session, row, links=links, mails=mails, now=now, today=today):
        raise InvalidInputError(one)
