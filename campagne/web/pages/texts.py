"""The texts of an edition for a gemeente, each at an address that stays, and releasing them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.documents import cards
from campagne.documents.cards import Card, Size
from campagne.domain.profile import whereto
from campagne.domain.rights import Visitor
from campagne.domain.texts import PUBLIC, RULES, Audience, RenderedText, TextKind
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import lookup
from campagne.services.national import materials
from campagne.services.national.materials import MaterialView
from campagne.services.publishing import (
    partner_drafts,
    pictures,
    text_files,
    text_releases,
    toolkit,
)
from campagne.services.publishing.text_files import MEDIA_TYPES, TextForm
from campagne.services.publishing.text_releases import Of, OpenedText, TextSet
from campagne.web.access import LogInFirstError, guest, visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages
from campagne.web.pages.text_view import ShownText, shown
from campagne.web.theme import HouseStyles

_PATH = "/teksten/{edition}/{municipality}"
_ALL = "alles"
# What is found by a search engine is the website of a gemeente, not what it was made from.
_OPEN = {"vary": "cookie", "x-robots-tag": "noindex"}
_KINDS: Mapping[str, TextKind] = {one.value: one for one in TextKind}
_FORMS: Mapping[str, TextForm] = {one.value: one for one in TextForm}

_DONE = {
    "vrij": "De teksten zijn vrijgegeven. Iedereen met het adres kan ze nu lezen.",
    "alles": "Alle teksten die af zijn, zijn vrijgegeven. Iedereen met het adres kan ze nu lezen.",
    "terug": "De teksten zijn niet meer vrij. Alleen wie is ingelogd, kan ze lezen.",
}

_Guest = Annotated[Visitor | None, Depends(guest)]
_Visitor = Annotated[Visitor, Depends(visitor)]
_WhoseTexts = Annotated[Of, Depends()]


@dataclass(frozen=True, slots=True)
class TextsPage:
    """The texts of an edition for a gemeente, by whom they are for.

    Attributes:
        groups: what can be read, by whom it is for; without what the national material has.
        national: what the organiser has; None where nothing is known.
        covered: the texts that are in that, of which ours come second.
        closed: the kinds that can be released.
        alt: what stands in the pictures; empty where there are none.
        logged_in: whether somebody is.
        done: what was just done, a Dutch sentence; empty when nothing was.
        refused: why a form was not carried out; `chosen` is what was ticked in it.
    """

    title: str
    found: TextSet
    groups: Mapping[Audience, Sequence[OpenedText]]
    closed: Sequence[OpenedText]
    logged_in: bool
    alt: str
    national: MaterialView | None = None
    covered: Sequence[OpenedText] = ()
    done: str = ""
    refused: Refused = NOT_REFUSED
    chosen: Sequence[str] = ()
    forms: tuple[str, ...] = tuple(one.value for one in TextForm)
    sizes: tuple[Size, ...] = tuple(cards.SIZES.values())
    section: str = "jaar"


@dataclass(frozen=True, slots=True)
class TextPage:
    """One text, to be read and copied.

    Attributes:
        is_draft: True where it can be opened as a mail to partners, also by `mailto`, which is
            empty where the text is too long for that.
    """

    title: str
    found: TextSet
    text: ShownText
    missing: Sequence[str]
    is_draft: bool = False
    mailto: str = ""
    national: MaterialView | None = None
    forms: tuple[str, ...] = tuple(one.value for one in TextForm)
    section: str = "jaar"


@dataclass(frozen=True, slots=True)
class Sent:
    """The form that releases: which button, which texts, and for which version of the page."""

    what: str
    kinds: Sequence[str]
    version: str


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/teksten/{edition}/{municipality}`` and those under it."""
    router, styles = APIRouter(), HouseStyles(app.settings.theme_dir)

    @router.api_route(_PATH, methods=["GET", "HEAD"])
    def overview(me: _Guest, of: _WhoseTexts, gedaan: str = "") -> Response:
        page = replace(_page(app, styles, _read(app, of, me), me), done=_DONE.get(gedaan, ""))
        return pages.answer("texts.html", page, headers=_headers(me))

    @router.post(_PATH + "/vrijgave")
    def change(me: _Visitor, of: _WhoseTexts, sent: Annotated[Sent, Depends(_sent)]) -> Response:
        try:
            with app.database.session() as session:
                _changed(app, session, me, of, sent)
        except InvalidInputError as fault:
            page = _page(app, styles, _read(app, of, me), me)
            page = replace(page, refused=Refused.by(fault), chosen=sent.kinds)
            return pages.answer("texts.html", page, headers=signed.PRIVATE)
        address = urlsplit(app.links.texts(of.edition, of.municipality)).path
        query = urlencode({"gedaan": sent.what})
        return RedirectResponse(f"{address}?{query}", status_code=303, headers=signed.PRIVATE)

    _add_files(router, app, styles)

    @router.api_route(_PATH + "/{name}", methods=["GET", "HEAD"])
    def text(me: _Guest, of: _WhoseTexts, name: str) -> Response:
        what, dot, suffix = name.partition(".")
        is_draft = suffix == "eml" and what in partner_drafts.KINDS
        form = lookup.one("vorm", suffix, _FORMS) if dot and not is_draft else None
        if what == _ALL and form is TextForm.DOCX:
            return _whole(app, _read(app, of, me), me)
        found = _read(app, of, me, [lookup.one("soort", what, _KINDS)])
        if found.fault:
            raise NotFoundError(found.fault)
        if not found.seen_by(me):
            raise LogInFirstError
        if is_draft:
            return _draft(found.texts[0].text, me)
        if form is None:
            return pages.answer("text.html", _one(app, found), headers=_headers(me))
        (opened,) = found.texts
        fill_in = app.links.my_municipality(of.municipality)
        body = text_files.content(opened.text, form, fill_in)
        return _file(body, text_files.name(opened.text, form), form, me)

    return router


