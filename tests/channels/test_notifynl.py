"""NotifyNL as a way out: what it is given, and what its answers mean for a mail."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from campagne.channels.notifynl import NotifyChannel, NotifyKey, unwrapped
from campagne.domain.delivery import Message, MessageKind
from campagne.errors import ChannelDownError, ChannelError, OutcomeUnknownError, SettingsError
from tests.http_server import Request, Server, answer, serving

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
NUMBER = "740e5834-3a29-46b4-9a6f-16142fde533a"
KEY = f"mijn-sleutel-{SERVICE}-{SECRET}"
NOW = datetime(2026, 9, 7, 6, tzinfo=UTC)


def mail(**headers: str) -> Message:
    made = EmailMessage(policy=SMTP)
    made["Subject"] = "Coördinatie"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("Hallo Zoë,\n\nTekst.\n")
    made.add_alternative("<p>Hallo</p>", subtype="html")
    return Message(
        key="herinnering:beleid-katwijk:1",
        kind=MessageKind.REMINDER,
        sender="campagne@example.nl",
        recipient="beleid.katwijk@example.nl",
        subject="Coördinatie",
        message_id="<a@example.nl>",
        own=made.as_bytes(),
    )


def channel(server: Server, seconds: float = 15) -> NotifyChannel:
    return NotifyChannel(
        f"{server.url}/", KEY, TEMPLATE, now=lambda: NOW, seconds=seconds, allow_loopback=True
    )


def send(out: NotifyChannel, message: Message) -> str:
    with out.connect() as connection:
        connection.offer(message)
        return connection.deliver()


def taken(_: Request) -> Iterable[bytes]:
    return [answer(201, json.dumps({"id": NUMBER}).encode())]


def refusal(status: int, kind: str, text: str = "", **headers: str) -> bytes:
    body = {"status_code": status, "errors": [{"error": kind, "message": text}]}
    return answer(status, json.dumps(body).encode(), **headers)


def test_a_mail_becomes_a_request() -> None:
    with serving(taken) as server:
        assert send(channel(server), mail()) == f"201 {NUMBER}"

    [request] = server.requests
    body = json.loads(request.body)
    assert request.path == "/v2/notifications/email"
    assert request.headers["Content-Type"] == "application/json"
    assert body == {
        "email_address": "beleid.katwijk@example.nl",
        "template_id": TEMPLATE,
        "reference": hashlib.sha256(b"herinnering:beleid-katwijk:1").hexdigest(),
        "personalisation": {"onderwerp": "Coördinatie", "tekst": "Hallo Zoë,\n\nTekst.\n"},
    }


def test_the_token_is_signed_with_the_secret_and_says_who_and_when() -> None:
    def decoded(part: str) -> bytes:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

    with serving(taken) as server:
        send(channel(server), mail())

    kind, _, token = server.requests[0].headers["Authorization"].partition(" ")
    head, claims, mark = token.split(".")
    assert kind == "Bearer"
    assert json.loads(decoded(head)) == {"typ": "JWT", "alg": "HS256"}
    assert json.loads(decoded(claims)) == {"iss": SERVICE, "iat": int(NOW.timestamp())}
    expected = hmac.new(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    assert decoded(mark) == expected


@pytest.mark.parametrize(
    ("headers", "link"),
    [
        ({}, None),
        ({"List_Unsubscribe": "<https://a.example.nl/af/x>"}, None),
        (
            {
                "List_Unsubscribe": "<mailto:af@example.nl>, <https://a.example.nl/af/x>",
                "List_Unsubscribe_Post": "List-Unsubscribe=One-Click",
            },
            "https://a.example.nl/af/x",
        ),
        (
            {
                "List_Unsubscribe": "<http://a.example.nl/af/x>",
                "List_Unsubscribe_Post": "List-Unsubscribe=One-Click",
            },
            None,
        ),
    ],
)
def test_the_link_to_sign_off_goes_along(headers: dict[str, str], link: str | None) -> None:
    with serving(taken) as server:
        send(channel(server), mail(**headers))
    assert json.loads(server.requests[0].body).get("one_click_unsubscribe_url") == link


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        (refusal(400, "ValidationError", "email_address Not a valid email address"), True),
        (answer(413), True),
        (refusal(400, "BadRequestError", "Can't send when service is in trial mode"), False),
        (refusal(400, "BadRequestError", "Template not found"), False),
        (answer(400, b"<html>"), False),
        (answer(400, b'{"errors": 3}'), False),
        (answer(400, b'{"errors": [3]}'), False),
        (answer(400, b"[" * 50_000), False),
        (refusal(500, "Exception", "Internal server error"), False),
    ],
)
def test_a_refusal_of_one_mail_stops_no_other(reply: bytes, permanent: bool) -> None:  # noqa: FBT001 - a column of the table
    with serving(lambda _: [reply]) as server, pytest.raises(ChannelError) as caught:
        send(channel(server), mail())
    assert not isinstance(caught.value, ChannelDownError)
    assert caught.value.permanent is permanent
    assert str(caught.value.code) in str(caught.value)
    assert "beleid.katwijk" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        (refusal(429, "RateLimitError"), timedelta(minutes=1)),
        (refusal(429, "RateLimitError", Retry_After="90"), timedelta(seconds=90)),
        (answer(503, Retry_After="7"), timedelta(seconds=7)),
        (refusal(403, "AuthError", "Invalid token: API key not found"), timedelta(minutes=5)),
        (refusal(401, "AuthError"), timedelta(minutes=5)),
        (answer(404), timedelta(minutes=5)),
        (answer(302, Location="https://elders.example.nl/"), timedelta(minutes=5)),
        (answer(200, b"Welkom bij de proxy"), timedelta(minutes=5)),
    ],
)
def test_when_it_takes_nothing_all_mail_waits(reply: bytes, wait: timedelta) -> None:
    with serving(lambda _: [reply]) as server, pytest.raises(ChannelDownError) as caught:
        send(channel(server), mail())
    assert not isinstance(caught.value, OutcomeUnknownError)
    assert caught.value.wait == wait


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateway_that_lost_the_answer_leaves_it_unknown(status: int) -> None:
    with serving(lambda _: [answer(status)]) as server, pytest.raises(OutcomeUnknownError):
        send(channel(server), mail())


def test_no_answer_after_the_request_leaves_it_unknown() -> None:
    with serving(lambda _: []) as server, pytest.raises(OutcomeUnknownError):
        send(channel(server), mail())


def test_an_answer_that_does_not_come_leaves_it_unknown() -> None:
    with serving(lambda _: server.hang()) as server, pytest.raises(OutcomeUnknownError):
        send(channel(server, seconds=0.3), mail())


def test_where_nobody_listens_nothing_was_taken() -> None:
    with serving(taken) as server:
        pass
    with pytest.raises(ChannelDownError) as caught:
        send(channel(server), mail())
    assert not isinstance(caught.value, OutcomeUnknownError)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"id": 3}', b'{"id": "<b>"}', b'{"id": "\xff'])
def test_what_was_taken_was_taken_whatever_the_answer_says(body: bytes) -> None:
    with serving(lambda _: [answer(201, body)]) as server:
        assert send(channel(server), mail()) == "201"


def test_a_refused_key_is_told_in_the_log_once_and_without_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    replies = iter([answer(403), answer(403), answer(201), answer(403)])
    with serving(lambda _: [next(replies)]) as server:
        out = channel(server)
        told = []
        for _ in range(4):
            with caplog.at_level(logging.ERROR):
                try:
                    send(out, mail())
                except ChannelDownError as error:
                    told.append(str(error))
    assert len(caplog.records) == 2
    assert all("CAMPAGNE_NOTIFYNL_KEY" in one for one in [*told, *caplog.messages])
    assert SECRET not in caplog.text


def test_each_mail_is_offered_before_it_is_delivered() -> None:
    with (
        serving(taken) as server,
        channel(server).connect() as connection,
        pytest.raises(RuntimeError),
    ):
        connection.deliver()
    assert server.connections == 0


def test_a_mail_without_plain_text_goes_without() -> None:
    with serving(taken) as server:
        raw = b"Content-Type: text/html\r\n\r\n<p>Hallo</p>\r\n"
        send(channel(server), replace(mail(), own=raw))
    assert json.loads(server.requests[0].body)["personalisation"]["tekst"] == ""


@pytest.mark.parametrize("key", ["", "sleutel", f"naam-{SECRET}", f"{SERVICE}-{SECRET}", f"{KEY}x"])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(SettingsError, match="CAMPAGNE_NOTIFYNL_KEY") as caught:
        NotifyKey.read(key)
    assert SECRET not in str(caught.value)


def test_the_secret_is_not_in_a_printed_key() -> None:
    assert SECRET not in repr(NotifyKey.read(KEY))


LONG = "woord " * 12 + "einde"  # 77 characters


@pytest.mark.parametrize(
    ("text", "flowing"),
    [
        ("", ""),
        ("Hallo\n\nTekst\n", "Hallo\n\nTekst\n"),
        ("kort\nregel", "kort\nregel"),
        (f"{LONG}\nverder", f"{LONG} verder"),
        (f"{LONG}\r\nverder\r\n", f"{LONG} verder\n"),
        (f"{LONG}\n\nverder", f"{LONG}\n\nverder"),
        (f"- {LONG}\n  verder", f"- {LONG} verder"),
        (f"{LONG}\n- punt", f"{LONG}\n- punt"),
        (f"{LONG}\n12. punt", f"{LONG}\n12. punt"),
        (f"{LONG}\n{LONG}\nslot", f"{LONG} {LONG} slot"),
    ],
)
def test_lines_flow_again(text: str, flowing: str) -> None:
    assert unwrapped(text) == flowing
