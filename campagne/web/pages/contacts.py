"""The people of the gemeenten that I manage, and a table that changes many of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain import contact_list, spreadsheet
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError
from campagne.services.people import managed_contacts
from campagne.services.people.managed_contacts import Person, TakenIn
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.rendering import Pages

WHY_LIMIT = 500
TABLE_LIMIT = 200 * 1024
_MANY = 9999

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class ContactsPage:
    """The people, and what a table that was sent changes.

    Attributes:
        content: the table that was sent, to be sent again with the button.
        found: what it changes; None before one was sent.
        saved: how many people were just changed.
    """

    people: tuple[Person, ...]
    content: str = ""
    why: str = ""
    found: TakenIn | None = None
    fault: str = ""
    saved: int = 0
    why_limit: int = WHY_LIMIT
    title: str = "Contactpersonen"
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/beheer/contacten`` and ``/beheer/contacten.csv``."""
    router = APIRouter()

    @router.api_route("/beheer/contacten", methods=["GET", "HEAD"])
    def contacts(me: _Visitor, opgeslagen: int = 0) -> Response:
        return answer(ContactsPage(everyone(me), saved=max(0, min(opgeslagen, _MANY))))

    @router.api_route("/beheer/contacten.csv", methods=["GET", "HEAD"])
    def export(me: _Visitor) -> Response:
        rows = (tuple(one.cells.values()) for one in everyone(me))
        table = spreadsheet.write(contact_list.COLUMNS, rows)
        return signed.csv_file("contactpersonen.csv", table)

    @router.post("/beheer/contacten")
    def take_in(  # noqa: PLR0917 - the fields of the form
        me: _Visitor,
        bestand: Annotated[UploadFile | None, File()] = None,
        inhoud: Annotated[str, Form()] = "",
        waarom: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
        opslaan: Annotated[str, Form()] = "",
    ) -> Response:
        content = bestand.file.read() if bestand is not None else inhoud.encode()
        text = spreadsheet.decode(content)
        try:
            rows = _rows(content)
            found = change(app, rows, me=me, why=waarom, version=versie if opslaan else None)
        except InvalidInputError as fault:
            return answer(ContactsPage(everyone(me), text, waarom, fault=str(fault)))
        if not opslaan or found.faults or not found.changes:
            return answer(ContactsPage(everyone(me), text, waarom, found))
        address = f"/beheer/contacten?opgeslagen={len(found.changes)}"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def everyone(me: Visitor) -> tuple[Person, ...]:
        with app.database.read() as session:
            return tuple(managed_contacts.people(session, me))

    def answer(page: ContactsPage) -> Response:
        wrong = page.fault or (page.found is not None and page.found.faults)
        status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
        return pages.answer("contacts.html", page, status=status, headers=signed.PRIVATE)

    return router


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    if len(content) > TABLE_LIMIT:
        raise InvalidInputError(
            f"Het bestand is groter dan {TABLE_LIMIT // 1024} kB. Haal de regels weg van wie niet"
            " wijzigt: die mensen blijven zoals ze zijn."
        )
    return spreadsheet.read(content)


def change(
    app: App,
    rows: Sequence[tuple[int, Sequence[str]]],
    *,
    me: Visitor,
    why: str,
    version: str | None,
) -> TakenIn:
    """Change people by a table, or only look what that does; see `managed_contacts.take_in`.

    Args:
        app: the wired service.
        rows: the table.
        me: who sends it.
        why: as it was typed.
        version: of what was shown; None to only look.
    """
    with app.database.session() as session:
        found = managed_contacts.take_in(
            session,
            rows,
            visitor=me,
            why=signed.tidy(why, WHY_LIMIT, "de reden"),
            version=version,
            now=app.clock.now(),
            today=app.clock.today(),
        )
        if version is None:
            session.rollback()
    return found
