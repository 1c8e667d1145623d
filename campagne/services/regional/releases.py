"""Sending a broadcast: now or at a moment, with a pause, a stop, and the rest of its readers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from campagne.clock import local_day
from campagne.domain import dutch
from campagne.domain.broadcasts import BroadcastState, FourEyes, Move, after
from campagne.domain.playbook import Role
from campagne.errors import CampagneError, InvalidInputError
from campagne.messages import Mails
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.audit import Author
from campagne.services.outbox import validity
from campagne.services.planning import steps
from campagne.services.planning.personal_mails import QueueReport
from campagne.services.regional import (
    approval,
    broadcast_mails,
    broadcasts,
    halts,
    mailing,
    previews,
    senders,
)
from campagne.services.regional.mailing import CLOCK
from campagne.services.regional.previews import Recipient
from campagne.store.tables import BroadcastRow, DeliveryRow


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


def release(
    session: Session,
    broadcast_id: int,
    *,
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
    by: Author = CLOCK,
    four_eyes: FourEyes = FourEyes.TEXTS,
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
        by: who sends it.
        four_eyes: which broadcasts need an approval.
        again: also when the region got another broadcast about this edition already.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when it was not approved and must be, the edition started, was cancelled
            or changed since the text was saved, the day to answer by is past, a placeholder has no
            value, nobody can be mailed, or the region got another broadcast about this edition.
    """
    row = broadcasts.find(session, broadcast_id)
    if row.released_at is not None:
        return ReleaseReport(queued=0, released_before=row.released_at)
    _require_ready(
        session,
        row,
        Move.RELEASE,
        links=links,
        mails=mails,
        now=now,
        today=today,
        four_eyes=four_eyes,
        again=again,
    )
    # Two people who press the button at once come one after the other: a session is alone.
    row.state, row.released_at = after(Move.RELEASE, approved=True), now
    row.release_at, row.hindrance = None, ""
    session.flush()
    audience = broadcast_mails.audience(session, row)
    queued = mailing.start(session, row, links=links, mails=mails, now=now)
    _tick_off(session, row, now=now, today=today)
    broadcasts.note(session, row, by, "regiobericht verstuurd", now=now)
    unwilling = sorted({one.name for asked in audience for one in asked.unwilling})
    return ReleaseReport(
        queued=queued,
        without_contact=tuple(
            one.municipality.name for one in audience if not one.willing and not one.unwilling
        ),
        unwilling=tuple(unwilling),
        unasked=tuple(
            one.municipality.name for one in audience if not one.willing and one.unwilling
        ),
    )


def schedule(
    session: Session,
    broadcast_id: int,
    at: datetime,
    *,
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
    by: Author,
    four_eyes: FourEyes = FourEyes.TEXTS,
    again: bool = False,
) -> None:
    """Let a broadcast go by itself at an instant, aware UTC; it must be fit to go now.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: as `release`, or when the instant is past, or too late for an answer.
    """
    row = broadcasts.find(session, broadcast_id)
    _require_ready(
        session,
        row,
        Move.SCHEDULE,
        links=links,
        mails=mails,
        now=now,
        today=today,
        four_eyes=four_eyes,
        again=again,
    )
    if at <= now:
        raise InvalidInputError("Dat moment is al voorbij. Kies een later moment, of verstuur nu.")
    if local_day(at) > row.answer_by:
        raise InvalidInputError(
            f"Antwoorden kan tot en met {dutch.day(row.answer_by)}. Verstuur het bericht voor die"
            " dag voorbij is."
        )
    row.state, row.release_at = after(Move.SCHEDULE, approved=True), at
    row.hindrance = ""
    session.flush()
    broadcasts.note(session, row, by, "verzending ingepland", now=now)


