"""The fonts that documents are set in, and how wide a text is in them.

Shipped along, so that a document is the same on every machine; a machine without fonts would draw
no text at all, without a word about it.
"""

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
FAMILY = "Source Sans 3"
FILES = (FOLDER / "SourceSans3-Regular.ttf", FOLDER / "SourceSans3-Bold.ttf")

_TOO_LONG = re.compile(r"\S{22}(?=\S)")
_UNICODE = (3, 1)  # platform and encoding of the table of characters that we read
_RECORD = 16  # bytes of a line in the directory of tables


class Face:
    """The widths of one font file (TrueType, with a table of characters of format 4)."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        tables = {
            data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0]
            for at in range(12, 12 + _RECORD * struct.unpack_from(">H", data, 4)[0], _RECORD)
        }
        self._units: int = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
        (count,) = struct.unpack_from(">H", data, tables[b"hhea"] + 34)
        pairs = struct.iter_unpack(">HH", data[tables[b"hmtx"] : tables[b"hmtx"] + 4 * count])
        self._advances: list[int] = [advance for advance, _bearing in pairs]
        self._glyphs = _glyphs(data, tables[b"cmap"])

    def shows(self, character: str) -> bool:
        """Say whether the font has a letter for a character."""
        return self._glyphs.get(ord(character), 0) != 0

    def width(self, text: str, size: float) -> float:
        """Return how wide a text is, without kerning; in the units of `size`."""
        glyphs = (self._glyphs.get(ord(one), 0) for one in text)
        last = len(self._advances) - 1
        return sum(self._advances[min(one, last)] for one in glyphs) * size / self._units


def legible(text: str) -> str:
    """Return a text with only what the fonts can show, on one line.

    A PDF that must be read aloud may hold no letter that its font lacks: an emoji, say. What
    cannot be seen at all, such as a mark that turns the direction round, is left out.
    """
    shown = []
    for one in " ".join(unicodedata.normalize("NFC", text).split()):
        if face(bold=False).shows(one):
            shown.append(one)
        elif unicodedata.category(one)[0] not in "CM":
            shown.append("?")
    return "".join(shown)


def breakable(text: str) -> str:
    """Return a text in which a word that is wider than a column can be broken, unseen."""
    return _TOO_LONG.sub("\\g<0>\u200b", text)


@cache
def face(*, bold: bool) -> Face:
    """Return the regular or the bold font, read once."""
    return Face(FILES[bold])


def _glyphs(data: bytes, cmap: int) -> dict[int, int]:
    """Return the number of the glyph of each character (OpenType, `cmap`, format 4)."""
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    records = [struct.unpack_from(">HHI", data, cmap + 4 + 8 * at) for at in range(count)]
    at = cmap + next(offset for *kind, offset in records if tuple(kind) == _UNICODE)
    (double,) = struct.unpack_from(">H", data, at + 6)
    segments = double // 2

    def column(number: int, kind: str) -> tuple[int, ...]:
        start = at + 14 + number * double + (2 if number else 0)  # two bytes after the first
        return struct.unpack_from(f">{segments}{kind}", data, start)

    found: dict[int, int] = {}
    ends, starts, deltas = column(0, "H"), column(1, "H"), column(2, "h")
    for number, offset in enumerate(column(3, "H")):
        for character in range(starts[number], ends[number] + 1):
            glyph = character
            if offset:
                place = at + 16 + 3 * double + 2 * number + offset
                (glyph,) = struct.unpack_from(">H", data, place + 2 * (character - starts[number]))
            if glyph or not offset:
                found[character] = (glyph + deltas[number]) % 0x10000
    return found
