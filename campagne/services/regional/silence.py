"""Gemeenten that do not answer a broadcast: how each stands, and who is to be mailed of it now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campagne.domain.broadcasts import BroadcastState
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState, states_before
from campagne.domain.preferences import EVERYTHING
from campagne.domain.regions import Municipality
from campagne.domain.rota import Edition, EditionStatus
from campagne.domain.silence import ChaseLevel, Reached, Stage, silent_from, stage
from campagne.domain.workdays import calendar_for
from campagne.services import lookup
from campagne.services.outbox import delivery
from campagne.services.regional import broadcast_mails, given, mailed
from campagne.store import queries
from campagne.store.tables import BroadcastRow, ChaseRow, ContactRow, DeliveryRow

_TAKEN_BACK = "Ingetrokken: er is een antwoord, of het is niet meer nodig."
_TURNS = {ChaseLevel.ASKED: Stage.REMIND, ChaseLevel.COLLEAGUE: Stage.COLLEAGUE}


@dataclass(frozen=True, slots=True)
class Silent:
    """A gemeente that did not say yes or no.

    Attributes:
        broadcast: the newest that asks it.
        deadline: the last day on which nothing is asked again.
        asked: who had the broadcast and still gets mail.
        colleagues: others of the gemeente who get mail; none where nobody had the broadcast, since
            they cannot be told who was asked.
        chases: who was mailed of this silence before.
    """

    broadcast: BroadcastRow
    edition: Edition
    municipality: Municipality
    deadline: date
    asked: tuple[Contact, ...]
    colleagues: tuple[Contact, ...]
    chases: tuple[ChaseRow, ...]
    stage: Stage

    def on(self, level: ChaseLevel) -> date | None:
        """Return the first day on which these people were mailed of it; None when they were not."""
        return _first(self.chases, level)

    def is_turn(self, level: ChaseLevel, today: date) -> bool:
        """Say whether those who were not mailed of it yet at this level are to be so now.

        A level may take several mails and calls, and a mail that cannot be made waits: it begins
        with the first. Those who were asked still get theirs until their colleagues are mailed, and
        those, also one who came since, until somebody calls.
        """
        began = self.on(level)
        if began is None:
            return self.stage is _TURNS[level]
        is_last = level is ChaseLevel.COLLEAGUE or self.on(ChaseLevel.COLLEAGUE) is None
        return began == today or (is_last and self.stage is Stage.WAIT)


@dataclass(frozen=True, slots=True)
class Due:
    """A contact who is to be mailed of the silence of a gemeente; `row` is that of an old mail."""

    silent: Silent
    contact: Contact
    level: ChaseLevel
    row: ChaseRow | None

    @property
    def mail(self) -> tuple[str, int, ChaseLevel]:
        """What those that go in one mail have in common."""
        return (self.contact.key, broadcast_mails.number(self.silent.broadcast), self.level)

    @property
    def number(self) -> int:
        """How often its mail was taken back."""
        return 0 if self.row is None else self.row.recalled + 1


def of_edition(session: Session, edition_key: str, today: date) -> dict[str, Silent]:
    """Return the gemeenten that do not answer about an edition, by key."""
    rows = session.exec(_open().where(col(BroadcastRow.edition_key) == edition_key)).all()
    return dict(_silent(session, rows, today))


def due(session: Session, today: date) -> list[Due]:
    """Return who is to be mailed of which silence now, the oldest broadcast first."""
    asked = session.exec(_open()).all()
    if not any(one.answer_by < today for one in asked):
        return []
    editions = dict.fromkeys(one.edition_key for one in asked)
    stopped = set(
        session.exec(
            select(col(DeliveryRow.id))
            .join(ChaseRow, col(ChaseRow.delivery_id) == col(DeliveryRow.id))
            .where(col(DeliveryRow.state) == DeliveryState.CANCELLED)
        )
    )
    found: list[Due] = []
    for key in editions:
        rows = [one for one in asked if one.edition_key == key]
        for _, silent in _silent(session, rows, today):
            found += _due(silent, stopped, today)
    return found


def recall(session: Session, *, now: datetime, today: date) -> None:
    """Take mails about a silence back that is none any more, or that go to an old address.

    What is still so in them goes in a new mail.
    """
    waits = session.exec(
        select(ChaseRow, DeliveryRow, ContactRow)
        .join(DeliveryRow, col(DeliveryRow.id) == col(ChaseRow.delivery_id))
        .join(ContactRow, col(ContactRow.key) == col(ChaseRow.contact_key))
        .where(col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED)))
    ).all()
    if not waits:
        return
    rows = session.exec(_open()).all()
    editions = dict.fromkeys(one.edition_key for one in rows)
    silent = {
        (one.broadcast.id, place, one.deadline)
        for key in editions
        for place, one in _silent(session, [row for row in rows if row.edition_key == key], today)
    }
    wrong = {
        mail.id
        for chase, mail, contact in waits
        if (chase.broadcast_id, chase.municipality_key, chase.deadline) not in silent
        or contact.email != mail.recipient
        or not contact.active
    }
    delivery.cancel(session, [one for one in wrong if one], now=now, why=_TAKEN_BACK)


def _open() -> SelectOfScalar[BroadcastRow]:
    """Return the broadcasts that left and were not stopped, the oldest first."""
    return (
        select(BroadcastRow)
        .where(col(BroadcastRow.state) == BroadcastState.RELEASED)
        .order_by(col(BroadcastRow.id))
    )


def _silent(
    session: Session, rows: Sequence[BroadcastRow], today: date
) -> Iterator[tuple[str, Silent]]:
    """Yield the silent gemeenten of the broadcasts about one edition, by key."""
    if not rows:
        return
    edition = lookup.edition(session, rows[0].edition_key)
    if edition.status is EditionStatus.CANCELLED or edition.span.first <= today:
        return
    # Who is asked once more has until that day.
    newest = {
        one.municipality.key: (row, one)
        for row in rows
        for one in broadcast_mails.audience(session, row)
    }
    answers = given.latest(session, edition.key)
    people, wanted = queries.contacts(session), queries.preferences(session)
    had = _had(session, rows)
    chased: dict[tuple[int, str, date], list[ChaseRow]] = {}
    for chase in session.exec(
        select(ChaseRow).where(col(ChaseRow.broadcast_id).in_([one.id for one in rows]))
    ):
        at = (chase.broadcast_id, chase.municipality_key, chase.deadline)
        chased.setdefault(at, []).append(chase)
    for key, (row, one) in newest.items():
        said = answers.get(key)
        deadline = silent_from(
            row.answer_by, said.answer if said else None, said.until if said else None
        )
        if deadline is None:
            continue
        number, place = broadcast_mails.number(row), one.municipality
        told = {who for at, who in had[number] if at == key}
        asked = tuple(who for who in one.willing if who.key in told)
        colleagues = tuple(
            who
            for who in people
            if told
            and key in {at for _, at in who.assignments}
            and not who.paused
            and who.key not in told
            and wanted.get(who.key, EVERYTHING).broadcasts
        )
        chases = tuple(chased.get((number, key, deadline), ()))
        reached = Reached(
            bool(asked),
            bool(colleagues),
            _first(chases, ChaseLevel.ASKED),
            _first(chases, ChaseLevel.COLLEAGUE),
        )
        now = stage(deadline, reached, edition.span.first, calendar_for(place), today)
        yield key, Silent(row, edition, place, deadline, asked, colleagues, chases, now)


def _had(
    session: Session, rows: Sequence[BroadcastRow]
) -> Mapping[int, set[tuple[str | None, str | None]]]:
    """Return per broadcast the gemeente and the contact of each mail that was not taken back."""
    found: dict[int, set[tuple[str | None, str | None]]] = {
        broadcast_mails.number(one): set() for one in rows
    }
    for place, number, contact in mailed.of_each_place(
        session,
        [DeliveryRow.broadcast_id, DeliveryRow.contact_key],
        col(DeliveryRow.broadcast_id).in_(found),
        col(DeliveryRow.state) != DeliveryState.CANCELLED,
    ):
        found[number].add((place, contact))
    return found


def _first(chases: Sequence[ChaseRow], level: ChaseLevel) -> date | None:
    return min((one.told_on for one in chases if one.level is level), default=None)


def _due(silent: Silent, stopped: set[int | None], today: date) -> Iterator[Due]:
    """Yield whose turn it is, and whose mail was taken back while the silence lasts."""
    for level, people in (
        (ChaseLevel.ASKED, silent.asked),
        (ChaseLevel.COLLEAGUE, silent.colleagues),
    ):
        rows = {one.contact_key: one for one in silent.chases if one.level is level}
        for contact in people:
            row = rows.get(contact.key)
            if row is None and silent.is_turn(level, today):
                yield Due(silent, contact, level, None)
            elif row is not None and row.delivery_id in stopped:
                yield Due(silent, contact, level, row)
