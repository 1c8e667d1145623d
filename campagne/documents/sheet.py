"""A sheet of paper and what is drawn on it: boxes, shapes, and text that is known to fit.

All measures are tenths of a millimetre of the paper.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campagne.documents.fonts import face

_LARGEST_CELL = 1.25


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet on its side, with the sizes of the letters on it; `steps` is whether they fit."""

    name: str
    width: float
    height: float
    title: float
    month: float
    text: float
    small: float
    cell: float
    steps: bool

    @property
    def margin(self) -> float:
        """The white around it, which most printers need."""
        return 90.0 if self.steps else 80.0


PAPERS = {
    "a3": Paper("a3", 4200, 2970, 96, 50, 37, 31, 47, steps=True),
    "a4": Paper("a4", 2970, 2100, 72, 40, 29, 26, 35, steps=False),
}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `look` names its colours."""

    look: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `length` is its width in our font, to which another font is fitted."""

    look: str
    x: float
    y: float
    size: float
    text: str
    length: float
    anchor: str = "start"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A star or a triangle, as the points of a polygon."""

    look: str
    points: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole sheet; later things lie on top."""

    paper: Paper
    title: str
    description: str
    boxes: tuple[Box, ...]
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]


class Sheet:
    """What was drawn so far, with letters of one size."""

    def __init__(self, paper: Paper, scale: float) -> None:
        self.paper = paper
        self.text = paper.text * scale
        self.small = paper.small * scale
        self.cell = paper.cell * min(scale, _LARGEST_CELL)
        self.boxes: list[Box] = []
        self.shapes: list[Shape] = []
        self.lines: list[Line] = []

    def write(
        self,
        look: str,
        x: float,
        y: float,
        size: float,
        text: str,
        *,
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        """Write a line of text; `y` is where its letters stand."""
        width = face(bold=bold).width(text, size)
        self.lines.append(
            Line(look, _r(x), _r(y), _r(size), text, _r(width), anchor=anchor, bold=bold)
        )

    def box(self, look: str, x: float, y: float, width: float, height: float) -> None:
        """Draw a rectangle."""
        self.boxes.append(Box(look, _r(x), _r(y), _r(width), _r(height)))

    def polygon(self, look: str, points: Sequence[tuple[float, float]]) -> None:
        """Draw a shape with straight sides."""
        self.shapes.append(Shape(look, " ".join(f"{_r(x)},{_r(y)}" for x, y in points)))

    def star(self, look: str, x: float, y: float, radius: float) -> None:
        """Draw a star around a point."""
        turns = [math.pi * at / 5 - math.pi / 2 for at in range(10)]
        sizes = [radius if at % 2 == 0 else radius * 0.42 for at in range(10)]
        self.polygon(
            look,
            [
                (x + size * math.cos(turn), y + size * math.sin(turn))
                for turn, size in zip(turns, sizes, strict=True)
            ],
        )


def wrapped(text: str, width: float, size: float, *, bold: bool) -> Iterator[str]:
    """Break a text over lines of a width; a word that is too long is cut in two."""
    line = ""
    for word in _words(text, width, size, bold=bold):
        longer = f"{line} {word}" if line else word
        if line and face(bold=bold).width(longer, size) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _words(text: str, width: float, size: float, *, bold: bool) -> Iterator[str]:
    for word in text.split():
        rest = word
        while face(bold=bold).width(rest, size) > width:
            # From the front: what fits is short, and the word may be anything.
            most = 1
            while face(bold=bold).width(rest[: most + 1] + "-", size) <= width:
                most += 1
            yield rest[:most] + "-"
            rest = rest[most:]
        yield rest


def cut(text: str, width: float, size: float, *, bold: bool) -> str:
    """Return a text on one line, with an ellipsis where it is too long."""
    if face(bold=bold).width(text, size) <= width:
        return text
    while text and face(bold=bold).width(f"{text}…", size) > width:
        text = text[:-1].rstrip()
    return f"{text}…"


def _r(number: float) -> float:
    return round(number, 1)
