"""A year of the rota on a page: for everybody, for who answers, and for a stranger."""

import re
from collections.abc import Callable, Mapping

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.playbook import Role
from campagne.domain.rota import Agreement
from campagne.services.planning import reminders
from campagne.services.publishing import feed_stamps
from campagne.services.rotas import rota
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import ContactRoleRow, ContactRow
from tests.snapshots import Snapshots

YEAR = "/rooster/duin-en-bollenstreek/2027"
FORM = f"{YEAR}/voorstel"
KEY = "duin-en-bollenstreek-2027"
KATWIJK = "katwijk-campagnes@example.nl"
HLT = "beleid-hlt@example.nl"
GOUDA = "beleid-gouda@example.nl"
LEIDEN = "leiden-centrum@example.nl"
SCRIPT = "<script>alert(1)</script>"

LogIn = Callable[[TestClient, App, str], None]
MakeApp = Callable[..., App]
Visit = Callable[[App], TestClient]
Enter = Callable[[str], TestClient]


@pytest.fixture
def app(make_app: MakeApp, sqlite_world: Database, clock: SetClock, snapshots: Snapshots) -> App:
    """The service with who does the policy of HLT and of Gouda; nobody needs a code."""

    def planned() -> None:
        people = {"beleid-hlt": ("hillegom", "lisse", "teylingen"), "beleid-gouda": ("gouda",)}
        with sqlite_world.session() as session:
            for key, places in people.items():
                session.add(ContactRow(key=key, name=key.title(), email=f"{key}@example.nl"))
                session.flush()
                session.add_all(
                    ContactRoleRow(contact_key=key, role=Role.POLICY, municipality_key=place)
                    for place in places
                )
            session.flush()
            rota.extend(session, today=clock.today(), now=clock.now())
            feed_stamps.restamp(session, clock.now())
            reminders.replan(session, now=clock.now(), today=clock.today())

    snapshots.once(sqlite_world, planned)
    return make_app(second_factor=False)


def version(client: TestClient, path: str = FORM) -> str:
    found: list[str] = re.findall(r'name="versie" value="([^"]*)"', client.get(path).text)
    return found[0]


def propose(client: TestClient, **changed: str | list[str]) -> tuple[int, str]:
    data: dict[str, str | list[str]] = {
        "voorstel": "",
        "campagne": "orange-the-world",
        "thema": "Veilig thuis",
        "periode": "25 nov - 10 dec",
        "trekker": "katwijk",
        "budget": "1.000",
        "verdeling": "Katwijk: pers\r\nHLTsamen: drukwerk",
        "namens": ["katwijk"],
        "waarom": "Afgesproken in het RBO",
        **changed,
    }
    if "versie" not in data:
        entry = data["voorstel"]
        data["versie"] = version(client, f"{FORM}?voorstel={entry}" if entry else FORM)
    answer = client.post(FORM, data=data)
    return answer.status_code, answer.text


def say(client: TestClient, **changed: str | list[str]) -> tuple[int, str]:
    data: dict[str, str | list[str]] = {
        "voorstel": KEY,
        "gemeente": ["lisse"],
        "antwoord": "agreed",
        "tekst": "",
        "versie": "1",
        **changed,
    }
    answer = client.post(f"{YEAR}/antwoord", data=data)
    return answer.status_code, answer.text


def stored(database: Database) -> Mapping[str, Agreement] | None:
    with database.read() as session:
        found = [one for one in queries.rota_entries(session) if one.key == KEY]
    return dict(found[0].agreements) if found else None


