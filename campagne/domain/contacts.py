"""Contacts: who does what for which gemeente, at which address."""

import re
from dataclasses import dataclass

from campagne.domain.playbook import Role

LOCAL_LIMIT = 64  # RFC 5321, 4.5.3.1.1
_LOCAL = re.compile(r"[A-Za-z0-9_+&=~'][A-Za-z0-9_+&=~'-]*(\.[A-Za-z0-9_+&=~'-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
_LABEL_LIMIT = 63  # RFC 1035, 2.3.4
_LIMIT = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its two brackets


@dataclass(frozen=True, slots=True)
class Contact:
    """A work address or functional mailbox with a role in one or more gemeenten.

    Attributes:
        key: permanent slug.
        email: work address; `is_address` holds.
        phone: work phone as written, may be empty.
        assignments: pairs of a role and the key of the gemeente it is done for.
        paused: True when the address gets no mail: it does not exist any more.
    """

    key: str
    name: str
    email: str
    phone: str = ""
    assignments: tuple[tuple[Role, str], ...] = ()
    paused: bool = False


def is_address(text: str) -> bool:
    """Say whether a text is a mail address that we send to; `address_fault` says why not."""
    return address_fault(text) is None


def address_fault(text: str) -> str | None:
    """Return a Dutch sentence that says what is wrong with a mail address, None when it is good.

    Conservative on purpose: quoted local parts, comments, address literals and local parts
    outside ASCII are allowed by RFC 5322 or 6531, but hardly any mail server of a gemeente takes
    them, and a comma or line end in an address is how mail goes to others. A domain with letters
    outside ASCII is refused with the way to write it.
    """
    local, at, domain = text.rpartition("@")
    if not at or not local or "@" in local:
        return "een mailadres heeft precies een @, met tekst ervoor en erachter"
    if not domain.isascii():
        return "schrijf een domein met bijzondere letters in de vorm die met xn-- begint"
    if len(text) > _LIMIT or len(local) > LOCAL_LIMIT:
        return f"een mailadres heeft hoogstens {_LIMIT} tekens, waarvan {LOCAL_LIMIT} voor de @"
    if not _LOCAL.fullmatch(local):
        return "voor de @ staan letters, cijfers, punten en streepjes, zonder spatie of komma"
    labels = domain.split(".")
    whole = all(_LABEL.fullmatch(one) and len(one) <= _LABEL_LIMIT for one in labels)
    if not whole or len(labels) == 1 or labels[-1].isdigit():
        return "na de @ staat een domein met een punt, zoals example.nl"
    return None
