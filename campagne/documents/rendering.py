"""A planner as bytes: SVG by itself, PNG and PDF with the packages of the extra `documenten`.

Same planner, same bytes: no time and no font of the machine is in them. Text reaches the PDF as
data, never as markup, so nothing in a name is obeyed.
"""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from campagne.documents import pressing
from campagne.documents.fonts import FAMILY, breakable, legible
from campagne.documents.months import draw
from campagne.documents.planner import ROLES, Planner, described, marks
from campagne.documents.sheet import Paper, Picture
from campagne.domain.dutch import day, period

_HERE = Path(__file__).parent
_WHAT = "De jaarplanner"
_PIXELS = 2800  # of the width of a PNG: about 170 to the inch on A3
_MOST_STEPS = 400  # in the list of a PDF; a year of one gemeente has some fifty

_INK, _SOFT, _BRAND, _ACCENT = "#17262b", "#47585f", "#0e4a57", "#a83f05"
_BOXES = {
    "month": {"fill": "#ffffff", "stroke": "#b9c4c6", "stroke-width": "3", "rx": "14"},
    "central": {"fill": _ACCENT, "rx": "6"},
    "central-provisional": {
        "fill": "#ffffff",
        "stroke": _ACCENT,
        "stroke-width": "5",
        "stroke-dasharray": "9 6",
        "rx": "6",
    },
    "confirmed": {"fill": "#cfe6ea", "stroke": _BRAND, "stroke-width": "2.5", "rx": "6"},
    "provisional": {
        "fill": "#ffffff",
        "stroke": _BRAND,
        "stroke-width": "3",
        "stroke-dasharray": "7 6",
        "rx": "6",
    },
    "role": {"fill": _BRAND, "rx": "5"},
}
_SHAPES = {"star": {"fill": _ACCENT}, "due": {"fill": _INK}}
_LINES = {
    "title": {"fill": _BRAND},
    "month": {"fill": _BRAND},
    "name": {"fill": _INK},
    "gone": {"fill": _SOFT, "text-decoration": "line-through"},
    "soft": {"fill": _SOFT},
    "when": {"fill": _BRAND},
    "role": {"fill": "#ffffff"},
    "week": {"fill": _SOFT},
    "day-free": {"fill": _INK},
    "day-central": {"fill": "#ffffff"},
    "day-central-provisional": {"fill": _INK},
    "day-confirmed": {"fill": _INK},
    "day-provisional": {"fill": _INK},
}


def svg(planner: Planner, paper: Paper) -> bytes:
    """Return the picture of a planner as SVG, with attributes only: no style, no script."""
    return _svg(draw(_legible(planner), paper))


def png(planner: Planner, paper: Paper) -> bytes:
    """Return the picture of a planner as PNG.

    Raises:
        DocumentError: when it cannot be made; the sentence says why.
    """
    (made,) = pressing.png([(svg(planner, paper), _PIXELS)], _WHAT)
    return made


def pdf(planner: Planner, paper: Paper) -> bytes:
    """Return a planner as PDF/UA: the picture on the first page, then all of it as tables.

    Raises:
        DocumentError: when it cannot be made; the sentence says why.
    """
    data = json.dumps(_data(_legible(planner), paper)).encode()
    return pressing.pdf(data, _HERE / "planner.typ", _WHAT)


def _legible(planner: Planner) -> Planner:
    return replace(
        planner,
        for_whom=legible(planner.for_whom),
        campaigns=tuple(
            replace(one, name=legible(one.name), note=legible(one.note))
            for one in planner.campaigns
        ),
        steps=tuple(
            replace(one, title=legible(one.title), campaign=legible(one.campaign))
            for one in planner.steps
        ),
        undated=tuple(map(legible, planner.undated)),
        address=legible(planner.address),
    )


def _data(planner: Planner, paper: Paper) -> dict[str, Any]:
    picture = draw(planner, paper)
    return {
        "title": planner.title,
        "paper": paper.name,
        "svg": _svg(picture).decode(),
        "described": described(planner),
        "font": FAMILY,
        "campaigns": [
            [
                breakable(one.name),
                period(one.span),
                breakable(", ".join([*marks(one), *([one.note] if one.note else [])])),
            ]
            for one in planner.campaigns
        ],
        "undated": list(planner.undated),
        "steps": [
            [
                day(one.on),
                ROLES[one.role],
                breakable(one.title),
                breakable(one.campaign),
            ]
            for one in planner.steps[:_MOST_STEPS]
        ],
        "more": max(len(planner.steps) - _MOST_STEPS, 0),
        "stand": f"Stand van de gegevens: {day(planner.data_of)}.",
        "address": planner.address,
    }


def _svg(picture: Picture) -> bytes:
    text = _template().render(
        picture=picture, family=FAMILY, boxes=_BOXES, shapes=_SHAPES, lines=_LINES
    )
    return text.encode()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("planner.svg")
