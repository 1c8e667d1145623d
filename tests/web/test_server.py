"""What who connects and says little can do to the service: no more than wait a while."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from campagne.web.server import FewLines, PatientProtocol, configure

Serve = Callable[..., tuple[str, int]]
SECONDS = 60  # a bound, not a goal
HALF = b"GET / HTTP/1.1\r\nHost:"
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what was sent, once all of it is there."""
    body, more = b"", scope["method"] == "POST"
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    said = scope["client"][0].encode() if scope["path"] == "/who" else body
    await PlainTextResponse(b"got " + said)(scope, receive, send)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve `echo` with a time for a request and a number of connections; return its address."""
    with ExitStack() as stack:

        def start(
            *, request_seconds: float = SECONDS, most: int = 16, proxies: str = "127.0.0.1"
        ) -> tuple[str, int]:
            config = configure(echo, files=1000, graceful_seconds=1, proxies=proxies)
            config.http = type(
                "Protocol",
                (PatientProtocol,),
                {"request_seconds": request_seconds, "most_connections": most},
            )
            config.lifespan = "off"
            door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
            thread.start()

            def stop() -> None:
                server.should_exit = True
                thread.join(SECONDS)

            stack.callback(stop)
            while not server.started:
                time.sleep(0.01)
            address: tuple[str, int] = door.getsockname()
            return address

        yield start


def said(connection: socket.socket) -> bytes:
    """Return all that comes until the other side closes."""
    heard = b""
    try:
        while some := connection.recv(4096):
            heard += some
    except ConnectionResetError:
        pass
    return heard


def trickle(connection: socket.socket) -> None:
    """Send a little, again and again, for as long as the other side takes it."""
    while True:
        connection.sendall(b"x")
        time.sleep(0.01)


def pour(connection: socket.socket) -> None:
    """Send much, as quickly as the other side takes it."""
    for _ in range(4096):
        connection.sendall(b"x" * 4096)


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        HALF,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ],
)
def test_who_does_not_finish_a_request_is_cut_off(serve: Serve, begun: bytes) -> None:
    address = serve(request_seconds=0.2)
    with socket.create_connection(address, timeout=SECONDS) as connection:
        connection.sendall(begun)
        assert b"200 OK" not in said(connection)


def test_who_begins_a_second_request_and_stops_is_cut_off(serve: Serve) -> None:
    address = serve(request_seconds=0.2)
    with socket.create_connection(address, timeout=SECONDS) as connection:
        connection.sendall(WHOLE + HALF)
        assert said(connection).count(b"200 OK") == 1


def test_what_trickles_in_does_not_lengthen_the_time(serve: Serve) -> None:
    address = serve(request_seconds=0.2)
    with socket.create_connection(address, timeout=SECONDS) as connection:
        connection.sendall(HALF)
        with pytest.raises(OSError, match=r"reset|[Bb]roken"):
            trickle(connection)


@pytest.mark.parametrize(
    "head", [b"GET /", b"GET / HTTP/1.1\r\nX: ", HALF + b" x\r\n" + b"a: b\r\n" * 9]
)
def test_a_head_without_end_is_cut_off_before_its_time(serve: Serve, head: bytes) -> None:
    address = serve()
    with socket.create_connection(address, timeout=SECONDS) as connection:
        connection.sendall(head)
        with pytest.raises(OSError, match=r"reset|[Bb]roken"):
            pour(connection)
    with socket.create_connection(address, timeout=SECONDS) as connection:
        body = b"y" * 200_000  # which is not of the head
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
        connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert said(connection).endswith(b"got " + body)


def test_one_connection_takes_request_after_request(serve: Serve) -> None:
    address = serve()
    with socket.create_connection(address, timeout=SECONDS) as connection:
        for _ in range(3):
            connection.sendall(WHOLE)
            heard = b""
            while not heard.endswith(b"got "):
                heard += connection.recv(4096)
            assert heard.startswith(b"HTTP/1.1 200 OK")


def test_one_connection_too_many_is_refused_and_the_others_stay(serve: Serve) -> None:
    address = serve(most=3)
    with ExitStack() as stack:
        three = [
            stack.enter_context(socket.create_connection(address, timeout=SECONDS))
            for _ in range(3)
        ]
        for one in three:
            one.sendall(HALF)
        with socket.create_connection(address, timeout=SECONDS) as fourth:
            assert said(fourth) == b""
        three[0].sendall(b" x\r\nConnection: close\r\n\r\n")
        assert b"got " in said(three[0])


def test_no_more_connections_than_there_are_files() -> None:
    few = configure(echo, files=200, graceful_seconds=1, proxies="127.0.0.1")
    many = configure(echo, files=1_000_000, graceful_seconds=1, proxies="127.0.0.1")
    most = [one.http.most_connections for one in (few, many)]  # type: ignore[union-attr]  # ours

    assert most == [136, 1000]
    assert [one.limit_concurrency for one in (few, many)] == [123, 900]
    assert [one.backlog for one in (few, many)] == [32, 2048]


def test_the_log_tells_a_flood_in_a_few_lines() -> None:
    few = FewLines(lines=2, period=60)

    def line(at: float) -> str | None:
        record = logging.LogRecord("asyncio", logging.ERROR, "", 0, "no %s", ("files",), None)
        record.created = at
        return record.getMessage() if few.filter(record) else None

    assert [line(at) for at in (0, 1, 2, 3, 59)] == ["no files", "no files", None, None, None]
    assert [line(at) for at in (60, 61)] == ["no files (3 more lines were left out)", "no files"]
    # A clock that is put back does not silence the log.
    assert line(-1000) == "no files"


@pytest.mark.parametrize(
    ("proxies", "seen"), [("192.0.2.0/24", "127.0.0.1"), ("127.0.0.1/32,10.0.0.0/8", "203.0.113.7")]
)
def test_only_a_proxy_that_is_named_says_who_asks(
    serve: Callable[..., tuple[str, int]], proxies: str, seen: str
) -> None:
    address = serve(proxies=proxies)
    forged = b"GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    forged += b"X-Forwarded-For: 198.51.100.9, 203.0.113.7, 10.1.2.3\r\n\r\n"
    with socket.create_connection(address, timeout=SECONDS) as client:
        client.sendall(forged)
        answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert answer.endswith(f"got {seen}".encode())
