"""That the judge of the kill test sees what is wrong: a judge that finds nothing proves nothing."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select, update

from campagne.bootstrap import build
from campagne.clock import Clock, local_day
from campagne.domain.delivery import DeliveryState, Message, MessageKind
from campagne.services.outbox import delivery
from campagne.services.regional import mailing, releases
from campagne.settings import Settings
from campagne.store.database import Database
from campagne.store.tables import AttemptRow, DeliveryRow
from tests.soak.harness import Plan
from tests.soak.releasing import Broadcasts
from tests.soak.verdict import Copy, judge
from tests.soak.working import FastClock

_NOW = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
_COPY = Copy("a@example.nl", "<1@example.nl>", hashlib.sha256(b"mail").hexdigest(), answered=True)


def _stored(
    database: Database,
    state: DeliveryState,
    kind: MessageKind = MessageKind.REMINDER,
    to: str = "a@example.nl",
    *,
    unheard: bool = False,
) -> None:
    message = Message("1", kind, "b@example.nl", to, "Mail", "<1@example.nl>", b"mail")
    with database.session() as session:
        delivery.enqueue(session, message, now=_NOW)
        session.exec(update(DeliveryRow).values(state=state))
        (number,) = session.exec(select(col(DeliveryRow.id))).all()
        if unheard:
            outcome = DeliveryState.UNKNOWN
            session.add(
                AttemptRow(delivery_id=number or 0, fence=1, started_at=_NOW, outcome=outcome)
            )


def test_what_was_sent_once_is_clean(sqlite_database: Database) -> None:
    _stored(sqlite_database, DeliveryState.ACCEPTED)
    assert judge(sqlite_database, [_COPY]).is_clean


def test_a_reminder_that_was_resent_seen_is_clean(sqlite_database: Database) -> None:
    _stored(sqlite_database, DeliveryState.ACCEPTED, unheard=True)
    found = judge(sqlite_database, [_COPY, _COPY])
    assert found.is_clean
    assert found.resent == 1


@pytest.mark.parametrize(
    "state",
    [DeliveryState.ACCEPTED, DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.FAILED],
)
def test_what_never_came_and_is_not_told_is_lost(
    sqlite_database: Database, state: DeliveryState
) -> None:
    _stored(sqlite_database, state)
    assert judge(sqlite_database, []).lost == [1]


def test_a_double_that_no_try_tells_of_is_unseen(sqlite_database: Database) -> None:
    _stored(sqlite_database, DeliveryState.ACCEPTED)
    assert judge(sqlite_database, [_COPY, _COPY]).unseen == [1]


def test_a_broadcast_that_came_twice_is_found(sqlite_database: Database) -> None:
    _stored(sqlite_database, DeliveryState.UNKNOWN, MessageKind.BROADCAST, unheard=True)
    assert judge(sqlite_database, [_COPY, _COPY]).doubled_under_hold == [1]


def test_other_bytes_third_copies_and_held_mails_are_forbidden(sqlite_database: Database) -> None:
    _stored(sqlite_database, DeliveryState.ACCEPTED, unheard=True)
    assert judge(sqlite_database, [_COPY, replace(_COPY, hash="0")]).forbidden == [1]
    assert judge(sqlite_database, [_COPY] * 3).forbidden == [1]
    assert judge(sqlite_database, [_COPY, replace(_COPY, id="<2@example.nl>")]).forbidden == [0]
    with sqlite_database.session() as session:
        session.exec(update(DeliveryRow).values(state=DeliveryState.HELD))
    assert judge(sqlite_database, [_COPY]).forbidden == [1]


def test_who_has_no_mail_of_a_broadcast_is_missed(
    sqlite_database: Database, tmp_path: Path
) -> None:
    clock = FastClock(Clock().now(), tmp_path)
    outbox = Broadcasts(sqlite_database, clock, Plan(kills=0, mails=120, workers=1))
    outbox.fill(120)
    assert not outbox.is_settled()
    app = build(Settings(data_dir=tmp_path, database_url=sqlite_database.url), clock)
    made: dict[str, Any] = {"links": app.links, "mails": app.mails}
    now = clock.now() + timedelta(minutes=2)
    with sqlite_database.session() as session:
        releases.queue_due(session, now=now, today=local_day(now), **made)
    assert mailing.make(sqlite_database, clock=clock, **made) > 120
    outbox.check()
    with sqlite_database.session() as session:
        lost = update(DeliveryRow).where(col(DeliveryRow.contact_key) == "katwijk-77")
        session.exec(lost.values(broadcast_id=None))
    with pytest.raises(AssertionError, match="katwijk-77"):
        outbox.check()
