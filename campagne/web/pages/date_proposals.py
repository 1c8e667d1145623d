"""Proposals of dates: what waits for a decision, and one to accept or refuse."""

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.proposals import DateProposal
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.rotas import date_proposals, organiser_calendars
from campagne.services.rotas.date_proposals import ProposalLine
from campagne.services.rotas.edition_changes import EditionForm
from campagne.services.rotas.effects import Effect
from campagne.services.rotas.organiser_calendars import CalendarLine
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_HIGHEST = 2**31 - 1  # of an id; a database answers a larger number with an error
_WHY_LIMIT = 500
_SAID = {
    "accept": "Het voorstel is overgenomen. Agenda's en herinneringen zijn bijgewerkt.",
    "refuse": "Het voorstel is afgewezen. De datum blijft zoals die was.",
}

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class _Sent:
    """The form as it was sent."""

    what: str
    why: str
    version: str
    save: bool


@dataclass(frozen=True, slots=True)
class ProposalsPage:
    """The proposals of the campaigns whose dates I may set.

    Attributes:
        said: what was just done; empty for nothing.
        calendars: those of the organisers of these campaigns.
    """

    visitor: Visitor
    waiting: tuple[ProposalLine, ...]
    decided: tuple[ProposalLine, ...]
    said: str
    calendars: tuple[CalendarLine, ...]
    title: str = "Datumvoorstellen"
    section: str = "mijn"


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A proposal to decide on.

    Attributes:
        effect: what accepting it would do, shown before it is done; None before it was asked.
    """

    title: str
    proposal: DateProposal
    shown: EditionForm
    why: str = ""
    effect: Effect | None = None
    refused: Refused = NOT_REFUSED
    why_limit: int = _WHY_LIMIT
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/beheer/datumvoorstellen`` and ``/beheer/datumvoorstel/{number}``."""
    router = APIRouter()

    @router.api_route("/beheer/datumvoorstellen", methods=["GET", "HEAD"])
    def proposals(me: _Visitor, gedaan: str = "") -> Response:
        with app.database.read() as session:
            waiting, decided = date_proposals.proposals(session, me, app.clock.today())
            read = organiser_calendars.calendars(session, me, app.clock.today())
        said = _SAID.get(gedaan, "")
        page = ProposalsPage(me, tuple(waiting), tuple(decided), said, tuple(read))
        return pages.answer("date_proposals.html", page, headers=signed.PRIVATE)

    @router.api_route("/beheer/datumvoorstel/{number:int}", methods=["GET", "HEAD"])
    def one(number: int, me: _Visitor) -> Response:
        return answer(read(number, me))

    @router.post("/beheer/datumvoorstel/{number:int}")
    def decide(  # noqa: PLR0917 - the fields of the form
        number: int,
        me: _Visitor,
        wat: Annotated[str, Form()] = "",
        waarom: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
        opslaan: Annotated[str, Form()] = "",
    ) -> Response:
        page = replace(read(number, me), why=waarom)
        sent = _Sent(wat, waarom, versie, save=bool(opslaan))
        try:
            effect = _carry_out(app, number, me, sent)
        except InvalidInputError as fault:
            return answer(replace(page, refused=Refused.by(fault)))
        if effect is not None and not sent.save:
            return answer(replace(page, effect=effect))
        address = "/beheer/datumvoorstellen?" + urlencode({"gedaan": wat})
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def read(number: int, me: Visitor) -> ProposalPage:
        if number > _HIGHEST:
            raise NotFoundError("Dit voorstel bestaat niet.")
        with app.database.read() as session:
            found, shown = date_proposals.proposal(session, number, me)
        return ProposalPage(
            f"{shown.campaign} {shown.edition.year}: voorstel voor de datum", found, shown
        )

    def answer(page: ProposalPage) -> Response:
        return pages.answer("date_proposal.html", page, headers=signed.PRIVATE)

    return router


def _carry_out(app: App, number: int, me: Visitor, sent: _Sent) -> Effect | None:
    """Refuse a proposal, or accept it or look what that does; return what it does."""
    why = signed.tidy(sent.why, _WHY_LIMIT, "de reden", "waarom")
    now, today = app.clock.now(), app.clock.today()
    with app.database.session() as session:
        if sent.what == "refuse":
            date_proposals.refuse(session, number, visitor=me, why=why, now=now)
            return None
        if sent.what != "accept":
            raise InvalidInputError("Kies een van de knoppen op de pagina.")
        effect = date_proposals.accept(
            session, number, visitor=me, version=sent.version, why=why, now=now, today=today
        )
        if not sent.save:
            session.rollback()
    return effect
