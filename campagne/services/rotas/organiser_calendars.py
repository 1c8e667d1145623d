"""The calendars in which organisers publish their dates: read once a day, compared, proposed.

Nothing changes by itself: other days become a proposal, which a person accepts or refuses. What
could be read last is kept, so a calendar that breaks takes nothing back.
"""

import logging
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from campagne.clock import Clock, local_day
from campagne.domain.dates import Span
from campagne.domain.organisers import Findings, RemoteEvent, find
from campagne.domain.proposals import ProposalState
from campagne.domain.rights import Visitor
from campagne.domain.rota import Campaign
from campagne.errors import InvalidInputError
from campagne.services.audit import Author
from campagne.services.rotas import date_proposals, edition_changes
from campagne.services.rotas.calendar_fetching import (
    Fetch,
    Fetched,
    RefusedError,
    Wish,
    fetch_calendar,
)
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import DateProposalRow, OrganiserCalendarRow

log = logging.getLogger("campagne.calendars")

AUTHOR = Author("de agenda van de organisator")

_A_DAY = timedelta(days=1)
_AN_HOUR = timedelta(hours=1)
# Nobody else reads a calendar while one does, and who dies while reading is taken over after it.
_LEASE = timedelta(minutes=5)
_NOTHING = Findings((), frozenset(), (), ())


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one calendar gave.

    Attributes:
        campaign: name of the campaign.
        fault: why it could not be read, in Dutch; empty when it could.
        is_new: False when the server says that nothing changed.
        proposals: how many dates were proposed.
        remarks: what a person must look at, in Dutch.
    """

    campaign: str
    fault: str = ""
    is_new: bool = False
    proposals: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """The calendar of an organiser, for who may set the dates of the campaign.

    Attributes:
        words: what stands in the titles of its events.
        read_at: when it was last read well, aware UTC; None when it never was.
        fault: why it could not be read the last time; empty when it could.
        findings: what it said then, compared with the editions as they are now.
    """

    campaign: str
    name: str
    url: str
    words: str
    read_at: datetime | None
    fault: str
    findings: Findings


def read_due(
    database: Database, fetch: Fetch, clock: Clock, *, everything: bool = False
) -> list[Reading]:
    """Read the calendars whose turn it is; any number of machines may do so at once.

    Args:
        database: the database; no transaction is open while a calendar is fetched.
        fetch: fetches an address with some headers; raises RemoteError.
        clock: tells the time.
        everything: read all of them, also those that were read not long ago.

    Raises:
        DatabaseUnavailableError: when the database cannot be reached.
    """
    now = clock.now()
    with database.read() as session:
        campaigns = _with_calendar(session)
        rows = {row.campaign_key: row for row in session.exec(select(OrganiserCalendarRow))}
        if campaigns.keys() == rows.keys() and not everything:
            due = (_is_due(rows[key], one, now) for key, one in campaigns.items())
            if not any(due):
                return []
    with database.session() as session:
        _forget_others(session, campaigns)
    done = []
    for campaign in campaigns.values():
        with database.session() as session:
            wish = _claim(session, campaign, clock.now(), everything=everything)
        if wish is None:
            continue
        found, fault, wait = None, "", None
        try:
            found = fetch_calendar(fetch, wish)
        except RefusedError as error:
            fault, wait = str(error), error.wait
        except Exception:
            # What nobody foresaw in one file must not keep the other calendars from being read.
            log.exception("the calendar of %s cannot be read", campaign.key)
            fault = "De agenda kan niet worden gelezen door een fout in dit programma."
        with database.session() as session:
            now = clock.now()
            if found is None:
                _note_fault(session, wish, fault, wait, now)
                done.append(Reading(campaign.name, fault))
            else:
                today = local_day(now)
                done.append(_take_in(session, campaign.name, wish, found, now=now, today=today))
        log.info("calendar of %s: %s", campaign.key, fault or "read")
    return done


def calendars(session: Session, visitor: Visitor, today: date) -> list[CalendarLine]:
    """Return the calendars of the campaigns whose dates somebody may set, by name."""
    campaigns = _with_calendar(session)
    allowed = edition_changes.may_set(session, visitor, campaigns)
    rows = {row.campaign_key: row for row in session.exec(select(OrganiserCalendarRow))}
    lines = []
    for key in sorted(allowed, key=lambda one: campaigns[one].name):
        campaign, row = campaigns[key], rows.get(key)
        lines.append(
            CalendarLine(
                campaign=key,
                name=campaign.name,
                url=campaign.calendar_url or "",
                words=_words(campaign),
                read_at=row.read_at if row else None,
                fault=row.fault if row else "",
                findings=_findings(session, row, today) if row and row.read_at else _NOTHING,
            )
        )
    return lines


def counts(session: Session) -> tuple[int, int]:
    """Return how many calendars are read, and how many of them could not be the last time."""
    row = OrganiserCalendarRow
    total = session.exec(select(func.count(col(row.campaign_key)))).one()
    failing = session.exec(select(func.count(col(row.campaign_key))).where(row.fault != "")).one()
    return total, failing


def _with_calendar(session: Session) -> dict[str, Campaign]:
    return {key: one for key, one in queries.campaigns(session).items() if one.calendar_url}


def _words(campaign: Campaign) -> str:
    return campaign.calendar_title or campaign.name


def _is_due(row: OrganiserCalendarRow, campaign: Campaign, now: datetime) -> bool:
    return row.next_at <= now or (row.url, row.words) != (campaign.calendar_url, _words(campaign))


def _forget_others(session: Session, campaigns: Mapping[str, Campaign]) -> None:
    row = OrganiserCalendarRow
    session.execute(delete(row).where(col(row.campaign_key).not_in(campaigns)))


def _claim(session: Session, campaign: Campaign, now: datetime, *, everything: bool) -> Wish | None:
    url, words = campaign.calendar_url or "", _words(campaign)
    row = session.get(OrganiserCalendarRow, campaign.key)
    if row is not None and not everything and not _is_due(row, campaign, now):
        return None
    if row is None:
        row = OrganiserCalendarRow(campaign_key=campaign.key, url=url, words=words, next_at=now)
        session.add(row)
    if (row.url, row.words) != (url, words):
        # What was kept is the answer to another question.
        row.url, row.words, row.etag, row.last_modified = url, words, "", ""
        row.events, row.read_at, row.failures, row.fault = [], None, 0, ""
    row.tried_at, row.next_at = now, now + _LEASE
    return Wish(campaign.key, url, words, row.etag, row.last_modified)


def _note_fault(
    session: Session, wish: Wish, fault: str, wait: timedelta | None, now: datetime
) -> None:
    row = session.get(OrganiserCalendarRow, wish.campaign)
    if row is None or row.url != wish.url:
        return
    row.fault, row.failures = fault, row.failures + 1
    later = min(_AN_HOUR * 2 ** min(row.failures - 1, 5), _A_DAY)
    row.next_at = now + max(later, wait or timedelta()) + _jitter(wish.campaign, now)


def _take_in(
    session: Session, name: str, wish: Wish, found: Fetched, *, now: datetime, today: date
) -> Reading:
    row = session.get(OrganiserCalendarRow, wish.campaign)
    if row is None or (row.url, row.words) != (wish.url, wish.words):
        return Reading(name, "Het adres is intussen veranderd.")
    if found.events is not None:
        row.events = [_to_dict(one) for one in found.events]
        row.etag, row.last_modified = found.etag, found.last_modified
    row.fault, row.failures, row.read_at = "", 0, now
    row.next_at = now + _A_DAY + _jitter(wish.campaign, now)
    session.flush()
    findings = _findings(session, row, today)
    proposals, remarks = 0, list(findings.remarks)
    for key in findings.agrees - dict(findings.dates).keys():
        _withdraw(session, key, wish.url, None, now)
    for key, event in findings.dates:
        _withdraw(session, key, wish.url, event.span, now)
        if _was_refused(session, key, wish.url, event.span):
            continue
        try:
            made = date_proposals.file(
                session,
                key,
                event.span,
                source=wish.url,
                author=AUTHOR,
                now=now,
                today=today,
                note=f"In de agenda staat: {event.title}",
            )
        except InvalidInputError as error:
            remarks.append(str(error))
            continue
        proposals += made is not None
    return Reading(
        name,
        is_new=found.events is not None,
        proposals=proposals,
        remarks=tuple(remarks),
    )


def _findings(session: Session, row: OrganiserCalendarRow, today: date) -> Findings:
    editions = [one for one in queries.editions(session) if one.campaign == row.campaign_key]
    return find(editions, map(_from_dict, row.events), row.words, today)


def _proposed(session: Session, edition: str, url: str) -> Iterable[DateProposalRow]:
    """Return what this calendar proposed for an edition, the newest first."""
    row = DateProposalRow
    return session.exec(
        select(row)
        .where(col(row.edition_key) == edition, col(row.source) == url)
        .where(col(row.by) == AUTHOR.name)
        .order_by(col(row.found_at).desc(), col(row.id).desc())
    )


def _withdraw(
    session: Session, edition: str, url: str, now_says: Span | None, at: datetime
) -> None:
    """Withdraw what the calendar said before and says no more."""
    for row in _proposed(session, edition, url):
        if row.state is ProposalState.OPEN and Span(row.first, row.last) != now_says:
            row.state, row.decided_by, row.decided_at = ProposalState.WITHDRAWN, AUTHOR.name, at
            row.reason = "De agenda noemt deze dagen niet meer."
    session.flush()


def _was_refused(session: Session, edition: str, url: str, span: Span) -> bool:
    """Say whether the last thing that the calendar proposed is this, and somebody refused it."""
    last = next(iter(_proposed(session, edition, url)), None)
    return (
        last is not None
        and last.state is ProposalState.REFUSED
        and Span(last.first, last.last) == span
    )


def _jitter(key: str, now: datetime) -> timedelta:
    """Return up to an hour, so that not all calendars are fetched at once, every day the same."""
    return timedelta(seconds=zlib.crc32(f"{key} {now:%Y-%m-%d}".encode()) % 3600)


def _to_dict(event: RemoteEvent) -> dict[str, object]:
    return {
        "title": event.title,
        "first": event.span.first.isoformat(),
        "last": event.span.last.isoformat(),
        "cancelled": event.cancelled,
        "repeats": event.repeats,
    }


def _from_dict(event: Mapping[str, object]) -> RemoteEvent:
    return RemoteEvent(
        title=str(event["title"]),
        span=Span(date.fromisoformat(str(event["first"])), date.fromisoformat(str(event["last"]))),
        cancelled=bool(event["cancelled"]),
        repeats=bool(event["repeats"]),
    )
