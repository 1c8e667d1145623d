"""An answer by phone, noted by the centrumgemeente: who may, what is kept, who is told."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.domain.answers import Source
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.reminders import Answer
from campagne.store.database import Database
from campagne.store.tables import AnswerRow, AuditRow, DeliveryRow
from tests.broadcast_rows import asked
from tests.web.conftest import MakeApp
from tests.web.forms_of_page import Page, changed

ORANGE = "orange-the-world-2026"
PATH = f"/beheer/antwoord/{ORANGE}/katwijk"
LogIn = Callable[[TestClient, App, str], None]
GOOD: dict[str, str | list[str]] = {
    "antwoord": "later",
    "dag": "2026-10-12",
    "wie": "Beleid Katwijk",
    "hoe": "meeting",
    "wanneer": "2026-09-04",
}


@pytest.fixture
def app(make_app: MakeApp) -> App:
    """One that asks no code, which is another page."""
    return make_app(second_factor=False)


@pytest.fixture
def leiden(app: App, client: TestClient, log_in: LogIn, sqlite_world: Database) -> TestClient:
    """A browser of the coordinator in Leiden, who asked her region."""
    with sqlite_world.session() as session:
        session.add(asked(state=BroadcastState.RELEASED))
    log_in(client, app, "leiden-centrum@example.nl")
    return client


def test_an_answer_by_phone_is_kept_with_its_source_and_confirmed(
    leiden: TestClient, sqlite_world: Database
) -> None:
    shown = leiden.get(f"/beheer/editie/{ORANGE}").text
    assert f'href="{PATH}"' in shown
    form = Page(leiden.get(PATH).text).form(PATH)
    sent = leiden.post(PATH, data=changed(form, GOOD))
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PATH}?opgeslagen=true")
    said = "Beleid Katwijk (in een overleg, op vrijdag 4 september 2026)"
    assert f"Gegeven door: {said}." in leiden.get(f"{PATH}?opgeslagen=true").text
    turnout = leiden.get(f"/beheer/editie/{ORANGE}").text
    assert said in turnout
    assert "weet het uiterlijk maandag 12 oktober 2026" in turnout
    assert "vastgelegd door" in turnout
    with sqlite_world.read() as session:
        row = session.exec(select(AnswerRow)).one()
        assert (row.answer, row.until, row.source) == (
            Answer.LATER,
            date(2026, 10, 12),
            Source.MEETING,
        )
        assert (row.by_key, row.noted_by_key) == (None, "leiden-centrum")
        log = session.exec(select(AuditRow).order_by(col(AuditRow.id).desc())).first()
        assert log is not None
        assert (log.what, log.key, log.contact_key) == (
            "antwoord vastgelegd",
            ORANGE,
            "leiden-centrum",
        )
        assert log.after == {"antwoord van Katwijk": "beslist later"}
        mail = session.exec(
            select(DeliveryRow).where(col(DeliveryRow.contact_key) == "katwijk-campagnes")
        ).one()
        assert mail.subject == "Katwijk beslist later over Orange the World"
    form = Page(leiden.get(PATH).text).form(PATH)
    assert leiden.post(PATH, data=changed(form, {**GOOD, "dag": "2026-10-19"})).status_code == 303
    late = leiden.post(PATH, data=changed(form, {**GOOD, "dag": "2026-10-26"}))
    assert "weet het uiterlijk maandag 19 oktober 2026" in Page(late.text).alert, "not overwritten"


@pytest.mark.parametrize(
    "who",
    ["gouda-communicatie@example.nl", "katwijk-campagnes@example.nl"],
)
def test_only_the_centrumgemeente_notes(
    app: App, client: TestClient, log_in: LogIn, sqlite_world: Database, who: str
) -> None:
    log_in(client, app, who)
    for sent in (client.get(PATH), client.post(PATH, data=GOOD)):
        assert sent.status_code == 404
        assert "Alleen de centrumgemeente van Katwijk" in sent.text
    with sqlite_world.read() as session:
        assert session.exec(select(AnswerRow)).all() == []


def test_what_does_not_exist(leiden: TestClient) -> None:
    for path in (
        f"/beheer/antwoord/{ORANGE}/gouda",
        f"/beheer/antwoord/{ORANGE}/atlantis",
        "/beheer/antwoord/niets-2026/katwijk",
        f"/beheer/antwoord/{ORANGE}/%00",
    ):
        for sent in (leiden.get(path), leiden.post(path, data=GOOD)):
            assert sent.status_code == 404, path
