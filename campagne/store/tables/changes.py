"""What people changed: the log of it, and what tells it from what the files say."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel


class AuditRow(SQLModel, table=True):
    """What somebody changed, and why; append-only.

    `by` is the name that people read, `contact_key` who it was where that is a contact. `before`
    and `after` hold the fields that differ, as people read them.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_kind_key", "kind", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    by: str
    contact_key: str | None = Field(default=None, foreign_key="contact.key")
    what: str
    kind: str
    key: str
    before: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    after: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    why: str


class MailTextRow(SQLModel, table=True):
    """A text of one's own in the place of a mail template; `original` is the digest of the file.

    `source` is as a file would have it; `by_key` is who wrote it where that is a contact.
    """

    __tablename__ = "mail_text"
    name: str = Field(primary_key=True)
    source: str
    original: str
    by: str
    by_key: str | None = Field(default=None, foreign_key="contact.key")
    at: datetime


class AppliedValueRow(SQLModel, table=True):
    """The value of a field as the calendar files last gave it: the base of the three-way."""

    __tablename__ = "applied_value"
    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: Any = Field(default=None, sa_column=Column(JSON))


class DataVersionRow(SQLModel, table=True):
    """One row: raised in the transaction of any change that a feed or page can show."""

    __tablename__ = "data_version"
    id: int = Field(default=1, primary_key=True)
    version: int = 0
    changed_at: datetime


class TableStampRow(SQLModel, table=True):
    """Drawn anew, by a trigger, with every change of a table: see `store.kept`."""

    __tablename__ = "table_stamp"
    table_name: str = Field(primary_key=True)
    stamp: str
