"""What gemeenten said and did: a session in, domain objects out, of all or of some of them.

Answers, ticks and hand-overs grow with the gemeenten times the editions and come in all day, so
that nothing of them is kept. One select each, whatever the numbers.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from campagne.domain.doers import Handover
from campagne.domain.reminders import Answer, StepState
from campagne.store.selecting import columns_of, narrowed, of_places
from campagne.store.tables import AnswerRow, EvaluationRow, HandoverRow, StepStateRow


def answers(
    session: Session,
    editions: Collection[str] | None = None,
    municipalities: Collection[str] | None = None,
) -> dict[tuple[str, str], Answer]:
    """Return the latest answer per (edition, gemeente); arguments as `dated_answers`."""
    found = dated_answers(session, editions, municipalities)
    return {key: answer for key, (answer, _) in found.items()}


def dated_answers(
    session: Session,
    editions: Collection[str] | None = None,
    municipalities: Collection[str] | None = None,
) -> dict[tuple[str, str], tuple[Answer, datetime]]:
    """Return the latest answer per (edition, gemeente), with its instant in aware UTC.

    Args:
        session: any session.
        editions: only answers about these editions; None for all.
        municipalities: only answers of these gemeenten; None for all.
    """
    latest = of_places(select(func.max(AnswerRow.id)), AnswerRow.municipality_key, municipalities)
    grouped = latest.group_by(col(AnswerRow.edition_key), col(AnswerRow.municipality_key))
    query = columns_of(AnswerRow).where(col(AnswerRow.id).in_(grouped.scalar_subquery()))
    return {
        (row.edition_key, row.municipality_key): (row.answer, row.at)
        for row in narrowed(session, query, AnswerRow.edition_key, editions)
    }


def step_states(
    session: Session,
    editions: Collection[str] | None = None,
    municipalities: Collection[str] | None = None,
) -> dict[tuple[str, str, str], StepState]:
    """Return what was ticked off per (edition, step, gemeente).

    Args:
        session: any session.
        editions: only steps of these editions; None for all.
        municipalities: only steps of these gemeenten; None for all.
    """
    query = of_places(columns_of(StepStateRow), StepStateRow.municipality_key, municipalities)
    return {
        (row.edition_key, row.step_key, row.municipality_key): StepState(
            edition=row.edition_key,
            step=row.step_key,
            municipality=row.municipality_key,
            status=row.status,
            by=row.by,
            note=row.note,
            at=row.at,
        )
        for row in narrowed(session, query, StepStateRow.edition_key, editions)
    }


def handovers(
    session: Session,
    editions: Collection[str] | None = None,
    municipalities: Collection[str] | None = None,
) -> dict[tuple[str, str, str], Handover]:
    """Return what was handed over, and not taken back, per (edition, step, gemeente).

    Args:
        session: any session.
        editions: only steps of these editions; None for all.
        municipalities: only steps of these gemeenten; None for all.
    """
    query = of_places(columns_of(HandoverRow), HandoverRow.municipality_key, municipalities)
    return {
        (row.edition_key, row.step_key, row.municipality_key): Handover(
            edition=row.edition_key,
            step=row.step_key,
            municipality=row.municipality_key,
            to=row.contact_key,
            by=row.by_key,
            note=row.note,
            at=row.at,
        )
        for row in narrowed(session, query, HandoverRow.edition_key, editions)
        if row.contact_key is not None
    }


def looked_back(
    session: Session,
    editions: Collection[str] | None = None,
    municipalities: Collection[str] | None = None,
) -> set[tuple[str, str]]:
    """Return the (edition, gemeente) of which the evaluation form was filled in.

    Args:
        session: any session.
        editions: only these editions; None for all.
        municipalities: only these gemeenten; None for all.
    """
    columns = (EvaluationRow.edition_key, EvaluationRow.municipality_key)
    query = of_places(select(*map(col, columns)), EvaluationRow.municipality_key, municipalities)
    return {
        (row.edition_key, row.municipality_key)
        for row in narrowed(session, query, EvaluationRow.edition_key, editions)
    }
