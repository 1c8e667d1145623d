"""My steps, my devices and my code: the coordinator, someone of a gemeente, and a stranger."""

import re
from collections.abc import Callable
from datetime import time

import pyotp
import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import Clock, SetClock
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.reminders import StepStatus
from campagne.services.entrance import second_factor
from campagne.store import said_and_done
from campagne.store.database import Database
from campagne.store.tables import MunicipalityRow, StepRow
from tests.broadcast_rows import asked

WEEK = "week-tegen-kindermishandeling-2026"
HLT = "hltsamen-communicatie@example.nl"
LEIDEN = "leiden-centrum@example.nl"
GOUDA = "gouda-communicatie@example.nl"
THREE = ["hillegom", "lisse", "teylingen"]

LogIn = Callable[[TestClient, App, str], None]
Visit = Callable[[App], TestClient]


@pytest.fixture
def hlt(app: App, client: TestClient, log_in: LogIn) -> TestClient:
    """A browser in which HLTsamen is logged in."""
    log_in(client, app, HLT)
    return client


def stand(database: Database) -> dict[str, StepStatus]:
    with database.read() as session:
        return {
            gemeente: one.status
            for (*_, gemeente), one in said_and_done.step_states(session).items()
        }


def tick(client: TestClient, *places: str, status: str = "done", step: str = "materiaal") -> int:
    data = {"editie": WEEK, "stap": step, "staat": status, "gemeente": list(places)}
    answer = client.post("/mijn/stap", data=data)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/mijn?")
    return answer.status_code


def test_one_click_for_all_gemeenten_or_each_apart(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database
) -> None:
    log_in(client, app, HLT)
    page = client.get("/mijn").text
    assert page.count("Materiaal bestellen</h3>") == 1
    assert "Voor Hillegom, Lisse en Teylingen" in page
    assert "Welke mails wil je krijgen?" in client.get("/mijn/voorkeuren").text
    for place in THREE:
        (feed,) = re.findall(rf'href="(/abonneren\?agenda=gemeente/{place})"', page)
        assert client.get(feed).status_code == 200
    assert tick(client, "lisse") == 303
    assert stand(sqlite_world) == {"lisse": StepStatus.DONE}
    page = client.get("/mijn").text
    assert page.count("Materiaal bestellen</h3>") == 2, "open for two, done for one"
    assert "Lisse: gedaan door Communicatie HLTsamen" in page
    assert tick(client, *THREE) == 303
    assert set(stand(sqlite_world).values()) == {StepStatus.DONE}
    assert tick(client, *THREE, status="open") == 303
    assert set(stand(sqlite_world).values()) == {StepStatus.OPEN}


def undo(page: str) -> dict[str, object] | None:
    """Return what the button above the steps sends, where there is one."""
    notice = page.partition("<h2")[0]
    if "Toch niet?" not in notice:
        return None
    form = notice.partition('action="/mijn/stap"')[2].partition("</form>")[0]
    fields: dict[str, object] = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return {**fields, "gemeente": re.findall(r'name="gemeente" value="(\w+)"', form)}


def test_what_was_just_ticked_off_is_undone_at_the_top(
    hlt: TestClient, sqlite_world: Database, clock: SetClock
) -> None:
    assert undo(hlt.get("/mijn").text) is None
    tick(hlt, "lisse")
    clock.move_to(clock.today(), time(9, 0))
    data = {"editie": WEEK, "stap": "materiaal", "staat": "done"}
    there = hlt.post("/mijn/stap", data={**data, "gemeente": ["hillegom", "teylingen"]})
    page = hlt.get(there.headers["location"]).text
    assert "weer open voor Hillegom en Teylingen" in page, "not what was done before"
    back = undo(page)
    assert back is not None
    assert hlt.post("/mijn/stap", data=back).status_code == 303
    assert stand(sqlite_world) == {
        "lisse": StepStatus.DONE,
        "hillegom": StepStatus.OPEN,
        "teylingen": StepStatus.OPEN,
    }
    assert undo(hlt.get(f"/mijn?editie={WEEK}&stap=verzonnen&gedaan=done").text) is None


