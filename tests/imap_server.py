"""A small IMAP server over TLS for the tests: one account, one folder, what a reader needs.

It speaks the part of RFC 9051 that `campagne.inbox` uses, and can be told to misbehave.
"""

import base64
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer

USER, PASSWORD = 'naam "x"', 'ge"h\\eim'


@dataclass
class Folder:
    """What lies in the folder, and how the server behaves.

    Attributes:
        mails: bytes by number.
        flags: flags by number.
        plain: offers AUTHENTICATE PLAIN.
        read_only: refuses to change flags.
        hangs_at: says nothing any more to this command.
        drops_at: breaks the connection at this command.
        said: the commands that came in, without the log-in.
    """

    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    plain: bool = True
    read_only: bool = False
    hangs_at: str = ""
    drops_at: str = ""
    said: list[str] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    def put(self, raw: bytes, *flags: str) -> int:
        """Deliver a mail; return its number."""
        number = len(self.mails) + 1
        self.mails[number], self.flags[number] = raw, set(flags)
        return number


class _Handler(StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode("ascii").rstrip("\r\n"):
            tag, _, command = line.partition(" ")
            name = " ".join(command.split()[: 2 if command.upper().startswith("UID") else 1])
            folder = self.server.folder
            if name not in {"LOGIN", "AUTHENTICATE"}:
                folder.said.append(command)
            if name == folder.drops_at:
                return
            if name == folder.hangs_at:
                folder.let_go.wait(60)
                return
            self._answer(tag, name, command)
            if name == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode("ascii"))

    def _answer(self, tag: str, name: str, command: str) -> None:
        folder = self.server.folder
        result = "OK done"
        match name:
            case "CAPABILITY":
                self._say(f"* CAPABILITY IMAP4rev1{' AUTH=PLAIN' if folder.plain else ''}")
            case "AUTHENTICATE":
                self._say("+ ")
                given = base64.b64decode(self.rfile.readline()).decode()
                result = "OK welcome" if given == f"\0{USER}\0{PASSWORD}" else "NO no"
            case "LOGIN":
                escaped = [
                    one.replace("\\", "\\\\").replace('"', '\\"') for one in (USER, PASSWORD)
                ]
                good = command == 'LOGIN "{}" "{}"'.format(*escaped)
                result = "OK welcome" if good else "NO no"
            case "SELECT":
                result = (
                    "OK [READ-WRITE] open" if command == "SELECT INBOX" else "NO no such folder"
                )
            case "UID SEARCH":
                done = {r"\Seen", r"\Flagged", r"\Deleted"}
                found = [str(number) for number, flags in folder.flags.items() if not flags & done]
                self._say(" ".join(["* SEARCH", *found]))
            case "UID FETCH":
                self._fetch(command)
            case "UID STORE":
                result = "NO read only" if folder.read_only else self._store(command)
            case "LOGOUT":
                self._say("* BYE")
        self._say(f"{tag} {result}")

    def _fetch(self, command: str) -> None:
        found = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command)
        assert found is not None
        number, most = int(found[1]), int(found[2])
        if number in self.server.folder.mails:
            raw = self.server.folder.mails[number][:most]
            self._say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}")
            self.wfile.write(raw)
            self._say(")")

    def _store(self, command: str) -> str:
        found = re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \((\\\w+)\)", command)
        assert found is not None
        self.server.folder.flags[int(found[1])].add(found[2])
        return "OK stored"


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, folder: Folder, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that does not trust us breaks the connection off."""


@contextmanager
def serving(folder: Folder, context: ssl.SSLContext) -> Iterator[int]:
    """Serve a folder; yields the port on 127.0.0.1."""
    with _Server(folder, context) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            port: int = server.server_address[1]
            yield port
        finally:
            folder.let_go.set()
            server.shutdown()
            thread.join()
