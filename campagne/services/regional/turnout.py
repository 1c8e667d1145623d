"""Who takes part: what each gemeente that was asked answered, and whom to call where none did."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.reminders import Answer
from campagne.domain.rights import Action, Visitor, places_for
from campagne.domain.silence import ChaseLevel, Stage
from campagne.services.regional import broadcast_mails, given, senders, silence
from campagne.store import queries
from campagne.store.tables import BroadcastRow

_OFFICERS = (Role.POLICY, Role.COMMUNICATION)


@dataclass(frozen=True, slots=True)
class TurnoutLine:
    """What one gemeente answered.

    Attributes:
        municipality: its name.
        answer: its latest answer about the edition, however it came; None while silent.
        by / at: who said so and the instant, aware UTC; empty while silent.
        people: whom to call, while it is silent; also who gets no mail any more.
        until: of who decides later the day on which it knows.
        reminded_on / told_on: when those who were asked, and their colleagues, were mailed that
            there is no answer; None while they were not.
        call: True when mail is of no use any more.
        note_at: key of the gemeente where who looks may note its answer down; else empty.
        noted_by: who noted an answer down that came otherwise than by the link; may be empty.
    """

    municipality: str
    answer: Answer | None
    by: str = ""
    at: datetime | None = None
    people: tuple[Contact, ...] = ()
    until: date | None = None
    noted_by: str = ""
    reminded_on: date | None = None
    told_on: date | None = None
    call: bool = False
    note_at: str = ""


@dataclass(frozen=True, slots=True)
class Turnout:
    """The gemeenten of somebody that were asked about an edition or answered, by name."""

    lines: tuple[TurnoutLine, ...] = ()
    edition: str = ""

    @property
    def to_call(self) -> tuple[TurnoutLine, ...]:
        """Return the gemeenten that somebody calls now."""
        return tuple(one for one in self.lines if one.call)

    @property
    def in_short(self) -> str:
        """How many gave which answer, in Dutch: ``2 doen mee en 1 antwoordde nog niet``."""
        return _in_short(one.answer for one in self.lines)


def of_broadcast(session: Session, row: BroadcastRow, visitor: Visitor, today: date) -> Turnout:
    """Return who of those that a broadcast asks take part, as far as somebody may know.

    All to who may send it; to others those whose answers they may see (`Action.SEE_ANSWERS`).
    """
    return _turnout(session, row.edition_key, _asked(session, row, visitor), visitor, today)


def of_edition(session: Session, edition_key: str, visitor: Visitor, today: date) -> Turnout:
    """Return who takes part in an edition, as far as somebody may know; as of its broadcasts.

    Also who answered without having been asked. Nobody, as long as nobody was asked or answered.
    """
    released = session.exec(
        select(BroadcastRow).where(
            col(BroadcastRow.edition_key) == edition_key,
            col(BroadcastRow.released_at).is_not(None),
        )
    ).all()
    shown = given.latest(session, edition_key).keys() & _seen_by(session, visitor)
    for row in released:
        shown |= _asked(session, row, visitor)
    return _turnout(session, edition_key, shown, visitor, today)


def numbers(session: Session, row: BroadcastRow, visitor: Visitor) -> str:
    """Return how many of those that a broadcast asks gave which answer, as `of_broadcast`."""
    answers = given.latest(session, row.edition_key)
    found = [answers.get(key) for key in _asked(session, row, visitor)]
    return _in_short(one.answer if one else None for one in found)


def _in_short(answers: Iterable[Answer | None]) -> str:
    counts = Counter(answers)
    words = {
        Answer.JOIN: ("doet mee", "doen mee"),
        Answer.DECLINE: ("doet niet mee", "doen niet mee"),
        Answer.LATER: ("beslist later", "beslissen later"),
        None: ("antwoordde nog niet", "antwoordden nog niet"),
    }
    return dutch.join(
        [dutch.count(counts[one], *said) for one, said in words.items() if counts[one]]
    )


def _asked(session: Session, row: BroadcastRow, visitor: Visitor) -> set[str]:
    asked = {one.key for one in broadcast_mails.places(session, row)}
    return asked if senders.may_send(session, visitor, row) else asked & _seen_by(session, visitor)


def _seen_by(session: Session, visitor: Visitor) -> set[str]:
    places, regions = queries.municipalities(session), queries.regions(session)
    return set(places_for(visitor, Action.SEE_ANSWERS, places, regions))


def _turnout(
    session: Session, edition_key: str, shown: Collection[str], visitor: Visitor, today: date
) -> Turnout:
    if not shown:
        return Turnout()
    places, people = queries.municipalities(session), queries.contacts(session)
    names = {one.key: one.name for one in people}
    answers = given.latest(session, edition_key)
    chased = silence.of_edition(session, edition_key, today)
    noted = places_for(visitor, Action.NOTE_ANSWERS, places, queries.regions(session))
    lines = []
    for key in sorted(shown, key=lambda one: places[one].name):
        answer, silent = answers.get(key), chased.get(key)
        line = TurnoutLine(places[key].name, None, note_at=key if key in noted else "")
        if answer is not None:
            line = replace(
                line,
                answer=answer.answer,
                by=given.said_by(answer),
                at=answer.at,
                until=answer.until,
                noted_by=names.get(answer.noted_by_key or "", ""),
            )
        if silent is not None:
            line = replace(
                line,
                reminded_on=silent.on(ChaseLevel.ASKED),
                told_on=silent.on(ChaseLevel.COLLEAGUE),
                call=silent.stage is Stage.CALL,
            )
        if answer is None or line.call:
            wanted = {(role, key) for role in _OFFICERS}
            whom = [one for one in people if not wanted.isdisjoint(one.assignments)]
            line = replace(line, people=tuple(whom))
        lines.append(line)
    return Turnout(tuple(lines), edition_key)
