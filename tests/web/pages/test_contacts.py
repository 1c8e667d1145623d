"""The people of the gemeenten that somebody manages: seen, changed one by one and by a table."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain import spreadsheet
from campagne.domain.bounces import BounceKind
from campagne.domain.contact_list import COLUMNS
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.playbook import Role
from campagne.domain.preferences import Preferences
from campagne.domain.reminders import ReminderState
from campagne.services import audit
from campagne.services.entrance import second_factor
from campagne.services.people import preferences
from campagne.services.planning import reminders
from campagne.store.database import Database
from campagne.store.tables import (
    BounceRow,
    CheckRow,
    ContactRoleRow,
    ContactRow,
    DeliveryRow,
    LoginLinkRow,
    PausedAddressRow,
    ReminderRow,
    SecondFactorRow,
    WebSessionRow,
)

LIST, EXPORT = "/beheer/contacten", "/beheer/contacten.csv"
ONE = "/beheer/contact/katwijk-campagnes"
BEHEER = "beheer@example.nl"
BEHEER_GOUDA = "beheer-gouda@example.nl"
KATWIJK = "katwijk-campagnes@example.nl"

LogIn = Callable[[TestClient, App, str], None]
MakeApp = Callable[..., App]
Visit = Callable[[App], TestClient]
Statements = Callable[[Database], AbstractContextManager[list[str]]]


@pytest.fixture
def app(make_app: MakeApp, administrators: None, sqlite_world: Database, clock: SetClock) -> App:
    """The service with its reminders planned; nobody needs a code."""
    assert administrators is None
    with sqlite_world.session() as session:
        reminders.replan(session, now=clock.now(), today=clock.today())
    return make_app(second_factor=False)


def table(client: TestClient) -> list[list[str]]:
    return [cells for _, cells in spreadsheet.read(client.get(EXPORT).content)]


def upload(
    client: TestClient, rows: list[list[str]], why: str = "nieuwe collega"
) -> tuple[int, str]:
    content = spreadsheet.write(rows[0], rows[1:])
    answer = client.post(LIST, files={"bestand": ("c.csv", content)}, data={"waarom": why})
    return answer.status_code, answer.text


def confirm(client: TestClient, page: str, path: str = LIST, **changed: str) -> tuple[int, str]:
    """Send what a page shows with its button, as a browser does."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    for text in re.findall(r'<textarea hidden name="inhoud">([^<]*)</textarea>', page):
        hidden["inhoud"] = text.replace("&#39;", "'").replace("&#34;", '"')
    answer = client.post(path, data={**hidden, "opslaan": "ja", **changed})
    return answer.status_code, answer.text


def edit(client: TestClient, path: str = ONE, **changed: str) -> tuple[int, str]:
    answer = client.post(path, data={"wat": "wijzig", "waarom": "verhuisd", **changed})
    return answer.status_code, answer.text


def stored(database: Database, key: str = "katwijk-campagnes") -> ContactRow:
    with database.read() as session:
        return session.get_one(ContactRow, key)


def log_of(database: Database) -> list[audit.AuditLine]:
    with database.read() as session:
        return audit.entries(session, limit=9)


def planned(database: Database, key: str) -> int:
    with database.read() as session:
        return len(
            session.exec(
                select(ReminderRow).where(
                    col(ReminderRow.contact_key) == key,
                    col(ReminderRow.state) == ReminderState.PLANNED,
                )
            ).all()
        )


def pause(database: Database, key: str = "katwijk-campagnes") -> None:
    now = SetClock(date(2026, 9, 7)).now()
    address = f"{key}@example.nl"
    with database.session() as session:
        session.add(
            DeliveryRow(
                id=1,
                key="k",
                message_id="<k@example.nl>",
                kind=MessageKind.REMINDER,
                contact_key=key,
                sender="campagne@example.nl",
                recipient=address,
                subject="Mail",
                state=DeliveryState.BOUNCED,
                next_at=now,
                created_at=now,
                settled_at=now,
            )
        )
        session.flush()
        session.add(
            BounceRow(
                id=1,
                source="s",
                delivery_id=1,
                kind=BounceKind.HARD,
                recipient=address,
                status="5.1.1",
                text="<b>onbekend</b>",
                at=now,
            )
        )
        session.flush()
        session.add(PausedAddressRow(address=address, since=now, bounce_id=1))


