"""What stands in a feed as events, and from when until when: read, stamped, not yet written.

Which editions and steps, and in which words, `feed_content` and `step_content` decide.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from campagne import ical
from campagne.clock import AMSTERDAM, local_day
from campagne.domain.contacts import Contact
from campagne.domain.rota import Edition, EditionStatus
from campagne.services.access import Links
from campagne.services.planning import reminders
from campagne.services.publishing import feed_stamps, personal_feeds, step_content
from campagne.services.publishing.feed_content import (
    PERSONAL,
    ROLES,
    FeedInfo,
    Known,
    Notice,
    Shown,
    chosen,
    ended_on,
    farewell,
    feeds,
    gone_on,
    nothing_yet,
    shown,
    withdrawn,
)
from campagne.services.publishing.feed_options import FeedOptions, Show
from campagne.services.publishing.step_content import StepBook, StepKey
from campagne.store.tables import EditionRow, StepEventRow

# Part of every UID for ever. Not the address of the service: that may move, and then everybody
# would have every event twice. A name under .internal belongs to nobody on the internet.
_UID_DOMAIN = "campagne.internal"
# At nine in the morning: on the day of a step, on the day before a campaign.
_ALARM_OF_STEP = timedelta(hours=9)
_ALARM_OF_EDITION = timedelta(hours=-15)
_MINE = "Mijn agenda"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which feed.

    Attributes:
        kind: a `FeedKind`, or `PERSONAL`.
        key: of a personal one the hash of its token.
        name: tells all of it. A text knows its own hash, which these together work out every time.
    """

    kind: str
    key: str
    options: FeedOptions
    name: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"{self.kind}/{self.key}/{self.options.query}")


