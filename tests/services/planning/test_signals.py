"""What a team is told of a round: the campaigns and steps of that round, and of no person."""

from datetime import date
from pathlib import Path

import pytest

from campagne import resources
from campagne.channels.webhook import Webhook, WebhookKind
from campagne.clock import SetClock
from campagne.messages import Mails
from campagne.services.access import Links
from campagne.services.planning import reminders, rounds
from campagne.services.planning.rounds import PreparedRound
from campagne.services.planning.signals import Signals, new_reminders
from campagne.store import queries
from campagne.store.database import Database
from tests.http_server import answer, serving

LINKS = Links("https://campagne.example.nl", "s" * 32)


@pytest.fixture
def planned(world: Database, clock: SetClock) -> Database:
    with world.session() as session:
        reminders.replan(session, now=clock.now(), today=clock.today())
    return world


def play(database: Database, clock: SetClock, on: date) -> PreparedRound:
    clock.move_to(on)
    mails = Mails(resources.folder("templates") / "mail", sender="c@example.nl")
    return rounds.prepare(database, mails=mails, links=LINKS, clock=clock)


def test_a_card_names_the_campaigns_and_steps_of_the_round(
    planned: Database, clock: SetClock
) -> None:
    done = play(planned, clock, date(2026, 9, 21))
    assert done.reminders
    with planned.read() as session:
        card = new_reminders(session, done.at, LINKS)
        steps = {step.title for step in queries.steps(session)}

    assert card is not None
    assert card.title == "Er zijn nieuwe herinneringen verstuurd vanuit de Campagnekalender"
    names = [line.partition(": ")[0] for line in card.lines]
    assert "Week tegen Kindermishandeling 2026" in names
    assert len(set(names)) == len(names) == len(card.buttons)
    for line in card.lines:
        told = line.partition(": ")[2]
        assert told
        assert any(title in told for title in steps)
    assert {one.url.partition("/editie/")[0] for one in card.buttons} == {LINKS.base_url}


def test_a_card_names_nobody(planned: Database, clock: SetClock) -> None:
    done = play(planned, clock, date(2026, 9, 21))
    with planned.read() as session:
        shown = repr(new_reminders(session, done.at, LINKS))
        people = queries.contacts(session)
    assert people
    assert [one for one in people if one.name in shown or one.email in shown] == []
    assert "@" not in shown


def test_what_another_round_made_is_not_told_again(planned: Database, clock: SetClock) -> None:
    first = play(planned, clock, date(2026, 9, 21))
    clock.move_to(date(2026, 9, 22))
    with planned.read() as session:
        assert new_reminders(session, first.at, LINKS) is not None
        assert new_reminders(session, clock.now(), LINKS) is None


def test_the_card_is_posted_once(planned: Database, clock: SetClock) -> None:
    with serving(lambda _: [answer(202)]) as server:
        hook = Webhook(server.url, WebhookKind.TEAMS, seconds=15, allow_loopback=True)
        signals = Signals(planned, hook, LINKS)
        assert not signals.tell(clock.now())
        assert signals.tell(play(planned, clock, date(2026, 9, 21)).at)
    assert len(server.requests) == 1
    assert b"Week tegen Kindermishandeling" in server.requests[0].body


def test_a_database_that_is_away_is_no_defect(
    tmp_path: Path, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    hook = Webhook("https://example.nl/", WebhookKind.TEAMS)
    away = Database(f"sqlite:///{tmp_path / 'niet' / 'daar.db'}")
    assert not Signals(away, hook, LINKS).tell(clock.now())
    away.close()
    assert "was not told" in caplog.text
