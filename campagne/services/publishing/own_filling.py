"""The own texts that count for a gemeente, and such a text filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from campagne.domain import own_texts
from campagne.domain.own_language import Nodes, Vocabulary, chosen, fill, names, read, written
from campagne.domain.own_texts import BLOCKS, CONDITIONS, OwnText, Words
from campagne.domain.profile import AddressForm
from campagne.domain.rota import Campaign
from campagne.domain.texts import TextKind
from campagne.errors import InvalidInputError, TemplateError
from campagne.services.publishing import text_sources
from campagne.services.publishing.text_sources import Sources, TextOf, template_of, values_of
from campagne.template_language import translated
from campagne.templating import Templates, one_line


@dataclass(frozen=True, slots=True)
class Layers:
    """What a gemeente says in a text, from the shipped words up; None where those go too far.

    Attributes:
        shipped: the shipped words, for who says u and who says je; None where they go further
            than the language of own texts.
        of_region: what the text of its region stands on: the shipped words, or those that the
            region has for the campaign that this one is part of.
        beneath: what the text of the gemeente stands on, in the form in which it addresses its
            residents: the words of its region, else its own for the campaign that this is part of.
        words: those that count, as far as they are somebody's own or can be translated.
        own: the own texts that these are made of, the one that counts last.
        fault: why there are no shipped words, a Dutch sentence.
    """

    shipped: Words | None
    of_region: Words | None
    beneath: Words | None
    words: Words | None
    own: tuple[OwnText, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """An own text filled in; `asked` is what it names, also in the shared blocks."""

    title: str
    text: str
    asked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name that can be filled in: what it is in Dutch, and what stands there for a gemeente."""

    name: str
    meaning: str
    example: str


def placeholders(templates: Templates, known: Sources, of: TextOf) -> tuple[Placeholder, ...]:
    """Return all that can be filled in, with what it gives in a text."""
    campaign = known.campaigns[of.edition.campaign]
    values = values_of(known, of.edition, campaign, of.municipality)
    given = _given(known, values)
    extra = _extra(templates, template_of(templates, campaign, of.kind))
    for name, file in BLOCKS.items():
        try:
            given[name] = " ".join(templates.piece(file, {**values, "ook": extra}).split())
        except TemplateError:
            given[name] = ""
    meanings = own_texts.meanings(known.help_lines)
    return tuple(
        Placeholder(name, meaning, given.get(name, "")) for name, meaning in meanings.items()
    )


def owned(templates: Templates, known: Sources, of: TextOf) -> tuple[OwnText, ...]:
    """Return the own texts that a text is made of, each upon the one before; the last one counts.

    First those for the campaign that this one is part of, then those for this one, since they say
    more of it; each time that of the region, then that of the gemeente. The first of those count
    for the parts too when they are for each year: what was written for one edition may name its
    days.
    """
    return tuple(one for one in _four(templates, known, of) if one)


def _four(templates: Templates, known: Sources, of: TextOf) -> tuple[OwnText | None, ...]:
    regions = own_texts.regions_of(of.municipality, known.regions)
    mine = [own_texts.of_municipality(of.municipality.key)]
    whole, region = _of_owners(templates, known, of, regions)
    my_whole, my_own = _of_owners(templates, known, of, mine)
    return whole, my_whole, region, my_own


def _of_owners(
    templates: Templates, known: Sources, of: TextOf, owners: Sequence[str]
) -> tuple[OwnText | None, OwnText | None]:
    """Return the own text that counts of the campaign that this is part of, and of this one."""
    campaign = known.campaigns[of.edition.campaign]
    whole, inherited = campaign.part_of, None
    if whole and inherits(templates, campaign, of.kind):
        inherited = own_texts.in_force(known.own, whole, of.kind, owners=owners, edition="")
    return inherited, own_texts.in_force(
        known.own, campaign.key, of.kind, owners=owners, edition=of.edition.key
    )


def inherits(templates: Templates, part: Campaign, kind: TextKind) -> bool:
    """Say whether a part says what the campaign says that it is part of.

    One with a shipped text of its own says something else.
    """
    return not template_of(templates, part, kind).startswith(f"{part.key}/")


