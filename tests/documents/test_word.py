"""A document for Word: read back, known to be accessible, and always the same bytes."""

import io
import struct
import zipfile
import zlib
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn

from campagne.documents import word
from campagne.documents.blocks import (
    Block,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Points,
    Run,
    Table,
    plain,
)


def read(*blocks: Block, title: str = "Titel", **edges: str) -> Document:
    return docx.Document(io.BytesIO(word.write(title, blocks, **edges)))


def told(document: Document) -> list[tuple[str, str]]:
    return [
        (one.style.name if one.style else "", one.text) for one in document.paragraphs if one.text
    ]


def numbers(document: Document) -> list[int]:
    body: Any = document.element.body
    return [one.val for one in body.iter(qn("w:numId"))]


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_what_is_written_is_read_back_in_its_order() -> None:
    document = read(
        Heading("Kop"),
        Paragraph(plain("Pas op"), notice=True),
        Paragraph((Run("Een "), Run("vet", bold=True), Run(" woord"))),
        Paragraph(plain("Gezegd"), quote=True),
        Heading("Lijst", 2),
        Points((plain("a"), plain("b"))),
        Points((plain("c"),), numbered=True),
    )
    assert told(document) == [
        ("Heading 1", "Kop"),
        ("Melding", "Pas op"),
        ("Normal", "Een vet woord"),
        ("Aanhaling", "Gezegd"),
        ("Heading 2", "Lijst"),
        ("List Bullet", "a"),
        ("List Bullet", "b"),
        ("List Number", "c"),
    ]
    assert [run.bold for run in document.paragraphs[2].runs] == [None, True, None]


def test_each_numbered_list_begins_at_one() -> None:
    document = read(
        Points((plain("a"), plain("b")), numbered=True), Points((plain("c"),), numbered=True)
    )
    first, second, third = numbers(document)
    assert first == second != third
    numbering: Any = document.part.numbering_part.element
    starts = {
        one.numId: one.find(f"{qn('w:lvlOverride')}/{qn('w:startOverride')}")
        for one in numbering.num_lst
    }
    assert [starts[one].val for one in (first, third)] == [1, 1]


def test_a_link_leads_there_and_a_script_is_text() -> None:
    document = read(
        Paragraph(
            (
                Run("Zie "),
                Run("hier", url="https://example.nl/?a=1&b=2"),
                Run("en daar", url="javascript:alert(1)"),
            )
        )
    )
    (paragraph,) = document.paragraphs
    assert paragraph.text == "Zie hieren daar"
    assert [(one.text, one.address) for one in paragraph.hyperlinks] == [
        ("hier", "https://example.nl/?a=1&b=2")
    ]


def test_a_table_has_a_row_of_heads_that_is_repeated_and_says_what_it_is_about() -> None:
    document = read(
        Table(
            ("Gemeente", "Wat"),
            ((plain("Katwijk"), (Run("zie "), Run("hier", url="https://example.nl"))),),
            "Wie wat doet",
            (1, 3),
        ),
        Table(("a",), (), "Leeg"),
    )
    table, empty = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Gemeente", "Wat"],
        ["Katwijk", "zie hier"],
    ]
    heads = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") for row in table.rows]
    assert [one is not None for one in heads] == [True, False]
    described = table._tbl.tblPr.find(qn("w:tblDescription"))
    assert described is not None
    assert described.get(qn("w:val")) == "Wie wat doet"
    narrow, wide = (column.width or 0 for column in table.columns)
    assert abs(wide - 3 * narrow) < 1000
    assert [cell.text for cell in empty.rows[0].cells] == ["a"]


def test_a_picture_says_what_it_shows() -> None:
    document = read(Picture(png(), 'Een "oranje" vlak', 4))
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == 'Een "oranje" vlak'
    assert round(shape.width.cm, 2) == 4


def test_what_stands_on_every_page() -> None:
    section = read(Heading("x"), header="Niet publiceren", footer="Katwijk").sections[0]
    assert (section.header.paragraphs[0].text, section.footer.paragraphs[0].text) == (
        "Niet publiceren",
        "Katwijk",
    )
    assert section.page_width is not None
    assert round(section.page_width.cm, 1) == 21.0


def test_it_is_in_dutch_has_a_title_and_names_nobody() -> None:
    document = read(PageBreak(), title="Teksten & zo")
    about = document.core_properties
    assert (about.title, about.language, about.author) == (
        "Teksten & zo",
        "nl-NL",
        "Campagnekalender",
    )
    assert about.comments == ""
    language = document.styles.element.find(".//w:lang", document.styles.element.nsmap)
    assert language is not None
    assert set(language.values()) == {"nl-NL"}


def test_the_same_blocks_are_the_same_bytes() -> None:
    blocks: list[Block] = [
        Heading("Kop"),
        Points((plain("a"),), numbered=True),
        Picture(png(), "niets"),
    ]
    made = word.write("Titel", blocks)
    assert made == word.write("Titel", blocks)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert parts.testzip() is None
        assert not [one for one in parts.namelist() if "thumbnail" in one or "customXml" in one]


def test_what_a_document_cannot_hold_is_left_out() -> None:
    odd = "a\x00b\x0c"
    document = read(
        Heading(odd),
        Paragraph((Run(odd), Run(odd, url=f"https://example.nl/{odd}"))),
        Table((odd,), ((plain(odd),),), odd),
        title=odd + "x" * 300,
        header=odd,
    )
    assert told(document) == [("Heading 1", "ab"), ("Normal", "abab")]
    assert document.core_properties.title == "ab" + "x" * 253
