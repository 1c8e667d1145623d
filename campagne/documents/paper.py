"""A document as PDF/UA on A4, from the blocks that `word` takes too: the same bytes each time."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from campagne.documents import pressing
from campagne.documents.blocks import (
    Block,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Points,
    Table,
    Text,
)
from campagne.documents.fonts import FAMILY, breakable, legible

MEDIA_TYPE = "application/pdf"

_TEMPLATE = Path(__file__).with_name("paper.typ")
_SAFE = ("https://", "http://", "mailto:")


def write(
    title: str, blocks: Iterable[Block], *, what: str, instead: str, footer: str = ""
) -> bytes:
    """Return the bytes of a document on A4; text reaches it as data, never as markup.

    Args:
        title: of the file, which a screen reader says first.
        blocks: in their order; the first is a `Heading` of level 1. Of a picture its SVG is taken.
        what: what is made, a Dutch noun with its article, for the sentence where it cannot.
        instead: what there is of it in any case, as `what`.
        footer: at the bottom of every page, before its number.

    Raises:
        DocumentError: when it cannot be made.
    """
    data = {
        "title": legible(title),
        "font": FAMILY,
        "footer": legible(footer),
        "blocks": [_data(one) for one in blocks],
    }
    return pressing.pdf(json.dumps(data).encode(), _TEMPLATE, what, instead)


def _data(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": legible(block.text), "level": block.level}
        case Paragraph():
            looks = {"notice": block.notice, "quote": block.quote}
            return {"kind": "paragraph", "runs": _runs(block.text), **looks}
        case Points():
            items = [_runs(one) for one in block.items]
            return {"kind": "points", "items": items, "numbered": block.numbered}
        case Table():
            return {
                "kind": "table",
                "header": [legible(one) for one in block.header],
                "rows": [[_runs(cell) for cell in row] for row in block.rows],
                "widths": list(block.widths or (1.0,) * len(block.header)),
            }
        case Picture():
            return {"kind": "picture", "svg": block.svg.decode(), "alt": legible(block.alt)}
        case PageBreak():
            return {"kind": "break"}


def _runs(text: Text) -> list[dict[str, Any]]:
    return [
        {
            "lines": [breakable(legible(line)) for line in run.text.split("\n")],
            "before": run.text[:1] == " ",
            "after": run.text[-1:] == " ",
            "bold": run.bold,
            "url": run.url if run.url.startswith(_SAFE) else "",
        }
        for run in text
    ]
