"""Files with a broadcast: read by a second pair of eyes, stored once, sent with every mail."""

import base64
import email
from datetime import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from sqlmodel import col, select

from campagne.domain.broadcasts import BroadcastState
from campagne.domain.delivery import DeliveryState
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import lookup
from campagne.services.audit import Author
from campagne.services.regional import broadcasts, enclosed, enclosing, previews, writing
from campagne.store.tables import BlobRow, DeliveryRow
from tests.services.regional.desk import Desk

_OF_BROADCAST = col(DeliveryRow.broadcast_id).is_not(None)
POSTER, BRIEF = ("Poster één.pdf", b"%PDF-1.7 poster"), ("brief.txt", b"Beste collega")


def add(desk: Desk, number: int, *files: tuple[str, bytes], by: str = "leiden-centrum") -> None:
    with desk.database.session() as session:
        who = lookup.contact(session, by)
        enclosing.add(session, number, files, author=who, by=Author(who.name), now=desk.clock.now())


def remove(desk: Desk, number: int, name: str) -> None:
    with desk.database.session() as session:
        who = lookup.contact(session, "leiden-centrum")
        enclosing.remove(
            session, number, name, author=who, by=Author(who.name), now=desk.clock.now()
        )


def stored(desk: Desk) -> set[bytes]:
    with desk.database.read() as session:
        return {one.content for one in session.exec(select(BlobRow))}


def files(raw: bytes) -> list[tuple[str | None, object]]:
    mail = email.message_from_bytes(raw, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return [(one.get_filename(), one.get_payload(decode=True)) for one in mail.iter_attachments()]


def test_what_is_approved_is_what_arrives(desk: Desk) -> None:
    number = desk.apart()
    add(desk, number, POSTER, BRIEF)
    with pytest.raises(InvalidInputError, match="moet dit regiobericht nog goedkeuren"):
        desk.release(number)
    desk.submit(number)
    desk.approve(number)
    remove(desk, number, "brief.txt")
    assert desk.row(number).state is BroadcastState.DRAFT, "the approval was of two files"
    desk.submit(number)
    desk.approve(number)
    shown = [one.raw for each in desk.preview(number) for one in each.messages]
    assert desk.release(number).queued == len(shown) == 4
    with desk.database.read() as session:
        sent = {one.raw for one in session.exec(select(DeliveryRow).where(_OF_BROADCAST))}
    assert sent == set(shown), "byte for byte, at the same instant"
    for raw in sent:
        assert files(raw)[0][0] == "campagne.ics"
        assert files(raw)[1:] == [POSTER]
        assert b"Poster =C3=A9=C3=A9n.pdf (15 bytes)" in raw.replace(b"=\r\n", b"")
    assert len(stored(desk)) == 2, "the file, and what all four mails end in"
    with pytest.raises(InvalidInputError, match="al verstuurd"):
        add(desk, number, BRIEF)
    with pytest.raises(InvalidInputError, match="al verstuurd"):
        remove(desk, number, POSTER[0])


def test_the_log_tells_and_who_changes_it_sends_it(one_desk: Desk) -> None:
    number = one_desk.new()
    add(one_desk, number, POSTER)
    with one_desk.database.read() as session:
        row = broadcasts.find(session, number)
        assert broadcasts.fields(session, row)["bijlagen"] == "Poster één.pdf (15 bytes)"
        assert enclosed.read(session, row, 1).content == POSTER[1]
        for place in (0, 2, -1):
            with pytest.raises(NotFoundError, match="bijlage is er niet meer"):
                enclosed.read(session, row, place)


def test_bytes_stay_as_long_as_some_broadcast_has_them(one_desk: Desk) -> None:
    first, second = one_desk.new(), one_desk.new()
    add(one_desk, first, POSTER)
    add(one_desk, second, ("andere naam.pdf", POSTER[1]))
    assert stored(one_desk) == {POSTER[1]}
    remove(one_desk, first, POSTER[0])
    assert stored(one_desk) == {POSTER[1]}
    remove(one_desk, second, "andere naam.pdf")
    assert stored(one_desk) == set()
    with pytest.raises(InvalidInputError, match="bijlage is er niet meer"):
        remove(one_desk, second, "andere naam.pdf")


def test_a_file_that_is_taken_away_is_gone_from_the_mails_that_tried_it(one_desk: Desk) -> None:
    number, other = one_desk.new(), one_desk.new()
    add(one_desk, number, POSTER)
    add(one_desk, other, BRIEF)

    def tried(which: int) -> int:
        with one_desk.database.session() as session:
            previews.send_test(session, which, "leiden-centrum", **one_desk.rules)
            return max(one or 0 for one in session.exec(select(col(DeliveryRow.id))))

    sent, kept = tried(number), tried(other)
    with one_desk.database.session() as session:
        row = session.get_one(DeliveryRow, sent)
        row.state, row.settled_at = DeliveryState.ACCEPTED, one_desk.clock.now()
    add(one_desk, number, BRIEF)
    one_desk.clock.move_to(one_desk.clock.today(), time(11))
    waits = tried(number)
    assert len(stored(one_desk)) == 4, "two files, the end of what waits, and that of the other"
    remove(one_desk, number, POSTER[0])
    with one_desk.database.read() as session:
        states = {one.id: (one.state, one.raw != b"") for one in session.exec(select(DeliveryRow))}
    assert states[sent] == (DeliveryState.ACCEPTED, False)
    assert states[waits] == (DeliveryState.CANCELLED, False)
    assert states[kept] == (DeliveryState.DUE, True)
    assert not any(
        POSTER[1] in one or base64.b64encode(POSTER[1]) in one for one in stored(one_desk)
    )


def test_a_file_that_is_the_end_of_a_mail_too_stays(one_desk: Desk) -> None:
    number, other = one_desk.new(), one_desk.new()
    add(one_desk, other, BRIEF)
    with one_desk.database.session() as session:
        previews.send_test(session, other, "leiden-centrum", **one_desk.rules)
    (end,) = stored(one_desk) - {BRIEF[1]}
    add(one_desk, number, ("einde.txt", end))
    remove(one_desk, number, "einde.txt")
    assert stored(one_desk) == {BRIEF[1], end}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((), "Kies eerst"),
        ((POSTER, ("x.exe", b"MZ")), "x.exe kan niet mee"),
        ((POSTER, (POSTER[0].upper(), b"%PDF-2")), "twee bijlagen"),
        ([(f"{one}.txt", b"x") for one in range(6)], "hoogstens 5"),
    ],
)
def test_all_or_none(one_desk: Desk, given: list[tuple[str, bytes]], says: str) -> None:
    number = one_desk.new()
    with pytest.raises(InvalidInputError, match=says):
        add(one_desk, number, *given)
    assert one_desk.row(number).files == []
    assert stored(one_desk) == set()


def test_a_follow_up_begins_without(one_desk: Desk) -> None:
    """What went along the first time may be what changed."""
    number = one_desk.new()
    add(one_desk, number, BRIEF)
    one_desk.submit(number)
    one_desk.approve(number)
    one_desk.release(number)
    with one_desk.database.session() as session:
        other = writing.follow_up(session, number, "leiden-centrum", **one_desk.rules)
    assert one_desk.row(other).files == []
