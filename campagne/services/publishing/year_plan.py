"""The campaigns of a year for some gemeenten, with who leads and what is to be done when.

What a communication plan is made from: the autumn mail and the spreadsheet show it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from campagne import workbook
from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.playbook import Scope
from campagne.domain.rota import Edition, EditionStatus
from campagne.domain.words import word
from campagne.services.access import Links
from campagne.services.publishing.calendar_book import CalendarBook, UndatedLine
from campagne.workbook import Cell, Link

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_COLUMNS = (
    *("campagne", "gemeente", "van", "tot en met", "voorlopig/vast", "thema", "wie leidt"),
    *("stap", "rol", "uiterlijk", "teksten"),
)
_WIDTHS = (34, 26, 12, 12, 14, 24, 18, 40, 24, 12, 16)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step with its day; `role` in Dutch."""

    title: str
    role: str
    due_on: date


@dataclass(frozen=True, slots=True)
class PlannedEdition:
    """An edition as some gemeenten run it, all in the same way.

    Attributes:
        edition: its key, with the `version` of its dates.
        lead: name of the gemeente that leads; empty where none does.
        central: True where these gemeenten have it on their rota.
        municipalities: their names.
        url: of the page with the texts.
    """

    edition: str
    version: int
    name: str
    theme: str
    span: Span
    provisional: bool
    lead: str
    central: bool
    steps: tuple[PlannedStep, ...]
    municipalities: tuple[str, ...]
    url: str

    @property
    def place(self) -> str:
        """The gemeenten as one phrase."""
        return dutch.join(self.municipalities)


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A year of some gemeenten.

    Attributes:
        municipalities: their names.
        editions: by first day.
        undated: names of the campaigns without a date, each with why, the central ones first.
    """

    year: int
    municipalities: tuple[str, ...]
    editions: tuple[PlannedEdition, ...]
    undated: tuple[tuple[str, str], ...]

    @property
    def versions(self) -> dict[str, int]:
        """The version of the dates of each edition in it."""
        return {one.edition: one.version for one in self.editions}


class PlanBook:
    """Makes the plans of a year; what is asked twice is reckoned once.

    Args:
        session: any session.
        year: the year.
        today: the day to look from.
        links: makes the addresses in it.
    """

    def __init__(self, session: Session, year: int, *, today: date, links: Links) -> None:
        self._book = CalendarBook(session, today)
        self._year = year
        self._links = links
        self._known: dict[str, tuple[list[PlannedEdition], tuple[UndatedLine, ...]]] = {}

    @property
    def has_editions(self) -> bool:
        """True when the calendar knows something of the year."""
        return any(one.year == self._year for one in self._book.all.editions)

    def plan(self, places: Collection[str]) -> YearPlan:
        """Return the plan for some gemeenten, by key; those that do not exist are left out."""
        known = [one for one in places if one in self._book.all.municipalities]
        self._book.look_at(known)
        same: dict[PlannedEdition, list[str]] = {}
        undated: dict[str, str] = {}
        names = []
        for place in known:
            found, without = self._of(place)
            names.append(self._book.all.municipalities[place].name)
            for one in found:
                same.setdefault(replace(one, municipalities=(), url=""), []).append(place)
            undated |= {one.name: one.reason for one in without}
        editions = sorted(
            map(self._whole, same, same.values()), key=lambda one: (one.span, one.name, one.place)
        )
        return YearPlan(self._year, tuple(names), tuple(editions), tuple(undated.items()))

    def _whole(self, one: PlannedEdition, places: Sequence[str]) -> PlannedEdition:
        names = tuple(self._book.all.municipalities[place].name for place in places)
        alone = places[0] if len(places) == 1 else None
        return replace(one, municipalities=names, url=self._links.edition(one.edition, alone))

    def _of(self, place: str) -> tuple[list[PlannedEdition], tuple[UndatedLine, ...]]:
        if place not in self._known:
            self._book.narrow(None, place)
            editions = [
                self._edition(one)
                for one in self._book.editions()
                if one.year == self._year and self._book.scope(one) is not Scope.NONE
            ]
            self._known[place] = (editions, self._book.undated(self._year))
        return self._known[place]

    def _edition(self, edition: Edition) -> PlannedEdition:
        central = self._book.central(edition.campaign, edition.year)
        themes = (edition.theme, *(one.theme for one in central))
        return PlannedEdition(
            edition=edition.key,
            version=edition.date_version,
            name=self._book.all.campaigns[edition.campaign].name,
            theme=next(filter(None, themes), ""),
            span=edition.span,
            provisional=edition.status is EditionStatus.PROVISIONAL,
            lead=dutch.join(sorted({one.lead for one in central if one.lead})),
            central=bool(central),
            steps=tuple(
                sorted(
                    (
                        PlannedStep(one.step.title, word(one.step.role), one.due_on)
                        for one in self._book.steps(edition, Scope.FULL)
                        if one.due_on is not None
                    ),
                    key=lambda one: one.due_on,
                )
            ),
            municipalities=(),
            url="",
        )


def spreadsheet(plan: YearPlan, links: Links) -> bytes:
    """Return a plan as a spreadsheet (.xlsx), a row for each step: always the same bytes for it."""
    rows = [row for one in plan.editions for row in _rows(one)]
    notes: list[Cell] = [
        f"De campagnes van {plan.year} voor {dutch.join(plan.municipalities)}.",
        "Voorlopig: de datum is nog niet bevestigd. Publiceer dan nog niets voor inwoners.",
        "Dit bestand verandert niet mee. Wat er nu geldt, staat in de campagnekalender:",
        Link("Campagnekalender", links.year(plan.year)),
        *(f"Nog geen datum: {name}. {reason}" for name, reason in plan.undated),
    ]
    title = f"Communicatieplan {plan.year}"
    return workbook.write(title, _COLUMNS, rows, widths=_WIDTHS, notes=notes)


def file_name(year: int) -> str:
    """Return the name of the spreadsheet of a year."""
    return f"communicatieplan-{year}.xlsx"


def _rows(one: PlannedEdition) -> list[list[Cell]]:
    sure = "voorlopig" if one.provisional else "vast"
    begin: list[Cell] = [one.name, one.place, one.span.first, one.span.last, sure]
    begin += [one.theme, one.lead]
    texts = Link("Open de teksten", one.url)
    if not one.steps:
        return [[*begin, "", "", "", texts]]
    return [[*begin, step.title, step.role, step.due_on, texts] for step in one.steps]
