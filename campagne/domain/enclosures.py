"""The files that an author adds to a broadcast: which may go, under what name, and how much.

Mail servers of gemeenten often refuse more than 10 MB, and a file takes a third more in a mail than
by itself. What a file is its bytes tell and its name must say the same: what a browser calls it
anybody can make up.
"""

import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from campagne.domain import dutch
from campagne.errors import InvalidInputError

FIELD = "bijlagen"
MB = 1_000_000
LARGEST, TOGETHER, MOST = 3 * MB, 5 * MB, 5
NAME_LIMIT = 100

_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "-"))
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.text"
_MACROS = ("vbaproject.bin", "basic/", "scripts/")
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(ValueError, OSError, EOFError, NotImplementedError),
)
# Open Document 1.2, part 3, 2.2. The others that Python knows are not for bytes of a stranger: they
# take as much memory as these say.
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a broadcast.

    Attributes:
        name: as its readers see it, with what it ends in.
        media_type: as ``application/pdf``, or ``text/csv; charset=utf-8``.
        size: in bytes.
        digest: the SHA-256 of its bytes, under which they are stored.
    """

    name: str
    media_type: str
    size: int
    digest: str

    @property
    def said(self) -> str:
        """Its name with its size, as people read it."""
        return f"{self.name} ({dutch.size(self.size)})"


def clean_name(name: str) -> str:
    """Return the name of a file without a folder, and without what no name has.

    Letters of any language stay. What turns the direction of writing goes, since it makes
    ``gnp.exe`` out of another name, and so do characters that Windows does not take.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kinds = {one: unicodedata.category(one)[0] for one in last}
    shown = "".join(" " if kinds[one] == "Z" else one for one in last if kinds[one] != "C")
    plain = " ".join(shown.translate(_FORBIDDEN).split()).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:NAME_LIMIT] or "bijlage"
    room = NAME_LIMIT - len(ending) - 1
    return f"{stem.strip(' .')[:room] or 'bijlage'}.{ending.lower()}"


def kind_of(name: str, content: bytes) -> str:
    """Return the media type of a file that may go along.

    Args:
        name: a clean one.
        content: all of it, or more than may be.

    Raises:
        InvalidInputError: when it is empty, too large, of another kind, or not what its name says.
    """
    if not content:
        raise InvalidInputError(f"{name} is leeg. Kies een bestand waar iets in staat.", FIELD)
    if len(content) > LARGEST:
        raise InvalidInputError(
            f"{name} is groter dan {dutch.size(LARGEST)}. Maak het bestand kleiner, of zet een link"
            " in de tekst.",
            FIELD,
        )
    kind = _KINDS.get(name.rpartition(".")[2]) if "." in name else None
    if kind is None:
        raise InvalidInputError(
            f"{name} kan niet mee. Kies een PDF, een bestand van Word, Excel of PowerPoint (DOCX,"
            " XLSX of PPTX), een ODT, een beeld (PNG of JPG), een agendabestand (ICS), of TXT of"
            " CSV.",
            FIELD,
        )
    media_type = kind(content)
    if media_type is None:
        raise InvalidInputError(
            f"In {name} zit iets anders dan de naam zegt, of het bestand is kapot. Open het, sla"
            " het opnieuw op, en kies het dan nog een keer.",
            FIELD,
        )
    if media_type == _WITH_MACROS:
        raise InvalidInputError(
            f"In {name} zitten macro's. Mailservers houden dat tegen: sla het bestand op zonder"
            " macro's, of als PDF.",
            FIELD,
        )
    return media_type


def check_together(files: Sequence[Enclosure], room: int = TOGETHER) -> None:
    """Refuse more files than may go with one mail, or two of one name.

    Args:
        files: all of them.
        room: in bytes; less than usual where the way out takes less.

    Raises:
        InvalidInputError: saying which of these it is.
    """
    names = [one.name.casefold() for one in files]
    for one in files:
        if names.count(one.name.casefold()) > 1:
            raise InvalidInputError(
                f"Er gaan dan twee bijlagen mee die {one.name} heten. Haal de ene eerst weg, of"
                " geef de andere een andere naam.",
                FIELD,
            )
    if len(files) > MOST:
        raise InvalidInputError(
            f"Er kunnen hoogstens {MOST} bijlagen mee. Haal er eerst een weg.", FIELD
        )
    total = sum(one.size for one in files)
    if total > room:
        raise InvalidInputError(
            f"De bijlagen zijn dan samen {dutch.size(total)}. Dat mag hoogstens {dutch.size(room)}"
            " zijn, anders weigeren mailservers de mail. Maak ze kleiner, of zet een link in de"
            " tekst.",
            FIELD,
        )


def _starts(media_type: str, *marks: bytes) -> Callable[[bytes], str | None]:
    def kind(content: bytes) -> str | None:
        return media_type if content.startswith(marks) else None

    return kind


_WITH_MACROS = "macro's"


def _office(media_type: str, folder: str) -> Callable[[bytes], str | None]:
    """Return what recognises a file of Office: a zip with a list of its parts and such a folder."""

    def kind(content: bytes) -> str | None:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                names = packed.namelist()
        except _BROKEN:
            return None
        if "[Content_Types].xml" not in names or not any(one.startswith(folder) for one in names):
            return None
        return _WITH_MACROS if _has_macros(names) else media_type

    return kind


def _open_document(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            if packed.getinfo("mimetype").compress_type not in _PACKED:
                return None
            with packed.open("mimetype") as first:
                said = first.read(len(_OPEN_DOCUMENT) + 1)
    except (*_BROKEN, KeyError, RuntimeError):  # not there; behind a password
        return None
    if said != _OPEN_DOCUMENT:
        return None
    return _WITH_MACROS if _has_macros(names) else _OPEN_DOCUMENT.decode()


def _has_macros(names: Sequence[str]) -> bool:
    lower = [one.lower() for one in names]
    return any(one.endswith(_MACROS[0]) or one.startswith(_MACROS[1:]) for one in lower)


def _text(media_type: str, begin: str = "") -> Callable[[bytes], str | None]:
    """Return what recognises a text: in UTF-8, or as Windows writes it, such as a CSV of Excel."""

    def kind(content: bytes) -> str | None:
        for name, codec in (("utf-8", "utf-8-sig"), ("windows-1252", "cp1252")):
            try:
                text = content.decode(codec)
            except UnicodeDecodeError:
                continue
            controls = set(map(chr, (*range(32), 127))) - set("\t\r\n\f")
            fits = text.lstrip().upper().startswith(begin) and controls.isdisjoint(text)
            return f"{media_type}; charset={name}" if fits else None
        return None

    return kind


_XML = "application/vnd.openxmlformats-officedocument"
_KINDS: Mapping[str, Callable[[bytes], str | None]] = {
    "pdf": _starts("application/pdf", b"%PDF-"),
    "docx": _office(f"{_XML}.wordprocessingml.document", "word/"),
    "xlsx": _office(f"{_XML}.spreadsheetml.sheet", "xl/"),
    "pptx": _office(f"{_XML}.presentationml.presentation", "ppt/"),
    "odt": _open_document,
    "png": _starts("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": _starts("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": _starts("image/jpeg", b"\xff\xd8\xff"),
    "ics": _text("text/calendar", "BEGIN:VCALENDAR"),
    "txt": _text("text/plain"),
    "csv": _text("text/csv"),
}
ACCEPTED = ",".join(f".{one}" for one in _KINDS)
