"""The answer page: a gemeente says whether it joins, through the signed link of its mail."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Response

from campagne.bootstrap import App
from campagne.domain.reminders import Answer
from campagne.errors import InvalidInputError
from campagne.services import participation
from campagne.services.participation import AnswerPage as Asked
from campagne.web.pages import signed
from campagne.web.pages.rendering import Pages

_NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """What the page shows; `token` is the one it was opened with."""

    title: str
    asked: Asked
    token: str
    answers: tuple[Answer, ...] = (Answer.JOIN, Answer.DECLINE, Answer.LATER)
    section: str = ""


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/antwoord/{token}``: GET shows, only POST records."""
    router = APIRouter()

    @router.api_route("/antwoord/{token}", methods=["GET", "HEAD"])
    def show(token: str) -> Response:
        link = app.links.read_answer(token)
        with app.database.read() as session:
            asked = participation.answer_page(session, link, app.clock.today())
        page = AnswerPage(f"Doet {asked.municipality} mee?", asked, token)
        return pages.answer("answer.html", page, headers=signed.PRIVATE)

    @router.post("/antwoord/{token}")
    def record(
        token: str, antwoord: Annotated[str, Form()] = "", naam: Annotated[str, Form()] = ""
    ) -> Response:
        link = app.links.read_answer(token)
        answer, who = _answer(antwoord), signed.tidy(naam, _NAME_LIMIT, "je naam")
        today = app.clock.today()
        with app.database.session() as session:
            asked = participation.answer_page(session, link, today)
            participation.record(
                session,
                edition_key=asked.edition_key,
                municipality_key=asked.municipality_key,
                answer=answer,
                by=who or f"Een collega van {asked.municipality}",
                now=app.clock.now(),
                today=today,
                links=app.links,
                mails=app.mails,
                broadcast_id=link.broadcast_id,
            )
        return signed.back_to("antwoord", token)

    return router


def _answer(text: str) -> Answer:
    try:
        return Answer(text)
    except ValueError:
        raise InvalidInputError("Kies een van de drie knoppen: mee, niet mee of later.") from None
