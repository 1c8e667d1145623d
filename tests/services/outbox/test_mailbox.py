"""The mails of the outbox, as they are listed and shown."""

from datetime import timedelta

import pytest

from campagne.domain.delivery import DeliveryState, Message, MessageKind
from campagne.errors import NotFoundError
from campagne.services.outbox import delivery, mailbox
from campagne.store.database import Database
from tests.services.outbox.filling import START, fill, set_all


def test_the_mailbox_lists_the_newest_first(database: Database) -> None:
    first, second, third = fill(database, 3)

    with database.read() as session:
        page = mailbox.lines(session, limit=2)
        rest = mailbox.lines(session, limit=2, offset=2)

    assert [line.id for line in page + rest] == [third, second, first]
    assert page[0] == mailbox.MailLine(
        third, "contact3@example.nl", "Mail 3", START, DeliveryState.DUE
    )


def test_the_mailbox_tells_when_a_mail_was_settled(database: Database) -> None:
    fill(database, 1)
    later = START + timedelta(minutes=1)
    set_all(database, state=DeliveryState.ACCEPTED, settled_at=later)

    with database.read() as session:
        (line,) = mailbox.lines(session, limit=2)

    assert (line.state, line.at) == (DeliveryState.ACCEPTED, later)


def test_a_mail_is_shown_as_it_was_frozen(database: Database) -> None:
    raw = (
        "From: =?utf-8?q?Co=C3=B6rdinatie?= <campagne@example.nl>\r\n"
        "To: Zoe <contact1@example.nl>\r\n"
        "Subject: =?utf-8?q?Herinnering_=C3=A9=C3=A9n?=\r\n"
        "Date: Mon, 07 Sep 2026 08:00:00 +0200\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="x"\r\n'
        "\r\n"
        '--x\r\nContent-Type: multipart/alternative; boundary="y"\r\n\r\n'
        "--y\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
        "\r\nBeste Zoë\r\n"
        "--y\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Beste</p>\r\n"
        "--y--\r\n"
        "--x\r\nContent-Type: text/calendar\r\n"
        'Content-Disposition: attachment; filename="week.ics"\r\n\r\nBEGIN:VCALENDAR\r\n'
        "--x--\r\n"
    ).encode()
    shown_mail = Message(
        key="a",
        kind=MessageKind.REMINDER,
        sender="campagne@example.nl",
        recipient="contact1@example.nl",
        subject="Herinnering één",
        message_id="<a@example.nl>",
        own=raw,
    )
    with database.session() as session:
        number = delivery.enqueue(session, shown_mail, now=START)
    assert number is not None

    with database.read() as session:
        shown = mailbox.mail(session, number)

    assert (shown.subject, shown.to) == ("Herinnering één", "contact1@example.nl")
    assert shown.sender == "Coördinatie <campagne@example.nl>"
    assert (shown.at, shown.state) == (START, DeliveryState.DUE)
    assert shown.text.strip() == "Beste Zoë"
    assert shown.html.strip() == "<p>Beste</p>"
    assert shown.attachments == ("week.ics",)


def test_a_mail_that_is_not_there(database: Database) -> None:
    with database.read() as session:
        with pytest.raises(NotFoundError):
            mailbox.mail(session, 1)
        assert mailbox.lines(session, limit=10) == []
