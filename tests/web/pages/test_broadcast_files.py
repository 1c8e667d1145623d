"""Files with a broadcast: who may add, look and take away; and what a browser can do with them."""

from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import update
from sqlmodel import select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.rota import EditionStatus
from campagne.services.regional import broadcasts
from campagne.store.database import Database
from campagne.store.tables import BlobRow, BroadcastRow, EditionRow
from tests.web.conftest import LogIn, MakeApp, Visit
from tests.web.forms_of_page import Page

ONE = "/beheer/regiobericht/1"
ADD, FIRST = f"{ONE}/bijlagen", f"{ONE}/bijlage/1"
POSTER = ("Poster één.pdf", b"%PDF-1.7 poster")
FORM = {"content-type": "multipart/form-data; boundary=x"}
PAGE = ("brief.txt", b"<script>alert(1)</script>")


@pytest.fixture
def app(make_app: MakeApp) -> App:
    """A service that asks nobody for a code."""
    return make_app(second_factor=False)


@pytest.fixture
def leiden(app: App, visit: Visit, log_in: LogIn) -> TestClient:
    """A browser of the centrumgemeente, which began a broadcast."""
    browser = visit(app)
    log_in(browser, app, "leiden-centrum@example.nl")
    data = {"editie": "orange-the-world-2026", "regio": "holland-rijnland"}
    assert browser.post("/beheer/regioberichten", data=data).status_code == 303
    return browser


@pytest.fixture
def katwijk(app: App, visit: Visit, log_in: LogIn) -> TestClient:
    """A browser of a gemeente in the region."""
    browser = visit(app)
    log_in(browser, app, "katwijk-campagnes@example.nl")
    return browser


def add(client: TestClient, *files: tuple[str, bytes], address: str = ADD) -> tuple[int, str]:
    answer = client.post(address, files=[("bijlagen", one) for one in files])
    return answer.status_code, unescape(answer.text)


def row(database: Database) -> BroadcastRow:
    with database.read() as session:
        return broadcasts.find(session, 1)


def names(database: Database) -> list[str]:
    return [one["name"] for one in row(database).files]


def press(client: TestClient, what: str, **fields: str) -> int:
    version = Page(client.get(ONE).text).form(ONE).values.get("versie", [""])[0]
    data = {"wat": what, "versie": version, "opslaan": "ja", **fields}
    return client.post(ONE, data=data).status_code


def test_added_seen_approved_sent_and_had_by_the_link(
    leiden: TestClient, katwijk: TestClient, app: App, sqlite_world: Database
) -> None:
    form = Page(leiden.get(ONE).text).form(ADD)
    assert form.values.keys() <= {"bijlagen"}
    assert " multiple " in leiden.get(ONE).text
    assert add(leiden, POSTER, PAGE)[0] == 303
    shown = unescape(leiden.get(f"{ONE}?gedaan=bijlage").text)
    assert "De bijlage gaat mee." in shown
    assert "Met een bijlage erbij moet een collega het bericht goedkeuren." in shown
    assert "Poster één.pdf</a> (15 bytes)" in shown
    assert "Vraag om goedkeuring" in shown
    assert katwijk.get(FIRST).status_code == 404, "a draft is of who writes it"
    assert press(leiden, "vraag") == 303
    assert "Poster één.pdf" in katwijk.get(ONE).text
    assert katwijk.get(FIRST).content == POSTER[1]
    assert 'name="bijlagen"' not in katwijk.get(ONE).text
    link = app.links.answer(1, "katwijk").removeprefix(app.settings.base_url)
    assert katwijk.get(f"{link}/bijlage/1").status_code == 404, "not sent yet"
    assert "Bijlagen bij het bericht" not in katwijk.get(link).text
    assert press(katwijk, "keur") == 303
    assert press(leiden, "weg", bijlage="brief.txt") == 303
    assert row(sqlite_world).state is BroadcastState.DRAFT
    assert names(sqlite_world) == ["Poster één.pdf"]
    assert add(leiden, PAGE)[0] == 303
    assert [press(leiden, "vraag"), press(katwijk, "keur")] == [303, 303]
    sending = leiden.post(ONE, data={"wat": "verstuur", "versie": _version(sqlite_world)}).text
    assert "brief.txt (25 bytes)" in sending
    assert press(leiden, "verstuur") == 303
    assert add(leiden, PAGE)[0] == 400, "it has left"
    stranger = TestClient(leiden.app, base_url=str(leiden.base_url), follow_redirects=False)
    assert "brief.txt</a> (25 bytes)" in stranger.get(link).text
    for client, address in ((stranger, f"{link}/bijlage/2"), (leiden, f"{ONE}/bijlage/2")):
        answer = client.get(address)
        assert answer.content == PAGE[1]
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].endswith("; sandbox")
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert answer.headers["cache-control"] == "no-store"
        assert client.get(address.replace("/2", "/3")).status_code == 404
    named = stranger.get(f"{link}/bijlage/1").headers["content-disposition"]
    assert named == (
        "attachment; filename=\"Poster __n.pdf\"; filename*=UTF-8''Poster%20%C3%A9%C3%A9n.pdf"
    )


