"""The mail that there is national material: once to each person of who takes part."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from campagne.clock import local_day
from campagne.domain import dutch, preferences
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState, Message, MessageKind
from campagne.domain.national import NationalMaterial
from campagne.domain.playbook import Role
from campagne.domain.preferences import EVERYTHING, MailList, Preferences, Rhythm
from campagne.domain.regions import Municipality
from campagne.domain.rota import Edition, EditionStatus
from campagne.domain.words import word
from campagne.messages import Mails
from campagne.people_contexts import MaterialContext, MaterialLine
from campagne.services.access import Links
from campagne.services.national import watching
from campagne.services.planning import personal_mails
from campagne.services.planning.personal_mails import QueueReport, mail_key, queue_each
from campagne.services.review import evaluations
from campagne.store import queries
from campagne.store.tables import DeliveryRow, MaterialLinkRow, MaterialNoticeRow

_PEOPLE = 25  # in one call, so that no transaction lasts long
_CHANGED = "Ingetrokken: het landelijke materiaal of de ontvanger is veranderd."
_ROLES = (Role.POLICY, Role.COMMUNICATION)

_Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Telling:
    """What one contact is told of the material of an edition.

    Attributes:
        issue: which address it is, see `watching.keep`.
        places: keys of their gemeenten that take part.
        number: tells a mail that is made anew apart.
    """

    contact: Contact
    edition: Edition
    material: NationalMaterial
    issue: int
    places: tuple[str, ...]
    number: int = 0

    @property
    def key(self) -> _Key:
        """What makes it one of a kind."""
        return (self.edition.key, self.contact.key, self.issue)

    @property
    def said(self) -> str:
        """Fingerprint of what the mail says of it."""
        words = f"{self.material}\n{self.edition.status}\n{self.places}"
        return hashlib.sha256(words.encode()).hexdigest()[:16]


def to_tell(session: Session, today: date) -> list[Telling]:
    """Return what is to be mailed now; each person is told once of each issue.

    Those who do policy or communication for a gemeente that takes part and want reminders of that
    campaign; who wants one mail a week in the week after. Not before the page was found when it was
    asked for the last time, or a person saw it where we cannot; from the day on which the material
    is there until it may not be used any more. A mail that waits stays when we cannot tell whether
    the page is there.
    """
    return _untold(session, _wanted(session, today, seen=True))


def expected(session: Session, edition: str, today: date) -> int:
    """Return how many people will be told of the material of an edition, today or later."""
    row = session.get(MaterialLinkRow, edition)
    known = [
        (found, row)
        for found in queries.editions(session, keys=[edition])
        if row is not None and watching.will_be_offered(found, today)
    ]
    return len(_untold(session, _tellings(session, known))) if known else 0


def recall(session: Session, *, now: datetime, today: date) -> None:
    """Take back the mails that wait with what is not so any more, or for another address."""
    personal_mails.recall(
        session, MaterialNoticeRow, lambda: _is_right(session, today), now=now, why=_CHANGED
    )


def _is_right(session: Session, today: date) -> Callable[[MaterialNoticeRow], bool]:
    right = {(one.key, one.said) for one in _wanted(session, today)}
    return lambda row: (_key(row), row.said) in right


def changed(session: Session, delivery_id: int | None, today: date) -> bool:
    """Say whether a mail tells of what is not so any more, or of nothing that is its own.

    Args:
        session: any session.
        delivery_id: that of the mail.
        today: the day.
    """
    rows = session.exec(
        select(MaterialNoticeRow).where(col(MaterialNoticeRow.delivery_id) == delivery_id)
    ).all()
    return not rows or not all(map(_is_right(session, today), rows))


def queue_due(
    session: Session,
    *,
    mails: Mails,
    links: Links,
    now: datetime,
    today: date,
    skip: Collection[str] = (),
) -> QueueReport:
    """Render and freeze what is to be told, one mail per person.

    Call `recall` first. Nobody gets a copy for who is absent: it can wait until they are back.
    Args and return value: as `reminder_mails.queue_due`.
    """
    waiting: dict[str, list[Telling]] = defaultdict(list)
    for one in to_tell(session, today):
        if one.contact.key not in skip:
            waiting[one.contact.key].append(one)
    if not waiting:
        return QueueReport()
    campaigns, places = queries.campaigns(session), queries.municipalities(session)

    def make(key: str, tellings: Sequence[Telling]) -> Message:
        contact = tellings[0].contact
        preferences_url = links.preferences(key, MailList.REMINDERS, today)
        lines = tuple(
            _line(one, campaigns[one.edition.campaign].name, places, links) for one in tellings
        )
        return mails.compose(
            "landelijk-materiaal",
            MaterialContext(contact.name, lines, preferences_url),
            kind=MessageKind.MATERIAL,
            key=mail_key("landelijk-materiaal", key, map(_content, tellings)),
            recipient=contact.email,
            recipient_name=contact.name,
            date=now,
            unsubscribe_url=preferences_url,
        )

    def settle(tellings: Sequence[Telling], delivery_id: int) -> None:
        for one in tellings:
            edition, contact, issue = one.key
            row = session.get(MaterialNoticeRow, one.key) or MaterialNoticeRow(
                edition_key=edition, contact_key=contact, issue=issue
            )
            row.said, row.delivery_id, row.recalled = one.said, delivery_id, one.number
            session.add(row)
        session.flush()

    report = queue_each(
        session,
        dict(list(waiting.items())[:_PEOPLE]),
        make=make,
        useful_until=lambda tellings: min(map(_until, tellings)),
        settle=settle,
        now=now,
    )
    return replace(report, reminders=0)


def _key(row: MaterialNoticeRow) -> _Key:
    return (row.edition_key, row.contact_key, row.issue)


def _content(one: Telling) -> str:
    return f"{one.key} {one.said} {one.number}"


def _until(one: Telling) -> date:
    return min(one.edition.span.last, one.material.until or one.edition.span.last)


def _line(
    one: Telling, campaign: str, places: Mapping[str, Municipality], links: Links
) -> MaterialLine:
    material = one.material
    held = [word(kind) for kind in material.kinds] + ["beelden"] * material.pictures
    return MaterialLine(
        campaign=f"{campaign} {one.edition.year}",
        # A bracket would end the link that it stands in.
        url=material.url.replace("(", "%28").replace(")", "%29"),
        holds=dutch.join(held),
        last_day=dutch.day(material.until) if material.until else "",
        licence=material.licence,
        provisional=one.edition.status is EditionStatus.PROVISIONAL,
        municipality=places[one.places[0]].name,
        texts_url=links.texts(one.edition.key, one.places[0]),
    )


def _untold(session: Session, wanted: Sequence[Telling]) -> list[Telling]:
    if not wanted:
        return []
    told = {
        _key(row): (row.recalled, state)
        for row, state in session.exec(
            select(MaterialNoticeRow, col(DeliveryRow.state)).join(
                DeliveryRow, col(DeliveryRow.id) == col(MaterialNoticeRow.delivery_id)
            )
        )
    }
    found = []
    for one in wanted:
        recalled, state = told.get(one.key, (-1, None))
        # One of a mail that was taken back, since something in it changed, goes again.
        if state is None or state is DeliveryState.CANCELLED:
            found.append(replace(one, number=recalled + 1))
    return found


def _wanted(session: Session, today: date, *, seen: bool = False) -> list[Telling]:
    """Return what would be told now if nobody was told anything yet, by contact.

    Of pages that may be there; with `seen` only of those that we or a person saw.
    """
    known = [
        (edition, row)
        for edition, row in watching.watched(session, today)
        if row.checked_at is not None
        and (watching.state_of(row).is_there if seen else not row.failures)
    ]
    if not known:
        return []
    wants = queries.preferences(session)
    since = {
        edition.key: max(local_day(row.recorded_at), one.since)
        for edition, row in known
        if (one := edition.material)
    }
    return [
        one
        for one in _tellings(session, known)
        if _goes(wants.get(one.contact.key, EVERYTHING), one, since[one.edition.key], today)
    ]


def _goes(wanted: Preferences, one: Telling, since: date, today: date) -> bool:
    """Say whether somebody is told today: who gets one mail a week in the week after it came.

    Unless the campaign begins before that.
    """
    if wanted.rhythm is Rhythm.AT_ONCE:
        return True
    is_later = preferences.monday(today) > preferences.monday(since)
    return is_later or one.edition.span.first <= preferences.end_of_week(today)


def _tellings(session: Session, known: Iterable[tuple[Edition, MaterialLinkRow]]) -> list[Telling]:
    issues = {edition.key: row.issue for edition, row in known}
    editions = queries.editions(session, keys=issues)
    takes_part = evaluations.takes_part(session, editions, list(queries.municipalities(session)))
    contacts, wants = queries.contacts(session), queries.preferences(session)
    found: list[Telling] = []
    for edition in editions:
        if edition.material is None:
            continue
        for one in contacts:
            work = [
                (role, at)
                for role, at in one.assignments
                if role in _ROLES and (edition.key, at) in takes_part
            ]
            wanted, roles = wants.get(one.key, EVERYTHING), [role for role, _ in work]
            if roles and not one.paused and wanted.wants(edition.campaign, roles):
                places = tuple(dict.fromkeys(at for _, at in work))
                found.append(Telling(one, edition, edition.material, issues[edition.key], places))
    return sorted(found, key=lambda one: one.contact.key)
