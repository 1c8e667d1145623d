"""The second factor: set up an app, and type its code over."""

from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.clock import Clock
from campagne.domain.rights import Visitor
from campagne.errors import NotFoundError
from campagne.services.entrance import second_factor
from campagne.web.access import Door, visitor
from campagne.web.pages import signed
from campagne.web.pages.rendering import Pages

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class CodePage:
    """The form for a code; `app_secret` for who sets up an app, else empty."""

    app_secret: str
    fault: str = ""
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

    def page(request: Request, me: Visitor, fault: str = "") -> Response:
        shown = CodePage(to_set_up(request, me), fault)
        status = HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK
        return pages.answer("code.html", shown, status=status, headers=signed.PRIVATE)

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
            return page(request, me, fault)
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
