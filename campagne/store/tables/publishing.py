"""What a gemeente lets everyone read."""

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
