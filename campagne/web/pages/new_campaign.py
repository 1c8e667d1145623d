"""Adding a campaign, days of one's own, or the days of a campaign in a year: seen first."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError
from campagne.services.rotas import new_campaigns
from campagne.services.rotas.effects import Effect
from campagne.services.rotas.new_campaigns import Choices, Missing, NewCampaign, NewEdition
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_NAME_LIMIT, _SUMMARY_LIMIT, _LINE_LIMIT, _WHY_LIMIT = 100, 500, 300, 500

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, as it was typed.

    Attributes:
        campaign / year: of the campaign that gets days in a year; empty for a new campaign.
    """

    campaign: str = ""
    year: str = ""
    name: str = ""
    summary: str = ""
    organiser: str = ""
    audience: str = ""
    part_of: str = ""
    first: str = ""
    last: str = ""
    yearly: str = ""
    certain: str = ""
    theme: str = ""
    source: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class NewCampaignPage:
    """The form of a new campaign, or of the days of one in a year.

    Attributes:
        gets_date: the campaign that gets days; None for a new campaign.
        effect: what it would do, shown before it is done; None before it was asked.
    """

    title: str
    choices: Choices
    typed: Typed
    gets_date: Missing | None
    effect: Effect | None = None
    refused: Refused = NOT_REFUSED
    name_limit: int = _NAME_LIMIT
    summary_limit: int = _SUMMARY_LIMIT
    line_limit: int = _LINE_LIMIT
    why_limit: int = _WHY_LIMIT
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/beheer/campagne``."""
    router = APIRouter()

    @router.api_route("/beheer/campagne", methods=["GET", "HEAD"])
    def form(me: _Visitor, campagne: str = "", jaar: str = "") -> Response:
        return answer(blank(me, Typed(campaign=campagne, year=jaar)))

    @router.post("/beheer/campagne")
    def add(  # noqa: PLR0917 - the fields of the form
        me: _Visitor,
        campagne: Annotated[str, Form()] = "",
        jaar: Annotated[str, Form()] = "",
        naam: Annotated[str, Form()] = "",
        samenvatting: Annotated[str, Form()] = "",
        organisator: Annotated[str, Form()] = "",
        voor: Annotated[str, Form()] = "",
        hoort_bij: Annotated[str, Form()] = "",
        eerste: Annotated[str, Form()] = "",
        laatste: Annotated[str, Form()] = "",
        elk_jaar: Annotated[str, Form()] = "",
        zeker: Annotated[str, Form()] = "",
        thema: Annotated[str, Form()] = "",
        bron: Annotated[str, Form()] = "",
        waarom: Annotated[str, Form()] = "",
        opslaan: Annotated[str, Form()] = "",
    ) -> Response:
        page = blank(
            me,
            Typed(
                campaign=campagne,
                year=jaar,
                name=naam,
                summary=samenvatting,
                organiser=organisator,
                audience=voor,
                part_of=hoort_bij,
                first=eerste,
                last=laatste,
                yearly=elk_jaar,
                certain=zeker,
                theme=thema,
                source=bron,
                why=waarom,
            ),
        )
        now, today = app.clock.now(), app.clock.today()
        try:
            wanted = _edition(page.typed) if page.gets_date else _campaign(page.typed)
            with app.database.session() as session:
                if isinstance(wanted, NewEdition):
                    effect, key = new_campaigns.add_edition(
                        session, wanted, visitor=me, now=now, today=today
                    )
                else:
                    effect, key = new_campaigns.add(
                        session, wanted, visitor=me, now=now, today=today
                    )
                if not opslaan:
                    session.rollback()
        except InvalidInputError as fault:
            return answer(replace(page, refused=Refused.by(fault)))
        if not opslaan:
            return answer(replace(page, effect=effect))
        address = f"/beheer/editie/{key}?opgeslagen=true"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def blank(me: Visitor, typed: Typed) -> NewCampaignPage:
        with app.database.read() as session:
            found = new_campaigns.choices(session, me, app.clock.today())
        wanted = (typed.campaign, typed.year)
        gets = next((one for one in found.missing if (one.campaign, str(one.year)) == wanted), None)
        title = f"{gets.name} {gets.year}: datum toevoegen" if gets else "Campagne toevoegen"
        return NewCampaignPage(title, found, typed, gets)

    def answer(page: NewCampaignPage) -> Response:
        return pages.answer("new_campaign.html", page, headers=signed.PRIVATE)

    return router


def _campaign(typed: Typed) -> NewCampaign:
    return NewCampaign(
        name=signed.tidy(typed.name, _NAME_LIMIT, "de naam", "naam"),
        summary=signed.tidy(typed.summary, _SUMMARY_LIMIT, "de samenvatting", "samenvatting"),
        organiser=signed.tidy(typed.organiser, _LINE_LIMIT, "de organisator", "organisator"),
        source=signed.tidy(typed.source, _LINE_LIMIT, "de bron", "bron"),
        audience=typed.audience,
        part_of=typed.part_of,
        span=signed.days(typed.first, typed.last),
        yearly=bool(typed.yearly),
        certain=bool(typed.certain),
        why=signed.tidy(typed.why, _WHY_LIMIT, "de reden", "waarom"),
    )


def _edition(typed: Typed) -> NewEdition:
    return NewEdition(
        campaign=typed.campaign,
        year=int(typed.year),
        span=signed.days(typed.first, typed.last),
        source=signed.tidy(typed.source, _LINE_LIMIT, "de bron", "bron"),
        theme=signed.tidy(typed.theme, _LINE_LIMIT, "het thema", "thema"),
        certain=bool(typed.certain),
        why=signed.tidy(typed.why, _WHY_LIMIT, "de reden", "waarom"),
    )
