"""Who may open which address: one table of every route, and the one door that they all pass.

A route that is not in the table is opened for nobody.
"""

from enum import StrEnum

from fastapi import Request, Response

from campagne.bootstrap import App
from campagne.domain.login import SESSION_LASTS
from campagne.domain.rights import Visitor
from campagne.services.entrance import login


class Access(StrEnum):
    """What opens an address: nothing, the token in it, or a log-in.

    GREETED is public too, and knows who is logged in: they see and do more there.
    """

    PUBLIC = "public"
    GREETED = "greeted"
    SIGNED = "signed"
    LOGGED_IN = "logged_in"


ACCESS = {
    "/": Access.PUBLIC,
    "/jaar/{year:int}": Access.PUBLIC,
    "/jaar/{year:int}/planner.pdf": Access.PUBLIC,
    "/jaar/{year:int}/planner.png": Access.PUBLIC,
    "/jaar/{year:int}/planner.svg": Access.PUBLIC,
    "/route": Access.PUBLIC,
    # Texts that are not for residents, nor released, are there for who is logged in, see
    # `domain.text_release`.
    "/editie/{key}": Access.GREETED,
    "/teksten/{edition}/{municipality}": Access.GREETED,
    "/teksten/{edition}/{municipality}/{name}": Access.GREETED,
    "/teksten/{edition}/{municipality}/beeld/{name}": Access.GREETED,
    # It holds all texts, also those that are not released.
    "/teksten/{edition}/{municipality}/toolkit.zip": Access.LOGGED_IN,
    # Who may release which, `services.publishing.text_releases` asks of `domain.rights`.
    "/teksten/{edition}/{municipality}/vrijgave": Access.LOGGED_IN,
    # Who may change which, `services.publishing.text_editor` asks there.
    "/teksten/{edition}/{municipality}/{kind}/wijzig": Access.LOGGED_IN,
    "/feeds/alles.atom": Access.PUBLIC,
    "/feeds/{kind}/{key}.atom": Access.PUBLIC,
    # Who may change what there, `services.rota_years` asks of `domain.rights`.
    "/rooster/{region}/{year:int}": Access.GREETED,
    "/rooster/{region}/{year:int}/voorstel": Access.LOGGED_IN,
    "/rooster/{region}/{year:int}/antwoord": Access.LOGGED_IN,
    "/abonneren": Access.PUBLIC,
    "/help": Access.PUBLIC,
    "/toegankelijkheid": Access.PUBLIC,
    "/privacy": Access.PUBLIC,
    "/.well-known/security.txt": Access.PUBLIC,
    "/status": Access.PUBLIC,
    "/metrics": Access.PUBLIC,  # asks a token of its own, see `web.metrics`
    "/livez": Access.PUBLIC,
    "/readyz": Access.PUBLIC,
    # Only there on one machine, while no mail leaves it: see `pages.mailbox`.
    "/postvak": Access.PUBLIC,
    "/postvak/{number:int}": Access.PUBLIC,
    "/postvak/{number:int}/html": Access.PUBLIC,
    "/inloggen": Access.PUBLIC,
    "/inloggen/{token}": Access.SIGNED,
    "/uitloggen": Access.PUBLIC,
    # Only there where an organisation lets its people log in: see `pages.organisation_login`.
    "/organisatie/inloggen": Access.PUBLIC,
    "/organisatie/terug": Access.SIGNED,
    "/antwoord/{token}": Access.SIGNED,
    "/antwoord/{token}/acties/{municipality}": Access.SIGNED,
    "/antwoord/{token}/bijlage/{place:int}": Access.SIGNED,
    "/stap/{token}": Access.SIGNED,
    "/afmelden/{token}": Access.SIGNED,
    "/klopt-dit/{token}": Access.SIGNED,
    "/evaluatie/{token}": Access.SIGNED,
    "/mijn": Access.LOGGED_IN,
    "/mijn/stap": Access.LOGGED_IN,
    # Whose step it is, `services.handover` asks of `domain.doers`.
    "/mijn/overdracht": Access.LOGGED_IN,
    # Which gemeente somebody may see and change there, `services.profiles` asks of `domain.rights`.
    "/mijn/gemeente": Access.LOGGED_IN,
    "/mijn/gemeente/communicatieplan-{year:int}.xlsx": Access.LOGGED_IN,
    "/mijn/voorkeuren": Access.LOGGED_IN,
    "/mijn/afwezig": Access.LOGGED_IN,
    "/mijn/agenda": Access.LOGGED_IN,
    "/mijn/gegevens": Access.LOGGED_IN,
    "/mijn/gegevens.json": Access.LOGGED_IN,
    "/mijn/apparaten": Access.LOGGED_IN,
    "/mijn/code": Access.LOGGED_IN,
    "/mijn/code.svg": Access.LOGGED_IN,
    # Who may change which edition or step, the service asks of `domain.rights`.
    "/beheer/edities": Access.LOGGED_IN,
    "/beheer/editie/{key}": Access.LOGGED_IN,
    "/beheer/campagne": Access.LOGGED_IN,
    "/editie/{key}/datum": Access.LOGGED_IN,
    "/editie/{key}/materiaal": Access.LOGGED_IN,
    "/beheer/datumvoorstellen": Access.LOGGED_IN,
    "/beheer/datumvoorstel/{number:int}": Access.LOGGED_IN,
    "/beheer/mailteksten": Access.LOGGED_IN,
    "/beheer/mailtekst/{name}": Access.LOGGED_IN,
    "/beheer/mailtekst/{name}/voorbeeld": Access.LOGGED_IN,
    # Who may write or approve which, `services.regional` asks of `domain.rights`.
    "/beheer/regioberichten": Access.LOGGED_IN,
    "/beheer/regiobericht/{number:int}": Access.LOGGED_IN,
    "/beheer/regiobericht/{number:int}/mail/{place:int}": Access.LOGGED_IN,
    "/beheer/regiobericht/{number:int}/voortgang": Access.LOGGED_IN,
    "/beheer/regiobericht/{number:int}/bijlagen": Access.LOGGED_IN,
    "/beheer/regiobericht/{number:int}/bijlage/{place:int}": Access.LOGGED_IN,
    "/beheer/antwoord/{edition}/{municipality}": Access.LOGGED_IN,
    # For whom, `services.review` asks of `domain.rights`.
    "/regio/{region}/{year:int}": Access.LOGGED_IN,
    "/regio/{region}/editie/{edition}": Access.LOGGED_IN,
    "/regio/{region}/{year:int}/overzicht.csv": Access.LOGGED_IN,
    "/regio/{region}/{year:int}/overzicht.xlsx": Access.LOGGED_IN,
    "/regio/{region}/{year:int}/jaarverslag.{form}": Access.LOGGED_IN,
    "/regio/{region}/{year:int}/archief.zip": Access.LOGGED_IN,
    "/beheer/draaiboek": Access.LOGGED_IN,
    "/beheer/draaiboek/{key}": Access.LOGGED_IN,
    "/beheer/nieuwe-stap": Access.LOGGED_IN,
    # For whom, `services.scope` asks there.
    "/beheer/verzendingen": Access.LOGGED_IN,
    "/beheer/verzending/{number:int}": Access.LOGGED_IN,
    "/beheer/contacten": Access.LOGGED_IN,
    "/beheer/contacten.csv": Access.LOGGED_IN,
    "/beheer/contact/nieuw": Access.LOGGED_IN,
    "/beheer/contact/{key}": Access.LOGGED_IN,
    "/beheer/logboek": Access.LOGGED_IN,
    "/beheer/logboek.csv": Access.LOGGED_IN,
}


