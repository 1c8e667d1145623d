"""A mail server that misbehaves: which faults are safe to repeat, and which are not."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeGuard

import pytest

from campagne.channels import smtp
from campagne.channels.smtp import SmtpChannel
from campagne.domain.delivery import Message, MessageKind
from campagne.errors import ChannelDownError, ChannelError, OutcomeUnknownError

Answer = Callable[[bytes], bytes | None]


@contextmanager
def _answering(answer: Answer, greeting: bytes = b"220 klaar\r\n") -> Iterator[int]:
    """Run a server that gives `answer` to each line and breaks off after a 421 or half an answer.

    The body of a mail is one "line" to it, from the go-ahead to the dot.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(20)

    def talk() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, connection.makefile("rwb") as stream:
                    connection.settimeout(20)
                    _talk(stream, answer, greeting)

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        # Wakes accept(), which close() alone does not.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(20)


def _talk(stream: Any, answer: Answer, greeting: bytes) -> None:
    stream.write(greeting)
    stream.flush()
    reply: bytes | None = greeting
    said = b""
    while _goes_on(reply):
        is_body = said.upper() == b"DATA\r\n" and reply.startswith(b"354")
        end = b"\r\n.\r\n" if is_body else b"\r\n"
        said = b""
        while not said.endswith(end):
            said += (line := stream.readline())
            if not line:
                return
        reply = answer(said)
        stream.write(reply or b"")
        stream.flush()


def _goes_on(reply: bytes | None) -> TypeGuard[bytes]:
    if not reply or not reply.endswith(b"\r\n") or reply.startswith(b"421"):
        return False
    return reply.splitlines()[-1][3:4] != b"-"


_MESSAGE = Message(
    key="reminder:a",
    kind=MessageKind.REMINDER,
    sender="campagne@example.nl",
    recipient="beleid.katwijk@example.nl",
    subject="Herinnering",
    message_id="<a@example.nl>",
    own=b"Subject: a\r\n\r\nTekst\r\n",
)
_GOOD = {
    b"EHLO": b"250 hallo\r\n",
    b"MAIL": b"250 ok\r\n",
    b"RCPT": b"250 ok\r\n",
    b"DATA": b"354 ga door\r\n",
    b"RSET": b"250 ok\r\n",
    b"QUIT": b"221 dag\r\n",
    b"body": b"250 2.0.0 queued as 7\r\n",
}


