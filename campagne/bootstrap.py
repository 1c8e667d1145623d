"""The one wiring: settings in, a running service's parts out. Nothing is built elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from campagne import resources, rota_files
from campagne.channels import Channel, open_channel
from campagne.clock import Clock
from campagne.messages import Mails
from campagne.services import rota
from campagne.services.access import Links
from campagne.services.feeds import FeedStore
from campagne.settings import Settings, secret_key
from campagne.store.database import Database


@dataclass(frozen=True, slots=True)
class App:
    """The parts of the service, wired."""

    settings: Settings
    clock: Clock
    database: Database
    links: Links
    mails: Mails
    channel: Channel
    feeds: FeedStore
    texts_folder: Path


def build(settings: Settings, clock: Clock | None = None) -> App:
    """Wire the parts; opens no connection and reads no table.

    Args:
        settings: the settings.
        clock: None for the real one, or the day that the settings pretend.

    Raises:
        SettingsError: when a setting names something that cannot be used.
    """
    clock = clock or Clock(settings.pretend_today)
    templates = settings.templates_dir or resources.folder("templates")
    links = Links(settings.base_url, secret_key(settings))
    database = Database(settings.resolved_database_url)
    return App(
        settings=settings,
        clock=clock,
        database=database,
        links=links,
        mails=Mails(templates / "mail", sender=settings.mail_from),
        channel=open_channel(settings),
        feeds=FeedStore(database, links, clock),
        texts_folder=templates / "texts",
    )


@contextmanager
def opened(settings: Settings, clock: Clock | None = None) -> Iterator[App]:
    """Build the service on a database of the right version, and close it afterwards.

    The embedded database is migrated here; another one must be migrated by hand first, since
    other machines may be using it. An empty database is filled from the calendar files.

    Raises:
        CampagneError: when a setting, the database or the calendar files are not in order.
    """
    app = build(settings, clock)
    try:
        if settings.is_embedded:
            app.database.upgrade()
        else:
            app.database.check_version()
        with app.database.read() as session:
            filled = rota.is_filled(session)
        if not filled:
            apply_files(app)
        yield app
    finally:
        app.database.close()


def apply_files(app: App, *, overwrite: bool = False) -> rota.ApplyReport:
    """Bring the database in line with the calendar files; what people changed is kept.

    Raises:
        CalendarFilesError: when a file has a fault; then nothing is changed.
    """
    files = load_files(app.settings)
    with app.database.session() as session:
        return rota.apply(
            session,
            files,
            today=app.clock.today(),
            now=app.clock.now(),
            overwrite=overwrite,
        )


def load_files(settings: Settings) -> rota_files.RotaFiles:
    """Read the calendar files with the contacts that the settings ask for.

    A file `contacten.toml` holds your own contacts; without it the demo contacts are read, but
    only while no mail leaves the machine.

    Raises:
        CalendarFilesError: with every fault in the files.
    """
    folder = settings.calendars_dir or resources.folder("calendars")
    own = "contacten.toml"
    if (folder / own).exists():
        contacts: str | None = own
    else:
        contacts = "demo.toml" if settings.uses_demo_contacts else None
    return rota_files.load(folder, contacts=contacts)
