"""What is new and what changed, as Atom: the editions of a feed, the newest change first.

An edition reads the same there as in a calendar, and is updated when a calendar shows it
differently: at the stamp that `feed_stamps.restamp` gives it.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from sqlmodel import Session, select

from campagne import atom
from campagne.clock import Clock
from campagne.services.access import Links
from campagne.services.publishing.feed_content import (
    ROLES,
    FeedInfo,
    FeedKind,
    chosen,
    gone_on,
    shown,
)
from campagne.services.publishing.feed_content import feeds as all_feeds
from campagne.services.publishing.feed_stamps import read_known
from campagne.services.publishing.feeds import Moment
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import EditionRow

_MOST_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class NewsBody:
    """An Atom feed as it is answered; `etag` is strong, with its quotes."""

    body: bytes
    etag: str


class NewsStore:
    """Answers Atom feeds from bytes that are kept until something changes; any thread may ask.

    Args:
        database: where the editions are.
        links: makes the addresses.
        clock: tells the day.
        most: how many feeds are kept; the one asked for longest ago makes room.
    """

    def __init__(self, database: Database, links: Links, clock: Clock, most: int = 128) -> None:
        self._database = database
        self._links = links
        self._clock = clock
        self._most = most
        self._kept: OrderedDict[tuple[str, str], tuple[Moment, NewsBody]] = OrderedDict()
        self._keeping = Lock()  # held for an instant only

    def get(self, kind: str, key: str) -> NewsBody | None:
        """Return the news of a feed as of now, None where there is no such feed.

        Args:
            kind: a `FeedKind`.
            key: of the region, gemeente or campaign; ``alles`` for everything.

        Raises:
            DatabaseUnavailableError: when the database cannot be reached.
        """
        with self._database.read() as session:
            moment = Moment(*queries.data_version(session), self._clock.today())
            with self._keeping:
                kept_moment, kept = self._kept.get((kind, key), (None, None))
                if kept_moment == moment:
                    self._kept.move_to_end((kind, key))
                    return kept
            body = self._build(session, kind, key, moment)
        if body is None:
            return None
        made = NewsBody(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        with self._keeping:
            self._kept[kind, key] = moment, made
            self._kept.move_to_end((kind, key))
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def _build(self, session: Session, kind: str, key: str, moment: Moment) -> bytes | None:
        known = read_known(session)
        feed = next((one for one in all_feeds(known) if (one.kind, one.key) == (kind, key)), None)
        if feed is None or feed.kind in ROLES:  # steps that are ticked off are no news
            return None
        shows = {one.key for one in chosen(feed, known) if moment.today < gone_on(one)}
        rows = [row for row in session.exec(select(EditionRow)) if row.key in shows]
        # Many have the stamp of the moment at which the calendar was filled: the next ones first.
        rows.sort(key=lambda row: (row.last < moment.today, row.first, row.key))
        rows.sort(key=lambda row: row.modified_at, reverse=True)
        entries = []
        for row in rows[:_MOST_ENTRIES]:
            look = shown(known.editions[row.key], known)
            url = self._links.edition(row.key)
            entries.append(
                atom.Entry(
                    row.key, look.title, look.description, url, row.created_at, row.modified_at
                )
            )
        return atom.feed(
            f"{kind}/{key}",
            f"{feed.title}: wat is er nieuw",
            entries,
            source_url=self._links.base_url + news_path(feed),
            page_url=self._page(feed, moment),
            updated=moment.changed_at,
        )

    def _page(self, feed: FeedInfo, moment: Moment) -> str:
        narrowed = {FeedKind.REGION, FeedKind.MUNICIPALITY}
        query = f"?{feed.kind}={feed.key}" if feed.kind in narrowed else ""
        return self._links.year(moment.today.year) + query


def news_path(feed: FeedInfo) -> str:
    """Return where the news of a feed is: ``/feeds/gemeente/katwijk.atom``."""
    return feed.path.removesuffix(".ics") + ".atom"
