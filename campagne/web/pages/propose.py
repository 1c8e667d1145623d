"""Proposing other dates for an edition: for who works with it and cannot set them."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError
from campagne.services.rotas import date_proposals
from campagne.services.rotas.date_proposals import ProposeForm
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_SOURCE_LIMIT = 300
_NOTE_LIMIT = 500

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the form, as it was typed."""

    first: str = ""
    last: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProposePage:
    """An edition with the form to propose dates for it.

    Attributes:
        said: True right after a proposal.
    """

    title: str
    shown: ProposeForm
    fields: Fields = field(default_factory=Fields)
    refused: Refused = NOT_REFUSED
    said: bool = False
    source_limit: int = _SOURCE_LIMIT
    note_limit: int = _NOTE_LIMIT
    section: str = "jaar"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/editie/{key}/datum``."""
    router = APIRouter()

    @router.api_route("/editie/{key}/datum", methods=["GET", "HEAD"])
    def form(key: str, me: _Visitor, gedaan: bool = False) -> Response:  # noqa: FBT001, FBT002 - a parameter of the address
        page = blank(key, me)
        if page.shown.sets_dates:
            # Nobody proposes to themselves.
            address = f"/beheer/editie/{page.shown.edition.key}"
            return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)
        return answer(replace(page, said=gedaan))

    @router.post("/editie/{key}/datum")
    def propose(  # noqa: PLR0917 - the fields of the form
        key: str,
        me: _Visitor,
        eerste: Annotated[str, Form()] = "",
        laatste: Annotated[str, Form()] = "",
        bron: Annotated[str, Form()] = "",
        toelichting: Annotated[str, Form()] = "",
    ) -> Response:
        page = replace(blank(key, me), fields=Fields(eerste, laatste, bron, toelichting))
        try:
            span = signed.days(eerste, laatste)
            source = signed.tidy(bron, _SOURCE_LIMIT, "de bron", "bron")
            note = signed.tidy(toelichting, _NOTE_LIMIT, "de toelichting", "toelichting")
            with app.database.session() as session:
                date_proposals.propose(
                    session,
                    key,
                    span,
                    visitor=me,
                    source=source,
                    note=note,
                    now=app.clock.now(),
                    today=app.clock.today(),
                )
        except InvalidInputError as fault:
            return answer(replace(page, refused=Refused.by(fault)))
        address = f"/editie/{page.shown.edition.key}/datum?gedaan=true"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def blank(key: str, me: Visitor) -> ProposePage:
        with app.database.read() as session:
            shown = date_proposals.propose_form(session, key, me)
        span = shown.edition.span
        typed = Fields(span.first.isoformat(), span.last.isoformat())
        return ProposePage(f"{shown.name}: klopt de datum?", shown, typed)

    def answer(page: ProposePage) -> Response:
        return pages.answer("propose.html", page, headers=signed.PRIVATE)

    return router
