"""The log of changes: who changed what, when and why. Rows are only added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from campagne.store.tables import AuditRow


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something: the name that people read, and the contact where it is one."""

    name: str
    contact: str | None = None


# Who works on the machine itself; the machine knows who that was, and no name is kept here.
COMMAND_LINE = Author("opdrachtregel")


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One change as people read it.

    Attributes:
        at: instant, aware UTC.
        what: what was done, in Dutch.
        changes: each field with what it was and what it became.
    """

    at: datetime
    by: str
    what: str
    kind: str
    key: str
    changes: tuple[tuple[str, str, str], ...]
    why: str


def record(
    session: Session,
    author: Author,
    what: str,
    *,
    of: tuple[str, str],
    before: Mapping[str, str],
    after: Mapping[str, str],
    why: str,
    now: datetime,
) -> None:
    """Note a change, in the transaction of that change.

    Args:
        session: a writing session.
        author: who.
        what: what was done, in Dutch.
        of: kind and key of what was changed.
        before: the fields as they were, as people read them; only those that differ are kept.
        after: the fields as they are now.
        why: in the words of the author; may be empty.
        now: instant, aware UTC.
    """
    fields = [one for one in {**before, **after} if before.get(one) != after.get(one)]
    session.add(
        AuditRow(
            at=now,
            by=author.name,
            contact_key=author.contact,
            what=what,
            kind=of[0],
            key=of[1],
            before={one: before.get(one, "") for one in fields},
            after={one: after.get(one, "") for one in fields},
            why=why,
        )
    )


def by_command(
    session: Session,
    what: str,
    *,
    of: tuple[str, str],
    now: datetime,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
) -> None:
    """Note what a command changes. Args: as `record`."""
    changed = {"before": before or {}, "after": after or {}}
    record(session, COMMAND_LINE, what, of=of, **changed, why="", now=now)


def entries(
    session: Session,
    *,
    of: tuple[str, str] | None = None,
    where: Iterable[ColumnElement[bool]] = (),
    limit: int | None,
    offset: int = 0,
) -> list[AuditLine]:
    """Return the changes, the newest first.

    Args:
        session: any session.
        of: kind and key of what was changed; None for everything.
        where: further conditions on `AuditRow`.
        limit: at most this many; None for all.
        offset: how many to leave out at the front.
    """
    statement = select(AuditRow).where(*where).order_by(col(AuditRow.id).desc())
    if limit is not None:
        statement = statement.limit(limit).offset(offset)
    if of is not None:
        statement = statement.where(col(AuditRow.kind) == of[0], col(AuditRow.key) == of[1])
    return [
        AuditLine(
            at=row.at,
            by=row.by,
            what=row.what,
            kind=row.kind,
            key=row.key,
            changes=tuple((one, was, row.after.get(one, "")) for one, was in row.before.items()),
            why=row.why,
        )
        for row in session.exec(statement)
    ]
