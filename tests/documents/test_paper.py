"""A document of blocks as PDF: tagged, Dutch, the same bytes, and no text in it is obeyed."""

import re
import zlib

from campagne.documents import bars, paper
from campagne.documents.bars import Bar
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
from campagne.documents.fonts import breakable

NASTY = '#panic() $x$ [*vet*] \\ "aan" <script>&amp; \x00\x1b\ufffe\u202e \U0001f9e1 @ref'
SVG = bars.draw([Bar(NASTY, 3, NASTY), Bar("x" * 200, 9, "veel")], 5)


def blocks(text: str) -> list[Block]:
    return [
        Heading(text),
        Paragraph((Run(text), Run(" vet ", bold=True), Run(text, url="https://example.org"))),
        Paragraph(plain(f"{text}\n{text}"), notice=True),
        Paragraph(plain(text), quote=True),
        Heading(text, 2),
        Points((plain(text), plain(text)), numbered=True),
        Points((plain(text),)),
        Table((text, "B"), ((plain(text), plain("een\ntwee")), (plain("a"), ())), text, (2, 1)),
        Picture(b"", text, svg=SVG),
        PageBreak(),
        Paragraph((Run("weg", url="javascript:alert(1)"),)),
    ]


def write(text: str) -> bytes:
    return paper.write(text, blocks(text), what="Het stuk", instead="de rest", footer=text)


def links(made: bytes) -> set[bytes]:
    whole = made + b"".join(
        zlib.decompress(one)
        for one in re.findall(
            rb"/FlateDecode[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL
        )
        if one[:1] == b"x"
    )
    return set(re.findall(rb"/URI\s*\(([^)]*)\)", whole))


def test_it_is_tagged_and_dutch_and_always_the_same() -> None:
    made = write("Verslag")
    assert made == write("Verslag")
    for mark in (b"/StructTreeRoot", b"/Marked true", b"/Lang(nl-NL)", b"<pdfuaid:part>1<"):
        assert mark in made
    assert b"CreationDate" not in made
    assert b"/MediaBox[0 0 595" in made
    assert links(made) == {b"https://example.org"}


def test_text_is_no_markup() -> None:
    assert write(NASTY).startswith(b"%PDF")


def test_bars_are_attributes_only() -> None:
    told = SVG.decode()
    assert "<script" not in told
    assert "&lt;script&gt;" in told
    # No bar is longer than the whole, no name wider than the picture.
    assert max(map(float, re.findall(r'<rect x="0"[^>]* width="([0-9.]+)"', told))) == 720
    assert "xxx..." in told
    assert "style" not in told


def test_a_word_too_wide_for_a_column_can_be_broken() -> None:
    word = "voorlichting" * 5
    assert breakable(word).replace("\u200b", "") == word
    assert max(map(len, breakable(word).split("\u200b"))) == 22
