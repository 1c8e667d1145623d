"""The Atom feeds of new and changed editions."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from campagne.bootstrap import App
from campagne.errors import NotFoundError
from campagne.services.publishing.feed_content import FeedKind
from campagne.web.feeds import is_named
from campagne.web.pages.rendering import Pages

_HEADERS = {
    # As of the calendars: readers ask every half hour at the most.
    "cache-control": "private, max-age=300",
    "content-type": "application/atom+xml; charset=utf-8",
    "x-robots-tag": "noindex",
}


def routes(app: App, _pages: Pages) -> APIRouter:
    """Return the routes ``/feeds/alles.atom`` and ``/feeds/{kind}/{key}.atom``."""
    router = APIRouter()

    @router.api_route("/feeds/alles.atom", methods=["GET", "HEAD"])
    def all_news(request: Request) -> Response:
        return answer(request, FeedKind.ALL, "alles")

    @router.api_route("/feeds/{kind}/{key}.atom", methods=["GET", "HEAD"])
    def news(request: Request, kind: str, key: str) -> Response:
        return answer(request, kind, key)

    def answer(request: Request, kind: str, key: str) -> Response:
        found = app.news.get(kind, key)
        if found is None:
            raise NotFoundError(
                "Dit nieuws bestaat niet. Kies op de pagina Abonneren wat je wilt volgen."
            )
        headers = _HEADERS | {"etag": found.etag}
        if is_named(found.etag, ", ".join(request.headers.getlist("if-none-match"))):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(found.body, headers=headers)

    return router
