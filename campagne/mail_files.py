"""Files that go with a mail: as its parts, or as the end that many mails have in common."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import MIMEPart
from email.policy import SMTP
from typing import Any

from campagne.domain.delivery import Tail

_WIDTH = 76  # of a line (RFC 2045, 6.8)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail.

    Attributes:
        media_type: as ``application/pdf``, or ``text/plain; charset=utf-8``.
        method: of a calendar file, as it says in itself (RFC 6047, 2.4); empty for any other.
    """

    name: str
    media_type: str
    content: bytes
    method: str = ""


def bundle(files: Sequence[Attachment]) -> Tail:
    """Return what a mail with these files ends in; made once for all the mails that have them."""
    parts = [_part(one) for one in files]
    # Of the files alone, so that it is the same in every mail.
    mark = b"=_" + hashlib.sha256(b"".join(parts)).hexdigest()[:40].encode()
    pieces = [b"--%b\r\n%b\r\n" % (mark, one) for one in parts]
    content = b"".join([*pieces, b"--%b--\r\n" % mark])
    return Tail(hashlib.sha256(content).hexdigest(), content)


def _part(one: Attachment) -> bytes:
    """Return a file as a part of a mail. The library takes a third of a second for 5 MB."""
    part = MIMEPart(policy=SMTP)
    part.set_content(disposition="attachment", **as_part(replace(one, content=b"")))
    encoded = base64.b64encode(one.content)
    lines = [encoded[at : at + _WIDTH] for at in range(0, len(encoded), _WIDTH)]
    return part.as_bytes().rstrip(b"\r\n") + b"\r\n\r\n" + b"\r\n".join(lines)


def as_part(one: Attachment) -> dict[str, Any]:
    """Return what the email library wants to know of a file."""
    media_type, _, charset = one.media_type.partition("; charset=")
    maintype, _, subtype = media_type.partition("/")
    params = {"method": one.method, "charset": "utf-8"} if one.method else {}
    if charset:
        params["charset"] = charset
    return {
        "obj": one.content,
        "maintype": maintype,
        "subtype": subtype,
        "filename": one.name,
        "params": params,
    }


def boundary(tail: Tail) -> str:
    """Return what stands between the parts of a mail with this tail."""
    return tail.content[2 : tail.content.index(b"\r\n")].decode("ascii")
