"""The mailbox: the mails of a service that sends none, to try it out on one machine."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import HTMLResponse

from campagne.bootstrap import App
from campagne.domain.delivery import DeliveryState
from campagne.domain.words import word
from campagne.errors import NotFoundError
from campagne.services.outbox import mailbox
from campagne.services.outbox.mailbox import MailLine, MailView
from campagne.web.pages.rendering import Pages, shows_mailbox
from campagne.web.security import FRAMING_POLICY, MAIL_POLICY

_PER_PAGE = 25
_HIGHEST = 2**31 - 1  # of an id; a database answers a larger number with an error
_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3
_PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex"}

# What proxies add to a request.
_PASSED_ON = frozenset({"forwarded", "via", "x-forwarded-for", "x-real-ip"})


@dataclass(frozen=True, slots=True)
class MailboxPage:
    """A page of the list; `newer` and `older` lead to its neighbours, None where there is none.

    Attributes:
        recipient: what is looked for in the address; empty for all mails.
    """

    title: str
    mails: tuple[tuple[MailLine, str], ...]
    recipient: str
    newer: str | None
    older: str | None
    section: str = "postvak"


@dataclass(frozen=True, slots=True)
class MailPage:
    """One mail."""

    title: str
    mail: MailView
    state: str
    section: str = "postvak"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/postvak``, ``/postvak/{id}`` and ``/postvak/{id}/html``.

    None at all where other machines could read along, or where the mail really goes out.
    """
    router = APIRouter(dependencies=[Depends(_asked_here)])
    if not shows_mailbox(app):
        return router

    @router.api_route("/postvak", methods=["GET", "HEAD"])
    def listed(pagina: int = 1, aan: str = "") -> Response:
        if not 1 <= pagina <= _HIGHEST // _PER_PAGE:
            raise NotFoundError("Deze pagina van het postvak bestaat niet.")
        recipient = aan.strip()[:_LONGEST_ADDRESS].replace("\0", "")
        offset = (pagina - 1) * _PER_PAGE
        with app.database.read() as session:
            found = mailbox.lines(session, limit=_PER_PAGE + 1, offset=offset, recipient=recipient)
        page = MailboxPage(
            title="Postvak",
            mails=tuple((one, _state(one.state)) for one in found[:_PER_PAGE]),
            recipient=recipient,
            newer=_at(pagina - 1, recipient) if pagina > 1 else None,
            older=_at(pagina + 1, recipient) if len(found) > _PER_PAGE else None,
        )
        return pages.answer("mailbox.html", page, headers=_PRIVATE)

    @router.api_route("/postvak/{number:int}", methods=["GET", "HEAD"])
    def one_mail(number: int) -> Response:
        mail = read(number)
        return pages.answer(
            "mail.html",
            MailPage(mail.subject, mail, _state(mail.state)),
            headers={**_PRIVATE, "content-security-policy": FRAMING_POLICY},
        )

    @router.api_route("/postvak/{number:int}/html", methods=["GET", "HEAD"])
    def html_of_mail(number: int) -> Response:
        mail = read(number)
        if not mail.html:
            raise NotFoundError("Deze mail heeft alleen tekst.")
        headers = {
            **_PRIVATE,
            "content-security-policy": MAIL_POLICY,
            "x-frame-options": "SAMEORIGIN",
        }
        # Links of a mail open beside it: the pages of the service cannot be shown in a frame.
        return HTMLResponse(
            mail.html.replace("<head>", '<head><base target="_blank">', 1), headers=headers
        )

    def read(number: int) -> MailView:
        if number > _HIGHEST:
            raise NotFoundError("Deze mail bestaat niet of is opgeruimd.")
        with app.database.read() as session:
            return mailbox.mail(session, number)

    return router


def _state(state: DeliveryState) -> str:
    """Return the word for a state: here a mail goes nowhere, it is only written."""
    return "geschreven" if state is DeliveryState.ACCEPTED else word(state)


def _at(number: int, recipient: str) -> str:
    """Return the address of a page of the list."""
    chosen = {"pagina": number} | ({"aan": recipient} if recipient else {})
    return "/postvak?" + urlencode(chosen)


def _asked_here(request: Request) -> None:
    """Refuse what a proxy passed on, also one that the settings do not know of."""
    if not _PASSED_ON.isdisjoint(request.headers):
        raise NotFoundError("Het postvak is alleen te lezen op de computer waar de dienst draait.")
