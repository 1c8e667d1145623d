"""The looks of one gemeente or region: its name, its logo and its design tokens, from a folder."""

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from campagne.documents import colours
from campagne.documents.cards import HouseStyle
from campagne.errors import SettingsError, reason
from campagne.web.tokens import Tokens, TokensError, read

PLACES = "gemeenten"
NAME, TOKENS, LOGOS = "naam.txt", "tokens.css", ("logo.svg", "logo.png")
_BRAND = "--campagne-merk-500"
_NAME_LENGTH = 60
# A whole page weighs less than 150 kB; a published theme holds all its tokens and is cut down here.
_LOGO_BYTES = 50_000
_TOKEN_BYTES = 1_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
# An SVG is a document: opened by itself it could run scripts as if they were ours.
_SVG = "{http://www.w3.org/2000/svg}"
_PICTURE_ONLY = frozenset(
    {"script", "foreignObject", "iframe", "object", "embed", "audio", "video"}
)
_ELSEWHERE = re.compile(r"url\s*\(\s*[\"']?(?!#|data:image/)|@import", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Theme:
    """What a gemeente or region puts on.

    Attributes:
        name: of the gemeente or region, in the head of every page.
        tokens: its colours, measures and fonts; those it does not name stay as they are.
        logo: the picture itself.
        logo_name: its file name: `logo.svg` or `logo.png`.
    """

    name: str
    tokens: Tokens
    logo: bytes
    logo_name: str


def load(folder: Path) -> Theme:
    """Return the theme in a folder with `naam.txt`, `tokens.css` and `logo.svg` or `logo.png`.

    Raises:
        SettingsError: a file is missing, too large, or holds what may not be served.
    """
    name = " ".join(_text(folder / NAME).split())
    if not 0 < len(name) <= _NAME_LENGTH or not name.isprintable():
        raise _wrong(folder / NAME, f"zet er één naam in, van hoogstens {_NAME_LENGTH} tekens")
    try:
        tokens = read(_text(folder / TOKENS))
    except TokensError as error:
        raise _wrong(folder / TOKENS, f"{error}; zet er alleen design tokens in") from None
    logos = [folder / one for one in LOGOS if (folder / one).exists()]
    if len(logos) != 1:
        raise _wrong(folder, "zet er een logo.svg of een logo.png in, en niet allebei")
    logo = _content(logos[0], _LOGO_BYTES)
    fault = _fault_of_svg(logo) if logos[0].suffix == ".svg" else _fault_of_png(logo)
    if fault:
        raise _wrong(logos[0], fault)
    return Theme(name, tokens, logo, logos[0].name)


class HouseStyles:
    """What each gemeente puts on in its pictures.

    Args:
        folder: of the theme, or None without one; `gemeenten/<key>` in it, laid out likewise,
            is of that gemeente alone.

    Raises:
        SettingsError: the theme is not as it should be.
    """

    def __init__(self, folder: Path | None) -> None:
        self._all = _house_style(load(folder)) if folder else HouseStyle()
        places = (
            sorted((folder / PLACES).iterdir()) if folder and (folder / PLACES).is_dir() else []
        )
        self._own = {one.name: _house_style(load(one)) for one in places if one.is_dir()}

    def of(self, municipality: str) -> HouseStyle:
        """Return that of a gemeente, by its key."""
        return self._own.get(municipality, self._all)


def _house_style(put_on: Theme) -> HouseStyle:
    found = colours.colour(put_on.tokens.light.get(_BRAND, "").strip())
    return HouseStyle(found or "", put_on.logo)


def _content(path: Path, limit: int) -> bytes:
    try:
        # A name or a picture is shown to everybody: no link may lead to what stands elsewhere.
        if not path.resolve(strict=True).is_relative_to(path.parent.resolve()):
            raise _wrong(
                path, "dit verwijst naar een bestand buiten de map; zet het bestand zelf neer"
            )
        if not path.is_file():
            raise _wrong(path, "dit is geen gewoon bestand")
        content = path.read_bytes()
    except OSError as error:
        raise _wrong(path, reason(error)) from None
    except RuntimeError:  # what Python 3.11 makes of a link that leads to itself
        raise _wrong(path, "dit verwijst naar zichzelf") from None
    if len(content) > limit:
        raise _wrong(path, f"te groot; hoogstens {limit // 1000} kB")
    return content


def _text(path: Path) -> str:
    try:
        return _content(path, _TOKEN_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong(path, "sla het op als UTF-8") from None


def _fault_of_png(content: bytes) -> str:
    return "" if content.startswith(_PNG) else "dit is geen PNG"


def _fault_of_svg(content: bytes) -> str:
    """Say what a picture may not have in it; empty when it is only a picture."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return "haal de regel met DOCTYPE en ENTITY eruit"
    try:
        root = ET.fromstring(content)  # noqa: S314 - entities are refused above
    except ET.ParseError:
        return "dit is geen SVG"
    if root.tag != f"{_SVG}svg":
        return "dit is geen SVG"
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2]
        given = {name.rpartition("}")[2].lower(): value for name, value in element.items()}
        if tag in _PICTURE_ONLY or any(name.startswith("on") for name in given):
            return "er staat een script in, of iets dat geen tekening is; haal dat eruit"
        link = given.get("href", "#").strip()
        texts = [*given.values(), element.text or ""]
        if not link.startswith(("#", "data:image/")) or any(map(_ELSEWHERE.search, texts)):
            return "het haalt iets op van een ander adres; haal dat eruit"
    return ""


def _wrong(path: Path, fault: str) -> SettingsError:
    return SettingsError(f"Het thema klopt niet: {path}: {fault}.")
