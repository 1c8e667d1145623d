"""Every table. Rows do not validate: what is stored was checked at the boundary.

Stamps are aware UTC, campaign days are dates. Keys that people see in links and files are
permanent slugs. Enums are stored by value, so that a new member needs no migration.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy import Enum as SqlEnum
from sqlmodel import Field, Relationship, SQLModel

from campagne.domain.bounces import BounceKind
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.notices import NoticeKind
from campagne.domain.playbook import Role
from campagne.domain.preferences import Rhythm
from campagne.domain.profile import AddressForm
from campagne.domain.proposals import ProposalState
from campagne.domain.reminders import Answer, ReminderState, StepStatus
from campagne.domain.rota import Agreement, Certainty, EditionStatus

# Named constraints, so that Alembic can change them on both databases. Set before any table.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _by_value(enum: type[StrEnum]) -> SqlEnum:
    return SqlEnum(
        enum, native_enum=False, length=20, values_callable=lambda e: [one.value for one in e]
    )


class RegionRow(SQLModel, table=True):
    """A region; `centre_key` is the gemeente that broadcasts to it.

    `check_days` holds pairs of month and day.
    """

    __tablename__ = "region"
    key: str = Field(primary_key=True)
    name: str
    parent_key: str | None = Field(default=None, foreign_key="region.key")
    centre_key: str | None = None  # no foreign key: gemeenten point at regions already
    check_days: list[list[int]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )


class MunicipalityRow(SQLModel, table=True):
    """A gemeente; `closed_days` holds ISO days, `copy_deadline` is as ``maandag 12.00``.

    `handles` has the name per platform, `help_lines` keys.
    """

    __tablename__ = "municipality"
    key: str = Field(primary_key=True)
    name: str
    cbs_code: str = Field(unique=True)
    region_key: str = Field(foreign_key="region.key", index=True)
    work_organisation: str | None = None
    school_region: str = "Midden"
    valid_from: date | None = None
    valid_to: date | None = None
    local_team: str | None = None
    website: str | None = None
    good_friday_closed: bool = False
    liberation_day_closed: bool = False
    closed_days: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    tell_centre: bool = False
    source: str = ""
    team_phone: str = ""
    team_url: str = ""
    handles: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    newspaper: str = ""
    copy_deadline: str = ""
    address_form: AddressForm = Field(default=AddressForm.FORMAL, sa_type=_by_value(AddressForm))
    house_style: str = ""
    help_lines: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class CampaignRow(SQLModel, table=True):
    """A campaign; `rule` and `known` in the form of `domain.codec`.

    Each of `materials` has a `title` and a `url`.
    """

    __tablename__ = "campaign"
    key: str = Field(primary_key=True)
    name: str
    rule: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    rule_text: str
    certainty: Certainty = Field(sa_type=_by_value(Certainty))
    organiser: str
    source: str
    summary: str = ""
    material_url: str | None = None
    materials: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
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


class EditionRow(SQLModel, table=True):
    """An edition, with what its calendar event needs to stay right after a change.

    `digest` is the fingerprint of what a feed shows of it; when that changes, `sequence` rises
    and `modified_at`, which is DTSTAMP too, is set. `confirmed_on` is the day on which provisional
    dates were confirmed; None where they always were. `cancelled_from` is the status that it had
    when it was cancelled.
    """

    __tablename__ = "edition"
    key: str = Field(primary_key=True)
    campaign_key: str = Field(foreign_key="campaign.key", index=True)
    year: int = Field(index=True)
    first: date
    last: date
    status: EditionStatus = Field(sa_type=_by_value(EditionStatus))
    theme: str = ""
    source: str = ""
    checked_on: date | None = None
    date_version: int = 1
    sequence: int = 0
    created_at: datetime
    modified_at: datetime
    digest: str = ""
    confirmed_on: date | None = None
    cancelled_from: EditionStatus | None = Field(default=None, sa_type=_by_value(EditionStatus))


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
    source are proposed once for each. `contact_key` is who found them where that is a contact.
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
    state: ProposalState = Field(sa_type=_by_value(ProposalState))
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""


class RotaEntryRow(SQLModel, table=True):
    """The campaign a region puts central in a year.

    `version` rises with each change of what the gemeenten agree on; `proposed_by` and
    `proposed_at` say who made this version on a page.
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


class RotaAgreementRow(SQLModel, table=True):
    """What one gemeente says of a year of the rota."""

    __tablename__ = "rota_agreement"
    entry_key: str = Field(foreign_key="rota_entry.key", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)
    agreement: Agreement = Field(sa_type=_by_value(Agreement))


class RotaStatementRow(SQLModel, table=True):
    """What a gemeente said of one version of a year of the rota; only added.

    `agreement` is None for a remark, which leaves what the gemeente said as it is.
    """

    __tablename__ = "rota_statement"
    id: int | None = Field(default=None, primary_key=True)
    entry_key: str = Field(foreign_key="rota_entry.key", index=True)
    version: int
    municipality_key: str = Field(foreign_key="municipality.key")
    agreement: Agreement | None = Field(default=None, sa_type=_by_value(Agreement))
    note: str
    by: str
    at: datetime


class StepRow(SQLModel, table=True):
    """A step; `lead` is the phrase of the files, `before_meeting` as `domain.codec` writes it.

    One that is not `in_use` was switched off by people: it stays for what is known of it.
    """

    __tablename__ = "step"
    key: str = Field(primary_key=True)
    position: int
    title: str
    what: str
    role: Role = Field(sa_type=_by_value(Role))
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


