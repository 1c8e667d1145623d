"""Migrations: the newest schema is that of the tables, and nothing else is touched."""

import multiprocessing
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, select

from campagne.domain.broadcasts import BroadcastState
from campagne.domain.rota import Agreement
from campagne.errors import DatabaseVersionError
from campagne.store import kept, queries, schema
from campagne.store.database import Database
from campagne.store.tables import (
    AnswerRow,
    AppliedValueRow,
    AttemptRow,
    BroadcastRow,
    CampaignRow,
    DeliveryRow,
    EditionRow,
    MunicipalityRow,
    RotaAgreementRow,
    RotaStatementRow,
    StepRow,
    StepStateRow,
)

_REAL_UPGRADE = command.upgrade
# A region, a gemeente, a campaign with an edition, and a mail that was tried; as revision 0001.
_OLD_ROWS = """
INSERT INTO region (key, name) VALUES ('streek', 'Streek');
INSERT INTO municipality (key, name, cbs_code, region_key, school_region, good_friday_closed,
    liberation_day_closed, closed_days, source)
    VALUES ('dal', 'Dal', 'GM0002', 'streek', 'Zuid', false, false, '[]', '');
INSERT INTO applied_value (kind, key, field, value)
    VALUES ('municipality', 'dal', 'name', '"Dal"');
INSERT INTO step (key, position, title, what, role, lead, scope, summer, resident_facing)
    VALUES ('website', 0, 'Website', '', 'communicatie', 'op de eerste dag', 'full', 'keep', true);
INSERT INTO applied_value (kind, key, field, value)
    VALUES ('step', 'website', 'title', '"Website"');
INSERT INTO campaign (key, name, rule, rule_text, certainty, organiser, source, summary,
    broadcast, remark, known)
    VALUES ('lente', 'Lente', '{}', '', 'high', '', '', '', false, '', '[]');
INSERT INTO applied_value (kind, key, field, value)
    VALUES ('campaign', 'lente', 'name', '"Lente"');
INSERT INTO edition (key, campaign_key, year, first, last, status, theme, source,
    date_version, sequence, created_at, stamped_at, modified_at, digest)
    VALUES ('lente-2026', 'lente', 2026, '2026-04-01', '2026-04-02', 'confirmed', '', '', 1, 0,
    '2026-01-01', '2026-01-01', '2026-01-01', '');
INSERT INTO delivery (id, key, message_id, kind, sender, recipient, subject, raw, state,
    next_at, owner, fence, attempts, created_at, reply)
    VALUES (7, 'k', '<k@example.nl>', 'reminder', 'a@example.nl', 'b@example.nl', 'S',
    CAST('mail' AS {bytes}),
    'accepted', '2026-01-01', '', 1, 1, '2026-01-01', '250');
INSERT INTO contact (key, name, email, phone, active)
    VALUES ('bea', 'Bea', 'bea@example.nl', '', true), ('jan-1', 'Jan', 'j1@example.nl', '', true),
    ('jan-2', 'Jan', 'j2@example.nl', '', false);
INSERT INTO step_state (edition_key, step_key, municipality_key, status, by, note, at)
    VALUES ('lente-2026', 'website', 'dal', 'done', 'Bea', '', '2026-01-01');
INSERT INTO answer (edition_key, municipality_key, answer, by, at)
    VALUES ('lente-2026', 'dal', 'join', 'Jan', '2026-01-01'),
    ('lente-2026', 'dal', 'join', 'Bea', '2026-01-01'),
    ('lente-2026', 'dal', 'join', 'niemand', '2026-01-01');
INSERT INTO broadcast (edition_key, region_key, author_key, subject, body, answer_by, created_at,
    released_at)
    VALUES ('lente-2026', 'streek', 'bea', 'S', 'T', '2026-03-01', '2026-01-01', NULL),
    ('lente-2026', 'streek', 'bea', 'S', 'T', '2026-03-01', '2026-01-01', '2026-01-02');
INSERT INTO attempt (delivery_id, fence, started_at, outcome, text)
    VALUES (7, 1, '2026-01-01', 'accepted', '');
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables, on each engine."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'leeg.db'}")
    else:
        made = Database(request.getfixturevalue("empty_postgres_url"))
    yield made
    made.close()


@contextmanager
def _other_version(database: Database, version: str | None) -> Iterator[None]:
    with database.engine.begin() as connection:
        if version is None:
            connection.execute(text("DELETE FROM alembic_version"))
        else:
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    yield


def _tables(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_the_migrations_make_the_tables_of_the_program(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_migrations_make_every_constraint_of_the_program(database: Database) -> None:
    """Autogenerate compares neither unique constraints on SQLite nor foreign keys by name."""
    with database.engine.connect() as connection:
        inspector = inspect(connection)
        for name, table in SQLModel.metadata.tables.items():
            primary = inspector.get_pk_constraint(name)["constrained_columns"]
            assert set(primary) == {column.name for column in table.primary_key}, name
            foreign = {
                (tuple(one["constrained_columns"]), one["referred_table"])
                for one in inspector.get_foreign_keys(name)
            }
            assert foreign == {
                (tuple(one.column_keys), one.referred_table.name)
                for one in table.foreign_key_constraints
            }, name


def test_upgrading_from_nothing_and_twice(empty: Database) -> None:
    empty.upgrade()
    first = _tables(empty)
    assert set(SQLModel.metadata.tables) <= first
    empty.upgrade()
    assert _tables(empty) == first
    empty.check_version()


def test_an_older_database_keeps_its_rows(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first schema that was in use; what points at a rebuilt table stays too."""
    monkeypatch.setattr(command, "upgrade", partial(_upgrade_to, "0001"))
    monkeypatch.setattr(kept, "stamp", lambda _: None)  # the table of the stamps is newer
    empty.upgrade()
    monkeypatch.undo()
    with empty.engine.begin() as connection:
        for statement in filter(str.strip, _OLD_ROWS.split(";")):
            blob = "BLOB" if empty.is_sqlite else "BYTEA"
            connection.exec_driver_sql(statement.replace("{bytes}", blob))
    empty.upgrade()
    empty.check_version()
    with empty.session() as session:
        assert session.get_one(EditionRow, "lente-2026").first == date(2026, 4, 1)
        mail = session.exec(select(DeliveryRow)).one()
        assert (mail.id, mail.copy_of, mail.reported_at, mail.raw) == (7, None, None, b"mail")
        assert session.exec(select(AttemptRow)).one().delivery_id == mail.id
        place = session.get_one(MunicipalityRow, "dal")
        assert (place.tell_centre, place.address_form, place.handles) == (False, "u", {})
        applied = session.exec(
            select(AppliedValueRow).where(col(AppliedValueRow.field).not_in(["name", "title"]))
        ).all()
        assert {one.field: one.value for one in applied if one.kind == "step"} == {
            "centre_days": None,
            "in_use": True,
            "evaluation": None,
        }
        assert session.get_one(StepRow, "website").in_use is True
        assert session.get_one(CampaignRow, "lente").materials == []
        assert session.exec(select(StepStateRow)).one().by_key == "bea"
        answers = session.exec(select(AnswerRow).order_by(col(AnswerRow.id))).all()
        assert [one.by_key for one in answers] == [None, "bea", None], "two have one name"
        written, sent = session.exec(select(BroadcastRow).order_by(col(BroadcastRow.id))).all()
        assert (written.state, sent.state) == (BroadcastState.DRAFT, BroadcastState.RELEASED)
        assert (sent.centre_key, sent.roles) == ("dal", ["beleid", "communicatie"])
        assert {one.field: one.value for one in applied if one.kind == "campaign"} == {
            "materials": [],
            "municipality_key": None,
            "first_year": None,
            "calendar_url": None,
            "calendar_title": "",
            "year_materials": [],
        }
        assert {one.field: one.value for one in applied if one.kind == "municipality"} == {
            "tell_centre": False,
            "address_form": "u",
            "handles": {},
            "help_lines": [],
            **dict.fromkeys(
                ("team_phone", "team_url", "newspaper", "copy_deadline", "house_style"), ""
            ),
        }


