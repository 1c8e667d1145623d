"""Ways out: each hands over one Message at a time and raises ChannelError."""

import ipaddress
from contextlib import AbstractContextManager
from typing import Protocol
from urllib.parse import urlsplit

from campagne.channels.folder import FolderChannel
from campagne.channels.smtp import SmtpChannel
from campagne.domain.delivery import Message
from campagne.settings import Settings


class Connection(Protocol):
    """An open way out that carries one message after another."""

    def offer(self, message: Message) -> None:
        """Announce a message; nothing of it leaves yet, so any fault here is safe to repeat.

        An offer that is not followed by `deliver` is dropped by the next one.

        Raises:
            ChannelError: when this message is refused.
            ChannelDownError: when the connection is of no use any more.
        """
        ...

    def deliver(self) -> str:
        """Hand over the message that was offered last and return the server's answer.

        Raises:
            ChannelError: when this message is refused.
            ChannelDownError: when the connection broke and the message was surely not taken.
            OutcomeUnknownError: when the connection broke and it may have been taken.
        """
        ...


class Channel(Protocol):
    """A way out; safe to use by several threads, each with its own connection."""

    def connect(self) -> AbstractContextManager[Connection]:
        """Open a connection, closed on exit.

        Raises:
            ChannelDownError: when that cannot be done now.
        """
        ...


def open_channel(settings: Settings) -> Channel:
    """Return the way out that the settings ask for: the mail server, or else the folder.

    Raises:
        SettingsError: when the address of the mail server is wrong. Nothing is connected yet.
    """
    if settings.smtp_url is None:
        return FolderChannel(settings.mailbox_dir)
    return SmtpChannel(
        settings.smtp_url.get_secret_value(),
        ehlo_name=_ehlo_name(settings.base_url),
        insecure=settings.smtp_insecure,
    )


def _ehlo_name(base_url: str) -> str:
    """Return what to call ourselves: a host name, or an address literal (RFC 5321, 4.1.3)."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"  # noqa: PLR2004 - IPv4
