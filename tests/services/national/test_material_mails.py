"""The mail that there is national material: to whom, once, and not what is not so any more."""

from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain import codec
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.national import NationalMaterial
from campagne.domain.playbook import Role
from campagne.domain.preferences import Rhythm
from campagne.domain.reminders import Answer
from campagne.domain.rota import EditionStatus
from campagne.domain.texts import TextKind
from campagne.errors import RemoteError
from campagne.remote import Reply
from campagne.services.national import links, material_mails
from campagne.services.outbox import validity
from campagne.services.planning import rounds
from campagne.services.rotas import rota
from campagne.store.database import Database
from campagne.store.tables import (
    AnswerRow,
    ContactRoleRow,
    ContactRow,
    DeliveryRow,
    EditionRow,
    MutedRow,
    PreferencesRow,
)
from tests.services.changing import HLT, ORANGE, WEEK, Office, text_of

KATWIJK, NOORDWIJK = "katwijk-campagnes", "noordwijk-beleid"
TOOLKIT = NationalMaterial(
    "https://toolkit.example.org/week",
    date(2026, 9, 1),
    "vrij te gebruiken met bronvermelding",
    date(2026, 12, 31),
    (TextKind.WEBSITE, TextKind.PRESS),
    pictures=True,
)


@dataclass
class Desk:
    """The office with somebody who records material, and the web that it is on."""

    office: Office
    status: int = 200

    def have(self, material: NationalMaterial | None, edition: str = WEEK) -> None:
        office = self.office
        now, today = office.clock.now(), office.clock.today()
        with office.database.session() as session:
            row = session.get_one(EditionRow, edition)
            row.material = material and codec.material_to_dict(material)  # type: ignore[assignment]
            session.flush()
            rota.follow_up(session, now=now, today=today, editions=[edition])

    def check(self) -> None:
        def ask(_: str) -> Reply:
            if not self.status:
                raise RemoteError("Er kwam geen antwoord op tijd.", sent=True)
            return Reply(self.status, {}, b"")

        links.check_due(self.office.database, ask, self.office.clock)

    def round(self) -> list[DeliveryRow]:
        """Let the clock do its round, and return all mails about material so far."""
        self.check()
        self.office.round()
        return self.mails()

    def mails(self) -> list[DeliveryRow]:
        with self.office.database.read() as session:
            return list(
                session.exec(
                    select(DeliveryRow)
                    .where(DeliveryRow.kind == MessageKind.MATERIAL)
                    .order_by(col(DeliveryRow.id))
                ).all()
            )

    def next_day(self, days: int = 1) -> None:
        self.office.clock.move_to(self.office.clock.today() + timedelta(days=days), time(6))

    def expected(self, edition: str = WEEK) -> int:
        with self.office.database.read() as session:
            return material_mails.expected(session, edition, self.office.clock.today())


@pytest.fixture
def desk(world: Database, clock: SetClock) -> Desk:
    """The small region; Noordwijk has somebody who does the policy."""
    with world.session() as session:
        session.add(ContactRow(key=NOORDWIJK, name="Noordwijk", email="noordwijk@example.nl"))
        session.flush()
        session.add(
            ContactRoleRow(contact_key=NOORDWIJK, role=Role.POLICY, municipality_key="noordwijk")
        )
    return Desk(Office(world, clock))


def readers(mails: list[DeliveryRow], *states: DeliveryState) -> list[str]:
    return sorted(str(one.contact_key) for one in mails if not states or one.state in states)


def test_each_person_of_who_takes_part_is_told_once(desk: Desk) -> None:
    """One mail for the three gemeenten of HLTsamen; the week is on the rota of all five."""
    desk.have(TOOLKIT)
    assert desk.expected() == 3
    mails = desk.round()
    assert readers(mails) == sorted([HLT, KATWIJK, NOORDWIJK])
    text = text_of(next(one for one in mails if one.contact_key == KATWIJK))
    assert text.startswith("Week tegen Kindermishandeling 2026: er is landelijk materiaal ")
    for said in (
        "Erin zit: bericht voor de website, persbericht en beelden",
        "Te gebruiken tot en met donderdag 31 december 2026",
        "Licentie: vrij te gebruiken met bronvermelding",
        "https://toolkit.example.org/week",
        "https://campagne.example.nl/teksten/week-tegen-kindermishandeling-2026/katwijk",
    ):
        assert said in text
    assert b"List-Unsubscribe" in mails[0].raw
    desk.office.become(DeliveryState.ACCEPTED)
    assert desk.expected() == 0
    desk.have(TOOLKIT)
    desk.next_day()
    assert len(desk.round()) == 3, "nothing twice"


def test_who_declines_is_not_told_and_who_joins_later_is(desk: Desk) -> None:
    def answer(place: str, said: Answer, edition: str) -> None:
        with desk.office.database.session() as session:
            session.add(
                AnswerRow(
                    edition_key=edition,
                    municipality_key=place,
                    answer=said,
                    by="x",
                    at=desk.office.clock.now(),
                )
            )

    answer("katwijk", Answer.DECLINE, WEEK)
    desk.have(TOOLKIT)
    desk.have(TOOLKIT, ORANGE)
    assert readers(desk.round()) == sorted([HLT, NOORDWIJK]), "nobody has Orange the World yet"
    answer("katwijk", Answer.JOIN, ORANGE)
    mails = desk.round()
    assert readers(mails).count(KATWIJK) == 1
    assert len(mails) == 3
    assert mails[-1].subject.startswith("Orange the World 2026: er is landelijk materiaal")


