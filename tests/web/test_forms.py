"""Every form of the route table, filled in wrong in every way: told at the field, nothing lost.

Each is refused with one Dutch sentence and a status of 4xx, what was typed stands in the form
again, and nothing in the database is another byte. A new form without a row here fails.
"""

from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from html import escape
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from campagne.bootstrap import App
from campagne.clock import SetClock
from campagne.domain.delivery import MessageKind
from campagne.services.mail_words import mail_templates
from campagne.services.planning import handover_mails
from campagne.store import tables
from campagne.web import app as web
from campagne.web.access import Door
from campagne.web.pages.rendering import Pages
from tests.web.form_rows import (
    BEHEER,
    BUTTONS,
    COMMUNICATION,
    FORMS,
    HLT,
    NO_DAYS,
    PAST,
    ROTA,
    SCRIPT,
    SHOWN_FIRST,
    TOO_LONG,
)
from tests.web.form_site import Site, make_site
from tests.web.forms_of_page import Form, Page, Values, changed


@pytest.fixture(scope="module")
def whole_site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    """The service for all tests here: each begins with the database as it was."""
    made = make_site(tmp_path_factory.mktemp("forms"), sqlite_template)
    yield made
    made.app.database.close()


@pytest.fixture
def site(whole_site: Site) -> Site:
    """The service with its database as it was."""
    whole_site.restore()
    return whole_site


class Desk:
    """One form before one person, to be sent in many ways."""

    def __init__(self, site: Site, route: str) -> None:
        self._site, self._row = site, FORMS[route]
        self._client = site.browsers[self._row.who]
        path = self._row.page
        for name, value in site.places.items():
            path = path.replace(f"{{{name}}}", value)
        answer = self._client.get(path)
        assert answer.status_code == 200, path
        page = Page(answer.text)
        pattern = route.split("{", maxsplit=1)[0].rstrip("/")
        tail = route.rpartition("}")[2]
        self.action = next(
            one.action
            for one in reversed(page.forms)
            if one.action.startswith(pattern) and one.action.endswith(tail)
        )
        self.form = max(
            (one for one in page.forms if one.action == self.action),
            key=lambda one: len(one.values.keys() & self._row.fill.keys()),
        )
        given = {name: values[-1] for name, values in self.form.values.items()}
        self.suffix = self._row.suffix
        if self.suffix == "{form}":
            self.suffix = f"{given['editie']}-{given['stap']}-{given['dag']}"
        save = {"opslaan": "ja"} if route in SHOWN_FIRST else {}
        if route == "/beheer/contacten":
            self.form = Form(self.action, {})
        self.good = changed(self.form, {**self._row.fill, **save})
        self._stored = site.dump()  # and nothing that is refused may change it

    def refused(self, typed: Values, what: str, field: str = "", *, kept: bool = True) -> list[str]:
        """Send something wrong; return what is not as it should be."""
        answer = self._client.post(self.action, data=typed)
        wrong = []
        if not 400 <= answer.status_code < 500:
            return [f"{what}: status {answer.status_code}"]
        if self._site.dump() != self._stored:
            wrong.append(f"{what}: something was stored")
        if SCRIPT in answer.text:
            wrong.append(f"{what}: a script gets through")
        page = Page(answer.text)
        if "fout" not in page.elements:
            # A page of its own: only for what no person can choose on the form.
            return wrong if "Melding" in answer.text else [*wrong, f"{what}: not told"]
        if not page.alert.strip():
            wrong.append(f"{what}: an empty message")
        # Where there is nothing to choose no field is shown: only who makes up a form gets there.
        made_up = {"", *self._row.told_above}
        astray = [
            one
            for one in page.links
            if one[1:] not in page.elements and field and one[1:] not in made_up
        ]
        wrong += [f"{what}: {one} leads nowhere" for one in astray]
        wrong += [f"{what}: {one}" for one in self._untold(page, field)]
        if kept:
            wrong += [
                f"{what}: {name} is lost"
                for name in self._row.texts
                for value in typed.get(name, [])
                if escape(value) not in answer.text and value not in answer.text
            ]
        return wrong

    def _untold(self, page: Page, field: str) -> Iterator[str]:
        """Say what a field does not tell of the fault in it."""
        place = f"{field}-{self.suffix}" if self.suffix else field
        if not field or place not in page.elements:
            return
        if f"#{place}" not in page.links:
            yield f"the message has no link to {place}"
        elif not page.says_at(place):
            yield f"{place} is not told so"
        elif page.elements[place]["tag"] != "fieldset" and (
            page.elements[place].get("aria-invalid") != "true"
        ):
            yield f"{place} is not marked"


