"""A table as a spreadsheet (.xlsx) in which nothing is run: the same table, the same bytes.

openpyxl makes the file with the head of the table. Its rows are written here, as the XML that
openpyxl would make: it takes forty times as long over them, which for a country is a third of a
second.
"""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from campagne import archive

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST = 32_000  # a cell takes 32,767 characters
_HEAD, _LINK = "FF0B57A4", "FF0B57A4"
_TEXT, _DAY, _AMOUNT = "Tekst", "Dag", "Bedrag"  # as a program lists them
_LEADS_ON, _TOP = "Koppeling", "Kop"  # idem
_SHEET = "xl/worksheets/sheet1.xml"
_ROW_ENDS, _ROWS_END = b"</row>", b"</sheetData>"
_DAY_0 = date(1899, 12, 30)  # what Excel counts days from


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads somewhere."""

    text: str
    url: str


# An amount is in euros.
Cell = str | date | Decimal | Link


def write(
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    widths: Sequence[float],
    notes: Iterable[Cell] = (),
) -> bytes:
    """Return the bytes of a file with one table, and a second sheet with notes.

    A text is always a text: one that begins like a formula is marked so that no program runs it,
    also when somebody edits it later.

    Args:
        title: of the table and the file, at most 31 characters.
        header: the names of the columns.
        rows: as many cells in each; days become days.
        widths: of the columns, in characters.
        notes: one below the other.
    """
    # As slow to import as all the rest, and hardly ever needed.
    from openpyxl import Workbook  # noqa: PLC0415 - see above
    from openpyxl.cell import Cell as Field  # noqa: PLC0415 - see above
    from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill  # noqa: PLC0415 - see above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - see above
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415 - see above

    book = Workbook()
    book.remove(book.worksheets[0])
    laid_out = Alignment(vertical="top", wrap_text=True)
    underlined = Font(underline="single", color=_LINK)
    # By name: a look of its own for each cell takes longer than all the rest.
    for style in (
        NamedStyle(_TEXT, alignment=laid_out),
        NamedStyle(_DAY, alignment=laid_out, number_format="dd-mm-yyyy"),
        NamedStyle(_AMOUNT, alignment=laid_out, number_format="[$€-413] #,##0.00"),
        NamedStyle(_LEADS_ON, alignment=laid_out, font=underlined),
        NamedStyle(
            _TOP,
            alignment=laid_out,
            font=Font(bold=True, color="FFFFFFFF"),
            fill=PatternFill("solid", fgColor=_HEAD),
        ),
    ):
        book.add_named_style(style)
    sheet = book.create_sheet(title)
    for column, value in enumerate(header, 1):
        _fill(sheet.cell(1, column), value)
        sheet.cell(1, column).style = _TOP
    letters = [get_column_letter(column) for column, _ in enumerate(widths, 1)]
    for letter, width in zip(letters, widths, strict=True):
        sheet.column_dimensions[letter].width = width
    table = _Rows(letters, _looks(lambda: Field(sheet, row=1, column=1)))
    for line, row in enumerate(rows, 2):
        table.add(line, row)
    # What openpyxl must know of the rows: where they lead, and how far they go.
    for at, url in table.links:
        sheet[at].hyperlink = url
    sheet.cell(table.last, len(letters))
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    about = book.create_sheet("Uitleg")
    about.column_dimensions["A"].width = 100
    for line, note in enumerate(notes, 1):
        _fill(about.cell(line, 1), note)
    book.properties.title = title
    book.properties.creator = "Campagnekalender"
    made = io.BytesIO()
    book.save(made)

    def filled(part: bytes) -> bytes:
        head = part.index(_ROW_ENDS) + len(_ROW_ENDS)
        return part[:head] + "".join(table.xml).encode() + part[part.index(_ROWS_END) :]

    return archive.timeless(made.getvalue(), {_SHEET: filled})


def _looks(new: Callable[[], Any]) -> dict[tuple[str, bool], int]:
    """Return the number of each style, also with the mark of a text that is never run.

    Args:
        new: makes a cell that is not of the table.
    """
    found = {}
    for style in (_TEXT, _DAY, _AMOUNT, _LEADS_ON):
        for marked in (False, True):
            cell = new()
            cell.style = style
            if marked:
                cell.quotePrefix = True
            found[style, marked] = cell.style_id
    return found


@dataclass(slots=True)
class _Rows:
    """The rows of a table as XML.

    Attributes:
        letters: of the columns.
        looks: as of `_looks`.
        links: where a cell leads on, and the address.
        last: the number of the last row.
    """

    letters: Sequence[str]
    looks: Mapping[tuple[str, bool], int]
    xml: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    last: int = 1
    _known: dict[str | date | Decimal, str] = field(default_factory=dict)

    def add(self, line: int, row: Sequence[Cell]) -> None:
        """Add a row with its number."""
        self.last = line
        self.xml.append(f'<row r="{line}">')
        for letter, cell in zip(self.letters, row, strict=True):
            self.xml.append(f'<c r="{letter}{line}"')
            if isinstance(cell, Link):
                self.links.append((f"{letter}{line}", cell.url))
                self.xml.append(self._text(cell.text, _LEADS_ON))
                continue
            # Names and words come back on every row.
            if (rest := self._known.get(cell)) is None:
                rest = self._known[cell] = self._rest(cell)
            self.xml.append(rest)
        self.xml.append("</row>")

    def _rest(self, value: str | date | Decimal) -> str:
        if isinstance(value, str):
            return self._text(value, _TEXT)
        is_day = isinstance(value, date)
        number = (value - _DAY_0).days if isinstance(value, date) else value
        return f' s="{self.looks[_DAY if is_day else _AMOUNT, False]}"><v>{number}</v></c>'

    def _text(self, value: str, style: str) -> str:
        text = archive.storable(value)[:_LONGEST]
        look = self.looks[style, text.startswith(_FORMULA)]
        if not text:
            return f' s="{look}"/>'
        kept = ' xml:space="preserve"' if text != text.strip() else ""
        said = escape(text, {"\r": "&#13;"})
        return f' s="{look}" t="inlineStr"><is><t{kept}>{said}</t></is></c>'


def _fill(cell: Any, value: Cell) -> None:
    if isinstance(value, date | Decimal):
        cell.value = value
        cell.style = _DAY if isinstance(value, date) else _AMOUNT
        return
    text = archive.storable(value.text if isinstance(value, Link) else value)[:_LONGEST]
    cell.value = text or None
    cell.style = _LEADS_ON if isinstance(value, Link) else _TEXT
    if text.startswith(_FORMULA):
        cell.data_type = "s"
        cell.quotePrefix = True
    if isinstance(value, Link):
        cell.hyperlink = value.url
