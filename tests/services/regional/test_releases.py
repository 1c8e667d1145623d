"""A broadcast at its moment, with a pause, a stop, the rest of its readers, and a follow-up."""

from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import update
from sqlmodel import col, select

from campagne.domain.broadcasts import BroadcastState
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.playbook import Role
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError
from campagne.services.audit import Author
from campagne.services.regional import broadcasts, previews, releases
from campagne.store.tables import ContactRow, DeliveryRow
from tests.services.regional.desk import LINKS, Desk


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, _class=EmailMessage, policy=default)


def states(desk: Desk) -> set[str]:
    return {one.state.value for one in desk.outbox()}


def arrive(desk: Desk, *keys: str, state: DeliveryState = DeliveryState.ACCEPTED) -> None:
    with desk.database.session() as session:
        session.execute(
            update(DeliveryRow)
            .where(col(DeliveryRow.municipality_key).in_(keys))
            .values(state=state, reply="250 2.0.0 ok")
        )


def test_it_goes_at_its_moment_once(desk: Desk) -> None:
    number = desk.new()
    desk.schedule(number, desk.clock.now() + timedelta(days=1))
    assert desk.tick() == 0
    assert desk.outbox() == []
    desk.clock.move_to(date(2026, 9, 9))
    assert desk.tick() == 2
    assert desk.tick() == 0
    assert desk.row(number).state is BroadcastState.RELEASED


def test_another_one_about_the_same_is_refused_while_one_is_scheduled(one_desk: Desk) -> None:
    first, second = one_desk.new(), one_desk.new()
    one_desk.schedule(first, one_desk.clock.now() + timedelta(days=1))
    with pytest.raises(InvalidInputError, match=r"al een ander regiobericht .* ingepland"):
        one_desk.release(second)
    one_desk.write(first, places=("lisse",))  # which voids its moment
    one_desk.schedule(first, one_desk.clock.now() + timedelta(days=1))
    one_desk.write(second, places=("katwijk",))
    assert one_desk.release(second).queued == 1, "other gemeenten are another matter"


def test_what_cannot_go_at_its_moment_waits_for_its_author(desk: Desk) -> None:
    number = desk.new()
    desk.schedule(number, desk.clock.now() + timedelta(days=1))
    desk.change(status=EditionStatus.CANCELLED)
    desk.clock.move_to(date(2026, 9, 9))
    assert desk.tick() == 0
    row = desk.row(number)
    assert (row.state, row.release_at) == (BroadcastState.DRAFT, None)
    assert "niet verstuurd op het gekozen moment. Orange the World gaat niet door" in row.hindrance
    assert desk.outbox() == []
    assert desk.told() == [("leiden-centrum", "Je regiobericht is niet verstuurd")]


def test_a_pause_holds_what_has_not_left_and_the_rest_goes_on(desk: Desk) -> None:
    number = desk.apart()
    desk.release(number)
    arrive(desk, "lisse")
    arrive(desk, "hillegom", state=DeliveryState.CLAIMED)
    arrive(desk, "katwijk", state=DeliveryState.SENDING)
    assert desk.pause(number) == 2
    assert sorted(one.state.value for one in desk.outbox()) == [
        "accepted",
        "held",
        "held",
        "sending",
    ]
    # What a server puts off meanwhile stands still too.
    arrive(desk, "katwijk", state=DeliveryState.DEFERRED)
    desk.tick()
    assert [one.state.value for one in desk.outbox()].count("held") == 3
    with pytest.raises(InvalidInputError, match="is gepauzeerd"):
        desk.rest(number)
    assert desk.resume(number) == 3
    assert states(desk) == {"accepted", "due"}
    with desk.database.read() as session:
        (line,) = broadcasts.list_all(session)
    assert line.state is BroadcastState.RELEASED
    arrive(desk, "lisse", "hillegom", "teylingen", "katwijk")
    with desk.database.read() as session:
        (line,) = broadcasts.list_all(session)
    assert line.state is BroadcastState.DONE
    for act in (desk.pause, desk.cancel):
        with pytest.raises(InvalidInputError, match="al weg"):
            act(number)


def test_what_is_stopped_goes_no_further(desk: Desk) -> None:
    number = desk.apart()
    desk.release(number)
    arrive(desk, "lisse")
    arrive(desk, "katwijk", state=DeliveryState.SENDING)
    assert desk.cancel(number) == 2
    arrive(desk, "katwijk", state=DeliveryState.DEFERRED)
    desk.tick()
    assert states(desk) == {"accepted", "cancelled"}
    for act in (desk.resume, desk.rest, desk.pause, desk.cancel):
        with pytest.raises(InvalidInputError, match="is gestopt"):
            act(number)
    assert desk.release(number).queued == 0


def test_the_rest_is_who_came_later(one_desk: Desk) -> None:
    number = one_desk.new()
    one_desk.release(number)
    with pytest.raises(InvalidInputError, match="heeft het al"):
        one_desk.rest(number)
    one_desk.add("noordwijk-beleid", Role.POLICY, "noordwijk")
    assert one_desk.rest(number) == 1
    assert [one.recipient for one in one_desk.outbox() if one.municipality_key == "noordwijk"] == [
        "noordwijk-beleid@example.nl"
    ]