def test_a_year_is_proposed_seen_first_and_answered(
    enter: Enter, client: TestClient, sqlite_world: Database
) -> None:
    katwijk, hlt = enter(KATWIJK), enter(HLT)
    page = katwijk.get(YEAR).text
    assert "Er is nog geen voorstel voor 2027." in page
    assert "Doe een voorstel voor 2027" in page
    status, page = propose(katwijk)
    assert status == 200
    assert "Dit gaat er gebeuren" in page
    assert re.search(r"\d+ herinneringen komen erbij", page)
    assert "1 persoon krijgt een mail over de wijziging" in page
    assert "29 agenda" in page
    assert stored(sqlite_world) is None, "only shown"
    assert propose(katwijk, opslaan="ja")[0] == 303
    assert stored(sqlite_world) == {"katwijk": Agreement.AGREED}

    page = client.get(YEAR).text
    assert "Nog geen antwoord: Hillegom, Lisse, Noordwijk en Teylingen." in page
    assert "HLTsamen: drukwerk" in page
    assert "Log in om te antwoorden" in page
    assert "Afgesproken in het RBO" not in page, "the log is for who works there"
    assert "Communicatie en beleid Katwijk" not in page
    page = hlt.get(YEAR).text
    assert "Afgesproken in het RBO" in page
    assert "Voor welke gemeenten?" in page
    assert "Trek het antwoord in" not in page, "only Katwijk gave one"

    # Nothing that anybody else notices: done at once.
    assert say(hlt, gemeente=["hillegom", "lisse"])[0] == 303
    status, page = say(hlt, gemeente=["teylingen"], antwoord="differs", tekst=SCRIPT)
    assert status == 200
    assert re.search(r"\d+ herinneringen vervallen", page)
    assert " autofocus>Dit gaat er gebeuren" in page, "it stands far down the page"
    assert SCRIPT not in page
    assert (stored(sqlite_world) or {}).get("teylingen", Agreement.PROPOSED) is Agreement.PROPOSED
    assert (
        say(hlt, gemeente=["teylingen"], antwoord="differs", tekst=SCRIPT, opslaan="ja")[0] == 303
    )
    assert "Trek het antwoord in" in hlt.get(YEAR).text
    page = katwijk.get(YEAR).text
    assert "Doet iets anders: Teylingen." in page
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page
    assert "&lt;script&gt;" not in client.get(YEAR).text


def test_the_page_says_when_all_agree(enter: Enter, sqlite_world: Database) -> None:
    with sqlite_world.session() as session:
        session.add(
            ContactRoleRow(contact_key="beleid-hlt", role=Role.POLICY, municipality_key="noordwijk")
        )
    katwijk, hlt = enter(KATWIJK), enter(HLT)
    propose(katwijk, opslaan="ja")
    say(hlt, gemeente=["hillegom", "lisse", "teylingen", "noordwijk"])
    assert "<strong>Akkoord van allemaal</strong>, sinds maandag 7 september 2026" in (
        katwijk.get(YEAR).text
    )
    form = katwijk.get(f"{FORM}?voorstel={KEY}").text
    assert 'value="Veilig thuis"' in form
    status, page = propose(katwijk, voorstel=KEY, budget="1500")
    assert status == 200
    assert "Hillegom, Katwijk, Lisse, Noordwijk en Teylingen waren akkoord" in page
    assert propose(katwijk, voorstel=KEY, budget="1500", opslaan="ja")[0] == 303
    page = hlt.get(YEAR).text
    assert "Nog geen antwoord: Hillegom, Lisse, Noordwijk en Teylingen." in page
    assert "Was akkoord met een eerder voorstel" in page


def test_a_form_starts_from_last_year_or_from_nothing(enter: Enter) -> None:
    katwijk = enter(KATWIJK)
    assert "beginnen met wat er in 2026 stond" in katwijk.get(FORM).text
    page = katwijk.get(f"{FORM}?begin=vorig").text
    assert 'value="18 - 24 november"' in page
    assert '<option value="week-tegen-kindermishandeling" selected>' in page


