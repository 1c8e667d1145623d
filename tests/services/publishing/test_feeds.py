"""What a subscriber's calendar gets: which editions, in which words, and what a change does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from sqlalchemy import delete
from sqlalchemy import event as sql_event
from sqlmodel import Session, col

from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.rota import Agreement, Certainty, Edition, EditionStatus
from campagne.errors import CampagneError
from campagne.rota_files import RotaFiles
from campagne.services.access import Links
from campagne.services.publishing.feed_content import gone_on
from campagne.services.publishing.feed_export import export
from campagne.services.publishing.feed_stamps import restamp
from campagne.services.publishing.feeds import FeedBody, FeedStore, asked, feed_list
from campagne.services.rotas import rota
from campagne.store import queries
from campagne.store.database import Database, DatabaseUnavailableError
from campagne.store.tables import (
    CampaignRow,
    EditionDatesRow,
    EditionRow,
    MunicipalityRow,
    RegionRow,
    RotaAgreementRow,
    RotaEntryRow,
)

LINKS = Links("https://campagne.example.nl", "geheim-geheim-geheim-geheim-geheim")
WEEK = "week-tegen-kindermishandeling-2026"
ORANGE = "orange-the-world-2026"
PUBLIC = "publiekscampagne-huiselijk-geweld-2026"
BOLLENSTREEK = "duin-en-bollenstreek"
GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture
def stamped(sqlite_world: Database, clock: SetClock) -> Database:
    """The world an hour after its first stamping, on SQLite."""
    return stamp(sqlite_world, clock)


@pytest.fixture
def stamped_twice(world: Database, clock: SetClock) -> Database:
    """As `stamped`; the test runs once on each engine."""
    return stamp(world, clock)


def stamp(world: Database, clock: SetClock) -> Database:
    with world.session() as session:
        restamp(session, clock.now())
    clock.move_to(clock.today(), time(9, 0))
    return world


@pytest.fixture
def feeds(stamped: Database, clock: SetClock) -> FeedStore:
    """The feeds of the world."""
    return FeedStore(stamped, LINKS, clock)


def answer(feeds: FeedStore, kind: str, key: str) -> FeedBody:
    found = feeds.get(kind, key)
    assert found is not None
    return found


def bytes_of(feeds: FeedStore, kind: str, key: str) -> bytes:
    return answer(feeds, kind, key).body


def date_of(feed: FeedBody) -> datetime:
    assert feed.last_modified is not None
    return feed.last_modified


def events_of(feeds: FeedStore, kind: str, key: str) -> dict[str, icalendar.Component]:
    events = icalendar.Calendar.from_ical(bytes_of(feeds, kind, key)).walk("VEVENT")
    return {str(one["uid"]).partition("@")[0]: one for one in events}


def description(feeds: FeedStore, edition: str) -> str:
    return str(events_of(feeds, "alles", "alles")[edition]["description"])


def row(session: Session, key: str) -> EditionRow:
    found = session.get(EditionRow, key)
    assert found is not None
    return found


def change(database: Database, now: datetime, key: str, **fields: object) -> int:
    """Change an edition as a service does, and stamp; return how many editions changed."""
    with database.session() as session:
        for name, value in fields.items():
            setattr(row(session, key), name, value)
        return restamp(session, now)


def stamps(database: Database, key: str) -> tuple[int, datetime]:
    with database.read() as session:
        found = row(session, key)
        return found.sequence, found.modified_at


# --- stamps -----------------------------------------------------------------------------------


def test_the_first_stamping_only_remembers_what_is_shown(world: Database, clock: SetClock) -> None:
    before = stamps(world, WEEK)
    with world.session() as session:
        version, _ = queries.data_version(session)
        assert restamp(session, clock.now() + timedelta(days=1)) == 3
        assert queries.data_version(session)[0] == version + 1
    assert stamps(world, WEEK) == before
    with world.read() as session:
        assert len(row(session, WEEK).digest) == 64


def test_stamping_again_changes_nothing(stamped_twice: Database, clock: SetClock) -> None:
    with stamped_twice.session() as session:
        before = queries.data_version(session)
        assert restamp(session, clock.now()) == 0
        assert queries.data_version(session) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"first": date(2026, 11, 17)},
        {"last": date(2026, 11, 29)},
        {"status": EditionStatus.CANCELLED},
        {"status": EditionStatus.PROVISIONAL},
        {"theme": "Zie je mij?"},
        {"source": "https://example.org/anders"},
        {"checked_on": date(2026, 9, 1)},
    ],
)
def test_what_a_calendar_shows_raises_the_sequence(
    stamped: Database, clock: SetClock, fields: dict[str, object]
) -> None:
    with stamped.read() as session:
        version, _ = queries.data_version(session)
    assert change(stamped, clock.now(), WEEK, **fields) == 1
    assert stamps(stamped, WEEK) == (1, clock.now())
    assert stamps(stamped, ORANGE)[0] == 0
    with stamped.read() as session:
        assert queries.data_version(session) == (version + 1, clock.now())


@pytest.mark.parametrize(
    "fields", [{"date_version": 2}, {"created_at": datetime(2026, 1, 1, tzinfo=UTC)}]
)
def test_what_no_calendar_shows_does_not(
    stamped: Database, clock: SetClock, fields: dict[str, object]
) -> None:
    assert change(stamped, clock.now(), WEEK, **fields) == 0
    assert stamps(stamped, WEEK)[0] == 0


@pytest.mark.parametrize(
    ("place", "value", "touched"),
    [
        ((CampaignRow, "orange-the-world", "name"), "Orange", {ORANGE}),
        ((CampaignRow, "orange-the-world", "rule_text"), "altijd zo", {ORANGE}),
        ((CampaignRow, "orange-the-world", "organiser"), "een ander", {ORANGE}),
        ((CampaignRow, "orange-the-world", "material_url"), "https://example.org/m", {ORANGE}),
        ((CampaignRow, "orange-the-world", "summary"), "Waar het om gaat.", {ORANGE}),
        ((CampaignRow, "orange-the-world", "remark"), "niet te zien", set()),
        ((RotaEntryRow, "duin-en-bollenstreek-2026", "lead_key"), "lisse", {WEEK}),
        ((RotaEntryRow, "duin-en-bollenstreek-2026", "why_differs"), "", {WEEK}),
        ((RotaEntryRow, "duin-en-bollenstreek-2026", "theme"), "Samen", {WEEK}),
        (
            (RotaEntryRow, "duin-en-bollenstreek-2026", "campaign_key"),
            "orange-the-world",
            {WEEK, ORANGE},
        ),
        ((RotaEntryRow, "duin-en-bollenstreek-2026", "budget_eur"), 1, set()),
        ((RegionRow, "duin-en-bollenstreek", "name"), "Bollenstreek", {WEEK}),
        ((MunicipalityRow, "katwijk", "name"), "Katwijk aan Zee", {WEEK}),
        ((MunicipalityRow, "gouda", "name"), "Goudstad", set()),
    ],
)
def test_a_change_elsewhere_stamps_the_editions_that_show_it(
    stamped: Database,
    clock: SetClock,
    place: tuple[type[Any], str, str],
    value: object,
    touched: set[str],
) -> None:
    table, key, field = place
    with stamped.session() as session:
        setattr(session.get(table, key), field, value)
        assert restamp(session, clock.now()) == len(touched)
    changed = {key for key in (WEEK, ORANGE, PUBLIC) if stamps(stamped, key)[0] == 1}
    assert changed == touched


def test_a_gemeente_that_differs_is_named(
    stamped: Database, clock: SetClock, feeds: FeedStore
) -> None:
    with stamped.session() as session:
        said = session.get(RotaAgreementRow, ("duin-en-bollenstreek-2026", "lisse"))
        assert said is not None
        said.agreement = Agreement.DIFFERS
        assert restamp(session, clock.now()) == 1
    assert "Centraal in het rooster van: Duin- en Bollenstreek (niet in Lisse)\n" in description(
        feeds, WEEK
    )


def test_two_changes_in_one_second_differ_by_a_second(
    stamped_twice: Database, clock: SetClock
) -> None:
    """A calendar that compares LAST-MODIFIED, which has no fractions, must see the second one."""
    change(stamped_twice, clock.now(), WEEK, theme="een")
    change(stamped_twice, clock.now(), WEEK, theme="twee")
    assert stamps(stamped_twice, WEEK) == (2, clock.now() + timedelta(seconds=1))


def test_after_an_upgrade_that_writes_otherwise_calendars_take_it_over(
    stamped_twice: Database, clock: SetClock
) -> None:
    """Though nothing changed in the files: the words are those of another version."""
    files = RotaFiles((), (), (), (), (), (), (), (), ())
    with stamped_twice.session() as session:
        rota.apply(session, files, today=clock.today(), now=clock.now())
    before = {key: stamps(stamped_twice, key)[0] for key in (WEEK, ORANGE)}
    with stamped_twice.session() as session:
        row(session, WEEK).digest = "zoals het vroeger stond"
        report = rota.apply(session, files, today=clock.today(), now=clock.now())
        assert report.changes == 0
    after = {key: stamps(stamped_twice, key)[0] for key in (WEEK, ORANGE)}
    assert after == {WEEK: before[WEEK] + 1, ORANGE: before[ORANGE]}


def test_stamping_takes_few_queries(stamped: Database, clock: SetClock) -> None:
    with stamped.session() as session, counted(stamped) as statements:
        restamp(session, clock.now())
    assert len(statements) == 7


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sql_event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    sql_event.remove(database.engine, "before_cursor_execute", note)


# --- which editions ---------------------------------------------------------------------------


@pytest.fixture
def local(stamped: Database, clock: SetClock) -> Database:
    """The world with one more campaign, only for the Duin- en Bollenstreek."""
    with stamped.session() as session:
        session.add(
            CampaignRow(
                key="lokaal-venster",
                name="Lokaal venster",
                rule={"kind": "announced"},
                rule_text="",
                certainty=Certainty.MEDIUM,
                organiser="",
                source="",
                region_key=BOLLENSTREEK,
            )
        )
        session.flush()
        session.add(edition("lokaal-venster", 2026, date(2026, 10, 1), clock.now()))
        restamp(session, clock.now())
    return stamped


def edition(campaign: str, year: int, first: date, now: datetime) -> EditionRow:
    return EditionRow(
        key=f"{campaign}-{year}",
        campaign_key=campaign,
        year=year,
        first=first,
        last=first + timedelta(days=6),
        status=EditionStatus.CONFIRMED,
        created_at=now,
        modified_at=now,
    )


@pytest.mark.parametrize(
    ("kind", "key", "shown"),
    [
        ("regio", "duin-en-bollenstreek", ["lokaal-venster-2026"]),
        ("regio", "holland-rijnland", ["lokaal-venster-2026"]),
        ("regio", "hollands-midden", ["lokaal-venster-2026"]),
        ("regio", "midden-holland", []),
        ("gemeente", "katwijk", ["lokaal-venster-2026"]),
        ("gemeente", "leiden", []),
        ("gemeente", "gouda", []),
        ("campagne", "lokaal-venster", ["lokaal-venster-2026"]),
        ("campagne", "orange-the-world", []),
        ("alles", "alles", ["lokaal-venster-2026"]),
    ],
)
def test_a_local_campaign_is_shown_where_it_concerns_someone(
    local: Database, clock: SetClock, kind: str, key: str, shown: list[str]
) -> None:
    feeds = FeedStore(local, LINKS, clock)
    found = [one for one in events_of(feeds, kind, key) if one == "lokaal-venster-2026"]
    assert found == shown


def test_a_campaign_for_everyone_is_in_each_feed_but_those_of_other_campaigns(
    feeds: FeedStore, stamped: Database
) -> None:
    with stamped.read() as session:
        listed = feed_list(session)
    without = {one.key for one in listed if ORANGE not in events_of(feeds, one.kind, one.key)}
    assert without == {"week-tegen-kindermishandeling", "publiekscampagne-huiselijk-geweld"}


def test_an_edition_is_the_same_in_every_feed(local: Database, clock: SetClock) -> None:
    feeds = FeedStore(local, LINKS, clock)
    with local.read() as session:
        listed = feed_list(session)
    seen: dict[str, set[bytes]] = {}
    for feed in listed:
        for key, event in events_of(feeds, feed.kind, feed.key).items():
            seen.setdefault(key, set()).add(event.to_ical())
    assert {WEEK, ORANGE, PUBLIC, "lokaal-venster-2026"} <= seen.keys()
    assert {len(versions) for versions in seen.values()} == {1}


@pytest.mark.parametrize("kind", ["regio", "gemeente", "campagne", "alles", "", "REGIO"])
def test_a_feed_that_does_not_exist_is_none(feeds: FeedStore, kind: str) -> None:
    assert feeds.get(kind, "atlantis") is None


def test_a_gemeente_that_ends_keeps_what_was_and_says_so(
    stamped: Database, feeds: FeedStore, clock: SetClock
) -> None:
    """It merges on the first day after Week, and before Orange."""
    with stamped.session() as session:
        gone = session.get(MunicipalityRow, "lisse")
        assert gone is not None
        gone.valid_to = date(2026, 11, 22)
        queries.raise_data_version(session, clock.now())
        assert "lisse" in {one.key for one in feed_list(session)}
    for kind in ("gemeente", "communicatie"):
        shown = events_of(feeds, kind, "lisse")
        assert WEEK in shown
        assert ORANGE not in shown
        notice = shown["opgeheven-lisse-2026-11-23"]
        assert notice.decoded("dtstart") == date(2026, 11, 23)
        assert notice.decoded("dtend") == date(2026, 12, 23)
        assert str(notice["summary"]) == "Deze agenda stopt: de gemeente Lisse bestaat niet meer"
        assert "vanaf maandag 23 november 2026" in str(notice["description"])
    assert ORANGE in events_of(feeds, "gemeente", "katwijk")
    # After a year nothing is left of it, and a calendar must have something to read.
    clock.move_to(date(2028, 1, 1))
    assert list(events_of(feeds, "gemeente", "lisse")) == ["leeg-2028"]


def test_the_list_names_every_feed_once(stamped: Database) -> None:
    with stamped.read() as session:
        listed = feed_list(session)
    assert [(one.kind.value, one.title, one.path) for one in listed][:5] == [
        ("alles", "Alle campagnes", "/feeds/alles.ics"),
        ("regio", "Campagnes Duin- en Bollenstreek", "/feeds/regio/duin-en-bollenstreek.ics"),
        ("regio", "Campagnes Holland Rijnland", "/feeds/regio/holland-rijnland.ics"),
        ("regio", "Campagnes Hollands Midden", "/feeds/regio/hollands-midden.ics"),
        ("regio", "Campagnes Midden-Holland", "/feeds/regio/midden-holland.ics"),
    ]
    assert len({one.path for one in listed}) == len(listed) == 1 + 4 + 7 + 3 + 2 * 7 + 2
    assert [(one.kind.value, one.title, one.path) for one in listed][-3:] == [
        ("beleid", "Stappen van beleid in Teylingen", "/feeds/beleid/teylingen.ics"),
        ("centrum", "Stappen van de centrumgemeente in Gouda", "/feeds/centrum/gouda.ics"),
        ("centrum", "Stappen van de centrumgemeente in Leiden", "/feeds/centrum/leiden.ics"),
    ]


@pytest.mark.parametrize(
    ("kind", "key"),
    [("regio", BOLLENSTREEK), ("gemeente", "katwijk"), ("campagne", "orange-the-world")],
)
def test_a_feed_says_where_its_newest_version_is(
    stamped: Database, feeds: FeedStore, kind: str, key: str
) -> None:
    with stamped.read() as session:
        path = next(one.path for one in feed_list(session) if (one.kind, one.key) == (kind, key))
    assert path == f"/feeds/{kind}/{key}.ics"
    unfolded = bytes_of(feeds, kind, key).replace(b"\r\n ", b"")
    assert f"SOURCE;VALUE=URI:{LINKS.base_url}{path}\r\n".encode() in unfolded


# --- for how long -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "status", "expected"),
    [
        (date(2025, 2, 6), date(2025, 2, 6), EditionStatus.CONFIRMED, date(2027, 1, 1)),
        (date(2025, 12, 29), date(2026, 1, 4), EditionStatus.CONFIRMED, date(2028, 1, 1)),
        (date(2025, 12, 29), date(2026, 1, 4), EditionStatus.PROVISIONAL, date(2028, 1, 1)),
        # 22 November and six weeks: on 3 January it is still there.
        (date(2026, 11, 16), date(2026, 11, 22), EditionStatus.CANCELLED, date(2027, 1, 4)),
        (date(2028, 2, 29), date(2028, 2, 29), EditionStatus.CANCELLED, date(2028, 4, 12)),
    ],
)
def test_the_first_day_that_an_edition_is_gone(
    first: date, last: date, status: EditionStatus, expected: date
) -> None:
    assert gone_on(Edition("x", "y", first.year, Span(first, last), status, "z")) == expected


def test_a_cancelled_edition_stays_six_weeks_and_then_goes(
    stamped: Database, clock: SetClock, feeds: FeedStore
) -> None:
    change(stamped, clock.now(), WEEK, status=EditionStatus.CANCELLED)
    clock.move_to(date(2027, 1, 3))
    shown = events_of(feeds, "gemeente", "katwijk")[WEEK]
    assert (str(shown["status"]), shown["sequence"]) == ("CANCELLED", 1)
    assert str(shown["summary"]) == "GEANNULEERD: Week tegen Kindermishandeling"
    before = answer(feeds, "gemeente", "katwijk")
    clock.move_to(date(2027, 1, 4))
    after = answer(feeds, "gemeente", "katwijk")
    assert WEEK not in events_of(feeds, "gemeente", "katwijk")
    assert after.etag != before.etag
    # Midnight in Amsterdam, though nothing was stored: a calendar that asks by date must see it.
    assert after.last_modified == datetime(2027, 1, 3, 23, 0, tzinfo=UTC)
    assert date_of(after) > date_of(before)


def test_a_feed_goes_one_year_back_and_knows_all_that_is_ahead(
    stamped: Database, clock: SetClock, feeds: FeedStore
) -> None:
    with stamped.session() as session:
        for year in (2024, 2025, 2031):
            session.add(edition("orange-the-world", year, date(year, 11, 25), clock.now()))
        restamp(session, clock.now())
    assert list(events_of(feeds, "campagne", "orange-the-world")) == [
        "orange-the-world-2025",
        ORANGE,
        "orange-the-world-2031",
    ]
    clock.move_to(date(2027, 1, 1))
    assert list(events_of(feeds, "campagne", "orange-the-world")) == [
        ORANGE,
        "orange-the-world-2031",
    ]


# --- the words --------------------------------------------------------------------------------


def test_a_feed_is_the_golden_file(stamped_twice: Database, clock: SetClock) -> None:
    """On each database, in each process: these bytes and no others."""
    feeds = FeedStore(stamped_twice, LINKS, clock)
    change(
        stamped_twice, clock.now(), ORANGE, status=EditionStatus.CANCELLED, theme="Kijk niet weg"
    )
    change(stamped_twice, clock.now(), WEEK, checked_on=date(2026, 9, 1))
    assert bytes_of(feeds, "gemeente", "katwijk") == (GOLDEN / "katwijk.ics").read_bytes()


def test_the_description_says_what_an_officer_asks(
    stamped: Database, clock: SetClock, feeds: FeedStore
) -> None:
    change(stamped, clock.now(), WEEK, theme="Zie je mij?", checked_on=date(2026, 9, 1))
    assert description(feeds, WEEK).splitlines() == [
        (
            "Wat je doet: staat deze campagne in het rooster van jouw gemeente, plan dan je"
            " berichten. De teksten staan klaar."
        ),
        "",
        "Week tegen Kindermishandeling vraagt aandacht voor geweld in huis.",
        "",
        "Thema: Zie je mij?",
        "Periode: van maandag 16 tot en met zondag 22 november 2026",
        "Waarom deze datums: de regel van Week tegen Kindermishandeling",
        "Centraal in het rooster van: Duin- en Bollenstreek",
        "Katwijk leidt de campagne.",
        "Het plan noemt 18 - 24 november. De week is altijd die met 20 november.",
        "Organisator: Stichting Voorbeeld",
        "Bron van de datums: https://example.org/bron",
        "Datums gecontroleerd op dinsdag 1 september 2026",
        "",
        f"Meer informatie: https://campagne.example.nl/editie/{WEEK}",
        f"Teksten: https://campagne.example.nl/editie/{WEEK}#teksten",
    ]


def test_a_provisional_edition_says_so(feeds: FeedStore) -> None:
    shown = events_of(feeds, "regio", BOLLENSTREEK)[PUBLIC]
    assert str(shown["summary"]) == "Publiekscampagne huiselijk geweld (voorlopig)"
    assert str(shown["status"]) == "TENTATIVE"
    assert "De datums zijn voorlopig. Maak ze nog niet bekend." in str(shown["description"])


def test_odd_names_arrive_whole(stamped: Database, clock: SetClock, feeds: FeedStore) -> None:
    with stamped.session() as session:
        campaign = session.get(CampaignRow, "orange-the-world")
        assert campaign is not None
        campaign.name = "Oranje; wereld, 🧡 en\x07 meer"
        restamp(session, clock.now())
    body = bytes_of(feeds, "campagne", "orange-the-world")
    assert "\r\nNAME:Oranje\\; wereld\\, 🧡 en meer\r\n" in body.decode()
    shown = events_of(feeds, "campagne", "orange-the-world")[ORANGE]
    assert str(shown["summary"]) == "Oranje; wereld, 🧡 en meer"


# --- always fresh, always the same ------------------------------------------------------------


def test_two_processes_give_the_same_answer(stamped: Database, clock: SetClock) -> None:
    other = SetClock(clock.today(), time(10, 0))
    first, second = FeedStore(stamped, LINKS, clock), FeedStore(stamped, LINKS, other)
    assert first.get("alles", "alles") == second.get("alles", "alles")


def test_the_uid_survives_a_move_of_the_service(stamped: Database, clock: SetClock) -> None:
    moved = FeedStore(stamped, Links("https://anders.example.org", "x" * 32), clock)
    shown = events_of(moved, "alles", "alles")
    assert str(shown[WEEK]["uid"]) == f"{WEEK}@campagne.internal"
    assert str(shown[WEEK]["url"]) == f"https://anders.example.org/editie/{WEEK}"


def test_a_change_shows_at_once(stamped_twice: Database, clock: SetClock) -> None:
    feeds = FeedStore(stamped_twice, LINKS, clock)
    before = answer(feeds, "regio", BOLLENSTREEK)
    clock.move_to(date(2026, 9, 8))
    change(stamped_twice, clock.now(), WEEK, first=date(2026, 11, 15))
    clock.move_to(date(2026, 9, 9))
    after = answer(feeds, "regio", BOLLENSTREEK)
    assert after.etag != before.etag
    assert after.last_modified == datetime(2026, 9, 8, 6, 0, tzinfo=UTC)
    shown = events_of(feeds, "regio", BOLLENSTREEK)[WEEK]
    assert shown.decoded("dtstart") == date(2026, 11, 15)
    assert shown["sequence"] == 1


def test_a_deletion_counts_as_a_change(stamped_twice: Database, clock: SetClock) -> None:
    feeds = FeedStore(stamped_twice, LINKS, clock)
    before = answer(feeds, "alles", "alles")
    clock.move_to(date(2026, 9, 8))
    with stamped_twice.session() as session:
        edition = row(session, PUBLIC)
        session.exec(delete(EditionDatesRow).where(col(EditionDatesRow.edition_key) == edition.key))
        session.delete(edition)
        queries.raise_data_version(session, clock.now())
    clock.move_to(date(2026, 9, 9))
    fresh = answer(FeedStore(stamped_twice, LINKS, clock), "alles", "alles")
    assert date_of(fresh) > date_of(before)
    assert fresh == feeds.get("alles", "alles")


def test_what_changed_elsewhere_leaves_a_feed_as_it_is(
    stamped: Database, clock: SetClock, feeds: FeedStore
) -> None:
    before = answer(feeds, "campagne", "orange-the-world")
    clock.move_to(date(2026, 9, 8))
    change(stamped, clock.now(), WEEK, theme="Anders")
    clock.move_to(date(2026, 9, 9))
    assert feeds.get("campagne", "orange-the-world") == before


def test_what_others_may_have_answered_in_between_counts_as_a_change(
    stamped: Database, clock: SetClock, feeds: FeedStore
) -> None:
    """The bytes are what they were, yet another process had time to answer others."""
    before = answer(feeds, "campagne", "orange-the-world")
    for hour in (11, 12):
        clock.move_to(clock.today(), time(hour, 0))
        with stamped.session() as session:
            queries.raise_data_version(session, clock.now())
    clock.move_to(clock.today(), time(13, 0))
    after = answer(feeds, "campagne", "orange-the-world")
    assert after.etag == before.etag
    assert after.last_modified == datetime(2026, 9, 7, 10, 0, tzinfo=UTC)


def test_in_the_second_of_a_change_no_date_is_promised(
    stamped: Database, clock: SetClock, feeds: FeedStore
) -> None:
    change(stamped, clock.now(), WEEK, theme="Anders")
    found = answer(feeds, "alles", "alles")
    assert found.last_modified is None


def test_a_kept_feed_is_only_good_at_its_moment(
    stamped: Database, clock: SetClock, feeds: FeedStore
) -> None:
    assert feeds.kept(asked("alles", "alles"), None) is None
    built, moment = answer(feeds, "alles", "alles"), feeds.moment()
    assert feeds.kept(asked("alles", "alles"), moment) == built
    change(stamped, clock.now() + timedelta(seconds=5), WEEK, theme="Anders")
    assert feeds.kept(asked("alles", "alles"), feeds.moment()) is None
    assert feeds.kept(asked("alles", "alles"), None) == built


def test_the_day_is_part_of_the_moment(clock: SetClock, feeds: FeedStore) -> None:
    before = feeds.moment()
    clock.move_to(date(2026, 9, 8))
    assert feeds.moment() != before


def test_no_more_feeds_are_kept_than_said(stamped: Database, clock: SetClock) -> None:
    feeds = FeedStore(stamped, LINKS, clock, most=2)
    for key in ("katwijk", "lisse", "katwijk", "gouda"):
        assert feeds.get("gemeente", key)
    kept = [
        key for key in ("katwijk", "lisse", "gouda") if feeds.kept(asked("gemeente", key), None)
    ]
    assert kept == ["katwijk", "gouda"]


def test_without_its_database_the_last_good_bytes_are_served(
    sqlite_world: Database, sqlite_url: str, clock: SetClock
) -> None:
    feeds = FeedStore(sqlite_world, LINKS, clock)
    built = answer(feeds, "gemeente", "katwijk")
    break_database(sqlite_world, sqlite_url)
    assert feeds.get("gemeente", "katwijk") == built
    with pytest.raises(DatabaseUnavailableError):
        feeds.get("gemeente", "lisse")


def break_database(database: Database, url: str) -> None:
    """Take the tables away under the feet of a running service."""
    database.close()
    for path in Path(url.removeprefix("sqlite:///")).parent.glob("campagne.db*"):
        path.unlink()


# --- export -----------------------------------------------------------------------------------


def test_an_export_holds_the_bytes_of_every_feed(
    stamped: Database, clock: SetClock, feeds: FeedStore, tmp_path: Path
) -> None:
    report = export(stamped, LINKS, clock, tmp_path / "agenda's")
    with stamped.read() as session:
        listed = feed_list(session)
    for feed in listed:
        written = (tmp_path / "agenda's" / feed.file).read_bytes()
        assert written == bytes_of(feeds, feed.kind, feed.key)
    assert report.written == tuple(sorted(["index.html", *(one.file for one in listed)]))
    assert (report.unchanged, report.removed) == ((), ())
    present = [path for path in (tmp_path / "agenda's").rglob("*") if path.is_file()]
    assert len(present) == len(report.written)


def test_a_second_export_touches_only_what_changed(
    stamped: Database, clock: SetClock, tmp_path: Path
) -> None:
    first = export(stamped, LINKS, clock, tmp_path)
    (tmp_path / "gemeente" / "opgeheven.ics").write_text("oud")
    (tmp_path / "eigen.txt").write_text("blijft")
    untouched = (tmp_path / "index.html").stat().st_mtime_ns
    change(stamped, clock.now(), PUBLIC, theme="Nieuw")
    second = export(stamped, LINKS, clock, tmp_path)
    assert set(first.written) - set(second.written) == {
        "index.html",
        "campagne/orange-the-world.ics",
        "campagne/week-tegen-kindermishandeling.ics",
    }
    assert set(second.written) | set(second.unchanged) == set(first.written)
    assert second.removed == ("gemeente/opgeheven.ics",)
    assert (tmp_path / "eigen.txt").exists()
    assert (tmp_path / "index.html").stat().st_mtime_ns == untouched
    assert export(stamped, LINKS, clock, tmp_path).written == ()


def test_the_index_links_to_every_feed_and_escapes(
    stamped: Database, clock: SetClock, tmp_path: Path
) -> None:
    with stamped.session() as session:
        campaign = session.get(CampaignRow, "orange-the-world")
        assert campaign is not None
        campaign.name = "<b>Oranje</b> & meer"
        restamp(session, clock.now())
    export(stamped, LINKS, clock, tmp_path)
    page = (tmp_path / "index.html").read_text("utf-8")
    assert '<a href="gemeente/katwijk.ics">Campagnes gemeente Katwijk</a>' in page
    assert "&lt;b&gt;Oranje&lt;/b&gt; &amp; meer" in page
    assert page.count("<h2>") == 7
    assert not {"<script", "<style", " style=", " on"} & set(page.split("<"))


def test_a_folder_that_cannot_be_written_is_one_sentence(
    sqlite_world: Database, clock: SetClock, tmp_path: Path
) -> None:
    (tmp_path / "bestand").write_text("geen map")
    with pytest.raises(CampagneError, match=r"De map .*bestand kan niet worden beschreven \(.+\)"):
        export(sqlite_world, LINKS, clock, tmp_path / "bestand")


def test_no_half_file_is_left_behind(
    sqlite_world: Database, clock: SetClock, tmp_path: Path
) -> None:
    (tmp_path / "alles.ics" / "map").mkdir(parents=True)  # a folder stands where a file must come
    with pytest.raises(CampagneError):
        export(sqlite_world, LINKS, clock, tmp_path)
    assert list(tmp_path.glob(".*")) == []


def test_a_feed_from_memory_is_never_older_than_the_last_commit(
    stamped: Database, clock: SetClock
) -> None:
    """Whoever committed, and also when it is the day that changed."""
    store = FeedStore(stamped, LINKS, clock)
    katwijk = asked("gemeente", "katwijk")
    assert store.certain() is None, "nobody looked yet"
    before = store.moment()
    assert store.certain() is before
    assert store.kept(katwijk, before) is None, "nothing was built yet"
    first = store.current(katwijk)
    assert store.kept(katwijk, before) is first

    other = Database(stamped.url)  # as another process has it
    with other.session() as session:
        session.get_one(CampaignRow, "orange-the-world").name = "Oranje"
        session.flush()
        restamp(session, clock.now())
    other.close()
    assert store.certain() is None
    after = store.moment()
    assert store.kept(katwijk, after) is None, "what is kept is of another version"
    second = store.current(katwijk)
    assert first is not None
    assert second is not None
    assert second.body != first.body
    assert store.certain() is after

    clock.move_to(date(2026, 9, 8))
    assert store.certain() is None
    clock.move_to(date(2026, 9, 6))
    assert store.certain() is None, "a clock that is put back"
