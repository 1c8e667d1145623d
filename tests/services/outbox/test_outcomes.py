"""What a person may do about a mail of which the outcome is unknown, or that failed."""

from datetime import timedelta

import pytest

from campagne.domain.delivery import DeliveryState
from campagne.errors import InvalidInputError
from campagne.services.outbox import outcomes
from campagne.store.database import Database
from tests.services.outbox.filling import START, fill, only_row, set_all


@pytest.mark.parametrize(
    ("state", "allowed"),
    [("unknown", True), ("failed", True), ("accepted", False), ("sending", False), ("due", False)],
)
def test_a_person_sends_again_only_what_cannot_double_unseen(
    database: Database, state: str, *, allowed: bool
) -> None:
    (number,) = fill(database, 1)
    set_all(
        database, state=DeliveryState(state), attempts=70, first_tried_at=START, settled_at=START
    )
    later = START + timedelta(hours=80)

    with database.session() as session:
        if allowed:
            outcomes.resend(session, number, now=later)
        else:
            with pytest.raises(InvalidInputError):
                outcomes.resend(session, number, now=later)

    row = only_row(database)
    if allowed:
        # Its tries are counted anew; else it would be given up at the first fault.
        assert (row.state, row.next_at, row.settled_at) == (DeliveryState.DUE, later, None)
        assert (row.attempts, row.first_tried_at) == (0, None)
    else:
        assert (row.state, row.attempts) == (state, 70)


@pytest.mark.parametrize(("arrived", "state"), [(True, "accepted"), (False, "failed")])
def test_a_person_says_what_became_of_a_mail(
    database: Database, *, arrived: bool, state: str
) -> None:
    (number,) = fill(database, 1)
    set_all(database, state=DeliveryState.UNKNOWN)

    with database.session() as session:
        outcomes.resolve(session, number, arrived=arrived, now=START)
        with pytest.raises(InvalidInputError):
            outcomes.resolve(session, number, arrived=arrived, now=START)

    row = only_row(database)
    assert (row.state, row.settled_at) == (state, START)