def test_the_people_of_the_own_gemeenten_are_there_with_what_is_special(
    beheer: TestClient, sqlite_world: Database, clock: SetClock
) -> None:
    pause(sqlite_world)
    with sqlite_world.session() as session:
        session.get_one(ContactRow, "leiden-centrum").name = "<script>alert(1)</script>"
        preferences.store(
            session,
            "hltsamen-communicatie",
            Preferences(
                broadcasts=False,
                deputy="leiden-centrum",
                absence=Span(date(2026, 9, 7), date(2026, 9, 11)),
            ),
            today=clock.today(),
            now=clock.now(),
        )
    assert LIST in beheer.get("/mijn").text
    page = beheer.get(LIST).text
    assert "Communicatie: Hillegom, Lisse, Teylingen" in page
    assert "Wil geen regioberichten" in page
    assert "Afwezig van maandag 7 tot en met vrijdag 11 september 2026" in page
    assert page.count("Adres krijgt geen mail") == 1
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "Gouda" not in page
    assert [row[0] for row in table(beheer)[1:]] == [
        "beheer",
        "hltsamen-communicatie",
        "katwijk-campagnes",
        "leiden-centrum",
    ]


@pytest.mark.parametrize("who", [KATWIJK, BEHEER_GOUDA])
def test_others_see_and_change_nothing(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database, who: str
) -> None:
    log_in(client, app, who)
    manages = who == BEHEER_GOUDA
    assert (LIST in client.get("/mijn").text) is manages
    for path in (LIST, EXPORT):
        answer = client.get(path)
        assert answer.status_code == (200 if manages else 404)
        assert "Katwijk" not in answer.text
    assert client.get(ONE).status_code == 404
    for what in ("wijzig", "resume", "reset"):
        assert edit(client, wat=what, naam="Ander", opslaan="ja", versie="x")[0] == 404
    rows = [["sleutel", "naam"], ["katwijk-campagnes", "Ander"]]
    status, page = upload(client, rows)
    assert status == (400 if manages else 404)
    assert not manages or "die jij niet beheert (Katwijk)" in page
    assert stored(sqlite_world).name == "Communicatie en beleid Katwijk"
    assert log_of(sqlite_world) == []


def test_without_a_code_there_is_nothing(
    make_app: MakeApp, administrators: None, visit: Visit, log_in: LogIn, sqlite_world: Database
) -> None:
    assert administrators is None
    app = make_app()
    client = visit(app)
    log_in(client, app, BEHEER)
    for path in (LIST, EXPORT, ONE):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "de code uit je app" in answer.text
    assert edit(client, naam="Ander", opslaan="ja", versie="x")[0] == 404
    assert upload(client, [["sleutel", "naam"], ["katwijk-campagnes", "Ander"]])[0] == 404
    assert stored(sqlite_world).name == "Communicatie en beleid Katwijk"


def test_more_people_need_no_more_statements(
    app: App, beheer: TestClient, sqlite_world: Database, statements: Statements
) -> None:
    with statements(app.database) as few:
        beheer.get(LIST)
    with sqlite_world.session() as session:
        for number in range(30):
            key = f"p{number}"
            session.add(ContactRow(key=key, name=key, email=f"{key}@example.nl"))
            session.flush()
            session.add(
                ContactRoleRow(contact_key=key, role=Role.POLICY, municipality_key="leiden")
            )
    with statements(app.database) as many:
        assert "p29" in beheer.get(LIST).text
    assert len(many) == len(few)


