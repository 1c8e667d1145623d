"""The pictures of a campaign for one gemeente: cards for social media, a screen, a poster.

All say the same words, laid out for their size with the widths of the font that is shipped, so that
nothing touches anything else and every machine draws the same. All text has a contrast of 4.5 : 1.
"""

import base64
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import segno

from campagne.documents import colours
from campagne.documents.fonts import FAMILY, face, legible
from campagne.documents.sheet import wrapped

_HERE = Path(__file__).parent
_INK, _PAPER, _WARNING = "#17262b", "#ffffff", "#ffd400"
_LEADING = 1.16
_LARGEST, _SMALLEST = 1.5, 0.3
_STEP = 0.97
_PNG = b"\x89PNG\r\n\x1a\n"
_VIEW_BOX = re.compile(rb"viewBox\s*=\s*[\"'][-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)")
_QUIET = 4  # modules of white around a QR code (ISO/IEC 18004)


@dataclass(frozen=True, slots=True)
class Size:
    """A size of a picture, in its own units; `pixels` is how wide the PNG is.

    Attributes:
        name: of the file, and what people call it as `label`.
        safe: what an app covers at the top and at the bottom.
    """

    name: str
    label: str
    width: int
    height: int
    pixels: int
    safe: int = 0

    @property
    def is_wide(self) -> bool:
        """True when the code stands beside the text, and not below it."""
        return self.width > self.height


SIZES = {
    one.name: one
    for one in (
        Size("vierkant-1080x1080", "Vierkant, voor sociale media", 1080, 1080, 1080),
        Size("breed-1200x630", "Breed, voor sociale media en websites", 1200, 630, 1200),
        # Instagram and Facebook lay their buttons over the top and the bottom of a story.
        Size("verhaal-1080x1920", "Staand, voor een verhaal (story)", 1080, 1920, 1080, 250),
        Size("scherm-1920x1080", "Voor een scherm (narrowcasting)", 1920, 1080, 1920),
        Size("poster-a4", "Poster op A4", 1240, 1754, 1654),
    )
}


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """What a gemeente puts on: a colour ``#rrggbb`` and a logo, SVG or PNG; each may be empty."""

    colour: str = ""
    logo: bytes = b""

    @property
    def logo_type(self) -> str:
        """The media type of the logo."""
        return "image/png" if self.logo.startswith(_PNG) else "image/svg+xml"

    @property
    def shape(self) -> float:
        """How many times as wide as high the logo is, at most 3."""
        if self.logo.startswith(_PNG):
            wide, high = (float(one) for one in struct.unpack_from(">II", self.logo, 16))
        else:
            box = _VIEW_BOX.search(self.logo)
            wide, high = (float(one) for one in box.groups()) if box else (2.0, 1.0)
        return min(wide / high, 3.0) if high else 1.0


@dataclass(frozen=True, slots=True)
class Card:
    """What stands in the pictures of a campaign for a gemeente.

    Attributes:
        campaign: its name.
        when: its days, written out.
        lines: what it says; the first is the largest.
        number: the line with the help line, set apart; may be empty.
        after: what stands below that.
        sender: who says it.
        notice: what must be known before it is published; empty when it may go out.
        address: where its code leads.
        leads_to: the same in words, ``https://www.lisse.example.nl``.
        colour: of the campaign, ``#rrggbb``; empty for that of the house style.
    """

    campaign: str
    when: str
    lines: tuple[str, ...]
    number: str
    after: tuple[str, ...]
    sender: str
    notice: str
    address: str
    leads_to: str
    colour: str
    style: HouseStyle = field(default_factory=HouseStyle)

    @property
    def alt(self) -> str:
        """What a picture shows, for who cannot see it."""
        said = [
            self.notice.upper(),
            *self.lines,
            self.number,
            *self.after,
            f"{self.campaign}: {self.when}",
        ]
        told = " ".join(one if one.endswith((".", "?", "!")) else f"{one}." for one in said if one)
        return f"Beeld met de tekst: {told} {self.sender}. De QR-code leidt naar {self.leads_to}."


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    width: float
    height: float
    colour: str
    round: float = 0


