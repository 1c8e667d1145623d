"""A real mail server: what arrives is what was frozen, by TLS, and refusals are told apart."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from pydantic import SecretStr

from campagne.channels import Channel, open_channel
from campagne.channels.folder import FolderChannel
from campagne.channels.smtp import MailServer, SmtpChannel
from campagne.domain.delivery import Message, MessageKind
from campagne.errors import ChannelDownError, ChannelError, SettingsError
from campagne.settings import Settings
from tests.certificates import Certificate, make_certificate

_RAW = (
    "From: =?utf-8?q?Campagnekalender?= <campagne@example.nl>\r\n"
    "To: beleid.katwijk@example.nl\r\n"
    "Subject: =?utf-8?q?Co=C3=B6rdinatie?=\r\n"
    "Date: Mon, 07 Sep 2026 06:00:00 +0000\r\n"
    "Message-ID: <a@example.nl>\r\n"
    "\r\n"
    "Beste Zoë,\r\n"
    ".een punt\r\n"
    ".\r\n"
    "..twee punten\r\n"
    f"{'lang ' * 199}\r\n"
    "\r\n"
    "\r\n"
).encode()
_MESSAGE = Message(
    key="reminder:a",
    kind=MessageKind.REMINDER,
    sender="campagne@example.nl",
    recipient="beleid.katwijk@example.nl",
    subject="Coördinatie",
    message_id="<a@example.nl>",
    own=_RAW,
)


def _to(recipient: str) -> Message:
    return replace(_MESSAGE, recipient=recipient)


@dataclass
class Inbox:
    """What a server does: `replies` per recipient, the rest is taken and kept as it came."""

    replies: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    log_ins: list[tuple[bytes, bytes]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        if hostname not in self.names:
            self.names.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - idem
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - idem
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        content = envelope.original_content
        assert content is not None
        self.taken.extend((address, content) for address in envelope.rcpt_tos)
        return f"250 2.0.0 Ok: queued as {len(self.taken)}"

    def check(self, _server: Any, _session: Any, _envelope: Any, _name: str, data: Any) -> Any:
        """Take the log-in of campagne with the password p@ss/1; refuse others."""
        assert isinstance(data, LoginPassword)
        self.log_ins.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss/1", handled=False)


def _free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _serving(inbox: Inbox, **options: Any) -> Iterator[int]:
    """Run a real mail server on loopback and give its port."""
    controller = Controller(inbox, hostname="127.0.0.1", port=_free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for 127.0.0.1, signed by itself."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


def _plain(port: int) -> SmtpChannel:
    return SmtpChannel(f"smtp://127.0.0.1:{port}", ehlo_name="kalender.example.nl", insecure=True)


def _send(channel: Channel, *messages: Message) -> list[str | ChannelError]:
    """Send messages over one connection; return each one's answer or fault."""
    outcomes: list[str | ChannelError] = []
    with channel.connect() as connection:
        for message in messages:
            try:
                connection.offer(message)
                outcomes.append(connection.deliver())
            except ChannelError as error:
                outcomes.append(error)
    return outcomes


def test_the_bytes_arrive_as_they_were_frozen() -> None:
    inbox = Inbox()

    with _serving(inbox) as port:
        outcomes = _send(_plain(port), _MESSAGE)

    assert outcomes == ["250 2.0.0 Ok: queued as 1"]
    assert inbox.taken == [("beleid.katwijk@example.nl", _RAW)]


def test_a_mail_without_a_last_line_end_gets_one() -> None:
    inbox = Inbox()

    with _serving(inbox) as port:
        _send(_plain(port), replace(_MESSAGE, own=b"Subject: a\r\n\r\neinde"))

    assert inbox.taken[0][1] == b"Subject: a\r\n\r\neinde\r\n"


def test_many_mails_go_over_one_connection() -> None:
    inbox = Inbox()
    addresses = [f"gemeente{number}@example.nl" for number in range(18)]

    with _serving(inbox) as port:
        _send(_plain(port), *map(_to, addresses))

    assert [address for address, _ in inbox.taken] == addresses
    assert inbox.names == ["kalender.example.nl"]


