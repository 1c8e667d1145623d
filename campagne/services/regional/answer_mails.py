"""The mail that confirms an answer to the contacts of the gemeente that gave it."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from campagne.clock import local_day
from campagne.domain import dutch
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.regions import Municipality
from campagne.domain.rota import Campaign, Edition, EditionStatus
from campagne.messages import Mails
from campagne.regional_contexts import ConfirmationContext
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.mail_words import mail_templates
from campagne.services.outbox import delivery
from campagne.services.regional import given
from campagne.store import queries
from campagne.store.tables import AnswerRow, DeliveryRow

# Who corrects an answer at once gets one mail, about the last. A link can be pressed by whoever
# has the mail, so what it sends has a bound.
_CONFIRM_AFTER = timedelta(minutes=2)
_PERIOD = timedelta(hours=1)
_MOST_IN_PERIOD = 3


def confirm(
    session: Session,
    row: AnswerRow,
    edition: Edition,
    campaign: Campaign,
    municipality: Municipality,
    *,
    links: Links,
    mails: Mails,
) -> None:
    """Mail an answer to the contacts of the gemeente, two minutes later.

    Or when three went within the hour before; one that still waits for the same gemeente and
    edition is taken back.
    """
    mails = mail_templates.in_use(session, mails)
    about = f"antwoord:{edition.key}:{municipality.key}:"
    not_before = _make_room(session, about, row.at)
    answer_url = None
    if row.broadcast_id is not None:
        answer_url = links.answer(row.broadcast_id, municipality.key)
    for contact in lookup.officers(queries.contacts(session), municipality.key):
        context = ConfirmationContext(
            name=contact.name,
            municipality=municipality.name,
            campaign=campaign.name,
            period=dutch.period(edition.span),
            provisional=edition.status is EditionStatus.PROVISIONAL,
            answer=row.answer.value,
            by=given.said_by(row),
            until=dutch.day(row.until) if row.until else "",
            on=dutch.day(local_day(row.at)),
            edition_url=links.edition(edition.key, municipality.key),
            answer_url=answer_url,
        )
        message = mails.compose(
            "antwoord-bevestiging",
            context,
            kind=MessageKind.CONFIRMATION,
            key=f"{about}{row.id}:{contact.key}",
            recipient=contact.email,
            recipient_name=contact.name,
            date=row.at,
        )
        delivery.enqueue(
            session,
            message,
            now=row.at,
            contact_key=contact.key,
            municipality_key=municipality.key,
            edition=edition,
            valid_until=edition.span.last,
            not_before=not_before,
        )


def _make_room(session: Session, about: str, now: datetime) -> datetime:
    """Take back the confirmations that still wait; return from when a new one may go."""
    earlier = session.exec(
        select(col(DeliveryRow.id), col(DeliveryRow.key), col(DeliveryRow.next_at)).where(
            col(DeliveryRow.key).startswith(about, autoescape=True),
            col(DeliveryRow.state) != DeliveryState.CANCELLED,
        )
    ).all()
    taken_back = set(
        delivery.cancel(
            session,
            [one for one, _, _ in earlier if one is not None],
            now=now,
            why="Ingetrokken: er is een nieuwer antwoord.",
        )
    )
    # One time for each answer, also where it goes to several people.
    went = {key.rpartition(":")[0]: at for one, key, at in earlier if one not in taken_back}
    latest = sorted(went.values(), reverse=True)[:_MOST_IN_PERIOD]
    soon = now + _CONFIRM_AFTER
    return max(soon, latest[-1] + _PERIOD) if len(latest) == _MOST_IN_PERIOD else soon
