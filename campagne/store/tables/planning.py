"""The playbook, how far a gemeente is with it and who is told of that."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from campagne.domain.notices import NoticeKind
from campagne.domain.playbook import Role
from campagne.domain.reminders import ReminderState, StepStatus
from campagne.store.tables.columns import by_value


class StepRow(SQLModel, table=True):
    """A step; `lead` is the phrase of the files, `before_meeting` as `domain.codec` writes it.

    One that is not `in_use` was switched off by people: it stays for what is known of it.
    """

    __tablename__ = "step"
    key: str = Field(primary_key=True)
    position: int
    title: str
    what: str
    role: Role = Field(sa_type=by_value(Role))
    lead: str
    scope: str
    summer: str
    before_meeting: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    useful_days: int | None = None
    resident_facing: bool = False
    again_days: int | None = None
    colleague_days: int | None = None
    centre_days: int | None = None
    in_use: bool = True
    evaluation: str | None = None


class StepStateRow(SQLModel, table=True):
    """What is ticked off: a step of an edition for one gemeente. No row means open.

    `by` is the name that people read, `by_key` who it was where that is a contact.
    """

    __tablename__ = "step_state"
    edition_key: str = Field(foreign_key="edition.key", primary_key=True)
    step_key: str = Field(foreign_key="step.key", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)
    status: StepStatus = Field(sa_type=by_value(StepStatus))
    by: str
    by_key: str | None = Field(default=None, foreign_key="contact.key")
    note: str = ""
    at: datetime


class HandoverRow(SQLModel, table=True):
    """A step of an edition that a colleague does for one gemeente; `contact_key` None: no more.

    `by_key` is who decided that, at `at`; `delivery_id` the mail that told the colleague.
    `recalled` as of a reminder.
    """

    __tablename__ = "handover"
    edition_key: str = Field(foreign_key="edition.key", primary_key=True)
    step_key: str = Field(foreign_key="step.key", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)
    contact_key: str | None = Field(default=None, foreign_key="contact.key")
    by_key: str = Field(foreign_key="contact.key")
    note: str = ""
    at: datetime
    delivery_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("delivery.id"), index=True)
    )
    recalled: int = 0


class ReminderRow(SQLModel, table=True):
    """A reminder: step x edition x gemeente x contact x date version x level.

    `recalled` counts how often a mail with it was taken back unsent, so that the next one has a
    key of its own. `sequence` is that of the edition as its mail shows it.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint(
            "edition_key",
            "step_key",
            "municipality_key",
            "contact_key",
            "date_version",
            "level",
        ),
        Index("ix_reminder_state_due_on", "state", "due_on"),
        Index("ix_reminder_state_valid_until", "state", "valid_until"),
    )
    id: int | None = Field(default=None, primary_key=True)
    edition_key: str = Field(foreign_key="edition.key")
    step_key: str = Field(foreign_key="step.key")
    municipality_key: str = Field(foreign_key="municipality.key")
    contact_key: str = Field(foreign_key="contact.key")
    date_version: int
    level: int = 0
    due_on: date
    valid_until: date
    state: ReminderState = Field(sa_type=by_value(ReminderState))
    recalled: int = 0
    sequence: int | None = None
    delivery_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("delivery.id"), index=True)
    )


class NoticeRow(SQLModel, table=True):
    """A change of an edition that one contact is told of, who knew `known_version` of its dates.

    `recalled` and `sequence` as of a reminder.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("edition_key", "contact_key", "kind", "date_version"),
        Index("ix_notice_state_contact_key", "state", "contact_key"),
    )
    id: int | None = Field(default=None, primary_key=True)
    edition_key: str = Field(foreign_key="edition.key")
    contact_key: str = Field(foreign_key="contact.key")
    kind: NoticeKind = Field(sa_type=by_value(NoticeKind))
    date_version: int
    known_version: int
    state: ReminderState = Field(sa_type=by_value(ReminderState))
    recalled: int = 0
    sequence: int | None = None
    delivery_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("delivery.id"), index=True)
    )


class PlanMailRow(SQLModel, table=True):
    """A contact got the plan for a year, or is to get it anew where there is no delivery.

    `editions` has for each edition in it the version of its dates and its `sequence`; `recalled` is
    as of a reminder.
    """

    __tablename__ = "plan_mail"
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    year: int = Field(primary_key=True)
    delivery_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("delivery.id"), index=True)
    )
    recalled: int = 0
    editions: dict[str, list[int]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
