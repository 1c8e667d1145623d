"""A planner as bytes: the same each time, safe whatever a name holds, readable for a machine."""

import re
import struct
from collections.abc import Callable
from dataclasses import replace
from importlib import util
from xml.etree import ElementTree as ET

import pytest

from campagne.documents import pressing, rendering
from campagne.documents.planner import Planner
from campagne.documents.sheet import PAPERS, Paper
from tests.documents.conftest import planner

Make = Callable[[Planner, Paper], bytes]
NASTY = (
    '#panic() $x$ [*vet*] \\ "aan" <script>&amp; \x00\x1b\ufffe\u202e'
    " ![a](file:///etc/passwd) \U0001f9e1 \u2605"
)
A3, A4 = PAPERS["a3"], PAPERS["a4"]


@pytest.fixture
def nasty() -> Planner:
    """Names that would be markup, if they were read as such."""
    year = planner(3, 2)
    return replace(
        year,
        for_whom=NASTY,
        campaigns=tuple(replace(one, name=NASTY, note=NASTY) for one in year.campaigns),
        steps=tuple(replace(one, title=NASTY, campaign=NASTY) for one in year.steps),
        undated=(NASTY,),
    )


@pytest.mark.parametrize("make", [rendering.svg, rendering.png, rendering.pdf])
def test_the_same_planner_gives_the_same_bytes(make: Make, full_year: Planner) -> None:
    assert make(full_year, A4) == make(full_year, A4)


def test_the_svg_is_whole_and_does_nothing(full_year: Planner) -> None:
    """It loads nothing and runs nothing: attributes only."""
    root = ET.fromstring(rendering.svg(full_year, A3))  # noqa: S314 - our own bytes
    tags = {one.tag.rpartition("}")[2] for one in root.iter()}
    assert tags == {"svg", "title", "desc", "rect", "polygon", "text"}
    names = {name for one in root.iter() for name in one.attrib}
    assert not {
        name for name in names if name.startswith("on") or "href" in name or name == "style"
    }
    assert root.get("role") == "img"
    assert root.get("width") == "420.0mm"


def test_a_name_is_text_in_the_svg(nasty: Planner) -> None:
    root = ET.fromstring(rendering.svg(nasty, A3))  # noqa: S314 - our own bytes
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text is not None
    assert "<script>&amp;" in title.text
    assert "\x00" not in title.text


def test_the_png_has_its_size_and_its_letters(full_year: Planner) -> None:
    """Without the fonts there would be no letters, and no error either."""
    whole = rendering.png(full_year, A3)
    assert whole[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack_from(">II", whole, 16)
    assert (width, height) == (2800, 1982)  # whole pixels of A3 at 96 to the inch, made larger
    assert len(whole) > 2 * len(rendering.png(planner(0, 0), A3))


@pytest.mark.parametrize(("paper", "wide"), [(A3, (1190, 841)), (A4, (841, 595))])
def test_the_pdf_is_tagged_and_dutch(
    full_year: Planner, paper: Paper, wide: tuple[int, int]
) -> None:
    """The picture lies on its side; the tables after it are on A4, upright."""
    made = rendering.pdf(full_year, paper)
    assert made.startswith(b"%PDF-1.7")
    for mark in (b"/StructTreeRoot", b"/Marked true", b"/Lang(nl-NL)", b"<pdfuaid:part>1<"):
        assert mark in made
    assert b"CreationDate" not in made
    boxes = re.findall(rb"/MediaBox\[0 0 (\d+)[.\d]* (\d+)", made)
    sizes = {(int(width), int(height)) for width, height in boxes}
    assert sizes == {wide, (595, 841)}


def test_a_name_is_no_markup_in_the_pdf(nasty: Planner) -> None:
    assert rendering.pdf(nasty, A4).startswith(b"%PDF")


def test_a_word_that_is_wider_than_a_column_of_the_pdf_can_be_broken(full_year: Planner) -> None:
    """Unseen, and other words are left whole."""
    word = "voorlichting" * 5
    campaign = replace(full_year.campaigns[0], name=f"Week van {word}")
    found = rendering._data(replace(full_year, campaigns=(campaign,)), A4)["campaigns"][0][0]
    assert found.replace("\u200b", "") == campaign.name
    assert max(map(len, found.replace(" ", "\u200b").split("\u200b"))) == 22
    assert found.startswith("Week van ")


@pytest.mark.parametrize("make", [rendering.png, rendering.pdf])
def test_without_the_packages_a_sentence_says_what_to_do(
    make: Make, full_year: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = util.find_spec
    gone = {"typst", "resvg_py"}
    monkeypatch.setattr(pressing, "find_spec", lambda name: None if name in gone else find(name))
    assert not pressing.complete()
    with pytest.raises(
        pressing.MissingPackagesError, match=r"pip install 'campagne\[documenten\]'"
    ):
        make(full_year, A4)
    assert rendering.svg(full_year, A4)


def test_what_takes_too_long_is_stopped(
    full_year: Planner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pressing, "_SECONDS", 0.001)
    with pytest.raises(pressing.DocumentError, match="Probeer het later nog eens"):
        rendering.png(full_year, A4)
    assert "no png was made" in caplog.text
