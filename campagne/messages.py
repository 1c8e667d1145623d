"""A mail template and a context become a `Message`: frozen bytes, the same for the same input.

One Markdown source gives a plain text part and an HTML part (`layout.html`).
"""

import copy
import email
import hashlib
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import css_inline
from markupsafe import Markup, escape

from campagne import mail_files
from campagne.clock import AMSTERDAM
from campagne.domain.contacts import address_fault
from campagne.domain.delivery import Message, MessageKind, Tail, message_id
from campagne.domain.preferences import MailList
from campagne.errors import InvalidInputError, SettingsError, TemplateError
from campagne.mail_contexts import Context
from campagne.mail_files import Attachment
from campagne.markdown import Markdown
from campagne.templating import Filled, Parts, Templates, one_line

log = logging.getLogger("campagne.mails")

_HEAD = ("onderwerp", "kop", "voorproef")
_LISTS = {
    MessageKind.REMINDER: MailList.REMINDERS,
    MessageKind.NOTICE: MailList.REMINDERS,
    MessageKind.BROADCAST: MailList.BROADCASTS,
    MessageKind.SILENCE: MailList.BROADCASTS,
    MessageKind.PLAN: MailList.REMINDERS,
    MessageKind.EVALUATION: MailList.REMINDERS,
    MessageKind.MATERIAL: MailList.REMINDERS,
}


def plain_text(message: Message) -> str:
    """Return the plain text part of a message, as its reader sees it."""
    mail = email.message_from_bytes(message.own, policy=SMTP)
    body = mail.get_body(("plain",))
    return "" if body is None else str(body.get_content()).replace("\r\n", "\n")


def formatted(message: Message) -> str:
    """Return the formatted part of a message, as HTML."""
    mail = email.message_from_bytes(message.own, policy=SMTP)
    body = mail.get_body(("html",))
    return "" if body is None else str(body.get_content())


def mention(words: str) -> re.Pattern[str]:
    """Return what finds a name or an address in running text, also across the end of a line.

    Not within a longer word or address; an address whatever its case.
    """
    spaced = r"\s+".join(re.escape(one) for one in words.split())
    flags = re.IGNORECASE if "@" in words else 0
    return re.compile(rf"(?<![\w.@+-]){spaced}(?![\w@+-]|\.\w)", flags)


def with_words(raw: bytes, words: Mapping[str, str]) -> bytes:
    """Return a mail with other words in the place of some, in its subject and its text.

    Args:
        raw: a mail as `Mails` made it, or what it has before its tail.
        words: what is to go, with what comes there. Answers go to the sender where one of them is
            the address that they would go to.

    Returns:
        The same bytes where none of them stands in it.
    """
    mail = email.message_from_bytes(raw, _class=EmailMessage, policy=_POLICY)
    answers = str(mail.get("Reply-To", ""))
    found = any(one.lower() == answers.lower() for one in words)
    if found:
        del mail["Reply-To"]

    def changed(text: str, written: Callable[[str], str]) -> str:
        for one, other in words.items():
            text = mention(written(one)).sub(written(other), text)
        return text

    subject = str(mail["Subject"])
    if (other := changed(subject, str)) != subject:
        mail.replace_header("Subject", other)
        found = True
    for kind, written in (("plain", str), ("html", _escaped)):
        part = mail.get_body((kind,))
        if not isinstance(part, EmailMessage):
            continue
        text = str(part.get_content())
        if (other := changed(text, written)) != text:
            part.set_content(other, subtype=kind, cte="quoted-printable")
            found = True
    if not found:
        return raw
    changed_raw = mail.as_bytes()
    # What has a tail is not closed before it.
    is_whole = raw.endswith(_closing(mail))
    return changed_raw if is_whole else changed_raw.removesuffix(_closing(mail))


def _escaped(text: str) -> str:
    return str(escape(text))


