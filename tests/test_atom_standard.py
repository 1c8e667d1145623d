"""Atom feeds against what RFC 4287 demands, rule by rule, and as a parser from Node reads them."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from campagne import atom
from campagne.bootstrap import opened
from campagne.clock import SetClock
from campagne.services.publishing.feed_content import ROLES, FeedKind
from campagne.services.publishing.feeds import feed_list
from campagne.services.rotas import rota
from campagne.settings import Settings
from tests import node

NS = "{http://www.w3.org/2005/Atom}"
TODAY = date(2026, 9, 7)
NOW = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
HARD = "Eerste <b>regel</b> & ]]> \x00\x0b\ud800\n\tTweede 🧡 &amp;"

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_ONCE = {"id", "title", "updated"}
_AT_MOST_ONCE = {
    "feed": {"generator", "icon", "logo", "rights", "subtitle"},
    "entry": {"content", "published", "rights", "source", "summary"},
}
_REPEATED = {"feed": {"entry"}, "entry": set[str]()}
_ANY_NUMBER = {"author", "category", "contributor", "link"}

Found = Iterator[str]


def broken_rules(body: bytes) -> set[str]:
    """Return the sections of the standard that a feed breaks; of what we do not use, nothing."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - our own
    except ET.ParseError:
        return {"2"}
    if root.tag != f"{NS}feed":
        return {"2"}
    entries = root.findall(f"{NS}entry")
    rules = [_container(root, "feed", "4.1.1"), _authors(root, entries), _ids(entries)]
    for one in entries:
        rules += [_container(one, "entry", "4.1.2"), _content(one)]
    rules += [_element(one) for one in root.iter()]
    return {section for rule in rules for section in rule}


def _container(parent: ET.Element, name: str, section: str) -> Found:
    counts = Counter(one.tag.removeprefix(NS) for one in parent)
    once, at_most = _ONCE, _AT_MOST_ONCE[name]
    if any(counts[one] != 1 for one in once) or any(counts[one] > 1 for one in at_most):
        yield section
    if counts.keys() - once - at_most - _ANY_NUMBER - _REPEATED[name]:
        yield section
    alternates = Counter(
        (one.get("type"), one.get("hreflang"))
        for one in parent.findall(f"{NS}link")
        if one.get("rel", "alternate") == "alternate"
    )
    if any(count > 1 for count in alternates.values()):
        yield section


def _authors(root: ET.Element, entries: list[ET.Element]) -> Found:
    if root.find(f"{NS}author") is None:
        lacking = [one for one in entries if one.find(f"{NS}author") is None]
        if lacking or not entries:
            yield "4.1.1"
    for person in root.iter(f"{NS}author"):
        if len(person.findall(f"{NS}name")) != 1:
            yield "3.2"


def _ids(entries: list[ET.Element]) -> Found:
    seen = Counter((one.findtext(f"{NS}id"), one.findtext(f"{NS}updated")) for one in entries)
    if any(count > 1 for count in seen.values()):
        yield "4.1.1"


def _content(entry: ET.Element) -> Found:
    content, links = entry.find(f"{NS}content"), entry.findall(f"{NS}link")
    if content is None and not [one for one in links if one.get("rel") == "alternate"]:
        yield "4.1.2"
    if content is not None and (content.get("type", "text") != "text" or len(content)):
        yield "4.1.3.3"  # ours is always text


def _element(one: ET.Element) -> Found:
    name, text = one.tag.removeprefix(NS), one.text or ""
    if one.get("{http://www.w3.org/XML/1998/namespace}lang") is not None and not (
        _LANGUAGE.fullmatch(one.get("{http://www.w3.org/XML/1998/namespace}lang", ""))
    ):
        yield "2"
    if name in {"title", "subtitle", "rights", "summary"} and (
        one.get("type", "text") != "text" or len(one)
    ):
        yield "3.1"
    if name in {"updated", "published"} and not _is_instant(text):
        yield "3.3"
    if name == "id" and not _is_iri(text):
        yield "4.2.6"
    if name == "link":
        media, relation = one.get("type"), one.get("rel", "alternate")
        is_named = re.fullmatch(r"[a-z]+", relation) is not None
        if not _is_iri(one.get("href", "")) or not (is_named or _is_iri(relation)):
            yield "4.2.7"
        if media is not None and not _MEDIA_TYPE.fullmatch(media):
            yield "4.2.7"


