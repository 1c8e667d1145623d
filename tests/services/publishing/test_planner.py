"""The planner of the small region: what is on it for whom, and what is kept of it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event

import pytest

from campagne.clock import SetClock
from campagne.documents.planner import Planner
from campagne.documents.pressing import DocumentError
from campagne.documents.sheet import Paper
from campagne.domain.playbook import Role
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.publishing import planner as planners
from campagne.services.publishing.planner import Form, PlannerStore, Wish, planner
from campagne.store import queries, tables
from campagne.store.database import Database

ADDRESS = "https://campagne.example.nl"


def planned(
    database: Database, region: str | None = None, municipality: str | None = None
) -> Planner:
    with database.read() as session:
        return planner(session, 2026, region=region, municipality=municipality, address=ADDRESS)


def test_for_everyone_it_has_the_campaigns_and_no_steps(world: Database) -> None:
    found = planned(world)
    assert found.title == "Campagnes 2026"
    assert [(one.name, one.status, one.central, one.note) for one in found.campaigns] == [
        ("Publiekscampagne huiselijk geweld", EditionStatus.PROVISIONAL, False, ""),
        ("Week tegen Kindermishandeling", EditionStatus.CONFIRMED, True, "Katwijk leidt"),
        ("Orange the World", EditionStatus.CONFIRMED, False, ""),
    ]
    assert found.steps == ()


def test_for_a_gemeente_it_has_the_last_days_of_its_steps(world: Database) -> None:
    found = planned(world, municipality="katwijk")
    assert found.title == "Campagnes 2026 · Katwijk"
    assert (date(2026, 9, 21), Role.COMMUNICATION, "Materiaal bestellen") in [
        (one.on, one.role, one.title) for one in found.steps
    ]
    assert [one.on for one in found.steps] == sorted(one.on for one in found.steps)
    assert {one.on.year for one in found.steps} == {2026}


def test_a_region_where_it_is_not_central_has_no_star(world: Database) -> None:
    found = planned(world, region="midden-holland")
    assert found.title == "Campagnes 2026 · Midden-Holland"
    assert not any(one.central for one in found.campaigns)


def test_a_campaign_that_is_called_off_has_no_steps(world: Database) -> None:
    before = planned(world, municipality="katwijk")
    with world.session() as session:
        week = session.get_one(tables.EditionRow, "week-tegen-kindermishandeling-2026")
        week.status = EditionStatus.CANCELLED
    found = planned(world, municipality="katwijk")
    name = "Week tegen Kindermishandeling"
    assert Counter(one.campaign for one in before.steps)[name] > 1
    assert Counter(one.campaign for one in found.steps)[name] == 0
    assert [one.status for one in found.campaigns if one.name == name] == [EditionStatus.CANCELLED]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Draw nothing; note for whom something would have been drawn."""
    noted: list[str] = []

    def note(planned: Planner, paper: Paper) -> bytes:
        noted.append(planned.for_whom)
        return f"{planned.for_whom} {paper.name} {planned.data_of}".encode()

    monkeypatch.setattr(planners, "_MAKERS", dict.fromkeys(Form, note))
    return noted


def wish(municipality: str | None = None, paper: str = "a4", year: int = 2026) -> Wish:
    return Wish(Form.PDF, paper, year, None, municipality)


def test_it_is_drawn_once_until_the_data_change(
    world: Database, drawn: list[str], clock: SetClock
) -> None:
    store = PlannerStore(world, ADDRESS)
    first = store.get(wish("katwijk"))
    assert store.get(wish("katwijk")) is first
    assert drawn == ["Katwijk"]
    with world.session() as session:
        queries.raise_data_version(session, clock.now() + timedelta(days=400))
    assert store.get(wish("katwijk")).etag != first.etag
    assert drawn == ["Katwijk", "Katwijk"]


def test_a_change_that_is_not_on_it_keeps_the_etag(
    world: Database, drawn: list[str], clock: SetClock
) -> None:
    """Its bytes depend on what is stored, not on when somebody asks."""
    store = PlannerStore(world, ADDRESS)
    with world.session() as session:
        queries.raise_data_version(session, clock.now())
    first = store.get(wish())
    with world.session() as session:
        queries.raise_data_version(session, clock.now())
    assert store.get(wish()) == first
    assert len(drawn) == 2


def test_few_are_kept(world: Database, drawn: list[str]) -> None:
    store = PlannerStore(world, ADDRESS, most=2)
    for name in ("katwijk", "lisse", "katwijk", "leiden", "katwijk", "lisse"):
        store.get(wish(name))
    assert drawn == ["Katwijk", "Lisse", "Leiden", "Lisse"]


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(
    ("asked", "error", "sentence"),
    [
        (wish(paper="a0"), InvalidInputError, "Het formaat 'a0' bestaat niet. Kies a3 of a4."),
        (wish(year=99999), NotFoundError, "Het jaar 99999 staat niet in de campagnekalender"),
        (wish("assen"), NotFoundError, "De gemeente 'assen' bestaat niet"),
    ],
)
def test_what_does_not_exist_is_told(
    world: Database, asked: Wish, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        PlannerStore(world, ADDRESS).get(asked)


def test_a_crowd_does_not_hold_up_everything(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is drawn, three wait for it, and who comes then hears that at once."""
    go_on, begun = Event(), Event()
    made: list[str] = []

    def slowly(planned: Planner, _paper: Paper) -> bytes:
        begun.set()
        assert go_on.wait(30)
        made.append(planned.for_whom)
        return b"%PDF"

    monkeypatch.setattr(planners, "_MAKERS", dict.fromkeys(Form, slowly))
    store = PlannerStore(world, ADDRESS)
    with ThreadPoolExecutor(4) as pool:
        coming = [pool.submit(store.get, wish("katwijk")) for _ in range(4)]
        assert begun.wait(30)
        while store._waiting._value:  # until all four are within
            pass
        with pytest.raises(DocumentError, match="te veel jaarplanners tegelijk"):
            store.get(wish("lisse"))
        go_on.set()
        assert {one.result().body for one in coming} == {b"%PDF"}
    assert made == ["Katwijk"]
    assert store.get(wish("lisse")).body == b"%PDF"
