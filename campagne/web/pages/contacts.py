"""The people of the gemeenten that I manage, and a table that changes many of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain import contact_list, spreadsheet
from campagne.domain.playbook import Role
from campagne.domain.rights import Visitor
from campagne.errors import Fault, InvalidInputError, NotFoundError
from campagne.services.people import contact_overview, managed_contacts
from campagne.services.people.contact_overview import Overview
from campagne.services.people.managed_contacts import TakenIn
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

WHY_LIMIT = 500
# The column, the role, and what one in it does for some gemeenten.
WORK = tuple(
    (f"{role}_voor", role.capitalize(), contact_list.LABELS[f"{role}_voor"]) for role in Role
)
TABLE_LIMIT = 200 * 1024
_MANY = 9999
_PER_PAGE = 50
_SEARCH_LIMIT = 200
WAITING = "wacht"

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the list is narrowed to, as it was typed; these are the parameters of the address."""

    zoek: Annotated[str, Query()] = ""
    toon: Annotated[str, Query()] = ""


_ALL = Chosen()


@dataclass(frozen=True, slots=True)
class ContactsPage:
    """The people, and what a table that was sent changes.

    Attributes:
        chosen: what they were narrowed to.
        newer / older: addresses of the neighbours of this page; None where there is none.
        content: the table that was sent, to be sent again with the button.
        found: what it changes; None before one was sent.
        saved: how many people were just changed.
    """

    shown: Overview
    chosen: Chosen
    newer: str | None = None
    older: str | None = None
    content: str = ""
    why: str = ""
    found: TakenIn | None = None
    refused: Refused = NOT_REFUSED
    saved: int = 0
    why_limit: int = WHY_LIMIT
    title: str = "Contactpersonen"
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/beheer/contacten`` and ``/beheer/contacten.csv``."""
    router = APIRouter()

    @router.api_route("/beheer/contacten", methods=["GET", "HEAD"])
    def contacts(
        me: _Visitor,
        chosen: Annotated[Chosen, Depends()],
        pagina: int = 1,
        opgeslagen: int = 0,
    ) -> Response:
        return answer(replace(look(me, chosen, pagina), saved=max(0, min(opgeslagen, _MANY))))

    @router.api_route("/beheer/contacten.csv", methods=["GET", "HEAD"])
    def export(me: _Visitor) -> Response:
        with app.database.read() as session:
            rows = [tuple(one.values()) for one in contact_overview.table(session, me)]
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
            return answer(replace(look(me), content=text, why=waarom, refused=Refused.by(fault)))
        if not opslaan or found.faults or not found.changes:
            # About a line of the file, whichever column it is: no field of the page.
            refused = Refused.of(Fault(one) for one in found.faults)
            page = replace(look(me), content=text, why=waarom, found=found)
            return answer(replace(page, refused=refused))
        address = f"/beheer/contacten?opgeslagen={len(found.changes)}"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def look(me: Visitor, chosen: Chosen = _ALL, number: int = 1) -> ContactsPage:
        if not 1 <= number <= _MANY:
            raise NotFoundError("Deze pagina van de lijst bestaat niet.")
        with app.database.read() as session:
            shown = contact_overview.overview(
                session,
                me,
                search=chosen.zoek[:_SEARCH_LIMIT],
                only_waiting=chosen.toon == WAITING,
                limit=_PER_PAGE,
                offset=(number - 1) * _PER_PAGE,
            )
        return ContactsPage(
            shown,
            chosen,
            newer=_at(chosen, number - 1) if number > 1 else None,
            older=_at(chosen, number + 1) if shown.total > number * _PER_PAGE else None,
        )

    def answer(page: ContactsPage) -> Response:
        return pages.answer("contacts.html", page, headers=signed.PRIVATE)

    return router


def _at(chosen: Chosen, number: int) -> str:
    """Return the address of a page of the list."""
    kept = {"zoek": chosen.zoek, "toon": chosen.toon}
    query = {name: value for name, value in kept.items() if value} | {"pagina": str(number)}
    return f"/beheer/contacten?{urlencode(query)}"


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    if len(content) > TABLE_LIMIT:
        raise InvalidInputError(
            f"Het bestand is groter dan {TABLE_LIMIT // 1024} kB. Haal de regels weg van wie niet"
            " wijzigt: die mensen blijven zoals ze zijn.",
            "bestand",
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
            why=signed.tidy(why, WHY_LIMIT, "de reden", "waarom"),
            version=version,
            now=app.clock.now(),
            today=app.clock.today(),
        )
        if version is None:
            session.rollback()
    return found
