"""Broadcasts: a centrumgemeente tells the gemeenten of its region about an edition, in one action.

A broadcast is made, looked at mail by mail, and then released: what was looked at is what is sent,
but for the Date.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists
from sqlmodel import Session, col, select

from campagne.clock import local_day
from campagne.domain import dutch
from campagne.domain.delivery import DeliveryState, Message
from campagne.domain.playbook import Role
from campagne.domain.regions import Region
from campagne.domain.rota import Edition, EditionStatus
from campagne.errors import InvalidInputError, NotFoundError
from campagne.messages import Mails
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.audit import Author
from campagne.services.outbox import validity
from campagne.services.planning import steps
from campagne.services.regional import broadcast_mails
from campagne.store import queries
from campagne.store.tables import BroadcastRow, DeliveryRow

_TIME_TO_ANSWER = timedelta(weeks=3)
_DAY = timedelta(days=1)


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


@dataclass(frozen=True, slots=True)
class Preview:
    """What one gemeente gets.

    Attributes:
        municipality: name of the gemeente.
        recipients: each as ``name <address>``; empty when nobody can be mailed.
        messages: one mail per recipient, in the same order.
    """

    municipality: str
    recipients: tuple[str, ...]
    messages: tuple[Message, ...]

    @property
    def message(self) -> Message | None:
        """The mail to the first recipient; the others differ in their name alone."""
        return self.messages[0] if self.messages else None


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """What a release did.

    Attributes:
        queued: mails put in the outbox.
        without_contact: names of gemeenten that got nothing, since nobody is known there.
        unwilling: names of the contacts who want no broadcasts.
        unasked: names of gemeenten that got nothing, since nobody there wants broadcasts.
        released_before: when it had been released already; then nothing was queued.
    """

    queued: int
    without_contact: tuple[str, ...] = ()
    unwilling: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    released_before: datetime | None = None

    @property
    def sentence(self) -> str:
        """The report in Dutch."""
        if self.released_before is not None:
            on = dutch.day(local_day(self.released_before))
            return f"Dit regiobericht is al verstuurd op {on}. Er is niets nog een keer verstuurd."
        queued = f"{dutch.count(self.queued, 'mail staat', 'mails staan')} klaar voor verzending."
        if self.without_contact:
            queued += (
                f" Geen mail voor {dutch.join(self.without_contact)}: daar is geen contactpersoon"
                " voor beleid of communicatie bekend."
            )
        if self.unwilling:
            verb = "wil" if len(self.unwilling) == 1 else "willen"
            queued += f" {dutch.join(self.unwilling)} {verb} geen regioberichten."
        if self.unasked:
            queued += f" Daardoor gaat er geen mail naar {dutch.join(self.unasked)}."
        return queued


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
        region_key: the region; it must have a centrumgemeente.
        author_key: the centrum contact who asks; None where there is only one.
        answer_by: last day for an answer; None for three weeks from today, and always before
            the edition starts.
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
    region = _region(session, region_key)
    _require_open(session, edition, today)
    author = broadcast_mails.find_author(session, region, author_key)
    by = _answer_by(edition, answer_by, today)
    if not lookup.asked(session, edition, region):
        raise InvalidInputError(
            f"Deze campagne geldt voor geen enkele gemeente in {region.name}, buiten de"
            " centrumgemeente. Kies een andere editie of regio."
        )
    subject, body = broadcast_mails.draft(session, edition, by, links, mails)
    row = BroadcastRow(
        edition_key=edition.key,
        region_key=region.key,
        author_key=author.key,
        subject=subject,
        body=body,
        answer_by=by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return broadcast_mails.number(row)


def preview(
    session: Session, broadcast_id: int, *, links: Links, mails: Mails, now: datetime
) -> list[Preview]:
    """Return the mails of each gemeente by name, as they will be sent but for the Date.

    Args:
        session: any session.
        broadcast_id: the broadcast.
        links: for the answer links.
        mails: for the mails.
        now: the instant, aware UTC; the Date of a broadcast that is not yet released.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when its author is no centrum contact any more.
    """
    row = find(session, broadcast_id)
    return [
        Preview(
            municipality=one.municipality.name,
            recipients=tuple(f"{mail.contact.name} <{mail.contact.email}>" for mail in one.mails),
            messages=tuple(mail.message for mail in one.mails),
        )
        for one in broadcast_mails.compose(session, row, links, mails, row.released_at or now)
    ]


def release(
    session: Session,
    broadcast_id: int,
    *,
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
    again: bool = False,
) -> ReleaseReport:
    """Put the mails of a broadcast in the outbox; a second time does nothing and says so.

    The steps of the centrumgemeente for this edition are ticked off by the author: informing the
    region is what they ask.

    Args:
        session: a writing session.
        broadcast_id: the broadcast.
        links: for the answer links.
        mails: for the mails.
        now: the instant, aware UTC; the Date of the mails.
        today: the day.
        again: also when the region got another broadcast about this edition already.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when the edition started, was cancelled or changed since the text was
            made, the day to answer by is past, nobody can be mailed, or the region got another
            broadcast about this edition.
    """
    row = find(session, broadcast_id)
    if row.released_at is not None:
        return ReleaseReport(queued=0, released_before=row.released_at)
    edition = lookup.edition(session, row.edition_key)
    if not again and (earlier := sent_before(session, broadcast_id)):
        raise InvalidInputError(earlier)
    _require_open(session, edition, today)
    _require_fresh(session, row, edition, today=today, links=links, mails=mails)
    composed = broadcast_mails.compose(session, row, links, mails, now)
    if not any(one.mails for one in composed):
        raise InvalidInputError(
            "Geen van de gemeenten heeft een contactpersoon voor beleid of communicatie die"
            " regioberichten wil. Voeg eerst contactpersonen toe."
        )
    # Two people who press the button at once come one after the other: a session is alone.
    row.released_at = now
    session.flush()
    broadcast_mails.enqueue(session, row, edition, composed, now=now)
    _tick_off(session, row, now=now, today=today)
    unwilling = sorted({one.name for asked in composed for one in asked.unwilling})
    return ReleaseReport(
        queued=sum(1 + (mail.copy is not None) for one in composed for mail in one.mails),
        without_contact=tuple(
            one.municipality.name for one in composed if not one.mails and not one.unwilling
        ),
        unwilling=tuple(unwilling),
        unasked=tuple(one.municipality.name for one in composed if not one.mails and one.unwilling),
    )


def find(session: Session, broadcast_id: int) -> BroadcastRow:
    """Return a broadcast.

    Raises:
        NotFoundError: when there is none of this number.
    """
    row = session.get(BroadcastRow, broadcast_id, populate_existing=True)
    if row is None:
        raise NotFoundError(
            f"Regiobericht {broadcast_id} bestaat niet."
            " Met 'campagne broadcast list' zie je welke er zijn."
        )
    return row


def sent_before(session: Session, broadcast_id: int) -> str | None:
    """Say in Dutch that the region got another broadcast about this edition; None when not so.

    Raises:
        NotFoundError: for an unknown broadcast.
    """
    row = find(session, broadcast_id)
    earlier = session.exec(
        select(BroadcastRow)
        .where(
            col(BroadcastRow.edition_key) == row.edition_key,
            col(BroadcastRow.region_key) == row.region_key,
            col(BroadcastRow.id) != broadcast_id,
            col(BroadcastRow.released_at).is_not(None),
            # One that was withdrawn before anything left was not sent.
            exists().where(
                col(DeliveryRow.broadcast_id) == col(BroadcastRow.id),
                col(DeliveryRow.state) != DeliveryState.CANCELLED,
            ),
        )
        .order_by(col(BroadcastRow.released_at).desc())
    ).first()
    if earlier is None or earlier.released_at is None:
        return None
    edition = lookup.edition(session, row.edition_key)
    return (
        f"Over {queries.campaigns(session)[edition.campaign].name} {edition.year} is op"
        f" {dutch.day(local_day(earlier.released_at))} al een regiobericht aan"
        f" {lookup.region(session, row.region_key).name} verstuurd (nummer {earlier.id})."
        " Wil je de regio toch nog een keer mailen? Gebruik dan"
        f" 'campagne broadcast release {broadcast_id} --again'."
    )


def list_all(session: Session) -> list[BroadcastLine]:
    """Return all broadcasts, the newest first."""
    names = {one.key: one.name for one in queries.contacts(session)}
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
        )
        for row in rows
    ]


def _tick_off(session: Session, row: BroadcastRow, *, now: datetime, today: date) -> None:
    region = lookup.region(session, row.region_key)
    author = broadcast_mails.find_author(session, region, row.author_key)
    for one in steps.list_steps(
        session, today=today, edition=row.edition_key, municipality=region.centre
    ):
        if one.role is Role.CENTRE:
            steps.tick_off(
                session,
                edition=one.edition,
                step=one.step,
                municipality=one.municipality,
                by=Author(author.name, author.key),
                note=validity.note_of(broadcast_mails.number(row)),
                now=now,
                today=today,
            )


def _region(session: Session, key: str) -> Region:
    try:
        return lookup.region(session, key)
    except NotFoundError as error:
        centred = [one.key for one in queries.regions(session).values() if one.centre]
        raise NotFoundError(
            f"{error} Een regiobericht kan naar {dutch.join(centred, 'of')}."
        ) from None


def _require_open(session: Session, edition: Edition, today: date) -> None:
    name = queries.campaigns(session)[edition.campaign].name
    if edition.status is EditionStatus.CANCELLED:
        raise InvalidInputError(f"{name} gaat niet door. Kies een andere editie.")
    if edition.span.first <= today:
        raise InvalidInputError(
            f"{name} is al begonnen, op {dutch.day(edition.span.first)}. Antwoorden kan dan niet"
            " meer. Kies een editie die nog komt."
        )


def _require_fresh(
    session: Session,
    row: BroadcastRow,
    edition: Edition,
    *,
    today: date,
    links: Links,
    mails: Mails,
) -> None:
    if row.answer_by < today:
        raise InvalidInputError(
            f"Antwoorden kon tot en met {dutch.day(row.answer_by)}. Maak een nieuw regiobericht."
        )
    if broadcast_mails.draft(session, edition, row.answer_by, links, mails) != (
        row.subject,
        row.body,
    ):
        raise InvalidInputError(
            "De gegevens van de campagne zijn veranderd nadat dit regiobericht is gemaakt."
            " Maak een nieuw regiobericht en bekijk dat eerst."
        )


def _answer_by(edition: Edition, wanted: date | None, today: date) -> date:
    latest = edition.span.first - _DAY
    if wanted is None:
        return min(today + _TIME_TO_ANSWER, latest)
    if not today <= wanted <= latest:
        raise InvalidInputError(
            f"Antwoorden kan niet tot en met {dutch.day(wanted)}. Kies een dag van"
            f" {dutch.day(today)} tot en met {dutch.day(latest)}."
        )
    return wanted
