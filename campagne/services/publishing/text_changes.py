"""Changing a text of one's own: looked at as it will be read, then kept as a new version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from campagne.clock import local_day
from campagne.domain import own_text_checks, own_texts
from campagne.domain.own_text_checks import BODY
from campagne.domain.own_texts import OwnText, Words
from campagne.domain.paragraphs import split, together
from campagne.domain.rights import Visitor
from campagne.domain.rota import Edition
from campagne.domain.text_checks import findings
from campagne.domain.text_findings import Finding, Severity
from campagne.domain.texts import PUBLIC, RenderedText, length
from campagne.errors import Fault, InvalidInputError, NotFoundError, TemplateError
from campagne.services import audit
from campagne.services.audit import Author
from campagne.services.publishing import own_filling, texts
from campagne.services.publishing.text_editor import Editor, readings
from campagne.services.publishing.text_sources import TextOf
from campagne.store import own_texts as stored
from campagne.store import queries
from campagne.templating import Templates

_MOST_TOLD = 10
_MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed.

    Attributes:
        words: as typed; of `paragraph` only the text counts.
        paragraph: number of the only paragraph that it is, from 1; None for all of them.
        every_year: whether it is for the next years too.
        why: may be empty.
    """

    words: Words
    paragraph: int | None = None
    every_year: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """An own text as it will be read.

    Attributes:
        text: filled in; None where it cannot be.
        faults: why it cannot be kept.
        findings: what the rules say of it.
        size: how long it is, in the unit of its kind.
    """

    text: RenderedText | None
    faults: tuple[Fault, ...]
    findings: tuple[Finding, ...]
    size: int = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who changes a text, on which form, and when (aware UTC)."""

    visitor: Visitor
    version: str
    now: datetime


def composed(editor: Editor, typed: Typed) -> Words:
    """Return the whole of the words that somebody typed, tidied.

    Raises:
        NotFoundError: for a paragraph that is not there.
    """
    body = own_texts.tidied(typed.words.body)
    if typed.paragraph is not None:
        found = list(editor.paragraphs)
        if not 1 <= typed.paragraph <= len(found):
            raise NotFoundError(
                f"De tekst heeft geen alinea {typed.paragraph}. Open de pagina opnieuw."
            )
        found[typed.paragraph - 1] = body
        return replace(editor.words, body=together(found))
    return Words(" ".join(typed.words.title.split()), together(split(body)))


def preview(templates: Templates, editor: Editor, typed: Typed, of: TextOf) -> Preview:
    """Return how a text looks filled in, and what is wrong with it.

    Args:
        templates: as `texts.render` takes it.
        editor: the text.
        typed: what somebody typed.
        of: for whom and which edition it is filled in.

    Raises:
        NotFoundError: for a paragraph that is not there.
    """
    if faults := _in_paragraph(editor, typed):
        return Preview(None, tuple(faults), ())
    words = composed(editor, typed)
    seen = _filled(templates, editor, words, of)
    year = editor.of.edition.span.first.year if typed.every_year else None
    own = own_text_checks.findings(words, editor.base, editor.known.help_lines, from_year=year)
    found = (*seen.findings, *own)[:_MOST_FOUND]
    return replace(seen, findings=found) if seen.text else seen


def _in_paragraph(editor: Editor, typed: Typed) -> list[Fault]:
    """Return what is wrong with one paragraph, with its own lines; an empty one is taken out."""
    body = own_texts.tidied(typed.words.body)
    if typed.paragraph is None or not body.strip():
        return []
    vocabulary = own_filling.vocabulary_of(editor.known)
    return own_text_checks.faults(Words(editor.words.title, body), vocabulary)


def _filled(templates: Templates, editor: Editor, words: Words, of: TextOf) -> Preview:
    faults = own_text_checks.faults(words, own_filling.vocabulary_of(editor.known))
    if faults:
        return Preview(None, tuple(faults), ())
    try:
        text = texts.own(templates, editor.known, of, words)
    except TemplateError as error:
        return Preview(None, (Fault(str(error), BODY),), ())
    held = texts.setting(editor.known, of.edition, of.municipality)
    return Preview(text, (), findings(text, held), length(text.markdown, text.kind))


def save(
    session: Session, templates: Templates, editor: Editor, typed: Typed, stamp: Stamp
) -> list[Fault]:
    """Keep words as the newest version, and note that in the log of changes.

    Args:
        session: a writing session, in which the text was opened.
        templates: as `texts.render` takes it.
        editor: the text.
        typed: what somebody typed.
        stamp: who, and on which form.

    Returns:
        Why nothing was kept; nothing when it was.

    Raises:
        InvalidInputError: when the form is old, or nothing was changed.
        NotFoundError: for a paragraph that is not there.
    """
    _check_version(editor, stamp)
    words = composed(editor, typed)
    same_years = editor.own is None or (not editor.own.place.edition) == typed.every_year
    if words == editor.words and same_years:
        raise InvalidInputError("Er is niets veranderd aan de tekst.", BODY)
    if faults := _in_paragraph(editor, typed):
        return faults
    own = editor.own
    return _keep(
        session,
        templates,
        editor,
        stamp,
        _Kept(
            words,
            _base(editor),
            whole=typed.paragraph is None or (own is not None and own.whole),
            every_year=typed.every_year,
            why=typed.why,
            what="eigen tekst gewijzigd",
        ),
    )


def _base(editor: Editor) -> Words:
    """Return what changed words are made from.

    Those of a text that goes along have what is new in the shipped one already.
    """
    if editor.own is None:
        return editor.base
    if editor.own.whole:
        return editor.own.base
    return own_texts.renewed(editor.own, editor.base).base


def take_over(session: Session, templates: Templates, editor: Editor, stamp: Stamp) -> list[Fault]:
    """Take the new paragraphs of the shipped text over, and keep those of one's own.

    Args and returns as `save`.

    Raises:
        InvalidInputError: when the form is old, or there is nothing to take over.
    """
    _check_version(editor, stamp)
    own, newer = editor.own, editor.newer
    if own is None or newer is None:
        raise InvalidInputError("Er is geen nieuwere voorbeeldtekst om over te nemen.")
    return _keep(
        session,
        templates,
        editor,
        stamp,
        _Kept(
            newer.words,
            editor.base,
            whole=own.whole,
            every_year=not own.place.edition,
            why="",
            what="nieuwere voorbeeldtekst overgenomen in eigen tekst",
        ),
    )


def restore(
    session: Session, templates: Templates, editor: Editor, one: OwnText | None, stamp: Stamp
) -> list[Fault]:
    """Make an older version the newest one again.

    Args and returns as `save`; `one` is that version, None for one that is not there.

    Raises:
        InvalidInputError: when the form is old, or there is no such version.
    """
    _check_version(editor, stamp)
    if one is None or not one.is_own:
        raise InvalidInputError("Kies een versie uit de lijst.")
    return _keep(
        session,
        templates,
        editor,
        stamp,
        _Kept(
            one.words,
            one.base,
            whole=one.whole,
            every_year=not one.place.edition,
            why="",
            what=f"versie {one.number} van eigen tekst teruggezet",
        ),
    )


def give_up(session: Session, editor: Editor, stamp: Stamp) -> None:
    """Let the text count again that lies below one's own: the shipped one, as a rule.

    Raises:
        InvalidInputError: when the form is old, or there is no text of one's own.
    """
    _check_version(editor, stamp)
    if editor.own is None:
        raise InvalidInputError("Er is geen eigen tekst: de voorbeeldtekst staat er al.")
    _end(session, editor, stamp, editor.own)
    _note(session, editor, stamp, "eigen tekst weggehaald", "")


@dataclass(frozen=True, slots=True)
class _Kept:
    words: Words
    base: Words
    whole: bool
    every_year: bool
    why: str
    what: str


def _keep(
    session: Session, templates: Templates, editor: Editor, stamp: Stamp, kept: _Kept
) -> list[Fault]:
    """Keep words as the newest version; return why not where something is wrong with them."""
    newest = editor.newest(every_year=kept.every_year)
    one = OwnText(
        place=editor.place(every_year=kept.every_year),
        number=newest.number + 1 if newest else 1,
        words=kept.words,
        base=kept.base,
        whole=kept.whole,
        is_own=True,
        by=stamp.visitor.contact.name,
        at=stamp.now,
        why=kept.why,
    )
    ahead = [one for one in queries.editions(session) if one.span.last >= local_day(stamp.now)]
    if faults := _hindrances(templates, editor, one, ahead):
        return faults
    stored.add(session, one, stamp.visitor.contact.key)
    this_year = editor.newest(every_year=False)
    # Else the text of this year would go on counting before the one for each year.
    if kept.every_year and this_year is not None and this_year.is_own:
        _end(session, editor, stamp, this_year)
    _note(session, editor, stamp, kept.what, kept.why)
    return []


def _end(session: Session, editor: Editor, stamp: Stamp, own: OwnText) -> None:
    newest = editor.known.own[own.place.key]
    none = Words("", "")
    ended = OwnText(
        own.place,
        newest.number + 1,
        none,
        none,
        whole=False,
        is_own=False,
        by=stamp.visitor.contact.name,
        at=stamp.now,
    )
    stored.add(session, ended, stamp.visitor.contact.key)


def _hindrances(
    templates: Templates, editor: Editor, one: OwnText, ahead: Sequence[Edition]
) -> list[Fault]:
    """Return why a text cannot be kept.

    A text for residents is there for everyone at once: it may have no error for any gemeente that
    reads it, nor in the parts of its campaign that it counts for.

    Args:
        templates: as `texts.render` takes it.
        editor: the text as it was.
        one: what it becomes.
        ahead: the editions that are not over yet.
    """
    for of, words in readings(templates, editor, one, ahead):
        seen = _filled(templates, editor, words, of)
        wrong = list(seen.faults)
        if editor.of.kind in PUBLIC:
            errors = [one for one in seen.findings if one.severity is Severity.ERROR]
            wrong += [Fault(str(one), BODY) for one in errors]
        # What is wrong for one is told before the next is tried: it mostly is the same.
        if wrong:
            before = _where(editor, of)
            return [Fault(f"{before}{one}", one.field) for one in wrong[:_MOST_TOLD]]
    return []


def _where(editor: Editor, of: TextOf) -> str:
    """Return for whom something is wrong, where that is not what somebody has before them."""
    place = "" if of.municipality == editor.of.municipality else of.municipality.name
    if of.edition == editor.of.edition:
        return f"Voor {place}: " if place else ""
    name = f"{editor.known.campaigns[of.edition.campaign].name} {of.edition.year}"
    return f"Voor {name} in {place}: " if place else f"Voor {name}: "


def overtaken(editor: Editor, version: str) -> str:
    """Return what to tell who has a form of a version; empty where nobody was first."""
    if version == editor.version:
        return ""
    newest = [one for one in map(editor.known.own.get, _keys(editor)) if one]
    by = f" door {max(newest, key=lambda one: one.at).by}" if newest else ""
    return (
        f"Deze tekst is intussen{by} veranderd. Er is niets opgeslagen. Wat jij schreef, staat nog"
        " hieronder. Kijk bij de versies wat er nu staat, en sla daarna op wat het moet worden."
    )


def _check_version(editor: Editor, stamp: Stamp) -> None:
    if told := overtaken(editor, stamp.version):
        raise InvalidInputError(told)


def _keys(editor: Editor) -> list[str]:
    return [editor.place(every_year=one).key for one in (False, True)]


def _note(session: Session, editor: Editor, stamp: Stamp, what: str, why: str) -> None:
    contact = stamp.visitor.contact
    of_region = editor.owner.startswith(own_texts.REGION)
    audit.record(
        session,
        Author(contact.name, contact.key),
        f"{what}: {editor.of.kind} van {editor.title}",
        of=("region" if of_region else "municipality", own_texts.owner_key(editor.owner)),
        before={},
        after={},
        why=why,
        now=stamp.now,
    )
