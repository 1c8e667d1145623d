"""The plan for next year, mailed once to each contact in autumn, with a spreadsheet.

What stood in each mail is kept: who has it hears of it when a date in it changes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from sqlalchemy import exists, select
from sqlmodel import Session, col

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState, Message, MessageKind, states_before
from campagne.domain.preferences import EVERYTHING, MailList
from campagne.domain.responsibility import answering
from campagne.domain.rota import EditionStatus
from campagne.domain.year_plan import AutumnDay, gets_plan, places_of
from campagne.mail_contexts import PlanBlock, PlanContext, PlanStepLine
from campagne.mail_files import Attachment
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.outbox import delivery
from campagne.services.planning.personal_mails import QueueReport, queue_each
from campagne.services.publishing import year_plan
from campagne.services.publishing.year_plan import PlanBook, PlannedEdition, YearPlan
from campagne.store import queries
from campagne.store.tables import DeliveryRow, EditionRow, PlanMailRow

_CHANGED = "Ingetrokken: er is iets veranderd aan een campagne of aan de ontvanger."
_REFUSED = (DeliveryState.FAILED, DeliveryState.BOUNCED)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Somebody who gets a plan; `recalled` counts the mails with it that were taken back."""

    contact: Contact
    recalled: int

    def key(self, year: int) -> str:
        """Return the key of the mail."""
        again = f":{self.recalled}" if self.recalled else ""
        return f"najaar:{year}:{self.contact.key}{again}"


def list_due(session: Session, *, autumn: AutumnDay, today: date) -> list[tuple[str, int]]:
    """Return the address and the year of each plan that a round would put in the outbox."""
    year = _year(session, autumn, today)
    if year is None:
        return []
    return [(one.contact.email, year) for one in _waiting(session, year, ())]


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    autumn: AutumnDay,
    people: int = 5,
    skip: Collection[str] = (),
) -> QueueReport:
    """Put the plan for next year in the outbox of who did not get it yet.

    Args and return value: as `reminder_mails.queue_due`; a plan counts as no reminder, and takes
    longer to make, so that fewer go at once. Nobody gets a copy for who is absent: it can wait
    until they are back.
    """
    year = _year(session, autumn, today)
    waiting = (
        {}
        if year is None
        else {one.contact.key: [one] for one in _waiting(session, year, skip)[:people]}
    )
    if year is None or not waiting:
        return QueueReport()
    book = PlanBook(session, year, today=today, links=links)
    contacts = queries.contacts(session)
    municipalities, regions = queries.municipalities(session), queries.regions(session)
    sequences = _sequences(session, year)

    def make(_: str, rows: Sequence[_Waiting]) -> Message:
        contact = rows[0].contact
        plan = book.plan(places_of(contact))
        answers = answering(
            contact,
            places_of(contact),
            contacts=contacts,
            municipalities=municipalities,
            regions=regions,
        )
        context = _context(contact, plan, links, answers.name if answers else "", today)
        sheet = year_plan.spreadsheet(plan, links)
        return mails.compose(
            "najaar",
            context,
            kind=MessageKind.PLAN,
            key=rows[0].key(plan.year),
            recipient=contact.email,
            recipient_name=contact.name,
            date=now,
            reply_to=answers.email if answers else None,
            unsubscribe_url=context.preferences_url,
            attachments=(Attachment(year_plan.file_name(year), year_plan.MEDIA_TYPE, sheet),),
        )

    def settle(rows: Sequence[_Waiting], delivery_id: int) -> None:
        one = rows[0]
        versions = book.plan(places_of(one.contact)).versions
        row = session.get(PlanMailRow, (one.contact.key, year)) or PlanMailRow(
            contact_key=one.contact.key, year=year
        )
        row.delivery_id = delivery_id
        row.editions = {key: [version, sequences[key]] for key, version in versions.items()}
        session.add(row)
        session.flush()

    report = queue_each(
        session,
        waiting,
        make=make,
        useful_until=partial(_useful_until, today),
        settle=settle,
        now=now,
    )
    return replace(report, reminders=0)


