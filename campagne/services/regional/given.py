"""The answers of gemeenten as they were given."""

from sqlmodel import Session, col, select

from campagne.domain import answers
from campagne.store.tables import AnswerRow


def latest(session: Session, edition_key: str) -> dict[str, AnswerRow]:
    """Return the latest answer about an edition, with who gave it, by key of the gemeente."""
    given = session.exec(
        select(AnswerRow)
        .where(col(AnswerRow.edition_key) == edition_key)
        .order_by(col(AnswerRow.id))
    )
    return {one.municipality_key: one for one in given}


def said_by(row: AnswerRow) -> str:
    """Return who gave an answer and how it came: `Beleid Katwijk (per telefoon, op ...)`."""
    how = answers.how(row.source, row.said_on)
    return f"{row.by} ({how})" if how else row.by
