"""Feeds: the calendars that people subscribe to, always fresh and byte for byte the same.

What stands in them is decided in `feed_events` and below it; here they are kept as bytes.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Lock

from sqlmodel import Session

from campagne import ical
from campagne.clock import Clock, bounds
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.services.access import Links
from campagne.services.publishing import personal_feeds
from campagne.services.publishing.feed_content import PERSONAL, FeedInfo, FeedKind, chosen, feeds
from campagne.services.publishing.feed_events import Asked, Reading
from campagne.services.publishing.feed_options import NO_CHOICE, FeedOptions
from campagne.services.publishing.feed_stamps import read_known
from campagne.store import queries
from campagne.store.database import Database, DatabaseUnavailableError

_ONE_SECOND = timedelta(seconds=1)
_MOST_FEEDS = 5000
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FeedBody:
    """A feed as it is answered.

    Attributes:
        etag: strong, with its quotes; the same bytes have the same one in every process.
        last_modified: aware UTC; None in the second of the change itself, since HTTP counts in
            whole seconds and could not tell a second change in it from the first.
        ended: True for one that was there and is no more; it has no bytes.
    """

    body: bytes
    etag: str
    last_modified: datetime | None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """What feeds are made from; at equal moments they are equal."""

    version: int
    changed_at: datetime
    today: date


@dataclass(frozen=True, slots=True)
class _Look:
    """What was current when the database was last asked, and between which instants it can be."""

    number: int
    moment: Moment
    begin: datetime
    end: datetime


@dataclass(slots=True)
class _Kept:
    moment: Moment
    body: bytes
    etag: str
    changed_at: datetime
    ended: bool = False
    answer: FeedBody | None = None  # the same for ever, once the second of its change is over


def asked(kind: str, key: str, options: FeedOptions = NO_CHOICE) -> Asked:
    """Return which feed that is.

    Args:
        kind: a `FeedKind`, or `PERSONAL`.
        key: of the region, gemeente or campaign; ``alles`` for the feed of everything; the token of
            a personal one.
        options: what was chosen of it.
    """
    return Asked(kind, personal_feeds.hashed(key) if kind == PERSONAL else key, options)


def feed_list(session: Session) -> list[FeedInfo]:
    """Return every public feed there is, each kind by name; none of a campaign that was removed."""
    return feeds(replace(read_known(session), campaigns=queries.campaigns(session)))


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


class FeedStore:
    """Answers feeds from bytes that are kept until something changes; any thread may ask.

    Args:
        database: where the editions are.
        links: makes the addresses in the feeds.
        clock: tells the day.
        most: how many feeds are kept; the one asked for longest ago makes room.
        most_bytes: how many bytes they may have together.
    """

    def __init__(
        self,
        database: Database,
        links: Links,
        clock: Clock,
        *,
        most: int = _MOST_FEEDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._database = database
        self._links = links
        self._clock = clock
        self._most = most
        self._most_bytes = most_bytes
        self._reading: tuple[Moment, Reading] | None = None
        self._kept: OrderedDict[str, _Kept] = OrderedDict()  # by `Asked.name`
        self._bytes = 0
        self._watch = database.watch()
        self._last_look: _Look | None = None
        self._keeping = Lock()  # held for an instant only
        self._building = Lock()  # one thread builds, the others find it done

    def moment(self) -> Moment:
        """Ask the database what is current.

        Raises:
            DatabaseUnavailableError: when it cannot be reached.
        """
        number = self._watch.number()
        with self._database.read() as session:
            moment = self._moment(session)
        self._last_look = None if number is None else _Look(number, moment, *bounds(moment.today))
        return moment

    def certain(self) -> Moment | None:
        """Return what is current where it is certain that nothing changed since the last look.

        It takes some microseconds, and waits for nothing. None where only a look can tell.
        """
        look = self._last_look
        if look is None or not look.begin <= self._clock.now() < look.end:
            return None
        return look.moment if self._watch.number() == look.number else None

    def kept(self, asked: Asked, at: Moment | None) -> FeedBody | None:
        """Return a feed from memory, at once; None where it is not kept as of that moment.

        Args:
            asked: which feed.
            at: None takes what was last built: for when the database cannot be reached.
        """
        with self._keeping:
            kept = self._kept.get(asked.name)
            if kept is None or at not in (None, kept.moment):
                return None
            self._kept.move_to_end(asked.name)
        return self._answer(kept)

    def get(self, kind: str, key: str, options: FeedOptions = NO_CHOICE) -> FeedBody | None:
        """Return a feed as of now, None where there is no such feed.

        While the database cannot be reached, what was last built.

        Args: as of `asked`.

        Raises:
            DatabaseUnavailableError: when it cannot be reached and nothing was built before.
        """
        return self.current(asked(kind, key, options))

    def current(self, asked: Asked) -> FeedBody | None:
        """Do the same for one that was asked for in this way."""
        try:
            with self._building, self._database.read() as session:
                kept = self._build(session, asked)
        except DatabaseUnavailableError:
            last_good = self.kept(asked, None)
            if last_good is None:
                raise
            return last_good
        return self._answer(kept) if kept else None

    def _moment(self, session: Session) -> Moment:
        version, changed_at = queries.data_version(session)
        found = Moment(version, changed_at, self._clock.today())
        # The very same where it is equal: that is seen sooner.
        look = self._last_look
        return look.moment if look is not None and look.moment == found else found

    def _build(self, session: Session, asked: Asked) -> _Kept | None:
        moment = self._moment(session)
        with self._keeping:
            before = self._kept.get(asked.name)
            if before is not None and before.moment == moment:
                self._kept.move_to_end(asked.name)
                return before
        if self._reading is None or self._reading[0] != moment:
            self._reading = moment, Reading(session, self._links)
        contents = self._reading[1].contents(session, asked)
        if contents is None:
            return None
        if contents.ends is not None and contents.ends <= moment.today:
            return _Kept(moment, b"", "", moment.changed_at, ended=True)
        events, turned_at = contents.on(moment.today)
        body = ical.calendar(
            contents.title, contents.description, events, source_url=contents.source_url
        )
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if before is not None and before.etag == etag and _follows(moment, before.moment):
            built = replace(before, moment=moment)
        else:
            # A row that was deleted leaves no stamp, so the newest change of anything counts; and
            # what the passing of time changed. At worst a calendar fetches once too often.
            built = _Kept(
                moment, body, etag, max(moment.changed_at, turned_at or moment.changed_at)
            )
        self._keep(asked, built)
        return built

    def _keep(self, asked: Asked, built: _Kept) -> None:
        with self._keeping:
            before = self._kept.pop(asked.name, None)
            self._bytes += len(built.body) - (len(before.body) if before else 0)
            self._kept[asked.name] = built
            while len(self._kept) > self._most or self._bytes > self._most_bytes:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest.body)

    def _answer(self, kept: _Kept) -> FeedBody:
        if kept.answer is not None:
            return kept.answer
        whole = kept.changed_at.replace(microsecond=0)
        if self._clock.now() < whole + _ONE_SECOND:
            return FeedBody(kept.body, kept.etag, None, kept.ended)
        kept.answer = FeedBody(kept.body, kept.etag, whole, kept.ended)
        return kept.answer


def _follows(moment: Moment, before: Moment) -> bool:
    """Say whether at most one change lies between two moments.

    After more of them the same bytes may be here again, while another process answered others in
    between: who has those and asks by their date must not be told that nothing is new.
    """
    return moment.version - before.version <= 1
