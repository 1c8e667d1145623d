"""Log in and out: ask for a link, press the button behind it, and leave again."""

import ipaddress
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.contacts import is_address
from campagne.errors import Fault
from campagne.services.entrance import login
from campagne.web.access import Door
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages, shows_mailbox

# Only to a page of one's own, never to another site.
_OWN_PAGE = re.compile(
    r"/(mijn|beheer|rooster|editie|teksten)(/[a-z0-9-]{1,80}){0,3}(\?gemeente=[a-z0-9-]{1,80})?"
)
_START = "/mijn"
_WHOLE_ADDRESS = "Schrijf je hele mailadres, zoals naam@gemeente.nl."
_DEVICE_LENGTH = 40
_SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


@dataclass(frozen=True, slots=True)
class AskPage:
    """The form that asks for a link.

    Attributes:
        then: the page to go to after the log-in, empty for the first one.
        address: what was typed before.
        refused: why no mail was sent.
        asked: True when a mail is on its way, if the address is known.
        folder: where the mails are while none leaves this machine, else empty.
        needed: True when somebody came from a page that needs a log-in.
        organisation: whose account one can log in with too, empty where that cannot be.
    """

    then: str = ""
    address: str = ""
    refused: Refused = NOT_REFUSED
    asked: bool = False
    folder: str = ""
    needed: bool = False
    organisation: str = ""
    title: str = "Inloggen"
    section: str = "inloggen"


@dataclass(frozen=True, slots=True)
class EnterPage:
    """The page behind a link, with the button that logs in."""

    token: str
    then: str
    name: str
    title: str = "Inloggen met je link"
    section: str = "inloggen"


def routes(app: App, pages: Pages, door: Door) -> APIRouter:
    """Return the routes ``/inloggen``, ``/inloggen/{token}`` and ``/uitloggen``."""
    router = APIRouter()
    organisation = app.settings.oidc_name if app.settings.oidc_issuer else ""
    tells_folder = shows_mailbox(app)

    @router.api_route("/inloggen", methods=["GET", "HEAD"])
    def form(naar: str = "") -> Response:
        page = AskPage(then=own_page(naar), needed=bool(naar), organisation=organisation)
        return pages.answer("login.html", page, headers=signed.PRIVATE)

    @router.post("/inloggen")
    def ask(
        request: Request, adres: Annotated[str, Form()] = "", naar: Annotated[str, Form()] = ""
    ) -> Response:
        address, then = adres.strip(), own_page(naar)
        if not is_address(address):
            page = AskPage(
                then,
                address[:254],
                refused=Refused.of([Fault(_WHOLE_ADDRESS, "adres")]),
                organisation=organisation,
            )
            return pages.answer("login.html", page, headers=signed.PRIVATE)
        client = one_client(request.client.host if request.client else "")
        app.login_mails.ask(address, client=client, then=then)
        folder = str(app.settings.data_dir / "postvak") if tells_folder else ""
        page = AskPage(then, address, asked=True, folder=folder)
        return pages.answer("login.html", page, headers=signed.PRIVATE)

    @router.api_route("/inloggen/{token}", methods=["GET", "HEAD"])
    def before(token: str, naar: str = "") -> Response:
        with app.database.read() as session:
            contact = login.peek(session, token, app.clock.now())
        page = EnterPage(token, own_page(naar), contact.name)
        return pages.answer("enter.html", page, headers=signed.PRIVATE)

    @router.post("/inloggen/{token}")
    def enter(request: Request, token: str, naar: Annotated[str, Form()] = "") -> Response:
        with app.database.session() as session:
            key = login.enter(
                session,
                token,
                device=device(request.headers.get("user-agent", "")),
                strong=not app.settings.second_factor,
                now=app.clock.now(),
            )
            login.leave(session, door.key(request))
        answer = to(own_page(naar) or _START)
        door.let_in(answer, key)
        return answer

    @router.post("/uitloggen")
    def leave(request: Request) -> Response:
        with app.database.session() as session:
            login.leave(session, door.key(request))
        answer = to("/inloggen")
        door.let_out(answer)
        # What the browser kept of pages that others may not see goes with it.
        answer.headers["clear-site-data"] = '"cache"'
        return answer

    return router


def one_client(host: str) -> str:
    """Return what the limits take for one client; of IPv6 everybody has a whole network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))  # noqa: PLR2004 - IPv4


def ask_first(path: str) -> RedirectResponse:
    """Return the way to the log-in for somebody who wanted to open a page of their own."""
    return to("/inloggen?" + urlencode({"naar": own_page(path) or _START}))


def to(address: str) -> RedirectResponse:
    """Send a browser on, after what it did."""
    return RedirectResponse(address, status_code=HTTPStatus.SEE_OTHER, headers=signed.PRIVATE)


def own_page(path: str) -> str:
    """Return a page of ours to go to after the log-in, empty where it is none."""
    return path if _OWN_PAGE.fullmatch(path) else ""


def device(user_agent: str) -> str:
    """Return what to call a device by, in a few words: its browser and its system."""
    browser = next((name for part, name in _BROWSERS if part in user_agent), "Browser")
    system = next((one for one in _SYSTEMS if one in user_agent), "")
    named = f"{browser} op {system.replace('Macintosh', 'Mac')}" if system else browser
    return named[:_DEVICE_LENGTH]
