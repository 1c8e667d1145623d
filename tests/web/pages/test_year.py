"""The page of a year."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App, opened
from campagne.clock import SetClock
from campagne.domain.reminders import StepStatus
from campagne.domain.rota import EditionStatus
from campagne.settings import Settings
from campagne.store import tables
from campagne.store.database import Database
from campagne.web.app import create_app

WEEK = "week-tegen-kindermishandeling-2026"
PUBLIC = "publiekscampagne-huiselijk-geweld-2026"


def test_it_tells_which_week_it_is_and_why_the_plan_differs(client: TestClient) -> None:
    """In the table, for people and for screen readers."""
    html = client.get("/jaar/2026").text
    row = html.partition(f'<tr id="{WEEK}"')[2].partition("</tr>")[0]
    assert "van maandag 16 tot en met zondag 22 november 2026" in row
    assert "In het plan staat: 18 - 24 november." in row
    assert "De week is altijd die met 20 november." in row
    assert "Centraal in Duin- en Bollenstreek" in row
    assert "Katwijk leidt de campagne" in row
    assert "uiterlijk maandag 21 september 2026, communicatiemedewerker" in row


def test_the_picture_says_the_same(client: TestClient) -> None:
    """What a shape says, a text says too; a bar leads to the page of its edition."""
    html = client.get("/").text
    picture = html.partition('<svg class="timeline"')[2].partition("</svg>")[0]
    assert ">★ Week tegen Kindermishandeling</text>" in picture
    assert ">Publiekscampagne huiselijk geweld (voorlopig)</text>" in picture
    assert "timeline__bar--provisional" in picture
    assert ">vandaag</text>" in picture
    assert f'href="/editie/{WEEK}"' in picture
    assert (
        "Orange the World: van woensdag 25 november tot en met donderdag 10 december 2026, "
        "datum staat vast" in picture
    )


def test_a_cancelled_campaign_says_so(client: TestClient, sqlite_world: Database) -> None:
    """In the picture and in the table."""
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, WEEK).status = EditionStatus.CANCELLED
    html = client.get("/").text
    assert "Week tegen Kindermishandeling (gaat niet door)</text>" in html
    assert "status--cancelled" in html


def test_the_start_page_is_this_year(client: TestClient, clock: SetClock) -> None:
    """By the clock, and with what is on now."""
    assert '<p class="card__when">Over 10 weken</p>' in client.get("/").text
    clock.move_to(date(2026, 11, 26))
    html = client.get("/").text
    assert "<h1>Campagnes in 2026</h1>" in html
    assert "Loopt nu" in html
    clock.move_to(date(2027, 1, 1))
    assert client.get("/").status_code == 404
    assert "Nu en binnenkort" not in client.get("/jaar/2026").text


@pytest.mark.parametrize(
    ("day", "url", "key", "said"),
    [
        (date(2026, 9, 7), "?gemeente=katwijk", WEEK, "1 eerdere stap staat nog open"),
        (date(2026, 9, 8), "?gemeente=gouda", WEEK, "1 stap staat nog open"),
        (date(2026, 11, 16), "?gemeente=gouda", WEEK, "Er staan geen stappen meer open."),
        (date(2026, 10, 1), "", "orange-the-world-2026", "Kies je gemeente: dan zie je wat"),
        (date(2026, 12, 11), "", "orange-the-world-2026", "De campagne is geweest."),
    ],
)
def test_it_counts_what_is_late_but_can_still_be_done(
    client: TestClient, clock: SetClock, day: date, *, url: str, key: str, said: str
) -> None:
    """That no step is ahead doesn't mean that nothing is left to do."""
    clock.move_to(day)
    assert said in row_of(client.get(f"/jaar/2026{url}").text, key)


def test_a_step_that_was_ticked_off_is_not_the_next_one(
    client: TestClient, sqlite_world: Database
) -> None:
    """Nor is it counted as open."""
    with sqlite_world.session() as session:
        for step in ("partners", "materiaal"):
            session.add(
                tables.StepStateRow(
                    edition_key=WEEK,
                    step_key=step,
                    municipality_key="katwijk",
                    status=StepStatus.DONE,
                    by="Katwijk",
                    at=SetClock(date(2026, 9, 7)).now(),
                )
            )
    row = row_of(client.get("/jaar/2026?gemeente=katwijk").text, WEEK)
    assert "Bericht op de website" in row
    assert "nog open" not in row


