"""The answer page."""

from datetime import date

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.answers import Source
from campagne.domain.reminders import Answer
from campagne.services.access import Links
from campagne.store import said_and_done, tables
from campagne.store.database import Database
from tests.broadcast_rows import asked
from tests.web.forms_of_page import Page, changed

ORANGE = "orange-the-world-2026"


@pytest.fixture
def link(app: App, sqlite_world: Database) -> str:
    """The path of the link that Katwijk got about Orange the World."""
    with sqlite_world.session() as session:
        session.add(asked())
    return app.links.answer(1, "katwijk").removeprefix(app.settings.base_url)


def answers(database: Database) -> dict[str, Answer]:
    with database.read() as session:
        return {gemeente: one for (_, gemeente), one in said_and_done.answers(session).items()}


def test_looking_changes_nothing(client: TestClient, link: str, sqlite_world: Database) -> None:
    """Mail scanners open every link, and more than once."""
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
    assert client.head(link).status_code == 200
    assert answers(sqlite_world) == {}
    assert "Doet Katwijk mee?" in page.text
    assert page.text.count('name="antwoord"') == 3
    assert "uiterlijk maandag 28 september 2026" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"


def test_an_answer_can_be_given_and_changed(
    client: TestClient, link: str, sqlite_world: Database
) -> None:
    """Until the campaign starts; the page shows the last one."""
    for value, said in (
        ("join", "Katwijk doet mee."),
        ("decline", "Katwijk doet niet mee."),
        ("later", "Katwijk beslist later."),
    ):
        sent = client.post(
            link, data={"antwoord": value, "dag": "2026-10-12", "naam": "  Team   Zorg "}
        )
        assert (sent.status_code, sent.headers["location"]) == (303, link)
        assert answers(sqlite_world) == {"katwijk": Answer(value)}
        assert said in client.get(link).text
    assert "Jullie weten het uiterlijk maandag 12 oktober 2026." in client.get(link).text
    with sqlite_world.read() as session:
        first, last = (session.get_one(tables.AnswerRow, one) for one in (1, 3))
    assert (first.by, first.until, first.source) == ("Team Zorg", None, Source.LINK)
    assert last.until == date(2026, 10, 12)


@pytest.mark.parametrize("day", ["", "morgen", "2026-09-06", "2026-11-25", "2026-02-30"])
def test_who_decides_later_says_when(
    client: TestClient, link: str, sqlite_world: Database, day: str
) -> None:
    """From today, and before the campaign starts; what was typed stays."""
    refused = client.post(link, data={"antwoord": "later", "dag": day})
    assert refused.status_code == 400
    page = Page(refused.text)
    assert page.says_at("dag")
    assert page.form(link).values["antwoord"] == ["later"]
    assert page.form(link).values["dag"] == [day]
    assert answers(sqlite_world) == {}
    for good in ("2026-09-07", "2026-11-24"):
        assert client.post(link, data={"antwoord": "later", "dag": good}).status_code == 303


def test_who_works_for_several_gemeenten_answers_for_each_on_one_page(
    client: TestClient, app: App, link: str, sqlite_world: Database
) -> None:
    """One may wait, and what is wrong stands at the gemeente that it is wrong of."""
    del link  # asks
    path = app.links.answer(1, "lisse", ["hillegom", "teylingen", "gouda"])
    path = path.removeprefix(app.settings.base_url)
    form = Page(client.get(path).text).form(path)
    assert set(form.values) == {
        *("nu", "nu-hillegom", "nu-teylingen"),
        *("nudag", "nudag-hillegom", "nudag-teylingen"),
        *("dag", "dag-hillegom", "dag-teylingen", "naam"),
    }, "Gouda is not asked"
    given = {"antwoord": "join", "antwoord-teylingen": "later", "dag-teylingen": ""}
    refused = Page(client.post(path, data=changed(form, given)).text)
    assert refused.says_at("dag-teylingen")
    assert answers(sqlite_world) == {}, "all or nothing"
    given["dag-teylingen"] = "2026-10-01"
    assert client.post(path, data=changed(form, given)).status_code == 303
    assert answers(sqlite_world) == {"lisse": Answer.JOIN, "teylingen": Answer.LATER}
    late = client.post(path, data=changed(form, {"antwoord-teylingen": "decline"}))
    assert "Een collega antwoordde intussen: Teylingen beslist later" in Page(late.text).alert
    none = client.post(path, data={"naam": "Team Zorg"})
    assert Page(none.text).says_at("antwoord")
    client.post(path, data={"antwoord-gouda": "join", "antwoord": "join"})
    assert answers(sqlite_world) == {"lisse": Answer.JOIN, "teylingen": Answer.LATER}


