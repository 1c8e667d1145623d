"""Participation: what a gemeente answers to the question whether it joins an edition."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col

from campagne.domain import answers, dutch
from campagne.domain.answers import Source, Told
from campagne.domain.delivery import DeliveryState
from campagne.domain.enclosures import Enclosure
from campagne.domain.news import NewsKind
from campagne.domain.regions import Municipality, ancestry
from campagne.domain.reminders import Answer
from campagne.domain.rota import Campaign, Edition, EditionStatus, concerns
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.mail_files import Attachment
from campagne.messages import Mails
from campagne.services import lookup, news
from campagne.services.access import AnswerLink, Links
from campagne.services.audit import Author
from campagne.services.planning import reminders
from campagne.services.regional import (
    answer_mails,
    broadcast_mails,
    broadcasts,
    enclosed,
    given,
    mailed,
    silence,
)
from campagne.store import queries
from campagne.store.tables import AnswerRow, DeliveryRow


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """What the page behind an answer link shows.

    Attributes:
        municipality / campaign: names; the keys are beside them.
        period: the days in Dutch.
        current: the answer now, None while there is none.
        until: of who decides later the day on which it knows.
        answer_by: the last day that the centrumgemeente asks for; later is still taken.
        closed: a Dutch sentence that says why no answer is taken, None when it is.
        files: those of the broadcast, for who does not find them with the mail.
    """

    edition_key: str
    municipality_key: str
    municipality: str
    campaign: str
    period: str
    provisional: bool
    current: Answer | None
    answer_by: date
    closed: str | None
    until: date | None = None
    files: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a gemeente that is asked by a broadcast stands.

    Attributes:
        municipality: its name.
        mailed: whether a mail of this broadcast was made for it, and not withdrawn.
        answer: its latest answer about the edition, however it came; None while silent.
        by / at: who said so and the instant, aware UTC; empty while silent.
        withdrawn: in Dutch why its mails were taken back unsent; empty when one was not.
        until: of who decides later the day on which it knows.
    """

    municipality: str
    mailed: bool
    answer: Answer | None
    by: str
    at: datetime | None
    withdrawn: str = ""
    until: date | None = None


def questions(session: Session, link: AnswerLink, today: date) -> list[AnswerPage]:
    """Return what an answer link asks, of each of its gemeenten; changes nothing.

    First that of the mail, then the others that are still asked.

    Raises:
        NotFoundError: when its broadcast or the gemeente of its mail is not there (any more).
    """
    row = broadcasts.find(session, link.broadcast_id)
    asked = {one.key for one in broadcast_mails.places(session, row)} if link.others else set()
    others = [AnswerLink(link.broadcast_id, one) for one in link.others if one in asked]
    return [answer_page(session, one, today) for one in (link, *others)]


def answer_page(session: Session, link: AnswerLink, today: date) -> AnswerPage:
    """Return what an answer link asks of the gemeente of its mail; changes nothing.

    Raises:
        NotFoundError: when its broadcast or gemeente is not there (any more).
    """
    row = broadcasts.find(session, link.broadcast_id)
    edition = lookup.edition(session, row.edition_key)
    municipality = lookup.municipality(session, link.municipality)
    campaign = queries.campaigns(session)[edition.campaign]
    shut = closed(edition, campaign, today)
    if row.released_at is None:
        shut = "Dit regiobericht is nog niet verstuurd. Antwoorden kan als het verstuurd is."
    said = given.latest(session, edition.key).get(municipality.key)
    return AnswerPage(
        edition_key=edition.key,
        municipality_key=municipality.key,
        municipality=municipality.name,
        campaign=campaign.name,
        period=dutch.period(edition.span),
        provisional=edition.status is EditionStatus.PROVISIONAL,
        current=said.answer if said else None,
        answer_by=row.answer_by,
        closed=shut,
        until=said.until if said else None,
        files=() if row.released_at is None else enclosed.of(row),
    )


def file(session: Session, link: AnswerLink, place: int) -> Attachment:
    """Return a file of the broadcast of an answer link, by its place in the list, from 1.

    Raises:
        NotFoundError: when the broadcast was not sent, or has no such file.
    """
    row = broadcasts.find(session, link.broadcast_id)
    if row.released_at is None:
        raise NotFoundError("Deze bijlage is er pas als het regiobericht is verstuurd.")
    return enclosed.read(session, row, place)


