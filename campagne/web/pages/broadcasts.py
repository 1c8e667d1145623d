"""The broadcasts that somebody may see, and the start of a new one."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.regional import managed_broadcasts, writing
from campagne.services.regional.managed_broadcasts import Overview
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_NOT_YOURS = (
    "Een regiobericht maakt een medewerker van een centrumgemeente. Ben je dat? Vul dan eerst op"
    " 'Mijn stappen' de code uit je app in."
)

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class BroadcastsPage:
    """The list; `edition` and `region` are what was chosen for a new one."""

    overview: Overview
    edition: str = ""
    region: str = ""
    refused: Refused = NOT_REFUSED
    title: str = "Regioberichten"
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/beheer/regioberichten``."""
    router = APIRouter()

    @router.api_route("/beheer/regioberichten", methods=["GET", "HEAD"])
    def show(me: _Visitor, editie: str = "") -> Response:
        return answer(me, edition=editie)

    @router.post("/beheer/regioberichten")
    def new(
        me: _Visitor, editie: Annotated[str, Form()] = "", regio: Annotated[str, Form()] = ""
    ) -> Response:
        if not me.sends_broadcasts:
            raise NotFoundError(_NOT_YOURS)
        try:
            with app.database.session() as session:
                number = writing.new(
                    session,
                    edition_key=editie,
                    region_key=regio,
                    author_key=me.contact.key,
                    answer_by=None,
                    now=app.clock.now(),
                    today=app.clock.today(),
                    links=app.links,
                    mails=app.mails,
                )
        except InvalidInputError as fault:
            return answer(me, edition=editie, region=regio, refused=Refused.by(fault))
        address = f"/beheer/regiobericht/{number}?schrijf=ja"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def answer(
        me: Visitor, *, edition: str = "", region: str = "", refused: Refused = NOT_REFUSED
    ) -> Response:
        with app.database.read() as session:
            overview = managed_broadcasts.overview(session, me, app.clock.today())
        page = BroadcastsPage(overview, edition, region, refused)
        return pages.answer("broadcasts.html", page, headers=signed.PRIVATE)

    return router
