"""The page on which a contact chooses what to get, and where one click leaves a list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response
from starlette.responses import PlainTextResponse

from campagne.bootstrap import App
from campagne.domain.preferences import EVERYTHING, Rhythm
from campagne.errors import InvalidInputError
from campagne.services import preferences
from campagne.services.preferences import PreferencesPage as Found
from campagne.web.pages import signed
from campagne.web.pages.rendering import Pages

_OFF = "uit"
_RHYTHMS = {"direct": Rhythm.AT_ONCE, "wekelijks": Rhythm.WEEKLY}
_ONE_CLICK = "One-Click"  # RFC 8058, 3.2


@dataclass(frozen=True, slots=True)
class Choice:
    """What a form says: how reminders come, whether broadcasts do, and campaigns without."""

    reminders: str
    broadcasts: bool
    off: tuple[str, ...]

    def said(self) -> list[tuple[str, str]]:
        """Return it as the parameters of an address."""
        broadcasts = "aan" if self.broadcasts else _OFF
        return [
            ("eerst", self.reminders),
            ("eerst_regioberichten", broadcasts),
            *(("eerst_uit", key) for key in self.off),
        ]


@dataclass(frozen=True, slots=True)
class PreferencesPage:
    """What the page shows.

    Attributes:
        now: what is set.
        before: what was set before the form that was just stored; None when there was none.
    """

    title: str
    found: Found
    token: str
    now: Choice
    before: Choice | None
    section: str = ""

    @property
    def everything(self) -> bool:
        """True when nothing is switched off and every mail comes at once."""
        return self.now == Choice("direct", broadcasts=True, off=())


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/afmelden/{token}``: GET shows, only POST changes."""
    router = APIRouter()

    @router.api_route("/afmelden/{token}", methods=["GET", "HEAD"])
    def show(
        token: str,
        eerst: Annotated[str, Query()] = "",
        eerst_regioberichten: Annotated[str, Query()] = "",
        eerst_uit: Annotated[list[str] | None, Query()] = None,
    ) -> Response:
        link = app.links.read_preferences(token)
        with app.database.read() as session:
            found = preferences.page(session, link)
        before = None
        if eerst in {*_RHYTHMS, _OFF}:
            known = {one.key for one in found.campaigns}
            off = tuple(key for key in eerst_uit or () if key in known)
            before = Choice(eerst, eerst_regioberichten == "aan", off)
        page = PreferencesPage("Welke mails wil je krijgen?", found, token, _now(found), before)
        return pages.answer("preferences.html", page, headers=signed.PRIVATE)

    @router.post("/afmelden/{token}")
    def change(  # noqa: PLR0917 - the fields of the form
        token: str,
        herinneringen: Annotated[str, Form()] = "",
        regioberichten: Annotated[str, Form()] = "",
        getoond: Annotated[list[str] | None, Form()] = None,
        campagne: Annotated[list[str] | None, Form()] = None,
        alles: Annotated[str, Form()] = "",
        one_click: Annotated[str, Form(alias="List-Unsubscribe")] = "",
    ) -> Response:
        link = app.links.read_preferences(token)
        now, today = app.clock.now(), app.clock.today()
        with app.database.session() as session:
            if one_click == _ONE_CLICK:
                preferences.leave(session, link, today=today, now=now)
                sentence = f"Je krijgt geen {link.mail_list.value} meer.\n"
                return PlainTextResponse(sentence, headers=signed.PRIVATE)
            found = preferences.page(session, link)
            if alles:
                rhythm, reminders, broadcasts = EVERYTHING.rhythm, True, True
                switched = {one.key: True for one in found.campaigns}
            else:
                reminders = herinneringen != _OFF
                rhythm = _rhythm(herinneringen, found.wanted.rhythm)
                broadcasts = regioberichten == "aan"
                switched = _switched(found, getoond or (), campagne or ())
            preferences.choose(
                session,
                link.contact,
                rhythm=rhythm,
                reminders=reminders,
                broadcasts=broadcasts,
                campaigns=switched,
                today=today,
                now=now,
            )
        return signed.back_to("afmelden", token, _now(found).said())

    return router


def _now(found: Found) -> Choice:
    wanted = found.wanted
    rhythm = next(name for name, one in _RHYTHMS.items() if one is wanted.rhythm)
    return Choice(
        rhythm if wanted.reminders else _OFF,
        wanted.broadcasts,
        tuple(one.key for one in found.campaigns if not one.on),
    )


def _rhythm(text: str, kept: Rhythm) -> Rhythm:
    if text == _OFF:
        return kept
    try:
        return _RHYTHMS[text]
    except KeyError:
        raise InvalidInputError(
            "Kies hoe je herinneringen wilt krijgen: direct of wekelijks."
        ) from None


def _switched(found: Found, shown: Collection[str], on: Sequence[str]) -> dict[str, bool]:
    """Return the campaigns that the form switches; what was not shown in it stays as it is."""
    return {
        one.key: one.key in on
        for one in found.campaigns
        if one.key in shown and one.on is not (one.key in on)
    }
