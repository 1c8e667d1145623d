"""A real Postfix takes a broadcast: what arrives, what is refused, and what comes back later."""

import email
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default
from pathlib import Path

import pytest
from sqlmodel import col, select

from campagne.clock import Clock
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.store.database import Database
from campagne.store.tables import DeliveryRow
from tests.e2e import postfix
from tests.e2e.conftest import Install
from tests.e2e.postfix import Postfix
from tests.e2e.processes import wait_for

SENDER = "campagne@example.nl"
REFUSED = "communicatie.katwijk@example.nl"
UNKNOWN = "communicatie.noordwijk@example.nl"

_WAITING = {
    DeliveryState.DUE,
    DeliveryState.CLAIMED,
    DeliveryState.SENDING,
    DeliveryState.DEFERRED,
}

pytestmark = pytest.mark.skipif(bool(postfix.why_not()), reason=postfix.why_not())


@pytest.fixture
def server() -> Iterator[Postfix]:
    """A Postfix that refuses one of the region, and takes another that it has no mailbox for."""
    with postfix.running(sender=SENDER, refused=REFUSED, unknown=UNKNOWN) as made:
        yield made


def test_a_broadcast_to_a_region_by_a_real_mail_server(
    install: Install, server: Postfix, due_today: Path
) -> None:
    campagne = install(
        calendars_dir=str(due_today),
        demo="true",
        smtp_url=server.url,
        smtp_insecure="true",
        mail_from=f"Campagnekalender <{SENDER}>",
    )
    campagne.run("rota", "apply")
    edition = f"over-zeven-weken-{(Clock().today() + timedelta(weeks=7)).year}"
    campagne.run("broadcast", "new", "--edition", edition, "--region", "holland-rijnland")
    campagne.run("broadcast", "release", "1")

    worker = campagne.start("worker")
    rows = wait_for("the region to be mailed", lambda: _settled(campagne.database_url))
    lost = next(row for row in rows if row.recipient == UNKNOWN)
    raw = wait_for("the report", lambda: _report_about(lost, server))
    assert worker.stop() == 0

    states = {row.recipient: row.state for row in rows if row.state is not DeliveryState.ACCEPTED}
    assert states == {REFUSED: DeliveryState.FAILED}
    assert "550 5.7.1" in next(row.reply for row in rows if row.recipient == REFUSED)
    # Everyone else in the region has each mail once, with our bytes below the lines of the server.
    came = [raw for raw in server.arrived(server.mailbox) if b"\nAuto-Submitted:" not in raw]
    meant = [row for row in rows if row.recipient not in {REFUSED, UNKNOWN}]
    assert len(meant) > 10
    assert len(came) == len(meant)
    assert Counter(_ours(raw) for raw in came) == Counter(_lines(row.raw) for row in meant)

    report = email.message_from_bytes(raw, policy=default)
    assert report.get_content_type() == "multipart/report"
    assert f"Final-Recipient: rfc822; {UNKNOWN}" in report.as_string()
    assert "Action: failed" in report.as_string()

    read = campagne.try_to("bounces", "read", bounce_box=f"maildir:{server.bounces}")
    assert "gelezen" in read.stdout, read.stderr
    rows = _settled(campagne.database_url) or []
    came_back = [row.recipient for row in rows if row.state is DeliveryState.BOUNCED]
    assert came_back == [UNKNOWN]
    assert UNKNOWN in campagne.run("bounces", "list")


def _report_about(row: DeliveryRow, server: Postfix) -> bytes | None:
    """Return the report about a mail; reminders of today to the same person come back too."""
    about = row.message_id.encode()
    return next((raw for raw in server.arrived(server.bounces) if about in raw), None)


def _settled(url: str) -> list[DeliveryRow] | None:
    """Return the mails of the broadcast once none waits any more."""
    database = Database(url)
    with database.read() as session:
        rows = session.exec(
            select(DeliveryRow).where(col(DeliveryRow.kind) == MessageKind.BROADCAST)
        ).all()
    database.close()
    done = {*DeliveryState} - _WAITING
    return [*rows] if {row.state for row in rows} <= done else None


def _lines(raw: bytes) -> bytes:
    """Return a mail as a maildir keeps it."""
    return raw.replace(b"\r\n", b"\n")


def _ours(raw: bytes) -> bytes:
    """Return what came from its first line that is ours."""
    return raw[raw.index(b"\nFrom: ") + 1 :]
