"""Says in microseconds that nobody changed anything, for who asks thousands of times a second."""

import sqlite3
from pathlib import Path


class Watch:
    """Watches one database; any thread may ask.

    SQLite counts the commits of others for each connection, so one that never writes sees all of
    them. For another engine it cannot tell.

    Args:
        file: of SQLite; None for another engine, or for one in a folder that cannot be written.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None

    def number(self) -> int | None:
        """Return a number that is another one once anything was committed.

        None when it cannot tell. Ask for it before what is to be watched is read.
        """
        if self._file is None:
            return None
        try:
            if self._connection is None:
                self._connection = _open(self._file)
            ((number,),) = self._connection.execute("PRAGMA data_version")
        except sqlite3.Error:  # who then reads in the usual way hears what is the matter
            self.close()
            return None
        found: int = number
        return found

    def close(self) -> None:
        """Let go of the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _open(file: Path) -> sqlite3.Connection:
    # It waits for nobody: the loop that answers everybody asks.
    connection = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA query_only = ON")
    return connection
