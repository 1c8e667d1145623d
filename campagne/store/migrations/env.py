"""Runs the migrations on the connection that `campagne.store.schema` hands over."""

from alembic import context
from sqlmodel import SQLModel

import campagne.store.tables  # noqa: F401 - fills SQLModel.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite cannot alter a column: Alembic rebuilds the table
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
