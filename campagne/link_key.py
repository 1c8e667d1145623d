"""The key that signs the links in mails: given by a setting, or made once and kept."""

import os
import secrets
import tempfile
from pathlib import Path

from campagne.errors import SettingsError, reason
from campagne.setting_values import KEY_LENGTH
from campagne.settings import Settings


def link_key(settings: Settings) -> str:
    """Return the key that signs links; make and keep one where none is set.

    Processes that start at once end with the same key.

    Raises:
        SettingsError: when the key cannot be read or written.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data_dir / "sleutel"
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_once(path, secrets.token_urlsafe(48))
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(
            f"De sleutel in {path} kan niet worden gelezen of gemaakt ({reason(error)})."
            " Geef CAMPAGNE_SECRET_KEY, of kies met CAMPAGNE_DATA_DIR een map waarin je mag"
            " schrijven."
        ) from error
    except UnicodeDecodeError:
        key = ""
    if len(key) < KEY_LENGTH:
        raise SettingsError(
            f"De sleutel in {path} is beschadigd. Zet een reservekopie terug, of haal het bestand"
            " weg: dan komt er een nieuwe, en werken links uit oude mails niet meer."
        )
    return key


def _write_once(path: Path, text: str) -> None:
    """Write a file that only its owner can read, as a whole; one that is there already stays."""
    descriptor, passing = tempfile.mkstemp(dir=path.parent, prefix=".sleutel-")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        Path(path).hardlink_to(passing)  # unlike a rename, this fails when the name is taken
    except FileExistsError:
        pass  # another process was first: its key counts
    finally:
        Path(passing).unlink()
