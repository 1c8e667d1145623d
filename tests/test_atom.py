"""The Atom feed against RFC 4287, as a parser that knows nothing of us reads it."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

from campagne import atom

NS = "{http://www.w3.org/2005/Atom}"
FIRST = datetime(2026, 9, 7, 6, 0, 0, 500_000, tzinfo=UTC)
LATER = FIRST + timedelta(days=1)
HARD = "Eerste <b>regel</b> & ]]> \x00\x0b\x1f\x85\ud800\uffff\nTweede 🧡"
READ = "Eerste <b>regel</b> & ]]> \x85\nTweede 🧡"


def entry(key: str, updated: datetime = FIRST, **other: str) -> atom.Entry:
    given = {"title": f"Campagne {key}", "text": "Tekst", "url": f"https://example.nl/{key}?a&b"}
    return atom.Entry(key=key, published=FIRST, updated=updated, **(given | other))


def written(*entries: atom.Entry, key: str = "alles", base: str = "https://example.nl") -> bytes:
    return atom.feed(
        key,
        "Nieuws",
        entries,
        source_url=f"{base}/feeds/alles.atom",
        page_url=f"{base}/jaar/2026",
        updated=LATER,
    )


def text(parent: ET.Element, name: str) -> str:
    (found,) = parent.findall(NS + name)
    return found.text or ""


def links(parent: ET.Element) -> dict[str, str]:
    return {one.attrib["rel"]: one.attrib["href"] for one in parent.findall(NS + "link")}


def test_what_the_standard_asks_is_there() -> None:
    """4.1.1 and 4.1.2: one id, title and updated each, an author, a link to itself."""
    body = written(entry("lente-2026"), entry("herfst-2026", LATER))
    root = ET.fromstring(body)  # noqa: S314 - our own
    assert body.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert root.tag == NS + "feed"
    assert text(root, "updated") == "2026-09-08T06:00:00Z"
    assert links(root)["self"] == "https://example.nl/feeds/alles.atom"
    (author,) = root.findall(NS + "author")
    assert text(author, "name")
    entries = root.findall(NS + "entry")
    assert [text(one, "title") for one in entries] == [
        "Campagne lente-2026",
        "Campagne herfst-2026",
    ]
    assert [text(one, "updated") for one in entries] == [
        "2026-09-07T06:00:00Z",
        "2026-09-08T06:00:00Z",
    ]
    assert text(entries[0], "published") == "2026-09-07T06:00:00Z"
    assert links(entries[0]) == {"alternate": "https://example.nl/lente-2026?a&b"}
    ids = [text(one, "id") for one in (root, *entries)]
    assert len(set(ids)) == 3
    assert all(one.startswith("urn:uuid:") for one in ids)


def test_an_id_is_for_ever() -> None:
    """These stand in the readers of people: another id shows all of it to them as new."""
    moved = entry("lente-2026", LATER, title="Iets anders", url="https://example.org/x")
    root = ET.fromstring(written(moved, base="https://elders.example.org"))  # noqa: S314 - our own
    (found,) = root.findall(NS + "entry")
    assert text(root, "id") == "urn:uuid:bf9483da-6c1a-53f7-9c75-f1e637aa2d5f"
    assert text(found, "id") == "urn:uuid:86350e6e-f5b3-5f99-bb27-395d20b1b1e0"


def test_a_feed_without_entries_is_a_feed() -> None:
    root = ET.fromstring(written())  # noqa: S314 - our own
    assert text(root, "updated") == "2026-09-08T06:00:00Z"
    assert root.findall(NS + "entry") == []


def test_any_text_is_read_back_without_what_xml_cannot_hold() -> None:
    root = ET.fromstring(written(entry("x", title=HARD, text=HARD)))  # noqa: S314 - our own
    (found,) = root.findall(NS + "entry")
    assert (text(found, "title"), text(found, "content")) == (READ, READ)
