"""Brings a database to the schema of this program, and refuses one that it does not know."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import SQLModel

import campagne.store.tables  # noqa: F401 - fills SQLModel.metadata, which is compared below
from campagne.errors import DatabaseVersionError
from campagne.store import kept

_MIGRATIONS = Path(__file__).parent / "migrations"

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
            revision = _revision(connection)
            if revision == _known()[-1]:
                return
            if revision is None:
                _refuse_foreign_tables(connection)
            _migrate(connection)
            kept.stamp(connection)
            if (
                engine.dialect.name == "sqlite"
                and connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            ):
                raise DatabaseVersionError(
                    "De database is niet bijgewerkt: er staan verwijzingen in naar rijen die niet"
                    " bestaan. Er is niets veranderd; zet een reservekopie terug."
                )


def is_newest(engine: Engine) -> bool:
    """Say whether the database has exactly the schema of this program; changes nothing.

    Raises:
        DatabaseVersionError: when it is newer than this program.
    """
    with engine.connect() as connection:
        return _revision(connection) == _known()[-1]


def check_version(engine: Engine) -> None:
    """Check that the database has exactly the schema of this program; changes nothing.

    Raises:
        DatabaseVersionError: when it is empty, older or newer.
    """
    with engine.connect() as connection:
        revision = _revision(connection)
    if revision != _known()[-1]:
        what = "nog leeg" if revision is None else "ouder dan dit programma"
        raise DatabaseVersionError(f"De database is {what}. Draai eerst: campagne db upgrade")


def _migrate(connection: Connection) -> None:
    # Alembic takes as long to import as all the rest, and hardly ever is there anything to do.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    # A percent sign in the path would be read as the start of a reference.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _known() -> list[str]:
    """Return the revisions that this program knows, the newest last, by the names of the files."""
    files = (_MIGRATIONS / "versions").glob("[0-9]*.py")
    return sorted(one.name.partition("_")[0] for one in files)


def _revision(connection: Connection) -> str | None:
    """Return the revision of the database, None where it has none.

    Raises:
        DatabaseVersionError: when this program does not know the revision.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version"))
    revision: str | None = found.scalar_one_or_none()
    if revision is not None and revision not in _known():
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
