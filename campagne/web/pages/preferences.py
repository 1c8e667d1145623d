"""The page on which a contact chooses what to get, and where one click leaves a list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, NamedTuple
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Query, Response
from starlette.responses import PlainTextResponse, RedirectResponse

from campagne.bootstrap import App
from campagne.domain.preferences import EVERYTHING, MailList, Rhythm
from campagne.domain.rights import Visitor
from campagne.errors import InvalidInputError
from campagne.services.access import PreferencesLink
from campagne.services.people import my_preferences, preferences
from campagne.services.people.my_preferences import PreferencesPage as Found
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_OFF = "uit"
_RHYTHMS = {"direct": Rhythm.AT_ONCE, "wekelijks": Rhythm.WEEKLY}
_ONE_CLICK = "One-Click"  # RFC 8058, 3.2

_Visitor = Annotated[Visitor, Depends(visitor)]


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
class Sent:
    """What the form sends, as it is sent."""

    herinneringen: Annotated[str, Form()] = ""
    regioberichten: Annotated[str, Form()] = ""
    getoond: Annotated[list[str] | None, Form()] = None
    campagne: Annotated[list[str] | None, Form()] = None
    alles: Annotated[str, Form()] = ""
    versie: Annotated[str, Form()] = ""


@dataclass(frozen=True, slots=True)
class PreferencesPage:
    """What the page shows.

    Attributes:
        action: where its forms go.
        now: what is set, or what was chosen when that could not be stored.
        before: what was set before the form that was just stored; None when there was none.
        refused: why nothing was stored.
        section: ``mijn`` for who is logged in.
    """

    found: Found
    action: str
    now: Choice
    before: Choice | None = None
    refused: Refused = NOT_REFUSED
    section: str = ""
    title: str = "Welke mails wil je krijgen?"

    @property
    def everything(self) -> bool:
        """True when nothing is switched off and every mail comes at once."""
        return self.now == Choice("direct", broadcasts=True, off=())


def routes(app: App, pages: Pages) -> APIRouter:
    """Return ``/afmelden/{token}`` and ``/mijn/voorkeuren``: GET shows, only POST changes."""
    router = APIRouter()

    def show(link: PreferencesLink, place: _Place, said: Choice) -> Response:
        with app.database.read() as session:
            found = my_preferences.page(session, link)
        before = None
        if said.reminders in {*_RHYTHMS, _OFF}:
            known = {one.key for one in found.campaigns}
            before = replace(said, off=tuple(key for key in said.off if key in known))
        page = PreferencesPage(found, place.action, _now(found), before, section=place.section)
        return pages.answer("preferences.html", page, headers=signed.PRIVATE)

    def change(link: PreferencesLink, place: _Place, sent: Sent) -> Response:
        try:
            before = _store(app, link, sent)
        except InvalidInputError as fault:
            with app.database.read() as session:
                found = my_preferences.page(session, link)
            chosen = _chosen(found, sent)
            page = PreferencesPage(
                found, place.action, chosen, refused=Refused.by(fault), section=place.section
            )
            return pages.answer("preferences.html", page, headers=signed.PRIVATE)
        address = f"{place.action}?{urlencode(_now(before).said())}"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    @router.api_route("/afmelden/{token}", methods=["GET", "HEAD"])
    def show_by_link(token: str, said: Annotated[Choice, Depends(_said)]) -> Response:
        return show(app.links.read_preferences(token, app.clock.today()), _by_link(token), said)

    @router.post("/afmelden/{token}")
    def change_by_link(
        token: str,
        sent: Annotated[Sent, Depends()],
        one_click: Annotated[str, Form(alias="List-Unsubscribe")] = "",
    ) -> Response:
        link = app.links.read_preferences(token, app.clock.today())
        if one_click == _ONE_CLICK:
            with app.database.session() as session:
                preferences.leave(session, link, today=app.clock.today(), now=app.clock.now())
            sentence = f"Je krijgt geen {link.mail_list.value} meer.\n"
            return PlainTextResponse(sentence, headers=signed.PRIVATE)
        return change(link, _by_link(token), sent)

    @router.api_route("/mijn/voorkeuren", methods=["GET", "HEAD"])
    def show_mine(me: _Visitor, said: Annotated[Choice, Depends(_said)]) -> Response:
        return show(_mine(me), _LOGGED_IN, said)

    @router.post("/mijn/voorkeuren")
    def change_mine(me: _Visitor, sent: Annotated[Sent, Depends()]) -> Response:
        return change(_mine(me), _LOGGED_IN, sent)

    return router


class _Place(NamedTuple):
    """Where the page stands: its address, and its section of the menu."""

    action: str
    section: str


_LOGGED_IN = _Place("/mijn/voorkeuren", "mijn")


def _by_link(token: str) -> _Place:
    return _Place(f"/afmelden/{quote(token)}", "")


def _mine(me: Visitor) -> PreferencesLink:
    return PreferencesLink(me.contact.key, MailList.REMINDERS)


def _said(
    eerst: Annotated[str, Query()] = "",
    eerst_regioberichten: Annotated[str, Query()] = "",
    eerst_uit: Annotated[list[str] | None, Query()] = None,
) -> Choice:
    """Return what was set before, as the address says."""
    return Choice(eerst, eerst_regioberichten == "aan", tuple(eerst_uit or ()))


def _store(app: App, link: PreferencesLink, sent: Sent) -> Found:
    """Store what was chosen; return what was so before."""
    with app.database.session() as session:
        found = my_preferences.page(session, link)
        if sent.alles:
            rhythm, reminders, broadcasts = EVERYTHING.rhythm, True, True
            switched = {one.key: True for one in found.campaigns}
        else:
            reminders = sent.herinneringen != _OFF
            rhythm = _rhythm(sent.herinneringen, found.wanted.rhythm)
            broadcasts = sent.regioberichten == "aan"
            switched = _switched(found, sent.getoond or (), sent.campagne or ())
        my_preferences.choose(
            session,
            link.contact,
            rhythm=rhythm,
            reminders=reminders,
            broadcasts=broadcasts,
            campaigns=switched,
            version=sent.versie,
            today=app.clock.today(),
            now=app.clock.now(),
        )
    return found


def _chosen(found: Found, sent: Sent) -> Choice:
    """Return what was chosen in a form that was not stored; what it did not show as it is."""
    shown, on = set(sent.getoond or ()), set(sent.campagne or ())
    return Choice(
        sent.herinneringen,
        sent.regioberichten == "aan",
        tuple(
            one.key
            for one in found.campaigns
            if (one.key not in on if one.key in shown else not one.on)
        ),
    )


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
            "Kies hoe je herinneringen wilt krijgen: direct of wekelijks.", "herinneringen"
        ) from None


def _switched(found: Found, shown: Collection[str], on: Sequence[str]) -> dict[str, bool]:
    """Return the campaigns that the form switches; what was not shown in it stays as it is."""
    return {
        one.key: one.key in on
        for one in found.campaigns
        if one.key in shown and one.on is not (one.key in on)
    }