@dataclass(frozen=True, slots=True)
class _Line:
    x: float
    y: float
    size: float
    text: str
    length: float
    colour: str
    bold: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A line before it has its place; `space` is the white above it, `pill` sets it apart."""

    text: str
    size: float
    bold: bool = False
    space: float = 0
    pill: bool = False

    @property
    def height(self) -> float:
        return self.space + self.size * (_LEADING + (0.5 if self.pill else 0))


def svg(card: Card, size: Size) -> bytes:
    """Return a picture as SVG; it loads nothing and runs nothing."""
    ground = card.colour or card.style.colour or "#0e4a57"
    ink = colours.on(ground)
    margin = round(min(size.width, size.height) * 0.065)
    band = round(size.height * (0.17 if size.is_wide else 0.14)) + size.safe
    boxes = [
        _Box(0, 0, size.width, size.height, ground),
        _Box(0, size.height - band, size.width, band, _PAPER),
    ]
    lines: list[_Line] = []
    top = float(size.safe or margin)
    if card.notice:
        height = margin * 1.1
        boxes.append(_Box(0, size.safe, size.width, height, _WARNING))
        base = boxes[-1].y + height * 0.69
        notice, large = card.notice.upper(), height * 0.52
        length = face(bold=True).width(notice, large)
        large *= min(1, (size.width - 2 * margin) / length)
        lines.append(_line(notice, margin, base, large, colours.BLACK, bold=True))
        top = boxes[-1].y + height + margin * 0.6
    bottom = size.height - band - margin * 0.7
    code = _code(card.address)
    if size.is_wide:
        side = round(min(size.height * 0.36, size.width * 0.24))
        place = size.width - margin - side, round((top + bottom - side) / 2)
        room = place[0] - 2 * margin
    else:
        side = band - size.safe - round(margin * 0.4)
        place = size.width - margin - side, size.height - band + round(margin * 0.2)
        room = size.width - 2 * margin
    if size.is_wide:
        boxes.append(_Box(*place, side, side, _PAPER, round(side * 0.05)))
    lines += _body(card, boxes, (margin, top, room, bottom - top), size, ink)
    logo = _sender(card, lines, (margin, size.height - band, band - size.safe), place[0], size)
    scale = round(side / (code["modules"] + 2 * _QUIET), 4)
    text = _template().render(
        size=size,
        family=FAMILY,
        title=legible(f"{card.campaign} - {card.sender}"),
        alt=legible(card.alt),
        boxes=boxes,
        lines=lines,
        logo=logo,
        code={
            "path": code["path"],
            "x": round(place[0] + _QUIET * scale, 2),
            "y": round(place[1] + _QUIET * scale, 2),
            "scale": scale,
        },
    )
    return text.encode()


def _body(
    card: Card, boxes: list[_Box], room: tuple[float, float, float, float], size: Size, ink: str
) -> Iterator[_Line]:
    """Yield the lines of what it says, as large as they fit; adds the box of a number."""
    x, y, width, height = room
    rows = _fitting(card, width, height, min(size.width, size.height))
    y += (height - sum(row.height for row in rows)) / 2
    for row in rows:
        y += row.space
        if not row.pill:
            y += row.size * _LEADING
            yield _line(row.text, x, y - row.size * 0.24, row.size, ink, bold=row.bold)
            continue
        inset = row.size * 0.45
        length = face(bold=True).width(row.text, row.size)
        tall = row.size * (_LEADING + 0.5)
        boxes.append(_Box(x, _r(y), _r(length + 2 * inset), _r(tall), ink, _r(row.size * 0.3)))
        colour = colours.on(ink, [boxes[0].colour])
        yield _line(row.text, x + inset, y + tall * 0.72, row.size, colour, bold=True)
        y += tall


def _fitting(card: Card, width: float, height: float, unit: float) -> list[_Row]:
    """Return the rows in the largest letters in which they fit."""
    scale = _LARGEST
    while True:
        rows = list(_rows(card, width, unit * scale))
        widest = max(_widest(row, cut=scale > _SMALLEST) for row in _uncut(card, unit * scale))
        if scale <= _SMALLEST or (sum(one.height for one in rows) <= height and widest <= width):
            return rows
        scale *= _STEP


def _uncut(card: Card, unit: float) -> Iterator[_Row]:
    """Yield each word and the number by itself: what must fit on one line without being cut."""
    yield _Row(card.number, unit * 0.078, bold=True, pill=True)
    for at, text in enumerate((card.campaign, *card.lines, *card.after)):
        for word in text.split():
            size = (0.042, 0.125, 0.062)[min(at, 2)]
            yield _Row(word, unit * size, bold=at < 2)  # noqa: PLR2004 - the name and the headline


def _widest(row: _Row, *, cut: bool) -> float:
    """Return how wide a row is; nothing, where it may be cut."""
    if not cut:
        return 0
    inset = row.size * 0.9 if row.pill else 0
    return face(bold=row.bold).width(legible(row.text), row.size) + inset


def _rows(card: Card, width: float, unit: float) -> Iterator[_Row]:
    """Yield the rows of what a card says, in letters that go with a unit."""
    yield from _wrapped(card.campaign, width, unit * 0.042, bold=True)
    yield from _wrapped(card.when, width, unit * 0.042)
    for at, text in enumerate(card.lines):
        size = unit * (0.125 if at == 0 else 0.062)
        yield from _wrapped(text, width, size, bold=at == 0, space=unit * (0.02, 0.01)[at > 0])
    if card.number:
        yield _Row(legible(card.number), unit * 0.078, bold=True, space=unit * 0.035, pill=True)
    for text in card.after:
        yield from _wrapped(text, width, unit * 0.05, space=unit * 0.015)


def _wrapped(
    text: str, width: float, size: float, *, bold: bool = False, space: float = 0
) -> Iterator[_Row]:
    for at, line in enumerate(wrapped(legible(text), width, size, bold=bold)):
        yield _Row(line, size, bold=bold, space=space if at == 0 else 0)


def _sender(
    card: Card, lines: list[_Line], band: tuple[float, float, float], right: float, size: Size
) -> dict[str, Any] | None:
    """Write who says it, behind the logo where there is one; return where that stands."""
    x, y, height = band
    logo = None
    if card.style.logo:
        tall = round(height * 0.62)
        wide = round(tall * card.style.shape)
        data = base64.b64encode(card.style.logo).decode()
        logo = {
            "x": x,
            "y": round(y + (height - tall) / 2),
            "width": wide,
            "height": tall,
            "data": f"data:{card.style.logo_type};base64,{data}",
        }
        x += wide + height * 0.2
    room = (size.width if size.is_wide else right) - x - height * 0.2
    large, text = height * 0.34, legible(card.sender)
    while len(said := list(wrapped(text, room, large, bold=True))) * large > height * 0.68:
        large *= _STEP
    colour = colours.on(_PAPER, [card.style.colour or card.colour or _INK, _INK])
    first = y + height * 0.5 - (len(said) - 1) * large * 0.56 + large * 0.34
    for at, line in enumerate(said):
        lines.append(_line(line, x, first + at * large * 1.12, large, colour, bold=True))
    return logo


def _line(text: str, x: float, y: float, size: float, colour: str, *, bold: bool) -> _Line:
    length = face(bold=bold).width(text, size)
    return _Line(_r(x), _r(y), _r(size), text, _r(length), colour, bold)


@cache
def _code(address: str) -> dict[str, Any]:
    """Return a QR code as a path in which each module is 1 wide."""
    matrix: Sequence[Sequence[int]] = tuple(segno.make_qr(address, error="m").matrix)
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            length = next((at for at, on in enumerate(row[x:]) if not on), len(row) - x)
            if length:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += max(length, 1)
    return {"path": "".join(runs), "modules": len(matrix)}


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("card.svg")


def _r(number: float) -> float:
    return round(number, 1)
