"""The signal to a team: what stands on the card, and that nothing can go wrong by it."""

import hashlib
import hmac
import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from campagne.channels.webhook import Button, Card, Webhook, WebhookKind
from campagne.errors import SettingsError
from tests.http_server import Server, answer, serving

KEY = "k" * 32
CARD = Card(
    "Herinneringen verstuurd",
    ("Orange the World: Poster bestellen",),
    (Button("Bekijk het jaar", "https://campagne.example.nl/jaar/2026"),),
)


def webhook(server: Server, kind: WebhookKind = WebhookKind.TEAMS, seconds: float = 15) -> Webhook:
    return Webhook(
        f"{server.url}/geheim?sig=geheim",
        kind,
        key=KEY,
        now=lambda: datetime(2026, 9, 7, 6, tzinfo=UTC),
        seconds=seconds,
        allow_loopback=True,
    )


def card_of(server: Server) -> dict[str, Any]:
    message = json.loads(server.requests[0].body)
    assert message["type"] == "message"
    [attachment] = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    content: dict[str, Any] = attachment["content"]
    assert content["type"] == "AdaptiveCard"
    return content


def announce(card: Card) -> dict[str, Any]:
    with serving(lambda _: [answer(202)]) as server:
        assert webhook(server).announce(card)
    return card_of(server)


def texts(content: dict[str, Any]) -> list[str]:
    assert {one["type"] for one in content["body"]} == {"RichTextBlock"}
    runs = [run for one in content["body"] for run in one["inlines"]]
    assert {run["type"] for run in runs} == {"TextRun"}
    return [run["text"] for run in runs]


def test_a_card_for_teams() -> None:
    content = announce(CARD)
    assert texts(content) == ["Herinneringen verstuurd", "Orange the World: Poster bestellen"]
    assert content["actions"] == [
        {
            "type": "Action.OpenUrl",
            "title": "Bekijk het jaar",
            "url": "https://campagne.example.nl/jaar/2026",
        }
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[klik](https://kwaad.example.org)",
        "<at>Iedereen</at>",
        "**vet** _schuin_",
        "# kop",
        "{{DATE(2026-09-07T00:00:00Z)}}",
        '"},{"type":"Image"',
    ],
)
def test_what_people_wrote_stays_text(text: str) -> None:
    """In a part that reads no Markdown, and no more parts than there are lines."""
    assert texts(announce(Card(text, (text,)))) == [text, text]


def test_a_text_is_one_line_and_not_endless() -> None:
    shown = texts(announce(Card("a\nb\x00c\u202ed", ("x" * 5000,) * 500)))
    assert shown[0] == "a b c d"
    assert len(shown) < 30
    assert shown[-1] == "en nog 480 meer"
    assert max(map(len, shown)) < 400


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@example.nl",
        "//example.nl",
        "https://",
        "https://[",
        "https://a b",
        "",
    ],
)
def test_a_button_leads_to_the_web_and_nowhere_else(url: str) -> None:
    assert announce(Card("a", (), (Button("b", url),)))["actions"] == []


def test_json_is_signed_over_instant_and_body() -> None:
    with serving(lambda _: [answer(204)]) as server:
        assert webhook(server, WebhookKind.JSON).announce(CARD)
    [request] = server.requests
    at = request.headers["X-Campagne-Timestamp"]
    expected = hmac.new(KEY.encode(), f"{at}.".encode() + request.body, hashlib.sha256).hexdigest()
    assert at == str(int(datetime(2026, 9, 7, 6, tzinfo=UTC).timestamp()))
    assert request.headers["X-Campagne-Signature"] == f"sha256={expected}"
    assert json.loads(request.body) == {
        "title": "Herinneringen verstuurd",
        "lines": ["Orange the World: Poster bestellen"],
        "links": [{"title": "Bekijk het jaar", "url": "https://campagne.example.nl/jaar/2026"}],
    }


@pytest.mark.parametrize(
    ("reply", "taken"),
    [
        (answer(202), True),
        (answer(200), True),
        (answer(200, b"1"), True),
        (answer(200, b"Webhook message delivery failed with error"), False),
        (answer(400), False),
        (answer(307, Location="http://127.0.0.1/"), False),
        (answer(429, Retry_After="9"), False),
        (answer(500), False),
        (b"", False),
        (b"onzin", False),
    ],
)
def test_what_counts_as_taken(reply: bytes, taken: bool) -> None:  # noqa: FBT001 - a column of the table
    with serving(lambda _: [reply]) as server:
        assert webhook(server).announce(CARD) is taken
    assert server.connections == 1


def test_a_fault_is_told_in_the_log_once_and_without_the_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    replies = iter([answer(500), answer(500), answer(202), answer(404)])
    with serving(lambda _: [next(replies)]) as server:
        hook = webhook(server)
        assert [hook.announce(CARD) for _ in range(4)] == [False, False, True, False]
    assert [one.levelno for one in caplog.records] == [logging.ERROR] * 2
    assert "geheim" not in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_one_that_hangs_is_given_up() -> None:
    with serving(lambda _: server.hang()) as server:
        assert not webhook(server, seconds=0.3).announce(CARD)


@pytest.mark.parametrize("url", ["http://example.nl/", "example.nl", "javascript:alert(1)"])
def test_an_address_that_is_not_safe_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="CAMPAGNE_WEBHOOK_URL"):
        Webhook(url, WebhookKind.TEAMS)


def test_json_needs_a_key() -> None:
    with pytest.raises(SettingsError, match="CAMPAGNE_WEBHOOK_KEY"):
        Webhook("https://example.nl/", WebhookKind.JSON)


def test_an_inner_address_is_not_reached() -> None:
    with serving(lambda _: [answer(200)]) as server:
        inner = Webhook(f"https://127.0.0.1:{server.port}/", WebhookKind.TEAMS)
        assert not inner.announce(CARD)
    assert server.connections == 0
