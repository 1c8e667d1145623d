"""The page of a year: in a picture, in a table, and what is on now."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from campagne.bootstrap import App
from campagne.documents.pressing import MissingPackagesError, complete
from campagne.domain.rota import EditionStatus
from campagne.services.publishing.calendar_book import EditionLine
from campagne.services.publishing.overview import YearView, year_view
from campagne.web.pages.rendering import Pages
from campagne.web.timeline import Entry, Timeline, lay_out

_SUFFIX = {
    EditionStatus.CONFIRMED: "",
    EditionStatus.PROVISIONAL: " (voorlopig)",
    EditionStatus.CANCELLED: " (gaat niet door)",
}


@dataclass(frozen=True, slots=True)
class YearLink:
    """A year in the row of years."""

    year: int
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class YearPage:
    """What the page of a year shows.

    Attributes:
        query: keeps the chosen gemeente in links to editions.
        planners: the planner of what is shown, as a text and an address for each form.
        no_pdf: why there are no PDF and PNG; empty when there are.
    """

    title: str
    view: YearView
    timeline: Timeline
    years: tuple[YearLink, ...]
    query: str
    planners: tuple[tuple[str, str], ...]
    no_pdf: str
    section: str = "jaar"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/`` and ``/jaar/{year}``."""
    router = APIRouter()

    @router.api_route("/", methods=["GET", "HEAD"])
    def this_year(regio: str = "", gemeente: str = "") -> Response:
        return answer(app.clock.today().year, regio, gemeente)

    @router.api_route("/jaar/{year:int}", methods=["GET", "HEAD"])
    def one_year(year: int, regio: str = "", gemeente: str = "") -> Response:
        return answer(year, regio, gemeente)

    def answer(year: int, region: str, municipality: str) -> Response:
        with app.database.read() as session:
            view = year_view(
                session,
                year,
                today=app.clock.today(),
                region=region or None,
                municipality=municipality or None,
            )
        return pages.answer("year.html", _page(view))

    return router


def _page(view: YearView) -> YearPage:
    municipality = view.municipality.key if view.municipality else ""
    chosen = {"regio": view.region.key if view.region else "", "gemeente": municipality}
    narrowed = urlencode({name: key for name, key in chosen.items() if key})
    query = "?" + urlencode({"gemeente": municipality}) if municipality else ""
    name = view.municipality or view.region
    return YearPage(
        title=f"Campagnes in {view.year}" + (f" voor {name.name}" if name else ""),
        view=view,
        timeline=lay_out(
            [_entry(one, query, view.today) for one in view.editions], view.year, view.today
        ),
        years=tuple(
            YearLink(
                year, f"/jaar/{year}" + (f"?{narrowed}" if narrowed else ""), year == view.year
            )
            for year in view.years
        ),
        query=query,
        planners=_planners(view.year, narrowed),
        no_pdf="" if complete() else str(MissingPackagesError("De jaarplanner")),
    )


def _planners(year: int, narrowed: str) -> tuple[tuple[str, str], ...]:
    forms = [("SVG", "svg", "")]
    if complete():
        pdf = [(f"PDF op {paper.upper()}", "pdf", f"formaat={paper}") for paper in ("a4", "a3")]
        forms = [*pdf, ("plaatje (PNG)", "png", ""), *forms]
    return tuple(
        (text, f"/jaar/{year}/planner.{kind}" + (f"?{query}" if query else ""))
        for text, kind, chosen in forms
        for query in ["&".join(filter(None, [chosen, narrowed]))]
    )


def _entry(line: EditionLine, query: str, today: date) -> Entry:
    central = bool(line.central)
    star = "★ " if central else ""
    # Of what is over nobody confirms the date any more.
    over = line.span.last < today
    unsure = "datum is niet bevestigd" if over else "voorlopige datum"
    status = {
        EditionStatus.CONFIRMED: "datum staat vast",
        EditionStatus.PROVISIONAL: unsure,
        EditionStatus.CANCELLED: "gaat niet door",
    }[line.status]
    said = f"{line.period}, {status}" + (", staat centraal" if central else "")
    return Entry(
        label=star + line.name,
        suffix="" if over and line.status is EditionStatus.PROVISIONAL else _SUFFIX[line.status],
        description=said,
        span=line.span,
        href=f"/editie/{line.key}{query}",
        strong=central,
        look=line.status.value,
    )
