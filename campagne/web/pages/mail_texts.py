"""The words of the mails: which there are, one to change, and how it looks filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse

from campagne.bootstrap import App
from campagne.domain.rights import Visitor
from campagne.errors import Fault, InvalidInputError, TemplateError
from campagne.services.mail_words import mail_subjects, mail_templates, mail_texts
from campagne.services.mail_words.mail_subjects import About
from campagne.services.mail_words.mail_texts import MailText, TextForm, TextLine
from campagne.services.publishing.calendar_book import Choice
from campagne.web.access import visitor
from campagne.web.pages import mail_frame, signed
from campagne.web.pages.refusal import NOT_REFUSED, Refused
from campagne.web.pages.rendering import Pages
from campagne.web.security import FRAMING_POLICY

_WHY_LIMIT = 500
_LABELS = {
    "onderwerp": "Onderwerp",
    "kop": "Kop boven de mail",
    "voorproef": "Voorproef: wat je in de lijst met mails al ziet",
}
_SAID = {
    "wijzig": "De tekst is opgeslagen. Mails die vanaf nu worden gemaakt, krijgen deze tekst.",
    "herstel": "De oorspronkelijke tekst is terug.",
}
_Visitor = Annotated[Visitor, Depends(visitor)]
# What stands between braces in a text, for who never saw a template.
_SIGNS = (
    ("{{ name }}", "Hier komt een gegeven te staan. Welke er zijn, staat hieronder."),
    ("{{ block.name }}", "Een gegeven van één ding uit een lijst: van block de naam."),
    ("{% if weekly %} … {% endif %}", "De woorden ertussen staan er alleen als het zo is."),
    ("{% if not weekly %}", "Alleen als het niet zo is, of als het gegeven leeg is."),
    ("{% elif chases %}", "Was het vorige niet zo, maar dit wel: dan deze woorden."),
    ("{% else %}", "In alle andere gevallen deze woorden."),
    (
        "{% for block in blocks %} … {% endfor %}",
        "De woorden ertussen staan er voor elk ding in de lijst één keer.",
    ),
    ("blocks | length", "Hoeveel er in de lijst staan."),
    ("blocks[0]", "De eerste uit de lijst."),
    ('"stap" if step_count == 1 else "stappen"', "Stap als het er één is, anders stappen."),
    ('"Let op: " ~ name', "Plakt woorden en een gegeven aan elkaar."),
    ("{% set first = … %}", "Bewaart iets onder een naam voor verderop. Laat het staan."),
    ("name | capitalize", "Hetzelfde gegeven, met een hoofdletter."),
    ('work | join(", ")', "Alles uit de lijst achter elkaar, met een komma ertussen."),
    ("body | opmaak", "De woorden met hun vet, kopjes en punten."),
    (
        'changes | selectattr("kind", "equalto", "resumed") | list',
        "Uit de lijst alleen waarvan kind gelijk is aan resumed. Bij rejectattr alle andere.",
    ),
    (
        'lines | map(attribute="campaign") | unique | list',
        "Van elk in de lijst alleen het gegeven campaign, en elke naam maar één keer.",
    ),
    ("{%- … -%}", "Het streepje haalt de witruimte ervoor of erna weg. Laat het staan."),
)


@dataclass(frozen=True, slots=True)
class _Sent:
    """The form as it was sent; `text` is None where it holds no words."""

    what: str = ""
    text: MailText | None = None
    why: str = ""
    version: str = ""
    edition: str = ""
    municipality: str = ""


@dataclass(frozen=True, slots=True)
class MailTextsPage:
    """The mails whose words can be changed."""

    texts: tuple[TextLine, ...]
    title: str = "Teksten van de mails"
    section: str = "mijn"


@dataclass(frozen=True, slots=True)
class MailTextPage:
    """The words of one mail.

    Attributes:
        text: what stands in the form.
        about: what the example is about, out of `editions` and `municipalities`.
        example: address of the example in the words that are in use.
        said: what was just done; empty for nothing.
    """

    title: str
    shown: TextForm
    text: MailText
    about: About
    editions: tuple[Choice, ...]
    municipalities: tuple[Choice, ...]
    example: str
    why: str = ""
    refused: Refused = NOT_REFUSED
    said: str = ""
    why_limit: int = _WHY_LIMIT
    labels: tuple[tuple[str, str], ...] = tuple(_LABELS.items())
    signs: tuple[tuple[str, str], ...] = _SIGNS
    section: str = "mijn"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the routes ``/beheer/mailteksten`` and ``/beheer/mailtekst/{name}``."""
    router = APIRouter()

    @router.api_route("/beheer/mailteksten", methods=["GET", "HEAD"])
    def texts(me: _Visitor) -> Response:
        with app.database.read() as session:
            found = mail_texts.texts(session, me)
        return pages.answer("mail_texts.html", MailTextsPage(tuple(found)), headers=signed.PRIVATE)

    @router.api_route("/beheer/mailtekst/{name}", methods=["GET", "HEAD"])
    def one(
        name: str, me: _Visitor, editie: str = "", gemeente: str = "", gedaan: str = ""
    ) -> Response:
        page = _page(app, name, me, _Sent(edition=editie, municipality=gemeente))
        return answer(replace(page, said=_SAID.get(gedaan, "")))

    @router.post("/beheer/mailtekst/{name}")
    def change(name: str, me: _Visitor, sent: Annotated[_Sent, Depends(_sent)]) -> Response:
        page = _page(app, name, me, sent)
        try:
            faults = _carry_out(app, name, me, sent)
        except InvalidInputError as error:
            faults = [error.fault]
        if faults:
            return answer(replace(page, refused=Refused.of(faults)))
        address = f"/beheer/mailtekst/{name}?" + urlencode({"gedaan": sent.what})
        return RedirectResponse(address, status_code=303, headers=signed.PRIVATE)

    @router.api_route("/beheer/mailtekst/{name}/voorbeeld", methods=["GET", "HEAD"])
    def example(name: str, me: _Visitor, editie: str = "", gemeente: str = "") -> Response:
        return _example(app, name, me, _Sent(edition=editie, municipality=gemeente))

    @router.post("/beheer/mailtekst/{name}/voorbeeld")
    def example_of(name: str, me: _Visitor, sent: Annotated[_Sent, Depends(_sent)]) -> Response:
        return _example(app, name, me, sent)

    def answer(page: MailTextPage) -> Response:
        headers = {**signed.PRIVATE, "content-security-policy": FRAMING_POLICY}
        return pages.answer("mail_text.html", page, headers=headers)

    return router


