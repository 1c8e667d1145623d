"""The folders that people may read and edit, wherever campagne was installed from.

In a checkout `templates/` and `calendars/` lie at the top; a wheel carries them as
`campagne/_data/` (pyproject.toml, force-include).
"""

from pathlib import Path
from typing import Literal

from campagne.errors import CampagneError

_PACKAGE = Path(__file__).parent


def folder(name: Literal["calendars", "templates"], *, package: Path = _PACKAGE) -> Path:
    """Return the folder `name` that came with this installation.

    Args:
        name: the folder, as it is called in the checkout.
        package: the folder of the package `campagne`; only a test gives another.

    Raises:
        CampagneError: the folder is not there; the installation is damaged.
    """
    packed = package / "_data"
    # Not "whichever exists": beside an installed package may lie someone else's `templates/`.
    found = (packed if packed.is_dir() else package.parent) / name
    if not found.is_dir():
        raise CampagneError(
            f"De map {found} ontbreekt, terwijl die bij campagne hoort. "
            "Installeer campagne opnieuw of haal de broncode opnieuw op."
        )
    return found
