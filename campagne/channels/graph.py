"""Hands mails to Microsoft 365, as Graph's `sendMail`: the frozen bytes, from one mailbox.

The app logs in by itself (client credentials). `docs/channels.md` tells how to let it send from
that one mailbox and no other.
"""

import base64
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import quote

from campagne import remote
from campagne.channels.web_service import (
    WebConnection,
    WebService,
    fields,
    logging_in,
    queue_id,
)
from campagne.clock import Clock
from campagne.domain.delivery import Message
from campagne.errors import ChannelDownError, ChannelError
from campagne.remote import Reply

_LOGIN = "https://login.microsoftonline.com"
_API = "https://graph.microsoft.com"
_OK = 200
_ACCEPTED = 202
_UNAUTHORIZED = 401
_ABOUT_THE_MAIL = frozenset({400, 413})
# A token that ends while a mail is on its way is of no use.
_MARGIN = timedelta(minutes=5)
_LONGEST = 86_400  # seconds
_CODE = re.compile(r"[A-Za-z]{1,60}")


@dataclass(frozen=True, slots=True)
class GraphApp:
    """The registration of this service in Microsoft Entra.

    Attributes:
        tenant: directory of the organisation, UUID or domain.
        client: UUID of the app.
    """

    tenant: str
    client: str
    secret: str = field(repr=False)


class GraphChannel:
    """Sends by way of Microsoft 365.

    Args:
        app: who logs in.
        mailbox: bare address that the mail is sent from.
        now: tells the real instant; None for the clock of this machine.
        login_url: where tokens come from; another one for tests.
        api_url: where mails go; another one for tests.
        seconds: for each request.
        allow_loopback: for tests; see `remote.post`.
        context: for tests; see `remote.post`.
    """

    def __init__(
        self,
        app: GraphApp,
        mailbox: str,
        *,
        now: Callable[[], datetime] | None = None,
        login_url: str = _LOGIN,
        api_url: str = _API,
        seconds: float = remote.SECONDS,
        allow_loopback: bool = False,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._app = app
        self._now = now or Clock().now
        self._login_url = f"{login_url}/{quote(app.tenant, safe='')}/oauth2/v2.0/token"
        self._mail_url = f"{api_url}/v1.0/users/{quote(mailbox, safe='@')}/sendMail"
        self._scope = f"{_API}/.default"
        self._service = WebService(
            "Microsoft 365",
            "de instellingen CAMPAGNE_GRAPH_* en CAMPAGNE_MAIL_FROM",
            seconds=seconds,
            allow_loopback=allow_loopback,
            context=context,
        )
        self._lock = threading.Lock()
        self._token = ""
        self._ends_at = datetime.min.replace(tzinfo=UTC)

    @contextmanager
    def connect(self) -> Iterator[WebConnection[bytes]]:
        """Log in, unless that was done lately.

        Raises:
            ChannelDownError: when that cannot be done now. What only a person can mend is logged
                as an error once, until it works.
        """
        self._valid_token()
        yield WebConnection(self._prepare, self._send)

    def _prepare(self, message: Message) -> bytes:
        mail = message_from_bytes(message.own, _class=EmailMessage, policy=default)
        # There is no envelope: it goes to whom the mail itself names.
        named = [
            address.addr_spec
            for name in ("To", "Cc", "Bcc")
            for header in mail.get_all(name, [])
            for address in header.addresses
        ]
        if named != [message.recipient]:
            raise ChannelError(
                "Dit bericht noemt andere ontvangers dan het adres waar het heen moet.",
                permanent=True,
            )
        self._valid_token()  # while a fault is still safe to repeat
        return base64.b64encode(message.raw)

    def _send(self, body: bytes) -> str:
        token = self._valid_token()
        reply = self._post(body, token)
        if reply.status == _UNAUTHORIZED:  # withdrawn before its time; nothing was taken
            with self._lock:
                if self._token == token:
                    self._token = ""
            reply = self._post(body, self._valid_token())
        if reply.status == _ACCEPTED:
            self._service.works()
            return f"{reply.status} {queue_id(reply.headers.get('request-id'))}".strip()
        raise self._fault(reply)

    def _post(self, body: bytes, token: str) -> Reply:
        return self._service.post(
            self._mail_url,
            data=body,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "text/plain"},
        )

    def _fault(self, reply: Reply) -> ChannelError:
        error = fields(reply).get("error")
        found = error.get("code") if isinstance(error, dict) else None
        # Of the answer only a word of theirs: the rest may quote the mail.
        told = str(found) if isinstance(found, str) and _CODE.fullmatch(found) else "geen uitleg"
        code = reply.status
        if code in _ABOUT_THE_MAIL:
            text = f"Microsoft 365 weigert dit bericht ({code} {told})."
            return ChannelError(text, permanent=True, code=code)
        return self._service.refused(f"het antwoord is {code} ({told}).", code)

    def _valid_token(self) -> str:
        """Return a token that is still good for a while; one thread at a time fetches one."""
        with self._lock:
            if not self._token or self._now() >= self._ends_at:
                self._token, self._ends_at = self._fetch_token()
            return self._token

    def _fetch_token(self) -> tuple[str, datetime]:
        app = self._app
        asked_at = self._now()
        with logging_in():
            reply = self._service.post(
                self._login_url,
                data={
                    "grant_type": "client_credentials",
                    "client_id": app.client,
                    "client_secret": app.secret,
                    "scope": self._scope,
                },
            )
        if reply.status != _OK:
            raise self._service.refused(f"aanmelden lukt niet ({reply.status}).", reply.status)
        answer = fields(reply)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        usable = isinstance(token, str) and re.fullmatch(r"[\x21-\x7e]+", token)
        if not usable or not isinstance(seconds, int):
            raise ChannelDownError("Microsoft 365 gaf een onleesbaar antwoord op de aanmelding.")
        lasts = timedelta(seconds=max(0, min(seconds, _LONGEST)))
        return str(token), asked_at + lasts - _MARGIN
