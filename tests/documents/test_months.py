"""The picture of a year: nothing on top of anything else, nothing off the sheet."""

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import pytest

from campagne.documents.months import draw
from campagne.documents.planner import PlannedCampaign, Planner
from campagne.documents.sheet import PAPERS, Box, Line, Paper, Picture
from campagne.domain.dates import Span
from campagne.domain.rota import EditionStatus
from tests.documents.conftest import LONG, planner

COUNTS = [(0, 0), (1, 0), (14, 50), (20, 60), (45, 300)]


def extent(line: Line) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of the letters of a line."""
    left = {"start": 0.0, "middle": line.length / 2, "end": line.length}[line.anchor]
    x = line.x - left
    return x, line.y - line.size * 0.72, x + line.length, line.y + line.size * 0.2


def touching(picture: Picture) -> list[tuple[str, str]]:
    places = [(line, extent(line)) for line in picture.lines if line.text]
    return [
        (one.text, other.text)
        for (one, a), (other, b) in combinations(places, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def months(picture: Picture) -> list[Box]:
    return [box for box in picture.boxes if box.look == "month"]


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize(("campaigns", "steps"), COUNTS)
def test_no_text_touches_another_or_leaves_its_month(
    paper: Paper, campaigns: int, steps: int
) -> None:
    picture = draw(planner(campaigns, steps), paper)
    assert touching(picture) == []
    sheet = picture.paper
    boxes = months(picture)
    assert len(boxes) == 12
    first, last = boxes[0].y, max(box.y + box.height for box in boxes)
    for line in picture.lines:
        left, top, right, bottom = extent(line)
        assert sheet.margin - 1 <= left
        assert right <= sheet.width - sheet.margin + 1, line.text
        assert top > 0
        assert bottom < sheet.height
        if first <= line.y <= last:
            inside = [
                box
                for box in boxes
                if box.x <= left
                and right <= box.x + box.width
                and box.y <= top
                and bottom <= box.y + box.height
            ]
            assert len(inside) == 1, line.text


def words(picture: Picture) -> str:
    return " ".join(line.text for line in picture.lines)


def test_a_full_year_fits_on_a3(full_year: Planner) -> None:
    """Each campaign, and each step."""
    said = words(draw(full_year, PAPERS["a3"]))
    assert "en nog" not in said
    assert said.count("Citaat laten goedkeuren door de portefeuillehouder") == 60
    assert said.count("tegen geweld") >= 13
    assert "achterlating in het" in said


def test_what_does_not_fit_is_counted() -> None:
    said = words(draw(planner(60, 900), PAPERS["a3"]))
    assert "stappen: zie de kalender" in said


def test_letters_are_large_enough_to_read(full_year: Planner) -> None:
    """Names on A4 are 8 points or more (28 tenths of a millimetre), the smallest 5."""
    picture = draw(full_year, PAPERS["a4"])
    named = [line for line in picture.lines if line.look == "name" and line.bold]
    assert min(line.size for line in named) >= 23
    assert min(line.size for line in picture.lines) >= 15


def one_campaign(**changed: Any) -> Picture:
    campaign = PlannedCampaign(
        name="Orange the World",
        span=Span(date(2026, 11, 25), date(2026, 12, 10)),
        status=EditionStatus.CONFIRMED,
        central=False,
    )
    year = replace(
        planner(0, 0),
        campaigns=(replace(campaign, **changed),),
        undated=(),
    )
    return draw(year, PAPERS["a3"])


@pytest.mark.parametrize(
    ("changed", "look", "note"),
    [
        ({}, "confirmed", ""),
        ({"status": EditionStatus.PROVISIONAL}, "provisional", "voorlopig"),
        ({"central": True}, "central", ""),
        (
            {"central": True, "status": EditionStatus.PROVISIONAL},
            "central-provisional",
            "voorlopig",
        ),
        ({"status": EditionStatus.CANCELLED}, "", "gaat niet door"),
    ],
)
def test_its_days_and_words_say_how_sure_it_is(
    changed: dict[str, Any], look: str, note: str
) -> None:
    picture = one_campaign(**changed)
    legend = max(box.y + box.height for box in months(picture))
    days = [box.look for box in picture.boxes if box.y < legend and box.look != "month"]
    assert days == ([look] * 16 if look else [])
    said = words(picture)
    assert "25 nov t/m 10 dec" in said
    assert ("t/m 10 dec: Orange the World" in said) is bool(look)
    assert (note in [line.text for line in picture.lines]) is bool(note)
    stars = [shape for shape in picture.shapes if shape.look == "star"]
    assert len(stars) == (2 if changed.get("central") else 1)  # one is that of the legend


def test_week_numbers_are_those_of_iso() -> None:
    """2026 has a week 53, and its first days are in week 1."""
    weeks = [line.text for line in one_campaign().lines if line.look == "week"]
    assert weeks[0] == "1"
    assert weeks[-1] == "53"


def test_a_long_word_is_broken_and_loses_nothing() -> None:
    picture = one_campaign(name="Geen" + "lettergrepen" * 8)
    assert touching(picture) == []
    said = "".join(line.text.rstrip("-") for line in picture.lines if line.look == "name")
    assert "Geen" + "lettergrepen" * 8 in said


def test_the_picture_is_told_in_words(full_year: Planner) -> None:
    told = draw(full_year, PAPERS["a4"]).description
    assert told.startswith("Campagnes 2026 · Kaag en Braassem. ")
    assert told.count(LONG) == 7
    assert "(centraal, voorlopig)" in told
