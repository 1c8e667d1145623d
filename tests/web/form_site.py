"""A service with something behind every form, and somebody logged in at each browser."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session
from starlette.testclient import TestClient

from campagne.bootstrap import App, build
from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.playbook import Role
from campagne.domain.preferences import MailList
from campagne.domain.reminders import Answer
from campagne.domain.rota import EditionStatus
from campagne.services.entrance import login
from campagne.services.planning import reminders
from campagne.services.publishing import feed_stamps
from campagne.services.rotas import rota
from campagne.settings import Settings
from campagne.store import tables
from campagne.store.database import Database
from campagne.web import app as web
from tests.small_region import load_world
from tests.web.conftest import BASE_URL
from tests.web.form_rows import (
    BEHEER,
    COMMUNICATION,
    HLT,
    KATWIJK,
    LEIDEN,
    MOVE,
    ORANGE,
    PAST_EDITION,
    ROTA,
    WEEK,
)
from tests.web.forms_of_page import Page, changed


class Site(NamedTuple):
    """A service with somebody logged in at each browser, and its database as it was."""

    app: App
    browsers: Mapping[str, TestClient]
    places: Mapping[str, str]
    stored: Path
    pristine: Path

    def restore(self) -> None:
        """Begin again with the database as it was."""
        self.app.login_mails.wait()
        self.app.database.close()
        for one in self.stored.parent.glob("campagne.db-*"):
            one.unlink()
        shutil.copyfile(self.pristine, self.stored)

    def dump(self) -> list[str]:
        """Return all that is stored but that a code was tried: wrong ones are counted."""
        with closing(sqlite3.connect(self.stored)) as connection:
            return [one for one in connection.iterdump() if '"login_try"' not in one]


def make_site(folder: Path, sqlite_template: Path) -> Site:
    """Return the service on a fresh folder, and keep its database as it was."""
    stored, clock = folder / "campagne.db", SetClock(date(2026, 9, 7))
    shutil.copyfile(sqlite_template, stored)
    database = Database(f"sqlite:///{stored}")
    load_world(database)
    _more(database, clock)
    settings = {
        "data_dir": folder,
        "database_url": database.url,
        "base_url": BASE_URL,
        "secret_key": "k" * 32,
        "second_factor": False,
    }
    app = build(Settings.model_validate(settings), clock)
    served, browsers = web.create_app(app), {}
    for who in ("", KATWIJK, HLT, LEIDEN, BEHEER, COMMUNICATION):
        browsers[who] = TestClient(
            served, base_url=BASE_URL, headers={"accept": "text/html"}, follow_redirects=False
        )
        if who:
            browsers[who].cookies.set("campagne", _log_in(database, who, clock))
    proposal = {**MOVE, "toelichting": "kijk maar"}
    assert browsers[KATWIJK].post(f"/editie/{WEEK}/datum", data=proposal).status_code == 303
    message = {"editie": ORANGE, "regio": "holland-rijnland"}
    made = browsers[LEIDEN].post("/beheer/regioberichten", data=message)
    assert made.headers.get("location") == "/beheer/regiobericht/2?schrijf=ja", Page(
        made.text
    ).alert
    page = Page(browsers[KATWIJK].get(f"{ROTA}/voorstel").text)
    data = changed(page.form(f"{ROTA}/voorstel"), {"campagne": "orange-the-world", "opslaan": "ja"})
    assert browsers[KATWIJK].post(f"{ROTA}/voorstel", data=data).status_code == 303
    links = {
        "antwoord": app.links.answer(1, "katwijk"),
        "stap": app.links.step(ORANGE, "signaal", ["hillegom", "lisse"], COMMUNICATION),
        "afmelden": app.links.preferences(COMMUNICATION, MailList.REMINDERS, clock.today()),
        "klopt": app.links.check(COMMUNICATION, clock.today()),
        "evaluatie": app.links.evaluation(PAST_EDITION, "katwijk", KATWIJK),
    }
    places = {kind: one.rpartition("/")[2] for kind, one in links.items()}
    database.close()
    app.database.close()
    pristine = folder / "pristine.db"
    with closing(sqlite3.connect(stored)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(stored, pristine)
    return Site(app, browsers, {**places, "mislukt": "901"}, stored, pristine)


def _more(database: Database, clock: SetClock) -> None:
    """Add who does policy in three gemeenten, who manages, and what is asked and went wrong."""
    instant = datetime(2026, 9, 1, tzinfo=UTC)
    with database.session() as session:
        for key in (HLT, BEHEER):
            session.add(tables.ContactRow(key=key, name=key.title(), email=f"{key}@example.nl"))
        session.flush()
        session.add(
            tables.ContactRoleRow(contact_key=BEHEER, role=Role.ADMIN, municipality_key="leiden")
        )
        session.add_all(
            tables.ContactRoleRow(contact_key=HLT, role=role, municipality_key=place)
            for place in ("hillegom", "lisse", "teylingen")
            for role in (Role.POLICY,)
        )
        session.add(
            tables.CheckRow(contact_key=COMMUNICATION, due_on=clock.today(), asked_on=clock.today())
        )
        session.add(
            tables.BroadcastRow(
                id=1,
                edition_key=ORANGE,
                region_key="holland-rijnland",
                centre_key="leiden",
                author_key=LEIDEN,
                subject="Doen jullie mee?",
                body="Doen jullie mee?",
                answer_by=date(2026, 9, 28),
                created_at=instant,
                released_at=instant,
            )
        )
        session.flush()
        session.add(
            tables.AnswerRow(
                edition_key=ORANGE,
                municipality_key="katwijk",
                broadcast_id=1,
                answer=Answer.LATER,
                by="Team Zorg",
                at=instant,
            )
        )
        session.add(
            tables.DeliveryRow(
                id=901,
                key="k901",
                message_id="<901@example.nl>",
                kind=MessageKind.CONFIRMATION,
                contact_key=KATWIJK,
                sender="campagne@example.nl",
                recipient=f"{KATWIJK}@example.nl",
                subject="Mail",
                mail=tables.MailBytesRow(delivery_id=901, raw=b"Subject: Mail\r\n\r\nTekst."),
                state=DeliveryState.UNKNOWN,
                next_at=instant,
                created_at=instant,
                fence=1,
                attempts=1,
            )
        )
        _end_one(session, instant)
        rota.extend(session, today=clock.today(), now=clock.now())
        feed_stamps.restamp(session, clock.now())
        reminders.replan(session, now=clock.now(), today=clock.today())


def _end_one(session: Session, instant: datetime) -> None:
    """Add an edition that is over, in which Katwijk took part."""
    first, last = date(2025, 11, 25), date(2025, 12, 10)
    session.add(
        tables.EditionRow(
            key=PAST_EDITION,
            campaign_key="orange-the-world",
            year=2025,
            status=EditionStatus.CONFIRMED,
            source="https://example.org/bron",
            created_at=instant,
            modified_at=instant,
            first=first,
            last=last,
        )
    )
    session.flush()
    session.add(
        tables.EditionDatesRow(edition_key=PAST_EDITION, date_version=1, first=first, last=last)
    )
    session.add(
        tables.AnswerRow(
            edition_key=PAST_EDITION,
            municipality_key="katwijk",
            answer=Answer.JOIN,
            by="Team Zorg",
            at=instant,
        )
    )


def _log_in(database: Database, contact: str, clock: SetClock) -> str:
    """Return the key of a session."""
    with database.session() as session:
        return login.open_session(session, contact, device="Proef", strong=True, now=clock.now())