def test_how_sure_a_date_is_follows_from_what_it_rests_on(
    client: TestClient, clock: SetClock, sqlite_world: Database
) -> None:
    """A rule is not the same as somebody who confirmed it; what is over is not provisional."""
    html = client.get("/jaar/2026").text
    assert "Staat vast volgens de regel" in row_of(html, WEEK)
    assert "Voorlopige datum" in row_of(html, PUBLIC)
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, WEEK).checked_on = date(2026, 9, 1)
    clock.move_to(date(2026, 10, 19))
    html = client.get("/jaar/2026").text
    assert "Datum staat vast" in row_of(html, WEEK)
    assert "Voorlopige datum" not in row_of(html, PUBLIC)
    assert ">Publiekscampagne huiselijk geweld</text>" in html


def row_of(html: str, key: str) -> str:
    """Return the row of an edition in the table."""
    return html.partition(f'<tr id="{key}"')[2].partition("</tr>")[0]


def test_a_choice_is_kept_in_the_form_and_in_links(client: TestClient) -> None:
    """So that a colleague of Katwijk stays in Katwijk."""
    html = client.get("/jaar/2026?gemeente=katwijk&regio=").text
    assert "<h1>Campagnes in 2026 voor Katwijk</h1>" in html
    assert '<option value="katwijk" selected>Katwijk</option>' in html
    assert f'href="/editie/{WEEK}?gemeente=katwijk"' in html
    assert 'href="/jaar/2026?gemeente=katwijk"' in html
    region = client.get("/jaar/2026?regio=midden-holland").text
    assert '<option value="midden-holland" selected>' in region
    assert "Centraal in" not in region


def test_text_from_the_database_is_never_markup(client: TestClient, sqlite_world: Database) -> None:
    """A theme with a script in it is shown as it was typed, on every page."""
    evil = '<script>alert("x")</script>'
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, WEEK).theme = evil
        session.get_one(tables.CampaignRow, "week-tegen-kindermishandeling").name = evil
        session.get_one(tables.CampaignRow, "week-tegen-kindermishandeling").rule_text = evil
        session.get_one(tables.RotaEntryRow, "duin-en-bollenstreek-2026").why_differs = evil
        session.get_one(tables.RotaEntryRow, "duin-en-bollenstreek-2026").theme = evil
        session.get_one(tables.MunicipalityRow, "katwijk").name = evil
        session.get_one(tables.CampaignRow, "orange-the-world").source = 'https://"><b>x'
    for path in (
        "/",
        "/?gemeente=katwijk",
        "/route",
        f"/editie/{WEEK}",
        f"/editie/{WEEK}?gemeente=katwijk",
        "/editie/orange-the-world-2026",
        "/abonneren?agenda=gemeente/katwijk",
        f"/editie/{evil}",
    ):
        html = client.get(path).text
        assert "<script>alert" not in html, path
        assert "<b>x" not in html, path
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in client.get("/").text


def test_a_pretended_day_is_said_on_every_page(
    make_app: Callable[..., App],
    visit: Callable[[App], TestClient],
    client: TestClient,
    clock: SetClock,
) -> None:
    """Nobody may take a trial for the real thing; after midnight it is the next day."""
    trial = visit(make_app(pretend_today="2026-11-01"))
    clock.move_to(date(2026, 11, 2))
    for path in ("/jaar/2026", "/route", "/niet-hier"):
        assert "doet alsof het maandag 2 november 2026 is" in trial.get(path).text
        assert "Proefdatum" not in client.get(path).text


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """The pages of some years on the calendars that we ship."""
    folder: Path = tmp_path_factory.mktemp("shipped")
    settings = Settings.model_validate({"data_dir": folder, "secret_key": "k" * 32})
    with opened(settings, SetClock(date(2026, 9, 7))) as app:
        client = TestClient(create_app(app), base_url=settings.base_url)
        return {year: client.get(f"/jaar/{year}").text for year in (2026, 2028, 2029)}


def test_the_shipped_calendar_of_2026(shipped: dict[int, str]) -> None:
    """The facts that the service exists for."""
    html = shipped[2026]
    assert "van maandag 16 tot en met zondag 22 november 2026" in html
    assert "van woensdag 25 november tot en met donderdag 10 december 2026" in html
    assert "18 november is dat jaar een woensdag" in html
    assert "nog niet bekend wie de campagne leidt" in html
    assert "Nog zonder datum" in html
    assert "Overlapt met" not in html


@pytest.mark.parametrize("year", [2028, 2029])
def test_the_shipped_calendar_knows_its_overlaps(shipped: dict[int, str], year: int) -> None:
    """In these years the week runs into Orange the World."""
    assert "Overlapt met Orange the World." in shipped[year]
    assert "Overlapt met Week tegen Kindermishandeling." in shipped[year]
