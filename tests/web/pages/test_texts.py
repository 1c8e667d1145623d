"""The texts of an edition for a gemeente: their addresses, for whom they are, releasing them."""

import io
import re
from collections.abc import Callable

import docx
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.domain.rota import EditionStatus
from campagne.domain.texts import PUBLIC, TextKind
from campagne.services import audit
from campagne.store import tables
from campagne.store.database import Database
from tests.web.conftest import BEHEER, LEIDEN, Enter

WEEK = "week-tegen-kindermishandeling-2026"
SET = f"/teksten/{WEEK}/katwijk"
WAITS = "/teksten/publiekscampagne-huiselijk-geweld-2026/katwijk"
KATWIJK, HLT = "katwijk-campagnes@example.nl", "hltsamen-communicatie@example.nl"
CLOSED = [kind for kind in TextKind if kind not in PUBLIC]


pytestmark = pytest.mark.usefixtures("help_lines")


@pytest.fixture
def app(make_app: Callable[..., App], administrators: None) -> App:
    """The service; nobody needs a code."""
    assert administrators is None
    return make_app(second_factor=False)


def version(client: TestClient) -> str:
    found = re.search(r'name="versie" value="(\w+)"', client.get(SET).text)
    assert found is not None
    return found[1]


def release(client: TestClient, *kinds: str, what: str = "vrij", seen: str = "") -> tuple[int, str]:
    sent = {"wat": what, "soort": list(kinds), "versie": seen or version(client)}
    answer = client.post(f"{SET}/vrijgave", data=sent)
    return answer.status_code, answer.text


def reached(client: TestClient, path: str) -> int:
    return client.get(path).status_code