def _version(database: Database) -> str:
    return broadcasts.content(row(database)).digest()


def _large() -> Iterator[bytes]:
    for _ in range(26):
        yield b"x" * 1_000_000


def test_what_may_not_go_is_told_at_the_field_and_nothing_is_stored(
    leiden: TestClient, katwijk: TestClient, sqlite_world: Database
) -> None:
    for files, says in (
        ([], "Kies eerst een of meer bestanden."),
        ([("", b"")], "Kies eerst een of meer bestanden."),
        ([("leeg.pdf", b"")], "leeg.pdf is leeg"),
        ([("x.exe", b"MZ")], "x.exe kan niet mee"),
        ([POSTER, ("<b>.pdf", b"MZ")], "iets anders dan de naam zegt"),
        ([("groot.pdf", b"%PDF-" + bytes(4_000_000))], "groot.pdf is groter dan 3 MB"),
        ([(f"{one}.txt", b"x" * 2_900_000) for one in range(2)], "hoogstens 5 MB"),
        ([(f"{one}.txt", b"x") for one in range(6)], "hoogstens 5 bijlagen"),
    ):
        status, shown = add(leiden, *files)
        assert status == 400
        assert says in Page(shown).alert
        assert Page(shown).says_at("bijlagen")
        assert "<b>" not in shown
    assert leiden.post(ADD, data={"bijlagen": "geen bestand"}).status_code == 400
    many = [("bijlagen", ("x.txt", b"x"))] * 60
    assert leiden.post(ADD, files=many).status_code == 400
    assert leiden.post(ADD, content=_large(), headers=FORM).status_code == 413, "of no length"
    assert add(katwijk, POSTER)[0] == 404
    assert add(leiden, POSTER, address="/beheer/regiobericht/9/bijlagen")[0] == 404
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert leiden.post(ADD, files=[("bijlagen", POSTER)], headers=elsewhere).status_code == 403
    assert press(leiden, "weg", bijlage="poster.pdf") == 400
    assert names(sqlite_world) == []
    with sqlite_world.read() as session:
        assert session.exec(select(BlobRow)).all() == []


def test_files_with_a_date_that_may_move_and_by_a_way_out_that_takes_less(
    make_app: MakeApp, visit: Visit, log_in: LogIn, sqlite_world: Database
) -> None:
    """Nobody but a person can tell whether that date stands in a file for residents."""
    graph = {"graph_tenant": "example.org", "graph_client": "c", "graph_secret": "s" * 32}
    own = {"mail_from": "campagne@gemeente.test", "base_url": "https://campagne.gemeente.test"}
    app = make_app(second_factor=False, four_eyes="nooit", **graph, **own)
    browser = visit(app)
    log_in(browser, app, "leiden-centrum@example.nl")
    data = {"editie": "orange-the-world-2026", "regio": "holland-rijnland"}
    browser.post("/beheer/regioberichten", data=data)
    assert "samen hoogstens 2 MB." in browser.get(ONE).text
    assert "moet een collega" not in browser.get(ONE).text, "as it was set"
    assert add(browser, ("a.pdf", b"%PDF-" + bytes(2_000_000)))[0] == 400
    assert add(browser, POSTER)[0] == 303
    warning = "Kijk of er in de bijlagen niets voor inwoners staat met die datum."
    assert warning not in browser.get(ONE).text
    with sqlite_world.session() as session:
        session.execute(update(EditionRow).values(status=EditionStatus.PROVISIONAL))
    assert warning in browser.get(ONE).text


def test_only_who_may_write_it_can_send_more_than_a_form_holds(
    leiden: TestClient, katwijk: TestClient
) -> None:
    """Nothing of it is read for anybody else, and no other address takes as much."""
    read = 0

    def body() -> Iterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 10_000
            yield b"x" * 10_000

    stranger = TestClient(leiden.app, base_url=str(leiden.base_url), follow_redirects=False)
    assert stranger.post(ADD, content=body(), headers=FORM).status_code == 403
    assert katwijk.post(ADD, content=body(), headers=FORM).status_code == 404
    assert read == 0
    assert leiden.post(ADD, content=body(), headers=FORM).status_code == 400
    assert read == 1_000_000
    large = {**FORM, "content-length": "1000000"}
    for address in (ONE, f"{ONE}/mail/0", "/beheer/regiobericht/x/bijlagen", f"{ADD}/"):
        assert leiden.post(address, content=b"", headers=large).status_code == 413
    assert leiden.get(ADD, headers={"content-length": "1000000"}).status_code == 413
