"""The page of an edition."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.rota import EditionStatus
from campagne.domain.texts import PUBLIC as FOR_RESIDENTS
from campagne.domain.texts import TextKind
from campagne.store import tables
from campagne.store.database import Database
from tests.web.conftest import LogIn

WEEK = "/editie/week-tegen-kindermishandeling-2026"
PUBLIC = "/editie/publiekscampagne-huiselijk-geweld-2026"


def test_it_tells_when_why_and_what_to_do(client: TestClient) -> None:
    """For everyone: the general playbook, without anybody's state."""
    html = client.get(WEEK).text
    assert "<h1>Week tegen Kindermishandeling 2026</h1>" in html
    assert "van maandag 16 tot en met zondag 22 november 2026" in html
    assert "De campagne begint over 10 weken." in html
    assert "In het plan staat: 18 - 24 november." in html
    assert "Stichting Voorbeeld" in html
    assert "maandag 1 juni 2026" in html
    assert "<strong>maandag 21 september 2026</strong>" in html
    assert "8 weken voor de start" in html
    assert "<strong>donderdag 31 december 2026</strong>" in html
    assert "valt in het weekend: daarom vervroegd</p>" in html
    assert "step-state" not in html
    assert "Teksten voor" not in html


def test_it_leads_to_the_material(client: TestClient, sqlite_world: Database) -> None:
    """To the page with all of it, and to each piece by its title."""
    assert "Nog geen landelijk materiaal bekend." in client.get(WEEK).text
    with sqlite_world.session() as session:
        campaign = session.get_one(tables.CampaignRow, "week-tegen-kindermishandeling")
        campaign.materials = [{"title": "Posters & banners", "url": "https://example.org/p?a=1&b"}]
    html = client.get(WEEK).text
    assert "Nog geen landelijk materiaal bekend." not in html
    assert (
        'href="https://example.org/p?a=1&amp;b" rel="noreferrer">Posters &amp; banners</a>' in html
    )
    with sqlite_world.session() as session:
        session.get_one(
            tables.CampaignRow, "week-tegen-kindermishandeling"
        ).material_url = "https://example.org/alles"
    html = client.get(WEEK).text
    assert 'href="https://example.org/alles"' in html
    assert "Posters &amp; banners" in html


@pytest.mark.usefixtures("help_lines")
def test_from_a_gemeente_it_has_states_and_texts(client: TestClient) -> None:
    """The texts are filled in for that gemeente, and can be copied without a script."""
    html = client.get(f"{WEEK}?gemeente=katwijk").text
    assert "Katwijk werkt met het hele draaiboek" in html
    assert "step-state--open" in html
    assert '<a href="#teksten">Teksten voor Katwijk</a>' in html
    texts = html.partition('id="teksten"')[2]
    assert "Bericht voor de website" in texts
    assert "0800-2000" in texts
    assert "VOORLOPIG" not in texts
    assert "pas als jullie meedoen" not in html


@pytest.mark.usefixtures("help_lines")
def test_a_text_is_shown_as_people_will_read_it(client: TestClient) -> None:
    """With its title, and without the marks that templates are written with."""
    website = shown_text(client, f"{WEEK}?gemeente=katwijk", "website")
    title = "Week tegen Kindermishandeling: wat kunt u doen voor een kind?"
    assert f"<h4>{title}</h4>" in website
    assert "<h5>Hoe vaak gebeurt het?</h5>" in website
    assert "<strong>Hulp of advies nodig?</strong>" in website
    plain = website.partition('data-plain="')[2].partition('"')[0]
    assert plain.startswith(f"{title}\n\n")
    assert not {"**", "##"} & set(plain.split())
    assert "**" not in website
    assert "\n\nHoe vaak gebeurt het?\n\n" in plain


@pytest.mark.usefixtures("help_lines")
def test_a_post_keeps_its_lines(client: TestClient) -> None:
    """It has no marks and no title, and its hashtag is no heading."""
    post = shown_text(client, f"{WEEK}?gemeente=katwijk", "x")
    assert "<p>#WeekTegenKindermishandeling</p>" in post
    assert "\n\n#WeekTegenKindermishandeling" in post
    assert "bericht voor X" not in post
    assert ">Alt-tekst bij het beeld: Beeld met de tekst: Zorgen over een kind?" in post
    assert "Alt-tekst" not in post.partition('data-plain="')[2]


