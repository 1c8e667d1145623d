"""Dates that people, or programs, propose for an edition, and what is decided of them.

A proposal changes nothing by itself. Who may set the dates accepts it, by the same way as any other
change of dates, or refuses it with a reason.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.proposals import DateProposal, ProposalState, is_news
from campagne.domain.rights import Action, Visitor, may
from campagne.domain.rota import Edition, EditionStatus, check_days, concerns
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import audit, lookup
from campagne.services.audit import Author
from campagne.services.rotas import edition_changes, proposal_news
from campagne.services.rotas.edition_changes import Change, ChangeKind, EditionForm
from campagne.services.rotas.effects import Effect
from campagne.store import queries
from campagne.store.tables import DateProposalRow

_DECIDED = 30


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in a list, with the edition as it is now."""

    proposal: DateProposal
    edition: Edition
    name: str


@dataclass(frozen=True, slots=True)
class ProposeForm:
    """An edition to propose dates for.

    Attributes:
        earlier: what was proposed before, the newest first.
        sets_dates: True for who need not propose, but can set the dates.
    """

    edition: Edition
    name: str
    earlier: tuple[DateProposal, ...]
    sets_dates: bool


def file(
    session: Session,
    edition_key: str,
    span: Span,
    *,
    source: str,
    author: Author,
    now: datetime,
    today: date,
    note: str = "",
) -> DateProposal | None:
    """Keep dates that were found for an edition; safe to repeat.

    Args:
        session: a writing session.
        edition_key: key of the edition.
        span: the days that were found.
        source: where; mostly an address.
        author: who found them: a contact, or a program by its name alone.
        now: instant, aware UTC.
        today: the day.
        note: what there is to say of it.

    Returns:
        The new proposal; None where it says nothing new: the same was proposed before for the
        present dates of the edition, whatever was decided, or these are its dates for sure. One
        that was withdrawn is open again.

    Raises:
        NotFoundError: when there is no such edition.
        InvalidInputError: when the edition cannot have these days, or there is no source.
    """
    edition = lookup.edition(session, edition_key)
    if edition.span.last < today:
        raise InvalidInputError("Deze campagne is voorbij. Er is niets meer te veranderen.")
    check_days(edition_key, edition.year, span)
    if span.last < today:
        raise InvalidInputError("Deze dagen zijn al voorbij. Kies dagen die nog komen.", "laatste")
    if not source:
        raise InvalidInputError(
            "Geef aan waar de datums vandaan komen, bijvoorbeeld een webadres.", "bron"
        )
    row = _same(session, edition, span, source)
    if not is_news(edition, span) or (row and row.state is not ProposalState.WITHDRAWN):
        return None
    if row is None:
        row = DateProposalRow(
            edition_key=edition_key,
            date_version=edition.date_version,
            first=span.first,
            last=span.last,
            source=source,
            by=author.name,
            contact_key=author.contact,
            found_at=now,
            state=ProposalState.OPEN,
        )
        session.add(row)
    row.state, row.found_at, row.note = ProposalState.OPEN, now, note
    row.decided_by, row.decided_at, row.reason = "", None, ""
    session.flush()
    audit.record(
        session,
        author,
        "datum voorgesteld",
        of=("edition", edition_key),
        before={},
        after={"voorstel": dutch.period(span), "bron van het voorstel": source},
        why=note,
        now=now,
    )
    proposal_news.tell_who_decides(session, row, edition, now)
    return _proposal(row, edition)


