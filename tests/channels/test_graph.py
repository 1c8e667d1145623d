"""Microsoft 365 as a way out: logging in, the frozen bytes, and what its answers mean."""

import base64
import json
import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from campagne.channels.graph import GraphApp, GraphChannel
from campagne.domain.delivery import Message, MessageKind
from campagne.errors import ChannelDownError, ChannelError, OutcomeUnknownError
from tests.http_server import Request, Server, answer, serving

APP = GraphApp("gemeente.example.nl", "26785a09-ab16-4eb0-8407-a37497a57506", "geheim&=%")
NUMBER = "740e5834-3a29-46b4-9a6f-16142fde533a"
RAW = b"From: campagne@example.nl\r\nTo: A <a@example.nl>\r\nMessage-ID: <x>\r\n\r\nZo\xc3\xab\r\n"
MAIL = Message(
    key="a",
    kind=MessageKind.REMINDER,
    sender="campagne@example.nl",
    recipient="a@example.nl",
    subject="Herinnering",
    message_id="<x>",
    own=RAW,
)
MAIL_PATH = "/v1.0/users/campagne@example.nl/sendMail"
TOKEN_PATH = "/gemeente.example.nl/oauth2/v2.0/token"
ACCEPTED = answer(202, request_id=NUMBER)


def token(text: object = "token-1", seconds: object = 3600) -> bytes:
    body = {"token_type": "Bearer", "access_token": text, "expires_in": seconds}
    return answer(200, json.dumps(body).encode())


class Cloud:
    """Answers log-ins and mails with what a test puts in line; the last one stays."""

    def __init__(self, tokens: list[bytes], mails: list[bytes]) -> None:
        self._tokens = deque(tokens)
        self._mails = deque(mails)

    def __call__(self, request: Request) -> Iterable[bytes]:
        line = self._tokens if request.path == TOKEN_PATH else self._mails
        yield line.popleft() if len(line) > 1 else line[0]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 9, 7, 6, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def channel(server: Server, clock: Clock | None = None) -> GraphChannel:
    return GraphChannel(
        APP,
        "campagne@example.nl",
        now=clock or Clock(),
        login_url=server.url,
        api_url=server.url,
        seconds=15,
        allow_loopback=True,
    )


def send(out: GraphChannel, message: Message = MAIL) -> str:
    with out.connect() as connection:
        connection.offer(message)
        return connection.deliver()


def paths(server: Server) -> list[str]:
    return [one.path for one in server.requests]


def test_the_frozen_bytes_are_sent_with_a_token() -> None:
    with serving(Cloud([token()], [ACCEPTED])) as server:
        assert send(channel(server)) == f"202 {NUMBER}"

    login, mail = server.requests
    assert login.path == TOKEN_PATH
    assert parse_qs(login.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": [APP.client],
        "client_secret": [APP.secret],
        "scope": ["https://graph.microsoft.com/.default"],
    }
    assert mail.path == MAIL_PATH
    assert mail.headers["Authorization"] == "Bearer token-1"
    assert mail.headers["Content-Type"] == "text/plain"
    assert base64.b64decode(mail.body) == RAW


def test_a_token_is_used_until_shortly_before_it_ends() -> None:
    clock = Clock()
    with serving(Cloud([token("een"), token("twee")], [ACCEPTED])) as server:
        out = channel(server, clock)
        send(out)
        clock.now += timedelta(minutes=54)
        send(out)
        clock.now += timedelta(minutes=2)
        send(out)
    used = [one.headers["Authorization"] for one in server.requests if one.path == MAIL_PATH]
    assert used == ["Bearer een", "Bearer een", "Bearer twee"]
    assert paths(server).count(TOKEN_PATH) == 2


def test_a_token_that_was_withdrawn_is_replaced_once() -> None:
    with serving(Cloud([token("een"), token("twee")], [answer(401), ACCEPTED])) as server:
        assert send(channel(server)).startswith("202")
    assert paths(server) == [TOKEN_PATH, MAIL_PATH, TOKEN_PATH, MAIL_PATH]
    assert server.requests[-1].headers["Authorization"] == "Bearer twee"


def test_a_token_that_is_never_taken_closes_the_way_out() -> None:
    with serving(Cloud([token()], [answer(401)])) as server, pytest.raises(ChannelDownError):
        send(channel(server))
    assert paths(server) == [TOKEN_PATH, MAIL_PATH, TOKEN_PATH, MAIL_PATH]


