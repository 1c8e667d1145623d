"""Stamps: what of a calendar changed, and when; stored, so that every process tells the same.

An event has a fingerprint of what a calendar shows of it. When that changes, its sequence rises
and its moment of change is set, in the transaction of the change, and only then.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlmodel import Session, col

from campagne.domain.contacts import Contact
from campagne.domain.reminders import Situation
from campagne.services.publishing import personal_feeds, step_content
from campagne.services.publishing.feed_content import Known, shown
from campagne.services.publishing.step_content import StepBook, StepKey
from campagne.store import queries, said_and_done
from campagne.store.tables import EditionRow, StepEventRow

_ONE_SECOND = timedelta(seconds=1)


def read_known(session: Session) -> Known:
    """Return all that a feed can show of editions, also of what was removed: it is off there."""
    return Known(
        regions=queries.regions(session),
        municipalities=queries.municipalities(session),
        campaigns=queries.campaigns_ever(session),
        editions=queries.editions_ever(session),
        entries=tuple(queries.rota_entries(session)),
    )


def step_book(
    session: Session, known: Situation, places: AbstractSet[str] | None = None
) -> StepBook:
    """Return every step that falls, with what was done of it.

    Args:
        session: a session of the same moment as `known`.
        known: the situation, of all editions or some of them.
        places: keys of the only gemeenten to look at; None for all.
    """
    states = said_and_done.step_states(session, [one.key for one in known.editions], places)
    return StepBook(known, {key: state.status for key, state in states.items()}, places)


def restamp(session: Session, now: datetime) -> int:
    """Raise the sequence and the stamps of every edition that a calendar now shows differently.

    Call it in the transaction of any change to campaigns, editions, rota, regions or gemeenten.
    The words around the data count as well: after an upgrade that writes events differently,
    calendars take the new ones over.

    Args:
        session: the transaction of the change.
        now: aware UTC.

    Returns:
        How many editions are new or look different; then the data version is raised too.
    """
    known = read_known(session)
    changed = 0
    for row in session.scalars(select(EditionRow)):
        digest = shown(known.editions[row.key], known).digest()
        if digest == row.digest:
            continue
        changed += 1
        if row.digest:
            row.sequence += 1
            row.modified_at = _later(now, row.modified_at)
        row.digest = digest
    if changed:
        queries.raise_data_version(session, now)
    return changed


def restamp_steps(
    session: Session,
    known: Situation,
    now: datetime,
    editions: Collection[str] | None = None,
    steps: Collection[str] | None = None,
) -> None:
    """Raise the stamps of every step that a calendar now shows differently.

    Call it in the transaction of any change to the rota, the playbook, the answers, or what is
    ticked off or handed over. What falls no more keeps its row, so that its sequence goes on when
    it comes back.

    Args:
        session: the transaction of the change.
        known: the situation, of these editions and steps.
        now: aware UTC.
        editions: keys of the editions that changed; None for all.
        steps: keys of the steps of the playbook that changed; None for all.
    """
    book = step_book(session, known)
    subscribers = personal_feeds.subscribers(session)
    mine = _looks((one for one in known.contacts if one.key in subscribers), book)
    narrowed = ((StepEventRow.edition_key, editions), (StepEventRow.step_key, steps))
    about = [col(column).in_(keys) for column, keys in narrowed if keys is not None]
    _store(session, {**dict(book.fingerprints()), **mine}, now, about)


def restamp_personal(
    session: Session,
    known: Situation,
    now: datetime,
    touched: Collection[str] | None = None,
) -> None:
    """Do the same for the steps in personal feeds alone, after a change of people.

    The feed of who is no contact any more is withdrawn.

    Args:
        session: the transaction of the change.
        known: the situation, of all editions, and of the gemeenten of these contacts at least.
        now: aware UTC.
        touched: keys of the contacts whose feeds may look different; None for all.
    """
    people = {one.key: one for one in known.contacts}
    subscribers = personal_feeds.subscribers(session)
    for key in subscribers:
        if key not in people:
            personal_feeds.withdraw(session, key, now=now)
    if subscribers:
        mine = [
            people[key]
            for key in subscribers
            if key in people and (touched is None or key in touched)
        ]
        places = {place for one in mine for _, place in one.assignments}
        digests = _looks(mine, step_book(session, known, places))
        row = StepEventRow
        theirs = col(row.holder).startswith(step_content.of_contact(""), autoescape=True)
        if touched is not None:
            theirs = col(row.holder).in_([step_content.of_contact(one) for one in touched])
        _store(session, digests, now, [theirs])


def _looks(people: Iterable[Contact], book: StepBook) -> dict[StepKey, str]:
    return {key: look.digest() for one in people for key, look in book.contact(one)}


def _store(
    session: Session,
    digests: Mapping[StepKey, str],
    now: datetime,
    about: Sequence[ColumnElement[bool]],
) -> None:
    """Store the stamps; `about` says which of those that are stored were looked at."""
    row = StepEventRow
    query = select(
        col(row.holder),
        col(row.edition_key),
        col(row.step_key),
        col(row.digest),
        col(row.sequence),
        col(row.modified_at),
    ).where(*about)
    new = dict(digests)
    changed: list[dict[str, Any]] = []
    for holder, edition, step, before, sequence, modified_at in session.execute(query):
        key = StepKey(holder, edition, step)
        digest = new.pop(key, "")
        if digest == before:
            continue
        stamps = {"sequence": sequence, "modified_at": modified_at}
        if digest:
            stamps = {"sequence": sequence + 1, "modified_at": _later(now, modified_at)}
        changed.append({**_columns(key), "digest": digest, **stamps})
    added = [
        {
            **_columns(key),
            "digest": digest,
            "sequence": 0,
            "created_at": now,
            "modified_at": now,
        }
        for key, digest in new.items()
    ]
    if changed:
        session.execute(update(row), changed)
    if added:
        session.execute(insert(row), added)
    if changed or added:
        queries.raise_data_version(session, now)


def _columns(key: StepKey) -> dict[str, Any]:
    return {"holder": key.holder, "edition_key": key.edition, "step_key": key.step}


def _later(now: datetime, before: datetime) -> datetime:
    """Return an instant that is newer in whole seconds: some calendars look at that (ICSx5)."""
    return max(now, before + _ONE_SECOND)
