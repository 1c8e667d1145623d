"""The words of the mails on a page: who may change them, the example, and forms that go wrong."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from campagne import resources
from campagne.bootstrap import App
from campagne.services.mail_words.mail_templates import TEMPLATES
from campagne.store.database import Database
from campagne.store.tables import MailTextRow

LIST, PAGE = "/beheer/mailteksten", "/beheer/mailtekst/inloggen"
EXAMPLE = f"{PAGE}/voorbeeld"
BEHEER = "beheer@example.nl"
BEHEER_GOUDA = "beheer-gouda@example.nl"
LEIDEN = "leiden-centrum@example.nl"
KATWIJK = "katwijk-campagnes@example.nl"

LogIn = Callable[[TestClient, App, str], None]
MakeApp = Callable[..., App]
Visit = Callable[[App], TestClient]
MailedLink = Callable[[TestClient, App, str], str]

WORDS = {
    "onderwerp": "Kom erin, {{ name }}",
    "kop": "Kom erin",
    "voorproef": "De deur staat open.",
    "tekst": "Dag {{ name }},\r\n\r\n**[Log in]({{ url }})**\r\n",
    "waarom": "wij zijn vrolijk",
}


@pytest.fixture
def app(make_app: MakeApp, administrators: None) -> App:
    """The service with the people who manage; nobody needs a code."""
    assert administrators is None
    return make_app(second_factor=False)


def send(client: TestClient, **changed: str) -> tuple[int, str]:
    page = client.get(PAGE).text
    version = re.findall(r'name="versie" value="(\w+)"', page)
    data = {"wat": "wijzig", "versie": version[0] if version else "", **WORDS, **changed}
    answer = client.post(PAGE, data=data)
    return answer.status_code, unescape(answer.text)


def stored(database: Database) -> list[MailTextRow]:
    with database.read() as session:
        return list(session.exec(select(MailTextRow)))


def test_all_mails_are_listed_and_each_can_be_seen(beheer: TestClient) -> None:
    page = beheer.get(LIST).text
    assert LIST in beheer.get("/mijn").text
    for name, one in TEMPLATES.items():
        assert one.title in page
        chosen = {"editie": "orange-the-world-2026", "gemeente": "lisse"}
        page_of_one = beheer.get(f"/beheer/mailtekst/{name}", params=chosen)
        assert page_of_one.status_code == 200
        assert "frame-src 'self'" in page_of_one.headers["content-security-policy"]
        seen = beheer.get(f"/beheer/mailtekst/{name}/voorbeeld", params=chosen)
        assert seen.status_code == 200
        assert "Onderwerp: <strong>" in seen.text
        assert "Zonder opmaak" in seen.text
        policy = seen.headers["content-security-policy"]
        assert "sandbox" in policy
        assert "script" not in policy
        if name not in {"inloggen", "verzoek-wissen", "klopt-dit-nog", "klopt-niet"}:
            assert "Orange the World" in seen.text
        assert "Lisse" in seen.text


def test_every_sign_in_a_mail_is_explained_above_its_words(beheer: TestClient) -> None:
    """Also what is in each list, for who never saw a template."""
    page = unescape(beheer.get("/beheer/mailtekst/herinnering").text)
    table = page.partition('aria-label="Tekens"')[2].partition("</table>")[0]
    for path in resources.folder("templates").joinpath("mail").glob("*.md"):
        text = path.read_text("utf-8")
        for word in {*re.findall(r"{%-? *(\w+)", text), *re.findall(r"\| *(\w+)", text)}:
            assert re.search(rf"\b{word}\b", table), f"{word} in {path.name}"
    assert "Gegevens van elk in de lijst blocks (de campagnes in deze mail)" in page
    assert "blocks.steps (de stappen van deze campagne)" in page
    assert page.index('aria-label="Tekens"') < page.index("<textarea")


def test_an_own_text_is_seen_stored_mailed_and_taken_back(
    app: App, beheer: TestClient, visit: Visit, mailed_link: MailedLink, sqlite_world: Database
) -> None:
    seen = beheer.post(EXAMPLE, data=WORDS)
    assert "Kom erin, collega van" in seen.text
    assert stored(sqlite_world) == []
    assert send(beheer)[0] == 303
    page = beheer.get(PAGE, params={"gedaan": "wijzig"}).text
    assert "De tekst is opgeslagen" in page
    assert "Kom erin, {{ name }}</textarea>" in page
    assert "eigen tekst" in beheer.get(LIST).text
    assert "“wij zijn vrolijk”" in page
    # It works: who asks for a link gets one in these words.
    browser = visit(app)
    assert mailed_link(browser, app, KATWIJK)
    mails = [one.read_text("utf-8") for one in (app.settings.data_dir / "postvak").glob("*.eml")]
    assert any("Kom erin, Communicatie en beleid Katwijk" in unfolded(one) for one in mails)
    status, _ = send(beheer, wat="herstel", waarom="te vrolijk")
    assert status == 303
    assert stored(sqlite_world) == []
    assert "oorspronkelijke tekst is terug" in beheer.get(PAGE, params={"gedaan": "herstel"}).text
    log = beheer.get("/beheer/logboek?wat=mail_text").text
    assert "wij zijn vrolijk" in log
    assert "te vrolijk" in log


def unfolded(mail: str) -> str:
    return mail.replace("\r\n ", " ").replace("\n ", " ")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"tekst": "Hallo {{ naam }}"}, "'naam' bestaat niet; bedoel je 'name'?"),
        ({"tekst": "Hallo"}, "De link met 'url' ontbreekt"),
        ({"tekst": ""}, "Vul de tekst in."),
        ({"onderwerp": " "}, "Vul het onderwerp in."),
        ({"kop": "{{ name"}, "In de kop, regel 1: hier ontbreekt iets"),
        ({"waarom": ""}, "Schrijf op waarom"),
        ({"waarom": "x" * 501}, "hoogstens 500"),
        ({"versie": "oud"}, "intussen"),
        ({"wat": "verzonnen"}, "Kies een van de knoppen"),
        ({"wat": "herstel"}, "al de oorspronkelijke tekst"),
    ],
)
def test_a_form_that_makes_no_sense_keeps_what_was_typed(
    beheer: TestClient, sqlite_world: Database, changed: dict[str, str], sentence: str
) -> None:
    status, page = send(beheer, **{"voorproef": "<script>alert(1)</script>", **changed})
    assert status == 400
    assert sentence in page
    assert "<script>alert(1)</script></textarea>" in page, "unescaped by `send`"
    assert stored(sqlite_world) == []


def test_what_is_typed_is_text_on_every_page(beheer: TestClient) -> None:
    script = "<script>alert(1)</script>"
    data = {**WORDS, "onderwerp": script, "tekst": f"{script} </textarea> [x]({{{{ url }}}})"}
    for path in (PAGE, EXAMPLE):
        assert script not in beheer.post(path, data=data).text
    assert "vraagt" not in beheer.post(EXAMPLE, data=data).text


def test_a_broken_text_is_told_in_the_frame(beheer: TestClient) -> None:
    answer = beheer.post(EXAMPLE, data={**WORDS, "tekst": "{{ <b> }}"})
    assert answer.status_code == 400
    assert "In de tekst, regel 1" in answer.text
    assert "<b>" not in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]


def test_who_was_second_is_told_who_was_first(beheer: TestClient, sqlite_world: Database) -> None:
    old = re.findall(r'name="versie" value="(\w+)"', beheer.get(PAGE).text)[0]
    assert send(beheer)[0] == 303
    status, page = send(beheer, versie=old, kop="Iets anders")
    assert status == 400
    assert "intussen door Beheer Leiden veranderd" in page
    assert "Iets anders</textarea>" in page
    assert len(stored(sqlite_world)) == 1


@pytest.mark.usefixtures("administrators")
@pytest.mark.parametrize("who", [KATWIJK, LEIDEN, BEHEER])
def test_others_can_neither_see_nor_send_it(
    make_app: MakeApp, visit: Visit, log_in: LogIn, sqlite_world: Database, who: str
) -> None:
    """Nor can a beheerder without a code."""
    app = make_app(second_factor=who == BEHEER)
    client = visit(app)
    log_in(client, app, who)
    for path in (LIST, PAGE, EXAMPLE):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "beheerder bij de centrumgemeente" in answer.text
    assert send(client)[0] == 404
    assert client.post(EXAMPLE, data=WORDS).status_code == 404
    assert stored(sqlite_world) == []


def test_the_beheerder_of_another_centrumgemeente_may_too(
    app: App, client: TestClient, log_in: LogIn
) -> None:
    log_in(client, app, BEHEER_GOUDA)
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("path", ["/beheer/mailtekst/layout", "/beheer/mailtekst/layout/voorbeeld"])
def test_a_mail_that_is_not_there(beheer: TestClient, path: str) -> None:
    assert beheer.get(path).status_code == 404
    assert beheer.get(PAGE, params={"editie": "verzonnen"}).status_code == 404
    assert beheer.get(PAGE, params={"gemeente": "verzonnen"}).status_code == 404
