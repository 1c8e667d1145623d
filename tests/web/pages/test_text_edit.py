"""Changing a text on its page: seen filled in first, stored as a version, and put back."""

import html
import re
from collections.abc import Callable

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.store.database import Database
from campagne.store.tables import OwnTextRow
from tests.web.conftest import LEIDEN, Enter
from tests.web.forms_of_page import Page

SET = "/teksten/orange-the-world-2026/katwijk"
PAGE = f"{SET}/gemeentepagina"
EDIT = f"{PAGE}/wijzig"
KATWIJK, HLT = "katwijk-campagnes@example.nl", "hltsamen-communicatie@example.nl"
OWN = "Onze wethouder opent Orange the World op het plein. Kom ook, en praat met ons mee."

pytestmark = pytest.mark.usefixtures("help_lines")


@pytest.fixture
def app(make_app: Callable[..., App]) -> App:
    """The service; nobody needs a code."""
    return make_app(second_factor=False)


def field(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None, name
    return found[1]


def body_of(text: str) -> str:
    found = re.search(r'<textarea[^>]*name="tekst"[^>]*>\n(.*?)</textarea>', text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def send(client: TestClient, address: str = EDIT, **typed: str) -> tuple[int, str]:
    page = client.get(address).text
    sent = {"versie": field(page, "versie"), "titel": "Titel", "geldt": "dit", **typed}
    answer = client.post(address.partition("?")[0], data=sent, follow_redirects=True)
    return answer.status_code, answer.text


def own_words(client: TestClient) -> str:
    return OWN + "\n\n" + body_of(client.get(EDIT).text).partition("\n\n")[2]


def test_a_text_is_seen_filled_in_before_it_is_stored(
    client: TestClient, enter: Enter, sqlite_world: Database
) -> None:
    me = enter(KATWIJK)
    assert f'href="{EDIT}"' in me.get(PAGE).text
    page = me.get(EDIT).text
    assert "Er is nog geen eigen tekst van Katwijk: dit is de voorbeeldtekst." in page
    assert "{{ hulpzin }}" in body_of(page)
    assert "van woensdag 25 november tot en met donderdag 10 december 2026" in page
    words = f"{own_words(me)}\n\nIn {{{{ gemeente }}}} <b>dus</b>."
    status, shown = send(me, tekst=words, wat="voorproef", gemeente="lisse")
    assert status == 200
    assert "In Lisse &lt;b&gt;dus&lt;/b&gt;." in shown
    assert "woorden; 60 tot en met 120 mag" in shown
    _, part = send(me, tekst="{{ gemente }}", wat="voorproef", deel="ja")
    assert "<html" not in part
    assert "Regel 1: de naam gemente bestaat niet. Bedoel je gemeente?" in part
    with sqlite_world.read() as session:
        assert session.exec(select(OwnTextRow)).all() == []

    assert OWN not in client.get(PAGE).text
    _, said = send(me, tekst=own_words(me), wat="opslaan", waarom="de opening")
    assert "De tekst is opgeslagen." in said
    assert "Versie 1 voor Orange the World 2026" in said
    assert "“de opening”" in said
    assert f"<ins>{OWN}</ins>" in said
    anybody = client.get(PAGE).text
    assert OWN in anybody
    assert "Eigen tekst van Katwijk, sinds maandag 7 september 2026" in anybody
    assert EDIT not in anybody
    assert ". Eigen tekst van Katwijk" in client.get(SET).text
    assert OWN in client.get(f"{PAGE}.txt").text

    _, said = send(me, wat="weghalen")
    assert "Je eigen tekst is weg." in said
    assert "De eigen tekst is weggehaald." in said
    assert OWN not in client.get(PAGE).text
    _, said = send(me, wat="herstel", nummer="dit-1")
    assert "Die versie is teruggezet." in said
    assert OWN in client.get(PAGE).text


def test_one_paragraph_is_changed_by_itself(enter: Enter) -> None:
    me = enter(KATWIJK)
    one = f"{EDIT}?alinea=2"
    page = me.get(one).text
    assert "<h1>Wijzig alinea 2 voor Katwijk</h1>" in page
    assert body_of(page).startswith("Maakt u zich zorgen over iemand")
    status, said = send(me, one, tekst="{{ gemente }}", alinea="2", wat="opslaan")
    assert status == 400
    assert "Regel 1: de naam gemente bestaat niet." in said
    assert "<h1>Wijzig alinea 2 voor Katwijk</h1>" in said
    new = "Maakt u zich zorgen? Vraag hoe het gaat. Luister, en zeg dat u er bent."
    status, said = send(me, one, tekst=new, alinea="2", wat="opslaan")
    assert status == 200
    assert body_of(said).split("\n\n")[1] == new


def test_a_paragraph_is_never_put_over_another_one(enter: Enter) -> None:
    """A colleague takes one away before it is saved, so that another has its number."""
    me, colleague = enter(KATWIJK), enter(LEIDEN)
    new = "Maakt u zich zorgen? Vraag hoe het gaat. " + "Er zijn mensen die met u meedenken. " * 5
    new = new.strip()
    form = me.get(f"{EDIT}?alinea=2").text
    (mine,) = (one for one in Page(form).forms if "alinea" in one.values)
    typed = {**mine.values, "tekst": new, "geldt": "dit"}
    before = body_of(me.get(EDIT).text).split("\n\n")
    send(colleague, tekst="\n\n".join([f"{OWN} {before[0]}", *before[1:]]), wat="opslaan")
    moved = body_of(me.get(EDIT).text).split("\n\n")
    send(colleague, f"{EDIT}?alinea=1", alinea="1", tekst="", wat="opslaan")

    for what in ("voorproef", "opslaan"):
        answer = me.post(EDIT, data={**typed, "wat": what})
        assert answer.status_code == 400
        assert "intussen door" in answer.text
        assert "<h1>Wijzig alinea 1 voor Katwijk</h1>" in answer.text, "it stands there now"
        assert body_of(answer.text) == new
    (again,) = (one for one in Page(answer.text).forms if "alinea" in one.values)
    saved = me.post(
        EDIT, data={**again.values, "geldt": "dit", "wat": "opslaan"}, follow_redirects=True
    )
    assert saved.status_code == 200, saved.text
    assert body_of(saved.text).split("\n\n") == [new, *moved[2:]]

    other = me.post(EDIT, data={**typed, "wat": "opslaan"})
    assert "Dit is anders dan wat er nu staat:" in other.text
    assert f"Alinea 2: nu {html.escape(moved[2])}, bij jou {new}" in other.text

    gone = me.post(EDIT, data={**typed, "alinea": "9", "wat": "opslaan"})
    assert "De alinea is er niet meer." in gone.text
    assert body_of(gone.text).split("\n\n") == [new, *moved[2:], new]


def test_a_newer_text_is_offered_with_what_changed(enter: Enter, sqlite_world: Database) -> None:
    me = enter(KATWIJK)
    send(me, tekst=own_words(me), wat="opslaan")
    with sqlite_world.session() as session:
        row = session.exec(select(OwnTextRow)).one()
        was, now = "Iets kleins helpt.", "Iets kleins kan al helpen."
        row.base_body = row.base_body.replace(now, was)
        row.body = row.body.replace(now, was)
    page = me.get(EDIT).text
    assert "Er is een nieuwere voorbeeldtekst" in page
    gone, new = (
        f'<{tag}><span class="visually-hidden">[{said}: </span>{words}'
        '<span class="visually-hidden">]</span>'
        f"</{tag}>"
        for tag, said, words in (("del", "weg", "helpt."), ("ins", "erbij", "kan al helpen."))
    )
    assert f"Iets kleins {gone} {new} Vraag hoe het gaat." in page
    status, said = send(me, wat="overnemen")
    assert status == 200
    assert "Er is een nieuwere voorbeeldtekst" not in said
    assert (OWN in body_of(said), now in body_of(said)) == (True, True)


def test_who_may_change_a_broken_text_is_told(
    client: TestClient, enter: Enter, sqlite_world: Database
) -> None:
    me = enter(KATWIJK)
    send(me, tekst=own_words(me), wat="opslaan")
    with sqlite_world.session() as session:
        session.exec(select(OwnTextRow)).one().body = "{{ verdwenen }}"
    fault = "Regel 1: de naam verdwenen bestaat niet."
    assert "Iets kleins kan al helpen." in client.get(PAGE).text
    for address in (PAGE, SET):
        anybody = client.get(address)
        assert (anybody.status_code, fault in anybody.text) == (200, False)
        assert fault in me.get(address).text
    assert fault in me.get(EDIT).text


def test_a_centrumgemeente_writes_for_its_region(client: TestClient, enter: Enter) -> None:
    centre = enter(LEIDEN)
    assert f'href="{EDIT}?voor=regio"' in centre.get(PAGE).text
    address = f"{EDIT}?voor=regio"
    page = centre.get(address).text
    assert "<h1>Wijzig de tekst voor de regio Holland Rijnland</h1>" in page
    assert "{% if je %}Maak je je{% else %}Maakt u zich{% endif %}" in body_of(page)
    (action,) = {one.action for one in Page(page).forms if "wijzig" in one.action}
    words = OWN + "\n\n" + body_of(page).partition("\n\n")[2]
    sent = {"versie": field(page, "versie"), "titel": "T", "geldt": "elk", "tekst": words}
    answer = centre.post(action, data={**sent, "wat": "opslaan"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "Hij is er voor elk jaar." in answer.text
    for place in ("katwijk", "lisse"):
        text = client.get(f"/teksten/orange-the-world-2026/{place}/gemeentepagina").text
        assert "Eigen tekst van de regio Holland Rijnland" in text
    assert "dit is de tekst van de regio Holland Rijnland." in enter(KATWIJK).get(EDIT).text


def test_who_works_elsewhere_finds_no_page(client: TestClient, enter: Enter) -> None:
    stranger = enter(HLT)
    assert EDIT not in stranger.get(PAGE).text
    for address in (EDIT, f"{EDIT}?voor=regio"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, data={"wat": "opslaan"}).status_code == 404
        assert client.get(address).status_code == 303
    mine = enter(KATWIJK)
    assert mine.get(f"{SET}/verzonnen/wijzig").status_code == 404
    assert mine.post(EDIT, content=b"tekst=" + b"x" * 5_000_000).status_code == 413