def test_what_a_colleague_answered_for_another_gemeente_stays(
    client: TestClient, app: App, link: str, sqlite_world: Database
) -> None:
    """Who changes one of several sends the others along as they stood when the page was opened."""
    del link  # asks
    path = app.links.answer(1, "lisse", ["hillegom", "teylingen"])
    path = path.removeprefix(app.settings.base_url)
    first = {"antwoord": "join", "antwoord-hillegom": "join", "antwoord-teylingen": "later"}
    client.post(path, data=first | {"dag-teylingen": "2026-10-01"})
    old = Page(client.get(path).text).form(path)
    client.post(path, data={"antwoord-hillegom": "decline", "nu-hillegom": "join"})
    client.post(path, data={"antwoord-teylingen": "later", "dag-teylingen": "2026-10-08"})

    only_lisse = changed(old, {"antwoord": "decline"})
    named_wrong = client.post(path, data={**only_lisse, "naam": ["x@example.org"]})
    assert named_wrong.status_code == 400
    again = Page(named_wrong.text).form(path)
    assert again.values["antwoord"] == ["decline"]
    assert again.values["antwoord-hillegom"] == again.values["nu-hillegom"] == ["decline"]
    assert again.values["dag-teylingen"] == ["2026-10-08"]
    assert client.post(path, data=only_lisse).status_code == 303
    assert answers(sqlite_world) == {
        "lisse": Answer.DECLINE,
        "hillegom": Answer.DECLINE,
        "teylingen": Answer.LATER,
    }
    with sqlite_world.read() as session:
        days = [one.until for one in session.exec(select(tables.AnswerRow))]
    assert days[-2:] == [date(2026, 10, 8), None]
    # Another day for one that still decides later is an answer, and the page of one gemeente too.
    later = changed(Page(client.get(path).text).form(path), {"dag-teylingen": "2026-10-15"})
    client.post(path, data=later)
    assert "uiterlijk donderdag 15 oktober 2026" in client.get(path).text
    alone = app.links.answer(1, "lisse").removeprefix(app.settings.base_url)
    late = client.post(alone, data={"antwoord": "join", "nu": "join", "nudag": "", "dag": ""})
    assert "Een collega antwoordde intussen: Lisse doet niet mee" in Page(late.text).alert


def test_two_who_change_the_same_at_once_are_told_of_all(
    client: TestClient, app: App, link: str, sqlite_world: Database
) -> None:
    """Another day for later is another answer; nothing of the second is stored."""
    del link  # asks
    path = app.links.answer(1, "lisse", ["hillegom", "teylingen"])
    path = path.removeprefix(app.settings.base_url)
    old = Page(client.get(path).text).form(path)
    first = {"antwoord": "join", "antwoord-hillegom": "later", "dag-hillegom": "2026-10-01"}
    client.post(path, data=changed(old, first))
    both = {"antwoord": "decline", "antwoord-hillegom": "later", "dag-hillegom": "2026-10-08"}
    late = client.post(path, data=changed(old, {**both, "antwoord-teylingen": "join"}))
    page = Page(late.text)
    assert late.status_code == 400
    assert "Lisse doet mee. Jouw antwoord is niet opgeslagen." in page.alert
    assert (
        "Hillegom beslist later en weet het uiterlijk donderdag 1 oktober 2026. Jouw antwoord"
        in page.alert
    )
    assert page.says_at("antwoord")
    assert page.says_at("antwoord-hillegom")
    assert answers(sqlite_world) == {"lisse": Answer.JOIN, "hillegom": Answer.LATER}
    # Two days for later, one after the other from the same page.
    old = Page(client.get(path).text).form(path)
    assert client.post(path, data=changed(old, {"dag-hillegom": "2026-10-05"})).status_code == 303
    late = client.post(path, data=changed(old, {"dag-hillegom": "2026-10-12"}))
    assert "uiterlijk maandag 5 oktober 2026" in Page(late.text).alert
    again = Page(late.text).form(path)
    assert again.values["dag-hillegom"] == ["2026-10-12"], "as it was typed"
    assert client.post(path, data=changed(again, {})).status_code == 303, "now knowingly"
    with sqlite_world.read() as session:
        last = session.exec(select(tables.AnswerRow)).all()[-1]
    assert last.until == date(2026, 10, 12)


def test_without_a_name_a_colleague_answered(
    client: TestClient, link: str, sqlite_world: Database
) -> None:
    """A name is not asked for more than is needed."""
    client.post(link, data={"antwoord": "join"})
    with sqlite_world.read() as session:
        assert session.get_one(tables.AnswerRow, 1).by == "Een collega van Katwijk"


