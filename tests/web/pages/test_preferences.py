"""The page on which a contact chooses what to get, and leaving a list with one click."""

import html
import re
from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.playbook import Role
from campagne.domain.preferences import EVERYTHING, MailList, Preferences, Rhythm
from campagne.services.access import Links
from campagne.services.people import preferences
from campagne.services.planning import reminders
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import ContactRow

HLT = "hltsamen-communicatie"
WEEK = "week-tegen-kindermishandeling"
ORANGE = "orange-the-world"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
OTHER_SITE = [
    {"sec-fetch-site": "cross-site"},
    {"origin": "https://evil.example.org"},
    {"origin": "null"},
]


@pytest.fixture(autouse=True)
def planned(sqlite_world: Database, clock: SetClock) -> None:
    with sqlite_world.session() as session:
        reminders.replan(session, today=clock.today(), now=clock.now())


def path(app: App, contact: str = HLT, mail_list: MailList = MailList.REMINDERS) -> str:
    return app.links.preferences(contact, mail_list, app.clock.today()).removeprefix(
        app.settings.base_url
    )


def stored(database: Database) -> Mapping[str, Preferences]:
    with database.read() as session:
        return queries.preferences(session)


def fields(page: str, button: str) -> list[tuple[str, str]]:
    """Return what a browser sends of the form with this button."""
    (form,) = [one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if button in one]
    sent = []
    for tag in re.findall(r"<(?:input|button)[^>]*>", form):
        given = {name: html.unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        chosen = given.get("type") in {"hidden", "submit"} or " checked" in tag
        if chosen and "name" in given:
            sent.append((given["name"], given.get("value", "")))
    return sent


def send(client: TestClient, to: str, form: list[tuple[str, str]]) -> str:
    """Send a form as a browser does, and return the page that it leads to."""
    data: dict[str, list[str]] = {}
    for name, value in form:
        data.setdefault(name, []).append(value)
    answer = client.post(to, data=data, headers={"origin": str(client.base_url)})
    assert answer.status_code == 303
    return client.get(unquote(answer.headers["location"])).text


def test_looking_changes_nothing_and_says_whose_it_is(
    app: App, client: TestClient, sqlite_world: Database
) -> None:
    """Mail scanners open every link, and more than once."""
    for _ in range(2):
        page = client.get(path(app))
        assert page.status_code == 200
    assert client.head(path(app)).status_code == 200
    assert "de mail aan Communicatie HLTsamen (hltsamen-communicatie@example.nl)" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"
    assert "Zet alles weer aan" not in page.text
    assert stored(sqlite_world) == {}


def test_a_choice_is_stored_shown_and_undone(
    app: App, client: TestClient, sqlite_world: Database
) -> None:
    page = client.get(path(app)).text
    form = [one for one in fields(page, "Opslaan") if one[0] != "herinneringen"]
    form.remove(("campagne", WEEK))
    form.remove(("regioberichten", "aan"))
    page = send(client, path(app), [*form, ("herinneringen", "wekelijks")])
    muted = frozenset((WEEK, role) for role in Role)
    chosen = Preferences(rhythm=Rhythm.WEEKLY, broadcasts=False, muted=muted)
    assert stored(sqlite_world) == {HLT: chosen}
    assert "Je keuze is opgeslagen." in page
    now = fields(page, "Opslaan")
    assert ("herinneringen", "wekelijks") in now
    assert ("campagne", ORANGE) in now
    assert ("campagne", WEEK) not in now
    assert ("regioberichten", "aan") not in now
    page = send(client, path(app), fields(page, "Maak dit ongedaan"))
    assert stored(sqlite_world) == {HLT: EVERYTHING}
    # Undoing can be undone.
    send(client, path(app), fields(page, "Maak dit ongedaan"))
    assert stored(sqlite_world) == {HLT: chosen}


def test_everything_can_be_switched_on_again(
    app: App, client: TestClient, sqlite_world: Database
) -> None:
    send(client, path(app), [("herinneringen", "uit")])
    off = Preferences(reminders=False, broadcasts=False)
    assert stored(sqlite_world) == {HLT: off}
    page = client.get(path(app)).text
    assert ("herinneringen", "uit") in fields(page, "Opslaan")
    page = send(client, path(app), fields(page, "Zet alles weer aan"))
    assert stored(sqlite_world) == {HLT: EVERYTHING}
    assert "Zet alles weer aan" not in page


def test_what_was_not_on_the_form_stays(
    app: App, client: TestClient, sqlite_world: Database, clock: SetClock
) -> None:
    """One role of a campaign, the deputy, the day of the last digest."""
    kept = Preferences(
        rhythm=Rhythm.WEEKLY,
        digest_on=clock.today(),
        muted=frozenset({(WEEK, Role.POLICY)}),
        deputy="katwijk-campagnes",
        absence=Span(date(2026, 9, 8), date(2026, 9, 20)),
    )
    with sqlite_world.session() as session:
        preferences.store(session, HLT, kept, today=clock.today(), now=clock.now())
    page = client.get(path(app)).text
    assert "tot en met zondag 20 september 2026 gaat een kopie" in page
    page = send(client, path(app), fields(page, "Opslaan"))
    assert stored(sqlite_world) == {HLT: kept}
    assert "Maak dit ongedaan" not in page


@pytest.mark.parametrize("form", [{}, {"herinneringen": "soms"}, {"List-Unsubscribe": "Ja"}])
def test_what_the_form_cannot_send_is_refused(
    app: App, client: TestClient, sqlite_world: Database, form: dict[str, str]
) -> None:
    refused = client.post(path(app), data=form)
    assert refused.status_code == 400
    assert '<html lang="nl" ' in refused.text
    assert stored(sqlite_world) == {}


@pytest.mark.parametrize("as_files", [False, True], ids=["urlencoded", "multipart"])
@pytest.mark.parametrize("mail_list", MailList)
def test_one_click_of_a_mail_program_leaves_that_list(
    app: App, client: TestClient, sqlite_world: Database, mail_list: MailList, *, as_files: bool
) -> None:
    """From a server of a mail provider: no cookie, origin or referer; both forms of RFC 8058."""
    client.headers.pop("accept")
    for _ in range(3):
        answer = (
            client.post(path(app, HLT, mail_list), files={"List-Unsubscribe": (None, "One-Click")})
            if as_files
            else client.post(path(app, HLT, mail_list), data=ONE_CLICK)
        )
        assert (answer.status_code, answer.text) == (
            200,
            f"Je krijgt geen {mail_list.value} meer.\n",
        )
        assert answer.headers["content-type"].startswith("text/plain")
        assert "set-cookie" not in answer.headers
    (wanted,) = stored(sqlite_world).values()
    assert [wanted.gets(one) for one in MailList] == [one is not mail_list for one in MailList]


@pytest.mark.parametrize("headers", OTHER_SITE)
@pytest.mark.parametrize("form", [ONE_CLICK, {"herinneringen": "uit"}, {"alles": "aan"}])
def test_another_website_can_change_nothing(
    app: App,
    client: TestClient,
    sqlite_world: Database,
    headers: dict[str, str],
    form: dict[str, str],
) -> None:
    """Even one that knows the link: a browser says where a form comes from."""
    assert client.post(path(app), data=form, headers=headers).status_code == 403
    assert stored(sqlite_world) == {}


def test_a_link_is_for_one_contact_and_one_purpose(
    app: App, client: TestClient, sqlite_world: Database
) -> None:
    """The coordinator and a colleague have their own; a stranger has none that works."""
    client.post(path(app, "leiden-centrum"), data=ONE_CLICK)
    client.post(path(app, "katwijk-campagnes"), data=ONE_CLICK)
    assert set(stored(sqlite_world)) == {"leiden-centrum", "katwijk-campagnes"}
    mine = path(app)
    base = app.settings.base_url
    for wrong in (
        mine[:-1] + ("A" if mine[-1] != "A" else "B"),
        Links(base, "x" * 32)
        .preferences(HLT, MailList.REMINDERS, app.clock.today())
        .removeprefix(base),
        app.links.step("e", "s", ["lisse"], HLT).removeprefix(base).replace("stap", "afmelden"),
        path(app, "wie-is-dit"),
        "/afmelden/hltsamen-communicatie",
        "/afmelden/%00",
    ):
        for answer in (client.get(wrong), client.post(wrong, data=ONE_CLICK)):
            assert answer.status_code == 404, wrong
            assert '<html lang="nl" ' in answer.text
    assert set(stored(sqlite_world)) == {"leiden-centrum", "katwijk-campagnes"}


def test_who_left_has_nothing_to_choose(
    app: App, client: TestClient, sqlite_world: Database
) -> None:
    with sqlite_world.session() as session:
        session.get_one(ContactRow, HLT).active = False
    assert client.get(path(app)).status_code == 404
    assert "geen contactpersoon meer" in client.get(path(app)).text
    assert client.post(path(app), data=ONE_CLICK).status_code == 404


def test_what_an_address_says_of_before_is_no_more_than_text(
    app: App, client: TestClient, sqlite_world: Database
) -> None:
    query = "?eerst=<script>&eerst_uit=<b>&eerst_regioberichten=x"
    assert "Je keuze is opgeslagen" not in client.get(path(app) + query).text
    page = client.get(path(app) + "?eerst=uit&eerst_uit=<b>").text
    assert "<b>" not in page
    assert stored(sqlite_world) == {}


def test_logged_in_it_is_the_same_page(
    app: App, client: TestClient, sqlite_world: Database, log_in: Callable[..., None]
) -> None:
    mine = "/mijn/voorkeuren"
    log_in(client, app, "katwijk-campagnes@example.nl")
    page = client.get(mine).text
    assert "Week tegen Kindermishandeling, als beleidsmedewerker" in page
    form = [one for one in fields(page, "Opslaan") if one[0] != "herinneringen"]
    form.remove(("campagne", f"{WEEK}/beleid"))
    page = send(client, mine, [*form, ("herinneringen", "wekelijks")])
    chosen = Preferences(rhythm=Rhythm.WEEKLY, muted=frozenset({(WEEK, Role.POLICY)}))
    assert stored(sqlite_world) == {"katwijk-campagnes": chosen}
    assert "Je keuze is opgeslagen." in page
    send(client, mine, fields(page, "Maak dit ongedaan"))
    assert stored(sqlite_world) == {"katwijk-campagnes": EVERYTHING}


def test_an_old_form_is_not_stored_and_keeps_what_was_chosen(
    app: App, client: TestClient, sqlite_world: Database
) -> None:
    old = fields(client.get(path(app)).text, "Opslaan")
    send(client, path(app), [("herinneringen", "uit"), ("regioberichten", "aan")])
    before = stored(sqlite_world)
    data: dict[str, list[str]] = {}
    for name, value in [*old, ("herinneringen", "wekelijks")]:
        data.setdefault(name, []).append(value)
    del data["campagne"]
    answer = client.post(path(app), data=data)
    assert answer.status_code == 400
    assert "intussen ergens anders gewijzigd" in answer.text
    assert stored(sqlite_world) == before
    kept = fields(answer.text, "Opslaan")
    assert ("herinneringen", "wekelijks") in kept
    assert ("campagne", WEEK) not in kept
    send(client, path(app), kept)
    assert stored(sqlite_world)[HLT].rhythm is Rhythm.WEEKLY


def test_a_link_works_for_a_year(
    app: App, client: TestClient, clock: SetClock, sqlite_world: Database
) -> None:
    """Who has a mail for longer may be another: it was forwarded, or the mailbox passed on."""
    link = path(app)
    clock.move_to(date(2027, 9, 7))
    assert client.get(link).status_code == 200
    clock.move_to(date(2027, 9, 8))
    for answer in (client.get(link), client.post(link, data=ONE_CLICK)):
        assert answer.status_code == 404
        assert "Deze link is te oud" in answer.text
    assert stored(sqlite_world) == {}
    assert client.get(path(app)).status_code == 200, "that of a new mail"