def unschedule(session: Session, broadcast_id: int, *, by: Author, now: datetime) -> None:
    """Let a broadcast not go by itself any more.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when it was not going to.
    """
    row = broadcasts.find(session, broadcast_id)
    broadcasts.require(row, Move.UNSCHEDULE)
    _back(row, "")
    session.flush()
    broadcasts.note(session, row, by, "verzending niet meer ingepland", now=now)


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    skip: Collection[str] = (),  # noqa: ARG001 - as the others of a round
    four_eyes: FourEyes = FourEyes.TEXTS,
) -> QueueReport:
    """Send the broadcasts whose moment has come; one that cannot go waits for its author again.

    What a server put off while a broadcast was paused or stopped stands still, or is taken back.
    """
    halts.follow_state(session, now=now, today=today)
    due = session.exec(
        select(BroadcastRow.id).where(
            col(BroadcastRow.state) == BroadcastState.SCHEDULED, col(BroadcastRow.release_at) <= now
        )
    ).all()
    queued = 0
    for number in due:
        if number is None:
            continue
        try:
            report = release(
                session,
                number,
                links=links,
                mails=mails,
                now=now,
                today=today,
                four_eyes=four_eyes,
                again=True,  # asked when it was scheduled
            )
        except CampagneError as fault:
            row = broadcasts.find(session, number)
            _back(row, f"Dit regiobericht is niet verstuurd op het gekozen moment. {fault}")
            mailing.hinder(session, row, str(fault), links=links, mails=mails, now=now)
        else:
            queued += report.queued
    return QueueReport(mails=queued)


def foresee(session: Session, *, now: datetime, today: date) -> list[Recipient]:
    """Return who gets a broadcast in the round of now, each followed by the deputy's copy.

    Of those whose moment has come, where their campaign can still be asked about.
    """
    due = session.exec(
        select(BroadcastRow)
        .where(
            col(BroadcastRow.state) == BroadcastState.SCHEDULED, col(BroadcastRow.release_at) <= now
        )
        .order_by(col(BroadcastRow.id))
    )
    return [
        one
        for row in due
        if not broadcasts.not_open(session, lookup.edition(session, row.edition_key), today)
        for one in previews.recipients(session, row, today)
    ]


def send_rest(
    session: Session,
    broadcast_id: int,
    *,
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
    by: Author,
) -> int:
    """Send a broadcast to who is to get it and did not: somebody new, or a new gemeente.

    Returns:
        How many mails.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when it was not sent, something stands in the way, or there is nobody.
    """
    row = broadcasts.find(session, broadcast_id)
    broadcasts.require(row, Move.SEND_REST)
    approval.require_fit(session, row, links=links, mails=mails, now=now, today=today)
    queued = mailing.start(session, row, links=links, mails=mails, now=now)
    if not queued:
        raise InvalidInputError("Iedereen die dit regiobericht kan krijgen, heeft het al.")
    broadcasts.note(session, row, by, "regiobericht ook aan de rest verstuurd", now=now)
    return queued


def resend(
    session: Session, broadcast_id: int, delivery_id: int, *, by: Author, now: datetime, today: date
) -> None:
    """Send one mail of a broadcast again that failed, or of which nobody knows: the same bytes.

    Raises:
        NotFoundError: when this broadcast has no such mail.
        InvalidInputError: when it was stopped or paused, or the mail may not go again.
    """
    row = broadcasts.find(session, broadcast_id)
    broadcasts.require(row, Move.SEND_REST)
    mail = session.get(DeliveryRow, delivery_id)
    if mail is None or mail.broadcast_id != broadcast_id:
        raise InvalidInputError("Deze mail hoort niet bij dit regiobericht.")
    validity.resend(session, delivery_id, now=now, today=today)
    broadcasts.note(session, row, by, "een mail opnieuw verstuurd", now=now, why=f"mail {mail.id}")


def _require_ready(
    session: Session,
    row: BroadcastRow,
    move: Move,
    *,
    links: Links,
    mails: Mails,
    now: datetime,
    today: date,
    four_eyes: FourEyes,
    again: bool,
) -> None:
    if not again and (earlier := broadcasts.sent_before(session, broadcast_mails.number(row))):
        raise InvalidInputError(earlier)
    # An approval that is missing says more than the state in which it is.
    if (missing := approval.missing_approval(session, row, four_eyes)) and row.released_at is None:
        raise InvalidInputError(missing)
    broadcasts.require(row, move)
    approval.require_fit(session, row, links=links, mails=mails, now=now, today=today)


def _back(row: BroadcastRow, hindrance: str) -> None:
    row.state = after(Move.UNSCHEDULE, approved=row.approver_key is not None)
    row.release_at, row.hindrance = None, hindrance


def _tick_off(session: Session, row: BroadcastRow, *, now: datetime, today: date) -> None:
    author = senders.author_of(session, row)
    for one in steps.list_steps(
        session, today=today, edition=row.edition_key, municipality=row.centre_key
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
