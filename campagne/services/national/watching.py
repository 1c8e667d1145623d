"""Which address each edition has for its national material, kept with what is known of it."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime

from sqlmodel import Session, select

from campagne.domain.material_links import LinkState
from campagne.domain.national import MaterialState
from campagne.domain.rota import Edition, EditionStatus
from campagne.store import queries
from campagne.store.tables import MaterialLinkRow


def keep(session: Session, *, now: datetime) -> None:
    """Keep the address of the material of each edition; a new one is asked for at once.

    Call it in the transaction of any change to editions. What replaces a dead link counts as a new
    issue, of which who takes part is told once more; another address alone does not. What is wrong
    with an address is told for each anew.

    Args:
        session: a writing session.
        now: aware UTC.
    """
    rows = {row.edition_key: row for row in session.exec(select(MaterialLinkRow))}
    for one in queries.editions(session):
        if one.material is None:
            continue
        row = rows.get(one.key)
        if row is None:
            row = MaterialLinkRow(edition_key=one.key, url="", recorded_at=now, next_at=now)
            session.add(row)
        if row.url == one.material.url:
            continue
        row.issue += row.dead_since is not None
        row.alarm += bool(row.url)
        row.url, row.recorded_at, row.next_at = one.material.url, now, now
        row.checked_at = None
        put_down(row, LinkState())
    session.flush()


def state_of(row: MaterialLinkRow) -> LinkState:
    """Return what is known of the page of a link."""
    return LinkState(**{one.name: getattr(row, one.name) for one in fields(LinkState)})


def put_down(row: MaterialLinkRow, state: LinkState) -> None:
    """Keep what is known of the page of a link."""
    for one in fields(LinkState):
        setattr(row, one.name, getattr(state, one.name))


def watched(session: Session, today: date) -> Iterator[tuple[Edition, MaterialLinkRow]]:
    """Yield the editions whose material is there and may be used, with what is known of its page.

    Of editions that go on and are not over.
    """
    rows = {row.edition_key: row for row in session.exec(select(MaterialLinkRow))}
    for edition in queries.editions(session, keys=rows) if rows else ():
        if is_watched(edition, today):
            yield edition, rows[edition.key]


def is_watched(edition: Edition, today: date) -> bool:
    """Say whether an edition is one of the `watched`, as soon as its material is known."""
    there = edition.material is not None and edition.material.state(today) is MaterialState.THERE
    return there and will_be_offered(edition, today)


def will_be_offered(edition: Edition, today: date) -> bool:
    """Say whether the material of an edition is of use, today or later."""
    return (
        edition.material is not None
        and edition.material.state(today) is not MaterialState.EXPIRED
        and edition.span.last >= today
        and edition.status is not EditionStatus.CANCELLED
    )
