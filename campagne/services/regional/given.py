"""The answers of gemeenten as they were given."""

from sqlmodel import Session, col, select

from campagne.domain import dutch
from campagne.domain.answers import Source
from campagne.domain.words import word
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
    """Return who gave an answer and how it came: `Beleid Katwijk (per telefoon, op ...)`.

    By the link most come, so that is not told.
    """
    how = word(row.source) if row.source and row.source is not Source.LINK else ""
    on = f"op {dutch.day(row.said_on)}" if row.said_on else ""
    told = ", ".join(part for part in (how, on) if part)
    return f"{row.by} ({told})" if told else row.by
