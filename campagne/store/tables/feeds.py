"""What calendars that people subscribe to need to stay right after a change."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class StepEventRow(SQLModel, table=True):
    """The event of a step of an edition in the calendar of one holder.

    `holder` is ``gemeente/`` or ``contact/`` with a key. `digest`, `sequence` and `modified_at` are
    as of an edition; without a digest the step falls no more.
    """

    __tablename__ = "step_event"
    holder: str = Field(primary_key=True)
    edition_key: str = Field(foreign_key="edition.key", primary_key=True, index=True)
    step_key: str = Field(foreign_key="step.key", primary_key=True)
    digest: str
    sequence: int
    created_at: datetime
    modified_at: datetime


class PersonalFeedRow(SQLModel, table=True):
    """The personal feed of a contact; only the hash of the token in its address is kept."""

    __tablename__ = "personal_feed"
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    token_hash: str = Field(unique=True)
    created_at: datetime


class WithdrawnFeedRow(SQLModel, table=True):
    """The address of a personal feed that was withdrawn, which is nobody's any more."""

    __tablename__ = "withdrawn_feed"
    token_hash: str = Field(primary_key=True)
    withdrawn_at: datetime
