"""Every refusal and fault as a Dutch page, or as one line of text for who reads no HTML."""

import logging
import re
import secrets
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from campagne.documents.pressing import DocumentError, MissingPackagesError
from campagne.errors import (
    CampagneError,
    InvalidInputError,
    LogInRefusedError,
    NotFoundError,
    ProviderAwayError,
)
from campagne.services.publishing.feed_content import PERSONAL
from campagne.store.database import DatabaseUnavailableError
from campagne.web.access import ACCESS, LogInFirstError
from campagne.web.pages.login import ask_first
from campagne.web.pages.rendering import Pages

log = logging.getLogger("campagne.web")
# Apart, since a stranger can cause as many as he likes: see `server.shorten_log`.
refusals = logging.getLogger("campagne.web.refusals")

_TITLES = {
    400: "Dit klopt niet",
    403: "Dit mag niet",
    404: "Niet gevonden",
    405: "Dat kan hier niet",
    410: "Dit is er niet meer",
    413: "Te groot",
    414: "Te lang",
    501: "Dat kan hier niet",
    503: "Even niet bereikbaar",
}
_SENTENCES = {
    404: "Deze pagina bestaat niet. Kijk of het adres klopt, of begin bij dit jaar.",
    405: "Deze pagina kun je alleen bekijken of met de knop versturen.",
}
_RETRY_SECONDS = "30"
_LONGEST_PLACE = 200
# What comes before a token in a path, wherever it stands and however it is written: an address with
# a slash too many, or with the folder of a proxy before it, opens nothing here, yet names a token.
# Where a mail gateway encoded it once more, or again and again, a separator is still one in code.
_WITH_TOKEN = {one.partition("{token}")[0].strip("/") for one in ACCESS if "{token}" in one}
_SEPARATOR = r"(?:[/\\]|%(?:25)*(?:2f|5c))"
_TOKEN = re.compile(
    rf"((?:^|{_SEPARATOR})(?:{'|'.join(sorted(_WITH_TOKEN | {PERSONAL}))}){_SEPARATOR}+).+",
    re.IGNORECASE | re.DOTALL,
)

_LATER = {"retry-after": _RETRY_SECONDS}
# What a person can mend, or wait for; their own sentence tells how.
_STATUS: dict[type[CampagneError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    InvalidInputError: HTTPStatus.BAD_REQUEST,
    LogInRefusedError: HTTPStatus.FORBIDDEN,
    MissingPackagesError: HTTPStatus.NOT_IMPLEMENTED,
    DocumentError: HTTPStatus.SERVICE_UNAVAILABLE,
    ProviderAwayError: HTTPStatus.SERVICE_UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class FaultPage:
    """What the page of a fault shows; `number` stands in the log too."""

    title: str
    sentence: str
    status: int
    number: str
    log_in_again: bool = False
    subscribe_again: bool = False
    section: str = ""


class Faults:
    """Makes the answers to what goes wrong, and hooks them into the application."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def answer(
        self, scope: Scope, status: int, sentence: str, headers: dict[str, str] | None = None
    ) -> Response:
        """Return a refusal in the form that the client reads, and log it under its number."""
        number = _number()
        refusals.info("refused %s: %s %s %s", number, status, scope["method"], _place(scope))
        return self._told(scope, status, sentence, number, headers)

    def _told(
        self,
        scope: Scope,
        status: int,
        sentence: str,
        number: str,
        headers: dict[str, str] | None = None,
    ) -> Response:
        every = {"cache-control": "no-store", **(headers or {})}
        of_feed = scope["path"].startswith("/feeds/")
        if not _reads_html(Headers(scope=scope), of_feed=of_feed):
            return PlainTextResponse(f"{sentence} (Nummer: {number})\n", status, every)
        again = status == HTTPStatus.NOT_FOUND and scope["path"].startswith("/inloggen/")
        title = "Deze link werkt niet" if again else _TITLES.get(status, "Er ging iets mis")
        page = FaultPage(title, sentence, status, number, again, of_feed)
        return self._pages.answer("fault.html", page, status=status, headers=every)

    def hook_into(self, api: FastAPI) -> None:
        """Answer the faults of every route."""
        api.add_exception_handler(CampagneError, self._campagne_error)
        api.add_exception_handler(LogInFirstError, self._log_in_first)
        api.add_exception_handler(HTTPException, self._http_error)
        api.add_exception_handler(RequestValidationError, self._validation_error)
        api.add_middleware(_CatchAll, faults=self)

    def unexpected(self, scope: Scope, error: Exception) -> Response:
        """Log a defect under a number and return a page with that number."""
        number = _number()
        log.error("fault %s at %s %s", number, scope["method"], _place(scope), exc_info=error)
        sentence = (
            "Dit ligt niet aan jou. Probeer het over een paar minuten opnieuw. Blijft het misgaan, "
            f"geef dan dit nummer door aan de beheerder: {number}."
        )
        return self._told(scope, 500, sentence, number)

    def _campagne_error(self, request: Request, error: Exception) -> Response:
        if isinstance(error, DatabaseUnavailableError):
            # The sentence of the error carries the words of the driver, which are not Dutch.
            number = _number()
            place = _place(request.scope)
            log.error("fault %s, database unavailable at %s: %s", number, place, error)
            sentence = "De gegevens zijn even niet bereikbaar. Probeer het zo opnieuw."
            return self._told(request.scope, 503, sentence, number, _LATER)
        for kind, status in _STATUS.items():
            if isinstance(error, kind):
                headers = _LATER if status == HTTPStatus.SERVICE_UNAVAILABLE else None
                return self.answer(request.scope, status, str(error), headers=headers)
        return self.unexpected(request.scope, error)

    def _log_in_first(self, request: Request, _error: Exception) -> Response:
        if request.method in {"GET", "HEAD"}:
            return ask_first(request.url.path)
        sentence = (
            "Je bent niet meer ingelogd, dus er is niets veranderd. Log in een nieuw tabblad in,"
            " ga hier terug naar de vorige pagina en verstuur het formulier nog een keer."
        )
        return self.answer(request.scope, 403, sentence)

    def _http_error(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        allowed = dict(getattr(error, "headers", None) or {})
        detail = error.detail if isinstance(error, HTTPException) and status == 413 else ""  # noqa: PLR2004 - Content Too Large
        return self.answer(request.scope, status, detail or _sentence(status), headers=allowed)

    def _validation_error(self, request: Request, _error: Exception) -> Response:
        sentence = (
            "Er ontbreekt iets, of er staat iets dat hier niet past. Ga terug en kies opnieuw."
        )
        return self.answer(request.scope, 400, sentence)


class _CatchAll:
    """Around the routes, within the framework's own handler, which would answer in English."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            await self._faults.unexpected(scope, error)(scope, receive, send)


def _number() -> str:
    return secrets.token_hex(4)


def _sentence(status: int) -> str:
    return _SENTENCES.get(status, "Dit verzoek kan de dienst niet verwerken. Begin opnieuw.")


def _place(scope: Scope) -> str:
    """Return the path for the log on one line, without the token that a path may carry."""
    shown = _TOKEN.sub(r"\1...", str(scope["path"]))[:_LONGEST_PLACE]
    # Whoever asks chooses it: a line end in it would make a line of the log that is not ours.
    return shown if shown.isprintable() else repr(shown)


def _reads_html(headers: Headers, *, of_feed: bool) -> bool:
    accept = headers.get("accept", "*/*")
    if of_feed:  # a calendar reads anything, or does not say what; a browser asks for HTML
        return "text/html" in accept
    return any(kind in accept for kind in ("text/html", "application/xhtml+xml", "*/*"))