@pytest.mark.usefixtures("help_lines")
def test_what_is_not_for_residents_is_shown_after_log_in(
    client: TestClient, app: App, log_in: LogIn
) -> None:
    """A press text, a quote or an answer for the KCC is of the gemeente until it is released."""
    url = f"{WEEK}?gemeente=katwijk"
    kinds = 'id="tekst-([a-z-]+)"'
    public = client.get(url)
    assert re.findall(kinds, public.text) == [kind for kind in TextKind if kind in FOR_RESIDENTS]
    assert "Wethouder".lower() not in public.text.lower()
    assert 'href="/inloggen?naar=/editie/week-tegen-kindermishandeling-2026%3F' in public.text
    assert "cookie" in public.headers["vary"].lower()

    log_in(client, app, "katwijk-campagnes@example.nl")
    private = client.get(url)
    assert sorted(re.findall(kinds, private.text)) == sorted(TextKind)
    assert "<h3>Voor de pers</h3>" in private.text
    assert "bent ingelogd" not in private.text
    assert private.headers["cache-control"] == "no-store"


def test_the_warning_of_a_provisional_edition_is_copied_along(client: TestClient) -> None:
    """Whoever copies the text, by the button or by hand, copies the warning first."""
    website = shown_text(client, f"{PUBLIC}?gemeente=katwijk", "website")
    body = website.partition(">")[2].lstrip()
    warning = "VOORLOPIG: NOG NIET PUBLICEREN"
    assert body.startswith(f'<p class="text__notice"><strong>{warning}</strong></p>')
    assert f'data-plain="{warning}\n\nPubliekscampagne' in website


def test_without_a_gemeente_it_says_where_the_texts_are(client: TestClient) -> None:
    """The list of steps is long; nobody looks below it for what isn't there."""
    html = client.get(WEEK).text
    assert '<a href="#teksten">Teksten: kies eerst je gemeente</a>' in html
    assert "Kies eerst je gemeente</a>: dan staan ze hier" in html


def shown_text(client: TestClient, url: str, kind: str) -> str:
    """Return the part of the page with the text of a kind and its button."""
    html = client.get(url).text
    return html.partition(f'id="tekst-{kind}"')[2].partition("</details>")[0]


def test_from_a_gemeente_that_only_gets_a_signal(client: TestClient) -> None:
    """One step, and it says why."""
    html = client.get(f"{WEEK}?gemeente=gouda").text
    assert "In 2026 staat deze campagne niet centraal in Gouda." in html
    assert "Laat weten of je meedoet" in html
    assert "Materiaal bestellen" not in html
    assert "Plaats deze teksten pas als jullie meedoen." in html


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 9, 7), "te laat, maar het kan nog"),  # of what had to be done in May
        (date(2026, 11, 16), "voorbij"),
    ],
)
def test_an_open_step_says_whether_it_can_still_be_done(
    client: TestClient, clock: SetClock, day: date, said: str
) -> None:
    """Open alone does not say that its day has passed."""
    clock.move_to(day)
    html = client.get(f"{WEEK}?gemeente=katwijk").text
    row = html.partition("Partners en budget regelen")[2].partition("</tr>")[0]
    assert f'note">{said}</p>' in row
    ahead = html.partition("Evaluatie voor het overleg")[2].partition("</tr>")[0]
    assert 'note"' not in ahead


@pytest.mark.parametrize(
    ("municipality", "broadcast", "said"),
    [
        ("gouda", True, "Gouda is centrumgemeente en stuurt zelf het regiobericht."),
        ("leiden", False, "niet centraal in Leiden."),
        ("noordwijk", True, "Willen jullie meedoen en kwam er geen regiobericht? Mail de"),
        ("noordwijk", False, "komt geen regiobericht. Willen jullie meedoen? Mail centrumgemeente"),
    ],
)
def test_it_promises_no_message_that_may_never_come(
    client: TestClient, sqlite_world: Database, municipality: str, *, broadcast: bool, said: str
) -> None:
    """A centrumgemeente asks itself nothing, and about some campaigns nobody is asked."""
    with sqlite_world.session() as session:
        session.get_one(tables.CampaignRow, "orange-the-world").broadcast = broadcast
    html = client.get(f"/editie/orange-the-world-2026?gemeente={municipality}").text
    assert said in html
    assert "krijgen een bericht" not in html
    assert ("Mail" in html) is (municipality == "noordwijk")


