"""The step page: the coordinator, a gemeente, and a stranger who has the link of another."""

import logging
import re
import sqlite3

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.playbook import Role, Scope
from campagne.domain.reminders import StepStatus
from campagne.domain.rota import EditionStatus
from campagne.services.access import Links
from campagne.services.planning import due_reminders, reminders
from campagne.store import queries, said_and_done, tables
from campagne.store.database import Database

WEEK = "week-tegen-kindermishandeling-2026"
THREE = ["hillegom", "lisse", "teylingen"]
ALL_DONE = {"staat": "done", "gemeente": THREE}


def path(links: Links, *municipalities: str, contact: str, step: str = "materiaal") -> str:
    return links.step(WEEK, step, municipalities, contact).removeprefix(links.base_url)


@pytest.fixture
def link(app: App, sqlite_world: Database, clock: SetClock) -> str:
    """The path of the link that HLTsamen got for its three gemeenten."""
    with sqlite_world.session() as session:
        reminders.replan(session, now=clock.now(), today=clock.today())
    return path(app.links, *THREE, contact="hltsamen-communicatie")


@pytest.fixture
def katwijk(app: App, link: str) -> str:  # noqa: ARG001 - that planned the reminders
    """The path of the link that Katwijk got."""
    return path(app.links, "katwijk", contact="katwijk-campagnes")


def stand(database: Database) -> dict[str, StepStatus]:
    with database.read() as session:
        return {
            gemeente: one.status
            for (*_, gemeente), one in said_and_done.step_states(session).items()
        }


def dump(database: Database) -> list[str]:
    connection = sqlite3.connect(database.url.removeprefix("sqlite:///"))
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def boxes(html: str) -> list[str]:
    return re.findall(r'<input[^>]*type="checkbox"[^>]*value="(\w+)" checked>', html)


def test_looking_changes_nothing(client: TestClient, link: str, sqlite_world: Database) -> None:
    """Mail scanners open every link, again and again, and by HEAD too."""
    before = dump(sqlite_world)
    for _ in range(50):
        page = client.get(link)
        assert page.status_code == 200
    assert client.head(link).status_code == 200
    assert dump(sqlite_world) == before
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"


def test_the_page_says_what_to_do_and_for_whom(client: TestClient, link: str) -> None:
    html = client.get(link).text
    for said in (
        "Week tegen Kindermishandeling",
        "<h1>Materiaal bestellen</h1>",
        "Uiterlijk maandag 21 september 2026",
        "Voor Hillegom, Lisse en Teylingen",
        "Je doet dit als Communicatie HLTsamen.",
        "van maandag 16 tot en met zondag 22 november 2026",
    ):
        assert said in html
    assert boxes(html) == THREE
    assert re.findall(r'name="staat" value="(\w+)"', html) == ["done", "skipped"]


def test_one_click_ticks_off_for_all_three(
    client: TestClient, link: str, sqlite_world: Database
) -> None:
    sent = client.post(link, data={**ALL_DONE, "opmerking": " Alles \n besteld "})
    assert (sent.status_code, sent.headers["location"]) == (303, link)
    assert sent.headers["cache-control"] == "no-store"
    assert stand(sqlite_world) == dict.fromkeys(THREE, StepStatus.DONE)
    html = client.get(link).text
    assert html.count("door Communicatie HLTsamen, maandag 7 september 2026, 8.00 uur") == 3
    assert html.count("“Alles besteld”") == 3
    assert re.findall(r'name="staat" value="(\w+)"', html) == ["open"] * 3


def test_each_gemeente_apart(client: TestClient, link: str, sqlite_world: Database) -> None:
    client.post(link, data={"staat": "done", "gemeente": ["lisse"]})
    client.post(link, data={"staat": "skipped", "gemeente": ["teylingen"]})
    assert stand(sqlite_world) == {"lisse": StepStatus.DONE, "teylingen": StepStatus.SKIPPED}
    html = client.get(link).text
    assert "Lisse: gedaan" in html
    assert "Teylingen: overgeslagen" in html
    assert "Alleen Hillegom staat nog open." in html
    assert '<input type="hidden" name="gemeente" value="hillegom">' in html
    assert "Toch niet klaar: zet Lisse weer open" in html
    assert "Toch wel doen: zet Teylingen weer open" in html
    opened = client.post(link, data={"staat": "open", "gemeente": ["teylingen"]})
    assert opened.headers["location"] == f"{link}?weer_open=teylingen"
    html = client.get(opened.headers["location"]).text
    assert "Teylingen staat weer open." in html
    assert boxes(html) == ["hillegom", "teylingen"]
    assert "weer open." not in client.get(f"{link}?weer_open=lisse&weer_open=gouda").text


