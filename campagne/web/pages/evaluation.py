"""The page on which a gemeente looks back on an edition, by the signed link of a mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from campagne.bootstrap import App
from campagne.domain import dutch, local_plans
from campagne.domain import evaluations as rules
from campagne.domain.evaluations import TEXT_LIMIT, Channel
from campagne.domain.words import word
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
        otherwise: what a colleague stored meanwhile: a label, what stands there now, and what the
            form says.
    """

    title: str
    found: Found
    token: str
    typed: Typed
    said: str = ""
    refused: Refused = NOT_REFUSED
    otherwise: tuple[tuple[str, str, str], ...] = ()
    channels: tuple[Channel, ...] = tuple(Channel)
    limit: int = TEXT_LIMIT
    more_limit: int = _MORE_LIMIT
    section: str = ""


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/evaluatie/{token}``: GET shows, only POST stores."""
    router = APIRouter()

    def answer(token: str, said: str = "") -> Response:
        found = read(token)
        page = EvaluationPage(_title(found), found, token, _stored(found), said)
        return pages.answer("evaluation.html", page, headers=signed.PRIVATE)

    def refuse(token: str, typed: Typed, version: str, refused: Refused) -> Response:
        found = read(token)
        kept = _offered(typed, found)
        # Also beside another fault: the form sent next is one for what stands there now.
        otherwise = () if version == found.version else _otherwise(found, kept)
        page = EvaluationPage(
            _title(found), found, token, kept, refused=refused, otherwise=otherwise
        )
        return pages.answer("evaluation.html", page, headers=signed.PRIVATE)

    def read(token: str) -> Found:
        link = app.links.read_evaluation(token)
        with app.database.read() as session:
            return evaluations.page(session, link, app.clock.today())

    @router.api_route("/evaluatie/{token}", methods=["GET", "HEAD"])
    def show(token: str, gedaan: str = "") -> Response:
        return answer(token, "Dank je wel. Het is opgeslagen." if gedaan else "")

    @router.post("/evaluatie/{token}")
    def record(token: str, form: Annotated[FormData, Depends(_form)]) -> Response:
        link, today = app.links.read_evaluation(token), app.clock.today()
        typed, version = _typed(form), str(form.get("versie", ""))
        try:
            with app.database.session() as session:
                found = evaluations.page(session, link, today)
                said = _said(typed, (*found.planned, *found.found.done))
                evaluations.store(
                    session,
                    link,
                    said,
                    version=version,
                    now=app.clock.now(),
                    today=today,
                )
        except InvalidInputError as fault:
            return refuse(token, typed, version, Refused.by(fault))
        return signed.back_to("evaluatie", token, [("gedaan", "ja")])

    return router


async def _form(request: Request) -> FormData:
    return await request.form()


def _title(found: Found) -> str:
    return f"Hoe ging {found.campaign} in {found.municipality}?"


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


def _offered(typed: Typed, found: Found) -> Typed:
    """Return the form with the ticked actions that are planned no more among the other ones."""
    gone = [one for one in typed.done if one not in found.planned]
    done = tuple(one for one in typed.done if one in found.planned)
    return replace(typed, done=done, more="\n".join(filter(None, [typed.more, *gone])))


def _otherwise(found: Found, typed: Typed) -> tuple[tuple[str, str, str], ...]:
    """Return per field that differs: its label, what is stored, and what was typed."""
    stored = _stored(found)
    rows = [
        (
            word(one)[:1].upper() + word(one)[1:],
            stored.reach.get(one.value, ""),
            _figure(typed.reach[one.value]),
        )
        for one in Channel
    ]
    rows += [
        ("Wat jullie deden", "; ".join(found.found.done), "; ".join(_actions(typed))),
        ("Wat het kostte", stored.costs, local_plans.neat(typed.costs)),
        ("Wat je zou houden", stored.keep, typed.keep),
        ("Wat je anders zou doen", stored.change, typed.change),
    ]
    return tuple(row for row in rows if row[1].split() != row[2].split())


def _actions(typed: Typed) -> list[str]:
    lines = (one.strip() for one in typed.more.splitlines())
    return list(dict.fromkeys([*typed.done, *filter(None, lines)]))


def _figure(text: str) -> str:
    """Return how many people as it is shown once it is stored; what is no number as it is."""
    try:
        number = rules.number(text, "")
    except InvalidInputError:
        return text
    return "" if number is None else dutch.number(number)


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
