"""What a report about an undelivered mail (RFC 3464) means for the mail and for the address.

Only the fields that the RFC names count. A report that has none of them, or an answer of a person
or a machine, is no report: words such as "undeliverable" in a text prove nothing.
"""

import base64
import binascii
import hashlib
import hmac
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from email.message import Message as Headers
from email.parser import BytesHeaderParser
from enum import StrEnum

from campagne.domain.contacts import LOCAL_LIMIT, address_fault
from campagne.domain.replies import ADDRESS_IS_GONE

_TOKEN_BYTES = 15
# What `return_address` adds before the @: a plus and the token.
TOKEN_LENGTH = 1 + _TOKEN_BYTES * 8 // 5
# Of limited length: without one, a line of half a million letters takes half an hour, in which the
# whole process stands still; anybody can mail us such a line.
_LOCAL_PART = rf"[a-z0-9_.&=~'-]{{1,{LOCAL_LIMIT}}}"
_RETURN = re.compile(
    rf"{_LOCAL_PART}\+[a-z2-7]{{{TOKEN_LENGTH - 1}}}@[a-z0-9.-]{{1,254}}[a-z0-9]",
    re.IGNORECASE | re.ASCII,
)
# Where servers write for whom a mail came; the first three are of the last server.
_ARRIVED_FOR = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")

_MESSAGE_ID = re.compile(r"<[!-;=?-~]+>")
_TEXT_LIMIT = 500
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"([245]\d\d)[ -]+#?(?:([245]\.\d{1,3}\.\d{1,3})(?![\d.]))?")
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_PARTS = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/global",
    "message/global-headers",
)
_PARTS_LIMIT = 20
# The standard library takes minutes for the parameters of a header of half a megabyte.
_TYPE_LIMIT = 2000
_RECIPIENTS_LIMIT = 200

# RFC 7504, 4: the host takes no mail, for whomever.
_NO_MAIL_HERE = "556"
# The edge of Microsoft 365 says 5.4.1 of a recipient that its directory does not know; by RFC 3463
# a permanent x.4.1 means nothing, so that no other server can mean something else by it.
_EDGE_OF_MICROSOFT = "5.4.1 recipient address rejected"


class BounceKind(StrEnum):
    """What came back.

    HARD: the address is wrong or gone, it will never take mail. SOFT: this mail did not arrive,
    another may. DELAYED: the mail server is still trying.
    """

    HARD = "hard"
    SOFT = "soft"
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a report says of one recipient.

    Attributes:
        recipient: its address in lower case; empty when the report does not say.
        status: as RFC 3463 writes it, ``5.1.1``.
        text: what the mail server said, one line.
    """

    recipient: str
    kind: BounceKind
    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery status report.

    Attributes:
        addresses: the return addresses that it names, in lower case; see `return_address`.
        message_id: that of the mail that came back, with its brackets; empty when it is not there.
        outcomes: what became of each recipient; those to whom it was delivered are left out.
    """

    addresses: tuple[str, ...]
    message_id: str
    outcomes: tuple[Outcome, ...]

    def about(self, recipient: str) -> Outcome | None:
        """Return what the report means for a mail to one recipient; None when nothing is wrong.

        What is said of somebody else is never hard: a functional mailbox that passes its mail on
        to a colleague who left is there still.

        Args:
            recipient: the address that the mail was sent to.
        """
        found = [
            one
            if one.recipient == recipient.lower() or one.kind is not BounceKind.HARD
            else replace(one, kind=BounceKind.SOFT)
            for one in self.outcomes
        ]
        order = list(BounceKind)
        return min(
            found,
            key=lambda one: (order.index(one.kind), one.recipient != recipient.lower()),
            default=None,
        )


def return_address(address: str, key: str, *, secret: str) -> str:
    """Return the address to which what comes back of one mail is sent (VERP).

    Nobody can make up the address of a mail that they did not get: it is signed. Letters are small
    and few, since some servers fold or escape the others.

    Args:
        address: the mailbox for what comes back; the token is added to it after a plus.
        key: the key of the message.
        secret: what the token is signed with.
    """
    local, _, domain = address.lower().rpartition("@")
    signed = hmac.new(secret.encode(), f"return address\n{key}".encode(), hashlib.sha256)
    token = base64.b32encode(signed.digest()[:_TOKEN_BYTES]).decode().lower()
    return f"{local}+{token}@{domain}"


def bounce_address_fault(address: str) -> str | None:
    """Say in Dutch why an address cannot be made into return addresses; None when it can."""
    local = address.rpartition("@")[0]
    if fault := address_fault(address):
        return fault
    if "+" in local:
        return "zet geen + in het adres, want campagne zet er zelf een in"
    if len(local) > LOCAL_LIMIT - TOKEN_LENGTH:
        return f"voor de @ passen hoogstens {LOCAL_LIMIT - TOKEN_LENGTH} tekens"
    return None


def is_return_address(address: str) -> bool:
    """Say whether an address is one of `return_address`, by its form."""
    return _RETURN.fullmatch(address) is not None


