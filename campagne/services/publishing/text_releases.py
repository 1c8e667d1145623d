"""The texts of an edition for a gemeente as somebody may see them, and releasing them."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campagne.domain import dutch
from campagne.domain.regions import Municipality, centre_of
from campagne.domain.rights import Action, Visitor, may
from campagne.domain.rota import Edition, EditionStatus
from campagne.domain.text_checks import findings
from campagne.domain.text_findings import Severity
from campagne.domain.text_release import Opening, fingerprint, opening, unfinished
from campagne.domain.texts import PUBLIC, RenderedText, TextKind
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import audit, lookup
from campagne.services.audit import Author
from campagne.services.publishing import text_sources, texts
from campagne.store.tables import TextReleaseRow
from campagne.templating import Templates


@dataclass(frozen=True, slots=True)
class Of:
    """Whose texts about what: the keys of an edition and a gemeente."""

    edition: str
    municipality: str


@dataclass(frozen=True, slots=True)
class OpenedText:
    """A text and for whom it is there; `released_at` is when it was released, aware UTC."""

    text: RenderedText
    opening: Opening
    released_at: datetime | None = None

    @property
    def unfinished(self) -> tuple[str, ...]:
        """What must be filled in before it can be released."""
        return unfinished(self.text)


@dataclass(frozen=True, slots=True)
class TextSet:
    """All texts of an edition for a gemeente.

    Attributes:
        campaign: its name.
        texts: those that exist, in the order of `TextKind`.
        fault: why one does not, a Dutch sentence; empty when all do.
        may_release: whether who looks may release them.
        may_change / may_change_region: whether they may change those of the gemeente, and of its
            region.
        version: what was there to be released; a form that was made for another one is old.
    """

    edition: Edition
    campaign: str
    municipality: Municipality
    texts: tuple[OpenedText, ...]
    fault: str
    may_release: bool
    version: str
    may_change: bool = False
    may_change_region: bool = False

    @property
    def name(self) -> str:
        """The campaign with its year."""
        return f"{self.campaign} {self.edition.year}"

    def seen_by(self, visitor: Visitor | None) -> tuple[OpenedText, ...]:
        """Return the texts that somebody, or with None anybody, may read."""
        return tuple(one for one in self.texts if visitor is not None or one.opening.is_open)


def text_set(
    session: Session,
    templates: Templates,
    visitor: Visitor | None,
    of: Of,
    kinds: Collection[TextKind] = tuple(TextKind),
) -> TextSet:
    """Return the texts of an edition for a gemeente.

    Args:
        session: any session.
        templates: as `texts.render` takes it.
        visitor: who looks; None for anybody, for whom what was never released is left out.
        of: which edition and gemeente.
        kinds: which texts.

    Raises:
        NotFoundError: for an unknown edition or gemeente, or a campaign of another region.
    """
    edition = lookup.edition(session, of.edition)
    place = lookup.municipality(session, of.municipality)
    known = text_sources.sources(session)
    texts.check_concerns(known, edition, place)
    released = _released(session, of)
    wanted = [one for one in kinds if visitor is not None or one in PUBLIC or one in released]
    found, fault = texts.fill_each(templates, known, edition, place, wanted)
    opened = tuple(_opened(text, released) for text in found)

    def can(action: Action, at: str | None) -> bool:
        asked = known.municipalities.get(at or "")
        return bool(visitor and asked and may(visitor, action, asked, known.regions))

    return TextSet(
        edition=edition,
        campaign=known.campaigns[edition.campaign].name,
        municipality=place,
        texts=opened,
        fault=fault,
        may_release=can(Action.RELEASE_TEXTS, place.key),
        version=_version(opened),
        may_change=can(Action.CHANGE_TEXTS, place.key),
        may_change_region=can(Action.CHANGE_REGION_TEXTS, centre_of(place.region, known.regions)),
    )


def release(
    session: Session,
    templates: Templates,
    visitor: Visitor,
    of: Of,
    kinds: Collection[TextKind] | None,
    *,
    version: str,
    now: datetime,
) -> tuple[TextKind, ...]:
    """Let everyone read texts, as they are now; note it in the log of changes.

    Args:
        session: a writing session.
        templates: as `texts.render` takes it.
        visitor: who does it.
        of: which edition and gemeente.
        kinds: which texts; those for residents are there for everyone already. None for all that
            are finished.
        version: of the page on which they were read.
        now: instant, aware UTC.

    Returns:
        The kinds that were not open yet.

    Raises:
        NotFoundError: when it is not theirs to release, or a text does not exist.
        InvalidInputError: when nothing is chosen, a text is not finished or has changed since, the
            edition is not confirmed, or an own text has an error.
    """
    found, chosen = _of(session, templates, visitor, of, kinds)
    if found.edition.status is not EditionStatus.CONFIRMED:
        raise InvalidInputError(
            f"{found.name} staat nog niet vast of gaat niet door. Teksten geef je vrij als de"
            " datum vaststaat."
        )
    if version != found.version:
        raise InvalidInputError(
            "De teksten zijn gewijzigd nadat je deze pagina opende, of een collega was je voor. Er"
            " is nog niets vrijgegeven. Lees ze opnieuw en geef ze dan vrij."
        )
    if kinds is None:
        chosen = [one for one in chosen if not one.unfinished]
    if waiting := [one.text.kind.value for one in chosen if one.unfinished]:
        raise InvalidInputError(
            f"Nog niet af: {dutch.join(waiting)}. Er is nog niets vrijgegeven. Vul eerst in wat"
            " tussen [haken] staat, of kies alleen teksten die af zijn.",
            "soort",
        )
    fresh = [one for one in chosen if not one.opening.is_open]
    _check_own(session, found, [one.text for one in fresh])
    for one in fresh:
        session.merge(
            TextReleaseRow(
                edition_key=of.edition,
                municipality_key=of.municipality,
                kind=one.text.kind,
                fingerprint=fingerprint(one.text),
                at=now,
            )
        )
    _note(session, visitor, found, [one.text for one in fresh], what="vrijgegeven", now=now)
    return tuple(one.text.kind for one in fresh)


def withdraw(
    session: Session,
    templates: Templates,
    visitor: Visitor,
    of: Of,
    kinds: Collection[TextKind],
    *,
    now: datetime,
) -> tuple[TextKind, ...]:
    """Let only who is logged in read texts again; note it in the log of changes.

    Args and errors: as `release`, whatever the edition is and whether the texts changed.

    Returns:
        The kinds that were released.
    """
    found, chosen = _of(session, templates, visitor, of, kinds)
    gone = [one.text for one in chosen if one.released_at]
    for text in gone:
        row = session.get(TextReleaseRow, (of.edition, of.municipality, text.kind.value))
        session.delete(row)
    _note(session, visitor, found, gone, what="niet meer vrij", now=now)
    return tuple(text.kind for text in gone)


def _of(
    session: Session,
    templates: Templates,
    visitor: Visitor,
    of: Of,
    kinds: Collection[TextKind] | None,
) -> tuple[TextSet, list[OpenedText]]:
    """Return all texts that can be released, and those that somebody chose; None chooses all."""
    closed = [kind for kind in TextKind if kind not in PUBLIC]
    found = text_set(session, templates, visitor, of, closed)
    if not found.may_release:
        raise NotFoundError(
            f"De teksten van {found.municipality.name} geven de collega's daar vrij, of hun"
            " centrumgemeente."
        )
    if kinds is None:
        return found, list(found.texts)
    if not kinds:
        raise InvalidInputError("Kies minstens één tekst.", "soort")
    if not {one.text.kind for one in found.texts} >= set(kinds):
        raise NotFoundError(
            "Een van deze teksten bestaat niet, of is al voor iedereen. Open de pagina opnieuw."
        )
    return found, [one for one in found.texts if one.text.kind in kinds]


def _check_own(session: Session, found: TextSet, chosen: Collection[RenderedText]) -> None:
    """Refuse words of one's own that the rules call wrong; the shipped ones are tried elsewhere."""
    held = texts.setting(text_sources.sources(session), found.edition, found.municipality)
    for text in chosen:
        wrong = [one for one in findings(text, held) if one.severity is Severity.ERROR]
        if text.own_of and wrong:
            raise InvalidInputError(
                f"Er is niets vrijgegeven: de eigen tekst ({text.kind}) heeft nog een fout."
                f" {wrong[0]}",
                "soort",
            )


def _opened(text: RenderedText, released: Mapping[str, TextReleaseRow]) -> OpenedText:
    row = released.get(text.kind)
    if row is None:
        return OpenedText(text, opening(text, None))
    return OpenedText(text, opening(text, row.fingerprint), row.at)


def _released(session: Session, of: Of) -> dict[str, TextReleaseRow]:
    rows = select(TextReleaseRow).where(
        col(TextReleaseRow.edition_key) == of.edition,
        col(TextReleaseRow.municipality_key) == of.municipality,
    )
    return {row.kind: row for row in session.exec(rows)}


def _version(opened: Collection[OpenedText]) -> str:
    said = [
        f"{one.opening} {fingerprint(one.text)}" for one in opened if one.text.kind not in PUBLIC
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _note(
    session: Session,
    visitor: Visitor,
    found: TextSet,
    changed: Collection[RenderedText],
    *,
    what: str,
    now: datetime,
) -> None:
    if not changed:
        return
    audit.record(
        session,
        Author(visitor.contact.name, visitor.contact.key),
        f"teksten van {found.name} {what}",
        of=("municipality", found.municipality.key),
        before={"teksten": ""},
        after={"teksten": dutch.join([text.kind.value for text in changed])},
        why="",
        now=now,
    )