def _is_instant(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_iri(text: str) -> bool:
    """Say whether it is a whole one; the standard allows others, which move with the feed."""
    return bool(urlsplit(text).scheme) and not re.search(r'[\s<>"{}|\\^`]', text)


def entry(key: str) -> atom.Entry:
    return atom.Entry(key, f"Campagne {HARD}", HARD, f"https://example.nl/{key}?a&b", NOW, NOW)


def example(*entries: atom.Entry) -> bytes:
    return atom.feed(
        "alles",
        f"Nieuws {HARD}",
        entries,
        source_url="https://example.nl/feeds/alles.atom",
        page_url="https://example.nl/jaar/2026",
        updated=NOW,
    )


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every Atom feed of the calendars that are shipped, with one edition cancelled; and others."""
    clock = SetClock(TODAY)
    with opened(Settings(data_dir=tmp_path_factory.mktemp("var")), clock) as app:
        with app.database.session() as session:
            edition = "orange-the-world-2026"
            rota.cancel(session, edition, by="de test", now=clock.now(), today=TODAY)
        with app.database.read() as session:
            listed = [one for one in feed_list(session) if one.kind not in ROLES]
        found = {f"{one.kind}/{one.key}": app.news.get(one.kind, one.key) for one in listed}
        assert {one.kind for one in listed} == set(FeedKind) - ROLES.keys()
    made = {name: one.body for name, one in found.items() if one is not None}
    assert len(made) == len(listed)
    return made | {"moeilijk": example(entry("a"), entry("b")), "leeg": example()}


def test_every_feed_keeps_to_the_standard(shipped: dict[str, bytes]) -> None:
    assert {name: found for name, body in shipped.items() if (found := broken_rules(body))} == {}


@pytest.mark.parametrize(
    ("old", "new", "section"),
    [
        ("<feed", "<rss", "2"),
        ("</feed>", "", "2"),
        ("2005/Atom", "2005/atom", "2"),
        ('xml:lang="nl"', 'xml:lang="Neder lands"', "2"),
        ("<title>.*?</title>", "", "4.1.1"),
        ("<id>", "<id>urn:x:y</id><id>", "4.1.1"),
        ("<author>", "<writer/><author>", "4.1.1"),
        ("<author>.*?</author>", "", "4.1.1"),
        ("(<entry>.*?</entry>)", r"\1\1", "4.1.1"),
        ('(<link rel="alternate"[^>]*>)', r"\1\1", "4.1.1"),
        ("<name>.*?</name>", "", "3.2"),
        ("</title>", "<b/></title>", "3.1"),
        ("<title>", '<title type="markdown">', "3.1"),
        ("(<updated>)", r"\1 ", "3.3"),
        ("T06", "t06", "3.3"),
        ("Z</published>", "</published>", "3.3"),
        ("-09-07T", "-09-31T", "3.3"),
        ("<entry><id>.*?</id>", "<entry>", "4.1.2"),
        ("<published>", "<published>2026-09-07T06:00:00Z</published><published>", "4.1.2"),
        ("(<entry>.*?)<link[^>]*>(<content>).*?</content>", r"\1", "4.1.2"),
        ("<content>", '<content type="html">', "4.1.3.3"),
        ("urn:uuid:", "", "4.2.6"),
        ("<id>", "<id> ", "4.2.6"),
        ('href="https://example.nl/a', 'href="/a', "4.2.7"),
        ('type="text/html"', 'type="html"', "4.2.7"),
        ('rel="self"', 'rel="zelf hier"', "4.2.7"),
    ],
)
def test_the_rules_find_what_is_wrong(old: str, new: str, section: str) -> None:
    right = example(entry("a")).decode()
    wrong, count = re.subn(old, new, right, count=1, flags=re.DOTALL)
    assert count == 1
    assert broken_rules(right.encode()) == set()
    assert section in broken_rules(wrong.encode())


READ = """
const { parseAtomFeed } = require("feedsmith");
const read = (text) => {
  const feed = parseAtomFeed(text);
  const entry = (one) => [one.id, one.title.value, one.updated, one.published, one.content.value,
                          one.links[0].href];
  return [feed.id, feed.title.value, feed.updated, (feed.entries || []).map(entry)];
};
"""


def test_a_parser_from_node_reads_what_was_written(shipped: dict[str, bytes]) -> None:
    found = node.read("feedsmith", READ, shipped)
    assert found == {name: by_python(body) for name, body in shipped.items()}


def by_python(body: bytes) -> list[object]:
    """Return what the parser of the other test reads, without blanks around it."""
    root = ET.fromstring(body)  # noqa: S314 - our own
    names = ("title", "updated", "published", "content")
    entries = [
        [
            *(text(one, name) for name in ("id", *names)),
            one.findall(f"{NS}link")[0].get("href"),
        ]
        for one in root.findall(f"{NS}entry")
    ]
    return [*(text(root, name) for name in ("id", "title", "updated")), entries]


def text(parent: ET.Element, name: str) -> str:
    return (parent.findtext(f"{NS}{name}") or "").strip()
