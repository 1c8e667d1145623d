"""What a centrumgemeente sends to its region, and what the gemeenten answer."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from campagne.domain.reminders import Answer
from campagne.store.tables.columns import by_value


class BroadcastRow(SQLModel, table=True):
    """One message of a centrumgemeente to a region about an edition."""

    __tablename__ = "broadcast"
    id: int | None = Field(default=None, primary_key=True)
    edition_key: str = Field(foreign_key="edition.key", index=True)
    region_key: str = Field(foreign_key="region.key")
    author_key: str = Field(foreign_key="contact.key")
    subject: str
    body: str
    answer_by: date
    created_at: datetime
    released_at: datetime | None = None


class AnswerRow(SQLModel, table=True):
    """What a gemeente answered; append-only, the latest row counts. `by_key` as of a tick."""

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
