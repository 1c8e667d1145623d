"""The page of an edition: when and why, who leads, what to do when, and the texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from campagne.bootstrap import App
from campagne.domain.playbook import Scope
from campagne.domain.profile import Profile, whereto
from campagne.domain.rights import Visitor
from campagne.domain.texts import RULES, Audience
from campagne.services.publishing import text_releases
from campagne.services.publishing.overview import EditionView, edition_view
from campagne.services.publishing.text_releases import Of
from campagne.services.rotas import edition_changes
from campagne.web.access import guest
from campagne.web.pages import signed
from campagne.web.pages.rendering import Pages
from campagne.web.pages.text_view import ShownText, shown

_Guest = Annotated[Visitor | None, Depends(guest)]


@dataclass(frozen=True, slots=True)
class EditionPage:
    """What the page of an edition shows; the texts only for a chosen gemeente.

    Attributes:
        texts: by whom they are for; without a log-in those that are open.
        logged_in: whether somebody is.
        texts_fault: why a text is not there, for who keeps the templates; empty when all is well.
        profile: of the chosen gemeente; None where none is chosen.
        may_change: whether who looks may change the edition.
    """

    title: str
    view: EditionView
    logged_in: bool
    texts: Mapping[Audience, tuple[ShownText, ...]] = field(default_factory=dict)
    texts_fault: str = ""
    profile: Profile | None = None
    may_change: bool = False
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
            may_change = me is not None and edition_changes.may_change(session, key, me)
            page = EditionPage(title, view, me is not None, may_change=may_change)
            if view.municipality is not None and view.scope is not Scope.NONE:
                page = with_texts(session, page, me, view.municipality.key)
        headers = signed.PRIVATE if me else {"vary": "cookie"}
        return pages.answer("edition.html", page, headers=headers)

    def with_texts(session: Any, page: EditionPage, me: Visitor | None, place: str) -> EditionPage:
        found = text_releases.text_set(session, app.texts, me, Of(page.view.line.key, place))
        profile = found.municipality.profile
        places = whereto(profile, found.edition.span.first, app.clock.today())
        # Headings come below the title of the text, which comes below the heading of the section.
        texts = [
            shown(one, heading=5, whereto=places.get(one.text.kind, ""))
            for one in found.seen_by(me)
        ]
        if national := page.view.national:  # what it has comes after what it lacks
            texts.sort(key=lambda one: national.has(one.kind))
        grouped = {
            audience: tuple(one for one in texts if RULES[one.kind].audience is audience)
            for audience in Audience
        }
        return replace(
            page,
            texts={key: group for key, group in grouped.items() if group},
            texts_fault=found.fault,
            profile=profile,
        )

    return router
