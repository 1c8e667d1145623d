"""The second factor: set up an app, and type its code over."""

from dataclasses import dataclass
from io import BytesIO
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.clock import Clock
from campagne.domain.rights import Visitor
from campagne.errors import Fault, NotFoundError
from campagne.services.entrance import second_factor
from campagne.web.access import Door, visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class CodePage:
    """The form for a code; `app_secret` for who sets up an app, else empty."""

    app_secret: str
    refused: Refused = NOT_REFUSED
    title: str = "Code uit je app"
    section: str = "mijn"


def routes(app: App, pages: Pages, door: Door) -> APIRouter:
    """Return the routes ``/mijn/code`` and ``/mijn/code.svg``."""
    router = APIRouter()

    def to_set_up(request: Request, me: Visitor) -> str:
        """Return the secret for an app that is still to be set up, empty when there is one."""
        contact = me.contact.key
        with app.database.read() as session:
            if second_factor.is_set_up(session, contact):
                return ""
            return second_factor.app_secret(
                session, contact, cookie=door.key(request), secret=app.key
            )

    def page(request: Request, me: Visitor, refused: Refused = NOT_REFUSED) -> Response:
        shown = CodePage(to_set_up(request, me), refused)
        return pages.answer("code.html", shown, headers=signed.PRIVATE)

    @router.api_route("/mijn/code", methods=["GET", "HEAD"])
    def show(request: Request, me: _Visitor) -> Response:
        return page(request, me)

    @router.post("/mijn/code")
    def prove(request: Request, me: _Visitor, cijfers: Annotated[str, Form()] = "") -> Response:
        with app.database.session() as session:
            fault = second_factor.prove(
                session,
                me.contact.key,
                cijfers,
                cookie=door.key(request),
                secret=app.key,
                now=Clock().now(),  # a phone knows nothing of the day that we pretend
            )
        if fault is not None:
            return page(request, me, Refused.of([Fault(fault, "cijfers")]))
        return RedirectResponse("/mijn?gedaan=proved", status_code=303, headers=signed.PRIVATE)

    @router.get("/mijn/code.svg")
    def picture(request: Request, me: _Visitor) -> Response:
        wanted = to_set_up(request, me)
        if not wanted:
            raise NotFoundError("Je app is al ingesteld. De code om hem in te stellen is weg.")
        made = segno.make_qr(second_factor.address(me.contact.email, wanted))
        drawn = BytesIO()
        made.save(drawn, kind="svg", scale=5, border=4, dark="#000", light="#fff")
        return Response(drawn.getvalue(), media_type="image/svg+xml", headers=signed.PRIVATE)

    return router
