"""Writes mails as `.eml` files to a folder, where a mail program can open them."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path

from campagne.clock import AMSTERDAM, Clock
from campagne.domain.delivery import Message
from campagne.errors import ChannelDownError, reason

_PREFIX, _SUFFIX = ".", ".tmp"
_STALE_SECONDS = 3600  # no mail takes as long to write


class FolderChannel:
    """Sends into a folder on this machine.

    Args:
        folder: made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def connect(self) -> Iterator["FolderConnection"]:
        """Make the folder if needed and write to it.

        Raises:
            ChannelDownError: when the folder cannot be made.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _closed(self._folder, error) from error
        _sweep(self._folder)
        yield FolderConnection(self._folder)


class FolderConnection:
    """Writes one file per message; the same message again replaces its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._offered: tuple[str, bytes] | None = None

    def offer(self, message: Message) -> None:
        """Keep the message for `deliver`; a folder refuses nobody."""
        self._offered = file_name(message), message.raw

    def deliver(self) -> str:
        """Write the file as a whole or not at all, on disk on return; return its name.

        Raises:
            ChannelDownError: when the folder cannot be written or the disk is full.
        """
        if self._offered is None:
            message = "deliver() needs an offer() first"
            raise RuntimeError(message)
        name, raw = self._offered
        try:
            _write(self._folder / name, raw)
        except OSError as error:
            raise _closed(self._folder, error) from error
        self._offered = None
        return f"Geschreven als {name}"


def file_name(message: Message) -> str:
    """Return the file name of a message: its Date in Amsterdam, so that a list is in order.

    The Message-ID behind it makes it unique. Both are frozen, so the same message always has the
    same name. No address and no subject: a name shows up in logs and backups.
    """
    mark = hashlib.sha256(message.message_id.encode()).hexdigest()[:12]
    sent = BytesHeaderParser(policy=default).parsebytes(message.own)["Date"].datetime
    return f"{sent.astimezone(AMSTERDAM):%Y-%m-%d_%H.%M.%S}_{mark}.eml"


def _write(path: Path, raw: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=_PREFIX, suffix=_SUFFIX)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    # The new name, too, must outlive a power cut.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sweep(folder: Path) -> None:
    """Remove what a sender that was killed left half-written: it holds a mail."""
    # Not the clock of the service, which may pretend another day: files have the real time.
    oldest = Clock().now().timestamp() - _STALE_SECONDS
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError):  # another sender was first, or `deliver` tells what is the matter
            if path.stat().st_mtime < oldest:
                path.unlink()


def _closed(folder: Path, error: OSError) -> ChannelDownError:
    return ChannelDownError(
        f"De mail kan niet in de map {folder} worden geschreven ({reason(error)})."
        " Maak de map beschrijfbaar of maak ruimte op de schijf; daarna gaat de mail vanzelf weg."
    )
