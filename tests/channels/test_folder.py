"""The folder: one whole file per mail, or a plain sentence."""

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from campagne.channels.folder import FolderChannel, file_name
from campagne.domain.delivery import Message, MessageKind
from campagne.errors import ChannelDownError, reason

_RAW = (
    b"From: Campagnekalender <campagne@example.nl>\r\n"
    b"To: beleid.katwijk@example.nl\r\n"
    b"Subject: Herinnering\r\n"
    b"Date: Mon, 07 Sep 2026 06:00:00 +0000\r\n"
    b"Message-ID: <a@example.nl>\r\n"
    b"\r\n"
    b"..een punt vooraan\r\n\xc3\xa9\xc3\xa9n\r\n"
)
_MESSAGE = Message(
    key="reminder:a",
    kind=MessageKind.REMINDER,
    sender="campagne@example.nl",
    recipient="beleid.katwijk@example.nl",
    subject="Herinnering",
    message_id="<a@example.nl>",
    own=_RAW,
)


def _send(folder: Path, *messages: Message) -> list[str]:
    with FolderChannel(folder).connect() as connection:
        replies = []
        for message in messages:
            connection.offer(message)
            replies.append(connection.deliver())
        return replies


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_holds_the_bytes_of_the_mail_and_the_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "postvak"

    (reply,) = _send(folder, _MESSAGE)

    (file,) = folder.iterdir()
    assert file.read_bytes() == _RAW
    assert file.name in reply


def test_a_list_of_the_folder_is_in_the_order_of_the_dates(tmp_path: Path) -> None:
    later = replace(
        _MESSAGE,
        message_id="<b@example.nl>",
        own=_RAW.replace(b"07 Sep 2026 06:00", b"07 Dec 2026 05:59"),
    )

    _send(tmp_path, later, _MESSAGE)

    first, second = _names(tmp_path)
    assert first.startswith("2026-09-07_08.00.00_")  # summer time in Amsterdam
    assert second.startswith("2026-12-07_06.59.00_")


def test_the_same_mail_again_replaces_its_file(tmp_path: Path) -> None:
    _send(tmp_path, _MESSAGE, _MESSAGE)
    _send(tmp_path, _MESSAGE)

    assert _names(tmp_path) == [file_name(_MESSAGE)]


def test_two_mails_of_one_second_are_two_files(tmp_path: Path) -> None:
    _send(tmp_path, _MESSAGE, replace(_MESSAGE, message_id="<b@example.nl>"))

    assert len(_names(tmp_path)) == 2


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "postvak"

    _send(folder, replace(_MESSAGE, message_id="<../../../etc/passwd@example.nl>"))

    assert len(_names(folder)) == 1
    assert _names(tmp_path) == ["postvak"]


def test_a_folder_that_cannot_be_made_is_a_passing_fault(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("in de weg")

    with (
        pytest.raises(ChannelDownError, match=r"kan niet in de map .*bestand/postvak"),
        FolderChannel(tmp_path / "bestand" / "postvak").connect(),
    ):
        pass


def _failing(number: int) -> Callable[..., None]:
    def fail(*_args: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_a_full_or_read_only_disk_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    with FolderChannel(tmp_path).connect() as connection:
        connection.offer(_MESSAGE)
        monkeypatch.setattr(os, "fsync", _failing(number))

        with pytest.raises(ChannelDownError) as caught:
            connection.deliver()

    assert not caught.value.permanent
    assert reason(OSError(number, os.strerror(number))) in str(caught.value)
    assert _names(tmp_path) == []


def test_each_mail_is_offered_before_it_is_delivered(tmp_path: Path) -> None:
    with FolderChannel(tmp_path).connect() as connection:
        connection.offer(_MESSAGE)
        connection.deliver()

        with pytest.raises(RuntimeError):
            connection.deliver()


def test_what_a_killed_sender_left_is_removed_after_an_hour(tmp_path: Path) -> None:
    long_ago, busy = tmp_path / ".abc.tmp", tmp_path / ".def.tmp"
    others = [tmp_path / "eigen.tmp", tmp_path / ".eigen", tmp_path / "2025.eml"]
    for path in (long_ago, busy, *others):
        path.write_bytes(_RAW)
    for path in (long_ago, *others):
        os.utime(path, (0, path.stat().st_mtime - 3700))

    _send(tmp_path, _MESSAGE)

    left = [path.name for path in (busy, *others)]
    assert _names(tmp_path) == sorted([*left, file_name(_MESSAGE)])
