"""What a contact wants to get: read and changed, by the contact's own link or by a colleague.

Every change plans anew in its own transaction, so what still waits and is not wanted any more is
taken back at once.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, insert
from sqlmodel import Session, col, select

from campagne.domain.contacts import Contact
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState, states_before
from campagne.domain.news import NewsKind
from campagne.domain.playbook import Role
from campagne.domain.preferences import EVERYTHING, MailList, Preferences
from campagne.domain.words import word
from campagne.errors import InvalidInputError
from campagne.services import lookup, news
from campagne.services.access import PreferencesLink
from campagne.services.outbox import delivery
from campagne.services.planning import people_changes
from campagne.store import people_rows, queries
from campagne.store.tables import DeliveryRow, MutedRow, PreferencesRow

_NO_BROADCASTS = "Ingetrokken: deze contactpersoon wil geen regioberichten meer."
_BACK = "Ingetrokken: de vervanging is voorbij."


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact in a list, with what is not as it is for everybody.

    Attributes:
        work: the roles with the gemeenten they are done for, as people read them.
        off: what is not wanted, as people read it.
        deputy: name of who gets a copy; it says so when that contact is not active any more.
    """

    key: str
    name: str
    email: str
    work: tuple[str, ...]
    wanted: Preferences
    off: tuple[str, ...]
    deputy: str


def of(session: Session, contact: str) -> Preferences:
    """Return what a contact wants.

    Raises:
        NotFoundError: when there is no active contact of this key.
    """
    find(session, contact)
    return queries.preferences(session).get(contact, EVERYTHING)


def find(session: Session, key: str) -> Contact:
    """Return an active contact.

    Raises:
        NotFoundError: when there is none of this key; the sentence names near ones.
    """
    people = {one.key: one for one in queries.contacts(session)}
    return lookup.one("contactpersoon", key, people)


def store(
    session: Session, contact: str, wanted: Preferences, *, today: date, now: datetime
) -> bool:
    """Store what a contact wants; its reminders and waiting mails follow at once.

    Args:
        session: a writing session.
        contact: key of an active contact.
        wanted: everything that this contact wants.
        today: the day.
        now: the instant, aware UTC.

    Returns:
        True when anything changed; False when it all was so already.

    Raises:
        NotFoundError: when there is no active contact of this key.
    """
    before = of(session, contact)
    if wanted == before:
        return False
    session.merge(PreferencesRow(contact_key=contact, **people_rows.preferences_values(wanted)))
    session.execute(delete(MutedRow).where(col(MutedRow.contact_key) == contact))
    if wanted.muted:
        session.execute(
            insert(MutedRow),
            [
                {"contact_key": contact, "campaign_key": campaign, "role": role}
                for campaign, role in sorted(wanted.muted)
            ],
        )
    session.flush()
    if (wanted.reminders, wanted.muted) != (before.reminders, before.muted):
        queries.raise_data_version(session, now)  # a personal feed shows what is chosen
        people_changes.replan(session, [find(session, contact)], now=now, today=today)
    if before.broadcasts and not wanted.broadcasts:
        mine = (col(DeliveryRow.contact_key) == contact, col(DeliveryRow.broadcast_id).is_not(None))
        _take_back(session, *mine, now=now, why=_NO_BROADCASTS)
    _tell(session, contact, before, wanted, now)
    if before.deputy is not None and wanted.deputy != before.deputy:
        originals = select(col(DeliveryRow.id)).where(col(DeliveryRow.contact_key) == contact)
        copies = (
            col(DeliveryRow.copy_of).in_(originals),
            col(DeliveryRow.contact_key) == before.deputy,
        )
        _take_back(session, *copies, now=now, why=_BACK)
    return True


def _tell(
    session: Session, contact: str, before: Preferences, wanted: Preferences, now: datetime
) -> None:
    """Tell who stands in, or does so no more, and the contact of mail that was switched off."""
    at, about = now.isoformat(), {"for": contact}
    away = wanted.absence
    if wanted.deputy and away and (wanted.deputy, away) != (before.deputy, before.absence):
        key = f"{contact}:{away.first}:{away.last}:{at}"
        news.tell(session, NewsKind.DEPUTY, wanted.deputy, key=key, facts=about, now=now)
    if before.deputy and before.deputy != wanted.deputy:
        key = f"{contact}:{at}"
        news.tell(session, NewsKind.DEPUTY_ENDED, before.deputy, key=key, facts=about, now=now)
    for mail_list in MailList:
        if before.gets(mail_list) and not wanted.gets(mail_list):
            off, key = {"list": mail_list.value}, f"{mail_list.value}:{at}"
            news.tell(session, NewsKind.SWITCHED_OFF, contact, key=key, facts=off, now=now)


def _take_back(session: Session, *which: ColumnElement[bool], now: datetime, why: str) -> None:
    waits = col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED))
    found = session.exec(select(col(DeliveryRow.id)).where(*which, waits)).all()
    delivery.cancel(session, [one for one in found if one is not None], now=now, why=why)


def leave(session: Session, link: PreferencesLink, *, today: date, now: datetime) -> None:
    """Switch a list off for a contact, as one click in a mail program asks; safe to repeat.

    Raises:
        NotFoundError: when the contact of the link is not there any more.
    """
    known = of(session, link.contact)
    off = (
        replace(known, reminders=False)
        if link.mail_list is MailList.REMINDERS
        else replace(known, broadcasts=False)
    )
    store(session, link.contact, off, today=today, now=now)