def test_a_long_list_is_searched_and_read_page_by_page(
    beheer: TestClient, sqlite_world: Database, clock: SetClock
) -> None:
    with sqlite_world.session() as session:
        session.add_all(
            ContactRow(
                key=f"p{number:03}", name=f"Persoon {number:03}", email=f"{number}@example.nl"
            )
            for number in range(120)
        )
        session.flush()
        session.add_all(
            ContactRoleRow(contact_key=f"p{number:03}", role=Role.POLICY, municipality_key="lisse")
            for number in range(120)
        )
        session.add(
            CheckRow(
                contact_key="p117",
                due_on=date(2026, 9, 1),
                asked_on=date(2026, 9, 1),
                recalled=0,
                answered_at=clock.now(),
                remark="Ik werk nu in Gouda.",
            )
        )

    def names(address: str) -> list[str]:
        page = beheer.get(address)
        assert page.status_code == 200
        return re.findall(r'<a href="/beheer/contact/[\w-]+">([^<]+)</a>', page.text)

    first = beheer.get(LIST).text
    assert "124 contactpersonen, op naam" in first
    assert "1 contactpersoon wacht op jou" in first
    seen, address = [], LIST
    while address:
        seen.append(names(address))
        older = re.search(r'href="([^"]+)">Volgende contactpersonen', beheer.get(address).text)
        address = html.unescape(older[1]) if older else ""
    assert [len(one) for one in seen] == [50, 50, 24]
    everybody = [name for one in seen for name in one]
    assert everybody == sorted(set(everybody), key=str.casefold)
    assert names(f"{LIST}?toon=wacht") == ["Persoon 117"]
    found = ["Persoon 011", *(f"Persoon 11{number}" for number in range(10))]
    assert names(f"{LIST}?zoek=PERSOON+lisse+11") == found
    assert names(f"{LIST}?zoek=hltsamen-communicatie@") == ["Communicatie HLTsamen"]
    assert "Er zijn geen contactpersonen die hierbij passen" in beheer.get(f"{LIST}?zoek=<b>").text
    assert names(f"{LIST}?pagina=9999") == []
    for number in ("0", "-1", "10000"):
        assert beheer.get(f"{LIST}?pagina={number}").status_code == 404
    assert len(table(beheer)) == 125, "the table has everybody"


def test_a_table_shows_first_and_then_changes(beheer: TestClient, sqlite_world: Database) -> None:
    rows = table(beheer)
    assert tuple(rows[0]) == COLUMNS
    by_key = {row[0]: row for row in rows[1:]}
    by_key["katwijk-campagnes"][3] = "+31 71"
    by_key["hltsamen-communicatie"][-1] = "nee"
    new = ["lisse-beleid", '=Lisse; "beleid"', "lisse@example.nl", "", "", "Lisse", "", "", ""]
    before = planned(sqlite_world, "hltsamen-communicatie")
    assert before > 0
    status, page = upload(beheer, [*rows, new])
    assert status == 200
    assert "=Lisse; &#34;beleid&#34;</strong>: toegevoegd" in page
    assert "Communicatie HLTsamen</strong>: uitgezet" in page
    assert "Telefoon op het werk: 071 000 00 00 → <strong>+31 71</strong>" in page
    assert stored(sqlite_world).phone == "071 000 00 00", "only shown"
    assert log_of(sqlite_world) == []
    status, _ = confirm(beheer, page)
    assert status == 303
    assert stored(sqlite_world).phone == "+31 71"
    assert not stored(sqlite_world, "hltsamen-communicatie").active
    assert stored(sqlite_world, "lisse-beleid").name == '=Lisse; "beleid"'
    assert planned(sqlite_world, "hltsamen-communicatie") == 0
    assert planned(sqlite_world, "lisse-beleid") > 0
    lines = {one.key: one for one in log_of(sqlite_world)}
    assert {one.what for one in lines.values()} == {"toegevoegd", "uitgezet", "gewijzigd"}
    assert lines["katwijk-campagnes"].why == "nieuwe collega"
    assert lines["katwijk-campagnes"].changes == (("telefoon", "vorig nummer", "nieuw nummer"),)
    assert "Opgeslagen: 3 contactpersonen" in beheer.get(LIST, params={"opgeslagen": 3}).text
    status, page = upload(beheer, table(beheer))
    assert status == 200
    assert "Er verandert niets" in page


