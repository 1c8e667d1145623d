"""Real processes and a real mail server: every mail arrives, and none twice unseen."""

import json
from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from campagne.domain.delivery import DeliveryState
from campagne.store.database import Database
from campagne.store.tables import AttemptRow, DeliveryRow
from tests.e2e.conftest import Install, MailServer
from tests.e2e.processes import Campagne, wait_for


def _sending(install: Install, mail_server: MailServer, calendars: Path, **other: str) -> Campagne:
    return install(
        calendars_dir=str(calendars),
        demo="true",
        smtp_url=mail_server.url,
        smtp_insecure="true",
        **other,
    )


def _due_today(campagne: Campagne) -> list[dict[str, Any]]:
    """Return the reminders of today, before anything sends them."""
    day = campagne.run("tick", "--dry-run", "--format=json")
    due: list[dict[str, Any]] = json.loads(day)
    assert len({one["gemeente"] for one in due}) == 18
    return due


def _states(campagne: Campagne) -> Counter[str]:
    database = Database(campagne.database_url)
    with database.read() as session:
        found = Counter(state.value for state in session.exec(select(col(DeliveryRow.state))))
    database.close()
    return found


def _assert_each_reminder_came_once(due: list[dict[str, Any]], server: MailServer) -> None:
    assert server.copies() == dict.fromkeys({one["aan"] for one in due}, 1)
    texts = {}
    for recipient, raw in server.taken():
        mail = message_from_bytes(raw, policy=default)
        assert mail["To"].addresses[0].addr_spec == recipient
        body = mail.get_body(("plain",))
        assert body is not None
        texts[recipient] = body.get_content()
    for one in due:
        assert f"/editie/{one['editie']}" in texts[one["aan"]], one


def _let_pass(campagne: Campagne, time: timedelta) -> None:
    """Make the outbox as it will be when that time has passed.

    Nobody can wait eleven minutes in a test, and no clock can be set while mail really goes out.
    """
    database = Database(campagne.database_url)
    with database.session() as session:
        for row in session.exec(select(DeliveryRow)):
            row.lease_until = row.lease_until and row.lease_until - time
        for attempt in session.exec(select(AttemptRow)):
            attempt.ended_at = attempt.ended_at and attempt.ended_at - time
    database.close()


def test_every_due_reminder_arrives_once(
    install: Install, mail_server: MailServer, due_today: Path
) -> None:
    campagne = _sending(install, mail_server, due_today)
    due = _due_today(campagne)

    serving = campagne.start_pages()
    wait_for("all mails", lambda: len(mail_server.taken()) >= len({one["aan"] for one in due}))
    assert serving.stop() == 0
    # What runs anew sends nothing again.
    report = campagne.rows("tick")[0]

    _assert_each_reminder_came_once(due, mail_server)
    assert set(_states(campagne)) == {"accepted"}
    assert report["verzonden"] == report["klaargezet"] == 0
    assert "Traceback" not in serving.said


@pytest.mark.parametrize("word", ["hold", "refuse"])
def test_a_kill_in_the_middle_loses_nothing_and_doubles_nothing_unseen(
    install: Install, mail_server: MailServer, due_today: Path, word: str
) -> None:
    # One connection: with more, each has a mail that waits for its answer.
    campagne = _sending(install, mail_server, due_today, senders="1")
    due = _due_today(campagne)
    people = {one["aan"] for one in due}
    mail_server.fall_silent(word, after=4)

    first = campagne.start("serve")
    wait_for("a sender that waits for an answer", mail_server.is_silent)
    first.kill()
    mail_server.recover()
    assert _states(campagne)["sending"] == 1
    _let_pass(campagne, timedelta(minutes=11))
    second = campagne.start_pages()
    wait_for("the rest", lambda: _states(campagne) == {"accepted": len(people) - 1, "unknown": 1})

    # Everybody has one mail at most; of one the service says that it does not know.
    unknown = campagne.rows("deliveries", "list", "--state=unknown")
    assert all(copies == 1 for copies in mail_server.copies().values())
    assert people - mail_server.copies().keys() <= {unknown[0]["aan"]}
    assert " onbekend " in campagne.run("deliveries", "list")

    _let_pass(campagne, timedelta(minutes=15))
    wait_for("the second try", lambda: _states(campagne) == {"accepted": len(people)})
    assert second.stop() == 0

    came = mail_server.copies()
    assert came.keys() == people
    copies = [raw for recipient, raw in mail_server.taken() if recipient == unknown[0]["aan"]]
    assert len(copies) == (2 if word == "hold" else 1)
    assert len(set(copies)) == 1
    assert sum(came.values()) == len(people) + len(copies) - 1
    ids = {message_from_bytes(raw)["Message-ID"] for _, raw in mail_server.taken()}
    assert len(ids) == len(people)


def test_two_workers_on_postgresql_send_every_reminder_once(
    install: Install, mail_server: MailServer, due_today: Path, empty_postgres_url: str
) -> None:
    campagne = _sending(install, mail_server, due_today, database_url=empty_postgres_url)
    refused = campagne.try_to("rota", "apply")
    assert refused.returncode == 1
    assert "campagne db upgrade" in refused.stderr
    campagne.run("db", "upgrade")
    campagne.run("rota", "apply")
    due = _due_today(campagne)

    workers = [campagne.start("worker"), campagne.start("worker")]
    pages = campagne.start_pages("web")
    wait_for("all mails", lambda: _states(campagne) == {"accepted": len(mail_server.taken())})
    feed = campagne.get("/feeds/gemeente/katwijk.ics")
    for process in (*workers, pages):
        process.look_alive()
    assert [one.stop() for one in (*workers, pages)] == [0, 0, 0]

    _assert_each_reminder_came_once(due, mail_server)
    assert feed.ok
    assert "over-zeven-weken" in feed.text
    database = Database(empty_postgres_url)
    with database.read() as session:
        tries = session.exec(select(col(AttemptRow.outcome))).all()
    database.close()
    assert tries == [DeliveryState.ACCEPTED] * len(mail_server.taken())
    assert not [one.log for one in (*workers, pages) if "Traceback" in one.said]
