"""My gemeente: what its texts are filled in with, to change, and who works for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.dates import WEEKDAYS
from campagne.domain.profile import LABELS, PLATFORMS, TEXT_LIMIT, AddressForm
from campagne.domain.rights import Visitor
from campagne.errors import Fault, NotFoundError
from campagne.services.people import profiles
from campagne.services.people.profiles import MyMunicipality, Outcome
from campagne.services.publishing import year_plan
from campagne.services.publishing.year_plan import PlanBook
from campagne.services.review import evaluations
from campagne.services.review.evaluations import ToReview
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_PATH = "/mijn/gemeente"
_SOMEBODY_WAS_FIRST = (
    "Iemand anders heeft dit intussen gewijzigd. Er is nog niets opgeslagen. Wat jij invulde, staat"
    " nog in het formulier."
)

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class MyMunicipalityPage:
    """A gemeente with its form.

    Attributes:
        typed: what stands in the form.
        years: this one and the next, of which the plan can be had.
        outcome: what became of the form that was sent; nothing before one was.
        refused: why it was not stored.
        saved: True right after a change.
        to_review: the editions to look back on.
    """

    title: str
    shown: MyMunicipality
    typed: Mapping[str, str]
    years: tuple[int, int]
    outcome: Outcome = field(default_factory=Outcome)
    refused: Refused = NOT_REFUSED
    saved: bool = False
    to_review: tuple[ToReview, ...] = ()
    labels: Mapping[str, str] = field(default_factory=lambda: LABELS)
    platforms: tuple[str, ...] = tuple(PLATFORMS)
    weekdays: tuple[str, ...] = WEEKDAYS
    address_forms: tuple[str, ...] = tuple(one.value for one in AddressForm)
    limit: int = TEXT_LIMIT
    section: str = "gemeente"

    @property
    def chosen(self) -> frozenset[str]:
        """Keys of the help lines that are ticked in the form."""
        return frozenset(one.strip() for one in self.typed["hulplijnen"].split(","))


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/mijn/gemeente`` and that of the spreadsheet with its year."""
    router = APIRouter()

    def read(me: Visitor, key: str) -> tuple[MyMunicipality, list[ToReview]]:
        with app.database.read() as session:
            shown = profiles.page(session, me, key)
            to_review = evaluations.of_municipality(
                session, me, shown.key, links=app.links, today=app.clock.today()
            )
        return shown, to_review

    @router.api_route(_PATH, methods=["GET", "HEAD"])
    def show(me: _Visitor, gemeente: str = "", opgeslagen: bool = False) -> Response:  # noqa: FBT001, FBT002 - a parameter of the address
        shown, to_review = read(me, gemeente)
        return answer(_page(shown, shown.cells, to_review, saved=opgeslagen))

    @router.post(_PATH)
    def change(
        me: _Visitor,
        typed: Annotated[Mapping[str, str], Depends(_fields)],
        gemeente: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
    ) -> Response:
        with app.database.session() as session:
            outcome = profiles.change(
                session, me, gemeente, typed, version=versie, now=app.clock.now()
            )
        if outcome.faults or outcome.stale:
            shown, to_review = read(me, gemeente)
            return answer(_page(shown, typed, to_review, outcome))
        address = f"{_PATH}?" + urlencode({"gemeente": gemeente, "opgeslagen": "true"})
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    @router.api_route(_PATH + "/communicatieplan-{year:int}.xlsx", methods=["GET", "HEAD"])
    def plan(year: int, me: _Visitor, gemeente: str = "") -> Response:
        with app.database.read() as session:
            places = profiles.plan_places(session, me, gemeente)
            book = PlanBook(session, year, today=app.clock.today(), links=app.links)
            if not book.has_editions:
                raise NotFoundError(f"Van {year} staat nog niets in de campagnekalender.")
            made = book.plan(places)
        table = year_plan.spreadsheet(made, app.links)
        return signed.file(year_plan.file_name(year), table, year_plan.MEDIA_TYPE)

    def _page(
        shown: MyMunicipality,
        typed: Mapping[str, str],
        to_review: Sequence[ToReview],
        outcome: Outcome | None = None,
        *,
        saved: bool = False,
    ) -> MyMunicipalityPage:
        year = app.clock.today().year
        title = f"Mijn gemeente: {shown.name}"
        became = outcome or Outcome()
        faults = [Fault(became.faults[name], name) for name in LABELS if name in became.faults]
        if became.stale:
            faults = [Fault(_SOMEBODY_WAS_FIRST)]
        return MyMunicipalityPage(
            title,
            shown,
            typed,
            (year, year + 1),
            became,
            Refused.of(faults),
            saved=saved,
            to_review=tuple(to_review),
        )

    def answer(page: MyMunicipalityPage) -> Response:
        return pages.answer("my_municipality.html", page, headers=signed.PRIVATE)

    return router


async def _fields(request: Request) -> Mapping[str, str]:
    """Return the form as it was typed; the ticked help lines with a comma between."""
    form = await request.form()
    return {name: ", ".join(map(str, form.getlist(name))) for name in LABELS}
