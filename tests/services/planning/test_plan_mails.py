"""The plan for next year: once to each contact, right as long as it waits, and followed up."""

import io
import re
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

import openpyxl
import pytest
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.playbook import Role
from campagne.domain.year_plan import AutumnDay
from campagne.errors import InvalidInputError
from campagne.services.outbox import delivery, validity
from campagne.services.planning import rounds
from campagne.services.planning.rounds import PreparedRound
from campagne.store.database import Database
from campagne.store.tables import (
    ContactRoleRow,
    ContactRow,
    DeliveryRow,
    PlanMailRow,
    PreferencesRow,
    RotaEntryRow,
)
from tests.services.changing import HLT, LINKS, Office, text_of
from tests.snapshots import Snapshots

FIRST = date(2026, 10, 1)
ORANGE = "orange-the-world-2027"
LATER = Span(date(2027, 11, 29), date(2027, 12, 12))
EVERYONE = {"leiden-centrum", "katwijk-campagnes", "gouda-communicatie", HLT}


class Autumn(Office):
    """The office, which mails plans from 1 October."""

    day = AutumnDay("1 oktober")

    def round(self) -> PreparedRound:
        return rounds.prepare(
            self.database, mails=self.mails, links=LINKS, clock=self.clock, autumn=self.day
        )

    def plans(self, contact: str, *states: DeliveryState) -> list[DeliveryRow]:
        return [one for one in self.outbox(contact, *states) if one.kind is MessageKind.PLAN]

    def told(self) -> dict[str, int]:
        """Return how many plans each contact got, or is to get."""
        with self.database.read() as session:
            keys = session.exec(
                select(DeliveryRow.contact_key).where(
                    DeliveryRow.kind == MessageKind.PLAN,
                    DeliveryRow.state != DeliveryState.CANCELLED,
                )
            ).all()
        return {one: keys.count(one) for one in keys if one is not None}


@pytest.fixture
def office(world: Database, clock: SetClock) -> Autumn:
    return Autumn(world, clock)


@pytest.fixture
def october(sqlite_world: Database, clock: SetClock, snapshots: Snapshots) -> Autumn:
    """On SQLite only, after the first round of October; the editions of 2027 are there."""

    def after_the_first_round() -> None:
        made = Autumn(sqlite_world, clock)
        clock.move_to(FIRST)
        made.round()

    snapshots.once(sqlite_world, after_the_first_round)
    clock.move_to(FIRST)
    return Autumn(sqlite_world, clock, is_planned=True)


def attached(row: DeliveryRow) -> list[tuple[object, ...]]:
    mail = message_from_bytes(row.raw, _class=EmailMessage, policy=policy.default)
    (part,) = mail.iter_attachments()
    assert part.get_filename() == "communicatieplan-2027.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(part.get_content()))
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_from_the_day_on_everybody_gets_it_once(office: Autumn) -> None:
    office.clock.move_to(date(2026, 9, 30))
    office.round()
    assert office.told() == {}
    for day in (FIRST, FIRST, date(2026, 11, 3), date(2026, 12, 31), date(2027, 1, 1)):
        office.clock.move_to(day)
        office.round()
        assert office.told() == dict.fromkeys(EVERYONE, 1)
        office.become(DeliveryState.ACCEPTED)


def test_after_a_standstill_it_still_goes_until_the_year_begins(office: Autumn) -> None:
    office.clock.move_to(date(2026, 12, 31))
    office.round()
    assert office.told() == dict.fromkeys(EVERYONE, 1)
    assert {one.valid_until for one in office.plans(HLT)} == {date(2026, 12, 31)}
    # What the server put off until then goes no more, and is not made anew.
    office.clock.move_to(date(2027, 1, 1))
    office.round()
    assert office.told() == {}


