"""The answer page: a gemeente says whether it joins, through the signed link of its mail."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Response

from campagne.bootstrap import App
from campagne.domain.reminders import Answer
from campagne.errors import InvalidInputError
from campagne.services.audit import Author
from campagne.services.regional import participation
from campagne.services.regional.participation import AnswerPage as Asked
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_NAME_LIMIT = 60
_ADDRESS_MARKS = ("://", "@", "www.")


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """What the page shows.

    Attributes:
        token: the one it was opened with.
        name: as it was typed.
        chosen: the answer that is marked: what was sent, else the answer now; empty for none.
    """

    title: str
    asked: Asked
    token: str
    name: str = ""
    chosen: str = ""
    refused: Refused = NOT_REFUSED
    name_limit: int = _NAME_LIMIT
    answers: tuple[Answer, ...] = (Answer.JOIN, Answer.DECLINE, Answer.LATER)
    section: str = ""


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/antwoord/{token}``: GET shows, only POST records."""
    router = APIRouter()

    def page(
        token: str, name: str = "", chosen: str = "", refused: Refused = NOT_REFUSED
    ) -> Response:
        link = app.links.read_answer(token)
        with app.database.read() as session:
            asked = participation.answer_page(session, link, app.clock.today())
        chosen = chosen or (asked.current.value if asked.current else "")
        title = f"Doet {asked.municipality} mee?"
        shown = AnswerPage(title, asked, token, name, chosen, refused)
        return pages.answer("answer.html", shown, headers=signed.PRIVATE)

    @router.api_route("/antwoord/{token}", methods=["GET", "HEAD"])
    def show(token: str) -> Response:
        return page(token)

    @router.post("/antwoord/{token}")
    def record(
        token: str,
        antwoord: Annotated[str, Form()] = "",
        naam: Annotated[str, Form()] = "",
        nu: Annotated[str | None, Form()] = None,
    ) -> Response:
        link = app.links.read_answer(token)
        today = app.clock.today()
        try:
            answer, who = _answer(antwoord), _name(naam)
            with app.database.session() as session:
                asked = participation.answer_page(session, link, today)
                participation.record(
                    session,
                    edition_key=asked.edition_key,
                    municipality_key=asked.municipality_key,
                    answer=answer,
                    by=Author(who or f"Een collega van {asked.municipality}"),
                    now=app.clock.now(),
                    today=today,
                    links=app.links,
                    mails=app.mails,
                    broadcast_id=link.broadcast_id,
                    instead_of=nu,
                )
        except InvalidInputError as error:
            return page(token, naam, antwoord, Refused.by(error))
        return signed.back_to("antwoord", token)

    return router


def _answer(text: str) -> Answer:
    try:
        return Answer(text)
    except ValueError:
        raise InvalidInputError("Kies een antwoord: mee, niet mee of later.", "antwoord") from None


def _name(text: str) -> str:
    """Return the name as one line; it stands in a mail, so it must not bring a link along."""
    name = signed.tidy(text, _NAME_LIMIT, "je naam", "naam")
    if any(mark in name.lower() for mark in _ADDRESS_MARKS):
        raise InvalidInputError("Schrijf bij je naam alleen een naam, geen adres.", "naam")
    return name