def test_none_ticked_shows_the_page_again(
    client: TestClient, link: str, sqlite_world: Database
) -> None:
    """Nothing is recorded, and what to do stands above the form."""
    answer = client.post(link, data={"staat": "done"})
    assert answer.status_code == 400
    assert "Kies minstens één gemeente. Er is nog niets doorgegeven." in answer.text
    assert boxes(answer.text) == []
    assert stand(sqlite_world) == {}


def test_a_second_click_is_told_that_it_was_so(
    client: TestClient, link: str, sqlite_world: Database
) -> None:
    client.post(link, data={**ALL_DONE, "opmerking": "besteld"})
    before = dump(sqlite_world)
    again = client.post(link, data={**ALL_DONE, "opmerking": "besteld"})
    assert again.status_code == 200
    assert "Dit was al doorgegeven. Er is niets veranderd." in again.text
    assert again.headers["cache-control"] == "no-store"
    other = client.post(link, data={**ALL_DONE, "opmerking": "nog eens"})
    assert other.status_code == 400
    assert "Je gaf dit al door." not in again.text
    assert "gaf dit al door. Er is niets veranderd, en je opmerking is niet" in other.text
    assert dump(sqlite_world) == before


@pytest.mark.parametrize("closing", ["done", "skipped"])
def test_it_can_be_undone(
    client: TestClient, katwijk: str, sqlite_world: Database, closing: str
) -> None:
    """Then the reminder is planned again."""
    client.post(katwijk, data={"staat": closing, "gemeente": "katwijk"})
    assert ": zet weer open" in client.get(katwijk).text
    client.post(katwijk, data={"staat": "open", "gemeente": "katwijk"})
    assert stand(sqlite_world) == {"katwijk": StepStatus.OPEN}
    assert "Is deze stap klaar?" in client.get(katwijk).text
    with sqlite_world.read() as session:
        found = due_reminders.list_planned(session, until=queries.editions(session)[-1].span.last)
    assert ("materiaal", "katwijk") in {(one.step, one.municipality) for one in found}


def test_the_coordinator_ticks_off_the_own_step_only(
    client: TestClient, app: App, link: str, sqlite_world: Database
) -> None:
    """Leiden tells the region; what the gemeenten in it do is theirs."""
    with sqlite_world.session() as session:
        session.get_one(tables.CampaignRow, WEEK.removesuffix("-2026")).broadcast = True
        session.add(
            tables.StepRow(
                key="regio",
                position=9,
                title="De regio informeren",
                what="Stuur een bericht.",
                role=Role.CENTRE,
                lead="8 weken voor de start",
                scope=Scope.FULL.value,
                summer="before",
            )
        )
    own = path(app.links, "leiden", contact="leiden-centrum", step="regio")
    assert client.post(own, data={"staat": "done", "gemeente": "leiden"}).status_code == 303
    assert stand(sqlite_world) == {"leiden": StepStatus.DONE}
    # Even a link that we would never make gives no more than the work of its contact.
    other = path(app.links, *THREE, contact="leiden-centrum")
    assert "geen contactpersoon meer is" in client.get(other).text
    assert client.post(other, data=ALL_DONE).status_code == 400
    assert client.post(link, data={"staat": "done", "gemeente": "leiden"}).status_code == 400
    assert stand(sqlite_world) == {"leiden": StepStatus.DONE}


@pytest.mark.parametrize("gemeente", ["katwijk", "gouda", "niet-hier", "", ["lisse", "katwijk"]])
def test_a_stranger_changes_nothing_elsewhere(
    client: TestClient, link: str, sqlite_world: Database, gemeente: str | list[str]
) -> None:
    """A form that was changed by hand names a gemeente that the link does not."""
    refused = client.post(link, data={"staat": "done", "gemeente": gemeente})
    assert refused.status_code == 400
    assert "Hillegom, Lisse en Teylingen" in refused.text
    assert stand(sqlite_world) == {}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"staat": "done"},
        {"staat": "klaar", "gemeente": "lisse"},
        {"staat": "done", "gemeente": "lisse", "opmerking": "x" * 501},
        {"staat": "done", "gemeente": "lisse", "opmerking": "a\x00b"},
    ],
)
def test_what_the_form_cannot_send_is_refused(
    client: TestClient, link: str, sqlite_world: Database, data: dict[str, str]
) -> None:
    """In Dutch, and nothing is stored."""
    refused = client.post(link, data=data)
    assert refused.status_code == 400
    assert '<html lang="nl" ' in refused.text
    assert stand(sqlite_world) == {}


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example.org"}]
)
def test_another_website_cannot_tick_off(
    client: TestClient, link: str, sqlite_world: Database, headers: dict[str, str]
) -> None:
    """Even one that knows the link."""
    refused = client.post(link, data=ALL_DONE, headers=headers)
    assert refused.status_code == 403
    assert stand(sqlite_world) == {}


