"""Bytes that are stored once under their own SHA-256, however often they are used."""

import hashlib
from collections.abc import Collection

from sqlalchemy import delete, exists
from sqlmodel import Session, col, select

from campagne.store.tables import BlobRow, BroadcastRow, MailBytesRow


def digest_of(content: bytes) -> str:
    """Return under what bytes are stored."""
    return hashlib.sha256(content).hexdigest()


def keep(session: Session, digest: str, content: bytes) -> None:
    """Store bytes, unless they are there.

    Args:
        session: a writing session.
        digest: of the content; given, since it takes longer to work out than to look for.
        content: the bytes.
    """
    known = session.exec(select(col(BlobRow.digest)).where(col(BlobRow.digest) == digest))
    if known.first() is None:
        session.add(BlobRow(digest=digest, content=content))
        session.flush()


def read(session: Session, digest: str) -> bytes:
    """Return stored bytes."""
    return session.exec(select(col(BlobRow.content)).where(col(BlobRow.digest) == digest)).one()


def missing(session: Session, digests: Collection[str]) -> set[str]:
    """Return those of some digests under which nothing is stored."""
    known = session.exec(select(col(BlobRow.digest)).where(col(BlobRow.digest).in_(digests))).all()
    return set(digests).difference(known)


def forget(session: Session, digests: Collection[str]) -> None:
    """Remove those of some bytes that nothing has any more.

    Whoever took one of them away asks, and need not know who else has it: what is a file of a
    broadcast to one may be the end of a mail to another.

    Args:
        session: a writing session.
        digests: of the bytes.
    """
    if not digests:
        return
    files = session.exec(select(col(BroadcastRow.files)))
    used = {one["digest"] for some in files for one in some}
    is_end = exists().where(col(MailBytesRow.tail) == col(BlobRow.digest))
    session.exec(delete(BlobRow).where(col(BlobRow.digest).in_(set(digests) - used), ~is_end))
