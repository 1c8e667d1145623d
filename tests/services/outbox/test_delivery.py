"""The outbox: what goes in once, what a person may do, and how a mail is shown."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from campagne.domain.delivery import DeliveryState, Message, MessageKind, message_id
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.outbox import delivery
from campagne.store.database import Database
from campagne.store.tables import DeliveryRow

_START = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)


def _message(number: int) -> Message:
    key = f"reminder:{number}"
    return Message(
        key=key,
        kind=MessageKind.REMINDER,
        sender="campagne@example.nl",
        recipient=f"contact{number}@example.nl",
        subject=f"Mail {number}",
        message_id=message_id(key, "campagne@example.nl"),
        raw=f"Subject: Mail {number}\r\n\r\nBeste collega\r\n".encode(),
    )


def _fill(database: Database, count: int) -> list[int]:
    with database.session() as session:
        ids = [
            delivery.enqueue(session, _message(number + 1), now=_START) for number in range(count)
        ]
    return [one for one in ids if one is not None]


def _set(database: Database, **values: object) -> None:
    with database.session() as session:
        session.exec(update(DeliveryRow).values(**values))


def _row(database: Database) -> DeliveryRow:
    with database.read() as session:
        return session.exec(select(DeliveryRow)).one()


def test_a_message_is_put_in_once(database: Database) -> None:
    with database.session() as session:
        first = delivery.enqueue(session, _message(1), now=_START)
        again = delivery.enqueue(session, _message(1), now=_START)
    with database.session() as session:
        later = delivery.enqueue(session, _message(1), now=_START)

    row = _row(database)
    assert (first, again, later) == (row.id, None, None)
    assert (row.state, row.next_at, row.raw) == (DeliveryState.DUE, _START, _message(1).raw)


@pytest.mark.parametrize(
    ("state", "allowed"),
    [("unknown", True), ("failed", True), ("accepted", False), ("sending", False), ("due", False)],
)
def test_a_person_sends_again_only_what_cannot_double_unseen(
    database: Database, state: str, *, allowed: bool
) -> None:
    (number,) = _fill(database, 1)
    _set(
        database, state=DeliveryState(state), attempts=70, first_tried_at=_START, settled_at=_START
    )
    later = _START + timedelta(hours=80)

    with database.session() as session:
        if allowed:
            delivery.resend(session, number, now=later)
        else:
            with pytest.raises(InvalidInputError):
                delivery.resend(session, number, now=later)

    row = _row(database)
    if allowed:
        # Its tries are counted anew; else it would be given up at the first fault.
        assert (row.state, row.next_at, row.settled_at) == (DeliveryState.DUE, later, None)
        assert (row.attempts, row.first_tried_at) == (0, None)
    else:
        assert (row.state, row.attempts) == (state, 70)


@pytest.mark.parametrize(("arrived", "state"), [(True, "accepted"), (False, "failed")])
def test_a_person_says_what_became_of_a_mail(
    database: Database, *, arrived: bool, state: str
) -> None:
    (number,) = _fill(database, 1)
    _set(database, state=DeliveryState.UNKNOWN)

    with database.session() as session:
        delivery.resolve(session, number, arrived=arrived, now=_START)
        with pytest.raises(InvalidInputError):
            delivery.resolve(session, number, arrived=arrived, now=_START)

    row = _row(database)
    assert (row.state, row.settled_at) == (state, _START)


def test_the_mailbox_lists_the_newest_first(database: Database) -> None:
    first, second, third = _fill(database, 3)

    with database.read() as session:
        page = delivery.mailbox(session, limit=2)
        rest = delivery.mailbox(session, limit=2, offset=2)

    assert [line.id for line in page + rest] == [third, second, first]
    assert page[0] == delivery.MailLine(
        third, "contact3@example.nl", "Mail 3", _START, DeliveryState.DUE
    )


def test_the_mailbox_tells_when_a_mail_was_settled(database: Database) -> None:
    _fill(database, 1)
    later = _START + timedelta(minutes=1)
    _set(database, state=DeliveryState.ACCEPTED, settled_at=later)

    with database.read() as session:
        (line,) = delivery.mailbox(session, limit=2)

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
    message = Message(
        key="a",
        kind=MessageKind.REMINDER,
        sender="campagne@example.nl",
        recipient="contact1@example.nl",
        subject="Herinnering één",
        message_id="<a@example.nl>",
        raw=raw,
    )
    with database.session() as session:
        number = delivery.enqueue(session, message, now=_START)
    assert number is not None

    with database.read() as session:
        shown = delivery.mail(session, number)

    assert (shown.subject, shown.to) == ("Herinnering één", "contact1@example.nl")
    assert shown.sender == "Coördinatie <campagne@example.nl>"
    assert (shown.at, shown.state) == (_START, DeliveryState.DUE)
    assert shown.text.strip() == "Beste Zoë"
    assert shown.html.strip() == "<p>Beste</p>"
    assert shown.attachments == ("week.ics",)


def test_a_mail_that_is_not_there(database: Database) -> None:
    with database.read() as session:
        with pytest.raises(NotFoundError):
            delivery.mail(session, 1)
        assert delivery.mailbox(session, limit=10) == []
