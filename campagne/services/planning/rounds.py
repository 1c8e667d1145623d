"""One round of the clock: plan what is new and put in the outbox what is due.

Every part may be repeated by any number of machines at any moment; all truth is in the tables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlmodel import Session

from campagne.clock import Clock
from campagne.domain.broadcasts import FourEyes
from campagne.domain.delivery import MessageKind
from campagne.domain.preferences import MailList
from campagne.domain.words import word
from campagne.domain.year_plan import AutumnDay
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.mail_words import mail_templates
from campagne.services.national import material_mails
from campagne.services.outbox import (
    bounces,
    delivery,
    failure_reports,
    outcomes,
    retention,
    validity,
)
from campagne.services.people import check_mails, checks
from campagne.services.planning import (
    due_reminders,
    handover,
    handover_mails,
    news_mails,
    notice_mails,
    notices,
    plan_mails,
    reminder_mails,
    reminder_round,
    reminders,
)
from campagne.services.readers import Reader, deputies
from campagne.services.regional import releases, silence, silence_mails
from campagne.services.review import evaluation_mails
from campagne.services.rotas import rota
from campagne.store import queries
from campagne.store.database import Database


@dataclass(frozen=True, slots=True)
class PreparedRound:
    """What the clock found to do.

    Attributes:
        at: instant of the round, aware UTC; that of everything it put in the outbox.
        editions: editions of a new year that were added.
        expired: reminders dropped because their day has passed.
        mails: mails put in the outbox, with `reminders` reminders in them.
        left_out: contacts whose mail could not be made; the log says why.
    """

    at: datetime
    editions: int
    expired: int
    mails: int
    reminders: int
    left_out: tuple[str, ...]


def prepare(
    database: Database,
    *,
    mails: Mails,
    links: Links,
    clock: Clock,
    autumn: AutumnDay | None = None,
    four_eyes: FourEyes = FourEyes.TEXTS,
    keep_days: int | None = retention.DAYS,
) -> PreparedRound:
    """Do everything of a round but the sending; short transactions only.

    Args:
        database: the database.
        mails: renders the mails.
        links: makes the addresses in them.
        clock: tells the time.
        autumn: when the plan for the next year goes; None for never.
        four_eyes: which broadcasts need an approval before they go at their moment.
        keep_days: how long mails are kept, as `retention.wipe_old` has it; None for ever.

    Raises:
        DatabaseUnavailableError: when the database cannot be reached; nothing is half done.
    """
    now, today = clock.now(), clock.today()
    with database.session() as session:
        editions, expired = _catch_up(session, now, today)
        mails = mail_templates.in_use(session, mails)
    queued = reminded = 0
    left_out: set[str] = set()
    # Notices of changes first: who gets a reminder as well reads first that the dates are others.
    # What did not arrive last: what goes again to a corrected address is planned by then.
    # That a step was handed over before its reminder, which it takes the place of.
    for queue_due in (
        notice_mails.queue_due,
        handover_mails.queue_due,
        reminder_mails.queue_due,
        check_mails.queue_due,
        evaluation_mails.queue_due,
        material_mails.queue_due,
        partial(releases.queue_due, four_eyes=four_eyes),
        silence_mails.queue_due,
        news_mails.queue_due,
        *([partial(plan_mails.queue_due, autumn=autumn)] if autumn else ()),
        failure_reports.queue_due,
    ):
        skip: set[str] = set()
        while True:
            with database.session() as session:
                report = queue_due(
                    session, mails=mails, links=links, now=now, today=today, skip=skip
                )
            queued += report.mails
            reminded += report.reminders
            skip.update(report.left_out)
            if not report.mails and not report.left_out:
                break
        left_out |= skip
    if keep_days is not None:
        retention.wipe_old(database, days=keep_days, now=now, today=today)
    return PreparedRound(now, editions, expired, queued, reminded, tuple(sorted(left_out)))


def foresee(database: Database, *, clock: Clock) -> list[due_reminders.DueReminder]:
    """Return the reminders that a round would put in the outbox now; nothing is kept of it.

    The time that passed since the last round changes what is due, so the round's own first part
    is done and undone.

    Raises:
        DatabaseUnavailableError: when the database cannot be written to.
    """
    with database.session() as session:
        _catch_up(session, clock.now(), clock.today())
        due = due_reminders.foresee(session, clock.today())
        session.rollback()
    return due


def foresee_others(database: Database, *, clock: Clock) -> list[tuple[str, str]]:
    """Return what else a round would mail now: what about in Dutch, and to which address.

    Raises:
        DatabaseUnavailableError: when the database cannot be written to.
    """
    with database.session() as session:
        _catch_up(session, clock.now(), clock.today())
        addresses = {one.key: one.email for one in queries.contacts(session)}
        stand_ins = deputies(session, MailList.REMINDERS, clock.today())
        told = [
            ("overdracht van een stap", one.to)
            for one in handover_mails.waiting(session, clock.today())
        ]
        told += [(word(MessageKind.NOTICE), key) for key in notice_mails.waiting(session)]
        found = [(what, addresses[key]) for what, key in told]
        found += _copies(told, stand_ins)
        found += [
            ("vraag of de gegevens kloppen", one.contact.email)
            for one in checks.to_ask(session, clock.today())
        ]
        chased = dict.fromkeys(one.mail for one in silence.due(session, clock.today()))
        told = [(word(MessageKind.SILENCE), key) for key, *_ in chased]
        found += [(what, addresses[key]) for what, key in told]
        found += _copies(told, deputies(session, MailList.BROADCASTS, clock.today()))
        found += [
            (f"{word(MessageKind.BROADCAST)}{one.reader.copy_of}", one.contact.email)
            for one in releases.foresee(session, now=clock.now(), today=clock.today())
        ]
        asked = {one.contact.key for one in evaluation_mails.to_ask(session, clock.today())}
        found += [(word(MessageKind.EVALUATION), addresses[key]) for key in sorted(asked)]
        tellings = material_mails.to_tell(session, clock.today())
        readers = sorted({one.contact.key for one in tellings})
        found += [(word(MessageKind.MATERIAL), addresses[key]) for key in readers]
        news = news_mails.waiting(session, now=clock.now(), today=clock.today())
        found += [(word(MessageKind.NEWS), addresses[key]) for key in news]
        session.rollback()
    return found


def _copies(
    told: Sequence[tuple[str, str]], stand_ins: Mapping[str, Reader]
) -> list[tuple[str, str]]:
    """Return the copies for deputies of what is told to whom: what about, and the address."""
    return [
        (f"{what}{stand_ins[key].copy_of}", stand_ins[key].contact.email)
        for what, key in told
        if key in stand_ins
    ]


def foresee_plans(database: Database, *, clock: Clock, autumn: AutumnDay) -> list[tuple[str, int]]:
    """Return the address and year of each plan that a round would put in the outbox; keeps nothing.

    Raises:
        DatabaseUnavailableError: when the database cannot be written to.
    """
    with database.session() as session:
        _catch_up(session, clock.now(), clock.today())
        due = plan_mails.list_due(session, autumn=autumn, today=clock.today())
        session.rollback()
    return due


def foresee_reports(database: Database, *, clock: Clock) -> list[failure_reports.DueReport]:
    """Return the reports of failed mail that a round would put in the outbox; keeps nothing.

    Raises:
        DatabaseUnavailableError: when the database cannot be written to.
    """
    now, today = clock.now(), clock.today()
    with database.session() as session:
        _catch_up(session, now, today)
        due = failure_reports.list_due(session, now=now, today=today)
        session.rollback()
    return due


def _catch_up(session: Session, now: datetime, today: date) -> tuple[int, int]:
    """Do what time itself asks; return how many editions were added and reminders dropped."""
    editions = rota.extend(session, today=today, now=now)
    reminder_round.take_back(session, now=now, today=today)
    outcomes.recover(session, now)
    bounces.pause_refused(session, now=now, today=today)
    dropped = delivery.expire(session, now=now, today=today)
    expired = reminder_round.expire(session, today=today, dropped=dropped)
    notices.expire(session, today=today, dropped=dropped)
    if opened := validity.withdraw(session, now=now):
        reminders.replan(session, now=now, today=today, editions=opened)
    handover.recall(session, now=now)
    checks.recall(session, now=now)
    evaluation_mails.recall(session, now=now, today=today)
    material_mails.recall(session, now=now, today=today)
    news_mails.recall(session, now=now)
    silence.recall(session, now=now, today=today)
    reminder_round.refresh(session, now=now, today=today)
    notices.refresh(session, now=now, today=today)
    plan_mails.refresh(session, now=now, today=today)
    return editions, expired
