"""Brings a database to the schema of this program, and refuses one that it does not know."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import SQLModel

import campagne.store.tables  # noqa: F401 - fills SQLModel.metadata, which is compared below
from campagne.errors import DatabaseVersionError

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION_TABLE = "alembic_version"

# One writer at a time, as SQLite has it: what a writer read is still true when it writes, so that
# "decide purely, then act" needs no row locks and no retries. A writer that waits too long gives
# up; one that hangs (a machine that fell off the network) is cut off, else all would wait for it.
_ONE_WRITER = text(
    "SELECT set_config('lock_timeout', '10s', true),"
    " set_config('idle_in_transaction_session_timeout', '60s', true),"
    " pg_advisory_xact_lock(7022026)"  # any number will do that no other program uses
)


def take_write_lock(connection: Connection) -> None:
    """Wait until this transaction is the only one that writes; it ends with the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_WRITER)
    else:
        connection.connection  # noqa: B018 - SQLite's BEGIN IMMEDIATE is issued by `begin`


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema, in one transaction; two at once take turns.

    Raises:
        DatabaseVersionError: when it is newer than this program, or holds other tables.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Only outside a transaction can this be set: a table that a migration rebuilds would
            # take the rows that point at it along. The connection is not used again.
            connection.detach()
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            take_write_lock(connection)
            config = _config()
            if _revision(connection, config) is None:
                _refuse_foreign_tables(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if (
                engine.dialect.name == "sqlite"
                and connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            ):
                raise DatabaseVersionError(
                    "De database is niet bijgewerkt: er staan verwijzingen in naar rijen die niet"
                    " bestaan. Er is niets veranderd; zet een reservekopie terug."
                )


def check_version(engine: Engine) -> None:
    """Check that the database has exactly the schema of this program; changes nothing.

    Raises:
        DatabaseVersionError: when it is empty, older or newer.
    """
    config = _config()
    with engine.connect() as connection:
        revision = _revision(connection, config)
    if revision != ScriptDirectory.from_config(config).get_current_head():
        what = "nog leeg" if revision is None else "ouder dan dit programma"
        raise DatabaseVersionError(f"De database is {what}. Draai eerst: campagne db upgrade")


def _config() -> Config:
    config = Config()
    # A percent sign in the path would be read as the start of a reference.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _revision(connection: Connection, config: Config) -> str | None:
    """Return the revision of the database, None where it has none.

    Raises:
        DatabaseVersionError: when this program does not know the revision.
    """
    revision = MigrationContext.configure(connection).get_current_revision()
    known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise DatabaseVersionError(
            f"De database is nieuwer dan dit programma (versie {revision})."
            " Er is niets veranderd; installeer de nieuwste versie van campagne."
        )
    return revision


def _refuse_foreign_tables(connection: Connection) -> None:
    present = set(inspect(connection).get_table_names())
    if taken := sorted(present & set(SQLModel.metadata.tables)):
        raise DatabaseVersionError(
            "In de database staan al tabellen die niet van campagne zijn, of waarvan de versie"
            f" ontbreekt ({', '.join(taken[:3])}). Er is niets veranderd; kies een lege database"
            " of zet een reservekopie terug."
        )