def test_one_fault_stops_the_whole_table(beheer: TestClient, sqlite_world: Database) -> None:
    rows = [
        ["sleutel", "naam", "email"],
        ["katwijk-campagnes", "Goed", "goed@example.nl"],
        ["leiden-centrum", "", "fout"],
        ["gouda-communicatie", "Van een ander", "x@example.nl"],
    ]
    status, page = upload(beheer, rows)
    assert status == 400
    assert "Regel 3: vul een naam in." in page
    assert "Regel 3: het adres klopt niet" in page
    assert "Regel 4: deze persoon werkt voor een gemeente die jij niet beheert (Gouda)." in page
    content = spreadsheet.write(rows[0], rows[1:]).decode("utf-8-sig")
    answer = beheer.post(
        LIST, data={"inhoud": content, "waarom": "x", "versie": "x", "opslaan": "ja"}
    )
    assert answer.status_code == 400
    assert stored(sqlite_world).name == "Communicatie en beleid Katwijk"


@pytest.mark.parametrize(
    ("content", "why", "sentence"),
    [
        (b"", "x", "hier horen de namen van de kolommen"),
        (b"PK\x03\x04\0\0", "x", "geen CSV-bestand"),
        (b'sleutel\n"a\n', "x", "Regel 2 is niet te lezen"),
        (b"sleutel;naam\nleiden-centrum;Anders\n", "", "Schrijf op waarom"),
        (b"sleutel;naam\nleiden-centrum;Anders\n", "x" * 501, "hoogstens 500"),
        (b"sleutel;naam\nleiden-centrum;" + b"x" * 70_000, "x", "hoogstens 100"),
        (b"sleutel;naam\nleiden-centrum;" + b"x" * 205_000, "x", "groter dan 200 kB"),
        (b"sleutel;naam\nleiden-centrum;" + b"x" * 230_000, "x", "te groot"),
    ],
)
def test_what_is_no_table_is_told(
    beheer: TestClient, sqlite_world: Database, content: bytes, why: str, sentence: str
) -> None:
    answer = beheer.post(LIST, files={"bestand": ("c.csv", content)}, data={"waarom": why})
    assert answer.status_code in {400, 413}
    assert sentence in answer.text
    assert stored(sqlite_world, "leiden-centrum").name == "Team Zorg en Veiligheid"


def test_without_a_file_nothing_happens(beheer: TestClient) -> None:
    answer = beheer.post(LIST, files={"bestand": ("", b"")}, data={"waarom": "x"})
    assert answer.status_code == 400
    assert beheer.post(LIST, data={"waarom": "x"}).status_code == 400


def test_a_table_that_was_shown_for_other_people_is_old(
    beheer: TestClient, sqlite_world: Database
) -> None:
    _, page = upload(beheer, [["sleutel", "telefoon"], ["katwijk-campagnes", "1"]])
    with sqlite_world.session() as session:
        session.get_one(ContactRow, "katwijk-campagnes").phone = "2"
    status, page = confirm(beheer, page)
    assert status == 400
    assert "Er is intussen iets veranderd" in page
    assert stored(sqlite_world).phone == "2"


