"""The life of a delivery: moves, waiting, what a refusal means, what an unknown outcome becomes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.delivery import (
    ALLOWED,
    GIVE_UP_AFTER,
    DeliveryState,
    MessageKind,
    after_unknown,
    is_permanent,
    may_move,
    message_id,
    next_attempt,
    states_before,
)

_NOON = datetime(2026, 9, 7, 10, 0, tzinfo=UTC)


def test_every_state_has_its_moves() -> None:
    assert set(ALLOWED) == set(DeliveryState)


@pytest.mark.parametrize(
    ("start", "end", "allowed"),
    [
        ("held", "due", True),
        ("held", "claimed", False),
        ("due", "claimed", True),
        ("due", "sending", False),
        ("claimed", "sending", True),
        ("claimed", "due", True),
        ("claimed", "accepted", False),
        ("claimed", "cancelled", True),
        ("sending", "accepted", True),
        ("sending", "unknown", True),
        ("sending", "due", False),
        ("sending", "cancelled", False),
        ("unknown", "accepted", True),
        ("accepted", "due", False),
        ("accepted", "bounced", True),
        ("cancelled", "due", False),
    ],
)
def test_moves(start: str, end: str, *, allowed: bool) -> None:
    assert may_move(DeliveryState(start), DeliveryState(end)) is allowed
    assert (DeliveryState(start) in states_before(DeliveryState(end))) is allowed


def test_what_was_accepted_can_never_be_sent_again() -> None:
    reachable = {DeliveryState.ACCEPTED}
    while more := {end for state in reachable for end in ALLOWED[state]} - reachable:
        reachable |= more

    assert reachable == {DeliveryState.ACCEPTED, DeliveryState.BOUNCED}


def test_a_body_goes_out_only_from_a_claim() -> None:
    assert states_before(DeliveryState.SENDING) == [DeliveryState.CLAIMED]


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 60), (70, 60)],
)
def test_each_wait_is_longer_up_to_an_hour(attempts: int, minutes: int) -> None:
    assert next_attempt(attempts, _NOON, _NOON, 0.0) == _NOON + timedelta(minutes=minutes)


@given(st.integers(1, 100), st.floats(0, 1))
def test_jitter_adds_at_most_a_fifth(attempts: int, jitter: float) -> None:
    plain = next_attempt(attempts, _NOON, _NOON, 0.0)
    spread = next_attempt(attempts, _NOON, _NOON, jitter)

    assert plain is not None
    assert spread is not None
    assert plain <= spread <= plain + (plain - _NOON) * 0.2 + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("tried_for", "gives_up"),
    [
        (GIVE_UP_AFTER - timedelta(seconds=1), False),
        (GIVE_UP_AFTER, True),
        (timedelta(days=30), True),
    ],
)
def test_it_gives_up_after_three_days(tried_for: timedelta, *, gives_up: bool) -> None:
    assert (next_attempt(9, _NOON, _NOON + tried_for, 0.5) is None) is gives_up


@pytest.mark.parametrize(
    ("code", "text", "permanent"),
    [
        (550, "5.1.1 no such user", True),
        (550, "no such user", True),
        (553, "mailbox name not allowed", True),
        (554, "5.7.1 looks like spam", True),
        (552, "5.3.4 message too big", True),
        (552, "message exceeds fixed maximum size", True),
        (552, "5.2.2 mailbox full", False),
        (550, "5.2.2 over quota", False),
        (550, "4.2.1 try again later", False),
        (550, "5.2.21 something else", True),
        (450, "4.7.1 greylisted", False),
        (451, "local error", False),
        (452, "4.3.1 disk full", False),
        (421, "closing", False),
        (530, "5.7.0 must issue STARTTLS first", False),
        (535, "5.7.8 wrong password", False),
    ],
)
def test_which_refusals_are_final(code: int, text: str, *, permanent: bool) -> None:
    assert is_permanent(code, text) is permanent


@given(st.integers(400, 499), st.text())
def test_a_4xx_is_never_final(code: int, text: str) -> None:
    assert not is_permanent(code, text)


@pytest.mark.parametrize(
    ("kind", "resends", "minutes", "state"),
    [
        ("reminder", 0, 14.9, "unknown"),
        ("reminder", 0, 15, "due"),
        ("reminder", 1, 600, "unknown"),
        ("confirmation", 0, 15, "due"),
        ("broadcast", 0, 15, "unknown"),
        ("broadcast", 0, 100_000, "unknown"),
    ],
)
def test_what_an_unknown_outcome_becomes(
    kind: str, resends: int, minutes: float, state: str
) -> None:
    now = _NOON + timedelta(minutes=minutes)

    assert after_unknown(MessageKind(kind), resends, _NOON, now) == state


def test_a_key_always_has_the_same_message_id() -> None:
    first = message_id("reminder:a", "campagne@example.nl")

    assert first == message_id("reminder:a", "campagne@example.nl")
    assert first != message_id("reminder:b", "campagne@example.nl")
    assert first.startswith("<")
    assert first.endswith("@example.nl>")
