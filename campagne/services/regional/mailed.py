"""Which gemeenten the mails of broadcasts are about: each at least one, some several."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from campagne.domain.delivery import DeliveryState
from campagne.store.tables import DeliveryPlaceRow, DeliveryRow

# Who has a mail in one of these states got it, as far as anybody knows.
_GOT_IT = (
    DeliveryState.SENDING,
    DeliveryState.ACCEPTED,
    DeliveryState.UNKNOWN,
    DeliveryState.BOUNCED,
)


def of_each_place(
    session: Session, columns: Sequence[Any], *where: ColumnElement[bool]
) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each gemeente of each mail: its key, then some columns of `DeliveryRow`.

    Args:
        session: any session.
        columns: of the mail.
        where: which mails.
    """
    wanted = [col(one) for one in columns]
    own = select(col(DeliveryRow.municipality_key), *wanted).where(*where)
    others = (
        select(col(DeliveryPlaceRow.municipality_key), *wanted)
        .join(DeliveryRow, col(DeliveryRow.id) == col(DeliveryPlaceRow.delivery_id))
        .where(*where)
    )
    for row in (*session.execute(own), *session.execute(others)):
        yield tuple(row)


def numbers(session: Session, broadcast_id: int) -> Mapping[tuple[str, str], int]:
    """Return the id of the mail of each contact about each gemeente, by key; not of the copies."""
    rows = of_each_place(
        session,
        [DeliveryRow.contact_key, DeliveryRow.id],
        col(DeliveryRow.broadcast_id) == broadcast_id,
        col(DeliveryRow.copy_of).is_(None),
    )
    return {(contact, place): number for place, contact, number in rows}


def copies(session: Session, broadcast_id: int) -> Mapping[tuple[int, str], int]:
    """Return the id of each copy for a deputy, by the id of its mail and the key of the deputy."""
    rows = session.execute(
        select(col(DeliveryRow.copy_of), col(DeliveryRow.contact_key), col(DeliveryRow.id)).where(
            col(DeliveryRow.broadcast_id) == broadcast_id, col(DeliveryRow.copy_of).is_not(None)
        )
    )
    return {(mail, deputy): number for mail, deputy, number in rows}


def who(session: Session, broadcast_id: int, *where: ColumnElement[bool]) -> set[tuple[str, str]]:
    """Return the contact and gemeente, by key, of each mail of a broadcast but the copies."""
    rows = of_each_place(
        session,
        [DeliveryRow.contact_key],
        col(DeliveryRow.broadcast_id) == broadcast_id,
        col(DeliveryRow.copy_of).is_(None),
        *where,
    )
    return {(contact, place) for place, contact in rows}


def who_got_it(session: Session, broadcast_id: int) -> set[tuple[str, str]]:
    """Return the same of the mails that arrived, as far as anybody knows."""
    return who(session, broadcast_id, col(DeliveryRow.state).in_(_GOT_IT))


def beside(session: Session, broadcast_id: int) -> Mapping[int, Sequence[str]]:
    """Return per mail of a broadcast the keys of the gemeenten beside the one in its own row."""
    found = defaultdict(list)
    for place, number in session.exec(
        select(col(DeliveryPlaceRow.municipality_key), col(DeliveryPlaceRow.delivery_id))
        .join(DeliveryRow, col(DeliveryRow.id) == col(DeliveryPlaceRow.delivery_id))
        .where(col(DeliveryRow.broadcast_id) == broadcast_id)
        .order_by(col(DeliveryPlaceRow.municipality_key))
    ):
        found[number].append(place)
    return found


def keep(session: Session, delivery_id: int, places: Iterable[str]) -> None:
    """Store that a mail is also about these gemeenten."""
    session.add_all(
        DeliveryPlaceRow(delivery_id=delivery_id, municipality_key=one) for one in places
    )
