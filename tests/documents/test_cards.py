"""The pictures of a campaign: everything fits, can be read, and is the same each time."""

import itertools
import re
import struct
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import segno

from campagne.documents import cards, colours, pressing
from campagne.documents.cards import SIZES, Card, HouseStyle, Size
from campagne.domain.texts import PROVISIONAL

SVG = "{http://www.w3.org/2000/svg}"
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100">'
    b'<rect width="400" height="100" fill="#7d4c12"/></svg>'
)
SHORT = Card(
    campaign="Orange the World",
    when="op dinsdag 15 juni 2027",
    lines=("Zorgen over haar?", "Vraag hoe het gaat."),
    number="Veilig Thuis: 0800-2000",
    after=("Altijd, dag en nacht, gratis",),
    sender="Gemeente Lisse",
    notice="",
    address="https://www.lisse.example.nl",
    leads_to="https://www.lisse.example.nl",
    colour="#f26a1b",
)
LONG = Card(
    campaign="Zomercampagne tegen huwelijksdwang en achterlating in het buitenland",
    when="van woensdag 25 november tot en met donderdag 10 december 2026",
    lines=(
        "Trouwen is een eigen keuze, overal en altijd.",
        "Bang voor de vakantie?",
        "Praat erover.",
    ),
    number="Landelijk Knooppunt Huwelijksdwang: 070-3454319",
    after=("Maandag tot en met vrijdag, 9.00 tot 17.00 uur, gewone kosten",),
    sender="Gemeenten Hillegom, Lisse, Teylingen en Alphen aan den Rijn",
    notice=PROVISIONAL,
    address="https://campagne.example.nl/teksten/zomercampagne-2028/alphen-aan-den-rijn/website",
    leads_to="meer informatie",
    colour="",
    style=HouseStyle("#ffee00", LOGO),
)
NASTY = replace(
    LONG,
    campaign='<script>"&amp;\x00',
    lines=("\U0001f9e1" * 3 + "onzin<b>", "x" * 300),
    sender="Gemeente <i>",
    number="",
)
CARDS = {"short": SHORT, "long": LONG, "nasty": NASTY, "bare": replace(SHORT, number="", after=())}


def drawn(card: Card, size: Size) -> ET.Element:
    return ET.fromstring(cards.svg(card, size))  # noqa: S314 - our own bytes


def numbers(element: ET.Element, *names: str) -> tuple[float, ...]:
    return tuple(float(element.get(name, "0")) for name in names)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS.keys())
def test_every_letter_stands_in_the_picture_and_on_nothing_else(card: Card, size: Size) -> None:
    root = drawn(card, size)
    code = root.find(f"{SVG}path")
    assert code is not None
    left, top, scale = map(float, re.findall(r"[\d.]+", code.get("transform", "")))
    side = scale * len(segno.make_qr(card.address, error="m").matrix)
    taken = [(left, top, left + side, top + side)]
    logo = root.find(f"{SVG}image")
    if logo is not None:
        x, y, wide, high = numbers(logo, "x", "y", "width", "height")
        taken.append((x, y, x + wide, y + high))
    for text in root.iter(f"{SVG}text"):
        x, y, length, large = numbers(text, "x", "y", "textLength", "font-size")
        taken.append((x, y - large * 0.7, x + length, y + large * 0.2))
    for x1, y1, x2, y2 in taken:
        assert 0 <= x1 < x2 <= size.width
        assert size.safe <= y1 < y2 <= size.height - size.safe
    for one, other in itertools.combinations(taken, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
@pytest.mark.parametrize("colour", ["#f26a1b", "#6b2c91", "#ffff00", "#777777", "#000000", ""])
def test_every_letter_can_be_read(size: Size, colour: str) -> None:
    for style in (HouseStyle(), HouseStyle("#ffee00", LOGO)):
        root = drawn(replace(LONG, colour=colour, style=style), size)
        boxes = [
            (numbers(box, "x", "y", "width", "height"), box.get("fill", ""))
            for box in root.iter(f"{SVG}rect")
        ]
        for text in root.iter(f"{SVG}text"):
            x, y = numbers(text, "x", "y")
            under = [
                fill
                for (left, top, wide, high), fill in boxes
                if left <= x < left + wide and top <= y < top + high
            ]
            assert colours.contrast(text.get("fill", ""), under[-1]) >= colours.READABLE


def test_the_code_is_that_of_the_address_on_white() -> None:
    matrix = [list(row) for row in segno.make_qr(SHORT.address, error="m").matrix]
    path = drawn(SHORT, SIZES["poster-a4"]).find(f"{SVG}path")
    assert path is not None
    found = [[0] * len(matrix) for _ in matrix]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path.get("d", "")):
        for at in range(int(length)):
            found[int(y)][int(x) + at] = 1
    assert found == matrix
    assert path.get("fill") == "#000000"