def propose_form(session: Session, edition_key: str, visitor: Visitor) -> ProposeForm:
    """Return an edition for who may propose dates for it.

    Raises:
        NotFoundError: when there is no such edition, or it concerns no gemeente they work for.
    """
    edition = lookup.edition(session, edition_key)
    campaign = queries.campaigns(session)[edition.campaign]
    regions = queries.regions(session)
    concerned = [
        place
        for place in queries.municipalities(session).values()
        if concerns(campaign, place, regions)
    ]
    sets_dates = bool(edition_changes.may_set(session, visitor, {campaign.key: campaign}))
    if not sets_dates and not any(
        may(visitor, Action.PROPOSE_DATES, place, regions) for place in concerned
    ):
        raise NotFoundError(
            "Voor deze campagne kun jij geen datum voorstellen: die is er niet voor jouw gemeente."
        )
    rows = session.exec(
        select(DateProposalRow)
        .where(col(DateProposalRow.edition_key) == edition_key)
        .order_by(col(DateProposalRow.id).desc())
    )
    earlier = tuple(_proposal(row, edition) for row in rows)
    return ProposeForm(edition, f"{campaign.name} {edition.year}", earlier, sets_dates)


def propose(
    session: Session,
    edition_key: str,
    span: Span,
    *,
    visitor: Visitor,
    source: str,
    note: str,
    now: datetime,
    today: date,
) -> None:
    """Propose dates for an edition.

    Raises:
        NotFoundError: as `propose_form`.
        InvalidInputError: as `file`, and when it says nothing new.
    """
    edition = propose_form(session, edition_key, visitor).edition
    author = Author(visitor.contact.name, visitor.contact.key)
    made = file(
        session, edition_key, span, source=source, author=author, now=now, today=today, note=note
    )
    if made is None:
        raise InvalidInputError(_why_no_news(session, edition, span, source))


def proposals(
    session: Session, visitor: Visitor, today: date
) -> tuple[list[ProposalLine], list[ProposalLine]]:
    """Return what waits for a decision, the oldest first, and what was decided, the newest first.

    Only of editions that have not ended whose dates the visitor may set.
    """
    editions = edition_changes.editions_of(session, visitor, today)
    by_key = {one.key: (one, f"{name} {one.year}") for one, name in editions}
    row = DateProposalRow
    of_these = select(row).where(col(row.edition_key).in_(by_key))
    waiting = session.exec(
        of_these.where(col(row.state) == ProposalState.OPEN).order_by(col(row.id))
    )
    decided = session.exec(
        of_these.where(col(row.state) != ProposalState.OPEN)
        .order_by(col(row.decided_at).desc(), col(row.id))
        .limit(_DECIDED)
    )

    def line(one: DateProposalRow) -> ProposalLine:
        edition, name = by_key[one.edition_key]
        return ProposalLine(_proposal(one, edition), edition, name)

    return [line(one) for one in waiting], [line(one) for one in decided]


def count_waiting(session: Session, visitor: Visitor, today: date) -> int:
    """Return how many proposals wait for a decision that the visitor may take."""
    keys = [one.key for one, _ in edition_changes.editions_of(session, visitor, today)]
    row = DateProposalRow
    return session.exec(
        select(func.count(col(row.id))).where(
            col(row.edition_key).in_(keys), col(row.state) == ProposalState.OPEN
        )
    ).one()


def proposal(session: Session, number: int, visitor: Visitor) -> tuple[DateProposal, EditionForm]:
    """Return a proposal with the edition that it is about, for who may decide.

    Raises:
        NotFoundError: when there is no such proposal, or it is not theirs to decide.
    """
    row = session.get(DateProposalRow, number)
    if row is None:
        raise NotFoundError("Dit voorstel bestaat niet.")
    shown = edition_changes.form(session, row.edition_key, visitor)
    return _proposal(row, shown.edition), shown


