"""My gemeente: what its texts are filled in with, and the colleagues."""

import io
import re
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.domain.playbook import Role
from campagne.services import audit
from campagne.store.database import Database
from campagne.store.tables import (
    ContactRoleRow,
    DataVersionRow,
    HelpLineRow,
    MunicipalityRow,
)

PAGE = "/mijn/gemeente"
BEHEER = "beheer@example.nl"
KATWIJK = "katwijk-campagnes@example.nl"
HLT = "hltsamen-communicatie@example.nl"
LEIDEN = "leiden-centrum@example.nl"

LogIn = Callable[[TestClient, App, str], None]
MakeApp = Callable[..., App]


@pytest.fixture
def app(make_app: MakeApp, administrators: None) -> App:
    """The service; nobody needs a code."""
    assert administrators is None
    return make_app(second_factor=False)


@pytest.fixture
def katwijk(app: App, client: TestClient, log_in: LogIn) -> TestClient:
    """A browser in which the officer of Katwijk is logged in."""
    log_in(client, app, KATWIJK)
    return client


def typed(page: str) -> dict[str, str]:
    """Return what stands in the form, as a browser sends it."""
    fields = {
        name: value
        for tag in re.findall(r"<input [^>]*>", page)
        if 'type="radio"' not in tag and 'type="checkbox"' not in tag
        for name, value in [
            (
                re.findall(r'name="([^"]*)"', tag)[0],
                re.findall(r'value="([^"]*)"', tag)[0],
            )
        ]
    }
    ticked = re.findall(r'name="(\w+)" value="([^"]*)" checked', page)
    day = re.findall(r"<option selected>(\w+)</option>", page)
    return {**fields, **dict(ticked), "kopij_dag": day[0] if day else ""}


def fill_in(client: TestClient, page: str = "", **changed: str) -> tuple[int, str]:
    page = page or client.get(PAGE).text
    answer = client.post(PAGE, data={**typed(page), **changed})
    return answer.status_code, answer.text


def stored(database: Database, key: str = "katwijk") -> MunicipalityRow:
    with database.read() as session:
        return session.get_one(MunicipalityRow, key)


def history(database: Database) -> list[audit.AuditLine]:
    with database.read() as session:
        return audit.entries(session, limit=9)


def test_what_i_fill_in_is_stored_and_stands_in_the_log(
    katwijk: TestClient, sqlite_world: Database
) -> None:
    with sqlite_world.read() as session:
        before = session.exec(select(DataVersionRow)).one().version

    status, _ = fill_in(
        katwijk,
        lokaal_team="Welzijnskwartier",
        lokaal_team_telefoon="071 123 45 67",
        facebook="@gemeentekatwijk",
        krant="De Katwijksche Post",
        kopij_dag="maandag",
        kopij_tijd="12:00",
        aanspreekvorm="je",
    )

    assert status == 303
    now = stored(sqlite_world)
    assert (now.local_team, now.team_phone) == ("Welzijnskwartier", "071 123 45 67")
    assert (now.handles, now.copy_deadline) == ({"facebook": "gemeentekatwijk"}, "maandag 12.00")
    assert (now.address_form, now.website) == ("je", "https://katwijk.example.nl")
    assert stored(sqlite_world, "lisse").local_team == "Sociaal Team"
    line = history(sqlite_world)[0]
    assert (line.by, line.kind, line.key) == (
        "Communicatie en beleid Katwijk",
        "municipality",
        "katwijk",
    )
    assert ("Naam van het lokale team", "Sociaal Team", "Welzijnskwartier") in line.changes
    assert len(line.changes) == 7
    with sqlite_world.read() as session:
        assert session.exec(select(DataVersionRow)).one().version == before + 1
    page = katwijk.get(PAGE, params={"gemeente": "katwijk", "opgeslagen": "true"}).text
    assert "Opgeslagen. De teksten voor Katwijk zijn bijgewerkt." in page
    assert '<a href="/?gemeente=katwijk">kies een campagne</a>' in page
    assert 'value="Welzijnskwartier"' in page
    assert fill_in(katwijk)[0] == 303
    assert len(history(sqlite_world)) == 1  # nothing changed


