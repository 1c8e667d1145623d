"""A year of a region: who takes part in what, on a page and as a table to save."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import BoundedSemaphore
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from campagne.bootstrap import App
from campagne.documents.pressing import DocumentError
from campagne.domain.involvement import Involvement
from campagne.domain.local_plans import ActionKind, LocalAction
from campagne.domain.rights import Visitor
from campagne.services.publishing.year_plan import MEDIA_TYPE
from campagne.services.review import region_table, region_year, report, year_archive
from campagne.services.review.region_year import RegionYear
from campagne.services.review.report import Form
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.rendering import Pages

EVERYTHING = "alles"
_MOST_AT_ONCE = 2

_Made = TypeVar("_Made")
_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the overview is narrowed to, as it was typed; these are parameters of the address."""

    campagne: Annotated[str, Query(max_length=200)] = ""
    deelname: Annotated[str, Query(max_length=20)] = ""
    toon: Annotated[str, Query(max_length=20)] = ""

    def __bool__(self) -> bool:
        """True when it is narrowed, or widened, to something."""
        return bool(self.query)

    @property
    def query(self) -> str:
        """The end of an address that says so; empty for nothing."""
        kept = {"campagne": self.campagne, "deelname": self.deelname, "toon": self.toon}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"?{query}" if query else ""


_Choice = Annotated[Chosen, Depends()]


@dataclass(frozen=True, slots=True)
class RegionYearPage:
    """A year of a region.

    Attributes:
        whole: all of it; `shown` is what was chosen.
        archives: True for who may have the archive of the year.
    """

    title: str
    whole: RegionYear
    shown: RegionYear
    chosen: Chosen
    archives: bool
    kinds: tuple[Involvement, ...] = tuple(
        one for one in Involvement if one is not Involvement.ELSEWHERE
    )
    section: str = "mijn"


@dataclass(frozen=True, slots=True)
class RegionEditionPage:
    """One edition in a region.

    Attributes:
        by_kind: what gemeenten that did not decline do, with their name, per kind of action.
    """

    title: str
    shown: RegionYear
    by_kind: Mapping[ActionKind, Sequence[tuple[str, LocalAction]]]
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes below ``/regio/{region}``: of a year, its files, and of an edition."""
    router = APIRouter()
    # To make one takes a processor for a second or two.
    busy = BoundedSemaphore(_MOST_AT_ONCE)

    def look(region: str, year: int, me: Visitor) -> RegionYear:
        with app.database.read() as session:
            return region_year.view(session, region, year, me)

    def one_of_few(make: Callable[[], _Made]) -> _Made:
        if not busy.acquire(blocking=False):
            raise DocumentError(
                "Er worden nu te veel jaarverslagen gemaakt. Probeer het over een minuut opnieuw."
            )
        try:
            return make()
        finally:
            busy.release()

    @router.api_route("/regio/{region}/{year:int}", methods=["GET", "HEAD"])
    def show(region: str, year: int, me: _Visitor, chosen: _Choice) -> Response:
        with app.database.read() as session:
            whole = region_year.view(session, region, year, me)
            archives = year_archive.may_have(session, whole, me)
        title = f"Wie doet mee in {whole.region.name} in {year}?"
        page = RegionYearPage(title, whole, _narrowed(whole, chosen), chosen, archives)
        return pages.answer("region_year.html", page, headers=signed.PRIVATE)

    @router.api_route("/regio/{region}/{year:int}/overzicht.csv", methods=["GET", "HEAD"])
    def as_csv(region: str, year: int, me: _Visitor, chosen: _Choice) -> Response:
        table = region_table.csv(_narrowed(look(region, year, me), chosen))
        return signed.csv_file(f"overzicht-{region}-{year}.csv", table)

    @router.api_route("/regio/{region}/{year:int}/overzicht.xlsx", methods=["GET", "HEAD"])
    def as_workbook(region: str, year: int, me: _Visitor, chosen: _Choice) -> Response:
        table = region_table.xlsx(_narrowed(look(region, year, me), chosen), app.links)
        return signed.file(f"overzicht-{region}-{year}.xlsx", table, MEDIA_TYPE)

    @router.api_route("/regio/{region}/editie/{edition}", methods=["GET", "HEAD"])
    def edition(region: str, edition: str, me: _Visitor) -> Response:
        with app.database.read() as session:
            shown = region_year.edition_view(session, region, edition, me)
        title = f"{shown.columns[0].name} in {shown.region.name}"
        page = RegionEditionPage(title, shown, _by_kind(shown))
        return pages.answer("region_edition.html", page, headers=signed.PRIVATE)

    @router.api_route("/regio/{region}/{year:int}/jaarverslag.{form}", methods=["GET", "HEAD"])
    def yearly_report(
        region: str,
        year: int,
        form: Form,
        me: _Visitor,
        gemeente: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        with app.database.read() as session:
            found = report.view(session, region, year, gemeente, me)
        made = one_of_few(partial(report.write, found, form))
        return signed.file(report.file_name(found, form), made, report.MEDIA_TYPES[form])

    @router.api_route("/regio/{region}/{year:int}/archief.zip", methods=["GET", "HEAD"])
    def yearly_archive(request: Request, region: str, year: int, me: _Visitor) -> Response:
        with app.database.read() as session:
            found = year_archive.view(session, region, year, me)
        write = partial(year_archive.write, found, app.database)
        # For who asks for the headers alone all of it would be packed and thrown away.
        made: Iterator[bytes] = iter(()) if request.method == "HEAD" else one_of_few(write)
        return signed.long_file(found.name, made, year_archive.MEDIA_TYPE)

    return router


def _by_kind(shown: RegionYear) -> dict[ActionKind, list[tuple[str, LocalAction]]]:
    found: dict[ActionKind, list[tuple[str, LocalAction]]] = {}
    for kind in ActionKind:
        for line in shown.lines:
            (cell,) = line.cells
            if cell.involvement is not Involvement.DECLINES:
                name = line.municipality.name
                some = [(name, one) for one in cell.plan.actions if one.kind is kind]
                found.setdefault(kind, []).extend(some)
    return {kind: some for kind, some in found.items() if some}


def _narrowed(whole: RegionYear, chosen: Chosen) -> RegionYear:
    known = {one.value: one for one in Involvement}
    return whole.narrowed(
        edition=chosen.campagne,
        only=known.get(chosen.deelname),
        all_editions=chosen.toon == EVERYTHING,
    )