def _page(app: App, name: str, me: Visitor, sent: _Sent) -> MailTextPage:
    today = app.clock.today()
    with app.database.read() as session:
        mails = mail_templates.in_use(session, app.mails)
        about = _about(app, session, sent)
        shown = mail_texts.form(session, name, me, mails=mails, about=about)
        editions, municipalities = mail_subjects.choices(session, today)
    chosen = {"editie": about.edition.key, "gemeente": about.municipality.key}
    return MailTextPage(
        shown.template.title,
        shown,
        sent.text or shown.text,
        about,
        tuple(editions),
        tuple(municipalities),
        f"/beheer/mailtekst/{name}/voorbeeld?" + urlencode(chosen),
        sent.why,
    )


def _carry_out(app: App, name: str, me: Visitor, sent: _Sent) -> list[Fault]:
    """Store the words, or those of the file again; return what is wrong with them."""
    why = signed.tidy(sent.why, _WHY_LIMIT, "de reden", "waarom")
    now = app.clock.now()
    with app.database.session() as session:
        mails = mail_templates.in_use(session, app.mails)
        about = _about(app, session, sent)
        if sent.what == "herstel":
            mail_texts.reset(
                session,
                name,
                visitor=me,
                mails=mails,
                about=about,
                why=why,
                version=sent.version,
                now=now,
            )
            return []
        if sent.what != "wijzig" or sent.text is None:
            raise InvalidInputError("Kies een van de knoppen op de pagina.")
        return mail_texts.save(
            session,
            name,
            sent.text,
            visitor=me,
            mails=mails,
            about=about,
            why=why,
            version=sent.version,
            now=now,
        )


def _example(app: App, name: str, me: Visitor, sent: _Sent) -> Response:
    """Return the mail filled in, to stand in a frame: cut off from everything."""
    with app.database.read() as session:
        mails = mail_templates.in_use(session, app.mails)
        about = _about(app, session, sent)
        shown = mail_texts.form(session, name, me, mails=mails, about=about)
    # What is in use was looked at when it was stored.
    if sent.text and (found := mail_texts.check(name, sent.text, mails=mails, about=about)):
        return mail_frame.show_fault(found[0])
    try:
        seen = mail_texts.preview(name, sent.text or shown.text, mails=mails, about=about)
    except TemplateError as fault:
        return mail_frame.show_fault(str(fault))
    return mail_frame.show(seen.subject, seen.html, seen.text)


def _about(app: App, session: Any, sent: _Sent) -> About:
    return mail_subjects.find(
        session,
        edition=sent.edition,
        municipality=sent.municipality,
        base_url=app.settings.base_url,
        today=app.clock.today(),
    )


async def _sent(request: Request) -> _Sent:
    form = await request.form()
    typed: Mapping[str, str] = {name: str(value) for name, value in form.items()}
    head = {name: typed[name] for name in _LABELS if name in typed}
    return _Sent(
        what=typed.get("wat", ""),
        text=mail_texts.tidied(head, typed["tekst"]) if "tekst" in typed else None,
        why=typed.get("waarom", ""),
        version=typed.get("versie", ""),
        edition=typed.get("editie", ""),
        municipality=typed.get("gemeente", ""),
    )