@pytest.mark.usefixtures("help_lines")
def test_the_edition_page_uses_it_and_names_what_is_missing(
    katwijk: TestClient, client: TestClient
) -> None:
    edition = "/editie/orange-the-world-2026?gemeente=katwijk"
    before = client.get(edition).text
    assert (
        "Nog niet ingevuld voor Katwijk: waar inwoners het lokale team bereiken, de namen" in before
    )
    assert 'href="/mijn/gemeente?gemeente=katwijk"' in before

    fill_in(
        katwijk,
        lokaal_team_telefoon="071 123 45 67",
        x="gem_katwijk",
        krant="De Post",
        kopij_dag="maandag",
        kopij_tijd="12:00",
        aanspreekvorm="je",
        huisstijl="https://huisstijl.example.nl",
    )

    after = client.get(edition).text
    assert "Nog niet ingevuld" not in after
    assert "Voor De Post. De kopij moet op maandag 12.00 uur binnen zijn." in after
    assert "voor de start is maandag 23 november 2026" in after
    assert "Voor X (@gem_katwijk)." in after
    assert "telefoon 071 123 45 67" in after
    assert "Maak je je zorgen over iemand?" in after
    assert "Maakt u zich" not in after
    assert 'href="https://huisstijl.example.nl"' in after


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("website", "www.katwijk.example.nl", "Schrijf het hele webadres"),
        ("lokaal_team", "<script>alert(1)</script>", "zonder &lt; en &gt;"),
        ("lokaal_team", "x" * 300, "hoogstens 200 gewone tekens"),
        ("lokaal_team_telefoon", "bel ons", "Schrijf een telefoonnummer"),
        ("facebook", "https://example.nl/x", "Schrijf alleen de naam"),
        ("kopij_tijd", "12:00", "Kies een dag en een tijd"),
        ("aanspreekvorm", "jullie", "Kies u of je."),
        ("hulplijnen", "verzonnen", "Kies hulplijnen uit de lijst."),
    ],
)
def test_bad_input_is_named_and_nothing_is_lost(
    katwijk: TestClient, sqlite_world: Database, field: str, text: str, told: str
) -> None:
    before = stored(sqlite_world).model_dump()
    with sqlite_world.session() as session:
        session.add(
            HelpLineRow(
                key="kindertelefoon",
                position=9,
                name="Kindertelefoon",
                number="0800-0432",
                for_whom="kinderen",
                hours="",
                cost="",
                checked_on=date(2026, 8, 3),
            )
        )

    status, page = fill_in(katwijk, **{"krant": "De Post", field: text})

    assert status == 400
    assert f'<a href="#{field}">' in page
    assert page.count(told) == 2, "above the form and at its field"
    assert 'value="De Post"' in page  # what was right is still there
    assert "<script>alert" not in page
    assert stored(sqlite_world).model_dump() == before
    assert history(sqlite_world) == []


def test_a_stale_form_is_told_and_keeps_what_was_typed(
    katwijk: TestClient, sqlite_world: Database
) -> None:
    old = katwijk.get(PAGE).text
    fill_in(katwijk, lokaal_team="Van een collega")

    status, page = fill_in(katwijk, old, lokaal_team="Van mij", krant="De Post")

    assert status == 400
    assert "Iemand anders heeft dit intussen gewijzigd. Er is nog niets opgeslagen." in page
    assert "Naam van het lokale team: nu Van een collega, bij jou Van mij" in page
    assert 'value="Van mij"' in page
    assert stored(sqlite_world).local_team == "Van een collega"
    assert fill_in(katwijk, page)[0] == 303
    assert (stored(sqlite_world).local_team, stored(sqlite_world).newspaper) == (
        "Van mij",
        "De Post",
    )


def test_who_works_for_several_chooses_one(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database
) -> None:
    log_in(client, app, HLT)
    assert "<h1>Mijn gemeente: Hillegom</h1>" in client.get(PAGE).text
    page = client.get(PAGE, params={"gemeente": "teylingen"}).text
    assert "<h1>Mijn gemeente: Teylingen</h1>" in page
    assert re.findall(r'<option value="(\w+)"', page) == ["hillegom", "lisse", "teylingen"]

    assert fill_in(client, page, lokaal_team="Voor ieder 1")[0] == 303
    assert stored(sqlite_world, "teylingen").local_team == "Voor ieder 1"
    assert stored(sqlite_world, "hillegom").local_team == "Sociaal Team"


@pytest.mark.parametrize("place", ["lisse", "gouda", "nergens", "<script>"])
def test_a_stranger_sees_and_changes_nothing(
    katwijk: TestClient, sqlite_world: Database, place: str
) -> None:
    page = katwijk.get(PAGE).text
    for answer in (
        katwijk.get(PAGE, params={"gemeente": place}),
        katwijk.post(PAGE, data={**typed(page), "gemeente": place, "krant": "De Post"}),
    ):
        assert answer.status_code == 404
        assert "Kies een van je eigen gemeenten" in answer.text
        assert "hltsamen-communicatie@example.nl" not in answer.text
    assert history(sqlite_world) == []


