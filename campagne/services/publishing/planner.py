"""The planner of a year for a region or a gemeente, from what is stored; kept until that changes.

Drawing takes a moment of one processor, so at most one is drawn at a time and few may wait: a
stranger who asks for all of them keeps nobody from the pages.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from threading import BoundedSemaphore, Lock
from urllib.parse import urlencode

from sqlmodel import Session

from campagne.clock import AMSTERDAM
from campagne.documents import rendering
from campagne.documents.planner import PlannedCampaign, PlannedStep, Planner
from campagne.documents.pressing import DocumentError
from campagne.documents.sheet import PAPERS, Paper
from campagne.domain.dutch import join
from campagne.domain.playbook import Scope
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError
from campagne.services.publishing.calendar_book import CalendarBook, EditionLine
from campagne.store import queries
from campagne.store.database import Database

_MOST_WAITING = 4


class Form(StrEnum):
    """What a planner can be asked for as."""

    PDF = "pdf"
    PNG = "png"
    SVG = "svg"


_MAKERS: dict[Form, Callable[[Planner, Paper], bytes]] = {
    Form.PDF: rendering.pdf,
    Form.PNG: rendering.png,
    Form.SVG: rendering.svg,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which planner is asked for; region and municipality are keys or None."""

    form: Form
    paper: str
    year: int
    region: str | None
    municipality: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes of a planner; `etag` is strong, with its quotes."""

    body: bytes
    etag: str


class PlannerStore:
    """Answers planners from bytes that are kept until the data change; any thread may ask.

    Args:
        database: where the data are.
        base_url: address of the service, which stands on the planner.
        most: how many documents are kept; the one asked for longest ago makes room.
    """

    def __init__(self, database: Database, base_url: str, most: int = 32) -> None:
        self._database = database
        self._base_url = base_url
        self._most = most
        self._kept: OrderedDict[Wish, tuple[int, Document]] = OrderedDict()
        self._keeping = Lock()  # held for an instant only
        self._waiting = BoundedSemaphore(_MOST_WAITING)
        self._drawing = Lock()

    def get(self, wish: Wish) -> Document:
        """Return a planner as of now.

        Raises:
            NotFoundError: for an unknown year, region or gemeente.
            InvalidInputError: when the paper is unknown, or the gemeente not in the region.
            DocumentError: when it cannot be made now.
        """
        if wish.paper not in PAPERS:
            raise InvalidInputError(
                f"Het formaat {wish.paper!r} bestaat niet. Kies {join(list(PAPERS), 'of')}."
            )
        with self._database.read() as session:
            version, _ = queries.data_version(session)
        if kept := self._find(wish, version):
            return kept
        if not self._waiting.acquire(blocking=False):
            raise DocumentError(
                "Er worden nu te veel jaarplanners tegelijk gevraagd. Probeer het over een minuut"
                " opnieuw."
            )
        try:
            with self._drawing:
                return self._find(wish, version) or self._draw(wish)
        finally:
            self._waiting.release()

    def _find(self, wish: Wish, version: int) -> Document | None:
        with self._keeping:
            kept_version, document = self._kept.get(wish, (None, None))
            if kept_version != version:
                return None
            self._kept.move_to_end(wish)
            return document

    def _draw(self, wish: Wish) -> Document:
        with self._database.read() as session:
            version, _ = queries.data_version(session)
            planned = planner(
                session,
                wish.year,
                region=wish.region,
                municipality=wish.municipality,
                address=self._address(wish),
            )
        # No transaction is open while it is drawn.
        body = _MAKERS[wish.form](planned, PAPERS[wish.paper])
        made = Document(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        with self._keeping:
            self._kept[wish] = version, made
            self._kept.move_to_end(wish)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def _address(self, wish: Wish) -> str:
        chosen = {"regio": wish.region, "gemeente": wish.municipality}
        narrowed = urlencode({name: key for name, key in chosen.items() if key})
        return f"{self._base_url}/jaar/{wish.year}" + (f"?{narrowed}" if narrowed else "")


def planner(
    session: Session, year: int, *, region: str | None, municipality: str | None, address: str
) -> Planner:
    """Return what hangs on the wall in a year.

    It depends on what is stored alone, not on the day: a step that is done stays on it.

    Args:
        session: a reading session.
        year: calendar year.
        region: key to narrow it to.
        municipality: key to narrow it to; with the steps of that gemeente.
        address: where the newest one is.

    Raises:
        NotFoundError: for an unknown year, region or gemeente.
        InvalidInputError: when the gemeente does not lie in the region.
    """
    _, changed_at = queries.data_version(session)
    data_of = changed_at.astimezone(AMSTERDAM).date()
    book = CalendarBook(session, data_of)
    book.narrow(region, municipality)
    book.years(year)
    whom = book.municipality or book.region
    first, last = date(year, 1, 1), date(year, 12, 31)
    editions = [one for one in book.editions() if one.span.first <= last and one.span.last >= first]
    return Planner(
        year=year,
        for_whom=whom.name if whom else "",
        campaigns=tuple(map(_campaign, book.lines(editions))),
        steps=_steps(book, year) if book.municipality else (),
        undated=tuple(one.name for one in book.undated(year)),
        data_of=data_of,
        address=address,
    )


def _campaign(line: EditionLine) -> PlannedCampaign:
    lead = next((one.lead for one in line.central if one.lead), None)
    return PlannedCampaign(
        name=line.name,
        span=line.span,
        status=line.status,
        central=bool(line.central),
        note=f"{lead} leidt" if lead else "",
    )


def _steps(book: CalendarBook, year: int) -> tuple[PlannedStep, ...]:
    found = []
    for edition in book.editions():
        if edition.status is EditionStatus.CANCELLED or abs(edition.year - year) > 1:
            continue
        name = book.all.campaigns[edition.campaign].name
        title = name if edition.year == year else f"{name} {edition.year}"
        found += [
            PlannedStep(one.due_on, one.step.role, one.step.title, title)
            for one in book.steps(edition, Scope.FULL)
            if one.due_on is not None and one.due_on.year == year
        ]
    return tuple(sorted(found, key=lambda one: (one.on, one.campaign, one.role, one.title)))