@pytest.fixture(
    autouse=True, params=[b"250 hallo\r\n", b"250-hallo\r\n250 PIPELINING\r\n"], ids=["", "at_once"]
)
def _greeted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fault by a server that wants one command at a time, and by one that takes more."""
    monkeypatch.setitem(_GOOD, b"EHLO", request.param)


def _but(**changes: bytes | None) -> Answer:
    """Return what a good server answers, but for some commands; None breaks the connection."""
    answers = _GOOD | {command.encode(): reply for command, reply in changes.items()}
    return lambda said: answers.get(said[:4].upper(), answers[b"body"])


def _send(port: int, body_reply_seconds: float = 600) -> str:
    channel = SmtpChannel(
        f"smtp://127.0.0.1:{port}",
        ehlo_name="a.example.nl",
        insecure=True,
        body_reply_seconds=body_reply_seconds,
    )
    with channel.connect() as connection:
        connection.offer(_MESSAGE)
        return connection.deliver()


def _fault(answer: Answer, greeting: bytes = b"220 klaar\r\n") -> ChannelError:
    with _answering(answer, greeting) as port, pytest.raises(ChannelError) as caught:
        _send(port)
    return caught.value


def test_a_good_server_takes_it() -> None:
    with _answering(_but()) as port:
        assert _send(port) == "250 2.0.0 queued as 7"


def test_two_commands_at_once_where_the_server_says_it_can() -> None:
    """RFC 2920: who does not say so may throw away what comes before its answer."""
    read: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"220 klaar\r\n")
            for answer in (_GOOD[b"EHLO"], b"250 ok\r\n" * 2, _GOOD[b"DATA"], _GOOD[b"body"]):
                read.append(connection.recv(65536))
                if read[-1].upper().startswith(b"MAIL") and read[-1].count(b"\n") == 1:
                    connection.sendall(b"250 ok\r\n")
                    read.append(connection.recv(65536))
                    connection.sendall(b"250 ok\r\n")
                else:
                    connection.sendall(answer)
            connection.recv(65536)
            connection.sendall(_GOOD[b"QUIT"])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        assert _send(listener.getsockname()[1]) == "250 2.0.0 queued as 7"
        thread.join(20)

    commands = [b"MAIL FROM:<campagne@example.nl>\r\n", b"RCPT TO:<beleid.katwijk@example.nl>\r\n"]
    read[1:-2] = [
        line.replace(b"mail F", b"MAIL F").replace(b"rcpt T", b"RCPT T") for line in read[1:-2]
    ]
    at_once = b"PIPELINING" in _GOOD[b"EHLO"]
    assert read[1:-2] == ([b"".join(commands)] if at_once else commands)


@pytest.mark.parametrize(
    "greeting", [b"421 too busy\r\n", b"554 go away\r\n", b"geen smtp\r\n", b""]
)
def test_a_closed_door_says_nothing_of_the_mail(greeting: bytes) -> None:
    # An empty greeting: the connection is closed at once.
    fault = _fault(_but(), greeting)

    assert isinstance(fault, ChannelDownError)
    assert not isinstance(fault, OutcomeUnknownError)


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", [b"421 closing\r\n", None, b"2", b"250 o"])
def test_a_break_before_the_body_is_safe_to_repeat(command: str, reply: bytes | None) -> None:
    fault = _fault(_but(**{command: reply}))

    assert isinstance(fault, ChannelDownError)
    assert not isinstance(fault, OutcomeUnknownError)
    assert not fault.permanent


@pytest.mark.parametrize("reply", [None, b"2", b"25", b"250-half\r\n", b"354 wat\r\n"])
def test_no_whole_answer_to_the_body_is_unknown(reply: bytes | None) -> None:
    assert isinstance(_fault(_but(body=reply)), OutcomeUnknownError)


@pytest.mark.parametrize(
    ("reply", "code", "permanent"),
    [
        (b"554 5.7.1 spam\r\n", 554, True),
        (b"552 5.3.4 too big\r\n", 552, True),
        (b"451 4.3.0 later\r\n", 451, False),
        (b"452 4.3.1 disk full\r\n", 452, False),
    ],
)
def test_a_refused_body_was_surely_not_taken(reply: bytes, code: int, *, permanent: bool) -> None:
    fault = _fault(_but(body=reply))

    assert not isinstance(fault, ChannelDownError)
    assert (fault.code, fault.permanent) == (code, permanent)


def test_a_server_that_closes_after_the_body_says_that_it_did_not_take_it() -> None:
    fault = _fault(_but(body=b"421 4.3.2 shutting down\r\n"))

    assert isinstance(fault, ChannelDownError)
    assert not isinstance(fault, OutcomeUnknownError)
    assert fault.code == 421


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        (b"550 5.7.1 sender not allowed\r\n", False),
        (b"530 5.7.0 log in first\r\n", False),
        (b"552 5.3.4 too big\r\n", True),
    ],
)
def test_a_refused_sender_is_not_the_fault_of_the_recipient(
    reply: bytes, *, permanent: bool
) -> None:
    assert _fault(_but(MAIL=reply)).permanent is permanent


def test_an_answer_is_kept_as_one_clean_line() -> None:
    fault = _fault(_but(RCPT=b"550-5.1.1 regel\x00 een\r\n550 \x1b[31mtwee \xff\r\n"))

    assert "(550 5.1.1 regel een [31mtwee \ufffd)" in str(fault)


def test_a_very_long_answer_is_cut() -> None:
    fault = _fault(_but(RCPT=b"550 " + b"x" * 4000 + b"\r\n"))

    assert len(str(fault)) < 600


@pytest.mark.parametrize(
    ("command", "seconds", "body_seconds", "fault"),
    [("RCPT", 0.1, 600, ChannelDownError), ("body", 600, 0.1, OutcomeUnknownError)],
)
def test_a_silent_server_is_not_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    seconds: float,
    body_seconds: float,
    fault: type[ChannelError],
) -> None:
    monkeypatch.setattr(smtp, "_SECONDS", seconds)
    asked, done = threading.Event(), threading.Event()
    good = _but()

    def silent(said: bytes) -> bytes | None:
        if said[:4].upper() == command.encode() or (command == "body" and b"Tekst" in said):
            asked.set()
            done.wait(20)
            return None
        return good(said)

    with _answering(silent) as port:
        try:
            with pytest.raises(ChannelError) as caught:
                _send(port, body_seconds)
        finally:
            done.set()

    assert asked.is_set()
    assert type(caught.value) is fault
