"""Files that go with a broadcast: added and taken away by who may write it, stored once."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, col, select

from campagne.clock import local_day
from campagne.domain import enclosures
from campagne.domain.broadcasts import Move, after
from campagne.domain.contacts import Contact
from campagne.domain.enclosures import TOGETHER, Enclosure
from campagne.errors import InvalidInputError
from campagne.services.audit import Author
from campagne.services.outbox import delivery, retention
from campagne.services.regional import broadcast_mails, broadcasts, enclosed
from campagne.store import blobs
from campagne.store.tables import BroadcastRow, DeliveryRow, MailBytesRow

_CHANGED = "De bijlagen van dit regiobericht zijn daarna veranderd; de proefmail is gewist."


def add(
    session: Session,
    broadcast_id: int,
    given: Sequence[tuple[str, bytes]],
    *,
    author: Contact,
    by: Author,
    now: datetime,
    room: int = TOGETHER,
) -> None:
    """Add files to a broadcast, all or none; as of any change no approval of before counts.

    Args:
        session: a writing session.
        broadcast_id: the broadcast.
        given: each the name that somebody gave it, and its bytes.
        author: a centrum contact of its centrumgemeente; the broadcast goes out in their name.
        by: who adds them, for the log; need not be who sends it.
        now: the instant, aware UTC.
        room: how many bytes all of its files may have.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when it was sent or stopped, no file was chosen, or one may not go.
    """
    row = broadcasts.find(session, broadcast_id)
    broadcasts.require(row, Move.EDIT)
    if not given:
        raise InvalidInputError("Kies eerst een of meer bestanden.", enclosures.FIELD)
    files = [*enclosed.of(row)]
    for name, content in given:
        called = enclosures.clean_name(name)
        media_type = enclosures.kind_of(called, content)
        digest = blobs.digest_of(content)
        files.append(Enclosure(called, media_type, len(content), digest))
        enclosures.check_together(files, room)
        blobs.keep(session, digest, content)
    _change(session, row, files, "bijlage toegevoegd", author=author, by=by, now=now)


def remove(
    session: Session, broadcast_id: int, name: str, *, author: Contact, by: Author, now: datetime
) -> None:
    """Take a file away from a broadcast, and forget its bytes where nothing else has it.

    Args: as `add`.

    Raises:
        NotFoundError: for an unknown broadcast.
        InvalidInputError: when it was sent or stopped, or has no file of this name.
    """
    row = broadcasts.find(session, broadcast_id)
    broadcasts.require(row, Move.EDIT)
    files = enclosed.of(row)
    gone = next((one for one in files if one.name == name), None)
    if gone is None:
        raise InvalidInputError(enclosed.NOT_THERE)
    left = [one for one in files if one != gone]
    _change(session, row, left, "bijlage weggehaald", author=author, by=by, now=now)
    blobs.forget(session, [gone.digest])


def _change(
    session: Session,
    row: BroadcastRow,
    files: Sequence[Enclosure],
    what: str,
    *,
    author: Contact,
    by: Author,
    now: datetime,
) -> None:
    before = broadcasts.fields(session, row)
    _wipe_trials(session, broadcast_mails.number(row), now)
    row.files = [asdict(one) for one in files]
    row.author_key = author.key
    row.state = after(Move.EDIT, approved=False)
    broadcasts.void(row)
    session.flush()
    broadcasts.note(session, row, by, what, now=now, before=before)


def _wipe_trials(session: Session, broadcast_id: int, now: datetime) -> None:
    """Take back and wipe the mails with files that tried the broadcast as it was.

    They have the file that goes, which may be one that had to go. One that is just leaving stays
    until the files change again, or it is old.
    """
    its = DeliveryRow
    trials = (
        select(col(its.id))
        .join(MailBytesRow, col(MailBytesRow.delivery_id) == col(its.id))
        .where(
            col(its.key).like(broadcast_mails.trials(broadcast_id)),
            col(MailBytesRow.tail).is_not(None),
        )
    )
    known = [one for one in session.exec(trials) if one is not None]
    delivery.cancel(session, known, now=now, why=_CHANGED)
    over = select(its).where(col(its.id).in_(known), col(its.state).in_(retention.OVER))
    retention.wipe(session, session.exec(over).all(), today=local_day(now), why=_CHANGED)
