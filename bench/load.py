"""Asks a server the same thing over some connections, and counts answers that are as they must be.

A loop of sockets without a library for HTTP: it must not be what holds the server up. What an
answer costs is told by the time on the processor of the server, which no client can lengthen.
"""

import os
import selectors
import socket
import time
from dataclasses import dataclass
from pathlib import Path

_READ = 1 << 20
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did in a while: answers, seconds on the clock and on its processor."""

    answers: int
    seconds: float
    processor: float

    @property
    def each(self) -> float:
        """Seconds on the processor of the server for one answer."""
        return self.processor / self.answers


class _Client:
    """A connection that asks again and again; a new one where the server ends it each time."""

    def __init__(self, selector: selectors.BaseSelector, port: int, request: bytes) -> None:
        self._selector = selector
        self._port = port
        self._request = request
        self._begin = b""  # of an answer, until its head is whole
        self._wanted: int | None = None  # bytes that are still to come
        self._ends = False
        self.begin()

    def begin(self) -> None:
        """Ask on a new connection."""
        self._connection = socket.create_connection(("127.0.0.1", self._port))
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._connection, selectors.EVENT_READ, self)
        self._connection.sendall(self._request)

    def end(self) -> None:
        """Close the connection."""
        self._selector.unregister(self._connection)
        self._connection.close()

    def hear(self, status: bytes) -> bool:
        """Read what came; say whether that made the answer whole, and ask again if so."""
        some = self._connection.recv(_READ)
        assert some, "the server closed in the middle of an answer"
        if self._wanted is None:
            self._begin += some
            if b"\r\n\r\n" not in self._begin:
                return False
            length, self._ends = _length(self._begin, status)
            self._wanted = length - len(self._begin)
        else:
            self._wanted -= len(some)
        assert self._wanted >= 0, "more came than was asked for"
        if self._wanted:
            return False
        self._begin, self._wanted = b"", None
        if self._ends:
            self.end()
            self.begin()
        else:
            self._connection.sendall(self._request)
        return True


def run(
    port: int, process: int, request: bytes, status: bytes, *, seconds: float, connections: int
) -> Load:
    """Ask for some seconds, each connection again as soon as it has its answer.

    Args:
        port: of the server on this machine.
        process: number of the server, whose time on the processor is counted.
        request: all of it, head and empty line.
        status: with which each answer must begin, such as ``200``.
        seconds: for how long.
        connections: how many at once.
    """
    selector = selectors.DefaultSelector()
    clients = [_Client(selector, port, request) for _ in range(connections)]
    answers, start, before = 0, time.perf_counter(), processor_seconds(process)
    end = start + seconds
    while time.perf_counter() < end:
        answers += sum(key.data.hear(status) for key, _ in selector.select(timeout=1))
    spent, took = processor_seconds(process) - before, time.perf_counter() - start
    for one in clients:
        one.end()
    selector.close()
    return Load(answers, took, spent)


def _length(begin: bytes, status: bytes) -> tuple[int, bool]:
    """Return how many bytes an answer has, and whether the server closes after it."""
    assert begin[:7] + begin[8:12] == b"HTTP/1. " + status, begin[:80]
    head, _, _ = begin.lower().partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    declared = [int(one.partition(b":")[2]) for one in lines if one.startswith(b"content-length:")]
    ends = begin.startswith(b"HTTP/1.0") or b"connection: close" in lines
    return len(head) + 4 + (declared[0] if declared and status != b"304" else 0), ends


def processor_seconds(process: int) -> float:
    """Return how long a process was on the processor so far, with its threads."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_megabytes(process: int) -> float:
    """Return how much memory a process holds."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    (found,) = (int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return found / 1024
