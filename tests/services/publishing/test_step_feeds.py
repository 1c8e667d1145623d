"""Steps in calendars, of a role and of a person: what a change does to them, and only to them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from sqlmodel import Session, select

from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.playbook import Role
from campagne.domain.preferences import Preferences
from campagne.domain.reminders import Answer, StepStatus
from campagne.errors import NotFoundError
from campagne.services.access import Links
from campagne.services.audit import Author
from campagne.services.people import preferences
from campagne.services.planning import reminders, steps
from campagne.services.publishing import feed_stamps, my_calendar, personal_feeds
from campagne.services.publishing.feed_content import PERSONAL
from campagne.services.publishing.feed_options import NO_CHOICE, FeedOptions, Show
from campagne.services.publishing.feeds import FeedBody, FeedStore, asked
from campagne.services.rotas import rota
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import (
    AnswerRow,
    CampaignRow,
    ContactRoleRow,
    ContactRow,
    HandoverRow,
    MunicipalityRow,
    PersonalFeedRow,
    StepEventRow,
    StepRow,
    WithdrawnFeedRow,
)

LINKS = Links("https://campagne.example.nl", "geheim-geheim-geheim-geheim-geheim")
WEEK = "week-tegen-kindermishandeling-2026"
ORANGE = "orange-the-world-2026"
PUBLIC = "publiekscampagne-huiselijk-geweld-2026"
HLT = "hltsamen-communicatie"
KATWIJK = "katwijk-campagnes"
ONLY_STEPS = FeedOptions(Show.STEPS)

BY = Author("De test")

Events = Mapping[str, bytes]


class Office:
    """The small region, changed as services do it, each change a minute after the other."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database = database
        self.clock = clock
        self.feeds = FeedStore(database, LINKS, clock)
        self._minutes = 0
        with database.session() as session:
            rota.follow_up(session, now=clock.now(), today=clock.today())
        self.tick()

    def tick(self) -> datetime:
        self._minutes += 1
        self.clock.move_to(self.clock.today(), time(9, self._minutes))
        return self.clock.now()

    def subscribe(self, contact: str) -> str:
        with self.database.session() as session:
            token = my_calendar.make(session, contact, now=self.tick())
        self.tick()
        return token

    def replan(self, session: Session, *editions: str) -> None:
        """As a service does after a change; without editions after one of people."""
        session.flush()
        reminders.replan(
            session, now=self.tick(), today=self.clock.today(), editions=editions or None
        )
        queries.raise_data_version(session, self.clock.now())

    def tick_off(self, place: str, status: StepStatus, step: str = "website") -> None:
        with self.database.session() as session:
            steps.tick_off(
                session,
                edition=WEEK,
                step=step,
                municipality=place,
                by=BY,
                status=status,
                now=self.tick(),
                today=self.clock.today(),
            )

    def body(self, kind: str, key: str, options: FeedOptions = NO_CHOICE) -> FeedBody:
        self.tick()
        found = self.feeds.get(kind, key, options)
        assert found is not None
        return found

    def events(self, kind: str, key: str, options: FeedOptions = NO_CHOICE) -> Events:
        """Return the bytes of each event, by UID without its domain."""
        body = self.body(kind, key, options).body.removesuffix(b"END:VCALENDAR\r\n")
        _, *events = body.split(b"BEGIN:VEVENT\r\n")
        return {one.partition(b"\r\nUID:")[2].partition(b"@")[0].decode(): one for one in events}


@pytest.fixture
def office(sqlite_world: Database, clock: SetClock) -> Office:
    """The office on SQLite."""
    return Office(sqlite_world, clock)


@pytest.fixture
def office_twice(world: Database, clock: SetClock) -> Office:
    """The office; the test runs once on each engine."""
    return Office(world, clock)


def parsed(event: bytes) -> icalendar.Component:
    whole = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + event + b"END:VCALENDAR\r\n"
    (found,) = icalendar.Calendar.from_ical(whole).walk("VEVENT")
    return found


def title(events: Events, uid: str) -> str:
    return str(parsed(events[uid])["summary"])


def stamp(events: Events, uid: str) -> tuple[int, datetime]:
    found: Any = parsed(events[uid])
    assert found.decoded("dtstamp") == found.decoded("last-modified")
    return int(found["sequence"]), found.decoded("last-modified")


def changed(before: Events, after: Events) -> set[str]:
    return {uid for uid, _ in before.items() ^ after.items()}


