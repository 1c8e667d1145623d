"""The page of an edition: when and why, who leads, what to do when, and the texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from markupsafe import Markup

from campagne.bootstrap import App
from campagne.domain.playbook import Scope
from campagne.domain.profile import Profile, whereto
from campagne.domain.rights import Visitor
from campagne.domain.texts import BARE, PUBLIC, RULES, Audience, RenderedText, TextKind
from campagne.errors import TemplateError
from campagne.markdown import UNBROKEN, Markdown
from campagne.services import lookup
from campagne.services.publishing import texts
from campagne.services.publishing.overview import EditionView, edition_view
from campagne.web.access import guest
from campagne.web.pages import signed
from campagne.web.pages.rendering import Pages

_Guest = Annotated[Visitor | None, Depends(guest)]


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text as it is read on the page and copied from it.

    Attributes:
        title: what stands above it; empty for a post, which has none and must stay short.
        notice: what must be known before it is published, in capitals; empty when it may go out.
        body: the text without its title, as HTML.
        whereto: where this gemeente places it, a Dutch sentence; empty when that is not known.
        alt: what the picture with it shows; empty for a text without one.
        plain: notice, title and text for who pastes where no marks are possible.
    """

    kind: TextKind
    title: str
    notice: str
    body: Markup
    plain: str
    whereto: str
    alt: str


@dataclass(frozen=True, slots=True)
class EditionPage:
    """What the page of an edition shows; the texts only for a chosen gemeente.

    Attributes:
        texts: by whom they are for; those that are not for residents only after log-in.
        logged_in: whether somebody is.
        texts_fault: why a text is not there, for who keeps the templates; empty when all is well.
        profile: of the chosen gemeente; None where none is chosen.
    """

    title: str
    view: EditionView
    logged_in: bool
    texts: Mapping[Audience, tuple[ShownText, ...]] = field(default_factory=dict)
    texts_fault: str = ""
    profile: Profile | None = None
    section: str = "jaar"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/editie/{key}``."""
    router = APIRouter()

    @router.api_route("/editie/{key}", methods=["GET", "HEAD"])
    def edition(key: str, me: _Guest, gemeente: str = "") -> Response:
        with app.database.read() as session:
            view = edition_view(
                session,
                key,
                today=app.clock.today(),
                links=app.links,
                municipality=gemeente or None,
            )
            title = f"{view.line.name} {view.line.span.first.year}"
            page = EditionPage(title, view, me is not None)
            if view.municipality is not None and view.scope is not Scope.NONE:
                page = with_texts(session, page, view.municipality.key)
        headers = signed.PRIVATE if me else {"vary": "cookie"}
        return pages.answer("edition.html", page, headers=headers)

    def with_texts(session: Any, page: EditionPage, municipality: str) -> EditionPage:
        edition = lookup.edition(session, page.view.line.key)
        place = lookup.municipality(session, municipality)
        known = texts.sources(session)
        places = whereto(place.profile, edition.span.first, app.clock.today())
        shown, fault = [], ""
        for kind in TextKind:
            if not page.logged_in and kind not in PUBLIC:
                continue
            try:
                (text,) = texts.fill(app.texts, known, edition, place, [kind])
            except TemplateError as error:
                # A broken template takes neither the dates away nor the other texts.
                fault = fault or str(error)
            else:
                shown.append(_shown(text, places.get(kind, "")))
        grouped = {
            audience: tuple(one for one in shown if RULES[one.kind].audience is audience)
            for audience in Audience
        }
        return replace(
            page,
            texts={key: group for key, group in grouped.items() if group},
            texts_fault=fault,
            profile=place.profile,
        )

    return router


def _shown(text: RenderedText, where: str) -> ShownText:
    source, title = text.markdown, text.title
    if text.kind in BARE:  # each line is a line of the post
        source, title = source.replace("\n", "  \n"), ""
    notice = text.notice.upper()
    # Headings come below the title of the text, which comes below the heading of the section.
    read = Markdown(source)
    html = read.html.replace("<h2>", "<h5>").replace("</h2>", "</h5>")
    parts = (notice, title, read.text(UNBROKEN).strip())
    return ShownText(
        kind=text.kind,
        title=title,
        notice=notice,
        body=Markup(html),  # noqa: S704 - HTML in a text is text there
        plain="\n\n".join(part for part in parts if part),
        whereto=where,
        alt=text.alt,
    )
