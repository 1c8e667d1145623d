"""The mail that asks gemeenten what they say of a proposal: one to each who answers for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from campagne.domain import dutch
from campagne.domain.delivery import DeliveryState, Message, MessageKind, states_before
from campagne.domain.playbook import Role
from campagne.domain.preferences import MailList
from campagne.domain.regions import Municipality
from campagne.domain.responsibility import holders
from campagne.domain.rights import Visitor
from campagne.domain.rota import Agreement, RotaEntry
from campagne.mail_contexts import ProposalContext
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.mail_words import mail_templates
from campagne.services.outbox import delivery
from campagne.services.readers import Reader, deputies
from campagne.store import queries
from campagne.store.tables import DeliveryRow, RotaEntryRow

_CHANGED = "Ingetrokken: het voorstel is intussen veranderd of ingetrokken."


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal that was made or changed.

    Attributes:
        before: what was proposed until now; None for a new proposal.
        after: the proposal as it is stored.
        was / now: both as people read them; `was` is empty for a new one.
        region: its name.
    """

    before: RotaEntry | None
    after: RotaEntry
    was: Mapping[str, str]
    now: Mapping[str, str]
    region: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Who does something, when, and with what mails are made.

    Attributes:
        why: the reason as it was typed; may be empty.
        now: instant, aware UTC.
        today: the day of that instant in Amsterdam.
    """

    visitor: Visitor
    why: str
    now: datetime
    today: date
    mails: Mails
    links: Links


def queue(
    session: Session,
    made: Proposed,
    *,
    asked: Sequence[Municipality],
    desk: Desk,
) -> int:
    """Put the mails about a proposal in the outbox; those about an earlier version are taken back.

    Args:
        session: a writing session.
        made: the proposal.
        asked: the gemeenten that are asked.
        desk: who proposes; that contact gets no mail.

    Returns:
        How many people get one.
    """
    by = desk.visitor.contact.key
    desk = replace(desk, mails=mail_templates.in_use(session, desk.mails))
    take_back(session, made.after.key, now=desk.now)
    stand_ins = deputies(session, MailList.REMINDERS, desk.today)
    contacts = [one for one in queries.contacts(session) if one.key != by and not one.paused]
    people = holders(Role.POLICY, [one.key for one in asked], contacts)
    for contact in people:
        own = [one for one in asked if (Role.POLICY, one.key) in contact.assignments]

        def put(
            reader: Reader, copy_of: int | None = None, own: Sequence[Municipality] = own
        ) -> int | None:
            return delivery.enqueue(
                session,
                _mail(made, reader, own, desk),
                now=desk.now,
                contact_key=reader.contact.key,
                valid_until=date(made.after.year, 12, 31),
                copy_of=copy_of,
            )

        number = put(Reader(contact, contact))
        deputy = stand_ins.get(contact.key)
        if deputy is not None and deputy.contact not in people and deputy.contact.key != by:
            put(deputy, number)
    return len(people)


def take_back(session: Session, entry: str, *, now: datetime) -> None:
    """Take back the mails about a proposal that still wait."""
    waiting = session.exec(
        select(col(DeliveryRow.id)).where(
            col(DeliveryRow.key).startswith(_about(entry), autoescape=True),
            col(DeliveryRow.copy_of).is_(None),
        )
    )
    delivery.cancel(session, [one for one in waiting if one is not None], now=now, why=_CHANGED)


def take_back_outdated(session: Session, *, now: datetime) -> None:
    """Take back what waits again since a server put it off, while its proposal changed."""
    waiting = session.exec(
        select(col(DeliveryRow.id), col(DeliveryRow.key)).where(
            col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED)),
            col(DeliveryRow.kind) == MessageKind.PROPOSAL,
        )
    ).all()
    outdated = [one for one, key in waiting if one is not None and not is_current(session, key)]
    delivery.cancel(session, outdated, now=now, why=_CHANGED)


def is_current(session: Session, key: str) -> bool:
    """Say whether the mail with this key is about a proposal as it is now."""
    _, entry, version, *_ = key.split(":")
    row = session.get(RotaEntryRow, entry)
    return row is not None and str(row.version) == version


def _mail(
    made: Proposed,
    reader: Reader,
    own: Sequence[Municipality],
    desk: Desk,
) -> Message:
    after, before = made.after, made.before
    agreed = {
        key for key, said in (before.agreements if before else ()) if said is Agreement.AGREED
    }
    voided = [one.name for one in own if one.key in agreed]
    context = ProposalContext(
        name=reader.contact.name,
        municipalities=dutch.join([one.name for one in own]),
        several=len(own) > 1,
        region=made.region,
        year=after.year,
        campaign=made.now["campagne"],
        by=after.proposed_by,
        why=desk.why,
        lines=tuple((name, _one_line(text)) for name, text in made.now.items() if text),
        changes=tuple(
            (name, _one_line(made.was[name]), _one_line(text))
            for name, text in made.now.items()
            if made.was and made.was[name] != text
        ),
        voided=dutch.join(voided),
        several_voided=len(voided) > 1,
        url=desk.links.rota_year(after.region, after.year),
        copy_note=reader.copy_note,
    )
    return desk.mails.compose(
        "roostervoorstel",
        context,
        kind=MessageKind.PROPOSAL,
        key=reader.key(f"{_about(after.key)}{after.version}:{reader.of.key}"),
        recipient=reader.contact.email,
        recipient_name=reader.contact.name,
        date=desk.now,
    )


def _one_line(text: str) -> str:
    return "; ".join(text.splitlines())


def _about(entry: str) -> str:
    """Return how the keys of the mails about a proposal begin."""
    return f"roostervoorstel:{entry}:"
