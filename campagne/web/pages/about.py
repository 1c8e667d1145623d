"""The pages about the service: help, accessibility, privacy, and whom to tell of a leak."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from campagne.bootstrap import App
from campagne.clock import AMSTERDAM
from campagne.domain.dutch import count
from campagne.domain.login import ASKS_PER_CLIENT, IDLE, LINK_LASTS, SESSION_LASTS
from campagne.domain.rota import HelpLine
from campagne.store import queries
from campagne.web.pages.rendering import Pages

SECURITY_TXT = "/.well-known/security.txt"

_HOUR = timedelta(hours=1)
# RFC 9116 (2.5.5) advises less than a year.
_STANDS_FOR = timedelta(days=180)
_MAILED_BY = {
    "CAMPAGNE_SMTP_URL": "een mailserver die de aanbieder koos",
    "CAMPAGNE_NOTIFYNL_KEY": "NotifyNL, de verzenddienst van de overheid",
    "CAMPAGNE_GRAPH_SECRET": "Microsoft 365",
}


@dataclass(frozen=True, slots=True)
class CentreLine:
    """A region and the name of its centrumgemeente."""

    region: str
    centre: str


@dataclass(frozen=True, slots=True)
class AboutPage:
    """What each of these pages shows.

    Attributes:
        organisation: who offers the service; empty when the settings do not say.
        address: for questions and complaints; empty when the settings do not say.
        centres: whom to ask where there is no address.
    """

    title: str
    organisation: str
    address: str
    centres: tuple[CentreLine, ...] = ()
    section: str = ""


@dataclass(frozen=True, slots=True)
class HelpPage(AboutPage):
    """What the page of help shows; `help_lines` are those for who needs help themselves."""

    help_lines: tuple[HelpLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PrivacyPage(AboutPage):
    """What is kept of people, and for how long, as the program does it.

    Attributes:
        mailed_by: what takes the mail; empty while mail stays on this machine.
        organisation_log_in: True where people can log in with the account of their organisation.
        team: True where a team channel is told of new reminders.
        link_lasts / idle / session_lasts / tries_last / mail_lasts: in Dutch, with their unit.
    """

    mailed_by: str = ""
    organisation_log_in: bool = False
    team: bool = False
    link_lasts: str = ""
    idle: str = ""
    session_lasts: str = ""
    tries_last: str = ""
    mail_lasts: str = ""


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/help``, ``/toegankelijkheid``, ``/privacy`` and that of security.txt."""
    router = APIRouter()
    settings = app.settings
    who, address = settings.organisation, settings.contact_address

    @router.api_route("/help", methods=["GET", "HEAD"])
    def help_() -> Response:
        with app.database.read() as session:
            lines = tuple(one for one in queries.help_lines(session) if one.always_shown)
        page = HelpPage("Hulp", who, address, _centres(app), section="help", help_lines=lines)
        return pages.answer("help.html", page)

    @router.api_route("/toegankelijkheid", methods=["GET", "HEAD"])
    def accessibility() -> Response:
        page = AboutPage(
            "Toegankelijkheid", who, address, _centres(app), section="toegankelijkheid"
        )
        return pages.answer("accessibility.html", page)

    @router.api_route("/privacy", methods=["GET", "HEAD"])
    def privacy() -> Response:
        page = PrivacyPage(
            "Privacy",
            who,
            address,
            _centres(app),
            section="privacy",
            mailed_by=_MAILED_BY[settings.ways_out[0]] if settings.ways_out else "",
            organisation_log_in=bool(settings.oidc_issuer),
            team=settings.webhook_url is not None,
            link_lasts=count(LINK_LASTS // timedelta(minutes=1), "minuut", "minuten"),
            idle=count(IDLE // _HOUR, "uur", "uur"),
            session_lasts=count(SESSION_LASTS.days, "dag", "dagen"),
            tries_last=count(ASKS_PER_CLIENT.within // _HOUR, "uur", "uur"),
            mail_lasts=count(settings.keep_mail_days, "dag", "dagen"),
        )
        return pages.answer("privacy.html", page)

    @router.api_route(SECURITY_TXT, methods=["GET", "HEAD"])
    def security() -> Response:
        if not settings.security_contact:
            raise HTTPException(404)
        text = _security_txt(settings.security_contact, settings.base_url, app.clock.now())
        return PlainTextResponse(text, headers={"cache-control": "public, max-age=86400"})

    return router


def _security_txt(contact: str, base_url: str, now: datetime) -> str:
    """Return the fields of RFC 9116; an address of http may not be named there."""
    day = now.astimezone(AMSTERDAM).date() + _STANDS_FOR
    expires = datetime.combine(day, time(), AMSTERDAM)
    lines = [
        f"Contact: {contact if contact.startswith('https://') else f'mailto:{contact}'}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: nl, en",
    ]
    if base_url.startswith("https://"):
        lines.append(f"Canonical: {base_url}{SECURITY_TXT}")
    return "\n".join(lines) + "\n"


def _centres(app: App) -> tuple[CentreLine, ...]:
    with app.database.read() as session:
        regions, places = queries.regions(session), queries.municipalities(session)
    return tuple(
        CentreLine(one.name, places[one.centre].name) for one in regions.values() if one.centre
    )
