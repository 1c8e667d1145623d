"""Adding a campaign on a page: for one's own gemeente, for a region, or for all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.playbook import Role
from campagne.domain.preferences import Preferences
from campagne.domain.rota import Campaign, Edition, EditionStatus
from campagne.rota_files import RotaFiles
from campagne.services import audit
from campagne.services.people import preferences
from campagne.services.planning import due_reminders, reminders
from campagne.services.publishing import feed_stamps
from campagne.services.rotas import rota
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import ContactRoleRow, ContactRow
from tests.snapshots import Snapshots

PAGE = "/beheer/campagne"
KATWIJK = "katwijk-campagnes@example.nl"
NOORDWIJK = "beleid-noordwijk@example.nl"
GOUDA = "gouda-communicatie@example.nl"
LEIDEN = "leiden-centrum@example.nl"
WEEK = "week-tegen-kindermishandeling"
SCRIPT = "<script>alert(1)</script>"

LogIn = Callable[[TestClient, App, str], None]
MakeApp = Callable[..., App]
Visit = Callable[[App], TestClient]
Enter = Callable[[str], TestClient]


@pytest.fixture
def app(make_app: MakeApp, sqlite_world: Database, clock: SetClock, snapshots: Snapshots) -> App:
    """The service with who does the policy of Noordwijk; nobody needs a code."""

    def planned() -> None:
        with sqlite_world.session() as session:
            session.add(
                ContactRow(key="beleid-noordwijk", name="Beleid Noordwijk", email=NOORDWIJK)
            )
            session.flush()
            session.add(
                ContactRoleRow(
                    contact_key="beleid-noordwijk", role=Role.POLICY, municipality_key="noordwijk"
                )
            )
            session.flush()
            rota.extend(session, today=clock.today(), now=clock.now())
            feed_stamps.restamp(session, clock.now())
            reminders.replan(session, now=clock.now(), today=clock.today())

    snapshots.once(sqlite_world, planned)
    return make_app(second_factor=False)


def add(client: TestClient, **changed: str) -> tuple[int, str, str]:
    data = {
        "voor": "gemeente:katwijk",
        "naam": "Katwijk kleurt paars",
        "samenvatting": "Een week met het dorp.",
        "organisator": "",
        "hoort_bij": "",
        "eerste": "2027-03-01",
        "laatste": "2027-03-07",
        "bron": "collegebesluit",
        "zeker": "ja",
        **changed,
    }
    answer = client.post(PAGE, data=data)
    return answer.status_code, answer.text, answer.headers.get("location", "")


def stored(database: Database) -> tuple[Mapping[str, Campaign], dict[str, Edition]]:
    with database.read() as session:
        editions = {one.key: one for one in queries.editions(session)}
        return queries.campaigns(session), editions


def test_a_gemeente_adds_a_campaign_of_its_own(
    enter: Enter, client: TestClient, sqlite_world: Database
) -> None:
    katwijk = enter(KATWIJK)
    assert "alleen de gemeente Katwijk" in katwijk.get(PAGE).text
    assert "alle gemeenten" not in katwijk.get(PAGE).text
    status, page, _ = add(katwijk)
    assert status == 200
    assert "van maandag 1 tot en met zondag 7 maart 2027" in page
    # Its own, so the whole playbook runs for it.
    added = re.search(r"(\d+) herinneringen komen erbij", page)
    assert added is not None
    assert int(added[1]) > 2
    # Everything, the campaign itself, three regions around it, and the gemeente alone.
    assert "8 agenda" in page
    assert "katwijk-kleurt-paars" not in stored(sqlite_world)[0], "only shown"
    status, _, where = add(katwijk, opslaan="ja")
    assert (status, where) == (303, "/beheer/editie/katwijk-kleurt-paars-2027?opgeslagen=true")
    assert "Campagne toegevoegd" in katwijk.get(where).text
    campaigns, editions = stored(sqlite_world)
    campaign = campaigns["katwijk-kleurt-paars"]
    assert (campaign.municipality, campaign.region) == ("katwijk", "duin-en-bollenstreek")
    assert campaign.organiser == "Gemeente Katwijk"
    edition = editions["katwijk-kleurt-paars-2027"]
    assert edition.status is EditionStatus.CONFIRMED
    assert {one.year for one in editions.values() if one.campaign == campaign.key} == {2027}
    shown = "Katwijk kleurt paars"
    assert shown in client.get("/jaar/2027?gemeente=katwijk").text
    assert shown not in client.get("/jaar/2027?gemeente=noordwijk").text
    assert "Alleen in Katwijk" in client.get("/jaar/2027").text
    assert shown in client.get("/feeds/gemeente/katwijk.ics").text
    assert shown not in client.get("/feeds/gemeente/noordwijk.ics").text
    # A neighbour neither sees nor changes it.
    assert enter(NOORDWIJK).get("/beheer/editie/katwijk-kleurt-paars-2027").status_code == 404


def test_nobody_is_reminded_of_what_was_over_before_it_was_added(
    app: App, enter: Enter, sqlite_world: Database
) -> None:
    """In three weeks: the partners and the material were to be arranged long ago."""
    katwijk = enter(KATWIJK)
    days = {"eerste": "2026-09-28", "laatste": "2026-10-04"}
    _, page, _ = add(katwijk, **days)
    assert "eerstvolgende mail" not in page
    assert "Niemand krijgt hier nu een mail over" in page
    assert add(katwijk, **days, opslaan="ja")[0] == 303
    with sqlite_world.read() as session:
        today = app.clock.today()
        planned = due_reminders.list_planned(session, until=date(2027, 6, 1))
        mine = [one for one in planned if one.edition == "katwijk-kleurt-paars-2026"]
        assert {one.step for one in mine} == {"website", "evaluatie"}
        assert all(one.due_on > today for one in mine)
    page = katwijk.get("/mijn").text
    now, _, missed = page.partition("Was al voorbij toen jullie begonnen")
    assert "Materiaal bestellen</h3>" in missed
    assert "Partners en budget regelen</h3>" in missed
    own = re.findall(r'kleurt paars</a>:.*?my-step__title">(.*?)</h3>', now, re.DOTALL)
    assert own == ["Bericht op de website", "Evaluatie voor het overleg"]
    assert "te laat" not in missed
    assert "De dag was" in missed
    assert "Uiterlijk" not in missed
    data = {
        "editie": "katwijk-kleurt-paars-2026",
        "stap": "materiaal",
        "staat": "done",
        "gemeente": "katwijk",
    }
    assert katwijk.post("/mijn/stap", data=data).headers["location"].endswith("gedaan=done")


def change(client: TestClient, edition: str, **changed: str) -> tuple[int, str, str]:
    """Send the form of an edition."""
    path = f"/beheer/editie/{edition}"
    version = re.findall(r'name="versie" value="(\w+)"', client.get(path).text)
    data = {"wat": "remove", "waarom": "per ongeluk", "versie": "".join(version[:1]), **changed}
    answer = client.post(path, data=data)
    return answer.status_code, answer.text, answer.headers.get("location", "")


PAARS = "katwijk-kleurt-paars"
AWAY = "per ongeluk toegevoegd: haal hem weg"


def test_what_was_added_by_mistake_is_taken_away(
    app: App, enter: Enter, client: TestClient, sqlite_world: Database
) -> None:
    katwijk, edition = enter(KATWIJK), f"{PAARS}-2027"
    add(katwijk, elk_jaar="ja", opslaan="ja")
    assert AWAY in katwijk.get(f"/beheer/editie/{edition}").text
    assert change(katwijk, edition, waarom="")[0] == 400
    status, page, _ = change(katwijk, edition)
    assert status == 200
    assert "<strong>Wordt: weggehaald</strong>" in page
    assert re.search(r"[1-9]\d* herinneringen vervallen", page)
    assert re.search(r"[1-9]\d* agenda&#39;s veranderen", page)
    assert f"{PAARS}-2027" in stored(sqlite_world)[1], "only shown"

    status, _, where = change(katwijk, edition, opslaan="ja")

    assert (status, where) == (303, "/beheer/edities?weg=true")
    page = katwijk.get(where).text
    assert "De campagne is weggehaald." in page
    campaigns, editions = stored(sqlite_world)
    assert PAARS not in campaigns
    assert not {one for one in editions.values() if one.campaign == PAARS}
    for path in (f"/editie/{edition}", f"/beheer/editie/{edition}"):
        assert katwijk.get(path).status_code == 404
    for path in ("/jaar/2027?gemeente=katwijk", "/abonneren", "/mijn", PAGE):
        assert "kleurt paars" not in katwijk.get(path).text
    # Who subscribed sees that it is off, each year of it.
    feed = client.get(f"/feeds/campagne/{PAARS}.ics").text
    assert feed.count("STATUS:CANCELLED") == feed.count("BEGIN:VEVENT") == 3
    with sqlite_world.session() as session:
        due = due_reminders.list_planned(session, until=date(2031, 1, 1))
        assert not [one for one in due if one.edition.startswith(PAARS)]
        assert rota.extend(session, today=date(2027, 1, 1), now=app.clock.now()) >= 0
        assert "campagne weggehaald" in [one.what for one in audit.entries(session, limit=5)]
    assert PAARS not in stored(sqlite_world)[0]
    # And the name is free again.
    assert add(katwijk, opslaan="ja")[2].startswith(f"/beheer/editie/{PAARS}-2-2027")
    assert f"{PAARS}-2-2027" in stored(sqlite_world)[1]


def back(client: TestClient, campaign: str) -> tuple[int, str, str]:
    """Press the button that puts a campaign back."""
    answer = client.post("/beheer/edities", data={"campagne": campaign})
    return answer.status_code, answer.text, answer.headers.get("location", "")


def test_what_was_taken_away_comes_back_as_it_was(
    enter: Enter, client: TestClient, sqlite_world: Database, clock: SetClock
) -> None:
    katwijk = enter(KATWIJK)
    add(katwijk, elk_jaar="ja", opslaan="ja")
    was = stored(sqlite_world)[1][f"{PAARS}-2028"].status
    change(katwijk, f"{PAARS}-2028", wat="cancel", opslaan="ja")
    before = stored(sqlite_world)[1]
    assert before[f"{PAARS}-2028"].status is EditionStatus.CANCELLED
    # Who wants no mail of it, stays without.
    quiet = Preferences(muted=frozenset({(PAARS, Role.POLICY)}))
    with sqlite_world.session() as session:
        preferences.store(session, "katwijk-campagnes", quiet, today=clock.today(), now=clock.now())
    with sqlite_world.read() as session:
        due = len(due_reminders.list_planned(session, until=date(2031, 1, 1)))
    assert change(katwijk, f"{PAARS}-2027", opslaan="ja")[0] == 303

    with sqlite_world.read() as session:
        (person,) = preferences.list_contacts(session, keys={"katwijk-campagnes"})
    assert person.off == ()
    page = katwijk.get("/beheer/edities").text
    assert "<strong>Katwijk kleurt paars</strong>: weggehaald op maandag 7 september 2026." in page
    assert "Terugzetten kan tot en met woensdag 7 oktober 2026." in page
    assert back(katwijk, PAARS) == (303, "", f"/beheer/editie/{PAARS}-2027?opgeslagen=true")

    now = stored(sqlite_world)[1]
    assert {key: (one.span, one.status) for key, one in now.items()} == {
        key: (one.span, one.status) for key, one in before.items()
    }
    with sqlite_world.read() as session:
        assert len(due_reminders.list_planned(session, until=date(2031, 1, 1))) == due
        (line, *_) = audit.entries(session, limit=1)
    assert (line.what, line.changes) == (
        "campagne teruggezet",
        (("status", "weggehaald", "bevestigd"),),
    )
    feed = client.get(f"/feeds/campagne/{PAARS}.ics").text
    assert feed.count("STATUS:CANCELLED") == 1
    assert "Weggehaald" not in katwijk.get("/beheer/edities").text
    assert back(katwijk, PAARS)[0] == 404
    with sqlite_world.read() as session:
        assert preferences.of(session, "katwijk-campagnes") == quiet
    # What was called off before is so still, and goes on as sure of its days as it was.
    change(katwijk, f"{PAARS}-2028", wat="resume", opslaan="ja")
    assert stored(sqlite_world)[1][f"{PAARS}-2028"].status is was is EditionStatus.CONFIRMED
    # It can be taken away again; what has its name by then stands in the way of putting it back.
    change(katwijk, f"{PAARS}-2027", opslaan="ja")
    add(katwijk, opslaan="ja")
    status, page, _ = back(katwijk, PAARS)
    assert (status, "Er is intussen een andere campagne die" in page) == (400, True)
    change(katwijk, f"{PAARS}-2-2027", opslaan="ja")
    clock.move_to(date(2026, 10, 8))
    assert "Weggehaald" not in enter(KATWIJK).get("/beheer/edities").text
    assert back(enter(KATWIJK), PAARS)[0] == 404


def test_one_gemeente_takes_nothing_away_from_the_others(
    enter: Enter, sqlite_world: Database
) -> None:
    """Who added it may, and whose centrumgemeente it is; a neighbour calls it off at most."""
    region = {"voor": "regio:duin-en-bollenstreek", "naam": "Samen paars", "opslaan": "ja"}
    noordwijk, katwijk, leiden, gouda = map(enter, (NOORDWIJK, KATWIJK, LEIDEN, GOUDA))
    assert add(noordwijk, **region)[0] == 303
    edition = "samen-paars-2027"
    page = katwijk.get(f"/beheer/editie/{edition}").text
    assert AWAY not in page
    assert "is door een ander toegevoegd, en is er ook voor andere gemeenten." in page
    status, page, _ = change(katwijk, edition, opslaan="ja")
    assert (status, "Weghalen doet wie hem toevoegde" in page) == (400, True)
    assert change(gouda, edition, opslaan="ja")[0] == 404
    assert "samen-paars" in stored(sqlite_world)[0]

    for who in (noordwijk, leiden):
        assert AWAY in who.get(f"/beheer/editie/{edition}").text
        assert change(who, edition, opslaan="ja")[0] == 303
        for other in (katwijk, gouda):
            assert "Samen paars" not in other.get("/beheer/edities").text
            assert back(other, "samen-paars")[0] == 404
        assert "samen-paars" not in stored(sqlite_world)[0]
        assert back(who, "samen-paars")[0] == 303


def test_what_people_did_something_with_is_called_off_and_not_taken_away(
    enter: Enter, sqlite_world: Database
) -> None:
    katwijk, edition = enter(KATWIJK), f"{PAARS}-2027"
    add(katwijk, opslaan="ja")
    done = {"editie": edition, "stap": "partners", "staat": "done", "gemeente": "katwijk"}
    assert katwijk.post("/mijn/stap", data=done).status_code == 303
    page = katwijk.get(f"/beheer/editie/{edition}").text
    assert AWAY not in page
    assert "kan niet meer worden weggehaald" in page
    status, page, _ = change(katwijk, edition, opslaan="ja")
    assert status == 400
    assert "iemand deed er al iets mee" in page
    assert PAARS in stored(sqlite_world)[0]
    assert change(katwijk, edition, wat="cancel", opslaan="ja")[0] == 303


def test_days_of_ones_own_beside_a_campaign(enter: Enter, sqlite_world: Database) -> None:
    noordwijk = enter(NOORDWIJK)
    status, _, _ = add(
        noordwijk,
        voor="regio:duin-en-bollenstreek",
        hoort_bij=WEEK,
        naam="",
        zeker="",
        opslaan="ja",
    )
    assert status == 303
    campaigns, editions = stored(sqlite_world)
    key = f"{WEEK}-in-duin-en-bollenstreek"
    assert campaigns[key].part_of == WEEK
    assert campaigns[key].name == "Week tegen Kindermishandeling in Duin- en Bollenstreek"
    assert editions[f"{key}-2027"].status is EditionStatus.PROVISIONAL
    # The gemeenten decide on it together: each may confirm or move it.
    form = enter(KATWIJK)
    page = form.get(f"/beheer/editie/{key}-2027")
    assert page.status_code == 200
    version = re.findall(r'name="versie" value="(\w+)"', page.text)[0]
    done = form.post(
        f"/beheer/editie/{key}-2027", data={"wat": "confirm", "versie": version, "opslaan": "ja"}
    )
    assert done.status_code == 303
    assert form.get(f"/beheer/editie/{WEEK}-2026").status_code == 404, "that one is national"
    assert enter(GOUDA).get(f"/beheer/editie/{key}-2027").status_code == 404


def test_a_yearly_campaign_for_all_begins_in_its_first_year(
    enter: Enter, client: TestClient, sqlite_world: Database
) -> None:
    leiden = enter(LEIDEN)
    status, page, _ = add(
        leiden,
        voor="iedereen",
        naam="Dag van de Buurvrouw!",
        organisator="Stichting Voorbeeld",
        eerste="2026-12-30",
        laatste="2027-01-02",
        elk_jaar="ja",
        opslaan="ja",
    )
    assert status == 303, page
    editions = stored(sqlite_world)[1]
    years = {one.year for one in editions.values() if one.campaign == "dag-van-de-buurvrouw"}
    assert years == {2026, 2027, 2028, 2029}
    assert "Dag van de Buurvrouw!" not in client.get("/jaar/2024").text
    assert "Elk jaar op dezelfde dagen: 30 december 2026 t/m 2 januari." in (
        client.get("/editie/dag-van-de-buurvrouw-2026").text
    )


def test_a_date_for_a_year_that_has_none(enter: Enter, sqlite_world: Database) -> None:
    leiden = enter(LEIDEN)
    public = "publiekscampagne-huiselijk-geweld"
    assert f"?campagne={public}&amp;jaar=2027" in leiden.get(PAGE).text
    data = {
        "campagne": public,
        "jaar": "2027",
        "eerste": "2027-10-04",
        "laatste": "2027-10-17",
        "bron": "brief",
        "thema": "Samen",
    }
    page = leiden.post(PAGE, data=data)
    assert page.status_code == 200
    assert "herinneringen komen erbij" in page.text
    assert leiden.post(PAGE, data={**data, "opslaan": "ja"}).status_code == 303
    edition = stored(sqlite_world)[1][f"{public}-2027"]
    assert (edition.theme, edition.status) == ("Samen", EditionStatus.PROVISIONAL)
    # Once there it is no more to be added, and a gemeente adds none to a national campaign.
    again = leiden.post(PAGE, data={**data, "opslaan": "ja"})
    assert again.status_code == 400
    assert f"?campagne={public}" not in enter(KATWIJK).get(PAGE).text
    wrong = leiden.post(PAGE, data={**data, "jaar": "2028"})
    assert wrong.status_code == 400
    assert "kies dagen in 2028" in wrong.text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"voor": ""}, "voor wie de campagne is"),
        ({"voor": "iedereen"}, "voor wie de campagne is"),
        ({"voor": "gemeente:noordwijk"}, "voor wie de campagne is"),
        ({"voor": "regio:holland-rijnland"}, "voor wie de campagne is"),
        ({"naam": ""}, "Vul een naam in"),
        ({"naam": "!!!"}, "Vul een naam in"),
        ({"naam": "x" * 101}, "hoogstens 100"),
        ({"naam": "ORANGE the world"}, "Er is al een campagne"),
        ({"hoort_bij": "verzonnen"}, "uit de lijst"),
        ({"eerste": ""}, "een datum in"),
        ({"eerste": "2027-03-08"}, "Draai ze om"),
        ({"eerste": "2026-01-01", "laatste": "2026-01-02"}, "al voorbij"),
        ({"eerste": "2033-01-01", "laatste": "2033-01-02"}, "tot en met 2031"),
        ({"laatste": "2028-06-01"}, "hoogstens 366"),
        ({"laatste": "2028-02-29", "elk_jaar": "ja"}, "korter dan een jaar"),
        ({"bron": " "}, "waar de datums vandaan komen"),
        ({"samenvatting": "x" * 501}, "hoogstens 500"),
    ],
)
def test_a_campaign_that_makes_no_sense_keeps_what_was_typed(
    enter: Enter, sqlite_world: Database, changed: dict[str, str], sentence: str
) -> None:
    before = stored(sqlite_world)
    status, page, _ = add(enter(KATWIJK), opslaan="ja", waarom=SCRIPT, **changed)
    assert status == 400
    assert sentence in page
    assert "&lt;script&gt;" in page
    assert SCRIPT not in page
    assert stored(sqlite_world) == before


def test_a_name_is_shown_as_it_was_typed(enter: Enter, client: TestClient) -> None:
    assert add(enter(KATWIJK), naam=f"Nieuw {SCRIPT}", opslaan="ja")[0] == 303
    page = client.get("/jaar/2027").text
    assert SCRIPT not in page
    assert "Nieuw &lt;script&gt;" in page


def test_who_does_no_policy_adds_nothing(enter: Enter, sqlite_world: Database) -> None:
    gouda = enter(GOUDA)
    assert gouda.get(PAGE).status_code == 404
    assert add(gouda, voor="gemeente:gouda", opslaan="ja")[0] == 404
    assert "katwijk-kleurt-paars" not in stored(sqlite_world)[0]


def test_the_calendar_files_never_take_it_away(
    enter: Enter, sqlite_world: Database, clock: SetClock
) -> None:
    add(enter(KATWIJK), opslaan="ja")
    campaigns, editions = stored(sqlite_world)
    with sqlite_world.read() as session:
        files = RotaFiles(
            regions=tuple(queries.regions(session).values()),
            municipalities=tuple(queries.municipalities(session).values()),
            campaigns=tuple(one for key, one in campaigns.items() if not key.startswith("katwijk")),
            rota=tuple(queries.rota_entries(session)),
            steps=tuple(queries.steps(session)),
            meetings=(),
            measures=(),
            help_lines=tuple(queries.help_lines(session)),
            contacts=(),
        )
    for _ in range(2):
        with sqlite_world.session() as session:
            said = rota.apply(session, files, today=clock.today(), now=clock.now()).lines()
        assert not [one for one in said if "katwijk-kleurt" in one]
    assert stored(sqlite_world)[0].keys() == campaigns.keys()
    assert stored(sqlite_world)[1].keys() >= editions.keys()
    # And when the files name it otherwise later, a person chooses.
    named = replace(campaigns["katwijk-kleurt-paars"], summary="Anders.")
    with sqlite_world.session() as session:
        said = rota.apply(
            session,
            replace(files, campaigns=(*files.campaigns, named)),
            today=clock.today(),
            now=clock.now(),
        ).lines()
    assert [one for one in said if one.startswith("Botsing: campagne katwijk-kleurt-paars")]