def _add_files(router: APIRouter, app: App, styles: HouseStyles) -> None:
    """Add the routes of the pictures and of the ZIP, which go before that of any other name."""

    @router.api_route(_PATH + "/beeld/{name}", methods=["GET", "HEAD"])
    def picture(me: _Guest, of: _WhoseTexts, name: str) -> Response:
        what, _, suffix = name.rpartition(".")
        size = lookup.one("maat", what, cards.SIZES)
        media = lookup.one("vorm", suffix, {"png": "image/png", "svg": "image/svg+xml"})
        shown = _card(app, styles, _read(app, of, me, [TextKind.POSTER]))
        body = cards.svg(shown, size) if suffix == "svg" else app.pictures.png(shown, [size])[0]
        named = f'inline; filename="{of.edition}_{of.municipality}_{name}"'
        headers = {**_headers(me), "content-disposition": named}
        return Response(body, media_type=media, headers=headers)

    @router.api_route(_PATH + "/toolkit.zip", methods=["GET", "HEAD"])
    def kit(me: _Visitor, of: _WhoseTexts) -> Response:
        style = styles.of(of.municipality)
        made = app.toolkits.packed(of.edition, of.municipality, style)
        name = toolkit.name(of.edition, of.municipality)
        headers = {**_headers(me), "content-disposition": f'attachment; filename="{name}"'}
        return Response(made, media_type="application/zip", headers=headers)


def _read(
    app: App, of: Of, me: Visitor | None, kinds: Collection[TextKind] = tuple(TextKind)
) -> TextSet:
    with app.database.read() as session:
        return text_releases.text_set(session, app.texts, me, of, kinds)


