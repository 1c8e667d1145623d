"""A watch never says that nothing changed when something did."""

import sqlite3
from pathlib import Path

from sqlmodel import Session

from campagne.store.database import Database
from campagne.store.tables import RegionRow
from campagne.store.watch import Watch


def rename(session: Session, name: str) -> None:
    session.get_one(RegionRow, "midden-holland").name = name
    session.flush()


def test_every_commit_is_seen_and_nothing_else(sqlite_world: Database, sqlite_file: Path) -> None:
    watch = sqlite_world.watch()
    seen = [watch.number(), watch.number()]
    assert seen[0] is not None
    assert seen[0] == seen[1]
    with sqlite_world.session() as session:
        rename(session, "Anders")
        assert watch.number() == seen[0], "not committed yet"
    seen.append(watch.number())
    with sqlite_world.session() as session:
        rename(session, "Weg")
        session.rollback()
    assert watch.number() == seen[-1], "rolled back"
    other = sqlite3.connect(sqlite_file)
    with other:
        other.execute("UPDATE region SET name = 'Van een ander'")
    other.close()
    seen.append(watch.number())
    assert len(set(seen)) == 3


def test_it_cannot_tell_of_another_engine_or_a_file_that_is_none(tmp_path: Path) -> None:
    assert Watch(None).number() is None
    assert Watch(tmp_path / "niet" / "daar.db").number() is None
    broken = tmp_path / "stuk.db"
    broken.write_text("dit is geen database" * 99)
    assert Watch(broken).number() is None


def test_it_looks_again_after_it_was_closed(sqlite_world: Database) -> None:
    watch = sqlite_world.watch()
    assert watch.number() is not None
    watch.close()
    watch.close()
    assert watch.number() is not None
