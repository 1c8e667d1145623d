"""What the columns of all tables share: the names of their constraints, and how an enum is kept."""

from enum import StrEnum

from sqlalchemy import Enum as SqlEnum
from sqlmodel import SQLModel

# Named constraints, so that Alembic can change them on both databases. Set before any table.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def by_value(enum: type[StrEnum]) -> SqlEnum:
    """The type of a column that holds the values of `enum`: a new member needs no migration."""
    return SqlEnum(
        enum, native_enum=False, length=20, values_callable=lambda e: [one.value for one in e]
    )
