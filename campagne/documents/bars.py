"""Bars that compare a few numbers, as SVG: the number and the name stand beside each in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from campagne.documents.fonts import FAMILY, face, legible

WIDTH = 1000
_ROW, _BAR, _SIZE = 78, 26, 24
_LONGEST = 720
_INK, _BRAND, _PALE = "#17262b", "#0e4a57", "#e3eef0"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, how long it is of the whole, and that in words."""

    name: str
    count: int
    words: str


def draw(bars: Sequence[Bar], whole: int) -> bytes:
    """Return the picture, with attributes only: no style, no script.

    Args:
        bars: at least one, the first at the top.
        whole: the count of a bar that is as long as can be; at least 1.
    """
    height = _ROW * len(bars)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    font = f'font-family="{FAMILY}" font-size="{_SIZE}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for number, one in enumerate(bars):
        top = number * _ROW
        long = round(_LONGEST * min(one.count, whole) / whole, 1)
        lines += [
            f'<text x="0" y="{top + 26}" fill="{_INK}" font-weight="700">{_fit(one.name)}</text>',
            f'<rect x="0" y="{top + 38}" width="{_LONGEST}" height="{_BAR}" fill="{_PALE}"/>',
            f'<rect x="0" y="{top + 38}" width="{long}" height="{_BAR}" fill="{_BRAND}"/>',
            f'<text x="{_LONGEST + 16}" y="{top + 59}" fill="{_INK}">{_fit(one.words, 260)}</text>',
        ]
    return "\n".join([*lines, "</svg>\n"]).encode()


def _fit(text: str, room: int = WIDTH) -> str:
    """Return a text that is no wider than there is room, ready to stand in XML."""
    shown = legible(text)
    bold = face(bold=True)
    if bold.width(shown, _SIZE) > room:
        while bold.width(f"{shown}...", _SIZE) > room:
            shown = shown[:-1]
        shown += "..."
    return escape(shown)
