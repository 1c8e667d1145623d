"""The answer page: gemeenten say whether they join, through the signed link of their mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from campagne.bootstrap import App
from campagne.domain import dutch
from campagne.domain.reminders import Answer
from campagne.errors import Fault, InvalidInputError
from campagne.services.audit import Author
from campagne.services.regional import participation
from campagne.services.regional.participation import AnswerPage as Asked
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

NAME_LIMIT = 60
_ADDRESS_MARKS = ("://", "@", "www.")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one gemeente.

    Attributes:
        suffix: what the names of its fields end in; empty for the gemeente of the mail.
        chosen: the answer that is marked: what was sent, else the answer now; empty for none.
        until: the day for who decides later, as it was typed or is stored; may be empty.
        stored: that day as it is stored, empty for none.
    """

    asked: Asked
    suffix: str
    chosen: str
    until: str
    stored: str


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """What the page shows.

    Attributes:
        token: the one it was opened with.
        name: as it was typed.
    """

    title: str
    questions: tuple[Question, ...]
    token: str
    name: str = ""
    refused: Refused = NOT_REFUSED
    name_limit: int = NAME_LIMIT
    answers: tuple[Answer, ...] = (Answer.JOIN, Answer.DECLINE, Answer.LATER)
    section: str = ""


async def typed_form(request: Request) -> Mapping[str, str]:
    """Return the form as it was sent; its fields depend on the gemeenten of the link."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


_Typed = Annotated[Mapping[str, str], Depends(typed_form)]


def routes(app: App, pages: Pages) -> APIRouter:
    """Return ``/antwoord/{token}`` and what goes along: GET shows, only POST records."""
    router = APIRouter()

    def page(
        token: str, typed: Mapping[str, str] | None = None, refused: Refused = NOT_REFUSED
    ) -> Response:
        link = app.links.read_answer(token)
        with app.database.read() as session:
            asked = participation.questions(session, link, app.clock.today())
        shown = AnswerPage(
            f"Doet {asked[0].municipality} mee?" if len(asked) == 1 else "Doen jullie mee?",
            tuple(_question(number, one, typed or {}) for number, one in enumerate(asked)),
            token,
            (typed or {}).get("naam", ""),
            refused,
        )
        return pages.answer("answer.html", shown, headers=signed.PRIVATE)

    @router.api_route("/antwoord/{token}", methods=["GET", "HEAD"])
    def show(token: str) -> Response:
        return page(token)

    @router.api_route("/antwoord/{token}/bijlage/{place:int}", methods=["GET", "HEAD"])
    def file(token: str, place: int) -> Response:
        link = app.links.read_answer(token)
        with app.database.read() as session:
            return signed.foreign_file(participation.file(session, link, place))

    @router.post("/antwoord/{token}")
    def record(token: str, typed: _Typed) -> Response:
        link = app.links.read_answer(token)
        today = app.clock.today()
        try:
            who = name_of(typed.get("naam", ""), "naam")
            with app.database.session() as session:
                asked = participation.questions(session, link, today)
                faults: list[Fault] = []
                for one, suffix in _answered(asked, typed):
                    try:
                        answer = read_answer(typed[f"antwoord{suffix}"])
                        participation.record(
                            session,
                            edition_key=one.edition_key,
                            municipality_key=one.municipality_key,
                            answer=answer,
                            by=Author(who or f"Een collega van {one.municipality}"),
                            now=app.clock.now(),
                            today=today,
                            links=app.links,
                            mails=app.mails,
                            broadcast_id=link.broadcast_id,
                            instead_of=_seen(suffix, typed),
                            until=_until(one, answer, typed.get(f"dag{suffix}", "")),
                        )
                    except InvalidInputError as error:
                        faults.append(_of(error.fault, suffix))
                if faults:
                    session.rollback()  # all or nothing
        except InvalidInputError as error:
            faults = [error.fault]
        if faults:
            # What is wrong with the campaign is so for each gemeente: once is enough.
            different = {(str(one), one.field): one for one in faults}
            return page(token, typed, Refused.of(different.values()))
        return signed.back_to("antwoord", token)

    return router


def _suffix(number: int, asked: Asked) -> str:
    return f"-{asked.municipality_key}" if number else ""


def _question(number: int, asked: Asked, typed: Mapping[str, str]) -> Question:
    suffix = _suffix(number, asked)
    current = asked.current.value if asked.current else ""
    stored = asked.until.isoformat() if asked.until else ""
    if _untouched(suffix, typed):  # a colleague may have answered since
        return Question(asked, suffix, current, stored, stored)
    return Question(
        asked,
        suffix,
        typed.get(f"antwoord{suffix}", "") or current,
        typed.get(f"dag{suffix}", stored),
        stored,
    )


def _untouched(suffix: str, typed: Mapping[str, str]) -> bool:
    """Say whether a gemeente was sent along as it stood there, its answer and its day."""
    return all(
        typed.get(f"{name}{suffix}", "") == typed.get(f"{before}{suffix}")
        for name, before in (("antwoord", "nu"), ("dag", "nudag"))
    )


def _seen(suffix: str, typed: Mapping[str, str]) -> str | None:
    """Return the answer that a form was made from, as `answers.mark` writes it."""
    was = typed.get(f"nu{suffix}")
    return None if was is None else f"{was} {typed.get(f'nudag{suffix}', '')}".strip()


def _answered(asked: Sequence[Asked], typed: Mapping[str, str]) -> list[tuple[Asked, str]]:
    """Return the gemeenten that are answered for, each with its suffix.

    Of several gemeenten some may wait: without a choice nothing is said for them, nor where the
    form only sends along what it was before.

    Raises:
        InvalidInputError: when nothing is chosen.
    """
    pairs = [(one, _suffix(number, one)) for number, one in enumerate(asked)]
    chosen = [(one, suffix) for one, suffix in pairs if typed.get(f"antwoord{suffix}")]
    if not chosen:
        raise InvalidInputError("Kies een antwoord: mee, niet mee of later.", "antwoord")
    several = len(asked) > 1
    return [(one, suffix) for one, suffix in chosen if not (several and _untouched(suffix, typed))]


def _of(fault: Fault, suffix: str) -> Fault:
    """Return a fault of one gemeente, to stand at the fields of that gemeente."""
    return Fault(fault, f"{fault.field}{suffix}") if suffix and fault.field else fault


def read_answer(text: str) -> Answer:
    """Return the answer that was chosen.

    Raises:
        InvalidInputError: when none was.
    """
    try:
        return Answer(text)
    except ValueError:
        raise InvalidInputError("Kies een antwoord: mee, niet mee of later.", "antwoord") from None


def read_until(answer: Answer, text: str) -> date | None:
    """Return the day on which a gemeente knows that decides later; None for another answer.

    Raises:
        InvalidInputError: when it is no day.
    """
    if answer is not Answer.LATER:
        return None
    try:
        return dutch.read_day(text)
    except ValueError:
        raise InvalidInputError(
            "Beslist een gemeente later? Vul dan de dag in waarop ze het weet, zoals 12-10-2026.",
            "dag",
        ) from None


def name_of(text: str, field: str) -> str:
    """Return a name as one line; it stands in a mail, so it must not bring a link along.

    Args:
        text: as it was typed.
        field: of the form.

    Raises:
        InvalidInputError: when it is too long, or no name.
    """
    name = signed.tidy(text, NAME_LIMIT, "de naam", field)
    if any(mark in name.lower() for mark in _ADDRESS_MARKS):
        raise InvalidInputError("Schrijf bij de naam alleen een naam, geen adres.", field)
    return name


def _until(asked: Asked, answer: Answer, text: str) -> date | None:
    """Return the day for later; an earlier answer without one may stay so."""
    was_open = asked.current is Answer.LATER and asked.until is None
    return None if was_open and not text.strip() else read_until(answer, text)
