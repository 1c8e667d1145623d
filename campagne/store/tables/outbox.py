"""The mails themselves, the tries to send them and what came back."""

from datetime import date, datetime

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, Relationship, SQLModel

from campagne.domain.bounces import BounceKind
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.store.tables.columns import by_value

_KEPT = text("wiped_on IS NULL")


class DeliveryRow(SQLModel, table=True):
    """Frozen bytes to one recipient and where they stand; `valid_until` is the last day to send.

    `sender` is the address of the envelope, to which what comes back is sent. `copy_of` is the
    mail of which this is the copy for a deputy: it shares its fate while both wait. `reported_at`
    is when a person was told that it failed or came back. `date_version` is that of the dates in
    it, of the edition of `edition_key`: for a mail that is about one, without a reminder or notice.
    `wiped_on` is the day on which address, subject and bytes were wiped since the mail was old;
    `digest` is the SHA-256 that the bytes had.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_state_next_at", "state", "next_at"),
        Index("ix_delivery_kept", "settled_at", sqlite_where=_KEPT, postgresql_where=_KEPT),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    message_id: str = Field(unique=True)
    kind: MessageKind = Field(sa_type=by_value(MessageKind))
    contact_key: str | None = Field(default=None, foreign_key="contact.key", index=True)
    municipality_key: str | None = Field(default=None, foreign_key="municipality.key")
    broadcast_id: int | None = Field(default=None, foreign_key="broadcast.id", index=True)
    edition_key: str | None = Field(default=None, foreign_key="edition.key", index=True)
    date_version: int | None = None
    copy_of: int | None = Field(default=None, foreign_key="delivery.id", index=True)
    sender: str = Field(index=True)
    recipient: str
    subject: str
    state: DeliveryState = Field(sa_type=by_value(DeliveryState))
    next_at: datetime
    owner: str = ""
    fence: int = 0
    lease_until: datetime | None = None
    attempts: int = 0
    first_tried_at: datetime | None = None
    created_at: datetime
    settled_at: datetime | None = None
    reported_at: datetime | None = None
    reply: str = ""
    valid_until: date | None = None
    wiped_on: date | None = None
    digest: str | None = None
    mail: "MailBytesRow" = Relationship(sa_relationship_kwargs={"lazy": "joined"})

    @property
    def raw(self) -> bytes:
        """The mail as it is sent, headers and all."""
        rest = self.mail.blob if self.mail.tail else None
        return self.mail.raw if rest is None else self.mail.raw + rest.content


class DeliveryPlaceRow(SQLModel, table=True):
    """A gemeente that a mail is about beside the one in its own row: somebody works for several."""

    __tablename__ = "delivery_place"
    delivery_id: int = Field(foreign_key="delivery.id", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)


class BlobRow(SQLModel, table=True):
    """Bytes under the SHA-256 of themselves, each once: files, and the ends of mails with files."""

    __tablename__ = "blob"
    digest: str = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class MailBytesRow(SQLModel, table=True):
    """What is sent; apart, since a state that changes rewrites all of its row.

    `tail` is what comes behind it, the same for all mails of a broadcast; NULL for nothing.
    """

    __tablename__ = "mail_bytes"
    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id")
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    tail: str | None = Field(default=None, foreign_key="blob.digest", index=True)
    # Not with every row: it is as large as a thousand mails.
    blob: BlobRow | None = Relationship(sa_relationship_kwargs={"lazy": "select"})


class AttemptRow(SQLModel, table=True):
    """One try of a delivery; append-only."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("delivery_id", "fence"),)
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id")
    fence: int
    started_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    outcome: str = ""
    code: int | None = None
    text: str = ""


class BounceRow(SQLModel, table=True):
    """A report that came back about a delivery; `source` is the fingerprint of its bytes."""

    __tablename__ = "bounce"
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(unique=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    kind: BounceKind = Field(sa_type=by_value(BounceKind))
    recipient: str
    status: str
    text: str
    at: datetime


class PausedAddressRow(SQLModel, table=True):
    """An address, in lower case, that gets no mail: it does not exist any more."""

    __tablename__ = "paused_address"
    address: str = Field(primary_key=True)
    since: datetime
    bounce_id: int = Field(foreign_key="bounce.id")
