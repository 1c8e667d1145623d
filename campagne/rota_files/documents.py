"""One file: its text, its faults, and the line on which a fault stands."""

import re
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

# The way to a value: keys, and positions in arrays of tables; ("campagne", 2, "datum", 0).
Place = tuple[str | int, ...]

_HEADER = re.compile(r"\s*\[{1,2}\s*([A-Za-z0-9_.\-]+)\s*\]{1,2}\s*(#.*)?$")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_SIZE_LIMIT = 5_000_000  # bytes; the files of a whole region are a hundredth of it
_SHOWN = 60  # so much of a wrong value is repeated in a fault


@dataclass
class Document:
    """One file with the faults found in it.

    Attributes:
        name: file name as faults show it.
        text: the file's text, to find line numbers in; empty where there is none.
        faults: list that several documents may share.
    """

    name: str
    text: str = ""
    faults: list[str] = field(default_factory=list)

    def fault(self, place: Place, what: str) -> None:
        """Note a fault, with the line of `place` where that can be found."""
        line = line_of(self.text, place)
        at = f"regel {line}, " if line else ""
        self.faults.append(" ".join(f"{self.name}, {at}{what}".split()))


def read_document(path: Path, faults: list[str]) -> tuple[Document, dict[str, object] | None]:
    """Read one TOML file; None, and a fault in `faults`, when that cannot be done."""
    document = Document(path.name, faults=faults)
    try:
        # Before it is opened: a pipe or a device may never end.
        if not stat.S_ISREG(path.stat().st_mode):
            faults.append(f"{path.name}: dit is geen gewoon bestand; zet er een tekstbestand neer")
            return document, None
        with path.open("rb") as file:
            content = file.read(_SIZE_LIMIT + 1)
        if len(content) > _SIZE_LIMIT:
            faults.append(
                f"{path.name}: dit bestand is groter dan 5 MB; zet het goede bestand terug"
            )
            return document, None
        document.text = content.decode("utf-8-sig").replace("\r\n", "\n")
        return document, tomllib.loads(document.text)
    except FileNotFoundError:
        faults.append(f"{path.name}: dit bestand ontbreekt in de map {path.parent}")
    except OSError:
        faults.append(f"{path.name}: dit bestand kan niet worden gelezen; kijk naar de rechten")
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        faults.append(f"{path.name}, regel {line}: dit is geen UTF-8; bewaar het bestand als UTF-8")
    except (ValueError, RecursionError) as wrong:
        faults.append(_syntax_fault(document, str(wrong)))
    return document, None


def _syntax_fault(document: Document, message: str) -> str:
    """Say in Dutch, with the line itself, what tomllib found."""
    found = _AT_LINE.search(message)
    lines = document.text.split("\n")
    number = int(found.group(1)) if found else len(lines)
    shown = lines[number - 1].strip() if found else "het einde van het bestand"
    if "Invalid date" in message:
        reason = "deze datum bestaat niet"
    elif "Cannot overwrite" in message or "twice" in message:
        reason = (
            "deze naam staat hier voor de tweede keer; elke naam mag een keer, en een tabel die "
            "vaker voorkomt staat steeds tussen dubbele haken: [[...]]"
        )
    else:
        reason = (
            'dit is geen geldige TOML; schrijf: naam = "tekst", een datum als 2027-06-15, '
            "en sluit elk aanhalingsteken en elke haak"
        )
    return f"{document.name}, regel {number}: {short(shown)}: {reason}"


def line_of(text: str, place: Place) -> int | None:
    """Find the line (from 1) of a table or key; the nearest line around it, None if there is none.

    It scans for `[[headers]]` and `key =`, which is enough for files that people write.
    """
    lines = text.split("\n")
    start, end = 0, len(lines)
    nearest: int | None = None
    names: list[str] = []
    for at, part in enumerate(place):
        if isinstance(part, int):
            continue
        position = place[at + 1] if at + 1 < len(place) else 0
        names.append(part)
        header = ".".join(names)
        hits = [n for n in range(start, end) if _header(lines[n]) == header]
        if isinstance(position, int) and position < len(hits):
            nearest = hits[position]
            start = nearest + 1
            end = next((n for n in range(start, end) if _leaves(lines[n], header)), end)
        else:
            key = re.compile(rf"""\s*["']?{re.escape(part)}["']?\s*=""")
            until = next((n for n in range(start, end) if _header(lines[n])), end)
            nearest = next((n for n in range(start, until) if key.match(lines[n])), nearest)
            break
    return None if nearest is None else nearest + 1


def _header(line: str) -> str | None:
    found = _HEADER.match(line)
    return found.group(1) if found else None


def _leaves(line: str, header: str) -> bool:
    name = _header(line)
    return name is not None and not name.startswith(header + ".")


def short(text: str) -> str:
    """Return a text as far as a fault repeats it."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
