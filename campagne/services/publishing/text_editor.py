"""A text of one's own as it is now: its words, what they came from, and who changed them."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from campagne.domain import own_texts
from campagne.domain.own_texts import OwnText, Place, Words
from campagne.domain.paragraphs import Change, split
from campagne.domain.regions import Municipality, ancestry, centre_of
from campagne.domain.rights import Action, Visitor, may
from campagne.domain.rota import Campaign, Edition, concerns
from campagne.domain.texts import TextKind
from campagne.errors import NotFoundError
from campagne.services import lookup
from campagne.services.publishing import own_filling, texts
from campagne.services.publishing.own_filling import Layers
from campagne.services.publishing.text_releases import Of
from campagne.services.publishing.text_sources import Sources, TextOf, sources
from campagne.store import own_texts as stored
from campagne.templating import Templates


@dataclass(frozen=True, slots=True)
class Whose:
    """Which text somebody changes: of a gemeente, or of its region."""

    of: Of
    kind: TextKind
    for_region: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an own text.

    Attributes:
        one: the version.
        changes: in what it differs from the one before it.
        is_now: True for the one that counts.
    """

    one: OwnText
    changes: tuple[Change, ...]
    is_now: bool

    @property
    def every_year(self) -> bool:
        """True when it is for each year."""
        return not self.one.place.edition

    @property
    def name(self) -> str:
        """What tells it from the others of this text."""
        return f"{'elk' if self.every_year else 'dit'}-{self.one.number}"