class Event(NamedTuple):
    """An event, shown from the day `comes` up to the day before `goes`."""

    event: ical.Event
    comes: date
    goes: date


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a feed ever shows, as things stand.

    Attributes:
        source_url: where the newest version is found; None for what must not travel along.
        ends: the first day on which the feed is no more; None for one that stays.
    """

    title: str
    description: str
    events: tuple[Event, ...]
    source_url: str | None = None
    ends: date | None = None

    def on(self, today: date) -> tuple[list[ical.Event], datetime | None]:
        """Return what is shown on a day, and when the passing of time last changed that.

        What comes or goes by itself does so at midnight, though nothing was stored.
        """
        found = [one.event for one in self.events if one.comes <= today < one.goes]
        turns = {day for one in self.events for day in (one.comes, one.goes) if day <= today}
        if not found:
            notice = nothing_yet(today)
            found = [_of_notice(notice)]
            turns.add(notice.span.first)
        last = max(turns - {date.min}, default=None)
        return found, None if last is None else _midnight(last)


@dataclass(frozen=True, slots=True)
class _Steps:
    """What the feeds with steps need beside the editions."""

    book: StepBook
    people: Mapping[str, Contact]
    subscribers: Mapping[str, str]
    withdrawals: Mapping[str, datetime]


class Reading:
    """Everything that feeds are made from, read at one moment of the data.

    Args:
        session: a session of that moment.
        links: makes the addresses.
    """

    def __init__(self, session: Session, links: Links) -> None:
        self._links = links
        self._known: Known = feed_stamps.read_known(session)
        self._feeds = {(str(one.kind), one.key): one for one in feeds(self._known)}
        self._events = {
            row.key: of_edition(row, self._known, self._links)
            for row in session.exec(select(EditionRow))
        }
        self._steps: _Steps | None = None

    def contents(self, session: Session, asked: Asked) -> Contents | None:
        """Return what stands in a feed, None where there is no such feed.

        Args:
            session: a session of the same moment as the one that this was read in.
            asked: which feed.
        """
        if asked.kind == PERSONAL:
            return self._personal(session, asked)
        feed = self._feeds.get((asked.kind, asked.key))
        if feed is None:
            return None
        role = ROLES.get(feed.kind)
        events: list[Event] = []
        if role is None or asked.options.show is not Show.STEPS:
            events += self._editions(chosen(feed, self._known), asked.options)
        if role is not None and asked.options.show is not Show.CAMPAIGNS:
            steps = self._with_steps(session).book.place(feed.key, role)
            holder = step_content.of_place(feed.key)
            events += self._of_steps(session, holder, steps, asked.options)
        events += _of_end(feed, self._known, asked.options)
        source = f"{self._links.base_url}{feed.path}{asked.options.query}"
        return Contents(feed.title, feed.description, tuple(events), source)

    def _personal(self, session: Session, asked: Asked) -> Contents | None:
        known = self._with_steps(session)
        if asked.key in known.withdrawals:
            on = local_day(known.withdrawals[asked.key])
            notice = Event(_of_notice(withdrawn(asked.key[:16], on)), on, ended_on(on))
            return Contents(_MINE, "Deze agendalink is ingetrokken.", (notice,), ends=notice.goes)
        me = known.people.get(known.subscribers.get(asked.key, ""))
        if me is None:
            return None
        events: list[Event] = []
        if asked.options.show is not Show.STEPS:
            events += self._editions(known.book.editions(me, self._known), asked.options)
        if asked.options.show is not Show.CAMPAIGNS:
            holder = step_content.of_contact(me.key)
            steps = known.book.contact(me)
            events += self._of_steps(session, holder, steps, asked.options)
        # Without its source: who exports this calendar must not pass its address on.
        return Contents(
            _MINE, "Wat je te doen hebt voor de campagnes tegen geweld in huis.", tuple(events)
        )

    def _with_steps(self, session: Session) -> _Steps:
        if self._steps is None:
            known = reminders.situation(session)
            self._steps = _Steps(
                feed_stamps.step_book(session, known),
                {one.key: one for one in known.contacts},
                {token: key for key, token in personal_feeds.subscribers(session).items()},
                personal_feeds.withdrawals(session),
            )
        return self._steps

    def _editions(self, editions: Iterable[Edition], options: FeedOptions) -> Iterator[Event]:
        for one in editions:
            event = self._events[one.key]
            if options.alarms and one.status is not EditionStatus.CANCELLED:
                event = replace(event, alarm=_ALARM_OF_EDITION)
            yield Event(event, options.comes_on(one.span.first), gone_on(one, options))

    def _of_steps(
        self,
        session: Session,
        holder: str,
        steps: Iterable[tuple[StepKey, Shown]],
        options: FeedOptions,
    ) -> Iterator[Event]:
        rows = session.exec(select(StepEventRow).where(col(StepEventRow.holder) == holder))
        stamps = {StepKey(one.holder, one.edition_key, one.step_key): one for one in rows}
        for key, look in steps:
            edition = self._known.editions[key.edition]
            # Without stamps of its own until the next planning, after an upgrade to this version.
            stamp = stamps.get(key) or _not_stamped(key, self._events[key.edition])
            event = self._of_step(stamp, look)
            if options.alarms and not look.settled:
                event = replace(event, alarm=_ALARM_OF_STEP)
            span = edition.span
            yield Event(event, options.comes_on(span.first), options.goes_on(span.last))

    def _of_step(self, row: StepEventRow, look: Shown) -> ical.Event:
        holder = row.holder.partition("/")[2]
        of_place = step_content.of_place(holder) == row.holder
        url = self._links.edition(row.edition_key, holder if of_place else None)
        told = f"Uitleg en teksten: {url}"
        if of_place:
            told = f"Uitleg: {url}\nTeksten: {self._links.texts(row.edition_key, holder)}"
        more = f"{told}\nAfvinken: {self._links.mine()}"
        name = f"{row.edition_key}.{row.step_key}"
        uid = f"{name}.{holder}@{_UID_DOMAIN}" if of_place else f"{name}@{_UID_DOMAIN}"
        return _event(uid, row, look, more, url if of_place else self._links.mine())


def of_edition(row: EditionRow, known: Known, links: Links) -> ical.Event:
    """Return an edition as it stands in every calendar."""
    look = shown(known.editions[row.key], known)
    url = links.edition(row.key)
    more = f"Meer informatie: {url}\nTeksten: {url}#teksten"
    return _event(f"{row.key}@{_UID_DOMAIN}", row, look, more, url)


def _event(
    uid: str, row: EditionRow | StepEventRow, look: Shown, more: str, url: str
) -> ical.Event:
    # Without a METHOD a DTSTAMP is the moment of the last change (RFC 5545, 3.8.7.2).
    return ical.Event(
        uid=uid,
        stamp=row.modified_at,
        created=row.created_at,
        modified=row.modified_at,
        sequence=row.sequence,
        span=look.span,
        title=look.title,
        description=f"{look.description}\n\n{more}",
        url=url,
        status=look.status,
        categories=look.categories,
    )


def _of_notice(notice: Notice) -> ical.Event:
    stamp = datetime.combine(notice.span.first, time(), tzinfo=UTC)
    return ical.Event(
        uid=f"{notice.key}@{_UID_DOMAIN}",
        stamp=stamp,
        created=stamp,
        modified=stamp,
        sequence=0,
        span=notice.span,
        title=notice.title,
        description=notice.description,
        url="",
        status=EditionStatus.CONFIRMED,
    )


def _of_end(feed: FeedInfo, known: Known, options: FeedOptions) -> Iterator[Event]:
    notice = farewell(feed, known)
    if notice is not None:
        span = notice.span
        yield Event(_of_notice(notice), options.comes_on(span.first), options.goes_on(span.last))


def _not_stamped(key: StepKey, edition: ical.Event) -> StepEventRow:
    return StepEventRow(
        holder=key.holder,
        edition_key=key.edition,
        step_key=key.step,
        digest="",
        sequence=0,
        created_at=edition.created,
        modified_at=edition.created,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=AMSTERDAM).astimezone(UTC)