def test_two_campaigns_are_one_mail(desk: Desk) -> None:
    with desk.office.database.session() as session:
        session.add(
            AnswerRow(
                edition_key=ORANGE,
                municipality_key="katwijk",
                answer=Answer.JOIN,
                by="x",
                at=desk.office.clock.now(),
            )
        )
    desk.have(TOOLKIT)
    desk.have(TOOLKIT, ORANGE)
    (mail,) = [one for one in desk.round() if one.contact_key == KATWIJK]
    assert mail.subject == "Er is landelijk materiaal voor 2 campagnes"
    assert "Orange the World 2026" in text_of(mail)


def test_nobody_is_told_of_what_is_not_there(desk: Desk) -> None:
    today = desk.office.clock.today()
    desk.have(TOOLKIT)
    desk.office.round()
    assert desk.mails() == [], "not asked for yet"
    desk.status = 404
    assert desk.round() == []
    desk.have(NationalMaterial(TOOLKIT.url, today, "vrij", today))
    desk.next_day()
    assert desk.round() == [], "expired"
    desk.status = 200
    desk.have(NationalMaterial(TOOLKIT.url + "2", today + timedelta(days=9), "vrij"))
    assert desk.expected() == 3, "later"
    assert desk.round() == []
    desk.next_day(8)
    assert len(desk.round()) == 3


@pytest.mark.parametrize("status", [0, 403, 503])
def test_what_nobody_has_seen_is_told_to_nobody(desk: Desk, status: int) -> None:
    """We cannot tell whether the page is there; of what was told before, nothing is taken back."""
    desk.have(TOOLKIT)
    desk.status = status
    assert desk.round() == []
    desk.status = 200
    desk.next_day()
    assert len(desk.round()) == 3
    desk.status = status
    desk.next_day()
    assert readers(desk.round(), DeliveryState.DUE) == sorted([HLT, KATWIJK, NOORDWIJK])


def test_a_cancelled_or_past_edition_is_told_of_to_nobody(desk: Desk) -> None:
    desk.have(TOOLKIT)
    desk.office.cancel(WEEK)
    assert (desk.expected(), desk.round()) == (0, [])
    with desk.office.database.session() as session:
        session.get_one(EditionRow, WEEK).status = EditionStatus.CONFIRMED
    desk.office.clock.move_to(date(2026, 11, 23))
    assert (desk.expected(), desk.round()) == (0, [])


def test_a_mail_that_waits_is_taken_back_when_what_it_says_changes(desk: Desk) -> None:
    desk.have(TOOLKIT)
    desk.round()
    other = NationalMaterial(TOOLKIT.url + "-2", TOOLKIT.since, "vrij")
    desk.have(other)
    desk.office.round()
    assert readers(desk.mails(), DeliveryState.DUE) == [], "the new address was not asked for"
    mails = desk.round()
    assert readers(mails, DeliveryState.DUE) == sorted([HLT, KATWIJK, NOORDWIJK])
    assert "toolkit.example.org/week-2" in text_of(mails[-1])
    desk.office.readdress(KATWIJK, "nieuw@example.nl")
    mails = desk.round()
    assert [one.recipient for one in mails if one.state is DeliveryState.DUE].count(
        "nieuw@example.nl"
    ) == 1
    desk.have(None)
    assert readers(desk.round(), DeliveryState.DUE) == []


def test_a_corrected_address_is_told_only_when_the_first_was_dead(desk: Desk) -> None:
    desk.have(TOOLKIT)
    desk.round()
    desk.office.become(DeliveryState.ACCEPTED)
    elsewhere = NationalMaterial(TOOLKIT.url + "-2", TOOLKIT.since, "vrij")
    desk.have(elsewhere)
    assert desk.expected() == 0
    assert len(desk.round()) == 3, "corrected only"
    desk.status = 410
    for _ in range(2):
        desk.next_day()
        assert len(desk.round()) == 3
    desk.status = 200
    desk.have(TOOLKIT)
    assert desk.expected() == 3
    assert len(desk.round()) == 6, "in the place of a dead one"
    desk.office.become(DeliveryState.ACCEPTED)
    desk.next_day()
    assert len(desk.round()) == 6


def test_what_somebody_does_without_is_left_out(desk: Desk) -> None:
    with desk.office.database.session() as session:
        session.add(PreferencesRow(contact_key=KATWIJK, reminders=False))
        for role in Role:
            session.add(
                MutedRow(
                    contact_key=NOORDWIJK,
                    campaign_key="week-tegen-kindermishandeling",
                    role=role,
                )
            )
        session.add(PreferencesRow(contact_key=HLT, rhythm=Rhythm.WEEKLY))
    desk.have(TOOLKIT)
    assert desk.round() == []
    desk.next_day(6)
    assert desk.round() == [], "still the same week"
    desk.next_day()
    assert readers(desk.round()) == [HLT], "one mail a week: in the week after"


def test_the_dry_run_tells_it_and_a_mail_that_is_outdated_goes_no_more(desk: Desk) -> None:
    office = desk.office
    desk.have(TOOLKIT)
    desk.check()
    told = [what for what, _ in rounds.foresee_others(office.database, clock=office.clock)]
    assert told.count("bericht dat er landelijk materiaal is") == 3
    (mail, *_) = desk.round()
    office.become(DeliveryState.FAILED)
    with office.database.read() as session:
        assert validity.objection(session, mail.id or 0, office.clock.today()) == ""
    desk.have(None)
    with office.database.read() as session:
        said = validity.objection(session, mail.id or 0, office.clock.today())
    assert said == "Wat de mail zegt over het landelijke materiaal, klopt niet meer."


def test_an_address_with_brackets_is_a_link_as_a_whole(desk: Desk) -> None:
    desk.have(NationalMaterial("https://example.org/a_(b)_c?d=1&e=2", TOOLKIT.since, "vrij"))
    assert b"https://example.org/a_%28b%29_c?d=3D1&e=3D2" in desk.round()[0].raw
