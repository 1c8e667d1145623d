"""The page on which a contact says whether what is known of them is still so, by a signed link."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Response

from campagne.bootstrap import App
from campagne.errors import Fault, InvalidInputError
from campagne.services.people import checks
from campagne.services.people.checks import CheckPage as Found
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_REMARK_LIMIT = 500


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What the page shows.

    Attributes:
        token: the one it was opened with.
        typed: what stands in the field.
        refused: why nothing was stored.
    """

    found: Found
    token: str
    typed: str = ""
    refused: Refused = NOT_REFUSED
    remark_limit: int = _REMARK_LIMIT
    title: str = "Kloppen je gegevens nog?"
    section: str = ""


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/klopt-dit/{token}``: GET shows, only POST stores."""
    router = APIRouter()

    def answer(token: str, *, typed: str = "", refused: Refused = NOT_REFUSED) -> Response:
        with app.database.read() as session:
            found = checks.page(session, app.links.read_check(token))
        page = CheckPage(found, token, typed, refused)
        return pages.answer("check.html", page, headers=signed.PRIVATE)

    @router.api_route("/klopt-dit/{token}", methods=["GET", "HEAD"])
    def show(token: str) -> Response:
        return answer(token)

    @router.post("/klopt-dit/{token}")
    def record(
        token: str,
        wat: Annotated[str, Form()] = "",
        opmerking: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
    ) -> Response:
        link, now = app.links.read_check(token), app.clock.now()
        if wat not in {"ja", "nee"}:
            fault = Fault("Kies een van de knoppen op de pagina.")
            return answer(token, typed=opmerking, refused=Refused.of([fault]))
        try:
            remark = signed.tidy(opmerking, _REMARK_LIMIT, "wat er niet klopt", "opmerking")
            with app.database.session() as session:
                if wat == "ja":
                    checks.confirm(session, link, now=now, version=versie)
                else:
                    checks.object_to(
                        session,
                        link,
                        remark,
                        mails=app.mails,
                        links=app.links,
                        now=now,
                        version=versie,
                    )
        except InvalidInputError as fault:
            return answer(token, typed=opmerking, refused=Refused.by(fault))
        return signed.back_to("klopt-dit", token)

    return router
