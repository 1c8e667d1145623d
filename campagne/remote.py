"""The one way out by HTTP: to public addresses, encrypted, with a cap and a deadline.

`requests` by itself follows redirects, takes proxies from the environment, connects to whatever a
name means at that moment, and its time limit holds for each read and not for all of them. So
every request here has its own connection, made to the very address that was checked, by a thread
that is left behind when its time is over.
"""

import errno
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection

from campagne.errors import RemoteError, reason

SECONDS = 30.0
MAX_BYTES = 65_536

_CHUNK = 8192
_LONGEST_WAIT = timedelta(days=1)
# Global unicast (RFC 4291, 2.4). What lies outside it is this machine, this network, a group, or
# an IPv4 address in another form (mapped, NAT64).
_IPV6_PUBLIC = ipaddress.IPv6Network("2000::/3")
# Inside it, and yet not: 6to4 and its relays (RFC 7526), and examples (RFC 9637), which the
# `ipaddress` of some versions takes for public.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(one) for one in ("2002::/16", "192.88.99.0/24", "3fff::/20")
)
_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The second is no constant of Python everywhere.
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
_TOO_LATE = "Er kwam geen antwoord op tijd."
_LEFT_BEHIND = "the deadline of this request has passed"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered.

    Attributes:
        status: HTTP status, of any kind; a redirect is an answer like another.
        headers: names in any case.
        body: its first bytes as they came; never shown to users, anything can be in it. Not whole
            when it was longer than allowed, or had not ended by the deadline.
        is_whole: False when that is so, or when the connection broke.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool = True

    @property
    def wait(self) -> timedelta | None:
        """How long the server asks to be left alone (Retry-After), a day at most; None if not."""
        asked = self.headers.get("Retry-After", "").strip()
        if asked.isascii() and asked.isdigit():
            # Nine digits of seconds are 31 years; more than that overflows.
            return min(timedelta(seconds=int(asked[:9])), _LONGEST_WAIT)
        try:
            # By the server's own clock, so that it does not matter what ours says.
            wait = parsedate_to_datetime(asked) - parsedate_to_datetime(self.headers["Date"])
        except (KeyError, ValueError, TypeError):
            return None
        return min(max(wait, timedelta()), _LONGEST_WAIT)


def post(
    url: str,
    *,
    data: bytes | Mapping[str, str] | None = None,
    json: Any = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    max_bytes: int = MAX_BYTES,
    allow_loopback: bool = False,
    context: ssl.SSLContext | None = None,
) -> Reply:
    """Send one POST request and return the answer; redirects are not followed.

    Args:
        url: ``https://...``; never logged, since it can hold a secret.
        data: the body as bytes, or the fields of a form.
        json: a body to be written as JSON, instead of `data`.
        headers: further headers.
        seconds: for everything together, finding the name included.
        max_bytes: as much of the body is read and no more. It is asked for uncompressed and never
            unpacked, so a compressed body cannot grow.
        allow_loopback: allow addresses of this machine too, and plain HTTP to them; for tests.
        context: which certificates are trusted; None for those of this machine.

    Raises:
        RemoteError: when no answer came; `sent` tells whether the request may have arrived.
    """
    _check_url(url, plain=allow_loopback)
    exchange = _Exchange(max_bytes, _or_loopback if allow_loopback else is_public)
    given = {"data": data, "json": json, "headers": dict(headers or {})}
    return _ask(exchange, "POST", url, seconds, context, **given)


