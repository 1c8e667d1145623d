"""CSV for a Dutch Excel: nothing in it is run, and what was written is read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain import spreadsheet
from campagne.errors import InvalidInputError

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0")).map(str.strip)


@pytest.mark.parametrize("cell", ["=1+1", "+31 71", "-2", "@SUM(A1)", "\t=1", "\r=1", "'=1", "\n"])
def test_a_formula_is_a_text(cell: str) -> None:
    assert spreadsheet.inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Katwijk", "'s-Gravenhage", "a=1", "071 000 00 00"])
def test_a_text_stays_as_it_is(cell: str) -> None:
    assert spreadsheet.inert(cell) == cell


def test_the_bytes_are_those_of_a_dutch_excel() -> None:
    found = spreadsheet.write(["naam", "telefoon"], [["Café; De Brug", "+31 71"]])
    assert found == '\ufeffnaam;telefoon\r\n"Café; De Brug";\'+31 71\r\n'.encode()


@given(st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=4))
def test_what_was_written_is_read(rows: list[list[str]]) -> None:
    found = spreadsheet.read(spreadsheet.write(["naam", "adres"], rows))
    assert [cells for _, cells in found][1:] == [row for row in rows if any(row)]


@pytest.mark.parametrize(
    "content", ["naam;adres\nCafé;x", "naam,adres\r\nCafé,x", "naam\tadres\nCafé\tx"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_other_programs_write_it_otherwise(content: str, encoding: str) -> None:
    found = spreadsheet.read(content.encode(encoding))
    assert found == [(1, ["naam", "adres"]), (2, ["Café", "x"])]


def test_empty_rows_are_left_out_and_the_lines_still_counted() -> None:
    assert spreadsheet.read(b"a;b\n;\n\nc;d\n") == [(1, ["a", "b"]), (4, ["c", "d"])]
    assert spreadsheet.read(b"") == []


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04\0\0", b'a;b\n"c;d\n', b'a;b\n"c"d;e\n', b"x" * 200_000]
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInputError):
        spreadsheet.read(content)
