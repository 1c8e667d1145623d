"""The pages of national material: asked for every night, and told of when one is gone."""

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from campagne.clock import AMSTERDAM, Clock, local_day
from campagne.domain.contacts import Contact
from campagne.domain.material_links import NIGHTS, LinkState, after, seen
from campagne.domain.news import NewsKind
from campagne.domain.playbook import Role
from campagne.domain.responsibility import holders
from campagne.domain.rights import Visitor
from campagne.domain.rota import Edition
from campagne.errors import InvalidInputError, NotFoundError, RemoteError
from campagne.remote import Reply
from campagne.services import audit, news
from campagne.services.audit import Author
from campagne.services.national import watching
from campagne.services.rotas import edition_changes
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import MaterialLinkRow

log = logging.getLogger("campagne.national")

Ask = Callable[[str], Reply]

_NIGHT = time(2)  # in Amsterdam, when few people are at the servers of others
_SPREAD = 3 * 3600  # seconds, in which not all servers are asked at once
# Nobody else asks for a link while one does, and who dies meanwhile is taken over after it.
_LEASE = timedelta(minutes=5)
_AT_MOST = 8  # in one go, so that servers that hang keep nobody for long


@dataclass(frozen=True, slots=True)
class Found:
    """What asking for a link gave.

    Attributes:
        edition: its campaign with the year.
        fault: why there is no page, or why that cannot be told, in Dutch; empty when there is one.
        is_dead: that is so for good, as far as can be known.
    """

    edition: str
    url: str
    fault: str
    is_dead: bool


@dataclass(frozen=True, slots=True)
class _Wish:
    edition: str
    url: str


def check_due(database: Database, ask: Ask, clock: Clock) -> list[Found]:
    """Ask for the links whose turn it is; any number of machines may do so at once.

    Each is asked for when it is recorded and then once a night, from the day on which the material
    is there, while it may be used and its edition is not over.

    Args:
        database: the database; no transaction is open while a page is asked for.
        ask: asks for an address; raises RemoteError.
        clock: tells the time.

    Raises:
        DatabaseUnavailableError: when the database cannot be reached.
    """
    with database.read() as session:
        due = [
            one for one in watching.watched(session, clock.today()) if one[1].next_at <= clock.now()
        ]
        keys = [edition.key for edition, _ in due][:_AT_MOST]
    done = []
    for key in keys:
        with database.session() as session:
            wish = _claim(session, key, clock.now(), clock.today())
        if wish is None:
            continue
        status: int | None = None
        fault: RemoteError | None = None
        try:
            status = ask(wish.url).status
        except RemoteError as error:
            fault = error
        with database.session() as session:
            found = _take_in(session, wish, status, fault, clock.now())
        if found is not None:
            log.info("national material of edition %s: %s", key, found.fault or "there")
            done.append(found)
    return done


def counts(session: Session, today: date) -> tuple[int, int]:
    """Return how many links are asked for each night, and how many of them are dead."""
    watched = [row for _, row in watching.watched(session, today)]
    return len(watched), sum(row.dead_since is not None for row in watched)


def _claim(session: Session, key: str, now: datetime, today: date) -> _Wish | None:
    row = session.get(MaterialLinkRow, key)
    if row is None or row.next_at > now:
        return None
    if not any(watching.is_watched(one, today) for one in queries.editions(session, keys=[key])):
        return None
    row.next_at = now + _LEASE
    return _Wish(key, row.url)


