"""What a person sees of mail that came back."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import col, select

from campagne.domain.delivery import DeliveryState
from campagne.store.database import Database
from campagne.store.tables import DeliveryRow
from tests.cli.conftest import Run

GONE = "contact3@example.nl"


@pytest.fixture
def box(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    return tmp_path / "box"


@pytest.fixture
def come_back(data: Path, box: Path, outbox: None) -> Callable[[str, str], None]:  # noqa: ARG001 - fills it
    """Let a mail that was taken come back with a status."""
    database = Database(f"sqlite:///{data / 'campagne.db'}")

    def drop(recipient: str, status: str) -> None:
        with database.session() as session:
            row = session.exec(
                select(DeliveryRow).where(col(DeliveryRow.recipient) == recipient)
            ).one()
            row.state = DeliveryState.ACCEPTED
            message_id = row.message_id
        (box / "new" / recipient).write_text(
            "Content-Type: multipart/report; report-type=delivery-status; boundary=grens\n\n"
            "--grens\nContent-Type: message/delivery-status\n\n"
            f"Final-Recipient: rfc822;{recipient}\nAction: failed\nStatus: {status}\n"
            f"Diagnostic-Code: smtp; 550 {status} onbekend\n\n"
            f"--grens\nContent-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\n",
            encoding="ascii",
        )

    return drop


def test_what_came_back_is_read_listed_and_resumed(
    run: Run, box: Path, come_back: Callable[[str, str], None]
) -> None:
    come_back(GONE, "5.1.1")
    come_back("contact4@example.nl", "5.2.2")
    (box / "new" / "afwezig").write_bytes(b"Subject: Afwezig\n\nTot maandag")
    read = run("bounces", "read", bounce_box=f"maildir:{box}")
    assert read.code == 3
    assert read.out.splitlines() == [
        (
            "3 berichten gelezen: 1 mail kwam terug omdat het adres niet bestaat,"
            " 1 mail kwam om een andere reden terug en 1 bericht is voor een mens."
        ),
        "Met 'campagne bounces list' zie je welke adressen geen mail meer krijgen.",
    ]
    listed = run("bounces", "list")
    assert (listed.code, listed.out.count(GONE)) == (0, 1)
    (row,) = json.loads(run("bounces", "list", "--format=json").out)
    assert (row["adres"], row["code"], row["reden"]) == (GONE, "5.1.1", "550 5.1.1 onbekend")
    assert row["sinds"].startswith("2026-09-07T")
    assert row["contactpersonen"] == []
    back = json.loads(run("deliveries", "list", "--state=bounced", "--format=json").out)
    assert {one["aan"] for one in back} == {GONE, "contact4@example.nl"}

    again = run("bounces", "read")
    assert (again.code, again.out) == (0, "Er is niets teruggekomen.\n")
    resumed = run("bounces", "resume", GONE.upper())
    assert (resumed.code, resumed.out) == (0, "Dit adres krijgt weer mail.\n")
    assert run("bounces", "list").out == "Alle adressen krijgen mail.\n"
    twice = run("bounces", "resume", GONE)
    assert twice.code == 1
    assert "is niet gepauzeerd" in twice.sentence


def test_a_round_reads_the_box_too(
    run: Run, box: Path, come_back: Callable[[str, str], None]
) -> None:
    come_back(GONE, "5.1.1")
    done = run("tick", "--format=json", bounce_box=f"maildir:{box}")
    assert done.code == 3
    assert json.loads(done.out)[0]["teruggekomen"] == 1
    quiet = run("tick", "--format=json")
    assert (quiet.code, json.loads(quiet.out)[0]["teruggekomen"]) == (0, 0)


def test_a_round_goes_on_without_the_box(run: Run, box: Path, outbox: None) -> None:  # noqa: ARG001 - fills it
    done = run("tick", "--format=json", bounce_box=f"maildir:{box.parent}/weg")
    assert done.code == 3
    assert json.loads(done.out)[0]["verzonden"] >= 15
    assert "teruggekomen mail kan niet worden gelezen" in done.sentence


@pytest.mark.parametrize(
    ("box", "sentence"),
    [
        ("", "Geef CAMPAGNE_BOUNCE_BOX"),
        ("maildir:/bestaat/niet", "kan niet worden gelezen (bestaat niet)"),
        ("imaps://naam:geheim@", "CAMPAGNE_BOUNCE_BOX klopt niet: de naam van de server"),
        ("imaps://naam:geheim@127.0.0.1:1", "De mailserver 127.0.0.1 is niet bereikbaar"),
    ],
)
def test_a_box_that_cannot_be_read(run: Run, box: str, sentence: str) -> None:
    read = run("bounces", "read", bounce_box=box)
    assert (read.code, read.out) == (1, "")
    assert sentence in read.sentence
    assert "geheim" not in read.sentence


def test_a_box_that_cannot_be_is_told_at_the_start(run: Run) -> None:
    for command in (("settings",), ("rota", "show")):
        told = run(*command, bounce_box="imap://naam:geheim@mail.example.nl")
        assert told.code == 1
        assert "begint niet met imaps://" in told.sentence
        assert "geheim" not in told.sentence + told.out