def test_one_refused_recipient_does_not_stop_the_others() -> None:
    inbox = Inbox(
        replies={
            "weg@example.nl": "550 5.1.1 <weg@example.nl>: no such user",
            "later@example.nl": "451 4.7.1 greylisted",
            "vol@example.nl": "552 5.2.2 mailbox full",
        }
    )

    with _serving(inbox) as port:
        gone, later, full, taken = _send(
            _plain(port),
            _to("weg@example.nl"),
            _to("later@example.nl"),
            _to("vol@example.nl"),
            _to("goed@example.nl"),
        )

    assert isinstance(gone, ChannelError)
    assert isinstance(later, ChannelError)
    assert isinstance(full, ChannelError)
    assert (gone.permanent, gone.code) == (True, 550)
    assert (later.permanent, later.code) == (False, 451)
    assert (full.permanent, full.code) == (False, 552)
    assert "550 5.1.1 <weg@example.nl>: no such user" in str(gone)
    assert isinstance(taken, str)
    assert [address for address, _ in inbox.taken] == ["goed@example.nl"]


def test_an_offer_that_is_not_delivered_leaves_nothing() -> None:
    inbox = Inbox()

    with _serving(inbox) as port, _plain(port).connect() as connection:
        connection.offer(_to("ingetrokken@example.nl"))
        connection.offer(_to("goed@example.nl"))
        connection.deliver()

    assert [address for address, _ in inbox.taken] == ["goed@example.nl"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": "a@example.nl>\r\nRCPT TO:<b@example.nl"},
        {"recipient": "zoë@example.nl"},
        {"own": b"Subject: a\r\n\r\na\n.\r\nMAIL FROM:<b@example.nl>\r\n"},
        {"own": b"Subject: a\r\n\r\na\r.\r\n"},
    ],
)
def test_what_a_server_could_misread_is_not_sent(wrong: dict[str, Any]) -> None:
    inbox = Inbox()

    with _serving(inbox) as port:
        refused, taken = _send(_plain(port), replace(_MESSAGE, **wrong), _MESSAGE)

    assert isinstance(refused, ChannelError)
    assert refused.permanent
    assert isinstance(taken, str)
    assert len(inbox.taken) == 1


def test_a_mail_that_is_too_big_is_refused_before_it_is_sent() -> None:
    inbox = Inbox()

    with _serving(inbox, data_size_limit=1000) as port:
        (too_big,) = _send(_plain(port), _MESSAGE)

    assert isinstance(too_big, ChannelError)
    assert (too_big.permanent, too_big.code) == (True, 552)


def test_starttls_and_the_log_in(certificate: Certificate) -> None:
    inbox = Inbox()

    with _serving(inbox, **_strict(inbox, certificate)) as port:
        channel = SmtpChannel(
            f"smtp://campagne%40example.nl:p%40ss%2F1@127.0.0.1:{port}",
            ehlo_name="kalender.example.nl",
            context=certificate.trusting,
        )
        _send(channel, _MESSAGE)

    assert inbox.taken == [("beleid.katwijk@example.nl", _RAW)]
    assert inbox.log_ins == [(b"campagne@example.nl", b"p@ss/1")]


def test_tls_from_the_start(certificate: Certificate) -> None:
    inbox = Inbox()

    with _serving(inbox, ssl_context=certificate.server) as port:
        channel = SmtpChannel(
            f"smtps://127.0.0.1:{port}", ehlo_name="a.example.nl", context=certificate.trusting
        )
        _send(channel, _MESSAGE)

    assert len(inbox.taken) == 1