def test_each_text_has_an_address_in_each_form(client: TestClient) -> None:
    media = {
        "": "text/html; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".md": "text/markdown; charset=utf-8",
        ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
    for suffix, kind in media.items():
        answer = client.get(f"{SET}/website{suffix}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "cookie" in answer.headers["vary"]
        named = f'filename="{WEEK}_katwijk_website{suffix}"'
        assert (named in answer.headers.get("content-disposition", "")) == bool(suffix)
        assert client.get(f"{SET}/website{suffix}").content == answer.content
    assert "van maandag 16 tot en met zondag 22 november 2026" in client.get(f"{SET}/website").text


def test_the_page_of_all_leads_to_what_is_open_and_names_the_rest(client: TestClient) -> None:
    answer = client.get(SET)
    assert "<h1>Teksten voor Katwijk: Week tegen Kindermishandeling 2026</h1>" in answer.text
    assert answer.headers["x-robots-tag"] == "noindex"
    for kind in TextKind:
        assert (f'href="{SET}/{kind}.docx"' in answer.text) == (kind in PUBLIC)
    assert f'href="/inloggen?naar={SET}"' in answer.text
    assert "vrijgeven" not in answer.text
    edition = client.get(f"/editie/{WEEK}?gemeente=katwijk").text
    assert f'href="{SET}"' in edition
    assert f'href="{SET}/website"' in edition


def test_what_is_not_open_asks_to_log_in(client: TestClient, enter: Enter) -> None:
    inside = enter(HLT)
    for suffix in ("", ".txt", ".html", ".md", ".docx"):
        path = f"{SET}/persbericht{suffix}"
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/inloggen?naar=")
        answer = inside.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


def test_one_document_has_what_may_be_read(client: TestClient, enter: Enter) -> None:
    def headings(browser: TestClient) -> list[str]:
        made = docx.Document(io.BytesIO(browser.get(f"{SET}/alles.docx").content))
        return [one.text for one in made.paragraphs if one.style and one.style.name == "Heading 2"]

    assert (len(headings(client)), len(headings(enter(KATWIJK)))) == (len(PUBLIC), len(TextKind))


def test_what_is_not_there_is_told_in_dutch(client: TestClient) -> None:
    for path, sentence in {
        f"{SET}/website.pdf": "De vorm &#39;pdf&#39; bestaat niet.",
        f"{SET}/web": "De soort &#39;web&#39; bestaat niet.",
        f"{SET}/alles.txt": "De soort &#39;alles&#39; bestaat niet.",
        f"{SET}/website.": "De vorm",
        f"/teksten/{WEEK}/assen": "De gemeente &#39;assen&#39; bestaat niet.",
        "/teksten/pasen-2026/katwijk/x": "De editie &#39;pasen-2026&#39; bestaat niet.",
        f"/teksten/{WEEK}/%00/website": "bestaat niet",
    }.items():
        answer = client.get(path)
        assert (answer.status_code, sentence in answer.text) == (404, True), path


def test_what_is_released_is_open_to_everyone_until_it_is_not(
    client: TestClient, enter: Enter, sqlite_world: Database
) -> None:
    officer = enter(KATWIJK)
    assert release(officer, "intranet", "kcc") == (303, "")
    assert reached(client, f"{SET}/intranet.txt") == 200
    assert reached(client, f"{SET}/evaluatie.txt") == 303
    assert reached(client, f"/teksten/{WEEK}/lisse/intranet") == 303
    assert "<h3>Voor collega&#39;s</h3>" in client.get(f"/editie/{WEEK}?gemeente=katwijk").text
    assert "vrijgegeven: voor iedereen" in client.get(SET).text
    assert "De teksten zijn vrijgegeven." in officer.get(f"{SET}?gedaan=vrij").text

    assert release(officer, "intranet", "evaluatie", what="terug") == (303, "")
    assert reached(client, f"{SET}/intranet.txt") == 303
    assert reached(client, f"{SET}/kcc.txt") == 200
    with sqlite_world.read() as session:
        log = audit.entries(session, of=("municipality", "katwijk"), limit=None)
    assert [(one.by, one.what, one.changes) for one in log] == [
        (
            "Communicatie en beleid Katwijk",
            "teksten van Week tegen Kindermishandeling 2026 niet meer vrij",
            (("teksten", "", "intranet"),),
        ),
        (
            "Communicatie en beleid Katwijk",
            "teksten van Week tegen Kindermishandeling 2026 vrijgegeven",
            (("teksten", "", "intranet en kcc"),),
        ),
    ]


def test_all_are_released_at_once_and_again_changes_nothing(
    client: TestClient, enter: Enter, sqlite_world: Database
) -> None:
    officer = enter(KATWIJK)
    for _ in range(2):
        assert release(officer, what="alles") == (303, "")
    waiting = {TextKind.PRESS, TextKind.QUOTE, TextKind.COUNCIL}
    for kind in TextKind:
        assert reached(client, f"{SET}/{kind}.md") == (303 if kind in waiting else 200)
    with sqlite_world.read() as session:
        rows = session.exec(select(tables.TextReleaseRow)).all()
        assert {one.kind for one in rows} == set(CLOSED) - waiting
        assert len(audit.entries(session, of=("municipality", "katwijk"), limit=None)) == 1


def test_other_words_close_a_text_again(
    client: TestClient, enter: Enter, sqlite_world: Database
) -> None:
    """Released is what was read."""
    officer = enter(KATWIJK)
    release(officer, what="alles")
    seen = version(officer)
    with sqlite_world.session() as session:
        place = session.get_one(tables.MunicipalityRow, "katwijk")
        place.name = "Katwijk aan Zee"
    assert reached(client, f"{SET}/partners-scholen") == 303
    assert "gewijzigd na de vrijgave" in officer.get(SET).text
    status, page = release(officer, "partners-scholen", seen=seen)
    assert status == 400
    assert "Lees ze opnieuw en geef ze dan vrij." in page
    assert 'value="partners-scholen" checked' in page
    assert reached(client, f"{SET}/partners-scholen") == 303
    assert release(officer, "partners-scholen")[0] == 303
    assert reached(client, f"{SET}/partners-scholen") == 200


def test_nothing_is_released_of_what_is_not_sure(
    client: TestClient, enter: Enter, sqlite_world: Database
) -> None:
    officer = enter(KATWIJK)
    release(officer, what="alles")
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, WEEK).status = EditionStatus.PROVISIONAL
    assert reached(client, f"{SET}/intranet") == 303
    assert "Voorlopig: nog niet publiceren." in client.get(SET).text
    status, page = release(officer, "intranet", seen="x")
    assert status == 400
    assert "Teksten geef je vrij als de datum vaststaat." in page
    for suffix in ("", ".txt", ".html", ".md"):
        assert "VOORLOPIG: NOG NIET PUBLICEREN" in client.get(f"{WAITS}/website{suffix}").text
    made = docx.Document(io.BytesIO(client.get(f"{WAITS}/x.docx").content))
    assert made.sections[0].header.paragraphs[0].text == "Voorlopig: nog niet publiceren"


def test_what_is_not_finished_stays_closed(client: TestClient, enter: Enter) -> None:
    """A journalist reads it as it is; a colleague fills in the name when she copies it."""
    officer = enter(KATWIJK)
    page = officer.get(SET).text
    assert "Persbericht (alleen na inloggen). Nog niet af: 3 plekken in te vullen" in page
    assert "Intranet (alleen na inloggen)</span>" in page
    for kinds, named in (
        (("persbericht",), "persbericht"),
        (("intranet", "citaat", "raadsinformatie"), "citaat en raadsinformatie"),
    ):
        status, page = release(officer, *kinds)
        assert status == 400
        assert f"Nog niet af: {named}. Er is nog niets vrijgegeven. Vul eerst in wat" in page
    assert {reached(client, f"{SET}/{kind}") for kind in ("persbericht", "intranet")} == {303}


def test_its_gemeente_or_its_region_releases_a_text(client: TestClient, enter: Enter) -> None:
    for who in (HLT, BEHEER):
        browser = enter(who)
        assert "Teksten vrijgeven" not in browser.get(SET).text
        status, page = release(browser, "kcc", seen="x")
        assert (status, reached(client, f"{SET}/kcc")) == (404, 303)
        assert "geven de collega&#39;s daar vrij, of hun centrumgemeente" in page
    for who in (KATWIJK, LEIDEN):
        browser = enter(who)
        assert release(browser, "kcc")[0] == 303
        assert reached(client, f"{SET}/kcc") == 200
        assert release(browser, "kcc", what="terug")[0] == 303


def test_what_cannot_be_released_is_told(enter: Enter) -> None:
    officer = enter(KATWIJK)
    for what, kinds, status, sentence in (
        ("vrij", [], 400, "Kies minstens één tekst."),
        ("", ["kcc"], 400, "Kies een van de knoppen."),
        ("vrij", ["website"], 404, "Open de pagina opnieuw."),
        ("vrij", ["verzonnen"], 404, "bestaat niet"),
    ):
        found, page = release(officer, *kinds, what=what)
        assert (found, sentence in page) == (status, True)


def test_a_picture_has_an_address_as_png_and_svg(client: TestClient) -> None:
    html = client.get(SET).text
    for name, media, start in (
        ("breed-1200x630.png", "image/png", b"\x89PNG"),
        ("poster-a4.svg", "image/svg+xml", b"<svg"),
    ):
        answer = client.get(f"{SET}/beeld/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media)
        assert answer.content.startswith(start)
        assert answer.headers["x-robots-tag"] == "noindex"
        assert f'filename="{WEEK}_katwijk_{name}"' in answer.headers["content-disposition"]
        assert f'href="{SET}/beeld/{name}"' in html
    assert "De QR-code leidt naar https://katwijk.example.nl." in html
    assert b"VOORLOPIG" in client.get(f"{WAITS}/beeld/breed-1200x630.svg").content
    for name in ("groot.png", "breed-1200x630.gif", "breed-1200x630"):
        assert reached(client, f"{SET}/beeld/{name}") == 404


def test_the_toolkit_is_there_for_who_is_logged_in(client: TestClient, enter: Enter) -> None:
    path = f"{SET}/toolkit.zip"
    assert reached(client, path) == 303
    assert path not in client.get(SET).text
    officer = enter(KATWIJK)
    assert f'href="{path}"' in officer.get(SET).text
    answer = officer.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.content.startswith(b"PK")
    assert f'filename="{WEEK}_katwijk_toolkit.zip"' in answer.headers["content-disposition"]


def test_a_text_for_partners_opens_as_a_draft(enter: Enter, client: TestClient) -> None:
    katwijk = enter(KATWIJK)
    page = katwijk.get(f"{SET}/partners-scholen").text
    assert f'href="{SET}/partners-scholen.eml"' in page
    draft = katwijk.get(f"{SET}/partners-scholen.eml")
    assert draft.status_code == 200
    assert draft.headers["content-type"] == "message/rfc822"
    assert draft.headers["content-disposition"].startswith("attachment;")
    assert b"X-Unsent: 1" in draft.content
    assert "Concept voor Outlook" not in katwijk.get(f"{SET}/website").text
    assert reached(katwijk, f"{SET}/website.eml") == 404
    # As the text itself: what is not released needs a log-in.
    assert reached(client, f"{SET}/partners-scholen.eml") == reached(
        client, f"{SET}/partners-scholen"
    )
    assert b"X-Unsent" not in client.get(f"{SET}/partners-scholen.eml").content