def test_enter_in_the_field_of_the_name_chooses_nothing(
    client: TestClient, link: str, sqlite_world: Database
) -> None:
    """A form with one button and no answer marked; the name stays, and later the answer too."""
    form = Page(client.get(link).text).form(link)
    assert form.values.keys() == {"nu", "nudag", "dag", "naam"}
    refused = client.post(link, data=changed(form, {"naam": "Team Zorg"}))
    assert refused.status_code == 400
    page = Page(refused.text)
    assert page.alert.strip() == "Kies een antwoord: mee, niet mee of later."
    assert page.says_at("antwoord")
    assert page.form(link).values["naam"] == ["Team Zorg"]
    assert answers(sqlite_world) == {}
    wrong = client.post(link, data={"antwoord": "later", "naam": "x@example.org", "nu": ""})
    assert Page(wrong.text).form(link).values["antwoord"] == ["later"]
    client.post(link, data={"antwoord": "decline", "nu": ""})
    form = Page(client.get(link).text).form(link)
    assert form.values["antwoord"] == ["decline"], "what it is now"
    assert client.post(link, data=changed(form, {})).status_code == 303
    with sqlite_world.read() as session:
        assert len(session.exec(select(tables.AnswerRow)).all()) == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"antwoord": "misschien"},
        {"antwoord": "join", "naam": "x" * 61},
        {"antwoord": "join", "naam": "Klik op http://evil.example.org"},
        {"antwoord": "join", "naam": "Kijk op WWW.evil.example.org"},
        {"antwoord": "join", "naam": "mail x@example.org"},
        {"antwoord": "join", "naam": "a\x00b"},
    ],
)
def test_what_the_form_cannot_send_is_refused(
    client: TestClient, link: str, sqlite_world: Database, data: dict[str, str]
) -> None:
    """In Dutch, and nothing is stored."""
    refused = client.post(link, data=data)
    assert refused.status_code == 400
    assert '<html lang="nl" ' in refused.text
    assert answers(sqlite_world) == {}


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example.org"}]
)
def test_another_website_cannot_answer(
    client: TestClient, link: str, sqlite_world: Database, headers: dict[str, str]
) -> None:
    """Even one that knows the link."""
    refused = client.post(link, data={"antwoord": "join"}, headers=headers)
    assert refused.status_code == 403
    assert "Er is niets veranderd" in refused.text
    assert answers(sqlite_world) == {}


def test_a_link_that_we_did_not_make_is_refused(
    client: TestClient, app: App, link: str, sqlite_world: Database
) -> None:
    """Changed by a letter, made with another key, about another broadcast, or by guessing."""
    elsewhere = Links(app.settings.base_url, "x" * 32).answer(1, "katwijk")
    wrong = [
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        elsewhere.removeprefix(app.settings.base_url),
        app.links.answer(99, "katwijk").removeprefix(app.settings.base_url),
        "/antwoord/1",
        "/antwoord/%00",
        "/antwoord/katwijk.gouda",
    ]
    for path in wrong:
        for answer in (client.get(path), client.post(path, data={"antwoord": "join"})):
            assert answer.status_code == 404, path
            assert '<html lang="nl" ' in answer.text
    assert answers(sqlite_world) == {}


def test_a_gemeente_answers_for_itself_only(
    client: TestClient, app: App, link: str, sqlite_world: Database
) -> None:
    """Its link names it; Gouda was not asked by Leiden at all."""
    client.post(link, data={"antwoord": "join", "gemeente": "lisse"})
    assert answers(sqlite_world) == {"katwijk": Answer.JOIN}
    gouda = app.links.answer(1, "gouda").removeprefix(app.settings.base_url)
    assert client.post(gouda, data={"antwoord": "join"}).status_code == 404
    assert answers(sqlite_world) == {"katwijk": Answer.JOIN}


def test_after_the_start_the_answer_stands(
    client: TestClient, link: str, sqlite_world: Database, clock: SetClock
) -> None:
    """The page then has no form, and a form that was still open is refused."""
    client.post(link, data={"antwoord": "join"})
    clock.move_to(date(2026, 11, 25))
    page = client.get(link).text
    assert "Katwijk doet mee." in page
    assert 'name="antwoord"' not in page
    assert "is begonnen op woensdag 25 november 2026" in page
    assert client.post(link, data={"antwoord": "decline"}).status_code == 400
    assert answers(sqlite_world) == {"katwijk": Answer.JOIN}
