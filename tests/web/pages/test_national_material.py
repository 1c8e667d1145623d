"""National material: recorded on the page of an edition, and offered before our own texts."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain import codec
from campagne.domain.national import NationalMaterial
from campagne.domain.texts import TextKind
from campagne.store.database import Database
from campagne.store.tables import EditionRow, MaterialLinkRow
from tests.web.conftest import Visit
from tests.web.forms_of_page import Page

WEEK = "week-tegen-kindermishandeling-2026"
PAGE, SET = f"/beheer/editie/{WEEK}", f"/teksten/{WEEK}/katwijk"
FILLED = {
    "wat": "material",
    "adres": "https://toolkit.example.org/week",
    "sinds": "2026-09-01",
    "gebruiken_tot": "2026-12-31",
    "licentie": "vrij te gebruiken met bronvermelding",
    "teksten": ["website", "persbericht"],
    "beelden": "ja",
}
TOOLKIT = NationalMaterial(
    "https://toolkit.example.org/week",
    date(2026, 9, 1),
    "vrij te gebruiken met bronvermelding",
    date(2026, 12, 31),
    (TextKind.WEBSITE, TextKind.PRESS),
    pictures=True,
)

pytestmark = pytest.mark.usefixtures("help_lines")


@pytest.fixture
def app(make_app: Callable[..., App]) -> App:
    """The service; nobody needs a code."""
    return make_app(second_factor=False)


def send(client: TestClient, **changed: str | list[str]) -> tuple[int, str]:
    (version,) = re.findall(r'name="versie" value="(\w+)"', client.get(PAGE).text)
    answer = client.post(PAGE, data=FILLED | {"versie": version} | changed)
    return answer.status_code, answer.text


def stored(database: Database) -> NationalMaterial | None:
    with database.read() as session:
        found = session.get_one(EditionRow, WEEK).material
        return codec.material_from_dict(found) if found else None


def have(database: Database, material: NationalMaterial) -> None:
    with database.session() as session:
        session.execute(update(EditionRow).values(material=codec.material_to_dict(material)))


def test_it_is_shown_first_then_recorded_and_taken_away(
    leiden: TestClient, sqlite_world: Database
) -> None:
    assert FOLDED in leiden.get(PAGE).text
    status, page = send(leiden)
    assert status == 200
    assert "Landelijk materiaal</dt><dd>Nu: leeg<br><strong>Wordt: https://toolkit" in page
    assert page.count('name="teksten" value=') == 2, "what was typed goes along"
    assert re.search(r"[1-9]\d* person\w+ krijg\w+ een mail over de wijziging", page)
    assert stored(sqlite_world) is None
    assert send(leiden, opslaan="ja")[0] == 303
    assert stored(sqlite_world) == TOOLKIT
    page = leiden.get(PAGE).text
    assert 'value="https://toolkit.example.org/week"' in page
    assert FOLDED not in page
    assert "Landelijk materiaal vastgelegd</strong> door Team Zorg en Veiligheid" in page
    assert send(leiden)[1].count("Er verandert niets: dit staat er al zo") == 1
    assert send(leiden, wat="no_material", opslaan="ja")[0] == 303
    assert stored(sqlite_world) is None
    assert "Haal het landelijke materiaal weg" not in leiden.get(PAGE).text


FOLDED = '<details class="more">'

WRONG: list[tuple[str, str | list[str], str]] = [
    ("adres", "", "Vul het webadres van het landelijke materiaal in."),
    ("adres", "http://example.org", "dat begint met https://"),
    ("sinds", "", "Vul de dag in vanaf wanneer"),
    ("sinds", "morgen", "Vul een datum in"),
    ("gebruiken_tot", "2026-08-31", "ligt voor de dag waarop het er is"),
    ("licentie", "", "Schrijf op wat er met het materiaal mag"),
    ("licentie", "x" * 201, "hoogstens 200 gewone tekens"),
    ("teksten", ["gedicht"], "bestaat niet"),
]


def test_what_is_wrong_stands_at_its_field(leiden: TestClient, sqlite_world: Database) -> None:
    for field, typed, said in WRONG:
        status, page = send(leiden, opslaan="ja", **{field: typed})
        assert status == 400, field
        (fault,) = re.findall(rf'id="{field}-fout">([^<]*)<', page)
        assert said in fault
        assert FOLDED not in page, field
    assert stored(sqlite_world) is None


def test_it_goes_before_our_own_texts(client: TestClient, sqlite_world: Database) -> None:
    plain = client.get(SET).text
    assert "landelijke materiaal" not in plain
    have(sqlite_world, TOOLKIT)
    page = client.get(SET).text
    first, own, rest = (
        page.index("https://toolkit.example.org/week"),
        page.index("Eigen voorbeeld van de Campagnekalender"),
        page.index("Wat nog ontbreekt, staat hier:"),
    )
    assert first < own < rest
    assert own < page.index(f'"{SET}/website"') < rest < page.index(f'"{SET}/facebook-instagram"')
    assert "Te gebruiken tot en met donderdag 31 december 2026" in page
    assert "Licentie: vrij te gebruiken met bronvermelding" in page
    assert "Er zitten beelden in het landelijke materiaal" in page
    assert "Gebruik dat eerst" in client.get(f"{SET}/website").text
    assert "Gebruik dat eerst" not in client.get(f"{SET}/x").text
    page = client.get(f"/editie/{WEEK}?gemeente=katwijk").text
    assert page.count("(eigen voorbeeld; zit in het landelijke materiaal)") == 1, "logged out"
    assert page.index("Nieuwsbrief</span>") < page.index("Bericht voor de website</span>")
    assert "Licentie: vrij te gebruiken met bronvermelding" in page


def test_a_dead_link_is_seen_and_who_may_mends_it(
    app: App, leiden: TestClient, visit: Visit, sqlite_world: Database
) -> None:
    have(sqlite_world, TOOLKIT)
    now = SetClock(date(2026, 9, 7)).now()
    with sqlite_world.session() as session:
        session.add(
            MaterialLinkRow(
                edition_key=WEEK,
                url=TOOLKIT.url,
                recorded_at=now,
                checked_at=now,
                next_at=now,
                failures=1,
                fault="Deze pagina is er niet meer (status 404).",
                dead_since=date(2026, 9, 7),
            )
        )
    said = "werkt niet meer sinds maandag 7 september 2026. Deze pagina is er niet meer"
    page = leiden.get(f"/editie/{WEEK}").text
    assert said in page
    assert f'href="{PAGE}">Vul het nieuwe adres in</a>' in page
    assert said in leiden.get(PAGE).text
    with sqlite_world.session() as session:
        link = session.get_one(MaterialLinkRow, WEEK)
        link.failures, link.dead_since, link.fault = 0, None, "De server liet ons niet toe."
    page = leiden.get(f"/editie/{WEEK}").text
    assert (
        "We kunnen niet nakijken of de link naar het landelijke materiaal werkt. De server" in page
    )
    assert "werkt niet meer" not in page
    assert "Tot iemand zegt dat hij werkt, gaat er geen mail over dit materiaal." in page
    assert "Zeg het op de pagina van de campagne" in leiden.get(SET).text
    anybody = visit(app)
    unsure = (
        "Niet te controleren: we kunnen niet nakijken of deze link werkt. Het laatst geprobeerd"
    )
    assert unsure in anybody.get(SET).text
    where = f"/editie/{WEEK}/materiaal"
    for choice in ("", "?gemeente=katwijk"):
        here = f"/editie/{WEEK}{choice}"
        (link,) = re.findall(r'href="([^"]+)">Log in om te zeggen', anybody.get(here).text)
        assert where not in anybody.get(here).text
        assert f'name="naar" value="{here}"' in anybody.get(link).text, "and back to the button"
        assert "Log in om te zeggen" not in leiden.get(here).text
    refused = leiden.post(where, data={"adres": "https://example.org"})
    assert (refused.status_code, "intussen een ander adres" in refused.text) == (400, True)
    (form,) = (one for one in Page(page).forms if one.action == where)
    page = leiden.post(where, data=form.values, follow_redirects=True).text
    assert "Dank je wel. Bij het landelijke materiaal staat nu dat de link werkt." in page
    assert "Een collega keek op maandag 7 september 2026: toen werkte hij." in page
    assert "keek op maandag 7 september 2026: toen werkte hij" in anybody.get(SET).text
    assert "Log in om te zeggen" not in anybody.get(f"/editie/{WEEK}").text
    with sqlite_world.session() as session:
        link = session.get_one(MaterialLinkRow, WEEK)
        link.failures, link.dead_since = 2, date(2026, 9, 7)
    client = visit(app)
    page = client.get(f"/editie/{WEEK}").text
    assert said not in page
    assert "De link naar het landelijke materiaal werkt nu niet." in page
    page = client.get(SET).text
    assert "De link naar het landelijke materiaal werkt nu niet." in page
    assert "Eigen voorbeeld van de Campagnekalender" not in page
    assert "1 link werkt niet meer" in client.get("/status").text


def test_what_is_not_to_be_used_now_leaves_our_texts_in_front(
    client: TestClient, sqlite_world: Database
) -> None:
    coming = replace(TOOLKIT, since=date(2026, 10, 1))
    expired = replace(TOOLKIT, until=date(2026, 9, 6))
    for material, said in (
        (coming, "Vanaf donderdag 1 oktober 2026 is er landelijk materiaal"),
        (expired, "Gebruik het landelijke materiaal niet meer. Dat mocht tot en met zondag 6"),
    ):
        have(sqlite_world, material)
        page = client.get(SET).text
        assert said in page
        assert "Eigen voorbeeld van de Campagnekalender" not in page
        assert "Gebruik dat eerst" not in page
        assert said in client.get(f"/editie/{WEEK}").text
