"""What the pages of a year and of an edition are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event
from sqlmodel import Session

from campagne.domain.dates import Span
from campagne.domain.playbook import Role, Scope
from campagne.domain.reminders import Answer, StepStatus
from campagne.domain.rota import Agreement, EditionStatus
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.access import Links
from campagne.services.publishing.overview import edition_view, year_view
from campagne.store import tables
from campagne.store.database import Database
from campagne.store.kept import Kept

TODAY = date(2026, 9, 7)
LINKS = Links("https://campagne.example.nl", "geheim-geheim-geheim-geheim-geheim")
WEEK = "week-tegen-kindermishandeling-2026"
ORANGE = "orange-the-world-2026"
PUBLIC = "publiekscampagne-huiselijk-geweld-2026"


def test_a_year_tells_what_runs_and_why(world: Database) -> None:
    """It reads the same on each engine."""
    with world.read() as session:
        view = year_view(session, 2026, today=TODAY)
    assert [one.key for one in view.editions] == [PUBLIC, WEEK, ORANGE]
    week = view.editions[1]
    assert week.span == Span(date(2026, 11, 16), date(2026, 11, 22))
    assert week.period == "van maandag 16 tot en met zondag 22 november 2026"
    assert week.status is EditionStatus.CONFIRMED
    assert week.why == "de regel van Week tegen Kindermishandeling"
    (central,) = week.central
    assert (central.region, central.lead) == ("Duin- en Bollenstreek", "Katwijk")
    assert (central.plan_period, central.why_differs) == (
        "18 - 24 november",
        "De week is altijd die met 20 november.",
    )
    assert view.editions[0].status is EditionStatus.PROVISIONAL
    assert view.years == (2026,)


def test_the_next_step_is_the_first_from_today_of_what_runs(sqlite_world: Database) -> None:
    """A central edition has its playbook, another one only its signal."""
    with sqlite_world.read() as session:
        view = year_view(session, 2026, today=TODAY)
    steps = {one.key: one.next_step for one in view.editions}
    week, orange = steps[WEEK], steps[ORANGE]
    assert week is not None
    assert (week.title, week.role, week.due_on) == (
        "Materiaal bestellen",
        Role.COMMUNICATION,
        date(2026, 9, 21),
    )
    assert orange is not None
    assert (orange.title, orange.due_on) == ("Laat weten of je meedoet", date(2026, 9, 16))
    assert steps[PUBLIC] is None  # its signal lies before the summer


def test_a_gemeente_that_has_it_on_no_rota_sees_it_as_not_central(sqlite_world: Database) -> None:
    """Gouda lies in another region."""
    with sqlite_world.read() as session:
        gouda = year_view(session, 2026, today=TODAY, municipality="gouda")
        region = year_view(session, 2026, today=TODAY, region="midden-holland")
        around = year_view(session, 2026, today=TODAY, region="hollands-midden")
    assert not any(one.central for one in (*gouda.editions, *region.editions))
    assert [one.key for one in around.editions if one.central] == [WEEK]
    assert gouda.municipality is not None
    assert gouda.municipality.name == "Gouda"
    signal = gouda.editions[1].next_step
    assert signal is not None
    assert signal.title == "Laat weten of je meedoet"


def test_a_gemeente_that_differs_sees_it_as_not_central(sqlite_world: Database) -> None:
    """Each gemeente agrees for itself."""
    with sqlite_world.session() as session:
        said = session.get_one(tables.RotaAgreementRow, ("duin-en-bollenstreek-2026", "noordwijk"))
        said.agreement = Agreement.DIFFERS
    with sqlite_world.read() as session:
        noordwijk = year_view(session, 2026, today=TODAY, municipality="noordwijk")
        katwijk = year_view(session, 2026, today=TODAY, municipality="katwijk")
    assert [bool(one.central) for one in noordwijk.editions] == [False, False, False]
    assert [bool(one.central) for one in katwijk.editions] == [False, True, False]


def test_a_local_window_is_only_for_its_region(sqlite_world: Database) -> None:
    """A campaign of the Bollenstreek does not show in Gouda or Leiden."""
    with sqlite_world.session() as session:
        session.get_one(
            tables.CampaignRow, "publiekscampagne-huiselijk-geweld"
        ).region_key = "duin-en-bollenstreek"

    def keys(**narrowed: str) -> list[str]:
        with sqlite_world.read() as session:
            view = year_view(session, 2026, today=TODAY, **narrowed)
            return [one.key for one in view.editions]

    assert keys() == [PUBLIC, WEEK, ORANGE]
    assert keys(municipality="katwijk") == [PUBLIC, WEEK, ORANGE]
    assert keys(region="holland-rijnland") == [PUBLIC, WEEK, ORANGE]
    assert keys(municipality="gouda") == [WEEK, ORANGE]
    assert keys(municipality="leiden") == [WEEK, ORANGE]
    assert keys(region="midden-holland") == [WEEK, ORANGE]


@pytest.mark.parametrize(
    ("today", "current", "upcoming"),
    [
        (date(2026, 9, 7), [], [PUBLIC, WEEK, ORANGE]),
        (date(2026, 11, 16), [WEEK], [ORANGE]),
        (date(2026, 11, 22), [WEEK], [ORANGE]),
        (date(2026, 11, 23), [], [ORANGE]),
        (date(2026, 12, 11), [], []),
    ],
)
def test_what_runs_now_and_what_follows(
    sqlite_world: Database, today: date, current: list[str], upcoming: list[str]
) -> None:
    """First and last day both count as running."""
    with sqlite_world.read() as session:
        view = year_view(session, 2026, today=today)
    assert [one.key for one in view.current] == current
    assert ([one.key for one in view.upcoming], view.between) == (upcoming, 0)


def test_the_next_central_campaign_is_always_among_those_that_follow(
    sqlite_world: Database,
) -> None:
    """However many small days come first."""
    with sqlite_world.session() as session:
        for number in range(4):
            _add_edition(session, f"orange-the-world-2026-{number + 2}", date(2026, 9, 10 + number))
    with sqlite_world.read() as session:
        view = year_view(session, 2026, today=TODAY)
    assert [one.span.first.day for one in view.upcoming] == [10, 11, 12, 16]
    assert (view.upcoming[-1].key, view.between) == (WEEK, 2)


def test_overlaps_are_named_on_both_sides(sqlite_world: Database) -> None:
    """A cancelled edition and a single day overlap with nothing."""
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, WEEK).last = date(2026, 11, 26)
        _add_edition(session, "publiekscampagne-huiselijk-geweld-2026-2", date(2026, 11, 25))
    with sqlite_world.read() as session:
        view = year_view(session, 2026, today=TODAY)
    assert {one.key: one.overlaps for one in view.editions if one.overlaps} == {
        WEEK: ("Orange the World",),
        ORANGE: ("Week tegen Kindermishandeling",),
    }
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, ORANGE).status = EditionStatus.CANCELLED
    with sqlite_world.read() as session:
        view = year_view(session, 2026, today=TODAY)
    assert not any(one.overlaps for one in view.editions)


def test_a_campaign_without_a_date_says_why(sqlite_world: Database) -> None:
    """An announced campaign has no formula to fall back on."""
    with sqlite_world.session() as session:
        session.delete(session.get_one(tables.EditionDatesRow, (PUBLIC, 1)))
        session.flush()
        session.delete(session.get_one(tables.EditionRow, PUBLIC))
    with sqlite_world.read() as session:
        view = year_view(session, 2026, today=TODAY)
    (undated,) = view.undated
    assert undated.name == "Publiekscampagne huiselijk geweld"
    assert undated.reason == "De organisator heeft voor 2026 nog geen datums bekendgemaakt."


@pytest.mark.parametrize(
    ("year", "narrowed", "error", "sentence"),
    [
        (1999, {}, NotFoundError, "Het jaar 1999 staat niet"),
        (2026, {"region": "friesland"}, NotFoundError, "De regio 'friesland'"),
        (2026, {"municipality": "assen"}, NotFoundError, "De gemeente 'assen'"),
        (
            2026,
            {"region": "midden-holland", "municipality": "katwijk"},
            InvalidInputError,
            "Katwijk ligt niet in Midden-Holland",
        ),
    ],
)
def test_what_does_not_exist_is_said_in_dutch(
    sqlite_world: Database,
    year: int,
    narrowed: dict[str, str],
    error: type[Exception],
    sentence: str,
) -> None:
    """One sentence that names what was asked for."""
    with sqlite_world.read() as session, pytest.raises(error, match=sentence):
        year_view(session, year, today=TODAY, **narrowed)


def test_a_year_takes_as_many_queries_with_more_editions(sqlite_world: Database) -> None:
    """No query per row, by a process that keeps nothing yet."""

    def queries() -> int:
        sqlite_world._kept = Kept()
        with _counted(sqlite_world) as counted, sqlite_world.read() as session:
            year_view(session, 2026, today=TODAY)
        return len(counted)

    before = queries()
    with sqlite_world.session() as session:
        for number in range(12):
            _add_edition(session, f"orange-the-world-2026-{number + 2}", date(2026, 1, 1 + number))
    assert queries() == before
    assert before < 20


def test_an_edition_for_everyone_has_the_whole_playbook(sqlite_world: Database) -> None:
    """Without the signal, in the order of their days, with nobody's state."""
    with sqlite_world.read() as session:
        view = edition_view(session, WEEK, today=TODAY, links=LINKS)
    assert [(one.key, one.due_on, one.lead) for one in view.steps] == [
        ("partners", date(2026, 5, 18), "26 weken voor de start"),
        ("materiaal", date(2026, 9, 21), "8 weken voor de start"),
        ("website", date(2026, 11, 2), "2 weken voor de start"),
        ("evaluatie", date(2026, 12, 31), "6 weken na het einde"),
    ]
    assert view.steps[3].remarks == ("valt in het weekend: daarom vervroegd",)
    assert {one.status for one in view.steps} == {None}
    assert (view.scope, view.municipality) == (None, None)
    assert view.organiser == "Stichting Voorbeeld"