def _changed(app: App, session: Any, me: Visitor, of: Of, sent: Sent) -> None:
    """Do what the button says.

    Raises:
        InvalidInputError: when there is no such button, or it cannot be done now.
    """
    chosen, now = [lookup.one("soort", one, _KINDS) for one in sent.kinds], app.clock.now()
    if sent.what in {"vrij", "alles"}:
        kinds = None if sent.what == "alles" else chosen
        text_releases.release(session, app.texts, me, of, kinds, version=sent.version, now=now)
    elif sent.what == "terug":
        text_releases.withdraw(session, app.texts, me, of, chosen, now=now)
    else:
        raise InvalidInputError("Kies een van de knoppen.")


def _card(app: App, styles: HouseStyles, found: TextSet) -> Card:
    """Return what stands in the pictures.

    Raises:
        NotFoundError: when the text of the poster is not in order.
    """
    posters = [one.text for one in found.texts if one.text.kind is TextKind.POSTER]
    if not posters:
        raise NotFoundError(found.fault)
    place = found.municipality
    return pictures.card(
        posters[0],
        found.campaign,
        found.edition,
        place,
        style=styles.of(place.key),
        fallback=f"{app.links.texts(found.edition.key, place.key)}/{TextKind.WEBSITE}",
    )


def _whole(app: App, found: TextSet, me: Visitor | None) -> Response:
    edition, place = found.edition.key, found.municipality.key
    made = text_files.document(
        f"Teksten voor {found.municipality.name}: {found.name}",
        [one.text for one in found.seen_by(me)],
        app.links.my_municipality(place),
    )
    return _file(made, f"{edition}_{place}_teksten.docx", TextForm.DOCX, me)


def _draft(text: RenderedText, me: Visitor | None) -> Response:
    named = f'attachment; filename="{partner_drafts.name(text)}"'
    headers = {**_headers(me), "content-disposition": named}
    return Response(
        partner_drafts.draft(text), media_type=partner_drafts.MEDIA_TYPE, headers=headers
    )


def _one(app: App, found: TextSet) -> TextPage:
    (opened,) = found.texts
    place, first = found.municipality, found.edition.span.first
    places = whereto(place.profile, first, app.clock.today())
    text = shown(opened, heading=3, whereto=places.get(opened.text.kind, ""))
    title = f"{opened.text.title} - {place.name}"
    is_draft = opened.text.kind in partner_drafts.KINDS
    mailto = partner_drafts.link(opened.text) if is_draft else ""
    national = _national(app, found)
    return TextPage(title, found, text, opened.text.missing, is_draft, mailto, national)


def _page(app: App, styles: HouseStyles, found: TextSet, me: Visitor | None) -> TextsPage:
    has_pictures = any(one.text.kind is TextKind.POSTER for one in found.texts)
    national = _national(app, found)
    covered = [one for one in found.texts if national and national.has(one.text.kind)]
    groups = {
        audience: [
            one
            for one in found.texts
            if RULES[one.text.kind].audience is audience and one not in covered
        ]
        for audience in Audience
    }
    return TextsPage(
        title=f"Teksten voor {found.municipality.name}: {found.name}",
        found=found,
        groups={audience: texts for audience, texts in groups.items() if texts},
        closed=[one for one in found.texts if one.text.kind not in PUBLIC],
        logged_in=me is not None,
        alt=_card(app, styles, found).alt if has_pictures else "",
        national=national,
        covered=covered,
    )


def _national(app: App, found: TextSet) -> MaterialView | None:
    with app.database.read() as session:
        return materials.look(session, found.edition, app.clock.today())


def _file(body: bytes, name: str, form: TextForm, me: Visitor | None) -> Response:
    place = "attachment" if form is TextForm.DOCX else "inline"
    headers = {**_headers(me), "content-disposition": f'{place}; filename="{name}"'}
    return Response(body, media_type=MEDIA_TYPES[form], headers=headers)


def _headers(me: Visitor | None) -> dict[str, str]:
    return signed.PRIVATE if me else _OPEN


async def _sent(request: Request) -> Sent:
    form = await request.form()
    return Sent(
        str(form.get("wat", "")),
        tuple(map(str, form.getlist("soort"))),
        str(form.get("versie", "")),
    )
