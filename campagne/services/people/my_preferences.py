"""The page on which a contact chooses what to get: by the link in a mail, or logged in."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from campagne.domain.playbook import Role
from campagne.domain.preferences import EVERYTHING, MailList, Preferences, Rhythm
from campagne.domain.reminders import ReminderState
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.access import PreferencesLink
from campagne.services.people import preferences
from campagne.store import queries
from campagne.store.tables import EditionRow, ReminderRow


@dataclass(frozen=True, slots=True)
class CampaignChoice:
    """A campaign that a contact can do without, in one role for who has more than one.

    Attributes:
        key: key of the campaign, with the role behind a slash where it is about one.
        name: as people read it.
        on: whether it is wanted.
    """

    key: str
    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class PreferencesPage:
    """What the page shows.

    Attributes:
        name / email: of the contact, so that a reader sees whose mail it is about.
        mail_list: the list of the mail that the link came in.
        deputy: name of who gets copies during the absence of `wanted`; empty when there is none.
        campaigns: those with reminders to come, and those that were switched off, by name.
        version: fingerprint of what can be chosen; a form that was opened before is old.
    """

    name: str
    email: str
    mail_list: MailList
    wanted: Preferences
    deputy: str
    campaigns: tuple[CampaignChoice, ...]
    version: str


def page(session: Session, link: PreferencesLink) -> PreferencesPage:
    """Return the page of a contact; changes nothing.

    Raises:
        NotFoundError: when the contact is not there any more.
    """
    people = {one.key: one for one in queries.contacts(session)}
    if link.contact not in people:
        raise NotFoundError(
            "Deze link is van iemand die geen contactpersoon meer is. Je krijgt geen mail meer."
        )
    wanted = queries.preferences(session).get(link.contact, EVERYTHING)
    contact = people[link.contact]
    planned = session.exec(
        select(col(EditionRow.campaign_key))
        .join(ReminderRow, col(ReminderRow.edition_key) == col(EditionRow.key))
        .where(
            col(ReminderRow.contact_key) == link.contact,
            col(ReminderRow.state) == ReminderState.PLANNED,
        )
        .distinct()
    ).all()
    shown = {*planned, *(campaign for campaign, _ in wanted.muted)}
    names = {key: one.name for key, one in queries.campaigns(session).items() if key in shown}
    roles = sorted({role for role, _ in contact.assignments})
    return PreferencesPage(
        name=contact.name,
        email=contact.email,
        mail_list=link.mail_list,
        wanted=wanted,
        deputy=people[wanted.deputy].name if wanted.deputy in people else "",
        campaigns=tuple(_choices(names, roles, wanted)),
        version=_version(wanted),
    )


def choose(
    session: Session,
    contact: str,
    *,
    rhythm: Rhythm,
    reminders: bool,
    broadcasts: bool,
    campaigns: Mapping[str, bool],
    version: str = "",
    today: date,
    now: datetime,
) -> bool:
    """Store what a contact chose on the page; campaigns that are not in it stay as they are.

    Args:
        session: a writing session.
        contact: key of an active contact.
        rhythm: how reminders come.
        reminders: whether they do.
        broadcasts: whether those of the centrumgemeente do.
        campaigns: by key of a choice whether it is wanted.
        version: of the page on which it was chosen; empty for one without, such as an old one.
        today: the day.
        now: the instant, aware UTC.

    Returns:
        True when anything changed; False when it all was so already.

    Raises:
        NotFoundError: when there is no active contact of this key.
        InvalidInputError: when it was changed since the page was opened.
    """
    known = preferences.of(session, contact)
    if version and version != _version(known):
        raise InvalidInputError(
            "Deze keuze is intussen ergens anders gewijzigd. Er is niets opgeslagen. Wat je koos,"
            " staat hieronder nog. Sla het nog een keer op als je het zo wilt."
        )
    muted = set(known.muted)
    for choice, on in campaigns.items():
        key, _, role = choice.partition("/")
        # Without a role: whatever it is, also one that this contact gets later.
        pairs = {(key, one) for one in ([Role(role)] if role else Role)}
        muted = muted - pairs if on else muted | pairs
    wanted = replace(
        known,
        rhythm=rhythm,
        reminders=reminders,
        broadcasts=broadcasts,
        muted=frozenset(muted),
    )
    return preferences.store(session, contact, wanted, today=today, now=now)


def _choices(
    names: Mapping[str, str], roles: list[Role], wanted: Preferences
) -> Iterator[CampaignChoice]:
    for key, name in names.items():
        if len(roles) > 1:
            for role in roles:
                on = (key, role) not in wanted.muted
                yield CampaignChoice(f"{key}/{role.value}", f"{name}, als {word(role)}", on)
        else:
            yield CampaignChoice(key, name, any((key, role) not in wanted.muted for role in roles))


def _version(wanted: Preferences) -> str:
    chosen = (wanted.rhythm, wanted.reminders, wanted.broadcasts, sorted(wanted.muted))
    return hashlib.sha256(repr(chosen).encode()).hexdigest()[:16]