def test_every_form_has_a_row(app: App) -> None:
    """A form is a route that takes POST."""
    posts = {
        route.path  # type: ignore[attr-defined]
        for router in web.routers(app, Pages(app), Door(app))
        for route in router.routes
        if "POST" in (route.methods or ())  # type: ignore[attr-defined]
    }
    assert posts == {*FORMS, *BUTTONS}


@pytest.mark.parametrize("route", FORMS)
def test_what_is_wrong_is_told_and_nothing_is_lost(site: Site, route: str) -> None:
    row, desk = FORMS[route], Desk(site, route)
    wrong = desk.refused({}, "empty", kept=False)
    with_script = {name: [f"{desk.good[name][0]} {SCRIPT}"] for name in row.texts}
    for name in row.texts:
        typed = {**desk.good, **with_script, name: [TOO_LONG]}
        wrong += desk.refused(typed, f"{name} too long", name)
        for control in ("a\0b", "a\x1b[2Jb", "a\u202eb", "\ufeff\u200bx\x07"):
            typed = {**desk.good, name: [control]}
            wrong += desk.refused(typed, f"{name} with {control!r}", name, kept=False)
    for name in row.days:
        for day in (*NO_DAYS, ""):
            typed = {**desk.good, **with_script, name: [day]}
            wrong += desk.refused(typed, f"{name} {day!r}", name)
    if "eerste" in row.days:
        wrong += desk.refused({**desk.good, **with_script, **_lists(PAST)}, "past", "laatste")
        turned = {"eerste": desk.good["laatste"], "laatste": desk.good["eerste"]}
        wrong += desk.refused({**desk.good, **with_script, **turned}, "turned", "laatste")
    for name, values in row.wrong.items():
        for value in values:
            typed = {**desk.good, name: [value]}
            field = "" if name in row.told_above else name
            if name == "inhoud":
                field = ""
            wrong += desk.refused(typed, f"{name} {value[:30]!r}", field)
    if row.stale:
        typed = {**desk.good, "opslaan": ["ja"], **_lists(row.stale)}
        wrong += desk.refused(typed, "stale")
    assert wrong == []


def _lists(typed: Mapping[str, str]) -> Values:
    return {name: [value] for name, value in typed.items()}


@pytest.mark.parametrize("route", FORMS)
def test_too_much_is_not_read(site: Site, route: str) -> None:
    """Five megabytes: told so in Dutch, whoever sends it."""
    desk, client = Desk(site, route), site.browsers[FORMS[route].who]
    before = site.dump()
    answer = client.post(desk.action, data={"opmerking": "x" * 5_000_000})
    assert answer.status_code == 413
    assert "te groot" in answer.text
    assert site.dump() == before


@pytest.mark.parametrize("route", sorted(FORMS.keys() - {"/mijn/code"}))
def test_what_is_right_is_taken(site: Site, route: str) -> None:
    """The rows of this table are refused for what is wrong in them, and for nothing else."""
    row, desk = FORMS[route], Desk(site, route)
    client = site.browsers[row.who]
    answer = client.post(desk.action, data=desk.good)
    assert (answer.status_code in {200, 303}, Page(answer.text).alert.strip()) == (True, "")


