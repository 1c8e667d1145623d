"""The form with which a gemeente proposes a year of the rota, or changes what is proposed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.domain.rota import RotaEntry
from campagne.errors import Fault, InvalidInputError
from campagne.services.rotas import rota_proposals
from campagne.services.rotas.effects import Effect
from campagne.services.rotas.proposal_mails import Desk
from campagne.services.rotas.rota_proposals import Draft, Proposal
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_THEME_LIMIT, _PERIOD_LIMIT, _WHY_LIMIT = 200, 100, 500
_DIVISION_LIMIT = 2000
_WITHDRAW = "intrekken"
_AMOUNT = re.compile(r"(?:€\s*)?(\d{1,3}(?:\.\d{3}){1,2}|\d{1,9})(?:,-|,00)?")

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, as it was typed."""

    entry: str = ""
    campaign: str = ""
    theme: str = ""
    period: str = ""
    lead: str = ""
    budget: str = ""
    division: str = ""
    places: tuple[str, ...] = ()
    why: str = ""
    version: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class RotaProposalPage:
    """The form of a proposal.

    Attributes:
        effect: what it would do, shown before it is done; None before it was asked.
    """

    title: str
    draft: Draft
    typed: Typed
    effect: Effect | None = None
    refused: Refused = NOT_REFUSED
    theme_limit: int = _THEME_LIMIT
    period_limit: int = _PERIOD_LIMIT
    division_limit: int = _DIVISION_LIMIT
    why_limit: int = _WHY_LIMIT
    section: str = "route"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/rooster/{region}/{year}/voorstel``."""
    router = APIRouter()

    @router.api_route("/rooster/{region}/{year:int}/voorstel", methods=["GET", "HEAD"])
    def form(region: str, year: int, me: _Visitor, voorstel: str = "", begin: str = "") -> Response:
        draft = read(region, year, me, voorstel)
        start = draft.previous if begin == "vorig" else None
        return answer(draft, _filled_in(draft, draft.entry or start))

    @router.post("/rooster/{region}/{year:int}/voorstel")
    def propose(  # noqa: PLR0917 - the fields of the form
        region: str,
        year: int,
        me: _Visitor,
        voorstel: Annotated[str, Form()] = "",
        campagne: Annotated[str, Form()] = "",
        thema: Annotated[str, Form()] = "",
        periode: Annotated[str, Form()] = "",
        trekker: Annotated[str, Form()] = "",
        budget: Annotated[str, Form()] = "",
        verdeling: Annotated[str, Form()] = "",
        namens: Annotated[Sequence[str], Form()] = (),
        waarom: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
        wat: Annotated[str, Form()] = "",
        opslaan: Annotated[str, Form()] = "",
    ) -> Response:
        typed = Typed(
            entry=voorstel,
            campaign=campagne,
            theme=thema,
            period=periode,
            lead=trekker,
            budget=budget,
            division=verdeling,
            places=tuple(namens),
            why=waarom,
            version=versie,
            what=wat,
        )
        draft = read(region, year, me, voorstel)
        if versie != draft.version:
            # The newest one goes along: who sends it again has been told.
            fault = Fault(rota_proposals.somebody_was_first(draft.entry))
            newest = replace(typed, version=draft.version)
            return answer(draft, newest, refused=Refused.of([fault]))
        try:
            desk = Desk(
                visitor=me,
                why=signed.tidy(waarom, _WHY_LIMIT, "de reden", "waarom"),
                now=app.clock.now(),
                today=app.clock.today(),
                mails=app.mails,
                links=app.links,
            )
            with app.database.session() as session:
                if wat == _WITHDRAW:
                    effect = rota_proposals.withdraw(
                        session, region, year, voorstel, version=versie, desk=desk
                    )
                else:
                    effect = rota_proposals.propose(
                        session,
                        region,
                        year,
                        _proposal(typed),
                        entry=voorstel or None,
                        version=versie,
                        desk=desk,
                    )
                if not opslaan or effect.is_nothing:
                    session.rollback()
        except InvalidInputError as error:
            return answer(draft, typed, refused=Refused.by(error))
        if not opslaan or effect.is_nothing:
            return answer(draft, typed, effect)
        done = _WITHDRAW if wat == _WITHDRAW else "voorstel"
        address = f"/rooster/{region}/{year}?gedaan={done}"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def read(region: str, year: int, me: Visitor, entry: str) -> Draft:
        with app.database.read() as session:
            return rota_proposals.draft(
                session, region, year, entry or None, visitor=me, today=app.clock.today()
            )

    def answer(
        draft: Draft,
        typed: Typed,
        effect: Effect | None = None,
        refused: Refused = NOT_REFUSED,
    ) -> Response:
        what = "Voorstel veranderen" if draft.entry else "Voorstel doen"
        title = f"{what} voor {draft.year} in {draft.region.name}"
        page = RotaProposalPage(title, draft, typed, effect, refused)
        return pages.answer("rota_proposal.html", page, headers=signed.PRIVATE)

    return router


def _filled_in(draft: Draft, start: RotaEntry | None) -> Typed:
    """Return the form as it is opened, with what `start` says."""
    typed = Typed(
        entry=draft.entry.key if draft.entry else "",
        places=draft.willing,
        version=draft.version,
    )
    if start is None:
        return typed
    return replace(
        typed,
        campaign=start.campaign,
        theme=start.theme,
        period=start.plan_period,
        lead=start.lead or "",
        budget=str(start.budget_eur),
        division=start.division,
    )


def _proposal(typed: Typed) -> Proposal:
    amount = _AMOUNT.fullmatch(typed.budget.strip() or "0")
    if amount is None:
        raise InvalidInputError(
            "Vul als budget een bedrag in hele euro's in, zoals 1000.", "budget"
        )
    return Proposal(
        campaign=typed.campaign,
        theme=signed.tidy(typed.theme, _THEME_LIMIT, "het thema", "thema"),
        plan_period=signed.tidy(typed.period, _PERIOD_LIMIT, "de periode", "periode"),
        lead=typed.lead,
        budget_eur=int(amount[1].replace(".", "")),
        division=signed.tidy_lines(typed.division, _DIVISION_LIMIT, "de verdeling", "verdeling"),
        places=typed.places,
    )
