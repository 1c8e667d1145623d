"""The mails that ask who took part to look back: once two weeks after the end, once after six."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from campagne.domain import dutch
from campagne.domain import evaluations as rules
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState, Message, MessageKind
from campagne.domain.preferences import EVERYTHING, MailList
from campagne.domain.rota import Edition
from campagne.messages import Mails
from campagne.people_contexts import EvaluationContext, EvaluationLine
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.planning import personal_mails
from campagne.services.planning.personal_mails import QueueReport, mail_key, queue_each
from campagne.services.review import evaluations
from campagne.store import queries
from campagne.store.tables import DeliveryRow, EvaluationQuestionRow

_PEOPLE = 25  # in one call, so that no transaction lasts long
_CHANGED = "Ingetrokken: er is al teruggekeken, of dat hoeft niet meer."

_Key = tuple[str, str, str, int, int]


@dataclass(frozen=True, slots=True)
class Question:
    """What one contact is asked for one gemeente.

    Attributes:
        weeks: after the end of the edition.
        number: tells a mail that is made anew apart.
    """

    contact: Contact
    edition: Edition
    municipality: str
    weeks: int
    number: int = 0

    @property
    def key(self) -> _Key:
        """What makes it one of a kind."""
        version = self.edition.date_version
        return (self.edition.key, self.municipality, self.contact.key, self.weeks, version)


def to_ask(session: Session, today: date) -> list[Question]:
    """Return the questions that are to be mailed now; each goes once.

    Those of who does policy or communication for a gemeente that took part and did not look back
    yet, and who wants reminders.
    """
    wanted = _wanted(session, today)
    if not wanted:
        return []
    asked = {
        _key(row): (row.recalled, state)
        for row, state in session.exec(
            select(EvaluationQuestionRow, col(DeliveryRow.state)).join(
                DeliveryRow, col(DeliveryRow.id) == col(EvaluationQuestionRow.delivery_id)
            )
        )
    }
    found = []
    for one in wanted:
        recalled, state = asked.get(one.key, (-1, None))
        # One of a mail that was taken back, since something else in it changed, goes again.
        if state is None or state is DeliveryState.CANCELLED:
            found.append(replace(one, number=recalled + 1))
    return found


def recall(session: Session, *, now: datetime, today: date) -> None:
    """Take back the mails that wait with a question that is no longer to be asked, or so."""
    personal_mails.recall(
        session, EvaluationQuestionRow, lambda: _is_right(session, today), now=now, why=_CHANGED
    )


def _is_right(session: Session, today: date) -> Callable[[EvaluationQuestionRow], bool]:
    wanted = {one.key for one in _wanted(session, today)}
    return lambda row: _key(row) in wanted


def changed(session: Session, delivery_id: int | None, today: date) -> bool:
    """Say whether a mail has a question that is no longer to be asked, or none that is its own.

    Args:
        session: any session.
        delivery_id: that of the mail.
        today: the day.
    """
    asked = session.exec(
        select(EvaluationQuestionRow).where(col(EvaluationQuestionRow.delivery_id) == delivery_id)
    ).all()
    return not asked or not all(map(_is_right(session, today), asked))


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    skip: Collection[str] = (),
) -> QueueReport:
    """Render and freeze the questions that are to be asked, one mail per person.

    Call `recall` first. Nobody gets a copy for who is absent: it can wait until they are back.
    Args and return value: as `reminder_mails.queue_due`.
    """
    waiting: dict[str, list[Question]] = defaultdict(list)
    for one in to_ask(session, today):
        if one.contact.key not in skip:
            waiting[one.contact.key].append(one)
    if not waiting:
        return QueueReport()
    campaigns, places = queries.campaigns(session), queries.municipalities(session)
    closing = _closing(session, today)

    def line(one: Question) -> EvaluationLine:
        return EvaluationLine(
            campaign=campaigns[one.edition.campaign].name,
            runs=dutch.on_or_from(dutch.period(one.edition.span)),
            municipality=places[one.municipality].name,
            again=one.weeks != rules.MOMENTS[0],
            url=links.evaluation(one.edition.key, one.municipality, one.contact.key),
        )

    def make(key: str, questions: Sequence[Question]) -> Message:
        contact = questions[0].contact
        preferences_url = links.preferences(key, MailList.REMINDERS, today)
        return mails.compose(
            "terugkijken",
            EvaluationContext(
                name=contact.name,
                lines=tuple(line(one) for one in questions),
                until=dutch.day(min([_until(questions), *closing])),
                preferences_url=preferences_url,
            ),
            kind=MessageKind.EVALUATION,
            key=mail_key("terugkijken", key, [f"{one.key} {one.number}" for one in questions]),
            recipient=contact.email,
            recipient_name=contact.name,
            date=now,
            unsubscribe_url=preferences_url,
        )

    def settle(questions: Sequence[Question], delivery_id: int) -> None:
        for one in questions:
            edition, place, contact, weeks, version = one.key
            row = session.get(EvaluationQuestionRow, one.key) or EvaluationQuestionRow(
                edition_key=edition,
                municipality_key=place,
                contact_key=contact,
                weeks=weeks,
                date_version=version,
            )
            row.delivery_id, row.recalled = delivery_id, one.number
            session.add(row)
        session.flush()

    report = queue_each(
        session,
        dict(list(waiting.items())[:_PEOPLE]),
        make=make,
        useful_until=_until,
        settle=settle,
        now=now,
    )
    return replace(report, reminders=0)


def _key(row: EvaluationQuestionRow) -> _Key:
    place = (row.edition_key, row.municipality_key, row.contact_key)
    return (*place, row.weeks, row.date_version)


def _until(questions: Sequence[Question]) -> date:
    return min(rules.asked_until(one.edition.span, one.weeks) for one in questions)


def _closing(session: Session, today: date) -> list[date]:
    """Return the days still to come on which the papers close of what steps report to.

    The report is to be there before the Regionaal Beleidsoverleg is.
    """
    kinds = {one.before_meeting.kind for one in queries.steps(session) if one.before_meeting}
    return [
        meeting.papers_close
        for series in queries.meeting_series(session)
        for meeting in series.meetings
        if meeting.kind in kinds and meeting.papers_close > today
    ]


def _wanted(session: Session, today: date) -> list[Question]:
    """Return what would be asked if nothing was asked yet, by contact and day of the edition."""
    moments: Mapping[str, int] = {
        one.key: weeks
        for one in queries.editions(session)
        if (weeks := rules.moment(one.span, today)) is not None
    }
    if not moments:
        return []
    editions = queries.editions(session, keys=moments)
    places = list(queries.municipalities(session))
    done = evaluations.read(session, list(moments))
    open_ = evaluations.takes_part(session, editions, places) - done.keys()
    contacts, wants = queries.contacts(session), queries.preferences(session)
    found = [
        Question(contact, edition, place, moments[edition.key])
        for edition in editions
        for place in places
        if (edition.key, place) in open_
        for contact in lookup.officers(contacts, place)
        if wants.get(contact.key, EVERYTHING).reminders
    ]
    return sorted(found, key=lambda one: one.contact.key)
