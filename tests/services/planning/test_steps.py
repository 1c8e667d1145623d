"""Ticking off: by hand for any gemeente, and by a link for those it names."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from campagne.clock import SetClock
from campagne.domain.playbook import Role
from campagne.domain.reminders import Answer, StepStatus
from campagne.domain.rota import EditionStatus
from campagne.errors import CampagneError, InvalidInputError, NotFoundError
from campagne.services.access import StepLink
from campagne.services.audit import Author
from campagne.services.planning import due_reminders, reminders, steps
from campagne.services.planning.steps import StepPage
from campagne.store.database import Database
from campagne.store.tables import AnswerRow, ContactRoleRow, ContactRow, EditionRow, StepStateRow

WEEK = "week-tegen-kindermishandeling-2026"


def _tick(
    world: Database,
    clock: SetClock,
    *,
    step: str = "materiaal",
    municipality: str = "katwijk",
    status: StepStatus = StepStatus.DONE,
    edition: str = WEEK,
) -> None:
    with world.session() as session:
        steps.tick_off(
            session,
            edition=edition,
            step=step,
            municipality=municipality,
            by=Author("Communicatie Katwijk"),
            note="besteld",
            status=status,
            now=clock.now(),
            today=clock.today(),
        )


def _reminded(world: Database, step: str) -> set[str]:
    with world.read() as session:
        return {
            one.municipality
            for one in due_reminders.list_planned(session, until=date(2027, 12, 31))
            if (one.edition, one.step) == (WEEK, step)
        }


@pytest.fixture
def planned(world: Database, clock: SetClock) -> Database:
    with world.session() as session:
        reminders.replan(session, now=clock.now(), today=clock.today())
    return world


def test_ticking_off_ends_the_reminders_of_that_gemeente_only(
    planned: Database, clock: SetClock
) -> None:
    before = _reminded(planned, "materiaal")
    assert "katwijk" in before
    _tick(planned, clock)
    assert _reminded(planned, "materiaal") == before - {"katwijk"}
    _tick(planned, clock, status=StepStatus.OPEN)
    assert _reminded(planned, "materiaal") == before


def test_the_list_shows_who_did_what(planned: Database, clock: SetClock) -> None:
    _tick(planned, clock)
    with planned.read() as session:
        open_ones = steps.list_steps(
            session, today=clock.today(), edition=WEEK, municipality="katwijk"
        )
        every_one = steps.list_steps(
            session, today=clock.today(), edition=WEEK, municipality="katwijk", closed_too=True
        )
    assert "materiaal" not in {one.step for one in open_ones}
    (done,) = [one for one in every_one if one.step == "materiaal"]
    assert (done.status, done.by, done.note) == (
        StepStatus.DONE,
        "Communicatie Katwijk",
        "besteld",
    )
    assert [one.due_on for one in every_one] == sorted(one.due_on for one in every_one)


def test_a_step_without_anyone_to_remind_is_visible(planned: Database, clock: SetClock) -> None:
    with planned.read() as session:
        found = steps.list_steps(session, today=clock.today(), edition=WEEK)
    assert {one.people for one in found if one.municipality == "noordwijk"} == {()}


def test_a_skipped_step_counts_as_closed(planned: Database, clock: SetClock) -> None:
    _tick(planned, clock, status=StepStatus.SKIPPED)
    assert "katwijk" not in _reminded(planned, "materiaal")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"edition": "orange-the-world-1900"}, NotFoundError, "orange-the-world-1900"),
        ({"municipality": "katwyk"}, NotFoundError, "katwyk"),
        ({"step": "materiaall"}, NotFoundError, "materiaal,"),
        # Gouda has one signal only for this campaign: it is no step of its playbook.
        ({"municipality": "gouda"}, NotFoundError, "signaal"),
        ({"status": StepStatus.OPEN}, InvalidInputError, "staat al open"),
    ],
)
def test_what_cannot_be_ticked_off(
    planned: Database,
    clock: SetClock,
    change: dict[str, str],
    error: type[CampagneError],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        _tick(planned, clock, **change)  # type: ignore[arg-type]  # a table of changes


def test_ticking_off_twice_is_said(planned: Database, clock: SetClock) -> None:
    _tick(planned, clock)
    with pytest.raises(InvalidInputError, match="al afgevinkt"):
        _tick(planned, clock)


HLT = StepLink(WEEK, "materiaal", ("hillegom", "lisse", "teylingen"), "hltsamen-communicatie")


def _open(world: Database, clock: SetClock, link: StepLink = HLT) -> StepPage:
    with world.read() as session:
        return steps.step_page(session, link, clock.today())


def _send(
    world: Database,
    clock: SetClock,
    *municipalities: str,
    link: StepLink = HLT,
    status: StepStatus = StepStatus.DONE,
) -> bool:
    with world.session() as session:
        return steps.tick_off_by_link(
            session,
            link,
            municipalities=municipalities,
            status=status,
            note="besteld",
            now=clock.now(),
            today=clock.today(),
        )


def _stand(page: StepPage) -> dict[str, StepStatus]:
    return {one.municipality: one.status for one in page.steps}


def test_the_page_of_a_link_shows_its_gemeenten_only(planned: Database, clock: SetClock) -> None:
    page = _open(planned, clock)
    assert _stand(page) == dict.fromkeys(HLT.municipalities, StepStatus.OPEN)
    assert (page.title, page.what) == ("Materiaal bestellen", "Materiaal bestellen.")
    assert (page.campaign, page.by) == ("Week tegen Kindermishandeling", "Communicatie HLTsamen")
    assert page.period == "van maandag 16 tot en met zondag 22 november 2026"
    assert (page.lapsed, page.closed, page.waits_for_date) == ((), None, False)


def test_a_link_ticks_off_in_the_name_of_who_got_it(planned: Database, clock: SetClock) -> None:
    """The reminders of those gemeenten stop, and come back when it is undone."""
    before = _reminded(planned, "materiaal")
    assert _send(planned, clock, "hillegom", "teylingen")
    assert _reminded(planned, "materiaal") == before - {"hillegom", "teylingen"}
    done = {one.municipality: one for one in _open(planned, clock).steps}["hillegom"]
    assert (done.status, done.by, done.note) == (
        StepStatus.DONE,
        "Communicatie HLTsamen",
        "besteld",
    )
    assert _send(planned, clock, *HLT.municipalities, status=StepStatus.OPEN)
    assert _reminded(planned, "materiaal") == before


def test_what_a_colleague_did_meanwhile_stays(planned: Database, clock: SetClock) -> None:
    """A form that was open all that time changes only what is still open."""
    _tick(planned, clock, municipality="lisse")
    assert _send(planned, clock, "hillegom", "lisse", status=StepStatus.SKIPPED)
    page = _open(planned, clock)
    assert [(one.status, one.by) for one in page.steps] == [
        (StepStatus.SKIPPED, "Communicatie HLTsamen"),
        (StepStatus.DONE, "Communicatie Katwijk"),
        (StepStatus.OPEN, ""),
    ]
    assert not _send(planned, clock, "hillegom", "lisse")
    assert not _send(planned, clock, "teylingen", status=StepStatus.OPEN)
    assert _open(planned, clock) == page


@pytest.mark.parametrize("wrong", [(), ("katwijk",), ("lisse", "katwijk"), ("",)])
def test_a_link_is_for_its_own_gemeenten(
    planned: Database, clock: SetClock, wrong: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInputError, match="Hillegom, Lisse en Teylingen"):
        _send(planned, clock, *wrong)
    assert set(_stand(_open(planned, clock)).values()) == {StepStatus.OPEN}


def _cancel(session: Session) -> None:
    session.get_one(EditionRow, WEEK).status = EditionStatus.CANCELLED


def _decline_all(session: Session) -> None:
    _decline(session, *HLT.municipalities)


def _decline(session: Session, *municipalities: str) -> None:
    for key in municipalities:
        session.add(
            AnswerRow(
                edition_key=WEEK,
                municipality_key=key,
                answer=Answer.DECLINE,
                by="HLTsamen",
                at=datetime(2026, 9, 8, tzinfo=UTC),
            )
        )


def _leave(session: Session) -> None:
    session.get_one(ContactRow, HLT.contact).active = False


def _change_work(session: Session) -> None:
    _hand_over(session, *HLT.municipalities)


def _hand_over(session: Session, *municipalities: str) -> None:
    for key in municipalities:
        session.delete(
            session.get_one(ContactRoleRow, (HLT.contact, Role.COMMUNICATION, key)),
        )


@pytest.mark.parametrize(
    ("change", "day", "sentence"),
    [
        (_cancel, date(2026, 9, 8), "Week tegen Kindermishandeling gaat niet door"),
        (_decline_all, date(2026, 9, 8), "hoeft niet meer voor Hillegom, Lisse en Teylingen"),
        (_leave, date(2026, 9, 8), "geen contactpersoon meer is voor Hillegom, Lisse en"),
        (_change_work, date(2026, 9, 8), "geen contactpersoon meer is voor Hillegom, Lisse en"),
        (None, date(2026, 11, 23), "Week tegen Kindermishandeling is voorbij"),
    ],
)
def test_a_closed_page_says_why_and_takes_nothing(
    planned: Database,
    clock: SetClock,
    change: Callable[[Session], None] | None,
    day: date,
    sentence: str,
) -> None:
    if change is not None:
        with planned.session() as session:
            change(session)
    clock.move_to(day)
    page = _open(planned, clock)
    assert page.closed is not None
    assert sentence in page.closed
    assert bool(page.steps) is (change is None), "who has nothing to do with it sees no notes"
    with pytest.raises(InvalidInputError, match=sentence):
        _send(planned, clock, "lisse")
    with planned.read() as session:
        assert session.exec(select(StepStateRow)).all() == []


@pytest.mark.parametrize("change", [_decline, _hand_over])
def test_a_gemeente_that_lapsed_is_left_out(
    planned: Database, clock: SetClock, change: Callable[..., None]
) -> None:
    with planned.session() as session:
        change(session, "lisse")
    page = _open(planned, clock)
    assert (list(_stand(page)), page.lapsed) == (["hillegom", "teylingen"], ("Lisse",))
    with pytest.raises(InvalidInputError, match="Hillegom en Teylingen"):
        _send(planned, clock, "lisse")


def test_late_is_not_too_late(planned: Database, clock: SetClock) -> None:
    """Reminders of this step end with the start; it can be ticked off while the week lasts."""
    clock.move_to(date(2026, 11, 22))
    assert _send(planned, clock, "lisse")


def test_a_step_after_the_end_can_be_ticked_off_after_the_end(
    planned: Database, clock: SetClock
) -> None:
    clock.move_to(date(2027, 1, 8))
    link = StepLink(WEEK, "evaluatie", ("katwijk",), "katwijk-campagnes")
    assert _send(planned, clock, "katwijk", link=link)


@pytest.mark.parametrize("text_step", ["website", "materiaal"])
def test_only_a_text_for_residents_waits_for_the_date(
    planned: Database, clock: SetClock, text_step: str
) -> None:
    with planned.session() as session:
        session.get_one(EditionRow, WEEK).status = EditionStatus.PROVISIONAL
    page = _open(planned, clock, replace(HLT, step=text_step))
    assert (page.provisional, page.waits_for_date) == (True, text_step == "website")


@pytest.mark.parametrize("gone", [{"step": "weg"}, {"edition": "weg"}, {"municipalities": ("x",)}])
def test_a_link_to_what_is_gone(planned: Database, clock: SetClock, gone: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError):
        _open(planned, clock, replace(HLT, **gone))
