"""The page of an edition: when and why, who leads, what to do when, and the texts."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from campagne.bootstrap import App
from campagne.domain.playbook import Scope
from campagne.domain.texts import RenderedText
from campagne.errors import TemplateError
from campagne.services import texts
from campagne.services.overview import EditionView, edition_view
from campagne.web.pages.rendering import Pages


@dataclass(frozen=True, slots=True)
class EditionPage:
    """What the page of an edition shows; the texts only for a chosen gemeente.

    Attributes:
        texts_fault: why there are no texts, for who keeps the templates; empty when all is well.
    """

    title: str
    view: EditionView
    texts: tuple[RenderedText, ...]
    texts_fault: str
    section: str = "jaar"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/editie/{key}``."""
    router = APIRouter()

    @router.api_route("/editie/{key}", methods=["GET", "HEAD"])
    def edition(key: str, gemeente: str = "") -> Response:
        with app.database.read() as session:
            view = edition_view(
                session, key, today=app.clock.today(), municipality=gemeente or None
            )
            rendered, fault = rendered_texts(session, view)
        title = f"{view.line.name} {view.line.span.first.year}"
        return pages.answer("edition.html", EditionPage(title, view, rendered, fault))

    def rendered_texts(session: Any, view: EditionView) -> tuple[tuple[RenderedText, ...], str]:
        if view.municipality is None or view.scope is Scope.NONE:
            return (), ""
        try:
            found = texts.render(session, app.texts_folder, view.line.key, view.municipality.key)
        except TemplateError as error:
            return (), str(error)  # a broken template does not take the dates away
        return tuple(found), ""

    return router
