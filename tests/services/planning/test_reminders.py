"""Planning against the database: what each change does to the stored reminders."""

from datetime import date

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from campagne.clock import SetClock
from campagne.domain.playbook import Role
from campagne.domain.reminders import Answer, ReminderState
from campagne.domain.rota import EditionStatus
from campagne.services.planning import due_reminders, reminder_round, reminders
from campagne.services.publishing import feed_stamps
from campagne.services.rotas import plan_effects, rota
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import (
    AnswerRow,
    ContactRoleRow,
    ContactRow,
    EditionRow,
    ReminderRow,
    StepRow,
)
from tests.services.changing import Office

WEEK = "week-tegen-kindermishandeling-2026"
ORANGE = "orange-the-world-2026"


def _replan(session: Session, clock: SetClock) -> reminders.PlanReport:
    session.flush()
    return reminders.replan(session, now=clock.now(), today=clock.today())


def _planned(session: Session) -> set[tuple[str, str, str, str]]:
    rows = session.exec(select(ReminderRow).where(ReminderRow.state == ReminderState.PLANNED))
    return {(row.edition_key, row.step_key, row.municipality_key, row.contact_key) for row in rows}


def test_planning_twice_changes_nothing(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        first = _replan(session, clock)
        assert first.added > 0
        assert (first.moved, first.withdrawn) == (0, 0)
    with world.session() as session:
        assert _replan(session, clock) == reminders.PlanReport()


def test_the_rota_gets_the_playbook_and_others_one_signal(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        _replan(session, clock)
        planned = _planned(session)
    by_contact = {
        contact: {(edition, step) for edition, step, _, who in planned if who == contact}
        for contact in ("katwijk-campagnes", "gouda-communicatie", "leiden-centrum")
    }
    assert by_contact["katwijk-campagnes"] >= {
        (WEEK, "partners"),
        (WEEK, "materiaal"),
        (WEEK, "website"),
        (WEEK, "evaluatie"),
        (ORANGE, "signaal"),
    }
    assert {step for _, step in by_contact["gouda-communicatie"]} == {"signaal"}
    # The playbook of this small world has no step for the centrumgemeente.
    assert by_contact["leiden-centrum"] == set()


def test_moved_dates_withdraw_the_old_and_plan_the_new(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        _replan(session, clock)
        before = {one for one in _planned(session) if one[0] == WEEK}
    with world.session() as session:
        edition = session.get_one(EditionRow, WEEK)
        edition.first, edition.last = date(2026, 11, 23), date(2026, 11, 29)
        edition.date_version = 2
        report = _replan(session, clock)
        assert (report.added, report.withdrawn) == (len(before), len(before))
        assert {one for one in _planned(session) if one[0] == WEEK} == before
        versions = session.exec(
            select(ReminderRow.date_version).where(
                ReminderRow.edition_key == WEEK, ReminderRow.state == ReminderState.PLANNED
            )
        )
        assert set(versions) == {2}


def test_a_cancelled_edition_withdraws_everything_unsent(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        _replan(session, clock)
        sent = session.exec(select(ReminderRow).where(ReminderRow.edition_key == WEEK)).first()
        assert sent is not None
        sent.state = ReminderState.QUEUED
        session.get_one(EditionRow, WEEK).status = EditionStatus.CANCELLED
        _replan(session, clock)
        states = session.exec(
            select(ReminderRow.state).where(ReminderRow.edition_key == WEEK)
        ).all()
        assert sorted(set(states)) == ["queued", "withdrawn"]
        assert states.count(ReminderState.QUEUED) == 1


@pytest.mark.parametrize(
    ("answer", "steps"),
    [
        (Answer.JOIN, {"materiaal", "website"}),
        (Answer.DECLINE, set()),
        (Answer.LATER, {"signaal"}),
    ],
)
def test_an_answer_starts_or_ends_the_playbook(
    world: Database, clock: SetClock, answer: Answer, steps: set[str]
) -> None:
    with world.session() as session:
        _replan(session, clock)
        session.add(
            AnswerRow(
                edition_key=ORANGE,
                municipality_key="gouda",
                answer=answer,
                by="Communicatie Gouda",
                at=clock.now(),
            )
        )
        _replan(session, clock)
        found = {
            step
            for edition, step, place, _ in _planned(session)
            if (edition, place) == (ORANGE, "gouda")
        }
        assert found == steps


def test_a_changed_playbook_moves_what_is_not_sent(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        _replan(session, clock)
        session.get_one(StepRow, "website").lead = "3 weken voor de start"
        report = _replan(session, clock)
        assert report.moved > 0
        assert (report.added, report.withdrawn) == (0, 0)
        days = session.exec(
            select(col(ReminderRow.due_on)).where(
                ReminderRow.edition_key == WEEK, ReminderRow.step_key == "website"
            )
        )
        assert set(days) == {date(2026, 10, 26)}


@pytest.mark.parametrize(
    ("step", "changed"),
    [
        ("materiaal", {"lead": "5 weken voor de start"}),
        ("materiaal", {"lead": "11 weken voor de start", "role": Role.POLICY}),
        ("partners", {"in_use": False}),
        ("evaluatie", {"again_days": 3, "colleague_days": 6}),
        ("signaal", {"title": "Doen jullie mee?", "useful_days": 1}),
    ],
)
def test_what_is_planned_for_one_step_is_what_planning_all_gives(
    world: Database, clock: SetClock, step: str, changed: dict[str, object]
) -> None:
    """Also where a mail with other steps in it is taken back from the outbox."""
    office = Office(world, clock)
    office.round()
    with world.session() as session:
        feed_stamps.restamp_steps(session, reminders.situation(session), clock.now())
        before = plan_effects.planned(session)
        about = plan_effects.planned(session, step=step)
        session.execute(update(StepRow).where(col(StepRow.key) == step).values(**changed))
        session.expire_all()
        rota.follow_up(session, now=clock.now(), today=clock.today(), steps=[step])
    with world.session() as session:
        now, today = clock.now(), clock.today()
        narrow = plan_effects.compare(about, plan_effects.planned(session, step=step), today)
        assert plan_effects.compare(before, plan_effects.planned(session), today) == narrow
        version = queries.data_version(session)
        assert reminders.replan(session, now=now, today=today) == reminders.PlanReport()
        feed_stamps.restamp_steps(session, reminders.situation(session), now)
        assert queries.data_version(session) == version


def test_a_new_colleague_is_told_and_one_who_left_is_not(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        _replan(session, clock)
        session.add(ContactRow(key="nieuw", name="Nieuw", email="nieuw@example.nl"))
        session.flush()
        old = session.exec(
            select(ContactRoleRow).where(col(ContactRoleRow.contact_key) == "gouda-communicatie")
        ).one()
        session.add(ContactRoleRow(contact_key="nieuw", role=old.role, municipality_key="gouda"))
        session.get_one(ContactRow, "gouda-communicatie").active = False
        report = _replan(session, clock)
        assert report.added == report.withdrawn > 0
        assert {who for *_, place, who in _planned(session) if place == "gouda"} == {"nieuw"}


def test_only_the_named_editions_are_touched(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        reminders.replan(session, now=clock.now(), today=clock.today(), editions=[ORANGE])
        assert {edition for edition, *_ in _planned(session)} == {ORANGE}


def test_what_has_passed_expires_and_is_listed_no_more(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        _replan(session, clock)
        listed = due_reminders.list_planned(session, until=date(2026, 12, 31))
        assert [one.due_on for one in listed] == sorted(one.due_on for one in listed)
        clock.move_to(date(2026, 11, 25))
        dropped = reminder_round.expire(session, today=clock.today(), dropped=[])
        assert dropped == sum(one.valid_until < clock.today() for one in listed) > 0
        assert all(
            one.valid_until >= clock.today()
            for one in due_reminders.list_planned(session, until=date(2027, 12, 31))
        )
