"""Zip files: the same contents are the same bytes, whenever they are made."""

import io
import zipfile
from collections.abc import Iterator

from campagne import archive


def test_what_is_packed_is_read_back_and_has_no_time() -> None:
    entries = [("teksten/a.txt", b"een"), ("b.txt", b"twee" * 1000)]
    packed = archive.pack(entries)
    assert packed == archive.pack(entries)
    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        assert [(one.filename, parts.read(one)) for one in parts.infolist()] == entries
        assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert len(packed) < 1000


def test_a_file_that_goes_out_in_pieces_holds_one_of_its_contents_at_a_time() -> None:
    given: list[str] = []

    def entries() -> Iterator[tuple[str, bytes]]:
        for number in range(3):
            given.append(f"{number}.txt")
            yield given[-1], b"tekst" * 100

    pieces = archive.stream(entries())
    first = next(pieces)
    assert given == ["0.txt"]
    whole = first + b"".join(pieces)
    assert whole == b"".join(archive.stream((name, b"tekst" * 100) for name in given))
    with zipfile.ZipFile(io.BytesIO(whole)) as parts:
        assert parts.testzip() is None
        assert parts.namelist() == given
        assert parts.read("2.txt") == b"tekst" * 100


def test_the_moment_at_which_a_file_of_office_was_made_is_taken_out() -> None:
    def made(at: bytes) -> bytes:
        core = b"<p><dcterms:created a='b'>%s</dcterms:created>x %s</p>" % (at, b"2026")
        return archive.pack([("docProps/core.xml", core), ("word/a.xml", b"<dcterms:created>1")])

    assert archive.timeless(made(b"2026-11-22T01:02:03Z")) == archive.timeless(made(b"1999"))
    with zipfile.ZipFile(io.BytesIO(archive.timeless(made(b"1999")))) as parts:
        assert parts.read("docProps/core.xml") == (
            b"<p><dcterms:created a='b'>2000-01-01T00:00:00Z</dcterms:created>x 2026</p>"
        )
        assert parts.read("word/a.xml") == b"<dcterms:created>1"


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert archive.storable("a\x00b\x1fc\ud800d\uffff\ten\nëëń 🧡") == "abcd\ten\nëëń 🧡"
