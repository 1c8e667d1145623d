"""Files that are whole or not there."""

from pathlib import Path

import pytest

from campagne.files import replace_file


def test_a_file_is_written_in_a_new_folder_and_only_when_it_differs(tmp_path: Path) -> None:
    path = tmp_path / "regio" / "a.ics"
    assert replace_file(path, b"een")
    before = path.stat().st_mtime_ns
    assert not replace_file(path, b"een")
    assert path.stat().st_mtime_ns == before
    assert replace_file(path, b"twee")
    assert path.read_bytes() == b"twee"
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_replaced_stays_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    (path / "inside").mkdir(parents=True)  # a folder that is not empty is in the way
    with pytest.raises(OSError, match=r"a\.ics"):
        replace_file(path, b"een")
    assert list(tmp_path.iterdir()) == [path]
