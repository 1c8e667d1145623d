"""How uvicorn serves: so many connections, so long to ask something, so many lines in the log.

uvicorn alone waits for ever for who begins a request and says no more. A few hundred of those take
every file that a process may open, and then neither a page nor the database can be opened. With
the quick reader of requests (httptools) it takes headers of any length, too.
"""

import asyncio
import logging
import resource
from contextlib import suppress
from typing import ClassVar

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# No more than this are needed at once; some files stay for the database, the mail and the log.
_MOST_CONNECTIONS = 1000
_OTHER_FILES = 64
_FEWEST_CONNECTIONS = 16
_MOST_AT_ONCE = 2048

_HEAD_LIMIT = 64 * 1024  # bytes of a request line and headers; browsers send a few thousand

_LINES = 5
_PERIOD_SECONDS = 60


class PatientProtocol(HttpToolsProtocol):
    """HTTP that closes a connection on which no whole request comes in time.

    The time runs from the start of the connection and from the end of the last answer; what
    trickles in does not lengthen it.
    """

    request_seconds: ClassVar[float] = 15
    most_connections: ClassVar[int] = _MOST_CONNECTIONS
    _limit: asyncio.TimerHandle | None = None
    _head: int | None = None  # bytes of a head that is not whole yet; None where there is none

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Begin to count, or close at once when there are too many connections."""
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            transport.abort()
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Stop counting once the request is whole."""
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > _HEAD_LIMIT:
                self.transport.abort()
        self._watch()

    def on_message_begin(self) -> None:
        """Begin to count the bytes of a head."""
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        """Count its bytes no more: what follows is the body, which the application counts."""
        super().on_headers_complete()
        self._head = None

    def on_response_complete(self) -> None:
        """Count anew for the next request."""
        super().on_response_complete()
        self._stop_watching()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_watching()
        super().connection_lost(exc)

    def _watch(self) -> None:
        cycle = self.cycle
        # uvicorn does not declare that there is none at first.
        waits = cycle is None or cycle.response_complete or cycle.more_body  # type: ignore[redundant-expr]
        if not waits or self.transport.is_closing():
            self._stop_watching()
        elif self._limit is None:
            self._limit = self.loop.call_later(self.request_seconds, self.transport.close)

    def _stop_watching(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None


class FewLines(logging.Filter):
    """Lets through so many lines in a period; the next line tells how many were left out."""

    def __init__(self, lines: int = _LINES, period: float = _PERIOD_SECONDS) -> None:
        super().__init__()
        self._lines = lines
        self._period = period
        self._since = float("-inf")
        self._told = 0
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a line is written."""
        if not 0 <= record.created - self._since < self._period:
            self._since, self._told = record.created, 0
        if self._told >= self._lines:
            self._left_out += 1
            return False
        self._told += 1
        if self._left_out:
            record.msg = f"{record.getMessage()} ({self._left_out} more lines were left out)"
            record.args = ()
            self._left_out = 0
        return True


def configure(app: ASGIApp, *, files: int, graceful_seconds: int, proxies: str) -> uvicorn.Config:
    """Return how to serve the application.

    Args:
        app: the application.
        files: how many files this process may have open.
        graceful_seconds: how long a request that runs may take when the process is stopped.
        proxies: addresses and networks, with commas, that may say for whom a request comes.
    """
    most = max(_FEWEST_CONNECTIONS, min(_MOST_CONNECTIONS, files - _OTHER_FILES))

    class Protocol(PatientProtocol):
        most_connections = most

    return uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,  # paths can hold tokens
        server_header=False,
        forwarded_allow_ips=proxies,
        # Before the last of them is refused unheard, others get an answer: 503.
        limit_concurrency=most - most // 10,
        # So many are taken in before the first of them is counted.
        backlog=max(_FEWEST_CONNECTIONS, min(_MOST_AT_ONCE, (files - most) // 2)),
        timeout_graceful_shutdown=graceful_seconds,
    )


def shorten_log() -> None:
    """Write few lines of what a stranger can cause: he can cause it a million times."""
    for name in ("asyncio", "uvicorn.error", "campagne.login", "campagne.web.refusals"):
        logging.getLogger(name).addFilter(FewLines())


def raise_file_limit() -> int:
    """Let this process open as many files as it may; return how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # some systems allow less than they say
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    return soft if soft != resource.RLIM_INFINITY else _MOST_CONNECTIONS + _OTHER_FILES
