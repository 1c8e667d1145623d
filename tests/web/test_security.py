"""What every request and answer passes."""

import pytest
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from campagne.web.security import BODY_LIMIT, PATH_LIMIT, Security

BASE_URL = "https://campagne.example.nl"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """The application: reads the whole body and says how long it was."""
    length = 0
    while True:
        message = await receive()
        length += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    await PlainTextResponse(f"{length}")(scope, receive, send)


def fault(_scope: Scope, status: int, sentence: str) -> Response:
    return PlainTextResponse(sentence, status)


def client(base_url: str = BASE_URL) -> TestClient:
    return TestClient(Security(echo, base_url=base_url, fault=fault), base_url=base_url)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("campagne.example.nl", 200),
        ("CAMPAGNE.example.nl:443", 200),
        ("localhost:8000", 200),
        ("127.0.0.1", 200),
        ("[::1]:8000", 200),
        ("evil.example.org", 400),
        ("campagne.example.nl.evil.example.org", 400),
        ("campagne.example.nl@evil.example.org", 400),
        ("127.0.0.1:80.evil.example.org", 400),
        ("", 400),
        ("[", 400),
    ],
)
def test_only_our_own_names_are_answered(host: str, status: int) -> None:
    """A page under another name could be read by whoever owns that name."""
    answer = client().get("/", headers={"host": host})
    assert answer.status_code == status
    if status == 400:
        assert answer.text == f"Deze dienst staat op {BASE_URL}. Gebruik dat adres."


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_is_asked_by_address(path: str) -> None:
    """A load balancer does not know our name."""
    assert client().get(path, headers={"host": "10.0.0.7"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        # One click in a mail program (RFC 8058): a server of the provider, that is no browser.
        ({"content-type": "application/x-www-form-urlencoded"}, 200),
        ({"content-type": "multipart/form-data; boundary=x"}, 200),
        # A browser that shows mail, and sends the form itself.
        (
            {
                "content-type": "multipart/form-data; boundary=x",
                "origin": "https://mail.example.org",
            },
            403,
        ),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": BASE_URL}, 403),
        ({"origin": BASE_URL}, 200),
        ({"origin": "https://evil.example.org"}, 403),
        ({"origin": "https://["}, 403),
        ({"origin": "null"}, 403),
        ({}, 200),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_form_of_another_site_is_refused(
    method: str, headers: dict[str, str], status: int
) -> None:
    """Whatever its method, and looking is always allowed."""
    assert client().request(method, "/", headers=headers).status_code == status
    assert client().get("/", headers=headers).status_code == 200


def test_a_form_of_our_own_by_another_of_our_names_is_taken() -> None:
    """On the machine itself the address may be localhost."""
    headers = {"host": "localhost:8000", "origin": "http://localhost:8000"}
    assert client().post("/", headers=headers).status_code == 200


def test_a_body_has_a_limit() -> None:
    """Declared or not."""
    just = client().post("/", content=b"x" * BODY_LIMIT)
    assert (just.status_code, just.text) == (200, str(BODY_LIMIT))
    assert client().post("/", content=b"x" * (BODY_LIMIT + 1)).status_code == 413
    assert client().get("/", headers={"content-length": "-1"}).status_code == 413
    assert client().get("/", headers={"content-length": "9" * 30}).status_code == 413


def test_an_address_has_a_limit() -> None:
    """A number of 5,000 digits in it made a 500 with a stack in the log, for anyone to repeat."""
    assert client().get("/" + "9" * (PATH_LIMIT - 1)).status_code == 200
    assert client().get("/" + "9" * PATH_LIMIT).status_code == 414


def test_headers_stand_on_every_answer_and_refusal() -> None:
    """Also on those that never reached the application."""
    for answer in (
        client().get("/"),
        client().get("/", headers={"host": "evil.example.org"}),
        client().post("/", headers={"origin": "https://evil.example.org"}),
    ):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert "max-age=31536000" in answer.headers["strict-transport-security"]


def test_without_tls_no_promise_of_tls() -> None:
    """A browser would not come back to http for a year."""
    answer = client("http://127.0.0.1:8000").get("/")
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_comes_without_tls_is_sent_to_the_same_place(method: str) -> None:
    """A calendar that was given http:// goes on with what it asked for."""
    path = "/feeds/gemeente/katwijk.ics?toon=stappen&x=%C3%A9"
    plain = {"x-forwarded-proto": "http"}
    answer = client().request(method, path, headers=plain, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, f"{BASE_URL}{path}")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("//evil.example.org/x", "//evil.example.org/x"),
        ("/%0d%0aSet-Cookie:a", "/%0d%0aSet-Cookie:a"),
    ],
)
def test_and_nowhere_else(path: str, location: str) -> None:
    plain = {"x-forwarded-proto": "http"}
    answer = client().get(f"{BASE_URL}{path}", headers=plain, follow_redirects=False)
    assert answer.headers["location"] == f"{BASE_URL}{location}"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("base_url", "headers"),
    [
        (BASE_URL, {}),
        (BASE_URL, {"x-forwarded-proto": "https"}),
        ("http://campagne.example.nl", {"x-forwarded-proto": "http"}),
    ],
)
def test_nobody_is_sent_in_circles(base_url: str, headers: dict[str, str]) -> None:
    assert client(base_url).get("/", headers=headers, follow_redirects=False).status_code == 200


def test_a_form_is_not_sent_on() -> None:
    answer = client().post("/", headers={"x-forwarded-proto": "http"}, follow_redirects=False)
    assert answer.status_code == 200
