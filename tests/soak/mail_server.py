"""A mail server with moods, in a process of its own. Prints its port.

    python mail_server.py TAKEN.jsonl SEED SLOWNESS MOODS

Every copy that it takes is a line in the file, on disk before the answer goes out: recipient,
Message-ID, SHA-256 of its bytes, and whether an answer followed. `weg...@` is refused for good,
`later...@` twice for now. Beside that it does to some mails, drawn by the seed, what servers do:
refuse or hang up in any step, take a mail and say nothing, close the line in the middle of a body;
with `calm` for MOODS it does none of these.
"""

import asyncio
import hashlib
import json
import os
import random
import sys
from collections import Counter
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path

_TAKES = {"answers": 1.0, "hangs up": 0.006, "breaks off": 0.006, "says nothing": 0.004}
_TAKES_NOT = {"451": 0.01, "421": 0.006, "hangs up": 0.006, "says nothing": 0.002}


class HangUp(Exception):  # noqa: N818 - it is no error of ours
    """This connection ends here."""


class Server:
    """Takes mails, and remembers them on disk."""

    def __init__(self, taken: Path, seed: int, slowness: float, moods: float) -> None:
        self._file = os.open(taken, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._random = random.Random(seed)  # noqa: S311 - moods, no secrets
        self._slowness = slowness
        self._moods = moods
        self._asked: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        with suppress(HangUp, OSError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    def _drawn(self) -> float:
        """Draw what to do: 0 to 1, of which the last part is to do as one should."""
        return self._random.random() * self._moods + 1 - self._moods

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        if self._drawn() < 0.005:
            await _say(writer, "421 4.3.2 nu even niet")
            return
        await _say(writer, "220 mail.example.nl")
        while line := await reader.readline():
            word, rest = line[:4].upper(), line.decode("ascii", "replace").strip()
            if word in {b"EHLO", b"HELO"}:
                await _say(writer, "250-mail.example.nl\r\n250-PIPELINING\r\n250 8BITMIME")
            elif word == b"RCPT":
                recipient = rest[rest.index("<") + 1 : rest.index(">")]
                await _say(writer, self._recipient(recipient))
            elif word == b"DATA":
                await _say(writer, "354 ga door")
                await self._body(recipient, reader, writer)
            elif word == b"QUIT":
                await _say(writer, "221 dag")
                return
            else:
                await _say(writer, "250 2.0.0 goed")

    def _recipient(self, recipient: str) -> str:
        self._asked[recipient] += 1
        if recipient.startswith("weg"):
            return "550 5.1.1 onbekend"
        if recipient.startswith("later") and self._asked[recipient] <= 2:
            return "451 4.7.1 kom later terug"
        return "250 2.1.5 goed"

    async def _body(
        self, recipient: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._drawn() < 0.006:
            await reader.read(100)
            raise HangUp
        body = await reader.readuntil(b"\r\n.\r\n")
        raw = body[:-3].replace(b"\r\n..", b"\r\n.")
        await asyncio.sleep(self._random.uniform(0, self._slowness / 2))
        mood = self._drawn()
        for end, share in _TAKES_NOT.items():
            if (mood := mood - share) < 0:
                await self._end(end, writer)
                return
        for end, share in reversed(_TAKES.items()):
            if (mood := mood - share) < 0:
                self._keep(recipient, raw, answered=end == "answers")
                await asyncio.sleep(self._random.uniform(0, self._slowness))
                await self._end(end, writer)
                return

    async def _end(self, end: str, writer: asyncio.StreamWriter) -> None:
        match end:
            case "answers":
                await _say(writer, "250 2.0.0 in de wachtrij")
            case "451":
                await _say(writer, "451 4.3.0 probeer later")
            case "421":
                await _say(writer, "421 4.3.2 tot ziens")
                raise HangUp
            case "breaks off":
                writer.transport.abort()
                raise HangUp
            case "says nothing":
                await asyncio.sleep(3600)
            case _:
                raise HangUp

    def _keep(self, recipient: str, raw: bytes, *, answered: bool) -> None:
        copy = {
            "to": recipient,
            "id": message_from_bytes(raw)["Message-ID"],
            "hash": hashlib.sha256(raw).hexdigest(),
            "answered": answered,
        }
        os.write(self._file, json.dumps(copy).encode() + b"\n")
        os.fsync(self._file)


async def _say(writer: asyncio.StreamWriter, line: str) -> None:
    writer.write(line.encode() + b"\r\n")
    await writer.drain()


async def main(taken: Path, seed: int, slowness: float, moods: float) -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(Server(taken, seed, slowness, moods).serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads it
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(
        main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4] != "calm"))
    )
