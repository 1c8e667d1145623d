"""Design tokens: the custom properties of a style sheet, for light and for dark screens.

NL Design System keeps every colour, measure and font of a component in one (`--utrecht-button-…`),
so that a gemeente changes the looks by giving them other values. A theme holds thousands; a page
gets those that are used on it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_PIECES = re.compile(r"""/\*.*?\*/|"[^"\n]*"|'[^'\n]*'|[{};]|[^"'{};/]+|.""", re.DOTALL)
_SELECTOR = re.compile(r"(:root|html|body|\.[\w-]+-theme)")
_DARK = re.compile(r"@media\s*(screen\s+and\s*)?\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_DECLARATION = re.compile(r"(--[\w-]+)\s*:\s*(.*)", re.DOTALL)
# What asks for another file, or ends the style sheet. A picture in the value itself may stay.
_LOADS = re.compile(r"""url\s*\((?!\s*["']?data:)|image-set\s*\(|@import|</style""", re.IGNORECASE)
_NAMED = re.compile(r"var\(\s*(--[\w-]+)")


class TokensError(ValueError):
    """This is not a style sheet of tokens; says in a few Dutch words what is in it instead."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Values by name.

    Attributes:
        light: for every screen.
        dark: other values for a dark screen; empty where the theme has none.
    """

    light: dict[str, str] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)

    def under(self, other: "Tokens") -> "Tokens":
        """Return these with those of `other` over them."""
        return Tokens(self.light | other.light, self.dark | other.dark)


def read(sheet: str) -> Tokens:
    """Return the tokens of a style sheet that holds nothing but tokens.

    Args:
        sheet: rules for `:root` or a class that ends in `-theme`, also within
            `@media (prefers-color-scheme: dark)`.

    Raises:
        TokensError: there is something else in it, or a value that would load a file.
    """
    found = Tokens()
    into: dict[str, str] | None = None
    is_dark = False
    for text, end in _statements(sheet):
        if end == "{" and _DARK.fullmatch(text) and not is_dark and into is None:
            is_dark = True
        elif end == "{" and into is None and _is_ours(text):
            into = found.dark if is_dark else found.light
        elif end in ";}" and into is not None and (text or end == "}"):
            if text:
                name, value = _declaration(text)
                into[name] = value
            into = None if end == "}" else into
        elif end == "}" and not text and is_dark:
            is_dark = False
        elif text or end != ";":
            raise TokensError(f"'{_short(text) or end}' hoort er niet in")
    if into is not None or is_dark:
        raise TokensError("een accolade aan het eind ontbreekt")
    return found


def used(tokens: Tokens, sheets: str) -> Tokens:
    """Return the tokens that style sheets name, and those that these name in turn."""
    needed: set[str] = set()
    found = set(_NAMED.findall(sheets))
    while found:
        needed |= found
        values = [one.get(name, "") for name in found for one in (tokens.light, tokens.dark)]
        found = set(_NAMED.findall(" ".join(values))) - needed
    return Tokens(
        {name: value for name, value in tokens.light.items() if name in needed},
        {name: value for name, value in tokens.dark.items() if name in needed},
    )


def write(tokens: Tokens, selector: str) -> str:
    """Return the style sheet; on paper it is always light."""
    sheet = f"{selector}{{{_lines(tokens.light)}}}\n"
    if tokens.dark:
        dark = f"{selector}{{{_lines(tokens.dark)}}}"
        sheet += f"@media screen and (prefers-color-scheme:dark){{{dark}}}\n"
    return sheet


def _statements(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield each text with the sign that ends it: `{`, `}` or `;`."""
    text = ""
    for piece in _PIECES.findall(sheet):
        if piece in "{};":
            yield text.strip(), piece
            text = ""
        elif not piece.startswith("/*"):
            text += piece
    if text.strip():
        raise TokensError(f"'{_short(text)}' hoort er niet in")


def _is_ours(selectors: str) -> bool:
    return all(_SELECTOR.fullmatch(one.strip()) for one in selectors.split(","))


def _declaration(text: str) -> tuple[str, str]:
    found = _DECLARATION.fullmatch(text)
    if found is None:
        raise TokensError(f"'{_short(text)}' is geen regel als --naam: waarde")
    if _LOADS.search(found[2]) or "\\" in found[2]:
        raise TokensError(f"{found[1]} haalt een ander bestand op")
    return found[1], " ".join(found[2].split())


def _lines(values: dict[str, str]) -> str:
    return "".join(f"{name}:{value};" for name, value in values.items())


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:40]}…"  # noqa: PLR2004 - what fits in a sentence
