"""A text of one's own: the words to change beside how they look, and the versions so far."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain import own_texts, word_changes
from campagne.domain.own_texts import CONDITIONS, Words
from campagne.domain.paragraphs import Change
from campagne.domain.rights import Visitor
from campagne.domain.text_findings import Severity
from campagne.domain.text_release import Opening
from campagne.domain.texts import RULES, Limit, TextKind
from campagne.domain.word_changes import Piece
from campagne.errors import Fault, InvalidInputError
from campagne.services import lookup
from campagne.services.publishing import text_changes, text_editor, texts
from campagne.services.publishing.calendar_book import Choice
from campagne.services.publishing.own_filling import Placeholder, placeholders
from campagne.services.publishing.text_changes import Preview, Stamp, Typed
from campagne.services.publishing.text_editor import Editor, Version, Whose
from campagne.services.publishing.text_releases import Of, OpenedText
from campagne.services.publishing.text_sources import TextOf
from campagne.store import queries
from campagne.web.access import visitor
from campagne.web.pages import signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages
from campagne.web.pages.text_view import ShownText, shown
from campagne.web.security import PAGE_POLICY

_PATH = "/teksten/{edition}/{municipality}/{kind}/wijzig"
_KINDS: Mapping[str, TextKind] = {one.value: one for one in TextKind}
_WHY_LIMIT = 200
_REGION = "regio"
_YEARS = {"dit": False, "elk": True}
_SAID = {
    "opslaan": "De tekst is opgeslagen. Hij staat nu overal waar deze tekst te lezen is.",
    "overnemen": "De nieuwe alinea's zijn overgenomen. Wat je zelf schreef, is gebleven.",
    "weghalen": "Je eigen tekst is weg. Je kunt hem hieronder nog terugzetten.",
    "herstel": "Die versie is teruggezet.",
}

# The script of the page asks for the preview.
_POLICY = f"{PAGE_POLICY}; connect-src 'self'"
_Visitor = Annotated[Visitor, Depends(visitor)]
_WhoseTexts = Annotated[Of, Depends()]


@dataclass(frozen=True, slots=True)
class _Sent:
    """What the address or the form asks, or was just done; what is not said is empty.

    Attributes:
        was: the words of that paragraph when the form was made.
        years: for which years, as the form says it.
        alone: True where only the part with the preview is wanted.
    """

    what: str = ""
    title: str | None = None
    body: str | None = None
    paragraph: str = ""
    was: str = ""
    years: str = ""
    why: str = ""
    version: str = ""
    number: str = ""
    edition: str = ""
    municipality: str = ""
    for_region: bool = False
    alone: bool = False


class _Marker:
    """Marks the words of what changed, until that took all the work that one page may be."""

    def __init__(self) -> None:
        self._left = word_changes.MOST_STEPS

    def pieces(self, change: Change) -> tuple[Piece, ...]:
        found = word_changes.marked(change, self._left)
        self._left -= found.steps
        return found.pieces


@dataclass(frozen=True, slots=True)
class TextEditPage:
    """A text to be changed.

    Attributes:
        action: where its forms go.
        typed: what stands in the form.
        text: how it looks filled in; None where it cannot be.
        about: for whom and which edition that is, out of `editions` and `municipalities`.
        beneath: what counts again when the own text is taken away.
        said: what was just done; empty for nothing.
        otherwise: a paragraph that somebody else changed meanwhile: its name, what it says now,
            and what was typed.
        marked: the words of a change, each as it stayed, went or came; nothing where the whole
            paragraphs tell more.
    """

    title: str
    heading: str
    action: str
    editor: Editor
    typed: Typed
    preview: Preview
    text: ShownText | None
    about: TextOf
    editions: tuple[Choice, ...]
    municipalities: tuple[Choice, ...]
    versions: Sequence[Version]
    placeholders: Sequence[Placeholder]
    limit: Limit
    beneath: str
    for_region: bool
    refused: Refused = NOT_REFUSED
    said: str = ""
    otherwise: tuple[tuple[str, str, str], ...] = ()
    why_limit: int = _WHY_LIMIT
    conditions: tuple[tuple[str, str], ...] = tuple(CONDITIONS.items())
    marked: Callable[[Change], tuple[Piece, ...]] = field(default_factory=lambda: _Marker().pieces)
    section: str = "jaar"

    @property
    def errors(self) -> int:
        """How many findings keep the text from being published."""
        return sum(one.severity is Severity.ERROR for one in self.preview.findings)


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/teksten/{edition}/{municipality}/{kind}/wijzig``."""
    router = APIRouter()

    @router.api_route(_PATH, methods=["GET", "HEAD"])
    def form(
        me: _Visitor, of: _WhoseTexts, kind: str, asked: Annotated[_Sent, Depends(_asked)]
    ) -> Response:
        page = _page(app, me, _whose(of, kind, asked), asked)
        return answer(replace(page, said=_SAID.get(asked.what, "")))

    @router.post(_PATH)
    def change(
        me: _Visitor, of: _WhoseTexts, kind: str, sent: Annotated[_Sent, Depends(_sent)]
    ) -> Response:
        whose = _whose(of, kind, sent)
        if sent.what == "voorproef":
            page = _page(app, me, whose, sent)
            if sent.alone:
                return answer(page, "text_preview.html")
            return answer(_told(page, sent, []))
        try:
            faults = _carry_out(app, me, whose, sent)
        except InvalidInputError as error:
            faults = [error.fault]
        if faults:
            return answer(_told(_page(app, me, whose, sent), sent, faults))
        address = _address(whose, {"gedaan": sent.what})
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    def answer(page: TextEditPage, name: str = "text_edit.html") -> Response:
        headers = {**signed.PRIVATE, "content-security-policy": _POLICY}
        return pages.answer(name, page, headers=headers)

    return router


