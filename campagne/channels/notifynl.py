"""Hands mails to NotifyNL, the mail service for Dutch governments (a fork of GOV.UK Notify).

It sends no mail of ours but a template of its own, filled in with our subject and plain text; see
`docs/channels.md` for that template. Its client library is not used: that one goes out by HTTP in
its own way, and what it does beside that is the token below.
"""

import base64
import hashlib
import hmac
import json
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from campagne import remote
from campagne.channels.web_service import WebConnection, WebService, fields, queue_id
from campagne.clock import Clock
from campagne.domain.delivery import Message
from campagne.errors import ChannelError, SettingsError
from campagne.remote import Reply

_UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_KEY = re.compile(rf".+-({_UUID})-({_UUID})")
_CREATED = 201
_REFUSED = 400
_TOO_BIG = 413
_WIDTH = 78  # where the plain text of our mails is wrapped
_LIST_MARK = re.compile(r"\s*(?:[-*>]|\d+\.)\s")


@dataclass(frozen=True, slots=True)
class NotifyKey:
    """An API key, as NotifyNL shows it once: ``name-<uuid of the service>-<uuid>``."""

    service: str
    secret: str = field(repr=False)

    @classmethod
    def read(cls, text: str) -> "NotifyKey":
        """Take the key apart.

        Raises:
            SettingsError: when it is not like that; the sentence never shows it.
        """
        found = _KEY.fullmatch(text.strip())
        if found is None:
            raise SettingsError(
                "CAMPAGNE_NOTIFYNL_KEY klopt niet. Neem de hele sleutel over zoals NotifyNL die"
                " toont: een naam, een streepje en twee lange codes."
            )
        return cls(found[1], found[2])

    def token(self, now: datetime) -> str:
        """Return a token that is good for 30 seconds (JWT with HS256, RFC 7519).

        Args:
            now: instant, aware.
        """
        claims = {"iss": self.service, "iat": int(now.timestamp())}
        signed = b".".join(_encoded(json.dumps(one).encode()) for one in (_HEADER, claims))
        mark = hmac.digest(self.secret.encode(), signed, "sha256")
        return (signed + b"." + _encoded(mark)).decode()


_HEADER = {"typ": "JWT", "alg": "HS256"}


def _encoded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


class NotifyChannel:
    """Sends by way of NotifyNL.

    Args:
        url: where its API is, without a path.
        key: see `NotifyKey`.
        template: UUID of the template.
        now: tells the real instant; None for the clock of this machine.
        seconds: for each request.
        allow_loopback: for tests; see `remote.post`.
        context: for tests; see `remote.post`.

    Raises:
        SettingsError: when the key is none.
    """

    def __init__(
        self,
        url: str,
        key: str,
        template: str,
        *,
        now: Callable[[], datetime] | None = None,
        seconds: float = remote.SECONDS,
        allow_loopback: bool = False,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._url = f"{url.rstrip('/')}/v2/notifications/email"
        self._key = NotifyKey.read(key)
        self._template = template
        self._now = now or Clock().now
        self._service = WebService(
            "NotifyNL",
            "CAMPAGNE_NOTIFYNL_KEY en CAMPAGNE_NOTIFYNL_URL",
            seconds=seconds,
            allow_loopback=allow_loopback,
            context=context,
        )

    @contextmanager
    def connect(self) -> Iterator[WebConnection[dict[str, Any]]]:
        """Begin; nothing is connected before there is a mail."""
        yield WebConnection(self._prepare, self._send)

    def _prepare(self, message: Message) -> dict[str, Any]:
        # Its template takes no files: what stands before them is all that it reads.
        mail = message_from_bytes(message.own, _class=EmailMessage, policy=default)
        body = mail.get_body(("plain",))
        request = {
            "email_address": message.recipient,
            "template_id": self._template,
            # Not the key itself: it names the contact. NotifyNL keeps it, but lets doubles through.
            "reference": hashlib.sha256(message.key.encode()).hexdigest(),
            "personalisation": {
                "onderwerp": message.subject,
                "tekst": unwrapped("" if body is None else str(body.get_content())),
            },
        }
        if (link := _unsubscribe_link(mail)) is not None:
            request["one_click_unsubscribe_url"] = link
        return request

    def _send(self, request: dict[str, Any]) -> str:
        token = self._key.token(self._now())
        reply = self._service.post(
            self._url, json=request, headers={"Authorization": f"Bearer {token}"}
        )
        if reply.status == _CREATED:
            self._service.works()
            return f"{reply.status} {queue_id(fields(reply).get('id'))}".strip()
        raise self._fault(reply)

    def _fault(self, reply: Reply) -> ChannelError:
        code = reply.status
        if code == _TOO_BIG:
            text = f"NotifyNL vindt dit bericht te groot ({code})."
            return ChannelError(text, permanent=True, code=code)
        if code != _REFUSED:
            return self._service.refused(f"het antwoord is {code}.", code)
        if _names_the_request(reply):
            text = f"NotifyNL weigert het adres of de inhoud van dit bericht ({code})."
            return ChannelError(text, permanent=True, code=code)
        # Not the mail is refused but what is set at NotifyNL: the template, or the trial mode. It
        # may concern this recipient only, so others go on; once mended, this one can go too.
        text = (
            f"NotifyNL stuurt dit bericht niet door ({code}). Controleer bij NotifyNL of het"
            " sjabloon de velden onderwerp en tekst heeft, of de dienst uit de proefstand is, en"
            " of de sleutel er een is voor echte mail."
        )
        self._service.alarm(text)
        return ChannelError(text, permanent=False, code=code)


def _names_the_request(reply: Reply) -> bool:
    """Say whether a refusal is about the fields of one mail, by the kind of error."""
    errors = fields(reply).get("errors")
    return isinstance(errors, list) and any(
        isinstance(one, dict) and one.get("error") == "ValidationError" for one in errors
    )


def _unsubscribe_link(mail: EmailMessage) -> str | None:
    """Return where one click signs off (RFC 8058), if the mail says so."""
    if "List-Unsubscribe-Post" not in mail:
        return None
    found = re.search(r"<(https://[^<>\s]+)>", str(mail["List-Unsubscribe"]))
    return found and found[1]


def unwrapped(text: str) -> str:
    """Return a plain text without the line ends that only kept its lines short.

    NotifyNL shows each line end, so that on a phone every line would break twice. A line end was
    made by wrapping when the next word had no room before it.
    """
    lines: list[str] = []
    before = ""
    for line in text.replace("\r\n", "\n").split("\n"):
        word = line.split(maxsplit=1)[0] if line.strip() else ""
        wrapped = before and word and len(before) + 1 + len(word) > _WIDTH
        if wrapped and not _LIST_MARK.match(line):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
        before = line
    return "\n".join(lines)
