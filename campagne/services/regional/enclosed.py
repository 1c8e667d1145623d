"""The files that go with a broadcast, as they are stored."""

from sqlmodel import Session

from campagne.domain.enclosures import Enclosure
from campagne.errors import NotFoundError
from campagne.mail_files import Attachment
from campagne.store import blobs
from campagne.store.tables import BroadcastRow

NOT_THERE = "Deze bijlage is er niet meer. Kijk welke er nu meegaan."


def of(row: BroadcastRow) -> tuple[Enclosure, ...]:
    """Return the files of a broadcast, in the order in which they were added."""
    return tuple(Enclosure(**one) for one in row.files)


def read(session: Session, row: BroadcastRow, place: int) -> Attachment:
    """Return a file of a broadcast by its place in the list, from 1.

    Raises:
        NotFoundError: when there is none.
    """
    files = of(row)
    if not 1 <= place <= len(files):
        raise NotFoundError(NOT_THERE)
    return _with_bytes(session, files[place - 1])


def attachments(session: Session, row: BroadcastRow) -> list[Attachment]:
    """Return the files of a broadcast, to go with its mails."""
    return [_with_bytes(session, one) for one in of(row)]


def _with_bytes(session: Session, one: Enclosure) -> Attachment:
    return Attachment(one.name, one.media_type, blobs.read(session, one.digest))
