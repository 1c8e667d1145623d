"""What a gemeente lets everyone read, and the texts that gemeenten and regions write themselves."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class TextReleaseRow(SQLModel, table=True):
    """A text that a gemeente released; `fingerprint` is of the words that were read then."""

    __tablename__ = "text_release"
    edition_key: str = Field(foreign_key="edition.key", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)
    kind: str = Field(primary_key=True)
    fingerprint: str
    at: datetime


class OwnTextRow(SQLModel, table=True):
    """A version of a text of a gemeente or region in the place of a shipped one; append-only.

    `key` is that of `domain.own_texts.Place`; the newest number of it counts. `edition_key` is NULL
    for a text that is for each year. `base_...` are the shipped words that it was made from, and
    `is_own` false where it says: the shipped text again. `by_key` as of a tick.
    """

    __tablename__ = "own_text"
    key: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    campaign_key: str = Field(foreign_key="campaign.key")
    kind: str
    municipality_key: str | None = Field(default=None, foreign_key="municipality.key")
    region_key: str | None = Field(default=None, foreign_key="region.key")
    edition_key: str | None = Field(default=None, foreign_key="edition.key")
    title: str
    body: str
    base_title: str
    base_body: str
    whole: bool
    is_own: bool
    by: str
    by_key: str | None = Field(default=None, foreign_key="contact.key")
    at: datetime
    why: str
