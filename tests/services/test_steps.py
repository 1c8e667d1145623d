"""Ticking off, for the own gemeente and by hand for another."""

from datetime import date

import pytest

from campagne.clock import SetClock
from campagne.domain.reminders import StepStatus
from campagne.errors import CampagneError, InvalidInputError, NotFoundError
from campagne.services import reminders, steps
from campagne.store.database import Database

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
            by="Communicatie Katwijk",
            note="besteld",
            status=status,
            now=clock.now(),
            today=clock.today(),
        )


def _reminded(world: Database, step: str) -> set[str]:
    with world.read() as session:
        return {
            one.municipality
            for one in reminders.list_planned(session, until=date(2027, 12, 31))
            if (one.edition, one.step) == (WEEK, step)
        }


@pytest.fixture
def planned(world: Database, clock: SetClock) -> Database:
    with world.session() as session:
        reminders.replan(session, today=clock.today())
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
