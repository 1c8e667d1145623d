"""The page on which a contact says whether what is known of them is still so, by a signed link."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Response

from campagne.bootstrap import App
from campagne.errors import InvalidInputError
from campagne.services.people import checks
from campagne.services.people.checks import CheckPage as Found
from campagne.web.pages import signed
from campagne.web.pages.rendering import Pages

_REMARK_LIMIT = 500


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What the page shows.

    Attributes:
        token: the one it was opened with.
        typed: what stands in the field.
        fault: why nothing was stored, empty when there was no fault.
    """

    found: Found
    token: str
    typed: str = ""
    fault: str = ""
    remark_limit: int = _REMARK_LIMIT
    title: str = "Kloppen je gegevens nog?"
    section: str = ""


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/klopt-dit/{token}``: GET shows, only POST stores."""
    router = APIRouter()

    def answer(token: str, *, typed: str = "", fault: str = "") -> Response:
        with app.database.read() as session:
            found = checks.page(session, app.links.read_check(token))
        status = HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK
        page = CheckPage(found, token, typed, fault)
        return pages.answer("check.html", page, status=status, headers=signed.PRIVATE)

    @router.api_route("/klopt-dit/{token}", methods=["GET", "HEAD"])
    def show(token: str) -> Response:
        return answer(token)

    @router.post("/klopt-dit/{token}")
    def record(
        token: str,
        wat: Annotated[str, Form()] = "",
        opmerking: Annotated[str, Form()] = "",
    ) -> Response:
        link, now = app.links.read_check(token), app.clock.now()
        if wat not in {"ja", "nee"}:
            return answer(token, typed=opmerking, fault="Kies een van de knoppen op de pagina.")
        try:
            remark = signed.tidy(opmerking, _REMARK_LIMIT, "wat er niet klopt")
            with app.database.session() as session:
                if wat == "ja":
                    checks.confirm(session, link, now=now)
                else:
                    checks.object_to(
                        session, link, remark, mails=app.mails, links=app.links, now=now
                    )
        except InvalidInputError as fault:
            return answer(token, typed=opmerking, fault=str(fault))
        return signed.back_to("klopt-dit", token)

    return router