def test_one_person_is_changed(beheer: TestClient, sqlite_world: Database) -> None:
    status, page = edit(beheer, naam="<i>Kees</i>", beleid_voor="Katwijk, noordwijk")
    assert status == 200
    assert "&lt;i&gt;Kees&lt;/i&gt;" in page
    assert "Doet het beleid voor: Katwijk → <strong>Katwijk, Noordwijk</strong>" in page
    assert stored(sqlite_world).name == "Communicatie en beleid Katwijk"
    page = page.replace("&lt;", "<").replace("&gt;", ">")
    assert confirm(beheer, page, ONE)[0] == 303
    assert stored(sqlite_world).name == "<i>Kees</i>"
    page = beheer.get(ONE, params={"gedaan": "wijzig"}).text
    assert "De wijziging is opgeslagen." in page
    assert "“verhuisd”" in page
    assert confirm(beheer, "", ONE, wat="wijzig", waarom="x", naam="Oud", versie="x")[0] == 400
    assert stored(sqlite_world).name == "<i>Kees</i>"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"wat": ""}, "Kies een van de knoppen"),
        ({"wat": "verzonnen"}, "Kies een van de knoppen"),
        ({"naam": ""}, "Vul een naam in."),
        ({"naam": "x" * 101}, "hoogstens 100"),
        ({"email": "geen"}, "Het adres klopt niet"),
        ({"beleid_voor": "gouda"}, "niet beheert (Gouda)"),
        ({"beleid_voor": "Atlantis"}, "bestaat niet"),
        ({"naam": "Kees", "waarom": ""}, "Schrijf op waarom"),
        ({"naam": "Kees", "waarom": "x" * 501}, "hoogstens 500"),
        ({"wat": "resume"}, "krijgt al mail"),
        ({"wat": "reset", "waarom": ""}, "Schrijf op waarom"),
    ],
)
def test_a_form_that_makes_no_sense_keeps_what_was_typed(
    beheer: TestClient, sqlite_world: Database, changed: dict[str, str], sentence: str
) -> None:
    status, page = edit(beheer, opslaan="ja", **{"telefoon": "071 99", **changed})
    assert status == 400
    assert sentence in page
    assert 'value="071 99"' in page
    assert stored(sqlite_world).phone == "071 000 00 00"
    assert log_of(sqlite_world) == []


def test_the_gemeenten_of_a_role_are_ticked(beheer: TestClient, sqlite_world: Database) -> None:
    """Folded, with those that are chosen in the summary; without any tick the role is left."""
    page = beheer.get(ONE).text
    assert "<summary>Communicatie: Katwijk</summary>" in page
    assert "<summary>Beheer: geen gemeente</summary>" in page
    assert page.count(" checked>") == 2
    ticked = {"communicatie_voor": [""], "beleid_voor": ["", "lisse", "katwijk"]}
    sent = {"wat": "wijzig", "waarom": "andere taken", **ticked}
    page = beheer.post(ONE, data=sent).text
    assert "Doet de communicatie voor: Katwijk → <strong>leeg</strong>" in page
    assert "Doet het beleid voor: Katwijk → <strong>Katwijk, Lisse</strong>" in page
    assert confirm(beheer, page, ONE)[0] == 303
    assert "<summary>Beleid: Katwijk, Lisse</summary>" in beheer.get(ONE).text
    page = beheer.post(ONE, data={**sent, "beleid_voor": [""]}).text
    assert "zet 'Krijgt mail en kan inloggen' op nee" in html.unescape(page)
    assert stored(sqlite_world).active


def test_the_key_in_the_address_counts(beheer: TestClient, sqlite_world: Database) -> None:
    """A form cannot name another person than its own page is about."""
    _, page = edit(beheer, sleutel="leiden-centrum", naam="Ander")
    confirm(beheer, page, ONE, sleutel="leiden-centrum")
    assert stored(sqlite_world, "leiden-centrum").name == "Team Zorg en Veiligheid"
    assert stored(sqlite_world).name == "Ander"


def test_who_gets_another_address_is_out_everywhere(
    app: App, beheer: TestClient, visit: Visit, log_in: LogIn, sqlite_world: Database
) -> None:
    katwijk = visit(app)
    log_in(katwijk, app, KATWIJK)
    beheer.post("/inloggen", data={"adres": KATWIJK})
    app.login_mails.wait()
    _, page = edit(beheer, email="nieuw@example.nl")
    assert confirm(beheer, page, ONE)[0] == 303
    assert katwijk.get("/mijn").status_code == 303
    with sqlite_world.read() as session:
        assert not session.exec(select(LoginLinkRow)).all()
        assert len(session.exec(select(WebSessionRow)).all()) == 1


