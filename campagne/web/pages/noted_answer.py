"""The page on which a centrumgemeente notes the answer of a gemeente that came another way."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain import dutch
from campagne.domain.answers import BY_PERSON, Source, Told
from campagne.domain.reminders import Answer
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError
from campagne.services.regional import noted_answers
from campagne.services.regional.noted_answers import NotedPage
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.answer import NAME_LIMIT, name_of, read_answer, read_until
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    answer: str = ""
    until: str = ""
    who: str = ""
    how: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class NotedAnswerPage:
    """What the page shows; `saved` right after an answer was stored."""

    title: str
    found: NotedPage
    typed: Typed
    saved: bool = False
    refused: Refused = NOT_REFUSED
    name_limit: int = NAME_LIMIT
    answers: tuple[Answer, ...] = (Answer.JOIN, Answer.DECLINE, Answer.LATER)
    sources: tuple[Source, ...] = BY_PERSON
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/beheer/antwoord/{edition}/{municipality}``."""
    router = APIRouter()
    path = "/beheer/antwoord/{edition}/{municipality}"

    def answer(
        found: NotedPage,
        typed: Typed,
        refused: Refused = NOT_REFUSED,
        *,
        saved: bool = False,
    ) -> Response:
        title = f"Leg het antwoord van {found.municipality} vast"
        page = NotedAnswerPage(title, found, typed, saved, refused)
        return pages.answer("noted_answer.html", page, headers=signed.PRIVATE)

    def read(edition: str, municipality: str, me: Visitor) -> NotedPage:
        with app.database.read() as session:
            return noted_answers.page(session, edition, municipality, me, app.clock.today())

    @router.api_route(path, methods=["GET", "HEAD"])
    def show(edition: str, municipality: str, me: _Visitor, opgeslagen: bool = False) -> Response:  # noqa: FBT001, FBT002 - a parameter of the address
        found = read(edition, municipality, me)
        typed = Typed(
            answer=found.current.value if found.current else "",
            until=found.until.isoformat() if found.until else "",
            on=app.clock.today().isoformat(),
        )
        return answer(found, typed, saved=opgeslagen)

    @router.post(path)
    def store(  # noqa: PLR0917 - the fields of the form
        edition: str,
        municipality: str,
        me: _Visitor,
        antwoord: Annotated[str, Form()] = "",
        dag: Annotated[str, Form()] = "",
        wie: Annotated[str, Form()] = "",
        hoe: Annotated[str, Form()] = "",
        wanneer: Annotated[str, Form()] = "",
        nu: Annotated[str | None, Form()] = None,
    ) -> Response:
        typed = Typed(antwoord, dag, wie, hoe, wanneer)
        try:
            said = read_answer(antwoord)
            until = read_until(said, dag)
            who, told = name_of(wie, "wie"), Told(_source(hoe), _day(wanneer))
            with app.database.session() as session:
                noted_answers.note(
                    session,
                    edition,
                    municipality,
                    answer=said,
                    until=until,
                    who=who,
                    told=told,
                    instead_of=nu,
                    visitor=me,
                    links=app.links,
                    mails=app.mails,
                    now=app.clock.now(),
                    today=app.clock.today(),
                )
        except InvalidInputError as error:
            return answer(read(edition, municipality, me), typed, Refused.by(error))
        query = urlencode({"opgeslagen": "true"})
        address = f"/beheer/antwoord/{edition}/{municipality}?{query}"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    return router


def _source(text: str) -> Source:
    try:
        found = Source(text)
    except ValueError:
        found = Source.LINK
    if found not in BY_PERSON:
        raise InvalidInputError(
            "Kies hoe het antwoord kwam: per telefoon, per mail of in een overleg.", "hoe"
        )
    return found


def _day(text: str) -> date:
    try:
        return dutch.read_day(text)
    except ValueError:
        raise InvalidInputError(
            "Vul de dag in waarop het antwoord kwam, zoals 7-9-2026.", "wanneer"
        ) from None
