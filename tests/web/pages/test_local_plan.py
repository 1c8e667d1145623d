"""What a gemeente does itself, written down behind the link of its mail."""

from datetime import date

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.local_plans import ActionKind, LocalAction, LocalPlan
from campagne.services.regional import local_plans
from campagne.store.database import Database
from campagne.store.tables import BroadcastRow
from tests.broadcast_rows import asked
from tests.web.forms_of_page import Page, changed

ORANGE = "orange-the-world-2026"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def link(app: App, sqlite_world: Database) -> str:
    """The path of the link of HLTsamen, who answers for Lisse and Teylingen."""
    with sqlite_world.session() as session:
        session.add(asked(state=BroadcastState.RELEASED))
    return app.links.answer(1, "lisse", ["teylingen"]).removeprefix(app.settings.base_url)


def plan(database: Database, place: str = "lisse") -> LocalPlan | None:
    with database.read() as session:
        return local_plans.read(session, [ORANGE]).get((ORANGE, place))


def test_who_joins_is_asked_what_it_does(
    client: TestClient, link: str, sqlite_world: Database
) -> None:
    path = f"{link}/acties/lisse"
    assert path not in client.get(link).text
    client.post(link, data={"antwoord": "join"})
    assert f'href="{path}"' in client.get(link).text
    form = Page(client.get(path).text).form(path)
    typed: dict[str, str | list[str]] = {
        "soort-1": "lighting",
        "dag-1": "2026-11-25",
        "soort-3": "other",
        "tekst-3": f"Taart {SCRIPT}",
        "contact": "hltsamen-communicatie",
        "kosten": "1.250,50",
    }
    sent = client.post(path, data=changed(form, typed))
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?opgeslagen=true")
    assert plan(sqlite_world) == LocalPlan(
        actions=(
            LocalAction(ActionKind.LIGHTING, "", date(2026, 11, 25)),
            LocalAction(ActionKind.OTHER, f"Taart {SCRIPT}"),
        ),
        contact="hltsamen-communicatie",
        expected_cents=1_250_50,
        version=1,
    )
    shown = client.get(f"{path}?opgeslagen=true")
    assert SCRIPT not in shown.text
    again = Page(shown.text).form(path)
    assert again.values["tekst-2"] == [f"Taart {SCRIPT}"], "rows close up"
    assert again.values["kosten"] == ["1.250,50"]
    assert "tekst-5" in again.values
    stale = client.post(path, data=changed(form, typed | {"kosten": "5"}))
    alert = Page(stale.text).alert
    assert "Een collega veranderde intussen" in alert
    assert "Verwachte kosten: nu € 1.250,50, bij jou € 5" in alert
    assert "Jullie acties" not in alert, "the same"
    mine: dict[str, str | list[str]] = {"soort-1": "event", "tekst-1": "Markt", "dag-1": "soms"}
    faulty = client.post(path, data=changed(form, mine | {"kosten": "1250,50"}))
    alert = Page(faulty.text).alert
    assert "Vul een datum in" in alert
    assert f"(woensdag 25 november 2026); Taart {SCRIPT}, bij jou Markt soms" in alert
    assert "Contactpersoon: nu Communicatie HLTsamen, bij jou leeg" in alert
    assert "kosten: nu" not in alert
    gone: dict[str, str | list[str]] = {"soort-1": "", "tekst-1": "", "dag-1": "", "kosten": ""}
    client.post(path, data=changed(again, gone))
    left = plan(sqlite_world)
    assert left is not None
    assert [one.kind for one in left.actions] == [ActionKind.OTHER]
    assert (left.expected_cents, left.version) == (None, 2)


def test_only_for_the_gemeenten_of_the_link(
    client: TestClient, app: App, link: str, sqlite_world: Database
) -> None:
    elsewhere = app.links.answer(1, "katwijk").removeprefix(app.settings.base_url)
    for path in (
        f"{link}/acties/katwijk",
        f"{elsewhere}/acties/lisse",
        f"{link}x/acties/lisse",
        f"{link}/acties/%00",
    ):
        for sent in (client.get(path), client.post(path, data={"soort-1": "event"})):
            assert sent.status_code == 404, path
    assert client.post(f"{link}/acties/teylingen", data={"versie": "0"}).status_code == 303
    assert plan(sqlite_world, "katwijk") is None


def test_who_declined_or_is_long_done_is_asked_nothing(
    client: TestClient, link: str, sqlite_world: Database, clock: SetClock
) -> None:
    path = f"{link}/acties/lisse"
    client.post(link, data={"antwoord": "decline"})
    assert "doet niet mee" in client.get(path).text
    assert "<form" not in client.get(path).text.partition("<main")[2].partition("</main>")[0]
    sent = {"soort-1": "event", "tekst-1": f"Taart {SCRIPT}", "versie": "0"}
    assert client.post(path, data=sent).status_code == 400
    client.post(link, data={"antwoord": "join"})
    clock.move_to(date(2027, 2, 5))
    assert "is voorbij" in client.get(path).text
    late = client.post(path, data=sent)
    assert late.status_code == 400
    assert "Acties opschrijven kan niet meer." in Page(late.text).alert
    assert "Taart &lt;script&gt;" in late.text, "to copy"
    assert "<form" not in late.text.partition("<main")[2].partition("</main>")[0]
    assert plan(sqlite_world) is None


def test_the_link_of_a_mail_to_look_at_stores_nothing(
    client: TestClient, link: str, sqlite_world: Database
) -> None:
    with sqlite_world.session() as session:
        row = session.get_one(BroadcastRow, 1)
        row.state, row.released_at = BroadcastState.DRAFT, None
        session.add(row)
    path = f"{link}/acties/lisse"
    refused = client.post(path, data={"soort-1": "event", "versie": "0"})
    assert refused.status_code == 400
    for page in (client.get(path), refused):
        assert page.text.count("Dit regiobericht is nog niet verstuurd.") == 1
        assert 'name="soort-1"' not in page.text
    assert plan(sqlite_world) is None
