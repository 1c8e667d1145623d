"""The one wiring: settings in, a running service's parts out. Nothing is built elsewhere.

What only some commands need is imported when they do: to show the rota takes no mail templates.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from campagne import resources
from campagne.channels import open_channel, open_webhook, require_own_names
from campagne.clock import Clock
from campagne.domain.bounces import return_address
from campagne.domain.broadcasts import FourEyes
from campagne.domain.enclosures import MB, TOGETHER
from campagne.domain.year_plan import AutumnDay
from campagne.link_key import link_key
from campagne.services.access import Links
from campagne.services.outbox.throttle import Throttle
from campagne.settings import Settings
from campagne.store import queries
from campagne.store.database import Database

if TYPE_CHECKING:
    from campagne.inbox import Inbox
    from campagne.messages import Mails
    from campagne.openid import OpenId
    from campagne.rota_files import RotaFiles
    from campagne.services.audit import Author
    from campagne.services.entrance.login_mails import LoginMails
    from campagne.services.national.links import Ask
    from campagne.services.planning.signals import Signals
    from campagne.services.publishing.feeds import FeedStore
    from campagne.services.publishing.news import NewsStore
    from campagne.services.publishing.pictures import PictureStore
    from campagne.services.publishing.planner import PlannerStore
    from campagne.services.publishing.toolkit import Toolkits
    from campagne.services.rotas.calendar_fetching import Fetch
    from campagne.services.rotas.rota_report import ApplyReport
    from campagne.templating import Templates


class App:
    """The parts of the service, wired; opens no connection and reads no table.

    Args:
        settings: the settings.
        clock: tells the time.

    Attributes:
        first_fill: what was put in the database when it was found empty; None when it was not.
        last_round: when this process last did a whole round of the clock, aware UTC; None when
            it did none.

    Raises:
        SettingsError: when a setting names something that cannot be used.
    """

    first_fill: "ApplyReport | None" = None
    last_round: datetime | None = None

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.channel = open_channel(settings)
        require_own_names(settings)
        self.key = link_key(settings)
        self.links = Links(settings.base_url, self.key)
        self.database = Database(settings.resolved_database_url)
        self.signals = self._signals()
        self.bounce_box = self._bounce_box()
        self._templates = settings.templates_dir or resources.folder("templates")

    @property
    def throttle(self) -> Throttle:
        """How many mails may go in a minute."""
        return Throttle(self.settings.mails_per_minute, self.settings.mails_per_domain)

    @property
    def autumn(self) -> AutumnDay:
        """When the plan for the next year is mailed."""
        return AutumnDay(self.settings.autumn_mail)

    @property
    def four_eyes(self) -> FourEyes:
        """Which broadcasts a second person must approve."""
        return FourEyes(self.settings.four_eyes)

    @property
    def keep_mail_days(self) -> int | None:
        """How many days mails are kept; None for ever, while a day is pretended.

        What is wiped does not come back when the day is the real one again.
        """
        return self.settings.keep_mail_days if self.settings.pretend_today is None else None

    @property
    def room_for_files(self) -> int:
        """How many bytes the files of a broadcast may have together.

        Microsoft 365 takes 4 MB in one request, and has a file encoded twice in it (BASE64 of a
        mail that has it as BASE64), with a mail of 20 kB around it.
        """
        return 2 * MB if self.settings.graph_secret is not None else TOGETHER

    def _signals(self) -> "Signals | None":
        """Tells a team of new reminders; None where nobody is to be told."""
        webhook = open_webhook(self.settings)
        if webhook is None:
            return None
        from campagne.services.planning.signals import Signals

        return Signals(self.database, webhook, self.links)

    def _bounce_box(self) -> "Inbox | None":
        """The mailbox to which undelivered mail comes back; None where nobody reads one."""
        if self.settings.bounce_box is None:
            return None
        from campagne.inbox import open_inbox

        return open_inbox(self.settings.bounce_box.get_secret_value())

    @cached_property
    def texts(self) -> "Templates":
        """The templates of the ready-made texts."""
        from campagne.templating import Templates

        return Templates(self._templates / "texts")

    @cached_property
    def fetch_calendar(self) -> "Fetch":
        """Fetches the calendars of organisers."""
        from campagne import remote
        from campagne.ical_reading import MAX_BYTES

        def fetch(url: str, headers: Mapping[str, str]) -> remote.Reply:
            return remote.get(
                url,
                headers=headers,
                max_bytes=MAX_BYTES + 1,
                allow_inner=self.settings.inner_calendars,
            )

        return fetch

    @cached_property
    def ask_link(self) -> "Ask":
        """Asks whether there is still a page at an address; nothing of the page is read."""
        from campagne import remote

        return partial(
            remote.get, seconds=15.0, max_bytes=0, allow_inner=self.settings.inner_calendars
        )

    @cached_property
    def mails(self) -> "Mails":
        """Fills in the templates of the mails."""
        from campagne.messages import Mails

        address, key = self.settings.bounce_address, self.key
        return Mails(
            self._templates / "mail",
            sender=self.settings.mail_from,
            returns=partial(return_address, address, secret=key) if address else None,
        )

    @cached_property
    def login_mails(self) -> "LoginMails":
        """Mails the links to log in with."""
        from campagne.services.entrance.login_mails import LoginMails

        return LoginMails(
            self.database, self.channel, lambda: self.mails, self.links, self.key, self.clock
        )

    @cached_property
    def planners(self) -> "PlannerStore":
        """The planners of the years, kept until the data change."""
        from campagne.services.publishing.planner import PlannerStore

        return PlannerStore(self.database, self.settings.base_url)

    @cached_property
    def pictures(self) -> "PictureStore":
        """The pictures of campaigns, kept as long as they show the same."""
        from campagne.services.publishing.pictures import PictureStore

        return PictureStore()

    @cached_property
    def toolkits(self) -> "Toolkits":
        """Everything for a campaign in one ZIP."""
        from campagne.services.publishing.toolkit import Toolkits

        return Toolkits(
            self.database,
            self.texts,
            links=self.links,
            planners=self.planners,
            pictures=self.pictures,
        )

    @cached_property
    def openid(self) -> "OpenId | None":
        """The log-in of an organisation; None where there is only that by mail."""
        settings = self.settings
        if settings.oidc_secret is None:
            return None
        from campagne.openid import OpenId

        return OpenId(
            issuer=settings.oidc_issuer,
            client=settings.oidc_client,
            secret=settings.oidc_secret.get_secret_value(),
            domains=frozenset(settings.oidc_domains.split(",")),
            return_to=f"{settings.base_url}/organisatie/terug",
            key=self.key,
        )

    @cached_property
    def feeds(self) -> "FeedStore":
        """The feeds, kept until the data change."""
        from campagne.services.publishing.feeds import FeedStore

        return FeedStore(self.database, self.links, self.clock)

    @cached_property
    def news(self) -> "NewsStore":
        """The Atom feeds, kept until the data change."""
        from campagne.services.publishing.news import NewsStore

        return NewsStore(self.database, self.links, self.clock)


def build(settings: Settings, clock: Clock | None = None) -> App:
    """Wire the parts.

    Args:
        settings: the settings.
        clock: None for the real one, or the day that the settings pretend.

    Raises:
        SettingsError: when a setting names something that cannot be used.
    """
    return App(settings, clock or Clock(settings.pretend_today))


@contextmanager
def opened(settings: Settings, clock: Clock | None = None) -> Iterator[App]:
    """Build the service on a database of the right version, and close it afterwards.

    The embedded database is migrated here; another one must be migrated by hand first, since
    other machines may be using it. In a folder that cannot be written all can still be read, if
    the version is right. An empty database is filled from the calendar files.

    Raises:
        CampagneError: when a setting, the database or the calendar files are not in order.
    """
    app = build(settings, clock)
    try:
        if settings.is_embedded and not app.database.is_frozen:
            app.database.upgrade()
        else:
            app.database.check_version()
        with app.database.read() as session:
            filled = queries.is_filled(session)
        if not filled:
            app.first_fill = apply_files(app)
        yield app
    finally:
        app.database.close()


def apply_files(app: App, *, overwrite: bool = False, by: "Author | None" = None) -> "ApplyReport":
    """Bring the database in line with the calendar files; what people changed is kept.

    Args:
        app: the service.
        overwrite: as `rota.apply`.
        by: as `rota.apply`.

    Raises:
        CalendarFilesError: when a file has a fault; then nothing is changed.
    """
    from campagne.services.rotas import rota

    files = load_files(app.settings)
    with app.database.session() as session:
        return rota.apply(
            session,
            files,
            today=app.clock.today(),
            now=app.clock.now(),
            overwrite=overwrite,
            by=by,
        )


def load_files(settings: Settings) -> "RotaFiles":
    """Read the calendar files with the contacts that the settings ask for.

    A file `contacten.toml` holds your own contacts; without it the demo contacts are read, but
    only while no mail leaves the machine.

    Raises:
        CalendarFilesError: with every fault in the files.
    """
    from campagne import rota_files

    folder = settings.calendars_dir or resources.folder("calendars")
    own = "contacten.toml"
    try:
        there = {path.name for path in folder.iterdir()}
    except OSError:  # the loader says what is the matter with the folder
        there = set()
    if own in there:
        contacts: str | None = own
    else:
        contacts = "demo.toml" if settings.uses_demo_contacts else None
    return rota_files.load(folder, contacts=contacts)
