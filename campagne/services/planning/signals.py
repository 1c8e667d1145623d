"""Tells a team what a round of the clock made: which campaigns and steps, and of no person."""

import logging
from collections import defaultdict
from datetime import datetime

from sqlmodel import Session, col, select

from campagne.channels.webhook import Button, Card, Webhook
from campagne.domain.rota import Edition
from campagne.errors import CampagneError
from campagne.services.access import Links
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import DeliveryRow, ReminderRow

log = logging.getLogger("campagne.webhook")


class Signals:
    """Posts a card about new reminders; beside the mail, which waits for none of this.

    Args:
        database: where the reminders are.
        webhook: where the card goes.
        links: makes the addresses on it.
    """

    def __init__(self, database: Database, webhook: Webhook, links: Links) -> None:
        self._database = database
        self._webhook = webhook
        self._links = links

    def tell(self, at: datetime) -> bool:
        """Tell of the reminders of one round; True when the card was taken.

        Takes as long as the webhook may at most. A fault is told in the log and nothing is tried
        again: a card that comes late, or twice, is worse than none.

        Args:
            at: instant of the round, aware UTC.
        """
        try:
            with self._database.read() as session:
                card = new_reminders(session, at, self._links)
        except CampagneError as error:
            log.warning("the team was not told of new reminders: %s", error)
            return False
        return card is not None and self._webhook.announce(card)


def new_reminders(session: Session, at: datetime, links: Links) -> Card | None:
    """Return the card about the reminders that a round put in the outbox; None without any.

    Args:
        session: a session, reading is enough.
        at: instant of the round, aware UTC.
        links: makes the addresses on it.
    """
    found = session.exec(
        select(col(ReminderRow.edition_key), col(ReminderRow.step_key))
        .join(DeliveryRow, col(DeliveryRow.id) == col(ReminderRow.delivery_id))
        .where(col(DeliveryRow.created_at) == at)
        .distinct()
    )
    told = defaultdict(set)
    for edition_key, step_key in found:
        told[edition_key].add(step_key)
    if not told:
        return None
    names = {key: campaign.name for key, campaign in queries.campaigns(session).items()}
    steps = queries.steps(session, switched_off_too=True)

    def line(edition: Edition) -> str:
        titles = ", ".join(step.title for step in steps if step.key in told[edition.key])
        return f"{names[edition.campaign]} {edition.year}: {titles}"

    editions = queries.editions(session, keys=told)
    return Card(
        title="Er zijn nieuwe herinneringen verstuurd vanuit de Campagnekalender",
        lines=tuple(line(one) for one in editions),
        buttons=tuple(
            Button(f"Bekijk {names[one.campaign]}", links.edition(one.key)) for one in editions
        ),
    )