def test_a_paused_address_gets_mail_again(beheer: TestClient, sqlite_world: Database) -> None:
    pause(sqlite_world)
    page = beheer.get(ONE).text
    assert "Sinds maandag 7 september 2026, 8.00 uur." in page
    assert "&lt;b&gt;onbekend&lt;/b&gt; (5.1.1)" in page
    assert edit(beheer, wat="resume", waarom="")[0] == 400
    assert edit(beheer, wat="resume", waarom="het werkt weer")[0] == 303
    with sqlite_world.read() as session:
        assert session.get(PausedAddressRow, KATWIJK) is None
    (line,) = log_of(sqlite_world)
    assert (line.what, line.why) == ("adres krijgt weer mail", "het werkt weer")


def test_who_lost_the_app_sets_up_another(
    app: App,
    beheer: TestClient,
    visit: Visit,
    log_in: LogIn,
    sqlite_world: Database,
) -> None:
    at = SetClock(date(2026, 9, 7)).now()
    with sqlite_world.session() as session:
        session.add(SecondFactorRow(contact_key="katwijk-campagnes", confirmed_at=at))
    katwijk = visit(app)
    log_in(katwijk, app, KATWIJK)
    assert "Laat deze persoon opnieuw beginnen" in beheer.get(ONE).text
    assert edit(beheer, wat="reset", waarom="gebeld")[0] == 303
    with sqlite_world.read() as session:
        assert session.get_one(SecondFactorRow, "katwijk-campagnes").confirmed_at is None
    assert katwijk.get("/mijn").status_code == 303
    assert log_of(sqlite_world)[0].what == second_factor.RESET


def test_who_works_elsewhere_too_is_seen_and_not_changed(
    beheer: TestClient, sqlite_world: Database
) -> None:
    pause(sqlite_world)
    with sqlite_world.session() as session:
        session.add(
            ContactRoleRow(
                contact_key="katwijk-campagnes", role=Role.POLICY, municipality_key="gouda"
            )
        )
    page = beheer.get(ONE).text
    assert "werkt ook voor Gouda" in page
    assert 'name="wat"' not in page
    for what in ("wijzig", "resume", "reset"):
        status, page = edit(beheer, wat=what, naam="Ander", opslaan="ja", versie="x")
        assert status == 400
        assert "(Gouda)" in page
    assert stored(sqlite_world).name == "Communicatie en beleid Katwijk"


def test_nobody_takes_their_own_management_away(beheer: TestClient) -> None:
    page = "/beheer/contact/beheer"
    for changed in ({"actief": "nee"}, {"beheer_voor": "", "beleid_voor": "Leiden"}):
        status, text = edit(beheer, page, opslaan="ja", versie="x", **changed)
        assert status == 400
        assert "je eigen werk als beheerder" in text


NEW = "/beheer/contact/nieuw"
SOMEBODY = {
    "naam": "Beleid Noordwijk",
    "email": "beleid.noordwijk@example.nl",
    "telefoon": "071 12 34",
    "beleid_voor": ["noordwijk", "lisse"],
    "waarom": "nieuwe collega",
}


def add(client: TestClient, **changed: object) -> tuple[int, str]:
    answer = client.post(NEW, data={**SOMEBODY, **changed})
    return answer.status_code, answer.text


def confirm_new(client: TestClient, page: str) -> int:
    """Send what a page shows with its button, as a browser does."""
    sent: dict[str, list[str]] = {"opslaan": ["ja"]}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page):
        sent.setdefault(name, []).append(value)
    answer = client.post(NEW, data=sent)
    if answer.status_code == 303:
        return client.get(answer.headers["location"]).status_code
    return answer.status_code