def test_the_centrumgemeente_reads_what_the_gemeenten_fill_in_themselves(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database
) -> None:
    log_in(client, app, LEIDEN)
    assert "<h1>Mijn gemeente: Leiden</h1>" in client.get(PAGE).text
    page = client.get(PAGE, params={"gemeente": "katwijk"}).text
    assert "in Katwijk vullen dit zelf in." in page
    assert ' type="submit">Opslaan' not in page
    own = typed(client.get(PAGE).text)
    answer = client.post(PAGE, data={**own, "gemeente": "katwijk", "krant": "De Post"})
    assert answer.status_code == 404
    assert "wijzigen de collega&#39;s daar" in answer.text
    assert stored(sqlite_world).newspaper == ""
    assert client.get(PAGE, params={"gemeente": "gouda"}).status_code == 404


def test_a_beheerder_helps_the_gemeenten_of_the_region(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database
) -> None:
    log_in(client, app, BEHEER)
    page = client.get(PAGE, params={"gemeente": "katwijk"}).text
    assert fill_in(client, page, krant="De Post")[0] == 303
    assert stored(sqlite_world).newspaper == "De Post"
    log = client.get("/beheer/logboek", params={"soort": "municipality"}).text
    assert "Katwijk" in log
    assert "De Post" in log


def test_colleagues_are_there_with_their_phones(
    katwijk: TestClient, sqlite_world: Database
) -> None:
    with sqlite_world.session() as session:
        session.add(
            ContactRoleRow(
                contact_key="leiden-centrum", role=Role.POLICY, municipality_key="katwijk"
            )
        )
    page = katwijk.get(PAGE).text
    for part in ("Team Zorg en Veiligheid", "071 000 00 00", "leiden-centrum@example.nl"):
        assert part in page
    assert "Communicatie HLTsamen" not in page


def test_who_works_for_no_gemeente_is_told_whom_to_ask(
    katwijk: TestClient, sqlite_world: Database
) -> None:
    with sqlite_world.session() as session:
        for row in session.exec(
            select(ContactRoleRow).where(col(ContactRoleRow.contact_key) == "katwijk-campagnes")
        ):
            session.delete(row)
    answer = katwijk.get(PAGE)
    assert answer.status_code == 404
    assert "Vraag de beheerder van je regio" in answer.text


def test_without_a_code_a_centrum_sees_no_gemeente(
    make_app: MakeApp,
    visit: Callable[[App], TestClient],
    log_in: LogIn,
) -> None:
    app = make_app()
    browser = visit(app)
    log_in(browser, app, LEIDEN)
    answer = browser.get(PAGE)
    assert answer.status_code == 404
    assert "de code uit je app" in answer.text


PLAN = "/mijn/gemeente/communicatieplan-2026.xlsx"


def sheet(content: bytes) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_the_plan_of_a_year_is_a_spreadsheet(katwijk: TestClient) -> None:
    assert f'href="{PLAN}?gemeente=katwijk"' in katwijk.get(PAGE).text
    answer = katwijk.get(PLAN, params={"gemeente": "katwijk"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    assert answer.headers["content-disposition"].endswith('filename="communicatieplan-2026.xlsx"')
    assert answer.headers["cache-control"] == "no-store"
    rows = sheet(answer.content)
    assert rows[0][:3] == ("campagne", "gemeente", "van")
    assert {row[1] for row in rows[1:]} == {"Katwijk"}
    central = [row for row in rows if row[0] == "Week tegen Kindermishandeling"]
    assert {row[6] for row in central} == {"Katwijk"}
    assert katwijk.get(PLAN).content == answer.content  # all of mine is that one


def test_who_works_for_several_gets_one_plan_for_all(
    app: App, client: TestClient, log_in: LogIn
) -> None:
    log_in(client, app, HLT)
    everything = {row[1] for row in sheet(client.get(PLAN).content)[1:]}
    assert everything == {"Hillegom, Lisse en Teylingen"}
    one = {row[1] for row in sheet(client.get(PLAN, params={"gemeente": "lisse"}).content)[1:]}
    assert one == {"Lisse"}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"{PLAN}?gemeente=gouda", "Kies een van je eigen gemeenten"),
        (PLAN.replace("2026", "2099"), "Van 2099 staat nog niets"),
        (PLAN.replace("2026", "9" * 50), "staat nog niets"),
        (PLAN.replace("2026", "x"), "bestaat niet"),
    ],
)
def test_a_plan_that_is_not_there_is_told(katwijk: TestClient, path: str, told: str) -> None:
    answer = katwijk.get(path)
    assert answer.status_code == 404
    assert told in answer.text
