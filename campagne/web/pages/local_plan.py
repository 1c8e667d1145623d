"""The page on which a gemeente that joins says what it does, through the link of its mail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain import dutch, local_plans
from campagne.domain.local_plans import MOST_ACTIONS, TEXT_LIMIT, ActionKind, LocalAction, LocalPlan
from campagne.domain.words import in_words
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.access import AnswerLink
from campagne.services.audit import Author
from campagne.services.regional import local_plans as stored_plans
from campagne.services.regional.local_plans import PlanPage
from campagne.web.pages import signed
from campagne.web.pages.answer import typed_form
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_EMPTY_ROWS = 3  # to add to what is there
_NUMBER = re.compile(r"[0-9]{1,8}")
_Typed = Annotated[Mapping[str, str], Depends(typed_form)]


@dataclass(frozen=True, slots=True)
class Row:
    """One action as it stands in the form."""

    kind: str = ""
    text: str = ""
    on: str = ""

    @property
    def is_empty(self) -> bool:
        """True when nothing was filled in."""
        return not (self.kind or self.text.strip() or self.on.strip())


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the form."""

    rows: tuple[Row, ...]
    contact: str
    costs: str


@dataclass(frozen=True, slots=True)
class LocalPlanPage:
    """What the page shows.

    Attributes:
        token: the one it was opened with.
        saved: True right after something was stored.
        otherwise: what a colleague stored meanwhile: a label, what stands there now, and what the
            form says.
    """

    title: str
    found: PlanPage
    typed: Fields
    token: str
    saved: bool = False
    refused: Refused = NOT_REFUSED
    otherwise: tuple[tuple[str, str, str], ...] = ()
    text_limit: int = TEXT_LIMIT
    kinds: tuple[ActionKind, ...] = tuple(ActionKind)
    section: str = ""


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/antwoord/{token}/acties/{municipality}``: only POST stores."""
    router = APIRouter()
    path = "/antwoord/{token}/acties/{municipality}"

    def read(token: str, municipality: str) -> PlanPage:
        asked = _broadcast(app.links.read_answer(token), municipality)
        with app.database.read() as session:
            return stored_plans.page(session, asked, municipality, app.clock.today())

    def answer(page: LocalPlanPage) -> Response:
        return pages.answer("local_plan.html", page, headers=signed.PRIVATE)

    @router.api_route(path, methods=["GET", "HEAD"])
    def show(token: str, municipality: str, opgeslagen: bool = False) -> Response:  # noqa: FBT001, FBT002 - a parameter of the address
        found = read(token, municipality)
        return answer(
            LocalPlanPage(_title(found), found, _fields(found.plan), token, saved=opgeslagen)
        )

    @router.post(path)
    def store(token: str, municipality: str, typed: _Typed) -> Response:
        asked = _broadcast(app.links.read_answer(token), municipality)
        fields = _sent(typed)
        try:
            with app.database.session() as session:
                found = stored_plans.page(session, asked, municipality, app.clock.today())
                stored_plans.store(
                    session,
                    edition_key=found.edition_key,
                    municipality_key=municipality,
                    plan=_plan(fields, found, typed.get("versie", "")),
                    by=Author(f"Een collega van {found.municipality}"),
                    now=app.clock.now(),
                    broadcast_id=asked,
                )
        except InvalidInputError as error:
            found = read(token, municipality)
            # Also beside another fault: the form sent next is one for what stands there now.
            stale = typed.get("versie") != str(found.plan.version)
            return answer(
                LocalPlanPage(
                    _title(found),
                    found,
                    _with_room(fields),
                    token,
                    refused=Refused.by(error),
                    otherwise=_otherwise(found, fields) if stale else (),
                )
            )
        address = f"/antwoord/{token}/acties/{municipality}?opgeslagen=true"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    return router


def _title(found: PlanPage) -> str:
    return f"Wat doet {found.municipality}?"


def _broadcast(link: AnswerLink, municipality: str) -> int:
    """Return the broadcast of a link, which is to be for this gemeente too."""
    if municipality not in {link.municipality, *link.others}:
        raise NotFoundError("Deze link is voor een andere gemeente. Open de link uit de mail.")
    return link.broadcast_id


def _fields(plan: LocalPlan) -> Fields:
    rows = [Row(one.kind, one.text, one.on.isoformat() if one.on else "") for one in plan.actions]
    costs = plan.expected_cents
    amount = "" if costs is None else dutch.amount(costs).removeprefix("€ ")
    return _with_room(Fields(tuple(rows), plan.contact or "", amount))


def _sent(typed: Mapping[str, str]) -> Fields:
    """Return the form as it was sent; rows without anything close up."""
    names = ("soort", "tekst", "dag")
    rows = [
        Row(*(typed.get(f"{name}-{number}", "") for name in names))
        for number in range(1, MOST_ACTIONS + 1)
    ]
    filled = tuple(one for one in rows if not one.is_empty)
    return Fields(filled, typed.get("contact", ""), typed.get("kosten", ""))


def _with_room(fields: Fields) -> Fields:
    room = min(_EMPTY_ROWS, MOST_ACTIONS - len(fields.rows))
    return Fields((*fields.rows, *[Row()] * room), fields.contact, fields.costs)


def _otherwise(found: PlanPage, fields: Fields) -> tuple[tuple[str, str, str], ...]:
    """Return per field that differs: its label, what is stored, and what was typed."""
    now, mine = (_told(one, found) for one in (_fields(found.plan), fields))
    return tuple((label, now[label], mine[label]) for label in now if now[label] != mine[label])


def _told(fields: Fields, found: PlanPage) -> dict[str, str]:
    names = {one.key: one.name for one in found.colleagues}
    return {
        "Jullie acties": "; ".join(_phrase(one) for one in fields.rows if not one.is_empty),
        "Contactpersoon": names.get(fields.contact, fields.contact),
        "Verwachte kosten": local_plans.neat(fields.costs),
    }


def _phrase(row: Row) -> str:
    """Return an action in words; what is none as it was typed."""
    try:
        return in_words(_action(row, 0))
    except InvalidInputError:
        return " ".join(filter(None, [row.text, row.on]))


def _plan(fields: Fields, found: PlanPage, version: str) -> LocalPlan:
    return LocalPlan(
        actions=tuple(_action(one, number) for number, one in enumerate(fields.rows, 1)),
        contact=fields.contact or None,
        expected_cents=local_plans.cents(fields.costs, "kosten"),
        real_cents=found.plan.real_cents,
        version=int(version) if _NUMBER.fullmatch(version) else -1,
    )


def _action(row: Row, number: int) -> LocalAction:
    try:
        kind = ActionKind(row.kind)
    except ValueError:
        raise InvalidInputError("Kies wat voor actie dit is.", f"soort-{number}") from None
    text = signed.tidy(row.text, TEXT_LIMIT, "een actie", f"tekst-{number}")
    return LocalAction(kind, text, signed.one_day(row.on, f"dag-{number}"))