def get(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    max_bytes: int = MAX_BYTES,
    allow_inner: bool = False,
    context: ssl.SSLContext | None = None,
) -> Reply:
    """Fetch something, by five redirects at most, each of which is checked as the first address.

    Args:
        url: ``https://...``; never logged.
        headers: further headers; they go along to where a redirect leads.
        seconds: for everything together, redirects included.
        max_bytes: as of `post`.
        allow_inner: allow addresses of this machine and its network too, and plain HTTP.
        context: as of `post`.

    Raises:
        RemoteError: when no answer came, or the redirects do not end.
    """
    until = time.monotonic() + seconds
    for _ in range(_MOST_REDIRECTS + 1):
        _check_url(url, plain=allow_inner)
        left = until - time.monotonic()
        if left <= 0:
            raise RemoteError(_TOO_LATE, sent=True, unreachable=True)
        exchange = _Exchange(max_bytes, (lambda _: True) if allow_inner else is_public)
        reply = _ask(exchange, "GET", url, left, context, headers=dict(headers or {}))
        target = reply.headers.get("Location", "")
        if reply.status not in _REDIRECTS or not target:
            return reply
        try:
            url = urljoin(url, target)
        except ValueError:  # a stray bracket
            url = target
    raise RemoteError("Het adres blijft doorverwijzen naar een ander adres.", sent=True)


def _ask(
    exchange: "_Exchange",
    method: str,
    url: str,
    seconds: float,
    context: ssl.SSLContext | None,
    **request: Any,
) -> Reply:
    run = partial(_run, exchange, method, url, seconds, context, **request)
    thread = threading.Thread(target=run, name="remote", daemon=True)
    thread.start()
    thread.join(seconds)
    return exchange.result()


def _check_url(url: str, *, plain: bool) -> None:
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        whole = False
    if not whole or not url.isprintable() or " " in url:
        raise RemoteError("Dit is geen goed webadres.", permanent=True)
    if parts.scheme != "https" and not (plain and parts.scheme == "http"):
        raise RemoteError("Het adres begint niet met https://.", permanent=True)


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the internet, and not of this machine or network."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and (ip.scope_id or ip not in _IPV6_PUBLIC):
        return False
    special = ip.is_multicast or ip.is_reserved or any(ip in one for one in _NOT_PUBLIC)
    return ip.is_global and not special


def _or_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback or is_public(address)


