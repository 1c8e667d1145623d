"""Hands mails to a mail server: verified TLS, a time limit on every answer, one connection.

`smtplib` does the protocol's small change. Its `sendmail` is not used, because the sender has to
know the moment between RCPT and DATA: until there every fault is safe to repeat.
"""

import ipaddress
import logging
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from campagne.domain.contacts import is_address
from campagne.domain.delivery import Message, is_permanent
from campagne.errors import (
    ChannelDownError,
    ChannelError,
    OutcomeUnknownError,
    SettingsError,
    reason,
)

log = logging.getLogger("campagne.delivery")

_SECONDS = 30.0
# RFC 5321, 4.5.3.2.6: a sender that hangs up earlier makes doubles.
BODY_REPLY_SECONDS = 600.0
_QUIT_SECONDS = 3.0
# A wrong password is not tried more often: servers lock accounts.
_WAIT_AFTER_ALARM = timedelta(minutes=5)
_REPLY_LIMIT = 500

_OK = range(200, 300)
_REFUSED = range(400, 600)
_GO_AHEAD = 354
_CLOSING = 421
_TOO_BIG = 552


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where the mail goes, as read from CAMPAGNE_SMTP_URL."""

    host: str
    port: int
    tls_from_start: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def read(cls, url: str) -> "MailServer":
        """Read ``smtp://user:password@host:587`` (STARTTLS) or ``smtps://...:465`` (TLS).

        Raises:
            SettingsError: when it is not like that; the sentence never shows the password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise _wrong_url("het adres of de poort klopt niet") from None
        if parts.scheme not in {"smtp", "smtps"}:
            raise _wrong_url("het begint niet met smtp:// of smtps://")
        if not parts.hostname or port == 0:
            raise _wrong_url("de naam van de server ontbreekt of de poort klopt niet")
        if parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise _wrong_url("na de server staat nog iets")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if bool(user) != bool(password):
            raise _wrong_url("geef gebruiker en wachtwoord allebei, of geen van beide")
        if not (user + password).isascii():
            raise _wrong_url("gebruiker en wachtwoord mogen geen letters als é of ü hebben")
        tls = parts.scheme == "smtps"
        return cls(parts.hostname, port or (465 if tls else 587), tls, user, password)

    @property
    def is_loopback(self) -> bool:
        """True when the server runs on this machine."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class SmtpChannel:
    """Sends by way of a mail server.

    Args:
        url: see `MailServer.read`.
        ehlo_name: what to call ourselves.
        insecure: send without TLS; only to a server on this machine.
        context: which certificates are trusted; None for those of this machine.
        body_reply_seconds: how long to wait for the answer to a body.

    Raises:
        SettingsError: when the URL is wrong, or `insecure` is asked for a server elsewhere.
    """

    def __init__(
        self,
        url: str,
        *,
        ehlo_name: str,
        insecure: bool = False,
        context: ssl.SSLContext | None = None,
        body_reply_seconds: float = BODY_REPLY_SECONDS,
    ) -> None:
        self._server = MailServer.read(url)
        if insecure and not self._server.is_loopback:
            raise SettingsError(
                "CAMPAGNE_SMTP_INSECURE mag alleen bij een mailserver op deze machine (127.0.0.1)."
                " Haal die instelling weg; dan gaat de mail beveiligd weg."
            )
        self._ehlo_name = ehlo_name
        self._start_tls = not insecure and not self._server.tls_from_start
        self._context = context or ssl.create_default_context()
        self._body_reply_seconds = body_reply_seconds
        self._alarmed = False

    @contextmanager
    def connect(self) -> Iterator["SmtpConnection"]:
        """Connect, encrypt and log in; say goodbye on exit.

        Raises:
            ChannelDownError: when that cannot be done now. Faults that only a person can mend
                (no TLS, a certificate, the log-in) are logged as an error once, until it works.
        """
        smtp = self._open()
        try:
            yield SmtpConnection(smtp, self._body_reply_seconds)
        finally:
            with suppress(OSError):
                if smtp.sock is not None:
                    smtp.sock.settimeout(_QUIT_SECONDS)
                smtp.quit()
            smtp.close()

    def _open(self) -> smtplib.SMTP:
        server = self._server
        smtp: smtplib.SMTP | None = None
        try:
            if server.tls_from_start:
                smtp = smtplib.SMTP_SSL(
                    server.host,
                    server.port,
                    local_hostname=self._ehlo_name,
                    timeout=_SECONDS,
                    context=self._context,
                )
            else:
                smtp = smtplib.SMTP(
                    server.host, server.port, local_hostname=self._ehlo_name, timeout=_SECONDS
                )
            self._greet(smtp)
        except OSError as error:  # the errors of smtplib are of this kind too
            if smtp is not None:
                smtp.close()
            raise self._down(error) from error
        self._alarmed = False
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self._start_tls:
            smtp.starttls(context=self._context)
            smtp.ehlo_or_helo_if_needed()
        if self._server.user:
            smtp.login(self._server.user, self._server.password)

    def _down(self, error: OSError) -> ChannelDownError:
        """Turn what went wrong into a sentence; none of it names the user or the password."""
        where = f"De mailserver {self._server.host}"
        match error:
            case smtplib.SMTPAuthenticationError(smtp_code=code):
                text = f"{where} weigert de gebruiker of het wachtwoord ({code})."
            case smtplib.SMTPNotSupportedError():
                text = f"{where} biedt geen STARTTLS of geen inloggen aan."
            case ssl.SSLCertVerificationError(verify_message=why):
                text = f"{where} heeft geen certificaat dat klopt ({why})."
            case ssl.SSLError(reason=why):
                text = f"{where} maakt geen beveiligde verbinding ({why})."
            case smtplib.SMTPResponseException(smtp_code=code):
                return ChannelDownError(f"{where} neemt nu geen mail aan ({code}).", code=code)
            case socket.gaierror():
                return ChannelDownError(f"{where} is niet te vinden. Controleer CAMPAGNE_SMTP_URL.")
            case _:
                return ChannelDownError(f"{where} is niet bereikbaar ({reason(error)}).")
        text += " Er is niets verstuurd. Controleer CAMPAGNE_SMTP_URL."
        if not self._alarmed:
            log.error("%s", text)
            self._alarmed = True
        return ChannelDownError(text, wait=_WAIT_AFTER_ALARM)


class SmtpConnection:
    """A connection to the mail server that is ready for mail."""

    def __init__(self, smtp: smtplib.SMTP, body_reply_seconds: float) -> None:
        self._smtp = smtp
        self._body_reply_seconds = body_reply_seconds
        self._is_open = False  # a mail was begun and not ended
        self._raw = b""

    def offer(self, message: Message) -> None:
        """Give the server the sender and the recipient.

        Raises:
            ChannelError: when the server refuses them. A refusal of the *sender* is never final:
                it says nothing of this recipient, and once mended the mail can go.
            ChannelDownError: when the connection is gone.
        """
        raw = message.raw
        _check(message, raw)
        if self._is_open:
            self._ask(self._smtp.rset)
        self._is_open = True
        (code, text), (rcpt_code, rcpt_text) = self._mail_and_rcpt(message, raw)
        if code not in _OK:
            _refuse(code, text, permanent=code == _TOO_BIG and is_permanent(code, text))
        if rcpt_code not in _OK:
            _refuse(rcpt_code, rcpt_text, permanent=is_permanent(rcpt_code, rcpt_text))
        self._raw = raw

    def deliver(self) -> str:
        """Send the bytes of the message as they are and return the server's answer.

        Raises:
            ChannelError: when the server refuses the message.
            ChannelDownError: when the connection broke before the end of the message was sent.
            OutcomeUnknownError: when no answer came after it.
        """
        code, text = self._ask(lambda: self._smtp.docmd("DATA"))
        if code != _GO_AHEAD:
            _refuse(code, text, permanent=is_permanent(code, text))
        try:
            # One call: if it fails, its last bytes, the dot that ends the mail, have not left.
            self._smtp.send(_stuffed(self._raw))
        except OSError as error:
            raise _broken(error) from error
        code, text = self._body_reply()
        self._is_open = False
        if code not in _OK:
            _refuse(code, text, permanent=is_permanent(code, text))
        return f"{code} {text}".strip()

    def _mail_and_rcpt(
        self, message: Message, raw: bytes
    ) -> tuple[tuple[int, str], tuple[int, str]]:
        """Give both commands; where the server can, at once, with one wait (RFC 2920)."""
        parameters = self._parameters(raw)
        if not self._smtp.has_extn("pipelining"):
            said = self._ask(lambda: self._smtp.mail(message.sender, parameters))
            if said[0] not in _OK:
                return said, said
            return said, self._ask(lambda: self._smtp.rcpt(message.recipient))
        mail = " ".join([f"MAIL FROM:<{message.sender}>", *parameters])
        try:
            # One call: two small packets would wait for each other (Nagle, delayed ACK).
            self._smtp.send(f"{mail}\r\nRCPT TO:<{message.recipient}>\r\n")
        except OSError as error:
            raise _broken(error) from error
        said = self._ask(self._smtp.getreply)
        if said[0] == _CLOSING:
            return said, said
        return said, self._ask(self._smtp.getreply)

    def _body_reply(self) -> tuple[int, str]:
        sock = self._smtp.sock
        try:
            if sock is not None:
                sock.settimeout(self._body_reply_seconds)
            code, reply = self._smtp.getreply()
            if sock is not None:
                sock.settimeout(_SECONDS)
        except OSError as error:
            raise _unknown() from error
        if code not in _OK and code not in _REFUSED:
            raise _unknown()  # half an answer is none
        return code, _readable(reply)

    def _ask(self, command: Callable[[], tuple[int, bytes]]) -> tuple[int, str]:
        try:
            code, reply = command()
        except OSError as error:
            raise _broken(error) from error
        return code, _readable(reply)

    def _parameters(self, raw: bytes) -> list[str]:
        parameters = []
        if self._smtp.has_extn("size"):
            parameters.append(f"SIZE={len(raw)}")
        if not raw.isascii() and self._smtp.has_extn("8bitmime"):
            parameters.append("BODY=8BITMIME")
        return parameters


def _check(message: Message, raw: bytes) -> None:
    """Refuse what could be read as something else by the server (SMTP smuggling)."""
    if not is_address(message.recipient):
        raise ChannelError("Het adres van de ontvanger klopt niet.", permanent=True)
    if not is_address(message.sender):
        raise ChannelError("Het adres van de afzender klopt niet.", permanent=False)
    # Counting finds what is not part of a pair a hundred times as fast as a pattern does.
    pairs = raw.count(b"\r\n")
    if not raw.count(b"\r") == raw.count(b"\n") == pairs:
        raise ChannelError("Het bericht heeft losse regeleinden in zich.", permanent=True)


def _stuffed(raw: bytes) -> bytes:
    """Return the message as it goes over the line (RFC 5321, 4.5.2), with the dot that ends it."""
    end = b"" if raw.endswith(b"\r\n") else b"\r\n"
    first = b"." if raw.startswith(b".") else b""
    return first + raw.replace(b"\n.", b"\n..") + end + b".\r\n"


def _readable(reply: bytes) -> str:
    """Return a reply as one short line that any database and screen can take."""
    text = reply.decode(errors="replace")
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())[:_REPLY_LIMIT]


def _refuse(code: int, text: str, *, permanent: bool) -> NoReturn:
    if code == _CLOSING or code not in _REFUSED:
        raise ChannelDownError(f"De mailserver brak de verbinding af ({code} {text}).", code=code)
    raise ChannelError(
        f"De mailserver weigert dit bericht ({code} {text}).", permanent=permanent, code=code
    )


def _broken(error: OSError) -> ChannelDownError:
    return ChannelDownError(f"De verbinding met de mailserver brak af ({reason(error)}).")


def _unknown() -> OutcomeUnknownError:
    return OutcomeUnknownError(
        "De mailserver gaf geen antwoord op het bericht. Misschien is het wel aangekomen."
    )


def _wrong_url(what: str) -> SettingsError:
    return SettingsError(
        f"CAMPAGNE_SMTP_URL klopt niet: {what}. Voorbeeld:"
        " smtp://gebruiker:wachtwoord@mail.example.nl:587."
        " Schrijf bijzondere tekens in het wachtwoord met een %: een @ is %40, een / is %2F."
    )
