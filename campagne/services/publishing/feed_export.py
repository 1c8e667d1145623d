"""Feeds as files, for a web server that only serves files; the same bytes as over HTTP."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from campagne.clock import Clock
from campagne.errors import CampagneError, reason
from campagne.files import replace_file
from campagne.services.access import Links
from campagne.services.publishing.feed_content import FeedInfo, FeedKind
from campagne.services.publishing.feeds import FeedStore, feed_list
from campagne.store.database import Database

_HEADINGS = {
    FeedKind.ALL: "Alles",
    FeedKind.REGION: "Per regio",
    FeedKind.MUNICIPALITY: "Per gemeente",
    FeedKind.CAMPAIGN: "Per campagne",
    FeedKind.COMMUNICATION: "Per gemeente, met de stappen van communicatie",
    FeedKind.POLICY: "Per gemeente, met de stappen van beleid",
    FeedKind.CENTRE: "Met de stappen van de centrumgemeente",
}


class FolderError(CampagneError):
    """The folder of an export cannot be written; what was written before is whole."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did, by file below its folder, in the order of the alphabet."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def export(
    database: Database,
    links: Links,
    clock: Clock,
    folder: Path,
    *,
    done: Callable[[], None] = lambda: None,
) -> ExportReport:
    """Write every feed and an `index.html` into a folder; only what changed is touched.

    Each file is replaced as a whole, so that a reader never sees half of one. Feeds that are no
    more are removed: other ``.ics`` files in ``regio/``, ``gemeente/`` and the like as well.

    Args:
        database: where the editions are.
        links: makes the addresses in the feeds.
        clock: tells the day.
        folder: made when it is not there.
        done: called after each feed, to show how far it is.

    Raises:
        FolderError: when the folder cannot be written.
        DatabaseUnavailableError: when the database cannot be reached.
    """
    with database.read() as session:
        listed = feed_list(session)
    store = FeedStore(database, links, clock)
    files = {"index.html": _index(listed)}
    for feed in listed:
        found = store.get(feed.kind, feed.key)
        if found is not None:  # None: removed since it was listed
            files[feed.file] = found.body
        done()
    try:
        written = sorted(name for name, body in files.items() if replace_file(folder / name, body))
        removed = sorted(_remove_others(folder, files.keys()))
    except OSError as error:
        raise FolderError(
            f"De map {folder} kan niet worden beschreven ({reason(error)})."
            " Kies een map waarin je mag schrijven."
        ) from error
    unchanged = sorted(files.keys() - set(written))
    return ExportReport(tuple(written), tuple(unchanged), tuple(removed))


def _index(listed: Iterable[FeedInfo]) -> bytes:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    groups = [
        (_HEADINGS[kind], tuple(group)) for kind, group in groupby(listed, key=lambda one: one.kind)
    ]
    return environment.get_template("feed_index.html").render(groups=groups).encode()


def _remove_others(folder: Path, keep: AbstractSet[str]) -> list[str]:
    kinds = [kind for kind in FeedKind if kind is not FeedKind.ALL]
    found = {
        path.relative_to(folder).as_posix(): path
        for kind in kinds
        for path in (folder / kind).glob("*.ics")
    }
    others = [name for name in found if name not in keep]
    for name in others:
        found[name].unlink()
    return others
