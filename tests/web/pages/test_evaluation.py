"""Looking back by the link of a mail, and from the page of one's own gemeente."""

import re
from datetime import date

from sqlmodel import select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.store.tables import EvaluationRow
from tests.web.conftest import Enter
from tests.web.forms_of_page import Page, changed

WEEK = "week-tegen-kindermishandeling-2026"
KATWIJK = "katwijk-campagnes"
SCRIPT = "<script>alert(1)</script>"


def stored(app: App) -> list[EvaluationRow]:
    with app.database.read() as session:
        return list(session.exec(select(EvaluationRow)))


def version(page: str) -> str:
    found = re.search('name="versie" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_the_link_of_the_mail(app: App, client: TestClient, clock: SetClock, enter: Enter) -> None:
    address = app.links.evaluation(WEEK, "katwijk", KATWIJK).removeprefix(app.settings.base_url)
    early = client.get(address)
    assert "Terugkijken kan vanaf zondag 22 november 2026" in early.text
    assert "<form" not in early.text
    assert address not in enter(f"{KATWIJK}@example.nl").get("/mijn/gemeente").text
    clock.move_to(date(2026, 12, 7))
    for _ in range(20):
        page = client.get(address)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert stored(app) == []
    wrong = client.post(
        address,
        data={
            "versie": version(page.text),
            "bereik-website": "veel",
            "houden": SCRIPT,
            "ook": "Taart",
        },
    )
    assert wrong.status_code == 400
    assert 'id="bereik-website-fout"' in wrong.text
    assert SCRIPT not in wrong.text
    assert "&lt;script&gt;" in wrong.text
    assert stored(app) == []
    said = {
        "versie": version(page.text),
        "bereik-website": "1.250",
        "houden": SCRIPT,
        "ook": "Taart\nVlag",
        "echte-kosten": "€ 12,50",
    }
    done = client.post(address, data=said)
    assert (done.status_code, done.headers["location"]) == (303, f"{address}?gedaan=ja")
    (row,) = stored(app)
    assert (row.reach, row.done, row.by_key) == ({"website": 1250}, "Taart\nVlag", KATWIJK)
    again = client.get(address)
    assert 'value="1.250"' in again.text
    assert 'value="€ 12,50"' in again.text
    assert "vulde dit in op" in again.text
    late = client.post(
        address,
        data=said
        | {
            "bereik-website": "1250",
            "bereik-social": "7",
            "houden": "Kort",
            "ook": "Taart\r\nLied",
        },
    )
    assert late.status_code == 400
    alert = Page(late.text).alert
    assert "vulde intussen iets in" in alert
    for part in (
        "sociale media: nu leeg, bij jou 7",
        "Wat jullie deden: nu Taart; Vlag, bij jou Taart; Lied",
        f"Wat je zou houden: nu {SCRIPT}, bij jou Kort",
    ):
        assert part in alert
    for same in ("webpagina", "kostte", "anders zou"):
        assert same not in alert
    assert "vulde dit in op" not in late.text, "these are one's own words"
    # A fault of another kind takes the new version along too.
    faulty = client.post(address, data=said | {"bereik-website": "veel"})
    assert "webpagina: nu 1.250, bij jou veel" in Page(faulty.text).alert
    wrong = client.post(address, data={"versie": version(late.text), "bereik-website": "veel"})
    assert "anders dan" not in Page(wrong.text).alert
    # Colleagues in the region read it; the page of the gemeente leads to it.
    katwijk = enter(f"{KATWIJK}@example.nl")
    shared = katwijk.get(f"/regio/duin-en-bollenstreek/editie/{WEEK}").text
    assert "1.250 bezoekers van de webpagina" in shared
    assert "Taart; Vlag" in shared
    assert SCRIPT not in shared
    leads = f'{address}">Week tegen Kindermishandeling</a>'
    mine = katwijk.get("/mijn/gemeente").text
    assert leads in mine
    typed = changed(Page(mine).form("/mijn/gemeente"), {"website": "geen adres"})
    refused = katwijk.post("/mijn/gemeente", data=typed)
    assert refused.status_code == 400
    assert leads in refused.text
    other = app.links.check(KATWIJK, date(2026, 12, 7)).rpartition("/")[2]
    for token in ("x", other, f"{address.rpartition('/')[2]}x"):
        assert client.get(f"/evaluatie/{token}").status_code == 404