def test_it_loads_and_runs_nothing_and_says_what_it_shows() -> None:
    root = drawn(NASTY, SIZES["breed-1200x630"])
    tags = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert tags == {"svg", "title", "desc", "rect", "image", "path", "text"}
    names = {name for one in root.iter() for name in one.attrib}
    assert not {name for name in names if name.startswith("on") or name == "style"}
    links = [one.get("href", "") for one in root.iter() if "href" in one.attrib]
    assert [one.partition(",")[0] for one in links] == ["data:image/svg+xml;base64"]
    assert (root.get("role"), root.get("lang")) == ("img", "nl")
    described = root.find(f"{SVG}desc")
    assert described is not None
    assert '<script>"&amp;' in str(described.text)


def test_the_alternative_text_has_all_its_words() -> None:
    assert SHORT.alt == (
        "Beeld met de tekst: Zorgen over haar? Vraag hoe het gaat. Veilig Thuis: 0800-2000."
        " Altijd, dag en nacht, gratis. Orange the World: op dinsdag 15 juni 2027."
        " Gemeente Lisse. De QR-code leidt naar https://www.lisse.example.nl."
    )
    assert "VOORLOPIG: NOG NIET PUBLICEREN. Trouwen" in LONG.alt


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_what_may_not_go_out_says_so(size: Size) -> None:
    said = [one.text for one in drawn(LONG, size).iter(f"{SVG}text")]
    assert "VOORLOPIG: NOG NIET PUBLICEREN" in said
    assert said != [one.text for one in drawn(replace(LONG, notice=""), size).iter(f"{SVG}text")]


def test_the_same_card_is_the_same_bytes_in_the_size_that_was_asked() -> None:
    sizes = list(SIZES.values())
    wishes = [(cards.svg(LONG, size), size.pixels) for size in sizes]
    assert wishes == [(cards.svg(LONG, size), size.pixels) for size in sizes]
    made = pressing.png(wishes, "Het beeld")
    assert [struct.unpack_from(">II", one, 16) for one in made] == [
        (1080, 1080),
        (1200, 630),
        (1080, 1920),
        (1920, 1080),
        (1654, 2340),
    ]
    # Without the fonts there would be no letters, and no error either.
    bare = re.sub(rb"<text.*?</text>", b"", wishes[0][0])
    empty = pressing.png([(bare, 1080)], "Het beeld")
    assert len(made[0]) > 1.5 * len(empty[0])


@pytest.mark.parametrize(
    ("logo", "shape", "media"),
    [
        (LOGO, 3.0, "image/svg+xml"),
        (b'<svg viewBox="0,0,48 96"/>', 0.5, "image/svg+xml"),
        (b"<svg/>", 2.0, "image/svg+xml"),
        (b'<svg viewBox="0 0 5 0"/>', 1.0, "image/svg+xml"),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 30, 20),
            1.5,
            "image/png",
        ),
    ],
)
def test_a_logo_keeps_its_shape(logo: bytes, shape: float, media: str) -> None:
    style = HouseStyle("", logo)
    assert (style.shape, style.logo_type) == (shape, media)
