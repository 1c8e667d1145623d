"""Tells a team, beside the mails: a card in a channel of Teams, or signed JSON for a program.

It is a signal and no channel for mail: nothing depends on it, and nothing is tried again.
"""

import hashlib
import hmac
import json
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from campagne import remote
from campagne.clock import Clock
from campagne.errors import RemoteError, SettingsError
from campagne.remote import Reply

log = logging.getLogger("campagne.webhook")

_SECONDS = 10.0
_OK = 200
_DONE = range(200, 300)
# What the older connectors of Teams answer when all is well; another text with 200 is a fault.
_TAKEN = frozenset({b"", b"1"})
_LINE_LIMIT = 300
_LINES = 20
_BUTTONS = 4


class WebhookKind(StrEnum):
    """Who listens: a workflow of Teams, or a program that reads signed JSON."""

    TEAMS = "teams"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Button:
    """A link on a card; one that is not http or https is left out."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a team is told: plain text, without names and addresses of people.

    Attributes:
        title: one line.
        lines: shown below each other.
        buttons: links below the text.
    """

    title: str
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()


class Webhook:
    """Posts cards to one address.

    Args:
        url: where to; it holds a secret, so it is never shown.
        kind: who listens there.
        key: signs the JSON; only for `WebhookKind.JSON`, and needed there.
        now: tells the real instant; None for the clock of this machine.
        seconds: for a whole request.
        allow_loopback: for tests; see `remote.post`.
        context: for tests; see `remote.post`.

    Raises:
        SettingsError: when the address is none, or the key is missing.
    """

    def __init__(
        self,
        url: str,
        kind: WebhookKind,
        *,
        key: str = "",
        now: Callable[[], datetime] | None = None,
        seconds: float = _SECONDS,
        allow_loopback: bool = False,
        context: ssl.SSLContext | None = None,
    ) -> None:
        if not allow_loopback and not url.startswith("https://"):
            raise SettingsError("CAMPAGNE_WEBHOOK_URL klopt niet: het begint niet met https://.")
        if kind is WebhookKind.JSON and not key:
            raise SettingsError(
                "CAMPAGNE_WEBHOOK_KEY ontbreekt. Kies een lange sleutel en geef die ook aan het"
                " programma dat de berichten leest."
            )
        self._url = url
        self._kind = kind
        self._key = key.encode()
        self._now = now or Clock().now
        self._seconds = seconds
        self._allow_loopback = allow_loopback
        self._context = context
        self._alarmed = False

    def announce(self, card: Card) -> bool:
        """Post a card and say whether it was taken; a fault is told in the log once.

        Takes as long as `seconds` at most and raises nothing.
        """
        body, headers = self._teams(card) if self._kind is WebhookKind.TEAMS else self._json(card)
        try:
            reply = remote.post(
                self._url,
                data=body,
                headers={"Content-Type": "application/json", **headers},
                seconds=self._seconds,
                allow_loopback=self._allow_loopback,
                context=self._context,
            )
        except RemoteError as error:
            return self._failed(str(error))
        if not self._is_taken(reply):
            return self._failed(f"Het antwoord is {reply.status}.")
        self._alarmed = False
        return True

    def _is_taken(self, reply: Reply) -> bool:
        told = self._kind is WebhookKind.TEAMS and reply.status == _OK
        return reply.status in _DONE and (not told or reply.body.strip() in _TAKEN)

    def _failed(self, why: str) -> bool:
        if not self._alarmed:
            log.error("the webhook was not told: %s Look at CAMPAGNE_WEBHOOK_URL.", why)
            self._alarmed = True
        return False

    def _teams(self, card: Card) -> tuple[bytes, Mapping[str, str]]:
        """Return the card as a workflow of Teams takes it (Adaptive Cards 1.4).

        A TextBlock would read Markdown, so that a name could become a link; a TextRun reads none.
        """
        blocks = [_block(card.title, weight="Bolder")]
        blocks += [_block(one) for one in card.lines[:_LINES]]
        if (more := len(card.lines) - _LINES) > 0:
            blocks.append(_block(f"en nog {more} meer"))
        content = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": blocks,
            "actions": [
                {"type": "Action.OpenUrl", "title": _short(one.title), "url": one.url}
                for one in _web_links(card)
            ],
        }
        kind = "application/vnd.microsoft.card.adaptive"
        attachment = {"contentType": kind, "contentUrl": None, "content": content}
        return _written({"type": "message", "attachments": [attachment]}), {}

    def _json(self, card: Card) -> tuple[bytes, Mapping[str, str]]:
        """Return the card as JSON, signed over the instant and the bytes of the body.

        The instant is in what is signed, so that an old message cannot be played back.
        """
        links = [asdict(one) for one in _web_links(card)]
        body = _written({"title": card.title, "lines": card.lines, "links": links})
        at = str(int(self._now().timestamp()))
        mark = hmac.new(self._key, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return body, {"X-Campagne-Timestamp": at, "X-Campagne-Signature": f"sha256={mark}"}


def _block(text: str, **look: str) -> dict[str, Any]:
    run = {"type": "TextRun", "text": _short(text), **look}
    return {"type": "RichTextBlock", "inlines": [run]}


def _short(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LINE_LIMIT else f"{line[:_LINE_LIMIT]}…"


def _web_links(card: Card) -> list[Button]:
    return [one for one in card.buttons if _is_web(one.url)][:_BUTTONS]


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    safe = url.isascii() and url.isprintable() and not set(url) & set(" \"'<>\\")
    return safe and parts.scheme in {"http", "https"} and bool(parts.hostname)


def _written(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
