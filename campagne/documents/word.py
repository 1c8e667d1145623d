"""A document for Word (.docx) from plain blocks: accessible, in Dutch, and always the same bytes.

Headings are headings, lists are lists, the first row of a table is known as such and repeated, a
picture has its alternative text (WCAG 2.2: 1.1.1, 1.3.1, 2.4.2, 3.1.1). Nothing in it is run, and
no time or name of a person is in it.
"""

import io
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from campagne import archive
from campagne.documents.blocks import (
    Block,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Points,
    Run,
    Table,
    Text,
)

if TYPE_CHECKING:
    from docx.document import Document

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_LANGUAGE = "nl-NL"
_AUTHOR = "Campagnekalender"
_FONT = "Calibri"
_INK, _BRAND, _LINK, _WARNING, _PALE = "17262B", "0E4A57", "0B57A4", "8A2B06", "E3EEF0"
_SIZES = {1: 20, 2: 15, 3: 13, 4: 11}  # points
_BODY = 11
_BREADTH = 16.0  # centimetres between the margins
_UNUSED = frozenset({"thumbnail", "stylesWithEffects", "customXml"})
_TABLE_STYLES = frozenset({"Normal Table", "Table Grid"})
_SAFE = ("https://", "http://", "mailto:")
_NOTICE, _QUOTE, _LINKED = "Melding", "Aanhaling", "Hyperlink"  # as Word lists them


def write(title: str, blocks: Iterable[Block], *, header: str = "", footer: str = "") -> bytes:
    """Return the bytes of a document on A4.

    Args:
        title: of the file, which a screen reader says first; what stands on the page are blocks.
        blocks: in their order; the first is best a `Heading` of level 1.
        header: at the top of every page, in bold; for what nobody may overlook.
        footer: at the bottom of every page.
    """
    # As slow to import as all the rest, and hardly ever needed.
    import docx  # noqa: PLC0415 - see above
    from docx.shared import Cm  # noqa: PLC0415 - see above

    document = docx.Document(io.BytesIO(_empty()))
    document.core_properties.title = archive.storable(title)[:255]  # more is not taken
    (page,) = document.sections
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm((21 - _BREADTH) / 2)
    page.top_margin = page.bottom_margin = Cm(2.2)
    for text, part in ((header, page.header), (footer, page.footer)):
        if text:
            part.paragraphs[0].add_run(archive.storable(text)).bold = part is page.header
    for block in blocks:
        _add(document, block)
    made = io.BytesIO()
    document.save(made)
    return archive.timeless(made.getvalue())


def _add(document: "Document", block: Block) -> None:
    match block:
        case Heading():
            document.add_heading(archive.storable(block.text), block.level)
        case Paragraph():
            looks = {(True, False): _NOTICE, (False, True): _QUOTE}
            look = looks.get((block.notice, block.quote))
            _write(document.add_paragraph(style=look), block.text)
        case Points():
            _list(document, block)
        case Table():
            _table(document, block)
        case Picture():
            _picture(document, block)
        case PageBreak():
            from docx.enum.text import WD_BREAK  # noqa: PLC0415 - see `write`

            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _write(paragraph: Any, text: Text) -> None:
    for run in text:
        if run.url.startswith(_SAFE):
            _link(paragraph, run)
        else:
            _run(paragraph, run)


def _run(paragraph: Any, run: Run) -> Any:
    added = paragraph.add_run(archive.storable(run.text))
    # None leaves it to the style, which may be bold itself.
    added.bold = run.bold or None
    added.italic = run.italic or None
    return added