def test_a_proposal_is_withdrawn(enter: Enter, sqlite_world: Database) -> None:
    katwijk = enter(KATWIJK)
    propose(katwijk, opslaan="ja")
    assert (
        "waarom het voorstel vervalt"
        in propose(katwijk, voorstel=KEY, wat="intrekken", waarom="")[1]
    )
    status, page = propose(katwijk, voorstel=KEY, wat="intrekken")
    assert (status, "Het voorstel vervalt" in page) == (200, True)
    assert stored(sqlite_world) is not None
    assert propose(katwijk, voorstel=KEY, wat="intrekken", opslaan="ja")[0] == 303
    assert stored(sqlite_world) is None
    page = katwijk.get(f"{YEAR}?gedaan=intrekken").text
    assert "Het voorstel is ingetrokken." in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"campagne": ""}, "Kies een campagne uit de lijst"),
        ({"thema": "x" * 201}, "hoogstens 200"),
        ({"periode": "x" * 101}, "hoogstens 100"),
        ({"trekker": "gouda"}, "gemeente uit de lijst"),
        ({"budget": "veel"}, "hele euro"),
        ({"budget": "-1"}, "hele euro"),
        ({"budget": "9" * 40}, "hele euro"),
        ({"verdeling": "x\n" * 1001}, "hoogstens 2000"),
        ({"verdeling": "a\x00b"}, "gewone tekens"),
        ({"namens": ["lisse"]}, "waarvoor jij het beleid doet"),
        ({"waarom": "x" * 501}, "hoogstens 500"),
        ({"versie": "oud"}, "intussen iets veranderd"),
    ],
)
def test_a_proposal_that_makes_no_sense_keeps_what_was_typed(
    enter: Enter, sqlite_world: Database, changed: dict[str, str], sentence: str
) -> None:
    katwijk = enter(KATWIJK)
    data = {"thema": SCRIPT, **changed}
    status, page = propose(katwijk, opslaan="ja", **data)
    assert status == 400
    assert sentence in page
    assert stored(sqlite_world) is None
    assert SCRIPT not in page
    if "thema" not in changed:
        assert "&lt;script&gt;alert(1)" in page


def test_who_was_second_is_told_and_can_send_it_again(enter: Enter, sqlite_world: Database) -> None:
    katwijk, hlt = enter(KATWIJK), enter(HLT)
    old = version(hlt)
    propose(katwijk, opslaan="ja")
    status, page = propose(
        hlt,
        versie=old,
        namens=["lisse"],
        thema="Iets anders",
        campagne="week-tegen-kindermishandeling",
    )
    assert status == 400
    assert "intussen iets veranderd" in page
    assert "Iets anders" in page
    fresh = re.findall(r'name="versie" value="([^"]*)"', page)[0]
    status, _ = propose(
        hlt,
        versie=fresh,
        namens=["lisse"],
        campagne="week-tegen-kindermishandeling",
        opslaan="ja",
    )
    assert status == 303
    propose(katwijk, voorstel=KEY, thema="Nieuw", opslaan="ja")
    status, page = say(hlt, antwoord="differs", tekst="wij niet")
    assert status == 400
    assert "Het voorstel is intussen veranderd" in page
    assert "wij niet" in page
    assert stored(sqlite_world) == {"katwijk": Agreement.AGREED}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"antwoord": ""}, "Kies een antwoord"),
        ({"antwoord": "verzonnen"}, "Kies een antwoord"),
        ({"gemeente": []}, "Kies een gemeente"),
        ({"gemeente": ["katwijk"]}, "waarvoor jij het beleid doet"),
        ({"antwoord": "differs"}, "wat je gemeente anders doet"),
        ({"antwoord": "opmerking", "tekst": "  "}, "wat je wilt zeggen"),
        ({"tekst": "x" * 501}, "hoogstens 500"),
        ({"versie": ""}, "intussen veranderd"),
        ({"versie": "9" * 30}, "intussen veranderd"),
    ],
)
def test_an_answer_that_makes_no_sense(
    enter: Enter, sqlite_world: Database, changed: dict[str, str | list[str]], sentence: str
) -> None:
    propose(enter(KATWIJK), opslaan="ja")
    status, page = say(enter(HLT), opslaan="ja", **changed)
    assert status == 400
    assert sentence in page
    assert stored(sqlite_world) == {"katwijk": Agreement.AGREED}


