"""Selecting columns, not rows of the ORM: quicker, and never an older state of the session.

Sorted here: each PostgreSQL server has its own idea of the order of texts.
"""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, SQLModel

_CHUNK = 5000  # keys in one IN (...); SQLite allows 32,766, PostgreSQL 65,535


def columns_of(table: type[SQLModel]) -> Select[*tuple[Any, ...]]:
    """Select the columns of a table, by name, without making ORM objects of them."""
    return select(*(getattr(table, name) for name in table.model_fields))


def ordered(session: Session, query: Select[*tuple[Any, ...]], *columns: str) -> list[Any]:
    """Return the rows of a query, sorted by these columns."""
    return sorted(
        session.execute(query), key=lambda row: tuple(getattr(row, name) for name in columns)
    )


def of_places(
    query: Select[*tuple[Any, ...]], column: Any, municipalities: Collection[str] | None
) -> Select[*tuple[Any, ...]]:
    """Narrow a query to the rows of some gemeenten, of which there are some hundreds at most."""
    return query if municipalities is None else query.where(column.in_(sorted(municipalities)))


def narrowed(
    session: Session, query: Select[*tuple[Any, ...]], column: Any, keys: Collection[str] | None
) -> Iterator[Any]:
    """Run a query, for the given keys only where there are any given."""
    if keys is None:
        yield from session.execute(query)
        return
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), _CHUNK):
        yield from session.execute(query.where(column.in_(wanted[start : start + _CHUNK])))
