"""A mail server that takes mail as fast as it can, in a process of its own. Prints its port.

    python mail_sink.py TAKEN.jsonl

Each mail that it takes is a line in the file: the recipient and the bytes, in base64. Addresses
that begin with `weg` are refused for good.
"""

import asyncio
import base64
import json
import sys
from io import TextIOWrapper
from pathlib import Path


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self, taken: TextIOWrapper) -> None:
        self._taken = taken
        self._buffer = bytearray()
        self._in_body = False
        self._recipient = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say(b"220 sink.example.nl")

    def data_received(self, data: bytes) -> None:
        """Answer every command and every body that is complete."""
        self._buffer += data
        while True:
            end = b"\r\n.\r\n" if self._in_body else b"\r\n"
            at = self._buffer.find(end)
            if at < 0:
                return
            part = bytes(self._buffer[:at])
            del self._buffer[: at + len(end)]
            if self._in_body:
                self._keep(part + b"\r\n")
            else:
                self._answer(part)

    def _answer(self, line: bytes) -> None:
        word = line[:4].upper()
        if word == b"EHLO":
            self._say(b"250-sink.example.nl\r\n250-SIZE 10000000\r\n250-PIPELINING\r\n250 8BITMIME")
        elif word == b"RCPT":
            self._recipient = line[line.index(b"<") + 1 : line.index(b">")].decode()
            refused = self._recipient.startswith("weg")
            self._say(b"550 5.1.1 onbekend" if refused else b"250 2.1.5 goed")
        elif word == b"DATA":
            self._in_body = True
            self._say(b"354 ga door")
        elif word == b"QUIT":
            self._say(b"221 dag")
            self._transport.close()
        else:
            self._say(b"250 2.0.0 goed")

    def _keep(self, body: bytes) -> None:
        self._in_body = False
        raw = body.removeprefix(b".") if body.startswith(b"..") else body
        raw = raw.replace(b"\r\n..", b"\r\n.")
        line = {"to": self._recipient, "raw": base64.b64encode(raw).decode("ascii")}
        self._taken.write(json.dumps(line) + "\n")
        self._taken.flush()
        self._say(b"250 2.0.0 in de wachtrij")

    def _say(self, line: bytes) -> None:
        self._transport.write(line + b"\r\n")


async def main(taken: Path) -> None:
    """Serve until the process is ended."""
    with taken.open("a", encoding="ascii") as file:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Sink(file), "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
