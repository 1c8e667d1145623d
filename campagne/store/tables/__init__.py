"""Every table. Rows do not validate: what is stored was checked at the boundary.

Stamps are aware UTC, campaign days are dates. Keys that people see in links and files are
permanent slugs. Enums are stored by value, so that a new member needs no migration.
"""

# First, since it names the constraints of all the others.
from campagne.store.tables import columns  # noqa: F401 - see above
from campagne.store.tables.changes import (
    AppliedValueRow,
    AuditRow,
    DataVersionRow,
    MailTextRow,
    TableStampRow,
)
from campagne.store.tables.entrance import (
    LoginLinkRow,
    LoginTryRow,
    OrganisationAccountRow,
    SecondFactorRow,
    WebSessionRow,
)
from campagne.store.tables.evaluations import EvaluationQuestionRow, EvaluationRow
from campagne.store.tables.feeds import PersonalFeedRow, StepEventRow, WithdrawnFeedRow
from campagne.store.tables.outbox import (
    AttemptRow,
    BlobRow,
    BounceRow,
    DeliveryPlaceRow,
    DeliveryRow,
    MailBytesRow,
    PausedAddressRow,
)
from campagne.store.tables.people import (
    CheckRow,
    ContactRoleRow,
    ContactRow,
    ErasureRow,
    MutedRow,
    NewsRow,
    PreferencesRow,
)
from campagne.store.tables.planning import (
    HandoverRow,
    NoticeRow,
    PlanMailRow,
    ReminderRow,
    StepRow,
    StepStateRow,
)
from campagne.store.tables.publishing import OwnTextRow, TextReleaseRow
from campagne.store.tables.regional import (
    AnswerRow,
    BroadcastRow,
    ChaseRow,
    LocalActionRow,
    ParticipationRow,
)
from campagne.store.tables.regions import HelpLineRow, MeetingSeriesRow, MunicipalityRow, RegionRow
from campagne.store.tables.rotas import (
    CampaignRow,
    DateProposalRow,
    EditionDatesRow,
    EditionRow,
    MaterialLinkRow,
    MaterialNoticeRow,
    MeasureRow,
    OrganiserCalendarRow,
    RotaAgreementRow,
    RotaEntryRow,
    RotaStatementRow,
)

__all__ = [
    "AnswerRow",
    "AppliedValueRow",
    "AttemptRow",
    "AuditRow",
    "BlobRow",
    "BounceRow",
    "BroadcastRow",
    "CampaignRow",
    "ChaseRow",
    "CheckRow",
    "ContactRoleRow",
    "ContactRow",
    "DataVersionRow",
    "DateProposalRow",
    "DeliveryPlaceRow",
    "DeliveryRow",
    "EditionDatesRow",
    "EditionRow",
    "ErasureRow",
    "EvaluationQuestionRow",
    "EvaluationRow",
    "HandoverRow",
    "HelpLineRow",
    "LocalActionRow",
    "LoginLinkRow",
    "LoginTryRow",
    "MailBytesRow",
    "MailTextRow",
    "MaterialLinkRow",
    "MaterialNoticeRow",
    "MeasureRow",
    "MeetingSeriesRow",
    "MunicipalityRow",
    "MutedRow",
    "NewsRow",
    "NoticeRow",
    "OrganisationAccountRow",
    "OrganiserCalendarRow",
    "OwnTextRow",
    "ParticipationRow",
    "PausedAddressRow",
    "PersonalFeedRow",
    "PlanMailRow",
    "PreferencesRow",
    "RegionRow",
    "ReminderRow",
    "RotaAgreementRow",
    "RotaEntryRow",
    "RotaStatementRow",
    "SecondFactorRow",
    "StepEventRow",
    "StepRow",
    "StepStateRow",
    "TableStampRow",
    "TextReleaseRow",
    "WebSessionRow",
    "WithdrawnFeedRow",
]
