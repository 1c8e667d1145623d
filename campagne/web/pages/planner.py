"""The planner of a year to hang on the wall, as PDF, PNG or SVG."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from campagne.bootstrap import App
from campagne.services.publishing.planner import Form, Wish
from campagne.web.feeds import is_named
from campagne.web.pages.rendering import Pages

_TYPES = {Form.PDF: "application/pdf", Form.PNG: "image/png", Form.SVG: "image/svg+xml"}
# It may be kept, and is asked about each time: it must never be older than the page beside it.
_CACHING = "private, no-cache"


def routes(app: App, _pages: Pages) -> APIRouter:
    """Return the routes ``/jaar/{year}/planner.pdf``, ``.png`` and ``.svg``."""
    router = APIRouter()

    @router.api_route("/jaar/{year:int}/planner.pdf", methods=["GET", "HEAD"])
    def pdf(
        request: Request, year: int, formaat: str = "a4", regio: str = "", gemeente: str = ""
    ) -> Response:
        return answer(request, Wish(Form.PDF, formaat, year, regio or None, gemeente or None))

    @router.api_route("/jaar/{year:int}/planner.png", methods=["GET", "HEAD"])
    def png(
        request: Request, year: int, formaat: str = "a3", regio: str = "", gemeente: str = ""
    ) -> Response:
        return answer(request, Wish(Form.PNG, formaat, year, regio or None, gemeente or None))

    @router.api_route("/jaar/{year:int}/planner.svg", methods=["GET", "HEAD"])
    def svg(
        request: Request, year: int, formaat: str = "a3", regio: str = "", gemeente: str = ""
    ) -> Response:
        return answer(request, Wish(Form.SVG, formaat, year, regio or None, gemeente or None))

    def answer(request: Request, wish: Wish) -> Response:
        made = app.planners.get(wish)
        headers = {"etag": made.etag, "cache-control": _CACHING}
        if is_named(made.etag, request.headers.get("if-none-match", "")):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        whom = wish.municipality or wish.region  # keys of ours, by now
        name = "-".join(filter(None, ["campagnes", str(wish.year), whom, wish.paper]))
        # Not every viewer of PDF in a browser works under the policy that every answer has.
        place = "attachment" if wish.form is Form.PDF else "inline"
        headers["content-disposition"] = f'{place}; filename="{name}.{wish.form.value}"'
        return Response(made.body, media_type=_TYPES[wish.form], headers=headers)

    return router
