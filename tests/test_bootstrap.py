"""The wiring on a fresh folder: what a first start finds and does."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from campagne import resources
from campagne.bootstrap import apply_files, build, load_files, opened
from campagne.clock import SetClock
from campagne.domain.regions import members
from campagne.errors import CalendarFilesError, CampagneError, DatabaseVersionError
from campagne.settings import Settings
from campagne.store import queries
from tests.rights import without_rights


@pytest.fixture
def calendars(tmp_path: Path) -> Path:
    folder = tmp_path / "calendars"
    shutil.copytree(resources.folder("calendars"), folder)
    return folder


def _settings(folder: Path, **given: object) -> Settings:
    return Settings(data_dir=folder / "var", **given)  # type: ignore[arg-type]  # a few of many


def test_a_fresh_folder_is_filled_from_the_calendar_files(tmp_path: Path, clock: SetClock) -> None:
    with opened(_settings(tmp_path), clock) as app, app.database.read() as session:
        regions = queries.regions(session)
        places = queries.municipalities(session).values()
        assert len(queries.editions(session, years=[2026])) == 14
        assert len(members("hollands-midden", places, regions, clock.today())) == 18
        assert len(members("holland-rijnland", places, regions, clock.today())) == 13
        assert queries.contacts(session)
    with opened(_settings(tmp_path), clock) as app:
        assert apply_files(app).changes == 0


def test_nothing_is_wiped_on_a_day_that_is_pretended(tmp_path: Path) -> None:
    assert build(_settings(tmp_path)).keep_mail_days == 400
    assert build(_settings(tmp_path, pretend_today="2028-01-01")).keep_mail_days is None


def test_demo_contacts_are_read_only_while_no_mail_leaves(calendars: Path) -> None:
    real = _settings(calendars, calendars_dir=calendars, smtp_url="smtps://mail.example.nl")
    assert load_files(real).contacts == ()
    assert load_files(_settings(calendars, calendars_dir=calendars)).contacts
    assert load_files(_settings(calendars, calendars_dir=calendars, demo=False)).contacts == ()


def test_a_team_is_told_only_when_a_setting_says_where(tmp_path: Path) -> None:
    assert build(_settings(tmp_path)).signals is None
    app = build(_settings(tmp_path, webhook_url="https://example.nl/geheim"))
    assert app.signals is not None


def test_own_contacts_replace_the_demo(calendars: Path) -> None:
    own = (
        '[[contact]]\nsleutel = "eigen"\nnaam = "Eigen"\nemail = "eigen@example.nl"\n'
        'beleid_voor = ["katwijk"]\n'
    )
    (calendars / "contacten.toml").write_text(own, encoding="utf-8")
    found = load_files(_settings(calendars, calendars_dir=calendars)).contacts
    assert [one.email for one in found] == ["eigen@example.nl"]


def test_a_faulty_file_stops_the_first_start(calendars: Path, tmp_path: Path) -> None:
    broken = calendars / "campagnes.toml"
    broken.write_text(broken.read_text(encoding="utf-8") + "\n[[campagne]]\n", encoding="utf-8")
    with (
        pytest.raises(CalendarFilesError, match="sleutel"),
        opened(_settings(tmp_path, calendars_dir=calendars)),
    ):
        pass


def test_what_few_use_is_not_in_memory_of_all(tmp_path: Path) -> None:
    """The drivers and libraries of PostgreSQL, of logging in elsewhere, and of migrations."""
    with opened(_settings(tmp_path)):
        pass
    script = f"""
import sys
from pathlib import Path
from campagne.bootstrap import opened
from campagne.settings import Settings
from campagne.web.app import create_app
with opened(Settings(data_dir=Path({str(tmp_path / "var")!r}))) as app:
    create_app(app)
heavy = ["psycopg", "authlib", "joserfc", "cryptography", "alembic", "openpyxl", "typst"]
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path, clock: SetClock) -> None:
    with opened(_settings(tmp_path), clock) as app, app.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseVersionError), opened(_settings(tmp_path), clock):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, no folder", encoding="utf-8")
    with pytest.raises(CampagneError, match="var"), opened(_settings(tmp_path)):
        pass


def test_postgresql_is_not_migrated_behind_the_back_of_others(
    empty_postgres_url: str, tmp_path: Path
) -> None:
    settings = _settings(tmp_path, database_url=empty_postgres_url)
    with pytest.raises(DatabaseVersionError, match="db upgrade"), opened(settings):
        pass


def test_a_folder_that_can_only_be_read_shows_what_is_in_it(clock: SetClock) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = _settings(folder, secret_key="k" * 40)
        with opened(settings, clock):
            pass
        folder.chmod(0o755)
        with without_rights(folder / "var"), opened(settings, clock) as app:
            with app.database.read() as session:
                assert len(queries.editions(session, years=[2026])) == 14
            with pytest.raises(CampagneError, match=r"alleen worden gelezen|niet worden geopend"):
                apply_files(app)