def record(
    session: Session,
    *,
    edition_key: str,
    municipality_key: str,
    answer: Answer,
    by: Author,
    now: datetime,
    today: date,
    links: Links,
    mails: Mails,
    broadcast_id: int | None = None,
    instead_of: str | None = None,
    until: date | None = None,
    told: Told | None = None,
) -> bool:
    """Store an answer of a gemeente; its reminders follow, and its contacts get a confirmation.

    Args:
        session: a writing session.
        edition_key: the edition.
        municipality_key: the gemeente that answers.
        answer: what it answers; may differ from an earlier answer.
        by: who says so: a contact, or a name as people will read it.
        now: the instant, aware UTC.
        today: the day.
        links: for the addresses in the confirmation.
        mails: for the confirmation.
        broadcast_id: the broadcast that is answered; None for an answer by phone or in a meeting.
        instead_of: the `answers.mark` of the answer that was read before; None for whatever it was.
        until: of who decides later the day on which it knows; None when that was not said.
        told: where an answer comes from that somebody notes down; None for the link, or where that
            was not said.

    Returns:
        True when stored; False when this already was the answer, then nothing is done.

    Raises:
        NotFoundError: for an unknown edition, gemeente or broadcast, or an edition or broadcast
            that is not for this gemeente.
        InvalidInputError: when the edition has started or is cancelled, another answer was given
            meanwhile, or a day cannot be meant.
    """
    edition = lookup.edition(session, edition_key)
    municipality = lookup.municipality(session, municipality_key)
    campaign = queries.campaigns(session)[edition.campaign]
    if reason := closed(edition, campaign, today):
        raise InvalidInputError(reason)
    _require_asked(session, edition, campaign, municipality, broadcast_id)
    until = until if answer is Answer.LATER else None
    before = given.latest(session, edition.key).get(municipality.key)
    if before is not None and (answer, until) == (before.answer, before.until):
        return False
    if before is not None and instead_of not in {None, answers.mark(before.answer, before.until)}:
        known = f" en weet het uiterlijk {dutch.day(before.until)}" if before.until else ""
        raise InvalidInputError(
            f"Een collega antwoordde intussen: {municipality.name} {word(before.answer)}{known}."
            " Jouw antwoord is niet opgeslagen. Moet het anders? Kies het dan nog een keer.",
            "antwoord",
        )
    if until is not None:
        answers.check_until(until, today, edition.span.first)
    if told is not None:
        answers.check_told(told, today)
    row = AnswerRow(
        edition_key=edition.key,
        municipality_key=municipality.key,
        broadcast_id=broadcast_id,
        answer=answer,
        by=by.name,
        by_key=by.contact,
        at=now,
        until=until,
        source=told.source if told else Source.LINK if broadcast_id is not None else None,
        said_on=told.on if told and told.on != today else None,
        noted_by_key=told.noted_by if told else None,
    )
    session.add(row)
    session.flush()
    reminders.replan(session, now=now, today=today, editions=[edition.key])
    silence.recall(session, now=now, today=today)
    answer_mails.confirm(session, row, edition, campaign, municipality, links=links, mails=mails)
    if broadcast_id is not None:
        _tell_author(session, row, broadcast_id, now)
    queries.raise_data_version(session, now)
    return True


def _tell_author(session: Session, row: AnswerRow, broadcast_id: int, now: datetime) -> None:
    """Note that who asked is to be told, but for what they noted down or answered themselves."""
    author = broadcasts.find(session, broadcast_id).author_key
    if author not in {row.by_key, row.noted_by_key}:
        news.tell(
            session,
            NewsKind.ANSWERED,
            author,
            key=str(row.id),
            facts={"answer": row.id or 0, "broadcast": broadcast_id},
            now=now,
        )


def standing(session: Session, broadcast_id: int) -> list[Standing]:
    """Return where each gemeente that a broadcast asks stands, by name.

    Raises:
        NotFoundError: for an unknown broadcast.
    """
    row = broadcasts.find(session, broadcast_id)
    mails = [
        *mailed.of_each_place(
            session,
            [DeliveryRow.state, DeliveryRow.reply],
            col(DeliveryRow.broadcast_id) == broadcast_id,
        )
    ]
    reached = {place for place, state, _ in mails if state is not DeliveryState.CANCELLED}
    withdrawn = {place: why for place, _, why in mails if place not in reached}
    latest = given.latest(session, row.edition_key)
    found = []
    for place in broadcast_mails.places(session, row):
        answer = latest.get(place.key)
        found.append(
            Standing(
                municipality=place.name,
                mailed=place.key in reached,
                answer=answer.answer if answer else None,
                by=given.said_by(answer) if answer else "",
                at=answer.at if answer else None,
                withdrawn=withdrawn.get(place.key, ""),
                until=answer.until if answer else None,
            )
        )
    return found


def closed(edition: Edition, campaign: Campaign, today: date) -> str | None:
    """Return in Dutch why a gemeente cannot answer any more; None while it can."""
    if edition.status is EditionStatus.CANCELLED:
        return f"{campaign.name} gaat niet door. Antwoorden hoeft niet meer."
    if edition.span.first <= today:
        return (
            f"{campaign.name} is begonnen op {dutch.day(edition.span.first)}. Het antwoord kan niet"
            " meer veranderen. Bel of mail de centrumgemeente als er iets niet klopt."
        )
    return None


def _require_asked(
    session: Session,
    edition: Edition,
    campaign: Campaign,
    municipality: Municipality,
    broadcast_id: int | None,
) -> None:
    regions = queries.regions(session)
    asked = concerns(campaign, municipality, regions)
    if broadcast_id is not None:
        row = broadcasts.find(session, broadcast_id)
        asked = asked and row.edition_key == edition.key and row.released_at is not None
        # Not `members`: a gemeente that was asked may answer, whatever the day.
        asked = asked and row.region_key in ancestry(municipality.region, regions)
        asked = asked and (not row.places or municipality.key in row.places)
    if not asked and broadcast_id is None:
        raise NotFoundError(
            f"{campaign.name} is er niet voor {municipality.name}."
            " Kies een andere editie of gemeente."
        )
    if not asked:
        raise NotFoundError(
            f"{municipality.name} kan hier geen antwoord geven over {campaign.name}."
            " Open de link uit de mail nog een keer."
        )
