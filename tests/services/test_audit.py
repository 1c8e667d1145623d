"""The log of changes: what is in it stays there."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from campagne.services import audit
from campagne.services.audit import Author
from campagne.store.database import Database

NOW = datetime(2026, 9, 7, 6, tzinfo=UTC)


@pytest.mark.parametrize("statement", ["UPDATE audit SET why = ''", "DELETE FROM audit"])
def test_the_database_keeps_every_row(database: Database, statement: str) -> None:
    """Whatever the code: a row of the log is neither changed nor removed."""
    with database.session() as session:
        audit.record(
            session,
            Author("Beheer"),
            "afgelast",
            of=("edition", "lente-2026"),
            before={"status": "bevestigd"},
            after={"status": "gaat niet door"},
            why="de organisatie stopt",
            now=NOW,
        )
    with pytest.raises(IntegrityError, match="only added"), database.session() as session:
        session.connection().execute(text(statement))
    with database.read() as session:
        (line,) = audit.entries(session, limit=2)
    assert line.why == "de organisatie stopt"
    assert line.changes == (("status", "bevestigd", "gaat niet door"),)


@pytest.mark.postgres
def test_nor_is_the_table_emptied(postgres_url: str) -> None:
    database = Database(postgres_url)
    with pytest.raises(IntegrityError, match="only added"), database.session() as session:
        session.connection().execute(text("TRUNCATE audit"))
    database.close()
