"""The contacts, what they want to get and what they said of themselves."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey
from sqlmodel import Field, SQLModel

from campagne.domain.news import NewsKind
from campagne.domain.playbook import Role
from campagne.domain.preferences import Rhythm
from campagne.store.tables.columns import by_value


class ContactRow(SQLModel, table=True):
    """A work address or functional mailbox."""

    __tablename__ = "contact"
    key: str = Field(primary_key=True)
    name: str
    email: str
    phone: str = ""
    active: bool = True


class ContactRoleRow(SQLModel, table=True):
    """A contact has a role in a gemeente."""

    __tablename__ = "contact_role"
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    role: Role = Field(sa_type=by_value(Role), primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True, index=True)


class PreferencesRow(SQLModel, table=True):
    """What a contact wants to get, and who stands in for a while; no row means all, at once.

    `digest_on` is the day of the last weekly digest. `deputy_key` gets a copy from `absent_from`
    up to and including `absent_until`.
    """

    __tablename__ = "preferences"
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    rhythm: Rhythm = Field(default=Rhythm.AT_ONCE, sa_type=by_value(Rhythm))
    reminders: bool = True
    broadcasts: bool = True
    digest_on: date | None = None
    deputy_key: str | None = Field(default=None, foreign_key="contact.key")
    absent_from: date | None = None
    absent_until: date | None = None


class MutedRow(SQLModel, table=True):
    """A campaign of which a contact wants no reminders in a role."""

    __tablename__ = "muted"
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    campaign_key: str = Field(foreign_key="campaign.key", primary_key=True)
    role: Role = Field(sa_type=by_value(Role), primary_key=True)


class CheckRow(SQLModel, table=True):
    """A contact was asked on `asked_on` whether what is known of them is still so.

    `due_on` is the day of the year that it belongs to. `remark` says what is not right, empty when
    all is; `reported_at` is when a person was told that there was no answer. `recalled` as of a
    reminder.
    """

    __tablename__ = "contact_check"
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    due_on: date = Field(primary_key=True)
    asked_on: date
    delivery_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("delivery.id"), index=True)
    )
    recalled: int = 0
    answered_at: datetime | None = None
    remark: str = ""
    reported_at: datetime | None = None


class NewsRow(SQLModel, table=True):
    """Something small that a contact is told by mail, see `domain.news`; `facts` holds keys.

    `delivery_id` is the mail that told it, `recalled` as of a reminder.
    """

    __tablename__ = "news"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    contact_key: str = Field(foreign_key="contact.key", index=True)
    kind: NewsKind = Field(sa_type=by_value(NewsKind))
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime
    delivery_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("delivery.id"), index=True)
    )
    recalled: int = 0


class ErasureRow(SQLModel, table=True):
    """Somebody asks to be wiped; `done_at` is when `done_by_key` did that."""

    __tablename__ = "erasure"
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    asked_at: datetime
    done_at: datetime | None = None
    done_by_key: str | None = Field(default=None, foreign_key="contact.key")
