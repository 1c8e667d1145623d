"""What every request and every answer passes: host, origin, size and the security headers.

A small ASGI room around the whole application, so that errors, feeds and files get it too.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 64 * 1024
# Where a table is sent: with what stands around it in a form. And files with a broadcast: more than
# may go along, so that who chose too large a one is told so at the form.
_LARGER = (
    (re.compile(r"/beheer/contacten"), 216 * 1024),
    (re.compile(r"/beheer/regiobericht/[0-9]{1,10}/bijlagen"), 25_000_000),
)
# No address of ours comes near it; numbers of over 4,300 digits make Python raise.
PATH_LIMIT = 4096

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

# No inline style or script, nothing from elsewhere: a page cannot be made to load or send
# anything, even if a text in it were not escaped.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# The one page with a frame in it, and the mail in that frame, which brings its own style and is
# cut off from everything: no script, no pictures from elsewhere, another origin.
FRAMING_POLICY = f"{PAGE_POLICY}; frame-src 'self'"
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "frame-ancestors 'self'; base-uri 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)

_ALWAYS = {
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not `no-referrer`: with that a browser sends `Origin: null` along with our own forms.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
_TRANSPORT = "max-age=31536000; includeSubDomains"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_READ = frozenset({b"host", b"x-forwarded-proto", b"content-length"})
_HEALTH = frozenset({"/livez", "/readyz"})  # asked by address, not by name; they say nothing

Fault = Callable[[Scope, int, str], Response]
Header = tuple[bytes, bytes]


class Security:
    """Refuses what no browser of ours sends, and puts the headers on every answer.

    Args:
        inner: the application.
        base_url: address of the service; other names than this one and loopback are refused.
        fault: makes the answer to a refusal from a scope, a status and a Dutch sentence.
    """

    def __init__(self, inner: ASGIApp, *, base_url: str, fault: Fault) -> None:
        parts = urlsplit(base_url)
        self._inner = inner
        self._base_url = base_url
        self._origin = f"{parts.scheme}://{parts.netloc}".lower()
        self._names = LOOPBACK_NAMES | {(parts.hostname or "").lower()}
        self._fault = fault
        always = dict(_ALWAYS)
        if parts.scheme == "https":
            always["strict-transport-security"] = _TRANSPORT
        # As bytes: a feed takes less time to answer than it takes to encode these.
        self._headers = [(name.encode(), value.encode()) for name, value in always.items()]
        self._lacking = lru_cache(maxsize=256)(self._not_named)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return

        refusal = self.refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, self.with_headers(send))
            return
        limited = _limited(receive, _limit(scope))
        await self._inner(scope, limited, self.with_headers(send))

    def with_headers(self, send: Send) -> Send:
        """Return what sends an answer with the headers of every answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self.completed(message.get("headers", ()))
            await send(message)

        return send_with_headers

    def completed(self, own: Iterable[Header]) -> list[Header]:
        """Return the headers of an answer with those of every answer, as far as it lacks them."""
        own = list(own)
        return own + self._lacking(tuple([name for name, _ in own]))

    def _not_named(self, names: tuple[bytes, ...]) -> list[Header]:
        """Return the headers of every answer that an answer does not have itself."""
        there = {one.lower() for one in names}
        return [one for one in self._headers if one[0] not in there]

    def refusal(self, scope: Scope) -> Response | None:
        """Return the answer to what no browser of ours sends; None for everything else."""
        found: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _READ and name not in found:  # of two of a name the first counts
                found[name] = value
        host = found.get(b"host", b"")
        if _name(host) not in self._names and scope["path"] not in _HEALTH:
            sentence = f"Deze dienst staat op {self._base_url}. Gebruik dat adres."
            return self._fault(scope, 400, sentence)
        if scope["method"] not in _SAFE_METHODS and not self._is_ours(
            Headers(scope=scope), host.decode("latin-1")
        ):
            sentence = (
                "Dit formulier kwam van een andere website. Er is niets veranderd. "
                "Open de pagina zelf en probeer het daar opnieuw."
            )
            return self._fault(scope, 403, sentence)
        if len(scope["path"]) > PATH_LIMIT:
            return self._fault(scope, 414, "Dit adres is te lang. Kijk of het klopt.")
        told = found.get(b"x-forwarded-proto")
        if told is not None and scope["method"] in {"GET", "HEAD"} and self._is_plain(told):
            return RedirectResponse(self._same_place(scope), status_code=301)
        length = found.get(b"content-length")
        if length is not None and _is_beyond(length, _limit(scope)):
            return self._fault(scope, 413, _TOO_LARGE)
        return None

    def _is_plain(self, told: bytes) -> bool:
        """Say whether a proxy tells that somebody came without TLS to a service that has it.

        Only when it tells: one that ends the TLS and says nothing would be sent in circles. Who
        makes it up sends himself to our own address.
        """
        return told.strip().lower() == b"http" and self._origin.startswith("https:")

    def _same_place(self, scope: Scope) -> str:
        """Return the address that was asked for, on our own host, with its path and query."""
        path = scope["raw_path"].decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        return f"{self._base_url}{path}{'?' if query else ''}{query}"

    def _is_ours(self, headers: Headers, host: str) -> bool:
        """Say whether a form was sent from one of our own pages.

        A browser says so in Sec-Fetch-Site; an older one, or one without TLS, only names the
        Origin. A program that sends neither carries nobody's cookies, so it can do no harm.
        """
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None:
            return True
        if origin.lower() == self._origin:
            return True
        try:
            return urlsplit(origin).netloc.lower() == host.lower()
        except ValueError:  # a stray bracket
            return False


_TOO_LARGE = (
    "Wat je verstuurt is te groot. Maak de tekst of het bestand kleiner en probeer het weer."
)


def _limit(scope: Scope) -> int:
    if scope["method"] != "POST":
        return BODY_LIMIT
    larger = (limit for path, limit in _LARGER if path.fullmatch(scope["path"]))
    return next(larger, BODY_LIMIT)


def _is_beyond(declared: bytes, limit: int) -> bool:
    """Say whether a length is more than that, or none at all."""
    text = declared.decode("latin-1")
    return not text.isdecimal() or int(text[:20]) > limit


def _limited(receive: Receive, limit: int) -> Receive:
    """Count the body as it comes in: a length need not be declared, or be true."""
    total = 0

    async def receive_counted() -> Message:
        nonlocal total
        message = await receive()
        if message["type"] == "http.request":
            total += len(message.get("body", b""))
            if total > limit:
                raise HTTPException(413, _TOO_LARGE)
        return message

    return receive_counted


@lru_cache(maxsize=64)
def _name(host: bytes) -> str:
    """Return the name in a Host header, without its port; empty when it is none."""
    try:
        parts = urlsplit(f"//{host.decode('latin-1')}")
        parts.port  # noqa: B018 - raises for ``127.0.0.1:80.example.org``, which is no name of ours
    except ValueError:  # or a stray bracket
        return ""
    return (parts.hostname or "").lower()
