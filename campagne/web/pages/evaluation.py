"""The page on which a gemeente looks back on an edition, by the signed link of a mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from campagne.bootstrap import App
from campagne.domain import dutch, local_plans
from campagne.domain import evaluations as rules
from campagne.domain.evaluations import TEXT_LIMIT, Channel
from campagne.errors import InvalidInputError
from campagne.services.review import evaluations
from campagne.services.review.evaluations import EvaluationPage as Found
from campagne.services.review.evaluations import Said
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_MORE_LIMIT = rules.MOST_DONE * rules.DONE_LIMIT


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, as it was typed.

    Attributes:
        reach: by value of the channel.
        done: the planned actions that are ticked.
        more: the other actions, one on each line.
    """

    reach: Mapping[str, str]
    done: tuple[str, ...]
    more: str
    costs: str
    keep: str
    change: str


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    """What the page shows.

    Attributes:
        token: the one it was opened with.
        said: what was just done, empty for nothing.
    """

    title: str
    found: Found
    token: str
    typed: Typed
    said: str = ""
    refused: Refused = NOT_REFUSED
    channels: tuple[Channel, ...] = tuple(Channel)
    limit: int = TEXT_LIMIT
    more_limit: int = _MORE_LIMIT
    section: str = ""


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/evaluatie/{token}``: GET shows, only POST stores."""
    router = APIRouter()

    def answer(
        token: str, *, typed: Typed | None = None, said: str = "", refused: Refused = NOT_REFUSED
    ) -> Response:
        link = app.links.read_evaluation(token)
        with app.database.read() as session:
            found = evaluations.page(session, link, app.clock.today())
        title = f"Hoe ging {found.campaign} in {found.municipality}?"
        page = EvaluationPage(title, found, token, typed or _stored(found), said, refused)
        return pages.answer("evaluation.html", page, headers=signed.PRIVATE)

    @router.api_route("/evaluatie/{token}", methods=["GET", "HEAD"])
    def show(token: str, gedaan: str = "") -> Response:
        return answer(token, said="Dank je wel. Het is opgeslagen." if gedaan else "")

    @router.post("/evaluatie/{token}")
    def record(token: str, form: Annotated[FormData, Depends(_form)]) -> Response:
        link, today = app.links.read_evaluation(token), app.clock.today()
        typed = _typed(form)
        try:
            with app.database.session() as session:
                found = evaluations.page(session, link, today)
                said = _said(typed, (*found.planned, *found.found.done))
                evaluations.store(
                    session,
                    link,
                    said,
                    version=str(form.get("versie", "")),
                    now=app.clock.now(),
                    today=today,
                )
        except InvalidInputError as fault:
            return answer(token, typed=typed, refused=Refused.by(fault))
        return signed.back_to("evaluatie", token, [("gedaan", "ja")])

    return router


async def _form(request: Request) -> FormData:
    return await request.form()


def _stored(found: Found) -> Typed:
    """Return the form as it is filled in for what was stored."""
    one = found.found
    return Typed(
        reach={channel.value: dutch.number(number) for channel, number in one.reach.items()},
        done=tuple(name for name in one.done if name in found.planned),
        more="\n".join(name for name in one.done if name not in found.planned),
        costs="" if found.real_cents is None else dutch.amount(found.real_cents),
        keep=one.keep,
        change=one.change,
    )


def _typed(form: FormData) -> Typed:
    return Typed(
        reach={one.value: str(form.get(f"bereik-{one.value}", "")) for one in Channel},
        done=tuple(str(one) for one in form.getlist("gedaan")),
        more=str(form.get("ook", "")),
        costs=str(form.get("echte-kosten", "")),
        keep=str(form.get("houden", "")),
        change=str(form.get("anders", "")),
    )


def _said(typed: Typed, offered: Sequence[str]) -> Said:
    """Return what was filled in.

    Args:
        typed: as it was typed.
        offered: the actions that could be ticked.

    Raises:
        InvalidInputError: for the first field that says what it cannot.
    """
    reach = {one: rules.number(typed.reach[one.value], f"bereik-{one.value}") for one in Channel}
    more = signed.tidy_lines(typed.more, _MORE_LIMIT, "de andere acties", "ook")
    return Said(
        reach={one: number for one, number in reach.items() if number is not None},
        done=rules.done(typed.done, offered, more),
        keep=signed.tidy_lines(typed.keep, TEXT_LIMIT, "wat je zou houden", "houden"),
        change=signed.tidy_lines(typed.change, TEXT_LIMIT, "wat anders kan", "anders"),
        real_cents=local_plans.cents(typed.costs, "echte-kosten"),
    )