class LogInFirstError(Exception):
    """Somebody who is not logged in, or no more, asks for what needs it."""


class Door:
    """Lets a request through to its route, or not.

    Args:
        app: the wired service.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._secure = app.settings.base_url.startswith("https:")
        # With this prefix a browser takes it from this host alone, and never without TLS.
        self.cookie = "__Host-campagne" if self._secure else "campagne"

    def __call__(self, request: Request) -> None:
        """Check a request against the table; who is logged in stands in its state afterwards.

        Raises:
            LogInFirstError: when it needs a log-in and there is none.
            KeyError: for a route that is not in the table, which is a defect.
        """
        access = ACCESS[request.scope["route"].path]
        if access is Access.LOGGED_IN:
            request.state.visitor = self._visitor(request)
        elif access is Access.GREETED:
            try:
                request.state.visitor = self._visitor(request)
            except LogInFirstError:
                request.state.visitor = None

    def key(self, request: Request) -> str:
        """Return the key in the cookie, empty where there is none."""
        return request.cookies.get(self.cookie, "")

    def let_in(self, answer: Response, key: str) -> None:
        """Give a browser the key of its session."""
        answer.set_cookie(
            self.cookie,
            key,
            max_age=int(SESSION_LASTS.total_seconds()),
            secure=self._secure,
            httponly=True,
            samesite="lax",  # a link in a mail opens the page one was logged in to
        )

    def let_out(self, answer: Response) -> None:
        """Take the key of a session from a browser."""
        answer.delete_cookie(self.cookie, secure=self._secure, httponly=True, samesite="lax")

    def hand_ticket(self, answer: Response, ticket: str, seconds: int) -> None:
        """Give a browser what it must bring back from the log-in of its organisation."""
        answer.set_cookie(
            f"{self.cookie}-ticket",
            ticket,
            max_age=seconds,
            secure=self._secure,
            httponly=True,
            samesite="lax",  # it comes back by a redirect from elsewhere
        )

    def ticket(self, request: Request) -> str:
        """Return what a browser brings back, empty where it has nothing."""
        return request.cookies.get(f"{self.cookie}-ticket", "")

    def take_ticket(self, answer: Response) -> None:
        """Take it from the browser: it works once."""
        answer.delete_cookie(
            f"{self.cookie}-ticket", secure=self._secure, httponly=True, samesite="lax"
        )

    def _visitor(self, request: Request) -> Visitor:
        key, now = self.key(request), self._app.clock.now()
        if not key:
            raise LogInFirstError
        with self._app.database.read() as session:
            found = login.visitor(session, key, now)
            is_to_be_noted = found is not None and login.is_to_be_noted(session, key, now)
        if found is None:
            raise LogInFirstError
        if is_to_be_noted:
            with self._app.database.session() as session:
                login.note_visit(session, key, now)
        return found


def visitor(request: Request) -> Visitor:
    """Return who is logged in; for the routes that need that, as a dependency."""
    found: Visitor = request.state.visitor
    return found


def guest(request: Request) -> Visitor | None:
    """Return who is logged in, None for nobody; for a GREETED route, as a dependency."""
    found: Visitor | None = request.state.visitor
    return found
