"""A running service on the small region, and a browser that visits it."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from campagne.bootstrap import App, build
from campagne.clock import SetClock
from campagne.domain.playbook import Role
from campagne.services.entrance import login
from campagne.services.planning import reminders
from campagne.settings import Settings
from campagne.store.database import Database
from campagne.store.kept import Kept
from campagne.store.tables import ContactRoleRow, ContactRow, HelpLineRow
from tests.snapshots import Snapshots
from tests.web.lending import Lending

BASE_URL = "http://127.0.0.1:8000"

MakeApp = Callable[..., App]
Visit = Callable[[App], TestClient]


@pytest.fixture
def make_app(tmp_path: Path, sqlite_world: Database, clock: SetClock) -> Iterator[MakeApp]:
    """Make the service on the small region of `load_world`, with some settings changed."""
    with ExitStack() as stack:

        def make(**changed: object) -> App:
            values = {
                "data_dir": tmp_path,
                "database_url": sqlite_world.url,
                "base_url": BASE_URL,
                "secret_key": "k" * 32,
                **changed,
            }
            app = build(Settings.model_validate(values), clock)
            if app.database.url == sqlite_world.url and app.signals is None:
                app.database = sqlite_world  # one that has its statements compiled
            stack.callback(app.database.close)
            return app

        yield make


@pytest.fixture(scope="session")
def lending() -> Lending:
    """Lends the applications that browsers visit."""
    return Lending()


@pytest.fixture
def visit(lending: Lending) -> Iterator[Visit]:
    """Make a browser for a service; it shows what a person would see, also of a defect."""
    served: dict[int, ASGIApp] = {}
    with ExitStack() as stack:

        def browser(app: App) -> TestClient:
            if id(app) not in served:
                served[id(app)] = stack.enter_context(lending.application(app))
            client = TestClient(
                served[id(app)],
                base_url=app.settings.base_url,
                headers={"accept": "text/html"},
                follow_redirects=False,
            )
            return stack.enter_context(client)

        yield browser


@pytest.fixture
def app(make_app: MakeApp) -> App:
    """The service with its defaults."""
    return make_app()


@pytest.fixture
def client(app: App, visit: Visit) -> TestClient:
    """A browser at the service with its defaults."""
    return visit(app)


@pytest.fixture
def help_lines(sqlite_world: Database) -> None:
    """Store the other help lines that texts name."""
    with sqlite_world.session() as session:
        for key in ("veilig-thuis-chat", "kindertelefoon", "centrum-seksueel-geweld"):
            session.add(
                HelpLineRow(
                    key=key,
                    position=9,
                    name=key,
                    number="0800-0432",
                    for_whom="kinderen",
                    hours="overdag",
                    cost="gratis",
                    checked_on=date(2026, 8, 3),
                )
            )


MailedLink = Callable[[TestClient, App, str], str]


@pytest.fixture
def mailed_link(tmp_path: Path) -> MailedLink:
    """Ask for a log-in link and read it from the mail; its path, empty when no mail came."""
    folder = tmp_path / "postvak"

    def ask(client: TestClient, app: App, address: str) -> str:
        there = set(folder.glob("*.eml"))
        answer = client.post("/inloggen", data={"adres": address})
        assert answer.status_code == 200
        app.login_mails.wait()
        for path in set(folder.glob("*.eml")) - there:
            mail = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
            assert mail["To"].addresses[0].addr_spec == address
            body = mail.get_body(("plain",))
            assert body is not None
            found = re.search(r"/inloggen/[\w-]+", body.get_content())
            assert found is not None
            return found[0]
        return ""

    return ask


LogIn = Callable[[TestClient, App, str], None]


@pytest.fixture
def log_in() -> LogIn:
    """Log a browser in as the contact with this address, with a link that no mail was made for."""

    def enter(client: TestClient, app: App, address: str) -> None:
        with app.database.session() as session:
            links = login.ask(
                session, address, client="testclient", secret=app.key, now=app.clock.now()
            )
        assert len(links) == 1
        answer = client.post(f"/inloggen/{links[0].token}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/mijn")

    return enter


LEIDEN = "leiden-centrum@example.nl"


@pytest.fixture
def planned(sqlite_world: Database, clock: SetClock, snapshots: Snapshots) -> None:
    """Plan the reminders of the small region."""

    def reminders_of_the_region() -> None:
        with sqlite_world.session() as session:
            reminders.replan(session, now=clock.now(), today=clock.today())

    snapshots.once(sqlite_world, reminders_of_the_region)


@pytest.fixture
def leiden(app: App, client: TestClient, log_in: LogIn) -> TestClient:
    """A browser in which the centrumgemeente is logged in."""
    log_in(client, app, LEIDEN)
    return client


Enter = Callable[[str], TestClient]


@pytest.fixture
def enter(app: App, visit: Visit, log_in: LogIn) -> Enter:
    """A browser in which somebody is logged in."""

    def browser(address: str) -> TestClient:
        client = visit(app)
        log_in(client, app, address)
        return client

    return browser


BEHEER = "beheer@example.nl"
BEHEER_GOUDA = "beheer-gouda@example.nl"


@pytest.fixture
def administrators(sqlite_world: Database) -> None:
    """Add who manages the region of Leiden, and who manages Gouda and nothing else."""
    with sqlite_world.session() as session:
        for address, place in ((BEHEER, "leiden"), (BEHEER_GOUDA, "gouda")):
            key = address.partition("@")[0]
            session.add(ContactRow(key=key, name=f"Beheer {place.title()}", email=address))
            session.flush()
            session.add(ContactRoleRow(contact_key=key, role=Role.ADMIN, municipality_key=place))


@pytest.fixture
def beheer(app: App, client: TestClient, log_in: LogIn) -> TestClient:
    """A browser in which who manages the region is logged in."""
    log_in(client, app, BEHEER)
    return client


Statements = Callable[[Database], AbstractContextManager[list[str]]]


@pytest.fixture
def statements() -> Statements:
    """Note the statements that a database gets; a page must not need more for more rows.

    From a process that keeps nothing yet of what it read before.
    """

    @contextmanager
    def noted(database: Database) -> Iterator[list[str]]:
        found: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            found.append(statement)

        database._kept = Kept()
        _, engine = database.engines
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield found
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return noted
