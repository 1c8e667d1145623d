"""The page of the route."""

from starlette.testclient import TestClient

from campagne.store import tables
from campagne.store.database import Database


def test_it_shows_each_year_with_its_plan_and_its_dates(client: TestClient) -> None:
    """The table carries all that the picture shows."""
    html = client.get("/route").text
    table = html.partition("<table")[2].partition("</table>")[0]
    assert "16 t/m 22 november 2026" in table
    assert "In het plan staat: 18 - 24 november." in table
    assert "Katwijk leidt de campagne" in table
    assert "Bron: uitvoeringsplan" in html
    assert "hoogstens € 2.500 per gemeente" in table
    assert "Hillegom, Katwijk, Lisse, Noordwijk en Teylingen" in table
    assert "Evaluatie: Training meldcode" in table
    assert "Drukte: 3" in table
    assert '<svg class="route"' in html
    assert "2026 (nu)" in html


def test_a_year_without_a_lead_and_a_date_says_both(
    client: TestClient, sqlite_world: Database
) -> None:
    """Nothing is filled in that the plan leaves open."""
    with sqlite_world.session() as session:
        session.add(
            tables.RotaEntryRow(
                key="duin-en-bollenstreek-2028",
                region_key="duin-en-bollenstreek",
                year=2028,
                campaign_key="publiekscampagne-huiselijk-geweld",
                plan_period="NTB",
                source="uitvoeringsplan",
            )
        )
    html = client.get("/route").text
    assert "Nog niet bekend wie de campagne leidt" in html
    assert "In het plan staat: nader te bepalen (NTB)" in html
    assert "Nog geen datum" in html
    assert "De organisator heeft voor 2028 nog geen datums bekendgemaakt." in html


def test_a_measure_of_one_year_names_it_once(client: TestClient, sqlite_world: Database) -> None:
    """“2025 tot en met 2025” reads like a mistake."""
    assert "2024 tot en met 2027" in client.get("/route").text
    with sqlite_world.session() as session:
        session.get_one(tables.MeasureRow, "training-meldcode").first_year = 2027
    html = client.get("/route").text
    assert '<p class="table__sub">2027, evaluatie' in html
    assert "Duin- en Bollenstreek, 2026</h2>" in html


def test_without_any_rota_the_page_says_so(client: TestClient, sqlite_world: Database) -> None:
    """An empty page would look broken."""
    with sqlite_world.session() as session:
        for key in ("katwijk", "noordwijk", "hillegom", "lisse", "teylingen"):
            session.delete(
                session.get_one(tables.RotaAgreementRow, ("duin-en-bollenstreek-2026", key))
            )
        session.flush()
        session.delete(session.get_one(tables.RotaEntryRow, "duin-en-bollenstreek-2026"))
    assert "Er is nog geen rooster." in client.get("/route").text
