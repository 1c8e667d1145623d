"""The files and what people agreed: an agreement goes with the content that it was given for."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from campagne.clock import SetClock
from campagne.domain.rota import Agreement, RotaEntry
from campagne.domain.threeway import Item
from campagne.rota_files import RotaFiles
from campagne.services.rotas import rota, rota_items
from campagne.store import queries
from campagne.store.database import Database

A, D, P = Agreement.AGREED, Agreement.DIFFERS, Agreement.PROPOSED
KEY = "bollenstreek-2026"
NOW = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)


def change(database: Database, **values: object) -> None:
    with database.session() as session:
        rota_items.change(session, Item("rota_entry", KEY), values, NOW)


def apply(database: Database, files: RotaFiles, clock: SetClock, *, overwrite: bool = False) -> str:
    with database.session() as session:
        report = rota.apply(
            session, files, today=clock.today(), now=clock.now(), overwrite=overwrite
        )
    return "\n".join(report.lines())


def stored(database: Database) -> tuple[RotaEntry, dict[str, Agreement]]:
    with database.read() as session:
        (entry,) = queries.rota_entries(session)
    return entry, dict(entry.agreements)


def with_year(files: RotaFiles, **changed: object) -> RotaFiles:
    return replace(files, rota=(replace(files.rota[0], **changed),))  # type: ignore[arg-type]


@pytest.fixture
def filled(sqlite_database: Database, files: RotaFiles, clock: SetClock) -> Database:
    """The files applied; then Lisse, of which they say nothing, agreed on a page."""
    apply(sqlite_database, files, clock)
    change(sqlite_database, **{"agreement:lisse": A})
    return sqlite_database


def test_what_people_said_stays_while_the_content_does(
    filled: Database, files: RotaFiles, clock: SetClock
) -> None:
    said = apply(filled, with_year(files, source="een nieuw plan"), clock)
    assert "afspraak van lisse: akkoord, in de bestanden voorgesteld" in said
    entry, answers = stored(filled)
    assert (answers["lisse"], entry.version) == (A, 1)


def test_other_content_from_the_files_asks_who_agreed_again(
    filled: Database, files: RotaFiles, clock: SetClock
) -> None:
    said = apply(filled, with_year(files, budget_eur=9), clock)
    assert "Gewijzigd: roosterjaar bollenstreek-2026, afspraak van lisse: akkoord" in said
    entry, answers = stored(filled)
    assert (answers["lisse"], entry.version) == (P, 2)
    assert apply(filled, with_year(files, budget_eur=9), clock) == (
        "Alles is al zoals in de kalenderbestanden."
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [({"budget_eur": 9}, D), ({"campaign": "week-tegen-kindermishandeling"}, P)],
)
def test_who_does_something_else_is_asked_again_about_another_campaign_only(
    filled: Database,
    files: RotaFiles,
    clock: SetClock,
    changed: dict[str, object],
    expected: Agreement,
) -> None:
    change(filled, **{"agreement:lisse": D})
    apply(filled, with_year(files, **changed), clock)
    assert stored(filled)[1]["lisse"] is expected


@pytest.mark.parametrize(
    "changed",
    [{"agreements": (("lisse", A),)}, {"campaign": "week-tegen-kindermishandeling"}],
)
def test_who_goes_along_again_by_the_files_does_so_from_that_day(
    filled: Database, files: RotaFiles, clock: SetClock, changed: dict[str, object]
) -> None:
    """Nobody says so: there is only what the files give."""
    change(filled, **{"agreement:lisse": D})
    clock.move_to(date(2026, 10, 20))
    apply(filled, with_year(files, **changed), clock, overwrite=True)
    entry, answers = stored(filled)
    assert answers["lisse"] is not D
    assert (entry.since_for("lisse"), entry.since_for("katwijk")) == (date(2026, 10, 20), None)


def test_who_the_files_say_nothing_of_any_more_goes_along_from_that_day(
    filled: Database, files: RotaFiles, clock: SetClock
) -> None:
    """What it did not do meanwhile is not overdue: it was not asked to."""
    differs = with_year(files, agreements=(("katwijk", A), ("lisse", D)))
    apply(filled, differs, clock, overwrite=True)
    assert stored(filled)[1]["lisse"] is D
    clock.move_to(date(2026, 10, 20))
    silent = with_year(files, agreements=(("katwijk", A),))
    apply(filled, silent, clock)
    for _ in range(2):  # and once more: nothing is left to do
        entry, answers = stored(filled)
        assert (answers["lisse"], entry.since_for("lisse")) == (P, date(2026, 10, 20))
        clock.move_to(date(2026, 11, 3))
        assert apply(filled, silent, clock) == "Alles is al zoals in de kalenderbestanden."
    apply(filled, with_year(files, agreements=(("katwijk", A), ("lisse", A))), clock)
    entry, answers = stored(filled)
    assert (answers["lisse"], entry.since_for("lisse")) == (A, date(2026, 10, 20))
    apply(filled, silent, clock)
    assert stored(filled)[0].since_for("lisse") == date(2026, 10, 20), "nor of who agreed"


def test_the_files_do_not_agree_to_what_people_made_of_a_year(
    filled: Database, files: RotaFiles, clock: SetClock
) -> None:
    change(filled, budget_eur=7, **{"agreement:lisse": P})
    agreed = with_year(files, agreements=(("katwijk", A), ("lisse", A)))
    said = apply(filled, agreed, clock)
    assert "afspraak van lisse: voorgesteld, in de bestanden akkoord" in said
    entry, answers = stored(filled)
    assert (answers["lisse"], entry.budget_eur, entry.version) == (P, 7, 2)