# --- of a role --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "key", "expected"),
    [
        (
            "communicatie",
            "katwijk",
            {
                f"{WEEK}.materiaal.katwijk",
                f"{WEEK}.website.katwijk",
                f"{ORANGE}.signaal.katwijk",
                f"{PUBLIC}.signaal.katwijk",
            },
        ),
        ("beleid", "katwijk", {f"{WEEK}.partners.katwijk", f"{WEEK}.evaluatie.katwijk"}),
        ("communicatie", "gouda", {f"{one}.signaal.gouda" for one in (WEEK, ORANGE, PUBLIC)}),
        ("gemeente", "katwijk", set()),
    ],
)
def test_a_role_has_its_steps_beside_the_campaigns(
    office: Office, kind: str, key: str, expected: set[str]
) -> None:
    found = office.events(kind, key)
    assert set(found) == expected | {WEEK, ORANGE, PUBLIC}
    assert {one: found[one] for one in (WEEK, ORANGE)} == {
        one: office.events("gemeente", key)[one] for one in (WEEK, ORANGE)
    }


def test_a_step_says_what_to_do_and_when(office: Office) -> None:
    found = parsed(office.events("communicatie", "katwijk")[f"{WEEK}.website.katwijk"])
    assert str(found["summary"]) == "Bericht op de website (Week tegen Kindermishandeling)"
    assert found.decoded("dtstart") == date(2026, 11, 2)
    assert found.decoded("dtend") == date(2026, 11, 3)
    assert str(found["transp"]) == "TRANSPARENT"
    assert str(found["description"]).splitlines() == [
        "Bericht op de website.",
        "",
        "Katwijk: uiterlijk maandag 2 november 2026",
        "Voor: communicatiemedewerker",
        (
            "Campagne: Week tegen Kindermishandeling, van maandag 16 tot en met zondag 22 november"
            " 2026"
        ),
        "",
        f"Uitleg: https://campagne.example.nl/editie/{WEEK}?gemeente=katwijk",
        f"Teksten: https://campagne.example.nl/teksten/{WEEK}/katwijk",
        "Afvinken: https://campagne.example.nl/mijn",
    ]


def test_a_step_of_provisional_dates_says_so(office: Office) -> None:
    found = parsed(office.events("communicatie", "katwijk")[f"{PUBLIC}.signaal.katwijk"])
    assert str(found["summary"]).endswith("(Publiekscampagne huiselijk geweld) (voorlopig)")
    assert str(found["status"]) == "TENTATIVE"
    assert str(found["description"]).startswith("De datum van de campagne is voorlopig.\n")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (NO_CHOICE, (True, True)),
        (ONLY_STEPS, (False, True)),
        (FeedOptions(Show.CAMPAIGNS), (True, False)),
    ],
)
def test_campaigns_or_steps_only(
    office: Office, options: FeedOptions, expected: tuple[bool, bool]
) -> None:
    token = office.subscribe(KATWIJK)
    for kind, key in (("communicatie", "katwijk"), (PERSONAL, token)):
        found = office.events(kind, key, options)
        assert (WEEK in found, any("." in one for one in found)) == expected


def test_alarms_are_asked_for_and_not_for_what_is_over(office: Office) -> None:
    office.tick_off("katwijk", StepStatus.DONE)
    with office.database.session() as session:
        rota.cancel(session, PUBLIC, by="x", now=office.tick(), today=office.clock.today())
    assert b"VALARM" not in office.body("communicatie", "katwijk").body
    found = office.events("communicatie", "katwijk", FeedOptions(alarms=True))
    triggers = {
        uid: [one.decoded("trigger") for one in parsed(event).walk("VALARM")]
        for uid, event in found.items()
    }
    assert triggers[f"{WEEK}.materiaal.katwijk"] == [timedelta(hours=9)]
    assert triggers[WEEK] == [timedelta(hours=-15)]
    assert triggers[f"{WEEK}.website.katwijk"] == triggers[PUBLIC] == []
    assert stamp(found, WEEK) == stamp(office.events("gemeente", "katwijk"), WEEK)


