"""A small web server on loopback that answers as a test tells it to, badly if need be."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import BinaryIO

_PATIENCE = 20  # seconds; only a test that fails waits for so long


@dataclass(frozen=True)
class Request:
    """What a client asked."""

    path: str
    headers: Mapping[str, str]
    body: bytes


Answer = Callable[[Request], Iterable[bytes]]


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return a whole answer; `Retry_After="3"` gives a header of that name."""
    given = {"Content-Length": str(len(body)), "Connection": "close"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status} Antwoord\r\n{lines}\r\n".encode() + body


@dataclass
class Server:
    """A running server; `gone` is set when it stops, for an answer that has to hang."""

    port: int
    scheme: str
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    sent: int = 0
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def hang(self) -> Iterator[bytes]:
        """Answer nothing for as long as the server runs."""
        self.gone.wait(_PATIENCE)
        yield b""


@contextmanager
def serving(answers: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Run a server that sends what `answers` gives for each request, then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1], "https" if tls else "http")
    threads: list[threading.Thread] = []

    def talk(line: socket.socket) -> None:
        line.settimeout(_PATIENCE)
        # A client that gives up breaks the line; a client that distrusts us, the handshake.
        with suppress(OSError), line, _encrypted(line, tls) as safe, safe.makefile("rb") as stream:
            if (request := _read(stream)) is None:
                return
            server.requests.append(request)
            for chunk in answers(request):
                safe.sendall(chunk)
                server.sent += len(chunk)

    def listen() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                server.connections += 1
                threads.append(threading.Thread(target=talk, args=(line,)))
                threads[-1].start()

    accepting = threading.Thread(target=listen)
    accepting.start()
    try:
        yield server
    finally:
        server.gone.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes accept(), which close() alone does not
        listener.close()
        for one in [accepting, *threads]:
            one.join(_PATIENCE)


def _encrypted(line: socket.socket, tls: ssl.SSLContext | None) -> socket.socket:
    return tls.wrap_socket(line, server_side=True) if tls else line


def _read(stream: BinaryIO) -> Request | None:
    """Read a request; None when the client hung up without one."""
    if not (first := stream.readline()):
        return None
    lines = b""
    while (line := stream.readline()).strip():
        lines += line
    headers = BytesParser().parsebytes(lines)
    body = stream.read(int(headers["Content-Length"] or 0))
    return Request(first.split()[1].decode(), dict(headers.items()), body)
