"""The files beside the pages: one style sheet, the script, the font and the pictures.

They are read once, at start, and served from memory under `/static/`. What is not on that list
does not exist, so nothing else of a folder can come out.
"""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from campagne.web import theme
from campagne.web.tokens import Tokens, read, used, write

_STATIC = Path(__file__).parent / "static"
_VENDOR = _STATIC / "vendor"
# Those of others lie in layers, so that a rule of ours goes before theirs, however they name it.
_LAYERS = ("elements", "components")
_OURS = ("frame.css", "campagne.css", "pictures.css", "surroundings.css")
_SELECTOR = ".campagne-theme"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
_SQUEEZED = frozenset({".css", ".js", ".svg"})
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_AN_HOUR = "public, max-age=3600"
# A picture opened by itself: with the styles in it, and nothing more.
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    suffix: str
    digest: str
    squeezed: bytes | None


class Assets:
    """Serves the files, and knows the address of each.

    Args:
        folder: of a theme to put on, or None for our own looks.

    Raises:
        SettingsError: the theme is not as it should be.
    """

    def __init__(self, folder: Path | None) -> None:
        put_on = theme.load(folder) if folder else None
        self._files = dict(_our_files())
        self.name = put_on.name if put_on else None
        self.has_dark = True
        self.logo = "icoon.svg"
        tokens = _our_tokens()
        if put_on:
            # Our dark colours know nothing of theirs: it stays light, unless they have dark ones.
            self.has_dark = bool(put_on.tokens.dark)
            self.logo = put_on.logo_name
            self._files[self.logo] = _file(put_on.logo, self.logo)
            tokens = (tokens if self.has_dark else Tokens(tokens.light)).under(put_on.tokens)
        self._files["campagne.css"] = _file(_style(tokens), "campagne.css")

    def url(self, name: str) -> str:
        """Return the address of a file with its fingerprint: a new version is fetched at once."""
        return f"/static/{name}?v={self._files[name].digest}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a whole file; who asks for a part gets all of it (RFC 9110, 14.2)."""
        name = scope["path"].removeprefix(scope.get("root_path", "")).removeprefix("/")
        if scope["type"] != "http" or name not in self._files:
            raise HTTPException(404)
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405)
        await _answer(self._files[name], scope)(scope, receive, send)


def _answer(file: _File, scope: Scope) -> Response:
    headers, asked = Headers(scope=scope), QueryParams(scope["query_string"])
    squeeze = file.squeezed is not None and "gzip" in headers.get("accept-encoding", "")
    given = {
        "etag": f'"{file.digest}{"-gzip" if squeeze else ""}"',
        "cache-control": _FOR_EVER if asked.get("v") == file.digest else _FOR_AN_HOUR,
        "vary": "accept-encoding",
    }
    if file.suffix == ".svg":
        given["content-security-policy"] = _PICTURE_POLICY
    if given["etag"] in headers.get("if-none-match", ""):
        return Response(status_code=304, headers=given)
    if squeeze:
        given["content-encoding"] = "gzip"
    content = file.squeezed if squeeze else file.content
    return Response(content, headers=given, media_type=_TYPES[file.suffix])


@cache
def _our_files() -> tuple[tuple[str, _File], ...]:
    """Return each file of ours by the name below `/static/`, but for the style sheet."""
    own = [path for path in _STATIC.iterdir() if path.suffix in {".js", ".svg", ".png"}]
    fonts = sorted((_VENDOR / "fonts").glob("*.woff2"))
    found = [(path.name, path) for path in sorted(own)] + [
        (f"fonts/{one.name}", one) for one in fonts
    ]
    return tuple((name, _file(path.read_bytes(), name)) for name, path in found)


@cache
def _our_tokens() -> Tokens:
    """Return those of the sample theme of NL Design System, with our own over them."""
    sample = read((_VENDOR / "tokens" / "voorbeeld.css").read_text("utf-8"))
    return sample.under(read((_STATIC / "tokens.css").read_text("utf-8")))


@cache
def _sheets() -> str:
    """Return all but the tokens."""
    return "".join(_layers()) + "".join((_STATIC / one).read_text("utf-8") for one in _OURS)


def _layers() -> Iterator[str]:
    yield f"@layer {','.join(_LAYERS)};\n"
    for layer in _LAYERS:
        parts = [path.read_text("utf-8") for path in sorted((_VENDOR / layer).glob("*.css"))]
        sheet = "".join(parts).replace('@charset "UTF-8";', "")  # only right at the start of a file
        yield f"@layer {layer}{{\n{sheet}\n}}\n"


def _style(tokens: Tokens) -> bytes:
    return (write(used(tokens, _sheets()), _SELECTOR) + _sheets()).encode()


def _file(content: bytes, name: str) -> _File:
    suffix = Path(name).suffix
    digest = hashlib.sha256(content).hexdigest()[:12]
    return _File(content, suffix, digest, _squeezed(content) if suffix in _SQUEEZED else None)


@cache
def _squeezed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
