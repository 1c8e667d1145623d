"""The log of changes: who did what in the gemeenten that I manage, and why."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response

from campagne.bootstrap import App
from campagne.clock import AMSTERDAM
from campagne.domain import spreadsheet
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import managed_log
from campagne.services.managed_log import Filter, LogLine
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_PER_PAGE = 50
_HIGHEST = 10**6
_WHO_LIMIT = 200
_HEADER = ("wanneer", "wie", "wat", "soort", "waarvan", "sleutel", "wijziging", "waarom")
_YEARS = range(2000, 2101)  # outside these a day is a mistake, and far outside it is no instant

_ADDRESSES = {
    "edition": "/beheer/editie/{key}",
    "contact": "/beheer/contact/{key}",
    "delivery": "/beheer/verzending/{key}",
    "step": "/beheer/draaiboek/{key}",
    "mail_text": "/beheer/mailtekst/{key}",
    "municipality": "/mijn/gemeente?gemeente={key}",
    "region": "/regio/{key}/{year}",
    "broadcast": "/beheer/regiobericht/{key}",
    "rota_entry": "/rooster/{region}/{year}",
}
# The key of a year of a rota: duin-en-bollenstreek-2027, and with -2 where there are two.
_YEAR_OF_ROTA = re.compile(r"(?P<region>.+?)-(?P<year>\d{4})(-\d+)?")

_Visitor = Annotated[Visitor, Depends(visitor)]


def address_of(kind: str, key: str, year: int) -> str:
    """Return the page of what was changed.

    Args:
        kind: one of `managed_log.KINDS`.
        key: of what was changed, as the log has it.
        year: in which that was; a region has a page for each.
    """
    of_rota = _YEAR_OF_ROTA.fullmatch(key) if kind == "rota_entry" else None
    return _ADDRESSES[kind].format(
        **{"key": key, "year": year, **(of_rota.groupdict() if of_rota else {})}
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stands in the form, as it was typed; these are the parameters of the address."""

    wie: Annotated[str, Query()] = ""
    wat: Annotated[str, Query()] = ""
    van: Annotated[str, Query()] = ""
    tot: Annotated[str, Query()] = ""


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log; `newer` and `older` lead to its neighbours, None where there is none.

    Attributes:
        export: address of the same as CSV.
    """

    lines: tuple[LogLine, ...]
    chosen: Chosen
    is_filtered: bool = True
    export: str = ""
    newer: str | None = None
    older: str | None = None
    refused: Refused = NOT_REFUSED
    address_of: Callable[[str, str, int], str] = address_of
    kinds: tuple[tuple[str, str], ...] = tuple(managed_log.KINDS.items())
    title: str = "Logboek"
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/beheer/logboek`` and ``/beheer/logboek.csv``."""
    router = APIRouter()

    @router.api_route("/beheer/logboek", methods=["GET", "HEAD"])
    def log(me: _Visitor, chosen: Annotated[Chosen, Depends()], pagina: int = 1) -> Response:
        if not 1 <= pagina <= _HIGHEST:
            raise NotFoundError("Deze pagina van het logboek bestaat niet.")
        try:
            wanted = _filter(chosen)
        except InvalidInputError as error:
            page = LogPage((), chosen, refused=Refused.by(error))
            return pages.answer("log.html", page, headers=signed.PRIVATE)
        with app.database.read() as session:
            found = managed_log.lines(
                session, me, wanted, limit=_PER_PAGE + 1, offset=(pagina - 1) * _PER_PAGE
            )
        page = LogPage(
            lines=tuple(found[:_PER_PAGE]),
            chosen=chosen,
            is_filtered=wanted != Filter(),
            export=_at("/beheer/logboek.csv", chosen),
            newer=_at("/beheer/logboek", chosen, pagina - 1) if pagina > 1 else None,
            older=_at("/beheer/logboek", chosen, pagina + 1) if len(found) > _PER_PAGE else None,
        )
        return pages.answer("log.html", page, headers=signed.PRIVATE)

    @router.api_route("/beheer/logboek.csv", methods=["GET", "HEAD"])
    def export(me: _Visitor, chosen: Annotated[Chosen, Depends()]) -> Response:
        with app.database.read() as session:
            found = managed_log.lines(session, me, _filter(chosen), limit=None)
        return signed.csv_file("logboek.csv", spreadsheet.write(_HEADER, map(_cells, found)))

    return router


def _filter(chosen: Chosen) -> Filter:
    """Read what was typed.

    Raises:
        InvalidInputError: when a day is none, or the name is longer than any.
    """
    first, last = _day(chosen.van, "van"), _day(chosen.tot, "tot")
    if first and last and last < first:
        raise InvalidInputError("De laatste dag ligt voor de eerste dag. Draai ze om.", "tot")
    return Filter(
        who=signed.tidy(chosen.wie, _WHO_LIMIT, "de naam", "wie"),
        kind=chosen.wat if chosen.wat in managed_log.KINDS else "",
        first=first,
        last=last,
    )


def _day(text: str, field: str) -> date | None:
    found = signed.one_day(text, field)
    if found is not None and found.year not in _YEARS:
        raise InvalidInputError(f"Kies een jaar van {_YEARS[0]} tot en met {_YEARS[-1]}.", field)
    return found


def _cells(line: LogLine) -> tuple[str, ...]:
    one = line.change
    changes = "; ".join(
        f"{name}: {was or 'leeg'} → {now or 'leeg'}" for name, was, now in one.changes
    )
    return (
        one.at.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M"),
        one.by,
        one.what,
        managed_log.KINDS[one.kind],
        line.of,
        one.key,
        changes,
        one.why,
    )


def _at(path: str, chosen: Chosen, number: int = 1) -> str:
    """Return the address of a page of the log."""
    kept = {"wie": chosen.wie, "wat": chosen.wat, "van": chosen.van, "tot": chosen.tot}
    page = {"pagina": str(number)} if number > 1 else {}
    query = urlencode({name: value for name, value in (kept | page).items() if value})
    return f"{path}?{query}" if query else path