def test_a_date_is_called_confirmed_when_somebody_did(
    client: TestClient, sqlite_world: Database
) -> None:
    """By its rule alone it is sure too, but nobody looked at this year."""
    html = client.get(WEEK).text
    assert "Staat vast volgens de regel" in html
    assert "<dt>Regel nagekeken</dt><dd>op maandag 1 juni 2026</dd>" in html
    assert "<dt>Bevestigd</dt><dd>nog niet</dd>" in client.get(PUBLIC).text
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, "week-tegen-kindermishandeling-2026").checked_on = date(
            2026, 9, 1
        )
    html = client.get(WEEK).text
    assert "Datum staat vast" in html
    assert "<dt>Bevestigd</dt><dd>op dinsdag 1 september 2026</dd>" in html


def test_what_is_over_is_not_provisional(client: TestClient, clock: SetClock) -> None:
    """Nobody confirms it any more, and nothing waits for it."""
    clock.move_to(date(2026, 10, 19))
    html = client.get(PUBLIC).text
    assert "De campagne is geweest." in html
    assert "Voorlopige datum" not in html
    assert "nog niet bevestigd" not in html
    assert "Wacht tot" not in html


def test_a_provisional_date_is_said_aloud(client: TestClient) -> None:
    """Nothing for residents goes out on it."""
    html = client.get(PUBLIC).text
    assert "Deze datum is nog niet bevestigd." in html
    assert "Wacht tot de datum vaststaat." in html


def test_a_cancelled_campaign_has_no_steps_and_no_texts(
    client: TestClient, sqlite_world: Database
) -> None:
    """It would be work for nothing."""
    with sqlite_world.session() as session:
        session.get_one(
            tables.EditionRow, "week-tegen-kindermishandeling-2026"
        ).status = EditionStatus.CANCELLED
    html = client.get(f"{WEEK}?gemeente=katwijk").text
    assert "Deze campagne gaat niet door." in html
    assert "Er zijn geen stappen." in html
    assert "Teksten voor" not in html


def test_a_broken_text_template_leaves_the_dates_and_the_other_texts_standing(
    make_app: Callable[..., App], visit: Callable[[App], TestClient], tmp_path: Path
) -> None:
    """Who edits templates sees the fault; everyone else sees the playbook."""
    folder = tmp_path / "sjablonen"
    for kind in TextKind:
        path = folder / "texts" / "algemeen" / f"{kind}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("+++\ntitel = 'Titel'\n+++\n{{ bestaat_niet }}\n", encoding="utf-8")
    (folder / "mail").mkdir()
    client = visit(make_app(templates_dir=folder))
    answer = client.get(f"{WEEK}?gemeente=katwijk")
    assert answer.status_code == 200
    assert "bestaat_niet" in answer.text
    assert "Materiaal bestellen" in answer.text
    assert "Er zijn nu geen teksten." in answer.text

    for name in ("nieuwsbrief", "x"):
        path = folder / "texts" / "algemeen" / f"{name}.md"
        path.write_text("+++\ntitel = 'Titel'\n+++\nHet lukt.\n", encoding="utf-8")
    html = client.get(f"{WEEK}?gemeente=katwijk").text
    assert "bestaat_niet" in html
    # Without a poster nobody can tell what the picture with a post shows.
    assert re.findall('id="tekst-([a-z-]+)"', html) == ["nieuwsbrief"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://example.org/bron", '<a href="https://example.org/bron" rel="noreferrer">'),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("het plan https://example.org/x", "het plan https://example.org/x"),
    ],
)
def test_only_an_address_becomes_a_link(
    client: TestClient, sqlite_world: Database, source: str, shown: str
) -> None:
    """A source is a title more often than an address."""
    with sqlite_world.session() as session:
        session.get_one(tables.EditionRow, "week-tegen-kindermishandeling-2026").source = source
    html = client.get(WEEK).text
    assert shown in html
    assert 'href="javascript' not in html
    assert 'href="het plan' not in html
