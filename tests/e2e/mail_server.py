"""A mail server in a process of its own. Prints its port; keeps every mail that it takes.

    python mail_server.py FOLDER

A mail for one recipient is a file `0001_somebody@example.nl.eml`, byte for byte as it came, with
its sender in `0001_somebody@example.nl.from`. While there is a file `hold-after-4` in the folder,
the fifth mail and later ones are taken but never answered; with `refuse-after-4` they are neither
taken nor answered.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope


class Keeper:
    """Takes mails into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken = 0

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        await self._pause("refuse")
        content = envelope.original_content
        if content is None:
            return "554 5.6.0 no content"
        for address in envelope.rcpt_tos:
            self._taken += 1
            half = self._folder / "half"
            half.write_bytes(content)
            name = f"{self._taken:04}_{address}"
            (self._folder / f"{name}.from").write_text(envelope.mail_from or "", "ascii")
            half.replace(self._folder / f"{name}.eml")
        await self._pause("hold", before=1)
        return f"250 2.0.0 Ok: queued as {self._taken}"

    async def _pause(self, word: str, before: int = 0) -> None:
        asked = f"{word}-asked"
        while any(
            self._taken - before >= int(path.name.rpartition("-")[2])
            for path in self._folder.glob(f"{word}-after-*")
        ):
            (self._folder / asked).touch()
            await asyncio.sleep(0.02)


async def serve(folder: Path) -> None:
    """Serve until the process is ended."""
    keeper = Keeper(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeper, hostname="mail.example.nl"), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads it
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