class Mails:
    """Makes mails from the templates in a folder.

    Args:
        folder: the folder with the mail templates, `templates/mail`.
        sender: the From of every mail, ``Campagnekalender <campagne@example.nl>``.
        returns: gives the address to which what comes back of a mail is sent, from its key; None
            for that of the sender.

    Raises:
        SettingsError: when the sender is no mail address.
    """

    def __init__(
        self, folder: Path, *, sender: str, returns: Callable[[str], str] | None = None
    ) -> None:
        name, address = parseaddr(sender)
        if fault := address_fault(address):
            raise SettingsError(f"CAMPAGNE_MAIL_FROM is geen goede afzender: {fault}.")
        self._templates = Templates(folder)
        self._own: Mapping[str, str] = {}
        self._is_strict = False
        self._from = Address(one_line(name), addr_spec=address)
        self._returns = returns or (lambda _: address)
        self._inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

    def with_own(self, own: Mapping[str, str], *, strict: bool = False) -> "Mails":
        """Return the same with texts of one's own in the place of some of the files.

        Args:
            own: source by name of a template, without `.md`.
            strict: True to raise when such a text cannot be filled in; else the file goes, since
                a mail that says it in other words is better than none, and the log tells.
        """
        other = copy.copy(self)
        given = {f"{name}.md": source for name, source in own.items()}
        other._own = {**self._own, **given}  # noqa: SLF001 - a copy of itself
        other._is_strict = strict  # noqa: SLF001 - the same
        return other

    def parts(self, template: str, *, original: bool = False) -> Parts:
        """Return a template as it is written, or as the file has it.

        Raises:
            TemplateError: when it is missing, or its head is.
        """
        templates = self._templates if original else self._templates.with_texts(self._own)
        return templates.parts(f"{template}.md")

    def compose(
        self,
        template: str,
        context: Mapping[str, object] | Context,
        *,
        kind: MessageKind,
        key: str,
        recipient: str,
        recipient_name: str,
        date: datetime,
        reply_to: str | None = None,
        unsubscribe_url: str = "",
        attachments: Sequence[Attachment] = (),
        tail: Tail | None = None,
    ) -> Message:
        """Fill in a template and freeze it.

        Args:
            template: name of a file in the folder, without `.md`.
            context: what it is filled in with.
            kind: what the mail is for; a broadcast comes from a person, the rest by itself.
            key: the key of the message; its Message-ID and MIME boundary derive from it.
            recipient: bare address.
            recipient_name: the name that stands before it.
            date: the Date of the mail, aware.
            reply_to: bare address of the person who gets the answers, None for the sender.
            unsubscribe_url: where the recipient leaves the list that this kind of mail is of;
                empty for a mail that is of none.
            attachments: files that go with it. Not every channel takes them, so that the text
                also says where they are.
            tail: more files, that go with many mails; see `mail_files.bundle`.

        Raises:
            TemplateError: when the template is missing or broken, or asks for what is not there.
            InvalidInputError: when an address cannot be mailed to.
        """
        filled = self.fill(template, values_of(context), _HEAD)
        subject = one_line(filled.line("onderwerp"))
        mail = EmailMessage(policy=_POLICY)
        mail["From"] = self._from
        mail["To"] = _address(recipient, recipient_name)
        if reply_to is not None:
            mail["Reply-To"] = _address(reply_to, "")
        mail["Subject"] = subject
        mail["Date"] = date.astimezone(AMSTERDAM)
        mail["Message-ID"] = message_id(key, self._from.addr_spec)
        # A broadcast is written by a person: an absence may be answered. To the rest no program
        # is to answer; Exchange asks that in a header of its own.
        if kind is not MessageKind.BROADCAST:
            mail["Auto-Submitted"] = "auto-generated"
            mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        if unsubscribe_url:
            _as_list_mail(mail, _LISTS[kind], unsubscribe_url)
        text = Markdown(filled.text)
        mail.set_content(text.text(), cte="quoted-printable")
        mail.add_alternative(self._html(filled, text), subtype="html", cte="quoted-printable")
        for one in attachments:
            mail.add_attachment(**mail_files.as_part(one))
        if tail is not None and not attachments:
            mail.make_mixed()
        # Last: making the parts moves the content headers that are there to the first part.
        mail["Content-Language"] = "nl"
        # "=_" never occurs in quoted-printable, so no part can hold its own boundary.
        for number, part in enumerate(one for one in mail.walk() if one.is_multipart()):
            inner = f"/{number}" if number else ""
            part.set_boundary("=_" + hashlib.sha256(f"{key}{inner}".encode()).hexdigest()[:40])
        if tail is not None:
            mail.set_boundary(mail_files.boundary(tail))
        own = mail.as_bytes()
        if tail is not None:
            own = own.removesuffix(_closing(mail))
        return Message(
            key=key,
            kind=kind,
            sender=self._returns(key),
            recipient=recipient,
            subject=subject,
            message_id=str(mail["Message-ID"]),
            own=own,
            tail=tail,
        )

    def draft(self, template: str, values: Mapping[str, object]) -> tuple[str, str]:
        """Return the subject and the filled in Markdown of a template, not yet a mail.

        Raises:
            TemplateError: as `compose`.
        """
        filled = self.fill(template, values, _HEAD[:1])
        return one_line(filled.line("onderwerp")), filled.text

    def fill(self, template: str, values: Mapping[str, object], needed: Sequence[str]) -> Filled:
        """Return a template filled in, not yet a mail.

        Args:
            template: as in `compose`.
            values: what it is filled in with.
            needed: the texts of the head that may not be empty.

        Raises:
            TemplateError: as `compose`.
        """
        name = f"{template}.md"
        if name in self._own:
            try:
                own = self._templates.with_texts(self._own).markdown(name, values)
                for line in needed:
                    own.line(line)
            except TemplateError as error:
                if self._is_strict:
                    raise
                log.warning("the own text of %s is not used: %s", name, error)
            else:
                return own
        filled = self._templates.markdown(name, values)
        for line in needed:
            filled.line(line)
        return filled

    def _html(self, filled: Filled, text: Markdown) -> str:
        page = self._templates.html(
            "layout.html",
            {
                "subject": filled.line("onderwerp"),
                "heading": filled.line("kop"),
                "preheader": filled.line("voorproef"),
                "body": Markup(text.html),  # noqa: S704 - HTML in a text is text there
            },
        )
        return str(self._inliner.inline(page))


