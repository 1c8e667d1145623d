"""Applying the calendar files, and what comes of it, for the tests of both."""

from dataclasses import replace
from typing import Any

from campagne.clock import SetClock
from campagne.domain.rota import Edition
from campagne.rota_files import RotaFiles
from campagne.services.rotas import rota
from campagne.services.rotas.rota_report import ApplyReport
from campagne.store import queries
from campagne.store.database import Database


def apply(
    database: Database, files: RotaFiles, clock: SetClock, *, overwrite: bool = False
) -> ApplyReport:
    """Apply, and check that `diff` says the same without writing anything."""
    with database.read() as session:
        expected = rota.diff(session, files, today=clock.today(), overwrite=overwrite)
    with database.session() as session:
        done = rota.apply(session, files, today=clock.today(), now=clock.now(), overwrite=overwrite)
    assert done == expected
    return done


def edition_of(database: Database, key: str) -> Edition:
    """Return an edition as it is stored."""
    with database.read() as session:
        (found,) = queries.editions(session, keys=[key])
    return found


def version_of(database: Database) -> int:
    """Return the version of the data."""
    with database.read() as session:
        return queries.data_version(session)[0]


def with_campaign(files: RotaFiles, key: str, **changed: Any) -> RotaFiles:
    """Return the files with something else in one campaign."""
    return replace(
        files,
        campaigns=tuple(
            replace(one, **changed) if one.key == key else one for one in files.campaigns
        ),
    )