def test_what_a_colleague_did_meanwhile_is_not_undone(site: Site) -> None:
    """A step that was ticked off anew is not opened again by who saw the time before."""
    client, path = site.browsers[""], f"/stap/{site.places['stap']}"
    tick: dict[str, str | list[str]] = {"gemeente": "lisse", "staat": "done"}
    assert client.post(path, data=tick).status_code == 303
    again = changed(_opening(client, path), {"staat": "open"})
    old = again | {"gezien": ["2026-09-01T08:00:00+00:00"]}
    before = site.dump()
    answer = client.post(path, data=old)
    assert answer.status_code == 400
    assert "gaf dit intussen opnieuw door voor Lisse" in Page(answer.text).alert
    assert site.dump() == before
    assert client.post(path, data=again).status_code == 303
    assert site.dump() != before


def _opening(client: TestClient, path: str) -> Form:
    page = Page(client.get(path).text)
    return next(one for one in page.forms if one.action == path and "gezien" in one.values)


def test_two_colleagues_answer_to_one_proposal(site: Site) -> None:
    """Who is second is told what the first said, and can still send it."""
    client, path = site.browsers[HLT], f"{ROTA}/antwoord"
    seen = Page(client.get(ROTA).text).form(path)
    said = {"antwoord": "agreed", "gemeente": "lisse", "opslaan": "ja"}
    assert client.post(path, data=changed(seen, said)).status_code == 303
    before = site.dump()
    earlier = {"gezien": "2026-09-01T08:00:00+00:00", "opslaan": "ja"}  # the clock stands still
    other = earlier | {"antwoord": "differs", "tekst": "geen geld", "gemeente": "lisse"}
    answer = client.post(path, data=changed(seen, other))
    assert answer.status_code == 400
    page = Page(answer.text)
    assert "antwoordde intussen al voor Lisse: akkoord" in page.alert
    assert site.dump() == before
    newest = page.form(path)
    assert newest.values["tekst"] == ["geen geld"]
    again = changed(newest, other) | {"gezien": newest.values["gezien"]}
    assert client.post(path, data=again).status_code == 303
    elsewhere = earlier | {"antwoord": "agreed", "gemeente": "hillegom"}
    assert client.post(path, data=changed(seen, elsewhere)).status_code == 303, "not theirs to wait"


def test_a_note_is_kept_where_a_colleague_was_first(site: Site) -> None:
    """By the link of a mail, after the only gemeente was ticked off."""
    client, path = site.browsers[""], f"/stap/{site.places['stap']}"
    typed: dict[str, str | list[str]] = {"gemeente": ["lisse", "hillegom"], "staat": "done"}
    assert client.post(path, data=typed).status_code == 303
    answer = client.post(path, data=typed | {"opmerking": f"besteld {SCRIPT}"})
    assert answer.status_code == 400
    assert "Je gaf dit al door" in Page(answer.text).alert
    assert escape(f"besteld {SCRIPT}") in answer.text
    assert SCRIPT not in answer.text


def test_a_subject_of_more_lines_makes_no_header(site: Site, clock: SetClock) -> None:
    """What is typed in it stays words of the subject."""
    route = "/beheer/mailtekst/{name}"
    desk, client = Desk(site, route), site.browsers[BEHEER]
    subject = "Iets voor jou\r\nBcc: ander@example.org"
    saved = client.post(desk.action, data=desk.good | {"onderwerp": [subject]})
    assert saved.status_code == 303
    hand_over = Desk(site, "/mijn/overdracht")
    assert (
        site.browsers[COMMUNICATION].post(hand_over.action, data=hand_over.good).status_code == 303
    )
    with site.app.database.session() as session:
        mails = mail_templates.in_use(session, site.app.mails)
        handover_mails.queue_due(
            session, mails=mails, links=site.app.links, now=clock.now(), today=clock.today()
        )
    with site.app.database.read() as session:
        rows = session.exec(select(tables.DeliveryRow)).all()
    (raw,) = [one.raw for one in rows if one.kind is MessageKind.HANDOVER]
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"] == "Iets voor jou Bcc: ander@example.org"
    assert "Bcc" not in mail
