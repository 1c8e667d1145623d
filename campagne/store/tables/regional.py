"""What a centrumgemeente sends to its region, and what the gemeenten answer."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from campagne.domain.answers import Source
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.local_plans import ActionKind
from campagne.domain.reminders import Answer
from campagne.domain.silence import ChaseLevel
from campagne.store.tables.columns import by_value


class BroadcastRow(SQLModel, table=True):
    """One message of a centrumgemeente to a region about an edition.

    `centre_key` is the gemeente that asks, and `places` those that are asked: all of the region
    where it is empty. `facts` is the fingerprint of what the campaign said when the text was saved,
    `approved` that of the content that `approver_key` approved. `release_at` is when it is to go by
    itself, and `hindrance` why it then did not. `follows_id` is the broadcast whose readers get it.
    `files` are those that go along, as `domain.enclosures` describes them.
    `to_make` is true while mails of it are still to be made, which for a country takes minutes.
    """

    __tablename__ = "broadcast"
    __table_args__ = (
        # Nobody approves their own, whatever way they come in.
        CheckConstraint("approver_key IS NULL OR approver_key <> author_key", name="four_eyes"),
        CheckConstraint("(approver_key IS NULL) = (approved = '')", name="approved_by_somebody"),
        CheckConstraint("state <> 'approved' OR approver_key IS NOT NULL", name="approved_state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    edition_key: str = Field(foreign_key="edition.key", index=True)
    region_key: str = Field(foreign_key="region.key")
    centre_key: str = Field(foreign_key="municipality.key")
    author_key: str = Field(foreign_key="contact.key")
    places: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    roles: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    subject: str
    body: str
    answer_by: date
    with_texts: bool = False
    with_calendar: bool = False
    files: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    follows_id: int | None = Field(default=None, foreign_key="broadcast.id")
    facts: str = ""
    state: BroadcastState = Field(
        default=BroadcastState.DRAFT, sa_type=by_value(BroadcastState), index=True
    )
    created_at: datetime
    submitted_at: datetime | None = None
    approver_key: str | None = Field(default=None, foreign_key="contact.key")
    approved_at: datetime | None = None
    approved: str = ""
    release_at: datetime | None = None
    hindrance: str = ""
    released_at: datetime | None = None
    to_make: bool = Field(default=False, index=True)


class AnswerRow(SQLModel, table=True):
    """What a gemeente answered; append-only, the latest row counts. `by_key` as of a tick.

    `until` is when a gemeente knows that decides later. `source` is how the answer came, NULL where
    nobody noted that; `said_on` the day on which it was given where that is another than that of
    `at`, and `noted_by_key` who noted it down.
    """

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_edition_municipality", "edition_key", "municipality_key"),)
    id: int | None = Field(default=None, primary_key=True)
    edition_key: str = Field(foreign_key="edition.key")
    municipality_key: str = Field(foreign_key="municipality.key")
    broadcast_id: int | None = Field(default=None, foreign_key="broadcast.id")
    answer: Answer = Field(sa_type=by_value(Answer))
    by: str
    by_key: str | None = Field(default=None, foreign_key="contact.key")
    at: datetime
    until: date | None = None
    source: Source | None = Field(default=None, sa_type=by_value(Source))
    said_on: date | None = None
    noted_by_key: str | None = Field(default=None, foreign_key="contact.key")


class ChaseRow(SQLModel, table=True):
    """A contact was mailed that a gemeente did not answer a broadcast by a day, and when first.

    `recalled` as of a reminder.
    """

    __tablename__ = "chase"
    broadcast_id: int = Field(foreign_key="broadcast.id", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    level: ChaseLevel = Field(sa_type=by_value(ChaseLevel), primary_key=True)
    deadline: date = Field(primary_key=True)
    told_on: date
    recalled: int = 0
    delivery_id: int = Field(foreign_key="delivery.id", index=True)


class ParticipationRow(SQLModel, table=True):
    """What a gemeente does around an edition, beside its actions; `version` rises with a change.

    Costs are whole euro cents, NULL while not known. `contact_key` is whom to ask about it, and
    `by_key` who wrote it, where that is a contact.
    """

    __tablename__ = "participation"
    edition_key: str = Field(foreign_key="edition.key", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)
    contact_key: str | None = Field(default=None, foreign_key="contact.key")
    expected_cents: int | None = None
    real_cents: int | None = None
    version: int
    by: str
    by_key: str | None = Field(default=None, foreign_key="contact.key")
    at: datetime


class LocalActionRow(SQLModel, table=True):
    """One thing that a gemeente does around an edition; all of them are stored anew together."""

    __tablename__ = "local_action"
    edition_key: str = Field(foreign_key="edition.key", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)
    position: int = Field(primary_key=True)
    kind: ActionKind = Field(sa_type=by_value(ActionKind))
    text: str = ""
    on: date | None = None
