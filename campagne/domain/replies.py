"""What the answer of a mail server means, in plain Dutch."""

import re
from collections.abc import Mapping

# At the start, or where a sentence of ours quotes the answer. The codes of a web service are none:
# they stand alone between brackets.
_QUOTED = r"(?:^|\()"
_STATUS = r"[245]\.\d{1,3}\.\d{1,3}(?![\d.])"
_CODES = re.compile(rf"{_QUOTED}([245]\d\d)(?=[ -])(?:[ -]+#?({_STATUS}))?")
_STATUS_ALONE = re.compile(rf"{_QUOTED}({_STATUS})")

_NO_ADDRESS = "Dit mailadres bestaat niet of niet meer."
_NO_DOMAIN = "Wat achter de @ staat, bestaat niet of neemt geen mail aan."
_FULL = "De mailbox is vol."
_TOO_BIG = "De mail is te groot voor deze mailbox."
_FILTERED = "De mailserver houdt onze mail tegen. Vaak is dat een filter tegen ongewenste mail."
_AWAY = "De mailserver was niet te bereiken."
_SILENT = "De mailserver zei niet waarom."
_REFUSED = "De mailserver neemt de mail voor dit adres niet aan."

# RFC 3463, 3: subject and detail of an enhanced status code; a subject alone is all its details.
_BY_STATUS: Mapping[str, str] = {
    "1.1": _NO_ADDRESS,
    "1.2": _NO_DOMAIN,
    "1.3": "Dit mailadres is niet goed geschreven.",
    "1.6": _NO_ADDRESS,
    "1.10": _NO_DOMAIN,  # RFC 7505: the domain says that it takes no mail
    "2.1": "Deze mailbox is uitgezet.",
    "2.2": _FULL,
    "2.3": _TOO_BIG,
    "3.4": _TOO_BIG,
    "4": _AWAY,
    "7": _FILTERED,
}
# RFC 5321, 4.2.3: reply codes, where there is no enhanced one.
_BY_CODE: Mapping[int, str] = {
    550: _REFUSED,
    551: _NO_ADDRESS,
    552: "De mailbox is vol, of de mail is te groot.",
    553: "Dit mailadres is niet goed geschreven.",
    556: _NO_DOMAIN,  # RFC 7504
}
_SERVER_ERROR = 500
# RFC 3463, 3.2 and 3.3: the permanent ones that say that this address is wrong or gone: no such
# mailbox, no such domain, bad syntax, moved away, a domain that takes no mail (RFC 7505), disabled.
# Left out are those about the sender (x.1.7, x.1.8), those that say too little (x.1.0, x.2.0), two
# mailboxes with one address (x.1.4), and what is about the route and not the address: x.4.4.
ADDRESS_IS_GONE = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})


def code_of(answer: str) -> str:
    """Return the codes in an answer, ``550 5.1.1``; empty when it has none.

    Args:
        answer: what the mail server said, in a sentence or alone.
    """
    if found := _CODES.search(answer):
        return " ".join(part for part in found.groups() if part)
    alone = _STATUS_ALONE.search(answer)
    return alone[1] if alone else ""


def in_dutch(answer: str) -> str:
    """Return what an answer of a mail server means: one or two whole Dutch sentences.

    Where it says nothing that we know, the answer itself is returned: a sentence of ours, which
    has no code in it.

    Args:
        answer: what the mail server said, in a sentence of ours or alone.
    """
    code, _, status = code_of(answer).rpartition(" ")
    if "." not in status:
        code, status = status, ""
    detail = status.partition(".")[2]
    known = _BY_STATUS.get(detail) or _BY_STATUS.get(detail.partition(".")[0])
    if known is None and code:
        known = _BY_CODE.get(int(code)) or (_REFUSED if int(code) >= _SERVER_ERROR else _AWAY)
    if known is None and status:
        known = _REFUSED
    return known or answer or _SILENT


def is_gone(answer: str) -> bool:
    """Say whether an answer means that the address does not exist, or not any more."""
    kind, _, detail = status_of(answer).partition(".")
    return kind == "5" and detail in ADDRESS_IS_GONE


def status_of(answer: str) -> str:
    """Return the enhanced status code in an answer, ``5.1.1``; empty when it has none."""
    status = code_of(answer).rpartition(" ")[2]
    return status if "." in status else ""
