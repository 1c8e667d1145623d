"""What a change does to the reminders that are stored."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from campagne.domain.reconciliation import OutboxMail, StoredReminder, reconcile
from campagne.domain.reminders import PlannedReminder, ReminderKey, ReminderState

TODAY = date(2026, 9, 7)

KEY = ReminderKey("orange-the-world-2026", "acties", "katwijk", "beleid-katwijk", 1)
ADDRESSES = {"beleid-katwijk": "b@example.nl"}
WANTED = PlannedReminder(KEY, date(2026, 9, 16), date(2026, 11, 24))


def _stored(
    state: ReminderState = ReminderState.PLANNED,
    *,
    key: ReminderKey = KEY,
    due_on: date = WANTED.due_on,
    valid_until: date = WANTED.valid_until,
    mail: OutboxMail | None = None,
    number: int = 7,
) -> StoredReminder:
    return StoredReminder(number, key, due_on, valid_until, state, mail)


@pytest.mark.parametrize(
    ("wanted", "stored", "expected"),
    [
        pytest.param([WANTED], [], ([WANTED], [], []), id="new"),
        pytest.param([WANTED], [_stored()], ([], [], []), id="as it is"),
        pytest.param(
            [WANTED],
            [_stored(due_on=date(2026, 9, 1))],
            ([], [(7, WANTED.due_on, WANTED.valid_until)], []),
            id="the playbook moved it",
        ),
        pytest.param([], [_stored()], ([], [], [7]), id="no longer wanted"),
        pytest.param([], [_stored(ReminderState.QUEUED)], ([], [], []), id="sent stays"),
        pytest.param([], [_stored(ReminderState.WITHDRAWN)], ([], [], []), id="stays withdrawn"),
        pytest.param(
            [],
            [_stored(valid_until=TODAY - timedelta(days=1))],
            ([], [], []),
            id="past its day: left to expire",
        ),
        pytest.param(
            [],
            [_stored(ReminderState.EXPIRED)],
            ([], [], [7]),
            id="dropped before its day, and wanted no more",
        ),
        pytest.param(
            [],
            [_stored(ReminderState.EXPIRED, valid_until=TODAY - timedelta(days=1))],
            ([], [], []),
            id="stays expired",
        ),
        pytest.param(
            [WANTED],
            [_stored(ReminderState.QUEUED, due_on=date(2026, 9, 1))],
            ([], [], []),
            id="sent is never moved",
        ),
        pytest.param(
            [WANTED],
            [_stored(ReminderState.WITHDRAWN)],
            ([], [(7, WANTED.due_on, WANTED.valid_until)], []),
            id="wanted again after an undo",
        ),
        pytest.param(
            [WANTED],
            [_stored(ReminderState.EXPIRED)],
            ([], [(7, WANTED.due_on, WANTED.valid_until)], []),
            id="useful again after a move",
        ),
    ],
)
def test_reconcile(
    wanted: Sequence[PlannedReminder],
    stored: Sequence[StoredReminder],
    expected: tuple[list[PlannedReminder], list[tuple[int, date, date]], list[int]],
) -> None:
    changes = reconcile({one.key: one for one in wanted}, stored, TODAY, ADDRESSES)
    assert (list(changes.add), list(changes.move), list(changes.withdraw)) == expected


@pytest.mark.parametrize(
    ("state", "due_on", "expected_added"),
    [
        # An unsent one of the older dates is withdrawn and the new one planned.
        (ReminderState.PLANNED, date(2026, 9, 1), True),
        # Told already, and due at once again: not a second time.
        (ReminderState.QUEUED, TODAY, False),
        # Told already, but the new day is still to come: told again in time.
        (ReminderState.QUEUED, TODAY + timedelta(days=1), True),
    ],
)
def test_moved_dates(state: ReminderState, due_on: date, expected_added: bool) -> None:  # noqa: FBT001 - a table
    moved = PlannedReminder(KEY._replace(date_version=2), due_on, WANTED.valid_until)
    changes = reconcile({moved.key: moved}, [_stored(state)], TODAY, ADDRESSES)
    assert bool(changes.add) is expected_added
    assert changes.withdraw == ((7,) if state is ReminderState.PLANNED else ())


WAITS = OutboxMail(3, "b@example.nl", waits=True)
REFUSED = OutboxMail(3, "b@example.nl", waits=False)
OTHER = WANTED.key._replace(step="raad")
AGAIN = (7, WANTED.due_on, WANTED.valid_until)


def _queued(mail: OutboxMail, key: ReminderKey = KEY, number: int = 7) -> StoredReminder:
    return _stored(ReminderState.QUEUED, key=key, mail=mail, number=number)


@pytest.mark.parametrize(
    ("wanted", "stored", "address", "expected"),
    [
        pytest.param([WANTED], [_queued(WAITS)], "b@example.nl", ((), (), ()), id="still right"),
        pytest.param([], [_queued(WAITS)], "b@example.nl", ((3,), (), (7,)), id="not wanted"),
        pytest.param(
            [WANTED], [_queued(WAITS)], "nieuw@example.nl", ((3,), (AGAIN,), ()), id="readdressed"
        ),
        pytest.param(
            [WANTED],
            [_stored(ReminderState.QUEUED, due_on=date(2026, 9, 1), mail=WAITS)],
            "b@example.nl",
            ((3,), (AGAIN,), ()),
            id="another day",
        ),
        pytest.param(
            [WANTED],
            [_queued(WAITS), _queued(WAITS, OTHER, 8)],
            "b@example.nl",
            ((3,), (AGAIN,), (8,)),
            id="one of two withdrawn: the other again",
        ),
        pytest.param([], [_queued(REFUSED)], "b@example.nl", ((), (), ()), id="refused: history"),
        pytest.param(
            [WANTED], [_queued(REFUSED)], "b@example.nl", ((), (), ()), id="refused, same address"
        ),
        pytest.param(
            [WANTED],
            [_queued(REFUSED)],
            "nieuw@example.nl",
            ((3,), (AGAIN,), ()),
            id="refused, and now there is another address",
        ),
    ],
)
def test_what_waits_in_the_outbox(
    wanted: Sequence[PlannedReminder],
    stored: Sequence[StoredReminder],
    address: str,
    expected: tuple[tuple[int, ...], tuple[tuple[int, date, date], ...], tuple[int, ...]],
) -> None:
    changes = reconcile(
        {one.key: one for one in wanted}, stored, TODAY, {"beleid-katwijk": address}
    )
    assert (changes.recall, changes.move, changes.withdraw) == expected


def test_what_is_taken_back_counts_as_never_told() -> None:
    moved = PlannedReminder(KEY._replace(date_version=2), TODAY, WANTED.valid_until)
    changes = reconcile({moved.key: moved}, [_queued(WAITS)], TODAY, ADDRESSES)
    assert (changes.add, changes.recall, changes.withdraw) == ((moved,), (3,), (7,))


def test_each_level_is_told_for_itself() -> None:
    again = PlannedReminder(KEY._replace(date_version=2, level=1), TODAY, WANTED.valid_until)
    changes = reconcile({again.key: again}, [_stored(ReminderState.QUEUED)], TODAY, ADDRESSES)
    assert changes.add == (again,)
