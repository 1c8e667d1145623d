"""What gemeenten said and did, on both engines."""

from campagne.clock import SetClock
from campagne.domain.reminders import Answer, StepStatus
from campagne.store import said_and_done
from campagne.store.database import Database
from campagne.store.tables import AnswerRow, StepStateRow


def test_the_latest_answer_counts(world: Database, clock: SetClock) -> None:
    orange, week = "orange-the-world-2026", "week-tegen-kindermishandeling-2026"
    given = [
        (orange, "gouda", Answer.JOIN),
        (orange, "leiden", Answer.LATER),
        (orange, "gouda", Answer.DECLINE),
        (week, "gouda", Answer.JOIN),
    ]
    with world.session() as session:
        for edition, municipality, answer in given:
            session.add(
                AnswerRow(
                    edition_key=edition,
                    municipality_key=municipality,
                    answer=answer,
                    by="gouda-communicatie",
                    at=clock.now(),
                )
            )
            session.flush()  # the order is that of the ids
    with world.read() as session:
        assert said_and_done.answers(session, [orange]) == {
            (orange, "gouda"): Answer.DECLINE,
            (orange, "leiden"): Answer.LATER,
        }
        assert said_and_done.answers(session)[week, "gouda"] is Answer.JOIN
        assert said_and_done.answers(session, []) == {}


def test_step_states(world: Database, clock: SetClock) -> None:
    row = StepStateRow(
        edition_key="orange-the-world-2026",
        step_key="website",
        municipality_key="gouda",
        status=StepStatus.DONE,
        by="Communicatie Gouda",
        note="staat erop",
        at=clock.now(),
    )
    with world.session() as session:
        session.add(row)
    with world.read() as session:
        states = said_and_done.step_states(session)
        assert list(states) == [("orange-the-world-2026", "website", "gouda")]
        state = states["orange-the-world-2026", "website", "gouda"]
        assert (state.status, state.note, state.at) == (
            StepStatus.DONE,
            "staat erop",
            clock.now(),
        )
        assert said_and_done.step_states(session, ["iets-anders"]) == {}