def read_report(raw: bytes) -> Report | None:
    """Read a mail; None when it is no delivery status report.

    Args:
        raw: the mail as it came; anything may be in it, and its end may be missing.
    """
    try:
        mail = BytesHeaderParser().parsebytes(raw)
        if len(str(mail.get("Content-Type", ""))) > _TYPE_LIMIT:
            return None
        kind = str(mail.get_param("report-type", "")).lower()
        if mail.get_content_type() != "multipart/report" or kind != "delivery-status":
            return None
        parts = list(_parts(mail))
    except (ValueError, LookupError, TypeError, AttributeError):
        # The standard library stumbles over some headers that nobody in good faith writes.
        return None
    outcomes = None
    returned = BytesHeaderParser().parsebytes(b"")
    for content_type, content in parts:
        if content_type in _STATUS_PARTS and outcomes is None:
            outcomes = tuple(_outcomes(content))
        elif content_type in _RETURNED_PARTS:
            returned = BytesHeaderParser().parsebytes(content)
    if outcomes is None:
        return None
    said = [str(one) for name in _ARRIVED_FOR for one in mail.get_all(name, ())]
    said += [str(one) for one in returned.get_all("Return-Path", ())]
    addresses = [one.lower() for line in said for one in _RETURN.findall(line)]
    found = _MESSAGE_ID.search(str(returned.get("Message-ID", "")))
    return Report(tuple(dict.fromkeys(addresses)), found[0] if found else "", outcomes)


def _parts(mail: Headers) -> Iterator[tuple[str, bytes]]:
    """Yield type and content of each part of the outermost multipart.

    Parts are not looked into: what is inside the mail that came back does not matter, however deep
    somebody nested it.
    """
    boundary = mail.get_boundary()
    body = _raw_body(mail)
    if not boundary:
        return
    fence = re.compile(rb"(?m)^--" + re.escape(boundary.encode(errors="replace")) + rb"(.*)$")
    marks = list(fence.finditer(body))[: _PARTS_LIMIT + 1]
    for number, mark in enumerate(marks):
        if mark[1].startswith(b"--"):
            return
        end = marks[number + 1].start() if number + 1 < len(marks) else len(body)
        content = body[mark.end() : end].lstrip(b"\r\n")
        part = BytesHeaderParser().parsebytes(content)
        yield part.get_content_type(), _decoded(part)


def _raw_body(part: Headers) -> bytes:
    return str(part.get_payload()).encode("ascii", "surrogateescape")


def _decoded(part: Headers) -> bytes:
    body = _raw_body(part)
    match str(part.get("Content-Transfer-Encoding", "")).strip().lower():
        case "quoted-printable":
            return quopri.decodestring(body)
        case "base64":
            try:
                return binascii.a2b_base64(body)
            except binascii.Error:
                return b""
        case _:
            return body


def _outcomes(content: bytes) -> Iterator[Outcome]:
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    groups = re.split(r"\n(?:[ \t]*\n)+", text)[: _RECIPIENTS_LIMIT + 1]
    for fields in map(_fields, groups):
        outcome = _outcome(fields)
        if outcome is not None:
            yield outcome


def _fields(group: str) -> dict[str, str]:
    """Return the fields of a group by their names in small letters, unfolded; the first counts."""
    found: dict[str, str] = {}
    for line in re.sub(r"\n[ \t]+", " ", group).splitlines():
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def _outcome(fields: Mapping[str, str]) -> Outcome | None:
    """Return what a group of fields says; None when it is of no recipient, or all is well."""
    if not fields.keys() & {"final-recipient", "original-recipient", "action"}:
        return None
    # Without the type in front, ``smtp;``.
    said = re.sub(r"^[A-Za-z0-9-]+ ?; ?", "", _one_line(fields.get("diagnostic-code", "")))
    status = _status(fields.get("status", ""), said)
    action = re.match(r"[a-z]*", fields.get("action", "").lower())
    match action[0] if action else "":
        case "failed":
            kind = BounceKind.HARD if _is_gone(status, said) else BounceKind.SOFT
        case "delayed":
            kind = BounceKind.DELAYED
        case "" if status.startswith("5"):  # a required field that is missing
            kind = BounceKind.HARD if _is_gone(status, said) else BounceKind.SOFT
        case _:
            return None
    recipient = _address(fields.get("final-recipient") or fields.get("original-recipient", ""))
    return Outcome(recipient, kind, status, said)


def _status(field: str, said: str) -> str:
    """Return the status, or what the remote server said where the field says nothing precise."""
    given = _STATUS.match(field.strip())
    if given and (given[2], given[3]) != ("0", "0"):
        return given[0]
    reply = _REPLY.search(said)
    if reply and reply[2]:
        return reply[2]
    if reply and reply[1] == _NO_MAIL_HERE:
        return "5.1.10"
    if given:
        return given[0]
    return f"{reply[1][0]}.0.0" if reply else ""


def _is_gone(status: str, said: str) -> bool:
    kind, _, rest = status.partition(".")
    return kind == "5" and (rest in ADDRESS_IS_GONE or _EDGE_OF_MICROSOFT in said.lower())


def _address(field: str) -> str:
    """Return the address of a field ``rfc822; name@example.nl``, or as RFC 6533, 3 writes it."""
    _, semicolon, rest = field.partition(";")
    words = (rest if semicolon else field).split()
    address = words[0].strip("<>") if words else ""
    return _one_line(_ESCAPED.sub(_character, address)).lower()


def _character(escaped: re.Match[str]) -> str:
    number = int(escaped[1], 16)
    return chr(number) if number <= 0x10FFFF else escaped[0]  # noqa: PLR2004 - the last of Unicode


def _one_line(text: str) -> str:
    """Return a text of others as one short line that any database and screen can take."""
    kept = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(kept.split())[:_TEXT_LIMIT]