def _whose(of: Of, kind: str, sent: _Sent) -> Whose:
    return Whose(of, lookup.one("soort", kind, _KINDS), sent.for_region)


def _address(whose: Whose, said: Mapping[str, str]) -> str:
    path = _PATH.format(
        edition=whose.of.edition, municipality=whose.of.municipality, kind=whose.kind
    )
    query = urlencode({**({"voor": _REGION} if whose.for_region else {}), **said})
    return f"{path}?{query}" if query else path


def _page(app: App, me: Visitor, whose: Whose, sent: _Sent) -> TextEditPage:
    today = app.clock.today()
    with app.database.read() as session:
        editor = text_editor.opened(session, app.texts, me, whose)
        versions = text_editor.versions(session, editor)
        editions = [
            one
            for one in queries.editions(session)
            if one.campaign == editor.campaign.key
            and (one.span.last >= today or one == editor.of.edition)
        ]
        places = texts.places(session, editor.of.edition.key)
    typed = _typed(editor, sent)
    edition = next((one for one in editions if one.key == sent.edition), editor.of.edition)
    known = editor.known.municipalities
    chosen = sent.municipality if sent.municipality in places else editor.of.municipality.key
    about = TextOf(edition, known[chosen], whose.kind)
    seen = text_changes.preview(app.texts, editor, typed, about)
    return TextEditPage(
        title=f"{_heading(editor, typed.paragraph)}: {whose.kind}, {editor.title}",
        heading=_heading(editor, typed.paragraph),
        action=_address(whose, {}),
        editor=editor,
        typed=typed,
        preview=seen,
        text=shown(OpenedText(seen.text, Opening.CLOSED), heading=4) if seen.text else None,
        about=about,
        editions=tuple(Choice(one.key, f"{editor.campaign.name} {one.year}") for one in editions),
        municipalities=tuple(Choice(one, known[one].name) for one in places),
        versions=versions,
        placeholders=placeholders(app.texts, editor.known, editor.of),
        limit=RULES[whose.kind].limit,
        beneath=editor.beneath,
        for_region=whose.for_region,
    )


def _heading(editor: Editor, paragraph: int | None) -> str:
    what = f"Wijzig alinea {paragraph}" if paragraph else "Wijzig de tekst"
    return f"{what} voor {editor.name}"


def _typed(editor: Editor, sent: _Sent) -> Typed:
    """Return what stands in the form: what was sent, else what counts now."""
    paragraph = _paragraph(editor, sent)
    words = editor.words
    body = words.body if paragraph is None else editor.paragraphs[paragraph - 1]
    if sent.body is not None:
        # What was typed for a paragraph that is gone is no whole text.
        body = f"{body}\n\n{sent.body}" if paragraph is None and sent.paragraph else sent.body
    own = editor.own
    return Typed(
        Words(words.title if sent.title is None else sent.title, body),
        paragraph,
        every_year=_YEARS.get(sent.years, own is not None and not own.place.edition),
        why=sent.why,
    )


