"""Calendars of organisers: fetched from a real server on loopback, and what becomes of them."""

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial

import pytest
from sqlmodel import select

from campagne import remote
from campagne.clock import SetClock
from campagne.domain.contacts import Contact
from campagne.domain.dates import Span
from campagne.domain.playbook import Role
from campagne.domain.proposals import DateProposal, ProposalState
from campagne.domain.rights import Visitor
from campagne.domain.rota import EditionStatus
from campagne.ical_reading import MAX_BYTES
from campagne.services.rotas import date_proposals, organiser_calendars
from campagne.services.rotas.calendar_fetching import Fetch
from campagne.services.rotas.organiser_calendars import Reading, read_due
from campagne.store.database import Database
from campagne.store.tables import CampaignRow, DateProposalRow, EditionRow, OrganiserCalendarRow
from tests.http_server import Request, Server, answer, serving

PUBLIC = "publiekscampagne-huiselijk-geweld"
EDITION = f"{PUBLIC}-2026"
MOVED = Span(date(2026, 10, 12), date(2026, 10, 25))
LATER = Span(date(2026, 10, 19), date(2026, 11, 1))
OURS = Span(date(2026, 10, 5), date(2026, 10, 18))
LEIDEN = Visitor(
    Contact(
        "leiden-centrum",
        "Leiden",
        "leiden-centrum@example.nl",
        assignments=((Role.CENTRE, "leiden"),),
    ),
    strong=True,
)


