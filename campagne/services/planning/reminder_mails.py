"""Due reminders become mails: one per person, rendered and frozen in the outbox."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import update
from sqlmodel import Session, col

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.delivery import Message, MessageKind
from campagne.domain.doers import Crew
from campagne.domain.playbook import Role, Scope
from campagne.domain.preferences import MailList
from campagne.domain.reminders import AgendaItem, Level, ReminderState, Situation, agenda
from campagne.domain.responsibility import answering
from campagne.domain.rota import EditionStatus
from campagne.domain.words import word
from campagne.mail_contexts import EditionBlock, ReminderContext, StepLine
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.planning.due_reminders import DueRow, also_for, digest_sent, select_due
from campagne.services.planning.personal_mails import QueueReport, mail_key, queue_each
from campagne.services.planning.reminders import situation
from campagne.services.readers import Reader, deputies
from campagne.store import queries
from campagne.store.tables import ReminderRow

# A mail with more steps than the first tells the second in full.
_FOLDED_FROM, _SHOWN = 6, 5


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    people: int = 25,
    skip: Collection[str] = (),
) -> QueueReport:
    """Render and freeze what is due, one mail per person, in the outbox.

    Call `expire` and `refresh` of `reminder_round` first. A deputy of who is absent gets a copy,
    without what goes to that deputy anyway.

    Args:
        session: a writing session; the reminders and their mail are stored together or not.
        mails: renders the mail.
        links: makes the addresses in it.
        now: instant that becomes the Date of the mails, aware UTC.
        today: day of that instant in Amsterdam.
        people: at most this many people in one call, so that no transaction lasts long.
        skip: contacts left out by an earlier call of the same round.

    Returns:
        What was queued; nothing queued and nobody left out means that nothing more is due.
    """
    due = select_due(session, today, people, skip)
    if not due.rows:
        return QueueReport()
    book = _Book.read(session, {row.edition_key for rows in due.rows.values() for row in rows})
    stand_ins = deputies(session, MailList.REMINDERS, today)

    def compose(reader: Reader, rows: Sequence[DueRow]) -> Message:
        whose, places = reader.of.key, {row.municipality_key for row in rows}
        known = book.situation
        answers = answering(
            reader.contact,
            places,
            contacts=known.contacts,
            municipalities=known.municipalities,
            regions=known.regions,
        )
        context = replace(
            _context(reader, rows, book, links=links, today=today),
            next_on=dutch.day(due.next_on[whose]) if whose in due.next_on else None,
            weekly=whose in due.digests,
            questions_to=answers.name if answers else "",
        )
        return mails.compose(
            "herinnering",
            context,
            kind=MessageKind.REMINDER,
            key=reader.key(mail_key("herinnering", whose, map(_content, rows))),
            recipient=reader.contact.email,
            recipient_name=reader.contact.name,
            date=now,
            reply_to=answers.email if answers else None,
            unsubscribe_url=context.preferences_url,
        )

    def make(contact_key: str, rows: Sequence[DueRow]) -> Message:
        contact = book.contacts[contact_key]
        return compose(Reader(contact, contact), rows)

    def copy(contact_key: str, rows: Sequence[DueRow]) -> tuple[str, Message] | None:
        reader = stand_ins.get(contact_key)
        if reader is None:
            return None
        own = also_for(session, reader.contact.key, rows)
        missing = [one for one in rows if one.same not in own]
        return (reader.contact.key, compose(reader, missing)) if missing else None

    def settle(rows: Sequence[DueRow], delivery_id: int) -> None:
        session.execute(
            update(ReminderRow)
            .where(col(ReminderRow.id).in_([row.id for row in rows]))
            .values(
                state=ReminderState.QUEUED,
                delivery_id=delivery_id,
                sequence=queries.sequence_of(col(ReminderRow.edition_key)),
            )
        )
        if rows[0].contact_key in due.digests:
            digest_sent(session, rows[0].contact_key, today)

    return queue_each(
        session,
        due.rows,
        make=make,
        useful_until=lambda rows: max(row.valid_until for row in rows),
        settle=settle,
        now=now,
        copy=copy,
    )


@dataclass(frozen=True, slots=True)
class _Book:
    """What a mail needs to know, read once for many mails."""

    situation: Situation
    crew: Crew
    contacts: Mapping[str, Contact]
    positions: Mapping[str, int]
    agenda: Mapping[tuple[str, str, str], AgendaItem]

    @classmethod
    def read(cls, session: Session, editions: Collection[str]) -> "_Book":
        known = situation(session, editions)
        return cls(
            situation=known,
            crew=Crew.of(known.contacts),
            contacts={one.key: one for one in known.contacts},
            positions={step.key: place for place, step in enumerate(known.steps)},
            agenda={
                (item.edition.key, item.step.key, item.municipality.key): item
                for item in agenda(known)
            },
        )


def _content(row: DueRow) -> str:
    return (
        f"{row.edition_key}/{row.step_key}/{row.municipality_key}"
        f"/{row.date_version}/{row.level}/{row.recalled}"
    )


def _context(
    reader: Reader, rows: Sequence[DueRow], book: _Book, *, links: Links, today: date
) -> ReminderContext:
    entries = [_entry(row, book) for row in rows]
    # Two levels of one reminder together, after a standstill, are one line: that of the first.
    entries = list({(id(one.item)): one for one in sorted(entries, key=_by_level)}.values())
    entries.sort(key=lambda one: (one.item.edition.span.first, one.item.edition.key))
    shown, more = _folded(entries, book, today)
    blocks = tuple(
        _block(reader, list(group), book, links=links, today=today)
        for _, group in groupby(shown, lambda one: one.item.edition.key)
    )
    return ReminderContext(
        name=reader.contact.name,
        blocks=blocks,
        more=more,
        mine_url=links.mine(),
        next_on=None,
        reason=_reason(reader.of, entries),
        copy_note=reader.copy_note,
        preferences_url=links.preferences(reader.contact.key, MailList.REMINDERS, today),
        subscribe_url=links.subscribe(),
        year_url=links.year(entries[0].item.edition.year),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """A step that a mail tells of.

    Attributes:
        colleagues: those who did not tick it off.
        taken: True when the reader took it over from a colleague.
    """

    item: AgendaItem
    level: Level
    colleagues: tuple[str, ...]
    taken: bool


def _entry(row: DueRow, book: _Book) -> _Entry:
    # A reminder without its step is a planning that was forgotten: a KeyError, told in the log.
    item = book.agenda[row.edition_key, row.step_key, row.municipality_key]
    level, place = Level(row.level), item.municipality.key
    taker = book.situation.handed_over.get(item.about)
    if level < Level.COLLEAGUE:
        return _Entry(item, level, (), taken=row.contact_key == taker)
    doers = [book.contacts[one] for one in book.crew.doers(item.step.role, place, taker)]
    # Who works elsewhere does not have the number at hand.
    phone = level is Level.CENTRE
    names = [f"{one.name} ({one.phone})" if phone and one.phone else one.name for one in doers]
    return _Entry(item, level, tuple(names), taken=False)


def _by_level(entry: _Entry) -> int:
    return -entry.level


def _block(
    reader: Reader, entries: Sequence[_Entry], book: _Book, *, links: Links, today: date
) -> EditionBlock:
    edition = entries[0].item.edition
    places = {one.item.municipality.key for one in entries}
    return EditionBlock(
        name=book.situation.campaigns[edition.campaign].name,
        theme=edition.theme,
        period=dutch.period(edition.span),
        in_time=dutch.in_time(today, edition.span.first),
        provisional=edition.status is EditionStatus.PROVISIONAL,
        url=links.edition(edition.key, places.pop() if len(places) == 1 else None),
        why=book.situation.campaigns[edition.campaign].rule_text,
        steps=tuple(_line(reader, same, links, today) for same in _same_step(entries, book)),
        signal=all(one.item.step.scope is Scope.SIGNAL for one in entries),
    )


def _line(reader: Reader, same: Sequence[_Entry], links: Links, today: date) -> StepLine:
    """Return the line of one step, for the gemeenten where it falls on the same day."""
    item, level = same[0].item, same[0].level
    edition, step, due_on = item.edition, item.step, item.due_on
    municipalities = sorted((one.item.municipality for one in same), key=lambda one: one.name)
    return StepLine(
        title=step.title,
        what=step.what,
        due=dutch.day(due_on),
        municipalities=dutch.join([one.name for one in municipalities]),
        late=due_on < today,
        waits_for_date=edition.status is EditionStatus.PROVISIONAL and step.resident_facing,
        done_url=links.step(
            edition.key,
            step.key,
            [one.key for one in municipalities],
            reader.contact.key,
            None if reader.of == reader.contact else reader.of.key,
        ),
        again=level is Level.AGAIN,
        colleagues=dutch.join(same[0].colleagues),
        elsewhere=level is Level.CENTRE,
    )


def _folded(entries: Sequence[_Entry], book: _Book, today: date) -> tuple[Sequence[_Entry], int]:
    """Return what a mail tells in full, and how many steps it only counts.

    After a first start in the season many steps are late at once, and nobody reads nine of them.
    What can be in time goes first, then what is late by the fewest days.
    """
    steps = [
        same
        for _, group in groupby(entries, lambda one: one.item.edition.key)
        for same in _same_step(list(group), book)
    ]
    if len(steps) <= _FOLDED_FROM:
        return entries, 0

    def rank(same: Sequence[_Entry]) -> tuple[bool, int]:
        due_on = same[0].item.due_on
        return due_on < today, abs((due_on - today).days)

    shown = {id(one) for same in sorted(steps, key=rank)[:_SHOWN] for one in same}
    return [one for one in entries if id(one) in shown], len(steps) - _SHOWN


def _same_step(entries: Sequence[_Entry], book: _Book) -> Iterator[list[_Entry]]:
    """Yield what is told of one step on one day together, whatever the gemeente."""

    def place(one: _Entry) -> tuple[date, int, int, tuple[str, ...]]:
        return one.item.due_on, book.positions[one.item.step.key], one.level, one.colleagues

    for _, same in groupby(sorted(entries, key=place), place):
        yield list(same)


def _reason(contact: Contact, entries: Sequence[_Entry]) -> str:
    """Say which work of this person the mail is about; for a colleague, the work that they do.

    What the centrumgemeente is told of others comes second, and alone where there is nothing else.
    """
    own = [one for one in entries if one.level is not Level.CENTRE]
    if not own:
        chose = sorted({one.item.municipality.name for one in entries})
        return (
            f"Je krijgt deze mail omdat je {word(Role.CENTRE)} bent. {dutch.join(chose)}"
            f" {'koos' if len(chose) == 1 else 'kozen'} ervoor dat je het hoort als een stap niet"
            " is afgevinkt."
        )
    if all(one.taken for one in own):
        return "Je krijgt deze mail omdat een collega je dit werk heeft gegeven."
    about = {one.item.municipality.key: one.item.municipality.name for one in own}
    asked = {
        one.item.step.role for one in own if one.level is not Level.COLLEAGUE and not one.taken
    }
    roles = asked or {role for role, place in contact.assignments if place in about}
    words = dutch.join([word(role) for role in sorted(roles)])
    places = dutch.join(sorted(about.values()))
    return f"Je krijgt deze mail omdat je {words} bent voor {places}."
