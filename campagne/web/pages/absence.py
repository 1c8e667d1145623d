"""The page on which I say when I am absent, and who stands in."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError
from campagne.services.people import my_absence
from campagne.services.people.my_absence import AbsencePage as Found
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_SAID = {
    "ja": "Opgeslagen. In die dagen gaat een kopie van je mails naar je vervanger.",
    "nee": "Je afwezigheid is gewist. Niemand vervangt je meer.",
}

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class AbsencePage:
    """My absence with its form; `refused` says why nothing was stored.

    Attributes:
        first / last / deputy: what stands in the form.
        said: what became of the form before, empty for none.
    """

    found: Found
    first: str
    last: str
    deputy: str
    refused: Refused = NOT_REFUSED
    said: str = ""
    title: str = "Als je afwezig bent"
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/mijn/afwezig``."""
    router = APIRouter()

    def read(me: Visitor) -> Found:
        with app.database.read() as session:
            return my_absence.page(session, me.contact.key, app.clock.today())

    def answer(page: AbsencePage) -> Response:
        return pages.answer("absence.html", page, headers=signed.PRIVATE)

    @router.api_route("/mijn/afwezig", methods=["GET", "HEAD"])
    def show(me: _Visitor, opgeslagen: str = "") -> Response:
        found = read(me)
        first, last = ("", "")
        if found.absence is not None:
            first, last = found.absence.first.isoformat(), found.absence.last.isoformat()
        said = _SAID.get(opgeslagen, "")
        return answer(AbsencePage(found, first, last, found.deputy_key, said=said))

    @router.post("/mijn/afwezig")
    def change(  # noqa: PLR0917 - the fields of the form
        me: _Visitor,
        eerste: Annotated[str, Form()] = "",
        laatste: Annotated[str, Form()] = "",
        vervanger: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
        wis: Annotated[str, Form()] = "",
    ) -> Response:
        now, today, mine = app.clock.now(), app.clock.today(), me.contact.key
        try:
            with app.database.session() as session:
                if wis:
                    my_absence.end(session, mine, version=versie, today=today, now=now)
                else:
                    absence = signed.days(eerste, laatste)
                    my_absence.store(
                        session, mine, absence, vervanger, version=versie, today=today, now=now
                    )
        except InvalidInputError as fault:
            return answer(
                AbsencePage(read(me), eerste, laatste, vervanger, refused=Refused.by(fault))
            )
        address = f"/mijn/afwezig?opgeslagen={'nee' if wis else 'ja'}"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    return router