def test_somebody_new_is_shown_first_and_then_added(
    beheer: TestClient, sqlite_world: Database
) -> None:
    form = beheer.get(NEW)
    assert form.status_code == 200
    assert 'name="beleid_voor" value="noordwijk"><span>Noordwijk</span>' in form.text
    assert "Gouda" not in form.text

    status, page = add(beheer)

    assert status == 200
    assert "<strong>Beleid Noordwijk</strong>: toegevoegd" in page
    assert "Doet het beleid voor: leeg → <strong>Lisse, Noordwijk</strong>" in page
    with sqlite_world.read() as session:
        assert session.get(ContactRow, "beleid-noordwijk") is None
    assert confirm_new(beheer, page) == 200
    made = stored(sqlite_world, "beleid-noordwijk")
    assert (made.name, made.email, made.phone, made.active) == (
        "Beleid Noordwijk",
        "beleid.noordwijk@example.nl",
        "071 12 34",
        True,
    )
    assert planned(sqlite_world, "beleid-noordwijk") > 0
    line = log_of(sqlite_world)[0]
    assert (line.what, line.key, line.why) == ("toegevoegd", "beleid-noordwijk", "nieuwe collega")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"naam": ""}, "Vul een naam in"),
        ({"naam": "x" * 200}, "hoogstens 100"),
        ({"email": "geen adres"}, "Het adres klopt niet"),
        ({"email": KATWIJK}, "is al van een andere contactpersoon"),
        ({"telefoon": "0" * 50}, "hoogstens 40"),
        ({"beleid_voor": []}, "Noem een gemeente"),
        ({"beleid_voor": ["gouda"]}, "niet beheert (Gouda)"),
        ({"beleid_voor": ["nergens"]}, "bestaat niet"),
        ({"waarom": " "}, "Schrijf op waarom"),
        ({"waarom": "x" * 600}, "hoogstens 500"),
    ],
)
def test_a_new_person_that_cannot_be_is_told_and_nothing_is_lost(
    beheer: TestClient, sqlite_world: Database, changed: dict[str, object], told: str
) -> None:
    status, page = add(beheer, **changed)
    assert status == 400
    assert told in page
    assert f'value="{changed.get("telefoon", "071 12 34")}"' in page
    if "beleid_voor" not in changed:
        assert page.count(" checked") == 2
    assert log_of(sqlite_world) == []


def test_a_name_with_a_script_is_only_text(beheer: TestClient) -> None:
    _, page = add(beheer, naam="<script>alert(1)</script>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_who_was_added_meanwhile_is_never_overwritten(
    beheer: TestClient, sqlite_world: Database
) -> None:
    """Another beheerder adds somebody of the same name between the look and the button."""
    _, page = add(beheer)
    with sqlite_world.session() as session:
        session.add(ContactRow(key="beleid-noordwijk", name="Ander", email="ander@example.nl"))

    assert confirm_new(beheer, page) == 400

    assert stored(sqlite_world, "beleid-noordwijk").name == "Ander"
    assert confirm_new(beheer, add(beheer)[1]) == 200
    assert stored(sqlite_world, "beleid-noordwijk-2").name == "Beleid Noordwijk"


def test_who_manages_nothing_adds_nobody(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database
) -> None:
    log_in(client, app, KATWIJK)
    assert client.get(NEW).status_code == 404
    assert add(client)[0] == 404
    assert log_of(sqlite_world) == []


def test_a_table_tells_how_many_are_new_changed_left_and_refused(beheer: TestClient) -> None:
    rows = table(beheer)
    head = rows[0]
    phone, key = head.index("telefoon"), head.index("sleutel")
    for one in rows:
        if one[key] == "katwijk-campagnes":
            one[phone] = "14 071"
    rows.append(["nieuw-iemand", "N", "n@example.nl", "", "", "katwijk", "", "", "ja"])
    assert (
        f"1 nieuw, 1 gewijzigd, {len(rows) - 3} blijven zoals ze zijn, 0 geweigerd"
        in upload(beheer, rows)[1]
    )
    rows[-1][head.index("email")] = "geen adres"
    status, page = upload(beheer, rows)
    assert status == 400
    assert f"0 nieuw, 1 gewijzigd, {len(rows) - 3} blijven zoals ze zijn, 1 geweigerd" in page
    assert f"Regel {len(rows)}: het adres klopt niet" in page
    assert "Ja, voer dit door" not in page


def test_a_large_table_with_many_faults_is_told_in_short(beheer: TestClient) -> None:
    rows = table(beheer)
    status, page = upload(beheer, rows + [["weg", *[""] * (len(rows[0]) - 1)]] * 9000)
    assert status == 400
    assert page.count("<li>Regel ") == 50
    assert "fouten.</p>" in page
    assert "9000 geweigerd" in page
