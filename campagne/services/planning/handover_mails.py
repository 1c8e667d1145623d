"""Who takes a step over is told by one mail, which counts as the reminder where that is due."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from campagne.domain import dutch
from campagne.domain.delivery import DeliveryState, Message, MessageKind
from campagne.domain.doers import Crew
from campagne.domain.preferences import MailList
from campagne.domain.reminders import AgendaItem, Level, ReminderState, Situation, agenda
from campagne.domain.rota import EditionStatus
from campagne.mail_contexts import HandoverContext
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.planning.personal_mails import QueueReport, mail_key, queue_each
from campagne.services.planning.reminders import situation
from campagne.services.readers import Reader, deputies
from campagne.store import queries
from campagne.store.tables import DeliveryRow, EditionRow, HandoverRow, ReminderRow

# The last step of a campaign, the evaluation, falls after its end.
_AFTER_END = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A handover of which the colleague was not told yet, with the step it is about."""

    row: HandoverRow
    item: AgendaItem

    @property
    def to(self) -> str:
        """Key of the contact who takes the step over."""
        return self.row.contact_key or ""

    @property
    def _number(self) -> int:
        """How often its mail was taken back."""
        return self.row.recalled + (self.row.delivery_id is not None)

    @property
    def content(self) -> str:
        """What tells the mail about it from every other one."""
        return "/".join((*self.item.about, self.row.at.isoformat(), str(self._number)))


def waiting(session: Session, today: date) -> list[Waiting]:
    """Return the handovers that the colleague is to be told of now, those of one mail together."""
    return _waiting(session, today)[1]


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    skip: Collection[str] = (),
) -> QueueReport:
    """Render and freeze the mails that tell of a handover, one to each person at a time.

    Call `handover.recall` first. Args and return value: as `reminder_mails.queue_due`.
    """
    known, found = _waiting(session, today)
    if not found:
        return QueueReport()
    contacts = {one.key: one for one in known.contacts}
    by = {one.key: (one.name, one.email) for one in queries.contacts(session)}
    stand_ins = deputies(session, MailList.REMINDERS, today)

    def compose(reader: Reader, rows: Sequence[Waiting]) -> Message:
        name, address = by.get(rows[0].row.by_key, ("Een collega", None))
        return mails.compose(
            "overdracht",
            _context(reader, rows, known, by=name, links=links, today=today),
            kind=MessageKind.HANDOVER,
            key=reader.key(mail_key("overdracht", reader.of.key, [one.content for one in rows])),
            recipient=reader.contact.email,
            recipient_name=reader.contact.name,
            date=now,
            reply_to=address if name != reader.contact.name else None,
        )

    def make(key: str, rows: Sequence[Waiting]) -> Message:
        return compose(Reader(contacts[key], contacts[key]), rows)

    def copy(key: str, rows: Sequence[Waiting]) -> tuple[str, Message] | None:
        reader = stand_ins.get(key)
        return None if reader is None else (reader.contact.key, compose(reader, rows))

    def settle(rows: Sequence[Waiting], delivery_id: int) -> None:
        for one in rows:
            one.row.recalled += one.row.delivery_id is not None
            one.row.delivery_id = delivery_id
        item = rows[0].item
        session.execute(
            update(ReminderRow)
            .where(
                col(ReminderRow.contact_key) == rows[0].to,
                col(ReminderRow.edition_key) == item.edition.key,
                col(ReminderRow.step_key) == item.step.key,
                col(ReminderRow.municipality_key).in_([one.item.municipality.key for one in rows]),
                col(ReminderRow.level) == Level.FIRST,
                col(ReminderRow.state) == ReminderState.PLANNED,
                col(ReminderRow.due_on) <= today,
            )
            .values(
                state=ReminderState.QUEUED,
                delivery_id=delivery_id,
                sequence=queries.sequence_of(col(ReminderRow.edition_key)),
            )
        )

    report = queue_each(
        session,
        {key: rows for key, rows in _first_mail(found).items() if key not in skip},
        make=make,
        useful_until=lambda rows: max(one.item.valid_until for one in rows),
        settle=settle,
        now=now,
        copy=copy,
        edition=lambda rows: rows[0].item.edition,
    )
    return replace(report, reminders=0)


def _waiting(session: Session, today: date) -> tuple[Situation, list[Waiting]]:
    rows = session.scalars(
        select(HandoverRow)
        .join(EditionRow, col(EditionRow.key) == col(HandoverRow.edition_key))
        .outerjoin(DeliveryRow, col(DeliveryRow.id) == col(HandoverRow.delivery_id))
        .where(
            col(HandoverRow.contact_key).is_not(None),
            col(EditionRow.last) >= today - _AFTER_END,
            or_(
                col(HandoverRow.delivery_id).is_(None),
                col(DeliveryRow.state) == DeliveryState.CANCELLED,
            ),
        )
    ).all()
    known = situation(session, sorted({row.edition_key for row in rows}))
    crew = Crew.of(known.contacts)
    items = {item.about: item for item in agenda(known)} if rows else {}
    found = [
        Waiting(row, item)
        for row in rows
        if (item := items.get((row.edition_key, row.step_key, row.municipality_key))) is not None
        and item.about not in known.closed
        and item.valid_until >= today
        and crew.took(item.municipality.key, row.contact_key)
    ]
    return known, sorted(found, key=lambda one: (*_mail(one), one.item.municipality.name))


def _mail(one: Waiting) -> tuple[str, str, str, str, date, bool, str]:
    """Return what those have in common that stand in one mail."""
    item, row = one.item, one.row
    about = (one.to, item.edition.key, item.step.key, row.by_key)
    return (*about, item.due_on, item.missed, row.note)


def _first_mail(found: Sequence[Waiting]) -> Mapping[str, Sequence[Waiting]]:
    """Return per person what stands in their first mail; the next call makes the next one."""
    first: dict[str, list[Waiting]] = {}
    for one in found:
        rows = first.setdefault(one.to, [one])
        if rows[0] is not one and _mail(one) == _mail(rows[0]):
            rows.append(one)
    return first


def _context(
    reader: Reader,
    rows: Sequence[Waiting],
    known: Situation,
    *,
    by: str,
    links: Links,
    today: date,
) -> HandoverContext:
    item = rows[0].item
    edition, step = item.edition, item.step
    places = [one.item.municipality for one in rows]
    provisional = edition.status is EditionStatus.PROVISIONAL
    return HandoverContext(
        name=reader.contact.name,
        by=by,
        note=rows[0].row.note,
        title=step.title,
        what=step.what,
        campaign=known.campaigns[edition.campaign].name,
        period=dutch.period(edition.span),
        provisional=provisional,
        waits_for_date=provisional and step.resident_facing,
        due=dutch.day(item.due_on),
        late=item.due_on < today,
        missed=item.missed,
        municipalities=dutch.join([one.name for one in places]),
        edition_url=links.edition(edition.key, places[0].key if len(places) == 1 else None),
        done_url=links.step(
            edition.key,
            step.key,
            [one.key for one in places],
            reader.contact.key,
            None if reader.of == reader.contact else reader.of.key,
        ),
        mine_url=links.mine(),
        copy_note=reader.copy_note,
    )