def without(
    session: Session, muted: Collection[tuple[str, Role]], campaign: str, role: Role | None
) -> frozenset[tuple[str, Role]]:
    """Return what is muted when a campaign is as well, in one role or whatever the role.

    Raises:
        NotFoundError: for an unknown campaign.
    """
    return frozenset(muted) | _pairs(session, campaign, role)


def again(
    session: Session, muted: Collection[tuple[str, Role]], campaign: str, role: Role | None
) -> frozenset[tuple[str, Role]]:
    """Return what is muted when a campaign is not any more, in one role or in all.

    Raises:
        NotFoundError: for an unknown campaign.
    """
    return frozenset(muted) - _pairs(session, campaign, role)


def set_absence(
    session: Session, contact: str, absence: Span, deputy: str, *, today: date, now: datetime
) -> None:
    """Let a deputy get a copy of what goes to a contact, in a run of days.

    Raises:
        NotFoundError: when one of the two is no active contact.
        InvalidInputError: when the days are past, or someone would stand in for oneself.
    """
    known = of(session, contact)
    stand_in = find(session, deputy)
    if deputy == contact:
        raise InvalidInputError(
            f"{stand_in.name} kan niet de eigen vervanger zijn. Kies een andere contactpersoon.",
            "vervanger",
        )
    if absence.last < today:
        raise InvalidInputError(
            "Deze afwezigheid is al voorbij. Kies een dag die nog komt.", "laatste"
        )
    store(session, contact, replace(known, deputy=deputy, absence=absence), today=today, now=now)


def end_absence(session: Session, contact: str, *, today: date, now: datetime) -> bool:
    """Let no deputy get copies any more; return whether there was one.

    Raises:
        NotFoundError: when there is no active contact of this key.
    """
    known = of(session, contact)
    return store(session, contact, replace(known, deputy=None, absence=None), today=today, now=now)


def list_contacts(
    session: Session, municipality: str | None = None, keys: Collection[str] | None = None
) -> list[ContactLine]:
    """Return the active contacts by key, of all gemeenten or of one.

    Args:
        session: any session.
        municipality: key of the only gemeente; None for all.
        keys: of the only contacts; None for all.

    Raises:
        NotFoundError: for an unknown gemeente.
    """
    if municipality is not None:
        lookup.municipality(session, municipality)
    places = queries.municipalities(session)
    names = {key: one.name for key, one in queries.campaigns(session).items()}
    people = queries.contacts(session)
    by_key = {one.key: one.name for one in people}
    wanted = queries.preferences(session)
    found = []
    for one in people:
        if keys is not None and one.key not in keys:
            continue
        if municipality is not None and municipality not in {at for _, at in one.assignments}:
            continue
        mine = wanted.get(one.key, EVERYTHING)
        stand_in = mine.deputy and by_key.get(mine.deputy, f"{mine.deputy} (niet meer actief)")
        found.append(
            ContactLine(
                key=one.key,
                name=one.name,
                email=one.email,
                work=tuple(f"{role.value} {places[at].name}" for role, at in one.assignments),
                wanted=mine,
                off=tuple(_off(one, mine, names)),
                deputy=stand_in or "",
            )
        )
    return found


def unattended(session: Session, municipality: str | None = None) -> list[str]:
    """Say in Dutch for which work nobody gets reminders any more, though somebody does it.

    Only what a preference causes: a role that nobody has is no choice of anybody.
    """
    wanted = queries.preferences(session)
    places = queries.municipalities(session)
    people: dict[tuple[str, Role], list[str]] = {}
    for one in queries.contacts(session):
        for role, at in one.assignments:
            if municipality in (None, at):
                people.setdefault((at, role), []).append(one.key)
    return [
        f"Niemand krijgt nog herinneringen {about}voor {role.value} in {places[at].name}."
        for (at, role), keys in sorted(people.items())
        for about in _missing([wanted.get(key, EVERYTHING) for key in keys], role, _names(session))
    ]


def _names(session: Session) -> Mapping[str, str]:
    """Return the campaigns that there are; one that was taken away may still be muted."""
    return {key: one.name for key, one in queries.campaigns(session).items()}


def _missing(officers: list[Preferences], role: Role, names: Mapping[str, str]) -> Iterator[str]:
    if not any(one.reminders for one in officers):
        yield ""
        return
    muted = {campaign for one in officers for campaign, _ in one.muted}
    for campaign in sorted(muted & names.keys()):
        if not any(one.wants(campaign, [role]) for one in officers):
            yield f"over {names[campaign]} "


def _off(contact: Contact, wanted: Preferences, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what a contact does not want; a campaign with its roles where those differ."""
    if not wanted.reminders:
        yield "herinneringen"
    if not wanted.broadcasts:
        yield "regioberichten"
    roles = _roles(contact)
    for campaign in sorted({campaign for campaign, _ in wanted.muted} & names.keys()):
        off = [role for role in roles if (campaign, role) in wanted.muted]
        if len(off) == len(roles):
            yield names[campaign]
        else:
            yield from (f"{names[campaign]} als {word(role)}" for role in off)


def _roles(contact: Contact) -> list[Role]:
    return sorted({role for role, _ in contact.assignments})


def _pairs(session: Session, campaign: str, role: Role | None) -> frozenset[tuple[str, Role]]:
    lookup.one("campagne", campaign, queries.campaigns(session))
    # Whatever the role: also one that this contact gets later.
    return frozenset((campaign, one) for one in ([role] if role else Role))
