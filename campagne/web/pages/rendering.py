"""From a page's dataclass to HTML: one environment, always escaped, nothing undefined."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup
from starlette.responses import HTMLResponse

from campagne.bootstrap import App
from campagne.clock import AMSTERDAM
from campagne.domain import dutch
from campagne.domain.involvement import Involvement
from campagne.domain.rota import Agreement, EditionStatus
from campagne.domain.texts import Audience, TextKind
from campagne.domain.words import in_words, word
from campagne.web.assets import Assets
from campagne.web.components import ComponentNames
from campagne.web.security import LOOPBACK_NAMES

WEB = Path(__file__).parent.parent

_FRAMES = {
    Involvement.JOINS: "confirmed",
    Involvement.DECLINES: "cancelled",
    Involvement.LATER: "provisional",
    Involvement.SILENT: "provisional",
}
# What a page says in another way than a list, where it stands as a mark or a heading.
_MARKS: dict[object, str] = {
    EditionStatus.CONFIRMED: "Datum staat vast",
    EditionStatus.PROVISIONAL: "Voorlopige datum",
    EditionStatus.CANCELLED: "Gaat niet door",
    Agreement.PROPOSED: "Voorgesteld aan",
    Agreement.AGREED: "Akkoord",
    Agreement.DIFFERS: "Kiest iets anders",
    **{kind: word(kind)[0].upper() + word(kind)[1:] for kind in TextKind},
    Audience.RESIDENTS: "Voor inwoners",
    Audience.PRESS: "Voor de pers",
    Audience.PARTNERS: "Voor partners",
    Audience.COLLEAGUES: "Voor collega's",
    Audience.COUNCIL: "Voor de gemeenteraad",
    Audience.REGION: "Voor de regio",
}


@dataclass(frozen=True, slots=True)
class Site:
    """What the frame around every page shows.

    Attributes:
        name: of the gemeente or region whose looks it has on, or None.
        color_scheme: `light`, or `light dark` where there are colours for a dark screen too.
        style_url / script_url / icon_url / logo_url: with a fingerprint, see `Assets.url`.
        mailbox: True where the mailbox page exists.
        pretended_day: tells the day that the service pretends it is, in Dutch; None where it
            pretends nothing.
    """

    name: str | None
    color_scheme: str
    style_url: str
    script_url: str
    icon_url: str
    logo_url: str
    mailbox: bool
    pretended_day: Callable[[], str] | None


class Pages:
    """Fills in the pages of one running service.

    Attributes:
        assets: the files beside the pages.
        site: what stands around each page.
    """

    def __init__(self, app: App) -> None:
        self.assets = Assets(app.settings.theme_dir)
        self.site = Site(
            name=self.assets.name,
            color_scheme="light dark" if self.assets.has_dark else "light",
            style_url=self.assets.url("campagne.css"),
            script_url=self.assets.url("campagne.js"),
            icon_url=self.assets.url("icoon.svg"),
            logo_url=self.assets.url(self.assets.logo),
            mailbox=shows_mailbox(app),
            pretended_day=(
                (lambda: dutch.day(app.clock.today())) if app.settings.pretend_today else None
            ),
        )

    def answer(
        self,
        name: str,
        page: Any,
        *,
        status: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> HTMLResponse:
        """Return a page.

        Args:
            name: file in `html/`.
            page: dataclass with a `title`, a `section` of the menu and what the template asks for;
                with a form also what was refused of it, see `refusal`.
            status: HTTP status; None for 200, or 400 when a form was refused.
            headers: further headers, which go before those of `Security`.
        """
        if status is None:
            is_refused = bool(getattr(page, "refused", False))
            status = HTTPStatus.BAD_REQUEST if is_refused else HTTPStatus.OK
        html = _environment().get_template(name).render(page=page, site=self.site)
        return HTMLResponse(html, status_code=status, headers=headers)


@cache
def _environment() -> jinja2.Environment:
    """Return what fills in the templates; the same for every service, and each is read once."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(WEB / "html"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[ComponentNames],
    )
    environment.filters.update(
        aantal=dutch.count,
        actie=in_words,
        bedrag=dutch.amount,
        dag=dutch.day,
        moment=_moment,
        wanneer=_when,
        na_werkwoord=dutch.on_or_from,
        omvang=dutch.size,
        opsomming=lambda words, link="en": dutch.join([str(word) for word in words], link),
        in_plan=dutch.in_plan,
        jaren=_years,
        getal=dutch.number,
        over=dutch.in_time,
        periode=dutch.period,
        merk=_MARKS.__getitem__,
        deelname=_involvement,
        woord=word,
        euro=dutch.euro,
    )
    return environment


def shows_mailbox(app: App) -> bool:
    """Say whether the mailbox can be read on a page: only by this machine, only unsent mail.

    Behind a proxy the server listens on loopback too, but is known by another name.
    """
    known_as = urlsplit(app.settings.base_url).hostname
    return {app.settings.host, known_as} <= LOOPBACK_NAMES and not app.settings.mails_for_real


@cache
def _involvement(how: Involvement) -> Markup:
    """Return how a gemeente is involved in an edition: a word, in a frame of its own kind."""
    said = word(how).capitalize()
    if how is Involvement.ON_ROTA:
        return Markup("<strong>{}</strong>").format(said)
    # In full: `components` reads the templates alone.
    badge = f"utrecht-status-badge status status--{_FRAMES.get(how)}"
    look = badge if how in _FRAMES else "table__sub"
    return Markup('<span class="{}">{}</span>').format(look, said)


def _moment(instant: datetime) -> str:
    local = instant.astimezone(AMSTERDAM)
    return f"{dutch.day(local.date())}, {local.hour}.{local.minute:02} uur"


def _when(cell: str | date) -> str:
    """Return a cell as people read it: days and instants written out."""
    if isinstance(cell, datetime):
        return _moment(cell)
    return dutch.day(cell) if isinstance(cell, date) else cell


def _years(between: tuple[int, int]) -> str:
    first, last = between
    return str(first) if first == last else f"{first} tot en met {last}"