def test_who_comes_later_gets_it_too(october: Autumn) -> None:
    october.become(DeliveryState.ACCEPTED)
    with october.database.session() as session:
        session.add(ContactRow(key="nieuw", name="Nieuw", email="nieuw@example.nl"))
        session.flush()
        session.add(ContactRoleRow(contact_key="nieuw", role=Role.POLICY, municipality_key="lisse"))
    october.clock.move_to(date(2026, 11, 20))
    october.round()
    assert october.told() == dict.fromkeys([*EVERYONE, "nieuw"], 1)


def test_who_does_without_gets_none(sqlite_world: Database, clock: SetClock) -> None:
    office = Autumn(sqlite_world, clock)
    with sqlite_world.session() as session:
        session.add(PreferencesRow(contact_key=HLT, reminders=False))
        session.add(ContactRow(key="baas", name="Baas", email="baas@example.nl"))
        session.flush()
        session.add(ContactRoleRow(contact_key="baas", role=Role.ADMIN, municipality_key="leiden"))
        session.get_one(ContactRow, "gouda-communicatie").active = False
    clock.move_to(FIRST)
    office.round()
    assert office.told() == {"leiden-centrum": 1, "katwijk-campagnes": 1}


def test_never_is_never(sqlite_world: Database, clock: SetClock) -> None:
    office = Autumn(sqlite_world, clock)
    office.day = AutumnDay("nooit")
    clock.move_to(date(2026, 11, 1))
    office.round()
    assert office.told() == {}


def test_what_a_communicatiemedewerker_reads(sqlite_world: Database, clock: SetClock) -> None:
    office = Autumn(sqlite_world, clock)
    with sqlite_world.session() as session:
        session.add(
            RotaEntryRow(
                key="duin-en-bollenstreek-2027",
                region_key="duin-en-bollenstreek",
                year=2027,
                campaign_key="week-tegen-kindermishandeling",
                theme="samen opgroeien",
                lead_key="noordwijk",
            )
        )
    clock.move_to(FIRST)
    office.round()
    (row,) = office.plans(HLT)

    text = text_of(row)
    assert row.subject == "De campagnes van 2027 voor Hillegom, Lisse en Teylingen"
    for part in (
        "Dit staat centraal in 2027 Week tegen Kindermishandeling - Wanneer: van maandag 15 tot en",
        "met zondag 21 november 2027 - Thema: samen opgroeien - Wie leidt de campagne: Noordwijk",
        "- maandag 1 november 2027: Bericht op de website (communicatiemedewerker)",
        "- Orange the World: van donderdag 25 november tot en met vrijdag 10 december 2027.",
        "2027. Kies uiterlijk op donderdag 16 september 2027.",
        "Van deze campagnes is de datum voor 2027 nog niet bekend: - Publiekscampagne huiselijk",
        "https://campagne.example.nl/mijn/gemeente/communicatieplan-2027.xlsx",
        "Je antwoord komt bij Team Zorg en Veiligheid.",
        "één keer per jaar",
    ):
        assert part in text
    assert not re.search(r"[{}*#]|None| ,|\.\.| \.", text.replace("https://", "")), text
    assert b"List-Unsubscribe: <https://campagne.example.nl/afmelden/" in row.raw
    rows = attached(row)
    assert {one[1] for one in rows[1:]} == {"Hillegom, Lisse en Teylingen"}
    assert rows[1][:7] == (
        "Week tegen Kindermishandeling",
        "Hillegom, Lisse en Teylingen",
        rows[1][2],
        rows[1][3],
        "vast",
        "samen opgroeien",
        "Noordwijk",
    )
    assert len(rows) == 1 + 4 + 1  # four steps, and one signal


