"""The page behind the question whether what is known of somebody is still so."""

from datetime import date

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.store.database import Database
from campagne.store.tables import CheckRow, ContactRow, DeliveryRow

HLT = "hltsamen-communicatie"
DAY = date(2026, 9, 7)


@pytest.fixture
def page(app: App, sqlite_world: Database) -> str:
    """The path of the page of HLTsamen, whose name looks like a script."""
    with sqlite_world.session() as session:
        session.get_one(ContactRow, HLT).name = "Hanna <script>"
        session.add(CheckRow(contact_key=HLT, due_on=DAY, asked_on=DAY))
    return app.links.check(HLT, DAY).removeprefix(app.settings.base_url)


def stored(database: Database) -> CheckRow:
    with database.read() as session:
        return session.exec(select(CheckRow)).one()


def test_looking_changes_nothing(page: str, client: TestClient, sqlite_world: Database) -> None:
    for _ in range(2):
        shown = client.get(page)
        assert shown.status_code == client.head(page).status_code == 200
    assert "Dit weten we van Hanna &lt;script&gt;." in shown.text
    assert "communicatiemedewerker voor Hillegom, Lisse en Teylingen" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert stored(sqlite_world).answered_at is None


def test_one_button(page: str, client: TestClient, sqlite_world: Database) -> None:
    answer = client.post(page, data={"wat": "ja"})
    assert answer.status_code == 303
    shown = client.get(answer.headers["location"]).text
    assert "zei je dat alles klopt" in shown
    assert "Ja, dit klopt" not in shown
    assert stored(sqlite_world).answered_at is not None


@pytest.mark.usefixtures("administrators")
def test_what_is_not_right_is_mailed(page: str, client: TestClient, sqlite_world: Database) -> None:
    answer = client.post(page, data={"wat": "nee", "opmerking": " Ik heet\r\n anders <b> "})
    shown = client.get(answer.headers["location"]).text
    assert "“Ik heet anders &lt;b&gt;”" in shown
    with sqlite_world.read() as session:
        mails = session.exec(select(DeliveryRow)).all()
    assert [one.recipient for one in mails] == ["beheer@example.nl"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Kies een van de knoppen"),
        ({"wat": "misschien", "opmerking": "hm"}, "Kies een van de knoppen"),
        ({"wat": "nee"}, "Schrijf op wat er niet klopt"),
        ({"wat": "nee", "opmerking": "  "}, "Schrijf op wat er niet klopt"),
        ({"wat": "nee", "opmerking": "x" * 501}, "hoogstens 500 gewone tekens"),
        ({"wat": "nee", "opmerking": "a\0b"}, "hoogstens 500 gewone tekens"),
    ],
)
def test_an_answer_that_makes_no_sense_keeps_what_was_typed(
    page: str, client: TestClient, sqlite_world: Database, form: dict[str, str], said: str
) -> None:
    answer = client.post(page, data=form)
    assert answer.status_code == 400
    assert said in answer.text
    assert f"\n{form.get('opmerking', '')}</textarea>" in answer.text
    assert stored(sqlite_world).answered_at is None


def test_a_link_of_another_kind_or_person_opens_nothing(
    app: App, client: TestClient, page: str
) -> None:
    base = app.settings.base_url
    other = app.links.check("gouda-communicatie", DAY).removeprefix(base)
    for wrong in (page[:-1] + ("A" if page[-1] != "A" else "B"), other):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, data={"wat": "ja"}).status_code == 404