def test_a_certificate_nobody_vouches_for_gets_no_password_and_one_alarm(
    certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox()

    with _serving(inbox, **_strict(inbox, certificate)) as port:
        channel = SmtpChannel(f"smtp://a:p%40ss%2F1@127.0.0.1:{port}", ehlo_name="a.example.nl")
        for _ in range(2):
            with pytest.raises(ChannelDownError, match="certificaat"):
                _send(channel, _MESSAGE)

    assert (inbox.taken, inbox.log_ins) == ([], [])
    assert len(_alarms(caplog)) == 1


def test_a_server_without_starttls_gets_nothing(caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox()

    with _serving(inbox) as port:
        channel = SmtpChannel(f"smtp://a:b@127.0.0.1:{port}", ehlo_name="a.example.nl")
        with pytest.raises(ChannelDownError, match="STARTTLS"):
            _send(channel, _MESSAGE)

    assert (inbox.taken, inbox.log_ins) == ([], [])
    assert len(_alarms(caplog)) == 1


def test_a_wrong_password_keeps_the_queue_and_gives_one_alarm_without_it(
    certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox()

    with _serving(inbox, **_strict(inbox, certificate)) as port:
        channel = SmtpChannel(
            f"smtp://naam:geheim@127.0.0.1:{port}",
            ehlo_name="a.example.nl",
            context=certificate.trusting,
        )
        for _ in range(3):
            with pytest.raises(ChannelDownError) as caught:
                _send(channel, _MESSAGE)

    assert not caught.value.permanent
    assert caught.value.wait >= timedelta(minutes=5)
    assert len(_alarms(caplog)) == 1
    assert "geheim" not in caplog.text + str(caught.value)
    assert "naam" not in caplog.text + str(caught.value)


def test_a_server_that_is_not_there_is_a_passing_fault() -> None:
    with (
        pytest.raises(ChannelDownError, match=r"127\.0\.0\.1 is niet bereikbaar"),
        _plain(_free_port()).connect(),
    ):
        pass


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.nl", MailServer("mail.example.nl", 587, tls_from_start=False)),
        ("smtps://mail.example.nl", MailServer("mail.example.nl", 465, tls_from_start=True)),
        ("smtp://mail.example.nl:25/", MailServer("mail.example.nl", 25, tls_from_start=False)),
        (
            "smtp://a%40b:c%3Ad@mail.example.nl",
            MailServer("mail.example.nl", 587, tls_from_start=False, user="a@b", password="c:d"),
        ),
    ],
)
def test_the_address_of_the_server(url: str, expected: MailServer) -> None:
    assert MailServer.read(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.nl:587",
        "http://mail.example.nl",
        "smtp://",
        "smtp://:587",
        "smtp://a:geheim@mail.example.nl:poort",
        "smtp://a:geheim@mail.example.nl:99999",
        "smtp://a:geheim@mail.example.nl:0",
        "smtp://a:geheim/x@mail.example.nl",
        "smtp://a:geheim#x@mail.example.nl",
        "smtp://a:geheim?x@mail.example.nl",
        "smtp://a@mail.example.nl",
        "smtp://:geheim@mail.example.nl",
        "smtp://a:geheimé@mail.example.nl",
        "smtp://a:geheim@[mail.example.nl",
    ],
)
def test_a_wrong_address_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(SettingsError, match="CAMPAGNE_SMTP_URL klopt niet") as caught:
        MailServer.read(url)

    assert "geheim" not in str(caught.value)


def test_the_password_is_not_in_a_printed_server() -> None:
    assert "geheim" not in repr(MailServer.read("smtp://a:geheim@mail.example.nl"))


@pytest.mark.parametrize("host", ["mail.example.nl", "192.0.2.1", "localhost.example.nl"])
def test_without_tls_mail_goes_to_this_machine_only(host: str) -> None:
    with pytest.raises(SettingsError, match="CAMPAGNE_SMTP_INSECURE"):
        SmtpChannel(f"smtp://{host}", ehlo_name="a.example.nl", insecure=True)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]"])
def test_what_this_machine_is_called(host: str) -> None:
    SmtpChannel(f"smtp://{host}", ehlo_name="a.example.nl", insecure=True)


def test_the_settings_choose_the_way_out(tmp_path: Path) -> None:
    folder = open_channel(Settings(data_dir=tmp_path))
    server = open_channel(Settings(smtp_url=SecretStr("smtp://mail.example.nl")))

    assert isinstance(folder, FolderChannel)
    assert isinstance(server, SmtpChannel)
    with pytest.raises(SettingsError, match="CAMPAGNE_SMTP_URL"):
        open_channel(Settings(smtp_url=SecretStr("mail.example.nl")))


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://kalender.example.nl/campagne", "kalender.example.nl"),
        ("http://127.0.0.1:8000", "[127.0.0.1]"),
        ("http://[::1]:8000", "[IPv6:::1]"),
    ],
)
def test_we_call_ourselves_what_the_service_is_called(base_url: str, name: str) -> None:
    inbox = Inbox()

    with _serving(inbox) as port:
        settings = Settings(
            base_url=base_url, smtp_url=SecretStr(f"smtp://127.0.0.1:{port}"), smtp_insecure=True
        )
        _send(open_channel(settings), _MESSAGE)

    assert inbox.names == [name]


def _strict(inbox: Inbox, certificate: Certificate) -> dict[str, Any]:
    """Options of a server that wants STARTTLS and a log-in."""
    return {
        "tls_context": certificate.server,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": inbox.check,
    }


def _alarms(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [
        one
        for one in caplog.records
        if one.name == "campagne.delivery" and one.levelno >= logging.ERROR
    ]
