"""A spreadsheet: what is written is read back, nothing is run, the bytes are always the same."""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.cell.cell import Cell as Field

from campagne import workbook
from campagne.workbook import Cell, Link


def write(*cells: Cell) -> bytes:
    header = [f"kolom {number}" for number, _ in enumerate(cells, 1)]
    return workbook.write("Plan", header, [cells], widths=[20] * len(cells), notes=["a", "=b"])


def read(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_what_is_written_is_read_back() -> None:
    book = read(write("tekst", date(2027, 6, 15), Link("hier", "https://example.nl/x"), ""))
    assert book.sheetnames == ["Plan", "Uitleg"]
    text, day, link, empty = book["Plan"][2]
    assert (text.value, empty.value) == ("tekst", None)
    assert (day.value, day.number_format) == (datetime(2027, 6, 15), "dd-mm-yyyy")  # noqa: DTZ001 - the format knows no zone
    assert (link.value, link.hyperlink and link.hyperlink.target) == (
        "hier",
        "https://example.nl/x",
    )
    assert [row[0] for row in book["Uitleg"].iter_rows(values_only=True)] == ["a", "=b"]
    assert book["Plan"].freeze_panes == "B2"
    assert book["Plan"].auto_filter.ref == "A1:D2"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("https://example.nl")', "=cmd|' /C x'!A0"],
)
def test_nothing_is_run(text: str) -> None:
    content = write(text)
    cell = read(content)["Plan"]["A2"]
    assert isinstance(cell, Field)
    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert not read(write("gewoon"))["Plan"]["A2"].quotePrefix


def test_what_no_spreadsheet_takes_is_left_out() -> None:
    cell = read(write("a\x00b\x1fc" + "x" * 40_000))["Plan"]["A2"]
    assert str(cell.value).startswith("abcx")
    assert len(str(cell.value)) == 32_000


def test_the_same_table_has_the_same_bytes() -> None:
    first = write("tekst", date(2027, 6, 15))
    assert write("tekst", date(2027, 6, 15)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        stamps = re.findall(rb">([^<]*T[^<]*Z)</dcterms", parts.read("docProps/core.xml"))
        assert stamps == [b"2000-01-01T00:00:00Z"] * 2
    assert read(first).properties.creator == "Campagnekalender"


def test_every_row_stands_in_its_place_with_its_looks() -> None:
    """The rows are our own XML: each cell must be what openpyxl would have made of it."""
    rows: list[list[Cell]] = [
        [f"naam {at} & <zoon>", date(2027, 1, 1 + at), Decimal("1234.50"), f" regel\n{at}\r "]
        for at in range(5)
    ]
    rows[3][0] = Link("=ergens", "https://example.nl/x?a=1&b=2")
    content = workbook.write("Plan", ["a", "b", "c", "d"], rows, widths=[9] * 4)
    sheet = read(content)["Plan"]
    assert (sheet.dimensions, sheet.auto_filter.ref) == ("A1:D6", "A1:D6")
    found = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    told: list[Cell] = [row[0] if isinstance(row[0], str) else "=ergens" for row in rows]
    assert [row[0] for row in found] == told
    assert [row[1] for row in found] == [datetime(2027, 1, 1 + at) for at in range(5)]  # noqa: DTZ001 - the format knows no zone
    assert {row[2] for row in found} == {1234.5}
    assert [row[3] for row in found] == [f" regel\n{at}\r " for at in range(5)]
    assert {one.style for one in sheet["A"][1:]} == {"Tekst", "Koppeling"}
    assert {one.style for one in sheet["B"][1:]} == {"Dag"}
    assert {one.style for one in sheet["C"][1:]} == {"Bedrag"}
    linked = sheet["A5"]
    assert isinstance(linked, Field)
    assert (linked.hyperlink and linked.hyperlink.target, linked.quotePrefix) == (
        "https://example.nl/x?a=1&b=2",
        True,
    )
    assert read(workbook.write("Plan", ["a"], [], widths=[9]))["Plan"].dimensions == "A1:A1"
