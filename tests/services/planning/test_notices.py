"""Who had a mail about an edition that changes is told so, once."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from campagne import resources
from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.messages import Mails
from campagne.services.planning import notice_mails, notices
from campagne.services.rotas import rota
from campagne.store.database import Database
from campagne.store.tables import (
    AttemptRow,
    ContactRow,
    DeliveryRow,
    EditionDatesRow,
    NoticeRow,
)
from tests.services.changing import HLT, LATER, LINKS, ORANGE, PUBLIC, WEEK, Office, text_of
from tests.snapshots import Snapshots

GOUDA = "gouda-communicatie"
LAST = Span(date(2026, 12, 7), date(2026, 12, 13))
FIRST = Span(date(2026, 11, 16), date(2026, 11, 22))
PERIOD = "van maandag 30 november tot en met zondag 6 december 2026"


@pytest.fixture
def office(world: Database, clock: SetClock, snapshots: Snapshots) -> Office:
    """On 1 October, with the first mails sent."""

    def after_the_first_mails() -> None:
        made = Office(world, clock)
        clock.move_to(date(2026, 10, 1))
        made.round()
        made.become(DeliveryState.ACCEPTED)

    snapshots.once(world, after_the_first_mails)
    clock.move_to(date(2026, 10, 1))
    return Office(world, clock, is_planned=True)


def _notices(office: Office, contact: str = HLT) -> list[DeliveryRow]:
    return [row for row in office.outbox(contact) if row.kind is MessageKind.NOTICE]


def _unsent(office: Office, contact: str = HLT) -> list[str]:
    return [text_of(row) for row in _notices(office, contact) if row.state is DeliveryState.DUE]


def test_who_had_a_mail_gets_one_notice(office: Office) -> None:
    office.move(WEEK, LATER)
    office.round()
    office.round()
    (text,) = _unsent(office)
    assert "Week tegen Kindermishandeling heeft een andere datum" in text
    assert "Was: van maandag 16 tot en met zondag 22 november 2026" in text
    assert f"Wordt: {PERIOD}" in text
    assert "gepland, gedrukt of gepubliceerd" in text
    assert len(_unsent(office, GOUDA)) == 1  # a signal is a mail too
    (row,) = _notices(office)
    assert row.valid_until == LATER.last
    office.become(DeliveryState.ACCEPTED)
    with office.database.session() as session:
        rota.confirm(session, WEEK, by="x", now=office.clock.now(), today=office.clock.today())
    office.round()
    assert len(_notices(office)) == 1  # other news than the dates is no change


def test_who_read_that_the_dates_were_provisional_is_told_once_that_they_hold(
    office: Office,
) -> None:
    office.move(WEEK, LATER)
    office.round()
    office.become(DeliveryState.ACCEPTED)
    office.clock.move_to(date(2026, 10, 2))
    office.confirm(WEEK)
    for _ in range(2):
        office.round()
    (text,) = _unsent(office)
    assert text.startswith("Week tegen Kindermishandeling: de datum staat vast")
    assert f"Wanneer: {PERIOD}" in text
    assert "Daarin stond dat de datum voorlopig was." in text
    assert "klopt niet meer" not in text
    assert "gedrukt" not in text
    office.become(DeliveryState.ACCEPTED)
    office.move(WEEK, Span(date(2026, 12, 7), date(2026, 12, 13)))
    office.round()
    office.become(DeliveryState.ACCEPTED)
    office.clock.move_to(date(2026, 10, 3))
    office.confirm(WEEK)
    office.round()
    assert _unsent(office) == [], "once for each campaign"


def test_who_read_a_date_that_was_sure_hears_nothing_of_it(office: Office) -> None:
    office.clock.move_to(date(2026, 10, 2))
    office.confirm(WEEK)
    office.round()
    assert _notices(office) == []


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (DeliveryState.SENDING, True),
        (DeliveryState.UNKNOWN, True),
        (DeliveryState.DUE, False),
        (DeliveryState.DEFERRED, False),
        (DeliveryState.CLAIMED, False),
        (DeliveryState.FAILED, False),
        (DeliveryState.BOUNCED, False),
    ],
)
def test_who_may_have_had_a_mail(
    world: Database,
    clock: SetClock,
    state: DeliveryState,
    told: bool,  # noqa: FBT001 - a table
) -> None:
    office = Office(world, clock)
    clock.move_to(date(2026, 10, 1))
    office.round()
    office.become(state)
    office.move(WEEK, LATER)
    office.round()
    assert bool(_notices(office)) is told


def test_a_mail_that_waits_to_go_once_more_may_have_arrived(
    world: Database, clock: SetClock
) -> None:
    office = Office(world, clock)
    clock.move_to(date(2026, 10, 1))
    office.round()
    (mail,) = office.due(HLT)
    with world.session() as session:
        session.add(
            AttemptRow(
                delivery_id=mail.id or 0,
                fence=1,
                started_at=clock.now(),
                ended_at=clock.now(),
                outcome=DeliveryState.UNKNOWN,
            )
        )
    office.move(WEEK, LATER)
    office.round()
    assert len(_unsent(office)) == 1
    assert office.outbox(HLT)[0].state is DeliveryState.CANCELLED


def test_two_moves_before_a_round_are_one(office: Office) -> None:
    office.move(WEEK, LATER)
    office.move(WEEK, LAST)
    office.round()
    (text,) = _unsent(office)
    assert "Was: van maandag 16" in text
    assert "Wordt: van maandag 7 tot en met zondag 13 december 2026" in text


def test_there_and_back_before_a_round_is_none(office: Office) -> None:
    office.move(WEEK, LATER)
    office.move(WEEK, FIRST)
    office.round()
    assert _notices(office) == []


def test_a_move_after_the_notice_starts_from_there(office: Office) -> None:
    office.move(WEEK, LATER)
    office.round()
    office.become(DeliveryState.ACCEPTED)
    office.move(WEEK, FIRST)
    office.round()
    (text,) = _unsent(office)
    assert f"Was: {PERIOD}" in text
    assert "Wordt: van maandag 16" in text


def test_a_notice_that_still_waits_is_replaced(office: Office) -> None:
    office.move(WEEK, LATER)
    office.round()
    office.move(WEEK, LAST)
    office.round()
    assert [row.state for row in _notices(office)] == [DeliveryState.CANCELLED, DeliveryState.DUE]
    (text,) = _unsent(office)
    assert "Was: van maandag 16" in text
    office.move(WEEK, FIRST)
    office.round()
    assert _unsent(office) == []


def test_a_notice_that_waits_follows_a_confirmation(office: Office) -> None:
    office.move(WEEK, LATER)
    office.round()
    assert "voorlopig" in _unsent(office)[0]
    office.confirm(WEEK)
    office.round()
    (text,) = _unsent(office)
    assert "voorlopig" not in text


def test_several_changes_for_one_person_are_one_mail(office: Office) -> None:
    office.move(WEEK, LATER)
    office.cancel(ORANGE)
    office.round()
    (text,) = _unsent(office)
    assert "2 campagnes zijn veranderd" in text
    # One of the two changes again: the other is told in the new mail.
    office.move(WEEK, LAST)
    office.round()
    (text,) = _unsent(office)
    assert "Orange the World gaat niet door" in text
    assert "13 december 2026" in text


def test_cancelled_and_on_again(office: Office) -> None:
    office.cancel(WEEK)
    office.round()
    (text,) = _unsent(office)
    assert "Week tegen Kindermishandeling gaat niet door" in text
    office.become(DeliveryState.ACCEPTED)
    office.confirm(WEEK)
    office.round()
    (text,) = _unsent(office)
    assert "gaat toch door" in text
    assert "Zet het dan weer klaar." in text
    office.become(DeliveryState.ACCEPTED)
    office.cancel(WEEK)
    office.round()
    (text,) = _unsent(office)
    assert "gaat niet door" in text


def test_cancelled_and_on_again_before_anybody_knew(office: Office) -> None:
    office.cancel(WEEK)
    office.confirm(WEEK)
    office.round()
    assert _notices(office) == []
    office.cancel(WEEK)
    office.round()
    office.confirm(WEEK)  # the notice still waits
    office.round()
    assert _unsent(office) == []


def test_who_left_is_not_told_and_another_address_is(office: Office) -> None:
    office.move(WEEK, LATER)
    office.round()
    now, today = office.clock.now(), office.clock.today()
    with office.database.session() as session:
        session.get_one(ContactRow, HLT).active = False
        session.get_one(ContactRow, GOUDA).email = "goed@example.nl"
        session.flush()
        office.replan(session)
        notices.replan(session, now=now, today=today)
    office.round()
    assert _unsent(office) == []
    assert [row.recipient for row in _notices(office, GOUDA)] == [
        f"{GOUDA}@example.nl",
        "goed@example.nl",
    ]
    assert len(_unsent(office, GOUDA)) == 1
    with office.database.session() as session:
        session.get_one(ContactRow, HLT).active = True
        session.flush()
        notices.replan(session, now=now, today=today)
        notices.replan(session, now=now, today=today)
        notice_mails.queue_due(
            session, mails=office.mails, links=LINKS, now=now, today=today, people=1
        )
    assert len(_unsent(office)) == 1


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.BOUNCED])
def test_a_notice_that_was_refused_goes_to_a_corrected_address(
    office: Office, state: DeliveryState
) -> None:
    office.move(WEEK, LATER)
    office.round()
    office.become(state, HLT)
    with office.database.session() as session:
        office.replan(session)
    office.round()
    assert _unsent(office) == []
    office.readdress(HLT, "goed@example.nl")
    office.round()
    (text,) = _unsent(office)
    assert "Was: van maandag 16" in text
    assert [(row.state, row.recipient) for row in _notices(office)] == [
        (state, f"{HLT}@example.nl"),
        (DeliveryState.DUE, "goed@example.nl"),
    ]


def test_who_never_got_a_notice_is_told_from_the_dates_they_know(office: Office) -> None:
    office.move(WEEK, LATER)
    office.round()
    office.become(DeliveryState.FAILED)
    office.move(WEEK, LAST)
    office.round()
    (text,) = _unsent(office)
    assert "Was: van maandag 16" in text
    office.become(DeliveryState.FAILED)
    office.move(WEEK, FIRST)  # which is what they think
    office.readdress(HLT, "goed@example.nl")
    office.round()
    assert _unsent(office) == []


def test_a_notice_that_may_have_arrived_counts_where_it_says_what_is_not_so(
    office: Office,
) -> None:
    office.move(WEEK, LATER)
    office.round()
    (mail,) = _notices(office)
    with office.database.session() as session:
        session.add(
            AttemptRow(
                delivery_id=mail.id or 0,
                fence=1,
                started_at=office.clock.now(),
                ended_at=office.clock.now(),
                outcome=DeliveryState.UNKNOWN,
            )
        )
    with office.database.session() as session:
        office.replan(session)
    office.round()
    assert [row.id for row in _notices(office)] == [mail.id]  # it goes once more as it is
    office.move(WEEK, FIRST)
    office.round()
    (text,) = _unsent(office)
    assert f"Was: {PERIOD}" in text


@pytest.mark.parametrize("in_outbox", [True, False])
def test_a_notice_dropped_by_a_clock_that_ran_ahead(
    office: Office,
    in_outbox: bool,  # noqa: FBT001 - a table
) -> None:
    today = office.clock.today()
    office.move(WEEK, LATER)
    if in_outbox:
        office.round()
    office.clock.move_to(date(2027, 1, 11))
    office.round()
    assert _unsent(office) == []
    with office.database.session() as session:
        office.replan(session)
    office.clock.move_to(today)
    office.round()
    office.round()
    assert len(_unsent(office)) == 1


def test_nothing_is_told_of_what_is_over(office: Office) -> None:
    office.clock.move_to(date(2026, 10, 19))  # the public campaign ended yesterday
    office.cancel(PUBLIC)
    office.round()
    assert _notices(office) == []


def test_a_notice_that_waits_too_long_is_dropped(office: Office) -> None:
    office.cancel(WEEK)
    office.clock.move_to(date(2026, 11, 23))
    office.round()
    assert _notices(office) == []
    with office.database.read() as session:
        assert {one.state.value for one in session.exec(select(NoticeRow))} == {"expired"}


def test_a_broken_template_holds_up_no_reminder(office: Office, tmp_path: Path) -> None:
    good = office.mails
    for path in (resources.folder("templates") / "mail").iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    (tmp_path / "wijziging.md").write_text("+++\nonderwerp = '{{ weg }}'\n+++\nHallo", "utf-8")
    office.mails = Mails(tmp_path, sender="c@example.nl")
    office.move(WEEK, LATER)
    office.clock.move_to(date(2026, 10, 5))
    report = office.round()
    assert HLT in report.left_out
    (row,) = office.due(HLT)
    assert row.kind is MessageKind.REMINDER
    office.mails = good
    office.round()
    assert len(_unsent(office)) == 1


def test_every_version_of_the_dates_is_kept(office: Office) -> None:
    office.move(WEEK, LATER)
    office.move(WEEK, LAST)
    with office.database.read() as session:
        kept = session.exec(
            select(EditionDatesRow)
            .where(EditionDatesRow.edition_key == WEEK)
            .order_by(col(EditionDatesRow.date_version))
        ).all()
    assert [(one.date_version, Span(one.first, one.last)) for one in kept] == [
        (1, FIRST),
        (2, LATER),
        (3, LAST),
    ]
