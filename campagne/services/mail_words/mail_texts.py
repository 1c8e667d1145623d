"""The words of the mails: an own text over the file of each, seen filled in before it is used.

What waits in the outbox was filled in before and goes as it is.
"""

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from unicodedata import category

from sqlmodel import Session, select

from campagne.domain.rights import Action, Visitor, may
from campagne.errors import Fault, InvalidInputError, NotFoundError, TemplateError
from campagne.markdown import Markdown
from campagne.messages import Mails, formatted, plain_text, values_of
from campagne.services import audit
from campagne.services.audit import AuditLine, Author
from campagne.services.mail_words import mail_samples, mail_situations
from campagne.services.mail_words.mail_placeholders import Group, groups
from campagne.services.mail_words.mail_subjects import About
from campagne.services.mail_words.mail_templates import TEMPLATES, MailTemplate
from campagne.store import queries
from campagne.store.tables import MailTextRow
from campagne.template_faults import faults as template_faults
from campagne.templating import Parts

_HISTORY = 20
_PLACES = {
    "onderwerp": "het onderwerp",
    "kop": "de kop",
    "voorproef": "de voorproef",
    "tekst": "de tekst",
}
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # no clock: an example has no date that counts
_LINES = 40  # of a changed text in the log


@dataclass(frozen=True, slots=True)
class MailText:
    """The words of a mail: the texts of its head by key, and its text, in Markdown."""

    head: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class TextLine:
    """A mail in the list; `by` and `at` only for an own text."""

    template: MailTemplate
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class TextForm:
    """The words of a mail to change.

    Attributes:
        is_own: True when they are not those of the file.
        original_changed: True when the file was changed since the own text was written.
        version: fingerprint of the words; a form that was filled in for others is old.
        placeholders: what can be named, with what the example has there.
        history: the changes so far, the newest first.
    """

    template: MailTemplate
    text: MailText
    is_own: bool
    original_changed: bool
    version: str
    placeholders: tuple[Group, ...]
    history: tuple[AuditLine, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as its reader would see it."""

    subject: str
    html: str
    text: str


def texts(session: Session, visitor: Visitor) -> list[TextLine]:
    """Return all mails whose words can be changed.

    Raises:
        NotFoundError: when somebody may not change them.
    """
    _check(session, visitor)
    own = {row.name: row for row in session.exec(select(MailTextRow))}
    return [
        TextLine(one, own[name].by, own[name].at) if name in own else TextLine(one, "", None)
        for name, one in TEMPLATES.items()
    ]


def form(session: Session, name: str, visitor: Visitor, *, mails: Mails, about: About) -> TextForm:
    """Return the words of a mail.

    Args:
        session: any session.
        name: of the template.
        visitor: who asks.
        mails: what makes mails, with the words that are in use.
        about: what the example is about.

    Raises:
        NotFoundError: when there is no such mail, or they may not change it.
    """
    _check(session, visitor)
    template = _template(name)
    row = session.get(MailTextRow, name)
    parts = mails.parts(name)
    original = _digest(mails.parts(name, original=True).source)
    return TextForm(
        template,
        _text(parts, template),
        is_own=row is not None,
        original_changed=row is not None and row.original != original,
        version=_digest(parts.source)[:16],
        placeholders=tuple(groups(name, mail_samples.example(name, about))),
        history=tuple(audit.entries(session, of=("mail_text", name), limit=_HISTORY)),
    )


def check(name: str, text: MailText, *, mails: Mails, about: About) -> list[Fault]:
    """Return what is wrong with the words of a mail; nothing when they are good.

    They are filled in for every situation, so that no mail fails later.
    """
    template, example = _template(name), mail_samples.example(name, about)
    known, after_dot = mail_situations.names(example)
    written = {key: text.head.get(key, "") for key in template.heads} | {"tekst": text.body}
    found = []
    for field, words in written.items():
        place, wrong = _PLACES[field], []
        if not words.strip():
            wrong.append(f"Vul {place} in.")
        if any(category(one) == "Cc" and one not in "\n\t" for one in words):
            wrong.append(f"In {place} staat een teken dat niet te lezen is. Typ de tekst opnieuw.")
        wrong += template_faults(place, words, known, after_dot)
        found += [Fault(one, field) for one in wrong]
    return found or _in_situations(template, text, mails, example)


def preview(name: str, text: MailText, *, mails: Mails, about: About) -> Preview:
    """Return a mail in these words, filled in.

    Raises:
        TemplateError: when they cannot be; the sentence says why. `check` finds more.
    """
    own, example = _with(mails, name, text), mail_samples.example(name, about)
    if isinstance(example, Mapping) and name == "regiobericht-tekst":
        # It is read within the mail around it.
        subject, body = own.draft(name, example)
        name = "regiobericht"
        example = mail_samples.example(name, replace(about, draft=(subject, body)))
    message = own.compose(
        name,
        example,  # type: ignore[arg-type]  # the example of this template
        kind=TEMPLATES[name].kind,
        key=f"voorbeeld:{name}",
        recipient="collega@example.nl",
        recipient_name="Een collega",
        date=_SOME_DAY,
    )
    return Preview(message.subject, formatted(message), plain_text(message))


def save(
    session: Session,
    name: str,
    typed: MailText,
    *,
    visitor: Visitor,
    mails: Mails,
    about: About,
    why: str,
    version: str,
    now: datetime,
) -> list[Fault]:
    """Put an own text in the place of a mail template, and note that in the log.

    One that is the same as the file takes the own text away.

    Args:
        session: a writing session.
        name: of the template.
        typed: the words.
        visitor: who does it.
        mails: what makes mails, with the words that are in use.
        about: what the example is about.
        why: the reason, for the log.
        version: of the form that was filled in.
        now: instant, aware UTC.

    Returns:
        What is wrong; where there is something, nothing was changed.

    Raises:
        NotFoundError: as `form`.
        InvalidInputError: when no reason is given, nothing changes, or somebody else was first.
    """
    shown = form(session, name, visitor, mails=mails, about=about)
    _check_version(shown, version, why)
    original = mails.parts(name, original=True)
    if typed == _text(original, shown.template):
        return _store(session, shown, None, typed, visitor=visitor, why=why, now=now, original="")
    if typed == shown.text:
        raise InvalidInputError("Er verandert niets: deze tekst staat er al.", "tekst")
    faults = check(name, typed, mails=mails, about=about)
    if faults:
        return faults
    source = Parts(typed.head, typed.body).source
    digest = _digest(original.source)
    return _store(session, shown, source, typed, visitor=visitor, why=why, now=now, original=digest)


def reset(
    session: Session,
    name: str,
    *,
    visitor: Visitor,
    mails: Mails,
    about: About,
    why: str,
    version: str,
    now: datetime,
) -> None:
    """Take an own text away, so that the file counts again; note that in the log.

    Args and errors: as `save`.
    """
    shown = form(session, name, visitor, mails=mails, about=about)
    _check_version(shown, version, why)
    if not shown.is_own:
        raise InvalidInputError("Deze mail heeft al de oorspronkelijke tekst.")
    text = _text(mails.parts(name, original=True), shown.template)
    _store(session, shown, None, text, visitor=visitor, why=why, now=now, original="")


def tidied(head: Mapping[str, str], body: str) -> MailText:
    """Return the words as they were typed, with the line ends of a file."""
    return MailText(
        {key: _lines(value).strip() for key, value in head.items()}, _lines(body).strip()
    )


def _in_situations(
    template: MailTemplate, text: MailText, mails: Mails, example: object
) -> list[Fault]:
    own = _with(mails, template.name, text)
    for one in mail_situations.situations(example):
        try:
            filled = own.fill(template.name, values_of(one), template.heads)
        except TemplateError as fault:
            return [Fault(str(fault))]
        html = Markdown(filled.text).html
        for name, address in mail_situations.urls(one, template.required):
            if f'href="{address}"' not in html:
                return [_no_link(name)]
    return []


def _no_link(name: str) -> Fault:
    return Fault(
        f"De link met '{name}' ontbreekt in de tekst, altijd of soms. Zonder die link kan de lezer"
        " niet doen waar deze mail voor is. Zet hem terug.",
        "tekst",
    )


def _store(
    session: Session,
    shown: TextForm,
    source: str | None,
    text: MailText,
    *,
    visitor: Visitor,
    why: str,
    now: datetime,
    original: str,
) -> list[Fault]:
    name, author = shown.template.name, visitor.contact
    row = session.get(MailTextRow, name)
    if row is not None:
        session.delete(row)
        session.flush()
    if source is not None:
        session.add(
            MailTextRow(
                name=name,
                source=source,
                original=original,
                by=author.name,
                by_key=author.key,
                at=now,
            )
        )
    before, after = _told(shown.text, text)
    audit.record(
        session,
        Author(author.name, author.key),
        "oorspronkelijke tekst teruggezet" if source is None else "tekst van een mail gewijzigd",
        of=("mail_text", name),
        before=before,
        after=after,
        why=why,
        now=now,
    )
    return []


def _told(before: MailText, after: MailText) -> tuple[dict[str, str], dict[str, str]]:
    """Return the words for the log: of the text only the lines that differ."""
    was, becomes = dict(before.head), dict(after.head)
    lines = list(difflib.ndiff(before.body.splitlines(), after.body.splitlines()))
    was["tekst"], becomes["tekst"] = (
        " / ".join([one[2:] for one in lines if one.startswith(mark) and one[2:].strip()][:_LINES])
        for mark in ("- ", "+ ")
    )
    return was, becomes


def _check(session: Session, visitor: Visitor) -> None:
    regions = queries.regions(session)
    if not any(
        may(visitor, Action.CHANGE_MAIL_TEXTS, place, regions)
        for place in queries.municipalities(session).values()
    ):
        advice = (
            "Vul eerst op 'Mijn stappen' de code uit je app in."
            if visitor.must_prove
            else "Moet er iets anders in een mail staan? Vraag het de beheerder."
        )
        raise NotFoundError(
            f"De teksten van de mails wijzigt een beheerder bij de centrumgemeente. {advice}"
        )


def _check_version(shown: TextForm, version: str, why: str) -> None:
    if version != shown.version:
        by = f" door {shown.history[0].by}" if shown.history else ""
        raise InvalidInputError(
            f"Deze tekst is intussen{by} veranderd. Er is niets opgeslagen. Wat jij schreef, staat"
            " nog hieronder. Kijk in een ander venster wat er nu staat en verstuur het formulier"
            " dan opnieuw."
        )
    if not why:
        raise InvalidInputError("Schrijf op waarom je dit wijzigt.", "waarom")


def _template(name: str) -> MailTemplate:
    try:
        return TEMPLATES[name]
    except KeyError:
        raise NotFoundError("Deze mail bestaat niet, of de tekst ervan ligt vast.") from None


def _text(parts: Parts, template: MailTemplate) -> MailText:
    return tidied({key: str(parts.head.get(key, "")) for key in template.heads}, parts.body)


def _with(mails: Mails, name: str, text: MailText) -> Mails:
    return mails.with_own({name: Parts(text.head, text.body).source}, strict=True)


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
