"""The campaigns with their editions, and the rota that puts one central in a year."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, UniqueConstraint
from sqlmodel import Field, SQLModel

from campagne.domain.proposals import ProposalState
from campagne.domain.rota import Agreement, Certainty, EditionStatus
from campagne.store.tables.columns import by_value


class CampaignRow(SQLModel, table=True):
    """A campaign; `rule` and `known` in the form of `domain.codec`.

    Each of `materials` has a `title` and a `url`; `year_materials` are as `domain.codec` writes
    them. `removed_on` is the day on which it was taken away, since it was added by mistake: only
    calendars show it from then on, as cancelled.
    """

    __tablename__ = "campaign"
    key: str = Field(primary_key=True)
    name: str
    rule: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    rule_text: str
    certainty: Certainty = Field(sa_type=by_value(Certainty))
    organiser: str
    source: str
    summary: str = ""
    material_url: str | None = None
    materials: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    year_materials: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    calendar_url: str | None = None
    calendar_title: str = ""
    region_key: str | None = Field(default=None, foreign_key="region.key")
    municipality_key: str | None = Field(default=None, foreign_key="municipality.key")
    first_year: int | None = None
    part_of_key: str | None = None
    broadcast: bool = False
    remark: str = ""
    checked_on: date | None = None
    known: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    removed_on: date | None = None


class EditionRow(SQLModel, table=True):
    """An edition, with what its calendar event needs to stay right after a change.

    `digest` is the fingerprint of what a feed shows of it; when that changes, `sequence` rises
    and `modified_at`, which is DTSTAMP too, is set. `confirmed_on` is the day on which provisional
    dates were confirmed, `confirmed_at` the instant; None where they always were. `cancelled_from`
    is the status that it had when it was cancelled, and `taken_away` is true where that came with
    its campaign, which somebody took away. `added_on` is the day on which somebody added it; None
    where the calendar files gave it.
    `material` is as `domain.codec` writes it.
    """

    __tablename__ = "edition"
    key: str = Field(primary_key=True)
    campaign_key: str = Field(foreign_key="campaign.key", index=True)
    year: int = Field(index=True)
    first: date
    last: date
    status: EditionStatus = Field(sa_type=by_value(EditionStatus))
    theme: str = ""
    source: str = ""
    checked_on: date | None = None
    date_version: int = 1
    sequence: int = 0
    created_at: datetime
    modified_at: datetime
    digest: str = ""
    confirmed_on: date | None = None
    confirmed_at: datetime | None = None
    cancelled_from: EditionStatus | None = Field(default=None, sa_type=by_value(EditionStatus))
    taken_away: bool = False
    added_on: date | None = None
    material: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class EditionDatesRow(SQLModel, table=True):
    """The dates that an edition had in one version of them; kept for ever."""

    __tablename__ = "edition_dates"
    edition_key: str = Field(foreign_key="edition.key", primary_key=True)
    date_version: int = Field(primary_key=True)
    first: date
    last: date


class DateProposalRow(SQLModel, table=True):
    """Dates that somebody, or a program, found for an edition, and what was decided of them.

    `date_version` is that of the dates that the edition had then: the same dates from the same
    source are proposed once for each. `contact_key` is who found them where that is a contact,
    `decided_by_key` who decided.
    """

    __tablename__ = "date_proposal"
    __table_args__ = (UniqueConstraint("edition_key", "date_version", "first", "last", "source"),)
    id: int | None = Field(default=None, primary_key=True)
    edition_key: str = Field(foreign_key="edition.key")
    date_version: int
    first: date
    last: date
    source: str
    note: str = ""
    by: str
    contact_key: str | None = Field(default=None, foreign_key="contact.key")
    found_at: datetime
    state: ProposalState = Field(sa_type=by_value(ProposalState))
    decided_by: str = ""
    decided_by_key: str | None = Field(default=None, foreign_key="contact.key")
    decided_at: datetime | None = None
    reason: str = ""


class OrganiserCalendarRow(SQLModel, table=True):
    """What the calendar of the organiser of a campaign said when it was last read.

    `events` are those about the campaign, as `services.rotas.organiser_calendars` writes them, of
    the last time that it could be read; `url` and `words` say what was asked for then. `etag` and
    `last_modified` are what the server gave with them. A `fault` is that of the last try, in Dutch.
    """

    __tablename__ = "organiser_calendar"
    campaign_key: str = Field(foreign_key="campaign.key", primary_key=True)
    url: str
    words: str
    etag: str = ""
    last_modified: str = ""
    events: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    fault: str = ""
    failures: int = 0
    tried_at: datetime | None = None
    read_at: datetime | None = None
    next_at: datetime


class MaterialLinkRow(SQLModel, table=True):
    """The address of the national material of an edition, and whether its page is there.

    `issue` rises when another address takes the place of a dead one; `alarm` with any other
    address, and when a page came back that was dead or could not be checked; `recorded_at` is when
    this one came. From `failures` on they are as of `domain.material_links.LinkState`.
    """

    __tablename__ = "material_link"
    edition_key: str = Field(foreign_key="edition.key", primary_key=True)
    url: str
    issue: int = 1
    alarm: int = 1
    recorded_at: datetime
    checked_at: datetime | None = None
    next_at: datetime
    failures: int = 0
    fault: str = ""
    dead_since: date | None = None
    unsure: int = 0
    seen_on: date | None = None
    seen_fault: str = ""


class MaterialNoticeRow(SQLModel, table=True):
    """A contact was told of the national material of an edition, in this issue of it.

    `said` is the fingerprint of what the mail says of it, `recalled` is as of a reminder.
    """

    __tablename__ = "material_notice"
    edition_key: str = Field(foreign_key="edition.key", primary_key=True)
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    issue: int = Field(primary_key=True)
    said: str = ""
    delivery_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("delivery.id"), index=True)
    )
    recalled: int = 0


class RotaEntryRow(SQLModel, table=True):
    """The campaign a region puts central in a year.

    `version` rises with each change of what the gemeenten agree on; `proposed_by` and
    `proposed_at` say who made this version on a page, `proposer_key` the contact who did. `since`
    is the day on which its campaign was put there on a page; None where it always stood there.
    `stood` has the same of the campaigns that stood there before, by key, as an ISO date.
    """

    __tablename__ = "rota_entry"
    key: str = Field(primary_key=True)
    region_key: str = Field(foreign_key="region.key")
    year: int = Field(index=True)
    campaign_key: str = Field(foreign_key="campaign.key")
    theme: str = ""
    plan_period: str = ""
    why_differs: str = ""
    lead_key: str | None = Field(default=None, foreign_key="municipality.key")
    budget_eur: int = 0
    division: str = ""
    source: str = ""
    version: int = 1
    proposed_by: str = ""
    proposed_at: datetime | None = None
    proposer_key: str | None = None  # no foreign key: SQLite would make the table anew
    since: date | None = None
    stood: dict[str, str | None] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True))
    )


class RotaAgreementRow(SQLModel, table=True):
    """What one gemeente says of a year of the rota.

    `since` and `left_on` are as of `domain.agreement.Following`.
    """

    __tablename__ = "rota_agreement"
    entry_key: str = Field(foreign_key="rota_entry.key", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)
    agreement: Agreement = Field(sa_type=by_value(Agreement))
    since: date | None = None
    left_on: date | None = None


class RotaStatementRow(SQLModel, table=True):
    """What a gemeente said of one version of a year of the rota; answers are only added.

    `agreement` is None for a remark, which leaves what the gemeente said as it is, and which who
    wrote it can take away. `by_key` is who said so where that is a contact.
    """

    __tablename__ = "rota_statement"
    id: int | None = Field(default=None, primary_key=True)
    entry_key: str = Field(foreign_key="rota_entry.key", index=True)
    version: int
    municipality_key: str = Field(foreign_key="municipality.key")
    agreement: Agreement | None = Field(default=None, sa_type=by_value(Agreement))
    note: str
    by: str
    by_key: str | None = Field(default=None, foreign_key="contact.key")
    at: datetime


class MeasureRow(SQLModel, table=True):
    """Another measure of the plan."""

    __tablename__ = "measure"
    key: str = Field(primary_key=True)
    name: str
    region_key: str = Field(foreign_key="region.key")
    first_year: int
    last_year: int
    text: str
    budget: str = ""
    evaluations: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    source: str = ""
