"""The outbox: what goes in, once."""

from campagne.domain.delivery import DeliveryState
from campagne.services.outbox import delivery
from campagne.store.database import Database
from tests.services.outbox.filling import START, message, only_row


def test_a_message_is_put_in_once(database: Database) -> None:
    with database.session() as session:
        first = delivery.enqueue(session, message(1), now=START)
        again = delivery.enqueue(session, message(1), now=START)
    with database.session() as session:
        later = delivery.enqueue(session, message(1), now=START)

    row = only_row(database)
    assert (first, again, later) == (row.id, None, None)
    assert (row.state, row.next_at, row.raw) == (DeliveryState.DUE, START, message(1).raw)
