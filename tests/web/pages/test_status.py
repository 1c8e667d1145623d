"""The page that says whether the mail works, and the same in numbers for a program."""

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from campagne import __version__
from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState, Message, MessageKind
from campagne.services.outbox import delivery
from campagne.services.planning import reminders
from campagne.store.tables import DeliveryRow
from tests.web.conftest import MakeApp, Visit

TOKEN = "t" * 32
_WITHOUT_NUMBER = re.compile(r"door: [0-9a-f]+\.")
BEARER = {"authorization": f"Bearer {TOKEN}"}


def _put(app: App, number: int, state: DeliveryState, *, hours: int = 0) -> None:
    """Put a mail in the outbox, some hours ago."""
    at = app.clock.now() - timedelta(hours=hours)
    message = Message(
        f"x{number}",
        MessageKind.REMINDER,
        "c@example.nl",
        "geheim@example.nl",
        "X",
        f"<{number}>",
        b"",
    )
    with app.database.session() as session:
        found = delivery.enqueue(session, message, now=at)
        row = session.get_one(DeliveryRow, found)
        row.state, row.settled_at = state, at


def test_nothing_is_wrong(client: TestClient) -> None:
    answer = client.get("/status")
    assert "Er ligt geen mail die al weg had moeten zijn." in answer.text
    assert "loopt in een ander proces" in answer.text
    assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == (
        "no-store",
        "noindex",
    )
    assert '<a href="/status">' in client.get("/").text


def test_what_is_wrong_is_said_with_what_to_do(app: App, client: TestClient) -> None:
    _put(app, 1, DeliveryState.DEFERRED, hours=2)
    _put(app, 2, DeliveryState.UNKNOWN)
    _put(app, 3, DeliveryState.FAILED)
    _put(app, 4, DeliveryState.FAILED, hours=24 * 8)
    text = client.get("/status").text
    assert "Er blijft mail liggen." in text
    assert "de oudste sinds maandag 7 september 2026, 6.00 uur" in text
    assert text.count('href="/beheer/verzendingen?stand=onbekend"') == 1
    assert text.count('href="/beheer/verzendingen?stand=mislukt"') == 1
    assert "geheim@example.nl" not in text


@pytest.mark.parametrize(("minutes", "still"), [(1, False), (30, True)])
def test_a_clock_that_stands_still(
    app: App, client: TestClient, minutes: int, *, still: bool
) -> None:
    app.last_round = app.clock.now() - timedelta(minutes=minutes)
    text = client.get("/status").text
    assert ("De klok staat stil." in text) is still
    assert "liep het laatst op maandag 7 september 2026" in text


def test_the_numbers_for_a_program(make_app: MakeApp, visit: Visit, clock: SetClock) -> None:
    app = make_app(metrics_token=TOKEN)
    with app.database.session() as session:
        reminders.replan(session, now=clock.now(), today=clock.today())
    _put(app, 1, DeliveryState.DUE, hours=2)
    _put(app, 2, DeliveryState.UNKNOWN)
    app.last_round = clock.now() - timedelta(seconds=12)
    answer = visit(app).get("/metrics", headers=BEARER)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    for line in (
        f'campagne_build_info{{version="{__version__}"}} 1',
        'campagne_deliveries{state="due"} 1',
        'campagne_deliveries{state="accepted"} 0',
        "campagne_oldest_due_seconds 7200.0",
        "campagne_mails_waiting 1",
        "campagne_mails_unknown 1",
        "campagne_mails_failed_7d 0",
        "campagne_paused_addresses 0",
        "campagne_last_round_age_seconds 12.0",
    ):
        assert line in lines
    values = [one for one in lines if not one.startswith("#")]
    names = {one.partition("{")[0].partition(" ")[0] for one in values}
    typed = {one.split()[2] for one in lines if one.startswith("# TYPE")}
    assert names == typed
    assert "@" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": TOKEN}, {"authorization": "Bearer x"}, {"authorization": "Bearer é"}],
)
def test_without_the_token_there_is_no_such_page(
    make_app: MakeApp, visit: Visit, headers: dict[str, str]
) -> None:
    sent = {name.encode(): value.encode() for name, value in headers.items()}
    for app in (make_app(metrics_token=TOKEN), make_app()):
        client = visit(app)
        answer = client.get("/metrics", headers=sent)
        assert answer.status_code == 404
        other = client.get("/niet-hier").text
        assert _WITHOUT_NUMBER.sub("", answer.text) == _WITHOUT_NUMBER.sub("", other)
    assert visit(make_app()).get("/metrics", headers=BEARER).status_code == 404