def test_an_edition_seen_from_a_gemeente_shows_what_that_gemeente_did(
    sqlite_world: Database,
) -> None:
    """And nothing of what another one did."""
    with sqlite_world.session() as session:
        session.add(
            tables.StepStateRow(
                edition_key=WEEK,
                step_key="partners",
                municipality_key="katwijk",
                status=StepStatus.DONE,
                by="Beleid Katwijk",
                at=datetime(2026, 5, 1, tzinfo=UTC),
            )
        )

    def states(municipality: str) -> dict[str, StepStatus | None]:
        with sqlite_world.read() as session:
            view = edition_view(session, WEEK, today=TODAY, links=LINKS, municipality=municipality)
        assert view.scope is Scope.FULL
        return {one.key: one.status for one in view.steps}

    rest = {"materiaal": StepStatus.OPEN, "website": StepStatus.OPEN, "evaluatie": StepStatus.OPEN}
    assert states("katwijk") == {"partners": StepStatus.DONE, **rest}
    assert states("lisse") == {"partners": StepStatus.OPEN, **rest}


@pytest.mark.parametrize(
    ("answer", "runs", "steps"),
    [
        (None, Scope.SIGNAL, ["signaal"]),
        (Answer.LATER, Scope.SIGNAL, ["signaal"]),
        (Answer.JOIN, Scope.FULL, ["partners", "materiaal", "website", "evaluatie"]),
        (Answer.DECLINE, Scope.NONE, []),
    ],
)
def test_the_steps_of_a_gemeente_follow_its_scope(
    sqlite_world: Database, answer: Answer | None, runs: Scope, steps: list[str]
) -> None:
    """Katwijk and Orange the World, which is on nobody's rota."""
    if answer is not None:
        with sqlite_world.session() as session:
            session.add(
                tables.AnswerRow(
                    edition_key=ORANGE,
                    municipality_key="katwijk",
                    answer=answer,
                    by="per telefoon",
                    at=datetime(2026, 9, 1, tzinfo=UTC),
                )
            )
    with sqlite_world.read() as session:
        view = edition_view(session, ORANGE, today=TODAY, links=LINKS, municipality="katwijk")
    assert view.scope is runs
    assert [one.key for one in view.steps] == steps


