"""Tables for a spreadsheet: CSV as a Dutch Excel opens and saves it, in which nothing is run.

Semicolons between the cells, and a byte order mark, without which Excel takes UTF-8 for something
else. A cell that begins like a formula gets an apostrophe in front, which reading takes off again.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from campagne.errors import InvalidInputError

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SEPARATORS = ";,\t"


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if _is_risky(cell) else cell


def write(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as the bytes of a file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    known = _Inert()  # names and words come back on every row
    writer.writerows([known[cell] for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def read(content: bytes) -> list[tuple[int, list[str]]]:
    """Return the rows of a file, each with the number of its last line; empty rows are left out.

    Args:
        content: as of `decode`; cells separated by whichever of semicolon, comma and tab the
            first line has most of.

    Raises:
        InvalidInputError: when it is no such table.
    """
    text = decode(content)
    if "\0" in text:
        raise InvalidInputError("Dit is geen CSV-bestand. Sla het in Excel op als CSV.", "bestand")
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count), strict=True
    )
    rows = []
    try:
        for row in reader:
            cells = [(one[1:] if _is_guarded(one) else one).strip() for one in row]
            if any(cells):
                rows.append((reader.line_num, cells))
    except csv.Error:
        raise InvalidInputError(
            f"Regel {reader.line_num} is niet te lezen: een aanhalingsteken klopt niet, of een vak"
            " is veel te lang. Sla het bestand in Excel opnieuw op als CSV.",
            "bestand",
        ) from None
    return rows


def decode(content: bytes) -> str:
    """Return the text of a file, in UTF-8 or else in what Excel saves without asking."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


class _Inert(dict[str, str]):
    def __missing__(self, cell: str) -> str:
        return self.setdefault(cell, inert(cell))


def _is_risky(cell: str) -> bool:
    """Say whether a cell begins like a formula, apart from apostrophes."""
    return cell.lstrip("'").startswith(_FORMULA)


def _is_guarded(cell: str) -> bool:
    return cell.startswith("'") and _is_risky(cell)
