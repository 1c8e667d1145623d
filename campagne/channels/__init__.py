"""Ways out: each hands over one Message at a time and raises ChannelError.

What speaks HTTP is imported only when it is chosen: most commands need none of it.
"""

import ipaddress
import re
from contextlib import AbstractContextManager
from email.utils import parseaddr
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from campagne.channels.folder import FolderChannel
from campagne.channels.smtp import SmtpChannel
from campagne.domain.delivery import Message
from campagne.errors import SettingsError
from campagne.settings import Settings

if TYPE_CHECKING:
    from campagne.channels.webhook import Webhook

# RFC 2606, 3, and the .nl of the files that come along: nobody's mail leaves from there.
_EXAMPLE = re.compile(r"(.*\.)?example\.(nl|org|com|net)", re.IGNORECASE)


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
    """Return the one way out that the settings ask for, or else the folder.

    Raises:
        SettingsError: when they ask for two, or what one of them needs is missing or wrong.
            Nothing is connected yet.
    """
    match settings.ways_out:
        case ():
            return FolderChannel(settings.mailbox_dir)
        case ("CAMPAGNE_SMTP_URL",):
            return _mail_server(settings)
        case ("CAMPAGNE_NOTIFYNL_KEY",):
            return _notifynl(settings)
        case ("CAMPAGNE_GRAPH_SECRET",):
            return _graph(settings)
        case several:
            raise SettingsError(
                f"Er is meer dan één weg voor de mail: {' en '.join(several)}."
                " Kies er een en haal de rest weg."
            )


def require_own_names(settings: Settings) -> None:
    """Refuse to mail people with links or a sender that are good for a first look only.

    A mail server on this machine is part of a first look.

    Raises:
        SettingsError: one Dutch line per setting.
    """
    server = urlsplit(_secret(settings.smtp_url)).hostname
    if not settings.mails_for_real or _is_here(server):
        return
    lines = []
    if _is_here(urlsplit(settings.base_url).hostname):
        lines.append(
            f"CAMPAGNE_BASE_URL: {settings.base_url} werkt alleen op deze machine, en de links in"
            " de mail gaan naar collega's. Geef het adres waarop zij campagne zien, zoals"
            " https://campagne.example.nl."
        )
    names = {
        "MAIL_FROM": parseaddr(settings.mail_from)[1],
        "BOUNCE_ADDRESS": settings.bounce_address,
    }
    for name, address in names.items():
        domain = address.rpartition("@")[2]
        if _EXAMPLE.fullmatch(domain):
            lines.append(
                f"CAMPAGNE_{name}: {domain} is een voorbeeld. Geef een adres waarvoor je"
                " mailserver mail mag versturen."
            )
    if lines:
        raise SettingsError("Er kan nog geen mail naar mensen.\n" + "\n".join(lines))


def open_webhook(settings: Settings) -> "Webhook | None":
    """Return where the team is told of new reminders; None when the settings name nothing.

    Raises:
        SettingsError: when the address is wrong, or the key is missing.
    """
    if settings.webhook_url is None:
        return None
    from campagne.channels.webhook import Webhook, WebhookKind

    return Webhook(
        settings.webhook_url.get_secret_value(),
        WebhookKind(settings.webhook_kind),
        key=_secret(settings.webhook_key),
    )


def _is_here(host: str | None) -> bool:
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address.is_unspecified


def _mail_server(settings: Settings) -> Channel:
    return SmtpChannel(
        _secret(settings.smtp_url),
        ehlo_name=_ehlo_name(settings.base_url),
        insecure=settings.smtp_insecure,
    )


def _notifynl(settings: Settings) -> Channel:
    from campagne.channels.notifynl import NotifyChannel

    _need(settings, "notifynl_template")
    return NotifyChannel(
        settings.notifynl_url, _secret(settings.notifynl_key), str(settings.notifynl_template)
    )


def _graph(settings: Settings) -> Channel:
    from campagne.channels.graph import GraphApp, GraphChannel

    _need(settings, "graph_tenant", "graph_client")
    app = GraphApp(settings.graph_tenant, settings.graph_client, _secret(settings.graph_secret))
    return GraphChannel(app, parseaddr(settings.mail_from)[1])


def _need(settings: Settings, *names: str) -> None:
    missing = [f"CAMPAGNE_{name.upper()}" for name in names if not getattr(settings, name)]
    if missing:
        raise SettingsError(
            f"Voor {settings.ways_out[0]} ontbreekt {' en '.join(missing)}."
            " Vul die in; docs/channels.md zegt waar je de waarde vindt."
        )


def _secret(value: SecretStr | None) -> str:
    return "" if value is None else value.get_secret_value()


def _ehlo_name(base_url: str) -> str:
    """Return what to call ourselves: a host name, or an address literal (RFC 5321, 4.1.3)."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"  # noqa: PLR2004 - IPv4
