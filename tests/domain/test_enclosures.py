"""Which files may go with a broadcast: by what is in them and what they are called."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain import dutch
from campagne.domain.enclosures import (
    LARGEST,
    NAME_LIMIT,
    TOGETHER,
    Enclosure,
    check_together,
    clean_name,
    kind_of,
)
from campagne.errors import InvalidInputError

_XML = "application/vnd.openxmlformats-officedocument"
ODT = "application/vnd.oasis.opendocument.text"


def packed(*names: str, mimetype: str = "", how: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


def damaged(whole: bytes) -> bytes:
    """Return a zip of which only the contents of its first file are spoilt."""
    begin = 30 + len("mimetype")
    return whole[:begin] + b"\xff" * 12 + whole[begin + 12 :]


TYPES = "[Content_Types].xml"
DOCX = packed(TYPES, "word/document.xml")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("a.docx", DOCX, f"{_XML}.wordprocessingml.document"),
        ("a.xlsx", packed(TYPES, "xl/workbook.xml"), f"{_XML}.spreadsheetml.sheet"),
        ("a.pptx", packed(TYPES, "ppt/p.xml"), f"{_XML}.presentationml.presentation"),
        ("a.odt", packed("content.xml", mimetype=ODT), ODT),
        ("a.odt", packed("content.xml", mimetype=ODT, how=zipfile.ZIP_DEFLATED), ODT),
        ("a.png", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff\xe1", "image/jpeg"),
        ("a.ics", b"\xef\xbb\xbfBEGIN:VCALENDAR\r\n", "text/calendar; charset=utf-8"),
        ("a.txt", "Één".encode(), "text/plain; charset=utf-8"),
        ("a.csv", "Gemeente;Café\r\n".encode("cp1252"), "text/csv; charset=windows-1252"),
    ],
)
def test_what_may_go(name: str, content: bytes, kind: str) -> None:
    assert kind_of(name, content) == kind


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"", "a.pdf is leeg"),
        ("a.pdf", b"%PDF-" + bytes(LARGEST), "a.pdf is groter dan 3 MB"),
        ("a.exe", b"MZ", "a.exe kan niet mee. Kies een PDF"),
        ("pdf", b"%PDF-", "pdf kan niet mee"),
        ("a.docm", DOCX, "a.docm kan niet mee"),
        ("a.zip", DOCX, "kan niet mee"),
        ("a.svg", b"<svg/>", "kan niet mee"),
        ("a.html", b"<p>", "kan niet mee"),
        ("a.pdf", b"MZ\x90", "iets anders dan de naam zegt"),
        ("a.pdf", b"<html>%PDF-", "iets anders dan de naam zegt"),
        ("a.png", b"\xff\xd8\xff", "iets anders dan de naam zegt"),
        ("a.docx", b"PK\x03\x04 half", "iets anders dan de naam zegt"),
        ("a.docx", packed(TYPES, "xl/workbook.xml"), "iets anders dan de naam zegt"),
        ("a.docx", packed("word/document.xml"), "iets anders dan de naam zegt"),
        ("a.docx", packed(TYPES, "word/vbaProject.bin"), "zitten macro's"),
        ("a.odt", packed("Basic/script.xml", mimetype=ODT), "zitten macro's"),
        ("a.odt", packed("content.xml"), "iets anders dan de naam zegt"),
        ("a.odt", packed(mimetype=ODT + "x"), "iets anders dan de naam zegt"),
        *(
            ("a.odt", damaged(packed(mimetype=ODT, how=how)), "of het bestand is kapot")
            for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        ),
        ("a.odt", packed(mimetype=ODT, how=zipfile.ZIP_LZMA), "of het bestand is kapot"),
        ("a.txt", b"MZ\x90\x00\x03", "iets anders dan de naam zegt"),
        ("a.csv", "a;b".encode("utf-16"), "iets anders dan de naam zegt"),
        ("a.ics", b"Beste collega", "iets anders dan de naam zegt"),
    ],
)
def test_what_may_not_go(name: str, content: bytes, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says) as refused:
        kind_of(name, content)
    assert refused.value.fault.field == "bijlagen"


@given(st.binary(max_size=200), st.sampled_from(["pdf", "docx", "odt", "ics", "csv", "png"]))
def test_no_bytes_are_more_than_refused(content: bytes, ending: str) -> None:
    try:
        assert kind_of(f"a.{ending}", content)
        assert kind_of(f"a.{ending}", DOCX[:60] + content)
    except InvalidInputError:
        pass


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("Poster.PDF", "Poster.pdf"),
        ("C:\\Users\\bea\\Bureaublad\\brief.docx", "brief.docx"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("één léúk\u00a0plan.pdf", "één léúk plan.pdf"),
        ("e\u0301e\u0301n.pdf", "één.pdf"),
        ("factuur\u202efdp.exe", "factuurfdp.exe"),
        ('a\r\nBcc: "x".pdf', "aBcc- -x-.pdf"),
        ("  .verborgen.pdf", "verborgen.pdf"),
        (".pdf", "pdf"),
        ("", "bijlage"),
        ("\x00\x1b", "bijlage"),
        ("x" * 300 + ".pdf", "x" * (NAME_LIMIT - 4) + ".pdf"),
    ],
)
def test_a_name_has_no_folder_and_nothing_strange(given_name: str, name: str) -> None:
    assert clean_name(given_name) == name


@given(st.text())
def test_a_clean_name_stays_so(given_name: str) -> None:
    name = clean_name(given_name)
    assert name
    assert name.isprintable()
    assert not {*'/\\<>:"|?*\r\n'} & {*name}
    if "." in name and len(name) < NAME_LIMIT:
        assert clean_name(name) == name


def test_not_too_many_not_too_much_and_each_its_own_name() -> None:
    one = Enclosure("a.pdf", "application/pdf", TOGETHER // 5, "d")
    five = [Enclosure(f"{number}.pdf", one.media_type, one.size, "d") for number in range(5)]
    check_together(five)
    for files, says in (
        ([*five, one], "hoogstens 5 bijlagen"),
        ([one, Enclosure("A.pdf", one.media_type, 1, "e")], "twee bijlagen mee die a.pdf heten"),
        ([*five[:4], Enclosure("b.pdf", "", LARGEST, "d")], r"samen 7 MB\. Dat mag hoogstens 5 MB"),
    ):
        with pytest.raises(InvalidInputError, match=says):
            check_together(files)
    with pytest.raises(InvalidInputError, match="hoogstens 2 MB"):
        check_together(five, 2_000_000)


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (1, "1 bytes"),
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (1_001, "2 kB"),
        (999_000, "999 kB"),
        (999_001, "1 MB"),
        (3_000_000, "3 MB"),
        (3_000_001, "3,1 MB"),
    ],
)
def test_the_size_of_a_file(octets: int, said: str) -> None:
    assert dutch.size(octets) == said
