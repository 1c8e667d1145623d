"""One person of the gemeenten that I manage: to change, to send mail again, to let in again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain import contact_list
from campagne.domain.rights import Visitor
from campagne.errors import Fault, InvalidInputError
from campagne.services.audit import AuditLine
from campagne.services.people import contact_overview, managed_contacts
from campagne.services.people.contact_overview import Person
from campagne.services.people.managed_contacts import TakenIn
from campagne.web.access import visitor
from campagne.web.pages import contacts, signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_LINES = ("naam", "email", "telefoon")
_SAID = {
    "wijzig": "De wijziging is opgeslagen. De herinneringen zijn bijgewerkt.",
    "nieuw": "Toegevoegd. De herinneringen zijn bijgewerkt.",
    "resume": "Dit adres krijgt weer mail. De herinneringen zijn opnieuw gepland.",
    "wis": "De gegevens zijn gewist. De herinneringen zijn bijgewerkt.",
    "reset": "Deze persoon is overal uitgelogd, en begint bij het inloggen opnieuw.",
}
# What the ids of the forms end in, but for the one that changes something.
_FORMS = {"resume": "mail", "wis": "wis", "reset": "code"}
_SOMEBODY_WAS_FIRST = (
    "Iemand anders heeft deze gegevens intussen gewijzigd. Er is nog niets gedaan. Kijk wat er nu"
    " staat en verstuur het formulier dan opnieuw, als het nog nodig is."
)
_LINE = "Regel 2: "  # in the table that the form stands for

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class ContactPage:
    """One person, with what can be done.

    Attributes:
        cells: what stands in the form, by column of the table.
        places: names of the gemeenten that I manage, by key.
        found: what the form changes; None before it was sent.
        others: what somebody else changed meanwhile: column, what is there now, what was typed.
        said: what was just done; empty for nothing.
    """

    person: Person
    history: tuple[AuditLine, ...]
    title: str
    cells: Mapping[str, str]
    places: Mapping[str, str]
    why: str = ""
    found: TakenIn | None = None
    refused: Refused = NOT_REFUSED
    others: tuple[tuple[str, str, str], ...] = ()
    said: str = ""
    why_limit: int = contacts.WHY_LIMIT
    lines: tuple[tuple[str, str], ...] = tuple((one, contact_list.LABELS[one]) for one in _LINES)
    roles: tuple[tuple[str, str, str], ...] = contacts.WORK
    section: str = "mijn"

    @property
    def work(self) -> Mapping[str, list[str]]:
        """For which gemeenten they work, by column."""
        return {name: self.cells[name].split(", ") for name, _, _ in self.roles}


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/beheer/contact/{key}``."""
    router = APIRouter()

    @router.api_route("/beheer/contact/{key}", methods=["GET", "HEAD"])
    def one(key: str, me: _Visitor, gedaan: str = "") -> Response:
        return answer(replace(read(key, me), said=_SAID.get(gedaan, "")))

    @router.post("/beheer/contact/{key}")
    def act(  # noqa: PLR0917 - the fields of the form
        key: str,
        me: _Visitor,
        fields: Annotated[Mapping[str, str], Depends(_fields)],
        wat: Annotated[str, Form()] = "",
        waarom: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
        gelezen: Annotated[str, Form()] = "",
        opslaan: Annotated[str, Form()] = "",
        zeker: Annotated[str, Form()] = "",
    ) -> Response:
        page = read(key, me)
        page = replace(page, cells={**page.cells, **_named(fields, page.places)}, why=waarom)
        form = _FORMS.get(wat, "")
        if gelezen and gelezen != page.person.version:
            refused = Refused.of([Fault(_SOMEBODY_WAS_FIRST)], form)
            return answer(replace(page, refused=refused, others=_differing(page)))
        try:
            if wat == "wijzig":
                rows = [(1, list(page.cells)), (2, list(page.cells.values()))]
                found = contacts.change(
                    app, rows, me=me, why=waarom, version=versie if opslaan else None
                )
                if not opslaan or found.faults or not found.changes:
                    return answer(replace(page, found=found, refused=Refused.of(of_form(found))))
            else:
                _help_on(app, key, me=me, what=wat, why=waarom, is_sure=zeker == "ja")
        except InvalidInputError as fault:
            return answer(replace(page, refused=Refused.by(fault, form)))
        address = f"/beheer/contact/{key}?gedaan={wat}"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def read(key: str, me: Visitor) -> ContactPage:
        with app.database.read() as session:
            person, history = contact_overview.person(session, me, key)
            places = managed_contacts.places(session, me)
        return ContactPage(person, history, person.cells["naam"], person.cells, places)

    def answer(page: ContactPage) -> Response:
        return pages.answer("contact.html", page, headers=signed.PRIVATE)

    return router


def _help_on(app: App, key: str, *, me: Visitor, what: str, why: str, is_sure: bool) -> None:
    if what == "wis" and not is_sure:
        raise InvalidInputError(
            "Wissen kan niet ongedaan worden gemaakt. Vink aan dat je het zeker weet.", "zeker"
        )
    reason = signed.tidy(why, contacts.WHY_LIMIT, "de reden", "waarom")
    now, today = app.clock.now(), app.clock.today()
    with app.database.session() as session:
        if what == "resume":
            managed_contacts.resume(session, key, visitor=me, why=reason, now=now, today=today)
        elif what == "reset":
            managed_contacts.reset_code(session, key, visitor=me, why=reason, now=now)
        elif what == "wis":
            managed_contacts.wipe(session, key, visitor=me, why=reason, now=now, today=today)
        else:
            raise InvalidInputError("Kies een van de knoppen op de pagina.")


async def _fields(request: Request) -> Mapping[str, str]:
    """Return the columns of the table that a form gives; the key is in the address."""
    form = await request.form()
    return {
        name: ", ".join(text for one in form.getlist(name) if (text := str(one).strip()))
        for name in contact_list.COLUMNS
        if name in form and name != "sleutel"
    }


def _named(fields: Mapping[str, str], places: Mapping[str, str]) -> dict[str, str]:
    """Return the columns with gemeenten by their names, as a table has them."""
    work = {name for name, _, _ in contacts.WORK}
    return {
        name: ", ".join(sorted(places.get(one.strip(), one.strip()) for one in text.split(",")))
        if name in work
        else text
        for name, text in fields.items()
    }


def of_form(found: TakenIn) -> Iterator[Fault]:
    """Yield what is wrong without the lines and columns of a table, which nobody sees here."""
    for one in found.faults:
        sentence = one.removeprefix(_LINE)
        for column, label in contact_list.LABELS.items():
            sentence = sentence.replace(f"'{column}'", f"'{label}'")
        yield Fault(f"{sentence[:1].upper()}{sentence[1:]}", one.field)


def _differing(page: ContactPage) -> tuple[tuple[str, str, str], ...]:
    now = page.person.cells
    return tuple(
        (label, now[name], page.cells[name])
        for name, label in contact_list.LABELS.items()
        if now[name] != page.cells[name]
    )