def test_a_mail_that_waits_is_made_anew_when_a_date_changes(october: Autumn) -> None:
    october.move(ORANGE, LATER)
    october.round()
    old, new = october.plans(HLT)
    assert (old.state, new.state) == (DeliveryState.CANCELLED, DeliveryState.DUE)
    assert "van maandag 29 november tot en met zondag 12 december 2027 (voorlopig)" in text_of(new)
    assert old.message_id != new.message_id
    october.cancel(ORANGE)
    october.round()
    assert "Orange the World" not in text_of(october.plans(HLT)[-1])
    assert october.told() == dict.fromkeys(EVERYONE, 1)
    with october.database.read() as session:
        assert session.get_one(PlanMailRow, (HLT, 2027)).recalled == 2


def test_who_has_it_is_told_when_a_date_changes(october: Autumn) -> None:
    october.become(DeliveryState.ACCEPTED)
    october.move(ORANGE, LATER)
    october.round()
    assert october.told() == dict.fromkeys(EVERYONE, 1)
    for contact in EVERYONE:
        (notice,) = [one for one in october.due(contact) if one.kind is MessageKind.NOTICE]
        text = text_of(notice)
        assert notice.subject == "Orange the World heeft een andere datum"
        assert "Was: van donderdag 25 november tot en met vrijdag 10 december 2027" in text
        assert "Wordt: van maandag 29 november" in text


def test_who_has_it_hears_nothing_when_a_date_is_confirmed(october: Autumn) -> None:
    october.become(DeliveryState.ACCEPTED)
    october.confirm(ORANGE)
    october.round()
    assert [one.kind for one in october.due(HLT)] == []


def test_it_goes_to_a_corrected_address(october: Autumn) -> None:
    october.readdress(HLT, "hlt@example.nl")
    october.round()
    old, new = october.plans(HLT)
    assert (old.state, new.recipient) == (DeliveryState.CANCELLED, "hlt@example.nl")
    october.become(DeliveryState.FAILED, HLT)
    october.round()
    assert len(october.plans(HLT)) == 2  # the same address is not tried again
    october.readdress(HLT, "samen@example.nl")
    october.round()
    assert october.plans(HLT)[-1].recipient == "samen@example.nl"
    assert october.plans(HLT)[-1].state is DeliveryState.DUE


def test_who_leaves_while_it_waits_gets_none(october: Autumn) -> None:
    with october.database.session() as session:
        session.get_one(ContactRow, HLT).active = False
    october.round()
    assert october.told() == dict.fromkeys(EVERYONE - {HLT}, 1)


def test_what_is_not_right_any_more_is_not_sent_again(october: Autumn) -> None:
    october.become(DeliveryState.FAILED)
    number = october.plans(HLT)[0].id
    assert number is not None
    with october.database.session() as session:
        assert validity.objection(session, number, FIRST) == ""
    october.move(ORANGE, LATER)
    with (
        october.database.session() as session,
        pytest.raises(InvalidInputError, match=r"De datum van een campagne in deze mail"),
    ):
        validity.resend(session, number, now=october.clock.now(), today=FIRST)


def test_the_dry_run_tells_it_and_keeps_nothing(sqlite_world: Database, clock: SetClock) -> None:
    office = Autumn(sqlite_world, clock)
    clock.move_to(FIRST)
    due = rounds.foresee_plans(office.database, clock=clock, autumn=office.day)
    assert due == [(f"{key}@example.nl", 2027) for key in sorted(EVERYONE)]
    assert office.told() == {}
    office.round()
    assert rounds.foresee_plans(office.database, clock=clock, autumn=office.day) == []


def test_the_same_plan_has_the_same_bytes(october: Autumn) -> None:
    (first,) = october.plans(HLT)
    with october.database.session() as session:
        session.delete(session.get_one(PlanMailRow, (HLT, 2027)))
        number = session.exec(select(DeliveryRow.id).where(col(DeliveryRow.id) == first.id)).one()
        assert number is not None
        delivery.cancel(session, [number], now=october.clock.now())
        row = session.get_one(DeliveryRow, number)
        row.key, row.message_id = "weg", "<weg@example.nl>"
    october.round()
    assert october.plans(HLT)[-1].raw == first.raw
