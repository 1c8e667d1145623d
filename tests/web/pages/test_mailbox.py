"""The mailbox page."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState
from campagne.services.outbox import mailbox
from campagne.services.planning.reminder_mails import queue_due
from campagne.services.planning.reminders import replan
from campagne.store import tables
from campagne.store.database import Database

PATHS = ["/postvak", "/postvak/1", "/postvak/1/html"]


@pytest.fixture
def with_mail(app: App, clock: SetClock) -> App:
    """The service with the reminder mails of today in its outbox."""
    with app.database.session() as session:
        replan(session, now=clock.now(), today=clock.today())
        queue_due(session, mails=app.mails, links=app.links, now=clock.now(), today=clock.today())
        assert mailbox.lines(session, limit=1)
    return app


def test_an_empty_mailbox_says_when_the_first_comes(client: TestClient) -> None:
    """An empty page would look broken."""
    assert "Er zijn nog geen mails." in client.get("/postvak").text


def test_a_mail_can_be_read(with_mail: App, visit: Callable[[App], TestClient]) -> None:
    """In the list, as text, and with its own style in a frame that can do nothing."""
    client = visit(with_mail)
    listed = client.get("/postvak")
    assert "wacht op verzending" in listed.text
    assert listed.headers["cache-control"] == "no-store"
    number = listed.text.partition('href="/postvak/')[2].partition('"')[0]
    page = client.get(f"/postvak/{number}")
    assert "@example.nl" in page.text
    assert "maandag 7 september 2026, 8.00 uur" in page.text
    assert f'src="/postvak/{number}/html"' in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    body = client.get(f"/postvak/{number}/html")
    assert "<html" in body.text
    assert '<base target="_blank">' in body.text
    policy = body.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert body.headers["x-frame-options"] == "SAMEORIGIN"


def test_a_subject_is_never_markup(
    with_mail: App, visit: Callable[[App], TestClient], sqlite_world: Database
) -> None:
    """Mails are made from templates that people edit."""
    with sqlite_world.session() as session:
        session.get_one(tables.DeliveryRow, 1).subject = "<b>vet</b>"
    assert "<b>vet</b>" not in visit(with_mail).get("/postvak").text


def test_many_mails_are_paged(with_mail: App, visit: Callable[[App], TestClient]) -> None:
    """Twenty-five on a page, the newest first."""
    with with_mail.database.session() as session:
        first = session.get_one(tables.DeliveryRow, 1)
        copied = first.model_dump(exclude={"id", "key", "message_id"})
        session.add_all(
            tables.DeliveryRow(key=f"k{n}", message_id=f"<{n}@example.nl>", **copied)
            for n in range(30)
        )
    client = visit(with_mail)
    newest, older = client.get("/postvak").text, client.get("/postvak?pagina=2").text
    assert newest.count("<tr>") == 26
    assert "Oudere mails" in newest
    assert "Nieuwere mails" not in newest
    assert "Nieuwere mails" in older
    assert "Oudere mails" not in older
    assert 'href="/postvak/1"' in older


def test_mails_to_one_recipient_can_be_found(
    with_mail: App, visit: Callable[[App], TestClient], sqlite_world: Database
) -> None:
    """By a part of the address, on every page of the list; what was written is no mail sent."""
    with sqlite_world.session() as session:
        first = session.get_one(tables.DeliveryRow, 1)
        first.state = DeliveryState.ACCEPTED
        copied = first.model_dump(exclude={"id", "key", "message_id", "recipient", "state"})
        session.add_all(
            tables.DeliveryRow(
                key=f"k{n}",
                message_id=f"<{n}@example.nl>",
                recipient=f"Bel_eid-{n}@example.nl",
                state=DeliveryState.ACCEPTED,
                **copied,
            )
            for n in range(30)
        )
    client = visit(with_mail)
    html = client.get("/postvak?aan=+bel_eid+").text
    assert html.count("<tr>") == 26
    assert html.count("Bel_eid-") == 25
    assert 'value="bel_eid"' in html
    assert 'href="/postvak?pagina=2&amp;aan=bel_eid"' in html
    assert '<td data-label="Stand">geschreven</td>' in html
    rest = client.get("/postvak?pagina=2&aan=bel_eid").text
    assert rest.count("Bel_eid-") == 5
    assert 'href="/postvak?pagina=1&amp;aan=bel_eid"' in rest
    assert "Er zijn geen mails aan “bel%eid”." in client.get("/postvak?aan=bel%25eid").text


@pytest.mark.parametrize(
    "path", ["/postvak/999", "/postvak/99999999999999999999", "/postvak?pagina=0", "/postvak/x"]
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    """However large the number."""
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "settings",
    [
        {"host": "0.0.0.0"},  # noqa: S104 - that is what must close the mailbox
        {"host": "192.0.2.7"},
        {"smtp_url": "smtps://127.0.0.1"},  # the only way out to real mail under this name
        {"base_url": "https://campagne.example.nl"},  # behind a proxy on the same machine
    ],
)
def test_it_is_closed_when_others_can_reach_it_or_mail_really_goes_out(
    make_app: Callable[..., App],
    visit: Callable[[App], TestClient],
    path: str,
    settings: dict[str, str],
) -> None:
    """Not even the menu speaks of it."""
    client = visit(make_app(**settings))
    assert client.get(path).status_code == 404
    assert "Postvak" not in client.get("/").text


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_it_is_open_on_loopback(
    make_app: Callable[..., App], visit: Callable[[App], TestClient], host: str
) -> None:
    """By each of its names."""
    assert visit(make_app(host=host)).get("/postvak").status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_what_a_proxy_passes_on_is_refused(
    with_mail: App, visit: Callable[[App], TestClient], path: str, header: str
) -> None:
    """A proxy was set up first and the address of the service not yet: the links would leak."""
    client = visit(with_mail)
    assert client.get(path).status_code == 200
    assert client.get(path, headers={header: "203.0.113.9"}).status_code == 404
