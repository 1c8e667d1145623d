"""The mails of the gemeenten that somebody manages: who sees them, and what they can do."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.services import audit
from campagne.services.planning import reminders
from campagne.services.planning.reminder_mails import queue_due
from campagne.store.database import Database
from campagne.store.tables import AttemptRow, ContactRow, DeliveryRow

LIST = "/beheer/verzendingen"
BEHEER = "beheer@example.nl"
BEHEER_GOUDA = "beheer-gouda@example.nl"
KATWIJK = "katwijk-campagnes@example.nl"

LogIn = Callable[[TestClient, App, str], None]
MakeApp = Callable[..., App]
Visit = Callable[[App], TestClient]
Statements = Callable[[Database], AbstractContextManager[list[str]]]


@pytest.fixture
def app(make_app: MakeApp, administrators: None) -> App:
    """The service with the people who manage; nobody needs a code."""
    assert administrators is None
    return make_app(second_factor=False)


def put(database: Database, contact: str | None, **changed: Any) -> int:
    """Put a mail in the outbox; return its number."""
    instant = SetClock(date(2026, 9, 7)).now()
    with database.session() as session:
        number = len(session.connection().exec_driver_sql("SELECT id FROM delivery").all()) + 1
        values: dict[str, Any] = {
            "kind": MessageKind.CONFIRMATION,
            "contact_key": contact,
            "sender": "campagne@example.nl",
            "recipient": f"{contact}@example.nl",
            "subject": f"Mail {number}",
            "raw": b"Subject: geheim\r\n\r\nDe tekst is geheim.",
            "state": DeliveryState.ACCEPTED,
            "next_at": instant,
            "created_at": instant,
            "fence": 1,
            "attempts": 1,
            **changed,
        }
        session.add(
            DeliveryRow(id=number, key=f"k{number}", message_id=f"<{number}@example.nl>", **values)
        )
        session.flush()
        session.add(
            AttemptRow(
                delivery_id=number,
                fence=1,
                started_at=instant,
                outcome=values["state"],
                code=451,
                text="<i>even geduld</i>",
            )
        )
    return number


def page_of(number: int) -> str:
    return f"/beheer/verzending/{number}"


def send(client: TestClient, number: int, **changed: str) -> tuple[int, str]:
    data = {"wat": "arrived", "waarom": "gebeld", **changed}
    if "versie" not in data:
        found = re.findall(r'name="versie" value="([\w-]+)"', client.get(page_of(number)).text)
        data["versie"] = found[0] if found else "geen"
    answer = client.post(page_of(number), data=data)
    return answer.status_code, answer.text


def state_of(database: Database, number: int) -> DeliveryState:
    with database.read() as session:
        return session.get_one(DeliveryRow, number).state


def log_of(database: Database) -> list[audit.AuditLine]:
    with database.read() as session:
        return audit.entries(session, limit=9)


def test_only_mails_of_the_own_gemeenten_are_there(
    beheer: TestClient, sqlite_world: Database
) -> None:
    for_katwijk = put(sqlite_world, "katwijk-campagnes")
    about_lisse = put(sqlite_world, None, municipality_key="lisse", recipient="x@example.nl")
    others = [
        put(sqlite_world, "gouda-communicatie"),
        put(sqlite_world, None, municipality_key="gouda", recipient="y@example.nl"),
        put(sqlite_world, None, recipient="z@example.nl"),
        put(sqlite_world, "katwijk-campagnes", kind=MessageKind.LOGIN),
    ]
    found = re.findall(r'href="/beheer/verzending/(\d+)"', beheer.get(LIST).text)
    assert list(map(int, found)) == [about_lisse, for_katwijk]
    for number in others:
        assert beheer.get(page_of(number)).status_code == 404
        assert send(beheer, number, versie="x")[0] == 404


@pytest.mark.parametrize("who", [KATWIJK, BEHEER_GOUDA])
def test_others_see_and_settle_nothing(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database, who: str
) -> None:
    number = put(sqlite_world, "katwijk-campagnes", state=DeliveryState.UNKNOWN)
    log_in(client, app, who)
    manages = who == BEHEER_GOUDA
    assert ("Verzonden mails" in client.get("/mijn").text) is manages
    answer = client.get(LIST)
    assert answer.status_code == (200 if manages else 404)
    assert f"Mail {number}" not in answer.text
    assert client.get(page_of(number)).status_code == 404
    assert send(client, number, versie="unknown-1-1")[0] == 404
    assert state_of(sqlite_world, number) is DeliveryState.UNKNOWN
    assert log_of(sqlite_world) == []


def test_without_a_code_there_is_nothing(
    make_app: MakeApp, administrators: None, visit: Visit, log_in: LogIn, sqlite_world: Database
) -> None:
    assert administrators is None
    number = put(sqlite_world, "katwijk-campagnes", state=DeliveryState.UNKNOWN)
    app = make_app()
    client = visit(app)
    log_in(client, app, BEHEER)
    assert "Verzonden mails" not in client.get("/mijn").text
    for path in (LIST, page_of(number)):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "de code uit je app" in answer.text
    assert send(client, number, versie="unknown-1-1")[0] == 404
    assert state_of(sqlite_world, number) is DeliveryState.UNKNOWN


def test_a_mail_is_found_by_address_subject_and_state(
    beheer: TestClient, sqlite_world: Database
) -> None:
    put(sqlite_world, "katwijk-campagnes", subject="Bestel <b>posters</b>")
    put(sqlite_world, "leiden-centrum", state=DeliveryState.SENDING)

    def found(**chosen: str) -> list[str]:
        page = beheer.get(LIST, params=chosen).text
        return re.findall(r'href="/beheer/verzending/(\d+)"', page)

    assert found() == ["2", "1"]
    assert found(zoek="KATWIJK-") == ["1"]
    assert found(zoek="posters") == ["1"]
    assert found(zoek="%") == []
    assert found(zoek="\0" + "x" * 300) == []
    assert found(stand="wordt verzonden") == ["2"]
    assert found(stand="verzonden", zoek="leiden") == []
    assert found(stand="verzonnen") == ["2", "1"]
    page = beheer.get(LIST, params={"zoek": '"><script>'}).text
    assert "<script>" not in page
    assert "Er zijn geen mails die hierbij passen." in page
    assert "&lt;b&gt;posters" in beheer.get(LIST).text


def test_many_mails_are_paged_and_need_no_more_statements(
    app: App, beheer: TestClient, sqlite_world: Database, statements: Statements
) -> None:
    put(sqlite_world, "katwijk-campagnes")
    with statements(app.database) as few:
        assert beheer.get(LIST).status_code == 200
    for _ in range(30):
        put(sqlite_world, "katwijk-campagnes")
    with statements(app.database) as many:
        newest = beheer.get(LIST, params={"zoek": "katwijk"}).text
    assert len(many) == len(few)
    assert newest.count("<tr>") == 26
    link = re.findall(r'href="([^"]+)">Oudere', newest)[0].replace("&amp;", "&")
    older = beheer.get(link).text
    assert "zoek=katwijk" in link
    assert older.count("<tr>") == 7
    assert "Oudere mails" not in older
    assert "Nieuwere mails" in older
    for page in ("0", "-1", "99999999999999999999"):
        assert beheer.get(LIST, params={"pagina": page}).status_code == 404
    assert beheer.get(page_of(2**31)).status_code == 404


def test_one_mail_tells_all_but_its_text(
    app: App, beheer: TestClient, sqlite_world: Database, clock: SetClock
) -> None:
    with sqlite_world.session() as session:
        reminders.replan(session, now=clock.now(), today=clock.today())
        queue_due(session, mails=app.mails, links=app.links, now=clock.now(), today=clock.today())
    page = beheer.get(LIST).text
    number = int(re.findall(r'href="/beheer/verzending/(\d+)"', page)[-1])
    with sqlite_world.session() as session:
        row = session.get_one(DeliveryRow, number)
        row.reply = "<b>vol</b>"
        session.add(
            AttemptRow(
                delivery_id=number,
                fence=1,
                started_at=clock.now(),
                outcome="deferred",
                code=451,
                text="<i>even geduld</i>",
            )
        )
        secret = row.raw.decode()
    page = beheer.get(page_of(number)).text
    assert 'href="/editie/' in page
    assert "Herinnering" in page
    assert "&lt;b&gt;vol&lt;/b&gt;" in page
    assert "uitgesteld" in page
    assert "451 &lt;i&gt;even geduld" in page
    assert "maandag 7 september 2026, 8.00 uur" in page
    assert "/stap/" in secret
    assert "/stap/" not in page
    assert 'name="wat"' not in page, "it waits, so there is nothing to do"


@pytest.mark.parametrize(
    ("what", "becomes"),
    [
        ("arrived", DeliveryState.ACCEPTED),
        ("lost", DeliveryState.FAILED),
        ("resend", DeliveryState.DUE),
    ],
)
def test_a_mail_with_an_unknown_outcome_is_settled_and_noted(
    beheer: TestClient, sqlite_world: Database, what: str, becomes: DeliveryState
) -> None:
    number = put(sqlite_world, "katwijk-campagnes", state=DeliveryState.UNKNOWN)
    page = beheer.get(page_of(number)).text
    for button in ("Aangekomen", "Niet aangekomen", "Stuur opnieuw"):
        assert f">{button}</button>" in page
    assert send(beheer, number, wat=what, waarom="<script>gebeld</script>")[0] == 303
    assert state_of(sqlite_world, number) is becomes
    (line,) = log_of(sqlite_world)
    assert (line.by, line.kind, line.key) == ("Beheer Leiden", "delivery", str(number))
    assert line.changes[0][:2] == ("stand", "onbekend")
    page = beheer.get(page_of(number), params={"gedaan": "true"}).text
    assert "Vastgelegd. De stand is nu" in page
    assert "“&lt;script&gt;gebeld&lt;/script&gt;”" in page


def test_a_mail_that_failed_can_only_be_sent_again(
    beheer: TestClient, sqlite_world: Database
) -> None:
    number = put(sqlite_world, "katwijk-campagnes", state=DeliveryState.FAILED)
    assert ">Aangekomen</button>" not in beheer.get(page_of(number)).text
    status, page = send(beheer, number, wat="arrived")
    assert status == 400
    assert "al bekend" in page
    assert send(beheer, number, wat="resend")[0] == 303
    assert state_of(sqlite_world, number) is DeliveryState.DUE


def test_what_is_not_right_any_more_does_not_go_again(
    beheer: TestClient, sqlite_world: Database
) -> None:
    number = put(sqlite_world, "katwijk-campagnes", state=DeliveryState.FAILED)
    with sqlite_world.session() as session:
        session.get_one(ContactRow, "katwijk-campagnes").email = "ander@example.nl"
    page = beheer.get(page_of(number)).text
    assert "Opnieuw sturen kan niet." in page
    assert "heeft nu een ander adres: ander@example.nl" in page
    assert 'name="wat"' not in page
    status, page = send(beheer, number, wat="resend", versie="failed-1-1")
    assert status == 400
    assert "gaat niet nog een keer weg" in page
    assert state_of(sqlite_world, number) is DeliveryState.FAILED
    assert log_of(sqlite_world) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"waarom": ""}, "Schrijf op waarom"),
        ({"waarom": " \n "}, "Schrijf op waarom"),
        ({"waarom": "x" * 501}, "hoogstens 500"),
        ({"wat": ""}, "Kies een van de knoppen"),
        ({"wat": "verzonnen"}, "Kies een van de knoppen"),
        ({"versie": "due-1-1"}, "Er is niets opgeslagen"),
        ({"versie": ""}, "Er is niets opgeslagen"),
    ],
)
def test_a_form_that_makes_no_sense_does_nothing(
    beheer: TestClient, sqlite_world: Database, changed: dict[str, str], sentence: str
) -> None:
    number = put(sqlite_world, "katwijk-campagnes", state=DeliveryState.UNKNOWN)
    status, page = send(beheer, number, **changed)
    assert status == 400
    assert sentence in page
    assert state_of(sqlite_world, number) is DeliveryState.UNKNOWN
    assert log_of(sqlite_world) == []


def test_who_was_second_is_told(beheer: TestClient, sqlite_world: Database) -> None:
    number = put(sqlite_world, "katwijk-campagnes", state=DeliveryState.UNKNOWN)
    send(beheer, number)
    status, page = send(beheer, number, wat="resend", versie="unknown-1-1")
    assert status == 400
    assert "de stand van deze mail is nu &#39;verzonden&#39;" in page
    assert state_of(sqlite_world, number) is DeliveryState.ACCEPTED
