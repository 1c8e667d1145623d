"""A broadcast on pages: written by one, approved by another, sent, stopped; and who may not."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from sqlalchemy import update
from sqlmodel import col, select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.domain.delivery import DeliveryState
from campagne.domain.playbook import Role
from campagne.messages import formatted, plain_text
from campagne.services.outbox import retention
from campagne.services.regional import broadcasts, previews
from campagne.store.database import Database
from campagne.store.tables import (
    BroadcastRow,
    ContactRoleRow,
    ContactRow,
    DeliveryRow,
    PreferencesRow,
)
from tests.web.conftest import LogIn, MakeApp, Visit
from tests.web.forms_of_page import Page

ONE = "/beheer/regiobericht/1"
WRITE = f"{ONE}?schrijf=ja"
ORANGE = "orange-the-world-2026"


@pytest.fixture
def app(make_app: MakeApp) -> App:
    """A service that asks nobody for a code."""
    return make_app(second_factor=False)


@pytest.fixture
def leiden(app: App, visit: Visit, log_in: LogIn) -> TestClient:
    """A browser of the centrumgemeente, which began a broadcast."""
    browser = visit(app)
    log_in(browser, app, "leiden-centrum@example.nl")
    data = {"editie": ORANGE, "regio": "holland-rijnland"}
    answer = browser.post("/beheer/regioberichten", data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, WRITE)
    return browser


@pytest.fixture
def katwijk(app: App, visit: Visit, log_in: LogIn) -> TestClient:
    """A browser of a gemeente in the region."""
    browser = visit(app)
    log_in(browser, app, "katwijk-campagnes@example.nl")
    return browser


def page(client: TestClient, address: str = ONE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(unescape(answer.text).split())


def press(client: TestClient, what: str, **changed: object) -> tuple[int, str]:
    """Press a button with what stands in the form of the page, or something else."""
    shown = client.get(ONE).text
    seen = re.search(r'name="versie" value="(\w+)"', shown)
    data = {"wat": what, "versie": seen[1] if seen else "", **changed}
    answer = client.post(ONE, data=data)
    return answer.status_code, unescape(answer.text)


def surely(client: TestClient, what: str, **changed: object) -> tuple[int, str]:
    """Press a button and say yes to what it will do."""
    return press(client, what, opslaan="ja", **changed)


def yes(shown: str) -> dict[str, str]:
    """Return what the form sends with which somebody says yes to what they see."""
    form = Page(shown).form(ONE)
    return {name: values[-1] for name, values in form.values.items()} | {"opslaan": "ja"}


def words(**changed: object) -> dict[str, object]:
    return {
        "onderwerp": "Doe mee",
        "tekst": "Beste {{ gemeente }},\r\n\r\nDoe mee.",
        "antwoord": "2026-09-28",
        "rollen": ["beleid", "communicatie"],
        "agenda": "ja",
        **changed,
    }


def row(database: Database) -> BroadcastRow:
    with database.read() as session:
        return broadcasts.find(session, 1)


def mails(database: Database) -> Iterator[DeliveryRow]:
    with database.read() as session:
        yield from session.exec(
            select(DeliveryRow)
            .where(col(DeliveryRow.broadcast_id) == 1)
            .order_by(col(DeliveryRow.key))
        )


def test_written_approved_sent_and_followed(
    leiden: TestClient, katwijk: TestClient, sqlite_world: Database
) -> None:
    shown = page(leiden, WRITE)
    assert "De campagne Orange the World is van woensdag 25 november" in shown
    assert "\\." not in shown
    assert katwijk.get(ONE).status_code == 404, "a draft is of who writes it"
    assert press(leiden, "bewaar", **words(teksten="ja"))[0] == 303
    shown = page(leiden)
    assert "Vraag om goedkeuring" in shown
    assert "Verstuur nu" not in shown
    assert press(leiden, "vraag")[0] == 303
    assert "Ik keur dit bericht goed" not in page(leiden), "not one's own"
    assert press(leiden, "keur")[1].count("Je schreef dit regiobericht zelf") == 1
    assert "(1 wacht op jouw goedkeuring)" in page(katwijk, "/mijn")
    assert "Wacht op jouw goedkeuring" in page(katwijk, "/beheer/regioberichten")
    shown = page(katwijk)
    assert "Verander het bericht" not in shown
    assert "Sla op" not in page(katwijk, WRITE)
    assert "hltsamen-communicatie@example.nl" not in shown
    assert press(katwijk, "verstuur")[1].count("alleen een medewerker van centrumgemeente") == 1
    assert press(katwijk, "keur")[0] == 303
    assert "Goedgekeurd door Communicatie en beleid Katwijk" in page(leiden)
    assert [surely(leiden, "verstuur")[0] for _ in range(2)] == [303, 303], "pressed twice"
    shown = page(leiden)
    assert "0 van 4 mails zijn weg." in shown
    assert "Wacht op verzending: 4." in shown
    assert 'data-refresh="/beheer/regiobericht/1/voortgang"' in shown
    assert "Geen mail voor Noordwijk" in shown
    assert press(leiden, "pauze")[0] == 303
    assert "Vastgehouden: 4." in page(leiden, f"{ONE}/voortgang")
    assert press(leiden, "verder")[0] == 303
    with sqlite_world.session() as session:
        session.execute(
            update(DeliveryRow)
            .where(col(DeliveryRow.municipality_key) != "lisse")
            .values(state=DeliveryState.ACCEPTED, reply="250 2.0.0 ok: queued")
        )
        session.execute(
            update(DeliveryRow)
            .where(col(DeliveryRow.municipality_key) == "lisse")
            .values(state=DeliveryState.FAILED, reply="550 5.1.1 no such user")
        )
    shown = page(leiden)
    assert "Alle mails zijn weg (4). " in shown
    assert "Verstuurd<" in shown
    assert "250 2.0.0 ok: queued" in shown
    assert "Dit mailadres bestaat niet of niet meer." in shown
    assert "data-refresh" not in shown
    lisse = next(one for one in mails(sqlite_world) if one.municipality_key == "lisse")
    assert press(leiden, "opnieuw", mail=str(lisse.id))[0] == 303
    assert "3 van 4 mails zijn weg." in page(leiden)
    for text in ("²", "x", "99999999999999999999", "1000"):
        assert press(leiden, "opnieuw", mail=text)[0] == 400
    assert page(katwijk).count("no such user") == 0, "an answer can name an address"


def test_who_takes_part_is_told_to_the_centrumgemeente_alone(
    app: App, leiden: TestClient, katwijk: TestClient, visit: Visit, log_in: LogIn
) -> None:
    gouda = visit(app)
    log_in(gouda, app, "gouda-communicatie@example.nl")
    edition = f"/beheer/editie/{ORANGE}"
    press(leiden, "bewaar", **words())
    assert "Wie doet mee?" not in page(leiden)
    assert "Wie doet mee?" not in page(leiden, edition), "nobody was asked"
    surely(leiden, "verstuur")
    link = app.links.answer(1, "katwijk").removeprefix(app.settings.base_url)
    said = {"antwoord": "join", "naam": "Team Zorg"}
    assert katwijk.post(link, data=said).status_code == 303
    for address in (ONE, edition):
        shown = page(leiden, address)
        assert "1 doet mee en 4 antwoordden nog niet." in shown
        table = shown.partition("Wie kun je bellen?")[2].partition("</table>")[0]
        rows = [re.sub(r"<[^>]+>| +", " ", one).split() for one in table.split("<tr>")[1:]]
        when = "Team Zorg maandag 7 september 2026, "
        assert " ".join(rows[1]).startswith(f"Katwijk Doet mee {when}")
        silent = "Nog geen antwoord - Communicatie HLTsamen 071 000 00 00"
        assert " ".join(rows[0]) == f"Hillegom {silent} Leg een antwoord vast van Hillegom"
        assert " ".join(rows[3]).startswith("Noordwijk Nog geen antwoord - Niemand bekend")
        assert [one[0] for one in rows] == [
            "Hillegom",
            "Katwijk",
            "Lisse",
            "Noordwijk",
            "Teylingen",
        ]
    shown = page(katwijk)
    assert "Wie doet mee?" not in shown
    assert "071 000 00 00" not in shown.partition("De mails</h2>")[0]
    assert katwijk.get(edition).status_code == 404
    assert [gouda.get(one).status_code for one in (ONE, edition)] == [404, 404]


def test_the_preview_is_what_goes_and_leads_nowhere_for_others(
    app: App, leiden: TestClient, katwijk: TestClient, sqlite_world: Database
) -> None:
    press(leiden, "bewaar", **words())
    shown = [leiden.get(f"{ONE}/mail/{place}") for place in range(4)]
    assert {one.status_code for one in shown} == {200}
    assert all("sandbox" in one.headers["content-security-policy"] for one in shown)
    assert leiden.get(f"{ONE}/mail/4").status_code == 404
    assert "Mail 4 van 4" in page(leiden, f"{ONE}?mail=3")
    assert "Mail 1 van 4" in page(leiden, f"{ONE}?mail=-1")
    press(leiden, "vraag")
    links = re.findall(r"/antwoord/[\w.-]+", katwijk.get(f"{ONE}/mail/1").text)
    assert links
    assert {katwijk.get(one).status_code for one in links} == {404}
    press(katwijk, "keur")
    surely(leiden, "verstuur")
    with sqlite_world.read() as session:
        sent = {
            m.key: m
            for one in previews.preview(
                session,
                1,
                links=app.links,
                mails=app.mails,
                now=app.clock.now(),
                today=app.clock.today(),
            )
            for m in one.messages
        }
    for one in mails(sqlite_world):
        assert one.raw == sent[one.key].raw
    texts = [unescape(one.text) for one in shown]
    for message in sent.values():
        assert any(plain_text(message) in one for one in texts)
        body = formatted(message).partition("<body")[2].partition(">")[2]
        assert any(unescape(body.removesuffix("</body>\n</html>\n")[:500]) in one for one in texts)
    # Who may not send sees one that is written anew, and so does anybody of one that was wiped.
    with sqlite_world.session() as session:
        session.get_one(ContactRow, "katwijk-campagnes").email = "verhuisd@example.nl"
        old = session.exec(select(DeliveryRow).where(col(DeliveryRow.municipality_key) == "lisse"))
        retention.wipe(session, old.all(), today=app.clock.today())
    seen = [page(leiden, f"{ONE}?mail={place}") for place in range(4)]
    exact = [one for one in seen if "Precies zo is de mail klaargezet." in one]
    assert sum("De mail zelf is gewist. Zo zou die er nu uitzien." in one for one in seen) == 1
    assert len(exact) == 3
    assert any("voor Katwijk (katwijk-campagnes@example.nl)" in one for one in exact)
    shown_to_others = page(katwijk)
    assert "Precies zo is" not in shown_to_others
    assert "Zo zou de mail er nu uitzien: in de mail die klaarstaat" in shown_to_others


def test_the_copy_of_a_deputy_is_stepped_through_too(
    leiden: TestClient, sqlite_world: Database
) -> None:
    with sqlite_world.session() as session:
        session.add(
            PreferencesRow(
                contact_key="katwijk-campagnes",
                absent_from=date(2026, 9, 1),
                absent_until=date(2026, 9, 20),
                deputy_key="gouda-communicatie",
            )
        )
    press(leiden, "bewaar", **words())
    shown = page(leiden, f"{ONE}?mail=2")
    assert "Mail 3 van 5: <strong>Communicatie Gouda</strong> voor Katwijk" in shown
    assert "een kopie: Communicatie en beleid Katwijk is dan afwezig" in shown
    assert "afwezig tot en met zondag 20 september 2026" in leiden.get(f"{ONE}/mail/2").text
    assert "5 mails" in press(leiden, "verstuur")[1]


def test_sending_to_the_rest_is_shown_first(leiden: TestClient, sqlite_world: Database) -> None:
    press(leiden, "bewaar", **words())
    surely(leiden, "verstuur")
    assert "Iedereen die dit regiobericht kan krijgen" in press(leiden, "rest")[1]
    with sqlite_world.session() as session:
        session.add(ContactRow(key="nina", name="Nina", email="nina@example.nl"))
        session.flush()
        session.add(
            ContactRoleRow(contact_key="nina", role=Role.POLICY, municipality_key="noordwijk")
        )
    status, shown = press(leiden, "rest")
    assert (status, len([*mails(sqlite_world)])) == (200, 4)
    assert "<strong>1 mail</strong> weg" in shown
    assert "nog niet kreeg: Nina (Noordwijk)" in shown
    assert leiden.post(ONE, data=yes(shown)).status_code == 303
    assert len([*mails(sqlite_world)]) == 5


def test_what_is_typed_wrong_is_kept_and_told(leiden: TestClient, sqlite_world: Database) -> None:
    before = row(sqlite_world).body
    for changed, said in (
        ({"onderwerp": "x" * 151}, "hoogstens 150 gewone tekens"),
        ({"tekst": "x" * 20_001}, "hoogstens 20000 gewone tekens"),
        ({"antwoord": "morgen"}, "zoals 16-11-2026"),
        ({"antwoord": "2026-12-24"}, "Antwoorden kan niet tot en met"),
        ({"rollen": ["baas"]}, "Kies wie het bericht krijgt"),
        ({"rollen": []}, "Kies wie het bericht krijgt"),
        ({"gemeenten": ["gouda"]}, "kan niet naar Gouda"),
    ):
        status, shown = press(leiden, "bewaar", **words(**changed))
        assert status == 400
        assert said in shown
        if "tekst" not in changed:
            assert "Beste {{ gemeente }}," in shown
    assert press(leiden, "verzonnen")[0] == 400
    assert press(leiden, "plan", dag="32", tijd="9")[0] == 400
    assert leiden.post(ONE, data=words(wat="bewaar", tekst="x" * 5_000_000)).status_code == 413
    assert row(sqlite_world).body == before
    press(leiden, "bewaar", **words(onderwerp="<script>alert(1)</script>", tekst="{{ foo }}"))
    shown = leiden.get(ONE).text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown
    assert "Zo kan het bericht nog niet weg" in shown
    assert press(leiden, "verstuur")[1].count("bestaat niet. Kies uit: gemeente") >= 1


def test_somebody_else_was_first(leiden: TestClient, sqlite_world: Database) -> None:
    for ask in (press, surely):
        status, shown = ask(leiden, "verstuur", versie="oud")
        assert (status, "veranderde dit regiobericht net" in shown) == (400, True)
    assert row(sqlite_world).released_at is None


def test_a_moment_is_that_of_the_clock_on_the_wall(
    leiden: TestClient, sqlite_world: Database
) -> None:
    at = {"dag": "2026-09-08", "tijd": "09:00"}
    status, shown = press(leiden, "plan", **at)
    assert (status, row(sqlite_world).release_at) == (200, None)
    assert "Op dinsdag 8 september 2026, 9.00 uur gaan" in shown
    assert (yes(shown)["dag"], yes(shown)["tijd"]) == ("2026-09-08", "09:00")
    assert leiden.post(ONE, data=yes(shown)).status_code == 303
    assert f"{row(sqlite_world).release_at:%Y-%m-%d %H:%M}" == "2026-09-08 07:00"
    assert "Gaat weg op dinsdag 8 september 2026, 9.00 uur" in page(leiden)
    assert press(leiden, "niet-plannen")[0] == 303
    assert press(leiden, "stop")[0] == 303
    assert press(leiden, "verstuur")[1].count("is gestopt") == 1


def test_another_region_sees_nothing(
    app: App, visit: Visit, log_in: LogIn, leiden: TestClient, sqlite_world: Database
) -> None:
    press(leiden, "vraag")
    gouda = visit(app)
    log_in(gouda, app, "gouda-communicatie@example.nl")
    for address in (ONE, f"{ONE}/mail/0", f"{ONE}/voortgang", "/beheer/regiobericht/99999999999"):
        assert gouda.get(address).status_code == 404
    assert gouda.post(ONE, data={"wat": "keur"}).status_code == 404
    assert "Doe mee" not in page(gouda, "/beheer/regioberichten")
    new = {"editie": ORANGE, "regio": "holland-rijnland"}
    assert gouda.post("/beheer/regioberichten", data=new).status_code == 404
    assert row(sqlite_world).approver_key is None


def test_sending_shows_first_what_leaves_and_from_which_words(
    leiden: TestClient, sqlite_world: Database
) -> None:
    form = page(leiden, WRITE)
    assert "Verstuur" not in form, "no other button can lose what is typed"
    assert "proef" not in form
    assert 'name="onderwerp"' not in page(leiden)
    press(leiden, "bewaar", **words(gemeenten=["hillegom", "lisse"]))
    status, asked = press(leiden, "verstuur")
    shown = " ".join(asked.split())
    assert (status, row(sqlite_world).released_at, list(mails(sqlite_world))) == (200, None, [])
    assert "Dit gaat er gebeuren" in shown
    assert "gaan <strong>2 mails aan 1 persoon</strong> weg" in shown, "one officer of two"
    assert "<dd>Doe mee</dd>" in shown
    assert "<dd>Hillegom en Lisse</dd>" in shown
    press(leiden, "bewaar", **words(onderwerp="Toch anders"))
    late = leiden.post(ONE, data=yes(asked))
    assert (late.status_code, row(sqlite_world).released_at) == (400, None)
    assert "veranderde dit regiobericht net" in late.text
    assert leiden.post(ONE, data=yes(press(leiden, "verstuur")[1])).status_code == 303
    assert all(one.subject.startswith("Toch anders:") for one in mails(sqlite_world))
    assert "is al verstuurd" in press(leiden, "verstuur")[1]
