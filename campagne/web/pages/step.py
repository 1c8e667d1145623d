"""The step page: a contact ticks a step off, through the signed link of the reminder mail."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response

from campagne.bootstrap import App
from campagne.domain.reminders import StepStatus
from campagne.errors import InvalidInputError
from campagne.services.planning import steps
from campagne.services.planning.steps import StepPage as Found
from campagne.services.planning.steps import StepView
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_NOTE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class StepPage:
    """What the page shows.

    Attributes:
        token: the one it was opened with.
        nothing_changed: True after a form that asked for what was so already.
        refused: why nothing was recorded.
        chosen / note: what stands in the form; every gemeente before it was sent.
        reopened: names of the gemeenten that this contact just set open again.
    """

    title: str
    found: Found
    token: str
    nothing_changed: bool = False
    refused: Refused = NOT_REFUSED
    chosen: Collection[str] | None = None
    note: str = ""
    reopened: tuple[str, ...] = ()
    note_limit: int = _NOTE_LIMIT
    section: str = ""

    @property
    def open(self) -> list[StepView]:
        """The gemeenten that still have to do it."""
        return [one for one in self.found.steps if one.status is StepStatus.OPEN]

    @property
    def handled(self) -> list[StepView]:
        """The gemeenten that did it, or that do not do it."""
        return [one for one in self.found.steps if one.status is not StepStatus.OPEN]


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/stap/{token}``: GET shows, only POST ticks off."""
    router = APIRouter()

    def read(token: str) -> StepPage:
        link = app.links.read_step(token)
        with app.database.read() as session:
            found = steps.step_page(session, link, app.clock.today())
        return StepPage(found.title, found, token)

    def answer(shown: StepPage, reopened: Sequence[str] = ()) -> Response:
        opened = tuple(one.municipality_name for one in shown.open if one.municipality in reopened)
        shown = replace(shown, reopened=opened)
        return pages.answer("step.html", shown, headers=signed.PRIVATE)

    @router.api_route("/stap/{token}", methods=["GET", "HEAD"])
    def show(token: str, weer_open: Annotated[list[str] | None, Query()] = None) -> Response:
        return answer(read(token), weer_open or ())

    @router.post("/stap/{token}")
    def record(
        token: str,
        staat: Annotated[str, Form()] = "",
        opmerking: Annotated[str, Form()] = "",
        gemeente: Annotated[list[str] | None, Form()] = None,
        gezien: Annotated[str, Form()] = "",
    ) -> Response:
        link = app.links.read_step(token)
        try:
            status, places = signed.step_status(staat), signed.chosen(gemeente)
            note = signed.tidy(opmerking, _NOTE_LIMIT, "je opmerking", "opmerking")
            with app.database.session() as session:
                changed = steps.tick_off_by_link(
                    session,
                    link,
                    municipalities=places,
                    status=status,
                    note=note,
                    now=app.clock.now(),
                    today=app.clock.today(),
                    seen=signed.seen_at(gezien),
                )
        except InvalidInputError as error:
            shown = replace(read(token), refused=Refused.by(error), note=opmerking)
            return answer(replace(shown, chosen=gemeente or ()))
        if not changed:
            return answer(replace(read(token), nothing_changed=True))
        opened = places if status is StepStatus.OPEN else []
        return signed.back_to("stap", token, [("weer_open", key) for key in opened])

    return router
