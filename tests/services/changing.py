"""The small region with an outbox, for the tests of what a change does to mails."""

from datetime import date
from email import message_from_bytes, policy

from sqlalchemy import update
from sqlmodel import Session, col, select

from campagne import resources
from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState
from campagne.domain.reminders import ReminderState
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.planning import notices, reminders, rounds
from campagne.services.planning.rounds import PreparedRound
from campagne.services.publishing import feed_stamps
from campagne.services.rotas import rota
from campagne.store.database import Database
from campagne.store.tables import ContactRow, DeliveryRow, ReminderRow

WEEK = "week-tegen-kindermishandeling-2026"
ORANGE = "orange-the-world-2026"
PUBLIC = "publiekscampagne-huiselijk-geweld-2026"
HLT = "hltsamen-communicatie"
LINKS = Links("https://campagne.example.nl", "s" * 32)
LATER = Span(date(2026, 11, 30), date(2026, 12, 6))


class Office:
    """What a person can change, and what comes of it in the outbox.

    Args:
        database: with the small region.
        clock: tells the time.
        is_planned: True where another office planned the reminders in this database.
    """

    def __init__(self, database: Database, clock: SetClock, *, is_planned: bool = False) -> None:
        self.database = database
        self.clock = clock
        self.mails = Mails(resources.folder("templates") / "mail", sender="c@example.nl")
        if is_planned:
            return
        with database.session() as session:
            feed_stamps.restamp(session, clock.now())
            notices.keep_dates(session)
            reminders.replan(session, now=clock.now(), today=clock.today())

    def round(self) -> PreparedRound:
        return rounds.prepare(self.database, mails=self.mails, links=LINKS, clock=self.clock)

    def replan(self, session: Session) -> None:
        session.flush()
        now, today = self.clock.now(), self.clock.today()
        reminders.replan(session, now=now, today=today)
        notices.replan(session, now=now, today=today)

    def move(self, edition: str, span: Span) -> None:
        with self.database.session() as session:
            rota.set_dates(
                session,
                edition,
                span,
                by="x",
                source="brief",
                now=self.clock.now(),
                today=self.clock.today(),
            )

    def cancel(self, edition: str) -> None:
        now, today = self.clock.now(), self.clock.today()
        with self.database.session() as session:
            rota.cancel(session, edition, by="x", now=now, today=today)

    def confirm(self, edition: str) -> None:
        now, today = self.clock.now(), self.clock.today()
        with self.database.session() as session:
            rota.confirm(session, edition, by="x", now=now, today=today)

    def readdress(self, contact: str, address: str) -> None:
        with self.database.session() as session:
            session.get_one(ContactRow, contact).email = address
            self.replan(session)

    def become(self, state: DeliveryState, contact: str | None = None) -> None:
        """Let every mail that waits be in a state, or those to one contact."""
        waits = col(DeliveryRow.state).in_((DeliveryState.DUE, DeliveryState.DEFERRED))
        statement = update(DeliveryRow).where(waits).values(state=state)
        if contact is not None:
            statement = statement.where(col(DeliveryRow.contact_key) == contact)
        with self.database.session() as session:
            session.execute(statement)

    def outbox(self, contact: str, *states: DeliveryState) -> list[DeliveryRow]:
        """Return the mails to a contact, the oldest first; in some states or all."""
        with self.database.read() as session:
            rows = session.exec(
                select(DeliveryRow)
                .where(DeliveryRow.contact_key == contact)
                .order_by(col(DeliveryRow.id))
            ).all()
        return [row for row in rows if not states or row.state in states]

    def due(self, contact: str) -> list[DeliveryRow]:
        return self.outbox(contact, DeliveryState.DUE)

    def reminders(self, contact: str, edition: str) -> set[tuple[str, str, int, ReminderState]]:
        """Return (step, gemeente, version of the dates, state) of a contact's reminders."""
        with self.database.read() as session:
            rows = session.exec(
                select(ReminderRow).where(
                    ReminderRow.contact_key == contact, ReminderRow.edition_key == edition
                )
            ).all()
        return {(row.step_key, row.municipality_key, row.date_version, row.state) for row in rows}


def text_of(row: DeliveryRow) -> str:
    """Return the subject and the plain text of a mail, unwrapped."""
    part = message_from_bytes(row.raw, policy=policy.default).get_body(("plain",))
    assert part is not None
    return " ".join(f"{row.subject} {part.get_content()}".split())
