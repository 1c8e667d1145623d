"""The national material of an edition, as people record it."""

import logging
from datetime import date, datetime

from sqlmodel import Session

from campagne.domain import codec, national
from campagne.domain.national import NationalMaterial
from campagne.services import lookup
from campagne.services.rotas import rota
from campagne.store.tables import EditionRow

log = logging.getLogger("campagne.national")


def record(
    session: Session,
    edition_key: str,
    material: NationalMaterial | None,
    *,
    by: str,
    now: datetime,
    today: date,
) -> None:
    """Say what national material there is for an edition; calendars show it.

    Args:
        session: a writing session.
        edition_key: key of the edition.
        material: what there is; None for nothing.
        by: who does this, for the log.
        now: aware UTC.
        today: the day of the change.

    Raises:
        NotFoundError: when there is no such edition.
        InvalidInputError: when it cannot be as it was filled in.
    """
    edition = lookup.edition(session, edition_key)
    if material is not None:
        national.check(material, edition.span.last)
    row = session.get_one(EditionRow, edition_key)
    row.material = None if material is None else codec.material_to_dict(material)
    log.info("national material of edition %s recorded by %s", edition_key, by)
    session.flush()
    rota.follow_up(session, now=now, today=today, editions=[edition_key])
