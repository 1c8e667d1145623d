"""Old mails are wiped: when, of which, and what stays of them."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.bounces import BounceKind
from campagne.domain.delivery import DeliveryState, Tail
from campagne.services.outbox import delivery, mailbox, outcomes, retention, validity
from campagne.services.review import year_archive
from campagne.store.database import Database
from campagne.store.tables import (
    AttemptRow,
    BlobRow,
    BounceRow,
    DeliveryRow,
    EditionRow,
    EvaluationQuestionRow,
    HandoverRow,
    MaterialNoticeRow,
    NoticeRow,
    PausedAddressRow,
    PlanMailRow,
    ReminderRow,
    StepRow,
)
from tests.services.changing import HLT, LATER, WEEK, Office
from tests.services.outbox.filling import fill, message

ACCEPTED, FAILED = DeliveryState.ACCEPTED, DeliveryState.FAILED
ENDS = date(2026, 11, 22)  # the week


def wiped(database: Database, clock: SetClock, day: date, days: int = 400) -> int:
    clock.move_to(day)
    return retention.wipe_old(database, days=days, now=clock.now(), today=clock.today())


def settle(database: Database, clock: SetClock, **values: object) -> None:
    """Let every mail have gone now."""
    with database.session() as session:
        session.execute(
            update(DeliveryRow).values(**{"state": ACCEPTED, "settled_at": clock.now(), **values})
        )


def rows(database: Database) -> dict[int | None, DeliveryRow]:
    with database.read() as session:
        found = session.exec(select(DeliveryRow)).all()
    return {one.id: one for one in found}


def test_address_and_words_go_and_what_became_of_it_stays(world: Database, clock: SetClock) -> None:
    (number,) = fill(world, 1)
    settle(world, clock, reply="250 ok contact1@example.nl")
    with world.session() as session:
        session.add(
            AttemptRow(delivery_id=number, fence=1, started_at=clock.now(), text="to contact1")
        )
        session.add(
            BounceRow(
                source="x",
                delivery_id=number,
                kind=BounceKind.HARD,
                recipient="contact1@example.nl",
                status="5.1.1",
                text="contact1 is gone",
                at=clock.now(),
            )
        )
    before = rows(world)[number]
    raw = before.raw

    assert wiped(world, clock, clock.today() + timedelta(days=400)) == 0
    assert wiped(world, clock, clock.today() + timedelta(days=1)) == 1

    after = rows(world)[number]
    assert after.raw == b""
    assert after.digest == hashlib.sha256(raw).hexdigest()
    assert (after.recipient, after.wiped_on) == ("gewist@gewist.invalid", clock.today())
    kept = ("key", "message_id", "kind", "state", "settled_at", "created_at", "contact_key")
    assert [getattr(after, one) for one in kept] == [getattr(before, one) for one in kept]
    with world.read() as session:
        tries = session.exec(select(col(AttemptRow.text), col(AttemptRow.fence))).all()
        came_back = session.exec(select(BounceRow)).one()
        shown = mailbox.mail(session, number)
        everything = repr([*tries, came_back, shown, after])
    assert tries == [("", 1)]
    assert (came_back.status, came_back.text) == ("5.1.1", "")
    assert "contact1" not in everything.replace(repr(after.key), "")
    assert shown.subject == "Herinnering"
    assert wiped(world, clock, clock.today() + timedelta(days=900)) == 0


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (DeliveryState.DUE, 0),
        (DeliveryState.DEFERRED, 0),
        (DeliveryState.SENDING, 0),
        (DeliveryState.BOUNCED, 1),
        (DeliveryState.FAILED, 1),
        (DeliveryState.CANCELLED, 1),
    ],
)
def test_what_can_still_become_something_is_kept(
    sqlite_world: Database, clock: SetClock, state: DeliveryState, expected: int
) -> None:
    fill(sqlite_world, 1)
    settle(sqlite_world, clock, state=state)
    assert wiped(sqlite_world, clock, date(2030, 1, 1)) == expected


def test_what_nobody_heard_of_is_wiped_too_and_does_not_go_again(
    sqlite_world: Database, clock: SetClock
) -> None:
    """It has no day on which it was settled; that on which it was to go counts."""
    (number,) = fill(sqlite_world, 1)
    settle(sqlite_world, clock, state=DeliveryState.UNKNOWN, settled_at=None)
    start = clock.now()
    with sqlite_world.session() as session:
        session.get_one(DeliveryRow, number).next_at = start
        session.add(
            AttemptRow(
                delivery_id=number,
                fence=1,
                started_at=start,
                ended_at=start,
                outcome=DeliveryState.UNKNOWN,
            )
        )
    assert wiped(sqlite_world, clock, clock.today() + timedelta(days=400)) == 0
    assert wiped(sqlite_world, clock, clock.today() + timedelta(days=1)) == 1
    with sqlite_world.session() as session:
        assert outcomes.recover(session, clock.now()).resent == 0
    assert rows(sqlite_world)[number].state is DeliveryState.UNKNOWN


def test_a_mail_is_kept_as_long_as_its_campaign(world: Database, clock: SetClock) -> None:
    """By its reminders, by its notice, by its broadcast or edition; the copy as the mail."""
    office = Office(world, clock)
    office.round()
    office.move(WEEK, LATER)
    office.round()
    fill(world, 2)
    settle(world, clock)
    with world.session() as session:
        session.execute(update(EditionRow).values(last=ENDS))
        about = {
            *session.scalars(select(col(ReminderRow.delivery_id))),
            *session.scalars(select(col(NoticeRow.delivery_id))),
        } - {None}
        direct, copy = session.exec(
            select(DeliveryRow).where(col(DeliveryRow.key).in_(["reminder:1", "reminder:2"]))
        ).all()
        direct.edition_key, copy.copy_of = WEEK, min(about)
    later = len(about) + 2
    assert wiped(world, clock, date(2027, 12, 26)) == len(rows(world)) - later
    assert wiped(world, clock, date(2027, 12, 27)) == later


def test_what_a_mail_is_about_may_stand_elsewhere(world: Database, clock: SetClock) -> None:
    """What was handed over, material, what is looked back on; the plan of a year as that year."""
    handed, told, asked, plan = fill(world, 4)
    settle(world, clock)
    with world.session() as session:
        session.execute(update(EditionRow).values(last=ENDS))
        session.add_all(
            [
                HandoverRow(
                    edition_key=WEEK,
                    contact_key=HLT,
                    step_key=session.scalars(select(col(StepRow.key))).first() or "",
                    municipality_key="lisse",
                    by_key=HLT,
                    at=clock.now(),
                    delivery_id=handed,
                ),
                MaterialNoticeRow(
                    edition_key=WEEK, contact_key=HLT, issue=0, said="x", delivery_id=told
                ),
                EvaluationQuestionRow(
                    edition_key=WEEK,
                    contact_key=HLT,
                    municipality_key="lisse",
                    weeks=2,
                    date_version=1,
                    delivery_id=asked,
                ),
                PlanMailRow(contact_key=HLT, year=2026, delivery_id=plan),
            ]
        )
    assert wiped(world, clock, date(2027, 12, 26)) == 0
    assert wiped(world, clock, date(2027, 12, 27)) == 3
    assert wiped(world, clock, date(2028, 2, 4)) == 0
    assert wiped(world, clock, date(2028, 2, 5)) == 1


def test_why_an_address_gets_no_mail_stays(sqlite_world: Database, clock: SetClock) -> None:
    """As long as it gets none, whoever may mend that reads what the server said."""
    (number,) = fill(sqlite_world, 1)
    settle(sqlite_world, clock)
    with sqlite_world.session() as session:
        for source in ("kept", "gone"):
            bounce = BounceRow(
                source=source,
                delivery_id=number,
                kind=BounceKind.HARD,
                recipient="contact1@example.nl",
                status="5.1.1",
                text="user unknown",
                at=clock.now(),
            )
            session.add(bounce)
            session.flush()
            if source == "kept" and bounce.id:
                session.add(
                    PausedAddressRow(
                        address="contact1@example.nl", since=clock.now(), bounce_id=bounce.id
                    )
                )
    assert wiped(sqlite_world, clock, date(2030, 1, 1)) == 1
    with sqlite_world.read() as session:
        found = session.exec(select(BounceRow.source, BounceRow.recipient, BounceRow.text)).all()
    assert {one[0]: one[1:] for one in found} == {
        "kept": ("contact1@example.nl", "user unknown"),
        "gone": (retention.ADDRESS, ""),
    }


def test_nothing_goes_anew_since_an_old_mail_was_wiped(world: Database, clock: SetClock) -> None:
    """Refused mail goes again to another address; that an old mail has none is no other."""
    office = Office(world, clock)
    office.round()
    settle(world, clock, state=FAILED)
    with world.read() as session:
        archive = year_archive.collect(session, "holland-rijnland", 2026)
    clock.move_to(date(2028, 2, 1))
    office.round()
    old = [one for one in office.outbox(HLT) if one.created_at.year == 2026]
    assert old
    assert {one.wiped_on for one in old} == {clock.today()}
    count = len(rows(world))
    office.round()
    assert len(rows(world)) == count
    with world.read() as session:
        assert year_archive.collect(session, "holland-rijnland", 2026).tables == archive.tables
        said = validity.objection(session, old[0].id or 0, clock.today())
    assert said == "Adres en tekst van deze mail zijn gewist."


def test_what_mails_ended_in_goes_with_the_last_of_them(
    sqlite_world: Database, clock: SetClock
) -> None:
    """It can be as large as a thousand mails."""
    tail = Tail("a" * 64, b"--einde\r\n")
    with sqlite_world.session() as session:
        for number in (1, 2):
            delivery.enqueue(session, replace(message(number), tail=tail), now=clock.now())
    settle(sqlite_world, clock)
    with sqlite_world.session() as session:
        session.get_one(DeliveryRow, 2).settled_at = clock.now() + timedelta(days=10)
    assert wiped(sqlite_world, clock, clock.today() + timedelta(days=402)) == 1
    with sqlite_world.read() as session:
        assert session.get_one(DeliveryRow, 2).raw.endswith(tail.content)
        whole = message(1).own + tail.content
        assert session.get_one(DeliveryRow, 1).digest == hashlib.sha256(whole).hexdigest()
    assert wiped(sqlite_world, clock, clock.today() + timedelta(days=10)) == 1
    with sqlite_world.read() as session:
        assert session.exec(select(BlobRow)).all() == []