def test_who_did_something_else_before_goes_along_from_the_day_of_its_answer(
    world: Database,
) -> None:
    """Of the versions as they stand, and by the days in Amsterdam; see 0048."""
    year = "duin-en-bollenstreek-2026"
    march, june = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, 23, tzinfo=UTC)
    answers = [
        ("katwijk", 1, Agreement.AGREED, march),
        ("lisse", 1, Agreement.DIFFERS, march),
        ("lisse", 1, None, march),
        ("lisse", 1, Agreement.AGREED, june),
        ("noordwijk", 1, Agreement.DIFFERS, march),
        ("noordwijk", 1, Agreement.AGREED, march + timedelta(hours=1)),
        ("hillegom", 1, Agreement.DIFFERS, march),
        ("hillegom", 1, Agreement.AGREED, march + timedelta(days=1)),
        ("hillegom", 1, Agreement.DIFFERS, june),
        ("teylingen", 2, Agreement.DIFFERS, march),
        ("teylingen", 2, Agreement.AGREED, june),
    ]
    with world.session() as session:
        session.get_one(RotaAgreementRow, (year, "hillegom")).agreement = Agreement.DIFFERS
        session.add_all(
            RotaStatementRow(
                entry_key=year,
                version=version,
                municipality_key=place,
                agreement=said,
                note="",
                by="",
                at=at,
            )
            for place, version, said, at in answers
        )
    with world.engine.begin() as connection:
        for column in ("since", "left_on"):
            connection.execute(text(f"ALTER TABLE rota_agreement DROP COLUMN {column}"))
    with _other_version(world, "0047"):
        world.upgrade()
    with world.read() as session:
        (entry,) = queries.rota_entries(session)
    assert entry.returned == (("lisse", date(2026, 6, 2)),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"approver_key": "leiden-centrum", "approved": "x"},
        {"approver_key": "katwijk-campagnes"},
        {"approved": "x"},
        {"state": BroadcastState.APPROVED},
    ],
)
def test_nobody_approves_their_own_broadcast(world: Database, wrong: dict[str, Any]) -> None:
    """Whatever way they come in: the database itself refuses it."""
    values: dict[str, Any] = {
        "edition_key": "orange-the-world-2026",
        "region_key": "holland-rijnland",
        "centre_key": "leiden",
        "author_key": "leiden-centrum",
        "subject": "",
        "body": "",
        "answer_by": date(2026, 9, 28),
        "created_at": datetime(2026, 9, 7, tzinfo=UTC),
    }
    with world.session() as session:
        session.add(BroadcastRow(**values))
    with world.session() as session:
        session.add(BroadcastRow(**values, **wrong))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def _upgrade_to(revision: str, config: Config, _newest: str) -> None:
    _REAL_UPGRADE(config, revision)