class _Exchange:
    """What the thread of a request and its caller know of each other."""

    def __init__(self, max_bytes: int, may_reach: Callable[[str], bool]) -> None:
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._over = False
        self._sent = False
        self._head: tuple[int, Mapping[str, str]] | None = None
        self._body = bytearray()
        self._is_whole = False
        self._fault: RemoteError | None = None
        self._max_bytes = max_bytes
        self._may_reach = may_reach

    # --- by the thread of the request ---

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """Find the name, check all that it means, connect to the very address that was checked."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = {str(sockaddr[0]) for *_, sockaddr in found}
        # All of them: a name that means something inner too is no name of the internet.
        if not all(map(self._may_reach, addresses)):
            raise RemoteError(
                "Het adres wijst naar deze machine of het eigen netwerk; dat mag niet.",
                permanent=True,
            )
        last = OSError("no address")
        for family, kind, protocol, _, sockaddr in found:
            line = socket.socket(family, kind, protocol)
            try:
                line.settimeout(seconds)
                line.connect(sockaddr)
                self._keep(line)
            except OSError as error:
                line.close()
                last = error
            else:
                return line
        raise last

    def _keep(self, line: socket.socket) -> None:
        """Keep a second handle on the connection, which works under TLS as well."""
        with self._lock:
            if self._over:
                raise TimeoutError(_LEFT_BEHIND)
            self._line = line.dup()

    def begin(self) -> None:
        """Call just before the first byte of the request: what was given up must not be sent."""
        with self._lock:
            if self._over:
                raise TimeoutError(_LEFT_BEHIND)
            self._sent = True

    def answered(self, response: requests.Response) -> None:
        """Take the status, then the body as far as it is allowed."""
        with self._lock:
            # To plain text, so that a strange byte in a header surprises nobody later.
            self._head = (response.status_code, CaseInsensitiveDict(response.headers))
        while len(self._body) < self._max_bytes:
            chunk = response.raw.read1(_CHUNK, decode_content=False)
            if not chunk:
                # One that breaks off, where its length was told, is an error instead. At the
                # deadline it was our caller who ended it.
                with self._lock:
                    self._is_whole = not self._over
                return
            with self._lock:
                self._body += chunk[: self._max_bytes - len(self._body)]

    def failed(self, text: str, *, permanent: bool = False, unreachable: bool = False) -> None:
        """Take that no answer will come."""
        with self._lock:
            self._fault = RemoteError(
                text, permanent=permanent, sent=self._sent, unreachable=unreachable
            )

    # --- by the caller ---

    def result(self) -> Reply:
        """End the exchange: the status counts from the moment that it is there."""
        with self._lock:
            self._over = True
            if self._line is not None:
                with suppress(OSError):  # closed by the other side
                    self._line.shutdown(socket.SHUT_RDWR)  # wakes a thread that still reads
                self._line.close()
            if self._head is not None:
                status, headers = self._head
                return Reply(status, headers, bytes(self._body), self._is_whole)
            raise self._fault or RemoteError(_TOO_LATE, sent=self._sent, unreachable=True)


def _run(
    exchange: _Exchange,
    method: str,
    url: str,
    seconds: float,
    context: ssl.SSLContext | None,
    **request: Any,
) -> None:
    try:
        with _Session() as session:
            session.trust_env = False  # no proxy, no .netrc, no other certificates
            session.headers.update({"User-Agent": "campagne", "Accept-Encoding": "identity"})
            if context is None and url.startswith("https"):
                context = ssl.create_default_context()
            adapter = _Adapter(exchange, context)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            with session.request(
                method, url, timeout=seconds, allow_redirects=False, stream=True, **request
            ) as response:
                exchange.answered(response)
    except RemoteError as error:
        exchange.failed(str(error), permanent=error.permanent)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome of this request
        text, unreachable = _in_words(error)
        exchange.failed(text, unreachable=unreachable)


def _in_words(error: BaseException | None) -> tuple[str, bool]:
    """Say what went wrong by what lies at the bottom of it; what is on top holds the URL.

    Returns:
        A Dutch sentence, and whether the server is unreachable for anybody, as `RemoteError` has
        it: a name that cannot be looked up just now, or no way out of our own network, is not.
    """
    while error is not None:
        match error:
            case ssl.SSLCertVerificationError(verify_message=why):
                return f"Het certificaat van de server klopt niet ({why}).", False
            case ssl.SSLError(reason=why):
                return f"Er komt geen beveiligde verbinding ({why}).", False
            case socket.gaierror(errno=number):
                return "De naam van de server is niet te vinden.", number in _NO_SUCH_NAME
            case TimeoutError():
                return _TOO_LATE, True
            case OSError(errno=number) if number:
                refused = number == errno.ECONNREFUSED
                return f"De server is niet bereikbaar ({reason(error)}).", refused
        error = error.__cause__ or error.__context__
    return "De server verbrak de verbinding.", False


class _PlainConnection(HTTPConnection):
    def __init__(self, *args: Any, exchange: _Exchange, **options: Any) -> None:
        super().__init__(*args, **options)
        self._exchange = exchange

    def _new_conn(self) -> socket.socket:
        return self._exchange.connect(self._dns_host, self.port or 80, float(self.timeout or 0))

    def connect(self) -> None:
        super().connect()
        self._exchange.begin()


class _TlsConnection(HTTPSConnection):
    def __init__(self, *args: Any, exchange: _Exchange, **options: Any) -> None:
        super().__init__(*args, **options)
        self._exchange = exchange

    def _new_conn(self) -> socket.socket:
        return self._exchange.connect(self._dns_host, self.port or 443, float(self.timeout or 0))

    def connect(self) -> None:
        super().connect()
        self._exchange.begin()


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Know of no redirects: even one that is not followed would be read to its end, unpacked.

        That is how `requests` finds out where it leads, and its body can be of any size.
        """


class _Adapter(HTTPAdapter):
    """Makes the connections of one exchange; TLS still checks the name in the URL."""

    def __init__(self, exchange: _Exchange, context: ssl.SSLContext | None) -> None:
        self._exchange = exchange
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, ssl_context=self._context)

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        kind = _TlsConnection if pool.scheme == "https" else _PlainConnection
        pool.ConnectionCls = partial(kind, exchange=self._exchange)
        return pool
