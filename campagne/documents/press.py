"""Turns SVGs into PNGs, or data into a PDF, in a process of its own.

The libraries do not let go of the interpreter while they work, so within the service one planner
would hold up every page, and the mail. A process of its own can also be stopped when it takes too
long, and it gets no settings: nothing of the service is imported here.

    press.py png FONTS FAMILY     < pictures.json > each PNG after its length in four bytes
    press.py pdf FONTS TEMPLATE   < data.json     > document.pdf

Pictures are pairs of an SVG and how many pixels wide it becomes.
"""

import json
import os
import sys
from pathlib import Path

_DPI = 96.0  # by which a millimetre becomes a pixel; resvg has none of its own
_NICE = 10  # pages and mail go first


def png(svg: str, fonts: Path, family: str, width: int) -> bytes:
    """Return a picture as PNG, so many pixels wide, with the fonts of a folder only."""
    import resvg_py  # noqa: PLC0415 - each half needs one of the two

    return resvg_py.svg_to_bytes(
        svg_string=svg,
        width=width,
        dpi=_DPI,
        skip_system_fonts=True,
        font_files=sorted(map(str, fonts.glob("*.ttf"))),
        font_family=family,
        sans_serif_family=family,
    )


def pdf(data: str, fonts: Path, template: Path) -> bytes:
    """Return a document as PDF/UA; it reads no file outside the folder of its template."""
    import typst  # noqa: PLC0415 - each half needs one of the two

    made = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]
        ),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"data": data},
    )
    if not isinstance(made, bytes):
        raise TypeError(made)
    return made


def main() -> None:
    """Read what came in, write what was made."""
    os.nice(_NICE)
    kind, fonts, *rest = sys.argv[1:]
    given = sys.stdin.buffer.read().decode()
    if kind == "png":
        pictures = [png(svg, Path(fonts), rest[0], width) for svg, width in json.loads(given)]
        made = b"".join(len(one).to_bytes(4) + one for one in pictures)
    else:
        made = pdf(given, Path(fonts), Path(rest[0]))
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
