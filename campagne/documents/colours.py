"""Colours that can be read: contrast as WCAG 2.2 measures it (1.4.3 Contrast, at least 4.5 : 1)."""

import re
from collections.abc import Iterable

READABLE = 4.5
BLACK, WHITE = "#000000", "#ffffff"

_HEX = re.compile(r"#[0-9a-f]{6}|#[0-9a-f]{3}", re.IGNORECASE)


def colour(text: str) -> str | None:
    """Return a colour of three or six digits (``#f60``) as ``#rrggbb``; None for what is none."""
    if not _HEX.fullmatch(text):
        return None
    digits = text[1:].lower()
    return f"#{digits if len(digits) == 6 else ''.join(one * 2 for one in digits)}"  # noqa: PLR2004 - see above


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours ``#rrggbb``: from 1 (the same) to 21 (black on white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def on(ground: str, wished: Iterable[str] = ()) -> str:
    """Return a colour that can be read on a ground.

    Args:
        ground: the colour under it.
        wished: colours, best first; where none can be read it becomes black or white.
    """
    readable = (one for one in wished if contrast(one, ground) >= READABLE)
    best = max((BLACK, WHITE), key=lambda one: contrast(one, ground))
    return next(readable, best)


def _luminance(text: str) -> float:
    parts = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    # The bend of sRGB, as WCAG 2.2 defines relative luminance.
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - idem
        for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