def _paragraph(editor: Editor, sent: _Sent) -> int | None:
    """Return the number of the paragraph that is changed; None for all of the text.

    It may have another number since the form was made: it is known by its words.
    """
    numbers = {str(one): one for one in range(1, len(editor.paragraphs) + 1)}
    number = numbers.get(sent.paragraph)
    same = [one for one in numbers.values() if _is_as_it_was(editor, one, sent)]
    return same[0] if len(same) == 1 and number not in same else number


def _is_as_it_was(editor: Editor, number: int, sent: _Sent) -> bool:
    return own_texts.tidied(editor.paragraphs[number - 1]) == own_texts.tidied(sent.was)


def _told(page: TextEditPage, sent: _Sent, faults: Sequence[Fault]) -> TextEditPage:
    """Return a page with what is wrong with the form; first of all that somebody was first.

    That is told of a preview too: the form that comes back is of the text as it is now.
    """
    editor, number = page.editor, page.typed.paragraph
    overtaken = text_changes.overtaken(editor, sent.version) if sent.version else ""
    if not overtaken:
        return replace(page, refused=Refused.of(faults))
    told = [Fault(overtaken)]
    if sent.paragraph and number is None:
        told.append(
            Fault("De alinea is er niet meer. Wat jij schreef, staat onder de hele tekst.", "tekst")
        )
    otherwise: tuple[tuple[str, str, str], ...] = ()
    if number is not None and not _is_as_it_was(editor, number, sent):
        now = editor.paragraphs[number - 1]
        otherwise = ((f"Alinea {number}", now, page.typed.words.body),)
    return replace(page, refused=Refused.of(told), otherwise=otherwise)


def _carry_out(app: App, me: Visitor, whose: Whose, sent: _Sent) -> list[Fault]:
    """Do what the button says; return why not."""
    stamp = Stamp(me, sent.version, app.clock.now())
    with app.database.session() as session:
        editor = text_editor.opened(session, app.texts, me, whose)
        match sent.what:
            case "opslaan":
                return _saved(app, session, editor, sent, stamp)
            case "overnemen":
                return text_changes.take_over(session, app.texts, editor, stamp)
            case "weghalen":
                text_changes.give_up(session, editor, stamp)
                return []
            case "herstel":
                found = {one.name: one.one for one in text_editor.versions(session, editor)}
                chosen = found.get(sent.number)
                return text_changes.restore(session, app.texts, editor, chosen, stamp)
            case _:
                raise InvalidInputError("Kies een van de knoppen op de pagina.")


def _saved(app: App, session: Any, editor: Editor, sent: _Sent, stamp: Stamp) -> list[Fault]:
    if sent.title is None or sent.body is None:
        raise InvalidInputError("Vul de titel en de tekst in.", "tekst")
    if sent.years not in _YEARS:
        raise InvalidInputError("Kies voor welke jaren de tekst is.", "geldt")
    if sent.paragraph and _paragraph(editor, sent) is None:
        raise InvalidInputError("Deze alinea is er niet meer. Wijzig de hele tekst.", "tekst")
    why = signed.tidy(sent.why, _WHY_LIMIT, "de reden", "waarom")
    typed = replace(_typed(editor, sent), why=why)
    return text_changes.save(session, app.texts, editor, typed, stamp)


def _asked(request: Request) -> _Sent:
    query = request.query_params
    return _Sent(
        what=query.get("gedaan", ""),
        paragraph=query.get("alinea", ""),
        edition=query.get("editie", ""),
        municipality=query.get("gemeente", ""),
        for_region=query.get("voor") == _REGION,
    )


async def _sent(request: Request) -> _Sent:
    form = await request.form()
    typed = {name: str(value) for name, value in form.items()}
    return _Sent(
        what=typed.get("wat", ""),
        title=typed.get("titel"),
        body=typed.get("tekst"),
        paragraph=typed.get("alinea", ""),
        was=typed.get("was", ""),
        years=typed.get("geldt", ""),
        why=typed.get("waarom", ""),
        version=typed.get("versie", ""),
        number=typed.get("nummer", ""),
        edition=typed.get("editie", ""),
        municipality=typed.get("gemeente", ""),
        for_region=request.query_params.get("voor") == _REGION,
        alone="deel" in typed,
    )