def test_one_mail_goes_again_only_when_it_did_not_arrive(one_desk: Desk) -> None:
    number = one_desk.apart()
    one_desk.release(number)
    arrive(one_desk, "katwijk", state=DeliveryState.FAILED)

    def again(place: str, of: int = number) -> None:
        with one_desk.database.session() as session:
            one = session.exec(
                select(DeliveryRow).where(col(DeliveryRow.municipality_key) == place)
            ).one()
            releases.resend(
                session,
                of,
                one.id or 0,
                by=Author("Leiden"),
                now=one_desk.clock.now(),
                today=one_desk.clock.today(),
            )

    with pytest.raises(InvalidInputError, match="kan niet opnieuw"):
        again("lisse")
    again("katwijk")
    assert states(one_desk) == {"due"}
    other = one_desk.new("week-tegen-kindermishandeling-2026")
    with pytest.raises(InvalidInputError, match="nog een concept"):
        again("katwijk", other)


def test_a_follow_up_is_for_who_had_the_first(one_desk: Desk) -> None:
    number = one_desk.apart()
    with pytest.raises(InvalidInputError, match="nog niet verstuurd"):
        one_desk.follow_up(number)
    one_desk.release(number)
    arrive(one_desk, "lisse", "katwijk")
    one_desk.cancel(number)
    second = one_desk.follow_up(number)
    assert [one.for_whom for one in one_desk.preview(second)] == ["Katwijk", "Lisse"]
    assert one_desk.row(second).subject.startswith("Vervolg: Orange the World")
    assert one_desk.release(second).queued == 2


def test_a_test_is_the_mail_itself_to_oneself(one_desk: Desk) -> None:
    number = one_desk.new()
    with one_desk.database.session() as session:
        of = previews.send_test(
            session, number, "leiden-centrum", municipality="lisse", **one_desk.rules
        )
    assert (of.for_whom, of.contact.key) == (
        "Hillegom, Lisse en Teylingen",
        "hltsamen-communicatie",
    )
    (sent,) = one_desk.outbox()
    assert (sent.recipient, sent.broadcast_id) == ("leiden-centrum@example.nl", None)
    (shown,) = [one.message for one in one_desk.preview(number) if "Lisse" in one.for_whom]
    assert shown is not None
    assert parts(sent.raw) == parts(shown.raw)
    assert one_desk.row(number).state is BroadcastState.DRAFT


def parts(raw: bytes) -> list[bytes]:
    """Return what a mail says, without what tells it from another: its boundaries."""
    head, _, body = raw.partition(b"\r\n\r\n")
    own = (b"Date:", b"To:", b"Message-ID:", b"Content-Type:", b" boundary")
    lines = [one for one in head.split(b"\r\n") if not one.startswith(own)]
    return lines + [one for one in body.split(b"\r\n") if b"=_" not in one]


def test_the_edition_goes_along_for_a_calendar(one_desk: Desk) -> None:
    number = one_desk.new()
    shown = one_desk.preview(number)[0].message
    assert shown is not None
    mail = parsed(shown.raw)
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "text/calendar"
    assert file.get_param("method") == "PUBLISH"
    content = file.get_content()
    assert isinstance(content, str)
    calendar = Calendar.from_ical(content)
    assert calendar["METHOD"] == "PUBLISH"
    (event,) = calendar.walk("VEVENT")
    assert event["UID"] == "orange-the-world-2026@campagne.internal"
    assert str(event["ORGANIZER"]) == "mailto:leiden-centrum@example.nl"
    assert event.decoded("DTSTART") == date(2026, 11, 25)
    one_desk.write(number, with_calendar=False)
    without = one_desk.preview(number)[0].message
    assert without is not None
    assert not list(parsed(without.raw).iter_attachments())


def test_what_went_is_shown_as_it_went(one_desk: Desk) -> None:
    """Whoever changes what a mail is made from; whoever only looks gets no link that works."""
    number = one_desk.new()
    one_desk.release(number)
    with one_desk.database.session() as session:
        session.get_one(ContactRow, "leiden-centrum").name = "Iemand anders"
        session.get_one(ContactRow, "katwijk-campagnes").email = "verhuisd@example.nl"
    sent = {one.raw for one in one_desk.outbox()}
    (katwijk,) = [one for one in one_desk.preview(number) if one.for_whom == "Katwijk"]
    assert katwijk.recipients == ("Communicatie en beleid Katwijk <katwijk-campagnes@example.nl>",)
    assert {one.raw for each in one_desk.preview(number) for one in each.messages} == sent
    with one_desk.database.read() as session:
        row = broadcasts.find(session, number)
        whose = previews.recipients(session, row, one_desk.clock.today())[0]
        made: dict[str, Any] = {"links": LINKS, "mails": one_desk.mails, "now": row.created_at}
        assert previews.mail(session, row, whose, as_stored=True, **made).raw in sent
        assert b"Iemand anders" in previews.mail(session, row, whose, **made).raw


def test_a_link_of_who_only_looks_leads_nowhere(one_desk: Desk) -> None:
    number = one_desk.new()
    dead = type(LINKS)(LINKS.base_url, "een heel andere sleutel, van niemand")
    with one_desk.database.read() as session:
        row = broadcasts.find(session, number)
        whose = previews.recipients(session, row, one_desk.clock.today())[0]
        mails, now = one_desk.mails, one_desk.clock.now()
        seen = previews.mail(session, row, whose, links=dead, mails=mails, now=now)
        real = previews.mail(session, row, whose, links=LINKS, mails=mails, now=now)
    assert seen.kind is MessageKind.BROADCAST
    assert len(seen.raw) == len(real.raw)
    assert seen.raw != real.raw
