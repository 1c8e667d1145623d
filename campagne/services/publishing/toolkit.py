"""Everything that a gemeente needs for a campaign, in one ZIP: texts, pictures, calendar, planner.

The same data give the same bytes, on any day: what is late or done does not stand in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from campagne import archive, ical
from campagne.documents import cards
from campagne.documents.cards import Card, HouseStyle
from campagne.domain import dutch
from campagne.domain.rota import Edition
from campagne.domain.texts import PUBLIC, RenderedText, TextKind
from campagne.domain.words import word
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.publishing import feed_events, feed_stamps, pictures, text_files, texts
from campagne.services.publishing.overview import StepLine, edition_view
from campagne.services.publishing.pictures import PictureStore
from campagne.services.publishing.planner import Form, PlannerStore, Wish
from campagne.services.publishing.text_files import TextForm
from campagne.store.database import Database
from campagne.store.tables import EditionRow
from campagne.templating import Templates

READ_ME = "LEESMIJ.txt"
_PAPER = "a4"


def name(edition: str, municipality: str) -> str:
    """Return the name of the ZIP; those in it begin in the same way."""
    return f"{edition}_{municipality}_toolkit.zip"


@dataclass(frozen=True, slots=True)
class _Material:
    """What is read of the data, before anything is drawn."""

    edition: Edition
    campaign: str
    place: str
    texts: Sequence[RenderedText]
    card: Card
    calendar: bytes
    steps: Sequence[StepLine]


class Toolkits:
    """Makes the toolkit of an edition for a gemeente.

    Args:
        database: where the data are.
        templates: of the texts, as `texts.render` takes them.
        links: makes the addresses in them.
        planners: makes the planner.
        pictures: makes the pictures.
    """

    def __init__(
        self,
        database: Database,
        templates: Templates,
        *,
        links: Links,
        planners: PlannerStore,
        pictures: PictureStore,
    ) -> None:
        self._database = database
        self._templates = templates
        self._links = links
        self._planners = planners
        self._pictures = pictures

    def packed(self, edition: str, municipality: str, style: HouseStyle) -> bytes:
        """Return the toolkit as one ZIP.

        Args:
            edition: key of the edition.
            municipality: key of the gemeente.
            style: its colour and logo.

        Raises:
            NotFoundError: for an unknown edition or gemeente, or a campaign of another region.
            TemplateError: when a text cannot be filled in.
            DocumentError: when a picture or the planner cannot be made now.
        """
        with self._database.read() as session:
            found = self._read(session, edition, municipality, style)
        # No transaction is open while it is drawn.
        return archive.pack(self._files(found, municipality))

    def _read(
        self, session: Session, edition_key: str, municipality_key: str, style: HouseStyle
    ) -> _Material:
        found = texts.render(session, self._templates, edition_key, municipality_key)
        edition = lookup.edition(session, edition_key)
        place = lookup.municipality(session, municipality_key)
        known = feed_stamps.read_known(session)
        row = session.get_one(EditionRow, edition_key)
        campaign = known.campaigns[edition.campaign].name
        view = edition_view(
            session,
            edition_key,
            today=edition.span.first,
            links=self._links,
            municipality=municipality_key,
        )
        return _Material(
            edition=edition,
            campaign=campaign,
            place=place.name,
            texts=found,
            card=pictures.card(
                next(one for one in found if one.kind is TextKind.POSTER),
                campaign,
                edition,
                place,
                style=style,
                fallback=f"{self._links.texts(edition_key, municipality_key)}/{TextKind.WEBSITE}",
            ),
            calendar=ical.calendar(
                campaign,
                f"{campaign} {edition.year}",
                [feed_events.of_edition(row, known, self._links)],
                source_url=None,
            ),
            steps=view.steps,
        )

    def _files(self, found: _Material, municipality: str) -> Iterator[tuple[str, bytes]]:
        edition = found.edition
        prefix = f"{edition.key}_{municipality}"
        fill_in = self._links.my_municipality(municipality)
        title = f"Teksten voor {found.place}: {found.campaign} {edition.year}"
        address = self._links.texts(edition.key, municipality)
        yield READ_ME, _read_me(found, address).encode()
        yield f"{prefix}_teksten.docx", text_files.document(title, found.texts, fill_in)
        for text in found.texts:
            for form in (TextForm.DOCX, TextForm.TXT):
                content = text_files.content(text, form, fill_in)
                yield f"teksten/{text_files.name(text, form)}", content
        sizes = list(cards.SIZES.values())
        for size, png in zip(sizes, self._pictures.png(found.card, sizes), strict=True):
            yield f"beelden/{prefix}_{size.name}.png", png
            yield f"beelden/{prefix}_{size.name}.svg", cards.svg(found.card, size)
        yield "beelden/alt-teksten.txt", _alt_texts(found).encode()
        yield f"{prefix}.ics", found.calendar
        year = edition.span.first.year
        planner = self._planners.get(Wish(Form.PDF, _PAPER, year, None, municipality))
        yield f"jaarplanner-{year}_{municipality}_{_PAPER}.pdf", planner.body


def _alt_texts(found: _Material) -> str:
    sizes = ", ".join(cards.SIZES)
    return (
        f"Zet deze alt-tekst bij elk van de beelden ({sizes}):\n\n{found.card.alt}\n\n"
        "Zo weet ook iemand die het beeld niet ziet, wat erop staat.\n"
    )


def _read_me(found: _Material, address: str) -> str:
    """Return what is in it and who does what when, in plain Dutch."""
    edition = found.edition
    parts = [f"{found.campaign} {edition.year} in {found.place}"]
    if found.texts[0].notice:
        parts.append(found.texts[0].notice.upper())
    parts.append(f"De campagne is {dutch.on_or_from(dutch.period(edition.span))}.")
    parts.extend(_national(edition))
    missing = dict.fromkeys(one for text in found.texts for one in text.missing)
    if missing:
        parts.append(
            f"Nog niet ingevuld: {dutch.join(list(missing))}. In de teksten staat er daarom niets"
            " over. Vul het in op 'Mijn gemeente' en haal daarna een nieuwe toolkit op."
        )
    parts.append(
        "Wat zit hierin?\n"
        "- De map teksten: elke tekst als Word-bestand en als platte tekst.\n"
        "- Het Word-bestand dat eindigt op _teksten: alle teksten onder elkaar.\n"
        "- De map beelden: beelden voor sociale media, scherm en poster, met de alt-tekst.\n"
        "- Het bestand dat eindigt op .ics: de campagne voor je agenda.\n"
        "- De jaarplanner: alle campagnes van het jaar, om op te hangen."
    )
    closed = [one for one in found.texts if one.kind not in PUBLIC]
    parts.append(
        "Let op: niet elke tekst is voor inwoners. Deze zijn voor de pers, partners, collega's, de"
        f" raad of de regio: {dutch.join([one.kind.value for one in closed])}. Vul eerst in wat"
        " tussen [haken] staat."
    )
    parts.append("Wie doet wat, en uiterlijk wanneer?\n" + "\n".join(_told(found.steps)))
    parts.append(f"De nieuwste teksten en beelden staan op {address}")
    return "\n\n".join(parts) + "\n"


def _national(edition: Edition) -> Iterator[str]:
    """Yield what there is of the organiser; by its days, since any day gives the same bytes."""
    material = edition.material
    if material is None:
        return
    yield (
        f"Gebruik eerst het landelijke materiaal: {material.url}\n"
        f"Je mag het gebruiken {material.may_be_used}."
    )
    held = [kind.value for kind in material.kinds] + ["beelden"] * material.pictures
    if held:
        yield (
            f"In het landelijke materiaal zitten: {dutch.join(held)}. Wat daarvan ook hier staat,"
            " is een eigen voorbeeld van de Campagnekalender. De rest vult aan wat er ontbreekt."
        )


def _told(steps: Sequence[StepLine]) -> Iterator[str]:
    for one in steps:
        if one.due_on is not None:
            yield f"- {dutch.day(one.due_on)}, {word(one.role)}: {one.title}. {one.what}"
    if not any(one.due_on for one in steps):
        yield "Voor deze campagne zijn er geen stappen."
