"""Writing a file so that a reader never sees half of one."""

import os
from pathlib import Path


def replace_file(path: Path, body: bytes) -> bool:
    """Write a file as a whole, unless it holds these bytes already; say whether it was written.

    Args:
        path: its folder is made when it is not there.
        body: what it holds.

    Raises:
        OSError: when it cannot be written; what was there before is whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_bytes() == body:
        return False
    # Beside the file, since only within a file system a rename replaces at once.
    passing = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        passing.write_bytes(body)
        passing.replace(path)
    finally:
        passing.unlink(missing_ok=True)
    return True
