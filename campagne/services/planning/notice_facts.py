"""What people read of editions in mails: what notices are decided from."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlmodel import Session, col

from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.rota import EditionStatus
from campagne.store.tables import (
    AttemptRow,
    DeliveryRow,
    EditionDatesRow,
    EditionRow,
    PlanMailRow,
    ReminderRow,
)

_MAY_HAVE_ARRIVED = (DeliveryState.SENDING, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)


def confirmed(session: Session, today: date) -> dict[str, datetime]:
    """Return when the dates of editions that have not ended were confirmed, aware UTC."""
    rows = session.execute(
        select(col(EditionRow.key), col(EditionRow.confirmed_at)).where(
            col(EditionRow.status) == EditionStatus.CONFIRMED,
            col(EditionRow.confirmed_at).is_not(None),
            col(EditionRow.last) >= today,
        )
    )
    return dict(rows.all())


def once_unknown() -> ColumnElement[bool]:
    """Return the condition that nobody heard once whether a delivery was taken."""
    return exists().where(
        col(AttemptRow.delivery_id) == col(DeliveryRow.id),
        col(AttemptRow.outcome) == DeliveryState.UNKNOWN,
    )


def mailed(session: Session, editions: Sequence[str]) -> dict[tuple[str, str], dict[int, datetime]]:
    """Return which versions of the dates stood in a mail that a person may have, the last when.

    A reminder or a broadcast. Of a confirmation it is enough that it was made: who is told what the
    gemeente answered knows of the edition, also where the mail was taken back since it moved.
    """
    rows = session.execute(
        select(
            col(ReminderRow.edition_key),
            col(ReminderRow.contact_key),
            col(ReminderRow.date_version),
            func.max(col(DeliveryRow.created_at)),
        )
        .join(DeliveryRow, col(DeliveryRow.id) == col(ReminderRow.delivery_id))
        .where(
            col(ReminderRow.edition_key).in_(editions),
            or_(col(DeliveryRow.state).in_(_MAY_HAVE_ARRIVED), once_unknown()),
        )
        .group_by(
            col(ReminderRow.edition_key),
            col(ReminderRow.contact_key),
            col(ReminderRow.date_version),
        )
    )
    others = session.execute(
        select(
            col(DeliveryRow.edition_key),
            col(DeliveryRow.contact_key),
            col(DeliveryRow.date_version),
            func.max(col(DeliveryRow.created_at)),
        )
        .where(
            col(DeliveryRow.edition_key).in_(editions),
            or_(
                col(DeliveryRow.state).in_(_MAY_HAVE_ARRIVED),
                col(DeliveryRow.kind) == MessageKind.CONFIRMATION,
                once_unknown(),
            ),
        )
        .group_by(
            col(DeliveryRow.edition_key),
            col(DeliveryRow.contact_key),
            col(DeliveryRow.date_version),
        )
    )
    found: dict[tuple[str, str], dict[int, datetime]] = defaultdict(dict)
    for edition, contact, version, at in chain(rows, others, _planned(session, editions)):
        versions = found[edition, contact]
        versions[version] = max(at, versions.get(version, at))
    return found


def _planned(session: Session, editions: Sequence[str]) -> Iterator[tuple[str, str, int, datetime]]:
    """Yield (edition, contact, version of the dates, when) of what stood in a plan for a year."""
    years = select(col(EditionRow.year)).where(col(EditionRow.key).in_(editions))
    rows = session.execute(
        select(
            col(PlanMailRow.contact_key),
            col(PlanMailRow.editions),
            col(DeliveryRow.created_at),
        )
        .join(DeliveryRow, col(DeliveryRow.id) == col(PlanMailRow.delivery_id))
        .where(
            col(PlanMailRow.year).in_(years),
            or_(col(DeliveryRow.state).in_(_MAY_HAVE_ARRIVED), once_unknown()),
        )
    )
    for contact, said, at in rows:
        yield from ((key, contact, said[key][0], at) for key in editions if key in said)


def dates(session: Session, editions: Sequence[str]) -> dict[str, dict[int, Span]]:
    """Return the dates of editions in each version of them."""
    rows = session.execute(
        select(
            col(EditionDatesRow.edition_key),
            col(EditionDatesRow.date_version),
            col(EditionDatesRow.first),
            col(EditionDatesRow.last),
        ).where(col(EditionDatesRow.edition_key).in_(editions))
    )
    found: dict[str, dict[int, Span]] = defaultdict(dict)
    for edition, version, first, last in rows:
        found[edition][version] = Span(first, last)
    return found