def test_years_can_be_chosen(office: Office) -> None:
    office.clock.move_to(date(2027, 1, 1))
    last_year = office.events("communicatie", "katwijk")
    assert {WEEK, f"{WEEK}.website.katwijk"} <= last_year.keys()
    this_year = FeedOptions(back=0)
    assert list(office.events("communicatie", "katwijk", this_year)) == ["leeg-2027"]
    # It went by itself, at midnight in Amsterdam.
    gone = office.body("communicatie", "katwijk", this_year)
    assert gone.last_modified == datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    office.clock.move_to(date(2025, 12, 31))
    assert list(office.events("communicatie", "katwijk", FeedOptions(ahead=0))) == ["leeg-2025"]
    assert WEEK in office.events("communicatie", "katwijk", FeedOptions(ahead=1))
    office.clock.move_to(date(2026, 1, 1))
    assert WEEK in office.events("communicatie", "katwijk", FeedOptions(ahead=0))


# --- a story over time ------------------------------------------------------------------------


def test_only_what_looks_different_is_stamped(office_twice: Office) -> None:
    """Ticked off, opened again, joined, declined, moved, cancelled: after each exactly that."""
    office = office_twice
    website = f"{WEEK}.website.katwijk"
    first = office.events("communicatie", "katwijk")
    assert stamp(first, website) == (0, datetime(2026, 9, 7, 6, 0, tzinfo=UTC))
    again = FeedStore(office.database, LINKS, office.clock).get("communicatie", "katwijk")
    assert again == office.body("communicatie", "katwijk")

    office.tick_off("katwijk", StepStatus.DONE)
    ticked_at = office.clock.now()
    second = office.events("communicatie", "katwijk")
    assert changed(first, second) == {website}
    assert title(second, website).startswith("GEDAAN: Bericht op de website (")
    assert stamp(second, website) == (1, ticked_at)

    office.tick_off("katwijk", StepStatus.OPEN)
    third = office.events("communicatie", "katwijk")
    assert changed(second, third) == {website}
    assert title(third, website) == title(first, website)
    assert stamp(third, website)[0] == 2

    office.tick_off("lisse", StepStatus.DONE)  # of others
    assert office.events("communicatie", "katwijk") == third

    answers = {Answer.DECLINE: set(), Answer.JOIN: {"materiaal", "website"}}
    before = third
    for answer, keys in answers.items():
        with office.database.session() as session:
            session.add(
                AnswerRow(
                    edition_key=ORANGE,
                    municipality_key="katwijk",
                    answer=answer,
                    by="x",
                    at=office.clock.now(),
                )
            )
            office.replan(session, ORANGE)
        after = office.events("communicatie", "katwijk")
        assert {one for one in after if one.startswith(f"{ORANGE}.")} == {
            f"{ORANGE}.{key}.katwijk" for key in keys
        }
        assert {one for one in changed(before, after) if not one.startswith(ORANGE)} == set()
        before = after
    assert stamp(before, f"{ORANGE}.website.katwijk")[0] == 0

    with office.database.session() as session:
        rota.set_dates(
            session,
            WEEK,
            Span(date(2026, 11, 23), date(2026, 11, 29)),
            by="x",
            source="een brief",
            now=office.tick(),
            today=office.clock.today(),
        )
    moved = office.events("communicatie", "katwijk")
    assert changed(before, moved) == {WEEK, website, f"{WEEK}.materiaal.katwijk"}
    assert parsed(moved[website]).decoded("dtstart") == date(2026, 11, 9)
    assert stamp(moved, website)[0] == 3

    with office.database.session() as session:
        rota.cancel(session, WEEK, by="x", now=office.tick(), today=office.clock.today())
    cancelled = office.events("communicatie", "katwijk")
    assert changed(moved, cancelled) == {WEEK, website, f"{WEEK}.materiaal.katwijk"}
    assert title(cancelled, WEEK).startswith("GEANNULEERD: ")
    assert website not in cancelled


def test_the_fingerprint_of_a_step_is_that_of_what_is_shown(office: Office) -> None:
    """Made in another way: only the name differs from gemeente to gemeente."""
    office.tick_off("katwijk", StepStatus.DONE)
    office.tick_off("lisse", StepStatus.SKIPPED)
    with office.database.session() as session:
        session.get_one(MunicipalityRow, "leiden").name = 'Leiden "\u00eb" \\ en {meer}'
    with office.database.read() as session:
        book = feed_stamps.step_book(session, reminders.situation(session))
        places = queries.municipalities(session)
    looks = dict(one for place in places for role in Role for one in book.place(place, role))
    assert sum("{meer}" in look.description for look in looks.values()) > 1
    assert {look.settled for look in looks.values()} == {True, False}
    assert dict(book.fingerprints()) == {key: look.digest() for key, look in looks.items()}


