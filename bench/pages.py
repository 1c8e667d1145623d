"""What each page asks of the server, in a national year.

    make bench            (or: .venv/bin/python -m bench.pages --help)

342 gemeenten, 20 campaigns and 20,000 reminders on the embedded default. Each page of the table of
routes is asked for some times by somebody who may see most; the limit is 50 ms. Printed are the
time on the clock and on the processor as parts of that limit, the statements and the weight, the
heaviest first. On a machine that is busy with other things the clock says little.
"""

import argparse
import gzip
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import NamedTuple

from pydantic import SecretStr
from sqlalchemy import Engine, event, insert, update
from sqlmodel import Session, func, select
from starlette.testclient import TestClient

from bench import planning
from campagne import rota_files
from campagne.bootstrap import App, build
from campagne.domain.broadcasts import FourEyes
from campagne.domain.dates import Span
from campagne.domain.playbook import Role
from campagne.domain.preferences import MailList
from campagne.domain.reminders import StepStatus
from campagne.resources import folder
from campagne.services import lookup
from campagne.services.audit import COMMAND_LINE, Author
from campagne.services.entrance import login
from campagne.services.planning import reminders, rounds
from campagne.services.regional import enclosing, mailing, releases, writing
from campagne.services.rotas import date_proposals
from campagne.settings import Settings
from campagne.store.tables import (
    CheckRow,
    ContactRoleRow,
    HelpLineRow,
    RegionRow,
    ReminderRow,
    StepStateRow,
)
from campagne.web.access import ACCESS, Door
from campagne.web.app import create_app

LIMIT = 0.050
JOINED = 4  # campaigns of each gemeente: 342 x 4 x 8 steps x 2 people is 20,000 and some
EDITION, PLACE, PERSON, YEAR = "c0-2026", "g0", "g0-p0", 2026
# What is no page that somebody waits for: forms alone, and drawings, which are kept.
NO_PAGES = {
    "/regio/{region}/{year:int}/jaarverslag.{form}",
    "/editie/{key}/datum",  # who manages is sent on to where they set the date
    "/teksten/{edition}/{municipality}/vrijgave",
    "/teksten/{edition}/{municipality}/beeld/{name}",
    "/teksten/{edition}/{municipality}/toolkit.zip",  # see bench.toolkit
    "/livez",
    "/readyz",
    "/metrics",
    "/mijn/code.svg",
    # There where no mail leaves the machine, which is no national year.
    "/postvak/{number:int}",
    "/postvak/{number:int}/html",
    "/.well-known/security.txt",
    "/inloggen/{token}",
    "/organisatie/inloggen",
    "/organisatie/terug",
}


class Figure(NamedTuple):
    """What one page takes."""

    path: str
    seconds: float
    processor: float
    statements: int
    weight: int


def fill(app: App) -> int:
    """Store the national year, with somebody who manages all of it; return its reminders.

    Every second gemeente ticked its first steps off, and everybody was asked what is known of them.
    """
    with app.database.session() as session:
        planning.fill(session, joined=JOINED)
        session.execute(update(RegionRow).values(centre_key=PLACE))
        for role in (Role.ADMIN, Role.CENTRE, Role.POLICY):
            row = ContactRoleRow(contact_key=PERSON, role=role, municipality_key=PLACE)
            session.add(row)
        lines = rota_files.load(folder("calendars"), contacts=None).help_lines
        session.add_all(
            HelpLineRow(position=place, **asdict(one)) for place, one in enumerate(lines)
        )
        session.flush()
        reminders.replan(session, now=app.clock.now(), today=app.clock.today())
        work_done(session)
        region_asked(app, session)
    rounds.prepare(app.database, mails=app.mails, links=app.links, clock=app.clock)
    mailing.make(app.database, links=app.links, mails=app.mails, clock=app.clock)
    with app.database.read() as session:
        return session.exec(select(func.count()).select_from(ReminderRow)).one()


