"""Everything that is stored about me, to read and to take along, and asking to be wiped."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.errors import Fault, InvalidInputError
from campagne.services import scope
from campagne.services.people import erasure, my_data
from campagne.services.people.my_data import Part
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_SAID = {
    "ja": "Je verzoek is doorgegeven. De beheerder heeft een mail gekregen.",
    "niemand": "Je verzoek is opgeslagen. Er is geen beheerder bekend: bel je centrumgemeente.",
    "nee": "Je verzoek is ingetrokken.",
}

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class MyDataPage:
    """What is stored about me.

    Attributes:
        asked_at: when I asked to be wiped; None when I did not.
        managers: names of who can do that.
        refused: why nothing was stored.
    """

    parts: tuple[Part, ...]
    asked_at: datetime | None
    managers: tuple[str, ...]
    refused: Refused = NOT_REFUSED
    said: str = ""
    title: str = "Wat er over jou staat"
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/mijn/gegevens`` and ``/mijn/gegevens.json``."""
    router = APIRouter()

    def answer(me: Visitor, *, refused: Refused = NOT_REFUSED, said: str = "") -> Response:
        with app.database.read() as session:
            page = MyDataPage(
                tuple(my_data.everything(session, me.contact.key)),
                erasure.waiting(session).get(me.contact.key),
                tuple(one.name for one in scope.managers(session, me.contact)),
                refused,
                said,
            )
        return pages.answer("my_data.html", page, headers=signed.PRIVATE)

    @router.api_route("/mijn/gegevens", methods=["GET", "HEAD"])
    def show(me: _Visitor, gevraagd: str = "") -> Response:
        return answer(me, said=_SAID.get(gevraagd, ""))

    @router.api_route("/mijn/gegevens.json", methods=["GET", "HEAD"])
    def take_along(me: _Visitor) -> Response:
        with app.database.read() as session:
            found = my_data.as_json(my_data.everything(session, me.contact.key))
        text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
        return signed.file("mijn-gegevens.json", text.encode(), "application/json")

    @router.post("/mijn/gegevens")
    def ask(me: _Visitor, wat: Annotated[str, Form()] = "") -> Response:
        said = "nee"
        try:
            with app.database.session() as session:
                if wat == "wissen":
                    told = erasure.ask(
                        session,
                        me.contact.key,
                        mails=app.mails,
                        links=app.links,
                        now=app.clock.now(),
                    )
                    said = "ja" if told else "niemand"
                elif wat == "intrekken":
                    erasure.withdraw(session, me.contact.key)
                else:
                    fault = Fault("Kies een van de knoppen op de pagina.")
                    return answer(me, refused=Refused.of([fault]))
        except InvalidInputError as error:
            return answer(me, refused=Refused.by(error))
        address = f"/mijn/gegevens?gevraagd={said}"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    return router