def test_a_step_that_comes_back_goes_on_counting(office: Office) -> None:
    website = f"{WEEK}.website.katwijk"
    sequences = [stamp(office.events("communicatie", "katwijk"), website)[0]]
    for in_use in (False, True):
        with office.database.session() as session:
            session.get_one(StepRow, "website").in_use = in_use
            session.flush()
            rota.follow_up(session, now=office.tick(), today=office.clock.today())
        found = office.events("communicatie", "katwijk")
        assert (website in found) is in_use
        sequences += [stamp(found, website)[0]] if in_use else []
    assert sequences == [0, 1]


def test_two_changes_in_one_second_differ_by_a_second(office: Office) -> None:
    for status in (StepStatus.DONE, StepStatus.OPEN):
        with office.database.session() as session:
            steps.tick_off(
                session,
                edition=WEEK,
                step="website",
                municipality="katwijk",
                by=BY,
                status=status,
                now=office.clock.now(),
                today=office.clock.today(),
            )
    found = stamp(office.events("communicatie", "katwijk"), f"{WEEK}.website.katwijk")
    assert found == (2, datetime(2026, 9, 7, 7, 1, 1, tzinfo=UTC))


def test_before_the_first_planning_steps_are_shown_too(
    sqlite_world: Database, clock: SetClock
) -> None:
    """After an upgrade the tables have no stamps of steps."""
    feeds = FeedStore(sqlite_world, LINKS, clock)
    found = feeds.get("beleid", "katwijk")
    assert found is not None
    assert found.body.count(b"\r\nSEQUENCE:0\r\n") == 5


# --- of a person ------------------------------------------------------------------------------


def test_a_step_stands_once_for_all_gemeenten(office_twice: Office) -> None:
    office = office_twice
    website = f"{WEEK}.website"
    token = office.subscribe(HLT)
    first = office.events(PERSONAL, token)
    assert set(first) == {
        *(WEEK, ORANGE, PUBLIC),
        *(f"{WEEK}.materiaal", website, f"{ORANGE}.signaal", f"{PUBLIC}.signaal"),
    }
    assert first[WEEK] == office.events("gemeente", "lisse")[WEEK]
    text = str(parsed(first[website])["description"])
    assert "\nHillegom, Lisse en Teylingen: uiterlijk maandag 2 november 2026\n" in text

    office.tick_off("lisse", StepStatus.DONE)
    second = office.events(PERSONAL, token)
    assert changed(first, second) == {website}
    assert title(second, website) == title(first, website)
    text = str(parsed(second[website])["description"])
    assert "\nHillegom en Teylingen: uiterlijk maandag 2 november 2026\nLisse: gedaan\n" in text

    office.tick_off("hillegom", StepStatus.SKIPPED)
    office.tick_off("teylingen", StepStatus.DONE)
    third = office.events(PERSONAL, token)
    assert title(third, website).startswith("GEDAAN: ")
    assert stamp(third, website)[0] == 3


def test_it_stands_on_the_first_day_that_is_still_open(office: Office) -> None:
    with office.database.session() as session:
        session.get_one(MunicipalityRow, "lisse").closed_days = ["2026-11-02"]
        session.flush()
        rota.follow_up(session, now=office.tick(), today=office.clock.today())
    token, website = office.subscribe(HLT), f"{WEEK}.website"
    found = parsed(office.events(PERSONAL, token)[website])
    assert found.decoded("dtstart") == date(2026, 10, 30)
    text = str(found["description"])
    assert "Hillegom en Teylingen: uiterlijk maandag 2 november 2026\n" in text
    assert "Lisse: uiterlijk vrijdag 30 oktober 2026\n" in text
    office.tick_off("lisse", StepStatus.DONE)
    assert parsed(office.events(PERSONAL, token)[website]).decoded("dtstart") == date(2026, 11, 2)


def test_nobody_sees_the_steps_of_another(office: Office) -> None:
    for contact, place in ((HLT, "Katwijk"), (KATWIJK, "Lisse"), ("leiden-centrum", "Katwijk")):
        body = office.body(PERSONAL, office.subscribe(contact), ONLY_STEPS).body.decode()
        assert place not in body.replace("\r\n ", "")
    assert office.feeds.get(PERSONAL, HLT) is None
    assert office.feeds.get("contact", HLT) is None


