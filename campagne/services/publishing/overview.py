"""What the pages and the command line show of a year and of an edition.

Read-only. Each view takes a handful of queries, whatever the number of rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from campagne.domain.leadtimes import describe
from campagne.domain.playbook import Role, Scope
from campagne.domain.regions import Municipality, Region
from campagne.domain.reminders import Lateness, StepStatus
from campagne.domain.rota import Edition, EditionStatus, Material
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.national import materials
from campagne.services.national.materials import MaterialView
from campagne.services.publishing.calendar_book import (
    CalendarBook,
    Choice,
    EditionLine,
    UndatedLine,
)
from campagne.services.publishing.event_data import event_data

_UPCOMING = 3  # campaigns that "binnenkort" names


@dataclass(frozen=True, slots=True)
class YearView:
    """A year: what runs, what has no date yet, what is on now.

    Attributes:
        years: every year that the calendar knows.
        current / upcoming: editions that run today, and the first that follow with the first
            one that is central, of any year.
        between: how many campaigns come before that one and are left out.
        region / municipality: what the view was narrowed to.
        regions / municipalities: what it can be narrowed to.
    """

    year: int
    today: date
    editions: tuple[EditionLine, ...]
    undated: tuple[UndatedLine, ...]
    years: tuple[int, ...]
    current: tuple[EditionLine, ...]
    upcoming: tuple[EditionLine, ...]
    between: int
    region: Choice | None
    municipality: Choice | None
    regions: tuple[Choice, ...]
    municipalities: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of an edition, with its day.

    Attributes:
        due_on: None when the step lapses (it falls in the summer holiday); `remarks` say so.
        remarks: why the day is not the plain lead time, or what is not known of it.
        status: of the chosen gemeente; None where no gemeente is chosen.
        late: how it stands when its day has passed; None when that is not so.
        waits_for_date: it reaches residents, and the date is not confirmed.
    """

    key: str
    title: str
    what: str
    role: Role
    lead: str
    due_on: date | None
    remarks: tuple[str, ...]
    status: StepStatus | None
    late: Lateness | None
    waits_for_date: bool


@dataclass(frozen=True, slots=True)
class EditionView:
    """One edition in full; `scope` and the status of steps only for a chosen gemeente.

    Attributes:
        national: what the organiser has for it; None where nothing is known.
        centre: the centrumgemeente of the chosen gemeente, which may be itself.
        broadcast: the centrumgemeenten send their region a message about this campaign.
        event: what it says of itself to search engines, see `event_data`.
    """

    line: EditionLine
    organiser: str
    summary: str
    material_url: str | None
    materials: tuple[Material, ...]
    national: MaterialView | None
    steps: tuple[StepLine, ...]
    scope: Scope | None
    municipality: Choice | None
    centre: Choice | None
    broadcast: bool
    municipalities: tuple[Choice, ...]
    today: date
    event: Mapping[str, Any]


def year_view(
    session: Session,
    year: int,
    *,
    today: date,
    region: str | None = None,
    municipality: str | None = None,
) -> YearView:
    """Return what runs in a year, for everyone, a region or a gemeente.

    Args:
        session: a reading session.
        year: calendar year.
        today: day in Amsterdam, from which the next steps and campaigns are counted.
        region: key to narrow the view to.
        municipality: key to narrow the view to, in the region if both are given.

    Raises:
        NotFoundError: for an unknown year, region or gemeente.
        InvalidInputError: when the gemeente does not lie in the region.
    """
    book = CalendarBook(session, today)
    book.narrow(region, municipality)
    years = book.years(year)
    ahead = [one for one in book.editions() if one.span.last >= today]
    upcoming, between = _upcoming(ahead, book)
    return YearView(
        year=year,
        today=today,
        editions=book.lines(one for one in book.editions() if one.year == year),
        undated=book.undated(year),
        years=years,
        current=book.lines(one for one in ahead if one.span.first <= today),
        upcoming=book.lines(upcoming),
        between=between,
        region=_choice(book.region),
        municipality=_choice(book.municipality),
        regions=tuple(Choice(one.key, one.name) for one in book.all.regions.values()),
        municipalities=book.choices(date(year, 12, 31)),
    )


def edition_view(
    session: Session, key: str, *, today: date, links: Links, municipality: str | None = None
) -> EditionView:
    """Return an edition with its steps, seen from a gemeente if one is given.

    Raises:
        NotFoundError: for an unknown edition or gemeente.
    """
    book = CalendarBook(session, today)
    book.narrow(None, municipality)
    edition = lookup.one("editie", key, {one.key: one for one in book.all.editions})
    campaign = book.all.campaigns[edition.campaign]
    line = book.line(edition)
    return EditionView(
        line=line,
        organiser=campaign.organiser,
        summary=campaign.summary,
        material_url=campaign.material_url,
        materials=campaign.materials,
        national=materials.look(session, edition, today),
        steps=_steps(edition, book),
        scope=book.scope(edition),
        municipality=_choice(book.municipality),
        centre=_choice(book.centre()),
        broadcast=campaign.broadcast,
        municipalities=book.choices(edition.span.first),
        today=today,
        event=event_data(edition, campaign, line.region or "", links.edition(key)),
    )


def _upcoming(ahead: list[Edition], book: CalendarBook) -> tuple[list[Edition], int]:
    """Return the next few, then the next that is central, and how many lie between those."""
    waiting = [one for one in ahead if one.span.first > book.today]
    later = waiting[_UPCOMING:]
    at = (n for n, one in enumerate(later) if book.central(one.campaign, one.year))
    between = next(at, None)
    if between is None:
        return waiting[:_UPCOMING], 0
    return [*waiting[:_UPCOMING], later[between]], between


def _steps(edition: Edition, book: CalendarBook) -> tuple[StepLine, ...]:
    """Return the full playbook for an edition, or what of it runs for the chosen gemeente."""
    waits = edition.status is EditionStatus.PROVISIONAL and edition.span.last >= book.today
    lines = []
    for one in book.steps(edition, Scope.FULL):
        step = one.step
        lines.append(
            StepLine(
                key=step.key,
                title=step.title,
                what=step.what,
                role=step.role,
                lead=describe(step.lead),
                due_on=one.due_on,
                remarks=one.remarks,
                status=one.status,
                late=one.late,
                waits_for_date=step.resident_facing and waits,
            )
        )
    return tuple(sorted(lines, key=lambda one: one.due_on or edition.span.first))


def _choice(one: Region | Municipality | None) -> Choice | None:
    return None if one is None else Choice(one.key, one.name)