def _link(paragraph: Any, run: Run) -> None:
    """Add a link, which python-docx can read but not write."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 - see `write`

    address = archive.storable(run.url)
    link = _element(
        "w:hyperlink",
        ("r:id", paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)),
    )
    shown = _run(paragraph, run)
    shown.style = _LINKED
    link.append(shown._r)  # noqa: SLF001 - the only way to the element itself
    paragraph._p.append(link)  # noqa: SLF001 - idem


def _list(document: "Document", points: Points) -> None:
    number = _numbering(document) if points.numbered else None
    for item in points.items:
        paragraph = document.add_paragraph(
            style="List Number" if points.numbered else "List Bullet"
        )
        if number is not None:
            held = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001 - not offered
            held.get_or_add_ilvl().val = 0
            held.get_or_add_numId().val = number
        _write(paragraph, item)


def _numbering(document: "Document") -> int:
    """Return the number of a new numbering that begins at 1; those of one style count on."""
    style: Any = document.styles["List Number"]
    numbering: Any = document.part.numbering_part.element
    kept = numbering.num_having_numId(style.element.pPr.numPr.numId.val)
    added = numbering.add_num(kept.abstractNumId.val)
    added.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(added.numId)


def _table(document: "Document", table: Table) -> None:
    from docx.shared import Cm  # noqa: PLC0415 - see `write`

    made = document.add_table(len(table.rows) + 1, len(table.header), style="Table Grid")
    made.autofit = False
    shares = table.widths or (1.0,) * len(table.header)
    widths = [Cm(_BREADTH * one / sum(shares)) for one in shares]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    head = tuple((Run(name, bold=True),) for name in table.header)
    for place, (row, texts) in enumerate(zip(made.rows, (head, *table.rows), strict=True)):
        marks = row._tr.get_or_add_trPr()  # noqa: SLF001 - not offered
        marks.append(_element("w:cantSplit"))
        if place == 0:
            marks.append(_element("w:tblHeader"))
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = width
            _write(cell.paragraphs[0], text)
            if place == 0:
                shade = ("w:val", "clear"), ("w:color", "auto"), ("w:fill", _PALE)
                cell._tc.get_or_add_tcPr().append(_element("w:shd", *shade))  # noqa: SLF001 - idem
    described = _element("w:tblDescription", ("w:val", archive.storable(table.description)))
    made._tbl.tblPr.append(described)  # noqa: SLF001 - not offered
    # Two tables without something between them become one.
    document.add_paragraph()


def _picture(document: "Document", picture: Picture) -> None:
    from docx.shared import Cm  # noqa: PLC0415 - see `write`

    added = document.add_picture(io.BytesIO(picture.png), width=Cm(picture.width))
    added._inline.docPr.set("descr", archive.storable(picture.alt))  # noqa: SLF001 - not offered


@cache
def _empty() -> bytes:
    """Return the document that all begin with, which takes as long to make as what is in them."""
    import docx  # noqa: PLC0415 - see `write`

    document = docx.Document()
    _styles(document)
    about = document.core_properties
    about.author = about.last_modified_by = _AUTHOR
    about.comments = ""
    about.language = _LANGUAGE
    # Of the document that is begun with: a picture of its page, styles for an older Word.
    for relations in (document.part.package.rels, document.part.rels):
        for key, one in list(relations.items()):
            if one.reltype.rpartition("/")[2] in _UNUSED:
                relations.pop(key)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _styles(document: "Document") -> None:
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415 - see `write`
    from docx.shared import Cm, Pt  # noqa: PLC0415 - see `write`

    styles = document.styles
    for style in list(styles):
        if style.type is WD_STYLE_TYPE.TABLE and style.name not in _TABLE_STYLES:
            style.delete()
    language: Any = styles.element.find(".//w:rPrDefault/w:rPr/w:lang", styles.element.nsmap)
    for name in language.attrib:
        language.set(name, _LANGUAGE)
    normal: Any = styles["Normal"]
    _look(normal, _BODY, _INK)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    for level, size in _SIZES.items():
        heading: Any = styles[f"Heading {level}"]
        _look(heading, size, _BRAND, bold=True)
        heading.paragraph_format.space_before = Pt(0 if level == 1 else size)
        heading.paragraph_format.space_after = Pt(4)
    for name in ("Header", "Footer"):
        _look(styles[name], 9, _WARNING if name == "Header" else _INK)
    notice: Any = styles.add_style(_NOTICE, WD_STYLE_TYPE.PARAGRAPH)
    quote: Any = styles.add_style(_QUOTE, WD_STYLE_TYPE.PARAGRAPH)
    for style in (notice, quote):
        style.base_style = normal
        style.paragraph_format.left_indent = Cm(0.8)
    _look(notice, _BODY, _WARNING, bold=True)
    linked: Any = styles.add_style(_LINKED, WD_STYLE_TYPE.CHARACTER)
    _look(linked, None, _LINK)
    linked.font.underline = True


def _look(style: Any, size: int | None, colour: str, *, bold: bool | None = None) -> None:
    """Give a style a look of its own in the place of that of the empty document."""
    from docx.shared import Pt, RGBColor  # noqa: PLC0415 - see `write`

    look = style.element.get_or_add_rPr()
    for one in list(look):
        look.remove(one)
    style.font.color.rgb = RGBColor.from_string(colour)
    style.font.bold = bold
    if size is not None:
        style.font.name = _FONT
        style.font.size = Pt(size)


def _element(name: str, *attributes: tuple[str, str]) -> Any:
    from docx.oxml.ns import qn  # noqa: PLC0415 - see `write`
    from docx.oxml.parser import OxmlElement  # noqa: PLC0415 - see `write`

    made = OxmlElement(name)
    for key, value in attributes:
        made.set(qn(key), value)
    return made
