"""Somebody new for the gemeenten that I manage: what is filled in is shown first, then stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain import contact_list
from campagne.domain.rights import Visitor
from campagne.errors import Fault, InvalidInputError
from campagne.services.people import managed_contacts
from campagne.services.people.managed_contacts import TakenIn
from campagne.web.access import visitor
from campagne.web.pages import contacts, signed
from campagne.web.pages.contact import of_form
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the form, as it was typed; `work` has gemeenten by column of the table."""

    name: str = ""
    email: str = ""
    phone: str = ""
    work: Mapping[str, list[str]] = field(
        default_factory=lambda: {column: [] for column, _, _ in contacts.WORK}
    )
    why: str = ""

    def cells(self, key: str) -> dict[str, str]:
        """Return it as a row of the table of contacts."""
        return {
            "sleutel": key,
            "naam": self.name,
            "email": self.email.strip(),
            "telefoon": self.phone,
            **{column: ", ".join(places) for column, places in self.work.items()},
        }


@dataclass(frozen=True, slots=True)
class NewContactPage:
    """The form for somebody new.

    Attributes:
        places: names of the gemeenten that I manage, by key.
        found: what the form does; None before it was sent.
    """

    places: Mapping[str, str]
    fields: Fields = field(default_factory=Fields)
    found: TakenIn | None = None
    refused: Refused = NOT_REFUSED
    roles: tuple[tuple[str, str, str], ...] = contacts.WORK
    why_limit: int = contacts.WHY_LIMIT
    title: str = "Contactpersoon toevoegen"
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/beheer/contact/nieuw``; it goes before that of one contact."""
    router = APIRouter()

    @router.api_route("/beheer/contact/nieuw", methods=["GET", "HEAD"])
    def form(me: _Visitor) -> Response:
        return answer(NewContactPage(places(me)))

    @router.post("/beheer/contact/nieuw")
    def add(
        me: _Visitor,
        typed: Annotated[Fields, Depends(_fields)],
        versie: Annotated[str, Form()] = "",
        opslaan: Annotated[str, Form()] = "",
    ) -> Response:
        page = NewContactPage(places(me), typed)
        with app.database.read() as session:
            # Made anew each time: somebody else may have been added under it meanwhile.
            key = contact_list.key_for(typed.name, {*managed_contacts.keys(session), "nieuw"})
        if not key:
            fault = Fault("Vul een naam in, met letters.", "naam")
            return answer(replace(page, refused=Refused.of([fault])))
        cells = typed.cells(key)
        try:
            rows = [(1, list(cells)), (2, list(cells.values()))]
            found = contacts.change(
                app, rows, me=me, why=typed.why, version=versie if opslaan else None
            )
        except InvalidInputError as error:
            return answer(replace(page, refused=Refused.by(error)))
        if not opslaan or found.faults:
            return answer(replace(page, found=found, refused=Refused.of(of_form(found))))
        address = f"/beheer/contact/{key}?gedaan=nieuw"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def places(me: Visitor) -> Mapping[str, str]:
        with app.database.read() as session:
            return managed_contacts.places(session, me)

    def answer(page: NewContactPage) -> Response:
        return pages.answer("new_contact.html", page, headers=signed.PRIVATE)

    return router


async def _fields(request: Request) -> Fields:
    form = await request.form()
    text = {name: str(form.get(name, "")) for name in ("naam", "email", "telefoon", "waarom")}
    work = {
        column: [str(place) for place in form.getlist(column) if place]
        for column, _, _ in contacts.WORK
    }
    return Fields(text["naam"], text["email"], text["telefoon"], work, text["waarom"])
