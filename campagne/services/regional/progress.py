"""What became of the mails of a broadcast, one by one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campagne.domain import dutch, replies
from campagne.domain.delivery import DeliveryState
from campagne.domain.words import word
from campagne.services.regional import broadcast_mails, mailed
from campagne.store import queries
from campagne.store.tables import BroadcastRow, DeliveryRow

UNSUBSCRIBED = "afgemeld"
# More of them nobody reads, and a page of ten thousand lines is no page.
_SHOWN = 1000
_GOES_AGAIN = frozenset({DeliveryState.FAILED, DeliveryState.UNKNOWN})
_STILL = frozenset(
    {
        DeliveryState.HELD,
        DeliveryState.DUE,
        DeliveryState.CLAIMED,
        DeliveryState.SENDING,
        DeliveryState.DEFERRED,
    }
)


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail, or somebody who gets none.

    Attributes:
        delivery: its id; None for who does without broadcasts.
        stands: where it stands, in Dutch.
        reply: what the mail server said, as it said it; empty while it said nothing.
        meaning: what that means in Dutch; empty for a mail that it took.
        goes_again: True when it may be sent once more.
        at: since when it stands so, aware UTC.
    """

    delivery: int | None
    municipality: str
    name: str
    address: str
    stands: str
    reply: str = ""
    meaning: str = ""
    goes_again: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast is.

    Attributes:
        counts: how many mails stand where, by the Dutch word.
        left: how many have left or will not, of `total`.
        to_make: how many of `total` are still to be made.
        more: how many mails are in no line: of many only those that need somebody are shown.
        rest: who should get it and has no mail of it, as ``name (gemeente)``.
        without_contact: names of gemeenten where nobody is known.
    """

    counts: Mapping[str, int]
    left: int
    total: int
    to_make: int
    more: int
    lines: tuple[MailLine, ...]
    rest: tuple[str, ...]
    without_contact: tuple[str, ...]

    @property
    def goes_on(self) -> bool:
        """True while some mails still wait."""
        return self.left < self.total

    @property
    def needs_somebody(self) -> bool:
        """True when a mail may go again, or did not arrive for a reason that a server gave."""
        return any(one.goes_again or one.meaning for one in self.lines)


def progress(session: Session, row: BroadcastRow) -> Progress:
    """Return how far a broadcast that was released is, by gemeente and name."""
    names = {key: one.name for key, one in queries.municipalities(session).items()}
    people = {one.key: one.name for one in queries.contacts(session)}
    columns = (
        DeliveryRow.id,
        DeliveryRow.municipality_key,
        DeliveryRow.contact_key,
        DeliveryRow.recipient,
        DeliveryRow.state,
        DeliveryRow.reply,
        DeliveryRow.settled_at,
        DeliveryRow.created_at,
    )
    rows = session.execute(
        select(*map(col, columns)).where(col(DeliveryRow.broadcast_id) == row.id)
    ).all()
    lines, states, had = [], Counter[DeliveryState](), set()
    beside = mailed.beside(session, broadcast_mails.number(row))
    for number, place, contact, address, state, reply, settled, created in rows:
        states[state] += 1
        about = (place, *beside.get(number, ()))
        had |= {(contact, one) for one in about}
        taken = state is DeliveryState.ACCEPTED
        lines.append(
            MailLine(
                delivery=number,
                municipality=dutch.join([names.get(one, "") for one in about]),
                name=people.get(contact, ""),
                address=address,
                stands=word(state),
                reply=reply,
                meaning="" if taken or not reply else replies.in_dutch(reply),
                goes_again=state in _GOES_AGAIN,
                at=settled or created,
            )
        )
    audience = broadcast_mails.audience(session, row)
    lines += [
        MailLine(None, one.municipality.name, person.name, person.email, UNSUBSCRIBED)
        for one in audience
        for person in one.unwilling
        if (person.key, one.municipality.key) not in had
    ]
    missing = [
        (person, one.municipality)
        for one in audience
        for person in one.willing
        if (person.key, one.municipality.key) not in had
    ]
    rest = [f"{person.name} ({place.name})" for person, place in missing]
    apart = broadcast_mails.are_apart(session, row)
    mails = missing if apart else {person.key for person, _ in missing}
    to_make = len(mails) if row.to_make else 0
    without = (one.municipality.name for one in audience if not one.willing and not one.unwilling)
    shown = sorted(lines, key=lambda one: not one.goes_again)[:_SHOWN]
    waits = sum(number for state, number in states.items() if state in _STILL)
    counts: Counter[str] = Counter()
    for state, number in states.items():
        counts[word(state)] += number
    return Progress(
        counts=counts,
        left=len(rows) - waits,
        total=len(rows) + to_make,
        to_make=to_make,
        more=len(lines) - len(shown),
        lines=tuple(sorted(shown, key=lambda one: (one.municipality, one.name))),
        rest=() if row.to_make else tuple(rest),
        without_contact=tuple(without),
    )
