"""Counts that stay cheap, however many mails there were, on both databases."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event, insert, text

from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.services.status import Status, look
from campagne.store.database import Database
from campagne.store.tables import DeliveryRow


def _fill(database: Database, clock: SetClock, number: int) -> None:
    states = {0: DeliveryState.FAILED, 1: DeliveryState.UNKNOWN, 2: DeliveryState.DEFERRED}
    with database.session() as session:
        session.execute(
            insert(DeliveryRow),
            [
                {
                    "key": f"k{one}",
                    "message_id": f"<{one}>",
                    "kind": MessageKind.REMINDER,
                    "sender": "c@example.nl",
                    "recipient": "x@example.nl",
                    "subject": "x",
                    "raw": b"x",
                    "state": states.get(one, DeliveryState.ACCEPTED),
                    "next_at": clock.now() - timedelta(minutes=one),
                    "created_at": clock.now() - timedelta(minutes=one),
                    "settled_at": clock.now(),
                }
                for one in range(number)
            ],
        )


def test_the_counts(world: Database, clock: SetClock) -> None:
    _fill(world, clock, 10)
    with world.read() as session:
        found = look(session, now=clock.now(), today=clock.today())
    assert found == Status(
        at=clock.now(),
        deliveries={
            DeliveryState.FAILED: 1,
            DeliveryState.UNKNOWN: 1,
            DeliveryState.DEFERRED: 1,
            DeliveryState.ACCEPTED: 7,
        },
        waiting=1,
        waiting_since=clock.now() - timedelta(minutes=2),
        due_since=clock.now() - timedelta(minutes=2),
        failed_recently=1,
        paused=0,
        planned=0,
        overdue=0,
        calendars=0,
        calendars_failing=0,
        links=0,
        links_dead=0,
        data_version=1,
    )
    assert (found.unknown, found.is_stuck) == (1, False)


def test_no_count_reads_every_mail(sqlite_world: Database, clock: SetClock) -> None:
    """Each reads an index: a mail is some tens of kilobytes, its entry there a few bytes."""
    statements: list[tuple[str, Any]] = []
    with sqlite_world.read() as session:
        bind = session.connection()
        event.listen(
            bind,
            "before_cursor_execute",
            lambda _c, _cursor, statement, values, *_: statements.append((statement, values)),
        )
        look(session, now=clock.now(), today=clock.today())
        asked = [one for one in statements if "delivery" in one[0] or "reminder" in one[0]]
        assert len(asked) == 5
        for statement, values in asked:
            plan = bind.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            steps = [str(row[-1]) for row in plan]
            assert all("INDEX" in one for one in steps if one.startswith(("SCAN", "SEARCH"))), steps
        session.execute(text("SELECT 1"))