def work_done(session: Session) -> None:
    """Store what people did so far."""
    now = planning.CLOCK.now()
    ticked = [
        {
            "edition_key": f"c{campaign}-2026",
            "step_key": f"s{step}",
            "municipality_key": f"g{place}",
            "status": StepStatus.DONE,
            "by": f"g{place}-p0",
            "note": "",
            "at": now,
        }
        for campaign in range(JOINED)
        for step in range(planning.STEPS // 2, planning.STEPS)
        for place in range(0, planning.GEMEENTEN, 2)
    ]
    asked = [
        {
            "contact_key": f"g{place}-p{number}",
            "due_on": day,
            "asked_on": day,
            "recalled": 0,
            "answered_at": now,
            "remark": "" if place % 50 else "Ik heb een ander nummer.",
        }
        for place in range(planning.GEMEENTEN)
        for number in range(planning.CONTACTS)
        for day in (date(2025, 3, 1), date(2025, 9, 1))
    ]
    session.execute(insert(StepStateRow), ticked)
    session.execute(insert(CheckRow), asked)


def region_asked(app: App, session: Session) -> None:
    """Send a message to all gemeenten, write another, and propose other dates."""
    now, today = app.clock.now(), app.clock.today()
    for number in range(2):
        made = writing.new(
            session,
            edition_key=f"c{number}-2026",
            region_key="nl",
            author_key=PERSON,
            answer_by=None,
            links=app.links,
            mails=app.mails,
            now=now,
            today=today,
        )
        if number == 0:
            who = lookup.contact(session, PERSON)
            poster = [("poster.pdf", b"%PDF-1.7")]
            enclosing.add(session, made, poster, author=who, by=COMMAND_LINE, now=now)
            releases.release(
                session,
                made,
                links=app.links,
                mails=app.mails,
                now=now,
                today=today,
                four_eyes=FourEyes.NEVER,
            )
    span = Span(date(2026, 11, 2), date(2026, 11, 6))
    date_proposals.file(
        session,
        EDITION,
        span,
        source="https://example.org/",
        author=Author("bench"),
        now=now,
        today=today,
    )


def enter(app: App, client: TestClient) -> None:
    """Log a browser in."""
    with app.database.session() as session:
        key = login.open_session(session, PERSON, device="bench", strong=True, now=app.clock.now())
    client.cookies.set(Door(app).cookie, key)


def addresses(app: App) -> dict[str, str]:
    """Return an address for each page of the table.

    Raises:
        KeyError: for a route that has none here: give it one, or name it in NO_PAGES.
    """
    known = {
        "{year:int}": str(YEAR),
        "{number:int}": "1",
        "{region}": "nl",
        "{kind}": "gemeente",
        "{edition}": EDITION,
        "{municipality}": PLACE,
        "{place:int}": "0",
    }
    names = {"/teksten/": "website.html", "/beheer/mailtekst/": "herinnering"}
    keys = {"/editie/": EDITION, "/beheer/editie/": EDITION, "/beheer/draaiboek/": "s0"}
    keys |= {"/beheer/contact/": PERSON, "/feeds/gemeente/": PLACE}
    tokens = {
        "/stap/{token}": app.links.step(EDITION, "s0", [PLACE], PERSON),
        "/afmelden/{token}": app.links.preferences(PERSON, MailList.REMINDERS, app.clock.today()),
        "/klopt-dit/{token}": app.links.check(PERSON, date(2025, 9, 1)),
        "/antwoord/{token}": app.links.answer(1, "g1"),
        "/antwoord/{token}/acties/{municipality}": (f"{app.links.answer(1, 'g1')}/acties/g1"),
        "/antwoord/{token}/bijlage/{place:int}": f"{app.links.answer(1, 'g1')}/bijlage/1",
        "/beheer/regiobericht/{number:int}/bijlage/{place:int}": "/beheer/regiobericht/1/bijlage/1",
        "/evaluatie/{token}": app.links.evaluation(EDITION, "g1", "g1-p0"),
        "/teksten/{edition}/{municipality}/{kind}/wijzig": (
            f"/teksten/{EDITION}/{PLACE}/website/wijzig"
        ),
        "/mijn/overdracht": f"/mijn/overdracht?editie={EDITION}&stap=s0",
    }
    found: dict[str, str] = {}
    for route in sorted(ACCESS.keys() - NO_PAGES):
        path = tokens.get(route, route).removeprefix(app.settings.base_url)
        for name, value in known.items():
            path = path.replace(name, value)
        head = path.partition("{key}")[0]
        if "{key}" in path:
            path = path.replace("{key}", keys[head])
        if "{name}" in path:
            (name,) = (one for start, one in names.items() if path.startswith(start))
            path = path.replace("{name}", name)
        found[route] = path
    found["/editie/{key}?gemeente"] = f"/editie/{EDITION}?gemeente={PLACE}"
    found["a draft"] = "/beheer/regiobericht/2"
    return found


@contextmanager
def counted(engines: Iterable[Engine]) -> Iterator[list[str]]:
    """Note the statements that the database gets."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield statements
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def measure(app: App, client: TestClient, path: str, times: int) -> Figure | None:
    """Ask for a page some times; None for what takes forms alone."""
    answer = client.get(path)  # what is made once is not what the next person waits for
    if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return None
    assert answer.status_code == HTTPStatus.OK, (path, answer.status_code)
    took: list[tuple[float, float]] = []
    with counted(app.database.engines) as statements:
        for _ in range(times):
            start, processor = time.perf_counter(), time.process_time()
            answer = client.get(path)
            took.append((time.perf_counter() - start, time.process_time() - processor))
    weight = len(gzip.compress(answer.content))
    seconds, processor = map(median, zip(*took, strict=True))
    return Figure(path, seconds, processor, len(statements) // times, weight)


def main() -> None:
    """Run the benchmark and print its figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=9, help="each page, after a first one")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(
            data_dir=Path(scratch), secret_key=SecretStr("k" * 32), demo=False, second_factor=False
        )
        app = build(settings, planning.CLOCK)
        app.database.upgrade()
        count = fill(app)
        client = TestClient(
            create_app(app),
            base_url=settings.base_url,
            headers={"accept": "text/html"},
            follow_redirects=False,
        )
        enter(app, client)
        asked = [measure(app, client, path, given.times) for path in addresses(app).values()]
        figures = [one for one in asked if one is not None]
        app.database.close()
    print(
        f"{planning.GEMEENTEN} gemeenten, {count:,} reminders; the limit is {LIMIT * 1000:.0f} ms"
    )
    print("of the limit: clock  processor  statements  kB (gzip)")
    for one in sorted(figures, key=lambda one: -one.processor):
        clock, processor = one.seconds / LIMIT, one.processor / LIMIT
        rest = f"{one.statements:10}  {one.weight / 1000:9.1f}  {one.path[:60]}"
        print(f"{clock:17.2f} x  {processor:7.2f} x  {rest}")
    above = sum(one.seconds > LIMIT for one in figures)
    busy = sum(one.processor > LIMIT for one in figures)
    print(f"{len(figures)} pages; above the limit: {above} by the clock, {busy} by the processor")


if __name__ == "__main__":
    main()
