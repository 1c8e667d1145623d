"""A centrumgemeente at work: makes broadcasts, looks at them, has them approved, sends them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.broadcasts import FourEyes
from campagne.domain.delivery import MessageKind
from campagne.domain.playbook import Role
from campagne.messages import Mails
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.audit import Author
from campagne.services.regional import approval, broadcasts, halts, previews, releases, writing
from campagne.services.regional.previews import Preview
from campagne.services.regional.releases import ReleaseReport
from campagne.services.regional.writing import Written
from campagne.store.database import Database
from campagne.store.tables import BroadcastRow, ContactRoleRow, ContactRow, DeliveryRow, EditionRow

ORANGE = "orange-the-world-2026"
LINKS = Links("https://campagne.example.nl", "geheim" * 6)


@dataclass
class Desk:
    """The coordinator in Leiden at her desk."""

    database: Database
    clock: SetClock
    mails: Mails

    def new(
        self,
        edition: str = ORANGE,
        region: str = "holland-rijnland",
        author: str | None = None,
        answer_by: date | None = None,
    ) -> int:
        with self.database.session() as session:
            return writing.new(
                session,
                edition_key=edition,
                region_key=region,
                author_key=author,
                answer_by=answer_by,
                now=self.clock.now(),
                today=self.clock.today(),
                links=LINKS,
                mails=self.mails,
            )

    def apart(self) -> int:
        """Make one whose text is another for each gemeente, so that each has a mail of its own."""
        number = self.new()
        self.write(number, body="We vragen het aan {{ gemeente }}.")
        return number

    def preview(self, number: int) -> list[Preview]:
        with self.database.read() as session:
            return previews.preview(session, number, **self.rules)

    def release(self, number: int, *, again: bool = False) -> ReleaseReport:
        with self.database.session() as session:
            return releases.release(
                session,
                number,
                links=LINKS,
                mails=self.mails,
                now=self.clock.now(),
                today=self.clock.today(),
                again=again,
            )

    def row(self, number: int) -> BroadcastRow:
        with self.database.read() as session:
            return broadcasts.find(session, number)

    def outbox(self) -> list[DeliveryRow]:
        with self.database.read() as session:
            mails = select(DeliveryRow).where(col(DeliveryRow.kind) != MessageKind.APPROVAL)
            return list(session.exec(mails.order_by(col(DeliveryRow.key))))

    def told(self) -> list[tuple[str, str]]:
        """Return who was told what about broadcasts, in the order in which that was done."""
        with self.database.read() as session:
            mails = select(DeliveryRow).where(col(DeliveryRow.kind) == MessageKind.APPROVAL)
            rows = session.exec(mails.order_by(col(DeliveryRow.id))).all()
            return [(one.contact_key or "", one.subject) for one in rows]

    def change(self, **values: object) -> None:
        with self.database.session() as session:
            session.execute(
                update(EditionRow).where(col(EditionRow.key) == ORANGE).values(**values)
            )

    @property
    def rules(self) -> dict[str, Any]:
        """What every change of a broadcast needs to know."""
        return {
            "now": self.clock.now(),
            "today": self.clock.today(),
            "links": LINKS,
            "mails": self.mails,
        }

    def write(self, number: int, author: str = "leiden-centrum", **changed: Any) -> bool:
        """Change something of what a broadcast says, as one of the centrumgemeente."""
        with self.database.session() as session:
            row = broadcasts.find(session, number)
            words: dict[str, Any] = {
                "subject": row.subject,
                "body": row.body,
                "answer_by": row.answer_by,
                "places": tuple(row.places),
                "roles": tuple(Role(one) for one in row.roles),
                "with_texts": row.with_texts,
                "with_calendar": row.with_calendar,
                **changed,
            }
            who = lookup.contact(session, author)
            return writing.save(session, number, Written(**words), author=who, **self.rules)

    def submit(self, number: int, ask: str = "") -> None:
        with self.database.session() as session:
            approval.submit(session, number, by=Author("Leiden"), ask=ask, **self.rules)

    def approve(self, number: int, by: str = "katwijk-campagnes") -> None:
        with self.database.session() as session:
            who = lookup.contact(session, by)
            approval.approve(session, number, by=who, **self.rules)

    def schedule(self, number: int, at: Any) -> None:
        with self.database.session() as session:
            releases.schedule(session, number, at, by=Author("Leiden"), **self.rules)

    def tick(self) -> int:
        """Do what a round of the clock does for broadcasts; return how many mails."""
        with self.database.session() as session:
            return releases.queue_due(session, four_eyes=FourEyes.TEXTS, **self.rules).mails

    def pause(self, number: int) -> int:
        with self.database.session() as session:
            return halts.pause(session, number, by=Author("Leiden"), now=self.clock.now())

    def resume(self, number: int) -> int:
        with self.database.session() as session:
            return halts.resume(session, number, by=Author("Leiden"), now=self.clock.now())

    def cancel(self, number: int) -> int:
        with self.database.session() as session:
            return halts.cancel(
                session,
                number,
                by=Author("Leiden"),
                now=self.clock.now(),
                today=self.clock.today(),
            )

    def rest(self, number: int) -> int:
        with self.database.session() as session:
            return releases.send_rest(session, number, by=Author("Leiden"), **self.rules)

    def follow_up(self, number: int) -> int:
        with self.database.session() as session:
            return writing.follow_up(session, number, "leiden-centrum", **self.rules)

    def add(self, key: str, role: Role, place: str) -> None:
        """Add somebody who works for a gemeente."""
        with self.database.session() as session:
            session.add(ContactRow(key=key, name=key.title(), email=f"{key}@example.nl"))
            session.flush()
            session.add(ContactRoleRow(contact_key=key, role=role, municipality_key=place))
