"""The overview of a region on a page, and what can be saved of it."""

from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.domain.local_plans import ActionKind, LocalAction, LocalPlan
from campagne.domain.reminders import Answer
from campagne.services.audit import Author
from campagne.services.regional import local_plans
from campagne.store.tables import AnswerRow
from tests.broadcast_rows import asked
from tests.web.conftest import LEIDEN, Enter, LogIn, MakeApp, Visit

WEEK = "week-tegen-kindermishandeling-2026"
PAGE = "/regio/duin-en-bollenstreek/2026"
WIDE = "/regio/holland-rijnland/2026"
KATWIJK = "katwijk-campagnes@example.nl"
GOUDA = "gouda-communicatie@example.nl"


def _do(app: App) -> None:
    """Katwijk and Lisse do something, and then Lisse does not."""
    plan = LocalPlan((LocalAction(ActionKind.LIGHTING, "Oranje <b>vlag"),), real_cents=3_000_50)
    with app.database.session() as session:
        for place in ("katwijk", "lisse"):
            local_plans.store(
                session,
                edition_key=WEEK,
                municipality_key=place,
                plan=plan,
                by=Author("Beleid"),
                now=app.clock.now(),
            )
        session.add(
            AnswerRow(
                edition_key=WEEK,
                municipality_key="lisse",
                answer=Answer.DECLINE,
                by="Beleid",
                at=app.clock.now(),
            )
        )


def test_what_a_colleague_in_the_region_sees_and_saves(
    app: App, enter: Enter, client: TestClient
) -> None:
    katwijk = enter(KATWIJK)
    page = katwijk.get(PAGE)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert page.text.count("<strong>Op het rooster</strong>") == 5
    assert "Orange the World</a>" not in page.text
    everything = katwijk.get(PAGE, params={"toon": "alles"})
    assert "Orange the World</a>" in everything.text
    none = katwijk.get(PAGE, params={"deelname": "declines"})
    assert "Er is niets dat hierbij past." in none.text
    assert f"{PAGE}/overzicht.csv?deelname=declines" in none.text
    odd = katwijk.get(PAGE, params={"deelname": "'><script>", "campagne": '"><b>'})
    assert odd.status_code == 200
    assert '"><b>' not in odd.text
    saved = katwijk.get(f"{PAGE}/overzicht.csv")
    assert saved.headers["content-disposition"] == (
        'attachment; filename="overzicht-duin-en-bollenstreek-2026.csv"'
    )
    assert saved.text.count("op het rooster") == 5
    assert katwijk.get(f"{PAGE}/overzicht.xlsx").content.startswith(b"PK")
    assert '"/regio/holland-rijnland/2026"' in katwijk.get("/mijn").text
    assert page.text.count("€ 2.500") == 5
    edition = f"/regio/duin-en-bollenstreek/editie/{WEEK}"
    assert f'"{edition}"' in page.text
    actions = katwijk.get(edition)
    assert (actions.status_code, actions.text.count("<strong>Op het rooster</strong>")) == (200, 5)
    assert "Om over te nemen" not in actions.text
    _do(app)
    actions = katwijk.get(edition)
    # Lisse declined, so nobody is told to copy what it wrote before.
    assert actions.text.count("Oranje &lt;b&gt;vlag") == 3
    assert "<dd>Katwijk: Oranje &lt;b&gt;vlag</dd>" in actions.text
    assert "Werkelijk: € 3.000,50" in actions.text
    assert "€ 500,50 meer dan het rooster toestaat" in actions.text
    assert "€ 500,50 meer</span>" in katwijk.get(PAGE).text
    # Somebody elsewhere, and nobody.
    gouda = enter(GOUDA)
    for address in (
        PAGE,
        edition,
        f"{PAGE}/overzicht.csv",
        f"{PAGE}/overzicht.xlsx",
        f"{PAGE}/jaarverslag.pdf",
    ):
        assert gouda.get(address).status_code == 404
        assert client.get(address).status_code == 303
    for wrong in ("/regio/nergens/2026", "/regio/duin-en-bollenstreek/2100", "/regio/x%00/2026"):
        assert katwijk.get(wrong).status_code == 404


def test_the_report_and_the_archive(make_app: MakeApp, visit: Visit, log_in: LogIn) -> None:
    app = make_app(second_factor=False)
    katwijk, leiden = visit(app), visit(app)
    log_in(katwijk, app, KATWIJK)
    log_in(leiden, app, LEIDEN)
    for form, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        for query, name in (("", "duin-en-bollenstreek"), ("?gemeente=katwijk", "katwijk")):
            made = katwijk.get(f"{PAGE}/jaarverslag.{form}{query}")
            assert made.content.startswith(start)
            assert f'"jaarverslag-{name}-2026.{form}"' in made.headers["content-disposition"]
    assert katwijk.get(f"{PAGE}/jaarverslag.exe").status_code == 400
    assert katwijk.get(f"{PAGE}/jaarverslag.pdf?gemeente=gouda").status_code == 404
    assert "archief.zip" not in katwijk.get(PAGE).text
    assert katwijk.get(f"{WIDE}/archief.zip").status_code == 404
    assert f'"{WIDE}/archief.zip"' in leiden.get(WIDE).text
    empty = leiden.head(f"{WIDE}/archief.zip")
    packed = leiden.get(f"{WIDE}/archief.zip")
    assert empty.headers == packed.headers
    poster = {"name": "p.pdf", "media_type": "application/pdf", "size": 1, "digest": "weg"}
    with app.database.session() as session:
        session.add(asked(files=[poster]))
    # It cannot be packed; who asks for the headers alone does not find that out.
    assert leiden.head(f"{WIDE}/archief.zip").status_code == 200
    refused = leiden.get(f"{WIDE}/archief.zip")
    assert refused.status_code == 503
    assert "in de gegevens ontbreekt bijlagen/1/p.pdf." in refused.text
    assert packed.content.startswith(b"PK")
    assert '"archief-holland-rijnland-2026.zip"' in packed.headers["content-disposition"]
