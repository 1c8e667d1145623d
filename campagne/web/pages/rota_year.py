"""A year of a rota: what is proposed, who agrees, and for who works there the answer to give."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.domain.rota import Agreement
from campagne.errors import InvalidInputError
from campagne.services.rotas import rota_answers, rota_years
from campagne.services.rotas.effects import Effect
from campagne.services.rotas.proposal_mails import Desk
from campagne.services.rotas.rota_answers import Answer
from campagne.services.rotas.rota_years import YearView
from campagne.web.access import guest, visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

TEXT_LIMIT = 500

_VERSION = re.compile(r"[0-9]{1,9}")
_REMARK, _REMARK_BACK = "opmerking", "opmerking-weg"
_SAID = {
    "antwoord": "Het antwoord is opgeslagen.",
    _REMARK: "De opmerking is opgeslagen. De andere gemeenten kunnen die hier lezen.",
    _REMARK_BACK: "Je opmerking is weggehaald.",
    "voorstel": "Het voorstel is opgeslagen. De andere gemeenten krijgen een mail met de vraag of"
    " zij akkoord zijn.",
    "intrekken": "Het voorstel is ingetrokken.",
}

_Visitor = Annotated[Visitor, Depends(visitor)]
_Guest = Annotated[Visitor | None, Depends(guest)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form of an answer, as it was typed.

    Attributes:
        version: of the proposal that was read.
        seen: when the last of the answers was given that were read.
    """

    entry: str = ""
    places: tuple[str, ...] = ()
    said: str = ""
    text: str = ""
    version: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class RotaYearPage:
    """A year of the rota.

    Attributes:
        visitor: who looks; None for everybody.
        effect: what the answer would do, shown before it is given; None when none was given.
        done: what was just done; empty for nothing.
    """

    title: str
    view: YearView
    visitor: Visitor | None
    typed: Typed = Typed()
    effect: Effect | None = None
    refused: Refused = NOT_REFUSED
    done: str = ""
    text_limit: int = TEXT_LIMIT
    section: str = "route"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/rooster/{region}/{year}`` and the ``antwoord`` below it."""
    router = APIRouter()

    @router.api_route("/rooster/{region}/{year:int}", methods=["GET", "HEAD"])
    def look(region: str, year: int, me: _Guest, gedaan: str = "") -> Response:
        return page(region, year, me, done=_SAID.get(gedaan, ""))

    @router.post("/rooster/{region}/{year:int}/antwoord")
    def answer(  # noqa: PLR0917 - the fields of the form
        region: str,
        year: int,
        me: _Visitor,
        voorstel: Annotated[str, Form()] = "",
        gemeente: Annotated[Sequence[str], Form()] = (),
        antwoord: Annotated[str, Form()] = "",
        tekst: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
        gezien: Annotated[str, Form()] = "",
        opslaan: Annotated[str, Form()] = "",
    ) -> Response:
        typed = Typed(voorstel, tuple(gemeente), antwoord, tekst, versie, gezien)
        now = app.clock.now()
        try:
            desk = Desk(
                visitor=me,
                why=signed.tidy(tekst, TEXT_LIMIT, "de tekst", "tekst"),
                now=now,
                today=app.clock.today(),
                mails=app.mails,
                links=app.links,
            )
            with app.database.session() as session:
                if antwoord == _REMARK_BACK:
                    written = signed.seen_at(gezien)
                    rota_answers.take_remark_back(
                        session, region, year, voorstel, written, desk=desk
                    )
                    shown_first = False
                else:
                    given = _answer(typed)
                    effect = rota_answers.answer(session, region, year, given, desk=desk)
                    # What nobody else notices needs no second look.
                    shown_first = not opslaan and not effect.is_quiet
                if shown_first:
                    session.rollback()
        except InvalidInputError as fault:
            refused = Refused.by(fault, form=voorstel)
            return page(region, year, me, typed=typed, refused=refused)
        if shown_first:
            return page(region, year, me, typed=typed, effect=effect)
        done = antwoord if antwoord in {_REMARK, _REMARK_BACK} else "antwoord"
        address = f"/rooster/{region}/{year}?gedaan={done}"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def page(
        region: str,
        year: int,
        me: Visitor | None,
        *,
        typed: Typed = Typed(),
        effect: Effect | None = None,
        refused: Refused = NOT_REFUSED,
        done: str = "",
    ) -> Response:
        with app.database.read() as session:
            view = rota_years.view(session, region, year, visitor=me, today=app.clock.today())
        title = f"Rooster {year} van {view.region.name}"
        shown = RotaYearPage(title, view, me, typed, effect, refused, done)
        headers = signed.PRIVATE if me else {"vary": "cookie"}
        return pages.answer("rota_year.html", shown, headers=headers)

    return router


def _answer(typed: Typed) -> Answer:
    if typed.said == _REMARK:
        said = None
    else:
        try:
            said = Agreement(typed.said)
        except ValueError:
            raise InvalidInputError("Kies een antwoord.", "antwoord") from None
    version = int(typed.version) if _VERSION.fullmatch(typed.version) else 0
    return Answer(typed.entry, typed.places, said, version, signed.seen_at(typed.seen))