def test_a_link_that_we_did_not_make_is_refused(
    client: TestClient, app: App, link: str, sqlite_world: Database
) -> None:
    """Changed, made with another key, of another kind, or by guessing."""
    elsewhere = Links(app.settings.base_url, "x" * 32)
    wrong = [
        link[:20] + ("A" if link[20] != "A" else "B") + link[21:],
        path(elsewhere, *THREE, contact="hltsamen-communicatie"),
        app.links.answer(1, "lisse").replace("/antwoord/", "/stap/"),
        f"/stap/{WEEK}",
        "/stap/%00",
        "/stap/%C3%A9.%FF",
    ]
    for one in wrong:
        for answer in (client.get(one), client.post(one, data=ALL_DONE)):
            assert answer.status_code == 404, one
            assert '<html lang="nl" ' in answer.text
    assert stand(sqlite_world) == {}


def test_what_people_write_is_text(client: TestClient, katwijk: str) -> None:
    """A note or a name never becomes part of the page."""
    evil = '"><script>alert(1)</script>'
    client.post(katwijk, data={"staat": "done", "gemeente": "katwijk", "opmerking": evil})
    html = client.get(katwijk).text
    assert "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html


def test_a_cancelled_campaign_has_no_buttons(
    client: TestClient, link: str, sqlite_world: Database
) -> None:
    """And a form that was still open is refused with the same sentence."""
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, WEEK).status = EditionStatus.CANCELLED
    page = client.get(link)
    assert page.status_code == 200
    assert "gaat niet door. Deze stap hoeft niet meer." in page.text
    assert "<form" not in page.text
    refused = client.post(link, data=ALL_DONE)
    assert refused.status_code == 400
    assert "gaat niet door. Deze stap hoeft niet meer." in refused.text


def test_after_the_campaign_the_page_only_tells(
    client: TestClient, link: str, sqlite_world: Database, clock: SetClock
) -> None:
    client.post(link, data={"staat": "done", "gemeente": "lisse"})
    with sqlite_world.read() as session:
        (week,) = queries.editions(session, keys=[WEEK])
    clock.move_to(week.span.last.replace(day=week.span.last.day + 1))
    html = client.get(link).text
    assert "Week tegen Kindermishandeling is voorbij." in html
    assert "Lisse: gedaan" in html
    assert "<form" not in html


def test_an_unsure_date_is_said(client: TestClient, app: App, link: str) -> None:
    """A text for residents waits; other steps can go on."""
    with app.database.session() as session:
        session.get_one(tables.EditionRow, WEEK).status = EditionStatus.PROVISIONAL
    assert "nog niet bevestigd" in client.get(link).text
    assert "Wacht met deze stap" not in client.get(link).text
    website = path(app.links, "lisse", contact="hltsamen-communicatie", step="website")
    assert "Wacht met deze stap tot de datum vaststaat" in client.get(website).text


def test_days_that_differ_are_named_with_their_gemeente(
    client: TestClient, link: str, sqlite_world: Database
) -> None:
    """After the mail a gemeente can get a day of its own on which its town hall is closed."""
    with sqlite_world.session() as session:
        session.get_one(tables.MunicipalityRow, "lisse").closed_days = ["2026-09-21"]
    html = client.get(link).text
    assert "Uiterlijk maandag 21 september 2026 (Hillegom en Teylingen)" in html
    assert "Uiterlijk vrijdag 18 september 2026 (Lisse)" in html


def test_a_fault_does_not_write_the_link_in_the_log(
    client: TestClient, link: str, sqlite_world: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with sqlite_world.session() as session:
        session.get_one(tables.CampaignRow, "orange-the-world").rule = {"kind": "zelfbedacht"}
    with caplog.at_level(logging.ERROR, "campagne.web"):
        assert client.get(link).status_code == 500
    assert "/stap/..." in caplog.text
    assert link not in caplog.text


def test_every_state_of_the_page_is_whole(client: TestClient, link: str) -> None:
    """One main heading, no id twice, every box and field with its label."""
    for data in ({}, {"staat": "done", "gemeente": ["lisse"]}, ALL_DONE):
        if data:
            client.post(link, data=data)
        html = client.get(link).text
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        assert html.count("<h1>") == 1
        assert html.count(' choice">') == html.count('type="checkbox"')
        assert html.count("<textarea") == html.count('utrecht-form-label" for="opmerking">')