def accept(
    session: Session,
    number: int,
    *,
    visitor: Visitor,
    version: str,
    why: str,
    now: datetime,
    today: date,
) -> Effect:
    """Give an edition the proposed dates; where it has them already, confirm those.

    Roll back to only see what it does.

    Args:
        session: a writing session.
        number: of the proposal.
        visitor: who decides.
        version: of the edition, as `edition_changes.form` gave it.
        why: for the log; empty for who proposed it.
        now: instant, aware UTC.
        today: the day.

    Raises:
        NotFoundError: as `proposal`.
        InvalidInputError: when it was decided already, the dates changed meanwhile, or the edition
            is over or cancelled.
    """
    found, shown = proposal(session, number, visitor)
    _check_open(found)
    if not is_news(shown.edition, found.span):
        raise InvalidInputError(
            f"Er valt niets over te nemen: {shown.campaign} {shown.edition.year}"
            f" {_now(shown.edition)}. Wijs het voorstel af, of wijzig eerst de campagne."
        )
    same = found.span == shown.edition.span
    wanted = Change(
        ChangeKind.CONFIRM if same else ChangeKind.MOVE,
        None if same else found.span,
        source=found.source,
        why=why or f"voorstel van {found.by}",
    )
    effect = edition_changes.change(
        session, found.edition, wanted, visitor=visitor, version=version, now=now, today=today
    )
    _decide(session, number, ProposalState.ACCEPTED, by=visitor, why=why, now=now)
    return effect


def refuse(session: Session, number: int, *, visitor: Visitor, why: str, now: datetime) -> None:
    """Decide that the dates of an edition stay as they are, and note that in the log.

    Raises:
        NotFoundError: as `proposal`.
        InvalidInputError: when it was decided already, or no reason is given.
    """
    found, _ = proposal(session, number, visitor)
    _check_open(found)
    if not why:
        raise InvalidInputError(
            "Schrijf op waarom je dit voorstel afwijst. Wie het deed, kan dat lezen.", "waarom"
        )
    _decide(session, number, ProposalState.REFUSED, by=visitor, why=why, now=now)
    audit.record(
        session,
        Author(visitor.contact.name, visitor.contact.key),
        "voorstel afgewezen",
        of=("edition", found.edition),
        before={"voorstel": dutch.period(found.span)},
        after={},
        why=why,
        now=now,
    )


def _decide(
    session: Session, number: int, state: ProposalState, *, by: Visitor, why: str, now: datetime
) -> None:
    row = session.get_one(DateProposalRow, number)
    row.state, row.reason = state, why
    row.decided_by, row.decided_by_key, row.decided_at = by.contact.name, by.contact.key, now
    session.flush()
    proposal_news.tell_outcome(session, row, by.contact.key, now)


def _check_open(found: DateProposal) -> None:
    if found.state is not ProposalState.OPEN:
        why = f" De reden: {found.reason}" if found.reason else ""
        raise InvalidInputError(
            f"Over dit voorstel is al besloten: {word(found.state)} door {found.decided_by}.{why}"
        )


def _why_no_news(session: Session, edition: Edition, span: Span, source: str) -> str:
    before = _same(session, edition, span, source)
    if before is None:
        return f"Dit voorstel is niet nodig: de campagne {_now(edition)}."
    found = _proposal(before, edition)
    if found.state is ProposalState.OPEN:
        return f"Dit is al voorgesteld door {found.by}. De centrumgemeente moet nog besluiten."
    why = f" De reden: {found.reason}" if found.reason else ""
    return f"Dit is eerder voorgesteld, en {word(found.state)} door {found.decided_by}.{why}"


def _now(edition: Edition) -> str:
    if edition.status is EditionStatus.CANCELLED:
        return "gaat niet door"
    period = dutch.period(edition.span)
    return f"is {period if period.startswith('van ') else f'op {period}'}, en dat staat vast"


def _same(session: Session, edition: Edition, span: Span, source: str) -> DateProposalRow | None:
    row = DateProposalRow
    return session.exec(
        select(row).where(
            col(row.edition_key) == edition.key,
            col(row.date_version) == edition.date_version,
            col(row.first) == span.first,
            col(row.last) == span.last,
            col(row.source) == source,
        )
    ).one_or_none()


def _proposal(row: DateProposalRow, edition: Edition) -> DateProposal:
    return DateProposal(
        id=row.id or 0,
        edition=row.edition_key,
        span=Span(row.first, row.last),
        source=row.source,
        note=row.note,
        by=row.by,
        found_at=row.found_at,
        outdated=row.date_version != edition.date_version,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
    )