class MeetingSeriesRow(SQLModel, table=True):
    """A recurring meeting with the dates announced so far."""

    __tablename__ = "meeting_series"
    key: str = Field(primary_key=True)
    name: str
    frequency: str
    source: str = ""
    meetings: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )


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


class HelpLineRow(SQLModel, table=True):
    """A help line with its check date."""

    __tablename__ = "help_line"
    key: str = Field(primary_key=True)
    position: int
    name: str
    number: str
    for_whom: str
    hours: str
    cost: str
    url: str | None = None
    always_shown: bool = False
    source: str = ""
    checked_on: date


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
    role: Role = Field(sa_type=_by_value(Role), primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True, index=True)


class PreferencesRow(SQLModel, table=True):
    """What a contact wants to get, and who stands in for a while; no row means all, at once.

    `digest_on` is the day of the last weekly digest. `deputy_key` gets a copy from `absent_from`
    up to and including `absent_until`.
    """

    __tablename__ = "preferences"
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    rhythm: Rhythm = Field(default=Rhythm.AT_ONCE, sa_type=_by_value(Rhythm))
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
    role: Role = Field(sa_type=_by_value(Role), primary_key=True)


class PausedAddressRow(SQLModel, table=True):
    """An address, in lower case, that gets no mail: it does not exist any more."""

    __tablename__ = "paused_address"
    address: str = Field(primary_key=True)
    since: datetime
    bounce_id: int = Field(foreign_key="bounce.id")


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


class StepStateRow(SQLModel, table=True):
    """What is ticked off: a step of an edition for one gemeente. No row means open."""

    __tablename__ = "step_state"
    edition_key: str = Field(foreign_key="edition.key", primary_key=True)
    step_key: str = Field(foreign_key="step.key", primary_key=True)
    municipality_key: str = Field(foreign_key="municipality.key", primary_key=True)
    status: StepStatus = Field(sa_type=_by_value(StepStatus))
    by: str
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


class DeliveryRow(SQLModel, table=True):
    """Frozen bytes to one recipient and where they stand; `valid_until` is the last day to send.

    `sender` is the address of the envelope, to which what comes back is sent. `copy_of` is the
    mail of which this is the copy for a deputy: it shares its fate while both wait. `reported_at`
    is when a person was told that it failed or came back. `date_version` is that of the dates in
    it, of the edition of `edition_key`: for a mail that is about one, without a reminder or notice.
    """

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_state_next_at", "state", "next_at"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    message_id: str = Field(unique=True)
    kind: MessageKind = Field(sa_type=_by_value(MessageKind))
    contact_key: str | None = Field(default=None, foreign_key="contact.key", index=True)
    municipality_key: str | None = Field(default=None, foreign_key="municipality.key")
    broadcast_id: int | None = Field(default=None, foreign_key="broadcast.id", index=True)
    edition_key: str | None = Field(default=None, foreign_key="edition.key", index=True)
    date_version: int | None = None
    copy_of: int | None = Field(default=None, foreign_key="delivery.id", index=True)
    sender: str = Field(index=True)
    recipient: str
    subject: str
    state: DeliveryState = Field(sa_type=_by_value(DeliveryState))
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
    mail: "MailBytesRow" = Relationship(sa_relationship_kwargs={"lazy": "joined"})

    @property
    def raw(self) -> bytes:
        """The mail as it is sent, headers and all."""
        return self.mail.raw


class MailBytesRow(SQLModel, table=True):
    """What is sent; apart, since a state that changes rewrites all of its row."""

    __tablename__ = "mail_bytes"
    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id")
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


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
    kind: BounceKind = Field(sa_type=_by_value(BounceKind))
    recipient: str
    status: str
    text: str
    at: datetime


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
    state: ReminderState = Field(sa_type=_by_value(ReminderState))
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
    kind: NoticeKind = Field(sa_type=_by_value(NoticeKind))
    date_version: int
    known_version: int
    state: ReminderState = Field(sa_type=_by_value(ReminderState))
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


class BroadcastRow(SQLModel, table=True):
    """One message of a centrumgemeente to a region about an edition."""

    __tablename__ = "broadcast"
    id: int | None = Field(default=None, primary_key=True)
    edition_key: str = Field(foreign_key="edition.key", index=True)
    region_key: str = Field(foreign_key="region.key")
    author_key: str = Field(foreign_key="contact.key")
    subject: str
    body: str
    answer_by: date
    created_at: datetime
    released_at: datetime | None = None


class AnswerRow(SQLModel, table=True):
    """What a gemeente answered; append-only, the latest row counts."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_edition_municipality", "edition_key", "municipality_key"),)
    id: int | None = Field(default=None, primary_key=True)
    edition_key: str = Field(foreign_key="edition.key")
    municipality_key: str = Field(foreign_key="municipality.key")
    broadcast_id: int | None = Field(default=None, foreign_key="broadcast.id")
    answer: Answer = Field(sa_type=_by_value(Answer))
    by: str
    at: datetime


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


class ErasureRow(SQLModel, table=True):
    """Somebody asks to be wiped; `done_at` is when `done_by_key` did that."""

    __tablename__ = "erasure"
    contact_key: str = Field(foreign_key="contact.key", primary_key=True)
    asked_at: datetime
    done_at: datetime | None = None
    done_by_key: str | None = Field(default=None, foreign_key="contact.key")


class MailTextRow(SQLModel, table=True):
    """A text of one's own in the place of a mail template; `original` is the digest of the file.

    `source` is as a file would have it.
    """

    __tablename__ = "mail_text"
    name: str = Field(primary_key=True)
    source: str
    original: str
    by: str
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
