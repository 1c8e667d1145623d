"""A table as a spreadsheet (.xlsx) in which nothing is run: the same table, the same bytes."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from campagne import archive

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST = 32_000  # a cell takes 32,767 characters
_HEAD, _LINK = "FF0B57A4", "FF0B57A4"
_TEXT, _DAY, _AMOUNT = "Tekst", "Dag", "Bedrag"  # as a program lists them
_LEADS_ON, _TOP = "Koppeling", "Kop"  # idem


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
    for line, row in enumerate((header, *rows), 1):
        for column, value in enumerate(row, 1):
            _fill(sheet.cell(line, column), value)
    for cell in sheet[1]:
        cell.style = _TOP
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
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
    return archive.timeless(made.getvalue())


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