def test_only_what_was_chosen(office: Office) -> None:
    """A campaign that is switched off goes; no mail at all leaves the calendar as it is."""
    token = office.subscribe(HLT)
    before = office.events(PERSONAL, token)
    with office.database.session() as session:
        wanted = Preferences(reminders=False)
        preferences.store(session, HLT, wanted, now=office.tick(), today=office.clock.today())
    assert office.events(PERSONAL, token) == before
    with office.database.session() as session:
        wanted = Preferences(muted=frozenset(("orange-the-world", role) for role in Role))
        preferences.store(session, HLT, wanted, now=office.tick(), today=office.clock.today())
    after = office.events(PERSONAL, token)
    assert changed(before, after) == {ORANGE, f"{ORANGE}.signaal"}
    assert after.keys() < before.keys()


def test_what_was_handed_over_moves_to_who_took_it(office: Office) -> None:
    with office.database.session() as session:
        session.add(ContactRow(key="bea", name="Bea", email="bea@example.nl"))
        session.flush()
        session.add(ContactRoleRow(contact_key="bea", role=Role.POLICY, municipality_key="lisse"))
        office.replan(session)
    mine, hers = office.subscribe(HLT), office.subscribe("bea")
    assert f"{WEEK}.website" not in office.events(PERSONAL, hers)
    with office.database.session() as session:
        session.add(
            HandoverRow(
                edition_key=WEEK,
                step_key="website",
                municipality_key="lisse",
                contact_key="bea",
                by_key=HLT,
                at=office.clock.now(),
            )
        )
        office.replan(session, WEEK)
    text = str(parsed(office.events(PERSONAL, hers)[f"{WEEK}.website"])["description"])
    assert "\nLisse: uiterlijk" in text
    text = str(parsed(office.events(PERSONAL, mine)[f"{WEEK}.website"])["description"])
    assert "\nHillegom en Teylingen: uiterlijk" in text


# --- the token --------------------------------------------------------------------------------


def test_the_token_is_long_and_only_its_hash_is_kept(office: Office) -> None:
    tokens = [office.subscribe(HLT) for _ in range(3)]
    assert len(set(tokens)) == 3
    assert all(len(one) == 43 for one in tokens)  # 256 bits
    with office.database.read() as session:
        kept = session.exec(select(PersonalFeedRow)).one()
        old = session.exec(select(WithdrawnFeedRow)).all()
    assert kept.token_hash == personal_feeds.hashed(tokens[-1])
    stored = {kept.token_hash, *(one.token_hash for one in old)}
    assert len(stored) == 3
    assert stored.isdisjoint(tokens)
    body = office.body(PERSONAL, tokens[-1]).body
    assert tokens[-1].encode() not in body.replace(b"\r\n ", b"")
    assert b"SOURCE" not in body


@pytest.mark.parametrize("way", ["withdrawn", "made anew", "left", "wiped"])
def test_what_is_withdrawn_says_so_for_thirty_days_and_is_gone_then(
    office_twice: Office, way: str
) -> None:
    office = office_twice
    token = office.subscribe(HLT)
    kept = office.body(PERSONAL, token)
    with office.database.session() as session:
        if way == "withdrawn":
            assert personal_feeds.withdraw(session, HLT, now=office.tick())
        elif way == "made anew":
            my_calendar.make(session, HLT, now=office.tick())
        else:
            session.get_one(ContactRow, HLT).active = False
            office.replan(session)
    withdrawn = office.body(PERSONAL, token)
    (event,) = office.events(PERSONAL, token).values()
    found = parsed(event)
    assert str(found["summary"]) == "Agendalink ingetrokken"
    assert "is op maandag 7 september 2026 ingetrokken" in str(found["description"])
    assert (found.decoded("dtstart"), found.decoded("dtend")) == (
        date(2026, 9, 7),
        date(2026, 10, 7),
    )
    assert withdrawn.etag != kept.etag
    assert withdrawn.last_modified is not None
    assert kept.last_modified is not None
    assert withdrawn.last_modified > kept.last_modified
    # The same for every choice that was made of it, and the same bytes until the end.
    assert office.body(PERSONAL, token, ONLY_STEPS).body == withdrawn.body
    office.clock.move_to(date(2026, 10, 6), time(23, 59))
    last = office.feeds.get(PERSONAL, token)
    assert last is not None
    assert last.body == withdrawn.body
    office.clock.move_to(date(2026, 10, 7), time(0, 0))
    gone = office.feeds.get(PERSONAL, token)
    assert gone is not None
    assert (gone.ended, gone.body) == (True, b"")


