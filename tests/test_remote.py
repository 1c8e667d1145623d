"""What goes out by HTTP: never to inner addresses, never longer or larger than allowed."""

import gzip
import socket
import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from campagne.errors import RemoteError
from campagne.remote import Reply, get, is_public, post
from tests.certificates import Certificate, make_certificate
from tests.http_server import Request, Server, answer, serving

# Long enough for what must succeed, on a busy machine too.
ENOUGH = 15.0
# Short, for what never ends; the caller is let go when it has passed.
SHORT = 0.3


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def here(server: Server, seconds: float = ENOUGH, **options: Any) -> Reply:
    """Post to a server of this machine, which only a test may do."""
    return post(server.url, seconds=seconds, allow_loopback=True, **options)


def test_a_request_arrives_as_it_was_given_and_the_answer_comes_back() -> None:
    with serving(lambda _: [answer(201, b"dank", X_Naam="waarde")]) as server:
        reply = here(server, data=b"tekst", headers={"X-Mark": "1"})

    assert (reply.status, reply.body, reply.headers["x-naam"]) == (201, b"dank", "waarde")
    assert [one.body for one in server.requests] == [b"tekst"]
    assert server.requests[0].headers["X-Mark"] == "1"
    assert server.requests[0].headers["User-Agent"] == "campagne"


def test_tls_is_spoken_with_who_has_the_right_certificate(certificate: Certificate) -> None:
    with serving(lambda _: [answer(200, b"ja")], certificate.server) as server:
        assert here(server, json={"a": 1}, context=certificate.trusting).body == b"ja"
        with pytest.raises(RemoteError, match="certificaat") as caught:
            here(server, json={"a": 1})
        localhost = f"https://localhost:{server.port}"  # found, but the certificate does not say so
        with pytest.raises(RemoteError, match="certificaat"):
            post(localhost, seconds=ENOUGH, allow_loopback=True, context=certificate.trusting)

    assert not caught.value.sent
    assert not caught.value.unreachable, "a browser may know who signed it"
    assert [one.body for one in server.requests] == [b'{"a": 1}']


INNER = [
    "127.0.0.1",
    "127.1",
    "127.0.0.1.",
    "127.8.8.8",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "0",
    "0.0.0.0",  # noqa: S104 - never listened on
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
]


@pytest.mark.parametrize("host", INNER)
def test_this_machine_is_not_reached_however_it_is_spelled(
    certificate: Certificate, host: str
) -> None:
    with serving(lambda _: [answer(200)], certificate.server) as server:
        with pytest.raises(RemoteError) as caught:
            post(
                f"https://{host}:{server.port}/",
                json={},
                seconds=ENOUGH,
                context=certificate.trusting,
            )

        assert not caught.value.sent
    assert server.connections == 0


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.254",
        "0.0.0.0",  # noqa: S104 - never listened on
        "127.0.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "192.88.99.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "::ffff:93.184.215.14",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "2002:a00:1::",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
    ],
)
def test_inner_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "100.63.255.255", "172.32.0.1", "2a00:1450:400e::1", "2600::1"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


class Names:
    """A name server that changes its mind, and a network in which nothing answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *meanings: tuple[str, ...]) -> None:
        self._meanings: Iterator[tuple[str, ...]] = iter(meanings)
        self.reached: list[str] = []
        monkeypatch.setattr(socket, "getaddrinfo", self._find)
        monkeypatch.setattr(socket.socket, "connect", lambda _, address: self._connect(address))

    def _find(self, _host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", (one, port)) for one in next(self._meanings)
        ]

    def _connect(self, address: tuple[str, int]) -> None:
        self.reached.append(address[0])
        raise ConnectionRefusedError(111, "refused")


def test_the_address_that_was_checked_is_the_one_that_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that means something else the second time is not asked a second time."""
    names = Names(monkeypatch, ("93.184.215.14",), ("127.0.0.1",), ("127.0.0.1",))
    with pytest.raises(RemoteError, match="er luistert niets") as caught:
        post("https://wissel.example.nl/", json={}, seconds=ENOUGH)
    assert names.reached == ["93.184.215.14"]
    assert (caught.value.permanent, caught.value.sent) == (False, False)


