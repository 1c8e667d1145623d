"""The texts that gemeenten and regions write themselves, from the newest version to the first."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlmodel import Session, col

from campagne.domain.own_texts import REGION, OwnText, Place, Words, owner_key
from campagne.domain.texts import TextKind
from campagne.store.kept import kept
from campagne.store.tables import OwnTextRow


@kept(OwnTextRow)
def newest(session: Session) -> Mapping[str, OwnText]:
    """Return the newest version of each text by the key of its place."""
    last = (
        select(col(OwnTextRow.key), func.max(col(OwnTextRow.number)).label("number"))
        .group_by(col(OwnTextRow.key))
        .subquery()
    )
    rows = session.execute(
        _all().join(
            last,
            and_(col(OwnTextRow.key) == last.c.key, col(OwnTextRow.number) == last.c.number),
        )
    )
    return {row.key: _from(row) for row in rows}


def versions(session: Session, places: Collection[Place]) -> list[OwnText]:
    """Return all versions of some texts, the newest first."""
    keys = [one.key for one in places]
    rows = session.execute(_all().where(col(OwnTextRow.key).in_(keys)))
    found = [_from(row) for row in rows]
    return sorted(found, key=lambda one: (one.at, one.number), reverse=True)


def add(session: Session, one: OwnText, by_key: str | None) -> None:
    """Store a version.

    Args:
        session: a writing session.
        one: the version, of the next number of its place.
        by_key: key of the contact who wrote it.
    """
    owner = owner_key(one.place.owner)
    is_region = one.place.owner.startswith(REGION)
    session.add(
        OwnTextRow(
            key=one.place.key,
            number=one.number,
            campaign_key=one.place.campaign,
            kind=one.place.kind,
            municipality_key=None if is_region else owner,
            region_key=owner if is_region else None,
            edition_key=one.place.edition or None,
            title=one.words.title,
            body=one.words.body,
            base_title=one.base.title,
            base_body=one.base.body,
            whole=one.whole,
            is_own=one.is_own,
            by=one.by,
            by_key=by_key,
            at=one.at,
            why=one.why,
        )
    )
    session.flush()


def _all() -> Select[Any]:
    return select(*(getattr(OwnTextRow, name) for name in OwnTextRow.model_fields))


def _from(row: Any) -> OwnText:
    _, _, owner, edition = row.key.split("/")
    return OwnText(
        place=Place(row.campaign_key, TextKind(row.kind), owner, edition),
        number=row.number,
        words=Words(row.title, row.body),
        base=Words(row.base_title, row.base_body),
        whole=row.whole,
        is_own=row.is_own,
        by=row.by,
        at=row.at,
        why=row.why,
    )