def test_a_step_leads_to_what_it_needs(hlt: TestClient) -> None:
    """The texts of each gemeente."""
    page = hlt.get("/mijn").text
    for place in THREE:
        assert f'href="/editie/{WEEK}?gemeente={place}#teksten"' in page
        assert 'id="teksten"' in hlt.get(f"/editie/{WEEK}?gemeente={place}").text
    assert "/beheer/regioberichten" not in page


def test_what_the_centrumgemeente_asks_leads_to_the_answer_and_then_to_the_actions(
    hlt: TestClient, sqlite_world: Database
) -> None:
    """One link for all gemeenten that have yet to answer; of two broadcasts the newest counts."""
    with sqlite_world.session() as session:
        session.add_all([asked(number, state=BroadcastState.RELEASED) for number in (1, 2)])
        session.add(asked(3, state=BroadcastState.CANCELLED))
        session.add(asked(4, region_key="midden-holland", state=BroadcastState.RELEASED))
    page = " ".join(hlt.get("/mijn").text.split())
    assert page.count("Geef antwoord<") == 1
    assert "Doen Hillegom, Lisse en Teylingen mee met" in page
    assert "uiterlijk maandag 28 september 2026" in page
    (path,) = re.findall(r'href="(/antwoord/[^"]+)"', page)
    given = {"antwoord": "join", "antwoord-lisse": "later", "dag-lisse": "2026-10-12"}
    assert hlt.post(path, data={**given, "antwoord-teylingen": "decline"}).status_code == 303
    page = " ".join(hlt.get("/mijn").text.split())
    assert "Doet Lisse mee met" in page
    assert "uiterlijk maandag 12 oktober 2026" in page
    assert "Teylingen doet" not in page
    assert "Schrijf op wat Hillegom doet" in page
    (path,) = re.findall(r'href="(/antwoord/[^"]+/acties/hillegom)"', page)
    assert hlt.get(path).status_code == 200
    kosten = {"versie": "0", "kosten": "100"}
    assert hlt.post(path, data=kosten).status_code == 303
    assert "Bekijk of verander wat Hillegom doet" in " ".join(hlt.get("/mijn").text.split())


def test_who_has_other_work_is_asked_nothing(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database
) -> None:
    with sqlite_world.session() as session:
        session.add(asked(state=BroadcastState.RELEASED))
    log_in(client, app, GOUDA)
    assert "Gevraagd door de centrumgemeente" not in client.get("/mijn").text


@pytest.mark.parametrize("who", [GOUDA, LEIDEN])
def test_nobody_ticks_off_for_another_gemeente(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database, who: str
) -> None:
    """Neither a stranger nor the centrumgemeente, whatever the form says."""
    log_in(client, app, who)
    assert "Materiaal bestellen</h3>" not in client.get("/mijn").text
    assert tick(client, "katwijk") == 400
    assert tick(client, "gouda", "katwijk") == 400
    assert stand(sqlite_world) == {}


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"gemeente": []}, 400),
        ({"staat": "verzonnen"}, 400),
        ({"staat": "proved"}, 400),
        ({"staat": ""}, 400),
        ({"stap": "verzonnen"}, 404),
        ({"editie": "verzonnen-2026"}, 404),
        ({"gemeente": ["katwijk"]}, 400),
        ({"gemeente": ["verzonnen"]}, 404),
        ({"opmerking": "x" * 501}, 400),
        ({"opmerking": "a\0b"}, 400),
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(
    hlt: TestClient, sqlite_world: Database, changed: dict[str, object], status: int
) -> None:
    data = {"editie": WEEK, "stap": "materiaal", "staat": "done", "gemeente": ["lisse"]}
    answer = hlt.post("/mijn/stap", data={**data, **changed})
    assert answer.status_code == status
    assert ('role="alert"' if status == 400 else "Melding") in answer.text
    assert stand(sqlite_world) == {}


def test_a_note_is_text(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database
) -> None:
    log_in(client, app, HLT)
    client.post(
        "/mijn/stap",
        data={
            "editie": WEEK,
            "stap": "materiaal",
            "staat": "done",
            "gemeente": ["lisse"],
            "opmerking": "<script>alert(1)</script>",
        },
    )
    assert stand(sqlite_world) == {"lisse": StepStatus.DONE}
    page = client.get("/mijn").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_what_stands_in_the_address_is_not_said_on_the_page(
    app: App, client: TestClient, log_in: LogIn
) -> None:
    log_in(client, app, HLT)
    assert "gebeld" not in client.get("/mijn?gedaan=gebeld").text


