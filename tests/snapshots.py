"""Databases as a fixture prepared them, copied for every next test instead of prepared again."""

import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import make_url

from campagne.store.database import Database


class Snapshots:
    """Keeps the files of databases on SQLite; on PostgreSQL everything is prepared each time.

    Args:
        folder: where the files may stand.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: dict[str, Path] = {}

    def once(self, database: Database, prepare: Callable[[], object]) -> None:
        """Bring a database to the state in which `prepare` leaves it.

        Args:
            database: one that nobody has opened yet, the same for every call with this function.
            prepare: a function with a name of its own in its module; what else than the database
                it changes, such as the clock, is not brought back.
        """
        if not database.is_sqlite:
            prepare()
            return
        name = f"{prepare.__module__}.{prepare.__qualname__}"
        file = file_of(database)
        if name not in self._taken:
            prepare()
            database.close()  # what stands beside the file goes into it
            self._taken[name] = self._folder / f"{len(self._taken)}.db"
            shutil.copyfile(file, self._taken[name])
            return
        shutil.copyfile(self._taken[name], file)


def file_of(database: Database) -> Path:
    """Return the file of a database on SQLite that nobody has opened, to write over."""
    file = make_url(database.url).database
    assert file is not None
    assert not Path(f"{file}-wal").exists()
    return Path(file)
