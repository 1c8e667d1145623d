"""The page on which I make, make anew and withdraw the address of my own calendar feed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.errors import Fault, InvalidInputError
from campagne.services.publishing import my_calendar, personal_feeds
from campagne.services.publishing.feed_content import PERSONAL
from campagne.services.publishing.feed_options import read_options
from campagne.web.access import visitor
from campagne.web.calendar_links import CalendarLinks, calendar_links
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages
from campagne.web.security import LOOPBACK_NAMES

_NAME = "Mijn agenda"
_SAID = {"ja": "Je agendalink is ingetrokken. Agenda's die hem gebruiken, worden vanzelf leeg."}

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class MyCalendarPage:
    """My calendar feed.

    Attributes:
        made_at: when it was made, aware UTC; None when I have none.
        links: its addresses, once: only when it was just made.
        local_only: True where no other machine can reach the address.
        said: what became of the form before, empty for none.
        refused: why nothing was stored.
    """

    made_at: datetime | None
    local_only: bool
    links: CalendarLinks | None = None
    said: str = ""
    refused: Refused = NOT_REFUSED
    title: str = "Mijn agenda"
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/mijn/agenda``: GET shows, only POST changes."""
    router = APIRouter()
    base_url = app.settings.base_url
    local_only = urlsplit(base_url).hostname in LOOPBACK_NAMES

    def answer(
        me: Visitor, *, links: CalendarLinks | None = None, said: str = "", fault: str = ""
    ) -> Response:
        refused = Refused.of([Fault(fault)] if fault else [])
        with app.database.read() as session:
            made_at = personal_feeds.made_at(session, me.contact.key)
        page = MyCalendarPage(made_at, local_only, links, said, refused)
        return pages.answer("my_calendar.html", page, headers=signed.PRIVATE)

    @router.api_route("/mijn/agenda", methods=["GET", "HEAD"])
    def show(me: _Visitor, ingetrokken: str = "") -> Response:
        return answer(me, said=_SAID.get(ingetrokken, ""))

    @router.post("/mijn/agenda")
    def change(  # noqa: PLR0917 - the fields of the form
        me: _Visitor,
        wat: Annotated[str, Form()] = "",
        toon: Annotated[str, Form()] = "alles",
        melding: Annotated[str, Form()] = "nee",
        terug: Annotated[str, Form()] = "1",
        vooruit: Annotated[str, Form()] = "alles",
    ) -> Response:
        now = app.clock.now()
        chosen = {"toon": toon, "melding": melding, "terug": terug, "vooruit": vooruit}
        try:
            options = read_options(urlencode(chosen))
        except InvalidInputError:
            return answer(me, fault="Kies een van de mogelijkheden op de pagina.")
        if wat == "maak":
            with app.database.session() as session:
                token = my_calendar.make(session, me.contact.key, now=now)
            # Shown in the answer itself: an address to be sent on to would stand in a history.
            https = f"{base_url}/feeds/{PERSONAL}/{token}.ics{options.query}"
            return answer(me, links=calendar_links(https, _NAME))
        if wat == "trek-in":
            with app.database.session() as session:
                personal_feeds.withdraw(session, me.contact.key, now=now)
            address = "/mijn/agenda?ingetrokken=ja"
            return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)
        return answer(me, fault="Kies een van de knoppen op de pagina.")

    return router