def _take_in(
    session: Session, wish: _Wish, status: int | None, fault: RemoteError | None, now: datetime
) -> Found | None:
    row = session.get(MaterialLinkRow, wish.edition)
    edition = next(iter(queries.editions(session, keys=[wish.edition])), None)
    if row is None or edition is None or row.url != wish.url:
        return None  # taken away since, or another one, which has its own turn
    before = watching.state_of(row)
    found = after(
        before,
        status,
        str(fault or ""),
        local_day(now),
        unreachable=fault is not None and fault.unreachable,
    )
    row.checked_at, row.next_at = now, _next_night(wish.edition, now)
    _keep(session, row, found, now)
    if found.dead_since is not None:
        _tell(session, NewsKind.MATERIAL_DEAD, edition, row, now)
    elif found.unsure >= NIGHTS and found.seen_on is None:
        _tell(session, NewsKind.MATERIAL_UNSURE, edition, row, now)
    name = queries.campaigns(session)[edition.campaign].name
    return Found(
        f"{name} {edition.year}", wish.url, found.fault, is_dead=found.dead_since is not None
    )


def _keep(session: Session, row: MaterialLinkRow, found: LinkState, now: datetime) -> None:
    was_dead, is_dead = row.dead_since is not None, found.dead_since is not None
    was_unsure = row.unsure > 0 or row.seen_on is not None
    watching.put_down(row, found)
    # What comes back and goes again is told once more, and so is what we cannot tell once more.
    row.alarm += (was_dead and not is_dead) or (was_unsure and not found.fault)
    session.flush()
    if was_dead is not is_dead:
        queries.raise_data_version(session, now)


def vouch(session: Session, key: str, url: str, visitor: Visitor, *, now: datetime) -> None:
    """Take down that somebody opened the page of the material of an edition, and saw it.

    Args:
        session: a writing session.
        key: of the edition.
        url: the address that they opened.
        visitor: who looked.
        now: instant, aware UTC.

    Raises:
        NotFoundError: when there is no such edition, or it concerns no gemeente they work for.
        InvalidInputError: when there is another address by now, or we see the page ourselves.
    """
    if not edition_changes.is_concerned(session, key, visitor):
        raise NotFoundError("Deze campagne is er niet voor jouw gemeente.")
    row = session.get(MaterialLinkRow, key)
    if row is None or row.url != url:
        raise InvalidInputError(
            "Het landelijke materiaal heeft intussen een ander adres. Open dat eerst."
        )
    before = watching.state_of(row)
    if not before.fault:
        raise InvalidInputError(
            "We hebben de pagina inmiddels zelf gezien. Je hoeft niets te doen."
        )
    _keep(session, row, seen(before, local_day(now)), now)
    audit.record(
        session,
        Author(visitor.contact.name, visitor.contact.key),
        "link naar het landelijke materiaal nagekeken: hij werkt",
        of=("edition", key),
        before={},
        after={},
        why="",
        now=now,
    )


def _next_night(key: str, now: datetime) -> datetime:
    """Return the instant (aware UTC) in the next night, not the same for all, every night other."""
    night = datetime.combine(local_day(now) + timedelta(days=1), _NIGHT, tzinfo=AMSTERDAM)
    return night.astimezone(now.tzinfo) + timedelta(
        seconds=zlib.crc32(f"{key} {night:%Y-%m-%d}".encode()) % _SPREAD
    )


def _tell(
    session: Session, kind: NewsKind, edition: Edition, row: MaterialLinkRow, now: datetime
) -> None:
    """Tell who leads, and who can put it right; once of each address and time that it went."""
    for one in _who(session, edition):
        news.tell(
            session,
            kind,
            one.key,
            key=f"{edition.key}:{row.alarm}",
            facts={"edition": edition.key, "issue": row.alarm},
            now=now,
        )


def _who(session: Session, edition: Edition) -> list[Contact]:
    people, campaigns = queries.contacts(session), queries.campaigns(session)
    campaign = {edition.campaign: campaigns[edition.campaign]}
    leads = {
        one.lead
        for one in queries.rota_entries(session)
        if (one.campaign, one.year) == (edition.campaign, edition.year) and one.lead
    }
    leading = holders(Role.POLICY, leads, people)
    return [
        one
        for one in people
        if one in leading
        or (
            any(role in {Role.CENTRE, Role.POLICY} for role, _ in one.assignments)
            and edition_changes.may_set(session, Visitor(one, strong=True), campaign)
        )
    ]
