"""Ready-made texts, filled in for one gemeente and written to files."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from sqlmodel import Session

from campagne.domain.own_texts import REGION, Words, owner_key
from campagne.domain.regions import Municipality
from campagne.domain.rota import Edition, EditionStatus, concerns
from campagne.domain.text_findings import Setting
from campagne.domain.texts import BARE, CANCELLED, PROVISIONAL, RULES, RenderedText, TextKind
from campagne.errors import InvalidInputError, NotFoundError, TemplateError, reason
from campagne.files import replace_file
from campagne.services import lookup
from campagne.services.publishing import own_filling, pictures, text_files
from campagne.services.publishing.text_files import TextForm
from campagne.services.publishing.text_sources import (
    Sources,
    TextOf,
    sources,
    template_of,
    values_of,
)
from campagne.templating import Templates

log = logging.getLogger("campagne.texts")

_NOTICES = {
    EditionStatus.PROVISIONAL: PROVISIONAL,
    EditionStatus.CONFIRMED: "",
    EditionStatus.CANCELLED: CANCELLED,
}
_PLAIN_FILES = BARE | {TextKind.MUNICIPAL_PAGE}


def render(
    session: Session,
    templates: Templates,
    edition_key: str,
    municipality_key: str,
    kinds: Collection[TextKind] = tuple(TextKind),
) -> list[RenderedText]:
    """Return the texts of an edition, filled in for a gemeente; one of each kind.

    Args:
        session: any session.
        templates: the folder with a folder of templates per campaign, `templates/texts`.
        edition_key: key of the edition.
        municipality_key: key of the gemeente.
        kinds: which are wanted; they come in the order of `TextKind`.

    Raises:
        NotFoundError: for an unknown edition or gemeente, or a campaign of another region.
        TemplateError: when a template is missing or broken, or asks for what is not there.
    """
    edition = lookup.edition(session, edition_key)
    municipality = lookup.municipality(session, municipality_key)
    known = sources(session)
    check_concerns(known, edition, municipality)
    return fill(templates, known, edition, municipality, kinds)


def places(session: Session, edition_key: str) -> list[str]:
    """Return the keys of the gemeenten that an edition is for, by their names.

    Raises:
        NotFoundError: for an unknown edition.
    """
    edition = lookup.edition(session, edition_key)
    known = sources(session)
    campaign = known.campaigns[edition.campaign]
    found = [
        one
        for one in known.municipalities.values()
        if one.exists_on(edition.span.first) and concerns(campaign, one, known.regions)
    ]
    return [one.key for one in sorted(found, key=lambda one: one.name)]


def check_concerns(known: Sources, edition: Edition, municipality: Municipality) -> None:
    """Check that a campaign is there for a gemeente.

    Raises:
        NotFoundError: when it is one of another region or gemeente.
    """
    campaign = known.campaigns[edition.campaign]
    if not concerns(campaign, municipality, known.regions):
        where = known.regions[campaign.region or ""].name
        if campaign.municipality is not None:
            where = known.municipalities[campaign.municipality].name
        raise NotFoundError(
            f"{campaign.name} is er alleen voor {where};"
            f" {municipality.name} ligt daar niet. Kies een andere gemeente of editie."
        )


def fill(
    templates: Templates,
    known: Sources,
    edition: Edition,
    municipality: Municipality,
    kinds: Collection[TextKind] = tuple(TextKind),
) -> list[RenderedText]:
    """Return the texts of an edition for a gemeente that its campaign concerns.

    An own text of the gemeente or its region goes before the shipped one, unless it cannot be
    filled in: a name in it can have gone from the data. What goes out with a picture has the words
    of that picture as its alternative text: those of the poster.

    Raises:
        TemplateError: when a template is missing or broken, or asks for what is not there.
    """
    campaign = known.campaigns[edition.campaign]
    values = values_of(known, edition, campaign, municipality)
    wanted = set(kinds)
    if any(RULES[kind].picture for kind in wanted):
        wanted.add(TextKind.POSTER)
    texts = [
        _counting(templates, known, of, values)
        for of in (TextOf(edition, municipality, kind) for kind in TextKind if kind in wanted)
    ]
    alt = ""
    if poster := next((one for one in texts if one.kind is TextKind.POSTER), None):
        alt = pictures.alt(poster, campaign.name, edition, municipality)
    return [
        replace(one, alt=alt) if RULES[one.kind].picture else one
        for one in texts
        if one.kind in kinds
    ]


def own(templates: Templates, known: Sources, of: TextOf, words: Words) -> RenderedText:
    """Return words of one's own as a text of an edition for a gemeente.

    Args:
        templates: as `fill` takes it.
        known: what they are filled in from.
        of: which text.
        words: what it says.

    Raises:
        TemplateError: when the words name what is not there, or become too long.
    """
    text = _in_words(templates, known, of, words)
    if not RULES[of.kind].picture:
        return text
    edition, place, poster = of.edition, of.municipality, text
    if of.kind is not TextKind.POSTER:
        (poster,) = fill(templates, known, edition, place, [TextKind.POSTER])
    name = known.campaigns[edition.campaign].name
    return replace(text, alt=pictures.alt(poster, name, edition, place))


def _in_words(templates: Templates, known: Sources, of: TextOf, words: Words) -> RenderedText:
    edition, place = of.edition, of.municipality
    campaign = known.campaigns[edition.campaign]
    template = template_of(templates, campaign, of.kind)
    values = values_of(known, edition, campaign, place)
    found = own_filling.filled(templates, known, words, values=values, template=template)
    return RenderedText(
        kind=of.kind,
        title=found.title,
        markdown=found.text,
        notice=_NOTICES[edition.status],
        edition=edition.key,
        municipality=place.key,
        template=f"eigen tekst in de plaats van {template}",
        colour=str(templates.parts(template).head.get("kleur", "")),
        missing=_missing(place, found.asked),
    )


def _counting(
    templates: Templates, known: Sources, of: TextOf, values: Mapping[str, object]
) -> RenderedText:
    """Return the text that counts; the shipped one in the place of an own one that is broken."""
    fault = ""
    try:
        if found := _own(templates, known, of):
            return found
    except TemplateError as error:
        fault = str(error)
    template = template_of(templates, known.campaigns[of.edition.campaign], of.kind)
    shipped = _shipped(templates, template, of, values)
    if fault:
        place = own_filling.owned(templates, known, of)[-1].place
        log.warning("the shipped text stands in the place of own text %s: %s", place.key, fault)
    return replace(shipped, own_fault=fault)


def _own(templates: Templates, known: Sources, of: TextOf) -> RenderedText | None:
    """Return the own text that counts, None where there is none."""
    if not own_filling.owned(templates, known, of):
        return None
    found = own_filling.layers(templates, known, of)
    if found.words is None:
        return None
    text = _in_words(templates, known, of, found.words)
    counts = found.own[-1]
    by = owner_name(known, counts.place.owner)
    return replace(text, own_of=by, own_since=counts.at)


def _shipped(
    templates: Templates, template: str, of: TextOf, values: Mapping[str, object]
) -> RenderedText:
    filled = templates.text(template, values)
    place = of.municipality
    used = templates.uses(template) if place.profile.gaps else frozenset()
    return RenderedText(
        kind=of.kind,
        title=filled.line("titel"),
        markdown=filled.text,
        notice=_NOTICES[of.edition.status],
        edition=of.edition.key,
        municipality=place.key,
        template=template,
        colour=str(filled.head.get("kleur", "")),
        missing=_missing(place, used),
    )


def _missing(municipality: Municipality, used: Collection[str]) -> tuple[str, ...]:
    return tuple(phrase for name, phrase in municipality.profile.gaps.items() if name in used)


def owner_name(known: Sources, owner: str) -> str:
    """Return whose a text is, as people say it: the name of a gemeente, or of a region."""
    key = owner_key(owner)
    if owner.startswith(REGION):
        return f"de regio {known.regions[key].name}"
    return known.municipalities[key].name


def fill_each(
    templates: Templates,
    known: Sources,
    edition: Edition,
    municipality: Municipality,
    kinds: Collection[TextKind] = tuple(TextKind),
) -> tuple[list[RenderedText], str]:
    """Return the texts whose templates are in order, and what is wrong with the first other.

    For a page: a broken template takes neither the dates away nor the other texts.
    """
    found, fault = [], ""
    for kind in TextKind:
        if kind in kinds:
            try:
                found += fill(templates, known, edition, municipality, [kind])
            except TemplateError as error:
                fault = fault or str(error)
    return found, fault


def setting(known: Sources, edition: Edition, municipality: Municipality) -> Setting:
    """Return what the texts of an edition for a gemeente are held against."""
    return Setting(
        form=municipality.profile.address_form,
        campaign=known.campaigns[edition.campaign].name,
        notice=_NOTICES[edition.status],
    )


def write(texts: Collection[RenderedText], out: Path, fill_in: str) -> list[Path]:
    """Write each text to its own file, always the same name and bytes for the same text.

    Args:
        texts: as `render` gives them.
        out: folder to write to; made when it is not there.
        fill_in: the address where a gemeente fills in what a text misses.

    Returns:
        The files, in the order of the texts. Other files in the folder stay as they are.

    Raises:
        InvalidInputError: when the folder cannot be written to.
    """
    written = []
    try:
        for text in texts:
            form = TextForm.TXT if text.kind in _PLAIN_FILES else TextForm.MD
            path = out / text_files.name(text, form)
            replace_file(path, text_files.content(text, form, fill_in))
            written.append(path)
    except OSError as error:
        raise InvalidInputError(
            f"De teksten kunnen niet worden geschreven in {out} ({reason(error)})."
            " Kies een map waarin je mag schrijven."
        ) from error
    return written
