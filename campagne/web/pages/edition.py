"""The page of an edition: when and why, who leads, what to do when, and the texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.playbook import Scope
from campagne.domain.profile import Profile, whereto
from campagne.domain.rights import Visitor
from campagne.domain.texts import RULES, Audience
from campagne.errors import InvalidInputError
from campagne.services.national import links
from campagne.services.publishing import text_releases
from campagne.services.publishing.overview import EditionView, edition_view
from campagne.services.publishing.text_releases import Of
from campagne.services.rotas import edition_changes
from campagne.web.access import guest, visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages
from campagne.web.pages.text_view import ShownText, shown

_SEEN = "Dank je wel. Bij het landelijke materiaal staat nu dat de link werkt."

_Guest = Annotated[Visitor | None, Depends(guest)]
_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class EditionPage:
    """What the page of an edition shows; the texts only for a chosen gemeente.

    Attributes:
        texts: by whom they are for; without a log-in those that are open.
        logged_in: whether somebody is.
        texts_fault: why a text is not there, for who keeps the templates; empty when all is well.
        profile: of the chosen gemeente; None where none is chosen.
        may_change: whether who looks may change the edition.
        is_concerned: whether it is there for a gemeente that they work for.
        said: what was just done, a Dutch sentence; empty when nothing was.
    """

    title: str
    view: EditionView
    logged_in: bool
    texts: Mapping[Audience, tuple[ShownText, ...]] = field(default_factory=dict)
    texts_fault: str = ""
    profile: Profile | None = None
    may_change: bool = False
    is_concerned: bool = False
    said: str = ""
    refused: Refused = NOT_REFUSED
    section: str = "jaar"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/editie/{key}``."""
    router = APIRouter()

    @router.api_route("/editie/{key}", methods=["GET", "HEAD"])
    def edition(key: str, me: _Guest, gemeente: str = "", gezien: str = "") -> Response:
        page = made(key, me, gemeente)
        return answer(replace(page, said=_SEEN) if gezien and page.is_concerned else page, me)

    @router.post("/editie/{key}/materiaal")
    def vouch(
        key: str,
        me: _Visitor,
        adres: Annotated[str, Form()] = "",
        gemeente: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            with app.database.session() as session:
                links.vouch(session, key, adres, me, now=app.clock.now())
        except InvalidInputError as fault:
            return answer(replace(made(key, me, gemeente), refused=Refused.by(fault)), me)
        query = {**({"gemeente": gemeente} if gemeente else {}), "gezien": "ja"}
        return RedirectResponse(
            f"/editie/{key}?{urlencode(query)}", status_code=303, headers=signed.PRIVATE
        )

    def made(key: str, me: Visitor | None, gemeente: str) -> EditionPage:
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
            page = EditionPage(
                title,
                view,
                me is not None,
                may_change=may_change,
                is_concerned=me is not None and edition_changes.is_concerned(session, key, me),
            )
            if view.municipality is not None and view.scope is not Scope.NONE:
                return with_texts(session, page, me, view.municipality.key)
        return page

    def answer(page: EditionPage, me: Visitor | None) -> Response:
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