@dataclass(frozen=True, slots=True)
class Newer:
    """The shipped text was changed since an own text was made from it.

    Attributes:
        changes: what changed in it.
        both: where both changed the same: the own words, which stay, and the shipped ones.
        words: what taking it over gives.
    """

    changes: tuple[Change, ...]
    both: tuple[Change, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class Editor:
    """A text that somebody may change.

    Attributes:
        known: what texts are filled in from.
        of: which text; for a region the gemeente from whose page somebody came.
        parts: the campaigns that are part of this one and for which a text for each year counts
            too, as long as they have none of their own.
        owner: whose, see `domain.own_texts`; `name` is what people call them.
        own: their own text that counts; None where the shipped one does.
        words: what counts now.
        base: the shipped words as they are now, with what stands on them below this text: words
            of the region for a gemeente, and those for the campaign that this one is part of.
        beneath: what the own text stands on, in Dutch, as it follows "Terug naar".
        newer: None where there is nothing to take over.
        version: of what somebody saw; a form that was made for another one is old.
    """

    known: Sources
    of: TextOf
    campaign: Campaign
    parts: tuple[Campaign, ...]
    owner: str
    name: str
    own: OwnText | None
    words: Words
    base: Words
    beneath: str
    newer: Newer | None
    version: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs, each of which can be changed by itself."""
        return split(self.words.body)

    @property
    def title(self) -> str:
        """The campaign with its year."""
        return f"{self.campaign.name} {self.of.edition.year}"

    def place(self, *, every_year: bool) -> Place:
        """Return where a text of this owner is kept."""
        edition = "" if every_year else self.of.edition.key
        return Place(self.campaign.key, self.of.kind, self.owner, edition)

    def newest(self, *, every_year: bool) -> OwnText | None:
        """Return the newest version, also one that says: the shipped text again."""
        return self.known.own.get(self.place(every_year=every_year).key)


def opened(session: Session, templates: Templates, visitor: Visitor, whose: Whose) -> Editor:
    """Return a text to be changed.

    Args:
        session: any session.
        templates: as `texts.render` takes it.
        visitor: who asks.
        whose: which text.

    Raises:
        NotFoundError: when there is no such text, or it is not theirs to change, or the shipped
            one goes further than the language of own texts.
        TemplateError: when the shipped text is missing or broken.
    """
    edition = lookup.edition(session, whose.of.edition)
    place = lookup.municipality(session, whose.of.municipality)
    known = sources(session)
    texts.check_concerns(known, edition, place)
    of = TextOf(edition, place, whose.kind)
    owner = _owner(known, visitor, of, for_region=whose.for_region)
    found = own_filling.layers(templates, known, of)
    base = found.of_region if whose.for_region else found.beneath
    if base is None:
        raise NotFoundError(found.fault)
    own = own_texts.in_force(
        known.own, edition.campaign, whose.kind, owners=[owner], edition=edition.key
    )
    campaign = known.campaigns[edition.campaign]
    places = (Place(campaign.key, whose.kind, owner, one) for one in (edition.key, ""))
    newest = [known.own.get(one.key) for one in places]
    return Editor(
        known=known,
        of=of,
        campaign=campaign,
        parts=tuple(_parts(templates, known, of, owner)),
        owner=owner,
        name=texts.owner_name(known, owner),
        own=own,
        words=own_texts.said(own, base) if own else base,
        base=base,
        beneath=_beneath(known, owner, own, found, of),
        newer=_newer(own, base) if own else None,
        version=_version([one.number if one else 0 for one in newest], base),
    )


def versions(session: Session, editor: Editor) -> list[Version]:
    """Return all versions of a text, the newest first."""
    places = [editor.place(every_year=one) for one in (False, True)]
    found = stored.versions(session, places)
    before = {(one.place, one.number): one.words for one in found if one.is_own}
    return [
        Version(
            one,
            own_texts.differences(before.get((one.place, one.number - 1), one.base), one.words)
            if one.is_own
            else (),
            is_now=one == editor.own,
        )
        for one in found
    ]


def readings(
    templates: Templates, editor: Editor, one: OwnText, ahead: Sequence[Edition]
) -> Iterator[tuple[TextOf, Words]]:
    """Yield where a text is read once it counts, and in which words.

    First for the gemeente from whose page somebody came, then for the others, then in the parts of
    the campaign as far as it changes what is read there.

    Args:
        templates: as `texts.render` takes it.
        editor: the text as it was.
        one: what it becomes.
        ahead: the editions that are not over yet.
    """
    known, of = editor.known, editor.of
    yield of, one.words
    for place in _readers(known, editor.owner, editor.campaign, of.edition.span.first):
        if place != of.municipality:
            yield replace(of, municipality=place), one.words
    after = replace(known, own={**known.own, one.place.key: one})
    parts = {} if one.place.edition else {part.key: part for part in editor.parts}
    for edition in ahead:
        if part := parts.get(edition.campaign):
            for place in _readers(known, editor.owner, part, edition.span.first):
                there = TextOf(edition, place, of.kind)
                now, then = (
                    own_filling.layers(templates, it, there).words for it in (known, after)
                )
                if then is not None and then != now:
                    yield there, then


def _readers(known: Sources, owner: str, campaign: Campaign, on: date) -> list[Municipality]:
    """Return the gemeenten that read a text of an owner about a campaign that begins on a day."""
    key, is_region = own_texts.owner_key(owner), owner.startswith(own_texts.REGION)
    return [
        one
        for one in known.municipalities.values()
        if (key in ancestry(one.region, known.regions) if is_region else one.key == key)
        and one.exists_on(on)
        and concerns(campaign, one, known.regions)
    ]


def _parts(templates: Templates, known: Sources, of: TextOf, owner: str) -> Iterator[Campaign]:
    """Yield the campaigns for which a text for each year of a whole one counts too."""
    for one in known.campaigns.values():
        is_part = one.part_of == of.edition.campaign
        if (
            is_part
            and own_filling.inherits(templates, one, of.kind)
            and _readers(known, owner, one, of.edition.span.first)
        ):
            yield one


def may_change(known: Sources, visitor: Visitor, of: TextOf, *, for_region: bool = False) -> bool:
    """Say whether somebody may change a text of a gemeente, or of its region."""
    if not for_region:
        return may(visitor, Action.CHANGE_TEXTS, of.municipality, known.regions)
    centre = centre_of(of.municipality.region, known.regions)
    return centre is not None and may(
        visitor, Action.CHANGE_REGION_TEXTS, known.municipalities[centre], known.regions
    )


def _owner(known: Sources, visitor: Visitor, of: TextOf, *, for_region: bool) -> str:
    if not may_change(known, visitor, of, for_region=for_region):
        raise NotFoundError(
            "De teksten van de regio wijzigt de centrumgemeente."
            if for_region
            else f"De teksten van {of.municipality.name} wijzigen de collega's daar, of hun"
            " centrumgemeente."
        )
    if not for_region:
        return own_texts.of_municipality(of.municipality.key)
    inside = ancestry(of.municipality.region, known.regions)
    return own_texts.of_region(next(one for one in inside if known.regions[one].centre))


def _beneath(known: Sources, owner: str, own: OwnText | None, found: Layers, of: TextOf) -> str:
    """Return what counts again when the own text is taken away."""
    mine = (owner, of.edition.campaign)
    if own is not None and own.place.edition:
        for_each = Place(of.edition.campaign, of.kind, owner).key
        if for_each in known.own and known.own[for_each].is_own:
            return "de eigen tekst voor elk jaar"
    lower = [one for one in found.own if (one.place.owner, one.place.campaign) != mine]
    if owner.startswith(own_texts.REGION):
        lower = [one for one in lower if one.place.owner == owner]
    if not lower:
        return "de voorbeeldtekst"
    place = lower[-1].place
    said = f"de tekst van {texts.owner_name(known, place.owner)}"
    if place.campaign == of.edition.campaign:
        return said
    return f"{said} voor {known.campaigns[place.campaign].name}"


def _newer(own: OwnText, base: Words) -> Newer | None:
    if own.base == base:
        return None
    renewed = own_texts.renewed(own, base)
    # What goes along by itself needs no button.
    if not own.whole and not renewed.both:
        return None
    return Newer(own_texts.differences(own.base, base), renewed.both, renewed.words)


def _version(numbers: Sequence[int], base: Words) -> str:
    seen = [*numbers, base.title, base.body]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]