def test_devices_are_listed_and_ended(
    app: App, client: TestClient, log_in: LogIn, visit: Visit
) -> None:
    phone, stranger = visit(app), visit(app)
    phone.headers["user-agent"] = "Mozilla/5.0 (iPhone) Safari/605"
    log_in(phone, app, HLT)
    log_in(client, app, HLT)
    log_in(stranger, app, GOUDA)
    page = client.get("/mijn/apparaten").text
    assert "Safari op iPhone" in page
    (number,) = re.findall(r'name="apparaat" value="(\d+)"', page)
    stranger.post("/mijn/apparaten", data={"apparaat": number})
    assert phone.get("/mijn").status_code == 200
    client.post("/mijn/apparaten", data={"apparaat": number})
    assert phone.get("/mijn").status_code == 303
    assert client.get("/mijn").status_code == 200


def test_the_coordinator_gives_a_code_of_an_app(
    app: App, client: TestClient, log_in: LogIn, visit: Visit
) -> None:
    log_in(client, app, LEIDEN)
    before = client.get("/mijn").text
    assert "ook een code uit een app" in before
    assert "nog geen stappen" not in before, "they are seen after the code"
    page = client.get("/mijn/code").text
    secret = re.findall(r'<code class="secret">(\w+)</code>', page)[0]
    picture = client.get("/mijn/code.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<?xml")
    wrong = client.post("/mijn/code", data={"cijfers": "geheim"})
    assert wrong.status_code == 400
    assert "Deze code klopt niet" in wrong.text
    code = pyotp.TOTP(secret).at(Clock().now())
    assert client.post("/mijn/code", data={"cijfers": code}).status_code == 303
    after = client.get("/mijn").text
    assert "ook een code uit een app" not in after
    assert ">Later" in after
    assert secret not in client.get("/mijn/code").text, "it is shown until it works"
    assert client.get("/mijn/code.svg").status_code == 404
    other = visit(app)
    log_in(other, app, LEIDEN)
    assert "ook een code uit een app" in other.get("/mijn").text


def test_without_the_code_there_are_no_steps_of_the_centrumgemeente(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database
) -> None:
    with sqlite_world.session() as session:
        session.execute(update(StepRow).values(centre_days=10))
        session.execute(update(MunicipalityRow).values(tell_centre=True))
    log_in(client, app, LEIDEN)
    assert "Materiaal bestellen</h3>" not in client.get("/mijn").text
    assert tick(client, "lisse") == 400
    assert stand(sqlite_world) == {}
    page = client.get("/mijn/code").text
    secret = re.findall(r'<code class="secret">(\w+)</code>', page)[0]
    client.post("/mijn/code", data={"cijfers": pyotp.TOTP(secret).at(Clock().now())})
    assert "Materiaal bestellen</h3>" in client.get("/mijn").text
    assert tick(client, "lisse") == 303
    assert stand(sqlite_world) == {"lisse": StepStatus.DONE}


def test_no_device_has_such_a_number(hlt: TestClient) -> None:
    for number in ("9" * 19, "9" * 30, "-1"):
        answer = hlt.post("/mijn/apparaten", data={"apparaat": number})
        assert answer.headers["location"] == "/mijn/apparaten?weg=0"
    assert hlt.get("/mijn").status_code == 200


def test_who_works_for_one_gemeente_needs_no_code(
    app: App, client: TestClient, log_in: LogIn
) -> None:
    log_in(client, app, HLT)
    assert "code uit een app" not in client.get("/mijn").text


def test_a_setting_turns_the_code_off(
    make_app: Callable[..., App], visit: Visit, log_in: LogIn
) -> None:
    app = make_app(second_factor=False)
    client = visit(app)
    log_in(client, app, LEIDEN)
    assert "code uit een app" not in client.get("/mijn").text


def test_the_secret_of_one_is_not_that_of_another(app: App, sqlite_world: Database) -> None:
    with sqlite_world.read() as session:
        keys = ("leiden-centrum", "gouda-communicatie")
        made = {second_factor.app_secret(session, one, cookie="", secret=app.key) for one in keys}
    assert len(made) == 2
