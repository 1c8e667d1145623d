"""Where who is wiped stands in the words of others: free notes, and mails that wait.

A mail that went out is a record of what was told, and stays as it is; one that was not sent is no
record yet. In running text only a full name can be found, and only where it is nobody else's; so it
is with a number.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlmodel import Session, SQLModel, col

from campagne import messages
from campagne.domain.delivery import DeliveryState, states_before
from campagne.store.tables import (
    AttemptRow,
    BroadcastRow,
    CheckRow,
    ContactRow,
    DateProposalRow,
    DeliveryRow,
    EvaluationRow,
    HandoverRow,
    HelpLineRow,
    LocalActionRow,
    MailBytesRow,
    MailTextRow,
    MunicipalityRow,
    OwnTextRow,
    RotaEntryRow,
    RotaStatementRow,
    StepStateRow,
)

# What people typed. The reasons in the log of changes are not here: that is never changed.
_NOTES: Sequence[tuple[type[SQLModel], str]] = (
    (StepStateRow, "note"),
    (HandoverRow, "note"),
    (RotaStatementRow, "note"),
    (RotaEntryRow, "division"),
    (DateProposalRow, "note"),
    (DateProposalRow, "reason"),
    (CheckRow, "remark"),
    (LocalActionRow, "text"),
    # Of one that went too: this is kept for ever, and what was told stands in its mails.
    *((BroadcastRow, column) for column in ("subject", "body", "hindrance")),
    (MailTextRow, "source"),
    # In every version, for each can be put back; what it was made from may be a text of its region.
    *((OwnTextRow, column) for column in ("why", "title", "body", "base_title", "base_body")),
    *((EvaluationRow, column) for column in ("done", "keep", "change")),
)


# Less is a number that many have: 112, or that of a region.
_LEAST_DIGITS = 9


def replace(
    session: Session, was: tuple[str, str, str], *, by: tuple[str, str, str], now: datetime
) -> None:
    """Put other words for a person in what people wrote, and in mails that have yet to leave.

    Call it after the row of the contact was wiped. A broadcast that was approved with them is to be
    approved again.

    Args:
        session: a writing session.
        was: name, address and telephone number as they were.
        by: what stands there from now on.
        now: instant, aware UTC.
    """
    name, address, phone = was
    words = {address: by[1]}
    if _is_findable(session, name):
        words[name] = by[0]
        _in_file_names(session, name, by[0])
    if _is_own_number(session, phone):
        words[phone] = by[2]
    for table, column in _NOTES:
        _in_notes(session, table, column, words)
    _in_waiting_mails(session, words, now)


def _is_findable(session: Session, name: str) -> bool:
    """Say whether a name in running text means this person: one word may be a word, or a role."""
    others = session.scalars(
        select(col(ContactRow.key)).where(col(ContactRow.name).contains(name, autoescape=True))
    ).all()
    return len(name.split()) > 1 and not others


def _is_own_number(session: Session, phone: str) -> bool:
    """Say whether a number, of somebody who has none any more, is nobody else's."""
    theirs = _digits(phone)
    columns = (ContactRow.phone, MunicipalityRow.team_phone, HelpLineRow.number)
    others = (one for column in columns for one in session.scalars(select(col(column))))
    return len(theirs) >= _LEAST_DIGITS and theirs not in map(_digits, others)


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def _in_file_names(session: Session, name: str, other: str) -> None:
    """Put another name in those of files of broadcasts: ``brief_jan_pot.pdf``."""
    spaced = r"[\W_]+".join(map(re.escape, name.split()))
    found = re.compile(rf"(?<![^\W_]){spaced}(?![^\W_])", re.IGNORECASE)
    for row in session.scalars(select(BroadcastRow)):
        files = [{**one, "name": found.sub(other, one["name"])} for one in row.files]
        if files != row.files:
            row.files = files
    session.flush()


def _in_notes(
    session: Session, table: type[SQLModel], column: str, words: Mapping[str, str]
) -> None:
    text = col(getattr(table, column))
    # Only the first word: what comes behind it may stand on the next line.
    mentions = or_(*(text.icontains(word.split()[0], autoescape=True) for word in words))
    for row in session.scalars(select(table).where(mentions)):
        setattr(row, column, _without(getattr(row, column), words))
    session.flush()


def _without(text: str, words: Mapping[str, str]) -> str:
    for word, other in words.items():
        text = messages.mention(word).sub(other, text)
    return text


def _in_waiting_mails(session: Session, words: Mapping[str, str], now: datetime) -> None:
    unknown = exists().where(
        col(AttemptRow.delivery_id) == col(DeliveryRow.id),
        col(AttemptRow.outcome) == DeliveryState.UNKNOWN,
    )
    # One that may have arrived goes again with the same bytes or not at all.
    waiting = session.execute(
        select(col(DeliveryRow.id), col(MailBytesRow.raw))
        .join(MailBytesRow, col(MailBytesRow.delivery_id) == col(DeliveryRow.id))
        .where(col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED)), ~unknown)
    ).all()
    for number, raw in waiting:
        changed = messages.with_words(raw, words)
        if changed == raw:
            continue
        session.execute(
            update(MailBytesRow).where(col(MailBytesRow.delivery_id) == number).values(raw=changed)
        )
        # A sender that holds the old bytes asks once more before they leave, and is told no.
        session.execute(
            update(DeliveryRow)
            .where(col(DeliveryRow.id) == number, col(DeliveryRow.state) == DeliveryState.CLAIMED)
            .values(state=DeliveryState.DUE, owner="", lease_until=None, next_at=now)
        )
