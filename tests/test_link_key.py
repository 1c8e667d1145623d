"""The key of the links: one, kept, and only its owner's."""

import multiprocessing
from pathlib import Path

import pytest
from pydantic import SecretStr

from campagne.errors import SettingsError
from campagne.link_key import link_key
from campagne.settings import Settings


def test_the_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    key = link_key(settings)
    assert len(key) >= 32
    assert link_key(settings) == key
    kept = tmp_path / "var" / "sleutel"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert list(kept.parent.iterdir()) == [kept]


def test_a_given_key_makes_no_file(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_key=SecretStr("k" * 32))
    assert link_key(settings) == "k" * 32
    assert list(tmp_path.iterdir()) == []


def _key_of(folder: Path) -> str:
    return link_key(Settings(data_dir=folder))


def test_processes_that_start_at_once_end_with_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        for number in range(25):
            folder = tmp_path / str(number)
            assert len(set(pool.map(_key_of, [folder] * 4, chunksize=1))) == 1
            assert [path.name for path in folder.iterdir()] == ["sleutel"]


@pytest.mark.parametrize("content", [b"", b"kort", b"\xff" * 64])
def test_a_damaged_key_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "sleutel").write_bytes(content)
    with pytest.raises(SettingsError, match="beschadigd"):
        link_key(Settings(data_dir=tmp_path))
    assert (tmp_path / "sleutel").read_bytes() == content


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    a_file = tmp_path / "bestand"
    a_file.touch()
    with pytest.raises(SettingsError, match="CAMPAGNE_DATA_DIR"):
        link_key(Settings(data_dir=a_file))
    with pytest.raises(SettingsError, match="een deel van het pad is geen map"):
        link_key(Settings(data_dir=a_file / "onder"))
