"""Whether a mail in the outbox still says what is so, for mails that are about one edition.

Broadcasts and confirmations. What is in reminders and notices, their own planning takes back.
"""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from campagne.domain.delivery import DeliveryState, states_before
from campagne.domain.rota import EditionStatus
from campagne.services import delivery
from campagne.store.tables import DeliveryRow, EditionRow

log = logging.getLogger("campagne.delivery")

_CANCELLED = "ingetrokken: de campagne gaat niet door"
_MOVED = "ingetrokken: de datum is veranderd"


def withdraw(session: Session, *, now: datetime) -> None:
    """Take back the mails that wait while their edition moved or is cancelled.

    Call it in the transaction of the change, and in each round for what a server put off since.

    Args:
        session: a writing session.
        now: the instant, aware UTC.
    """
    cancelled = col(EditionRow.status) == EditionStatus.CANCELLED
    moved = col(EditionRow.date_version) != col(DeliveryRow.date_version)
    for wrong, why in ((cancelled, _CANCELLED), (moved, _MOVED)):
        found = session.scalars(
            select(col(DeliveryRow.id))
            .join(EditionRow, col(EditionRow.key) == col(DeliveryRow.edition_key))
            .where(col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED)), wrong)
        ).all()
        ids = [one for one in found if one is not None]
        if taken := delivery.cancel(session, ids, now=now, why=why):
            log.warning(
                "%d mails withdrawn, their edition moved or is cancelled: deliveries %s",
                len(taken),
                sorted(taken),
            )
