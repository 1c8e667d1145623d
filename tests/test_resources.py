"""Where the editable folders are found, and that a wheel really carries them."""

import tarfile
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_sdist, build_wheel

from campagne.errors import CampagneError
from campagne.resources import folder

CHECKOUT = Path(__file__).parents[1]


def make_folders(*paths: Path) -> None:
    for path in paths:
        path.mkdir(parents=True)


def test_a_checkout_gives_its_top_level_folder() -> None:
    assert folder("templates") == CHECKOUT / "templates"
    assert folder("calendars") == CHECKOUT / "calendars"


def test_a_wheel_gives_its_own_copy_and_not_what_lies_beside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "campagne"
    make_folders(package / "_data" / "templates", tmp_path / "templates")

    assert folder("templates", package=package) == package / "_data" / "templates"


@pytest.mark.parametrize("beside", ["campagne", "campagne/_data"])
def test_a_missing_folder_is_named_with_what_to_do(tmp_path: Path, beside: str) -> None:
    make_folders(tmp_path / beside)

    with pytest.raises(CampagneError, match=r"calendars ontbreekt.*Installeer campagne opnieuw"):
        folder("calendars", package=tmp_path / "campagne")


def test_a_wheel_never_falls_back_on_a_folder_of_someone_else(tmp_path: Path) -> None:
    package = tmp_path / "campagne"
    make_folders(package / "_data", tmp_path / "templates")

    with pytest.raises(CampagneError):
        folder("templates", package=package)


def files_below(name: str) -> set[str]:
    """Return the files of a folder of the checkout, as paths from the top of the checkout."""
    return {
        str(path.relative_to(CHECKOUT))
        for path in (CHECKOUT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_carries_every_page_script_migration_template_and_calendar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that .gitignore or a build rule leaves out is missed only after installing."""
    monkeypatch.chdir(CHECKOUT)
    with zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))) as wheel:
        carried = set(wheel.namelist())

    people_edit = files_below("templates") | files_below("calendars")
    assert {Path(path).parts[0] for path in people_edit} == {"templates", "calendars"}
    wanted = files_below("campagne") | {f"campagne/_data/{path}" for path in people_edit}
    assert wanted - carried == set()


def test_the_source_archive_can_make_that_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CHECKOUT)
    archive = tmp_path / build_sdist(str(tmp_path))

    with tarfile.open(archive) as opened:
        carried = {name.split("/", 1)[1] for name in opened.getnames()}
    wanted = files_below("campagne") | files_below("templates") | files_below("calendars")
    assert (wanted | {"pyproject.toml", "README.md", "LICENSE"}) - carried == set()
