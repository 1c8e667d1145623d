"""Pictures as PNG and data as PDF, in a process of its own: see `press`.

They need the packages of the extra `documenten`. No time and no font of the machine is in them.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from campagne.documents.fonts import FAMILY, FOLDER
from campagne.errors import CampagneError

log = logging.getLogger("campagne.documents")

_PRESS = Path(__file__).parent / "press.py"
_MOST_SAID = 2000  # of what went wrong, in the log
_INSTEAD = "de SVG"
_SECONDS = 30  # many times what the fullest takes


class DocumentError(CampagneError):
    """A document cannot be made now; later it may."""


class MissingPackagesError(DocumentError):
    """PNG and PDF need packages that are not installed here."""

    def __init__(self, what: str, instead: str = "de SVG") -> None:
        super().__init__(
            f"{what} als PDF of PNG kan hier niet worden gemaakt. Vraag de beheerder om"
            " campagne met het onderdeel documenten te installeren:"
            f" pip install 'campagne[documenten]'. {instead[:1].upper()}{instead[1:]} werkt wel."
        )


def complete() -> bool:
    """Say whether the packages for PNG and PDF are installed."""
    return all(find_spec(name) is not None for name in ("typst", "resvg_py"))


def png(pictures: Sequence[tuple[bytes, int]], what: str) -> list[bytes]:
    """Return pictures as PNG: each an SVG with how many pixels wide it becomes.

    Args:
        pictures: the pictures; the more at once, the less each of them takes.
        what: what is made, a Dutch noun with its article, for the sentence where it cannot.

    Raises:
        DocumentError: when it cannot be made.
    """
    given = json.dumps([(svg.decode(), width) for svg, width in pictures])
    made = _pressed(given.encode(), "resvg_py", (what, _INSTEAD), "png", str(FOLDER), FAMILY)
    found = []
    while made:
        size = int.from_bytes(made[:4])
        found.append(made[4 : 4 + size])
        made = made[4 + size :]
    return found


def pdf(data: bytes, template: Path, what: str, instead: str = _INSTEAD) -> bytes:
    """Return data as PDF/UA.

    Args:
        data: JSON, which the template reads.
        template: for typst.
        what: as for `png`.
        instead: what there is of it in any case, a Dutch noun with its article.

    Raises:
        DocumentError: when it cannot be made.
    """
    return _pressed(data, "typst", (what, instead), "pdf", str(FOLDER), str(template))


def _pressed(given: bytes, package: str, told: tuple[str, str], *arguments: str) -> bytes:
    what, instead = told
    if find_spec(package) is None:
        raise MissingPackagesError(what, instead)
    try:
        made = subprocess.run(  # noqa: S603 - our own script, no shell, arguments of ours
            [sys.executable, "-I", str(_PRESS), *arguments],
            input=given,
            capture_output=True,
            check=True,
            timeout=_SECONDS,
            env={},
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or b"")[-_MOST_SAID:].decode("utf-8", "replace")
        log.exception("no %s was made; the other process said: %s", arguments[0], said)
        raise DocumentError(
            f"{what} kon nu niet worden gemaakt. Probeer het later nog eens, of neem {instead}."
        ) from None
    return made.stdout
