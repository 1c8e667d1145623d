"""Feeds: the calendars that people subscribe to, always fresh and byte for byte the same.

What an edition looks like and which feeds show it is decided in `feed_content`; here it is read,
stamped when it changes, and kept as bytes.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock

from sqlmodel import Session, select

from campagne import ical
from campagne.clock import AMSTERDAM, Clock
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.services.access import Links
from campagne.services.publishing.feed_content import (
    FeedInfo,
    FeedKind,
    Known,
    chosen,
    feeds,
    gone_on,
    shown,
)
from campagne.store import queries
from campagne.store.database import Database, DatabaseUnavailableError
from campagne.store.tables import EditionRow

# Part of every UID for ever. Not the address of the service: that may move, and then everybody
# would have every event twice. A name under .internal belongs to nobody on the internet.
_UID_DOMAIN = "campagne.internal"
_ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class FeedBody:
    """A feed as it is answered.

    Attributes:
        etag: strong, with its quotes; the same bytes have the same one in every process.
        last_modified: aware UTC; None in the second of the change itself, since HTTP counts in
            whole seconds and could not tell a second change in it from the first.
    """

    body: bytes
    etag: str
    last_modified: datetime | None


@dataclass(frozen=True, slots=True)
class Moment:
    """What feeds are made from; at equal moments they are equal."""

    version: int
    changed_at: datetime
    today: date


@dataclass(frozen=True, slots=True)
class _Kept:
    moment: Moment
    body: bytes
    etag: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class _Reading:
    moment: Moment
    known: Known
    events: Mapping[str, ical.Event]
    feeds: Mapping[tuple[str, str], FeedInfo]


def feed_list(session: Session) -> list[FeedInfo]:
    """Return every feed there is: everything, regions, gemeenten, campaigns; each kind by name."""
    return feeds(read_known(session))


def of_contact(session: Session, contact: Contact) -> list[tuple[str, str]]:
    """Return the feeds that fit the work of a contact: of their gemeenten, and of their regions.

    A region is that of who works for its centrumgemeente.

    Returns:
        Pairs of kind and key, as ``gemeente/katwijk``, and the name of the gemeente or region.
    """
    places = {place for _, place in contact.assignments}
    gemeenten = [
        (f"{FeedKind.MUNICIPALITY}/{key}", one.name)
        for key, one in queries.municipalities(session).items()
        if key in places
    ]
    regions = [
        (f"{FeedKind.REGION}/{key}", one.name)
        for key, one in queries.regions(session).items()
        if (Role.CENTRE, one.centre) in contact.assignments
    ]
    return gemeenten + regions


def showing(session: Session, editions: Collection[str]) -> int:
    """Return how many feeds show one of these editions, by key."""
    known = read_known(session)
    return sum(any(one.key in editions for one in chosen(feed, known)) for feed in feeds(known))


def restamp(session: Session, now: datetime) -> int:
    """Raise the sequence and the stamps of every edition that a calendar now shows differently.

    Call it in the transaction of any change to campaigns, editions, rota, regions or gemeenten.
    The words around the data count as well: after an upgrade that writes events differently,
    calendars take the new ones over.

    Args:
        session: the transaction of the change.
        now: aware UTC.

    Returns:
        How many editions are new or look different; then the data version is raised too.
    """
    known = read_known(session)
    changed = 0
    for row in session.exec(select(EditionRow)):
        digest = shown(known.editions[row.key], known).digest()
        if digest == row.digest:
            continue
        changed += 1
        if row.digest:
            row.sequence += 1
            # Always newer, in whole seconds: some calendars take an event over only then (ICSx5).
            row.modified_at = max(now, row.modified_at + _ONE_SECOND)
        row.digest = digest
    if changed:
        queries.raise_data_version(session, now)
    return changed


class FeedStore:
    """Answers feeds from bytes that are kept until something changes; any thread may ask.

    Args:
        most: how many feeds are kept; the one asked for longest ago makes room.
    """

    def __init__(self, database: Database, links: Links, clock: Clock, most: int = 512) -> None:
        self._database = database
        self._links = links
        self._clock = clock
        self._most = most
        self._reading: _Reading | None = None
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._keeping = Lock()  # held for an instant only
        self._building = Lock()  # one thread builds, the others find it done

    def moment(self) -> Moment:
        """Ask the database what is current.

        Raises:
            DatabaseUnavailableError: when it cannot be reached.
        """
        with self._database.read() as session:
            return self._moment(session)

    def kept(self, kind: str, key: str, at: Moment | None) -> FeedBody | None:
        """Return a feed from memory, at once; None where it is not kept as of that moment.

        Args:
            kind: a `FeedKind`.
            key: of the region, gemeente or campaign; ``alles`` for the feed of everything.
            at: None takes what was last built: for when the database cannot be reached.
        """
        with self._keeping:
            kept = self._kept.get((kind, key))
            if kept is None or (at is not None and kept.moment != at):
                return None
            self._kept.move_to_end((kind, key))
        return self._answer(kept)

    def get(self, kind: str, key: str) -> FeedBody | None:
        """Return a feed as of now, None where there is no such feed.

        While the database cannot be reached, what was last built.

        Raises:
            DatabaseUnavailableError: when it cannot be reached and nothing was built before.
        """
        try:
            with self._building:
                kept = self._build(self._read(), kind, key)
        except DatabaseUnavailableError:
            last_good = self.kept(kind, key, None)
            if last_good is None:
                raise
            return last_good
        return self._answer(kept) if kept else None

    def _moment(self, session: Session) -> Moment:
        version, changed_at = queries.data_version(session)
        return Moment(version, changed_at, self._clock.today())

    def _read(self) -> _Reading:
        """Return what all feeds are built from; read anew only when something changed."""
        with self._database.read() as session:
            moment = self._moment(session)
            if self._reading is None or self._reading.moment != moment:
                known = read_known(session)
                self._reading = _Reading(
                    moment,
                    known,
                    {row.key: self._event(row, known) for row in session.exec(select(EditionRow))},
                    {(one.kind, one.key): one for one in feeds(known)},
                )
            return self._reading

    def _event(self, row: EditionRow, known: Known) -> ical.Event:
        look = shown(known.editions[row.key], known)
        url = self._links.edition(row.key)
        return ical.Event(
            uid=f"{row.key}@{_UID_DOMAIN}",
            stamp=row.modified_at,
            created=row.created_at,
            modified=row.modified_at,
            sequence=row.sequence,
            span=look.span,
            title=look.title,
            description=f"{look.description}\n\nMeer informatie: {url}",
            url=url,
            status=look.status,
            categories=look.categories,
        )

    def _build(self, reading: _Reading, kind: str, key: str) -> _Kept | None:
        feed = reading.feeds.get((kind, key))
        if feed is None:
            return None
        moment = reading.moment
        with self._keeping:
            before = self._kept.get((kind, key))
            if before is not None and before.moment == moment:
                self._kept.move_to_end((kind, key))
                return before
        editions = chosen(feed, reading.known)
        body = ical.calendar(
            feed.title,
            feed.description,
            [reading.events[one.key] for one in editions if moment.today < gone_on(one)],
            source_url=f"{self._links.base_url}{feed.path}",
        )
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if before is not None and before.etag == etag:
            built = replace(before, moment=moment)
        else:
            # A row that was deleted leaves no stamp, so the newest change of anything counts; and
            # what left by itself did so at midnight. At worst a calendar fetches once too often.
            left = (_midnight(gone) for gone in map(gone_on, editions) if gone <= moment.today)
            built = _Kept(moment, body, etag, max((moment.changed_at, *left)))
        with self._keeping:
            self._kept[kind, key] = built
            self._kept.move_to_end((kind, key))
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return built

    def _answer(self, kept: _Kept) -> FeedBody:
        whole = kept.changed_at.replace(microsecond=0)
        is_past = self._clock.now() >= whole + _ONE_SECOND
        return FeedBody(kept.body, kept.etag, whole if is_past else None)


def read_known(session: Session) -> Known:
    """Return all that a feed can show."""
    return Known(
        regions=queries.regions(session),
        municipalities=queries.municipalities(session),
        campaigns=queries.campaigns(session),
        editions={one.key: one for one in queries.editions(session)},
        entries=tuple(queries.rota_entries(session)),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=AMSTERDAM).astimezone(UTC)
