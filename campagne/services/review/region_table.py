"""A year of a region as a table to work on: a row for each gemeente and edition."""

from collections.abc import Sequence
from decimal import Decimal

from campagne import workbook
from campagne.clock import local_day
from campagne.domain import spreadsheet
from campagne.domain.involvement import Involvement
from campagne.domain.words import in_words, word
from campagne.services.access import Links
from campagne.services.review.region_year import RegionYear
from campagne.workbook import Cell, Link

COLUMNS = (
    *("gemeente", "campagne", "van", "tot en met", "datum", "deelname"),
    *("wie zei dat", "wanneer", "lokale acties", "wie weet meer"),
    *("verwachte kosten in euro", "werkelijke kosten in euro"),
)
_WIDTHS = (24, 34, 12, 12, 14, 20, 28, 12, 50, 28, 14, 14)


def csv(shown: RegionYear) -> bytes:
    """Return what is shown as CSV; days as ``2026-11-25``."""
    return spreadsheet.write(COLUMNS, [[_text(cell) for cell in row] for row in _rows(shown)])


def xlsx(shown: RegionYear, links: Links) -> bytes:
    """Return what is shown as a spreadsheet: always the same bytes for it."""
    address = links.region_year(shown.region.key, shown.year)
    notes: list[Cell] = [
        f"Wie in {shown.region.name} meedeed aan welke campagne van {shown.year}.",
        "Een regel per gemeente en campagne die voor haar is.",
        Link("Bekijk het overzicht zoals het nu is", address),
    ]
    return workbook.write(
        f"Overzicht {shown.year}", COLUMNS, _rows(shown), widths=_WIDTHS, notes=notes
    )


def _rows(shown: RegionYear) -> list[Sequence[Cell]]:
    return [
        (
            line.municipality.name,
            column.name,
            column.edition.span.first,
            column.edition.span.last,
            word(column.edition.status),
            word(cell.involvement),
            cell.by,
            local_day(cell.at) if cell.at else "",
            "; ".join(in_words(one) for one in cell.plan.actions),
            cell.contact.name if cell.contact else "",
            _euros(cell.plan.expected_cents),
            _euros(cell.plan.real_cents),
        )
        for line in shown.lines
        for column, cell in zip(shown.columns, line.cells, strict=True)
        if cell.involvement is not Involvement.ELSEWHERE
    ]


def _euros(cents: int | None) -> Cell:
    return "" if cents is None else Decimal(cents).scaleb(-2)


def _text(cell: Cell) -> str:
    if isinstance(cell, Link):
        return cell.text
    if isinstance(cell, Decimal):
        return str(cell).replace(".", ",")  # a Dutch Excel reads a dot as thousands
    return cell if isinstance(cell, str) else cell.isoformat()