@pytest.mark.parametrize(
    ("status", "waiting"),
    [(EditionStatus.PROVISIONAL, ["website"]), (EditionStatus.CONFIRMED, [])],
)
def test_a_step_that_reaches_residents_waits_for_the_date(
    sqlite_world: Database, status: EditionStatus, waiting: list[str]
) -> None:
    """Nothing for residents goes out on an unconfirmed date."""
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, WEEK).status = status
    with sqlite_world.read() as session:
        view = edition_view(session, WEEK, today=TODAY, links=LINKS, municipality="katwijk")
    assert [one.key for one in view.steps if one.waits_for_date] == waiting


def test_a_cancelled_edition_has_no_steps(sqlite_world: Database) -> None:
    """For everyone and for a gemeente."""
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, WEEK).status = EditionStatus.CANCELLED
    with sqlite_world.read() as session:
        assert edition_view(session, WEEK, today=TODAY, links=LINKS).steps == ()
        katwijk = edition_view(session, WEEK, today=TODAY, links=LINKS, municipality="katwijk")
    assert (katwijk.steps, katwijk.scope) == ((), Scope.NONE)


def test_an_unknown_edition_is_not_found(sqlite_world: Database) -> None:
    """The sentence names what was asked for."""
    with (
        sqlite_world.read() as session,
        pytest.raises(NotFoundError, match="De editie 'nacht-2026'"),
    ):
        edition_view(session, "nacht-2026", today=TODAY, links=LINKS)


def _add_edition(session: Session, key: str, on: date) -> None:
    campaign = key.rpartition("-2026")[0]
    now = datetime(2026, 9, 1, tzinfo=UTC)
    session.add(
        tables.EditionRow(
            key=key,
            campaign_key=campaign,
            year=2026,
            first=on,
            last=on,
            status=EditionStatus.CONFIRMED,
            created_at=now,
            modified_at=now,
        )
    )


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database._reading, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database._reading, "before_cursor_execute", note)