def _closing(mail: EmailMessage) -> bytes:
    """Return the last line of a mail of several parts."""
    return f"--{mail.get_boundary()}--\r\n".encode()


class _Whole(UnstructuredHeader, BaseHeader):
    """A header that is never folded: an address in it must stay one word (RFC 2369, 2)."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject that begins on its first line: some programs show an empty or indented one else."""

    def fold(self, *, policy: Policy) -> str:
        return super().fold(policy=policy).replace(f":{policy.linesep} ", ": ", 1)


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)
_HEADERS.map_to_type("list-unsubscribe", _Whole)
_POLICY = SMTP.clone(header_factory=_HEADERS)


def _as_list_mail(mail: EmailMessage, mail_list: MailList, url: str) -> None:
    """Say which list a mail is of and how to leave it: RFC 2919, 2369 and 8058.

    Precedence is no standard, but older programs know it: nobody is to answer `bulk` by itself.
    `list` stands with a broadcast, which a person sent to many.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    # A List-Id is a domain or ends in "localhost" (RFC 2919, 3).
    domain = host if "." in host and not host.replace(".", "").isdigit() else "localhost"
    mail["List-Id"] = f"{mail_list.value.capitalize()} <{mail_list.value}.{domain}>"
    mail["List-Unsubscribe"] = f"<{url}>"
    if parts.scheme == "https":
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Precedence"] = "list" if mail_list is MailList.BROADCASTS else "bulk"


def values_of(context: Mapping[str, object] | Context) -> dict[str, object]:
    """Return what a template can name, with its value."""
    if isinstance(context, Mapping):
        return dict(context)
    names = [one.name for one in fields(context)]
    names += [name for name, made in vars(type(context)).items() if isinstance(made, property)]
    return {name: getattr(context, name) for name in names}


def _address(address: str, name: str) -> Address:
    if fault := address_fault(address):
        raise InvalidInputError(f"Het mailadres {address} kan geen mail krijgen: {fault}.")
    return Address(one_line(name), addr_spec=address)
