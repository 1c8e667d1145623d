"""Editions: what files and people say of their dates, new years, and changes by hand."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import Session, col, select

from campagne.clock import SetClock
from campagne.domain import codec
from campagne.domain.dates import DateRule, FixedDays, RuleKind, Span
from campagne.domain.reminders import ReminderState
from campagne.domain.rota import (
    EditionStatus,
    KnownDates,
)
from campagne.errors import InvalidInputError, NotFoundError
from campagne.rota_files import RotaFiles
from campagne.services.rotas import rota
from campagne.services.rotas.rota_report import ApplyReport
from campagne.store.database import Database
from campagne.store.tables import (
    CampaignRow,
    EditionRow,
    ReminderRow,
)
from tests.services.rotas.applying import apply, edition_of, version_of, with_campaign

ORANGE, WEEK, PUBLIC = "orange-the-world", "week-tegen-kindermishandeling", "publiekscampagne"
OCTOBER = Span(date(2026, 10, 5), date(2026, 10, 18))


def _moved(files: RotaFiles, *, confirmed: bool = False) -> tuple[RotaFiles, Span]:
    """Return files in which the public campaign is announced a week later, and its new days."""
    later = Span(date(2026, 10, 12), date(2026, 10, 25))
    known = (KnownDates(2026, later, "een tweede brief", confirmed=confirmed),)
    return with_campaign(files, PUBLIC, known=known), later


def test_an_announcement_that_is_taken_back_stays_an_edition(
    sqlite_database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(sqlite_database, files, clock)
    done = apply(sqlite_database, with_campaign(files, PUBLIC, known=()), clock)
    assert done.lines() == [
        f"Gewijzigd: campagne {PUBLIC}, bekende data: 5 t/m 18 oktober 2026 (voorlopig) -> leeg",
        f"Staat niet meer in de bestanden, blijft bestaan: editie {PUBLIC}-2026",
    ]
    assert edition_of(sqlite_database, f"{PUBLIC}-2026").span == OCTOBER


def test_other_dates_raise_the_date_version_and_the_stamps(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    created = clock.now()
    clock.move_to(date(2026, 9, 8))
    changed, later = _moved(files)
    done = apply(database, changed, clock)
    assert done.lines()[1] == (
        f"Gewijzigd: editie {PUBLIC}-2026, data: 5 t/m 18 oktober 2026 -> 12 t/m 25 oktober 2026"
    )
    with database.read() as session:
        row = session.get_one(EditionRow, f"{PUBLIC}-2026")
        assert (Span(row.first, row.last), row.date_version) == (later, 2)
        assert (row.created_at, row.sequence) == (created, 1)
        assert row.modified_at == clock.now()
        other = session.get_one(EditionRow, f"{ORANGE}-2026")
        assert (other.date_version, other.sequence, other.modified_at) == (1, 0, created)


def test_reminders_follow_the_dates(database: Database, files: RotaFiles, clock: SetClock) -> None:
    central = replace(files, rota=(replace(files.rota[0], campaign=PUBLIC),))
    apply(database, central, clock)
    apply(database, _moved(central)[0], clock)
    with database.read() as session:
        found = session.exec(
            select(ReminderRow).where(col(ReminderRow.edition_key) == f"{PUBLIC}-2026")
        ).all()
    assert {
        (one.date_version, one.state, one.due_on)
        for one in found
        if one.municipality_key == "lisse"
    } == {
        (1, ReminderState.WITHDRAWN, date(2026, 9, 21)),
        (2, ReminderState.PLANNED, date(2026, 9, 28)),
    }


def test_another_theme_leaves_the_date_version(
    sqlite_database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(sqlite_database, files, clock)
    known = (KnownDates(2026, OCTOBER, "een brief", theme="thuis"),)
    apply(sqlite_database, with_campaign(files, PUBLIC, known=known), clock)
    found = edition_of(sqlite_database, f"{PUBLIC}-2026")
    assert (found.theme, found.date_version) == ("thuis", 1)


def test_editions_follow_from_the_campaign_as_people_changed_it(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    rule = DateRule(RuleKind.FIXED, FixedDays(11, 24, 12, 10))
    with database.session() as session:
        session.get_one(CampaignRow, ORANGE).rule = codec.rule_to_dict(rule)
    done = apply(database, files, clock)
    assert [one.item.kind for one in done.kept] == ["campaign"]
    assert "datumregel: soort vast, van 24 november, tot 10 december" in done.lines()[-1]
    assert len(done.changed) == 6
    assert edition_of(database, f"{ORANGE}-2027").span.first == date(2027, 11, 24)


def test_a_cancelled_edition_stays_cancelled(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    key = f"{PUBLIC}-2026"
    apply(database, files, clock)
    with database.session() as session:
        rota.cancel(session, key, by="test", now=clock.now(), today=clock.today())
    changed, later = _moved(files, confirmed=True)
    for overwrite in (False, True):
        done = apply(database, changed, clock, overwrite=overwrite)
        assert [one.stored for one in done.kept if one.field == "status"] == ["cancelled"]
        found = edition_of(database, key)
        assert (found.status, found.span) == (EditionStatus.CANCELLED, later)


@pytest.mark.parametrize("overwrite", [False, True])
def test_dates_of_the_files_are_not_confirmed_because_others_were(
    database: Database, files: RotaFiles, clock: SetClock, *, overwrite: bool
) -> None:
    key = f"{PUBLIC}-2026"
    apply(database, files, clock)
    with database.session() as session:
        rota.confirm(session, key, by="test", now=clock.now(), today=clock.today())
    assert apply(database, files, clock, overwrite=overwrite).changes == 0
    assert edition_of(database, key).status is EditionStatus.CONFIRMED
    changed, later = _moved(files)
    apply(database, changed, clock, overwrite=overwrite)
    found = edition_of(database, key)
    assert (found.span, found.status) == (later, EditionStatus.PROVISIONAL)


def test_the_files_do_not_confirm_the_dates_that_a_person_chose(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    key, chosen = f"{PUBLIC}-2026", Span(date(2026, 10, 19), date(2026, 10, 30))
    apply(database, files, clock)
    with database.session() as session:
        rota.set_dates(
            session, key, chosen, by="x", source="gebeld", now=clock.now(), today=clock.today()
        )
    changed, later = _moved(files, confirmed=True)
    done = apply(database, changed, clock)
    assert [one.field for one in done.conflicts] == ["span"]
    found = edition_of(database, key)
    assert (found.span, found.status, found.source) == (
        chosen,
        EditionStatus.PROVISIONAL,
        "gebeld",
    )
    apply(database, changed, clock, overwrite=True)
    found = edition_of(database, key)
    assert (found.span, found.status, found.source) == (
        later,
        EditionStatus.CONFIRMED,
        "een tweede brief",
    )
    assert found.confirmed_on == clock.today()
    assert found.date_version == 3


def test_a_new_year_comes_within_reach(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    apply(database, files, clock)
    assert _extend(database, clock) == 0
    assert version_of(database) == 1
    clock.move_to(date(2027, 1, 1), at=clock.now().time())
    assert _extend(database, clock) == 2
    assert version_of(database) == 2
    assert _extend(database, clock) == 0
    assert edition_of(database, f"{ORANGE}-2030").status is EditionStatus.CONFIRMED
    with database.read() as session:
        assert session.get_one(EditionRow, f"{WEEK}-2030").digest
    assert apply(database, files, clock) == ApplyReport()


def test_nothing_to_extend_in_an_empty_database(sqlite_database: Database, clock: SetClock) -> None:
    assert _extend(sqlite_database, clock) == 0
    assert version_of(sqlite_database) == 0


def test_other_dates_by_hand(database: Database, files: RotaFiles, clock: SetClock) -> None:
    key, chosen = f"{ORANGE}-2026", Span(date(2026, 11, 23), date(2026, 12, 10))
    apply(database, files, clock)
    clock.move_to(date(2026, 9, 8))

    def change(session: Session) -> None:
        rota.set_dates(
            session, key, chosen, by="x", source=" gebeld ", now=clock.now(), today=clock.today()
        )

    for _ in range(2):  # the same dates again are no change of dates
        with database.session() as session:
            change(session)
        found = edition_of(database, key)
        assert found == replace(
            found,
            span=chosen,
            status=EditionStatus.PROVISIONAL,
            source="gebeld",
            checked_on=date(2026, 9, 8),
            date_version=2,
        )
    assert version_of(database) == 3
    with database.read() as session:
        row = session.get_one(EditionRow, key)
        assert (row.sequence >= 1, row.modified_at >= clock.now()) == (True, True)
        states = {
            (one.date_version, one.state)
            for one in session.exec(select(ReminderRow))
            if one.edition_key == key
        }
    assert states == {(1, ReminderState.WITHDRAWN), (2, ReminderState.PLANNED)}


def test_confirming_again_after_cancelling(
    database: Database, files: RotaFiles, clock: SetClock
) -> None:
    key = f"{ORANGE}-2026"
    apply(database, files, clock)
    with database.session() as session:
        rota.cancel(session, key, by="x", now=clock.now(), today=clock.today())
    assert edition_of(database, key).status is EditionStatus.CANCELLED
    with database.read() as session:
        states = {one.state for one in session.exec(select(ReminderRow)) if one.edition_key == key}
    assert states == {ReminderState.WITHDRAWN}
    with database.session() as session:
        rota.confirm(session, key, by="x", now=clock.now(), today=clock.today(), source="mail")
    found = edition_of(database, key)
    assert (found.status, found.source, found.checked_on, found.date_version) == (
        EditionStatus.CONFIRMED,
        "mail",
        clock.today(),
        2,
    )
    with database.read() as session:
        versions = {
            (one.date_version, one.state)
            for one in session.exec(select(ReminderRow))
            if one.edition_key == key
        }
    assert versions == {(1, ReminderState.WITHDRAWN), (2, ReminderState.PLANNED)}


@pytest.mark.parametrize(
    ("key", "tip"),
    [
        ("orange-the-wold-2026", r"Bedoel je orange-the-world-2026"),
        ("iets", r"Kijk de schrijfwijze na"),
        ("iets\0anders", r"Kijk de schrijfwijze na"),
    ],
)
def test_an_edition_that_does_not_exist(
    database: Database, files: RotaFiles, clock: SetClock, key: str, tip: str
) -> None:
    apply(database, files, clock)
    with pytest.raises(NotFoundError, match=tip), database.session() as session:
        rota.cancel(session, key, by="x", now=clock.now(), today=clock.today())


@pytest.mark.parametrize(
    ("span", "source", "sentence"),
    [
        (Span(date(2027, 11, 1), date(2027, 11, 2)), "mail", r"hoort bij 2026"),
        (Span(date(2026, 11, 1), date(2026, 11, 2)), "  ", r"waar de datums vandaan komen"),
    ],
)
def test_dates_that_cannot_be(
    sqlite_database: Database,
    files: RotaFiles,
    clock: SetClock,
    *,
    span: Span,
    source: str,
    sentence: str,
) -> None:
    apply(sqlite_database, files, clock)
    key = f"{ORANGE}-2026"
    with pytest.raises(InvalidInputError, match=sentence), sqlite_database.session() as session:
        rota.set_dates(
            session, key, span, by="x", source=source, now=clock.now(), today=clock.today()
        )
    assert edition_of(sqlite_database, key).date_version == 1


def _extend(database: Database, clock: SetClock) -> int:
    with database.session() as session:
        return rota.extend(session, today=clock.today(), now=clock.now())
