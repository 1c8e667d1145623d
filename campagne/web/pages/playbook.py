"""The playbook: its steps, and one to change or add; first what that does, then the button."""

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain import step_fields
from campagne.domain.leadtimes import describe
from campagne.domain.playbook import Scope, Step
from campagne.domain.rights import Visitor
from campagne.domain.step_fields import StepFields
from campagne.errors import InvalidInputError
from campagne.services.rotas import playbook_changes
from campagne.services.rotas.playbook_changes import Effect, StepForm
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_WHY_LIMIT = 500
_NEW = "/beheer/nieuwe-stap"
# The names in the form.
_NAMES = {
    "title": "titel",
    "what": "uitleg",
    "lead": "wanneer",
    "again": "nogmaals",
    "colleague": "collega",
    "centre": "centrum",
    "role": "rol",
    "scope": "bereik",
    "residents": "inwoners",
    "in_use": "in_gebruik",
}

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent; `save` to do it, else only what it does is shown."""

    fields: StepFields
    why: str
    version: str
    save: bool


@dataclass(frozen=True, slots=True)
class PlaybookPage:
    """The steps: of the full playbook, the signals, and those that are switched off.

    Attributes:
        saved: title of the step that was just saved; empty for none.
    """

    full: tuple[tuple[Step, str], ...]
    signals: tuple[tuple[Step, str], ...]
    off: tuple[tuple[Step, str], ...]
    saved: str
    title: str = "Draaiboek"
    section: str = "mijn"


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step with its form.

    Attributes:
        action: address of the form.
        fields: what stands in it; `names` has the name in the form of each.
        effect: what the change would do, shown before it is done; None before it was asked.
    """

    title: str
    action: str
    shown: StepForm
    fields: StepFields
    why: str = ""
    effect: Effect | None = None
    refused: Refused = NOT_REFUSED
    names: tuple[tuple[str, str], ...] = tuple(_NAMES.items())
    title_limit: int = step_fields.TITLE_LIMIT
    what_limit: int = step_fields.WHAT_LIMIT
    why_limit: int = _WHY_LIMIT
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/beheer/draaiboek``, a step under it, and ``/beheer/nieuwe-stap``."""
    router = APIRouter()

    @router.api_route("/beheer/draaiboek", methods=["GET", "HEAD"])
    def playbook(me: _Visitor, opgeslagen: str = "") -> Response:
        with app.database.read() as session:
            steps = playbook_changes.playbook(session, me)
        lines = [(one, describe(one.lead)) for one in steps]
        page = PlaybookPage(
            full=tuple(one for one in lines if one[0].in_use and one[0].scope is Scope.FULL),
            signals=tuple(one for one in lines if one[0].in_use and one[0].scope is Scope.SIGNAL),
            off=tuple(one for one in lines if not one[0].in_use),
            saved=next((one.title for one in steps if one.key == opgeslagen), ""),
        )
        return pages.answer("playbook.html", page, headers=signed.PRIVATE)

    @router.api_route("/beheer/draaiboek/{key}", methods=["GET", "HEAD"])
    def form(key: str, me: _Visitor) -> Response:
        return blank(key, me)

    @router.api_route(_NEW, methods=["GET", "HEAD"])
    def new_form(me: _Visitor) -> Response:
        return blank(None, me)

    @router.post("/beheer/draaiboek/{key}")
    def change(key: str, me: _Visitor, sent: Annotated[Sent, Depends(_sent)]) -> Response:
        return handled(key, me, sent)

    @router.post(_NEW)
    def add(me: _Visitor, sent: Annotated[Sent, Depends(_sent)]) -> Response:
        return handled(None, me, sent)

    def blank(key: str | None, me: Visitor) -> Response:
        with app.database.read() as session:
            shown = playbook_changes.form(session, key, me)
        typed = StepFields() if shown.step is None else step_fields.written(shown.step)
        return answer(_page(shown, typed, ""))

    def handled(key: str | None, me: Visitor, sent: Sent) -> Response:
        page = _tried(app, key, me, sent)
        if not sent.save or page.refused or page.effect is None or page.effect.is_nothing:
            return answer(page)
        address = "/beheer/draaiboek?" + urlencode({"opgeslagen": page.effect.key})
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def answer(page: StepPage) -> Response:
        return pages.answer("playbook_step.html", page, headers=signed.PRIVATE)

    return router


def _tried(app: App, key: str | None, me: Visitor, sent: Sent) -> StepPage:
    """Do what a form asks, or only look what it does; return the page that tells."""
    with app.database.read() as session:
        page = _page(playbook_changes.form(session, key, me), sent.fields, sent.why)
    try:
        with app.database.session() as session:
            effect = playbook_changes.change(
                session,
                key,
                sent.fields,
                visitor=me,
                why=signed.tidy(sent.why, _WHY_LIMIT, "de reden", "waarom"),
                version=sent.version,
                now=app.clock.now(),
                today=app.clock.today(),
            )
            if not sent.save:
                session.rollback()
    except InvalidInputError as fault:
        return replace(page, refused=Refused.by(fault))
    if effect.faults:
        return replace(page, refused=Refused.of(effect.faults))
    return replace(page, effect=effect)


def _page(shown: StepForm, typed: StepFields, why: str) -> StepPage:
    if shown.step is None:
        return StepPage("Stap toevoegen", _NEW, shown, typed, why)
    return StepPage(shown.step.title, f"/beheer/draaiboek/{shown.step.key}", shown, typed, why)


async def _sent(request: Request) -> Sent:
    form = await request.form()
    return Sent(
        StepFields(**{name: str(form.get(shown, "")) for name, shown in _NAMES.items()}),
        why=str(form.get("waarom", "")),
        version=str(form.get("versie", "")),
        save=bool(form.get("opslaan")),
    )