def test_an_empty_database_is_not_accepted(empty: Database) -> None:
    with pytest.raises(DatabaseVersionError, match=r"campagne db upgrade"):
        empty.check_version()


def test_checking_makes_no_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'weg.db'}")
    with pytest.raises(DatabaseVersionError, match=r"campagne db upgrade"):
        database.check_version()
    database.close()
    assert list(tmp_path.iterdir()) == []


def test_a_newer_database_is_refused_and_left_alone(database: Database) -> None:
    with _other_version(database, "9999"):
        for attempt in (database.upgrade, database.check_version):
            with pytest.raises(DatabaseVersionError, match=r"nieuwer dan dit programma"):
                attempt()
    with database.engine.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    assert found == ["9999"]


def test_tables_of_others_are_refused(database: Database) -> None:
    with (
        _other_version(database, None),
        pytest.raises(DatabaseVersionError, match=r"niet van campagne"),
    ):
        database.upgrade()


def test_a_failed_upgrade_leaves_nothing_behind(empty: Database) -> None:
    with empty.engine.begin() as connection:
        # The name of an index of the last table: the migration gets far before it fails.
        connection.execute(text("CREATE TABLE other (ix INTEGER)"))
        connection.execute(text("CREATE INDEX ix_reminder_state_valid_until ON other (ix)"))
    with pytest.raises(Exception, match=r"ix_reminder_state_valid_until"):
        empty.upgrade()
    assert _tables(empty) - {"alembic_version"} == {"other"}


def _upgrade(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.check_version()
    database.close()


def test_four_processes_upgrade_at_once(empty: Database) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        pool.map(_upgrade, [empty.url] * 4, chunksize=1)
    empty.check_version()


def test_the_program_knows_the_revisions_as_alembic_does() -> None:
    """Alembic is not imported only to look, so the names of the files must tell the same."""
    config = Config()
    config.set_main_option("script_location", str(schema._MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    in_order = [one.revision for one in reversed(list(scripts.walk_revisions()))]
    assert schema._known() == in_order
    assert in_order[-1] == scripts.get_current_head()


def test_looking_waits_for_no_writer(sqlite_database: Database) -> None:
    other = Database(sqlite_database.url)
    with other.session():
        sqlite_database.upgrade()
    other.close()


def test_a_folder_with_a_percent_sign(tmp_path: Path, sqlite_template: Path) -> None:
    path = tmp_path / "100% zeker" / "campagne.db"
    path.parent.mkdir()
    shutil.copyfile(sqlite_template, path)
    _upgrade(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM region").fetchone() == (0,)
    connection.close()
