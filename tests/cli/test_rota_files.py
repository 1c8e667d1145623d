"""What the commands on the calendar files tell of a first fill, and of what the files dropped."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from campagne import resources
from campagne.cli.rota import rota
from campagne.settings import Settings


@pytest.fixture
def calendars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped calendar files, with an empty data folder beside it."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CAMPAGNE_{name.upper()}", raising=False)
    folder = shutil.copytree(resources.folder("calendars"), tmp_path / "calendars")
    monkeypatch.setenv("CAMPAGNE_CALENDARS_DIR", str(folder))
    monkeypatch.setenv("CAMPAGNE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CAMPAGNE_PRETEND_TODAY", "2026-09-07")
    return folder


@pytest.mark.usefixtures("calendars")
def test_the_first_apply_tells_what_it_put_in() -> None:
    first = CliRunner().invoke(rota, ["apply"])
    second = CliRunner().invoke(rota, ["apply"])

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Nieuw: 18 gemeenten" in first.stdout
    assert "Alles is al" not in first.stdout
    assert second.stdout == "Alles is al zoals in de kalenderbestanden.\n"


@pytest.mark.usefixtures("calendars")
def test_a_diff_on_an_empty_database_tells_that_it_was_filled() -> None:
    first, second = (CliRunner().invoke(rota, ["diff"]) for _ in range(2))

    assert "was leeg en is nu gevuld" in first.stderr
    assert second.stderr == ""


def test_what_is_gone_from_the_files_is_told_but_is_nothing_to_look_at(calendars: Path) -> None:
    CliRunner().invoke(rota, ["apply"])
    path = calendars / "draaiboek.toml"
    kept, _, _ = path.read_text("utf-8").rpartition("[[stap]]")
    path.write_text(kept, "utf-8")

    for command in ("diff", "apply", "diff"):
        told = CliRunner().invoke(rota, [command])
        assert told.exit_code == 0, told.output
        assert told.stdout.startswith("Staat niet meer in de bestanden, blijft bestaan: stap ")
