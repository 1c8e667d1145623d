"""The mails of the gemeenten that I manage: what became of them, and what to do about it."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.delivery import DeliveryState
from campagne.domain.rights import Visitor
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.outbox import managed_deliveries
from campagne.services.outbox.managed_deliveries import ManagedLine, ManagedMail, Settling
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_PER_PAGE = 25
_HIGHEST = 2**31 - 1  # of an id; a database answers a larger number with an error
_SEARCH_LIMIT = 254  # as long as an address can be
_WHY_LIMIT = 500

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """A page of the list; `newer` and `older` lead to its neighbours, None where there is none."""

    mails: tuple[ManagedLine, ...]
    search: str
    state: str
    states: tuple[str, ...]
    newer: str | None
    older: str | None
    title: str = "Verzonden mails"
    section: str = "mijn"


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One mail, with what can be done about it.

    Attributes:
        why: the reason as it was typed.
        done: True right after something was done.
    """

    title: str
    mail: ManagedMail
    why: str = ""
    refused: Refused = NOT_REFUSED
    done: bool = False
    why_limit: int = _WHY_LIMIT
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/beheer/verzendingen`` and ``/beheer/verzending/{number}``."""
    router = APIRouter()

    @router.api_route("/beheer/verzendingen", methods=["GET", "HEAD"])
    def deliveries(me: _Visitor, zoek: str = "", stand: str = "", pagina: int = 1) -> Response:
        if not 1 <= pagina <= _HIGHEST // _PER_PAGE:
            raise NotFoundError("Deze pagina van de lijst bestaat niet.")
        search = zoek.strip()[:_SEARCH_LIMIT].replace("\0", "")
        states = _STATES.get(stand, ())
        with app.database.read() as session:
            found = managed_deliveries.lines(
                session,
                me,
                search=search,
                states=states,
                limit=_PER_PAGE + 1,
                offset=(pagina - 1) * _PER_PAGE,
            )
        chosen = {"zoek": search, "stand": stand if states else ""}
        page = DeliveriesPage(
            mails=tuple(found[:_PER_PAGE]),
            search=search,
            state=chosen["stand"],
            states=tuple(_STATES),
            newer=_at(pagina - 1, chosen) if pagina > 1 else None,
            older=_at(pagina + 1, chosen) if len(found) > _PER_PAGE else None,
        )
        return pages.answer("deliveries.html", page, headers=signed.PRIVATE)

    @router.api_route("/beheer/verzending/{number:int}", methods=["GET", "HEAD"])
    def one(number: int, me: _Visitor, gedaan: bool = False) -> Response:  # noqa: FBT001, FBT002 - a parameter of the address
        mail = read(number, me)
        return answer(DeliveryPage(mail.subject, mail, done=gedaan))

    @router.post("/beheer/verzending/{number:int}")
    def settle(
        number: int,
        me: _Visitor,
        wat: Annotated[str, Form()] = "",
        waarom: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
    ) -> Response:
        mail = read(number, me)
        try:
            with app.database.session() as session:
                managed_deliveries.settle(
                    session,
                    number,
                    _settling(wat),
                    visitor=me,
                    why=signed.tidy(waarom, _WHY_LIMIT, "de reden", "waarom"),
                    version=versie,
                    now=app.clock.now(),
                    today=app.clock.today(),
                )
        except InvalidInputError as fault:
            return answer(DeliveryPage(mail.subject, mail, waarom, Refused.by(fault)))
        address = f"/beheer/verzending/{number}?gedaan=true"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def read(number: int, me: Visitor) -> ManagedMail:
        if number > _HIGHEST:
            raise NotFoundError("Deze mail bestaat niet of is opgeruimd.")
        with app.database.read() as session:
            return managed_deliveries.mail(session, me, number, app.clock.today())

    def answer(page: DeliveryPage) -> Response:
        return pages.answer("delivery.html", page, headers=signed.PRIVATE)

    return router


# By their word: two states that read the same are one choice.
_STATES = {
    text: tuple(one for one in DeliveryState if word(one) == text)
    for text in dict.fromkeys(word(one) for one in DeliveryState)
}


def _settling(text: str) -> Settling:
    try:
        return Settling(text)
    except ValueError:
        raise InvalidInputError("Kies een van de knoppen onder de mail.") from None


def _at(number: int, chosen: dict[str, str]) -> str:
    """Return the address of a page of the list."""
    kept = {name: value for name, value in chosen.items() if value}
    return "/beheer/verzendingen?" + urlencode({"pagina": number, **kept})
