"""The page of an edition: when and why, who leads, what to do when, and the texts."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Response
from markupsafe import Markup

from campagne.bootstrap import App
from campagne.domain.playbook import Scope
from campagne.domain.profile import Profile, whereto
from campagne.domain.texts import RenderedText, TextKind
from campagne.errors import TemplateError
from campagne.markdown import UNBROKEN, Markdown
from campagne.services import lookup
from campagne.services.publishing import texts
from campagne.services.publishing.overview import EditionView, edition_view
from campagne.web.pages.rendering import Pages


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text as it is read on the page and copied from it.

    Attributes:
        label: what it is called in the list.
        title: what stands above it; empty for a post, which has none and must stay short.
        notice: what must be known before it is published, in capitals; empty when it may go out.
        body: the text without its title, as HTML.
        whereto: where this gemeente places it, a Dutch sentence; empty when that is not known.
        plain: notice, title and text for who pastes where no marks are possible.
    """

    kind: TextKind
    label: str
    title: str
    notice: str
    body: Markup
    plain: str
    whereto: str


@dataclass(frozen=True, slots=True)
class EditionPage:
    """What the page of an edition shows; the texts only for a chosen gemeente.

    Attributes:
        texts_fault: why there are no texts, for who keeps the templates; empty when all is well.
        profile: of the chosen gemeente; None where none is chosen.
    """

    title: str
    view: EditionView
    texts: tuple[ShownText, ...]
    texts_fault: str
    profile: Profile | None = None
    section: str = "jaar"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/editie/{key}``."""
    router = APIRouter()

    @router.api_route("/editie/{key}", methods=["GET", "HEAD"])
    def edition(key: str, gemeente: str = "") -> Response:
        with app.database.read() as session:
            view = edition_view(
                session,
                key,
                today=app.clock.today(),
                links=app.links,
                municipality=gemeente or None,
            )
            page = EditionPage(f"{view.line.name} {view.line.span.first.year}", view, (), "")
            if view.municipality is not None and view.scope is not Scope.NONE:
                page = with_texts(session, page, view.municipality.key)
        return pages.answer("edition.html", page)

    def with_texts(session: Any, page: EditionPage, municipality: str) -> EditionPage:
        line = page.view.line
        profile = lookup.municipality(session, municipality).profile
        page = replace(page, profile=profile)
        try:
            found = texts.render(session, app.texts, line.key, municipality)
        except TemplateError as error:
            # A broken template does not take the dates away.
            return replace(page, texts_fault=str(error))
        places = whereto(profile, line.span.first, app.clock.today())
        return replace(page, texts=tuple(_shown(one, places.get(one.kind, "")) for one in found))

    return router


def _shown(text: RenderedText, where: str) -> ShownText:
    source, title = text.markdown, text.title
    if text.kind is TextKind.SOCIAL:  # has no marks; each line is a line of the post
        source, title = source.replace("\n", "  \n"), ""
    notice = text.notice.upper()
    # Headings come below the title of the text, which comes below the heading of the section.
    read = Markdown(source)
    html = read.html.replace("<h2>", "<h4>").replace("</h2>", "</h4>")
    parts = (notice, title, read.text(UNBROKEN).strip())
    return ShownText(
        kind=text.kind,
        label=text.title,
        title=title,
        notice=notice,
        body=Markup(html),  # noqa: S704 - HTML in a text is text there
        plain="\n\n".join(part for part in parts if part),
        whereto=where,
    )
