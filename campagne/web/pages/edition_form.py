"""An edition to change, confirm, call off or take away: first what that does, then the button."""

from dataclasses import dataclass, field, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain import national
from campagne.domain.national import KINDS, LICENCE_LIMIT, URL_LIMIT, NationalMaterial
from campagne.domain.rights import Visitor
from campagne.domain.rota import Edition
from campagne.domain.texts import TextKind
from campagne.errors import InvalidInputError
from campagne.services.national import materials
from campagne.services.national.materials import MaterialView
from campagne.services.regional import turnout
from campagne.services.regional.turnout import Turnout
from campagne.services.rotas import edition_changes
from campagne.services.rotas.edition_changes import Change, ChangeKind, EditionForm
from campagne.services.rotas.effects import Effect
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages

_SOURCE_LIMIT = 300
_WHY_LIMIT = 500
_THEME_LIMIT = 200

_Visitor = Annotated[Visitor, Depends(visitor)]


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the form, as it was typed."""

    kind: str = ""
    first: str = ""
    last: str = ""
    source: str = ""
    why: str = ""
    theme: str = ""
    url: str = ""
    since: str = ""
    until: str = ""
    licence: str = ""
    kinds: tuple[str, ...] = ()
    pictures: str = ""


@dataclass(frozen=True, slots=True)
class EditionFormPage:
    """An edition with its form.

    Attributes:
        effect: what the change would do, shown before it is done; None before it was asked.
        saved: True right after a change.
        turnout: which gemeenten take part, as far as this person may know.
        national: what the organiser has for it; None where nothing is known.
    """

    title: str
    shown: EditionForm
    fields: Fields = field(default_factory=Fields)
    effect: Effect | None = None
    refused: Refused = NOT_REFUSED
    saved: bool = False
    turnout: Turnout = field(default_factory=Turnout)
    national: MaterialView | None = None
    source_limit: int = _SOURCE_LIMIT
    why_limit: int = _WHY_LIMIT
    theme_limit: int = _THEME_LIMIT
    url_limit: int = URL_LIMIT
    licence_limit: int = LICENCE_LIMIT
    kinds: tuple[TextKind, ...] = KINDS
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/beheer/editie/{key}``."""
    router = APIRouter()

    @router.api_route("/beheer/editie/{key}", methods=["GET", "HEAD"])
    def form(key: str, me: _Visitor, opgeslagen: bool = False) -> Response:  # noqa: FBT001, FBT002 - a parameter of the address
        with app.database.read() as session:
            shown = edition_changes.form(session, key, me)
        page = EditionFormPage(_title(shown), shown, _as_it_is(shown.edition), saved=opgeslagen)
        return answer(page, me)

    @router.post("/beheer/editie/{key}")
    def change(  # noqa: PLR0917 - the fields of the form
        key: str,
        me: _Visitor,
        wat: Annotated[str, Form()] = "",
        eerste: Annotated[str, Form()] = "",
        laatste: Annotated[str, Form()] = "",
        bron: Annotated[str, Form()] = "",
        waarom: Annotated[str, Form()] = "",
        thema: Annotated[str, Form()] = "",
        adres: Annotated[str, Form()] = "",
        sinds: Annotated[str, Form()] = "",
        gebruiken_tot: Annotated[str, Form()] = "",
        licentie: Annotated[str, Form()] = "",
        teksten: Annotated[list[str] | None, Form()] = None,
        beelden: Annotated[str, Form()] = "",
        versie: Annotated[str, Form()] = "",
        opslaan: Annotated[str, Form()] = "",
    ) -> Response:
        held = tuple(teksten or ())
        typed = Fields(
            *(wat, eerste, laatste, bron, waarom, thema),
            *(adres, sinds, gebruiken_tot, licentie, held, beelden),
        )
        with app.database.read() as session:
            shown = edition_changes.form(session, key, me)
        try:
            with app.database.session() as session:
                effect = edition_changes.change(
                    session,
                    key,
                    _change(typed),
                    visitor=me,
                    version=versie,
                    now=app.clock.now(),
                    today=app.clock.today(),
                )
                if not opslaan:
                    session.rollback()
        except InvalidInputError as fault:
            refused = EditionFormPage(_title(shown), shown, typed, refused=Refused.by(fault))
            return answer(refused, me)
        if not opslaan:
            return answer(EditionFormPage(_title(shown), shown, typed, effect), me)
        address = f"/beheer/editie/{key}?" + urlencode({"opgeslagen": "true"})
        if wat == ChangeKind.REMOVE:
            address = "/beheer/edities?weg=true"
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def answer(page: EditionFormPage, me: Visitor) -> Response:
        with app.database.read() as session:
            edition, today = page.shown.edition, app.clock.today()
            found = turnout.of_edition(session, edition.key, me, today)
            national = materials.look(session, edition, today)
        page = replace(page, turnout=found, national=national)
        return pages.answer("edition_form.html", page, headers=signed.PRIVATE)

    return router


def _title(shown: EditionForm) -> str:
    return f"{shown.campaign} {shown.edition.year}: wijzigen"


def _change(typed: Fields) -> Change:
    try:
        kind = ChangeKind(typed.kind)
    except ValueError:
        raise InvalidInputError("Kies wat je wilt doen.", "wat") from None
    span = None
    if kind is ChangeKind.MOVE:
        span = signed.days(typed.first, typed.last)
    return Change(
        kind,
        span,
        source=signed.tidy(typed.source, _SOURCE_LIMIT, "de bron", "bron"),
        why=signed.tidy(typed.why, _WHY_LIMIT, "de reden", "waarom"),
        theme=signed.tidy(typed.theme, _THEME_LIMIT, "het thema", "thema"),
        material=_material(typed) if kind is ChangeKind.MATERIAL else None,
    )


def _as_it_is(edition: Edition) -> Fields:
    """Return a form with what stands there now.

    The source starts empty: the one of the old days must not slip in under the new ones.
    """
    span, material = edition.span, edition.material
    fields = Fields(first=span.first.isoformat(), last=span.last.isoformat(), theme=edition.theme)
    if material is None:
        return fields
    return replace(
        fields,
        url=material.url,
        since=material.since.isoformat(),
        until=material.until.isoformat() if material.until else "",
        licence=material.licence,
        kinds=tuple(kind.value for kind in material.kinds),
        pictures="ja" if material.pictures else "",
    )


def _material(typed: Fields) -> NationalMaterial:
    """Return the national material that was filled in."""
    url = signed.tidy(typed.url, URL_LIMIT, "het webadres", "adres")
    since = signed.one_day(typed.since, "sinds")
    if since is None:
        raise InvalidInputError(
            "Vul de dag in vanaf wanneer het landelijke materiaal er is.", "sinds"
        )
    return NationalMaterial(
        url=url,
        since=since,
        until=signed.one_day(typed.until, "gebruiken_tot"),
        licence=signed.tidy(typed.licence, LICENCE_LIMIT, "de licentie", "licentie"),
        kinds=national.kinds(typed.kinds),
        pictures=bool(typed.pictures),
    )