def test_a_name_that_also_means_an_inner_address_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Names(monkeypatch, ("93.184.215.14", "10.0.0.1"))
    with pytest.raises(RemoteError, match="eigen netwerk") as caught:
        post("https://dubbel.example.nl/", json={}, seconds=ENOUGH)
    assert names.reached == []
    assert caught.value.permanent


def test_the_next_address_is_tried_when_one_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Names(monkeypatch, ("93.184.215.14", "93.184.215.15"))
    with pytest.raises(RemoteError):
        post("https://twee.example.nl/", json={}, seconds=ENOUGH)
    assert names.reached == ["93.184.215.14", "93.184.215.15"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.nl",
        "http://example.nl/",
        "ftp://example.nl/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https://",
        "https:///pad",
        "https://naam:geheim@example.nl/",
        "https://example.nl:99999/",
        "https://example.nl:0/",
        "https://example.nl/a b",
        "https://example.nl/\r\nX: 1",
        "https://[::1/",
    ],
)
def test_what_is_no_address_for_it(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    names = Names(monkeypatch)
    with pytest.raises(RemoteError) as caught:
        post(url, json={}, seconds=ENOUGH)
    assert caught.value.permanent
    assert names.reached == []
    assert "geheim" not in str(caught.value)


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with serving(lambda _: [answer(200)]) as inner:

        def send_on(_: Request) -> Iterable[bytes]:
            return [answer(307, Location=f"{inner.url}/latest/meta-data")]

        with serving(send_on) as server:
            assert here(server, json={}).status == 307
    assert inner.connections == 0


def test_no_proxy_and_no_passwords_are_taken_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n", encoding="ascii")
    monkeypatch.setenv("HOME", str(tmp_path))
    with serving(lambda _: [answer(200)]) as proxy, serving(lambda _: [answer(200)]) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        here(server, json={})
    assert proxy.connections == 0
    assert "Authorization" not in server.requests[0].headers


def test_a_server_that_never_answers_is_left_alone_in_the_end() -> None:
    with (
        serving(lambda _: server.hang()) as server,
        pytest.raises(RemoteError, match="op tijd") as caught,
    ):
        here(server, SHORT, json={})
    assert (caught.value.permanent, caught.value.sent) == (False, True)


def test_a_server_that_never_finishes_the_handshake_got_nothing(certificate: Certificate) -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    url = f"https://127.0.0.1:{silent.getsockname()[1]}"
    with silent, pytest.raises(RemoteError, match="op tijd") as caught:
        post(url, seconds=SHORT, allow_loopback=True, context=certificate.trusting)
    assert not caught.value.sent


def drip(server: Server, head: bytes) -> Iterator[bytes]:
    """Give a byte now and then, often enough for any limit that holds for each read."""
    yield head
    while not server.gone.wait(SHORT / 10):
        yield b"x"


def test_a_dripping_head_cannot_outlast_the_deadline() -> None:
    with (
        serving(lambda _: drip(server, b"HTTP/1.1 200 OK\r\nX-Long: ")) as server,
        pytest.raises(RemoteError, match="op tijd") as caught,
    ):
        here(server, SHORT, json={})
    assert caught.value.sent


def test_a_dripping_body_cannot_either_and_its_status_counts() -> None:
    """What was taken was taken, so it must not be sent again."""
    with serving(lambda _: drip(server, b"HTTP/1.1 201 OK\r\n\r\n")) as server:
        assert here(server, 2.0, json={}).status == 201


def test_a_request_that_was_given_up_while_connecting_is_never_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise what is told as not sent would arrive after all, and be sent again."""
    real = socket.getaddrinfo
    with serving(lambda _: [answer(200)]) as server:

        def slow(*args: Any, **options: Any) -> Any:
            given_up.wait(ENOUGH)
            return real(*args, **options)

        given_up = threading.Event()
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        with pytest.raises(RemoteError, match="op tijd") as caught:
            here(server, SHORT, json={})
        given_up.set()
        for thread in threading.enumerate():
            if thread.name == "remote":
                thread.join(ENOUGH)
    assert not caught.value.sent
    assert server.requests == []


@pytest.mark.parametrize("status", [200, 307, 500])
def test_no_more_is_read_than_allowed(status: int) -> None:
    """Nor of a redirect, whose body is read to its end by `requests`, unless it is stopped."""

    def endless(_: Request) -> Iterator[bytes]:
        length = f"Content-Length: {3 * 1024**3}"
        yield f"HTTP/1.1 {status} OK\r\nLocation: /verder\r\n{length}\r\n\r\n".encode()
        yield from (bytes(1024**2) for _ in range(3 * 1024))

    with serving(endless) as server:
        assert here(server, json={}, max_bytes=1000).body == bytes(1000)
    # The rest of what was on its way filled the buffers of the line, and no memory of ours.
    assert server.sent < 100 * 1024**2


@pytest.mark.parametrize("status", [200, 302])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip"])
def test_a_compressed_body_is_not_unpacked(coding: str, status: int) -> None:
    bomb = gzip.compress(bytes(10 * 1024**2))
    whole = answer(status, bomb, Content_Encoding=coding, Location="/verder")
    with serving(lambda _: [whole]) as server:
        assert here(server, json={}).body == bomb
    assert len(server.requests) == 1
    assert server.requests[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "chunks",
    [
        [],
        [b"HTTP/1.1 2"],
        [b"niets dan onzin\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200 + b"\r\n"],
        [b"HTTP/1.1 200 OK\r\nX: " + b"1" * 100_000 + b"\r\n\r\n"],
    ],
    ids=["nothing", "half a line", "nonsense", "many headers", "long header"],
)
def test_no_whole_answer_is_none(chunks: list[bytes]) -> None:
    with serving(lambda _: chunks) as server, pytest.raises(RemoteError) as caught:
        here(server, json={})
    assert (caught.value.permanent, caught.value.sent) == (False, True)


def test_a_body_that_breaks_off_leaves_the_status() -> None:
    with serving(lambda _: [b"HTTP/1.1 201 OK\r\nContent-Length: 50\r\n\r\nhal"]) as server:
        reply = here(server, json={})
    assert (reply.status, reply.body) == (201, b"hal")


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(RemoteError, match="er luistert niets") as caught:
        post(f"http://127.0.0.1:{port}/?sleutel=geheim", allow_loopback=True, seconds=ENOUGH)
    assert not caught.value.sent
    assert caught.value.unreachable
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("why", "unreachable"), [(socket.EAI_NONAME, True), (socket.EAI_AGAIN, False)]
)
def test_an_unknown_name_is_told(
    monkeypatch: pytest.MonkeyPatch, why: int, *, unreachable: bool
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(why, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(RemoteError, match="niet te vinden") as caught:
        post("https://nergens.example.nl/", json={}, seconds=ENOUGH)
    assert (caught.value.permanent, caught.value.sent) == (False, False)
    assert caught.value.unreachable is unreachable, "a resolver that is away knows of no name"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry-After": "3"}, timedelta(seconds=3)),
        ({"Retry-After": " 0 "}, timedelta()),
        ({"Retry-After": "9" * 30}, timedelta(days=1)),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "straks"}, None),
        ({"Retry-After": "Mon, 07 Sep 2026 08:00:30 GMT"}, None),  # by whose clock?
        (
            {
                "Date": "Mon, 07 Sep 2026 08:00:00 GMT",
                "Retry-After": "Mon, 07 Sep 2026 08:00:30 GMT",
            },
            timedelta(seconds=30),
        ),
        (
            {
                "Date": "Mon, 07 Sep 2026 08:00:00 GMT",
                "Retry-After": "Mon, 07 Sep 2025 08:00:30 GMT",
            },
            timedelta(),
        ),
    ],
)
def test_how_long_a_server_asks_to_be_left_alone(
    headers: dict[str, str], wait: timedelta | None
) -> None:
    assert Reply(429, headers, b"").wait == wait


def test_the_connection_is_closed_when_the_answer_is_there() -> None:
    """Neither the second handle on it nor the session may stay open."""

    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    with serving(lambda _: [answer(200)]) as server:
        here(server, json={})
        before = open_files()
        for _ in range(5):
            here(server, json={})
        assert open_files() <= before + 1


# --- fetching ---------------------------------------------------------------------------------


def fetch(url: str, seconds: float = ENOUGH, **options: Any) -> Reply:
    """Fetch from this machine, which the setting for inner addresses allows."""
    return get(url, seconds=seconds, allow_inner=True, **options)


def test_what_is_fetched_comes_back_with_its_headers() -> None:
    with serving(lambda _: [answer(200, b"agenda", ETag='"1"')]) as server:
        reply = fetch(server.url, headers={"If-None-Match": '"0"'})
    assert (reply.status, reply.body, reply.is_whole) == (200, b"agenda", True)
    assert reply.headers["etag"] == '"1"'
    assert server.requests[0].headers["If-None-Match"] == '"0"'
    assert server.requests[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["/verder?a=1", "//127.0.0.1:{port}/verder?a=1"])
def test_a_redirect_is_followed(status: int, target: str) -> None:
    def send_on(request: Request) -> Iterable[bytes]:
        if request.path == "/verder?a=1":
            return [answer(200, b"hier")]
        return [answer(status, Location=target.format(port=server.port))]

    with serving(send_on) as server:
        assert fetch(f"{server.url}/begin").body == b"hier"


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("/rond", "blijft doorverwijzen"),
        ("file:///etc/passwd", "goed webadres"),
        ("ftp://127.0.0.1/", "https"),
        ("http://[::1/", "goed webadres"),
        ("http://naam:geheim@127.0.0.1/", "goed webadres"),
    ],
)
def test_a_redirect_that_leads_nowhere(target: str, why: str) -> None:
    with (
        serving(lambda _: [answer(302, Location=target)]) as server,
        pytest.raises(RemoteError, match=why) as caught,
    ):
        fetch(server.url)
    assert len(server.requests) <= 6
    assert "geheim" not in str(caught.value)


def test_a_redirect_to_an_inner_address_is_refused(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server of the organiser is made public for once; where it sends us is not."""
    with serving(lambda _: [answer(200, b"geheim")]) as inner:

        def send_on(_: Request) -> Iterable[bytes]:
            return [answer(302, Location=f"https://127.0.0.1:{inner.port}/latest/meta-data")]

        with serving(send_on, certificate.server) as server:
            seen: list[str] = []

            def public_once(address: str) -> bool:
                seen.append(address)
                return len(seen) == 1

            monkeypatch.setattr("campagne.remote.is_public", public_once)
            with pytest.raises(RemoteError, match="eigen netwerk") as caught:
                get(server.url, seconds=ENOUGH, context=certificate.trusting)
    assert caught.value.permanent
    assert len(server.requests) == 1
    assert inner.connections == 0


def test_from_https_nothing_leads_to_plain_http(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campagne.remote.is_public", lambda _: True)
    with (
        serving(lambda _: [answer(200)]) as plain,
        serving(lambda _: [answer(302, Location=plain.url)], certificate.server) as server,
        pytest.raises(RemoteError, match="https"),
    ):
        get(server.url, seconds=ENOUGH, context=certificate.trusting)
    assert plain.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f000001"])
def test_an_inner_address_is_not_fetched_unless_it_is_allowed(
    certificate: Certificate, host: str
) -> None:
    with serving(lambda _: [answer(200)], certificate.server) as server:
        with pytest.raises(RemoteError, match="eigen netwerk"):
            get(f"https://{host}:{server.port}/", seconds=ENOUGH, context=certificate.trusting)
        with pytest.raises(RemoteError, match="https"):
            get(f"http://{host}:{server.port}/", seconds=ENOUGH)
    assert server.connections == 0


def test_the_time_is_for_all_redirects_together() -> None:
    def slow(_: Request) -> Iterator[bytes]:
        server.gone.wait(SHORT / 2)
        yield answer(302, Location="/verder")

    with serving(slow) as server, pytest.raises(RemoteError, match="op tijd"):
        fetch(server.url, SHORT)
    assert len(server.requests) <= 3


def test_what_is_cut_off_is_not_whole() -> None:
    """By the cap, by the deadline, or since the connection broke."""
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nhal"
    with serving(lambda request: drip(server, half) if request.path == "/traag" else [half]) as (
        server
    ):
        assert not fetch(server.url).is_whole
        assert not fetch(f"{server.url}/traag", 2.0).is_whole
    with serving(lambda _: [answer(200, b"x" * 100)]) as server:
        assert not fetch(server.url, max_bytes=99).is_whole
        assert fetch(server.url, max_bytes=101).is_whole
