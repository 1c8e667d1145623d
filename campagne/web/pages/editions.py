"""The editions that I may change, and the campaigns that were taken away and can come back."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.domain.rota import Edition
from campagne.errors import InvalidInputError
from campagne.services.rotas import edition_changes, taken_away
from campagne.services.rotas.taken_away import TakenAway
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class EditionsPage:
    """The editions that I may change, and the campaigns that I may put back.

    Attributes:
        removed: True right after a campaign was taken away.
    """

    visitor: Visitor
    editions: tuple[tuple[Edition, str], ...]
    taken: tuple[TakenAway, ...]
    removed: bool = False
    refused: Refused = NOT_REFUSED
    title: str = "Campagnes beheren"
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/beheer/edities``."""
    router = APIRouter()

    @router.api_route("/beheer/edities", methods=["GET", "HEAD"])
    def editions(me: _Visitor, weg: bool = False) -> Response:  # noqa: FBT001, FBT002 - a parameter of the address
        page = replace(_page(app, me), removed=weg)
        return pages.answer("editions.html", page, headers=signed.PRIVATE)

    @router.post("/beheer/edities")
    def put_back(me: _Visitor, campagne: Annotated[str, Form()] = "") -> Response:
        now, today = app.clock.now(), app.clock.today()
        try:
            with app.database.session() as session:
                key = taken_away.put_back(session, campagne, visitor=me, now=now, today=today)
        except InvalidInputError as fault:
            page = replace(_page(app, me), refused=Refused.by(fault))
            return pages.answer("editions.html", page, headers=signed.PRIVATE)
        address = f"/beheer/editie/{key}?opgeslagen=true"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    return router


def _page(app: App, me: Visitor) -> EditionsPage:
    today = app.clock.today()
    with app.database.read() as session:
        found = edition_changes.editions_of(session, me, today)
        taken = taken_away.listed(session, me, today)
    return EditionsPage(me, tuple(found), tuple(taken))
