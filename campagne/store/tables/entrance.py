"""How a contact gets in, and on which devices they are."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class LoginLinkRow(SQLModel, table=True):
    """A link that was mailed to log in with; only the hash of its token is kept."""

    __tablename__ = "login_link"
    token_hash: str = Field(primary_key=True)
    contact_key: str = Field(foreign_key="contact.key", index=True)
    created_at: datetime


class LoginTryRow(SQLModel, table=True):
    """One try to log in; `who` is a keyed hash of the address, client or contact it counts for."""

    __tablename__ = "login_try"
    __table_args__ = (Index("ix_login_try_who_at", "who", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    who: str
    at: datetime


class WebSessionRow(SQLModel, table=True):
    """Somebody is logged in on a device; only the hash of the key in their cookie is kept."""

    __tablename__ = "web_session"
    id: int | None = Field(default=None, primary_key=True)
    key_hash: str = Field(unique=True)
    contact_key: str = Field(foreign_key="contact.key", index=True)
    device: str
    created_at: datetime
    seen_at: datetime
    strong: bool = False


class OrganisationAccountRow(SQLModel, table=True):
    """The account at their organisation that a contact logs in with.

    `issuer` is the service of the organisation, `subject` its lasting name for this person.
    """

    __tablename__ = "organisation_account"
    issuer: str = Field(primary_key=True)
    contact_key: str = Field(primary_key=True, foreign_key="contact.key")
    subject: str
    created_at: datetime


class SecondFactorRow(SQLModel, table=True):
    """The app of a contact that makes codes, once it has shown one.

    Its secret is made from the key of the service, so the table gives nothing away; `generation`
    says which of the many that a contact can have: that of the session in which it was set up.
    `last_step` is the step of time of the last code that was used: no code counts twice.
    """

    __tablename__ = "second_factor"
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    generation: int = 0
    confirmed_at: datetime | None = None
    last_step: int = 0
