"""Pages that anyone may see, compressed for who can read that."""

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipResponder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SMALLEST = 1000  # bytes; less fits in one packet anyhow
_LEVEL = 6  # of 9; the last ones take twice the time for a hundredth of the size


class Compression:
    """Compresses HTML, but for what nobody may keep.

    The length of a compressed page tells how much of what it repeats from a request stands
    elsewhere in it too (BREACH). So a page with something secret in it, such as the token of a
    link, the key for an app or the data of a person, goes as it is: all of those forbid that they
    are kept (`signed.PRIVATE`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        can_read = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        await _Answer(self._app, can_read=can_read)(scope, receive, send)


class _Answer(GZipResponder):
    def __init__(self, app: ASGIApp, *, can_read: bool) -> None:
        super().__init__(app, _SMALLEST, _LEVEL)
        self._can_read = can_read
        self._goes_as_it_is = False

    async def send_with_compression(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._goes_as_it_is = not _is_public_page(Headers(raw=message["headers"]))
        if self._goes_as_it_is:
            await self.send(message)
        else:
            await super().send_with_compression(message)

    async def apply_compression(self, body: bytes, *, more_body: bool) -> bytes:
        if not self._can_read:
            return body  # a cache must know all the same that others get other bytes
        return await super().apply_compression(body, more_body=more_body)


def _is_public_page(headers: Headers) -> bool:
    is_kept = "no-store" not in headers.get("cache-control", "")
    return is_kept and headers.get("content-type", "").startswith("text/html")