def test_a_stranger_reads_and_changes_nothing(enter: Enter, sqlite_world: Database) -> None:
    propose(enter(KATWIJK), opslaan="ja")
    gouda = enter(GOUDA)
    page = gouda.get(YEAR)
    assert page.status_code == 200
    assert "Geef antwoord" not in page.text
    assert "Verander dit voorstel" not in page.text
    assert gouda.get(FORM).status_code == 404
    assert propose(gouda, versie="nieuw", opslaan="ja")[0] == 404
    status, said = say(gouda, gemeente=["gouda"], opslaan="ja")
    assert (status, "waarvoor jij het beleid doet" in said) == (400, True)
    assert stored(sqlite_world) == {"katwijk": Agreement.AGREED}


def test_the_centrumgemeente_proposes_but_answers_for_nobody_else(
    enter: Enter, sqlite_world: Database
) -> None:
    leiden = enter(LEIDEN)
    assert "Namens welke" not in leiden.get(FORM).text
    assert propose(leiden, namens=[], opslaan="ja")[0] == 303
    assert stored(sqlite_world) == {}
    assert "Geef antwoord" not in leiden.get(YEAR).text
    assert say(leiden, gemeente=["katwijk"], opslaan="ja")[0] == 400


def test_a_year_that_is_not_there(client: TestClient) -> None:
    assert client.get("/rooster/verzonnen/2027").status_code == 404
    assert client.get("/rooster/duin-en-bollenstreek/1999").status_code == 404
    assert client.get("/rooster/duin-en-bollenstreek/2026").status_code == 200
    assert "/rooster/duin-en-bollenstreek/2026" in client.get("/route").text


def test_the_way_back_after_the_log_in(app: App, client: TestClient, log_in: LogIn) -> None:
    answer = client.get(FORM)
    assert answer.headers["location"] == (
        "/inloggen?naar=%2Frooster%2Fduin-en-bollenstreek%2F2027%2Fvoorstel"
    )
    log_in(client, app, KATWIJK)
    assert client.get(FORM).status_code == 200


def test_it_stands_in_the_log_of_who_manages_the_region(enter: Enter, administrators: None) -> None:
    assert administrators is None
    katwijk = enter(KATWIJK)
    propose(katwijk, opslaan="ja")
    propose(katwijk, voorstel=KEY, wat="intrekken", opslaan="ja")
    page = enter("beheer@example.nl").get("/beheer/logboek").text
    assert "Rooster 2027 van Duin- en Bollenstreek" in page
    assert "Voorstel ingetrokken" in page
    other = enter("beheer-gouda@example.nl").get("/beheer/logboek").text
    assert "Rooster 2027" not in other


def test_a_remark_is_shown_once_and_taken_away_by_who_wrote_it(enter: Enter) -> None:
    katwijk, hlt = enter(KATWIJK), enter(HLT)
    propose(katwijk, opslaan="ja")
    three = ["hillegom", "lisse", "teylingen"]
    assert say(hlt, antwoord="opmerking", tekst="graag eerder", gemeente=three)[0] == 303
    page = hlt.get(YEAR).text
    assert "<strong>Hillegom, Lisse en Teylingen</strong>: “graag eerder”" in page
    assert page.count("graag eerder") == 1
    assert "Haal deze opmerking weg" not in katwijk.get(YEAR).text
    written = re.findall(r'name="gezien" value="([^"]+)">\s*<button[^>]*opmerking-weg', page)
    back = {"antwoord": "opmerking-weg", "gezien": written[0]}
    assert say(katwijk, **back)[0] == 400, "it is not theirs"
    assert say(hlt, **{**back, "gezien": "toen"})[0] == 400
    assert say(hlt, **back)[0] == 303
    page = hlt.get(f"{YEAR}?gedaan=opmerking-weg").text
    assert "Je opmerking is weggehaald." in page
    assert "graag eerder" not in page
    assert "Opmerking weggehaald" in page
    assert say(hlt, **back)[0] == 400