def refresh(session: Session, *, now: datetime, today: date) -> None:
    """Take back the plans that wait while what they say changed; they are made anew.

    One that was refused goes again to a corrected address.

    Args:
        session: a writing session.
        now: the instant, aware UTC.
        today: plans of years that have begun are left alone.
    """
    waits = states_before(DeliveryState.CANCELLED)
    found = session.execute(
        select(PlanMailRow, col(DeliveryRow.state), col(DeliveryRow.recipient))
        .join(DeliveryRow, col(DeliveryRow.id) == col(PlanMailRow.delivery_id))
        .where(col(PlanMailRow.year) > today.year, col(DeliveryRow.state).in_((*waits, *_REFUSED)))
    ).all()
    if not found:
        return
    wants = queries.preferences(session)
    people = {
        one.key: one.email
        for one in queries.contacts(session)
        if gets_plan(one, wants.get(one.key, EVERYTHING))
    }
    outdated = []
    for row, state, recipient in found:
        address = people.get(row.contact_key)
        if state in _REFUSED:
            if address is not None and address != recipient:
                _again(row)
        elif address != recipient or changed(session, row):
            outdated.append(row)
    ids = [row.delivery_id for row in outdated if row.delivery_id is not None]
    freed = set(delivery.cancel(session, ids, now=now, why=_CHANGED))
    for row in outdated:
        if row.delivery_id in freed:
            _again(row)
    session.flush()


def changed(session: Session, row: PlanMailRow) -> list[str]:
    """Return the keys of the editions that are otherwise now than a plan says."""
    rows = session.execute(
        select(col(EditionRow.key), col(EditionRow.sequence), col(EditionRow.status)).where(
            col(EditionRow.key).in_(row.editions)
        )
    )
    return [
        key
        for key, sequence, status in rows
        if status is EditionStatus.CANCELLED or sequence != row.editions[key][1]
    ]


def _again(row: PlanMailRow) -> None:
    row.delivery_id = None
    row.recalled += 1


def _useful_until(today: date, _: Sequence[_Waiting]) -> date:
    return date(today.year, 12, 31)


def _year(session: Session, autumn: AutumnDay, today: date) -> int | None:
    """Return the year to plan, None where none is or the calendar does not reach so far."""
    year = autumn.planned_year(today)
    known = exists().where(col(EditionRow.year) == year)
    return year if year is not None and session.scalar(select(known)) else None


def _waiting(session: Session, year: int, skip: Collection[str]) -> list[_Waiting]:
    """Return who did not get the plan for a year yet, by key."""
    rows = session.execute(
        select(
            col(PlanMailRow.contact_key), col(PlanMailRow.delivery_id), col(PlanMailRow.recalled)
        ).where(col(PlanMailRow.year) == year)
    )
    told = {key: (delivery_id, recalled) for key, delivery_id, recalled in rows}
    wants = queries.preferences(session)
    return [
        _Waiting(one, told.get(one.key, (None, 0))[1])
        for one in queries.contacts(session)
        if one.key not in skip
        and told.get(one.key, (None, 0))[0] is None
        and gets_plan(one, wants.get(one.key, EVERYTHING))
    ]


def _sequences(session: Session, year: int) -> dict[str, int]:
    rows = session.execute(
        select(col(EditionRow.key), col(EditionRow.sequence)).where(col(EditionRow.year) == year)
    )
    return {key: sequence for key, sequence in rows}  # noqa: C416 - dict() loses the row's types


def _context(
    contact: Contact, plan: YearPlan, links: Links, questions_to: str, today: date
) -> PlanContext:
    blocks = [_block(one, plan) for one in plan.editions]
    return PlanContext(
        name=contact.name,
        year=plan.year,
        municipalities=dutch.join(plan.municipalities),
        central=tuple(one for one in blocks if one.central),
        others=tuple(one for one in blocks if not one.central),
        undated=tuple(name for name, _ in plan.undated),
        sheet_url=links.plan(plan.year),
        municipality_url=links.my_municipality(),
        subscribe_url=links.subscribe(),
        year_url=links.year(plan.year),
        questions_to=questions_to,
        preferences_url=links.preferences(contact.key, MailList.REMINDERS, today),
    )


def _block(one: PlannedEdition, plan: YearPlan) -> PlanBlock:
    return PlanBlock(
        name=one.name,
        theme=one.theme,
        period=dutch.period(one.span),
        provisional=one.provisional,
        place="" if one.municipalities == plan.municipalities else one.place,
        lead=one.lead,
        central=one.central,
        url=one.url,
        steps=tuple(
            PlanStepLine(step.title, step.role, dutch.day(step.due_on)) for step in one.steps
        ),
    )
