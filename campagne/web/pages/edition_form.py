"""An edition to change, confirm, call off or take away: first what that does, then the button."""

from dataclasses import dataclass, field, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError
from campagne.services.regional import turnout
from campagne.services.regional.turnout import Turnout
from campagne.services.rotas import edition_changes
from campagne.services.rotas.edition_changes import Change, ChangeKind, EditionForm
from campagne.services.rotas.effects import Effect
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_SOURCE_LIMIT = 300
_WHY_LIMIT = 500
_THEME_LIMIT = 200

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the form, as it was typed."""

    kind: str = ""
    first: str = ""
    last: str = ""
    source: str = ""
    why: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class EditionFormPage:
    """An edition with its form.

    Attributes:
        effect: what the change would do, shown before it is done; None before it was asked.
        saved: True right after a change.
        turnout: which gemeenten take part, as far as this person may know.
    """

    title: str
    shown: EditionForm
    fields: Fields = field(default_factory=Fields)
    effect: Effect | None = None
    refused: Refused = NOT_REFUSED
    saved: bool = False
    turnout: Turnout = field(default_factory=Turnout)
    source_limit: int = _SOURCE_LIMIT
    why_limit: int = _WHY_LIMIT
    theme_limit: int = _THEME_LIMIT
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/beheer/editie/{key}``."""
    router = APIRouter()

    @router.api_route("/beheer/editie/{key}", methods=["GET", "HEAD"])
    def form(key: str, me: _Visitor, opgeslagen: bool = False) -> Response:  # noqa: FBT001, FBT002 - a parameter of the address
        with app.database.read() as session:
            shown = edition_changes.form(session, key, me)
        span = shown.edition.span
        # The source starts empty: the one of the old days must not slip in under the new ones.
        typed = Fields(
            first=span.first.isoformat(),
            last=span.last.isoformat(),
            theme=shown.edition.theme,
        )
        return answer(EditionFormPage(_title(shown), shown, typed, saved=opgeslagen), me)

    @router.post("/beheer/editie/{key}")
    def change(  # noqa: PLR0917 - the fields of the form
        key: str,
        me: _Visitor,
        wat: Annotated[str, Form()] = "",
        eerste: Annotated[str, Form()] = "",
        laatste: Annotated[str, Form()] = "",
        bron: Annotated[str, Form()] = "",
        waarom: Annotated[str, Form()] = "",
        thema: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
        opslaan: Annotated[str, Form()] = "",
    ) -> Response:
        typed = Fields(wat, eerste, laatste, bron, waarom, thema)
        with app.database.read() as session:
            shown = edition_changes.form(session, key, me)
        try:
            with app.database.session() as session:
                effect = edition_changes.change(
                    session,
                    key,
                    _change(typed),
                    visitor=me,
                    version=versie,
                    now=app.clock.now(),
                    today=app.clock.today(),
                )
                if not opslaan:
                    session.rollback()
        except InvalidInputError as fault:
            refused = EditionFormPage(_title(shown), shown, typed, refused=Refused.by(fault))
            return answer(refused, me)
        if not opslaan:
            return answer(EditionFormPage(_title(shown), shown, typed, effect), me)
        address = f"/beheer/editie/{key}?" + urlencode({"opgeslagen": "true"})
        if wat == ChangeKind.REMOVE:
            address = "/beheer/edities?weg=true"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def answer(page: EditionFormPage, me: Visitor) -> Response:
        with app.database.read() as session:
            found = turnout.of_edition(session, page.shown.edition.key, me, app.clock.today())
        page = replace(page, turnout=found)
        return pages.answer("edition_form.html", page, headers=signed.PRIVATE)

    return router


def _title(shown: EditionForm) -> str:
    return f"{shown.campaign} {shown.edition.year}: wijzigen"


def _change(typed: Fields) -> Change:
    try:
        kind = ChangeKind(typed.kind)
    except ValueError:
        raise InvalidInputError("Kies wat je wilt doen.", "wat") from None
    span = None
    if kind is ChangeKind.MOVE:
        span = signed.days(typed.first, typed.last)
    return Change(
        kind,
        span,
        source=signed.tidy(typed.source, _SOURCE_LIMIT, "de bron", "bron"),
        why=signed.tidy(typed.why, _WHY_LIMIT, "de reden", "waarom"),
        theme=signed.tidy(typed.theme, _THEME_LIMIT, "het thema", "thema"),
    )
