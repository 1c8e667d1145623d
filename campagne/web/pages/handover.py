"""The page on which I hand a step over to a colleague, or take it back."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError
from campagne.services.planning import handover
from campagne.services.planning.handover import HandoverPage as Found
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_NOTE_LIMIT = 500

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form; before it was sent every gemeente is chosen."""

    municipalities: frozenset[str]
    to: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """A step with who could do it, and what was typed; `refused` says why nothing was stored."""

    title: str
    found: Found
    typed: Typed = field(default_factory=lambda: Typed(frozenset()))
    refused: Refused = NOT_REFUSED
    note_limit: int = _NOTE_LIMIT
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/mijn/overdracht``."""
    router = APIRouter()

    def read(me: Visitor, edition: str, step: str) -> HandoverPage:
        with app.database.read() as session:
            found = handover.page(session, me, edition=edition, step=step, today=app.clock.today())
        everywhere = frozenset(one.municipality for one in found.steps)
        return HandoverPage("Laat een collega deze stap doen", found, Typed(everywhere))

    def answer(page: HandoverPage) -> Response:
        return pages.answer("handover.html", page, headers=signed.PRIVATE)

    @router.api_route("/mijn/overdracht", methods=["GET", "HEAD"])
    def show(me: _Visitor, editie: str = "", stap: str = "") -> Response:
        return answer(read(me, editie, stap))

    @router.post("/mijn/overdracht")
    def change(  # noqa: PLR0917 - the fields of the form
        me: _Visitor,
        editie: Annotated[str, Form()] = "",
        stap: Annotated[str, Form()] = "",
        gemeente: Annotated[list[str] | None, Form()] = None,
        aan: Annotated[str, Form()] = "",
        opmerking: Annotated[str, Form()] = "",
        terug: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
    ) -> Response:
        places = frozenset(gemeente or ())
        now, today = app.clock.now(), app.clock.today()
        try:
            note = signed.tidy(opmerking, _NOTE_LIMIT, "je opmerking", "opmerking")
            with app.database.session() as session:
                if terug:
                    handover.take_back(
                        session,
                        me,
                        edition=editie,
                        step=stap,
                        municipalities=places,
                        version=versie,
                        now=now,
                        today=today,
                    )
                else:
                    handover.hand_over(
                        session,
                        me,
                        edition=editie,
                        step=stap,
                        municipalities=places,
                        to=aan,
                        note=note,
                        version=versie,
                        now=now,
                        today=today,
                    )
        except InvalidInputError as fault:
            typed = Typed(places, aan, opmerking)
            return answer(replace(read(me, editie, stap), typed=typed, refused=Refused.by(fault)))
        address = f"/mijn?gedaan={'back' if terug else 'handed'}"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    return router