@pytest.mark.parametrize(
    "reply",
    [
        answer(400, b'{"error": "invalid_client"}'),
        answer(401, b'{"error": "invalid_client"}'),
        answer(200, b"geen json"),
        answer(200, b'{"access_token": "a"}'),
        token(text="a b\r\nX: 1"),
        token(text=""),
        token(seconds="lang"),
        answer(302, Location="https://elders.example.nl/"),
        answer(429, Retry_After="60"),
        answer(500),
        answer(502),
        b"",
    ],
)
def test_when_logging_in_fails_no_mail_is_blamed_or_in_doubt(reply: bytes) -> None:
    """On connecting, so that the outbox waits as a whole."""
    with serving(Cloud([reply], [ACCEPTED])) as server:
        with pytest.raises(ChannelDownError) as caught, channel(server).connect():
            pass
        assert not isinstance(caught.value, OutcomeUnknownError)
        assert "geheim" not in str(caught.value)
    assert MAIL_PATH not in paths(server)


@pytest.mark.parametrize("seconds", [0, -(10**30), 10**30, True])
def test_a_token_with_an_odd_life_is_no_defect(seconds: int) -> None:
    with serving(Cloud([token(seconds=seconds)], [ACCEPTED])) as server:
        assert send(channel(server)).startswith("202")


def error(status: int, code: object) -> bytes:
    return answer(status, json.dumps({"error": {"code": code, "message": "a@example.nl"}}).encode())


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (error(400, "ErrorInvalidRecipients"), "400 ErrorInvalidRecipients"),
        (error(400, "a@example.nl"), "400 geen uitleg"),
        (error(400, 3), "400 geen uitleg"),
        (answer(413), "413 geen uitleg"),
    ],
)
def test_a_mail_that_is_refused_for_good(reply: bytes, told: str) -> None:
    with serving(Cloud([token()], [reply])) as server, pytest.raises(ChannelError) as caught:
        send(channel(server))
    assert not isinstance(caught.value, ChannelDownError)
    assert caught.value.permanent
    assert told in str(caught.value)
    assert "a@example.nl" not in str(caught.value)


def test_a_breakdown_over_one_mail_stops_no_other() -> None:
    with serving(Cloud([token()], [answer(500)])) as server, pytest.raises(ChannelError) as caught:
        send(channel(server))
    assert not isinstance(caught.value, ChannelDownError)
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        (answer(429, Retry_After="90"), timedelta(seconds=90)),
        (answer(503), timedelta(minutes=1)),
        (error(403, "ErrorAccessDenied"), timedelta(minutes=5)),
        (error(404, "ErrorInvalidUser"), timedelta(minutes=5)),
        (answer(200, b"<html>"), timedelta(minutes=5)),
    ],
)
def test_when_it_takes_nothing_all_mail_waits(reply: bytes, wait: timedelta) -> None:
    with serving(Cloud([token()], [reply])) as server, pytest.raises(ChannelDownError) as caught:
        send(channel(server))
    assert not isinstance(caught.value, OutcomeUnknownError)
    assert caught.value.wait == wait


@pytest.mark.parametrize("reply", [b"", b"HTTP/1.1 2", answer(502), answer(504)])
def test_no_answer_to_a_mail_leaves_it_unknown(reply: bytes) -> None:
    with serving(Cloud([token()], [reply])) as server, pytest.raises(OutcomeUnknownError):
        send(channel(server))


@pytest.mark.parametrize(
    "header",
    ["To: b@example.nl", "To: a@example.nl, b@example.nl", "Cc: a@example.nl", "X: a@example.nl"],
)
def test_a_mail_goes_to_its_recipient_and_to_nobody_else(header: str) -> None:
    """There is no envelope: whom the headers name, gets it."""
    more = b"Bcc: c@example.nl\r\n" if header.startswith("Cc") else b""
    wrong = replace(MAIL, own=more + f"{header}\r\n\r\nTekst\r\n".encode())
    with serving(Cloud([token()], [ACCEPTED])) as server, channel(server).connect() as connection:
        with pytest.raises(ChannelError) as caught:
            connection.offer(wrong)
        with pytest.raises(RuntimeError):
            connection.deliver()
    assert caught.value.permanent
    assert MAIL_PATH not in paths(server)


def test_what_a_person_must_mend_is_told_in_the_log_once(caplog: pytest.LogCaptureFixture) -> None:
    with serving(Cloud([token()], [error(403, "ErrorAccessDenied")])) as server:
        out = channel(server)
        for _ in range(3):
            with pytest.raises(ChannelDownError):
                send(out)
    assert [one.levelno for one in caplog.records] == [logging.ERROR]
    assert "ErrorAccessDenied" in caplog.text
    assert "token-1" not in caplog.text


def test_the_secret_is_not_in_a_printed_app() -> None:
    assert "geheim" not in repr(APP)
