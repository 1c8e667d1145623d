"""The step page: a contact ticks a step off, through the signed link of the reminder mail."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response

from campagne.bootstrap import App
from campagne.domain.reminders import StepStatus
from campagne.services.planning import steps
from campagne.services.planning.steps import StepPage as Found
from campagne.services.planning.steps import StepView
from campagne.web.pages import signed
from campagne.web.pages.rendering import Pages

_NOTE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class StepPage:
    """What the page shows.

    Attributes:
        token: the one it was opened with.
        nothing_changed: True after a form that asked for what was so already.
        fault: why nothing was recorded, empty when there was no fault.
        reopened: names of the gemeenten that this contact just set open again.
    """

    title: str
    found: Found
    token: str
    nothing_changed: bool = False
    fault: str = ""
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

    def page(
        token: str, *, nothing_changed: bool = False, fault: str = "", reopened: Sequence[str] = ()
    ) -> Response:
        link = app.links.read_step(token)
        with app.database.read() as session:
            found = steps.step_page(session, link, app.clock.today())
        shown = StepPage(found.title, found, token, nothing_changed, fault)
        opened = tuple(one.municipality_name for one in shown.open if one.municipality in reopened)
        shown = replace(shown, reopened=opened)
        status = HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK
        return pages.answer("step.html", shown, status=status, headers=signed.PRIVATE)

    @router.api_route("/stap/{token}", methods=["GET", "HEAD"])
    def show(token: str, weer_open: Annotated[list[str] | None, Query()] = None) -> Response:
        return page(token, reopened=weer_open or ())

    @router.post("/stap/{token}")
    def record(
        token: str,
        staat: Annotated[str, Form()] = "",
        opmerking: Annotated[str, Form()] = "",
        gemeente: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        link = app.links.read_step(token)
        status, note = (
            signed.step_status(staat),
            signed.tidy(opmerking, _NOTE_LIMIT, "je opmerking"),
        )
        if not gemeente:
            return page(token, fault="Kies minstens één gemeente. Er is nog niets doorgegeven.")
        with app.database.session() as session:
            changed = steps.tick_off_by_link(
                session,
                link,
                municipalities=gemeente,
                status=status,
                note=note,
                now=app.clock.now(),
                today=app.clock.today(),
            )
        if not changed:
            return page(token, nothing_changed=True)
        opened = gemeente if status is StepStatus.OPEN else []
        return signed.back_to("stap", token, [("weer_open", key) for key in opened])

    return router
