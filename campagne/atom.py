"""Editions as an Atom feed (RFC 4287), for who reads news in a feed reader or shows it on a page.

The bytes depend on the arguments alone, as those of `campagne.ical`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

_NAMESPACE = "http://www.w3.org/2005/Atom"
# Ids are made from keys with this, for ever: not from the address of the service, which may move.
# A reader that sees another id shows everything as new.
_OURS = UUID("6d0f7b52-3c0e-4a0c-9a86-0f0f4b1f7c11")
# What XML 1.0 cannot hold, not even escaped: one such character makes a reader refuse it all.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One edition; the stamps are aware UTC and come from stored rows, never from now.

    Attributes:
        key: permanent; the id is made from it.
        updated: changes when what is shown changes, and only then.
        text: plain text of any number of lines.
        url: page with more about it.
    """

    key: str
    title: str
    text: str
    url: str
    published: datetime
    updated: datetime


def feed(
    key: str,
    title: str,
    entries: Sequence[Entry],
    *,
    source_url: str,
    page_url: str,
    updated: datetime,
) -> bytes:
    """Return an Atom feed, its entries in the order given.

    Args:
        key: permanent, unique among our feeds; the id is made from it.
        title: what a reader calls the feed.
        entries: no two with the same key.
        source_url: where the newest version is found.
        page_url: the page that people read instead.
        updated: when there are no entries; else that of the newest counts.
    """
    root = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "nl"})
    _add(root, "id", _id("feed", key))
    _add(root, "title", title)
    _add(root, "updated", _stamp(max((one.updated for one in entries), default=updated)))
    _add(SubElement(root, "author"), "name", "Campagnekalender")
    SubElement(root, "link", rel="self", type="application/atom+xml", href=source_url)
    SubElement(root, "link", rel="alternate", type="text/html", href=page_url)
    for one in entries:
        entry = SubElement(root, "entry")
        _add(entry, "id", _id("entry", one.key))
        _add(entry, "title", one.title)
        _add(entry, "published", _stamp(one.published))
        _add(entry, "updated", _stamp(one.updated))
        SubElement(entry, "link", rel="alternate", type="text/html", href=one.url)
        _add(entry, "content", one.text)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _id(kind: str, key: str) -> str:
    return uuid5(_OURS, f"{kind}:{key}").urn


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _FORBIDDEN.sub("", text)