def test_nothing_tells_whose_it_was(office: Office) -> None:
    office.subscribe(HLT)
    with office.database.session() as session:
        personal_feeds.withdraw(session, HLT, now=office.tick())
    with office.database.read() as session:
        columns = WithdrawnFeedRow.model_fields.keys()
        session.exec(select(WithdrawnFeedRow)).one()
    assert set(columns) == {"token_hash", "withdrawn_at"}


def test_who_makes_one_anew_keeps_every_event(office: Office) -> None:
    before = office.events(PERSONAL, office.subscribe(HLT))
    office.tick_off("lisse", StepStatus.DONE)
    after = office.events(PERSONAL, office.subscribe(HLT))
    assert changed(before, after) == {f"{WEEK}.website"}


def test_a_guess_opens_nothing_and_is_not_kept(office: Office) -> None:
    token = office.subscribe(HLT)
    guesses = ["", "a", token[:-1], token + "A", token.lower(), "\ud800", "x" * 4000]
    for guess in guesses:
        assert office.feeds.get(PERSONAL, guess) is None
        assert office.feeds.kept(asked(PERSONAL, guess), None) is None


def test_a_campaign_that_was_taken_away_is_off_there_too(office: Office) -> None:
    token = office.subscribe(HLT)
    with office.database.session() as session:
        rota.cancel(session, PUBLIC, by="x", now=office.tick(), today=office.clock.today())
        campaign = "publiekscampagne-huiselijk-geweld"
        session.get_one(CampaignRow, campaign).removed_on = office.clock.today()
        office.replan(session, PUBLIC)
    found = office.events(PERSONAL, token)
    assert title(found, PUBLIC) == "GEANNULEERD: Publiekscampagne huiselijk geweld"
    assert found[PUBLIC] == office.events("gemeente", "lisse")[PUBLIC]


def test_nobody_makes_one_for_who_is_not_there(office: Office) -> None:
    with office.database.session() as session, pytest.raises(NotFoundError):
        my_calendar.make(session, "niemand", now=office.clock.now())


def test_without_a_personal_feed_people_cost_nothing(office: Office) -> None:
    with office.database.session() as session:
        session.get_one(ContactRow, HLT).active = False
        before = queries.data_version(session)[0]
        reminders.replan(session, now=office.tick(), today=office.clock.today())
        assert queries.data_version(session)[0] == before
        holders = set(session.exec(select(StepEventRow.holder)).all())
    assert all(one.startswith("gemeente/") for one in holders)


# --- the same bytes ---------------------------------------------------------------------------


def test_other_processes_give_the_same_bytes(office: Office) -> None:
    """Each with another order of its sets, and nothing written before."""
    token = office.subscribe(HLT)
    asked = [("communicatie", "katwijk"), ("alles", "alles"), (PERSONAL, token)]
    here = [office.body(kind, key).etag for kind, key in asked]
    for seed in ("1", "2"):
        done = subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-c", BUILD, office.database.url, json.dumps(asked)],
            env={**os.environ, "PYTHONHASHSEED": seed},  # noqa: TID251 - what a process inherits
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == here


BUILD = """
import json, sys
from datetime import date
from campagne.clock import SetClock
from campagne.services.access import Links
from campagne.services.publishing.feeds import FeedStore
from campagne.store.database import Database
links = Links("https://campagne.example.nl", "geheim-geheim-geheim-geheim-geheim")
database = Database(sys.argv[1])
feeds = FeedStore(database, links, SetClock(date(2026, 9, 7)))
print(json.dumps([feeds.get(kind, key).etag for kind, key in json.loads(sys.argv[2])]))
database.close()
"""


def test_a_personal_feed_is_the_golden_file(office_twice: Office) -> None:
    """On each database these bytes and no others."""
    token = office_twice.subscribe(HLT)
    office_twice.tick_off("lisse", StepStatus.DONE)
    found = office_twice.body(PERSONAL, token, FeedOptions(alarms=True)).body
    assert found == (Path(__file__).parents[2] / "golden" / "mijn-agenda.ics").read_bytes()


# --- memory -----------------------------------------------------------------------------------


def test_the_bytes_that_are_kept_are_bounded(office: Office) -> None:
    size = len(office.body("gemeente", "katwijk").body)
    feeds = FeedStore(office.database, LINKS, office.clock, most_bytes=2 * size + size // 2)
    keys = ("katwijk", "lisse", "katwijk", "noordwijk")
    for key in keys:
        assert feeds.get("gemeente", key)
    kept = [key for key in sorted(set(keys)) if feeds.kept(asked("gemeente", key), None)]
    assert kept == ["katwijk", "noordwijk"]