def layers(templates: Templates, known: Sources, of: TextOf) -> Layers:
    """Return what a gemeente says in a text, and what that stands on.

    Raises:
        TemplateError: when the shipped template is missing or broken.
    """
    campaign = known.campaigns[of.edition.campaign]
    parts = templates.parts(template_of(templates, campaign, of.kind))
    shipped, fault = None, ""
    try:
        title, body = (
            translated(source)[0] for source in (str(parts.head.get("titel", "")), parts.body)
        )
        shipped = Words(*(own_texts.tidied(written(one)) for one in (title, body)))
    except TemplateError as error:
        fault = str(error)
    whole, my_whole, region, my_own = found = _four(templates, known, of)
    of_region = _on(shipped, whole)
    form = of.municipality.profile.address_form
    beneath = _on(of_region and _addressed(of_region, known, form), my_whole)
    if region:
        words, base = (_addressed(one, known, form) for one in (region.words, region.base))
        beneath = _on(beneath, replace(region, words=words, base=base))
    return Layers(
        shipped,
        of_region,
        beneath,
        _on(beneath, my_own),
        tuple(one for one in found if one),
        fault,
    )


def _on(words: Words | None, own: OwnText | None) -> Words | None:
    """Return the words of an own text that stands on others; those where there is none."""
    return own_texts.said(own, words) if own else words


def _addressed(words: Words, known: Sources, form: AddressForm) -> Words:
    """Return words in one form of address: a gemeente never reads the other."""
    je = form is AddressForm.INFORMAL
    said = text_sources.address(form)
    vocabulary = vocabulary_of(known)

    def settled(source: str) -> str:
        found = read(source, vocabulary)
        if found.faults:
            return source
        return own_texts.tidied(written(chosen(found.nodes, "je", is_so=je, words=said)))

    return Words(*map(settled, (words.title, words.body)))


def vocabulary_of(known: Sources) -> Vocabulary:
    """Return what an own text can name."""
    return own_texts.vocabulary(tuple(known.help_lines))


def filled(
    templates: Templates,
    known: Sources,
    words: Words,
    *,
    values: Mapping[str, object],
    template: str,
) -> Filled:
    """Return own words filled in.

    Args:
        templates: where the shared blocks are.
        known: what there is.
        words: title and text.
        values: of the placeholders in the shipped texts.
        template: the shipped text, which says what the shared blocks show.

    Raises:
        TemplateError: when the words name what is not there, or become too long.
    """
    vocabulary = vocabulary_of(known)
    parts = [_read(source, vocabulary) for source in (words.title, words.body)]
    asked = frozenset().union(*map(names, parts))
    given = _given(known, values)
    blocks = asked & BLOCKS.keys()
    extra = _extra(templates, template) if blocks else []
    for name in blocks:
        given[name] = templates.piece(BLOCKS[name], {**values, "ook": extra})
        asked |= templates.piece_uses(BLOCKS[name])
    conditions = {name: bool(values[name]) for name in CONDITIONS}
    try:
        title, text = (fill(one, given, conditions) for one in parts)
    except InvalidInputError as error:
        raise TemplateError(str(error)) from None
    return Filled(one_line(title), text, asked)


def _given(known: Sources, values: Mapping[str, object]) -> dict[str, str]:
    names_known = vocabulary_of(known).values
    lines = own_texts.of_help_lines(known.help_lines)
    found = {name: value for name, value in values.items() if name in names_known}
    return {name: one_line(value) for name, value in {**found, **dict(lines)}.items()}


def _extra(templates: Templates, template: str) -> list[str]:
    try:
        return [*translated(templates.parts(template).body)[1]]
    except TemplateError:
        return []  # one that goes further than our language keeps its block to the usual lines


def _read(source: str, vocabulary: Vocabulary) -> Nodes:
    found = read(source, vocabulary)
    if found.faults:
        raise TemplateError(
            f"De eigen tekst kan niet worden ingevuld. {found.faults[0]} Wijzig de tekst, of zet de"
            " voorbeeldtekst terug."
        )
    return found.nodes
