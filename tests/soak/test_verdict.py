"""That the judge of the kill test sees what is wrong: a judge that finds nothing proves nothing."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select, update

from campagne.domain.delivery import DeliveryState, Message, MessageKind
from campagne.services.outbox import delivery
from campagne.store.database import Database
from campagne.store.tables import AttemptRow, DeliveryRow
from tests.soak.verdict import Copy, judge

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
