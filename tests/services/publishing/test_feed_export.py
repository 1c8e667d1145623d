"""What an export holds and what it never holds, now that there are feeds of a person."""

import re
from pathlib import Path

from campagne.clock import SetClock
from campagne.services.access import Links
from campagne.services.publishing import my_calendar
from campagne.services.publishing.feed_content import PERSONAL, FeedKind
from campagne.services.publishing.feed_export import export
from campagne.services.publishing.feeds import FeedStore
from campagne.store.database import Database

LINKS = Links("https://campagne.example.nl", "geheim-geheim-geheim-geheim-geheim")


def test_every_kind_is_there_as_it_is_served(
    sqlite_world: Database, clock: SetClock, tmp_path: Path
) -> None:
    """And the index leads to each of the files, and to nothing else."""
    folder = tmp_path / "agendas"
    report = export(sqlite_world, LINKS, clock, folder)
    assert set(report.written) == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    }
    feeds = FeedStore(sqlite_world, LINKS, clock)
    files = set(report.written) - {"index.html"}
    kinds = set()
    for name in files:
        kind, _, key = name.removesuffix(".ics").rpartition("/")
        served = feeds.get(kind or key, key)
        assert served is not None
        assert (folder / name).read_bytes() == served.body
        kinds.add(kind or key)
    assert kinds == {kind.value for kind in FeedKind}
    index = (folder / "index.html").read_text("utf-8")
    assert set(re.findall('href="([^"]+)"', index)) == files


def test_a_feed_of_a_person_is_never_in_it(
    sqlite_world: Database, clock: SetClock, tmp_path: Path
) -> None:
    """Whoever has the file would read along for ever: it can't be withdrawn."""
    with sqlite_world.session() as session:
        token = my_calendar.make(session, "leiden-centrum", now=clock.now())
    feeds = FeedStore(sqlite_world, LINKS, clock)
    personal = feeds.get(PERSONAL, token)
    assert personal is not None
    folder = tmp_path / "agendas"
    export(sqlite_world, LINKS, clock, folder)
    for path in folder.rglob("*"):
        assert PERSONAL not in path.relative_to(folder).as_posix()
        if path.is_file():
            assert token.encode() not in path.read_bytes()
            assert path.read_bytes() != personal.body


def test_what_is_no_feed_any_more_goes_and_what_is_not_ours_stays(
    sqlite_world: Database, clock: SetClock, tmp_path: Path
) -> None:
    export(sqlite_world, LINKS, clock, tmp_path)
    gone = [tmp_path / kind / "assen.ics" for kind in ("gemeente", "communicatie", "beleid")]
    stays = [tmp_path / "robots.txt", tmp_path / "gemeente" / "lees-mij.txt"]
    for path in [*gone, *stays]:
        path.write_text("iets", "utf-8")
    report = export(sqlite_world, LINKS, clock, tmp_path)
    assert report.written == ()
    assert report.removed == (
        "beleid/assen.ics",
        "communicatie/assen.ics",
        "gemeente/assen.ics",
    )
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in stays)
