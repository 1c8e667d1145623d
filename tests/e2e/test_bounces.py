"""A mail that is taken and then comes back: by a report made here, and by a real Postfix."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import postfix
from tests.e2e.conftest import Install, MailServer
from tests.e2e.postfix import Postfix
from tests.e2e.processes import Campagne, wait_for

RETURN = "bounces@example.nl"
GONE = "communicatie.noordwijk@example.nl"


def _bounced(campagne: Campagne) -> list[str]:
    return [one["aan"] for one in campagne.rows("deliveries", "list", "--state=bounced")]


def test_a_report_in_the_box_pauses_the_address(
    install: Install, mail_server: MailServer, due_today: Path, tmp_path: Path
) -> None:
    box = tmp_path / "box"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    campagne = install(
        calendars_dir=str(due_today),
        demo="true",
        smtp_url=mail_server.url,
        smtp_insecure="true",
        bounce_address=RETURN,
        bounce_box=f"maildir:{box}",
    )
    campagne.run("tick")
    senders = [mail_server.sender_of(one) for one in mail_server.copies()]
    assert len(set(senders)) == len(senders) > 10
    to = mail_server.sender_of(GONE)
    assert to.startswith("bounces+")
    (box / "new" / "1").write_text(
        f"Delivered-To: {to}\nTo: {to}\nSubject: Undeliverable\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=grens\n\n"
        "--grens\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        f"Final-Recipient: rfc822;{GONE}\nAction: failed\nStatus: 5.1.1\n\n--grens--\n",
        encoding="ascii",
    )
    (box / "new" / "2").write_text(f"To: {to}\nSubject: Afwezig\n\nTot maandag", encoding="ascii")

    done = campagne.try_to("bounces", "read")
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith(
        "2 berichten gelezen: 1 mail kwam terug omdat het adres niet bestaat en 1 bericht is"
    )
    assert _bounced(campagne) == [GONE]
    assert [one["adres"] for one in campagne.rows("bounces", "list")] == [GONE]
    until = ("reminders", "list", "--until=2100-01-01", "--format=json")
    assert GONE not in {one["adres"] for one in json.loads(campagne.run(*until))}
    campagne.run("bounces", "resume", GONE)
    assert GONE in {one["adres"] for one in json.loads(campagne.run(*until))}
    assert campagne.rows("tick")[0]["verzonden"] == 1
    assert mail_server.copies()[GONE] == 2


@pytest.fixture
def server() -> Iterator[Postfix]:
    """A Postfix that takes a mail for somebody and then finds no mailbox."""
    if reason := postfix.why_not():
        pytest.skip(reason)
    with postfix.running(sender=RETURN, refused="niemand@example.nl", unknown=GONE) as made:
        yield made


def test_what_postfix_reports_is_understood(
    install: Install, server: Postfix, due_today: Path
) -> None:
    campagne = install(
        calendars_dir=str(due_today),
        demo="true",
        smtp_url=server.url,
        smtp_insecure="true",
        bounce_address=RETURN,
        bounce_box=f"maildir:{server.bounces}",
    )
    campagne.try_to("tick")  # it may be so quick that the report is read already
    wait_for("the report", lambda: [*server.bounces.glob("*/*")])
    campagne.try_to("bounces", "read")
    assert _bounced(campagne) == [GONE]
    (paused,) = campagne.rows("bounces", "list")
    assert (paused["adres"], paused["code"]) == (GONE, "5.1.1")
    assert "unknown user" in paused["reden"]
    assert [path.name for path in (server.bounces / "new").iterdir()] == []
    assert all(path.name.endswith(":2,S") for path in (server.bounces / "cur").iterdir())
