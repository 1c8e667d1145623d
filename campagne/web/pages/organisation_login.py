"""Log in with the account of one's organisation: there and back."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.errors import LogInRefusedError, NotFoundError
from campagne.services.entrance import login, organisation_login
from campagne.web.access import Door
from campagne.web.pages import signed
from campagne.web.pages.login import device, own_page, to

if TYPE_CHECKING:  # most services do without it, and it takes 12 MB
    from campagne.openid import OpenId


def routes(app: App, door: Door) -> APIRouter:
    """Return the routes ``/organisatie/inloggen`` and ``/organisatie/terug``."""
    router = APIRouter()

    def openid() -> "OpenId":
        if app.openid is None:
            raise NotFoundError(
                "Inloggen met een account van je organisatie kan hier niet. Vraag op de pagina"
                " Inloggen een link per mail."
            )
        return app.openid

    @router.get("/organisatie/inloggen")
    def begin(naar: str = "") -> Response:
        """Send a browser away; nothing is stored, so that whoever opens this changes nothing."""
        start = openid().begin(own_page(naar))
        answer = RedirectResponse(start.address, headers=signed.PRIVATE)
        door.hand_ticket(answer, start.ticket, start.seconds)
        return answer

    @router.get("/organisatie/terug")
    def come_back(request: Request) -> Response:
        """Log in who comes back; the one GET that does something.

        A provider sends a browser here by a redirect. Only that browser has the ticket, and each
        code works once, so that who else opens this address changes nothing.
        """
        organisation, ticket = openid(), door.ticket(request)
        if not ticket:
            raise LogInRefusedError(
                "Het inloggen begon niet in deze browser. Begin opnieuw op de pagina Inloggen."
            )
        account, then = organisation.finish(ticket, request.query_params)
        with app.database.session() as session:
            key = organisation_login.enter(
                session,
                account,
                device=device(request.headers.get("user-agent", "")),
                now=app.clock.now(),
            )
            login.leave(session, door.key(request))
        answer = to(own_page(then) or "/mijn")
        door.let_in(answer, key)
        door.take_ticket(answer)
        return answer

    return router
