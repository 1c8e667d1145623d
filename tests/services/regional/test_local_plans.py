"""What gemeenten do around an edition: stored as a whole, and never over that of a colleague."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from campagne.domain.local_plans import ActionKind, LocalAction, LocalPlan
from campagne.domain.reminders import Answer
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.audit import Author
from campagne.services.people import mentions, my_data
from campagne.services.regional import local_plans
from campagne.store.database import Database
from campagne.store.tables import AnswerRow, EditionRow, ParticipationRow
from tests.broadcast_rows import asked

ORANGE = "orange-the-world-2026"
AT = datetime(2026, 9, 9, 8, tzinfo=UTC)
HLT = "hltsamen-communicatie"
PLAN = LocalPlan(
    actions=(
        LocalAction(ActionKind.LIGHTING, "Het gemeentehuis kleurt oranje", date(2026, 11, 25)),
        LocalAction(ActionKind.OTHER, "Taart van Bea de Boer"),
    ),
    contact=HLT,
    expected_cents=450_00,
)


def store(
    session: Session,
    plan: LocalPlan = PLAN,
    place: str = "lisse",
    edition: str = ORANGE,
    broadcast: int | None = None,
) -> bool:
    return local_plans.store(
        session,
        edition_key=edition,
        municipality_key=place,
        plan=plan,
        by=Author("Communicatie HLTsamen", HLT),
        now=AT,
        broadcast_id=broadcast,
    )


def test_a_plan_is_stored_whole_and_anew(world: Database) -> None:
    with world.session() as session:
        assert local_plans.read(session, [ORANGE]) == {}
        assert store(session)
        first = replace(PLAN, version=1)
        assert local_plans.read(session, [ORANGE]) == {(ORANGE, "lisse"): first}
        assert not store(session, first)
        less = replace(first, actions=PLAN.actions[1:], real_cents=399_95, expected_cents=None)
        assert store(session, less)
        assert store(session, replace(PLAN, actions=()), "teylingen")
    with world.read() as session:
        second = replace(less, version=2)
        assert local_plans.read(session, [ORANGE], ["lisse"]) == {(ORANGE, "lisse"): second}
        assert {place for _, place in local_plans.read(session, [ORANGE])} == {"lisse", "teylingen"}
        row = session.get_one(ParticipationRow, (ORANGE, "lisse"))
        assert (row.by, row.by_key, row.at) == ("Communicatie HLTsamen", HLT, AT)


def test_a_plan_of_before_is_not_written_over_another(sqlite_world: Database) -> None:
    with sqlite_world.session() as session:
        store(session)
        with pytest.raises(InvalidInputError, match="Een collega veranderde intussen"):
            store(session, replace(PLAN, contact=None))
        assert local_plans.read(session, [ORANGE])[ORANGE, "lisse"].contact == HLT


def _cancel(session: Session) -> None:
    session.get_one(EditionRow, ORANGE).status = EditionStatus.CANCELLED


def _decline(session: Session) -> None:
    session.add(
        AnswerRow(
            edition_key=ORANGE, municipality_key="lisse", answer=Answer.DECLINE, by="x", at=AT
        )
    )


def _end(session: Session) -> None:
    edition = session.get_one(EditionRow, ORANGE)
    edition.first, edition.last = date(2026, 7, 1), date(2026, 7, 14)


@pytest.mark.parametrize(
    ("first", "says"),
    [
        (_cancel, "gaat niet door"),
        (_decline, "Lisse doet niet mee met Orange the World"),
        (_end, "is voorbij"),
    ],
)
def test_who_does_not_take_part_or_is_too_late_has_no_plan(
    sqlite_world: Database, first: Callable[[Session], None], says: str
) -> None:
    with sqlite_world.session() as session:
        first(session)
        session.flush()
        with pytest.raises(InvalidInputError, match=says):
            store(session)


def test_eight_weeks_after_the_end_is_the_last_day(sqlite_world: Database) -> None:
    with sqlite_world.session() as session:
        _end(session)
        session.get_one(EditionRow, ORANGE).last = date(2026, 7, 15)
        session.flush()
        assert store(session, LocalPlan(expected_cents=450_00))


def test_the_link_of_a_broadcast_that_was_not_sent_stores_nothing(sqlite_world: Database) -> None:
    with sqlite_world.session() as session:
        session.add(asked(released_at=None))
        session.flush()
        with pytest.raises(InvalidInputError, match="nog niet verstuurd"):
            store(session, broadcast=1)
        assert local_plans.read(session, [ORANGE]) == {}


def test_bad_input(sqlite_world: Database) -> None:
    with sqlite_world.session() as session:
        with pytest.raises(NotFoundError):
            store(session, edition="bestaat-niet-2026")
        with pytest.raises(NotFoundError):
            store(session, place="atlantis")
        with pytest.raises(InvalidInputError, match="voor deze gemeente werkt"):
            store(session, replace(PLAN, contact="gouda-communicatie"))
        assert local_plans.read(session, [ORANGE]) == {}


def test_who_is_named_sees_it_and_can_be_wiped_from_it(sqlite_world: Database) -> None:
    with sqlite_world.session() as session:
        store(session)
        found = my_data.as_json(my_data.everything(session, HLT))
        (mine,) = found["Lokale acties die je opschreef, of waarvan je contactpersoon bent"]
        assert mine["gemeente"] == "Lisse"
        was, by = ("Bea de Boer", "bea@example.nl", ""), ("iemand", "x", "")
        mentions.replace(session, was, by=by, now=AT)
        (_, taart) = local_plans.read(session, [ORANGE])[ORANGE, "lisse"].actions
        assert taart.text == "Taart van iemand"
