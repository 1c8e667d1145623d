"""Bytes that are stored once under their own SHA-256, however often they are used."""

import hashlib
from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import Session, col, select

from campagne.store.tables import BlobRow, MailBytesRow


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


def forget_tails(session: Session, digests: Collection[str]) -> None:
    """Remove those of some ends of mails that no mail has any more."""
    for digest in digests:
        has_it = select(col(MailBytesRow.tail)).where(col(MailBytesRow.tail) == digest).limit(1)
        if session.exec(has_it).first() is None:
            forget(session, digest)


def forget(session: Session, digest: str) -> None:
    """Remove bytes that nothing has any more."""
    session.exec(delete(BlobRow).where(col(BlobRow.digest) == digest))
