"""Who takes part: told to who manages the gemeenten, with whom to call where nobody answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.reminders import Answer
from campagne.domain.rights import Visitor
from campagne.services.regional import broadcasts, turnout
from campagne.services.regional.turnout import Turnout, TurnoutLine
from campagne.store.database import Database
from campagne.store.tables import AnswerRow, BroadcastRow
from tests.broadcast_rows import asked

ORANGE = "orange-the-world-2026"
TODAY = date(2026, 9, 9)
AT = datetime(2026, 9, 9, 8, tzinfo=UTC)
HLT = "Communicatie HLTsamen"


def person(role: Role, *places: str, strong: bool = True) -> Visitor:
    assignments = tuple((role, place) for place in places)
    return Visitor(Contact("iemand", "Iemand", "i@example.nl", "", assignments), strong)


COORDINATOR = person(Role.CENTRE, "leiden")
BEHEERDER = person(Role.ADMIN, "leiden")
OFFICER = person(Role.POLICY, "katwijk")
STRANGER = person(Role.CENTRE, "gouda")


def broadcast(
    number: int,
    region: str = "holland-rijnland",
    places: tuple[str, ...] = (),
    released_at: datetime | None = AT,
) -> BroadcastRow:
    return asked(number, region_key=region, released_at=released_at, places=list(places))


def answer(place: str, said: Answer, by: str = "Een collega") -> AnswerRow:
    return AnswerRow(edition_key=ORANGE, municipality_key=place, answer=said, by=by, at=AT)


@contextmanager
def stored(database: Database, *rows: object) -> Iterator[Session]:
    with database.session() as session:
        for row in rows:
            session.add(row)
            session.flush()
    with database.read() as session:
        yield session


def names(found: Turnout) -> list[str]:
    return [one.municipality for one in found.lines]


def test_the_latest_answer_of_each_and_whom_to_call(world: Database) -> None:
    answers = [
        answer("lisse", Answer.LATER),
        answer("katwijk", Answer.DECLINE, "Team Zorg"),
        answer("lisse", Answer.JOIN, "Beleid Lisse"),
    ]
    with stored(world, broadcast(1), *answers) as session:
        found = turnout.of_edition(session, ORANGE, COORDINATOR, TODAY)
        same = turnout.of_broadcast(session, broadcasts.find(session, 1), COORDINATOR, TODAY)
    assert found == same
    assert [one for one in found.lines if one.answer] == [
        TurnoutLine("Katwijk", Answer.DECLINE, "Team Zorg", AT, note_at="katwijk"),
        TurnoutLine("Lisse", Answer.JOIN, "Beleid Lisse", AT, note_at="lisse"),
    ]
    silent = {
        one.municipality: [(who.name, who.phone) for who in one.people]
        for one in found.lines
        if one.answer is None
    }
    call = [(HLT, "071 000 00 00")]
    assert silent == {"Hillegom": call, "Noordwijk": [], "Teylingen": call}
    assert found.in_short == "1 doet mee, 1 doet niet mee en 3 antwoordden nog niet"


ASKED = ["Hillegom", "Katwijk", "Lisse", "Noordwijk", "Teylingen"]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (COORDINATOR, ["Gouda", *ASKED]),
        (BEHEERDER, ASKED),
        (person(Role.CENTRE, "leiden", strong=False), []),
        (person(Role.CENTRE, "katwijk"), []),
        (OFFICER, []),
        (STRANGER, ["Gouda"]),
    ],
)
def test_each_sees_what_is_theirs(sqlite_world: Database, who: Visitor, seen: list[str]) -> None:
    """Leiden asks its own region, and all of Hollands Midden, in which Gouda has its own."""
    rows = [broadcast(1), broadcast(2, "hollands-midden"), answer("gouda", Answer.JOIN)]
    with stored(sqlite_world, *rows) as session:
        assert names(turnout.of_edition(session, ORANGE, who, TODAY)) == seen
        wide = broadcasts.find(session, 2)
        assert names(turnout.of_broadcast(session, wide, who, TODAY)) == seen
        own = turnout.of_broadcast(session, broadcasts.find(session, 1), who, TODAY)
        assert names(own) == [one for one in seen if one != "Gouda"]


def test_as_long_as_nobody_was_asked_there_is_nothing_to_tell(sqlite_world: Database) -> None:
    """But an answer by phone shows, and who was not asked is not called silent."""
    with stored(sqlite_world, broadcast(1, released_at=None)) as session:
        assert turnout.of_edition(session, ORANGE, COORDINATOR, TODAY) == Turnout()
    with stored(sqlite_world, answer("lisse", Answer.LATER)) as session:
        found = turnout.of_edition(session, ORANGE, COORDINATOR, TODAY)
    assert (names(found), found.in_short) == (["Lisse"], "1 beslist later")


def test_of_a_broadcast_to_a_few_only_those(sqlite_world: Database) -> None:
    with stored(sqlite_world, broadcast(1, places=("lisse", "katwijk"))) as session:
        found = turnout.of_edition(session, ORANGE, COORDINATOR, TODAY)
    assert names(found) == ["Katwijk", "Lisse"]
