"""The own texts that count for a gemeente, and such a text filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campagne.domain import own_texts
from campagne.domain.own_language import Nodes, Vocabulary, chosen, fill, names, read, written
from campagne.domain.own_texts import BLOCKS, CONDITIONS, OwnText, Words
from campagne.domain.profile import AddressForm
from campagne.errors import InvalidInputError, TemplateError
from campagne.services.publishing import text_sources
from campagne.services.publishing.text_sources import Sources, TextOf, template_of, values_of
from campagne.template_language import translated
from campagne.templating import Templates, one_line


@dataclass(frozen=True, slots=True)
class Layers:
    """What a gemeente could say, from the shipped text up; None for what there is not.

    Attributes:
        shipped: the shipped words, for who says u and who says je; None where they go further
            than the language of own texts.
        region: the own text of its region that counts.
        beneath: what a text of the gemeente stands on: that of its region, else the shipped one,
            in the form in which it addresses its residents.
        municipality: the own text of the gemeente that counts.
        fault: why there are no shipped words, a Dutch sentence.
    """

    shipped: Words | None
    region: OwnText | None
    beneath: Words | None
    municipality: OwnText | None
    fault: str = ""

    @property
    def own(self) -> OwnText | None:
        """The text that counts; None where it is the shipped one."""
        return self.municipality or self.region

    @property
    def words(self) -> Words | None:
        """The words that count, as far as they are somebody's own or can be translated."""
        if self.municipality:
            return own_texts.said(self.municipality, self.beneath)
        return self.of_region

    @property
    def of_region(self) -> Words | None:
        """The words that count for the region as a whole."""
        return own_texts.said(self.region, self.shipped) if self.region else self.shipped


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


def owned(known: Sources, of: TextOf) -> tuple[OwnText | None, OwnText | None]:
    """Return the own texts that count, of a gemeente and of its region."""
    place, campaign = of.municipality, of.edition.campaign

    def counts(owners: Sequence[str]) -> OwnText | None:
        return own_texts.in_force(
            known.own, campaign, of.kind, owners=owners, edition=of.edition.key
        )

    regions = own_texts.regions_of(place, known.regions)
    return counts([own_texts.of_municipality(place.key)]), counts(regions)


def layers(templates: Templates, known: Sources, of: TextOf) -> Layers:
    """Return what a gemeente could say in a text.

    Raises:
        TemplateError: when the shipped template is missing or broken.
    """
    mine, of_region = owned(known, of)
    campaign = known.campaigns[of.edition.campaign]
    parts = templates.parts(template_of(templates, campaign, of.kind))
    try:
        title, body = (
            translated(source)[0] for source in (str(parts.head.get("titel", "")), parts.body)
        )
    except TemplateError as error:
        return Layers(None, of_region, None, mine, fault=str(error))
    shipped = Words(*(own_texts.tidied(written(one)) for one in (title, body)))
    beneath = own_texts.said(of_region, shipped) if of_region else shipped
    return Layers(
        shipped, of_region, _addressed(beneath, known, of.municipality.profile.address_form), mine
    )


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