def ics(*spans: Span, title: str = "Publiekscampagne huiselijk geweld") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for number, one in enumerate(spans):
        lines += ["BEGIN:VEVENT", f"UID:{number}", f"SUMMARY:{title}"]
        lines += [f"DTSTART;VALUE=DATE:{one.first:%Y%m%d}"]
        lines += [f"DTEND;VALUE=DATE:{one.last + timedelta(days=1):%Y%m%d}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


class Organiser:
    """A server that gives one calendar, with a tag, and takes part in conditional requests."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.body = ics(MOVED)
        self.answers: Callable[[Request], Iterable[bytes]] = self.ordinary

    def ordinary(self, request: Request) -> Iterable[bytes]:
        tag = f'"{hash(self.body)}"'
        if request.headers.get("If-None-Match") == tag:
            return [answer(304, ETag=tag)]
        return [answer(200, self.body, ETag=tag, Last_Modified="Mon, 07 Sep 2026 06:00:00 GMT")]


@contextmanager
def organising(world: Database, campaign: str = PUBLIC) -> Iterator[Organiser]:
    """Run such a server, and name it as the calendar of a campaign."""
    made: list[Organiser] = []

    def hand_on(request: Request) -> Iterable[bytes]:
        return made[0].answers(request)

    with serving(hand_on) as server:
        made.append(Organiser(server))
        point(world, campaign, f"{server.url}/agenda.ics")
        yield made[0]


def point(world: Database, campaign: str, url: str | None) -> None:
    with world.session() as session:
        session.get_one(CampaignRow, campaign).calendar_url = url


def fetch(url: str, headers: Mapping[str, str]) -> remote.Reply:
    return remote.get(url, headers=headers, max_bytes=MAX_BYTES + 1, seconds=15, allow_inner=True)


def read(world: Database, clock: SetClock, by: Fetch = fetch, **options: bool) -> list[Reading]:
    return read_due(world, by, clock, **options)


def next_day(clock: SetClock) -> None:
    clock.move_to(clock.today() + timedelta(days=2))


def proposed(world: Database) -> list[tuple[Span, ProposalState]]:
    with world.read() as session:
        rows = session.exec(select(DateProposalRow).order_by("id"))
        return [(Span(row.first, row.last), row.state) for row in rows]


def dates(world: Database) -> tuple[Span, EditionStatus]:
    with world.read() as session:
        row = session.get_one(EditionRow, EDITION)
        return Span(row.first, row.last), row.status


def decide(world: Database, clock: SetClock, *, accept: bool) -> None:
    """Decide on the newest proposal as the centrumgemeente."""
    with world.session() as session:
        row = session.exec(select(DateProposalRow).order_by(DateProposalRow.id.desc())).first()  # type: ignore[union-attr]
        assert row is not None
        assert row.id is not None
        number = row.id
        if accept:
            _, shown = date_proposals.proposal(session, number, LEIDEN)
            date_proposals.accept(
                session,
                number,
                visitor=LEIDEN,
                version=shown.version,
                why="",
                now=clock.now(),
                today=clock.today(),
            )
        else:
            date_proposals.refuse(session, number, visitor=LEIDEN, why="Oud", now=clock.now())


def fault(world: Database) -> str:
    with world.read() as session:
        return session.get_one(OrganiserCalendarRow, PUBLIC).fault


def test_other_days_become_one_proposal_and_change_nothing(
    world: Database, clock: SetClock
) -> None:
    with organising(world) as organiser:
        before = dates(world)
        assert read(world, clock) == [
            Reading("Publiekscampagne huiselijk geweld", is_new=True, proposals=1)
        ]
        assert dates(world) == before == (OURS, EditionStatus.PROVISIONAL)
        assert proposed(world) == [(MOVED, ProposalState.OPEN)]
        # Its turn comes once a day; then nothing is new.
        assert read(world, clock) == []
        next_day(clock)
        assert read(world, clock) == [Reading("Publiekscampagne huiselijk geweld")]
        assert proposed(world) == [(MOVED, ProposalState.OPEN)]
        first, second = organiser.server.requests
        assert "If-None-Match" not in first.headers
        assert second.headers["If-None-Match"] == f'"{hash(organiser.body)}"'
        assert second.headers["If-Modified-Since"] == "Mon, 07 Sep 2026 06:00:00 GMT"
        with world.read() as session:
            proposal, _ = date_proposals.proposal(session, 1, LEIDEN)
        assert isinstance(proposal, DateProposal)
        assert proposal.by == "de agenda van de organisator"
        assert proposal.source == f"{organiser.server.url}/agenda.ics"
        assert proposal.note == "In de agenda staat: Publiekscampagne huiselijk geweld"


def test_what_was_refused_does_not_come_back(sqlite_world: Database, clock: SetClock) -> None:
    world = sqlite_world
    with organising(world) as organiser:
        read(world, clock)
        decide(world, clock, accept=False)
        for _ in range(2):
            next_day(clock)
            assert read(world, clock)[0].proposals == 0
        # Also when the server says that all is new, and when the edition moved meanwhile.
        organiser.body = ics(MOVED, title="Publiekscampagne huiselijk geweld, start")
        with world.session() as session:
            session.get_one(EditionRow, EDITION).date_version += 1
        next_day(clock)
        assert read(world, clock)[0] == Reading("Publiekscampagne huiselijk geweld", is_new=True)
        assert proposed(world) == [(MOVED, ProposalState.REFUSED)]
        # Other days are something new.
        organiser.body = ics(LATER)
        next_day(clock)
        assert read(world, clock)[0].proposals == 1
        assert proposed(world)[1:] == [(LATER, ProposalState.OPEN)]


def test_what_was_accepted_counts_until_the_calendar_says_otherwise(
    sqlite_world: Database, clock: SetClock
) -> None:
    world = sqlite_world
    with organising(world) as organiser:
        read(world, clock)
        decide(world, clock, accept=True)
        assert dates(world) == (MOVED, EditionStatus.PROVISIONAL)
        # The same days again: now a person can confirm them.
        next_day(clock)
        assert read(world, clock)[0].proposals == 1
        decide(world, clock, accept=True)
        assert dates(world) == (MOVED, EditionStatus.CONFIRMED)
        next_day(clock)
        assert read(world, clock)[0].proposals == 0
        organiser.body = ics(OURS)
        next_day(clock)
        assert read(world, clock)[0].proposals == 1
        assert dates(world) == (MOVED, EditionStatus.CONFIRMED)


def test_what_the_calendar_says_no_more_is_withdrawn_and_may_come_back(
    sqlite_world: Database, clock: SetClock
) -> None:
    world = sqlite_world
    withdrawn, waits = ProposalState.WITHDRAWN, ProposalState.OPEN
    with organising(world) as organiser:
        read(world, clock)
        organiser.body = ics(LATER)
        next_day(clock)
        read(world, clock)
        assert proposed(world) == [(MOVED, withdrawn), (LATER, waits)]
        organiser.body = ics(MOVED)
        next_day(clock)
        assert read(world, clock)[0].proposals == 1
        assert proposed(world) == [(MOVED, waits), (LATER, withdrawn)]
        # A calendar without it says nothing of it.
        organiser.body = ics()
        next_day(clock)
        assert "Geen enkele afspraak" in read(world, clock)[0].remarks[0]
        assert proposed(world) == [(MOVED, waits), (LATER, withdrawn)]


def test_a_fault_keeps_what_was_read_and_is_tried_again(
    sqlite_world: Database, clock: SetClock
) -> None:
    """First after an hour or two, later once a day."""
    world = sqlite_world
    with organising(world) as organiser:
        read(world, clock)
        organiser.answers = lambda _: [answer(500, b"<html>Fout")]
        next_day(clock)
        assert read(world, clock) == [
            Reading("Publiekscampagne huiselijk geweld", "De server geeft de agenda nu niet (500).")
        ]
        waits = []
        for _ in range(8):
            with world.read() as session:
                row = session.get_one(OrganiserCalendarRow, PUBLIC)
                waits.append(row.next_at - clock.now())
                assert len(row.events) == 1
            clock.move_to(clock.today() + timedelta(days=3))
            read(world, clock)
        assert timedelta(hours=1) <= waits[0] <= timedelta(hours=2)
        assert timedelta(hours=2) <= waits[1] <= timedelta(hours=3)
        assert timedelta(hours=24) <= waits[-1] <= timedelta(hours=25)
        with world.read() as session:
            (line,) = organiser_calendars.calendars(session, LEIDEN, clock.today())
            assert organiser_calendars.counts(session) == (1, 1)
        assert (line.fault, line.read_at is None) == (
            "De server geeft de agenda nu niet (500).",
            False,
        )
        organiser.answers = organiser.ordinary
        clock.move_to(clock.today() + timedelta(days=3))
        assert read(world, clock)[0].fault == ""
        assert fault(world) == ""


BOMB = gzip.compress(bytes(50 * 1024**2))
NO_CALENDAR = b"<!doctype html><title>Inloggen</title>"


@pytest.mark.parametrize(
    ("whole", "why"),
    [
        (answer(404), "geen agenda meer (404)"),
        (answer(410), "geen agenda meer (410)"),
        (answer(200, NO_CALENDAR), "geen agenda"),
        (answer(200, b""), "geen agenda"),
        (answer(200, ics(MOVED)[:-20]), "niet heel"),
        (answer(200, ics(MOVED), Content_Length="5000"), "niet heel"),
        (answer(200, BOMB, Content_Encoding="gzip"), "ingepakt"),
        (answer(200, BOMB), "UTF-8"),
        (answer(200, b"BEGIN:VCALENDAR\r\n" + b"X:y\r\n" * 500_000), "groter dan 2 MB"),
        (answer(200, ics(*[MOVED] * 2001)), "meer dan 2000 afspraken"),
        (answer(302, Location="/agenda.ics"), "doorverwijzen"),
        (answer(302, Location="file:///etc/passwd"), "goed webadres"),
        (answer(304), "nu niet (304)"),
    ],
    ids=range(13),
)
def test_what_is_not_in_order_is_refused_with_a_reason(
    sqlite_world: Database, clock: SetClock, whole: bytes, why: str
) -> None:
    with organising(sqlite_world) as organiser:
        organiser.answers = lambda _: [whole]
        (found,) = read(sqlite_world, clock)
    assert why in found.fault
    assert fault(sqlite_world) == found.fault
    assert proposed(sqlite_world) == []


def test_a_server_that_drips_is_given_up(sqlite_world: Database, clock: SetClock) -> None:
    with organising(sqlite_world) as organiser:

        def drip(_: Request) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\n\r\nBEGIN:VCALENDAR\r\n"
            while not organiser.server.gone.wait(0.03):
                yield b"X"

        organiser.answers = drip
        impatient = partial(remote.get, seconds=0.5, allow_inner=True)
        (found,) = read(sqlite_world, clock, lambda url, headers: impatient(url, headers=headers))
    assert found.fault == "De agenda kwam niet heel binnen."


def test_an_inner_address_is_refused(sqlite_world: Database, clock: SetClock) -> None:
    """Which the service does by itself; only a setting allows it."""
    with serving(lambda _: [answer(200, ics(MOVED))]) as server:
        point(sqlite_world, PUBLIC, f"https://127.0.0.1:{server.port}/agenda.ics")
        public = partial(remote.get, seconds=15)
        (found,) = read(sqlite_world, clock, lambda url, headers: public(url, headers=headers))
    assert "eigen netwerk" in found.fault
    assert server.connections == 0


def test_what_nobody_foresaw_stops_no_other_calendar(
    sqlite_world: Database, clock: SetClock
) -> None:
    point(sqlite_world, "orange-the-world", "https://example.org/eerst.ics")
    with organising(sqlite_world):

        def breaks(url: str, headers: Mapping[str, str]) -> remote.Reply:
            if "eerst" in url:
                raise ZeroDivisionError
            return fetch(url, headers)

        first, second = read(sqlite_world, clock, breaks)
    assert "fout in dit programma" in first.fault
    assert second.proposals == 1


def test_a_server_that_asks_for_rest_gets_it(sqlite_world: Database, clock: SetClock) -> None:
    with organising(sqlite_world) as organiser:
        organiser.answers = lambda _: [answer(429, Retry_After="36000")]
        read(sqlite_world, clock)
        with sqlite_world.read() as session:
            row = session.get_one(OrganiserCalendarRow, PUBLIC)
        assert row.next_at - clock.now() >= timedelta(hours=10)


def test_another_address_or_title_is_asked_anew(sqlite_world: Database, clock: SetClock) -> None:
    """And what was kept of the one before is gone; without an address there is no calendar."""
    world = sqlite_world
    with organising(world) as organiser:
        organiser.body = ics(MOVED, title="Campagneweek")
        read(world, clock)
        assert proposed(world) == []
        with world.session() as session:
            session.get_one(CampaignRow, PUBLIC).calendar_title = "campagneweek"
        assert read(world, clock)[0].proposals == 1
        assert "If-None-Match" not in organiser.server.requests[1].headers
        point(world, PUBLIC, f"{organiser.server.url}/elders.ics")
        assert read(world, clock)[0].is_new
        assert organiser.server.requests[2].path == "/elders.ics"
        point(world, PUBLIC, None)
        assert read(world, clock) == []
        with world.read() as session:
            assert organiser_calendars.counts(session) == (0, 0)


def test_one_machine_reads_a_calendar_at_a_time(world: Database, clock: SetClock) -> None:
    """The other one finds that its turn is over, and none holds the database meanwhile."""
    with organising(world):
        inside: list[list[Reading]] = []

        def fetch_while_another_tries(url: str, headers: Mapping[str, str]) -> remote.Reply:
            inside.append(read(world, clock, no_second_time))
            return fetch(url, headers)

        def no_second_time(_url: str, _headers: Mapping[str, str]) -> remote.Reply:
            raise AssertionError

        assert read(world, clock, fetch_while_another_tries)[0].proposals == 1
        assert inside == [[]]


def test_without_calendars_nothing_is_written(sqlite_world: Database, clock: SetClock) -> None:
    """The clock asks every few minutes, and must not wait for who writes."""
    with sqlite_world.session():
        assert read(sqlite_world, clock) == []


def test_only_who_may_set_the_dates_sees_it(sqlite_world: Database, clock: SetClock) -> None:
    with organising(sqlite_world) as organiser:
        organiser.body = ics(OURS, Span(date(2027, 10, 4), date(2027, 10, 17)))
        read(sqlite_world, clock)
    nobody = Visitor(
        Contact("c", "C", "c@example.nl", assignments=((Role.COMMUNICATION, "katwijk"),)),
        strong=True,
    )
    with sqlite_world.read() as session:
        assert organiser_calendars.calendars(session, nobody, clock.today()) == []
        (line,) = organiser_calendars.calendars(session, LEIDEN, clock.today())
    assert line.findings.new == ((2027, Span(date(2027, 10, 4), date(2027, 10, 17))),)
    assert (line.campaign, line.words) == (PUBLIC, "Publiekscampagne huiselijk geweld")
