"""Participation: what a gemeente answers to the question whether it joins an edition."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from campagne.clock import local_day
from campagne.domain import dutch
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.regions import Municipality, ancestry
from campagne.domain.reminders import Answer
from campagne.domain.rota import Campaign, Edition, EditionStatus, concerns
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.mail_contexts import ConfirmationContext
from campagne.messages import Mails
from campagne.services import lookup
from campagne.services.access import AnswerLink, Links
from campagne.services.audit import Author
from campagne.services.mail_words import mail_templates
from campagne.services.outbox import delivery
from campagne.services.planning import reminders
from campagne.services.regional import broadcast_mails, broadcasts, turnout
from campagne.store import queries
from campagne.store.tables import AnswerRow, DeliveryRow

# Who corrects an answer at once gets one mail, about the last. A link can be pressed by whoever
# has the mail, so what it sends has a bound.
_CONFIRM_AFTER = timedelta(minutes=2)
_PERIOD = timedelta(hours=1)
_MOST_IN_PERIOD = 3


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """What the page behind an answer link shows.

    Attributes:
        municipality / campaign: names; the keys are beside them.
        period: the days in Dutch.
        current: the answer now, None while there is none.
        answer_by: the last day that the centrumgemeente asks for; later is still taken.
        closed: a Dutch sentence that says why no answer is taken, None when it is.
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


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a gemeente that is asked by a broadcast stands.

    Attributes:
        municipality: its name.
        mailed: whether a mail of this broadcast was made for it, and not withdrawn.
        answer: its latest answer about the edition, however it came; None while silent.
        by / at: who said so and the instant, aware UTC; empty while silent.
        withdrawn: in Dutch why its mails were taken back unsent; empty when one was not.
    """

    municipality: str
    mailed: bool
    answer: Answer | None
    by: str
    at: datetime | None
    withdrawn: str = ""


def answer_page(session: Session, link: AnswerLink, today: date) -> AnswerPage:
    """Return the page for an answer link; changes nothing.

    Raises:
        NotFoundError: when its broadcast or gemeente is not there (any more).
    """
    row = broadcasts.find(session, link.broadcast_id)
    edition = lookup.edition(session, row.edition_key)
    municipality = lookup.municipality(session, link.municipality)
    campaign = queries.campaigns(session)[edition.campaign]
    closed = _closed(edition, campaign, today)
    if row.released_at is None:
        closed = "Dit regiobericht is nog niet verstuurd. Antwoorden kan als het verstuurd is."
    return AnswerPage(
        edition_key=edition.key,
        municipality_key=municipality.key,
        municipality=municipality.name,
        campaign=campaign.name,
        period=dutch.period(edition.span),
        provisional=edition.status is EditionStatus.PROVISIONAL,
        current=queries.answers(session, [edition.key]).get((edition.key, municipality.key)),
        answer_by=row.answer_by,
        closed=closed,
    )


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
) -> bool:
    """Store an answer of a gemeente; its reminders follow, and its contacts get a confirmation.

    The confirmation goes two minutes later, or when three went within the hour before; one that
    still waits for the same gemeente and edition is taken back.

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
        instead_of: the answer that was read before, empty for none; None for whatever it was.

    Returns:
        True when stored; False when this already was the answer, then nothing is done.

    Raises:
        NotFoundError: for an unknown edition, gemeente or broadcast, or an edition or broadcast
            that is not for this gemeente.
        InvalidInputError: when the edition has started or is cancelled, or another answer was given
            meanwhile.
    """
    edition = lookup.edition(session, edition_key)
    municipality = lookup.municipality(session, municipality_key)
    campaign = queries.campaigns(session)[edition.campaign]
    if reason := _closed(edition, campaign, today):
        raise InvalidInputError(reason)
    _require_asked(session, edition, campaign, municipality, broadcast_id)
    current = queries.answers(session, [edition.key]).get((edition.key, municipality.key))
    if answer is current:
        return False
    if current is not None and instead_of is not None and instead_of != current.value:
        raise InvalidInputError(
            f"Een collega antwoordde intussen: {municipality.name} {word(current)}. Jouw antwoord"
            " is niet opgeslagen. Moet het anders? Kies het dan nog een keer."
        )
    row = AnswerRow(
        edition_key=edition.key,
        municipality_key=municipality.key,
        broadcast_id=broadcast_id,
        answer=answer,
        by=by.name,
        by_key=by.contact,
        at=now,
    )
    session.add(row)
    session.flush()
    reminders.replan(session, now=now, today=today, editions=[edition.key])
    _confirm(session, row, edition, campaign, municipality, links=links, mails=mails)
    queries.raise_data_version(session, now)
    return True


def standing(session: Session, broadcast_id: int) -> list[Standing]:
    """Return where each gemeente that a broadcast asks stands, by name.

    Raises:
        NotFoundError: for an unknown broadcast.
    """
    row = broadcasts.find(session, broadcast_id)
    mails = session.exec(
        select(
            col(DeliveryRow.municipality_key), col(DeliveryRow.state), col(DeliveryRow.reply)
        ).where(col(DeliveryRow.broadcast_id) == broadcast_id)
    ).all()
    mailed = {place for place, state, _ in mails if state is not DeliveryState.CANCELLED}
    withdrawn = {place: why for place, _, why in mails if place not in mailed}
    latest = turnout.latest_answers(session, row.edition_key)
    found = []
    for place in broadcast_mails.places(session, row):
        answer = latest.get(place.key)
        found.append(
            Standing(
                municipality=place.name,
                mailed=place.key in mailed,
                answer=answer.answer if answer else None,
                by=answer.by if answer else "",
                at=answer.at if answer else None,
                withdrawn=withdrawn.get(place.key, ""),
            )
        )
    return found


def _closed(edition: Edition, campaign: Campaign, today: date) -> str | None:
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


def _confirm(
    session: Session,
    row: AnswerRow,
    edition: Edition,
    campaign: Campaign,
    municipality: Municipality,
    *,
    links: Links,
    mails: Mails,
) -> None:
    mails = mail_templates.in_use(session, mails)
    about = f"antwoord:{edition.key}:{municipality.key}:"
    not_before = _make_room(session, about, row.at)
    answer_url = None
    if row.broadcast_id is not None:
        answer_url = links.answer(row.broadcast_id, municipality.key)
    for contact in lookup.officers(queries.contacts(session), municipality.key):
        context = ConfirmationContext(
            name=contact.name,
            municipality=municipality.name,
            campaign=campaign.name,
            period=dutch.period(edition.span),
            provisional=edition.status is EditionStatus.PROVISIONAL,
            answer=row.answer.value,
            by=row.by,
            on=dutch.day(local_day(row.at)),
            edition_url=links.edition(edition.key, municipality.key),
            answer_url=answer_url,
        )
        message = mails.compose(
            "antwoord-bevestiging",
            context,
            kind=MessageKind.CONFIRMATION,
            key=f"{about}{row.id}:{contact.key}",
            recipient=contact.email,
            recipient_name=contact.name,
            date=row.at,
        )
        delivery.enqueue(
            session,
            message,
            now=row.at,
            contact_key=contact.key,
            municipality_key=municipality.key,
            edition=edition,
            valid_until=edition.span.last,
            not_before=not_before,
        )


def _make_room(session: Session, about: str, now: datetime) -> datetime:
    """Take back the confirmations that still wait; return from when a new one may go."""
    earlier = session.exec(
        select(col(DeliveryRow.id), col(DeliveryRow.key), col(DeliveryRow.next_at)).where(
            col(DeliveryRow.key).startswith(about, autoescape=True),
            col(DeliveryRow.state) != DeliveryState.CANCELLED,
        )
    ).all()
    taken_back = set(
        delivery.cancel(
            session,
            [one for one, _, _ in earlier if one is not None],
            now=now,
            why="Ingetrokken: er is een nieuwer antwoord.",
        )
    )
    # One time for each answer, also where it goes to several people.
    went = {key.rpartition(":")[0]: at for one, key, at in earlier if one not in taken_back}
    latest = sorted(went.values(), reverse=True)[:_MOST_IN_PERIOD]
    soon = now + _CONFIRM_AFTER
    return max(soon, latest[-1] + _PERIOD) if len(latest) == _MOST_IN_PERIOD else soon
