"""What gemeenten look back on, and whom they asked that."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class EvaluationRow(SQLModel, table=True):
    """What a gemeente says of an edition; `version` rises with a change, `by_key` as of a tick.

    `reach` has a number per channel, `done` a line for each action.
    """

    __tablename__ = "evaluation"
    edition_key: str = Field(foreign_key="edition.key", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)
    reach: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    done: str = ""
    keep: str = ""
    change: str = ""
    version: int
    by: str
    by_key: str | None = Field(default=None, foreign_key="contact.key")
    at: datetime


class EvaluationQuestionRow(SQLModel, table=True):
    """A contact was asked to look back; `weeks` after the end of these dates.

    `recalled` counts the mails with it that were taken back unsent.
    """

    __tablename__ = "evaluation_question"
    edition_key: str = Field(foreign_key="edition.key", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    weeks: int = Field(primary_key=True)
    date_version: int = Field(primary_key=True)
    delivery_id: int | None = Field(default=None, foreign_key="delivery.id", index=True)
    recalled: int = 0
