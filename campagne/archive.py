"""Zip files without a time in them: same contents, same bytes. Files of Office are such too."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the oldest that the format knows
_UNIX = 3
_READABLE = 0o600 << 16
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_MADE_AT = rb"2000-01-01T00:00:00Z"
_ABOUT = "docProps/core.xml"
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def pack(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip file of pairs of a name and its contents, in this order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries:
            packed.writestr(_entry(name), content)
    return made.getvalue()


def stream(entries: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Give such a file piece by piece, so that no more than one of its contents is held at a time.

    Args:
        entries: as for `pack`; each is asked for when the one before it was given.
    """
    passing = _Passing()
    with zipfile.ZipFile(passing, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries:
            packed.writestr(_entry(name), content)
            yield passing.take()
    yield passing.take()


class _Passing:
    """A file in which nobody can go back: the size of an entry is told behind it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(part)
        return len(part)

    def flush(self) -> None:
        """There is nowhere to write it to."""

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIRST_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = _READABLE
    entry.create_system = _UNIX
    return entry


def timeless(office: bytes, change: Mapping[str, Callable[[bytes], bytes]] | None = None) -> bytes:
    """Return a file of Office with fixed instants in the place of when it was made.

    Args:
        office: the file.
        change: by the name of a part what makes another one of it.
    """
    changes = {_ABOUT: _without_stamps, **(change or {})}
    with zipfile.ZipFile(io.BytesIO(office)) as made:
        parts = [(one.filename, made.read(one)) for one in made.infolist()]
    return pack((name, changes[name](part) if name in changes else part) for name, part in parts)


def _without_stamps(part: bytes) -> bytes:
    return _STAMP.sub(rb"\g<1>" + _MADE_AT, part)


def storable(text: str) -> str:
    """Return a text without the characters that XML, and so a file of Office, cannot hold."""
    return _UNSTORABLE.sub("", text)
