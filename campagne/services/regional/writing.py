"""Writing a broadcast: its first text, and what its author makes of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from campagne.clock import local_day
from campagne.domain import dutch
from campagne.domain.broadcasts import BODY_LIMIT, SUBJECT_LIMIT, Move, after
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role, Scope
from campagne.domain.reminders import agenda
from campagne.domain.rota import Edition
from campagne.errors import InvalidInputError
from campagne.messages import Mails
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.audit import Author
from campagne.services.planning import reminders
from campagne.services.regional import broadcast_mails, broadcasts, senders
from campagne.store import queries
from campagne.store.tables import BroadcastRow

ROLES = (Role.POLICY, Role.COMMUNICATION)
_TIME_TO_ANSWER, _SHORTEST_TIME = timedelta(weeks=3), timedelta(weeks=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Written:
    """What an author can write: the words, who is asked, and what goes along.

    Attributes:
        places: keys of gemeenten; empty for all of the region.
    """

    subject: str
    body: str
    answer_by: date
    places: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ROLES
    with_texts: bool = False
    with_calendar: bool = True


def new(
    session: Session,
    *,
    edition_key: str,
    region_key: str,
    author_key: str | None,
    answer_by: date | None,
    now: datetime,
    today: date,
    links: Links,
    mails: Mails,
) -> int:
    """Make a broadcast about an edition, with its text; nothing is sent yet.

    Args:
        session: a writing session.
        edition_key: the edition it is about.
        region_key: the region; it, or a region in it, must have a centrumgemeente.
        author_key: the centrum contact who asks; None where there is only one.
        answer_by: last day for an answer; None for three weeks from today, or for the day on which
            the playbook asks who decides where that is sooner and still a week away. Always
            before the edition starts.
        now: the instant, aware UTC.
        today: the day.
        links: for the addresses in the text.
        mails: for the text.

    Returns:
        The id of the broadcast.

    Raises:
        NotFoundError: for an unknown edition, region or author.
        InvalidInputError: when this edition or region cannot have a broadcast, it is not clear who
            the author is, or the day to answer by does not fit.
    """
    edition = lookup.edition(session, edition_key)
    region = senders.find_region(session, region_key)
    if fault := broadcasts.not_open(session, edition, today):
        raise InvalidInputError(fault)
    author, centre = senders.find_author(session, region, author_key)
    asked = lookup.asked(session, edition, region.key, centre)
    if answer_by is None:
        by = _default_answer_by(session, edition, {one.key for one in asked}, today)
    else:
        by = _answer_by(edition, answer_by, today)
    if not asked:
        raise InvalidInputError(
            f"Deze campagne geldt voor geen enkele gemeente in {region.name}, buiten de"
            " centrumgemeente. Kies een andere editie of regio.",
            "editie",
        )
    subject, body = broadcast_mails.draft(session, edition, by, links, mails, today=today)
    row = BroadcastRow(
        edition_key=edition.key,
        region_key=region.key,
        centre_key=centre,
        author_key=author.key,
        roles=[one.value for one in ROLES],
        subject=subject,
        body=body,
        answer_by=by,
        with_calendar=True,
        facts=broadcast_mails.facts(session, edition, by, links, mails, body=body),
        created_at=now,
    )
    session.add(row)
    session.flush()
    broadcasts.note(session, row, Author(author.name, author.key), "regiobericht gemaakt", now=now)
    return broadcast_mails.number(row)


def save(
    session: Session,
    broadcast_id: int,
    written: Written,
    *,
    author: Contact,
    now: datetime,
    today: date,
    links: Links,
    mails: Mails,
) -> bool:
    """Store what somebody wrote; it goes out in their name, and no approval of before counts.

    Args:
        session: a writing session.
        broadcast_id: the broadcast.
        written: what it says from now on.
        author: a centrum contact of its centrumgemeente.
        now: the instant, aware UTC.
        today: the day.
        links: for the fingerprint of what the campaign says now.
        mails: idem.

    Returns:
        False when it said so already; then nothing is done.

    Raises:
        NotFoundError: for an unknown broadcast or gemeente.
        InvalidInputError: when it was sent or stopped, or what is written cannot go out.
    """
    row = broadcasts.find(session, broadcast_id)
    broadcasts.require(row, Move.EDIT)
    edition = lookup.edition(session, row.edition_key)
    _check_words(written)
    before, was = broadcasts.content(row).digest(), broadcasts.fields(session, row)
    if written.answer_by != row.answer_by:
        _answer_by(edition, written.answer_by, today)
    row.subject, row.body = written.subject, written.body
    row.answer_by = written.answer_by
    row.places, row.roles = sorted(written.places), sorted(one.value for one in written.roles)
    row.with_texts, row.with_calendar = written.with_texts, written.with_calendar
    row.author_key = author.key
    row.facts = broadcast_mails.facts(session, edition, row.answer_by, links, mails, body=row.body)
    _check_places(session, row)
    if broadcasts.content(row).digest() == before:
        return False
    row.state = after(Move.EDIT, approved=False)
    broadcasts.void(row)
    session.flush()
    by = Author(author.name, author.key)
    broadcasts.note(session, row, by, "regiobericht gewijzigd", now=now, before=was)
    return True


def follow_up(
    session: Session,
    broadcast_id: int,
    author_key: str,
    *,
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
) -> int:
    """Make a broadcast for who had another one, such as when its edition changed; return its id.

    Raises:
        NotFoundError: for an unknown broadcast, or an author who is no centrum contact.
        InvalidInputError: when the first was never sent, or nothing can be said of the edition.
    """
    first = broadcasts.find(session, broadcast_id)
    if first.released_at is None:
        raise InvalidInputError("Dit regiobericht is nog niet verstuurd. Verander het zelf.")
    number = new(
        session,
        edition_key=first.edition_key,
        region_key=first.region_key,
        author_key=author_key,
        answer_by=None,
        now=now,
        today=today,
        links=links,
        mails=mails,
    )
    row = broadcasts.find(session, number)
    row.follows_id, row.places, row.roles = first.follows_id or first.id, first.places, first.roles
    row.subject = f"Vervolg: {row.subject}"
    row.body = (
        f"Op {dutch.day(local_day(first.released_at))} kregen jullie van ons een bericht over deze"
        f" campagne. Er is iets veranderd. Dit is het nieuwe bericht.\n\n{row.body}"
    )
    session.flush()
    return number


def _check_words(written: Written) -> None:
    if not written.subject.strip() or not written.body.strip():
        missing = "tekst" if written.subject.strip() else "onderwerp"
        raise InvalidInputError("Vul een onderwerp en een tekst in.", missing)
    if len(written.subject) > SUBJECT_LIMIT or not written.subject.isprintable():
        raise InvalidInputError(
            f"Schrijf het onderwerp op één regel, met hoogstens {SUBJECT_LIMIT} gewone tekens.",
            "onderwerp",
        )
    lines = written.body.split("\n")
    if len(written.body) > BODY_LIMIT or not all(one.isprintable() for one in lines):
        raise InvalidInputError(
            f"Schrijf de tekst met hoogstens {BODY_LIMIT} gewone tekens. Zet wat langer is op de"
            " pagina van de campagne.",
            "tekst",
        )
    if not written.roles or not set(written.roles) <= set(ROLES):
        raise InvalidInputError(
            "Kies wie het bericht krijgt: beleid, communicatie of allebei.", "rollen"
        )


def _check_places(session: Session, row: BroadcastRow) -> None:
    names = queries.municipalities(session)
    for one in row.places:
        lookup.one("gemeente", one, names)
    possible = {one.key for one in broadcast_mails.places(session, row)}
    outside = [names[one].name for one in row.places if one not in possible]
    if outside:
        raise InvalidInputError(
            f"Dit regiobericht kan niet naar {dutch.join(outside)}: de campagne geldt daar niet, of"
            " de gemeente ligt niet in de regio of stuurt het bericht zelf.",
            "gemeenten",
        )


def _default_answer_by(
    session: Session, edition: Edition, asked: Collection[str], today: date
) -> date:
    known = reminders.situation(session, [edition.key], asked)
    decide_on = [
        item.due_on
        for item in agenda(known, set(asked))
        if item.step.scope is Scope.SIGNAL and item.due_on >= today + _SHORTEST_TIME
    ]
    return min(today + _TIME_TO_ANSWER, edition.span.first - _DAY, *decide_on)


def _answer_by(edition: Edition, wanted: date, today: date) -> date:
    latest = edition.span.first - _DAY
    if not today <= wanted <= latest:
        raise InvalidInputError(
            f"Antwoorden kan niet tot en met {dutch.day(wanted)}. Kies een dag van"
            f" {dutch.day(today)} tot en met {dutch.day(latest)}.",
            "antwoord",
        )
    return wanted
