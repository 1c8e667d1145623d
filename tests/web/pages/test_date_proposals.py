"""Proposed dates: everyone who works with a campaign proposes, the centrumgemeente decides."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from html import unescape

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.playbook import Role
from campagne.domain.proposals import ProposalState
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError
from campagne.services import audit
from campagne.services.audit import Author
from campagne.services.rotas import date_proposals, rota
from campagne.store.database import Database
from campagne.store.tables import (
    CampaignRow,
    ContactRoleRow,
    DateProposalRow,
    EditionRow,
    OrganiserCalendarRow,
)

WEEK = "week-tegen-kindermishandeling-2026"
PUBLIC = "publiekscampagne-huiselijk-geweld-2026"  # provisional, 5 to 18 October
PROPOSE, LIST = f"/editie/{WEEK}/datum", "/beheer/datumvoorstellen"
ONE = "/beheer/datumvoorstel/1"
LEIDEN = "leiden-centrum@example.nl"
KATWIJK = "katwijk-campagnes@example.nl"
GOUDA = "gouda-communicatie@example.nl"
SOURCE = "https://example.org/agenda"
MOVED = Span(date(2026, 11, 23), date(2026, 11, 29))

LogIn = Callable[[TestClient, App, str], None]
MakeApp = Callable[..., App]
Visit = Callable[[App], TestClient]
Statements = Callable[[Database], AbstractContextManager[list[str]]]


@pytest.fixture
def app(make_app: MakeApp, planned: None) -> App:
    """The service with its reminders planned; nobody needs a code."""
    assert planned is None
    return make_app(second_factor=False)


@pytest.fixture
def leiden(app: App, visit: Visit, log_in: LogIn) -> TestClient:
    """A browser in which the centrumgemeente is logged in."""
    browser = visit(app)
    log_in(browser, app, LEIDEN)
    return browser


@pytest.fixture
def katwijk(app: App, visit: Visit, log_in: LogIn) -> TestClient:
    """A browser in which who works for one gemeente is logged in."""
    browser = visit(app)
    log_in(browser, app, KATWIJK)
    return browser


def propose(client: TestClient, page: str = PROPOSE, **changed: str) -> tuple[int, str]:
    data = {
        "eerste": "2026-11-23",
        "laatste": "2026-11-29",
        "bron": SOURCE,
        "toelichting": "staat op de website",
        **changed,
    }
    answer = client.post(page, data=data)
    return answer.status_code, unescape(answer.text)


def decide(client: TestClient, what: str, page: str = ONE, **changed: str) -> tuple[int, str]:
    found = re.findall(r'name="versie" value="(\w+)"', client.get(page).text)
    data = {"wat": what, "waarom": "", "versie": found[0] if found else "", **changed}
    answer = client.post(page, data=data)
    return answer.status_code, unescape(answer.text)


def stored(database: Database, key: str = WEEK) -> tuple[Span, EditionStatus]:
    with database.read() as session:
        row = session.get_one(EditionRow, key)
        return Span(row.first, row.last), row.status


def rows(database: Database) -> list[DateProposalRow]:
    with database.read() as session:
        return list(session.exec(select(DateProposalRow)))


BEFORE = (Span(date(2026, 11, 16), date(2026, 11, 22)), EditionStatus.CONFIRMED)


def test_a_proposal_is_made_and_accepted(
    katwijk: TestClient, leiden: TestClient, sqlite_world: Database
) -> None:
    assert f'href="{PROPOSE}"' in katwijk.get(f"/editie/{WEEK}").text
    assert propose(katwijk)[0] == 303
    page = katwijk.get(PROPOSE, params={"gedaan": "true"}).text
    assert "De centrumgemeente kijkt ernaar" in page
    assert "wacht op een besluit" in page
    assert stored(sqlite_world) == BEFORE
    assert "Datumvoorstellen</a> (1 wacht op jouw besluit)" in leiden.get("/mijn").text
    assert "van maandag 23 tot en met zondag 29 november 2026" in leiden.get(LIST).text
    page = leiden.get(ONE).text
    assert "“staat op de website”" in page
    assert f'href="{SOURCE}"' in page
    status, page = decide(leiden, "accept")
    assert status == 200
    assert re.search(r"\d+ herinneringen komen op een andere dag", page)
    assert stored(sqlite_world) == BEFORE, "only shown"
    assert rows(sqlite_world)[0].state is ProposalState.OPEN
    assert decide(leiden, "accept", opslaan="ja")[0] == 303
    assert stored(sqlite_world) == (MOVED, EditionStatus.PROVISIONAL)
    assert "overgenomen door Team Zorg en Veiligheid" in leiden.get(LIST).text
    page = leiden.get(f"/beheer/editie/{WEEK}").text
    assert "voorstel van Communicatie en beleid Katwijk" in page
    assert SOURCE in page
    assert "Datum voorgesteld</strong> door Communicatie en beleid Katwijk" in page


def test_a_proposal_is_refused_with_a_reason_that_can_be_read(
    katwijk: TestClient, leiden: TestClient, sqlite_world: Database
) -> None:
    propose(katwijk)
    status, page = decide(leiden, "refuse")
    assert status == 400
    assert "Schrijf op waarom je dit voorstel afwijst" in page
    assert decide(leiden, "refuse", waarom="dat is de week van <b>2027</b>")[0] == 303
    assert stored(sqlite_world) == BEFORE
    page = katwijk.get(PROPOSE).text
    assert "niet overgenomen door Team Zorg en Veiligheid" in page
    assert "“dat is de week van &lt;b&gt;2027&lt;/b&gt;”" in page
    status, page = propose(katwijk)
    assert status == 400
    assert "Dit is eerder voorgesteld, en niet overgenomen door Team Zorg en Veiligheid" in page
    assert "Voorstel afgewezen" in leiden.get(f"/beheer/editie/{WEEK}").text


def test_provisional_dates_can_be_confirmed_by_a_proposal(
    katwijk: TestClient, leiden: TestClient, sqlite_world: Database
) -> None:
    page = f"/editie/{PUBLIC}/datum"
    assert propose(katwijk, page, eerste="2026-10-05", laatste="2026-10-18")[0] == 303
    assert "Deze dagen kloppen" in leiden.get(LIST).text
    assert decide(leiden, "accept", opslaan="ja")[0] == 303
    assert stored(sqlite_world, PUBLIC)[1] is EditionStatus.CONFIRMED
    with sqlite_world.read() as session:
        assert session.get_one(EditionRow, PUBLIC).source == SOURCE


@pytest.mark.parametrize("what", ["accept", "refuse"])
def test_who_was_second_is_told_what_was_decided(
    katwijk: TestClient, leiden: TestClient, sqlite_world: Database, what: str
) -> None:
    propose(katwijk)
    decide(leiden, "refuse", waarom="staat daar niet")
    before = rows(sqlite_world)
    status, page = decide(leiden, what, waarom="toch", opslaan="ja")
    assert status == 400
    assert "Over dit voorstel is al besloten: niet overgenomen door Team Zorg" in page
    assert [one.reason for one in rows(sqlite_world)] == [one.reason for one in before]
    assert stored(sqlite_world) == BEFORE


def test_an_edition_that_changed_meanwhile_is_told(
    katwijk: TestClient, leiden: TestClient, sqlite_world: Database, clock: SetClock
) -> None:
    propose(katwijk)
    old = re.findall(r'name="versie" value="(\w+)"', leiden.get(ONE).text)[0]
    days = Span(date(2026, 11, 9), date(2026, 11, 15))
    with sqlite_world.session() as session:
        rota.set_dates(
            session, WEEK, days, by="Gouda", source="brief", now=clock.now(), today=clock.today()
        )
    status, page = decide(leiden, "accept", versie=old, opslaan="ja", waarom="mijn reden")
    assert status == 400
    assert "Er is niets opgeslagen" in page
    assert "mijn reden</textarea>" in page
    assert "is veranderd nadat dit voorstel is gedaan" in page
    assert stored(sqlite_world) == (days, EditionStatus.PROVISIONAL)
    assert decide(leiden, "accept", opslaan="ja")[0] == 303


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"eerste": ""}, "Vul bij de eerste dag een datum in"),
        ({"laatste": "morgen"}, "Vul bij de laatste dag een datum in"),
        ({"eerste": "2026-11-30"}, "Draai ze om"),
        ({"eerste": "2026-09-01", "laatste": "2026-09-02"}, "al voorbij"),
        ({"eerste": "2028-11-01", "laatste": "2028-11-02"}, "kies dagen in 2026"),
        ({"eerste": "2026-10-01", "laatste": "2029-01-01"}, "kies hoogstens"),
        ({"bron": " "}, "waar de datums vandaan komen"),
        ({"bron": "x" * 301}, "hoogstens 300"),
        ({"toelichting": "x" * 501}, "hoogstens 500"),
        ({"eerste": "2026-11-16", "laatste": "2026-11-22"}, "en dat staat vast"),
    ],
)
def test_a_proposal_that_makes_no_sense_keeps_what_was_typed(
    katwijk: TestClient, sqlite_world: Database, changed: dict[str, str], sentence: str
) -> None:
    status, page = propose(katwijk, **{"toelichting": "kijk hier", **changed})
    assert status == 400
    assert sentence in page
    if "toelichting" not in changed:
        assert "kijk hier</textarea>" in page
    assert rows(sqlite_world) == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://x' onclick='alert(1)"])
def test_a_source_never_becomes_a_script(
    katwijk: TestClient, leiden: TestClient, address: str
) -> None:
    propose(katwijk, bron=address)
    page = leiden.get(ONE).text
    assert 'href="javascript' not in page
    assert "onclick='" not in page


def test_a_form_without_a_button_is_told(katwijk: TestClient, leiden: TestClient) -> None:
    propose(katwijk)
    assert "Kies een van de knoppen" in decide(leiden, "verzonnen")[1]
    assert "hoogstens 500" in decide(leiden, "refuse", waarom="x" * 501)[1]


def test_a_campaign_that_is_off_takes_no_dates(
    katwijk: TestClient, leiden: TestClient, sqlite_world: Database, clock: SetClock
) -> None:
    propose(katwijk)
    with sqlite_world.session() as session:
        rota.cancel(session, WEEK, by="Leiden", now=clock.now(), today=clock.today())
    status, page = decide(leiden, "accept", opslaan="ja")
    assert status == 400
    assert "gaat niet door" in page
    assert rows(sqlite_world)[0].state is ProposalState.OPEN
    assert "gaat niet door" in propose(katwijk, bron="een andere bron")[1]
    assert f'href="{PROPOSE}"' not in katwijk.get(f"/editie/{WEEK}").text


def test_only_who_sets_the_dates_decides(
    app: App, katwijk: TestClient, leiden: TestClient, sqlite_world: Database
) -> None:
    assert app is not None
    propose(katwijk)
    assert "Er zijn geen voorstellen" in katwijk.get(LIST).text
    assert katwijk.get(ONE).status_code == 404
    for what in ("accept", "refuse"):
        assert decide(katwijk, what, waarom="zomaar", opslaan="ja")[0] == 404
    assert rows(sqlite_world)[0].state is ProposalState.OPEN
    assert leiden.get("/beheer/datumvoorstel/99").status_code == 404
    assert leiden.get("/beheer/datumvoorstel/99999999999999999999").status_code == 404
    # Who sets the dates need not propose.
    answer = leiden.get(PROPOSE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/beheer/editie/{WEEK}")


def test_a_campaign_of_elsewhere_is_not_theirs(
    app: App, visit: Visit, log_in: LogIn, leiden: TestClient, sqlite_world: Database
) -> None:
    """Gouda works with other campaigns, and decides of its own."""
    gouda = visit(app)
    log_in(gouda, app, GOUDA)
    assert gouda.get(PROPOSE).status_code == 200
    with sqlite_world.session() as session:
        session.get_one(CampaignRow, WEEK.removesuffix("-2026")).region_key = "holland-rijnland"
        session.add(
            ContactRoleRow(
                contact_key="gouda-communicatie", role=Role.CENTRE, municipality_key="gouda"
            )
        )
    assert gouda.get(PROPOSE).status_code == 404
    assert propose(gouda)[0] == 404
    assert rows(sqlite_world) == []
    with sqlite_world.session() as session:
        session.get_one(CampaignRow, WEEK.removesuffix("-2026")).region_key = "midden-holland"
    assert leiden.get(PROPOSE).status_code == 404
    assert gouda.get(PROPOSE).status_code == 303


def test_the_centrumgemeente_needs_its_code(
    make_app: MakeApp, visit: Visit, log_in: LogIn, katwijk: TestClient, sqlite_world: Database
) -> None:
    propose(katwijk)
    app = make_app()
    client = visit(app)
    log_in(client, app, LEIDEN)
    assert "Vul de code in" in client.get(LIST).text
    assert client.get(ONE).status_code == 404
    assert decide(client, "accept", opslaan="ja")[0] == 404
    assert stored(sqlite_world) == BEFORE


def test_a_program_files_the_same_only_once(world: Database, clock: SetClock) -> None:
    reader = Author("Agenda van de organisatie")

    def file(span: Span = MOVED, source: str = SOURCE) -> bool:
        with world.session() as session:
            made = date_proposals.file(
                session,
                WEEK,
                span,
                source=source,
                author=reader,
                now=clock.now(),
                today=clock.today(),
            )
            return made is not None

    assert file()
    assert not file(), "the same"
    assert not file(BEFORE[0]), "these are its dates, for sure"
    assert file(Span(date(2026, 11, 24), date(2026, 11, 30)))
    assert file(source="https://example.org/nieuws")
    assert len(rows(world)) == 3
    with world.session() as session:
        session.exec(select(DateProposalRow)).first().state = ProposalState.REFUSED  # type: ignore[union-attr]  # it is there
    assert not file(), "refused stays refused"
    # Of other dates it is another proposal.
    with world.session() as session:
        rota.set_dates(
            session,
            WEEK,
            Span(date(2026, 11, 9), date(2026, 11, 15)),
            by="Leiden",
            source="brief",
            now=clock.now(),
            today=clock.today(),
        )
    assert file()
    with world.read() as session:
        assert [one.by for one in audit.entries(session, of=("edition", WEEK), limit=9)] == [
            "Agenda van de organisatie"
        ] * 4
    with world.session() as session, pytest.raises(InvalidInputError, match="2026"):
        date_proposals.file(
            session,
            WEEK,
            Span(date(2028, 1, 1), date(2028, 1, 2)),
            source=SOURCE,
            author=reader,
            now=clock.now(),
            today=clock.today(),
        )


def test_the_list_asks_as_much_of_the_database_for_many_as_for_one(
    katwijk: TestClient,
    leiden: TestClient,
    sqlite_world: Database,
    app: App,
    statements: Statements,
) -> None:
    assert sqlite_world is not None
    propose(katwijk)
    with statements(app.database) as one:
        leiden.get(LIST)
    for day in range(1, 9):
        propose(katwijk, laatste=f"2026-12-0{day}")
    with statements(app.database) as many:
        leiden.get(LIST)
    assert len(many) == len(one)


def test_the_calendars_of_organisers_are_told(
    leiden: TestClient, sqlite_world: Database, clock: SetClock
) -> None:
    """When they were read, why they were not, and what a person must look at."""
    assert "van organisatoren</h2>" not in leiden.get(LIST).text
    with sqlite_world.session() as session:
        campaign = session.get_one(CampaignRow, "publiekscampagne-huiselijk-geweld")
        campaign.calendar_url, campaign.calendar_title = SOURCE, "<b>publiek</b>"
    html = leiden.get(LIST).text
    assert "van organisatoren</h2>" in html
    assert "nog niet gelezen" in html
    found = {"title": "<b>Publiek</b>", "first": "2027-10-04", "last": "2027-10-17"}
    with sqlite_world.session() as session:
        session.add(
            OrganiserCalendarRow(
                campaign_key="publiekscampagne-huiselijk-geweld",
                url=SOURCE,
                words="<b>publiek</b>",
                events=[{**found, "cancelled": False, "repeats": False}],
                fault="De server geeft de agenda nu niet (500).",
                read_at=clock.now(),
                next_at=clock.now(),
            )
        )
    html = leiden.get(LIST).text
    assert "&lt;b&gt;publiek&lt;/b&gt;" in html
    assert "De server geeft de agenda nu niet (500)." in html
    assert "Wat er op maandag 7 september 2026, 8.00 uur stond, telt nog." in html
    address = "/beheer/campagne?campagne=publiekscampagne-huiselijk-geweld&amp;jaar=2027"
    assert f'href="{address}"' in html
    assert leiden.get(unescape(address)).status_code == 200
    assert "1 kon de laatste keer niet worden gelezen" in leiden.get("/status").text
